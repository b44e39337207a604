"""May this debtor be contacted, on this phone, now? The only file that knows calendars and zones.

Every rule is a function ``earliest(question, at_ms) -> at_ms`` that answers `at_ms` itself where it allows, the first
later moment at which it alone would allow, or `NEVER`. `may_contact` asks them all until none moves the moment any
further, so a refusal always carries the exact time at which it ends.

The rules are asked several times for each call, so what depends on the day alone (its windows, which rules are in
force) is worked out once for each preset, zone, region and day. A debtor whose region is not known ("" in the case)
has the national holidays only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays
import msgspec

from config.preset import OPEN_END, Preset, Quota, Window
from dialer.contact import Contact, Phone, Touch

NEVER = 1 << 62
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
QUARTER_MS = 15 * MINUTE_MS
"""No zone's day begins, and no zone's clock changes, inside a quarter of an hour of UTC."""


class Allowed(msgspec.Struct, frozen=True):
    """Contact now. `version` names the preset that said so."""

    version: str


class Refused(msgspec.Struct, frozen=True):
    """No contact now, by the rule with this id.

    `next_allowed_ms`: when it is allowed if nothing else happens (None: never).
    """

    rule: str
    reason: str
    next_allowed_ms: int | None


class Question(NamedTuple):
    """What is asked. `calls`: when this person was called, oldest first."""

    case: Contact
    phone: Phone | None
    channel: str
    history: tuple[Touch, ...]
    calls: list[int]
    book: _Book

    def day(self, at_ms: int) -> Day:
        return _day_at(self.book, self.case.zone, self.case.region, at_ms // QUARTER_MS)


# ── days and hours in the debtor's zone ─────────────────────────────────────────────────────────────


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=512)
def _holidays(country: str, region: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))


def _instant(day: date, clock: str, zone: str) -> int:
    """The instant of a local wall-clock time; 24:00 is the next midnight.

    A time that DST skips is its later twin, one that DST repeats is its first.
    """
    hour, minute = int(clock[:2]), int(clock[3:])
    if hour == 24:
        day, hour = day + timedelta(days=1), 0
    local = datetime.combine(day, time(hour, minute), _zone(zone))
    return int(local.timestamp()) * 1000


def local_day(at_ms: int, zone: str) -> date:
    return datetime.fromtimestamp(at_ms // 1000, _zone(zone)).date()


def midnight_ms(day: date, zone: str) -> int:
    """The instant at which a day begins in a zone."""
    return _instant(day, "00:00", zone)


def working_morning_ms(preset: Preset, zone: str, now_ms: int) -> int:
    """10:00 in `zone` of the first Tuesday to Thursday, from today on, that is no holiday: a demo's day begins."""
    day = local_day(now_ms, zone)
    while day.weekday() not in (1, 2, 3) or is_holiday(preset, "", day):
        day += timedelta(days=1)
    return _instant(day, "10:00", zone)


def is_holiday(preset: Preset, region: str, day: date) -> bool:
    """National, of the debtor's region, or made by a law of its own (`extra_holidays`)."""
    return day in _holidays(preset.country, region, day.year) or day.isoformat() in preset.extra_holidays


class Day(NamedTuple):
    """One local day: its instants, the windows in which contact is allowed, the rules that are in force."""

    date: date
    start_ms: int
    end_ms: int
    windows: tuple[tuple[int, int], ...]
    rules: tuple[_Named, ...]


class _Book:
    """A preset made ready to judge with: compared by identity, which costs nothing."""

    __slots__ = ("allowed", "preset")

    def __init__(self, preset: Preset) -> None:
        self.preset = preset
        self.allowed = Allowed(f"{preset.id}@{preset.version}")


_BOOKS: dict[int, _Book] = {}
_BOOKS_MAX = 256


def _book(preset: Preset) -> _Book:
    """By the preset's identity, not its value: hashing all of it would cost more than judging by it.

    A book keeps its preset alive, so no other one can take its identity meanwhile.
    """
    book = _BOOKS.get(id(preset))
    if book is None:
        if len(_BOOKS) >= _BOOKS_MAX:
            _BOOKS.clear()
        book = _BOOKS[id(preset)] = _Book(preset)
    return book


@lru_cache(maxsize=65_536)
def _day_at(book: _Book, zone: str, region: str, quarter: int) -> Day:
    preset, day = book.preset, local_day(quarter * QUARTER_MS, zone)
    windows = tuple((_instant(day, a, zone), _instant(day, b, zone)) for a, b in _hours(preset, region, day))
    rules = tuple(named for named in RULES if _in_force(preset, named, day))
    return Day(day, midnight_ms(day, zone), midnight_ms(day + timedelta(days=1), zone), windows, rules)


def _hours(preset: Preset, region: str, day: date) -> tuple[Window, ...]:
    hours = preset.hours
    if preset.holidays != "none" and is_holiday(preset, region, day):
        return hours.holiday
    if day.weekday() == 6:
        return hours.sunday
    return hours.saturday if day.weekday() == 5 else hours.weekday


def _in_force(preset: Preset, named: _Named, day: date) -> bool:
    """From the midnight on which `since` begins where the debtor lives to the one on which `until` does."""
    section = getattr(preset, named.section)
    return bool(section.since <= day.isoformat() < section.until)


def _earliest_hours(q: Question, at_ms: int) -> int:
    day = q.day(at_ms)
    for _ in range(370):
        for start, end in day.windows:
            if at_ms < end:
                return max(at_ms, start)
        day = q.day(day.end_ms)
    return NEVER


# ── quotas ──────────────────────────────────────────────────────────────────────────────────────────


def _counts(quota: Quota, touch: Touch) -> bool:
    if touch.channel not in quota.channels:
        return False
    if touch.channel != "call":
        return True
    if quota.count_basis == "attempt":
        return touch.rang or touch.answered
    return touch.answered if quota.count_basis == "answered" else touch.effective


