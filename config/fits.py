"""Whether the carteras' settings keep to their presets and their mandantes' caller-id policies on a day.

`cintillo config check`, every start and every reload ask; the rules ask again for the number when a call is placed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from config.mandante import cli_allowed
from config.preset import Dialing, Preset
from config.settings import Settings, Strategy


def rule_faults(settings: Settings, reglas: Mapping[str, Preset], day: str) -> list[str]:
    """Every fault as a sentence, for an ISO day; empty when the enabled carteras may dial. Presets must be known."""
    return [
        fault
        for name, strategy in settings.carteras.items()
        if strategy.enabled
        for fault in (*_of_presets(name, strategy, reglas, day), *_of_number(name, strategy, settings, day))
    ]


def _of_presets(name: str, strategy: Strategy, reglas: Mapping[str, Preset], day: str) -> Iterator[str]:
    for preset in strategy.presets:
        dialing = reglas[preset].dialing_on(day)
        if dialing is not None:
            yield from _of_dialing(f"carteras.{name}", strategy, preset, dialing)


def _of_dialing(where: str, strategy: Strategy, preset: str, rule: Dialing) -> Iterator[str]:
    if rule.ring_min_s is not None and strategy.ring_s < rule.ring_min_s:
        yield f"{where}.ring_s = {strategy.ring_s:g}: {preset} asks for at least {rule.ring_min_s:g} seconds"
    if rule.wait_max_s is not None and strategy.wait_s > rule.wait_max_s:
        yield f"{where}.wait_s = {strategy.wait_s:g}: {preset} allows at most {rule.wait_max_s:g} seconds"
    if rule.abandon_ratio_max is not None and strategy.abandon_ratio_max > rule.abandon_ratio_max:
        yield (
            f"{where}.abandon_ratio_max = {strategy.abandon_ratio_max:g}: {preset} allows at most "
            f"{rule.abandon_ratio_max:g}"
        )
    if rule.abandon_window_days is not None and strategy.abandon_window_days > rule.abandon_window_days:
        yield (
            f"{where}.abandon_window_days = {strategy.abandon_window_days}: {preset} counts abandonment over at most "
            f"{rule.abandon_window_days}"
        )


def _of_number(name: str, strategy: Strategy, settings: Settings, day: str) -> Iterator[str]:
    mandante = settings.mandantes.get(strategy.mandante)
    fault = cli_allowed(mandante.cli, strategy.caller_id, day) if mandante else None
    if fault:
        yield f"carteras.{name} (mandante {strategy.mandante}): {fault}"
