"""What a jefe may change from the page, and how it lies over the file.

A `Version` is a whole patch of a cartera (or, with cartera "", of the floor's ``[metas]``): every key that differs from
the file, with its value. The newest version of each is laid over what the file says, and what comes of it is judged as
the file itself is: by `Settings` and by the law's limits of the day. Version 0 is the file alone, and going back is a
new version with an old one's patch, so that nothing is ever rewritten.

What is the law's, the mandante's or of what Asterisk and the trunk can do (preset, contrato, caller_id, guion, record)
stays the file's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec
from pydantic import ValidationError

from config.fits import Bound, bounds, broken, number_fault
from config.jornada import Metas
from config.preset import Preset
from config.settings import RETRY_DEFAULT, Retry, Settings, Strategy
from config.versions_words import said

Kind = Literal["yes_no", "choice", "order", "hour", "ratio", "number", "whole", "seconds", "minutes", "days", "pesos"]
Patch = Mapping[str, Any]
FLOOR = ""
"""The `cartera` of a version of the floor's own goals."""


class Key(NamedTuple):
    """A key that a page may change, by its dotted name. Limits are of the settings' own model; None: there is none.

    `open_low`, `open_high`: the limit itself is not allowed. `choices`: what it may be, or be made of.
    """

    name: str
    kind: Kind
    group: str
    least: float | None = None
    most: float | None = None
    open_low: bool = False
    open_high: bool = False
    choices: tuple[str, ...] = ()
    length_max: int | None = None


class Version(msgspec.Struct, frozen=True):
    """One publication. `number` counts from 1 in each cartera."""

    cartera: str
    number: int
    by: str
    at_ms: int
    note: str
    patch: dict[str, Any]


class Fault(NamedTuple):
    """What is wrong with one key's value; `detail` is a sentence for the person, without the key."""

    key: str
    detail: str


class InForce(NamedTuple):
    """What is in force: `taken` by cartera, and for each version that does not fit the file any more, why not."""

    settings: Settings
    taken: dict[str, Version]
    unfit: dict[str, str]


class Change(NamedTuple):
    """What became of one key between two patches; None: as the file says."""

    key: str
    before: Any
    after: Any


# ── the keys ────────────────────────────────────────────────────────────────────────────────────────

_STRATEGY: tuple[tuple[str, str, Kind], ...] = (
    ("marcado", "enabled", "yes_no"),
    ("marcado", "mode", "choice"),
    ("marcado", "ratio", "number"),
    ("marcado", "abandon_ratio_max", "ratio"),
    ("marcado", "abandon_target", "ratio"),
    ("marcado", "abandon_window_days", "days"),
    ("marcado", "careful_saldo", "pesos"),
    ("marcado", "hang_up_overdialed", "yes_no"),
    ("marcado", "ring_s", "seconds"),
    ("marcado", "wait_s", "seconds"),
    ("marcado", "amd", "yes_no"),
    ("orden", "order", "order"),
    ("orden", "phone_choice", "choice"),
    ("orden", "weight", "number"),
    ("orden", "hours_from", "hour"),
    ("orden", "hours_to", "hour"),
    ("atencion", "auto_ready", "yes_no"),
    ("atencion", "skip_min", "minutes"),
    ("atencion", "callback_grace_min", "minutes"),
    ("atencion", "callback_within_min", "minutes"),
    ("metas", "informe.meta_clp", "pesos"),
)
_RETRY: tuple[tuple[str, Kind], ...] = (("after_min", "minutes"), ("max", "whole"))
_METAS: tuple[tuple[str, str, Kind], ...] = (("metas", "compromisos", "whole"), ("metas", "contactos", "whole"))