def _earliest_quota(q: Question, at_ms: int) -> int:
    quota = q.book.preset.contact_quota
    if q.channel not in quota.channels:
        return at_ms
    times = sorted([touch.at_ms for touch in q.history if _counts(quota, touch)])
    if quota.window == "rolling":
        return _after_rolling(times, quota.count, quota.days * DAY_MS, at_ms)
    return _after_weeks(times, quota.count, q.case.zone, at_ms)


def _after_rolling(times: list[int], count: int, window_ms: int, at_ms: int) -> int:
    """The first moment from `at_ms` on with fewer than `count` of `times` in the `window_ms` before it.

    At exactly the window's length the contact is allowed again (domain rule 0.2). Touches after `at_ms` (a clock
    that went back) count as well.
    """
    if len(times) < count or times[-count] <= at_ms - window_ms:
        return at_ms
    return times[-count] + window_ms


def _after_weeks(times: list[int], count: int, zone: str, at_ms: int) -> int:
    monday = local_day(at_ms, zone)
    monday -= timedelta(days=monday.weekday())
    while True:
        start, end = midnight_ms(monday, zone), midnight_ms(monday + timedelta(days=7), zone)
        if _inside(times, start, end) < count:
            return max(at_ms, start)
        monday += timedelta(days=7)


def _inside(times: list[int], start_ms: int, end_ms: int) -> int:
    return bisect_left(times, end_ms) - bisect_left(times, start_ms)


def _earliest_per_day(q: Question, at_ms: int) -> int:
    cap, day = q.book.preset.attempts.per_day, None
    while len(q.calls) >= cap:
        day = q.day(at_ms if day is None else day.end_ms)
        if _inside(q.calls, day.start_ms, day.end_ms) < cap:
            return max(at_ms, day.start_ms)
    return at_ms


def _earliest_per_week(q: Question, at_ms: int) -> int:
    return _after_rolling(q.calls, q.book.preset.attempts.per_week, 7 * DAY_MS, at_ms)


def _earliest_gap(q: Question, at_ms: int) -> int:
    return _after_rolling(q.calls, 1, q.book.preset.attempts.gap_min * MINUTE_MS, at_ms)


def _earliest_abandoned(q: Question, at_ms: int) -> int:
    if q.channel != "call":
        return at_ms
    times = [touch.at_ms for touch in q.history if touch.abandoned]
    return max(at_ms, max(times) + q.book.preset.abandoned.hours * HOUR_MS) if times else at_ms


# ── stops ───────────────────────────────────────────────────────────────────────────────────────────


def _earliest_stop(q: Question, at_ms: int) -> int:
    if not q.case.stops:
        return at_ms
    return NEVER if any(stop in q.book.preset.stops.kinds for stop in q.case.stops) else at_ms


def _earliest_phone(q: Question, at_ms: int) -> int:
    return NEVER if q.phone is not None and q.phone.kind in q.book.preset.phones.barred else at_ms


class _Named(NamedTuple):
    """A rule: its id, the preset's section that says what it allows and since when, and its refusal as a sentence."""

    rule: str
    section: str
    earliest: Callable[[Question, int], int]
    reason: str


RULES: tuple[_Named, ...] = (
    _Named("stop", "stops", _earliest_stop, "the case or the person is stopped: {stops}"),
    _Named("phone_kind", "phones", _earliest_phone, "telephones of this kind are not called"),
    _Named("hours", "hours", _earliest_hours, "outside the hours allowed in {zone}"),
    _Named("contact_quota", "contact_quota", _earliest_quota, "the contacts of this week are used"),
    _Named("abandoned", "abandoned", _earliest_abandoned, "the last call was abandoned"),
    _Named("attempt_gap", "attempts", _earliest_gap, "too soon after the last attempt"),
    _Named("attempts_per_day", "attempts", _earliest_per_day, "the attempts of this day are used"),
    _Named("attempts_per_week", "attempts", _earliest_per_week, "the attempts of this week are used"),
)


def may_contact(
    case: Contact, phone: Phone | None, channel: str, history: tuple[Touch, ...], preset: Preset, now_ms: int
) -> Allowed | Refused:
    """Judge one contact with one debtor at one moment.

    `phone` None judges the person alone. `history` is the ledger of the person with the mandante, over all channels.
    The first rule that refuses now is named; `next_allowed_ms` satisfies all rules together.
    """
    calls = sorted([touch.at_ms for touch in history if touch.channel == "call"]) if channel == "call" else []
    q = Question(case, phone, channel, history, calls, _book(preset))
    for named in q.day(now_ms).rules:
        if named.earliest(q, now_ms) > now_ms:
            reason = named.reason.format(zone=case.zone, stops=", ".join(case.stops))
            return Refused(named.rule, reason, _first_allowed(q, now_ms))
    return q.book.allowed


def _first_allowed(q: Question, at_ms: int) -> int | None:
    """The first moment from `at_ms` on that no rule puts off any further; None where there is none."""
    while True:
        later_ms = _put_off(q, at_ms)
        if later_ms == at_ms:
            return at_ms
        if later_ms >= NEVER:
            return None
        at_ms = later_ms


def _put_off(q: Question, at_ms: int) -> int:
    """How long the first rule that refuses at `at_ms` goes on doing so, at most until it is no longer in force."""
    for named in q.day(at_ms).rules:
        later_ms = named.earliest(q, at_ms)
        if later_ms > at_ms:
            until = getattr(q.book.preset, named.section).until
            ends_ms = NEVER if until == OPEN_END else midnight_ms(date.fromisoformat(until), q.case.zone)
            return min(later_ms, ends_ms)
    return at_ms
