"""The last days by the hour of the floor's clock, wherever the floor is."""

from __future__ import annotations

from datetime import date

from dialer import history
from dialer.pacing.experience import Hour
from dialer.records import Counted, Quarter
from tests.floors import at

SANTIAGO, KOLKATA = "America/Santiago", "Asia/Kolkata"
HOUR_MS, QUARTER_MS, DAY_MS = 3_600_000, 900_000, 86_400_000


def test_a_day_has_an_hour_for_each_that_its_clock_shows() -> None:
    hours_ms = history.hours_of(date(2026, 11, 24), SANTIAGO)
    assert hours_ms[0] == at("2026-11-24T03:00")
    assert [later - hours_ms[0] for later in hours_ms] == [n * HOUR_MS for n in range(24)]
    assert history.hours_of(date(2026, 11, 24), KOLKATA)[9] == at("2026-11-24T03:30")


def test_the_days_on_which_the_clock_changes() -> None:
    """Chile: on 5 September 2026 an hour is skipped at midnight; on 4 April 23:00 comes twice."""
    assert len(history.hours_of(date(2026, 9, 6), SANTIAGO)) == 23
    assert len(history.hours_of(date(2026, 4, 4), SANTIAGO)) == 24


def test_calls_of_the_same_hour_of_several_days_are_added_up_whatever_the_season() -> None:
    today = history.hours_of(date(2026, 9, 8), SANTIAGO)
    winter, summer = at("2026-09-04T13:00"), at("2026-09-07T12:45")  # both from 9:00 to 10:00 in Santiago
    quarters = [Quarter(winter, 4, 1, (4, 5, 6, 7)), Quarter(summer, 2, 2, (1, 1, 1, 1))]
    told = history.told(Counted(quarters, 3, 30, 2, 20), today, SANTIAGO)
    assert told.hours[9] == Hour(6, 3, (5, 6, 7, 8))
    assert sum(hour.calls for hour in told.hours) == 6
    assert (told.talks, told.talk_ms, told.wraps, told.wrap_ms) == (3, 30, 2, 20)


def test_the_last_days_begin_at_midnight() -> None:
    assert history.since_ms(date(2026, 11, 24), 14, SANTIAGO) == at("2026-11-10T03:00")
