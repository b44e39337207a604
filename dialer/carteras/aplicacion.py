"""What a load would change, worked out on plain values: rows and the books' present state in, movements out.

The mandante's word decides in this order: a load of *saldos* says what is owed on a day, a *pago* lessens it, a
*retiro* takes it away. Every change of a document's saldo is a `Movimiento` with its day, and a day never comes before
the document's last statement (its assignment, or the mandante's own saldo), so that the saldo of any past day is the
sum of the movements up to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from dialer.carteras import conciliacion
from dialer.carteras.conciliacion import ANY_KIND, Impago, Reparto
from dialer.carteras.filas import FilaPago, FilaRetiro, FilaSaldo
from dialer.carteras.model import Rechazo
from dialer.carteras.rechazo import Falla
from dialer.carteras.valores import document_number

ZERO = Decimal(0)


class Deuda(msgspec.Struct, frozen=True):
    """A document as the books have it. `assigned_on` and `stated_on`: its first assignment and the mandante's last
    saldo, where there is one."""

    documento_id: int
    caso_id: int
    rut: str
    kind: str
    number: str
    saldo: Decimal
    currency: str
    due: date
    assigned_on: date
    stated_on: date | None = None
    withdrawn_on: date | None = None


class Movimiento(msgspec.Struct, frozen=True):
    """`kind`: saldo, pago, retiro. `pago`: which payment of the plan it belongs to; -1: none."""

    documento_id: int
    caso_id: int
    day: date
    kind: str
    delta: Decimal
    saldo_after: Decimal
    pago: int = -1


class Efecto(msgspec.Struct, frozen=True):
    """What one row of a load comes to in the books. `effect`: new, changed, unchanged or rejected.

    `row` as a spreadsheet numbers it; 0 where the reader does not say on which row a document stands. `what` it is
    about (``factura 77``, a telephone, a day), `before` and `after`: its value where the row changes one.
    """

    row: int
    rut: str
    what: str
    effect: str
    before: str = ""
    after: str = ""


class Abono(msgspec.Struct, frozen=True):
    """A payment with what it pays."""

    fila: FilaPago
    key: str
    state: conciliacion.State
    parts: tuple[Reparto, ...]


class Plan(msgspec.Struct):
    """All that a load of saldos, pagos or retiros changes. `withdrawn`: the documents that leave."""

    movimientos: list[Movimiento] = []
    withdrawn: list[int] = []
    abonos: list[Abono] = []
    efectos: list[Efecto] = []
    refused: list[Rechazo] = []
    notices: list[Rechazo] = []


class Libro:
    """The documents of the people in the file, with the saldos as the plan leaves them."""

    def __init__(self, deudas: Iterable[Deuda], people: Iterable[str]) -> None:
        self.by_rut: dict[str, list[Deuda]] = defaultdict(list)
        self.saldo: dict[int, Decimal] = {}
        self.gone: set[int] = set()
        self.people = set(people)
        for one in deudas:
            self.by_rut[one.rut].append(one)
            self.saldo[one.documento_id] = one.saldo
            if one.withdrawn_on:
                self.gone.add(one.documento_id)

    def named(self, rut: str, kind: str, number: str) -> list[Deuda]:
        """The person's documents that a row may mean: by number and, where it says one, kind; all of them where it
        gives no number. Raises `Falla` where there is none."""
        if rut not in self.people:
            raise Falla("deudor_unknown")
        mine = self.by_rut.get(rut, [])
        if number:
            mine = [one for one in mine if kind in (*ANY_KIND, one.kind) and _numbered(one, number)]
        if not mine:
            raise Falla("documento_unknown")
        return mine

    def one(self, rut: str, kind: str, number: str) -> Deuda:
        """The document that a row means. Raises `Falla` where there is none, several, or one that was withdrawn."""
        found = self.named(rut, kind, number)
        here = [one for one in found if one.documento_id not in self.gone]
        if not here:
            raise Falla("documento_withdrawn", day=found[0].withdrawn_on)
        if len(here) > 1:
            raise Falla("documento_ambiguous", count=len(here))
        return here[0]


def _numbered(one: Deuda, number: str) -> bool:
    """By the number as that kind writes it: an invoice's leading zeros mean nothing, a cheque's do."""
    try:
        return document_number(number, one.kind) == one.number
    except Falla:
        return number == one.number


# ── saldos ──────────────────────────────────────────────────────────────────────────────────────────


def plan_saldos(filas: Iterable[FilaSaldo], libro: Libro, day: date) -> Plan:
    """The mandante's figure replaces ours; of two rows for a document the last one stands."""
    plan, touched = Plan(), {}
    for fila in filas:
        try:
            deuda = libro.one(fila.rut, fila.kind, fila.number)
            _same_currency(deuda, fila.currency)
        except Falla as falla:
            _refuse(plan, fila, "NUMERO", fila.number, falla)
            continue
        before = libro.saldo[deuda.documento_id]
        libro.saldo[deuda.documento_id] = fila.saldo
        touched[deuda.documento_id] = deuda
        plan.efectos.append(_changed(fila, deuda, before, fila.saldo))
    for deuda in touched.values():
        after = libro.saldo[deuda.documento_id]
        if after != deuda.saldo:
            on = _not_before(day, deuda)
            delta = after - deuda.saldo
            plan.movimientos.append(Movimiento(deuda.documento_id, deuda.caso_id, on, "saldo", delta, after))
    return plan


