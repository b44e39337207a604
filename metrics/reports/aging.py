"""Aging: what is owed by tramo de mora, as of any day, and how it moved between two.

* *aging* at a day D: each document's saldo at the end of D, in the tramo of D - due.
* *matriz de migración* from D1 to D2: where the saldo of each tramo of D1 was at D2: in a tramo, paid, withdrawn or
  adjusted away. What was assigned in between has a row of its own. Every row adds up to what it began with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dialer.carteras.cuenta import Paso, Renglon
from dialer.carteras.tramo import names, tramo

ASIGNADO, SALDADO = "asignado", "sin saldo"
"""Rows of the matrix that are no tramo: came in between; owed nothing at the first day."""
PAGADO, RETIRADO, AJUSTADO = "pagado", "retirado", "ajustado"
"""Columns of the matrix that are no tramo. What a correction added counts as negative `AJUSTADO`."""


class Banda(NamedTuple):
    """One tramo of one currency."""

    currency: str
    tramo: str
    saldo: Decimal
    documentos: int


class Fila(NamedTuple):
    """One row of the matrix: `total` is the sum of `to`."""

    currency: str
    origin: str
    total: Decimal
    to: dict[str, Decimal]


def aging(renglones: Iterable[Renglon], at: date, limits: Sequence[int]) -> tuple[Banda, ...]:
    """Every tramo of every currency, in order, the empty ones too."""
    saldo: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    documentos: defaultdict[tuple[str, str], int] = defaultdict(int)
    for one in renglones:
        key = one.currency, tramo((at - one.due).days, limits)
        saldo[key] += one.saldo
        documentos[key] += one.documentos
    monies = sorted({money for money, _ in saldo})
    keys = [(money, name) for money in monies for name in names(limits)]
    return tuple(Banda(*key, saldo[key], documentos[key]) for key in keys)


def columns(limits: Sequence[int]) -> tuple[str, ...]:
    """Where a saldo may have gone, in order."""
    return (*names(limits), PAGADO, RETIRADO, AJUSTADO)


def migration(pasos: Iterable[Paso], since: date, until: date, limits: Sequence[int]) -> tuple[Fila, ...]:
    """The matrix from the end of `since` to the end of `until`, by currency and origin; rows without anything left
    out."""
    cells: defaultdict[tuple[str, str], defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    totals: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in pasos:
        key = one.currency, _origin(one, since, limits)
        totals[key] += one.before if one.owed else one.assigned
        for name, amount in _destinations(one, until, limits):
            cells[key][name] += amount
    order = (ASIGNADO, SALDADO, *names(limits))
    keys = [(money, name) for money in sorted({money for money, _ in totals}) for name in order]
    found = [Fila(*key, totals[key], {name: cells[key][name] for name in columns(limits)}) for key in keys]
    return tuple(fila for fila in found if fila.total or any(fila.to.values()))


def _origin(one: Paso, since: date, limits: Sequence[int]) -> str:
    if one.owed:
        return tramo((since - one.due).days, limits)
    return ASIGNADO if one.came else SALDADO


def _destinations(one: Paso, until: date, limits: Sequence[int]) -> tuple[tuple[str, Decimal], ...]:
    """What was taken back and assigned again in between was not withdrawn."""
    again = one.assigned if one.owed else Decimal(0)
    return (
        (tramo((until - one.due).days, limits), one.after),
        (PAGADO, one.paid),
        (RETIRADO, one.withdrawn - again),
        (AJUSTADO, -one.adjusted),
    )
