"""A preset as one cartera is judged by it: its own hours, its number, and its mandante's readings of the law.

`may_contact` takes a plain `Preset` as well; this adds what is not law but agreed.
"""

from __future__ import annotations

from config.contrato import Contrato
from config.mandante import CliPolicy, Mandante, Override
from config.preset import Preset, Quota, Window
from config.settings import Strategy

OF_THE_WEEK = ("count_basis", "window", "scope", "requested")
READ_ANEW = {"contact_quota": OF_THE_WEEK, "remote_quota": OF_THE_WEEK, "conversation_quota": ("requested",)}
"""The quotas whose open questions a mandante may read in its own way, and which questions these are."""
NOBODY = Mandante()
WEEK = 7


class Applied(Preset):
    """`own_hours` narrow every day's windows. `caller_id` is shown, as far as `cli` allows. `contrato` has the days on
    which the mandante's debtors may be contacted at all. `readings` are the mandante's, by the name under which the
    version that is stored with an attempt tells them."""

    own_hours: Window = ("00:00", "24:00")
    caller_id: str = ""
    cli: tuple[CliPolicy, ...] = ()
    contrato: Contrato = Contrato()
    readings: tuple[tuple[str, Override], ...] = ()

    def version_on(self, day: str) -> str:
        """``cl_consumidor@2026-11-21+acme.count_basis=attempt``: the preset and the readings in force on an ISO day."""
        names = [name for name, override in self.readings if override.holds(day)]
        return "+".join([f"{self.id}@{self.version}", *names])


def applied(preset: Preset, strategy: Strategy, mandante: Mandante = NOBODY) -> Applied:
    """The preset as `strategy` and its mandante apply it: hours may be stricter than the law's, never laxer."""
    quotas = tuple(piece for quota in preset.quotas for piece in _read(quota, mandante))
    readings = tuple((f"{strategy.mandante}.{key}={override.value}", override) for key, override in mandante.readings())
    return Applied.model_construct(
        **{**dict(preset), "quotas": quotas},
        own_hours=(strategy.hours_from, strategy.hours_to),
        caller_id=strategy.caller_id,
        cli=mandante.cli,
        contrato=strategy.contrato,
        readings=readings,
    )


def _read(quota: Quota, mandante: Mandante) -> list[Quota]:
    """The quota cut at the dates of the mandante's readings, each piece as it is read in its time."""
    pieces = [quota]
    for key, override in mandante.readings():
        if key in READ_ANEW.get(quota.id, ()):
            pieces = [piece for whole in pieces for piece in _cut(whole, key, override)]
    return pieces


def _cut(quota: Quota, key: str, override: Override) -> list[Quota]:
    """Which week is meant can be asked of a quota of seven days only."""
    since, until = max(quota.since, override.since), min(quota.until, override.until)
    if since >= until or (key == "window" and quota.days != WEEK):
        return [quota]
    spans: tuple[tuple[str, str, dict[str, str]], ...] = (
        (quota.since, since, {}),
        (since, until, {key: override.value}),
        (until, quota.until, {}),
    )
    return [quota.model_copy(update={"since": a, "until": b, **new}) for a, b, new in spans if a < b]
