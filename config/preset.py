"""A preset of contact rules: law and policy as dated data, each value with its source and its strength.

The files are `config/reglas/*.toml`. `strength`: ``P`` primary text, ``S`` secondary, ``W`` weak, ``policy`` the
firm's own choice. An open question of the law is a setting whose default is the strict reading.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

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


class Rule(BaseModel):
    """What every rule carries: where it comes from, how sure that is, since when and until when it holds.

    `since` and `until` are ISO days where the debtor lives, half-open: on the day `until` the rule holds no longer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    strength: Strength
    since: IsoDay = "1900-01-01"
    until: IsoDay = OPEN_END

    @model_validator(mode="after")
    def _holds_some_time(self) -> Self:
        if self.since >= self.until:
            raise ValueError(f"since {self.since} must be before until {self.until}")
        return self


class Hours(Rule):
    """Half-open windows ``[from, to)`` in the debtor's zone; an empty one closes the day."""

    weekday: Windows
    saturday: Windows
    sunday: Windows = ()
    holiday: Windows = ()


class Quota(Rule):
    """At most `count` contacts in `days` days, over `channels` together.

    `count_basis`: attempt (rang or better), answered (a person answered, abandoned included), effective_contact (the
    disposition uses the weekly contact, or abandoned). `window`: rolling (elapsed time) or calendar_week (ISO week in
    the debtor's zone).
    """

    count: Annotated[int, Field(ge=1)]
    days: Annotated[int, Field(ge=1, le=366)]
    channels: tuple[str, ...]
    count_basis: Literal["attempt", "answered", "effective_contact"] = "answered"
    window: Literal["rolling", "calendar_week"] = "rolling"


class Attempts(Rule):
    """Policy caps on placed calls per person: per local day, per seven days, and the least time between two."""

    per_day: Annotated[int, Field(ge=1)]
    per_week: Annotated[int, Field(ge=1)]
    gap_min: Annotated[int, Field(ge=0)]


class Abandoned(Rule):
    """No call for `hours` after one that the person answered and nobody took."""

    hours: Annotated[int, Field(ge=0)]


class Stops(Rule):
    """What ends contact: of the case (emplazado, disputa, pagado) and of the person (concursal, bloqueado)."""

    kinds: tuple[str, ...]


class Phones(Rule):
    """Kinds of telephone that are not called."""

    barred: tuple[str, ...]


class Preset(BaseModel):
    """One jurisdiction and regime. `version` is stored with every attempt that the preset allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: str
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    title: str
    holidays: Literal["national_and_regional", "none"] = "national_and_regional"
    extra_holidays: tuple[IsoDay, ...] = ()
    hours: Hours
    contact_quota: Quota
    attempts: Attempts
    abandoned: Abandoned
    stops: Stops
    phones: Phones
