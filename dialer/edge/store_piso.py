"""What supervisors did, carteras that they stopped, agents that they moved, and the conversations that are recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agents.grabaciones import Search
from agents.supervision import Act, Held
from dialer.edge import schema as t
from dialer.edge.store_calls import SYSTEM

AUDITS_MAX = 5_000


async def audit(conn: AsyncConnection, act: Act) -> None:
    row = msgspec.structs.asdict(act) | {"detail": msgspec.json.encode(act.detail).decode()}
    await conn.execute(sa.insert(t.auditoria), row)


async def audits(conn: AsyncConnection, limit: int) -> list[Act]:
    """Newest first."""
    a = t.auditoria.c
    wanted = sa.select(a.at_ms, a.by, a.act, a["on"], a.detail).order_by(a.at_ms.desc(), a.id.desc())
    found = await conn.execute(wanted.limit(min(limit, AUDITS_MAX)))
    return [Act(at, by, act, on, msgspec.json.decode(detail)) for at, by, act, on, detail in found]


async def hold(conn: AsyncConnection, cartera: str, held: Held) -> None:
    """Held already, it stays so by whoever came first."""
    if await conn.scalar(sa.select(t.cartera_parada.c.at_ms).where(t.cartera_parada.c.cartera == cartera)) is None:
        await conn.execute(sa.insert(t.cartera_parada), {"cartera": cartera, **msgspec.structs.asdict(held)})


async def release(conn: AsyncConnection, cartera: str) -> None:
    await conn.execute(sa.delete(t.cartera_parada).where(t.cartera_parada.c.cartera == cartera))


async def held(conn: AsyncConnection) -> dict[str, Held]:
    h = t.cartera_parada.c
    found = await conn.execute(sa.select(h.cartera, h.by, h.at_ms, h.reason))
    return {cartera: Held(by, at_ms, reason) for cartera, by, at_ms, reason in found}


async def move(conn: AsyncConnection, code: str, carteras: tuple[str, ...]) -> bool:
    """The usuario's carteras from now on; False when there is no such usuario."""
    moved = await conn.execute(sa.update(t.usuario).where(t.usuario.c.code == code).values(carteras=carteras))
    return moved.rowcount > 0


# ── recordings ──────────────────────────────────────────────────────────────────────────────────────


async def recorded(conn: AsyncConnection, search: Search) -> Sequence[dict[str, Any]]:
    """Conversations that fit, newest first. Whether there is a file, the disk knows."""
    rows = await conn.execute(_wanted(search).limit(search.limit))
    return [dict(row._mapping) for row in rows]


def _wanted(search: Search) -> sa.Select[Any]:
    a, g = t.attempt.c, t.gestion.c
    own = t.gestion.select().where(g.agent_id != SYSTEM).subquery()
    joined = (
        t.attempt.join(t.caso, t.caso.c.id == a.caso_id)
        .join(t.deudor, t.deudor.c.id == t.caso.c.deudor_id)
        .join(t.cartera, t.cartera.c.id == t.caso.c.cartera_id)
        .join(t.telefono, t.telefono.c.id == a.telefono_id)
        .outerjoin(own, own.c.attempt_id == a.id)
    )
    shown = {
        "attempt_id": a.id,
        "at_ms": a.connected_ms,
        "agent_id": a.agent_id,
        "cartera": t.cartera.c.code,
        "deudor": t.deudor.c.name,
        "rut": t.deudor.c.rut,
        "e164": t.telefono.c.e164,
        "talk_ms": a.ended_ms - a.connected_ms,
        "code": sa.func.coalesce(own.c.code, ""),
    }
    wanted = sa.select(*(column.label(name) for name, column in shown.items())).select_from(joined)
    wanted = wanted.where(a.connected_ms > 0, a.ended_ms.is_not(None), *_fits(search))
    return wanted.order_by(a.connected_ms.desc(), a.id.desc())


def _fits(search: Search) -> list[sa.ColumnElement[bool]]:
    a = t.attempt.c
    asked: list[tuple[object, sa.ColumnElement[bool]]] = [
        (search.attempt_id, a.id == search.attempt_id),
        (search.rut, t.deudor.c.rut == search.rut),
        (search.agent, a.agent_id == search.agent),
        (search.cartera, t.cartera.c.code == search.cartera),
        (search.carteras, t.cartera.c.code.in_(search.carteras)),
        (search.from_ms, a.connected_ms >= search.from_ms),
        (search.until_ms, a.connected_ms < search.until_ms),
    ]
    return [condition for value, condition in asked if value]
