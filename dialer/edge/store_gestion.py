"""Saving an ejecutivo's gestión with all its effects: one transaction, exactly one gestión per call."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.contact import end_calls
from dialer.edge import schema as t
from dialer.edge import store_borrador, store_lists, store_retiro
from dialer.records import (
    CASE_STOPS,
    CONSENT,
    OPT_OUTS,
    PERSON_STOPS,
    PHONE_EFFECTS,
    BooksRefused,
    GestionExists,
    SaveGestion,
)

QUALITY_DOWN = 20
QUALITY_UP = 90


async def save(conn: AsyncConnection, it: SaveGestion) -> int:
    """See `Store.save_gestion`."""
    _check(it)
    call = await _call(conn, it.attempt_id)
    before = await _before(conn, it)
    if before is not None:
        return before
    gestion_id = await _insert(conn, it, call)
    await _promise(conn, it, call, gestion_id)
    await store_retiro.ask(conn, it, call.caso_id, gestion_id)
    await _callback(conn, it, call, gestion_id)
    await _phone(conn, it, call)
    await _stop(conn, it, call)
    await _opt_out(conn, it, call)
    await _case(conn, it, call)
    await store_lists.done(conn, call.caso_id, it.at_ms)
    await store_borrador.forget(conn, it.attempt_id)
    await conn.execute(sa.update(t.attempt).where(t.attempt.c.id == it.attempt_id).values(owed_by=None))
    return gestion_id


def _check(it: SaveGestion) -> None:
    stops = CASE_STOPS | PERSON_STOPS | {""}
    if it.stop_kind not in stops:
        raise ValueError(f"stop_kind {it.stop_kind!r}: allowed: {', '.join(sorted(stops - {''}))}")
    if it.phone_effect not in PHONE_EFFECTS:
        raise ValueError(f"phone_effect {it.phone_effect!r}: allowed: {', '.join(sorted(PHONE_EFFECTS - {''}))}")
    if not OPT_OUTS.issuperset(it.opt_outs):
        raise ValueError(f"opt_outs {it.opt_outs!r}: allowed: {', '.join(sorted(OPT_OUTS))}")


async def _call(conn: AsyncConnection, attempt_id: str) -> Any:
    """The attempt's row, locked where the database locks rows: two consoles may send the same gestión at once."""
    found = (await conn.execute(sa.select(t.attempt).where(t.attempt.c.id == attempt_id).with_for_update())).first()
    if found is None:
        raise BooksRefused(f"there is no call {attempt_id!r}: a gestión needs one that was recorded")
    return found


async def _before(conn: AsyncConnection, it: SaveGestion) -> int | None:
    g = t.gestion.c
    columns = sa.select(g.id, g.code, g.agent_id, g.content_sha256).where(g.attempt_id == it.attempt_id)
    found = (await conn.execute(columns)).first()
    if found is None:
        return None
    if found.content_sha256 == digest(it):
        return int(found.id)
    raise GestionExists(it.attempt_id, found.code, found.agent_id)


def digest(it: SaveGestion) -> str:
    """What the ejecutivo said, in one word: a console that sends it again after a cut link says the same."""
    said: tuple[object, ...] = (it.agent_id, it.code, it.comment, it.promise, it.callback, it.trace, it.ticked)
    if it.address:
        said += (it.address,)
    if it.consent:
        said += (CONSENT,)
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


async def _insert(conn: AsyncConnection, it: SaveGestion, call: Any) -> int:
    row = {
        "attempt_id": it.attempt_id,
        "caso_id": call.caso_id,
        "cartera_id": call.cartera_id,
        "code": it.code,
        "comment": it.comment,
        "agent_id": it.agent_id,
        "effective": it.effective,
        "trace": it.trace,
        "ticked": _ticked(it),
        "at_ms": it.at_ms,
        "content_sha256": digest(it),
    }
    return int(await conn.scalar(sa.insert(t.gestion).returning(t.gestion.c.id), row))


def _ticked(it: SaveGestion) -> tuple[str, ...]:
    """What was read out, and the consent; a console's own tick of that name is none."""
    return (*(word for word in it.ticked if word != CONSENT), *((CONSENT,) if it.consent else ()))


