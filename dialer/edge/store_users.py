"""Who may come in, and their open sessions. A token is known only by its SHA-256."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from agents.usuario import Usuario
from dialer.edge import schema as t
from dialer.records import BooksRefused

U = t.usuario.c
_COLUMNS = [t.usuario.c[name] for name in Usuario.__struct_fields__]


def _usuario(row: Any) -> Usuario:
    return Usuario(**row._mapping)


async def add(conn: AsyncConnection, one: Usuario) -> None:
    """A new usuario, or new data for one who is there."""
    values = msgspec.structs.asdict(one)
    changed = await conn.execute(sa.update(t.usuario).where(U.code == one.code).values(values))
    if changed.rowcount == 0:
        await conn.execute(sa.insert(t.usuario), values)


async def one(conn: AsyncConnection, code: str) -> Usuario | None:
    row = (await conn.execute(sa.select(*_COLUMNS).where(U.code == code))).first()
    return _usuario(row) if row is not None else None


async def everybody(conn: AsyncConnection) -> list[Usuario]:
    return [_usuario(row) for row in await conn.execute(sa.select(*_COLUMNS).order_by(U.code))]


async def open_session(conn: AsyncConnection, code: str, token_sha256: str, expires_ms: int) -> None:
    number = await conn.scalar(sa.select(U.id).where(U.code == code))
    if number is None:
        raise BooksRefused(f"there is no usuario {code!r}: no session can be opened for them")
    row = {"token_sha256": token_sha256, "usuario_id": number, "expires_ms": expires_ms}
    await conn.execute(sa.insert(t.session), row)


async def session_user(conn: AsyncConnection, token_sha256: str, now_ms: int) -> Usuario | None:
    s = t.session.c
    live = (s.token_sha256 == token_sha256) & (s.expires_ms > now_ms) & U.active
    row = (await conn.execute(sa.select(*_COLUMNS).join(t.session, s.usuario_id == U.id).where(live))).first()
    return _usuario(row) if row is not None else None


async def close_session(conn: AsyncConnection, token_sha256: str) -> None:
    await conn.execute(sa.delete(t.session).where(t.session.c.token_sha256 == token_sha256))


async def forget_sessions(conn: AsyncConnection, before_ms: int) -> int:
    """Delete the sessions that expired before; how many there were."""
    return (await conn.execute(sa.delete(t.session).where(t.session.c.expires_ms < before_ms))).rowcount
