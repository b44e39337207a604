"""Transfers of calls: kept whatever came of them; one to an agent that is done makes the call the other's."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.commands import NoteTransfer
from dialer.edge import schema as t
from dialer.externos import TYPED
from dialer.records import NumberedTransfer

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
            "to_agent": "" if one.to.startswith(TYPED) else one.to,
            "to_number": one.number if isinstance(one, NumberedTransfer) else "",
            "kind": one.kind,
            "outcome": one.outcome,
            "why": one.why,
            "at_ms": one.at_ms,
        }
        for one in notes
    ]
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    await conn.execute(insert(t.traspaso).on_conflict_do_nothing(), rows)
    done = [{"b_id": n.attempt_id, "b_from": n.agent_id, "b_to": n.to} for n in notes if _hands_over(n)]
    if done:
        await _hand_over(conn, done)


def _hands_over(note: NoteTransfer) -> bool:
    """Who is outside owes nothing: the call stays with who handed it over."""
    return note.outcome == DONE and not note.outside


async def _hand_over(conn: AsyncConnection, rows: Sequence[dict[str, str]]) -> None:
    this, before, after = (sa.bindparam(name, type_=sa.Text()) for name in ("b_id", "b_from", "b_to"))
    settled = sa.exists().where(t.gestion.c.attempt_id == A.id)
    owed = sa.case((settled, sa.null()), else_=after)
    await conn.execute(sa.update(t.attempt).where(A.id == this).values(agent_id=after, owed_by=owed), rows)
    theirs = (B.attempt_id == this) & (B.agent_id == before)
    await conn.execute(sa.update(t.borrador).where(theirs).values(agent_id=after), rows)


def _given(agent_id: str) -> sa.ColumnElement[bool]:
    """Transfers that made a call of theirs another's: not those to the outside."""
    others = sa.exists().where(A.id == T.attempt_id, A.agent_id != agent_id)
    return (T.agent_id == agent_id) & (T.outcome == DONE) & others


async def handed_over(conn: AsyncConnection, attempt_id: str, agent_id: str) -> bool:
    """Whether the ejecutivo had this call and handed it over."""
    theirs = (T.attempt_id == attempt_id) & _given(agent_id)
    return bool(await conn.scalar(sa.select(sa.exists().where(theirs))))


async def count(conn: AsyncConnection, agent_id: str, since_ms: int) -> int:
    """Calls that the ejecutivo had and handed over."""
    theirs = _given(agent_id) & (T.at_ms >= since_ms)
    return int(await conn.scalar(sa.select(sa.func.count()).where(theirs)) or 0)
