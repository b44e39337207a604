"""Collection costs: SERNAC's examples to the peso, marginal steps, dated tariffs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.edge.files import load_gastos, load_reglas
from config.gastos import Gastos
from dialer.carteras.gastos import GastosError, cost, in_force

D = Decimal
CL = load_gastos()
TARIFA = in_force(CL, date(2026, 11, 20))
UF = D("27205.11")


def total(monto: str | Decimal, mora: int = 30, uf: Decimal = UF, *, gestion_util: bool = True) -> Decimal:
    return cost(TARIFA, D(monto), mora, uf, gestion_util=gestion_util).total


def test_sernacs_example_with_gestion_util_to_the_peso() -> None:
    assert total("100000") == 9000


def test_sernacs_example_without_gestion_util_to_the_peso() -> None:
    assert total("100000", gestion_util=False) == 3559


@pytest.mark.parametrize(("mora", "expected"), [(0, 0), (15, 0), (20, 0), (21, 9000), (400, 9000)])
def test_nothing_may_be_charged_in_the_first_twenty_days(mora: int, expected: int) -> None:
    assert total("100000", mora) == expected


@pytest.mark.parametrize(
    ("monto", "expected"),
    [
        ("400000", 36000),  # 10 UF: 9 % of all
        ("400100", 36006),  # 100 more at 6 %
        ("2000000", 132000),  # 50 UF: 36.000 + 6 % of 1.600.000
        ("2000100", 132003),  # 100 more at 3 %
        ("10000000", 372000),  # 132.000 + 3 % of 8.000.000
    ],
)
def test_each_percentage_is_charged_on_its_own_part_only(monto: str, expected: int) -> None:
    assert total(monto, uf=D(40000)) == expected


def test_the_cost_never_falls_below_zero_for_want_of_a_gestion_util() -> None:
    assert total("10000", gestion_util=False) == 0


@given(
    monto=st.decimals(0, 10**9, places=0), more=st.decimals(0, 10**7, places=0), uf=st.decimals(20000, 60000, places=2)
)
def test_a_larger_debt_never_costs_less_nor_more_than_nine_per_cent_and_the_parts_add_up(
    monto: Decimal, more: Decimal, uf: Decimal
) -> None:
    made = cost(TARIFA, monto, 21, uf, gestion_util=True)
    assert made.total <= cost(TARIFA, monto + more, 21, uf, gestion_util=True).total
    assert made.total <= monto * 9 / 100 + D("0.5")
    assert sum((one.base for one in made.partes), D(0)) == monto
    assert abs(sum((one.cost for one in made.partes), D(0)) - made.total) <= D("0.5")
    less = cost(TARIFA, monto, 21, uf, gestion_util=False)
    assert abs(less.total - max(D(0), made.total - uf / 5)) <= 1


def test_before_the_law_there_is_no_tariff_and_the_sentence_says_since_when() -> None:
    with pytest.raises(GastosError, match="no tariff for 2020-01-01; the first one begins on 2021-04-20"):
        in_force(CL, date(2020, 1, 1))


@pytest.mark.parametrize(("monto", "uf"), [("-1", "27000"), ("1000", "0")])
def test_an_amount_or_a_uf_that_cannot_be_is_refused(monto: str, uf: str) -> None:
    with pytest.raises(GastosError, match="must not be negative"):
        total(monto, uf=D(uf))


def test_a_change_of_the_law_is_one_more_tariff_that_must_not_overlap() -> None:
    now = TARIFA.model_dump()
    table = {"id": "x", "title": "x", "tarifas": [now, {**now, "since": "2027-01-01"}]}
    with pytest.raises(ValidationError, match="two of them hold on 2027-01-01"):
        Gastos.model_validate(table)
    changed = Gastos.model_validate({**table, "tarifas": [{**now, "until": "2027-01-01"}, table["tarifas"][1]]})
    assert in_force(changed, date(2027, 1, 1)).since == "2027-01-01"
    assert in_force(changed, date(2026, 12, 31)).until == "2027-01-01"


@pytest.mark.parametrize("limits", [(50, 10, None), (10, None, None), (10, 50, 60)])
def test_steps_must_rise_and_only_the_last_has_no_limit(limits: tuple[int | None, ...]) -> None:
    steps = [{"percent": 9, "up_to_uf": limit} for limit in limits]
    with pytest.raises(ValidationError, match="each up_to_uf must be greater"):
        Gastos.model_validate({"id": "x", "title": "x", "tarifas": [{**TARIFA.model_dump(), "steps": steps}]})


def test_percentages_are_taken_by_the_digits_written() -> None:
    assert TARIFA.no_gestion_util_uf == D("0.2")
    assert [step.percent for step in TARIFA.steps] == [9, 6, 3]


def test_the_tariff_is_no_preset_of_contact_rules() -> None:
    assert "cl_gastos" not in load_reglas()
