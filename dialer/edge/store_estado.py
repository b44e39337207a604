"""What ejecutivos do when: the states that the engine tells as they begin (`TellAgent`), kept as intervals; and whose
hand is up.

Writing the same words again changes nothing, as everything that the recorder writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from agents.agent import State
from dialer.commands import Command, TellAgent, TellHand
from dialer.edge import schema as t

S = t.estado_agente.c
GONE = State.DESCONECTADO.value


async def write(conn: AsyncConnection, commands: Sequence[Command], node: str) -> None:
    """Each state that began ends the one before it."""
    by_agent: dict[str, dict[int, TellAgent]] = {}
    for one in commands:
        if isinstance(one, TellAgent):
            by_agent.setdefault(one.agent_id, {})[one.since_ms] = one
    if not by_agent:
        return
    rows = [row for told in by_agent.values() for row in _rows(sorted(told.values(), key=_since), node)]
    firsts = [{"b_agent": agent_id, "b_from": min(told)} for agent_id, told in by_agent.items()]
    begun = sa.bindparam("b_from", type_=sa.BigInteger())
    before = (S.agent_id == sa.bindparam("b_agent", type_=sa.Text())) & t.STILL & (S.from_ms < begun)
    await conn.execute(sa.update(t.estado_agente).where(before).values(to_ms=begun), firsts)
    insert = (postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert)(t.estado_agente)
    new: dict[str, Any] = {name: insert.excluded[name] for name in ("state", "reason", "node")}
    new["to_ms"] = sa.func.coalesce(S.to_ms, insert.excluded.to_ms)
    await conn.execute(insert.on_conflict_do_update(index_elements=[S.agent_id, S.from_ms], set_=new), rows)


def _since(one: TellAgent) -> int:
    return one.since_ms


def _rows(told: Sequence[TellAgent], node: str) -> list[dict[str, Any]]:
    ends = [later.since_ms for _, later in pairwise(told)]
    return [
        {
            "agent_id": one.agent_id,
            "node": node,
            "state": one.state,
            "reason": one.reason,
            "from_ms": one.since_ms,
            "to_ms": end,
        }
        for one, end in zip(told, [*ends, None], strict=True)
    ]


async def write_hands(conn: AsyncConnection, commands: Sequence[TellHand]) -> None:
    """Hands that are up. One that went down with its console stays, for when the console is back."""
    last = {one.agent_id: one.since_ms for one in commands if not one.kept}
    if not last:
        return
    await conn.execute(sa.delete(t.mano).where(t.mano.c.agent_id.in_(last)))
    up = [{"agent_id": agent_id, "since_ms": since_ms} for agent_id, since_ms in last.items() if since_ms]
    if up:
        await conn.execute(sa.insert(t.mano), up)


async def hand(conn: AsyncConnection, agent_id: str) -> int:
    """See `Store.hand`."""
    return int(await conn.scalar(sa.select(t.mano.c.since_ms).where(t.mano.c.agent_id == agent_id)) or 0)


async def close(conn: AsyncConnection, node: str) -> None:
    """End what the node's last run left open, at the last moment at which it is known to have been alive."""
    last = await conn.scalar(sa.select(sa.func.max(S.from_ms)).where(t.STILL, S.node == node))
    if last is not None:
        still_at_work = t.STILL & (S.node == node) & (S.state != GONE)
        await conn.execute(sa.update(t.estado_agente).where(still_at_work).values(to_ms=last))


async def times(conn: AsyncConnection, agent_id: str, since_ms: int, now_ms: int) -> dict[tuple[str, str], int]:
    """See `Store.state_times`."""
    mine = S.agent_id == agent_id
    first = sa.select(sa.func.max(S.from_ms)).where(mine, S.from_ms <= since_ms).scalar_subquery()
    begun = sa.case((S.from_ms < since_ms, since_ms), else_=S.from_ms)
    until = sa.func.coalesce(S.to_ms, now_ms)
    ended = sa.case((until > now_ms, now_ms), else_=until)
    wanted = (
        sa.select(S.state, S.reason, sa.func.sum(ended - begun))
        .where(mine, S.from_ms >= sa.func.coalesce(first, since_ms), S.from_ms < now_ms, until > since_ms)
        .where(S.state != GONE)
        .group_by(S.state, S.reason)
    )
    return {(state, reason): int(ms) for state, reason, ms in await conn.execute(wanted) if ms > 0}
