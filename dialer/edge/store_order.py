"""Scoring cases anew, from what is on record of the debt, the calls and the telephones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.carteras import order as ordering
from dialer.edge import schema as t
from dialer.edge.store_obra import day_of
from dialer.outcome import Verdict

HOUR_MS = 3_600_000
ANSWERS_MS = 180 * 24 * HOUR_MS
"""How far back the hours at which a person answered are counted."""

Hours = tuple[tuple[int, ...], tuple[int, ...]]
NO_HOURS: Hours = ((), ())


async def open_cases(conn: AsyncConnection, cartera: str) -> list[int]:
    """All cases of the cartera that are in the queue."""
    of_cartera = sa.select(t.cartera.c.id).where(t.cartera.c.code == cartera).scalar_subquery()
    wanted = (t.caso.c.cartera_id == of_cartera) & (t.caso.c.queue_state == "open")
    return list(await conn.scalars(sa.select(t.caso.c.id).where(wanted).order_by(t.caso.c.id)))


async def rescore(
    conn: AsyncConnection, ids: Sequence[int], order: Sequence[str], tramos: tuple[int, ...], now_ms: int
) -> int:
    """Score these cases (one chunk of them); how many changed their score."""
    found = await inputs(conn, ids, tramos, now_ms)
    before = {row.id: row.score for row in await conn.execute(sa.select(t.caso.c.id, t.caso.c.score).where(_in(ids)))}
    scores = {case: ordering.score(order, one) for case, one in found.items()}
    changed = [{"b_id": case, "b_score": score} for case, score in scores.items() if before.get(case) != score]
    if changed:
        update = sa.update(t.caso).where(t.caso.c.id == sa.bindparam("b_id"))
        await conn.execute(update.values(score=sa.bindparam("b_score")), changed)
    return len(changed)


def _in(ids: Sequence[int]) -> sa.ColumnElement[bool]:
    return t.caso.c.id.in_(ids)


async def inputs(
    conn: AsyncConnection, ids: Sequence[int], tramos: tuple[int, ...], now_ms: int
) -> dict[int, ordering.Inputs]:
    """What the order of these cases rests on at `now_ms`."""
    c = t.caso.c
    columns = (c.id, c.deudor_id, c.oldest_due, c.promise_due, c.assigned_ms, c.last_verdict)
    rows = (await conn.execute(sa.select(*columns).where(_in(ids)))).all()
    people = sorted({row.deudor_id for row in rows})
    saldos, best = await saldos_of(conn, ids), await _best_phones(conn, people)
    hours = await _hours(conn, people, now_ms - ANSWERS_MS)
    return {
        row.id: _inputs(
            row, saldos[row.id], best.get(row.deudor_id, 0), hours.get(row.deudor_id, NO_HOURS), tramos, now_ms
        )
        for row in rows
    }


def _inputs(
    row: Any, saldos: Mapping[str, Decimal], best: int, hours: Hours, tramos: tuple[int, ...], now_ms: int
) -> ordering.Inputs:
    today = day_of(now_ms)
    return ordering.Inputs(
        saldo=ordering.rough_clp(saldos),
        days_overdue=_days(row.oldest_due, today) or 0,
        days_assigned=(today - day_of(row.assigned_ms)).days,
        promise_days=_days(row.promise_due, today),
        tramos=tramos,
        hour=now_ms // HOUR_MS % 24,
        rung=hours[0],
        answered=hours[1],
        phone_quality=best,
        last_verdict=row.last_verdict,
    )


def _days(since: date | None, today: date) -> int | None:
    return (today - since).days if since else None


async def saldos_of(conn: AsyncConnection, ids: Sequence[int]) -> Mapping[int, dict[str, Decimal]]:
    c = t.saldo.c
    totals: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for case, money, amount in await conn.execute(sa.select(c.caso_id, c.currency, c.amount).where(c.caso_id.in_(ids))):
        totals[case][money] = amount
    return totals


async def _best_phones(conn: AsyncConnection, people: Sequence[int]) -> Mapping[int, int]:
    c = t.telefono.c
    best = sa.select(c.deudor_id, sa.func.max(c.quality)).where(c.deudor_id.in_(people), c.invalid.is_(False))
    return {person: quality for person, quality in await conn.execute(best.group_by(c.deudor_id))}


async def _hours(conn: AsyncConnection, people: Sequence[int], since_ms: int) -> Mapping[int, Hours]:
    """Calls that rang and that a person answered, by hour of the UTC day: a few numbers, counted when they are needed.

    Hours of one place differ from UTC's by the same every day, save for the hour of DST, which the neighbours cover.
    """
    a = t.attempt.c
    hour = (a.at_ms // HOUR_MS).label("hour")
    person = a.answered_ms.is_not(None) & (a.verdict != Verdict.MACHINE)
    counted = (
        sa.select(a.deudor_id, hour, sa.func.count(), sa.func.count(sa.case((person, 1))))
        .where(a.deudor_id.in_(people), a.at_ms >= since_ms, a.rang.is_(True))
        .group_by(a.deudor_id, sa.text("hour"))
    )
    found: dict[int, tuple[list[int], list[int]]] = {}
    for who, at_hour, rung, answered in await conn.execute(counted):
        rungs, answers = found.setdefault(who, ([0] * 24, [0] * 24))
        rungs[int(at_hour) % 24] += rung
        answers[int(at_hour) % 24] += answered
    return {who: (tuple(rungs), tuple(answers)) for who, (rungs, answers) in found.items()}
