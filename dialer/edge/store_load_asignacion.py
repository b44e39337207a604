"""Applying an asignación: people, their telephones and cases, the documents that they owe.

The people come in chunks. What the books know of a chunk is read first; all that is new is then written in a few bulk
inserts with ids taken beforehand, so that a million debtors cost PostgreSQL little more than the bare COPY.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from dialer.carteras import comuna
from dialer.carteras import order as ordering
from dialer.carteras import rut as ruts
from dialer.carteras.aplicacion import Efecto
from dialer.carteras.filas import Direccion, Telefono
from dialer.carteras.model import Deudor, Documento, Rechazo
from dialer.carteras.rechazo import Falla
from dialer.carteras.texto import fold
from dialer.edge import schema as t
from dialer.edge import store_bulk as bulk
from dialer.edge.store_obra import Obra

PEOPLE = 5_000
"""Debtors to a chunk: what is in memory at a time, and the keys of an IN list."""

HOUR_MS = 3_600_000
QUALITY = 50
"""Of a telephone that nobody has called yet, as in the table."""

Key = tuple[str, str]
day_from = lru_cache(4_096)(date.fromisoformat)


async def apply(obra: Obra) -> None:
    rows = _rows_of(obra)
    async for deudores in bulk.ahead(bulk.chunks(obra.carga.deudores, PEOPLE)):
        await _Chunk(obra, rows).apply(deudores)
        await obra.log()


def _rows_of(obra: Obra) -> dict[tuple[str, str, str], int]:
    """On which row of the file each document stands, where the reader tells and somebody asks."""
    if not obra.wanted.detail:
        return {}
    return {(one.values["rut"], one.values["kind"], one.values["number"]): one.row for one in obra.carga.leidas}


class _Chunk:
    """Some thousand people: what is known of them, and what will be new."""

    def __init__(self, obra: Obra, rows: dict[tuple[str, str, str], int]) -> None:
        self.obra, self.conn, self.rows = obra, obra.conn, rows
        self.people: dict[str, int] = {}
        self.lived: dict[int, str] = {}  # the address in use of who was known before
        self.left: list[tuple[int, Direccion]] = []  # and the one that it replaces
        self.cases: dict[int, int] = {}
        self.new_cases: set[int] = set()
        self.phoned: set[int] = set()
        self.documents: dict[int, dict[Key, Any]] = defaultdict(dict)

    async def apply(self, deudores: Sequence[Deudor]) -> None:
        unique = {one.rut: one for one in deudores}
        await self._know_people(unique)
        known = await self._know_cases()
        await self._know_documents(known)
        await self._make_people([one for rut, one in unique.items() if rut not in self.people])
        await self._make_cases(deudores)
        await self._make_documents(deudores)
        await self._make_phones(deudores)
        await self._make_emails(deudores)
        await self._make_addresses(deudores)

    # ── what the books know ─────────────────────────────────────────────────────────────────────────

    async def _know_people(self, unique: dict[str, Deudor]) -> None:
        c = t.deudor.c
        found = sa.select(c.id, c.rut, *(c[name] for name in _FILLED)).where(
            bulk.among(self.conn, c.rut, list(unique))
        )
        filled = []
        for row in await self.conn.execute(found):
            self.people[row.rut] = row.id
            after = _filled_in(row, unique[row.rut])
            self.lived[row.id] = after.get("address", row.address)
            if row.address not in ("", self.lived[row.id]):
                self.left.append((row.id, Direccion(row.address)))
            if after:
                filled.append((row.id, *after.values()))
                self.obra.changed(t.deudor, row.id, {name: getattr(row, name) for name in after}, after)
        await bulk.update(self.conn, t.deudor, _FILLED, filled)

    async def _know_cases(self) -> list[int]:
        if not self.people:
            return []
        c = t.caso.c
        mine = bulk.among(self.conn, c.deudor_id, list(self.people.values()))
        mine &= c.cartera_id == self.obra.scope.cartera_id
        for person, case in await self.conn.execute(sa.select(c.deudor_id, c.id).where(mine)):
            self.cases[person] = case
        return list(self.cases.values())

    async def _know_documents(self, cases: list[int]) -> None:
        if not cases:
            return
        c = t.documento.c
        wanted = sa.select(c.id, c.caso_id, c.kind, c.number, c.saldo, c.currency, c.retirado_on, c.amount, c.due)
        for row in await self.conn.execute(wanted.where(bulk.among(self.conn, c.caso_id, cases))):
            self.documents[row.caso_id][row.kind, row.number] = row

    # ── people and cases ────────────────────────────────────────────────────────────────────────────

    async def _make_people(self, new: Sequence[Deudor]) -> None:
        ids = await bulk.take_ids(self.conn, t.deudor, len(new))
        self.people.update(zip((one.rut for one in new), ids, strict=True))
        self.obra.fresh = set(ids)
        rows = [_person(number, one, self.obra.carga_id) for number, one in zip(ids, new, strict=True)]
        await bulk.insert(self.conn, t.deudor, _PERSON, rows)
        self.obra.count("deudores_new", len(new))

    async def _make_cases(self, deudores: Sequence[Deudor]) -> None:
        owed: dict[int, list[Documento]] = defaultdict(list)
        for one in deudores:
            person = self.people[one.rut]
            if person not in self.cases:
                owed[person] += one.documentos
            if one.telefonos:
                self.phoned.add(person)
        ids = await bulk.take_ids(self.conn, t.caso, len(owed))
        rows, saldos = [], []
        for case, (person, documentos) in zip(ids, owed.items(), strict=True):
            sums, oldest = _sums(documentos)
            self.cases[person] = case
            rows.append(self._case(case, person, sums, oldest))
            saldos += [(case, money, self.obra.native.money(amount)) for money, amount in sums.items()]
        await bulk.insert(self.conn, t.caso, _CASE, rows)
        await bulk.insert(self.conn, t.saldo, ("caso_id", "currency", "amount"), saldos)
        self.new_cases = set(ids)
        self.obra.count("casos_new", len(ids))

    def _case(self, case: int, person: int, sums: dict[str, Decimal], oldest: date | None) -> tuple[Any, ...]:
        obra = self.obra
        overdue = (obra.today - oldest).days if oldest else 0
        hour = obra.at_ms // HOUR_MS % 24
        quality = QUALITY if person in self.phoned else 0
        inputs = ordering.Inputs(ordering.rough_clp(sums), overdue, hour=hour, phone_quality=quality)
        score = ordering.score(obra.order, inputs)
        due = obra.native.day(oldest)
        return (case, person, obra.scope.cartera_id, due, obra.at_ms, obra.at_ms, score, obra.carga_id)

    # ── documents ───────────────────────────────────────────────────────────────────────────────────

    async def _make_documents(self, deudores: Sequence[Deudor]) -> None:
        """New ones, withdrawn ones that come back, and those that are there: left as they are."""
        new, back = [], []
        for one in deudores:
            case = self.cases[self.people[one.rut]]
            there = self.documents[case]
            for documento in one.documentos:
                key = (documento.kind, documento.number)
                before = there.get(key)
                if before is None:
                    there[key] = documento
                    new.append((case, documento))
                    self._tell(one, documento, "new", "")
                elif isinstance(before, sa.Row) and before.retirado_on is not None:
                    there[key] = documento
                    back.append((before, documento))
                    self._tell(one, documento, "changed", "retirado")
                else:
                    self._known(one, documento, before)
        await self._insert_documents(new)
        await self._bring_back(back)

    def _tell(self, one: Deudor, documento: Documento, effect: str, before: str) -> None:
        if not self.obra.wanted.detail:
            self.obra.count(f"rows_{effect}")
            return
        row = self.rows.get((one.rut, documento.kind, documento.number), 0)
        what, after = f"{documento.kind} {documento.number}", f"{documento.saldo:f}"
        self.obra.tell(Efecto(row, one.rut, what, effect, before, after))

    def _known(self, one: Deudor, documento: Documento, before: Any) -> None:
        self.obra.count("documentos_known")
        if (before.saldo, before.currency) == (documento.saldo, documento.currency):
            self._tell(one, documento, "unchanged", f"{before.saldo:f}")
            return
        self._tell(one, documento, "rejected", f"{before.saldo:f}")
        self.obra.count("documentos_conflict")
        falla = Falla("loaded_otherwise", what=f"{documento.kind} {documento.number}", before=f"{before.saldo:f}")
        row = self.rows.get((one.rut, documento.kind, documento.number), 0)
        self.obra.refused.append(Rechazo(row, "SALDO", f"{documento.saldo:f}", "conflict", falla.detail))

    async def _insert_documents(self, new: Sequence[tuple[int, Documento]]) -> None:
        ids = await bulk.take_ids(self.conn, t.documento, len(new))
        money, day, load = self.obra.native.money, self.obra.native.day, self.obra.carga_id
        today = day(self.obra.day)
        rows, moves = [], []
        for number, (case, one) in zip(ids, new, strict=True):
            saldo = money(one.saldo)
            amount = saldo if one.amount is one.saldo else money(one.amount)
            issued = day(day_from(one.issued)) if one.issued else None
            received = day(day_from(one.received)) if one.received else None
            days = (issued, received, day(day_from(one.due)))
            rows.append((number, case, one.kind, one.number, amount, saldo, one.currency, *days, load))
            moves.append((number, today, "asignacion", saldo, saldo, load))
            if case not in self.new_cases:
                self.obra.touched.add(case)
        await bulk.insert(self.conn, t.documento, _DOCUMENT, rows)
        await bulk.insert(self.conn, t.documento_movimiento, _MOVE, moves)
        self.obra.count("documentos_new", len(ids))

    async def _bring_back(self, back: Sequence[tuple[Any, Documento]]) -> None:
        money, load, today = self.obra.native.money, self.obra.carga_id, self.obra.native.day(self.obra.day)
        changes, moves = [], []
        for before, one in back:
            after = {"amount": one.amount, "saldo": one.saldo, "currency": one.currency}
            after |= {"due": day_from(one.due), "retirado_on": None}
            self.obra.changed(t.documento, before.id, {name: getattr(before, name) for name in after}, after)
            changes.append((before.id, *after.values()))
            moves.append((before.id, today, "asignacion", money(one.saldo), money(one.saldo), load))
            self.obra.touched.add(before.caso_id)
        await bulk.update(self.conn, t.documento, ("amount", "saldo", "currency", "due", "retirado_on"), changes)
        await bulk.insert(self.conn, t.documento_movimiento, _MOVE, moves)

    # ── telephones and e-mails ──────────────────────────────────────────────────────────────────────

    async def _make_phones(self, deudores: Sequence[Deudor]) -> None:
        phones = {(self.people[one.rut], it.e164): it for one in deudores for it in one.telefonos}
        await add_phones(self.obra, phones)

    async def _make_emails(self, deudores: Sequence[Deudor]) -> None:
        await add_emails(self.obra, dict.fromkeys((self.people[one.rut], it) for one in deudores for it in one.emails))

    async def _make_addresses(self, deudores: Sequence[Deudor]) -> None:
        """Further ones; and, of who is known with another one in use, the file's own."""
        wanted = self.left + [(self.people[one.rut], it) for one in deudores for it in one.addresses]
        if self.lived:
            known = [(self.people[one.rut], Direccion(one.address, one.comuna, one.source)) for one in deudores]
            wanted += [pair for pair in known if pair[0] in self.lived and pair[1].address]
        await add_addresses(self.obra, wanted, self.lived)


