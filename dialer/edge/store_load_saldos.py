"""Applying saldos, pagos and retiros: `dialer.carteras.aplicacion` says what changes, this reads and writes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.carteras import aplicacion as plans
from dialer.carteras.aplicacion import Abono, Deuda, Libro, Movimiento, Plan
from dialer.carteras.filas import FilaPago, FilaRetiro, FilaSaldo
from dialer.edge import schema as t
from dialer.edge import store_bulk as bulk
from dialer.edge.store_load import recount
from dialer.edge.store_obra import Obra

KEYS = 5_000


async def apply_saldos(obra: Obra) -> None:
    filas = cast("Sequence[FilaSaldo]", obra.carga.filas)
    libro = await _libro(obra, (fila.rut for fila in filas))
    plan = plans.plan_saldos(filas, libro, obra.day)
    await _write(obra, plan, libro, [])


async def apply_retiros(obra: Obra) -> None:
    filas = cast("Sequence[FilaRetiro]", obra.carga.filas)
    libro = await _libro(obra, (fila.rut for fila in filas))
    plan = plans.plan_retiros(filas, libro, obra.day)
    await _write(obra, plan, libro, [])


async def apply_pagos(obra: Obra) -> None:
    filas = cast("Sequence[FilaPago]", obra.carga.filas)
    libro = await _libro(obra, (fila.rut for fila in filas))
    keys = plans.pago_keys(filas)
    plan = plans.plan_pagos(filas, keys, await _known_keys(obra, keys), libro)
    pagos = await _insert_pagos(obra, plan.abonos)
    await _write(obra, plan, libro, pagos)


# ── what the books know ─────────────────────────────────────────────────────────────────────────────


async def _libro(obra: Obra, ruts: Iterable[str]) -> Libro:
    deudas: list[Deuda] = []
    people: set[str] = set()
    for some in bulk.chunks(dict.fromkeys(ruts), KEYS):
        rows = (await obra.conn.execute(_deudas(obra, some))).all()
        deudas += [Deuda(*row) for row in rows if row[0] is not None]
        people.update(row.rut for row in rows)
    return Libro(deudas, people)


def _deudas(obra: Obra, ruts: Sequence[str]) -> sa.Select[Any]:
    """The documents of these people in the load's carteras; a person with a case and no document has a row of NULLs."""
    d, m = t.documento.c, t.documento_movimiento.c
    stated = (
        sa.select(
            m.documento_id,
            sa.func.min(sa.case((m.kind == "asignacion", m.day))).label("assigned_on"),
            sa.func.max(sa.case((m.kind == "saldo", m.day))).label("stated_on"),
        )
        .join(t.documento, d.id == m.documento_id)
        .join(t.caso, t.caso.c.id == d.caso_id)
        .join(t.deudor, t.deudor.c.id == t.caso.c.deudor_id)
        .where(t.deudor.c.rut.in_(ruts), obra.cases())
        .group_by(m.documento_id)
        .subquery()
    )
    return (
        sa.select(
            d.id,
            t.caso.c.id.label("caso_id"),
            t.deudor.c.rut,
            *(d.kind, d.number, d.saldo, d.currency, d.due),
            sa.func.coalesce(stated.c.assigned_on, d.due),
            *(stated.c.stated_on, d.retirado_on),
        )
        .select_from(t.caso)
        .join(t.deudor, t.deudor.c.id == t.caso.c.deudor_id)
        .outerjoin(t.documento, d.caso_id == t.caso.c.id)
        .outerjoin(stated, stated.c.documento_id == d.id)
        .where(t.deudor.c.rut.in_(ruts), obra.cases())
        .order_by(d.id)
    )


async def _known_keys(obra: Obra, keys: Sequence[str]) -> set[str]:
    c = t.pago.c
    known: set[str] = set()
    for some in bulk.chunks(keys, KEYS):
        mine = (c.mandante_id == obra.scope.mandante_id) & c.key.in_(some)
        known.update(await obra.conn.scalars(sa.select(c.key).where(mine)))
    return known


# ── writing it ──────────────────────────────────────────────────────────────────────────────────────


async def _insert_pagos(obra: Obra, abonos: Sequence[Abono]) -> list[int]:
    """The payments' ids, in order, with what each pays."""
    money, day = obra.native.money, obra.native.day
    people = await people_of(obra, (one.fila.rut for one in abonos))
    ids = await bulk.take_ids(obra.conn, t.pago, len(abonos))
    rows, parts = [], []
    for number, one in zip(ids, abonos, strict=True):
        fila = one.fila
        what = (fila.rut, fila.kind, fila.number, money(fila.amount), fila.currency)
        paid = day(date.fromisoformat(fila.paid_on))
        whose = (number, obra.scope.mandante_id, people.get(fila.rut))
        rows.append((*whose, *what, paid, fila.reference, one.key, one.state, obra.carga_id))
        parts += [(number, part.documento_id, money(part.amount)) for part in one.parts]
    await bulk.insert(obra.conn, t.pago, _PAGO, rows)
    await bulk.insert(obra.conn, t.pago_documento, ("pago_id", "documento_id", "amount"), parts)
    return ids


_PAGO = (
    *("id", "mandante_id", "deudor_id", "rut", "kind", "number", "amount", "currency", "paid_on"),
    *("reference", "key", "state", "carga_id"),
)
_MOVE = ("documento_id", "day", "kind", "delta", "saldo_after", "carga_id", "pago_id")


