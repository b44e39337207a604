"""Usuarios from the command line, and what the doctor may ask of a database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from config.settings import ConfigError, Settings, parse
from dialer.cli.people import add_usuario, endpoints_of


def site(folder: Path, database: str) -> Settings:
    (folder / "c.toml").write_text(f'database = "{database}"\n[carteras.facturas]\n')
    return parse({"database": database, "carteras": {"facturas": {}}})


def test_the_doctor_neither_makes_nor_migrates_a_database(tmp_path: Path) -> None:
    settings = site(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'none.db'}")
    assert asyncio.run(endpoints_of(settings)) == []
    assert not (tmp_path / "none.db").exists()


def test_the_doctor_looks_on_when_the_database_is_down(tmp_path: Path) -> None:
    settings = site(tmp_path, "postgresql+asyncpg://nobody@127.0.0.1:1/none")
    assert asyncio.run(endpoints_of(settings)) == []


def test_who_takes_calls_has_a_headset_and_who_does_not_has_none(tmp_path: Path) -> None:
    settings = site(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'c.db'}")
    asyncio.run(add_usuario(tmp_path / "c.toml", "e01", "Ana", "ejecutivo", ("facturas",), "clave-larga"))
    asyncio.run(add_usuario(tmp_path / "c.toml", "sup", "Eva", "supervisor", (), "clave-larga"))
    assert asyncio.run(endpoints_of(settings)) == ["e01"]


@pytest.mark.parametrize(
    ("role", "carteras", "clave", "wrong"),
    [
        ("mago", (), "clave-larga", "there is no such role; there are: ejecutivo"),
        ("ejecutivo", ("otra",), "clave-larga", "cartera 'otra': is not in the configuration; there are: facturas"),
        ("ejecutivo", ("facturas",), "corta", "the clave has 5 characters; use at least 8"),
    ],
)
def test_what_is_wrong_with_a_usuario_is_said_in_a_sentence(
    tmp_path: Path, role: str, carteras: tuple[str, ...], clave: str, wrong: str
) -> None:
    site(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'c.db'}")
    with pytest.raises(ConfigError, match=wrong):
        asyncio.run(add_usuario(tmp_path / "c.toml", "e01", "Ana", role, carteras, clave))
