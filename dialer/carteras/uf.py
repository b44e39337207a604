"""The unidad de fomento: pesos for amounts in UF (currency ``CLF``), by the value of one day.

There is no rule that gives a value: it is published, loaded (`filas.FilaUf`) and looked up. A day without one is never
filled in with another day's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

PESO = Decimal(1)


class SinUf(Exception):
    """No value of the UF is loaded for a day that needs one."""

    def __init__(self, day: date) -> None:
        super().__init__(
            f"UF: there is no value for {day.isoformat()}; load it (cintillo load uf FILE) or give it by hand"
        )


def value_on(values: Mapping[date, Decimal], day: date) -> Decimal:
    """Pesos for one UF on a day. Raises `SinUf`."""
    try:
        return values[day]
    except KeyError:
        raise SinUf(day) from None


def pesos(amount: Decimal) -> Decimal:
    """Rounded to whole pesos, halves away from zero, as invoices do."""
    return amount.quantize(PESO, ROUND_HALF_UP)


def in_clp(amount: Decimal, currency: str, uf: Decimal) -> Decimal:
    """The amount in whole pesos at `uf` pesos for one UF. Raises `ValueError` for a currency that is neither."""
    if currency == "CLP":
        return pesos(amount)
    if currency == "CLF":
        return pesos(amount * uf)
    raise ValueError(f"currency {currency!r}: only CLP and CLF can be told in pesos")
