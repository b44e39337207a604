"""Usuarios from the command line."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url

from agents.access import Role
from agents.edge.auth import hash_password
from agents.usuario import Usuario
from config.edge.files import load_settings
from config.settings import ConfigError, Settings
from dialer.edge.store import Store
from dialer.records import BooksError

CLAVE_MIN = 8


async def add_usuario(
    config: Path, code: str, name: str, role: str, carteras: tuple[str, ...], clave: str
) -> None:
    """Add or change one. Raises `ConfigError` with what is wrong."""
    settings = load_settings(config)
    _check(settings, role, carteras, clave)
    endpoint = settings.asterisk.agent_endpoint.format(agent=code) if role == Role.EJECUTIVO else ""
    store = await Store.open(settings.database)
    try:
        await store.add_usuario(Usuario(code, name, role, hash_password(clave), carteras, endpoint))
    finally:
        await store.close()
    print(f"{code}: {name}, {role}" + (f", {', '.join(carteras)}" if carteras else ""))


def _check(settings: Settings, role: str, carteras: tuple[str, ...], clave: str) -> None:
    roles = [one.value for one in Role]
    if role not in roles:
        raise ConfigError(f"role {role!r}: there is no such role; there are: {', '.join(roles)}")
    unknown = [one for one in carteras if one not in settings.carteras]
    if unknown:
        known = ", ".join(sorted(settings.carteras))
        raise ConfigError(f"cartera {unknown[0]!r}: is not in the configuration; there are: {known}")
    if len(clave) < CLAVE_MIN:
        raise ConfigError(f"the clave has {len(clave)} characters; use at least {CLAVE_MIN}")


def missing(database: str) -> bool:
    """SQLite makes a file that is not there; who only looks must not."""
    url = make_url(database)
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file()


async def endpoints_of(settings: Settings) -> list[str]:
    """The codes of everybody who takes calls: whose headsets the doctor looks for. None while the database is away."""
    if missing(settings.database):
        return []
    store = await Store.open(settings.database, migrate=False)
    try:
        return [one.code for one in await store.usuarios() if one.endpoint and one.active]
    except BooksError:
        return []
    finally:
        await store.close()
