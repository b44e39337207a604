"""Rows of chances."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing.chances import Table, minus, plus, row, thinned

BINS = 60
shares = st.floats(0, 1)
threes = st.lists(shares, min_size=3, max_size=3)
TABLE = Table([[index / BINS for index in range(BINS)], [0.3] * BINS])


def test_a_row_has_mean_variance_and_third_cumulant_at_each_point() -> None:
    assert row([0.5, 0.1]) == pytest.approx([0.5, 0.1, 0.25, 0.09, 0.0, 0.072])


def test_a_table_has_the_same_rows_as_its_chances() -> None:
    assert TABLE.row(15) == row([0.25, 0.3])


def test_what_is_added_can_be_taken_back() -> None:
    one, other = row([0.5, 0.1]), row([0.2, 0.3])
    assert minus(plus(one, other), other) == pytest.approx(one)


@given(st.lists(st.integers(0, 5), min_size=BINS, max_size=BINS))
def test_a_total_is_the_sum_of_count_times_row_however_many_bins_are_filled(counts: list[int]) -> None:
    whole = [0.0] * 6
    for index, count in enumerate(counts):
        whole = plus(whole, [count * cell for cell in TABLE.row(index)])
    assert TABLE.total(counts) == pytest.approx(whole)


@given(threes, threes, shares)
def test_a_thinned_sum_is_the_sum_of_the_thinned(one: list[float], other: list[float], share: float) -> None:
    """Of a rival's persons, that part who would meet our agents."""
    thin = plus(row([share * p for p in one]), row([share * p for p in other]))
    assert thinned(plus(row(one), row(other)), share) == pytest.approx(thin, abs=1e-9)
