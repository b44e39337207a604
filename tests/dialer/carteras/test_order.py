from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Strategy
from dialer.carteras.order import MEASURES, STEPS, Inputs, rough_clp, score
from dialer.carteras.tramo import NAMES, tramo

ORDERS = [keys for n in range(1, 5) for keys in permutations(MEASURES, n)]
inputs = st.builds(
    Inputs,
    saldo=st.decimals("0", "99999999999999", places=4, allow_nan=False),
    days_overdue=st.integers(-5_000, 50_000),
    days_assigned=st.integers(0, 50_000),
    promise_days=st.none() | st.integers(-50_000, 50_000),
)


def case(saldo: str = "1000", mora: int = 10, promise: int | None = None, assigned: int = 0) -> Inputs:
    return Inputs(Decimal(saldo), mora, assigned, promise)


def test_every_order_a_strategy_may_name_has_its_measure() -> None:
    allowed = Strategy.model_json_schema()["properties"]["order"]["items"]["enum"]
    assert set(allowed) == set(MEASURES)


def test_the_first_key_decides_however_strong_the_others_are() -> None:
    assert score(("saldo", "mora"), case("2000000", 1)) > score(("saldo", "mora"), case("1000000", 9_000))
    assert score(("mora", "saldo"), case("2000000", 1)) < score(("mora", "saldo"), case("1000000", 90))


def test_nearly_equal_debts_are_equal_so_that_the_second_key_decides() -> None:
    older, larger = case("1000000", 200), case("1001000", 30)
    assert score(("saldo", "mora"), older) > score(("saldo", "mora"), larger)


def test_a_broken_promise_comes_before_one_to_come_and_both_before_none() -> None:
    order = ("promesa",)
    ranks = [score(order, case(promise=days)) for days in (90, 3, 0, -1, -30, None)]
    assert ranks == sorted(ranks, reverse=True) and len(set(ranks)) == len(ranks)


def test_a_key_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(ValueError, match="'edad' is not a key; allowed: saldo, mora"):
        score(("saldo", "edad"), case())
    with pytest.raises(ValueError, match="at most four"):
        score(("saldo", "mora") * 3, case())


def test_the_order_of_calls_knows_the_rough_worth_of_the_uf_but_only_that() -> None:
    assert rough_clp({"CLF": Decimal(2)}) > rough_clp({"CLP": Decimal(70_000)})
    assert rough_clp({"XXX": Decimal(5)}) == 5
    assert rough_clp({}) == 0


@given(st.sampled_from(ORDERS), inputs)
def test_a_score_is_a_whole_number_that_a_double_holds_exactly(order: tuple[str, ...], one: Inputs) -> None:
    value = score(order, one)
    assert value == int(value) and 0 <= value < STEPS**4 <= 2**53
    assert float(f"{value:.0f}") == value


@given(st.sampled_from(ORDERS), inputs, inputs)
def test_scores_compare_as_the_keys_do_one_after_another(order: tuple[str, ...], one: Inputs, other: Inputs) -> None:
    def digits(it: Inputs) -> list[float]:
        return [score((key,), it) for key in order]

    assert (score(order, one) > score(order, other)) == (digits(one) > digits(other))


def test_every_number_of_days_falls_in_one_tramo_and_the_bands_do_not_overlap() -> None:
    seen = [tramo(days) for days in range(-400, 1_000)]
    assert tuple(dict.fromkeys(seen)) == NAMES
    assert [tramo(days) for days in (0, 1, 30, 31, 360, 361)] == [
        "por vencer", "1-30", "1-30", "31-60", "181-360", "más de 360",
    ]  # fmt: skip