async def people_of(obra: Obra, ruts: Iterable[str]) -> dict[str, int]:
    """The ids of these RUTs' people who have a case in the load's carteras."""
    p = t.deudor.c
    people: dict[str, int] = {}
    for some in bulk.chunks(dict.fromkeys(ruts), KEYS):
        mine = sa.exists().where(t.caso.c.deudor_id == p.id, obra.cases())
        found = await obra.conn.execute(sa.select(p.rut, p.id).where(p.rut.in_(some), mine))
        people.update((rut, number) for rut, number in found)
    return people


async def _write(obra: Obra, plan: Plan, libro: Libro, pagos: Sequence[int]) -> None:
    """The plan's movements, the documents' new saldos, and the undo log; then the cases follow (`settle`)."""
    for one in plan.efectos:
        obra.tell(one)
    obra.refused += plan.refused
    obra.notices += plan.notices
    await _insert_movements(obra, plan.movimientos, pagos)
    before = {one.documento_id: one for deudas in libro.by_rut.values() for one in deudas}
    left = set(plan.withdrawn)
    changes = []
    for number in dict.fromkeys([*(one.documento_id for one in plan.movimientos), *plan.withdrawn]):
        old, gone = before[number], obra.day if number in left else None
        was = {"saldo": old.saldo, "retirado_on": old.withdrawn_on}
        now = {"saldo": libro.saldo[number], "retirado_on": gone}
        obra.changed(t.documento, number, was, now)
        changes.append((number, *now.values()))
        obra.touched.add(old.caso_id)
    await bulk.update(obra.conn, t.documento, ("saldo", "retirado_on"), changes)


async def _insert_movements(obra: Obra, movimientos: Sequence[Movimiento], pagos: Sequence[int]) -> None:
    money, day = obra.native.money, obra.native.day
    rows = [
        (
            *(one.documento_id, day(one.day), one.kind, money(one.delta), money(one.saldo_after), obra.carga_id),
            pagos[one.pago] if one.pago >= 0 else None,
        )
        for one in movimientos
    ]
    await bulk.insert(obra.conn, t.documento_movimiento, _MOVE, rows)


# ── the cases follow their documents ────────────────────────────────────────────────────────────────

PAID, WITHDRAWN = "saldado", "retirado"
"""Why a case left the queue by a load; anything that it owes again brings it back."""


async def settle(obra: Obra) -> None:
    """Count the touched cases again; one that owes nothing leaves the queue, one that does again comes back to it."""
    cases = sorted(obra.touched)
    await recount_by_cartera(obra.conn, cases, obra.at_ms, obra.order, obra.wanted.orders)
    for ids in bulk.chunks(cases):
        changes = []
        for row in await obra.conn.execute(_standing(ids)):
            before = {name: getattr(row, name) for name in _QUEUE}
            after = _follows(obra, row)
            if after != before:
                obra.changed(t.caso, row.id, before, after)
                changes.append((row.id, *after.values()))
        await bulk.update(obra.conn, t.caso, _QUEUE, changes)


async def recount_by_cartera(
    conn: AsyncConnection,
    cases: Iterable[int],
    at_ms: int,
    order: Sequence[str],
    orders: Mapping[str, Sequence[str]],
) -> None:
    """`recount`, each case scored by its own cartera's order; by `order` where that is not told."""
    by_cartera: dict[str, list[int]] = defaultdict(list)
    for ids in bulk.chunks(cases):
        wanted = sa.select(t.caso.c.id, t.cartera.c.code).join(t.cartera, t.cartera.c.id == t.caso.c.cartera_id)
        for case, code in await conn.execute(wanted.where(t.caso.c.id.in_(ids)).order_by(t.caso.c.id)):
            by_cartera[code].append(case)
    for code, mine in by_cartera.items():
        await recount(conn, mine, at_ms, orders.get(code, order))


_QUEUE = ("queue_state", "queue_why", "next_due_ms", "retirado_on")


def _standing(ids: Sequence[int]) -> sa.Select[Any]:
    """Of each case: how many documents it has, how many of them are still here, how many still owe something."""
    c, d = t.caso.c, t.documento.c
    here, owing = d.retirado_on.is_(None), d.saldo > plans.ZERO
    return (
        sa.select(
            *(c.id, c.queue_state, c.queue_why, c.next_due_ms, c.retirado_on),
            sa.func.count(d.id).label("documents"),
            sa.func.count(sa.case((here, 1))).label("here"),
            sa.func.count(sa.case((owing, 1))).label("owing"),
        )
        .outerjoin(t.documento, d.caso_id == c.id)
        .where(c.id.in_(ids))
        .group_by(c.id)
        .order_by(c.id)
    )


def _follows(obra: Obra, row: Any) -> dict[str, Any]:
    """Where the case stands in the queue now. One that was stopped for another reason stays stopped for it."""
    now = {name: getattr(row, name) for name in _QUEUE}
    ours = row.queue_state != "stopped" or row.queue_why in (PAID, WITHDRAWN)
    now["retirado_on"] = None if row.here else row.retirado_on or obra.day
    if ours and row.owing and row.queue_state == "stopped":
        now |= {"queue_state": "open", "queue_why": "", "next_due_ms": obra.at_ms}
    elif ours and row.documents and not row.owing:
        now |= {"queue_state": "stopped", "queue_why": PAID if row.here else WITHDRAWN}
    return now