# ── pagos ───────────────────────────────────────────────────────────────────────────────────────────


def pago_keys(filas: Sequence[FilaPago]) -> list[str]:
    """What makes each payment the same one in two files.

    The mandante's reference with RUT and date; without one, all that the row says and which of the equal rows it is
    (two equal payments of a day are two payments, the same file twice is not).
    """
    seen: dict[str, int] = defaultdict(int)
    keys = []
    for fila in filas:
        if fila.reference:
            keys.append(f"ref {fila.reference} {fila.rut} {fila.paid_on}")
            continue
        said = f"row {fila.rut} {fila.kind} {fila.number} {fila.paid_on} {fila.amount.normalize():f} {fila.currency}"
        seen[said] += 1
        keys.append(f"{said} {seen[said]}")
    return keys


def plan_pagos(filas: Sequence[FilaPago], keys: Sequence[str], known: set[str], libro: Libro) -> Plan:
    """Each payment that the books do not have yet, with what it pays; what it cannot pay is listed."""
    plan = Plan()
    seen = set(known)
    for fila, key in zip(filas, keys, strict=True):
        what = f"pago {fila.reference}".strip()
        if key in seen:
            plan.efectos.append(Efecto(fila.row, fila.rut, what, "unchanged"))
            continue
        seen.add(key)
        plan.efectos.append(Efecto(fila.row, fila.rut, what, "new", "", f"{fila.amount:f} {fila.currency}"))
        _pay(plan, fila, key, libro)
    return plan


def _pay(plan: Plan, fila: FilaPago, key: str, libro: Libro) -> None:
    paid_on = date.fromisoformat(fila.paid_on)
    open_now = [_as_planned(one, libro) for one in libro.by_rut.get(fila.rut, ()) if _owed(one, fila.currency, libro)]
    takes = [one for one in open_now if one.stated_on is None or one.stated_on <= paid_on]
    parts = conciliacion.match(fila, [_impago(one) for one in takes])
    by_id = {one.documento_id: one for one in takes}
    for number, amount in parts:
        deuda = by_id[number]
        after = libro.saldo[number] - amount
        libro.saldo[number] = after
        on = _not_before(paid_on, deuda)
        plan.movimientos.append(Movimiento(number, deuda.caso_id, on, "pago", -amount, after, len(plan.abonos)))
        if paid_on < deuda.assigned_on:
            _notice(plan, fila, fila.paid_on, Falla("pago_early", day=deuda.assigned_on))
    rest = conciliacion.rest(fila, parts)
    if rest:
        _notice(plan, fila, f"{fila.amount:f}", _unpaid(fila, libro, open_now, takes, rest, bool(parts)))
    plan.abonos.append(Abono(fila, key, conciliacion.state(fila, parts), parts))


