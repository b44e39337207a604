"""What recovered money earns: worked out by hand, and whatever the contract, every peso is in one line or apart."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.contrato import Clausula, Contrato
from dialer.carteras.cuenta import Cobrado
from metrics.reports.honorarios import FUERA, SIN_CLAUSULA, SIN_UF, TOTAL, Suma, earned, honorarios

D = Decimal
PAID = date(2026, 11, 20)
LIMITS = (30, 60, 90)
UF = {PAID: D("39485.65")}
CONTRATO = Contrato.model_validate(
    {
        "asignada": "2026-01-01",
        "cierre": "2026-12-31",
        "honorarios": [
            {"mora_desde": 1, "mora_hasta": 30, "percent": 4.5},
            {"mora_desde": 31, "mora_hasta": 90, "percent": 8, "min": 1500},
            {"mora_desde": 91, "percent": 15, "min": 1500, "max": 400_000},
        ],
    }
)


def cobrado(amount: str, mora: int, currency: str = "CLP", paid: date = PAID) -> Cobrado:
    due = paid - timedelta(mora)
    return Cobrado("a", 7, "12345678-5", "factura", "1", due, paid, paid, D(amount), currency)


def test_a_months_payments_earn_what_the_contract_says_to_the_peso() -> None:
    made = honorarios(
        "a",
        [
            cobrado("100010", 30),  # 4,5 %: 4.500,45
            cobrado("100", 30),  # 4,5
            cobrado("300", 1),  # 13,5
            cobrado("10000", 31),  # 8 % would be 800: the minimum
            cobrado("250000", 90),  # 20.000
            cobrado("9000000", 91),  # 15 % would be 1.350.000: the maximum
            cobrado("2.5", 60, "CLF"),  # 98.714,125 pesos, 8 %: 7.897,13
        ],
        CONTRATO,
        UF,
        LIMITS,
    )
    assert [int(one.honorario) for one in made.lineas] == [4500, 4, 14, 1500, 20_000, 400_000, 7897]
    assert made.sumas == (
        Suma("a", "por vencer", 0, D(0), D(0)),
        Suma("a", "1-30", 3, D(100_410), D(4518)),
        Suma("a", "31-60", 2, D("108714.125"), D(9397)),
        Suma("a", "61-90", 1, D(250_000), D(20_000)),
        Suma("a", "más de 90", 1, D(9_000_000), D(400_000)),
        Suma("a", TOTAL, 7, D("9459124.125"), D(433_915)),
    )
    assert made.aparte == ()


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (cobrado("1000", 0), SIN_CLAUSULA),
        (cobrado("1000", -3), SIN_CLAUSULA),
        (cobrado("1000", 40, paid=date(2025, 12, 31)), FUERA),
        (cobrado("1000", 40, paid=date(2027, 1, 1)), FUERA),
        (cobrado("2", 40, "CLF", PAID + timedelta(1)), SIN_UF),
    ],
)
def test_what_no_clause_covers_is_listed_with_its_reason_and_earns_nothing(one: Cobrado, why: str) -> None:
    made = honorarios("a", [one], CONTRATO, UF, LIMITS)
    assert [(it.cobrado, it.why) for it in made.aparte] == [(one, why)]
    assert made.lineas == () and made.sumas[-1] == Suma("a", TOTAL, 0, D(0), D(0))


def test_without_clauses_everything_is_apart() -> None:
    made = honorarios("a", [cobrado("1000", 40)], Contrato(), UF, LIMITS)
    assert [one.why for one in made.aparte] == [SIN_CLAUSULA]


@pytest.mark.parametrize(("base", "fee"), [("250", "2"), ("350", "4"), ("251", "3"), ("-250", "-2"), ("0", "0")])
def test_half_a_peso_goes_to_the_even_one_and_a_payment_found_void_takes_its_fee_back(base: str, fee: str) -> None:
    assert str(earned(Clausula(percent=D(1)), D(base))) == fee


@st.composite
def contratos(draw: st.DrawFn) -> Contrato:
    edges = sorted(draw(st.sets(st.integers(-10, 120), min_size=2, max_size=5)))
    clauses: list[dict[str, Any]] = []
    for first, end in zip(edges[::2], edges[1::2], strict=False):
        least = draw(st.integers(0, 2000))
        clauses.append(
            {
                "mora_desde": first,
                "mora_hasta": end,
                "percent": draw(st.decimals(0, 100, places=2)),
                "min": draw(st.sampled_from([None, least])),
                "max": draw(st.sampled_from([None, least + 5000])),
            }
        )
    return Contrato.model_validate({"asignada": "2026-11-03", "honorarios": clauses})


@st.composite
def payments(draw: st.DrawFn) -> Cobrado:
    paid = date(2026, 11, 1) + timedelta(draw(st.integers(0, 29)))
    amount = str(draw(st.decimals(-100, 10**7, places=2)))
    return cobrado(amount, draw(st.integers(-20, 150)), draw(st.sampled_from(["CLP", "CLF"])), paid)


@given(contrato=contratos(), found=st.lists(payments(), max_size=12), known=st.sets(st.integers(0, 29), max_size=30))
def test_every_payment_is_in_one_line_or_apart_and_the_lines_add_up(
    contrato: Contrato, found: list[Cobrado], known: set[int]
) -> None:
    uf = {date(2026, 11, 1) + timedelta(n): D(39_000 + n) for n in known}
    made = honorarios("a", found, contrato, uf, LIMITS)
    assert sorted([one.cobrado for one in (*made.lineas, *made.aparte)]) == sorted(found)
    *tramos, total = made.sumas
    assert total.honorario == sum(one.honorario for one in made.lineas) == sum(one.honorario for one in tramos)
    assert total.base == sum(one.base for one in made.lineas) == sum(one.base for one in tramos)
    assert total.pagos == len(made.lineas) == sum(one.pagos for one in tramos)
    for one in made.lineas:
        exact = abs(one.base) * one.percent / 100
        clause = contrato.clause(one.cobrado.paid_on.isoformat(), one.mora)
        assert clause is not None and one.honorario == one.honorario.to_integral_value()
        least, most = clause.min or D(0), clause.max if clause.max is not None else max(exact, clause.min or D(0))
        assert abs(abs(one.honorario) - min(max(exact, least), most)) <= D("0.5")
