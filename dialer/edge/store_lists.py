"""Manual lists: some debtors of a cartera, in an order, that one ejecutivo alone calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agents.listas import Assigned, ListaRefused
from agents.supervision import Act
from dialer.contact import end_calls
from dialer.edge import schema as t
from dialer.edge import store_own, store_piso
from dialer.edge.store_bulk import chunks
from dialer.edge.store_notes import LEFT
from dialer.records import QueueEntry


async def assign(
    conn: AsyncConnection, cartera: str, agent_id: str, ruts: Sequence[str], name: str, by: str, now_ms: int
) -> tuple[Assigned, list[QueueEntry]]:
    """See `Store.assign_list`."""
    cartera_id = await conn.scalar(sa.select(t.cartera.c.id).where(t.cartera.c.code == cartera))
    if cartera_id is None:
        raise ListaRefused("cartera", f"La cartera «{cartera}» no tiene ninguna carga.")
    await _check_agent(conn, agent_id, cartera)
    rows = await _cases(conn, cartera_id, ruts)
    busy = await _busy(conn, [row.id for row in rows.values()])
    faults = {rut: _fault(rows.get(rut), busy) for rut in ruts}
    taken = [rows[rut] for rut in ruts if not faults[rut]]
    refused = tuple((rut, why) for rut, why in faults.items() if why)
    if not taken:
        return Assigned(0, 0, refused), []
    lista_id = await _insert(conn, cartera_id, agent_id, [row.id for row in taken], name, by, now_ms)
    entries = [
        QueueEntry(row.id, row.deudor_id, now_ms + place, row.score, agent_id) for place, row in enumerate(taken)
    ]
    await _bind(conn, entries)
    told = {"agent": agent_id, "cartera": cartera, "cases": len(taken)}
    await store_piso.audit(conn, Act(now_ms, by, "assign_list", str(lista_id), told))
    return Assigned(lista_id, len(taken), refused), entries


async def _check_agent(conn: AsyncConnection, agent_id: str, cartera: str) -> None:
    u = t.usuario.c
    found = (await conn.execute(sa.select(u.carteras, u.endpoint, u.active).where(u.code == agent_id))).first()
    if found is None or not found.active or not found.endpoint:
        raise ListaRefused("agent", f"«{agent_id}» no es un ejecutivo activo.")
    if cartera not in found.carteras:
        raise ListaRefused("agent", f"{agent_id} no trabaja la cartera «{cartera}».")


async def _cases(conn: AsyncConnection, cartera_id: int, ruts: Sequence[str]) -> dict[str, Any]:
    c, person = t.caso.c, t.deudor.c
    place = (c.score, c.queue_state, c.queue_why, c.stops, person.stops.label("all_stops"))
    columns = (person.rut, c.id, c.deudor_id, *place)
    wanted = sa.select(*columns).join(t.deudor, person.id == c.deudor_id).where(c.cartera_id == cartera_id)
    rows = [row for some in chunks(ruts) for row in await conn.execute(wanted.where(person.rut.in_(some)))]
    return {row.rut: row for row in rows}


async def _busy(conn: AsyncConnection, ids: Sequence[int]) -> dict[int, str]:
    """Cases that cannot be given to anybody now, each with the sentence that says why."""
    busy = dict.fromkeys(await store_own.listed(conn, ids), "ya está en otra lista")
    a = t.attempt.c
    under_way = sa.select(a.caso_id).where(t.OPEN | t.OWED)
    for some in chunks(ids):
        for case in await conn.scalars(under_way.where(a.caso_id.in_(some))):
            busy[case] = "está en una llamada o espera su gestión"
    return busy


def _fault(row: Any | None, busy: dict[int, str]) -> str:
    """Why the debtor cannot be put on the list; empty when they can."""
    if row is None:
        return "no tiene un caso en esta cartera"
    if row.stops or end_calls(row.all_stops) or row.queue_state == "stopped":
        return f"está detenido ({', '.join((*row.stops, *row.all_stops)) or row.queue_why})"
    if row.queue_state != "open":
        return f"salió de la cola ({row.queue_why})"
    return busy.get(row.id, "")


async def _insert(
    conn: AsyncConnection, cartera_id: int, agent_id: str, cases: Sequence[int], name: str, by: str, now_ms: int
) -> int:
    row = {"cartera_id": cartera_id, "agent_id": agent_id, "name": name, "made_by": by, "at_ms": now_ms}
    lista_id = int(await conn.scalar(sa.insert(t.lista).returning(t.lista.c.id), row))
    places = [{"lista_id": lista_id, "caso_id": case, "position": n} for n, case in enumerate(cases, start=1)]
    await conn.execute(sa.insert(t.lista_caso), places)
    return lista_id


async def _bind(conn: AsyncConnection, entries: Sequence[QueueEntry]) -> None:
    update = sa.update(t.caso).where(t.caso.c.id == sa.bindparam("b_id"))
    values: dict[str, Any] = {"next_due_ms": sa.bindparam("b_due"), "bound_agent": sa.bindparam("b_agent")}
    rows = [{"b_id": one.case_id, "b_due": one.due_ms, "b_agent": one.agent_id} for one in entries]
    await conn.execute(update.values(values), rows)


async def open_lists(conn: AsyncConnection, agent_id: str) -> list[dict[str, Any]]:
    """See `Store.open_lists`."""
    li, one = t.lista.c, t.lista_caso.c
    left = sa.func.count(sa.case((one.state.in_(LEFT), 1)))
    columns = (li.id, t.cartera.c.code, li.agent_id, li.name, li.at_ms, li.made_by)
    wanted = (
        sa.select(*columns, sa.func.count().label("cases"), left.label("pending"))
        .join(t.cartera, t.cartera.c.id == li.cartera_id)
        .join(t.lista_caso, one.lista_id == li.id)
        .where(li.state == "open")
        .group_by(*columns)
        .order_by(li.id)
    )
    names = ("id", "cartera", "agent_id", "name", "at_ms", "made_by", "cases", "pending")
    found = await conn.execute(wanted.where(li.agent_id == agent_id) if agent_id else wanted)
    return [dict(zip(names, row, strict=True)) for row in found]


async def show(conn: AsyncConnection, lista_id: int) -> dict[str, Any]:
    """See `Store.list_cases`."""
    li, one, c = t.lista.c, t.lista_caso.c, t.caso.c
    columns = (li.id, t.cartera.c.code.label("cartera"), li.agent_id, li.name, li.state, li.at_ms, li.made_by)
    head = sa.select(*columns).join(t.cartera, t.cartera.c.id == li.cartera_id).where(li.id == lista_id)
    found = (await conn.execute(head)).first()
    if found is None:
        raise ListaRefused("no_lista", f"No hay ninguna lista con el número {lista_id}.")
    of_case = (t.deudor.c.rut, c.id.label("caso_id"), c.queue_state, c.queue_why, c.next_due_ms)
    places = (
        sa.select(one.position, *of_case, one.state, one.reason, one.done_ms.label("at_ms"))
        .join(t.caso, c.id == one.caso_id)
        .join(t.deudor, t.deudor.c.id == c.deudor_id)
        .where(one.lista_id == lista_id)
        .order_by(one.position)
    )
    return {**found._mapping, "cases": [dict(row._mapping) for row in await conn.execute(places)]}


async def cancel(conn: AsyncConnection, lista_id: int, by: str, now_ms: int) -> tuple[str, list[QueueEntry]]:
    """See `Store.cancel_list`."""
    li, one, c = t.lista.c, t.lista_caso.c, t.caso.c
    wanted = sa.select(t.cartera.c.code).join(t.cartera, t.cartera.c.id == li.cartera_id)
    cartera = await conn.scalar(wanted.where(li.id == lista_id, li.state == "open"))
    if cartera is None:
        raise ListaRefused("no_lista", f"No hay ninguna lista abierta con el número {lista_id}.")
    mine = sa.select(one.caso_id).where(one.lista_id == lista_id, one.state.in_(LEFT))
    rows = await conn.execute(sa.select(c.id, c.deudor_id, c.score).where(c.id.in_(mine), c.queue_state == "open"))
    entries = [QueueEntry(row.id, row.deudor_id, now_ms, row.score) for row in rows]
    if entries:
        await _bind(conn, entries)
    await conn.execute(sa.update(t.lista).where(li.id == lista_id).values(state="cancelled"))
    told = {"cartera": cartera, "released": len(entries)}
    await store_piso.audit(conn, Act(now_ms, by, "cancel_list", str(lista_id), told))
    return str(cartera), entries


async def done(conn: AsyncConnection, case_id: int, at_ms: int) -> None:
    """A gestión was saved: the case is done on its list, and the list with its last case."""
    li, one = t.lista.c, t.lista_caso.c
    opened = sa.select(li.id).where(li.state == "open")
    mine = (one.caso_id == case_id) & one.state.in_(LEFT) & one.lista_id.in_(opened)
    marking = sa.update(t.lista_caso).where(mine).values(state="done", reason="", done_ms=at_ms)
    marked = await conn.execute(marking.returning(one.lista_id))
    for lista_id in marked.scalars().all():
        left = sa.exists().where((one.lista_id == lista_id) & one.state.in_(LEFT))
        await conn.execute(sa.update(t.lista).where(li.id == lista_id, ~left).values(state="done"))
