"""Templates made on the page, one for each mandante, kind of load and name."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agents.supervision import Act
from dialer.edge import schema as t
from dialer.edge import store_piso
from dialer.records import PlantillaSaved


async def save(conn: AsyncConnection, one: PlantillaSaved) -> None:
    """In place of the one of the same name, where there is one; the audit says so in the same commit."""
    p = t.plantilla.c
    key = (p.mandante == one.mandante) & (p.kind == one.kind) & (p.name == one.name)
    values = {"formato": one.formato, "by": one.by, "at_ms": one.at_ms}
    changed = await conn.execute(sa.update(t.plantilla).where(key).values(values))
    if not changed.rowcount:
        row = {"mandante": one.mandante, "kind": one.kind, "name": one.name, **values}
        await conn.execute(sa.insert(t.plantilla), row)
    told = {"kind": one.kind, "mandante": one.mandante}
    await store_piso.audit(conn, Act(one.at_ms, one.by, "save_template", one.name, told))


async def saved(conn: AsyncConnection, mandante: str, kind: str = "") -> Sequence[PlantillaSaved]:
    """A mandante's, by name; of one kind, or all."""
    p = t.plantilla.c
    wanted = sa.select(p.mandante, p.kind, p.name, p.formato, p.by, p.at_ms).where(p.mandante == mandante)
    if kind:
        wanted = wanted.where(p.kind == kind)
    return [PlantillaSaved(*row) for row in await conn.execute(wanted.order_by(p.kind, p.name))]
