"""Pick-ups of payments in the records: asked for with the gestión, every step with who and when, rendiciones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agents.access import Permission, allowed, mask_rut
from agents.retiros import Asked, RetiroRefused
from agents.usuario import Usuario
from dialer.carteras.retiro import Actor, Retiro, State, received, rendered, take
from dialer.edge import schema as t
from dialer.records import BooksRefused, SaveGestion
from dialer.rules import local_day

R = t.retiro.c
SEES_ALL = (Permission.APPROVE_RETIRO, Permission.HANDLE_RETIRO, Permission.SETTLE_RETIRO)
LISTED_MAX = 1_000
_ROWS = (
    sa.select(
        t.retiro,
        t.gestion.c.attempt_id,
        t.deudor.c.rut,
        t.deudor.c.name,
        t.deudor.c.zone,
        t.cartera.c.code.label("cartera"),
        t.cartera.c.mandante_id,
        t.mandante.c.code.label("mandante"),
    )
    .join(t.gestion, t.gestion.c.id == R.gestion_id)
    .join(t.caso, t.caso.c.id == R.caso_id)
    .join(t.deudor, t.deudor.c.id == t.caso.c.deudor_id)
    .join(t.cartera, t.cartera.c.id == t.caso.c.cartera_id)
    .join(t.mandante, t.mandante.c.id == t.cartera.c.mandante_id)
)


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────


async def ask(conn: AsyncConnection, it: SaveGestion, caso_id: int, gestion_id: int) -> None:
    """The pick-up that a gestión asks for, in the gestión's own transaction; nothing where it has no address."""
    if not it.address:
        return
    if it.promise is None:
        raise BooksRefused("a retiro needs the promise that it picks up: its date and amount")
    row = {
        "gestion_id": gestion_id,
        "caso_id": caso_id,
        "amount": it.promise.amount,
        "currency": it.promise.currency,
        "address": it.address,
        "due": it.promise.due,
        "state": State.SOLICITADO.value,
        "requested_by": it.agent_id,
        "requested_ms": it.at_ms,
    }
    retiro_id = int(await conn.scalar(sa.insert(t.retiro).returning(R.id), row))
    await _note(conn, [retiro_id], it.at_ms, it.agent_id, "", State.SOLICITADO, "")


# ── looking ─────────────────────────────────────────────────────────────────────────────────────────


async def listed(conn: AsyncConnection, usuario: Usuario, state: str, limit: int) -> list[dict[str, Any]]:
    """What the usuario may see: all of their carteras (of every cartera where they name none), or for who may only ask,
    what they asked for. RUT, name and address are hidden from a role that sees no debtor's data."""
    if state and state not in {one.value for one in State}:
        raise RetiroRefused("wrong", f"«{state[:20]}» no es un estado: hay {', '.join(State)}.")
    wanted = _ROWS.where(*_visible(usuario)).order_by(R.due, R.id).limit(min(limit, LISTED_MAX))
    found = (await conn.execute(wanted.where(R.state == state) if state else wanted)).all()
    return await _told(conn, found, usuario)


def _visible(usuario: Usuario) -> list[sa.ColumnElement[bool]]:
    scope: list[sa.ColumnElement[bool]] = [t.cartera.c.code.in_(usuario.carteras)] if usuario.carteras else []
    if any(allowed(usuario.role, permission) for permission in SEES_ALL):
        return scope
    if allowed(usuario.role, Permission.ASK_RETIRO):
        return [R.requested_by == usuario.code]
    raise RetiroRefused("forbidden", f"El rol {usuario.role} no ve retiros.")


async def _told(conn: AsyncConnection, rows: Sequence[Any], usuario: Usuario) -> list[dict[str, Any]]:
    s = t.retiro_paso.c
    steps: dict[int, list[dict[str, Any]]] = {row.id: [] for row in rows}
    for step in await conn.execute(sa.select(t.retiro_paso).where(s.retiro_id.in_(steps)).order_by(s.id)):
        steps[step.retiro_id].append({"at_ms": step.at_ms, "by": step.by, "to": step.to_state, "note": step.note})
    return [_shown(row, usuario) | {"steps": steps[row.id]} for row in rows]


def _shown(row: Any, usuario: Usuario) -> dict[str, Any]:
    whole = allowed(usuario.role, Permission.SEE_FULL_RUT)
    named = allowed(usuario.role, Permission.SEE_CASE) or row.requested_by == usuario.code
    return {
        "id": row.id,
        "state": row.state,
        "mandante": row.mandante,
        "cartera": row.cartera,
        "rut": row.rut if whole else mask_rut(row.rut),
        "name": row.name if named else "",
        "address": row.address if named else "",
        "amount": str(row.amount),
        "currency": row.currency,
        "due": row.due.isoformat(),
        "requested_by": row.requested_by,
        "requested_ms": row.requested_ms,
        "approved_by": row.approved_by,
        "approved_ms": row.approved_ms,
        "assigned_to": row.assigned_to,
        "receipt": row.receipt,
        "done_amount": None if row.done_amount is None else str(row.done_amount),
        "done_on": None if row.done_on is None else row.done_on.isoformat(),
        "rendicion_id": row.rendicion_id,
    }


# ── steps ───────────────────────────────────────────────────────────────────────────────────────────


