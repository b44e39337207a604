"""Promises judged by the payments that came: five states, days of grace, and no payment counted twice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras.compromiso import Abono, Juicio, Promesa, judge, judge_all, last_day

D = Decimal
MADE = date(2026, 11, 2)
DUE = date(2026, 11, 10)
PROMISE = Promesa(MADE, DUE, D(100000), "CLP")


def on(day: int, amount: str = "100000", currency: str = "CLP") -> Abono:
    return Abono(date(2026, 11, day), D(amount), currency)


@pytest.mark.parametrize(
    ("payments", "today", "state", "paid"),
    [
        ([], 10, "vigente", 0),
        ([], 11, "vigente", 0),  # the day of grace
        ([], 12, "rota", 0),
        ([on(10)], 10, "cumplida", 100000),
        ([on(3)], 3, "cumplida", 100000),  # before its day
        ([on(11)], 30, "cumplida", 100000),  # on the last day of grace
        ([on(12)], 30, "rota", 0),  # one day late
        ([on(1)], 30, "rota", 0),  # paid before the promise was made
        ([on(2)], 30, "cumplida", 100000),  # on the day it was made
        ([on(9, "40000")], 11, "vigente", 40000),
        ([on(9, "40000")], 12, "parcial", 40000),
        ([on(9, "40000"), on(11, "60000")], 12, "cumplida", 100000),
        ([on(9, "250000")], 12, "cumplida", 100000),
        ([on(9, "100000", "CLF")], 12, "rota", 0),
    ],
)
def test_a_promise_is_judged_by_what_was_paid_between_its_making_and_its_grace(
    payments: list[Abono], today: int, state: str, paid: int
) -> None:
    assert judge(PROMISE, payments, date(2026, 11, today), grace_days=1) == Juicio(state, D(paid))  # type: ignore[arg-type]


def test_an_edited_promise_is_never_broken_and_takes_no_payment_from_the_one_in_its_place() -> None:
    edited = PROMISE._replace(edited=True)
    later = Promesa(date(2026, 11, 9), date(2026, 11, 20), D(80000), "CLP")
    judged = judge_all([edited, later], [on(9, "80000")], date(2026, 12, 1), grace_days=1)
    assert judged == (Juicio("editada", D(0)), Juicio("cumplida", D(80000)))


def test_a_payment_goes_to_the_promise_whose_window_closes_first_and_what_is_over_to_the_next() -> None:
    first = Promesa(MADE, date(2026, 11, 6), D(50000), "CLP")
    judged = judge_all([PROMISE, first], [on(5, "90000")], date(2026, 12, 1), grace_days=0)
    assert judged == (Juicio("parcial", D(40000)), Juicio("cumplida", D(50000)))


AMOUNTS = st.decimals(min_value=1, max_value=1000, places=2)
DAYS = st.integers(0, 40).map(lambda n: MADE + timedelta(n))
PAYMENTS = st.lists(st.builds(Abono, DAYS, AMOUNTS, st.sampled_from(("CLP", "CLF"))), max_size=6)
PROMISES = st.lists(
    st.builds(
        lambda made, wait, amount, currency, edited: Promesa(made, made + timedelta(wait), amount, currency, edited),
        DAYS, st.integers(0, 20), AMOUNTS, st.sampled_from(("CLP", "CLF")), st.booleans(),
    ),
    max_size=4,
)  # fmt: skip


@given(promises=PROMISES, payments=PAYMENTS, today=DAYS, grace=st.integers(0, 5))
def test_no_peso_counts_twice_and_every_state_means_what_it_says(
    promises: list[Promesa], payments: list[Abono], today: date, grace: int
) -> None:
    judged = judge_all(promises, payments, today, grace)
    for money in ("CLP", "CLF"):
        counted = sum((j.paid for p, j in zip(promises, judged, strict=True) if p.currency == money), D(0))
        assert counted <= sum((one.amount for one in payments if one.currency == money), D(0))
    for promise, (state, paid) in zip(promises, judged, strict=True):
        over = today > last_day(promise, grace)
        assert (state == "editada") == promise.edited
        assert 0 <= paid <= promise.amount
        if not promise.edited:
            assert (state == "cumplida") == (paid == promise.amount)
            assert (state in ("rota", "parcial")) == (over and paid < promise.amount)
            assert (state == "rota") == (over and not paid)


@given(promises=PROMISES, payments=PAYMENTS, today=DAYS, later=DAYS, grace=st.integers(0, 5))
def test_time_alone_only_ends_what_is_vigente(
    promises: list[Promesa], payments: list[Abono], today: date, later: date, grace: int
) -> None:
    first, second = sorted((today, later))
    before = judge_all(promises, payments, first, grace)
    after = judge_all(promises, payments, second, grace)
    for one, other in zip(before, after, strict=True):
        assert one == other or one.state == "vigente"


@given(promise=PROMISES.filter(bool).map(lambda them: them[0]), payments=PAYMENTS, more=PAYMENTS, today=DAYS)
def test_more_money_never_makes_a_promise_worse(
    promise: Promesa, payments: list[Abono], more: list[Abono], today: date
) -> None:
    one, other = judge(promise, payments, today, 1), judge(promise, payments + more, today, 1)
    assert one.paid <= other.paid
    assert one.state != "cumplida" or other.state == "cumplida"
