"""Applying a load of any kind, all or nothing, and telling what loads there were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agents.supervision import Act
from dialer.carteras.model import Carga, Rechazo
from dialer.edge import schema as t
from dialer.edge import store_bulk as bulk
from dialer.edge import store_load_asignacion as asignacion
from dialer.edge import store_load_personas as personas
from dialer.edge import store_load_saldos as saldos
from dialer.edge import store_piso
from dialer.edge.store_obra import PLAIN, Obra, Scope, Wanted
from dialer.records import CargaListed, LoadRefused, LoadResult

ONE_LOAD_AT_A_TIME = 7_243_002
"""PostgreSQL's advisory lock: two loads at once would race for the same RUT and one would fail."""

LISTED_MAX = 500

KINDS: dict[str, Callable[[Obra], Awaitable[None]]] = {
    "asignacion": asignacion.apply,
    "saldos": saldos.apply_saldos,
    "pagos": saldos.apply_pagos,
    "retiros": saldos.apply_retiros,
    "demograficos": personas.apply_demograficos,
    "externas": personas.apply_externas,
    "bloqueos": personas.apply_bloqueos,
    "uf": personas.apply_uf,
}
NOBODYS = ("uf", "bloqueos")
"""Kinds that need no mandante."""
BRINGING = ("asignacion", "saldos", "demograficos")
"""Kinds that may bring a case into the queue, new or again."""


async def apply(
    conn: AsyncConnection, carga: Carga, at_ms: int, order: Sequence[str], wanted: Wanted = PLAIN
) -> LoadResult:
    """See `Store.apply_load`."""
    await lock(conn)
    await bulk.prepare(conn)
    scope = await _scope(conn, carga)
    loaded = await _same_file(conn, carga, scope)
    if loaded is not None:
        return LoadResult(loaded, already_loaded=True, before=(sums := await _owed(conn, scope)), after=sums)
    obra = Obra(conn, carga, scope, at_ms, order, wanted)
    before = await _owed(conn, scope)
    obra.carga_id = await _insert(obra)
    await KINDS[carga.kind](obra)
    await saldos.settle(obra)
    await obra.log()
    await _finish(obra)
    await _audit(obra)
    return _result(obra, before, await _owed(conn, scope))


