"""Applying a carga: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.carteras import comuna
from dialer.carteras import order as ordering
from dialer.carteras.model import Carga, Deudor, Documento, Rechazo
from dialer.edge import schema as t
from dialer.records import LoadRefused, LoadResult

CHUNK = 500
"""Keys to an IN list: SQLite takes 32,766 parameters, and short lists keep PostgreSQL's plans the same."""

ONE_LOAD_AT_A_TIME = 7_243_002
"""PostgreSQL's advisory lock: two loads at once would race for the same RUT and one would fail."""

T = TypeVar("T")
DocumentKey = tuple[int, str, str]


async def apply(conn: AsyncConnection, carga: Carga, at_ms: int, order: Sequence[str]) -> LoadResult:
    """See `Store.apply_load`."""
    if conn.dialect.name == "postgresql":
        await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_LOAD_AT_A_TIME)))
    cartera_id = await _cartera(conn, carga)
    same_file = (t.carga.c.cartera_id == cartera_id) & (t.carga.c.file_sha256 == carga.file_sha256)
    loaded: int | None = await conn.scalar(sa.select(t.carga.c.id).where(same_file))
    if loaded is not None:
        return LoadResult(loaded, already_loaded=True)
    people, deudores_new = await _deudores(conn, carga.deudores)
    casos, casos_new = await _casos(conn, cartera_id, people, at_ms)
    documents = await _documentos(conn, [(casos[people[one.rut]], one.documentos) for one in carga.deudores])
    phoned = await _telefonos(conn, people, carga.deudores)
    await _correos(conn, people, carga.deudores)
    await _reopen(conn, set(phoned), at_ms)
    await recount(conn, sorted(documents.touched), day_of(at_ms), order)
    carga_id = await _carga(conn, cartera_id, carga, at_ms)
    await _rechazos(conn, carga_id, carga, documents.conflicts)
    return LoadResult(
        carga_id,
        already_loaded=False,
        deudores_new=deudores_new,
        casos_new=casos_new,
        documentos_new=documents.new,
        documentos_known=documents.known,
        documentos_conflict=len(documents.conflicts),
        telefonos_new=len(phoned),
        rechazos=len(carga.rechazos) + len(documents.conflicts),
    )


def day_of(at_ms: int) -> date:
    """The UTC day: good enough to order calls by, never to judge a due date by."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).date()


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    listed = list(items)
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))


async def _cartera(conn: AsyncConnection, carga: Carga) -> int:
    found = (
        await conn.execute(
            sa.select(t.cartera.c.id, t.mandante.c.code)
            .join(t.mandante, t.mandante.c.id == t.cartera.c.mandante_id)
            .where(t.cartera.c.code == carga.cartera)
        )
    ).first()
    if found is None:
        values = {"mandante_id": await _mandante(conn, carga.mandante), "code": carga.cartera, "name": carga.cartera}
        return int(await conn.scalar(sa.insert(t.cartera).returning(t.cartera.c.id), values))
    if found.code != carga.mandante:
        raise LoadRefused(
            f"cartera {carga.cartera!r} belongs to mandante {found.code!r}, and the carga names {carga.mandante!r}: "
            "give another cartera or the right mandante"
        )
    return int(found.id)


async def _mandante(conn: AsyncConnection, code: str) -> int:
    found = await conn.scalar(sa.select(t.mandante.c.id).where(t.mandante.c.code == code))
    if found is None:
        found = await conn.scalar(sa.insert(t.mandante).returning(t.mandante.c.id), {"code": code, "name": code})
    return int(found)


async def _deudores(conn: AsyncConnection, deudores: Sequence[Deudor]) -> tuple[dict[str, int], int]:
    """Ids by RUT, and how many are new. A RUT that is known keeps its data; only what was blank is filled in."""
    loaded = {one.rut: one for one in deudores}
    known: dict[str, int] = {}
    blank: list[Deudor] = []
    for ruts in chunks(loaded):
        columns = sa.select(t.deudor.c.id, t.deudor.c.rut, t.deudor.c.comuna)
        for row in await conn.execute(columns.where(t.deudor.c.rut.in_(ruts))):
            known[row.rut] = row.id
            if not row.comuna and loaded[row.rut].comuna:
                blank.append(loaded[row.rut])
    rows = [_person(one) for rut, one in loaded.items() if rut not in known]
    ids = dict(known)
    if rows:
        made = await conn.execute(sa.insert(t.deudor).returning(t.deudor.c.rut, t.deudor.c.id), rows)
        ids.update((rut, number) for rut, number in made)
    await _fill_in(conn, blank)
    return ids, len(rows)


def _person(one: Deudor) -> dict[str, str]:
    place = comuna.lookup(one.comuna) or comuna.UNKNOWN
    return {
        "rut": one.rut,
        "name": one.name,
        "regime": one.regime,
        "comuna": one.comuna,
        "address": one.address,
        "zone": place.zone,
        "region": place.region,
    }


async def _fill_in(conn: AsyncConnection, blank: Sequence[Deudor]) -> None:
    if not blank:
        return
    names = ("comuna", "address", "zone", "region")
    update = sa.update(t.deudor).where(t.deudor.c.rut == sa.bindparam("b_rut"))
    rows = [{f"b_{name}": value for name, value in _person(one).items()} for one in blank]
    await conn.execute(update.values({name: sa.bindparam(f"b_{name}") for name in names}), rows)


async def _casos(
    conn: AsyncConnection, cartera_id: int, people: Mapping[str, int], at_ms: int
) -> tuple[dict[int, int], int]:
    """Case ids by deudor id, and how many are new."""
    casos: dict[int, int] = {}
    for ids in chunks(people.values()):
        mine = t.caso.c.deudor_id.in_(ids) & (t.caso.c.cartera_id == cartera_id)
        found = await conn.execute(sa.select(t.caso.c.deudor_id, t.caso.c.id).where(mine))
        casos.update((person, case) for person, case in found)
    rows = [
        {"deudor_id": person, "cartera_id": cartera_id, "assigned_ms": at_ms, "next_due_ms": at_ms}
        for person in people.values()
        if person not in casos
    ]
    if rows:
        made = await conn.execute(sa.insert(t.caso).returning(t.caso.c.deudor_id, t.caso.c.id), rows)
        casos.update((person, case) for person, case in made)
    return casos, len(rows)


class _Documents:
    """What became of a carga's documents; `touched` are the cases that got a new one."""

    def __init__(self) -> None:
        self.new = 0
        self.known = 0
        self.conflicts: list[tuple[Documento, Decimal]] = []
        self.touched: set[int] = set()


