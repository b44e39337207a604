"""The records: everything that must still be true after a power cut.

SQLite keeps its write-ahead log with ``synchronous=FULL``: the log is flushed to disk at every commit. ``NORMAL`` would
be quicker (no flush), but after a power cut the last commits are gone, and an attempt that was "recorded first" would
have been placed without a record. The price is one disk flush a commit, and the `Recorder` puts all that waits
into one commit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from agents.usuario import Usuario
from dialer.carteras.model import Carga
from dialer.commands import Command, RecordAttempt
from dialer.contact import Contact
from dialer.edge import (
    migrate,
    schema,
    store_calls,
    store_card,
    store_gestion,
    store_load,
    store_reads,
    store_users,
)
from dialer.events import AttemptReopened
from dialer.records import BooksDown, BooksRefused, LoadResult, PendingAttempt, QueueEntry, SaveGestion

CONNECT_S = 5.0
STATEMENT_S = 20.0
BUSY_MS = 5_000
ORDER = ("saldo", "mora")
TRANSIENT_SQLSTATES = ("08", "40", "53", "55", "57", "58")
"""PostgreSQL's classes: connection, rolled back, resources, not in the needed state, operator intervention, system."""


class Store:
    """Every method raises `BooksDown` (cannot be reached: try again) or `BooksRefused` (it will never take this)."""

    def __init__(self, writing: AsyncEngine, reading: AsyncEngine) -> None:
        self._writing = writing
        self._reading = reading
        self._carteras: dict[str, int] = {}

    @classmethod
    async def open(cls, url: str, *, migrate: bool = True) -> Store:
        """Connect and, with `migrate`, bring the tables up to date. `url` as in `config.settings.Settings.database`."""
        parsed = _parse(url)
        store = cls(_engine(parsed, writing=True), _engine(parsed, writing=False))
        try:
            if migrate:
                await store._migrate()
        except BaseException:
            await store.close()
            raise
        return store

    async def close(self) -> None:
        await self._writing.dispose()
        await self._reading.dispose()

    async def _migrate(self) -> None:
        async with self._write() as conn:
            await conn.run_sync(migrate.to_head)

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[AsyncConnection]:
        with _translated():
            async with self._writing.begin() as conn:
                yield conn

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        with _translated():
            async with self._reading.connect() as conn:
                yield conn

    # ── carteras ────────────────────────────────────────────────────────────────────────────────────

    async def apply_load(self, carga: Carga, at_ms: int, order: Sequence[str] = ORDER) -> LoadResult:
        """Apply a carga, all or nothing; `order` (the cartera's strategy) scores its cases.

        The same file again changes nothing. A document that is there stays as it is. A debtor known by their RUT, from
        whatever mandante, stays one deudor. Raises `LoadRefused` when the cartera belongs to another mandante.
        """
        async with self._write() as conn:
            return await store_load.apply(conn, carga, at_ms, order)

    async def rescore(self, cartera: str, order: Sequence[str], now_ms: int) -> int:
        """Score the cartera's open cases anew (each morning, or when its strategy's order changes); how many."""
        async with self._write() as conn:
            return await store_load.rescore(conn, cartera, store_load.day_of(now_ms), order)

    async def queue_entries(self, cartera: str) -> list[QueueEntry]:
        """All cases that belong in the queue: open, not stopped, with a valid telephone, and with no call in progress
        and no gestión owed (those come back by `ReturnContact`)."""
        async with self._read() as conn:
            return await store_reads.queue_entries(conn, cartera)

    async def contacts(self, case_ids: Sequence[int], now_ms: int) -> list[store_reads.Dialable]:
        """Each case as the rules judge it, with its telephone numbers by `phone_id`, in the order asked.

        The history is the person's with the mandante, of the last 35 days. A case that has left the queue meanwhile is
        left out: whoever claimed it drops it.
        """
        async with self._read() as conn:
            return await store_reads.contacts(conn, case_ids, now_ms, only_open=True)

    async def progress(self, cartera: str) -> dict[str, Any]:
        """Counts: ``cases, open, touched`` (rang), ``contacted`` (a person answered), ``gestiones {code: n}``."""
        async with self._read() as conn:
            return await store_reads.progress(conn, cartera)

    # ── calls ───────────────────────────────────────────────────────────────────────────────────────

    async def write(self, commands: Sequence[Command], node: str) -> None:
        """Commit a batch of RecordAttempt, NoteAnswered, NoteConnected, CloseAttempt, ReturnContact, DropContact.

        One transaction; any other command is a `TypeError`. Writing a batch again after a lost answer changes nothing,
        except that a `RecordAttempt` is refused the second time.
        """
        foreign = next((one for one in commands if not isinstance(one, store_calls.OURS)), None)
        if foreign is not None:
            raise TypeError(f"{type(foreign).__name__} is not a command for the store")
        async with self._write() as conn:
            carteras = await self._ids(conn, {one.cartera for one in commands if isinstance(one, RecordAttempt)})
            await store_calls.write(conn, commands, node, carteras)

    async def forget(self, attempt_ids: Sequence[str]) -> None:
        """Erase attempts that were never placed: their record may or may not have been committed."""
        async with self._write() as conn:
            await store_calls.forget(conn, attempt_ids)

    async def _ids(self, conn: AsyncConnection, codes: set[str]) -> dict[str, int]:
        if not codes <= self._carteras.keys():
            c = schema.cartera.c
            found = await conn.execute(sa.select(c.code, c.id).where(c.code.in_(codes)))
            self._carteras.update((code, number) for code, number in found)
        unknown = sorted(codes - self._carteras.keys())
        if unknown:
            raise BooksRefused(f"there is no cartera {unknown[0]!r} in the database: nothing was ever loaded into it")
        return self._carteras

    async def open_attempts(self, node: str, now_ms: int) -> list[AttemptReopened]:
        """The node's attempts whose end was never written: what a restarted engine asks Asterisk about."""
        async with self._read() as conn:
            return await store_reads.open_attempts(conn, node, now_ms)

    # ── gestiones ───────────────────────────────────────────────────────────────────────────────────

    async def save_gestion(self, it: SaveGestion) -> int:
        """Commit a gestión and its effects; its id. Saying the same again gives the same id.

        Raises `GestionExists` when the call already has another one, `BooksRefused` when there is no such call.
        """
        async with self._write() as conn:
            return await store_gestion.save(conn, it)

    async def pending_attempts(self, agent_id: str) -> list[PendingAttempt]:
        """The ejecutivo's conversations without gestión, oldest first (one still going on among them)."""
        async with self._read() as conn:
            return await store_reads.pending_attempts(conn, agent_id)

    async def call_contact(self, attempt_id: str, agent_id: str, now_ms: int) -> Contact | None:
        """Whose call it was, if it was this ejecutivo's; None otherwise. Its case may have left the queue since."""
        async with self._read() as conn:
            return await store_reads.call_contact(conn, attempt_id, agent_id, now_ms)

    async def card(self, case_id: int, phone_id: int, today: date) -> dict[str, Any]:
        """The screen of a case (see store_card.py), with `phone_id` marked as the one on the line."""
        async with self._read() as conn:
            return await store_card.card(conn, case_id, phone_id, today)

    # ── people ──────────────────────────────────────────────────────────────────────────────────────

    async def add_usuario(self, one: Usuario) -> None:
        """A new usuario, or new data for one who is there."""
        async with self._write() as conn:
            await store_users.add(conn, one)

    async def usuario(self, code: str) -> Usuario | None:
        async with self._read() as conn:
            return await store_users.one(conn, code)

    async def usuarios(self) -> list[Usuario]:
        async with self._read() as conn:
            return await store_users.everybody(conn)

    async def open_session(self, code: str, token_sha256: str, expires_ms: int) -> None:
        async with self._write() as conn:
            await store_users.open_session(conn, code, token_sha256, expires_ms)

    async def session_user(self, token_sha256: str, now_ms: int) -> Usuario | None:
        """Whose session it is; None when it is unknown or over, or its usuario is no longer active."""
        async with self._read() as conn:
            return await store_users.session_user(conn, token_sha256, now_ms)

    async def close_session(self, token_sha256: str) -> None:
        async with self._write() as conn:
            await store_users.close_session(conn, token_sha256)

    async def forget_sessions(self, before_ms: int) -> int:
        """Delete the sessions that expired before; how many there were."""
        async with self._write() as conn:
            return await store_users.forget_sessions(conn, before_ms)


