"""What goes to a mandante, from the records: each gestión and each compromiso once, marked with its exportación."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.carteras.homologacion import Bloqueada, Hecho, Homologacion, Kind, Salida, rows
from dialer.edge import schema as t
from dialer.records import BooksRefused
from dialer.rules import midnight_ms

CHUNK = 5_000


class Wanted(msgspec.Struct, frozen=True):
    """What to export: the mandante's code, the kind, and the days in `zone`, both included."""

    mandante: str
    kind: Kind
    since: date
    until: date
    zone: str


class Exportado(msgspec.Struct, frozen=True):
    """What came of an export. `read` is `written` plus `blocked`; the `already` exported ones are not among them.

    `exportacion_id` is None where there was nothing to write, or on a dry run. `repeated`: there was nothing new, and
    the window's last file was made again; `same` tells whether byte for byte.
    """

    read: int
    written: int
    blocked: tuple[Bloqueada, ...]
    unmapped: dict[str, int]
    already: int
    exportacion_id: int | None = None
    repeated: bool = False
    same: bool = True
    file_name: str = ""
    sha256: str = ""
    content: bytes = b""


Encode = Callable[[Salida], bytes]
NameOf = Callable[[int], str]


async def export(
    conn: AsyncConnection,
    wanted: Wanted,
    it: Homologacion,
    encode: Encode,
    name_of: NameOf,
    by: str,
    at_ms: int,
    dry_run: bool,
) -> Exportado:
    """Map what was not exported yet and mark it, in one transaction; a dry run writes nothing.

    `encode` makes the file's bytes, `name_of` its name from the exportación's number. Raises `BooksRefused` for a
    mandante that was never loaded.
    """
    mandante_id = await _mandante(conn, wanted, lock=not dry_run)
    fresh = await _hechos(conn, wanted, _window(wanted, _marked(wanted).is_(None)))
    salida = rows(fresh, it, wanted.kind)
    already = await _exported(conn, wanted)
    if dry_run:
        return _exportado(salida, already)
    if not salida.rows:
        return await _again(conn, wanted, mandante_id, it, encode, salida, already)
    content = encode(salida)
    sha = hashlib.sha256(content).hexdigest()
    row: dict[str, Any] = {"mandante_id": mandante_id, "rows": len(salida.rows), "file_name": "", "sha256": sha}
    row |= {"kind": wanted.kind, "from_day": wanted.since, "to_day": wanted.until, "at_ms": at_ms, "by": by}
    number = int(await conn.scalar(sa.insert(t.exportacion).returning(t.exportacion.c.id), row))
    name = name_of(number)
    await conn.execute(sa.update(t.exportacion).where(t.exportacion.c.id == number).values(file_name=name))
    await _mark(conn, wanted, (one.id for one in salida.rows), number)
    made = {"exportacion_id": number, "file_name": name, "sha256": sha, "content": content}
    return _exportado(salida, already, **made)


async def _again(
    conn: AsyncConnection,
    wanted: Wanted,
    mandante_id: int,
    it: Homologacion,
    encode: Encode,
    nothing_new: Salida,
    already: int,
) -> Exportado:
    """The last file of exactly this window once more: what it had then, in today's words."""
    e = t.exportacion.c
    same_window = (e.kind == wanted.kind) & (e.from_day == wanted.since) & (e.to_day == wanted.until)
    latest = sa.select(t.exportacion).where(same_window, e.mandante_id == mandante_id).order_by(e.id.desc()).limit(1)
    last = (await conn.execute(latest)).first()
    if last is None:
        return _exportado(nothing_new, already)
    salida = rows(await _hechos(conn, wanted, _marked(wanted) == last.id), it, wanted.kind)
    content = encode(salida)
    sha = hashlib.sha256(content).hexdigest()
    whole = Salida(salida.rows, (*nothing_new.blocked, *salida.blocked))
    made = {"exportacion_id": last.id, "file_name": last.file_name, "sha256": sha, "content": content}
    return _exportado(whole, already - last.rows, repeated=True, same=sha == last.sha256, **made)


def _exportado(salida: Salida, already: int, **made: Any) -> Exportado:
    written, blocked = len(salida.rows), salida.blocked
    return Exportado(written + len(blocked), written, blocked, salida.unmapped, already, **made)