async def _documentos(conn: AsyncConnection, cases: Sequence[tuple[int, tuple[Documento, ...]]]) -> _Documents:
    there: dict[DocumentKey, tuple[Decimal, str]] = {}
    c = t.documento.c
    for ids in chunks(dict.fromkeys(case for case, _ in cases)):
        found = await conn.execute(
            sa.select(c.caso_id, c.kind, c.number, c.saldo, c.currency).where(c.caso_id.in_(ids))
        )
        there.update(((case, kind, number), (saldo, money)) for case, kind, number, saldo, money in found)
    seen = _Documents()
    rows = [_document(case, one) for case, documents in cases for one in documents if _is_new(seen, there, case, one)]
    if rows:
        await conn.execute(sa.insert(t.documento), rows)
    seen.new = len(rows)
    return seen


def _is_new(seen: _Documents, there: dict[DocumentKey, tuple[Decimal, str]], case: int, one: Documento) -> bool:
    key = (case, one.kind, one.number)
    before = there.get(key)
    if before is None:
        there[key] = (one.saldo, one.currency)
        seen.touched.add(case)
        return True
    seen.known += 1
    if before != (one.saldo, one.currency):
        seen.conflicts.append((one, before[0]))
    return False


def _document(case: int, one: Documento) -> dict[str, Any]:
    return {
        "caso_id": case,
        "kind": one.kind,
        "number": one.number,
        "amount": one.amount,
        "saldo": one.saldo,
        "currency": one.currency,
        "issued": date.fromisoformat(one.issued) if one.issued else None,
        "due": date.fromisoformat(one.due),
    }


async def _telefonos(conn: AsyncConnection, people: Mapping[str, int], deudores: Sequence[Deudor]) -> list[int]:
    """The deudor of each telephone that is new."""
    wanted = {(people[one.rut], phone.e164): phone.kind for one in deudores for phone in one.telefonos}
    missing = await _missing(conn, t.telefono.c.deudor_id, t.telefono.c.e164, wanted)
    if missing:
        rows = [{"deudor_id": person, "e164": e164, "kind": wanted[person, e164]} for person, e164 in missing]
        await conn.execute(sa.insert(t.telefono), rows)
    return [person for person, _ in missing]


async def _correos(conn: AsyncConnection, people: Mapping[str, int], deudores: Sequence[Deudor]) -> None:
    wanted = dict.fromkeys((people[one.rut], address) for one in deudores for address in one.emails)
    missing = await _missing(conn, t.correo.c.deudor_id, t.correo.c.address, wanted)
    if missing:
        rows = [{"deudor_id": person, "address": address} for person, address in missing]
        await conn.execute(sa.insert(t.correo), rows)


async def _missing(
    conn: AsyncConnection, owner: sa.Column[int], value: sa.Column[str], wanted: Iterable[tuple[int, str]]
) -> list[tuple[int, str]]:
    pairs = list(wanted)
    there: set[tuple[int, str]] = set()
    for ids in chunks(dict.fromkeys(person for person, _ in pairs)):
        found = await conn.execute(sa.select(owner, value).where(owner.in_(ids)))
        there.update((person, what) for person, what in found)
    return [pair for pair in pairs if pair not in there]


async def _reopen(conn: AsyncConnection, people: set[int], at_ms: int) -> None:
    """A case dropped for want of something to try has a new telephone: it is due again."""
    for ids in chunks(sorted(people)):
        dropped = t.caso.c.deudor_id.in_(ids) & (t.caso.c.queue_state == "dropped")
        await conn.execute(
            sa.update(t.caso).where(dropped).values(queue_state="open", queue_why="", next_due_ms=at_ms)
        )