# ── engines ─────────────────────────────────────────────────────────────────────────────────────────


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BooksRefused(f"database: {_DRIVERS}") from None
    if parsed.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
        raise BooksRefused(f"database: {parsed.drivername!r} is not one of ours: {_DRIVERS}")
    if parsed.drivername == "sqlite+aiosqlite" and parsed.database in (None, "", ":memory:"):
        raise BooksRefused("database: SQLite in memory keeps no records: give a file (sqlite+aiosqlite:///cintillo.db)")
    return parsed


_DRIVERS = "use sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE"


def _engine(url: URL, *, writing: bool) -> AsyncEngine:
    """Personal data never reaches an error message (`hide_parameters`)."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, writing=writing)
    times = {"timeout": CONNECT_S, "command_timeout": STATEMENT_S}
    return create_async_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=times)


def _sqlite(url: URL, *, writing: bool) -> AsyncEngine:
    """One writing connection, which takes the write lock as it begins: a lock taken half-way can be refused at once."""
    size = 1 if writing else 4
    engine = create_async_engine(url, hide_parameters=True, pool_size=size, max_overflow=0, pool_timeout=STATEMENT_S)
    sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
    sa.event.listen(engine.sync_engine, "begin", lambda conn: conn.exec_driver_sql(begin))
    return engine


def _prepare_sqlite(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None  # the driver would begin transactions by itself, and too late
    cursor = dbapi.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


# ── errors ──────────────────────────────────────────────────────────────────────────────────────────


class _translated:
    """Database and network errors as the two kinds that callers can act on."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError | TimeoutError | PoolTimeout):
            raise BooksDown(f"the database cannot be reached: {type(error).__name__}") from error
        if isinstance(error, SQLAlchemyError):
            raise (BooksDown if _passes(error) else BooksRefused)(f"the database said: {_said(error)}") from error


def _passes(error: SQLAlchemyError) -> bool:
    """Whether the same may well succeed later."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return str(state).startswith(TRANSIENT_SQLSTATES)
    name = getattr(error.orig, "sqlite_errorname", "")
    if name:
        return not name.startswith(("SQLITE_CONSTRAINT", "SQLITE_ERROR", "SQLITE_MISMATCH", "SQLITE_RANGE"))
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def _said(error: SQLAlchemyError) -> str:
    """The kind of error and, where that is safe, what it is about: a row's values may name a person."""
    cause: BaseException = getattr(error, "orig", None) or error
    if isinstance(cause, ValueError | sqlite3.Error):
        return f"{type(cause).__name__}: {cause}"
    constraint = getattr(cause.__cause__, "constraint_name", None)
    return f"{type(cause.__cause__ or cause).__name__}" + (f" ({constraint})" if constraint else "")
