"""Changing a debtor's data as they tell it to an ejecutivo; each change is kept with who made it and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.carteras.dato import SOURCE, Dato, DatoRefused
from dialer.carteras.texto import fold
from dialer.edge import schema as t
from dialer.edge.store_bulk import chunks
from dialer.edge.store_calls import QUALITY_BOTTOM
from dialer.records import Changed, ChangeDato, QueueEntry

FIRST = "asignacion"
"""What brought an address that nothing has changed."""
KEYS = 5_000
TOLD = "ejecutivo"
"""Why a telephone is invalid that a debtor, or who answered, said is not theirs."""
QUALITY_TOLD = 70
"""Of a telephone that the debtor gave: better than a file's, not as good as one that was answered."""


class _Written:
    """What there was before, and the telephone that it is about."""

    def __init__(self, before: str = "", phone_id: int | None = None) -> None:
        self.before, self.phone_id = before, phone_id


async def change(conn: AsyncConnection, it: ChangeDato) -> Changed:
    """See `Store.change_dato`."""
    person = await _person(conn, it.case_id)
    done = await _WRITE[it.dato.kind](conn, person, it.dato)
    row = {"deudor_id": person.id, "caso_id": it.case_id, "telefono_id": done.phone_id, "kind": it.dato.kind}
    row |= {"before": done.before, "value": it.dato.value, "note": it.note, "by": it.by, "at_ms": it.at_ms}
    await conn.execute(sa.insert(t.dato), row)
    again = await _reopen(conn, person.id, it.at_ms) if it.dato.kind == "telefono" else {}
    return Changed(person.id, done.phone_id or 0, again)


async def _person(conn: AsyncConnection, case_id: int) -> Any:
    """The debtor's row, locked: two ejecutivos may speak with the same one."""
    joined = sa.select(t.deudor).join(t.caso, t.caso.c.deudor_id == t.deudor.c.id).where(t.caso.c.id == case_id)
    found = (await conn.execute(joined.with_for_update(of=t.deudor))).first()
    if found is None:
        raise DatoRefused(f"No hay un caso {case_id}.", "no_case")
    return found


# ── telephones ──────────────────────────────────────────────────────────────────────────────────────


async def _add_phone(conn: AsyncConnection, person: Any, dato: Dato) -> _Written:
    c = t.telefono.c
    if await conn.scalar(sa.select(t.bloqueo_telefono.c.e164).where(t.bloqueo_telefono.c.e164 == dato.value)):
        raise DatoRefused("Ese teléfono está bloqueado: no se puede llamar a él.")
    there = (await conn.execute(sa.select(t.telefono).where(c.deudor_id == person.id, c.e164 == dato.value))).first()
    if there is None:
        row = {"deudor_id": person.id, "e164": dato.value, "kind": dato.detail, "quality": QUALITY_TOLD}
        return _Written("", await conn.scalar(sa.insert(t.telefono).returning(c.id), row | {"source": SOURCE}))
    if not there.invalid:
        raise DatoRefused("Ese teléfono ya está en la ficha.")
    if there.invalid_why.startswith("blacklist"):
        raise DatoRefused("Quien tiene ese teléfono pidió que no se le llame más: no se puede volver a usar.")
    fresh = {"invalid": False, "invalid_why": "", "quality": QUALITY_TOLD, "source": SOURCE}
    await conn.execute(sa.update(t.telefono).where(c.id == there.id).values(fresh))
    return _Written(f"inválido ({there.invalid_why})", there.id)


async def _drop_phone(conn: AsyncConnection, person: Any, dato: Dato) -> _Written:
    """By its number or, where the ejecutivo sees it masked, by its id on the card."""
    c = t.telefono.c
    which = c.id == int(dato.value) if dato.value.isdecimal() else c.e164 == dato.value
    there = (await conn.execute(sa.select(t.telefono).where(c.deudor_id == person.id, which))).first()
    if there is None:
        raise DatoRefused("Ese teléfono no está en la ficha de este deudor.")
    if there.invalid:
        raise DatoRefused("Ese teléfono ya está marcado como inválido.")
    gone = {"invalid": True, "invalid_why": TOLD, "quality": QUALITY_BOTTOM}
    await conn.execute(sa.update(t.telefono).where(c.id == there.id).values(gone))
    return _Written("válido", there.id)


