"""Many rows in one go: COPY in PostgreSQL, one prepared statement in SQLite."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar, cast

import asyncpg
import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.edge import schema as t
from dialer.records import BooksDown, BooksRefused

T = TypeVar("T")

CHUNK = 500
"""Keys to an IN list: SQLite takes 32,766 parameters, and short lists keep PostgreSQL's plans the same."""

CACHE_KIB = 65_536
"""SQLite's page cache once a load has run: its indexes are written in the order of the file, which is none."""

UNITS = Decimal(10) ** t.MONEY_PLACES


class Native:
    """Values as the driver takes them, for rows that do not pass through SQLAlchemy's types."""

    def __init__(self, conn: AsyncConnection) -> None:
        self.sqlite = conn.dialect.name == "sqlite"

    def money(self, amount: Decimal) -> Any:
        """Raises `BooksRefused` for an amount that cannot be kept exactly."""
        units = amount * UNITS
        whole = int(units)
        if whole != units or abs(amount) >= t.MONEY_MAX:
            raise BooksRefused(
                f"the database said: ValueError: amount {amount}: more than {t.MONEY_PLACES} decimals or 14 digits "
                "cannot be kept exactly"
            )
        return whole if self.sqlite else amount

    def day(self, day: date | None) -> Any:
        return day.isoformat() if self.sqlite and day else day


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items, so many at a time; they are gone through once and never held together."""
    waiting = iter(items)
    while chunk := list(islice(waiting, size)):
        yield chunk


def among(conn: AsyncConnection, column: sa.ColumnElement[T], keys: Sequence[T]) -> sa.ColumnElement[bool]:
    """`column.in_(keys)` for thousands of keys, as one parameter: the statement is the same however many there are."""
    if conn.dialect.name == "postgresql":
        return column == sa.any_(sa.literal(list(keys), ARRAY(column.type)))
    words = msgspec.json.encode(list(keys)).decode()
    return column.in_(sa.select(sa.func.json_each(words).table_valued("value").c.value))


async def ahead(items: Iterator[T]) -> AsyncIterator[T]:
    """The items, each made in a thread while the one before it is being worked on."""
    done = object()
    waiting = asyncio.create_task(asyncio.to_thread(next, items, done))
    try:
        while (item := await waiting) is not done:
            waiting = asyncio.create_task(asyncio.to_thread(next, items, done))
            yield cast(T, item)
    finally:
        await asyncio.wait([waiting])


async def insert(conn: AsyncConnection, table: sa.Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of native values; columns not named get their default. Raises `BooksDown` and `BooksRefused`.

    The connection must be inside a transaction that has begun: COPY goes past SQLAlchemy, which begins it lazily.
    """
    if not rows:
        return
    if conn.dialect.name == "postgresql":
        await _copy(conn, table.name, columns, rows)
        return
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    await conn.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', list(map(tuple, rows)))


async def _copy(conn: AsyncConnection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    raw = (await conn.get_raw_connection()).driver_connection
    assert raw is not None, "a connection in use has a driver's connection"
    try:
        await raw.copy_records_to_table(table, records=rows, columns=columns)
    except asyncpg.InterfaceError as bad:
        raise BooksDown(f"the database cannot be reached: {type(bad).__name__}") from bad
    except asyncpg.PostgresConnectionError as bad:
        raise BooksDown(f"the database cannot be reached: {type(bad).__name__}") from bad
    except asyncpg.PostgresError as bad:
        constraint = getattr(bad, "constraint_name", None)
        raise BooksRefused(
            f"the database said: {type(bad).__name__}" + (f" ({constraint})" if constraint else "")
        ) from bad


async def take_ids(conn: AsyncConnection, table: sa.Table, count: int) -> list[int]:
    """Ids for rows to come, ascending. In SQLite they hold while this connection has the write lock."""
    if not count:
        return []
    if conn.dialect.name == "postgresql":
        numbers = sa.text(f"SELECT nextval(pg_get_serial_sequence('{table.name}', 'id')) FROM generate_series(1, :n)")
        return list(await conn.scalars(numbers, {"n": count}))
    last: int = await conn.scalar(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))) or 0
    return list(range(last + 1, last + 1 + count))


async def update(
    conn: AsyncConnection, table: sa.Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Set columns of rows by their id; each row is (id, value, …) with SQLAlchemy's values."""
    if not rows:
        return
    names = [f"b_{name}" for name in columns]
    wanted = sa.update(table).where(table.c.id == sa.bindparam("b_id"))
    values = {name: sa.bindparam(mark, type_=table.c[name].type) for name, mark in zip(columns, names, strict=True)}
    await conn.execute(wanted.values(values), [dict(zip(("b_id", *names), row, strict=True)) for row in rows])


async def prepare(conn: AsyncConnection) -> None:
    """A larger cache for SQLite; PostgreSQL has its own."""
    if conn.dialect.name == "sqlite":
        await conn.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")