async def lock(conn: AsyncConnection) -> None:
    """Loads and their undoing take turns; SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_LOAD_AT_A_TIME)))


def _result(obra: Obra, before: dict[str, Decimal], after: dict[str, Decimal]) -> LoadResult:
    counts = obra.counts
    return LoadResult(
        obra.carga_id,
        already_loaded=False,
        deudores_new=counts.get("deudores_new", 0),
        casos_new=counts.get("casos_new", 0),
        documentos_new=counts.get("documentos_new", 0),
        documentos_known=counts.get("documentos_known", 0),
        documentos_conflict=counts.get("documentos_conflict", 0),
        telefonos_new=counts.get("telefonos_new", 0),
        rechazos=len(obra.carga.rechazos) + len(obra.refused),
        rows_new=counts.get("rows_new", 0),
        rows_changed=counts.get("rows_changed", 0),
        rows_unchanged=counts.get("rows_unchanged", 0),
        refused=tuple(obra.refused),
        remarks=tuple(obra.notices),
        before=before,
        after=after,
        efectos=tuple(sorted(obra.efectos, key=lambda one: one.row)),
    )


# ── whose debtors ───────────────────────────────────────────────────────────────────────────────────


async def _scope(conn: AsyncConnection, carga: Carga) -> Scope:
    """Raises `LoadRefused` for a mandante or a cartera that does not fit the load."""
    if carga.kind == "asignacion":
        return await _assigned(conn, carga)
    if not carga.mandante and carga.kind in NOBODYS:
        return Scope(None, None, "")
    mandante_id = await conn.scalar(sa.select(t.mandante.c.id).where(t.mandante.c.code == carga.mandante))
    if mandante_id is None:
        raise LoadRefused(f"there is no mandante {carga.mandante!r}: load its asignación first, or correct --mandante")
    if not carga.cartera:
        return Scope(mandante_id, None, f"{carga.mandante}/")
    return Scope(mandante_id, await _its_cartera(conn, carga), f"{carga.mandante}/{carga.cartera}")


async def _its_cartera(conn: AsyncConnection, carga: Carga) -> int:
    found = await _cartera(conn, carga)
    if found is None:
        raise LoadRefused(f"there is no cartera {carga.cartera!r}: load its asignación first, or correct --cartera")
    return int(found.id)


async def _assigned(conn: AsyncConnection, carga: Carga) -> Scope:
    """The cartera of an asignación, made with its mandante where it is the first one."""
    if not carga.mandante or not carga.cartera:
        raise LoadRefused("an asignación needs its mandante and its cartera: give both")
    word = f"{carga.mandante}/{carga.cartera}"
    found = await _cartera(conn, carga)
    if found is not None:
        return Scope(found.mandante_id, found.id, word)
    mandante_id = await _mandante(conn, carga.mandante)
    values = {"mandante_id": mandante_id, "code": carga.cartera, "name": carga.cartera}
    return Scope(mandante_id, await conn.scalar(sa.insert(t.cartera).returning(t.cartera.c.id), values), word)


async def _cartera(conn: AsyncConnection, carga: Carga) -> Any:
    c, m = t.cartera.c, t.mandante.c
    wanted = sa.select(c.id, c.mandante_id, m.code).join(t.mandante, m.id == c.mandante_id)
    found = (await conn.execute(wanted.where(c.code == carga.cartera))).first()
    if found is not None and found.code != carga.mandante:
        raise LoadRefused(
            f"cartera {carga.cartera!r} belongs to mandante {found.code!r}, and the carga names {carga.mandante!r}: "
            "give another cartera or the right mandante"
        )
    return found


async def _mandante(conn: AsyncConnection, code: str) -> int:
    found = await conn.scalar(sa.select(t.mandante.c.id).where(t.mandante.c.code == code))
    if found is None:
        found = await conn.scalar(sa.insert(t.mandante).returning(t.mandante.c.id), {"code": code, "name": code})
    return int(found)


async def _owed(conn: AsyncConnection, scope: Scope) -> dict[str, Decimal]:
    """Σ saldo by currency of the load's carteras."""
    if scope.mandante_id is None:
        return {}
    s, c = t.saldo.c, t.cartera.c
    whose = c.id == scope.cartera_id if scope.cartera_id is not None else c.mandante_id == scope.mandante_id
    summed = (
        sa.select(s.currency, sa.func.sum(s.amount))
        .join(t.caso, t.caso.c.id == s.caso_id)
        .join(t.cartera, c.id == t.caso.c.cartera_id)
        .where(whose)
        .group_by(s.currency)
        .order_by(s.currency)
    )
    return {money: amount for money, amount in await conn.execute(summed)}


# ── the load itself ─────────────────────────────────────────────────────────────────────────────────


async def _same_file(conn: AsyncConnection, carga: Carga, scope: Scope) -> int | None:
    c = t.carga.c
    same = (c.kind == carga.kind) & (c.scope == scope.word) & (c.file_sha256 == carga.file_sha256)
    found: int | None = await conn.scalar(sa.select(c.id).where(same, c.state == "applied"))
    return found


async def _insert(obra: Obra) -> int:
    carga, totals = obra.carga, obra.carga.totals
    row = {
        "kind": carga.kind,
        "scope": obra.scope.word,
        "mandante_id": obra.scope.mandante_id,
        "cartera_id": obra.scope.cartera_id,
        "template": obra.wanted.template,
        "file_name": carga.file_name,
        "file_sha256": carga.file_sha256,
        "at_ms": obra.at_ms,
        "loaded_by": obra.wanted.by,
        "rows_read": totals.rows_read,
        "rows_loaded": totals.rows_loaded,
        "rows_rejected": totals.rows_rejected,
        "deudores": totals.deudores,
        "documentos": totals.documentos,
    }
    carga_id = int(await obra.conn.scalar(sa.insert(t.carga).returning(t.carga.c.id), row))
    sums = [{"carga_id": carga_id, "currency": money, "amount": amount} for money, amount in totals.saldo.items()]
    if sums:
        await obra.conn.execute(sa.insert(t.carga_saldo), sums)
    return carga_id