_PERSON = ("id", "rut", "name", "regime", "persona", "comuna", "address", "zone", "region", "carga_id")
_FILLED = ("name", "persona", "comuna", "address", "zone", "region")
_CASE = ("id", "deudor_id", "cartera_id", "oldest_due", "assigned_ms", "next_due_ms", "score", "carga_id")
_DOCUMENT = (
    *("id", "caso_id", "kind", "number", "amount", "saldo", "currency", "issued", "received", "due", "carga_id"),
)
_MOVE = ("documento_id", "day", "kind", "delta", "saldo_after", "carga_id")


def _person(number: int, one: Deudor, load: int) -> tuple[Any, ...]:
    place = comuna.lookup(one.comuna) or comuna.UNKNOWN
    persona = one.persona or ruts.persona(one.rut)
    return (number, one.rut, one.name, one.regime, persona, one.comuna, one.address, place.zone, place.region, load)


def _filled_in(row: Any, one: Deudor) -> dict[str, str]:
    """What the file adds to a person who is known: they keep their data, only what was blank, or merely deduced from
    the RUT, is filled in."""
    now = {name: getattr(row, name) for name in _FILLED}
    after = now | {"name": row.name or one.name}
    if one.persona and row.persona == ruts.persona(one.rut):
        after["persona"] = one.persona
    if one.comuna and not row.comuna:
        place = comuna.lookup(one.comuna) or comuna.UNKNOWN
        after |= {"comuna": one.comuna, "zone": place.zone, "region": place.region}
        after["address"] = one.address or row.address
    elif one.address and not row.address and one.comuna in ("", row.comuna):
        after["address"] = one.address
    return {} if after == now else after