async def step(conn: AsyncConnection, usuario: Usuario, retiro_id: int, asked: Asked, now_ms: int) -> dict[str, Any]:
    """One step of one pick-up, as `dialer.carteras.retiro` judges it."""
    [row] = await _locked(conn, [retiro_id], usuario)
    before = _retiro(row)
    after = take(before, asked, Actor(usuario.code, usuario.role), local_day(now_ms, row.zone), now_ms)
    if after.receipt != before.receipt:
        await _new_receipt(conn, row, after.receipt)
    await _keep(conn, after)
    note = asked.note.strip() or (after.assigned_to if after.state is State.ASIGNADO else "")
    await _note(conn, [retiro_id], now_ms, usuario.code, before.state, after.state, note)
    [told] = await _told(conn, (await conn.execute(_ROWS.where(R.id == retiro_id))).all(), usuario)
    return told


async def _locked(conn: AsyncConnection, ids: Sequence[int], usuario: Usuario) -> list[Any]:
    """The pick-ups' rows, locked where the database locks rows, in the order of their ids."""
    wanted = _ROWS.where(R.id.in_(ids), *_visible(usuario)).order_by(R.id).with_for_update(of=t.retiro)
    rows = list((await conn.execute(wanted)).all())
    missing = sorted(set(ids) - {row.id for row in rows})
    if missing:
        raise RetiroRefused("not_found", f"No hay un retiro {missing[0]} entre los suyos.")
    return rows


def _retiro(row: Any) -> Retiro:
    names = Retiro.__struct_fields__
    kept = {name: getattr(row, name) for name in names if name not in ("state", "requested_on")}
    return Retiro(state=State(row.state), requested_on=local_day(row.requested_ms, row.zone), **kept)


async def _new_receipt(conn: AsyncConnection, row: Any, receipt: str) -> None:
    """One receipt is one pick-up of the mandante's. The mandante's row is the lock on that."""
    await conn.execute(sa.select(t.mandante.c.id).where(t.mandante.c.id == row.mandante_id).with_for_update())
    same = (sa.func.lower(R.receipt) == receipt.lower()) & (t.cartera.c.mandante_id == row.mandante_id)
    other = await conn.scalar(sa.select(sa.func.min(_ROWS.where(same).subquery().c.id)))
    if other is not None:
        raise RetiroRefused("wrong", f"El comprobante {receipt} ya está en el retiro {other}.")


async def _keep(conn: AsyncConnection, it: Retiro) -> None:
    names = ("approved_by", "approved_ms", "assigned_to", "receipt", "done_amount", "done_on", "rendicion_id")
    values = {name: getattr(it, name) for name in names}
    await conn.execute(sa.update(t.retiro).where(R.id == it.id).values(state=it.state.value, **values))


async def _note(
    conn: AsyncConnection, ids: Iterable[int], at_ms: int, by: str, before: str, after: str, note: str
) -> None:
    step = {"at_ms": at_ms, "by": by, "from_state": str(before), "to_state": str(after), "note": note}
    await conn.execute(sa.insert(t.retiro_paso), [{"retiro_id": one, **step} for one in ids])


# ── rendiciones ─────────────────────────────────────────────────────────────────────────────────────


async def close(
    conn: AsyncConnection,
    usuario: Usuario,
    retiro_ids: Sequence[int],
    totals: Mapping[str, Decimal],
    note: str,
    now_ms: int,
) -> dict[str, Any]:
    """Close one mandante's pick-ups in a rendición, all or none."""
    rows = await _locked(conn, sorted(set(retiro_ids)), usuario)
    mandantes = sorted({row.mandante for row in rows})
    if len(mandantes) > 1:
        raise RetiroRefused("wrong", f"Una rendición es de un solo mandante; estos son de {', '.join(mandantes)}.")
    # Judged before it has a number, so that a refused one uses none up.
    made = rendered([_retiro(row) for row in rows], totals, Actor(usuario.code, usuario.role), 0)
    values = {"mandante_id": rows[0].mandante_id, "at_ms": now_ms, "by": usuario.code, "retiros": len(made)}
    number = int(await conn.scalar(sa.insert(t.rendicion).returning(t.rendicion.c.id), values | {"note": note}))
    for one in made:
        await _keep(conn, msgspec.structs.replace(one, rendicion_id=number))
    await _note(conn, [one.id for one in made], now_ms, usuario.code, State.REALIZADO, State.RENDIDO, str(number))
    return await rendicion(conn, usuario, number)


async def rendicion(conn: AsyncConnection, usuario: Usuario, number: int) -> dict[str, Any]:
    """A rendición with its pick-ups, for who may see them all; `totals` is added up from them anew."""
    c = t.rendicion.c
    wanted = sa.select(t.rendicion, t.mandante.c.code).join(t.mandante, t.mandante.c.id == c.mandante_id)
    found = (await conn.execute(wanted.where(c.id == number))).first()
    rows = (await conn.execute(_ROWS.where(R.rendicion_id == number, *_visible(usuario)).order_by(R.id))).all()
    if found is None or len(rows) != found.retiros:
        raise RetiroRefused("not_found", f"No hay una rendición {number} entre las suyas.")
    totals = received(_retiro(row) for row in rows)
    return {
        "id": number,
        "mandante": found.code,
        "at_ms": found.at_ms,
        "by": found.by,
        "note": found.note,
        "totals": {currency: str(t.plain(amount)) for currency, amount in sorted(totals.items())},
        "retiros": await _told(conn, rows, usuario),
    }
