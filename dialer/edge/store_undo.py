"""Undoing a load: the rows that it brought go, the rows that it changed are as they were.

It is refused where something has come to rest on the load since: a later load, a payment, a call. What is refused
names it, so that a person can undo that first, or leave it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agents.supervision import Act
from dialer.edge import schema as t
from dialer.edge import store_bulk as bulk
from dialer.edge import store_piso
from dialer.edge.store_carga import lock
from dialer.edge.store_load_saldos import recount_by_cartera
from dialer.records import LoadRefused, UndoRefused

BROUGHT = (
    *("documento_movimiento", "pago_documento", "pago", "contacto_externo", "saldo", "documento", "caso"),
    *("telefono", "correo", "direccion", "deudor", "bloqueo_telefono", "uf"),
)
"""What a load may bring, children before those they belong to."""

QUEUE = frozenset({"queue_state", "queue_why", "next_due_ms"})
"""What others change too: put back only where nobody did since."""

NAMED_MAX = 5


async def undo(
    conn: AsyncConnection,
    carga_id: int,
    at_ms: int,
    by: str,
    order: Sequence[str],
    orders: Mapping[str, Sequence[str]],
) -> int:
    """See `Store.undo_load`; how many rows went or were put back."""
    await lock(conn)
    await bulk.prepare(conn)
    await _applied(conn, carga_id)
    await _free(conn, carga_id)
    cases = await _cases(conn, carga_id)
    restored = await _restore(conn, carga_id)
    gone = [await _remove(conn, carga_id, name) for name in BROUGHT]
    await recount_by_cartera(conn, cases, at_ms, order, orders)
    values = {"state": "undone", "undone_ms": at_ms, "undone_by": by}
    await conn.execute(sa.update(t.carga).where(t.carga.c.id == carga_id).values(values))
    rows = restored + sum(gone)
    await store_piso.audit(conn, Act(at_ms, by, "undo_load", str(carga_id), {"rows": rows}))
    return rows


async def _applied(conn: AsyncConnection, carga_id: int) -> None:
    state = await conn.scalar(sa.select(t.carga.c.state).where(t.carga.c.id == carga_id))
    if state is None:
        raise LoadRefused(f"there is no load {carga_id}: `cintillo load list` shows those there are")
    if state != "applied":
        raise UndoRefused(f"load {carga_id} is {state} already: there is nothing to undo")


# ── what rests on it ────────────────────────────────────────────────────────────────────────────────


async def _free(conn: AsyncConnection, carga_id: int) -> None:
    """Raise `UndoRefused` naming whatever came to rest on the load."""
    later = sorted(await _later_loads(conn, carga_id))
    reasons = [await _names(conn, later)] if later else []
    reasons += [f"{n} {what}" for what, wanted in _resting(carga_id).items() if (n := await conn.scalar(wanted))]
    if reasons:
        raise UndoRefused(
            f"load {carga_id} cannot be undone, because what it brought or changed is in use: {'; '.join(reasons)}. "
            "Undo those loads first, newest first; what was done with the debtors since cannot be taken back"
        )


async def _names(conn: AsyncConnection, loads: Sequence[int]) -> str:
    c = t.carga.c
    rows = await conn.execute(sa.select(c.id, c.kind, c.file_name).where(c.id.in_(loads[:NAMED_MAX])).order_by(c.id))
    names = ", ".join(f"{row.id} ({row.kind}, {row.file_name})" for row in rows)
    more = f" and {len(loads) - NAMED_MAX} more" if len(loads) > NAMED_MAX else ""
    return f"later loads {names}{more}"


async def _later_loads(conn: AsyncConnection, carga_id: int) -> set[int]:
    later: set[int] = set()
    for wanted in _followers(carga_id):
        later.update(await conn.scalars(wanted))
    return {one for one in later if one is not None and one != carga_id}


def _followers(carga_id: int) -> list[sa.Select[Any]]:
    """Loads whose rows hang on rows of this one, or that changed the same rows after it."""
    d, c, p, m = t.documento.c, t.caso.c, t.deudor.c, t.documento_movimiento.c
    people, cases = _ids(t.deudor, carga_id), _ids(t.caso, carga_id)
    documents = _ids(t.documento, carga_id)
    mine, theirs = t.carga_cambio.alias("mine"), t.carga_cambio.alias("theirs")
    moved = sa.select(m.documento_id).where(m.carga_id == carga_id)
    same_row = (mine.c.table_name == theirs.c.table_name) & (mine.c.row_id == theirs.c.row_id)
    undone = sa.select(t.carga.c.id).where(t.carga.c.state == "undone")
    changed = [
        sa.select(theirs.c.carga_id)
        .join(mine, same_row)
        .where(mine.c.carga_id == carga_id, theirs.c.carga_id > carga_id, theirs.c.carga_id.not_in(undone))
    ]
    changed += [
        sa.select(theirs.c.carga_id).where(
            theirs.c.table_name == table.name, theirs.c.row_id.in_(ids), theirs.c.carga_id.not_in(undone)
        )
        for table, ids in (
            (t.deudor, people),
            (t.caso, cases),
            (t.documento, documents),
            (t.telefono, _ids(t.telefono, carga_id)),
        )
    ]
    hanging = [
        sa.select(c.carga_id).join(t.deudor, p.id == c.deudor_id).where(p.carga_id == carga_id),
        sa.select(d.carga_id).join(t.caso, c.id == d.caso_id).where(c.carga_id == carga_id),
        sa.select(t.pago.c.carga_id).where(t.pago.c.deudor_id.in_(people)),
        sa.select(t.contacto_externo.c.carga_id).where(t.contacto_externo.c.deudor_id.in_(people)),
        sa.select(t.telefono.c.carga_id).where(t.telefono.c.deudor_id.in_(people)),
        sa.select(t.correo.c.carga_id).where(t.correo.c.deudor_id.in_(people)),
        sa.select(t.direccion.c.carga_id).where(t.direccion.c.deudor_id.in_(people)),
        sa.select(m.carga_id).where(m.documento_id.in_(documents)),
        sa.select(m.carga_id).where(m.documento_id.in_(moved), m.carga_id > carga_id),
    ]
    return [one.distinct() for one in (*changed, *hanging)]


def _resting(carga_id: int) -> dict[str, sa.Select[Any]]:
    """What people did with what the load brought, to be counted."""
    a, people, cases = t.attempt.c, _ids(t.deudor, carga_id), _ids(t.caso, carga_id)
    phones, payments = _ids(t.telefono, carga_id), _ids(t.pago, carga_id)
    called = a.caso_id.in_(cases) | a.deudor_id.in_(people) | a.telefono_id.in_(phones)
    g, m = t.gestion.c, t.documento_movimiento.c
    return {
        "calls": sa.select(sa.func.count()).select_from(t.attempt).where(called),
        "gestiones": sa.select(sa.func.count()).select_from(t.gestion).where(g.caso_id.in_(cases)),
        "cases in lists": sa.select(sa.func.count()).select_from(t.lista_caso).where(t.lista_caso.c.caso_id.in_(cases)),
        "data from ejecutivos": _told(carga_id),
        "movements": sa.select(sa.func.count())
        .select_from(t.documento_movimiento)
        .where(
            m.carga_id.is_(None),
            m.documento_id.in_(_ids(t.documento, carga_id)) | m.pago_id.in_(payments),
        ),
    }


def _told(carga_id: int) -> sa.Select[Any]:
    """What ejecutivos changed of people that the load brought, or, since it, of what it changed."""
    d, c = t.dato.c, t.carga_cambio.c
    brought = d.deudor_id.in_(_ids(t.deudor, carga_id)) | d.caso_id.in_(_ids(t.caso, carga_id))
    brought |= d.telefono_id.in_(_ids(t.telefono, carga_id))
    changed = [
        owner.in_(sa.select(c.row_id).where(c.carga_id == carga_id, c.table_name == table.name))
        for owner, table in ((d.deudor_id, t.deudor), (d.telefono_id, t.telefono))
    ]
    since = d.at_ms >= sa.select(t.carga.c.at_ms).where(t.carga.c.id == carga_id).scalar_subquery()
    return sa.select(sa.func.count()).select_from(t.dato).where(brought | (sa.or_(*changed) & since))


def _ids(table: sa.Table, carga_id: int) -> sa.Select[Any]:
    return sa.select(table.c.id).where(table.c.carga_id == carga_id)


# ── putting back ────────────────────────────────────────────────────────────────────────────────────


async def _cases(conn: AsyncConnection, carga_id: int) -> list[int]:
    """Cases whose documents the load brought or moved."""
    d, m = t.documento.c, t.documento_movimiento.c
    moved = sa.select(d.caso_id).join(t.documento_movimiento, m.documento_id == d.id).where(m.carga_id == carga_id)
    return list(await conn.scalars(moved.distinct()))


async def _restore(conn: AsyncConnection, carga_id: int) -> int:
    """Each changed row gets back what it had before the load's first change of it."""
    c = t.carga_cambio.c
    wanted = sa.select(c.table_name, c.row_id, c.before, c.after).where(c.carga_id == carga_id).order_by(c.id.desc())
    rows = (await conn.execute(wanted)).all()
    plain: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        table = t.metadata.tables[row.table_name]
        before = _thawed(table, row.before)
        if QUEUE & before.keys():
            after = _thawed(table, row.after)
            await _put_back_queue(conn, row.row_id, before, after)
            before = {name: value for name, value in before.items() if name not in QUEUE}
        if before:
            plain[row.table_name, tuple(before)].append((row.row_id, *before.values()))
    for (name, columns), changes in plain.items():
        await _put_back(conn, t.metadata.tables[name], columns, changes)
    return len(rows)


