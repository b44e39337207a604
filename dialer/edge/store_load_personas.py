"""Applying demográficos, gestiones externas, bloqueos and UF values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dialer.carteras import comuna
from dialer.carteras import rut as ruts
from dialer.carteras.aplicacion import Efecto
from dialer.carteras.filas import Direccion, FilaBloqueo, FilaDemografico, FilaExterna, FilaUf, Telefono
from dialer.carteras.model import Rechazo
from dialer.carteras.rechazo import Falla
from dialer.contact import end_calls
from dialer.edge import schema as t
from dialer.edge import store_bulk as bulk
from dialer.edge.store_datos import FIRST, came_by
from dialer.edge.store_load_asignacion import add_addresses, add_emails, add_phones
from dialer.edge.store_load_saldos import KEYS, people_of
from dialer.edge.store_obra import Obra
from dialer.records import CASE_STOPS


def _unknown(obra: Obra, row: int, rut: str) -> None:
    falla = Falla("deudor_unknown")
    obra.refused.append(Rechazo(row, "RUT", rut, falla.reason, falla.detail))
    obra.tell(Efecto(row, rut, "", "rejected"))


# ── demográficos ────────────────────────────────────────────────────────────────────────────────────


async def apply_demograficos(obra: Obra) -> None:
    """New telephones and e-mails are added; an address or comuna replaces the one there was, which stays as a further
    one."""
    filas = cast("Sequence[FilaDemografico]", obra.carga.filas)
    people = await people_of(obra, (fila.rut for fila in filas))
    known = [fila for fila in filas if fila.rut in people]
    phones = _phones(known, people)
    emails = dict.fromkeys((people[fila.rut], it) for fila in known for it in fila.emails)
    new_phones, new_emails = await add_phones(obra, phones), await add_emails(obra, emails)
    moved, new_places = await _move(obra, known, people)
    for fila in filas:
        if fila.rut not in people:
            _unknown(obra, fila.row, fila.rut)
            continue
        person = people[fila.rut]
        new = [it.e164 for it in fila.telefonos if (person, it.e164) in new_phones]
        new += [it for it in fila.emails if (person, it) in new_emails]
        new += [it for it in fila.addresses if (person, it) in new_places]
        effect = "new" if new else "changed" if fila.row in moved else "unchanged"
        obra.tell(Efecto(fila.row, fila.rut, "contacto", effect, "", ", ".join(new) or moved.get(fila.row, "")))


def _phones(filas: Sequence[FilaDemografico], people: dict[str, int]) -> dict[tuple[int, str], Telefono]:
    """Each number once: as its last row has it, from the first source that a row gives."""
    phones: dict[tuple[int, str], Telefono] = {}
    for fila in filas:
        for it in fila.telefonos:
            key = people[fila.rut], it.e164
            known = phones[key].source if key in phones else ""
            phones[key] = Telefono(it.e164, it.kind, known or fila.source)
    return phones


async def _move(
    obra: Obra, filas: Sequence[FilaDemografico], people: dict[str, int]
) -> tuple[dict[int, str], set[tuple[int, str]]]:
    """Rows that changed where somebody lives, with the new place; and the further addresses that are new."""
    c = t.deudor.c
    now: dict[int, dict[str, str]] = {}
    some = {people[fila.rut] for fila in filas if fila.address or fila.comuna or fila.addresses}
    for ids in bulk.chunks(some, KEYS):
        for row in await obra.conn.execute(sa.select(c.id, c.address, c.comuna, c.zone, c.region).where(c.id.in_(ids))):
            now[row.id] = {name: getattr(row, name) for name in _PLACE}
    was = {person: dict(place) for person, place in now.items()}
    came = await came_by(obra.conn, [people[fila.rut] for fila in filas if fila.address])
    moved = {}
    further: list[tuple[int, Direccion]] = []
    for fila in filas:
        person = people[fila.rut]
        place = now.get(person)
        before = dict(place or {})
        if place is not None and _moves(place, fila):
            moved[fila.row] = ", ".join(part for part in (place["address"], place["comuna"]) if part)
            if before["address"] not in ("", place["address"]):
                further.append((person, Direccion(before["address"], before["comuna"], came.get(person, FIRST))))
                came[person] = fila.source or obra.carga.kind
        further += [(person, Direccion(one, "", fila.source)) for one in fila.addresses]
    changed = [person for person in now if now[person] != was[person]]
    for person in changed:
        obra.changed(t.deudor, person, was[person], now[person])
    await bulk.update(obra.conn, t.deudor, _PLACE, [(person, *now[person].values()) for person in changed])
    return moved, await add_addresses(obra, further, {person: place["address"] for person, place in now.items()})


_PLACE = ("address", "comuna", "zone", "region")


def _moves(place: dict[str, str], fila: FilaDemografico) -> bool:
    """Put the row's place over the person's; whether that changed anything."""
    before = dict(place)
    if fila.address:
        place["address"] = fila.address
    found = comuna.lookup(fila.comuna) if fila.comuna else None
    if found:
        place |= {"comuna": found.name, "zone": found.zone, "region": found.region}
    return place != before


# ── gestiones externas ──────────────────────────────────────────────────────────────────────────────


async def apply_externas(obra: Obra) -> None:
    """Contacts that others made enter the person's ledger with the mandante."""
    filas = cast("Sequence[FilaExterna]", obra.carga.filas)
    people = await people_of(obra, (fila.rut for fila in filas))
    zones = await _zones(obra, people)
    there = await _contacts_there(obra, list(people.values()))
    rows = []
    for fila in filas:
        if fila.rut not in people:
            _unknown(obra, fila.row, fila.rut)
            continue
        person = people[fila.rut]
        at_ms = _instant(fila.at_local, zones[person], obra.at_ms)
        key = (person, fila.channel, at_ms)
        what = f"{fila.channel} {fila.at_local}"
        if at_ms > obra.at_ms:
            falla = Falla("contact_future")
            obra.refused.append(Rechazo(fila.row, "FECHA", fila.at_local, falla.reason, falla.detail))
            obra.tell(Efecto(fila.row, fila.rut, what, "rejected"))
        elif key in there:
            obra.tell(Efecto(fila.row, fila.rut, what, "unchanged"))
        else:
            there.add(key)
            said = (fila.answered, fila.effective, fila.detail, obra.carga_id)
            rows.append((person, obra.scope.mandante_id, fila.channel, at_ms, *said))
            obra.tell(Efecto(fila.row, fila.rut, what, "new"))
    await bulk.insert(obra.conn, t.contacto_externo, _EXTERNO, rows)


