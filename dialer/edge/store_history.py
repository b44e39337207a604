"""What a cartera's calls were like: for the what-if its closed attempts and its conversations, in a stream; for the
pacer how many were abandoned.

Nothing here names a person: times, verdicts and ejecutivos' codes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.edge import schema as t
from dialer.edge.store_calls import SYSTEM
from dialer.edge.store_reads import cartera_id
from dialer.outcome import Verdict
from dialer.records import Past, Reached, Spoken

A, G = t.attempt.c, t.gestion.c
AT_ONCE = 2_000


def _within(cartera: str, since_ms: int, until_ms: int) -> sa.ColumnElement[bool]:
    mine = A.cartera_id == cartera_id(cartera)
    return sa.and_(mine, A.at_ms >= since_ms, A.at_ms < until_ms, A.ended_ms.is_not(None))


async def calls(conn: AsyncConnection, cartera: str, since_ms: int, until_ms: int) -> AsyncIterator[Past]:
    """The attempts recorded from `since_ms` to before `until_ms` that came to an end, in no particular order."""
    answered = sa.func.coalesce(A.answered_ms, 0)
    wanted = sa.select(A.at_ms, A.verdict, answered, A.ended_ms).where(_within(cartera, since_ms, until_ms))
    async with conn.stream(wanted.execution_options(yield_per=AT_ONCE)) as rows:
        async for row in rows:
            yield Past(*row)


async def spoken(conn: AsyncConnection, cartera: str, since_ms: int, until_ms: int) -> AsyncIterator[Spoken]:
    """Those in which an ejecutivo and somebody heard each other."""
    own = t.attempt.outerjoin(t.gestion, (G.attempt_id == A.id) & (G.agent_id != SYSTEM))
    wanted = (
        sa.select(A.agent_id, A.connected_ms, A.ended_ms, sa.func.coalesce(G.at_ms, 0))
        .select_from(own)
        .where(_within(cartera, since_ms, until_ms), A.connected_ms.is_not(None), A.agent_id != "")
    )
    async with conn.stream(wanted.execution_options(yield_per=AT_ONCE)) as rows:
        async for row in rows:
            yield Spoken(*row)


async def reached(conn: AsyncConnection, cartera: str, since_ms: int, but_run: str) -> Reached:
    """What the law counts of the calls placed since then, of all nodes, save those whose ids begin with `but_run`."""
    wanted = (
        sa.select(A.verdict, sa.func.count())
        .where(
            _within(cartera, since_ms, 1 << 62),
            A.verdict.in_((Verdict.CONNECTED, Verdict.ABANDONED, Verdict.MACHINE)),
            sa.func.substr(A.id, 1, len(but_run)) != but_run,
        )
        .group_by(A.verdict)
    )
    count = {verdict: n for verdict, n in (await conn.execute(wanted)).all()}
    abandoned = count.get(Verdict.ABANDONED, 0)
    return Reached(abandoned + count.get(Verdict.CONNECTED, 0), abandoned, count.get(Verdict.MACHINE, 0))


async def days(conn: AsyncConnection, cartera: str) -> tuple[int, int] | None:
    """When the first and the last closed attempt of the cartera were recorded; None where there is none."""
    wanted = sa.select(sa.func.min(A.at_ms), sa.func.max(A.at_ms))
    first, last = (await conn.execute(wanted.where(_within(cartera, 0, 1 << 62)))).one()
    return None if first is None else (first, last)
