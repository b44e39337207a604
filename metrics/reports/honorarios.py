"""Honorarios: what the money recovered in a month earns by the clauses of each cartera's contract.

* The clause of a payment to a document is that of the day on which it was paid and of its *mora*: paid on - due.
* *base* = what was paid in pesos; of UF, at the value of the day on which it was paid.
* *honorario* = base x percent, at least `min` and at most `max`, rounded to the peso, halves to even. A payment found
  void takes back what the payment earned.

What was paid outside the contract's days, has no clause, or is in UF on a day without value is listed apart, with the
reason: nothing is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from config.contrato import Clausula, Contrato
from dialer.carteras.cuenta import Cobrado
from dialer.carteras.tramo import names, tramo

PESO = Decimal(1)
TOTAL = "total"
FUERA, SIN_CLAUSULA, SIN_UF = "fuera del contrato", "sin cláusula", "sin UF del día"
"""Why a payment earns nothing that can be told."""


class Linea(NamedTuple):
    """What one payment to one document earns: `honorario` whole pesos, of `base` exact ones."""

    cobrado: Cobrado
    mora: int
    tramo: str
    base: Decimal
    percent: Decimal
    honorario: Decimal


class Aparte(NamedTuple):
    """A payment to a document that no clause covers, and why."""

    cobrado: Cobrado
    mora: int
    tramo: str
    why: str


class Suma(NamedTuple):
    """The lines of one tramo of a cartera, or its `TOTAL`, in pesos."""

    cartera: str
    tramo: str
    pagos: int
    base: Decimal
    honorario: Decimal


class Honorarios(NamedTuple):
    """One cartera's: every payment is in `lineas` or in `aparte`."""

    lineas: tuple[Linea, ...]
    aparte: tuple[Aparte, ...]
    sumas: tuple[Suma, ...]


def honorarios(
    cartera: str, cobrados: Iterable[Cobrado], contrato: Contrato, uf: Mapping[date, Decimal], limits: Sequence[int]
) -> Honorarios:
    """`uf`: pesos for one UF by day, as far as they are loaded; `limits`: the cartera's tramos, told at the payment."""
    judged = [_judged(one, contrato, uf, limits) for one in cobrados]
    lineas = tuple(one for one in judged if isinstance(one, Linea))
    aparte = tuple(one for one in judged if isinstance(one, Aparte))
    return Honorarios(lineas, aparte, _sums(cartera, lineas, limits))


def _judged(one: Cobrado, contrato: Contrato, uf: Mapping[date, Decimal], limits: Sequence[int]) -> Linea | Aparte:
    day, mora = one.paid_on.isoformat(), (one.paid_on - one.due).days
    name = tramo(mora, limits)
    clause = contrato.clause(day, mora)
    if not contrato.holds(day):
        return Aparte(one, mora, name, FUERA)
    if clause is None:
        return Aparte(one, mora, name, SIN_CLAUSULA)
    if one.currency != "CLP" and one.paid_on not in uf:
        return Aparte(one, mora, name, SIN_UF)
    base = one.amount if one.currency == "CLP" else one.amount * uf[one.paid_on]
    return Linea(one, mora, name, base, clause.percent, earned(clause, base))


def earned(clause: Clausula, base: Decimal) -> Decimal:
    """What a payment of `base` pesos earns by its clause, in whole pesos; less than nothing for one found void."""
    fee = abs(base) * clause.percent / 100
    if clause.min is not None:
        fee = max(fee, clause.min)
    if clause.max is not None:
        fee = min(fee, clause.max)
    whole = fee.quantize(PESO, ROUND_HALF_EVEN)
    return -whole if base < 0 else whole


def _sums(cartera: str, lineas: Iterable[Linea], limits: Sequence[int]) -> tuple[Suma, ...]:
    """Every tramo in order, the empty ones too, and the total."""
    by_name: defaultdict[str, list[Linea]] = defaultdict(list)
    for one in lineas:
        by_name[one.tramo].append(one)
        by_name[TOTAL].append(one)
    return tuple(_sum(cartera, name, by_name[name]) for name in (*names(limits), TOTAL))


def _sum(cartera: str, name: str, lineas: Sequence[Linea]) -> Suma:
    base = sum((one.base for one in lineas), Decimal(0))
    return Suma(cartera, name, len(lineas), base, sum((one.honorario for one in lineas), Decimal(0)))
