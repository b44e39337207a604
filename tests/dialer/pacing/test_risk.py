"""The chance that a call placed now finds nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing.chances import Row, plus, row
from dialer.pacing.risk import Risk

NEW_CALL = [0.05, 0.15, 0.25]
NOTHING = row([0.0] * 3)


def many(one: Row, times: int) -> Row:
    whole = NOTHING
    for _ in range(times):
        whole = plus(whole, one)
    return whole


def risk_of(calls: int = 0, busy: int = 0, spare: int = 0) -> Risk:
    return Risk(many(row(NEW_CALL), calls), many(row([0.1, 0.2, 0.3]), busy), NEW_CALL, spare, 0.01)


def test_a_call_to_a_free_agent_has_no_risk_and_one_to_nobody_is_lost() -> None:
    assert risk_of(spare=1).of(1) == pytest.approx(0.0, abs=1e-6)
    assert risk_of().of(1) == pytest.approx(1.0)


@pytest.mark.parametrize("size", [1, 30])
def test_the_risk_grows_with_the_calls_and_falls_with_the_agents(size: int) -> None:
    base = risk_of(calls=4 * size, busy=5 * size, spare=size)
    assert base.of(1) < base.of(2 * size) < base.of(9 * size)
    assert risk_of(calls=6 * size, busy=5 * size, spare=size).of(1) > base.of(1)
    assert risk_of(calls=4 * size, busy=8 * size, spare=size).of(1) < base.of(1)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(-2, 5), st.floats(0.001, 0.9), st.integers(0, 60))
def test_the_largest_number_is_the_last_whose_risk_is_within_the_price(
    calls: int, busy: int, spare: int, price: float, most: int
) -> None:
    risk = risk_of(calls, busy, spare)
    count, refused = risk.largest(price, most)
    assert 0 <= count <= most
    assert count == 0 or risk.of(count) <= price
    assert count == most or risk.of(count + 1) == refused > price
