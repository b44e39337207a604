"""What a strategy sees."""

from __future__ import annotations

import pytest

from dialer.pacing.view import Budget, View


def test_the_first_abandoned_calls_of_a_window_are_judged_against_what_it_will_hold() -> None:
    assert not Budget(answered=1, abandoned=1, limit=0.03, least=34).spent
    assert Budget(answered=40, abandoned=2, limit=0.03, least=34).spent


def test_a_budget_is_spent_exactly_at_its_limit() -> None:
    assert not Budget(1000, 29, 0.03).spent
    assert Budget(1000, 30, 0.03).spent
    assert Budget(1000, 20, 0.03).left == pytest.approx(10)


def test_with_a_limit_of_nothing_the_budget_is_always_spent() -> None:
    assert Budget(0, 0, 0.0).spent


def test_calls_in_flight_are_those_that_may_still_become_somebodys() -> None:
    view = View(free=1, talking=2, wrapping=3, dialing=4, detecting=5, waiting=6)
    assert (view.in_flight, view.staffed) == (9, 6)
