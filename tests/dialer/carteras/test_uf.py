"""The UF: a day's value or none, never another day's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dialer.carteras.uf import SinUf, in_clp, value_on

D = Decimal
VALUES = {date(2026, 11, 9): D("39485.65")}


def test_an_amount_in_uf_is_told_in_whole_pesos() -> None:
    assert in_clp(D("2.5"), "CLF", value_on(VALUES, date(2026, 11, 9))) == 98714
    assert in_clp(D("1250000"), "CLP", D("39485.65")) == 1250000


def test_half_a_peso_goes_away_from_zero() -> None:
    assert in_clp(D("0.5"), "CLF", D("39485")) == 19743
    assert in_clp(D("-0.5"), "CLF", D("39485")) == -19743


def test_a_day_without_a_value_is_said_and_not_filled_in_with_the_day_before() -> None:
    with pytest.raises(SinUf, match="no value for 2026-11-10; load it"):
        value_on(VALUES, date(2026, 11, 10))


def test_no_other_currency_is_told_in_pesos() -> None:
    with pytest.raises(ValueError, match="'USD'"):
        in_clp(D(1), "USD", D(39485))
