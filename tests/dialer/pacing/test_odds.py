"""The chance that nobody is left, against the exact distribution."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing.odds import chances_of, none_left, none_left_of_few

probabilities = st.lists(st.floats(0.02, 0.6), min_size=1, max_size=40)


def exactly(chances: list[float]) -> list[float]:
    """The Poisson-binomial distribution, by convolution."""
    found = [1.0]
    for p in chances:
        found = [a * (1 - p) + b * p for a, b in zip([*found, 0.0], [0.0, *found], strict=True)]
    return found


def exact_none_left(calls: list[float], agents: list[float], spare: int) -> float:
    by = [0.0, *accumulate(exactly(calls))]
    return sum(c * (1 - by[min(max(0, s + spare), len(by) - 1)]) for s, c in enumerate(exactly(agents)))


def moments(chances: list[float]) -> tuple[float, float, float]:
    variances = [p * (1 - p) for p in chances]
    return sum(chances), sum(variances), sum(v * (1 - 2 * p) for v, p in zip(variances, chances, strict=True))


@given(probabilities, probabilities, st.integers(-2, 4))
def test_counted_chances_are_near_the_exact_ones_on_floors_of_any_size(
    calls: list[float], agents: list[float], spare: int
) -> None:
    (a, av, _), (s, sv, _) = moments(calls), moments(agents)
    found = none_left_of_few(chances_of(a, av), chances_of(s, sv), spare)
    assert found == pytest.approx(exact_none_left(calls, agents, spare), abs=0.03)


large = st.lists(st.floats(0.05, 0.5), min_size=40, max_size=80)


@given(large, large)
def test_the_normal_form_is_near_the_exact_one_on_large_floors(calls: list[float], agents: list[float]) -> None:
    (a, av, a3), (s, sv, s3) = moments(calls), moments(agents)
    assert none_left(a - s, av + sv, a3 - s3) == pytest.approx(exact_none_left(calls, agents, 0), abs=0.02)


@given(st.floats(0, 30), st.floats(0.01, 3))
def test_a_count_has_the_mean_and_variance_it_was_asked_for(mean: float, width: float) -> None:
    chances = chances_of(mean, mean * width)
    assert sum(chances) == pytest.approx(1, abs=1e-6)
    if width > 0.7 and mean > 0.5:
        assert sum(k * chance for k, chance in enumerate(chances)) == pytest.approx(mean, rel=0.1)


@given(st.floats(-1e4, 1e4), st.floats(0, 1e4), st.floats(-1e4, 1e4))
def test_a_chance_stays_between_nothing_and_certainty(mean: float, variance: float, third: float) -> None:
    assert 0 <= none_left(mean, variance, third) <= 1


def test_without_uncertainty_the_answer_is_yes_or_no() -> None:
    assert none_left(0, 0, 0) == 1.0
    assert none_left(-1, 0, 0) == 0.0
    assert none_left_of_few([1.0], [1.0], 0) == 1.0
    assert none_left_of_few([1.0], [1.0], 1) == 0.0
