"""The control totals as they are said and said back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dialer.carteras.confirmacion import NotConfirmed, confirms, control_words
from dialer.carteras.model import Totals

TOTALS = Totals(4085, 4072, 13, 1997, 4072, {"CLP": Decimal(4_940_701_979), "CLF": Decimal("12.50")})


def test_the_words_give_the_rows_and_the_exact_sum_of_each_currency() -> None:
    assert control_words(TOTALS) == "rows=4072,CLF=12.5,CLP=4940701979"


@pytest.mark.parametrize(
    "said",
    [
        "rows=4072,CLF=12.5,CLP=4940701979",
        "CLP=4940701979, rows=4072, clf=12.500",
        "ROWS=4072,CLP=4940701979.0,CLF=12.5",
    ],
)
def test_they_may_be_said_in_any_order_and_form(said: str) -> None:
    confirms(TOTALS, said)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("", "Falta confirmar"),
        ("rows=4072", "no son los del archivo"),
        ("rows=4072,CLF=12.5,CLP=4940701978", "no son los del archivo"),
        ("rows=4072,CLF=12.5,CLP=4940701979,UF=1", "no son los del archivo"),
        ("rows=4.072.000", "sin puntos de miles"),
        ("si", "se espera"),
    ],
)
def test_anything_else_loads_nothing(said: str, wrong: str) -> None:
    with pytest.raises(NotConfirmed, match=wrong):
        confirms(TOTALS, said)