async def recount(conn: AsyncConnection, cases: Sequence[int], today: date, order: Sequence[str]) -> None:
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
        await _rescore(conn, ids, totals, today, order)


async def _totals(conn: AsyncConnection, ids: list[int]) -> tuple[dict[int, dict[str, Decimal]], dict[int, date]]:
    c = t.documento.c
    totals: dict[int, dict[str, Decimal]] = defaultdict(dict)
    summed = sa.select(c.caso_id, c.currency, sa.func.sum(c.saldo)).where(c.caso_id.in_(ids))
    for case, money, amount in await conn.execute(summed.group_by(c.caso_id, c.currency)):
        totals[case][money] = amount
    unpaid = sa.select(c.caso_id, sa.func.min(c.due)).where(c.caso_id.in_(ids) & (c.saldo > Decimal(0)))
    return totals, {case: due for case, due in await conn.execute(unpaid.group_by(c.caso_id))}


async def _rescore(
    conn: AsyncConnection,
    ids: list[int],
    totals: Mapping[int, Mapping[str, Decimal]],
    today: date,
    order: Sequence[str],
) -> None:
    c = t.caso.c
    columns = sa.select(c.id, c.oldest_due, c.promise_due, c.assigned_ms).where(c.id.in_(ids))
    scores = [
        {"b_id": row.id, "b_score": ordering.score(order, _inputs(row, totals.get(row.id, {}), today))}
        for row in await conn.execute(columns)
    ]
    update = sa.update(t.caso).where(c.id == sa.bindparam("b_id"))
    await conn.execute(update.values(score=sa.bindparam("b_score")), scores)


def _inputs(row: Any, saldos: Mapping[str, Decimal], today: date) -> ordering.Inputs:
    return ordering.Inputs(
        saldo=ordering.rough_clp(saldos),
        days_overdue=(today - row.oldest_due).days if row.oldest_due else 0,
        days_assigned=(today - day_of(row.assigned_ms)).days,
        promise_days=(today - row.promise_due).days if row.promise_due else None,
    )


async def rescore(conn: AsyncConnection, cartera: str, today: date, order: Sequence[str]) -> int:
    """See `Store.rescore`."""
    of_cartera = sa.select(t.cartera.c.id).where(t.cartera.c.code == cartera).scalar_subquery()
    wanted = (t.caso.c.cartera_id == of_cartera) & (t.caso.c.queue_state == "open")
    cases = list(await conn.scalars(sa.select(t.caso.c.id).where(wanted)))
    for ids in chunks(cases):
        totals: dict[int, dict[str, Decimal]] = defaultdict(dict)
        c = t.saldo.c
        found = await conn.execute(sa.select(c.caso_id, c.currency, c.amount).where(c.caso_id.in_(ids)))
        for case, money, amount in found:
            totals[case][money] = amount
        await _rescore(conn, ids, totals, today, order)
    return len(cases)


async def _carga(conn: AsyncConnection, cartera_id: int, carga: Carga, at_ms: int) -> int:
    totals = carga.totals
    row = {
        "cartera_id": cartera_id,
        "file_name": carga.file_name,
        "file_sha256": carga.file_sha256,
        "at_ms": at_ms,
        "rows_read": totals.rows_read,
        "rows_loaded": totals.rows_loaded,
        "rows_rejected": totals.rows_rejected,
        "deudores": totals.deudores,
        "documentos": totals.documentos,
    }
    carga_id = int(await conn.scalar(sa.insert(t.carga).returning(t.carga.c.id), row))
    sums = [{"carga_id": carga_id, "currency": money, "amount": amount} for money, amount in totals.saldo.items()]
    if sums:
        await conn.execute(sa.insert(t.carga_saldo), sums)
    return carga_id


async def _rechazos(
    conn: AsyncConnection, carga_id: int, carga: Carga, conflicts: Sequence[tuple[Documento, Decimal]]
) -> None:
    """Rows that the reader refused, values it dropped from rows it took, documents known with another saldo (row 0)."""
    rows = [_rechazo(carga_id, bad, loaded=False) for bad in carga.rechazos]
    rows += [_rechazo(carga_id, note, loaded=True) for note in carga.avisos]
    rows += [
        {
            "carga_id": carga_id,
            "row_number": 0,
            "row_loaded": False,
            "field": "SALDO",
            "value": str(one.saldo),
            "reason": "conflict",
            "detail": f"{one.kind} {one.number} ya está cargada con saldo {before}: una asignación no cambia saldos",
        }
        for one, before in conflicts
    ]
    if rows:
        await conn.execute(sa.insert(t.carga_rechazo), rows)


def _rechazo(carga_id: int, bad: Rechazo, *, loaded: bool) -> dict[str, Any]:
    return {
        "carga_id": carga_id,
        "row_number": bad.row,
        "row_loaded": loaded,
        "field": bad.column,
        "value": bad.value,
        "reason": bad.reason,
        "detail": bad.detail,
    }
