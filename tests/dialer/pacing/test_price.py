"""The price of the budget."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing.price import Price


@pytest.mark.parametrize("target", [0.03, 0.01, 0.005])
@pytest.mark.parametrize("bias", [0.3, 1.0, 4.0])
def test_abandonment_comes_to_the_target_however_wrong_the_model_is(target: float, bias: float) -> None:
    """A world in which abandonment is so many times the price; the remainder decides, not dice."""
    price = Price(target)
    abandoned, owed = 0, 0.0
    for _ in range(20_000):
        owed += min(1.0, bias * price.value)
        price.answered(owed >= 1)
        abandoned += owed >= 1
        owed -= owed >= 1
    assert abandoned == pytest.approx(20_000 * target, abs=5)


@given(st.floats(0.001, 0.5), st.lists(st.booleans(), max_size=400))
def test_the_price_keeps_within_its_bounds(target: float, answers: list[bool]) -> None:
    price = Price(target)
    for abandoned in answers:
        price.answered(abandoned)
        assert target * 0.00499 <= price.value <= min(1.0, target * 6.01)


def test_what_the_bounds_forbid_is_not_saved_up() -> None:
    """After months without one abandoned call the price is down again within so many of them as it has range for."""
    price = Price(0.03)
    for _ in range(1_000_000):
        price.answered(False)
    for _ in range(150):
        price.answered(True)
    assert price.value < 0.03


@pytest.mark.parametrize("target", [0.0, 1.0, 3.0, -0.01, float("nan")])
def test_an_impossible_target_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="above 0 and below 1"):
        Price(target)


def test_carteras_of_the_same_agents_have_one_account_and_each_leans_back_to_its_own_target() -> None:
    one, other = Price(0.03), Price(0.03)
    one.beside = other.beside = (one, other)
    before = other.value
    for _ in range(3):
        one.answered(True)
    assert one.value < other.value < before


@pytest.mark.parametrize("bias", [0.5, 2.0])
def test_three_carteras_that_share_agents_come_to_the_target_together_and_each(bias: float) -> None:
    prices = tuple(Price(0.03) for _ in range(3))
    for price in prices:
        price.beside = prices
    abandoned, owed = [0, 0, 0], [0.0, 0.3, 0.6]
    for turn in range(30_000):
        which = turn % 3
        owed[which] += min(1.0, bias * prices[which].value)
        prices[which].answered(owed[which] >= 1)
        abandoned[which] += owed[which] >= 1
        owed[which] -= owed[which] >= 1
    assert sum(abandoned) == pytest.approx(900, abs=10)
    assert abandoned == pytest.approx([300] * 3, abs=10)
