"""Whether the carteras' settings keep to their presets and their mandantes' caller-id policies on a day.

`cintillo config check`, every start and every reload ask; the rules ask again for the number when a call is placed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from config.mandante import Mandante, cli_allowed
from config.preset import Preset
from config.settings import Settings, Strategy


def rule_faults(settings: Settings, reglas: Mapping[str, Preset], day: str) -> list[str]:
    """Every fault as a sentence, for an ISO day; empty when the enabled carteras may dial. Presets must be known."""
    return [
        fault
        for name, strategy in settings.carteras.items()
        if strategy.enabled
        for fault in (*_of_presets(name, strategy, reglas, day), *_of_number(name, strategy, settings, day))
    ]


class Bound(NamedTuple):
    """A limit that a preset sets on one of a strategy's keys. `most`: it is the largest allowed, else the least."""

    key: str
    limit: float
    most: bool
    preset: str

    def kept_by(self, value: float) -> bool:
        return value <= self.limit if self.most else value >= self.limit


_SAID = {
    "ring_s": "asks for at least {limit:g} seconds",
    "wait_s": "allows at most {limit:g} seconds",
    "abandon_ratio_max": "allows at most {limit:g}",
    "abandon_window_days": "counts abandonment over at most {limit:g}",
}


def bounds(strategy: Strategy, reglas: Mapping[str, Preset], day: str) -> Iterator[Bound]:
    """What the cartera's presets limit on an ISO day. Presets must be known."""
    for preset in strategy.presets:
        rule = reglas[preset].dialing_on(day)
        if rule is not None:
            limits = (
                ("ring_s", rule.ring_min_s, False),
                ("wait_s", rule.wait_max_s, True),
                ("abandon_ratio_max", rule.abandon_ratio_max, True),
                ("abandon_window_days", rule.abandon_window_days, True),
            )
            yield from (Bound(key, limit, most, preset) for key, limit, most in limits if limit is not None)


def broken(strategy: Strategy, reglas: Mapping[str, Preset], day: str) -> Iterator[tuple[Bound, float]]:
    """The limits that the strategy does not keep to, each with its value."""
    for bound in bounds(strategy, reglas, day):
        value = getattr(strategy, bound.key)
        if not bound.kept_by(value):
            yield bound, value


def _of_presets(name: str, strategy: Strategy, reglas: Mapping[str, Preset], day: str) -> Iterator[str]:
    for bound, value in broken(strategy, reglas, day):
        said = _SAID[bound.key].format(limit=bound.limit)
        yield f"carteras.{name}.{bound.key} = {value:g}: {bound.preset} {said}"


def number_fault(strategy: Strategy, mandantes: Mapping[str, Mandante], day: str) -> str:
    """Why the cartera's number may not be shown on an ISO day; "" when it may."""
    mandante = mandantes.get(strategy.mandante)
    return (cli_allowed(mandante.cli, strategy.caller_id, day) if mandante else None) or ""


def _of_number(name: str, strategy: Strategy, settings: Settings, day: str) -> Iterator[str]:
    fault = number_fault(strategy, settings.mandantes, day)
    if fault:
        yield f"carteras.{name} (mandante {strategy.mandante}): {fault}"
