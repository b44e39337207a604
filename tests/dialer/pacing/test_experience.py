"""What the records say of the day before its first call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing.drift import PRIOR_EVENTS
from dialer.pacing.experience import (
    CARTERA,
    FLOOR,
    HOUR,
    NOTHING,
    RATES,
    STRENGTH_MOST,
    STRETCHES_MS,
    TIMES,
    History,
    Hour,
    pooled,
)
from dialer.pacing.predictive import Predictive
from dialer.pacing.view import View
from tests.dialer.pacing.floors import NOON_MS

HOUR_MS = 3_600_000
HOURS_MS = (NOON_MS, NOON_MS + HOUR_MS)
EMPTY = Hour(0, 0, (0,) * len(RATES))
DEFAULT_PER_CALL = 0.001 * 1 + 0.01 * 3 + 0.025 * 16
"""Persons whom the default expects of a call that rings 20 seconds."""


def rang(calls: int, persons: int) -> Hour:
    """So many calls that rang 20 seconds each."""
    return Hour(calls, persons, (1_000 * calls, 3_000 * calls, 16_000 * calls, 0))


hours = st.builds(rang, st.integers(0, 5_000), st.just(0)).flatmap(
    lambda hour: st.integers(0, hour.calls).map(lambda n: Hour(hour.calls, n, hour.rung_ms))
)
histories = st.builds(History, st.tuples(hours, hours), *[st.integers(0, 10**6)] * 4)


def test_stretches_are_parted_where_the_defaults_rate_changes() -> None:
    assert STRETCHES_MS == (1_000, 4_000, 20_000)
    assert RATES == (0.001, 0.01, 0.025, 0.01)


def test_without_calls_everything_is_the_weak_default() -> None:
    one = pooled(HOURS_MS, {"a": History((EMPTY, EMPTY))})["a"]
    assert one.levels == (1.0, 1.0)
    assert one.strength == NOTHING.strength
    assert one.releases is not None
    assert (one.releases.talk_s, one.releases.wrap_s) == (80.0, 20.0)


def test_with_many_calls_an_hours_level_is_its_own() -> None:
    one = pooled(HOURS_MS, {"a": History((rang(100_000, 10_000), rang(100_000, 60_000)))})["a"]
    assert one.levels == pytest.approx((0.1 / DEFAULT_PER_CALL, 0.6 / DEFAULT_PER_CALL), rel=0.03)


def test_the_formula_with_its_pseudo_counts() -> None:
    """One cartera, one hour: (n + w) / (e + w / m), three times over."""
    persons, e = 30, 100 * DEFAULT_PER_CALL
    floor = (persons + FLOOR) / (e + FLOOR)
    own = (persons + CARTERA) / (e + CARTERA / floor)
    of_hour = (persons + HOUR) / (e * own + HOUR)
    level = (persons + HOUR) / (e + HOUR / (own * of_hour))
    assert pooled(HOURS_MS[:1], {"a": History((rang(100, persons),))})["a"].levels == pytest.approx((level,))


def test_a_cartera_that_was_never_dialled_begins_as_the_others_of_the_floor() -> None:
    seen = History((rang(20_000, 2_000), rang(20_000, 8_000)), 1_000, 200_000_000, 1_000, 9_000_000)
    found = pooled(HOURS_MS, {"new": History((EMPTY, EMPTY)), "old": seen})
    assert found["new"].levels == pytest.approx(found["old"].levels, rel=0.05)
    assert found["new"].strength == PRIOR_EVENTS < found["old"].strength == STRENGTH_MOST
    assert found["new"].releases is not None
    assert found["new"].releases.talk_s == pytest.approx(200, rel=0.05)
    assert found["new"].releases.wrap_s == pytest.approx(9, rel=0.05)


def test_a_few_conversations_move_the_mean_a_little() -> None:
    releases = pooled((), {"a": History((), 5, 5 * 180_000)})["a"].releases
    assert releases is not None
    floor_s = (5 * 180 + TIMES * 80) / (5 + TIMES)
    assert releases.talk_s == pytest.approx((5 * 180 + TIMES * floor_s) / (5 + TIMES))


@given(hours)
def test_a_level_lies_between_what_was_seen_and_the_default(hour: Hour) -> None:
    seen = hour.persons / (hour.calls * DEFAULT_PER_CALL) if hour.calls else 1.0
    (level,) = pooled(HOURS_MS[:1], {"a": History((hour,))})["a"].levels
    assert min(1.0, seen) - 1e-9 <= level <= max(1.0, seen) + 1e-9


@given(st.dictionaries(st.text(max_size=3), histories, min_size=1, max_size=4))
def test_however_much_history_there_is_it_is_trusted_only_so_far(carteras: dict[str, History]) -> None:
    for one in pooled(HOURS_MS, carteras).values():
        assert all(level > 0 for level in one.levels)
        assert PRIOR_EVENTS <= one.strength <= STRENGTH_MOST


@given(histories, st.integers(1, 500))
def test_more_persons_among_the_same_calls_never_lower_the_hours_level(history: History, more: int) -> None:
    first, other = history.hours
    richer = History((Hour(first.calls, first.persons + more, first.rung_ms), other))
    before, after = pooled(HOURS_MS, {"a": history})["a"], pooled(HOURS_MS, {"a": richer})["a"]
    assert after.levels[0] >= before.levels[0]


def test_the_level_moves_with_the_hour_and_the_first_and_the_last_hold_beyond() -> None:
    one = pooled(HOURS_MS, {"a": History((rang(9_000, 900), rang(9_000, 3_600)))})["a"]
    assert one.level(NOON_MS - 1) == one.level(NOON_MS) == one.level(NOON_MS + HOUR_MS - 1) == one.levels[0]
    assert one.level(NOON_MS + HOUR_MS) == one.level(NOON_MS + 9 * HOUR_MS) == one.levels[1]


# ── the pacer that begins with it ───────────────────────────────────────────────────────────────────

RICH = pooled(HOURS_MS, {"a": History((rang(9_000, 900), rang(9_000, 3_600)))})


def expecting(strategy: Predictive, now_ms: int) -> float:
    strategy.calls_to_place(View(free=2, dialing=6), now_ms)
    return strategy.why().answers


@pytest.mark.parametrize("late", [False, True])
def test_the_pacer_expects_what_the_hour_is_known_for_from_its_first_look(late: bool) -> None:
    """Also when it is told after it has begun."""
    plain, told = Predictive(cartera="a"), Predictive(cartera="a")
    without = expecting(plain, NOON_MS)
    if late:
        expecting(told, NOON_MS)
    told.expect(RICH, NOON_MS)
    assert expecting(told, NOON_MS) < 0.4 * without


def test_the_pacers_expectation_moves_when_the_hour_turns() -> None:
    told = Predictive(cartera="a")
    told.expect(RICH, NOON_MS)
    before = expecting(told, NOON_MS + HOUR_MS - 2_000)
    for second in range(0, 12, 2):
        after = expecting(told, NOON_MS + HOUR_MS + second * 1_000)
    assert after > 2 * before


def test_the_first_calls_are_bound_as_without_history() -> None:
    """A day unlike the others is met one step at a time."""
    told = Predictive(cartera="a")
    told.expect(RICH, NOON_MS)
    assert told.calls_to_place(View(free=10), NOON_MS) == 10
    assert told.why().bound_by == "learning"


def test_a_pacer_that_is_told_of_no_history_again_is_as_one_that_never_was() -> None:
    forgotten, plain = Predictive(cartera="a"), Predictive(cartera="a")
    forgotten.expect(RICH, NOON_MS)
    forgotten.expect({}, NOON_MS)
    assert expecting(forgotten, NOON_MS) == expecting(plain, NOON_MS)
    assert forgotten.why() == plain.why()
