"""Why so few calls were placed, or so many: what the pacer went by, over time."""

from __future__ import annotations

import pytest

from dialer.commands import NotePacing
from metrics.decisions import PREDICTED, Decisions, mean_bound


def note(why: str, bound_by: str = "", **figures: float) -> NotePacing:
    return NotePacing("a", 1, 1, 2, 4, 0, bound_by, why, **figures)


def test_a_figure_is_a_mean_over_the_time_for_which_it_held() -> None:
    decisions = Decisions()
    decisions.see(note("learning", answers=1.0, supply=2.0, price=0.02, budget_left=1.0), 0)
    decisions.see(note("price", answers=5.0, supply=6.0, price=0.04, budget_left=3.0), 10_000)
    found = decisions.decided(40_000)["a"]
    assert found.figures["answers"] == pytest.approx(4.0)
    assert found.figures["supply"] == pytest.approx(5.0)
    assert found.figures["price"] == pytest.approx(0.035)
    assert found.figures["budget_left"] == pytest.approx(2.5)
    assert found.figures["in_flight"] == 4
    assert found.bound == pytest.approx({"price": 0.75, "learning": 0.25})


def test_a_limit_of_the_floor_comes_before_the_strategys_own_word() -> None:
    decisions = Decisions()
    decisions.see(note("price", "lines_max"), 0)
    decisions.see(note(""), 1_000)
    assert decisions.decided(4_000)["a"].bound == {"nothing": 0.75, "lines_max": 0.25}


def test_a_strategy_that_predicts_nothing_has_no_predictions() -> None:
    decisions = Decisions()
    decisions.see(note("free_agents", budget_left=2.0), 0)
    figures = decisions.decided(1_000)["a"].figures
    assert not set(PREDICTED) & set(figures)
    assert figures["budget_left"] == 2.0


def test_what_bound_over_several_days_is_told_the_largest_first() -> None:
    assert mean_bound([{"learning": 0.6, "price": 0.4}, {"price": 1.0}]) == {"price": 0.7, "learning": 0.3}
    assert list(mean_bound([{"learning": 0.6, "price": 0.4}, {"price": 1.0}])) == ["price", "learning"]