async def _put_back(
    conn: AsyncConnection, table: sa.Table, columns: tuple[str, ...], changes: list[tuple[Any, ...]]
) -> None:
    if table is t.uf:
        for ordinal, value in changes:
            day = date.fromordinal(ordinal)
            await conn.execute(sa.update(t.uf).where(t.uf.c.day == day).values(value=value))
        return
    await bulk.update(conn, table, columns, changes)


async def _put_back_queue(conn: AsyncConnection, case: int, before: dict[str, Any], after: dict[str, Any]) -> None:
    """A case that a call or a gestión has moved since stays where it is."""
    c = t.caso.c
    names = [name for name in before if name in QUEUE]
    same = [c[name] == after[name] for name in names]
    values = {name: before[name] for name in names}
    await conn.execute(sa.update(t.caso).where(c.id == case, *same).values(values))


def _thawed(table: sa.Table, words: str) -> dict[str, Any]:
    return {name: _thaw(table.c[name].type, value) for name, value in msgspec.json.decode(words).items()}


def _thaw(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, t.Money):
        return Decimal(value)
    if isinstance(kind, t.Words):
        return tuple(value)
    return date.fromisoformat(value) if isinstance(kind, sa.Date) else value


async def _remove(conn: AsyncConnection, carga_id: int, name: str) -> int:
    """The rows of one table that the load brought; of those that do not say so, the ones that belong to such rows."""
    table = t.metadata.tables[name]
    mine: sa.ColumnElement[bool]
    if name == "pago_documento":
        mine = table.c.pago_id.in_(_ids(t.pago, carga_id))
    elif name == "saldo":
        mine = table.c.caso_id.in_(_ids(t.caso, carga_id))
    else:
        mine = table.c.carga_id == carga_id
    return (await conn.execute(sa.delete(table).where(mine))).rowcount
