"""The strategies that were published from the page, each as a version that is never changed."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from config.versions import Version
from dialer.edge import schema as t
from dialer.records import VersionTaken

COLUMNS = ("cartera", "number", "by", "at_ms", "note", "patch")


async def mark(conn: AsyncConnection) -> tuple[int, int]:
    """How many there are and the last id: of two that are committed at once, the later id may be seen first."""
    v = t.estrategia_version.c
    count, last = (await conn.execute(sa.select(sa.func.count(), sa.func.max(v.id)))).one()
    return count, last or 0


async def newest(conn: AsyncConnection) -> list[Version]:
    v = t.estrategia_version.c
    last = sa.select(v.cartera, sa.func.max(v.number).label("number")).group_by(v.cartera).subquery()
    joined = (v.cartera == last.c.cartera) & (v.number == last.c.number)
    return await _read(conn, _wanted().join_from(t.estrategia_version, last, joined))


async def versions(conn: AsyncConnection, cartera: str | None) -> list[Version]:
    """Oldest first; None: of all carteras."""
    wanted = _wanted()
    if cartera is not None:
        wanted = wanted.where(t.estrategia_version.c.cartera == cartera)
    return await _read(conn, wanted)


async def publish(conn: AsyncConnection, version: Version) -> None:
    """Raises `VersionTaken` unless it is the next number of its cartera."""
    v = t.estrategia_version.c
    last = await conn.scalar(sa.select(sa.func.max(v.number)).where(v.cartera == version.cartera)) or 0
    row = msgspec.structs.asdict(version) | {"patch": msgspec.json.encode(version.patch).decode()}
    taken = VersionTaken(f"version {version.number} of {version.cartera or 'the goals'} is not the next after {last}")
    if version.number != last + 1:
        raise taken
    try:
        await conn.execute(sa.insert(t.estrategia_version), row)
    except IntegrityError:
        raise taken from None


def _wanted() -> sa.Select[tuple[object, ...]]:
    v = t.estrategia_version.c
    return sa.select(*(v[name] for name in COLUMNS)).order_by(v.cartera, v.number)


async def _read(conn: AsyncConnection, wanted: sa.Select[tuple[object, ...]]) -> list[Version]:
    rows = (await conn.execute(wanted)).mappings()
    return [Version(**{**row, "patch": msgspec.json.decode(row["patch"])}) for row in rows]
