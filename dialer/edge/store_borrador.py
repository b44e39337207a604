"""Half-written gestiones: kept while the call's own is not saved, gone with it in the same transaction."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.edge import schema as t
from dialer.edge import store_traspaso
from dialer.records import Kept

B = t.borrador.c


async def keep(conn: AsyncConnection, attempt_id: str, agent_id: str, text: str, at_ms: int, *, theirs: bool) -> Kept:
    """See `Store.keep_draft`. The call's row is the lock between a draft and the gestión that ends it."""
    a, g = t.attempt.c, t.gestion.c
    call = (await conn.execute(sa.select(a.agent_id).where(a.id == attempt_id).with_for_update())).first()
    if call is None or not (theirs or call.agent_id == agent_id):
        return "settled" if await store_traspaso.handed_over(conn, attempt_id, agent_id) else "foreign"
    if await conn.scalar(sa.select(g.id).where(g.attempt_id == attempt_id)):
        return "settled"
    row = {"attempt_id": attempt_id, "agent_id": agent_id, "text": text, "at_ms": at_ms}
    insert = (postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert)(t.borrador)
    new = {name: insert.excluded[name] for name in ("agent_id", "text", "at_ms")}
    await conn.execute(insert.on_conflict_do_update(index_elements=[B.attempt_id], set_=new), row)
    return "kept"


async def read(conn: AsyncConnection, attempt_id: str, agent_id: str) -> str:
    """See `Store.draft`."""
    return await conn.scalar(sa.select(B.text).where(B.attempt_id == attempt_id, B.agent_id == agent_id)) or ""


async def forget(conn: AsyncConnection, attempt_id: str) -> None:
    """The call has its gestión now."""
    await conn.execute(sa.delete(t.borrador).where(B.attempt_id == attempt_id))