def _sums(documentos: Iterable[Documento]) -> tuple[dict[str, Decimal], date | None]:
    """What is owed by currency, each document once, and the oldest due date of what is unpaid."""
    sums: dict[str, Decimal] = {}
    oldest = ""
    seen: set[Key] = set()
    for one in documentos:
        if (one.kind, one.number) in seen:
            continue
        seen.add((one.kind, one.number))
        sums[one.currency] = sums[one.currency] + one.saldo if one.currency in sums else one.saldo
        if one.saldo > 0 and (not oldest or one.due < oldest):
            oldest = one.due
    return sums, day_from(oldest) if oldest else None


# ── how to reach people (demográficos bring these too) ──────────────────────────────────────────────


async def add_phones(obra: Obra, wanted: dict[tuple[int, str], Telefono]) -> set[tuple[int, str]]:
    """Telephones (by deudor and E.164) that are not there yet; a case dropped for want of one is due again."""
    there = await _there(obra, t.telefono.c.deudor_id, t.telefono.c.e164, wanted)
    missing = [pair for pair in wanted if pair not in there]
    blocked = await _blocked(obra, {e164 for _, e164 in missing})
    load, kind = obra.carga_id, obra.carga.kind
    rows: list[tuple[Any, ...]] = []
    for person, e164 in missing:
        one, bad = wanted[person, e164], e164 in blocked
        rows.append((person, e164, one.kind, bad, "bloqueado" if bad else "", one.source or kind, load))
    columns = ("deudor_id", "e164", "kind", "invalid", "invalid_why", "source", "carga_id")
    await bulk.insert(obra.conn, t.telefono, columns, rows)
    obra.count("telefonos_new", len(missing))
    await _reopen(obra, {person for person, e164 in missing if e164 not in blocked})
    return set(missing)


