"""A second opinion on the rules: slow, written from the law's words alone, knowing nothing of how `rules.py` does it.

It judges one moment by looking at the debtor's wall clock and calendar, and never says when it ends.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.preset import Preset, Rule
from dialer.contact import Contact, Phone, Touch

HOUR_MS = 3_600_000
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

YEARS = {
    2026: "01-01 04-03 04-04 05-01 05-21 06-21 06-29 07-16 08-15 09-18 09-19 10-12 10-31 11-01 12-08 12-25",
    2027: "01-01 03-26 03-27 05-01 05-21 06-21 06-28 07-16 08-15 09-17 09-18 09-19 10-11 10-31 11-01 12-08 12-25",
}
FERIADOS = frozenset(f"{year}-{day}" for year, days in YEARS.items() for day in days.split())
"""Chile's national feriados of 2026 and 2027, from the calendar on the wall."""

REGIONAL = {"AP": "06-07", "NB": "08-20"}


def allows(
    case: Contact, phone: Phone | None, channel: str, history: tuple[Touch, ...], preset: Preset, at_ms: int
) -> bool:
    """Whether this contact may be made at this moment."""
    here = _wall(at_ms, case.zone)
    refusals = [
        (preset.stops, bool(set(case.stops) & set(preset.stops.kinds))),
        (preset.phones, phone is not None and phone.kind in preset.phones.barred),
        (preset.hours, not _open(preset, case.region, here)),
        (preset.contact_quota, channel in preset.contact_quota.channels and _week_used(preset, case, history, at_ms)),
        (preset.abandoned, channel == "call" and _abandoned_lately(preset, history, at_ms)),
        (preset.attempts, channel == "call" and _too_many(preset, case, history, at_ms)),
    ]
    return not any(refuses for section, refuses in refusals if _holds(section, here))


def _wall(at_ms: int, zone: str) -> datetime:
    return (EPOCH + timedelta(milliseconds=at_ms)).astimezone(ZoneInfo(zone))


def _holds(section: Rule, here: datetime) -> bool:
    return section.since <= here.strftime("%Y-%m-%d") < section.until


def _open(preset: Preset, region: str, here: datetime) -> bool:
    day = here.strftime("%Y-%m-%d")
    feriado = day in FERIADOS or day in preset.extra_holidays or day[5:] == REGIONAL.get(region)
    if feriado and preset.holidays != "none":
        windows = preset.hours.holiday
    elif here.isoweekday() == 7:
        windows = preset.hours.sunday
    elif here.isoweekday() == 6:
        windows = preset.hours.saturday
    else:
        windows = preset.hours.weekday
    clock = here.strftime("%H:%M")
    return any(start <= clock < end for start, end in windows)


def _week_used(preset: Preset, case: Contact, history: tuple[Touch, ...], at_ms: int) -> bool:
    quota = preset.contact_quota
    basis = {"attempt": "rang", "answered": "answered", "effective_contact": "effective"}[quota.count_basis]
    contacts = [
        touch.at_ms
        for touch in history
        if touch.channel in quota.channels and (touch.channel != "call" or getattr(touch, basis))
    ]
    if quota.window == "rolling":
        return _within(contacts, quota.days * 24 * HOUR_MS, at_ms) >= quota.count
    week = _wall(at_ms, case.zone).isocalendar()[:2]
    return sum(_wall(one, case.zone).isocalendar()[:2] == week for one in contacts) >= quota.count


def _within(times: list[int], window_ms: int, at_ms: int) -> int:
    return sum(at_ms - one < window_ms for one in times)


def _abandoned_lately(preset: Preset, history: tuple[Touch, ...], at_ms: int) -> bool:
    return any(at_ms - touch.at_ms < preset.abandoned.hours * HOUR_MS for touch in history if touch.abandoned)


def _too_many(preset: Preset, case: Contact, history: tuple[Touch, ...], at_ms: int) -> bool:
    caps, calls = preset.attempts, [touch.at_ms for touch in history if touch.channel == "call"]
    today = _wall(at_ms, case.zone).date()
    return (
        sum(_wall(one, case.zone).date() == today for one in calls) >= caps.per_day
        or _within(calls, 7 * 24 * HOUR_MS, at_ms) >= caps.per_week
        or _within(calls, caps.gap_min * 60_000, at_ms) >= 1
    )