async def _promise(conn: AsyncConnection, it: SaveGestion, call: Any, gestion_id: int) -> None:
    if it.promise is None:
        return
    row = {
        "gestion_id": gestion_id,
        "caso_id": call.caso_id,
        "due": it.promise.due,
        "amount": it.promise.amount,
        "currency": it.promise.currency,
    }
    c = t.compromiso.c
    replaced = (c.caso_id == call.caso_id) & (c.state == "vigente") & (c.currency == it.promise.currency)
    await conn.execute(sa.update(t.compromiso).where(replaced).values(state="editada"))
    await conn.execute(sa.insert(t.compromiso), row)
    nearest = sa.select(sa.func.min(c.due)).where((c.caso_id == call.caso_id) & (c.state == "vigente"))
    update = sa.update(t.caso).where(t.caso.c.id == call.caso_id)
    await conn.execute(update.values(promise_due=nearest.scalar_subquery()))


async def _callback(conn: AsyncConnection, it: SaveGestion, call: Any, gestion_id: int) -> None:
    if it.callback is None:
        return
    row = {
        "gestion_id": gestion_id,
        "caso_id": call.caso_id,
        "at_ms": it.callback.at_ms,
        "agent_id": _bound_agent(it),
    }
    await conn.execute(sa.insert(t.callback), row)


def _bound_agent(it: SaveGestion) -> str:
    own = it.same_agent or (it.callback is not None and not it.callback.pool)
    return it.agent_id if own else ""


async def _phone(conn: AsyncConnection, it: SaveGestion, call: Any) -> None:
    effects: dict[str, dict[str, Any]] = {
        "invalid": {"invalid": True, "invalid_why": it.code},
        "blacklist": {"invalid": True, "invalid_why": f"blacklist {it.code}"},
        "down": {"quality": QUALITY_DOWN},
        "up": {"quality": QUALITY_UP},
    }
    if it.phone_effect:
        update = sa.update(t.telefono).where(t.telefono.c.id == call.telefono_id)
        await conn.execute(update.values(effects[it.phone_effect]))


async def _stop(conn: AsyncConnection, it: SaveGestion, call: Any) -> None:
    if not it.stop and not it.stop_kind:
        return
    stopped = {"queue_state": "stopped", "queue_why": it.stop_kind or it.code}
    cases = t.caso.c.id == call.caso_id
    if it.stop_kind in CASE_STOPS:
        await _add_stop(conn, t.caso, call.caso_id, it.stop_kind)
    elif it.stop_kind in PERSON_STOPS:
        await _add_stop(conn, t.deudor, call.deudor_id, it.stop_kind)
        cases = t.caso.c.deudor_id == call.deudor_id
    await conn.execute(sa.update(t.caso).where(cases).values(stopped))


async def _opt_out(conn: AsyncConnection, it: SaveGestion, call: Any) -> None:
    """Over all mandantes. Who will not be called leaves every queue; what else an opt-out ends, the rules say."""
    for stop in it.opt_outs:
        await _add_stop(conn, t.deudor, call.deudor_id, stop)
    if end_calls(it.opt_outs):
        open_cases = (t.caso.c.deudor_id == call.deudor_id) & (t.caso.c.queue_state != "stopped")
        await conn.execute(sa.update(t.caso).where(open_cases).values(queue_state="stopped", queue_why="baja_call"))


async def _add_stop(conn: AsyncConnection, table: sa.Table, key: int, kind: str) -> None:
    wanted = sa.select(table.c.stops).where(table.c.id == key).with_for_update()
    stops: tuple[str, ...] = await conn.scalar(wanted) or ()
    if kind not in stops:
        await conn.execute(sa.update(table).where(table.c.id == key).values(stops=(*stops, kind)))


async def _case(conn: AsyncConnection, it: SaveGestion, call: Any) -> None:
    changed: dict[str, Any] = {"last_gestion": it.code, "bound_agent": _bound_agent(it)}
    due = it.next_due_ms if it.next_due_ms is not None else it.callback and it.callback.at_ms
    if due is not None:
        changed["next_due_ms"] = due
    await conn.execute(sa.update(t.caso).where(t.caso.c.id == call.caso_id).values(changed))
