"""The presets of contact rules as a page to read: `docs/reglas.md`, drawn from `config/reglas/*.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from config.preset import OPEN_END, Preset, Rule

HEAD = """# Reglas de contacto

Drawn from `config/reglas/*.toml` by `make docs`; change those files, not this page. Each value carries its source and
its strength: **P** primary text, **S** secondary, **W** weak, **policy** the firm's own choice. A rule that a preset
does not have stands for «no such rule found». Days are those of where the debtor lives, `until` excluded. The firm's
lawyer reads these values once; a mandante's own readings of what the law leaves open, and the number that its debtors
see, go into `[mandantes.ID]` of the configuration, with their dates. `config/preset.py` says what each key means.

- `requested`: a rellamado that whoever owes (or their aval) asked for, with their consent logged in the gestión.
  *counted*: it waits for the quota like any call. *exempt*: the quota does not hold it back, from the agreed hour on
  and on the telephone on which it was asked for; every other rule does, and it counts afterwards. A mandante may read
  it its own way.
- `opt_out_per_channel`: a person's opt-outs (`baja_call`, `baja_sms`, `baja_email`, `baja_message`, `baja_visit`,
  `baja_letter`: from a result of the tree or a load of bloqueos) hold over all mandantes. *yes*: each ends its own
  channel. *no*: any of them ends all. A `baja_call` takes the person's cases off every queue; a case that another one
  holds back is looked at again each hour, as settings may change.
"""
TABLE = "| rule | key | value | strength | source |\n|---|---|---|---|---|"
SECTIONS = ("hours", "quotas", "attempts", "abandoned", "machine", "stops", "phones", "dialing")


def page(presets: Iterable[Preset]) -> str:
    """The whole page, in the order of the presets' ids."""
    return "\n".join([HEAD, *(line for preset in sorted(presets, key=lambda p: p.id) for line in _preset(preset))])


def _preset(preset: Preset) -> Iterator[str]:
    closed = "national and regional holidays" if preset.holidays == "national_and_regional" else "no holidays"
    yield f"## {preset.title} (`{preset.id}`)"
    yield ""
    yield f"Version {preset.version}; {closed} of {preset.country}{_holidays(preset)}."
    yield ""
    yield TABLE
    for section in SECTIONS:
        for rule in getattr(preset, section):
            yield from _rule(section, rule)
    yield ""


def _holidays(preset: Preset) -> str:
    extra, without = ", ".join(preset.extra_holidays), ", ".join(preset.not_holidays)
    return (f"; besides {extra}" if extra else "") + (f"; without {without}" if without else "")


def _rule(section: str, rule: Rule) -> Iterator[str]:
    name = getattr(rule, "id", section)
    when = "" if rule.since == "1900-01-01" and rule.until == OPEN_END else f" ({_dates(rule)})"
    for key in rule.values():
        value = getattr(rule, key)
        if key != "id" and key in rule.model_fields_set:
            proof = rule.evidence.get(key, rule)
            yield f"| {name}{when} | {key} | {_said(value)} | {proof.strength} | {proof.source} |"


def _dates(rule: Rule) -> str:
    since = "" if rule.since == "1900-01-01" else f"since {rule.since}"
    return " ".join(part for part in (since, "" if rule.until == OPEN_END else f"until {rule.until}") if part)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_one(one) for one in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _one(value: object) -> str:
    return "–".join(value) if isinstance(value, tuple) else str(value)
