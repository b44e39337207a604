"""Cases that are one ejecutivo's own: callbacks not made yet, manual lists; and what was said in a case before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.edge import schema as t
from dialer.edge.store_calls import SYSTEM
from dialer.edge.store_load import chunks
from dialer.edge.store_notes import LEFT
from dialer.outcome import TRAITS
from dialer.records import CONSENT

REACHED = tuple(verdict.value for verdict, trait in TRAITS.items() if trait.valid)
"""Verdicts after which a rellamado has been made: the far end was reached, whatever it answered."""


def waiting() -> sa.ColumnElement[bool]:
    """A callback whose gestión no call that reached anybody has followed."""
    a, g = t.attempt.c, t.gestion.c
    later = (a.caso_id == t.callback.c.caso_id) & (a.at_ms > g.at_ms) & a.verdict.in_(REACHED)
    return ~sa.exists().where(later)


def _callbacks() -> sa.Select[Any]:
    c = t.callback.c
    joined = t.callback.join(t.gestion, t.gestion.c.id == c.gestion_id)
    return sa.select(c.caso_id, sa.func.max(c.at_ms)).select_from(joined).where(waiting()).group_by(c.caso_id)


class Agreed(NamedTuple):
    """A rellamado: for when, and the telephone on which it was asked for with consent (0: it was not)."""

    at_ms: int
    asked_on: int


NOTHING = Agreed(0, 0)


async def callbacks(conn: AsyncConnection, case_ids: Sequence[int]) -> Mapping[int, Agreed]:
    """The rellamado that was agreed for and has not been made, by case."""
    c, g, made_in = t.callback.c, t.gestion.c, t.attempt.alias("made_in")
    joined = t.callback.join(t.gestion, g.id == c.gestion_id).join(made_in, made_in.c.id == g.attempt_id)
    wanted = sa.select(c.caso_id, c.at_ms, g.ticked, made_in.c.telefono_id).select_from(joined).where(waiting())
    found: dict[int, Agreed] = {}
    for ids in chunks(case_ids):
        for row in await conn.execute(wanted.where(c.caso_id.in_(ids)).order_by(c.at_ms, c.id)):
            found[row.caso_id] = Agreed(row.at_ms, row.telefono_id if CONSENT in row.ticked else 0)
    return found


async def cartera_callbacks(conn: AsyncConnection, cartera_id: sa.ScalarSelect[int]) -> Mapping[int, int]:
    """When it was agreed for, of all cases of a cartera."""
    mine = t.callback.c.caso_id.in_(sa.select(t.caso.c.id).where(t.caso.c.cartera_id == cartera_id))
    return {case: at_ms for case, at_ms in await conn.execute(_callbacks().where(mine))}


def _listed() -> sa.Select[Any]:
    one = t.lista_caso.c
    joined = t.lista_caso.join(t.lista, t.lista.c.id == one.lista_id)
    still = (t.lista.c.state == "open") & one.state.in_(LEFT)
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
