"""The last days of a cartera told by the hour of the floor's day, as its pacer begins with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from operator import add

from dialer.pacing.experience import RATES, History, Hour
from dialer.records import Counted
from dialer.rules import QUARTER_MS, local_hour, midnight_ms

NO_CALLS = Hour(0, 0, (0,) * len(RATES))


def hours_of(day: date, zone: str) -> tuple[int, ...]:
    """When each hour of the day's clock begins, first to last; an hour that the clock shows twice begins once."""
    begins, ends = midnight_ms(day, zone), midnight_ms(day + timedelta(days=1), zone)
    found: list[int] = []
    for at_ms in range(begins, ends, QUARTER_MS):
        if not found or local_hour(at_ms, zone) != local_hour(found[-1], zone):
            found.append(at_ms)
    return tuple(found)


def since_ms(day: date, days: int, zone: str) -> int:
    """When the last `days` days before this one began."""
    return midnight_ms(day - timedelta(days=days), zone)


def told(counted: Counted, hours_ms: Sequence[int], zone: str) -> History:
    """What was counted, by the hours of the day that begin at `hours_ms`; hours that it does not have are left out."""
    by_hour: dict[int, Hour] = {}
    for one in counted.quarters:
        hour = local_hour(one.at_ms, zone)
        by_hour[hour] = _plus(by_hour.get(hour, NO_CALLS), Hour(one.calls, one.persons, one.rung_ms))
    hours = tuple(by_hour.get(local_hour(at_ms, zone), NO_CALLS) for at_ms in hours_ms)
    return History(hours, counted.talks, counted.talk_ms, counted.wraps, counted.wrap_ms)


def _plus(one: Hour, other: Hour) -> Hour:
    return Hour(one.calls + other.calls, one.persons + other.persons, _added(one.rung_ms, other.rung_ms))


def _added(one: Iterable[int], other: Iterable[int]) -> tuple[int, ...]:
    return tuple(map(add, one, other))
