"""How many calls each strategy asks for."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Mode
from dialer.pacing import PACERS
from dialer.pacing.view import View
from tests.floors import TUESDAY_NOON


def asked(
    mode: str, free: int, in_flight: int = 0, waiting: int = 0, ratio: float = 1.0, abandoned: float = 0.0
) -> int:
    return PACERS[mode](View(free, in_flight, waiting, ratio, abandoned, 0.03), TUESDAY_NOON)


@pytest.mark.parametrize(
    ("free", "in_flight", "waiting", "calls"),
    [(0, 0, 0, 0), (1, 0, 0, 1), (3, 1, 0, 2), (3, 3, 0, 0), (3, 2, 1, 0), (1, 4, 0, 0), (2, 0, 5, 0)],
)
def test_progressive_is_one_call_for_each_free_agent(free: int, in_flight: int, waiting: int, calls: int) -> None:
    assert asked("progressive", free, in_flight, waiting) == calls
    assert asked("progressive", free, in_flight, waiting, ratio=3) == calls, "its ratio is always one"


@pytest.mark.parametrize(
    ("free", "ratio", "in_flight", "calls"),
    [(2, 1.5, 0, 3), (2, 1.5, 3, 0), (3, 1.5, 0, 4), (1, 1.9, 0, 1), (4, 2.5, 4, 6), (0, 3.0, 0, 0)],
)
def test_ratio_is_so_many_calls_for_each_free_agent_in_whole_calls(
    free: int, ratio: float, in_flight: int, calls: int
) -> None:
    assert asked("ratio", free, in_flight, ratio=ratio) == calls


def test_ratio_falls_back_to_progressive_exactly_at_the_limit_of_abandonment() -> None:
    assert asked("ratio", 4, ratio=2.0, abandoned=0.0299) == 8
    assert asked("ratio", 4, ratio=2.0, abandoned=0.03) == 4


def test_every_mode_that_may_be_set_has_its_strategy() -> None:
    assert set(PACERS) == set(get_args(Mode))


floors = st.builds(
    View,
    free=st.integers(0, 1000),
    in_flight=st.integers(0, 3000),
    waiting=st.integers(0, 100),
    ratio=st.floats(1, 10),
    abandon_ratio=st.floats(0, 1),
    abandon_ratio_max=st.floats(0, 1),
)


@pytest.mark.parametrize("mode", sorted(PACERS))
@given(floors)
def test_no_strategy_asks_for_less_than_nothing_or_for_more_than_its_ratio(mode: str, view: View) -> None:
    calls = PACERS[mode](view, TUESDAY_NOON)
    assert calls >= 0
    assert calls == 0 or calls + view.in_flight + view.waiting <= view.free * view.ratio
    assert calls == 0 or view.free > 0


@pytest.mark.parametrize("mode", sorted(PACERS))
@given(floors)
def test_asking_twice_without_news_asks_for_nothing_more(mode: str, view: View) -> None:
    """What was asked for is in flight by the next look."""
    calls = PACERS[mode](view, TUESDAY_NOON)
    again = view._replace(in_flight=view.in_flight + calls)
    assert PACERS[mode](again, TUESDAY_NOON) == 0