async def _reopen(conn: AsyncConnection, person_id: int, now_ms: int) -> dict[str, list[QueueEntry]]:
    """Cases that were dropped for want of something to try are due again; their places in the queues, by cartera."""
    c = t.caso.c
    wanted = sa.select(c.id, c.score, t.cartera.c.code).join(t.cartera, t.cartera.c.id == c.cartera_id)
    rows = (await conn.execute(wanted.where(c.deudor_id == person_id, c.queue_state == "dropped"))).all()
    if not rows:
        return {}
    due = {"queue_state": "open", "queue_why": "", "next_due_ms": now_ms, "bound_agent": ""}
    await conn.execute(sa.update(t.caso).where(c.id.in_([row.id for row in rows])).values(due))
    again: dict[str, list[QueueEntry]] = {}
    for row in rows:
        again.setdefault(row.code, []).append(QueueEntry(row.id, person_id, now_ms, row.score))
    return again


# ── the rest ────────────────────────────────────────────────────────────────────────────────────────


async def _add_email(conn: AsyncConnection, person: Any, dato: Dato) -> _Written:
    c = t.correo.c
    if await conn.scalar(sa.select(c.id).where(c.deudor_id == person.id, c.address == dato.value)):
        raise DatoRefused("Ese correo ya está en la ficha.")
    await conn.execute(sa.insert(t.correo), {"deudor_id": person.id, "address": dato.value})
    return _Written()


async def _move(conn: AsyncConnection, person: Any, dato: Dato) -> _Written:
    """The address there was stays as a further one, with where it came from."""
    if fold(person.address) == fold(dato.value):
        raise DatoRefused("Esa dirección ya está en la ficha.")
    if person.address:
        await _keep_address(conn, person)
    await conn.execute(sa.update(t.deudor).where(t.deudor.c.id == person.id).values(address=dato.value))
    return _Written(person.address)


async def _keep_address(conn: AsyncConnection, person: Any) -> None:
    c = t.direccion.c
    known = await conn.scalars(sa.select(c.address).where(c.deudor_id == person.id))
    if fold(person.address) not in {fold(one) for one in known}:
        source = (await came_by(conn, [person.id])).get(person.id, FIRST)
        row = {"deudor_id": person.id, "address": person.address, "comuna": person.comuna, "source": source}
        await conn.execute(sa.insert(t.direccion), row)


async def _set_comuna(conn: AsyncConnection, person: Any, dato: Dato) -> _Written:
    if person.comuna == dato.value:
        raise DatoRefused("Esa comuna ya está en la ficha.")
    place = {"comuna": dato.value, "zone": dato.zone, "region": dato.region}
    await conn.execute(sa.update(t.deudor).where(t.deudor.c.id == person.id).values(place))
    return _Written(person.comuna)


_WRITE = {
    "telefono": _add_phone,
    "telefono_invalido": _drop_phone,
    "correo": _add_email,
    "direccion": _move,
    "comuna": _set_comuna,
}


# ── where an address came from ──────────────────────────────────────────────────────────────────────


async def came_by(conn: AsyncConnection, people: Sequence[int]) -> dict[int, str]:
    """What last changed each one's address, as far as anything did: the kind of the load, or an ejecutivo."""
    came: dict[int, tuple[int, str]] = {}
    for ids in chunks(dict.fromkeys(people), KEYS):
        for person, at_ms, kind in (*await _by_loads(conn, ids), *await _by_ejecutivos(conn, ids)):
            if at_ms >= came.get(person, (0, ""))[0]:
                came[person] = at_ms, kind
    return {person: kind for person, (_, kind) in came.items()}


async def _by_loads(conn: AsyncConnection, people: Sequence[int]) -> list[tuple[int, int, str]]:
    c = t.carga_cambio.c
    wanted = (
        sa.select(c.row_id, c.before, c.after, t.carga.c.at_ms, t.carga.c.kind)
        .join(t.carga, t.carga.c.id == c.carga_id)
        .where(c.table_name == t.deudor.name, c.row_id.in_(people), t.APPLIED)
        .order_by(c.id)
    )
    return [
        (person, at_ms, kind)
        for person, before, after, at_ms, kind in await conn.execute(wanted)
        if msgspec.json.decode(before).get("address") != msgspec.json.decode(after).get("address")
    ]


async def _by_ejecutivos(conn: AsyncConnection, people: Sequence[int]) -> list[tuple[int, int, str]]:
    d = t.dato.c
    wanted = sa.select(d.deudor_id, d.at_ms).where(d.deudor_id.in_(people), d.kind == "direccion").order_by(d.id)
    return [(person, at_ms, SOURCE) for person, at_ms in await conn.execute(wanted)]