async def _mandante(conn: AsyncConnection, wanted: Wanted, *, lock: bool) -> int:
    """The mandante's number, its row locked: of two exports at once the second sees what the first has marked."""
    select = sa.select(t.mandante.c.id).where(t.mandante.c.code == wanted.mandante)
    number = await conn.scalar(select.with_for_update() if lock else select)
    if number is None:
        raise BooksRefused(f"there is no mandante {wanted.mandante!r} in the database: nothing was ever loaded for it")
    return int(number)


# ── what there is ───────────────────────────────────────────────────────────────────────────────────


def _marked(wanted: Wanted) -> sa.ColumnElement[Any]:
    return (t.gestion if wanted.kind == "gestiones" else t.compromiso).c.exportacion_id


def _window(wanted: Wanted, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    since = midnight_ms(wanted.since, wanted.zone)
    until = midnight_ms(wanted.until + timedelta(days=1), wanted.zone)
    at = t.gestion.c.at_ms
    return sa.and_(t.mandante.c.code == wanted.mandante, at >= since, at < until, *more)


def _joined(wanted: Wanted, *columns: Any) -> sa.Select[Any]:
    """Gestiones with their call's case and telephone; compromisos beside them, or, for their own file, in front."""
    g, with_promise = t.gestion.c, wanted.kind == "gestiones"
    return (
        sa.select(*columns)
        .select_from(t.gestion)
        .join(t.compromiso, t.compromiso.c.gestion_id == g.id, isouter=with_promise)
        .join(t.caso, t.caso.c.id == g.caso_id)
        .join(t.deudor, t.deudor.c.id == t.caso.c.deudor_id)
        .join(t.cartera, t.cartera.c.id == t.caso.c.cartera_id)
        .join(t.mandante, t.mandante.c.id == t.cartera.c.mandante_id)
        .join(t.attempt, t.attempt.c.id == g.attempt_id)
        .join(t.telefono, t.telefono.c.id == t.attempt.c.telefono_id)
    )


async def _hechos(conn: AsyncConnection, wanted: Wanted, where: sa.ColumnElement[bool]) -> list[Hecho]:
    g, c, d = t.gestion.c, t.compromiso.c, t.deudor.c
    mail = t.correo.c
    first = sa.select(sa.func.min(mail.id)).where(mail.deudor_id == d.id).correlate(t.deudor).scalar_subquery()
    email = sa.select(mail.address).where(mail.id == first).correlate(t.deudor).scalar_subquery()
    number = g.id if wanted.kind == "gestiones" else c.id
    columns = [number.label("number"), g.code, g.at_ms, g.comment, g.agent_id, d.rut, d.name, email.label("email")]
    columns += [t.cartera.c.code.label("cartera"), t.telefono.c.e164, c.due, c.amount, c.currency, c.state]
    found = await conn.execute(_joined(wanted, *columns).where(where).order_by(g.at_ms, number))
    zone = ZoneInfo(wanted.zone)
    return [_hecho(row, zone) for row in found]


def _hecho(row: Any, zone: ZoneInfo) -> Hecho:
    local = datetime.fromtimestamp(row.at_ms / 1000, UTC).astimezone(zone)
    return Hecho(
        id=row.number,
        code=row.code,
        at_local=local.strftime("%Y-%m-%dT%H:%M:%S"),
        rut=row.rut,
        name=row.name,
        cartera=row.cartera,
        phone=row.e164,
        email=row.email or "",
        comment=row.comment,
        agent=row.agent_id,
        promise_due=row.due.isoformat() if row.due else "",
        promise_amount=row.amount,
        currency=row.currency or "",
        promise_state=row.state or "",
    )


async def _exported(conn: AsyncConnection, wanted: Wanted) -> int:
    count = _joined(wanted, sa.func.count()).where(_window(wanted, _marked(wanted).is_not(None)))
    return int(await conn.scalar(count) or 0)


async def _mark(conn: AsyncConnection, wanted: Wanted, ids: Iterable[int], number: int) -> None:
    table, left = t.gestion if wanted.kind == "gestiones" else t.compromiso, iter(ids)
    while chunk := list(itertools.islice(left, CHUNK)):
        await conn.execute(sa.update(table).where(table.c.id.in_(chunk)).values(exportacion_id=number))
