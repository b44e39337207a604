"""Fixtures that several rooms use: a private Redis, a private PostgreSQL, and an empty database of either kind."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.edge.redis_server import RedisServer
from dialer.edge.schema import metadata
from dialer.edge.store import Store
from tests.servers import NO_POSTGRES, Postgres, postgres_programs

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis that all tests share; use `redis_prefix` to keep apart."""
    with RedisServer() as server:
        yield server.url


@pytest.fixture
def redis_prefix() -> str:
    return f"test{next(_numbers)}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    programs = postgres_programs()
    if programs is None:
        pytest.skip(NO_POSTGRES)
    server = Postgres(programs)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def sqlite_ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to be copied: migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("sqlite") / "ready.db"
    _migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_ready(postgres: Postgres) -> str:
    """The URL of a PostgreSQL database with all tables."""
    url = postgres.empty_database()
    _migrate(url)
    return url


def _migrate(url: str) -> None:
    async def main() -> None:
        await (await Store.open(url)).close()

    asyncio.run(main())


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_ready: Path) -> str:
    file = shutil.copy(sqlite_ready, tmp_path / "cintillo.db")
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_ready: str) -> str:
    return postgres.emptied(postgres_ready, list(metadata.tables))


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> str:
    """The URL of a database with all tables and no rows: each test runs on SQLite and on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table, of either kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/bare.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.empty_database()
