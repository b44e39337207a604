"""WombatDialer's boost factor."""

from __future__ import annotations

import pytest

from dialer.pacing.wombat_boost import WombatBoost
from tests.dialer.pacing.floors import NOON_MS, view_of


def test_seven_agents_and_a_boost_of_one_and_three_tenths_make_nine_calls() -> None:
    """The maker's own example."""
    assert WombatBoost(1.3).calls_to_place(view_of(7), NOON_MS) == 9


def test_nothing_is_placed_while_more_callers_wait_than_allowed() -> None:
    strategy = WombatBoost(3.0, max_waiting=2)
    assert strategy.calls_to_place(view_of(5, waiting=2), NOON_MS) == 13
    assert strategy.calls_to_place(view_of(5, waiting=3), NOON_MS) == 0
    assert strategy.why().bound_by == "max_waiting"


def test_the_legal_budget_stands_above_the_boost() -> None:
    assert WombatBoost(3.0).calls_to_place(view_of(5, abandoned=0.05), NOON_MS) == 5


@pytest.mark.parametrize(("boost", "waiting"), [(0.0, 2), (1.0, -1)])
def test_a_boost_of_nothing_is_refused(boost: float, waiting: int) -> None:
    with pytest.raises(ValueError, match="boost"):
        WombatBoost(boost, waiting)