def _key(schema: Mapping[str, Any], name: str, kind: Kind, group: str, path: str = "") -> Key:
    """The key with the limits that its model's JSON schema says."""
    found = _property(schema, path or name)
    items = found.get("items", found)
    return Key(
        name,
        kind,
        group,
        found.get("minimum", found.get("exclusiveMinimum")),
        found.get("maximum", found.get("exclusiveMaximum")),
        "exclusiveMinimum" in found,
        "exclusiveMaximum" in found,
        tuple(items.get("enum", ())),
        found.get("maxItems"),
    )


def _property(schema: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schema
    for part in path.split("."):
        found = found["properties"][part]
        if "$ref" in found:
            found = schema["$defs"][found["$ref"].rpartition("/")[2]]
        found = next((one for one in found.get("anyOf", ()) if one["type"] != "null"), found)
    return found


def _keys_of_strategy() -> tuple[Key, ...]:
    schema, of_retry = Strategy.model_json_schema(), Retry.model_json_schema()
    plain = [_key(schema, name, kind, group) for group, name, kind in _STRATEGY]
    retries = [
        _key(of_retry, f"retry.{verdict}.{part}", kind, "reintentos", part)
        for verdict in RETRY_DEFAULT
        for part, kind in _RETRY
    ]
    return (*plain[:-1], *retries, plain[-1])


KEYS: tuple[Key, ...] = _keys_of_strategy()
METAS: tuple[Key, ...] = tuple(_key(Metas.model_json_schema(), name, kind, group) for group, name, kind in _METAS)
_BY_NAME = {True: {key.name: key for key in METAS}, False: {key.name: key for key in KEYS}}


def keys_of(cartera: str) -> Mapping[str, Key]:
    """The keys of a cartera, or of the floor, by name."""
    return _BY_NAME[cartera == FLOOR]


def values(settings: Settings, cartera: str) -> dict[str, Any]:
    """The value of every key of a known cartera (or of the floor), as JSON."""
    table = _table(settings, settings.model_dump(mode="json"), cartera, tuple(RETRY_DEFAULT))
    return {name: _get(table, name) for name in keys_of(cartera)}


# ── laid over the file ──────────────────────────────────────────────────────────────────────────────


def laid(file: Settings, versions: Iterable[Version]) -> dict[str, Any]:
    """The file's table with the patches over it; those of carteras that it does not have change nothing."""
    raw = file.model_dump(mode="json")
    for version in versions:
        if version.cartera == FLOOR or version.cartera in file.carteras:
            verdicts = {name.split(".")[1] for name in version.patch if name.startswith("retry.")}
            table = _table(file, raw, version.cartera, verdicts & set(RETRY_DEFAULT))
            for name, value in version.patch.items():
                _put(table, name, value)
    return raw


def _table(settings: Settings, raw: dict[str, Any], cartera: str, verdicts: Iterable[str]) -> dict[str, Any]:
    """Where the keys are in `raw`, with the retries of these verdicts written out: one half alone would not do."""
    if cartera == FLOOR:
        metas: dict[str, Any] = raw["metas"]
        return metas
    table: dict[str, Any] = raw["carteras"][cartera]
    for verdict in verdicts:
        rule = settings.carteras[cartera].retry_for(verdict)
        table["retry"].setdefault(verdict, rule.model_dump(mode="json") if rule else {})
    return table


def _get(table: Mapping[str, Any], name: str) -> Any:
    for part in name.split("."):
        table = table[part]
    return table


def _put(table: dict[str, Any], name: str, value: Any) -> None:
    *path, last = name.split(".")
    for part in path:
        table = table.setdefault(part, {})
    table[last] = value


def faults(file: Settings, version: Version, reglas: Mapping[str, Preset], day: str) -> list[Fault]:
    """Why the file with this version over it may not be in force on an ISO day; empty when it may.

    A version of a cartera that the file does not have is not judged. Presets must be known.
    """
    known = keys_of(version.cartera)
    strange = [Fault(name, said("unknown_key")) for name in version.patch if name not in known]
    if strange:
        return strange
    try:
        settings = Settings.model_validate(laid(file, [version]))
    except ValidationError as bad:
        return [_fault(version.cartera, dict(one)) for one in bad.errors()]
    return _of_law(settings, version, reglas, day)


def _fault(cartera: str, wrong: Mapping[str, Any]) -> Fault:
    """A validation error by its key; one of the whole table is told of the key that its `ctx` names."""
    context = wrong.get("ctx", {})
    within = wrong["loc"][2:] if cartera else wrong["loc"][1:]
    parts = [part for part in within if isinstance(part, str) and part not in ("float", "none")]
    name = str(context.get("key", ".".join(parts)))
    key = keys_of(cartera).get(name)
    return Fault(name, said(str(wrong["type"]), key.kind if key else "", context, str(wrong["msg"])))


def _of_law(settings: Settings, version: Version, reglas: Mapping[str, Preset], day: str) -> list[Fault]:
    """The law binds a cartera that is dialled, and whatever a version sets."""
    strategy = settings.carteras.get(version.cartera)
    if strategy is None:
        return []
    found = []
    for bound, _ in broken(strategy, reglas, day):
        if strategy.enabled or bound.key in version.patch:
            word = "law_most" if bound.most else "law_least"
            kind = keys_of(version.cartera)[bound.key].kind
            found.append(Fault(bound.key, said(word, kind, {"limit": bound.limit, "preset": bound.preset})))
    if strategy.enabled and number_fault(strategy, settings.mandantes, day):
        found.append(Fault("enabled", said("number", "", {"number": strategy.caller_id, "of": strategy.mandante})))
    return found


def in_force(file: Settings, versions: Iterable[Version], reglas: Mapping[str, Preset], day: str) -> InForce:
    """The file with every version that fits over it; `versions`: at most one for each cartera.

    The file alone must be in order on that ISO day.
    """
    known = [one for one in versions if one.cartera == FLOOR or one.cartera in file.carteras]
    wrong = {one.cartera: faults(file, one, reglas, day) for one in known}
    unfit = {name: "; ".join(f"{key}: {detail}" for key, detail in found) for name, found in wrong.items() if found}
    taken = {one.cartera: one for one in known if one.cartera not in unfit}
    return InForce(Settings.model_validate(laid(file, taken.values())), taken, unfit)


# ── what is published ───────────────────────────────────────────────────────────────────────────────


def patched(before: Patch, changes: Patch) -> dict[str, Any]:
    """The patch with the changes in it; a change to None takes the key back to what the file says."""
    return {name: value for name, value in {**before, **changes}.items() if value is not None}


def canonical(file: Settings, version: Version) -> dict[str, Any]:
    """The version's patch as the settings read it (3 as 3.0, "09:00" trimmed). It must fit the file."""
    read = values(Settings.model_validate(laid(file, [version])), version.cartera)
    return {name: read[name] for name in sorted(version.patch)}


def differences(before: Patch, after: Patch) -> list[Change]:
    """What changed from one patch to the next, in the keys' order of name."""
    names = sorted({*before, *after})
    return [Change(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n)]


def marks(history: Sequence[Version]) -> dict[str, Version]:
    """For each key in the last version's patch, the version that gave it its value. `history`: oldest first."""
    found: dict[str, Version] = {}
    before: Patch = {}
    for version in history:
        for change in differences(before, version.patch):
            found[change.key] = version
        before = version.patch
    return {name: version for name, version in found.items() if name in before}


def law(strategy: Strategy, reglas: Mapping[str, Preset], day: str) -> list[Bound]:
    """What the presets limit on an ISO day, the strictest of each key and side."""
    strictest: dict[tuple[str, bool], Bound] = {}
    for bound in bounds(strategy, reglas, day):
        place = (bound.key, bound.most)
        other = strictest.get(place)
        if other is None or other.kept_by(bound.limit):
            strictest[place] = bound
    return list(strictest.values())
