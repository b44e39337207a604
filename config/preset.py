"""A preset of contact rules: law and policy as dated data, each value with its source and its strength.

The files are `config/reglas/*.toml`. `strength`: ``P`` primary text, ``S`` secondary, ``W`` weak, ``policy`` the
firm's own choice. An open question of the law is a setting whose default is the strict reading. A section that a
preset leaves out is a rule that does not exist there; a section may be written several times (``[[hours]]``) with
dates that do not overlap, and a day is judged by the one that holds on it.
"""

from __future__ import annotations

from datetime import date
from itertools import combinations, pairwise
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

OPEN_END = "9999-12-31"
"""The `until` of a rule whose end nobody knows."""


def _iso_day(text: str) -> str:
    """Days are compared as text, so each must be written in the one way that sorts."""
    try:
        exact = date.fromisoformat(text).isoformat() == text
    except ValueError:
        exact = False
    if not exact:
        raise ValueError("must be a day that exists, written year-month-day as 2026-11-21")
    return text


def _in_order(windows: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Raises `ValueError` for windows that end before they begin, overlap, or are not in the day's order."""
    hours = [hour for window in windows for hour in window]
    if any(start >= end for start, end in windows) or hours != sorted(hours):
        raise ValueError("each window must end after it begins, and the next one must not begin before")
    return windows


Hour = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Window = tuple[Hour, Hour]
Windows = Annotated[tuple[Window, ...], AfterValidator(_in_order)]
IsoDay = Annotated[str, AfterValidator(_iso_day)]
Strength = Literal["P", "S", "W", "policy"]
Channel = Literal["call", "visit", "sms", "email", "message", "letter"]
Channels = Annotated[tuple[Channel, ...], Field(min_length=1)]
CountBasis = Literal["attempt", "answered", "effective_contact"]
WindowKind = Literal["rolling", "calendar_week", "calendar_day"]
Scope = Literal["rut_mandante", "rut"]
Requested = Literal["counted", "exempt"]
QuotaId = Literal["contact_quota", "remote_quota", "conversation_quota", "attempt_quota", "day_quota", "one_channel"]


class Dated(BaseModel):
    """Something that holds for a time. `since` and `until` are ISO days where the debtor lives, half-open: on the day
    `until` it holds no longer."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    since: IsoDay = "1900-01-01"
    until: IsoDay = OPEN_END

    @model_validator(mode="after")
    def _holds_some_time(self) -> Self:
        if self.since >= self.until:
            raise ValueError(f"since {self.since} must be before until {self.until}")
        return self

    def holds(self, day: str) -> bool:
        """Whether it holds on an ISO day."""
        return self.since <= day < self.until


D = TypeVar("D", bound=Dated)


def _one_or_several(raw: object) -> object:
    return [raw] if isinstance(raw, dict | Dated) else raw


def apart(rules: tuple[D, ...]) -> tuple[D, ...]:
    """The same, in the order of their dates. Raises `ValueError` when two hold on one day."""
    ordered = tuple(sorted(rules, key=lambda rule: rule.since))
    for one, other in pairwise(ordered):
        if other.since < one.until:
            raise ValueError(f"two of them hold on {other.since}: give the earlier one until = {other.since!r}")
    return ordered


Versions = Annotated[tuple[D, ...], BeforeValidator(_one_or_several), AfterValidator(apart)]
"""The same rule as it was, is and will be: one table or several, on any day at most one."""


class Evidence(BaseModel):
    """Where one value comes from, when that is not where the rest of its section does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    strength: Strength


class Rule(Dated):
    """What every rule carries: where it comes from, how sure that is, and when it holds.

    `evidence` gives the source and strength of single values, by their key.
    """

    source: Annotated[str, Field(min_length=1)]
    strength: Strength
    evidence: dict[str, Evidence] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _of_its_own_values(self) -> Self:
        unknown = sorted(set(self.evidence) - set(self.values()))
        if unknown:
            raise ValueError(
                f"evidence.{unknown[0]}: there is no such value here; there are: {', '.join(self.values())}"
            )
        return self

    @classmethod
    def values(cls) -> tuple[str, ...]:
        """The keys of what the rule says, without those of where and when."""
        return tuple(key for key in cls.model_fields if key not in Rule.model_fields)


class Hours(Rule):
    """Half-open windows ``[from, to)`` in the debtor's zone; an empty one closes the day.

    They bind calls and visits, never letters; SMS, e-mail and messaging where `hours_bind_remote`.
    """

    weekday: Windows
    saturday: Windows
    sunday: Windows = ()
    holiday: Windows = ()
    hours_bind_remote: bool = True


class Quota(Rule):
    """At most `count` contacts in `days` days, over `channels` together; `gap_h` hours between two of them.

    `id` names the rule in a refusal. `count_basis` (of calls; any other channel's touch counts): attempt (rang or
    better), answered (a person answered, abandoned included), effective_contact (the disposition uses the weekly
    contact, or abandoned). `window`: rolling (elapsed time), calendar_week (ISO week) or calendar_day, in the debtor's
    zone. `scope`: whose touches count, those of the case's mandante or of all. `counts`: touches on all `channels`,
    or only on the `others` than the one asked for. `requested`, of a call that the debtor asked for and consented to:
    counted (held back like any other) or exempt (not held back from the agreed hour on; it counts afterwards).
    """

    id: QuotaId
    count: Annotated[int, Field(ge=1)]
    days: Annotated[int, Field(ge=1, le=30)]
    channels: Channels
    count_basis: CountBasis = "answered"
    window: WindowKind = "rolling"
    scope: Scope = "rut_mandante"
    gap_h: Annotated[int, Field(ge=0, le=720)] = 0
    counts: Literal["together", "others"] = "together"
    requested: Requested = "counted"

    @model_validator(mode="after")
    def _days_of_the_window(self) -> Self:
        wanted = {"calendar_week": 7, "calendar_day": 1}.get(self.window, self.days)
        if self.days != wanted:
            raise ValueError(f"window {self.window} means days = {wanted}, not {self.days}")
        return self


class Attempts(Rule):
    """Policy caps on placed calls per person: per local day, per seven days, and the least time between two."""

    per_day: Annotated[int, Field(ge=1)]
    per_week: Annotated[int, Field(ge=1)]
    gap_min: Annotated[int, Field(ge=0)]
    scope: Scope = "rut"


class Abandoned(Rule):
    """No call to the person for `hours` after one that they answered and nobody took, except with a guaranteed agent:
    one who is held for this very call."""

    hours: Annotated[int, Field(ge=0, le=720)]


class Machine(Rule):
    """No call to the same number for `hours` after one that was hung up as an answering machine."""

    hours: Annotated[int, Field(ge=0, le=720)]


class Stops(Rule):
    """What ends contact: of the case (emplazado, disputa, pagado) and of the person (concursal, bloqueado).

    Besides, a person's opt-outs, one for each channel (``baja_sms``, ``baja_call``…): with `opt_out_per_channel` each
    ends its own channel; without, which is stricter, any of them ends all.
    """

    kinds: tuple[str, ...]
    opt_out_per_channel: bool = False


class Phones(Rule):
    """Kinds of telephone that are not called."""

    barred: tuple[str, ...]


class Dialing(Rule):
    """What the settings of a cartera must keep to. None: no such rule.

    `ring_min_s`: the least seconds a call is let ring. `wait_max_s`: the most seconds a person who answered waits for
    an agent. `abandon_ratio_max`: abandoned of answered calls, at most, and over how many days, at most, that is
    counted (`abandon_window_days`). `abandon_any_window`: every stretch of that length counts by itself, one that has
    only begun to be dialled in too; otherwise its end does.
    """

    ring_min_s: Annotated[float | None, Field(ge=0, le=120)] = None
    wait_max_s: Annotated[float | None, Field(gt=0, le=10)] = None
    abandon_ratio_max: Annotated[float | None, Field(gt=0, le=1)] = None
    abandon_window_days: Annotated[int | None, Field(ge=1, le=30)] = None
    abandon_any_window: bool = False


class Preset(BaseModel):
    """One jurisdiction and regime. `version` is stored with every attempt that the preset allowed.

    `extra_holidays` are days that a law of its own closes and the calendar library does not know yet,
    `not_holidays` those that it knows and that are working days all the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
    version: str
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    title: str
    holidays: Literal["national_and_regional", "none"] = "national_and_regional"
    extra_holidays: tuple[IsoDay, ...] = ()
    not_holidays: tuple[IsoDay, ...] = ()
    hours: Versions[Hours] = ()
    quotas: tuple[Quota, ...] = ()
    attempts: Versions[Attempts] = ()
    abandoned: Versions[Abandoned] = ()
    machine: Versions[Machine] = ()
    stops: Versions[Stops] = ()
    phones: Versions[Phones] = ()
    dialing: Versions[Dialing] = ()

    @model_validator(mode="after")
    def _one_quota_of_a_name_a_day(self) -> Self:
        for one, other in combinations(self.quotas, 2):
            if one.id == other.id and max(one.since, other.since) < min(one.until, other.until):
                raise ValueError(f"quotas: two {one.id} hold on {max(one.since, other.since)}; give them other dates")
        return self

    @property
    def looks_at_any_window(self) -> bool:
        """Whether abandonment must be within its limit at every moment, not at the window's end alone."""
        return any(rule.abandon_any_window for rule in self.dialing)

    def dialing_on(self, day: str) -> Dialing | None:
        """What the settings must keep to on an ISO day."""
        return next((rule for rule in self.dialing if rule.holds(day)), None)
