"""What is on record of a debtor's cases, for whoever asks why they are not being called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.carteras import order as ordering
from dialer.carteras.tramo import LIMITS
from dialer.edge import schema as t
from dialer.edge import store_order, store_reads
from dialer.explain import Facts


async def facts(
    conn: AsyncConnection, rut: str, cartera: str, tramos: Mapping[str, tuple[int, ...]], now_ms: int
) -> list[Facts]:
    """One for each case of the RUT (in one cartera where it is named), without the queue's word."""
    rows = await _cases(conn, rut, cartera)
    ids = [row.id for row in rows]
    dialable = await store_reads.contacts(conn, ids, now_ms, only_open=False)
    found = {one.case_id: (one, numbers) for one, numbers in dialable}
    sources = await _sources(conn, rut)
    scored = {row.id: await _inputs(conn, row, tramos, now_ms) for row in rows}
    return [
        Facts(
            rut=rut,
            contact=found[row.id][0],
            numbers=found[row.id][1],
            queue_state=row.queue_state,
            queue_why=row.queue_why,
            due_ms=row.next_due_ms,
            last_verdict=row.last_verdict,
            last_gestion=row.last_gestion,
            open_attempt=await _attempt(conn, row.id, t.OPEN, t.attempt.c.id),
            owed_by=await _attempt(conn, row.id, t.OWED, t.attempt.c.owed_by),
            where=None,
            inputs=scored[row.id],
            persona=row.persona,
            sources=sources,
        )
        for row in rows
    ]


async def _inputs(
    conn: AsyncConnection, row: Any, tramos: Mapping[str, tuple[int, ...]], now_ms: int
) -> ordering.Inputs:
    return (await store_order.inputs(conn, [row.id], tramos.get(row.code, LIMITS), now_ms))[row.id]


async def _cases(conn: AsyncConnection, rut: str, cartera: str) -> list[Any]:
    c = t.caso.c
    columns = (c.id, t.cartera.c.code, c.queue_state, c.queue_why, c.next_due_ms, c.last_verdict, c.last_gestion)
    wanted = (
        sa.select(*columns, t.deudor.c.persona)
        .join(t.deudor, t.deudor.c.id == c.deudor_id)
        .join(t.cartera, t.cartera.c.id == c.cartera_id)
        .where(t.deudor.c.rut == rut)
        .order_by(t.cartera.c.code)
    )
    return list(await conn.execute(wanted.where(t.cartera.c.code == cartera) if cartera else wanted))


async def _sources(conn: AsyncConnection, rut: str) -> dict[int, str]:
    """Where each of the person's telephones came from."""
    c = t.telefono.c
    wanted = sa.select(c.id, c.source).join(t.deudor, t.deudor.c.id == c.deudor_id).where(t.deudor.c.rut == rut)
    return {number: source for number, source in await conn.execute(wanted)}


async def _attempt(
    conn: AsyncConnection, case_id: int, which: sa.ColumnElement[bool], column: sa.Column[Any]
) -> str:
    wanted = sa.select(column).where(t.attempt.c.caso_id == case_id, which).order_by(t.attempt.c.at_ms.desc()).limit(1)
    return str(await conn.scalar(wanted) or "")
