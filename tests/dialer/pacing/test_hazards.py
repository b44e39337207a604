"""Hazards learned on line."""

from __future__ import annotations

import pytest

from dialer.pacing.hazards import Hazard


def test_without_experience_a_hazard_is_its_prior_and_with_much_of_it_what_was_seen() -> None:
    hazard = Hazard([[0.1, 0.2]], [5.0, 5.0])
    assert hazard.rates(0) == pytest.approx([0.1, 0.2])
    hazard.lived([10_000, 0])
    for _ in range(500):
        hazard.ended(0, 0)
    assert hazard.rates(0) == pytest.approx([0.05, 0.2], rel=0.01)


def test_another_prior_may_be_lent() -> None:
    assert Hazard([[0.1]], [5.0]).rates(0, [0.7]) == pytest.approx([0.7])


def test_what_is_forgotten_leaves_the_prior() -> None:
    hazard = Hazard([[0.1]], [5.0])
    hazard.lived([100.0])
    hazard.forget(0.0)
    assert hazard.rates(0) == pytest.approx([0.1])


def test_one_that_ended_has_lived_through_every_bin_before() -> None:
    hazard = Hazard([[0.1] * 3], [1.0] * 3)
    hazard.lived_through(2, 0.5)
    assert hazard.exposure_s == [0.5, 0.5, 0.25]


def test_two_may_be_added_up() -> None:
    one, other = Hazard([[0.1]], [5.0]), Hazard([[0.1]], [5.0])
    for hazard in (one, other):
        hazard.lived([10.0])
        hazard.ended(0, 0)
    one.add(other)
    assert (one.exposure_s, one.causes) == ([20.0], [[2.0]])
