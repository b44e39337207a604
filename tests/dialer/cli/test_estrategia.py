"""`cintillo estrategia` and `config check --versions`: ops see, and take back, what was published from the page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from agents.supervision import Act
from agents.usuario import Usuario
from config.edge.files import load_settings
from config.versions import Version
from dialer.cli.estrategia import _with_desk, said, shown, taken_back
from dialer.cli.filed import published, unfit
from dialer.edge.store import Store
from tests.dialer.edge.cargas import NOW
from tests.dialer.edge.test_store import on
from tests.floors import TUESDAY_NOON

ZONE = "America/Santiago"
T = TypeVar("T")


@pytest.fixture
def config(tmp_path: Path, sqlite_url: str) -> Path:
    """A file with one version of facturas in its database."""

    async def body(store: Store) -> None:
        await store.add_usuario(Usuario("jefe", "Jorge Ferrada", "jefe", "x"))
        version = Version("facturas", 1, "jefe", NOW, "menos quejas", {"abandon_target": 0.02, "ring_s": 25.0})
        await store.publish_version(version, Act(NOW, "jefe", "publish_strategy", "facturas"))

    on(sqlite_url, body)
    file = tmp_path / "cintillo.toml"
    file.write_text(f'database = "{sqlite_url}"\n[carteras.facturas]\n', "utf-8")
    return file


def grown(config: Path) -> None:
    """Ops lower the limit of the file below what was published."""
    config.write_text(config.read_text("utf-8") + "abandon_ratio_max = 0.01\n", "utf-8")


def asked(config: Path, ask: Callable[[Any, Usuario], Awaitable[T]]) -> T:
    return asyncio.run(_with_desk(config, ask))


def test_the_history_reads_as_the_page_tells_it(config: Path) -> None:
    table = asked(config, lambda desk, me: desk.table(me))
    assert said("facturas", table["carteras"]["facturas"], ZONE).startswith("facturas: versión 1, ")
    assert said("metas", table["floor"], ZONE) == "metas: la del archivo"
    lines = list(shown("facturas", asked(config, lambda desk, me: desk.history(me, "facturas")), ZONE))
    assert lines[1].endswith("Jorge Ferrada menos quejas")
    assert lines[2] == "    abandon_target: archivo → 0.02"


def test_going_back_to_the_file_is_a_new_version(config: Path) -> None:
    made = asked(config, lambda desk, me: taken_back(desk, me, "facturas", 0, "de vuelta"))
    assert made["number"] == 2
    history = asked(config, lambda desk, me: desk.history(me, "facturas"))
    assert [(one["number"], one["note"]) for one in history] == [(2, "de vuelta"), (1, "menos quejas")]


def test_what_the_file_outgrew_is_named_by_the_list_and_by_the_check(config: Path) -> None:
    settings = load_settings(config)
    assert asyncio.run(unfit(settings, TUESDAY_NOON)) == []
    grown(config)
    (sentence,) = asyncio.run(unfit(load_settings(config), TUESDAY_NOON))
    assert sentence.startswith("carteras.facturas: the published strategy does not fit the file")
    row = asked(config, lambda desk, me: desk.table(me))["carteras"]["facturas"]
    assert "NO RIGE" in said("facturas", row, ZONE)


def test_reports_and_loads_go_by_what_is_in_force(config: Path) -> None:
    async def body(store: Store) -> None:
        settings = await published(load_settings(config), store, TUESDAY_NOON)
        assert settings.carteras["facturas"].ring_s == 25

    on(load_settings(config).database, body)
