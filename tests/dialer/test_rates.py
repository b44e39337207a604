"""Rolling counts, ratios and quantiles: the figures that pacing, boards and reports share."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.rates import MAX_MS, Histogram, Quantiles, Ratio, Rolling, abandon_ratio, share

STEPS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 5)), max_size=60)


def test_what_was_added_counts_until_it_is_a_window_old() -> None:
    rolling = Rolling(window_ms=60_000, buckets=60)
    rolling.add(1_000, 3)
    rolling.add(30_500)
    assert [rolling.total(ms) for ms in (30_500, 60_999, 61_000, 89_999, 90_000)] == [4, 4, 1, 1, 0]


def test_nothing_was_added_to_a_new_count() -> None:
    assert Rolling(1_000).total(123_456) == 0


@given(STEPS, st.integers(1, 7), st.integers(1, 500))
def test_a_rolling_count_is_the_exact_count_but_for_one_step(
    steps: list[tuple[int, int]], buckets: int, window_ms: int
) -> None:
    rolling, now_ms, seen = Rolling(window_ms, buckets), 10_000, []
    step_ms = -(-window_ms // buckets)
    for pause_ms, n in steps:
        now_ms += pause_ms
        rolling.add(now_ms, n)
        seen.append((now_ms, n))
        oldest = (now_ms // step_ms - buckets + 1) * step_ms
        assert rolling.total(now_ms) == sum(n for at_ms, n in seen if at_ms >= oldest)
        assert now_ms - oldest < step_ms * buckets


def test_a_clock_that_steps_back_never_resurrects_what_was_dropped() -> None:
    rolling = Rolling(window_ms=1_000, buckets=10)
    rolling.add(5_000)
    assert rolling.total(9_000) == 0
    rolling.add(5_000)
    assert (rolling.total(5_000), rolling.total(9_900), rolling.total(10_000)) == (1, 1, 0)


def test_a_window_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 ms in 60 buckets"):
        Rolling(0)
    with pytest.raises(ValueError, match="both must be positive"):
        Rolling(1_000, 0)


def test_the_abandonment_is_the_lost_of_all_persons_who_answered() -> None:
    assert abandon_ratio(3, 97) == pytest.approx(0.03)
    assert abandon_ratio(0, 0) == 0.0
    assert abandon_ratio(1, 0) == 1.0


def test_persons_whom_the_detector_took_for_machines_count_as_abandoned() -> None:
    assert abandon_ratio(1, 97, false_machines=2) == pytest.approx(0.03)


def test_a_share_of_nothing_is_nothing() -> None:
    assert share(0, 0) == 0.0
    assert share(1, 4) == 0.25


def test_a_ratio_rolls_with_its_window() -> None:
    ratio = Ratio(window_ms=60_000, buckets=60)
    ratio.add(1_000, part=1)
    for _ in range(3):
        ratio.add(40_000, part=0)
    assert (ratio.value(40_000), ratio.part(40_000), ratio.sample(40_000)) == (0.25, 1, 4)
    assert ratio.value(70_000) == 0.0
    assert ratio.value(200_000) is None


def test_a_ratio_of_too_few_says_nothing() -> None:
    ratio = Ratio(window_ms=60_000, min_sample=3)
    ratio.add(0, part=1, whole=2)
    assert ratio.value(0) is None
    ratio.add(0, part=0)
    assert ratio.value(0) == pytest.approx(1 / 3)


def test_quantiles_of_nothing_are_unknown() -> None:
    assert Quantiles().quantile(0.5) is None


def test_short_waits_are_exact() -> None:
    for ms in range(50):
        waits = Quantiles()
        waits.add(ms)
        assert waits.quantile(0.5) == ms


@given(st.lists(st.integers(0, MAX_MS), min_size=1, max_size=200), st.floats(0, 1))
def test_a_quantile_is_within_one_percent_of_the_value_of_that_rank(values: list[int], q: float) -> None:
    waits = Quantiles()
    for ms in values:
        waits.add(ms)
    exact = sorted(values)[max(1, math.ceil(q * len(values))) - 1]
    found = waits.quantile(q)
    assert found is not None
    assert abs(found - exact) <= 0.01 * exact


@given(st.lists(st.integers(-(10**9), 10**15)))
def test_quantiles_never_keep_more_than_their_bins(values: list[int]) -> None:
    waits = Quantiles()
    for ms in values:
        waits.add(ms)
    assert all(0 <= index < 1_026 for index in waits.bins)
    assert waits.bins.total() == len(values)


def test_a_histogram_is_exact_at_its_bounds() -> None:
    histogram = Histogram((10, 100))
    for ms in (-5, 0, 10, 11, 100, 101, 5_000):
        histogram.add(ms)
    assert histogram.counts == [3, 2, 2]
    assert histogram.sum_ms == 0 + 0 + 10 + 11 + 100 + 101 + 5_000
