"""Collection costs: the most that the law lets be charged to a debtor on an overdue amount.

How it is calculated: nothing until the debt is more than `after_days` overdue; then each step's percentage on the part
of the overdue amount that lies in it (steps are in UF, taken at the UF given); less a number of UF when no gestión útil
was made in time; never below zero. Exact to the end, and only the total is rounded to pesos.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from config.gastos import Gastos, Tarifa
from dialer.carteras.uf import pesos


class GastosError(Exception):
    """The costs cannot be calculated from what was given."""


class Parte(NamedTuple):
    """One step of the calculation: `percent` of `base` CLP is `cost` CLP, exact."""

    percent: Decimal
    base: Decimal
    cost: Decimal


class Gasto(NamedTuple):
    """`total`: whole pesos. `rebate`: what was taken off for want of a gestión útil, in exact CLP."""

    total: Decimal
    partes: tuple[Parte, ...]
    rebate: Decimal
    due: bool


def in_force(gastos: Gastos, day: date) -> Tarifa:
    """The tariff of a day. Raises `GastosError` when none is known for it."""
    for one in gastos.tarifas:
        if one.holds(day.isoformat()):
            return one
    first = min(one.since for one in gastos.tarifas)
    raise GastosError(f"{gastos.id}: holds no tariff for {day.isoformat()}; the first one begins on {first}")


def cost(tarifa: Tarifa, overdue: Decimal, days_overdue: int, uf: Decimal, *, gestion_util: bool) -> Gasto:
    """The most that may be charged on `overdue` CLP, `days_overdue` days after it fell due, at `uf` CLP for one UF.

    `gestion_util`: at least one was made, free, in the first `gestion_util_days` days. Raises `GastosError` for an
    amount that is negative or a UF that is not positive.
    """
    if overdue < 0 or uf <= 0:
        raise GastosError(f"monto {overdue}, UF {uf}: the monto must not be negative and the UF must be positive")
    if days_overdue <= tarifa.after_days:
        return Gasto(Decimal(0), (), Decimal(0), due=False)
    partes = _partes(tarifa, overdue, uf)
    whole = sum((parte.cost for parte in partes), Decimal(0))
    rebate = Decimal(0) if gestion_util else min(whole, tarifa.no_gestion_util_uf * uf)
    return Gasto(pesos(whole - rebate), partes, rebate, due=True)


def _partes(tarifa: Tarifa, overdue: Decimal, uf: Decimal) -> tuple[Parte, ...]:
    partes: list[Parte] = []
    below = Decimal(0)
    for step in tarifa.steps:
        top = overdue if step.up_to_uf is None else min(overdue, step.up_to_uf * uf)
        if top > below:
            base = top - below
            partes.append(Parte(step.percent, base, base * step.percent / 100))
            below = top
    return tuple(partes)