async def add_emails(obra: Obra, wanted: dict[tuple[int, str], None]) -> set[tuple[int, str]]:
    there = await _there(obra, t.correo.c.deudor_id, t.correo.c.address, wanted)
    missing = [pair for pair in wanted if pair not in there]
    rows = [(person, address, obra.carga_id) for person, address in missing]
    await bulk.insert(obra.conn, t.correo, ("deudor_id", "address", "carga_id"), rows)
    return set(missing)


async def add_addresses(
    obra: Obra, wanted: Sequence[tuple[int, Direccion]], in_use: Mapping[int, str]
) -> set[tuple[int, str]]:
    """Further addresses of deudores that are neither there yet nor the one in use, however they are written."""
    if not wanted:
        return set()
    pairs = [(who, it.address) for who, it in wanted]
    there = await _there(obra, t.direccion.c.deudor_id, t.direccion.c.address, pairs)
    known = {(who, fold(address)) for who, address in (*there, *in_use.items())}
    missing: dict[tuple[int, str], Direccion] = {}
    for who, one in wanted:
        if (who, fold(one.address)) not in known:
            known.add((who, fold(one.address)))
            missing[who, one.address] = one
    load, kind = obra.carga_id, obra.carga.kind
    rows = [(who, it.address, it.comuna, it.source or kind, load) for (who, _), it in missing.items()]
    await bulk.insert(obra.conn, t.direccion, ("deudor_id", "address", "comuna", "source", "carga_id"), rows)
    return set(missing)


async def _there(
    obra: Obra, owner: sa.Column[int], value: sa.Column[str], wanted: Iterable[tuple[int, str]]
) -> set[tuple[int, str]]:
    """The pairs of these people that the books have. People who came with this load have none before it."""
    people = dict.fromkeys(person for person, _ in wanted if person not in obra.fresh)
    there: set[tuple[int, str]] = set()
    for ids in bulk.chunks(people, PEOPLE):
        found = await obra.conn.execute(sa.select(owner, value).where(bulk.among(obra.conn, owner, ids)))
        there.update((person, what) for person, what in found)
    return there


async def _blocked(obra: Obra, numbers: set[str]) -> set[str]:
    if not numbers or not await obra.any_blocked():
        return set()
    c = t.bloqueo_telefono.c.e164
    found: set[str] = set()
    for some in bulk.chunks(sorted(numbers), PEOPLE):
        found.update(await obra.conn.scalars(sa.select(c).where(bulk.among(obra.conn, c, some))))
    return found


async def _reopen(obra: Obra, people: set[int]) -> None:
    """A case dropped for want of something to try has a new telephone: it is due again."""
    c = t.caso.c
    for ids in bulk.chunks(sorted(people - obra.fresh)):
        dropped = c.deudor_id.in_(ids) & (c.queue_state == "dropped")
        for row in await obra.conn.execute(sa.select(c.id, c.queue_state, c.queue_why, c.next_due_ms).where(dropped)):
            before = {"queue_state": row.queue_state, "queue_why": row.queue_why, "next_due_ms": row.next_due_ms}
            after = {"queue_state": "open", "queue_why": "", "next_due_ms": obra.at_ms}
            obra.changed(t.caso, row.id, before, after)
            await obra.conn.execute(sa.update(t.caso).where(c.id == row.id).values(after))