def _unpaid(
    fila: FilaPago, libro: Libro, open_now: Sequence[Deuda], takes: Sequence[Deuda], rest: Decimal, some: bool
) -> Falla:
    """Why a payment, or the rest of it, pays nothing."""
    if some:
        return Falla("pago_partial", rest=f"{rest:f} {fila.currency}")
    if fila.rut not in libro.people:
        return Falla("deudor_unknown")
    stated = [one.stated_on for one in open_now if one.stated_on]
    if not takes and stated:
        return Falla("pago_in_saldo", day=max(stated))
    return Falla("pago_unmatched")


def _owed(one: Deuda, currency: str, libro: Libro) -> bool:
    number = one.documento_id
    return one.currency == currency and number not in libro.gone and libro.saldo[number] > 0


def _impago(one: Deuda) -> Impago:
    return Impago(one.documento_id, one.kind, one.number, one.saldo, one.currency, one.due)


def _as_planned(one: Deuda, libro: Libro) -> Deuda:
    return msgspec.structs.replace(one, saldo=libro.saldo[one.documento_id])


# ── retiros ─────────────────────────────────────────────────────────────────────────────────────────


def plan_retiros(filas: Iterable[FilaRetiro], libro: Libro, day: date) -> Plan:
    """A document, or all of the person's where the row gives no number, leaves with whatever is still owed of it."""
    plan = Plan()
    for fila in filas:
        try:
            found = libro.named(fila.rut, fila.kind, fila.number) if not fila.number else [_leaving(fila, libro)]
        except Falla as falla:
            _refuse(plan, fila, "NUMERO", fila.number, falla)
            continue
        leaving = [one for one in found if one.documento_id not in libro.gone]
        for one in leaving:
            _withdraw(plan, one, libro, day)
        what = _what(found[0]) if fila.number else "caso"
        plan.efectos.append(Efecto(fila.row, fila.rut, what, "changed" if leaving else "unchanged", "", "retirado"))
    return plan


def _leaving(fila: FilaRetiro, libro: Libro) -> Deuda:
    """The document of a row that names one; withdrawn before is no fault, several that fit are."""
    found = libro.named(fila.rut, fila.kind, fila.number)
    if len(found) > 1:
        raise Falla("documento_ambiguous", count=len(found))
    return found[0]


def _withdraw(plan: Plan, one: Deuda, libro: Libro, day: date) -> None:
    left = libro.saldo[one.documento_id]
    libro.saldo[one.documento_id] = ZERO
    libro.gone.add(one.documento_id)
    plan.withdrawn.append(one.documento_id)
    if left:
        on = _not_before(day, one)
        plan.movimientos.append(Movimiento(one.documento_id, one.caso_id, on, "retiro", -left, ZERO))


# ── words ───────────────────────────────────────────────────────────────────────────────────────────


def _not_before(day: date, deuda: Deuda) -> date:
    return max(day, deuda.assigned_on, deuda.stated_on or deuda.assigned_on)


def _same_currency(deuda: Deuda, currency: str) -> None:
    if deuda.currency != currency:
        raise Falla("currency_differs", currency=deuda.currency, other=currency)


def _changed(fila: FilaSaldo, deuda: Deuda, before: Decimal, after: Decimal) -> Efecto:
    effect = "changed" if before != after else "unchanged"
    return Efecto(fila.row, fila.rut, _what(deuda), effect, f"{before:f}", f"{after:f}")


def _what(deuda: Deuda) -> str:
    return f"{deuda.kind} {deuda.number}"


def _refuse(plan: Plan, fila: FilaSaldo | FilaRetiro, column: str, value: str, falla: Falla) -> None:
    where = ("RUT", fila.rut) if falla.reason == "deudor_unknown" else (column, value)
    plan.refused.append(Rechazo(fila.row, *where, falla.reason, falla.detail))
    plan.efectos.append(Efecto(fila.row, fila.rut, f"{fila.kind} {fila.number}".strip(), "rejected"))


def _notice(plan: Plan, fila: FilaPago, value: str, falla: Falla) -> None:
    plan.notices.append(Rechazo(fila.row, "PAGO", value, falla.reason, falla.detail))


def counted(efectos: Iterable[Efecto], effect: str) -> int:
    return sum(one.effect == effect for one in efectos)
