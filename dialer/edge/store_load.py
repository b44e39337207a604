"""A case's saldos, oldest due date and score, brought in line with its documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.carteras.tramo import LIMITS
from dialer.edge import schema as t
from dialer.edge import store_order
from dialer.edge.store_bulk import chunks
from dialer.edge.store_obra import day_of

__all__ = ["chunks", "day_of", "recount"]


async def recount(conn: AsyncConnection, cases: Sequence[int], at_ms: int, order: Sequence[str]) -> None:
    """Bring the cases' saldos, oldest due date and score in line with their documents."""
    for ids in chunks(cases):
        totals, oldest = await _totals(conn, ids)
        await conn.execute(sa.delete(t.saldo).where(t.saldo.c.caso_id.in_(ids)))
        rows = [
            {"caso_id": case, "currency": money, "amount": amount}
            for case, by_currency in totals.items()
            for money, amount in by_currency.items()
        ]
        if rows:
            await conn.execute(sa.insert(t.saldo), rows)
        due = [{"b_id": case, "b_due": oldest.get(case)} for case in ids]
        update = sa.update(t.caso).where(t.caso.c.id == sa.bindparam("b_id"))
        await conn.execute(update.values(oldest_due=sa.bindparam("b_due")), due)
        await store_order.rescore(conn, ids, order, LIMITS, at_ms)


async def _totals(conn: AsyncConnection, ids: list[int]) -> tuple[dict[int, dict[str, Decimal]], dict[int, date]]:
    c = t.documento.c
    totals: dict[int, dict[str, Decimal]] = defaultdict(dict)
    summed = sa.select(c.caso_id, c.currency, sa.func.sum(c.saldo)).where(c.caso_id.in_(ids))
    for case, money, amount in await conn.execute(summed.group_by(c.caso_id, c.currency)):
        totals[case][money] = amount
    unpaid = sa.select(c.caso_id, sa.func.min(c.due)).where(c.caso_id.in_(ids) & (c.saldo > Decimal(0)))
    return totals, {case: due for case, due in await conn.execute(unpaid.group_by(c.caso_id))}
