"""Cases that are one ejecutivo's own: callbacks not made yet, manual lists; and what was said in a case before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.edge import schema as t
from dialer.edge.store_calls import SYSTEM
from dialer.edge.store_load import chunks
from dialer.outcome import TRAITS

REACHED = tuple(verdict.value for verdict, trait in TRAITS.items() if trait.valid)
"""Verdicts after which a rellamado has been made: the far end was reached, whatever it answered."""


def _waiting() -> sa.ColumnElement[bool]:
    """A callback whose gestión no call that reached anybody has followed."""
    a, g = t.attempt.c, t.gestion.c
    later = (a.caso_id == t.callback.c.caso_id) & (a.at_ms > g.at_ms) & a.verdict.in_(REACHED)
    return ~sa.exists().where(later)


def _callbacks() -> sa.Select[Any]:
    c = t.callback.c
    joined = t.callback.join(t.gestion, t.gestion.c.id == c.gestion_id)
    return sa.select(c.caso_id, sa.func.max(c.at_ms)).select_from(joined).where(_waiting()).group_by(c.caso_id)


async def callbacks(conn: AsyncConnection, case_ids: Sequence[int]) -> Mapping[int, int]:
    """When a rellamado was agreed for that has not been made, by case."""
    found: dict[int, int] = {}
    for ids in chunks(case_ids):
        for case, at_ms in await conn.execute(_callbacks().where(t.callback.c.caso_id.in_(ids))):
            found[case] = at_ms
    return found


async def cartera_callbacks(conn: AsyncConnection, cartera_id: sa.ScalarSelect[int]) -> Mapping[int, int]:
    """The same for all cases of a cartera."""
    mine = t.callback.c.caso_id.in_(sa.select(t.caso.c.id).where(t.caso.c.cartera_id == cartera_id))
    return {case: at_ms for case, at_ms in await conn.execute(_callbacks().where(mine))}


def _listed() -> sa.Select[Any]:
    one = t.lista_caso.c
    joined = t.lista_caso.join(t.lista, t.lista.c.id == one.lista_id)
    still = (t.lista.c.state == "open") & one.state.in_(("pending", "taken", "skipped"))
    return sa.select(one.caso_id).select_from(joined).where(still)


async def listed(conn: AsyncConnection, case_ids: Sequence[int]) -> set[int]:
    """Which of these cases are on an open manual list and not done."""
    return {
        case
        for ids in chunks(case_ids)
        for case in await conn.scalars(_listed().where(t.lista_caso.c.caso_id.in_(ids)))
    }


async def cartera_listed(conn: AsyncConnection, cartera_id: sa.ScalarSelect[int]) -> set[int]:
    """All such cases of a cartera."""
    return set(await conn.scalars(_listed().where(t.lista.c.cartera_id == cartera_id)))


async def codes(conn: AsyncConnection, case_ids: Sequence[int]) -> Mapping[int, list[str]]:
    """The results that ejecutivos gave each case, oldest first."""
    g = t.gestion.c
    found: dict[int, list[str]] = defaultdict(list)
    wanted = sa.select(g.caso_id, g.code).where(g.agent_id != SYSTEM).order_by(g.at_ms, g.id)
    for ids in chunks(case_ids):
        for case, code in await conn.execute(wanted.where(g.caso_id.in_(ids))):
            found[case].append(code)
    return found
