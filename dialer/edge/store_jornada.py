"""What came of an ejecutivo's day, for their own screen."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.edge import schema as t
from dialer.edge import store_estado, store_traspaso
from dialer.edge.store_own import waiting
from dialer.records import Jornada

CALLBACKS_MAX = 500


async def jornada(conn: AsyncConnection, agent_id: str, since_ms: int, now_ms: int) -> Jornada:
    """See `Store.jornada`."""
    a = t.attempt.c
    talked = sa.select(sa.func.count()).where(a.agent_id == agent_id, a.at_ms >= since_ms, a.connected_ms.is_not(None))
    calls = int(await conn.scalar(talked) or 0) + await store_traspaso.count(conn, agent_id, since_ms)
    promises, promised = await _promised(conn, agent_id, since_ms)
    states = await store_estado.times(conn, agent_id, since_ms, now_ms)
    return Jornada(states, calls, await results(conn, agent_id, since_ms), promises, promised)


async def results(conn: AsyncConnection, agent_id: str, since_ms: int) -> dict[tuple[str, str], int]:
    """See `Store.results`."""
    g = t.gestion.c
    wanted = (
        sa.select(t.cartera.c.code, g.code, sa.func.count())
        .join(t.cartera, t.cartera.c.id == g.cartera_id)
        .where(g.agent_id == agent_id, g.at_ms >= since_ms)
        .group_by(t.cartera.c.code, g.code)
    )
    return {(cartera, code): count for cartera, code, count in await conn.execute(wanted)}


async def _promised(conn: AsyncConnection, agent_id: str, since_ms: int) -> tuple[int, dict[str, Decimal]]:
    """Those that a later one of the same case replaced do not count."""
    p, g = t.compromiso.c, t.gestion.c
    wanted = (
        sa.select(p.currency, sa.func.count(), sa.func.sum(p.amount, type_=t.Money))
        .join(t.gestion, g.id == p.gestion_id)
        .where(g.agent_id == agent_id, g.at_ms >= since_ms, p.state != "editada")
        .group_by(p.currency)
    )
    rows = (await conn.execute(wanted)).all()
    return sum(row[1] for row in rows), {row[0]: row[2] for row in rows}


async def callbacks(conn: AsyncConnection, agent_id: str) -> list[Mapping[str, Any]]:
    """See `Store.callbacks_of`."""
    c, g, made_in, phone = t.callback.c, t.gestion.c, t.attempt.alias("made_in"), t.telefono.c
    wanted = (
        sa.select(
            *(c.caso_id, t.cartera.c.code.label("cartera"), t.deudor.c.name.label("deudor"), t.deudor.c.rut),
            *(phone.e164, c.at_ms, t.caso.c.next_due_ms.label("due_ms"), g.comment),
        )
        .join(t.gestion, g.id == c.gestion_id)
        .join(made_in, made_in.c.id == g.attempt_id)
        .join(t.telefono, phone.id == made_in.c.telefono_id)
        .join(t.caso, t.caso.c.id == c.caso_id)
        .join(t.cartera, t.cartera.c.id == t.caso.c.cartera_id)
        .join(t.deudor, t.deudor.c.id == t.caso.c.deudor_id)
        .where(c.agent_id == agent_id, t.caso.c.queue_state == "open", waiting())
        .order_by(c.at_ms, c.id)
        .limit(CALLBACKS_MAX)
    )
    return [dict(row) for row in (await conn.execute(wanted)).mappings()]
