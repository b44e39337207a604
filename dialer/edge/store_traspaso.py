"""Transfers of calls between agents: kept whatever came of them; one that is done makes the call the other's."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.commands import NoteTransfer
from dialer.edge import schema as t

T, A, B = t.traspaso.c, t.attempt.c, t.borrador.c
DONE = "done"


async def write(conn: AsyncConnection, notes: Sequence[NoteTransfer]) -> None:
    """In their order; writing the same again changes nothing. The draft goes along with the call."""
    if not notes:
        return
    rows = [
        {
            "attempt_id": one.attempt_id,
            "agent_id": one.agent_id,
            "to_agent": one.to,
            "kind": one.kind,
            "outcome": one.outcome,
            "why": one.why,
            "at_ms": one.at_ms,
        }
        for one in notes
    ]
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    await conn.execute(insert(t.traspaso).on_conflict_do_nothing(), rows)
    done = [{"b_id": n.attempt_id, "b_from": n.agent_id, "b_to": n.to} for n in notes if n.outcome == DONE]
    if done:
        await _hand_over(conn, done)


async def _hand_over(conn: AsyncConnection, rows: Sequence[dict[str, str]]) -> None:
    this, before, after = (sa.bindparam(name, type_=sa.Text()) for name in ("b_id", "b_from", "b_to"))
    settled = sa.exists().where(t.gestion.c.attempt_id == A.id)
    owed = sa.case((settled, sa.null()), else_=after)
    await conn.execute(sa.update(t.attempt).where(A.id == this).values(agent_id=after, owed_by=owed), rows)
    theirs = (B.attempt_id == this) & (B.agent_id == before)
    await conn.execute(sa.update(t.borrador).where(theirs).values(agent_id=after), rows)


async def handed_over(conn: AsyncConnection, attempt_id: str, agent_id: str) -> bool:
    """Whether the ejecutivo had this call and handed it over."""
    theirs = (T.attempt_id == attempt_id) & (T.agent_id == agent_id) & (T.outcome == DONE)
    return bool(await conn.scalar(sa.select(sa.exists().where(theirs))))


async def count(conn: AsyncConnection, agent_id: str, since_ms: int) -> int:
    """Calls that the ejecutivo had and handed over."""
    theirs = (T.agent_id == agent_id) & (T.outcome == DONE) & (T.at_ms >= since_ms)
    return int(await conn.scalar(sa.select(sa.func.count()).where(theirs)) or 0)