async def _finish(obra: Obra) -> None:
    """Rows that the reader refused, that the books refused, and values or rows with a remark."""
    rows = [_rechazo(obra.carga_id, bad, loaded=False) for bad in (*obra.carga.rechazos, *obra.refused)]
    rows += [_rechazo(obra.carga_id, note, loaded=True) for note in (*obra.carga.avisos, *obra.notices)]
    columns = ("carga_id", "row_number", "row_loaded", "field", "value", "reason", "detail")
    await bulk.insert(obra.conn, t.carga_rechazo, columns, rows)
    if obra.refused:
        c, n = t.carga.c, len(obra.refused)
        moved = {"rows_loaded": c.rows_loaded - n, "rows_rejected": c.rows_rejected + n}
        await obra.conn.execute(sa.update(t.carga).where(c.id == obra.carga_id).values(moved))


async def _audit(obra: Obra) -> None:
    carga = obra.carga
    loaded = carga.totals.rows_loaded - len(obra.refused)
    told = {"kind": carga.kind, "mandante": carga.mandante, "cartera": carga.cartera, "rows": loaded}
    await store_piso.audit(obra.conn, Act(obra.at_ms, obra.wanted.by, "load", str(obra.carga_id), told))


def _rechazo(carga_id: int, bad: Rechazo, *, loaded: bool) -> tuple[Any, ...]:
    return (carga_id, bad.row, loaded, bad.column, bad.value, bad.reason, bad.detail)


# ── what loads there were ───────────────────────────────────────────────────────────────────────────


async def listed(conn: AsyncConnection, mandante: str = "", limit: int = LISTED_MAX) -> list[CargaListed]:
    """Loads, newest first; of one mandante, or all."""
    c = t.carga.c
    wanted = (
        sa.select(t.carga, t.mandante.c.code.label("mandante"), t.cartera.c.code.label("cartera"))
        .outerjoin(t.mandante, t.mandante.c.id == c.mandante_id)
        .outerjoin(t.cartera, t.cartera.c.id == c.cartera_id)
        .order_by(c.id.desc())
        .limit(min(limit, LISTED_MAX))
    )
    if mandante:
        wanted = wanted.where(t.mandante.c.code == mandante)
    rows = (await conn.execute(wanted)).all()
    sums: dict[int, dict[str, Decimal]] = defaultdict(dict)
    s = t.carga_saldo.c
    for one in await conn.execute(sa.select(t.carga_saldo).where(s.carga_id.in_([row.id for row in rows]))):
        sums[one.carga_id][one.currency] = one.amount
    return [_listed(row, sums[row.id]) for row in rows]


async def mark(conn: AsyncConnection) -> tuple[int, int]:
    """See `Store.loads_mark`."""
    c = t.carga.c
    undone = sa.func.count(sa.case((c.state == "undone", 1)))
    bringing = sa.func.max(sa.case((c.kind.in_(BRINGING), c.id)))
    last, taken_back = (await conn.execute(sa.select(sa.func.coalesce(bringing, 0), undone))).one()
    return last, taken_back


def _listed(row: Any, saldo: dict[str, Decimal]) -> CargaListed:
    return CargaListed(
        row.id,
        *(row.kind, row.mandante or "", row.cartera or "", row.file_name, row.state, row.at_ms, row.loaded_by),
        *(row.rows_read, row.rows_loaded, row.rows_rejected, saldo, row.undone_ms, row.undone_by),
    )


async def rechazos(conn: AsyncConnection, carga_id: int) -> tuple[tuple[Rechazo, ...], tuple[Rechazo, ...]]:
    """See `Store.load_rechazos`; both in the order of the file."""
    if await conn.scalar(sa.select(t.carga.c.id).where(t.carga.c.id == carga_id)) is None:
        raise LoadRefused(f"there is no load {carga_id}: `cintillo load list` shows those there are")
    c = t.carga_rechazo.c
    columns = sa.select(c.row_loaded, c.row_number, c.field, c.value, c.reason, c.detail).where(c.carga_id == carga_id)
    rows = (await conn.execute(columns.order_by(c.row_number, c.id))).all()
    bad, notes = ([Rechazo(*row[1:]) for row in rows if row.row_loaded is loaded] for loaded in (False, True))
    return tuple(bad), tuple(notes)
