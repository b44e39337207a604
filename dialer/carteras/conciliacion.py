"""Which documents a payment pays.

A payment that names a document pays that one and no other: what is over, or names a document that is not there, stays
unmatched and is listed for a person. One that names none pays the debtor's documents of that mandante, oldest due
first. A document is never paid beyond its saldo, and never in another currency: UF and pesos do not mix here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

from dialer.carteras.rechazo import Falla
from dialer.carteras.valores import document_number

State = Literal["matched", "partial", "unmatched"]
ANY_KIND = ("", "otro")
"""What a row says that does not know the kind of its document."""


class Pago(Protocol):
    """Of a payment, what decides (`filas.FilaPago`, or its row in the records). Amounts in units of `currency`."""

    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...


class Impago(NamedTuple):
    """A document of the same debtor and mandante, with what is still owed of it."""

    documento_id: int
    kind: str
    number: str
    saldo: Decimal
    currency: str
    due: date


class Reparto(NamedTuple):
    """What of a payment goes to one document: more than zero, at most its saldo."""

    documento_id: int
    amount: Decimal


def match(pago: Pago, documentos: Iterable[Impago]) -> tuple[Reparto, ...]:
    """How the payment is shared out; empty where nothing fits. The documents are the debtor's in that mandante.

    A number that several documents of different kinds bear is no name: the row must then give the kind.
    """
    left = pago.amount
    parts: list[Reparto] = []
    for one in _in_order(pago, [one for one in documentos if one.currency == pago.currency]):
        part = min(left, one.saldo)
        if part > 0:
            parts.append(Reparto(one.documento_id, part))
            left -= part
    return tuple(parts)


def rest(pago: Pago, parts: Sequence[Reparto]) -> Decimal:
    """What of the payment found no document."""
    return pago.amount - sum((part.amount for part in parts), Decimal(0))


def state(pago: Pago, parts: Sequence[Reparto]) -> State:
    if not parts:
        return "unmatched"
    return "partial" if rest(pago, parts) else "matched"


def _in_order(pago: Pago, documentos: list[Impago]) -> list[Impago]:
    named = [one for one in documentos if _names(pago, one)] if pago.number else documentos
    if pago.number and len({one.kind for one in named}) > 1:
        named = [one for one in named if one.kind == pago.kind]
    return sorted(named, key=lambda one: (one.due, one.documento_id))


def _names(pago: Pago, one: Impago) -> bool:
    """By the number as that kind writes it: an invoice's leading zeros mean nothing, a cheque's do."""
    if pago.kind not in (*ANY_KIND, one.kind):
        return False
    try:
        return document_number(pago.number, one.kind) == one.number
    except Falla:
        return pago.number == one.number
