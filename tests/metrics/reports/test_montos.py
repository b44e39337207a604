"""Montos a recuperar: identities to the peso, and what a goal needs each working day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.edge.files import load_reglas
from dialer.carteras.cuenta import Renglon
from metrics.reports.montos import TOTAL, meta, month_of, montos, working_days

D = Decimal
AT = date(2026, 11, 20)
CL = load_reglas()["cl_consumidor"]


@st.composite
def renglones(draw: st.DrawFn) -> Renglon:
    assigned, paid, withdrawn, adjusted = (D(draw(st.integers(-100, 10**6))) for _ in range(4))
    saldo = assigned - paid - withdrawn + adjusted
    due = AT - timedelta(draw(st.integers(-60, 500)))
    return Renglon(draw(st.sampled_from(("CLP", "CLF"))), due, assigned, paid, withdrawn, adjusted, saldo, 1)


@given(found=st.lists(renglones(), max_size=15))
def test_in_every_tramo_and_in_all_the_saldo_is_what_was_assigned_less_what_went(found: list[Renglon]) -> None:
    made = montos(found, AT, (30, 60, 90))
    for one in made:
        assert one.saldo == one.assigned - one.paid - one.withdrawn + one.adjusted
    for money in {one.currency for one in made}:
        tramos = [one for one in made if one.currency == money and one.tramo != TOTAL]
        [total] = [one for one in made if one.currency == money and one.tramo == TOTAL]
        assert total.saldo == sum(one.saldo for one in tramos) == sum(r.saldo for r in found if r.currency == money)
        assert total.documentos == sum(one.documentos for one in tramos)


def test_recupero_is_what_was_paid_of_what_was_assigned() -> None:
    [total] = [one for one in montos([Renglon("CLP", AT, D(800), D(200), D(0), D(0), D(600), 3)], AT, (30,))
               if one.tramo == TOTAL]  # fmt: skip
    assert total.recupero == D("0.25")
    assert all(one.recupero is None for one in montos([Renglon("CLP", AT, *[D(0)] * 5, 0)], AT, (30,)))


def test_the_goal_is_spread_over_the_working_days_left_and_rounded_up() -> None:
    made = meta(D(1_000_000), D(400_001), 7)
    assert (made.left, made.per_day) == (599_999, 85_715)


def test_a_goal_that_is_reached_needs_nothing_and_one_without_days_left_says_so() -> None:
    assert meta(D(100), D(150), 3).per_day == 0
    assert meta(D(100), D(50), 0).per_day is None


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ((2026, 11, 20), (2026, 11, 30), 9),  # Friday to Monday week, without two Sundays: Saturdays are working days
        ((2026, 9, 18), (2026, 9, 20), 0),  # Fiestas Patrias and a Sunday
        ((2026, 12, 25), (2026, 12, 26), 1),
        ((2026, 11, 30), (2026, 11, 29), 0),
    ],
)
def test_working_days_are_monday_to_saturday_without_holidays(
    first: tuple[int, int, int], last: tuple[int, int, int], days: int
) -> None:
    assert working_days(CL, date(*first), date(*last)) == days


def test_a_year_has_the_working_days_of_the_civil_procedure_code() -> None:
    assert working_days(CL, date(2026, 1, 1), date(2026, 12, 31)) == 299


@pytest.mark.parametrize(("day", "last"), [((2026, 2, 7), 28), ((2028, 2, 29), 29), ((2026, 12, 31), 31)])
def test_the_month_of_a_day(day: tuple[int, int, int], last: int) -> None:
    first, end = month_of(date(*day))
    assert (first.day, end.day, first.month, end.month) == (1, last, day[1], day[1])