_EXTERNO = ("deudor_id", "mandante_id", "channel", "at_ms", "answered", "effective", "detail", "carga_id")


def _instant(at_local: str, zone: str, now_ms: int) -> int:
    """The row's moment in milliseconds. A day without a time counts to its end (or to now, today): the later a contact
    was, the longer the week that it uses; and where DST repeats an hour, the second one counts."""
    local = datetime.fromisoformat(at_local).replace(tzinfo=ZoneInfo(zone), fold=1)
    if local.hour or local.minute:
        return int(local.timestamp()) * 1000
    end = (local + timedelta(days=1)).replace(fold=0)
    at_ms, begin_ms = int(end.timestamp()) * 1000 - 1, int(local.timestamp()) * 1000
    return now_ms if begin_ms <= now_ms < at_ms else at_ms


async def _zones(obra: Obra, people: dict[str, int]) -> dict[int, str]:
    c = t.deudor.c
    zones: dict[int, str] = {}
    for ids in bulk.chunks(people.values(), KEYS):
        zones.update(
            {row.id: row.zone for row in await obra.conn.execute(sa.select(c.id, c.zone).where(c.id.in_(ids)))}
        )
    return zones


async def _contacts_there(obra: Obra, people: Sequence[int]) -> set[tuple[int, str, int]]:
    c = t.contacto_externo.c
    there: set[tuple[int, str, int]] = set()
    for ids in bulk.chunks(people, KEYS):
        mine = c.deudor_id.in_(ids) & (c.mandante_id == obra.scope.mandante_id)
        found = await obra.conn.execute(sa.select(c.deudor_id, c.channel, c.at_ms).where(mine))
        there.update((person, channel, at_ms) for person, channel, at_ms in found)
    return there


# ── bloqueos ────────────────────────────────────────────────────────────────────────────────────────


async def apply_bloqueos(obra: Obra) -> None:
    """A telephone, a person (over all mandantes, even one that nobody has assigned yet), or their cases here.

    A person's opt-out of one channel is kept with them; the queue is left by who will not be called."""
    for fila in cast("Sequence[FilaBloqueo]", obra.carga.filas):
        if fila.e164:
            await _block_phone(obra, fila)
        if fila.rut and fila.stop in CASE_STOPS:
            await _stop_cases(obra, fila)
        elif fila.rut:
            await _stop_person(obra, fila)


