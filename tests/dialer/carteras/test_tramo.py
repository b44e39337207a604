"""Tramos de mora: the bands that a cartera configures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras.tramo import NAMES, names, tramo


@pytest.mark.parametrize(
    ("days", "name"),
    [(-5, "por vencer"), (0, "por vencer"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (180, "91-180"), (181, "181-360"),
     (360, "181-360"), (361, "más de 360")],
)  # fmt: skip
def test_a_document_is_in_the_band_of_its_days_overdue(days: int, name: str) -> None:
    assert tramo(days) == name


@given(days=st.integers(-400, 4000), limits=st.sets(st.integers(1, 1000), min_size=1, max_size=8).map(sorted))
def test_bands_follow_the_days_whatever_the_limits(days: int, limits: list[int]) -> None:
    order = names(limits)
    assert len(order) == len(limits) + 2
    assert order.index(tramo(days, limits)) <= order.index(tramo(days + 1, limits))


def test_the_bands_of_a_cartera_that_says_nothing() -> None:
    assert NAMES == ("por vencer", "1-30", "31-60", "61-90", "91-180", "181-360", "más de 360")
