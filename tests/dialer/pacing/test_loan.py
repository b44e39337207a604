"""What a window that has only begun may borrow from its own rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing.loan import CALLS_MOST, LATELY_MS, SHORT_SHIFT_MS, SURE, Pace, loan

DAY_MS = 86_400_000
paces = st.builds(Pace, st.integers(0, 5000), st.integers(0, DAY_MS))


@given(st.floats(0, 1), st.integers(0, 100_000), paces, st.integers(-DAY_MS, DAY_MS))
def test_it_is_never_more_than_a_few_calls_and_never_below_nothing(
    limit: float, answered: int, pace: Pace, left_ms: int
) -> None:
    assert 0 <= limit * loan(limit, answered, pace, left_ms) <= CALLS_MOST + 1e-9


@given(st.floats(0.005, 0.1), st.integers(0, 10_000), paces, st.integers(0, DAY_MS))
def test_one_call_for_each_free_agent_pays_it_back_before_calling_ends(
    limit: float, answered: int, pace: Pace, left_ms: int
) -> None:
    """From whatever was abandoned on its strength: the rest of a short shift at a part of the pace is enough."""
    abandoned = limit * (answered + loan(limit, answered, pace, left_ms))
    to_come = SURE * max(0.0, min(pace.of(SHORT_SHIFT_MS) - answered, pace.of(left_ms)))
    assert abandoned <= limit * (answered + to_come) + 1e-9


@given(st.integers(1, 5000), st.integers(LATELY_MS, DAY_MS))
def test_after_a_short_shift_and_when_calling_ends_nothing_is_lent(lately: int, since_ms: int) -> None:
    pace = Pace(lately, since_ms)
    assert loan(0.03, 8 * lately, pace, DAY_MS) == 0, "so many half hours' answers are in the window"
    assert loan(0.03, 0, pace, 0) == loan(0.03, 0, pace, -1) == 0


def test_the_answers_of_other_nodes_of_yesterday_and_of_an_earlier_run_are_time_that_has_passed() -> None:
    pace = Pace(100, LATELY_MS)
    assert loan(0.03, 100, pace, DAY_MS) > 0
    assert loan(0.03, 100 + 4000, pace, DAY_MS) == 0


def test_the_first_minutes_pace_is_not_the_whole_half_hours() -> None:
    assert Pace(10, 0).of(LATELY_MS) == pytest.approx(60)
    assert Pace(10, 600_000).of(LATELY_MS) == pytest.approx(30)
    assert Pace(10, DAY_MS).of(LATELY_MS) == pytest.approx(10)
