"""Looks over what Cintillo stands on: a running Asterisk, Redis and the database. Changes nothing in any of them.

Blocking, for a command line: call `run_checks` from a thread that runs no event loop. What it says is for people (in
Spanish), and holds neither secrets nor anybody's data.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import redis
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from asyncpg import InterfaceError, PostgresError
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from config.settings import Settings
from dialer.edge.doctor_ami import Visit, asterisk_steps
from dialer.edge.doctor_check import Check, Step, walk
from dialer.edge.doctor_headset import headset_steps

__all__ = ["Check", "run_checks"]

ANSWER_S: Final = 5.0
REDIS_LEAST: Final = (6, 2)
DRIVERS: Final = ("sqlite+aiosqlite", "postgresql+asyncpg")
MIGRATIONS: Final = Path(__file__).parent / "migrations"


def run_checks(settings: Settings, agents: Sequence[str]) -> Iterator[Check]:
    """Each check as it is done, in order; `agents` are the ids of the ejecutivos whose headsets are to be there.

    A check that depends on one that failed is not done and says so. Raises nothing: what goes wrong is a check's word.
    """
    visit = Visit(settings, agents)
    try:
        web = headset_steps(visit, settings.headset, settings.asterisk.action_timeout_s)
        yield from walk([*asterisk_steps(visit), *web])
    finally:
        visit.close()
    yield from walk([Step("Redis", lambda: _redis(settings.redis))])
    yield from walk(_database_steps(settings.database))


# ── Redis ───────────────────────────────────────────────────────────────────────────────────────────


def _redis(url: str) -> Check:
    try:
        client = redis.Redis.from_url(url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S)
    except ValueError:
        what = "escriba redis = redis://SERVIDOR:6379/0, rediss://… o unix:///RUTA en la configuración"
        return Check("Redis", False, "la dirección no se entiende", what)
    try:
        return _look_at_redis(client)
    except redis.AuthenticationError:
        return Check("Redis", False, "rechaza el usuario o la clave", "corrija redis = … en la configuración")
    except (redis.RedisError, OSError) as bad:
        kind = type(bad).__name__
        what = "enciéndalo (systemctl start redis-server) o corrija redis = … en la configuración"
        return Check("Redis", False, f"no responde ({kind})", what)
    finally:
        client.close()


def _look_at_redis(client: redis.Redis) -> Check:
    client.ping()
    told = client.info()
    version = str(told.get("redis_version", ""))
    if _numbers(version) < REDIS_LEAST:
        return Check("Redis", False, f"versión {version}", "instale Redis 6.2 o posterior, o Valkey")
    try:
        client.eval("return 1", 0)
    except redis.ResponseError:
        what = "permita EVAL y EVALSHA al usuario de Cintillo (ACL): la cola los necesita"
        return Check("Redis", False, "no deja correr Lua", what)
    policy = str(told.get("maxmemory_policy", "noeviction"))
    if policy != "noeviction":
        what = "ponga maxmemory-policy noeviction: con otra, Redis borra la cola cuando le falta memoria"
        return Check("Redis", True, f"versión {version}, maxmemory-policy {policy}", what)
    return Check("Redis", True, f"versión {version}, con Lua")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


# ── the database ────────────────────────────────────────────────────────────────────────────────────


class _Found(NamedTuple):
    """The migrations that a database is at; none where it has no tables of ours."""

    heads: tuple[str, ...]


def _database_steps(address: str) -> list[Step]:
    found: list[_Found] = []

    def reach() -> Check:
        return _reach(address, found.append)

    return [
        Step("base de datos", reach),
        Step("esquema de la base", lambda: _schema(found[0].heads), needs=("base de datos",)),
    ]


def _reach(address: str, keep: Callable[[_Found], None]) -> Check:
    name = "base de datos"
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return _bad_address(name)
    if url.drivername not in DRIVERS:
        return _bad_address(name)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        what = "corrija database = … en la configuración; si es la primera vez, `cintillo serve` la crea al partir"
        return Check(name, False, f"no existe el archivo {url.database}", what)
    try:
        keep(_Found(asyncio.run(_heads(_read_only(url)))))
    except (SQLAlchemyError, PostgresError, InterfaceError, OSError) as bad:
        kind = type(getattr(bad, "orig", None) or bad).__name__
        what = "encienda el servidor y corrija database = … en la configuración"
        return Check(name, False, f"{_place(url)}: no se pudo leer ({kind})", what)
    return Check(name, True, _place(url))


def _bad_address(name: str) -> Check:
    what = "use sqlite+aiosqlite:///ARCHIVO o postgresql+asyncpg://USUARIO:CLAVE@SERVIDOR/BASE"
    return Check(name, False, "la dirección no se entiende", what)


def _place(url: URL) -> str:
    """The address as far as it is no secret."""
    if url.get_backend_name() == "sqlite":
        return f"SQLite {url.database}"
    return f"PostgreSQL {url.host}:{url.port or 5432}/{url.database}"


def _read_only(url: URL) -> URL:
    """SQLite would make the file, and its driver takes a query only with a ``file:`` name."""
    if url.get_backend_name() != "sqlite":
        return url
    path = Path(url.database or "").resolve().as_uri()
    return url.set(database=path).update_query_dict({"mode": "ro", "uri": "true"})


async def _heads(url: URL) -> tuple[str, ...]:
    times = {} if url.get_backend_name() == "sqlite" else {"timeout": ANSWER_S, "command_timeout": ANSWER_S}
    engine = create_async_engine(url, hide_parameters=True, connect_args=times)
    try:
        async with engine.connect() as conn:
            return await conn.run_sync(_current)
    finally:
        await engine.dispose()


def _current(connection: sa.Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()


def _schema(heads: tuple[str, ...]) -> Check:
    name = "esquema de la base"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    head = script.get_current_head()
    here = ", ".join(heads) or "vacía"
    if heads == (head,):
        return Check(name, True, f"al día ({head})")
    if set(heads) <= {one.revision for one in script.walk_revisions()}:
        what = "respalde la base y parta Cintillo (`cintillo serve`): aplica las migraciones que faltan"
        return Check(name, False, f"está en {here}; esta versión usa {head}", what)
    what = "instale la versión de Cintillo que la escribió, o una posterior"
    return Check(name, False, f"está en {here}, de una versión posterior a esta ({head})", what)
