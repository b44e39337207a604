from __future__ import annotations

from decimal import Decimal
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Strategy
from dialer.carteras.order import CALLBACKS_FIRST, LAST, MEASURES, STEPS, Inputs, rough_clp, score
from dialer.carteras.tramo import NAMES, tramo
from dialer.outcome import Verdict

ORDERS = [keys for n in range(1, 4) for keys in permutations(MEASURES, n)] + list(combinations(MEASURES, 4))
inputs = st.builds(
    Inputs,
    saldo=st.decimals("0", "99999999999999", places=4, allow_nan=False),
    days_overdue=st.integers(-5_000, 50_000),
    days_assigned=st.integers(0, 50_000),
    promise_days=st.none() | st.integers(-50_000, 50_000),
    hour=st.integers(0, 23),
    phone_quality=st.integers(0, 100),
    last_verdict=st.sampled_from(["", "busy", "connected", "no_answer"]),
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


# ── what the calls and the telephones tell ──────────────────────────────────────────────────────────


def one(**known: object) -> Inputs:
    return Inputs(Decimal(1_000), **{"days_overdue": 10, **known})  # type: ignore[arg-type]


def test_the_case_that_is_about_to_fall_into_the_next_tramo_comes_first() -> None:
    days = [30, 60, 29, 1, 0, -40, 361]
    ranked = sorted(days, key=lambda overdue: -score(("cambio_tramo",), one(days_overdue=overdue)))
    assert set(ranked[:3]) == {30, 60, 0}, "tomorrow each of them is in the next band"
    assert ranked[3:] == [29, 1, -40, 361], "and in the last band nothing changes any more"


def test_tramos_are_the_carteras_own() -> None:
    assert score(("tramo",), one(days_overdue=10, tramos=(5, 15))) == 2
    assert score(("tramo",), one(days_overdue=10)) == 1
    assert score(("cambio_tramo",), one(days_overdue=15, tramos=(5, 15))) == STEPS - 1


def at_hour(hour: int, rung: dict[int, int], answered: dict[int, int]) -> float:
    both = [tuple(counts.get(h, 0) for h in range(24)) for counts in (rung, answered)]
    return score(("hora",), one(hour=hour, rung=both[0], answered=both[1]))


def test_who_answers_in_the_evening_is_called_in_the_evening_before_others_and_in_the_morning_after_them() -> None:
    rung, answered = {12: 5, 22: 5}, {22: 4}
    unknown = score(("hora",), one(hour=12))
    assert at_hour(12, rung, answered) < unknown < at_hour(22, rung, answered)
    assert at_hour(21, rung, answered) > at_hour(15, rung, answered), "the neighbouring hours count half"


def test_one_lucky_answer_is_no_certainty() -> None:
    assert at_hour(10, {10: 1}, {10: 1}) < at_hour(10, {10: 20}, {10: 15})


def test_who_was_spoken_to_comes_before_who_was_never_tried_and_dead_numbers_come_last() -> None:
    order = ["connected", "", "busy", "no_answer", "machine", "unallocated"]
    scores = [score(("ultimo",), one(last_verdict=verdict)) for verdict in order]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == len(scores)


def test_the_better_telephone_comes_first() -> None:
    assert score(("telefono",), one(phone_quality=90)) > score(("telefono",), one(phone_quality=20))


def test_every_verdict_has_its_step() -> None:
    assert set(LAST) == {"", *Verdict}


def test_a_callback_comes_before_the_greatest_debt_and_keeps_its_own_order_among_callbacks() -> None:
    least, most = score(("saldo",), one()), score(("mora",) * 4, one(days_overdue=99_999))
    assert least + CALLBACKS_FIRST > most
    assert (most - 1) + CALLBACKS_FIRST < most + CALLBACKS_FIRST < 2**53
