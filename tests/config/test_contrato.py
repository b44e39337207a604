"""A contract has its days and its clauses, and no payment ever has two of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.contrato import Contrato, outside
from config.settings import Floor, Strategy, parse
from tests.floors import CODES, REGLAS

YEAR = {"numero": "77-A", "asignada": "2026-01-01", "cierre": "2026-11-24"}


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2025-12-31", "the contract with the mandante begins on 2026-01-01 (contract 77-A)"),
        ("2026-01-01", None),
        ("2026-11-24", None),
        ("2026-11-25", "the contract with the mandante ended on 2026-11-24 (contract 77-A)"),
    ],
)
def test_the_first_day_and_the_last_one_belong_to_it(day: str, words: str | None) -> None:
    assert outside(Contrato.model_validate(YEAR), day) == words


def test_without_days_it_binds_nothing() -> None:
    assert not Contrato().bounded and outside(Contrato(), "2026-11-24") is None
    assert Strategy().contrato == Contrato()
    assert Contrato(asignada="2026-01-01").bounded and Contrato(cierre="2026-01-01").bounded


CLAUSES = [
    {"mora_hasta": 30, "percent": 4.5, "until": "2027-01-01"},
    {"mora_desde": 31, "percent": 8.1, "min": 1500, "max": 400_000},
    {"mora_hasta": 30, "percent": 5, "since": "2027-01-01"},
]


def test_a_payment_has_the_clause_of_its_day_and_its_days_overdue() -> None:
    contrato = Contrato.model_validate({"honorarios": CLAUSES})

    def percent(day: str, mora: int) -> Decimal | None:
        found = contrato.clause(day, mora)
        return found and found.percent

    assert percent("2026-12-31", 30) == percent("2026-12-31", -9) == Decimal("4.5")
    assert percent("2027-01-01", 30) == 5
    assert percent("2026-12-31", 31) == percent("2030-01-01", 9000) == Decimal("8.1"), "the digits that were written"
    only_old = Contrato.model_validate({"honorarios": CLAUSES[1:2]})
    assert only_old.clause("2026-12-31", 30) is None


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"asignada": "2026-02-01", "cierre": "2026-01-31"}, "asignada 2026-02-01 must not be after cierre 2026-01-31"),
        ({"asignada": "ayer"}, "asignada"),
        ({"honorarios": [{"percent": 101}]}, "honorarios.0.percent"),
        ({"honorarios": [{"percent": -1}]}, "honorarios.0.percent"),
        ({"honorarios": [{"percent": 5, "mora_desde": 9, "mora_hasta": 8}]}, "mora_desde 9 must not be more"),
        ({"honorarios": [{"percent": 5, "min": 9, "max": 8}]}, "min 9 must not be more than max 8"),
        ({"honorarios": [{"percent": 5, "desde": 9}]}, "honorarios.0.desde"),
        (
            {"honorarios": [{"percent": 5, "mora_hasta": 30}, {"percent": 6, "mora_desde": 30}]},
            "two clauses hold for a payment of 1900-01-01, 30 days overdue",
        ),
        (
            {"honorarios": [{"percent": 5, "until": "2026-05-01"}, {"percent": 6, "since": "2026-04-30"}]},
            "two clauses hold for a payment of 2026-04-30",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(raw: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Contrato.model_validate(raw)


days = st.integers(0, 40).map(lambda n: (date(2026, 1, 1) + timedelta(n)).isoformat())
moras = st.integers(-5, 20)


@st.composite
def clauses(draw: st.DrawFn) -> dict[str, Any]:
    since, until = sorted([draw(days), draw(days)])
    desde, hasta = sorted([draw(moras), draw(moras)])
    dates = {"since": since, "until": until} if since < until else {}
    return {"percent": draw(st.integers(0, 100)), "mora_desde": desde, "mora_hasta": hasta, **dates}


@given(raw=st.lists(clauses(), max_size=4), day=days, mora=moras)
def test_whatever_is_accepted_no_payment_has_two_clauses(raw: list[dict[str, Any]], day: str, mora: int) -> None:
    try:
        contrato = Contrato.model_validate({"honorarios": raw})
    except ValidationError:
        return
    assert sum(one.covers(day, mora) for one in contrato.honorarios) <= 1


def test_the_journal_keeps_the_contract_as_it_was() -> None:
    raw = {"carteras": {"a": {"contrato": {**YEAR, "honorarios": CLAUSES}}}}
    floor = parse(raw).floor(REGLAS, CODES)
    assert Floor.model_validate(floor.model_dump(mode="json")) == floor
