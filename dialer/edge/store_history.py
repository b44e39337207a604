"""What a cartera's calls were like: for the what-if its closed attempts and its conversations, in a stream; for the
pacer how many were abandoned, and what its day begins with.

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
from dialer.pacing.experience import STRETCHES_MS
from dialer.records import Counted, Past, Quarter, Reached, Spoken

A, G = t.attempt.c, t.gestion.c
AT_ONCE = 2_000
QUARTER_MS = 900_000
WRAP_MS_MAX = 900_000
"""A gestión saved later than this after the call was not being written all the while."""
UNKNOWN_ENDS = (Verdict.FAILED, Verdict.LOST)
"""Ends that say nothing of how long it rang."""


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


async def counted(conn: AsyncConnection, cartera: str, since_ms: int, until_ms: int) -> Counted:
    """What a pacer's day begins with: two sums over the cartera's attempts of that time, by their index.

    A call rings until the person is known to be one, or until it ends: the detector's second is in it. Whole quarters
    of an hour, for in no zone does an hour begin within one.
    """
    quarter = (A.at_ms // QUARTER_MS).label("quarter")
    needed = sa.case((A.verdict.in_((Verdict.CONNECTED, Verdict.ABANDONED)), 1), else_=0)
    wanted = (
        sa.select(quarter, sa.func.count(), sa.func.sum(needed), *_stretches())
        .where(_within(cartera, since_ms, until_ms), A.verdict.not_in(UNKNOWN_ENDS))
        .group_by(quarter)
        .order_by(quarter)
    )
    rows = (await conn.execute(wanted)).all()
    quarters = [Quarter(at * QUARTER_MS, calls, int(n), tuple(map(int, rung))) for at, calls, n, *rung in rows]
    return Counted(quarters, *await _times(conn, cartera, since_ms, until_ms))


def _stretches() -> list[sa.ColumnElement[int]]:
    """How long the calls rang within each stretch of age."""
    rang_ms = sa.func.coalesce(sa.func.nullif(A.answered_ms, 0), A.ended_ms) - A.at_ms
    from_ms, to_ms = (0, *STRETCHES_MS), (*STRETCHES_MS, None)
    return [sa.func.sum(_clipped(rang_ms - low, high and high - low)) for low, high in zip(from_ms, to_ms, strict=True)]


def _clipped(ms: sa.ColumnElement[int], most: int | None) -> sa.ColumnElement[int]:
    whens = [(ms <= 0, 0)] if most is None else [(ms <= 0, 0), (ms >= most, most)]
    return sa.case(*whens, else_=ms)


async def _times(conn: AsyncConnection, cartera: str, since_ms: int, until_ms: int) -> tuple[int, int, int, int]:
    """Conversations and wrap-ups: how many, and their whole time."""
    own = t.attempt.outerjoin(t.gestion, (G.attempt_id == A.id) & (G.agent_id != SYSTEM))
    wrap_ms = sa.case((G.at_ms - A.ended_ms <= WRAP_MS_MAX, _clipped(G.at_ms - A.ended_ms, None)))
    sums = (sa.func.sum(_clipped(A.ended_ms - A.connected_ms, None)), sa.func.count(wrap_ms), sa.func.sum(wrap_ms))
    wanted = (
        sa.select(sa.func.count(), *sums)
        .select_from(own)
        .where(_within(cartera, since_ms, until_ms), A.connected_ms.is_not(None), A.agent_id != "")
    )
    talks, talk_ms, wraps, wrap_sum = (await conn.execute(wanted)).one()
    return talks, int(talk_ms or 0), wraps, int(wrap_sum or 0)


async def days(conn: AsyncConnection, cartera: str) -> tuple[int, int] | None:
    """When the first and the last closed attempt of the cartera were recorded; None where there is none."""
    wanted = sa.select(sa.func.min(A.at_ms), sa.func.max(A.at_ms))
    first, last = (await conn.execute(wanted.where(_within(cartera, 0, 1 << 62)))).one()
    return None if first is None else (first, last)
