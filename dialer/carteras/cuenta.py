"""A cartera's accounts as the records sum them up, ready for the reports. Amounts in units of their currency.

The saldo of a document at the end of a day is the sum of its movements up to it, so for any set of documents

    saldo = assigned - paid - withdrawn + adjusted

holds to the peso on every day: `assigned` what the mandante handed over (again, after a withdrawal, too), `paid`
payments less those found void, `withdrawn` what it took back, `adjusted` what its own figures changed, with its sign.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Renglon(NamedTuple):
    """The documents of one currency and due day, as of a day. `documentos`: how many of them have a saldo."""

    currency: str
    due: date
    assigned: Decimal
    paid: Decimal
    withdrawn: Decimal
    adjusted: Decimal
    saldo: Decimal
    documentos: int


class Paso(NamedTuple):
    """Documents of one currency and due day between two days, alike in `owed` (a saldo before) and `came` (assigned
    meanwhile). `before` and `after` are the saldos at the two ends, the rest what happened in between."""

    currency: str
    due: date
    owed: bool
    came: bool
    before: Decimal
    assigned: Decimal
    paid: Decimal
    withdrawn: Decimal
    adjusted: Decimal
    after: Decimal


class Grupo(NamedTuple):
    """Cases alike in `apart` (why they are not gestionable; empty: they are) and in how many valid gestiones they had.

    `documentos` and `saldos` (by currency): what these cases owe together.
    """

    apart: str
    gestiones: int
    casos: int
    documentos: int
    saldos: dict[str, Decimal]


class PagoSuelto(NamedTuple):
    """A payment of which `rest` found no document. `number` as the mandante wrote it; empty: it named none."""

    pago_id: int
    rut: str
    kind: str
    number: str
    amount: Decimal
    rest: Decimal
    currency: str
    paid_on: date
    reference: str


class Cobrado(NamedTuple):
    """What one payment paid of one document. `day`: when its saldo became less by it, which is `paid_on` unless the
    mandante's own word on the document is later. A payment found void is a negative one."""

    cartera: str
    pago_id: int
    rut: str
    kind: str
    number: str
    due: date
    paid_on: date
    day: date
    amount: Decimal
    currency: str


class Promesas(NamedTuple):
    """A cartera's promises of one state and currency: how many, what they amount to, what of it was paid."""

    state: str
    currency: str
    compromisos: int
    amount: Decimal
    paid: Decimal


class Cuadratura(NamedTuple):
    """One currency's saldo by its three records, and what the loads' own control totals say was assigned.

    They agree when `movements`, `documents` and `cases` are equal. `assigned` is less than `loads` by the documents
    that a load brought again.
    """

    currency: str
    movements: Decimal
    documents: Decimal
    cases: Decimal
    assigned: Decimal
    loads: Decimal

    @property
    def agrees(self) -> bool:
        return self.movements == self.documents == self.cases