async def _block_phone(obra: Obra, fila: FilaBloqueo) -> None:
    b, c = t.bloqueo_telefono.c, t.telefono.c
    if await obra.conn.scalar(sa.select(b.e164).where(b.e164 == fila.e164)):
        obra.tell(Efecto(fila.row, "", fila.e164, "unchanged"))
        return
    row = {"e164": fila.e164, "reason": fila.reason, "at_ms": obra.at_ms, "carga_id": obra.carga_id}
    await obra.conn.execute(sa.insert(t.bloqueo_telefono), row)
    after = {"invalid": True, "invalid_why": "bloqueado"}
    for one in (await obra.conn.execute(sa.select(c.id, c.invalid, c.invalid_why).where(c.e164 == fila.e164))).all():
        obra.changed(t.telefono, one.id, {"invalid": one.invalid, "invalid_why": one.invalid_why}, after)
    await obra.conn.execute(sa.update(t.telefono).where(c.e164 == fila.e164).values(after))
    obra.tell(Efecto(fila.row, "", fila.e164, "new"))


async def _stop_person(obra: Obra, fila: FilaBloqueo) -> None:
    c = t.deudor.c
    found = (await obra.conn.execute(sa.select(c.id, c.stops).where(c.rut == fila.rut))).first()
    if found is None:
        await _unseen(obra, fila)
    elif fila.stop in found.stops:
        obra.tell(Efecto(fila.row, fila.rut, fila.stop, "unchanged"))
        return
    else:
        await _add_stop(obra, t.deudor, found, fila.stop)
        if end_calls((fila.stop,)):
            await _leave(obra, t.caso.c.deudor_id == found.id, fila.stop)
    obra.tell(Efecto(fila.row, fila.rut, fila.stop, "new", "", fila.stop))


async def _unseen(obra: Obra, fila: FilaBloqueo) -> None:
    """Somebody whom nobody has assigned yet: blocked before they come. Their name comes with their assignment."""
    place = comuna.UNKNOWN
    row = {"rut": fila.rut, "name": "", "regime": "consumidor", "persona": ruts.persona(fila.rut)}
    row |= {"zone": place.zone, "region": place.region}
    await obra.conn.execute(sa.insert(t.deudor), {**row, "stops": (fila.stop,), "carga_id": obra.carga_id})


async def _stop_cases(obra: Obra, fila: FilaBloqueo) -> None:
    c = t.caso.c
    mine = (c.deudor_id == sa.select(t.deudor.c.id).where(t.deudor.c.rut == fila.rut).scalar_subquery()) & obra.cases()
    cases = (await obra.conn.execute(sa.select(c.id, c.stops).where(mine))).all()
    if not cases:
        _unknown(obra, fila.row, fila.rut)
        return
    fresh = [one for one in cases if fila.stop not in one.stops]
    for one in fresh:
        await _add_stop(obra, t.caso, one, fila.stop)
        await _leave(obra, c.id == one.id, fila.stop)
    obra.tell(Efecto(fila.row, fila.rut, fila.stop, "new" if fresh else "unchanged", "", fila.stop))


async def _add_stop(obra: Obra, table: sa.Table, row: Any, stop: str) -> None:
    stops = (*row.stops, stop)
    obra.changed(table, row.id, {"stops": row.stops}, {"stops": stops})
    await obra.conn.execute(sa.update(table).where(table.c.id == row.id).values(stops=stops))


async def _leave(obra: Obra, which: sa.ColumnElement[bool], why: str) -> None:
    """The cases leave the queue; one that was stopped already keeps its reason."""
    c = t.caso.c
    wanted = sa.select(c.id, c.queue_state, c.queue_why).where(which, c.queue_state != "stopped")
    after = {"queue_state": "stopped", "queue_why": why}
    for row in (await obra.conn.execute(wanted)).all():
        obra.changed(t.caso, row.id, {"queue_state": row.queue_state, "queue_why": row.queue_why}, after)
        await obra.conn.execute(sa.update(t.caso).where(c.id == row.id).values(after))


# ── UF ──────────────────────────────────────────────────────────────────────────────────────────────


async def apply_uf(obra: Obra) -> None:
    """A day's value, new or corrected."""
    c = t.uf.c
    there: dict[date, Decimal] = {day: value for day, value in await obra.conn.execute(sa.select(c.day, c.value))}
    for fila in cast("Sequence[FilaUf]", obra.carga.filas):
        day = date.fromisoformat(fila.day)
        before = there.get(day)
        there[day] = fila.value
        told = ("" if before is None else f"{before:f}", f"{fila.value:f}")
        if before is None:
            row = {"day": day, "value": fila.value, "carga_id": obra.carga_id}
            await obra.conn.execute(sa.insert(t.uf), row)
        elif before != fila.value:
            obra.changed(t.uf, day.toordinal(), {"value": before}, {"value": fila.value})
            await obra.conn.execute(sa.update(t.uf).where(c.day == day).values(value=fila.value))
        effect = "new" if before is None else "changed" if before != fila.value else "unchanged"
        obra.tell(Efecto(fila.row, "", f"UF {fila.day}", effect, *told))
