"""May this debtor be contacted, on this phone, now? The only file that knows calendars and zones.

Every rule is a function ``earliest(question, section, at_ms) -> at_ms`` that answers `at_ms` itself where it allows,
the first later moment at which it alone would allow, or `NEVER`. `section` is the part of the preset that holds on
that day. `may_contact` asks them all until none moves the moment any further, so a refusal always carries the exact
time at which it ends.

The rules are asked several times for each call, so what depends on the day alone (its windows, which rules are in
force, the version) is worked out once for each preset, zone, region and day. A debtor whose region is not known (""
in the case, or no region of the preset's country) has the national holidays only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, get_args
from zoneinfo import ZoneInfo

import holidays

from config.contrato import outside
from config.mandante import cli_allowed, cli_turns
from config.preset import (
    OPEN_END,
    Abandoned,
    Attempts,
    Dated,
    Hours,
    Machine,
    Phones,
    Preset,
    Quota,
    QuotaId,
    Stops,
    Window,
)
from dialer.applied import Applied
from dialer.contact import OPT_OUT, Contact, Phone, Touch
from dialer.counting import after_rolling, counted, inside

NEVER = 1 << 62
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
QUARTER_MS = 15 * MINUTE_MS
"""No zone's day begins, and no zone's clock changes, inside a quarter of an hour of UTC."""
DAYS_MAX = 370
"""What does not open in so many days never does."""

CALL = frozenset({"call"})
REMOTE = frozenset({"sms", "email", "message"})
CHANNELS = CALL | REMOTE | {"visit", "letter"}
WHOLE_DAY: Window = ("00:00", "24:00")
EVER = Dated()


class Allowed(NamedTuple):
    """Contact now. `version` names the preset that said so, and the mandante's readings that were in force."""

    version: str


class Refused(NamedTuple):
    """No contact now, by the rule with this id.

    `next_allowed_ms`: when it is allowed if nothing else happens (None: never). `never`: the rule by which it never is,
    which may be another one than the rule that refuses now.
    """

    rule: str
    reason: str
    next_allowed_ms: int | None
    never: str = ""


class _Book:
    """A preset made ready to judge with: compared by identity, which costs nothing."""

    __slots__ = ("given", "preset")

    def __init__(self, given: Preset) -> None:
        self.given = given
        self.preset = given if isinstance(given, Applied) else Applied.model_construct(**dict(given))


class Question:
    """What is asked. `calls`: when this person was called, for whichever mandante, oldest first.

    `guaranteed`: an agent is held for this very call.
    """

    __slots__ = ("book", "calls", "case", "channel", "guaranteed", "history", "phone")

    def __init__(
        self,
        case: Contact,
        phone: Phone | None,
        channel: str,
        history: tuple[Touch, ...],
        calls: list[int],
        guaranteed: bool,
        book: _Book,
    ) -> None:
        self.case = case
        self.phone = phone
        self.channel = channel
        self.history = history
        self.calls = calls
        self.guaranteed = guaranteed
        self.book = book

    def day(self, at_ms: int) -> Day:
        return _day_at(self.book, self.case.zone, self.case.region, at_ms // QUARTER_MS)


# ── days and hours in the debtor's zone ─────────────────────────────────────────────────────────────


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=512)
def _holidays(country: str, region: str, year: int) -> frozenset[date]:
    national = holidays.country_holidays(country, years=year)
    if region not in national.subdivisions:
        return frozenset(national)
    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))


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


def local_clock(at_ms: int, zone: str) -> str:
    """The wall clock in a zone, to the minute: 15:05."""
    return f"{datetime.fromtimestamp(at_ms // 1000, _zone(zone)):%H:%M}"


