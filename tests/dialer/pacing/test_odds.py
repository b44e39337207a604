"""The chance that nobody is left, against the exact distribution."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing.odds import none_left


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


large = st.lists(st.floats(0.05, 0.5), min_size=40, max_size=80)


@given(large, large)
def test_the_normal_form_is_near_the_exact_one_on_large_floors(calls: list[float], agents: list[float]) -> None:
    (a, av, a3), (s, sv, s3) = moments(calls), moments(agents)
    assert none_left(a - s, av + sv, a3 - s3) == pytest.approx(exact_none_left(calls, agents, 0), abs=0.02)


@given(st.floats(-1e4, 1e4), st.floats(0, 1e4), st.floats(-1e4, 1e4))
def test_a_chance_stays_between_nothing_and_certainty(mean: float, variance: float, third: float) -> None:
    assert 0 <= none_left(mean, variance, third) <= 1


def test_without_uncertainty_the_answer_is_yes_or_no() -> None:
    assert none_left(0, 0, 0) == 1.0
    assert none_left(-1, 0, 0) == 0.0