def local_hour(at_ms: int, zone: str) -> int:
    """The hour of the day, 0 to 23."""
    return _hour_of(at_ms // QUARTER_MS, zone)


@lru_cache(maxsize=65_536)
def _hour_of(quarter: int, zone: str) -> int:
    return datetime.fromtimestamp(quarter * QUARTER_MS // 1000, _zone(zone)).hour


def midnight_ms(day: date, zone: str) -> int:
    """The instant at which a day begins in a zone."""
    return _instant(day, "00:00", zone)


def working_morning_ms(preset: Preset, zone: str, now_ms: int) -> int:
    """10:00 in `zone` of the first Tuesday to Thursday, from today on, that is no holiday: a demo's day begins."""
    return _instant(working_day(preset, zone, now_ms), "10:00", zone)


def working_day(preset: Preset, zone: str, now_ms: int) -> date:
    """The first Tuesday to Thursday, from today on, that is no holiday."""
    day = local_day(now_ms, zone)
    while day.weekday() not in (1, 2, 3) or is_holiday(preset, "", day):
        day += timedelta(days=1)
    return day


def clock_ms(day: date, clock: str, zone: str) -> int:
    """The instant at which a day's clock shows ``09:00``; ``24:00`` is the next midnight."""
    return _instant(day, clock, zone)


def is_holiday(preset: Preset, region: str, day: date) -> bool:
    """National or of the debtor's region, unless the preset says that it is a working day; or one of the preset's."""
    iso = day.isoformat()
    if iso in preset.extra_holidays:
        return True
    return day in _holidays(preset.country, region, day.year) and iso not in preset.not_holidays


class Day(NamedTuple):
    """One local day: its instants, the windows in which contact is allowed on the channels that they bind, what is in
    force for each channel (`rules_of_nobody`: for who was never contacted), the kinds of telephone that are not called,
    and what says so."""

    date: str
    start_ms: int
    end_ms: int
    windows: tuple[tuple[int, int], ...]
    bound: frozenset[str]
    rules: dict[str, tuple[_InForce, ...]]
    rules_of_nobody: dict[str, tuple[_InForce, ...]]
    barred: tuple[str, ...]
    allowed: Allowed


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
    iso = day.isoformat()
    hours = next((rule for rule in preset.hours if rule.holds(iso)), None)
    windows = _narrowed(_hours(preset, hours, region, day), preset.own_hours)
    rules = {channel: tuple(_in_force(preset, channel, iso)) for channel in CHANNELS}
    return Day(
        iso,
        midnight_ms(day, zone),
        midnight_ms(day + timedelta(days=1), zone),
        tuple((_instant(day, a, zone), _instant(day, b, zone)) for a, b in windows),
        CHANNELS - {"letter"} if hours is None or hours.hours_bind_remote else CHANNELS - {"letter"} - REMOTE,
        rules,
        {channel: tuple(rule for rule in found if not rule.looks_back) for channel, found in rules.items()},
        tuple(kind for rule in preset.phones if rule.holds(iso) for kind in rule.barred),
        Allowed(preset.version_on(iso)),
    )


def _hours(preset: Preset, hours: Hours | None, region: str, day: date) -> tuple[Window, ...]:
    if hours is None:
        return (WHOLE_DAY,)
    if preset.holidays != "none" and is_holiday(preset, region, day):
        return hours.holiday
    if day.weekday() == 6:
        return hours.sunday
    return hours.saturday if day.weekday() == 5 else hours.weekday


def _narrowed(windows: tuple[Window, ...], own: Window) -> list[Window]:
    inside_both = [(max(a, own[0]), min(b, own[1])) for a, b in windows]
    return [(a, b) for a, b in inside_both if a < b]


def _in_force(preset: Applied, channel: str, day: str) -> list[_InForce]:
    """What is asked for a channel on an ISO day, in the order in which refusals are named."""
    return [
        _InForce(named.rule or section.id, section, named.earliest, named.reason, named.looks_back)
        for named in RULES
        if channel in named.channels
        for section in named.sections(preset)
        if section.holds(day) and channel in getattr(section, "channels", CHANNELS)
    ]


def _earliest_hours(q: Question, _: Dated, at_ms: int) -> int:
    day = q.day(at_ms)
    for _day in range(DAYS_MAX):
        if q.channel not in day.bound:
            return at_ms
        for start, end in day.windows:
            if at_ms < end:
                return max(at_ms, start)
        at_ms = day.end_ms
        day = q.day(at_ms)
    return NEVER


# ── quotas ──────────────────────────────────────────────────────────────────────────────────────────


def _earliest_quota(q: Question, quota: Quota, at_ms: int) -> int:
    times = counted(quota, q.channel, q.history)
    if not times:
        return at_ms
    room_ms = _with_room(q, quota, times, at_ms)
    return min(room_ms, max(at_ms, q.case.callback_ms)) if _is_exempt(q, quota) else room_ms


def _is_exempt(q: Question, quota: Quota) -> bool:
    """A rellamado on the telephone on which it was asked for, where such calls are not held back. At its hour, not
    before: that is what was consented to."""
    on = q.phone.phone_id if q.phone is not None else 0
    asked = q.case.callback_ms > 0 and on > 0 and on == q.case.asked_on
    return asked and q.channel == "call" and quota.requested == "exempt"


def _with_room(q: Question, quota: Quota, times: list[int], at_ms: int) -> int:
    if quota.gap_h:
        at_ms = after_rolling(times, 1, quota.gap_h * HOUR_MS, at_ms)
    if quota.window == "rolling":
        return after_rolling(times, quota.count, quota.days * DAY_MS, at_ms)
    return _after_periods(times, quota, q.case.zone, at_ms)


def _after_periods(times: list[int], quota: Quota, zone: str, at_ms: int) -> int:
    """The first moment from `at_ms` on in a calendar week, or day, with fewer than `quota.count` of `times`."""
    first = local_day(at_ms, zone)
    if quota.window == "calendar_week":
        first -= timedelta(days=first.weekday())
    while True:
        start_ms, end_ms = midnight_ms(first, zone), midnight_ms(first + timedelta(days=quota.days), zone)
        if inside(times, start_ms, end_ms) < quota.count:
            return max(at_ms, start_ms)
        first += timedelta(days=quota.days)


def _calls(q: Question, caps: Attempts) -> list[int]:
    if caps.scope == "rut":
        return q.calls
    return sorted([touch.at_ms for touch in q.history if touch.channel == "call" and not touch.mandante])


def _earliest_per_day(q: Question, caps: Attempts, at_ms: int) -> int:
    calls, day = _calls(q, caps), None
    while len(calls) >= caps.per_day:
        day = q.day(at_ms if day is None else day.end_ms)
        if inside(calls, day.start_ms, day.end_ms) < caps.per_day:
            return max(at_ms, day.start_ms)
    return at_ms


def _earliest_per_week(q: Question, caps: Attempts, at_ms: int) -> int:
    return after_rolling(_calls(q, caps), caps.per_week, 7 * DAY_MS, at_ms)


def _earliest_gap(q: Question, caps: Attempts, at_ms: int) -> int:
    return after_rolling(_calls(q, caps), 1, caps.gap_min * MINUTE_MS, at_ms)


def _earliest_abandoned(q: Question, rule: Abandoned, at_ms: int) -> int:
    if q.guaranteed:
        return at_ms
    times = [touch.at_ms for touch in q.history if touch.abandoned]
    return max(at_ms, max(times) + rule.hours * HOUR_MS) if times else at_ms


def _earliest_machine(q: Question, rule: Machine, at_ms: int) -> int:
    if q.phone is None:
        return at_ms
    number = q.phone.phone_id
    times = [touch.at_ms for touch in q.history if touch.verdict == "machine" and touch.phone_id == number]
    return max(at_ms, max(times) + rule.hours * HOUR_MS) if times else at_ms


# ── stops, telephones, the number shown, the contract ──────────────────────────────────────────────


def _earliest_stop(q: Question, rule: Stops, at_ms: int) -> int:
    if not q.case.stops:
        return at_ms
    return NEVER if any(stop in rule.kinds for stop in q.case.stops) else at_ms


def _earliest_opt_out(q: Question, rule: Stops, at_ms: int) -> int:
    """In doubt who opted out of one channel opted out of all."""
    if not q.case.stops:
        return at_ms
    outs = [stop for stop in q.case.stops if stop.startswith(OPT_OUT)]
    ended = OPT_OUT + q.channel in outs if rule.opt_out_per_channel else bool(outs)
    return NEVER if ended else at_ms


def _earliest_phone(q: Question, rule: Phones, at_ms: int) -> int:
    return NEVER if q.phone is not None and q.phone.kind in rule.barred else at_ms


def _caller_fault(q: Question, day: str) -> str | None:
    preset = q.book.preset
    return cli_allowed(preset.cli, preset.caller_id, day)


def _earliest_caller(q: Question, _: Dated, at_ms: int) -> int:
    today = q.day(at_ms).date
    if _caller_fault(q, today) is None:
        return at_ms
    turns = cli_turns(q.book.preset.cli, today)
    fit = next((day for day in turns if _caller_fault(q, day) is None), None)
    return NEVER if fit is None else midnight_ms(date.fromisoformat(fit), q.case.zone)


def _earliest_contract(q: Question, _: Dated, at_ms: int) -> int:
    contrato, today = q.book.preset.contrato, q.day(at_ms).date
    if contrato.holds(today):
        return at_ms
    return midnight_ms(date.fromisoformat(contrato.asignada), q.case.zone) if today < contrato.asignada else NEVER


class _InForce(NamedTuple):
    """A rule on a day: its id, the section that says what it allows, and its refusal as a sentence."""

    rule: str
    section: Any
    earliest: Callable[[Question, Any, int], int]
    reason: str
    looks_back: bool


class _Named(NamedTuple):
    """A rule: its id (empty: the section's own), the channels it binds, and where the preset says what it allows.

    A rule that `looks_back` rests on the history alone: it allows everything where there is none.
    """

    rule: str
    channels: frozenset[str]
    sections: Callable[[Applied], tuple[Any, ...]]
    earliest: Callable[[Question, Any, int], int]
    reason: str
    looks_back: bool = True


RULES: tuple[_Named, ...] = (
    _Named("stop", CHANNELS, lambda p: p.stops, _earliest_stop, "the case or the person is stopped: {stops}", False),
    _Named("opt_out", CHANNELS, lambda p: p.stops, _earliest_opt_out, "the person opted out: {stops}", False),
    _Named("phone_kind", CHANNELS, lambda p: p.phones, _earliest_phone, "such telephones are not called", False),
    _Named("caller_id", CALL, lambda p: (EVER,) if p.cli else (), _earliest_caller, "{caller}", False),
    _Named("contract", CHANNELS, lambda p: (EVER,) * p.contrato.bounded, _earliest_contract, "{contract}", False),
    _Named("hours", CHANNELS, lambda p: (EVER,), _earliest_hours, "outside the hours allowed in {zone}", False),
    _Named("", CHANNELS, lambda p: p.quotas, _earliest_quota, "the contacts allowed in this time are used"),
    _Named("abandoned", CALL, lambda p: p.abandoned, _earliest_abandoned, "the last call was abandoned"),
    _Named("machine", CALL, lambda p: p.machine, _earliest_machine, "this number was a machine a short time ago"),
    _Named("attempt_gap", CALL, lambda p: p.attempts, _earliest_gap, "too soon after the last attempt"),
    _Named("attempts_per_day", CALL, lambda p: p.attempts, _earliest_per_day, "the attempts of this day are used"),
    _Named("attempts_per_week", CALL, lambda p: p.attempts, _earliest_per_week, "the attempts of this week are used"),
)
RULE_IDS = frozenset(get_args(QuotaId)) | {named.rule for named in RULES if named.rule}
"""Every word that a `Refused.rule` can be."""


def may_contact(
    case: Contact,
    phone: Phone | None,
    channel: str,
    history: tuple[Touch, ...],
    preset: Preset,
    now_ms: int,
    guaranteed_agent: bool = False,
) -> Allowed | Refused:
    """Judge one contact with one debtor at one moment, on one of `CHANNELS`.

    `phone` None judges the person alone. `history` is the person's ledger over all channels and mandantes. `preset`
    may be `applied` to a cartera. `guaranteed_agent`: an agent is held for this very call (a callback of the same
    ejecutivo, preview), so that it cannot be abandoned. The first rule that refuses now is named; `next_allowed_ms`
    satisfies all rules together.
    """
    calls = (
        sorted([touch.at_ms for touch in history if touch.channel == "call"]) if history and channel == "call" else []
    )
    q = Question(case, phone, channel, history, calls, guaranteed_agent, _book(preset))
    day = q.day(now_ms)
    for rule in (day.rules if history else day.rules_of_nobody)[channel]:
        if rule.earliest(q, rule.section, now_ms) > now_ms:
            return Refused(rule.rule, _reason(q, rule, day), *_first_allowed(q, now_ms))
    return day.allowed


def allowed_until_ms(preset: Preset, case: Contact, now_ms: int) -> int:
    """Until when an `Allowed` for a call, said now, is bound to be said again if nothing happens meanwhile.

    Time alone makes room in every quota; it forbids only where a window closes or another day's rules begin.
    """
    day = _day_at(_book(preset), case.zone, case.region, now_ms // QUARTER_MS)
    return next((end for start, end in day.windows if start <= now_ms < end), now_ms)


def barred_phones(preset: Preset, case: Contact, now_ms: int) -> tuple[str, ...]:
    """The kinds of telephone of this debtor that are not called today."""
    return _day_at(_book(preset), case.zone, case.region, now_ms // QUARTER_MS).barred


def _reason(q: Question, rule: _InForce, day: Day) -> str:
    caller = _caller_fault(q, day.date) if rule.rule == "caller_id" else ""
    contract = outside(q.book.preset.contrato, day.date) if rule.rule == "contract" else ""
    return rule.reason.format(zone=q.case.zone, stops=", ".join(q.case.stops), caller=caller, contract=contract)


def _first_allowed(q: Question, at_ms: int) -> tuple[int | None, str]:
    """The first moment from `at_ms` on that no rule puts off any further; None, and by which rule, where there is
    none."""
    while True:
        later_ms, rule = _put_off(q, at_ms)
        if later_ms == at_ms:
            return at_ms, ""
        if later_ms >= NEVER:
            return None, rule
        at_ms = later_ms


def _put_off(q: Question, at_ms: int) -> tuple[int, str]:
    """How long the first rule that refuses at `at_ms` goes on doing so, at most until it is no longer in force."""
    for rule in q.day(at_ms).rules[q.channel]:
        later_ms = rule.earliest(q, rule.section, at_ms)
        if later_ms > at_ms:
            until: str = rule.section.until
            ends_ms = NEVER if until == OPEN_END else midnight_ms(date.fromisoformat(until), q.case.zone)
            return min(later_ms, ends_ms), rule.rule
    return at_ms, ""
