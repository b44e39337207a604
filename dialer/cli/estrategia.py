"""`cintillo estrategia`: the strategies that were published from the page, as ops see them."""

from __future__ import annotations

import getpass
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import typer

from agents.access import Role
from agents.desk import DeskError
from agents.estrategias import Estrategias
from agents.usuario import Usuario
from config.edge.files import load_settings
from config.settings import ConfigError
from dialer.cli.filed import read_filed
from dialer.cli.loop import run

estrategia_app = typer.Typer(no_args_is_help=True, help="Strategies and goals that were published from the page.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Config = Annotated[Path, typer.Option("--config", "-c", help="The TOML file.")]
Cartera = Annotated[str, typer.Argument(help="The cartera; left out: the floor's goals.")]
DEFAULT_CONFIG = Path("cintillo.toml")
GOALS = "metas"
T = TypeVar("T")


@estrategia_app.command("list")
def listed(as_json: AsJson = False, config: Config = DEFAULT_CONFIG) -> None:
    """What is in force in each cartera, and what does not fit the file any more."""
    table = _asked(config, lambda desk, me: desk.table(me))
    rows = {**table["carteras"], GOALS: table["floor"]}
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for name, row in rows.items():
        print(said(name, row, load_settings(config).zone))


@estrategia_app.command()
def show(cartera: Cartera = "", as_json: AsJson = False, config: Config = DEFAULT_CONFIG) -> None:
    """The versions, the newest first: who, when, why, and what changed."""
    found = _asked(config, lambda desk, me: desk.history(me, cartera))
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for line in shown(cartera, found, load_settings(config).zone):
        print(line)


@estrategia_app.command()
def back(
    number: Annotated[int, typer.Option("--to", help="The version to go back to; 0: the file alone.", min=0)],
    cartera: Cartera = "",
    note: Annotated[str, typer.Option(help="Why.")] = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Publish an old version anew. Nodes that run take it within a second."""
    made = _asked(config, lambda desk, me: taken_back(desk, me, cartera, number, note))
    print(f"{cartera or GOALS}: la versión {made['number']} es como la {number} y está publicada.")


async def taken_back(desk: Estrategias, me: Usuario, cartera: str, number: int, note: str) -> dict[str, Any]:
    """Over whatever is the newest now."""
    found = await desk.history(me, cartera)
    return await desk.go_back(me, cartera, found[0]["number"] if found else 0, number, note)


def said(name: str, row: dict[str, Any], zone: str) -> str:
    """What is in force, in a line."""
    if not row["number"]:
        return f"{name}: la del archivo"
    version = f"{name}: versión {row['number']}, {_when(row['at_ms'], zone)}, {row['by']}"
    return f"{version}; NO RIGE, rige la del archivo: {row['unfit']}" if row["unfit"] else version


def shown(cartera: str, found: list[dict[str, Any]], zone: str) -> Iterator[str]:
    """A history, line by line, with times in the floor's zone."""
    yield f"{cartera or GOALS}: {len(found)} versiones; antes de ellas, el archivo"
    for one in found:
        yield from _version(one, zone)


def _version(one: dict[str, Any], zone: str) -> Iterator[str]:
    yield f"{one['number']}: {_when(one['at_ms'], zone)}, {one['by']} {one['note']}".rstrip()
    for change in one["changes"]:
        yield f"    {change['key']}: {_word(change['before'])} → {_word(change['after'])}"


def _word(value: Any) -> str:
    return "archivo" if value is None else json.dumps(value, ensure_ascii=False)


def _when(at_ms: int, zone: str) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)):%d-%m-%Y %H:%M}"


def _asked(config: Path, ask: Callable[[Any, Usuario], Awaitable[T]]) -> T:
    """Ask a desk on this configuration's own database; its refusals are sentences about what was asked."""
    try:
        return run(lambda: _with_desk(config, ask))
    except DeskError as no:
        raise ConfigError(str(no)) from None


async def _with_desk(config: Path, ask: Callable[[Any, Usuario], Awaitable[T]]) -> T:
    from dialer.edge.clock import FloorClock
    from dialer.edge.desk_estrategia import StrategyDesk
    from dialer.edge.store import Store
    from dialer.edge.trial import Trials
    from metrics.ledger import Ledger

    filed, clock = read_filed(load_settings(config)), FloorClock()
    store = await Store.open(filed.settings.database)
    try:
        now = filed.under(await store.newest_versions(), clock.now_ms())
        desk = StrategyDesk(store, Trials(()), Ledger(), filed, now)
        desk.open(_applied, lambda: {"agents": []}, clock.now_ms)
        return await ask(desk, Usuario(getpass.getuser(), "", Role.OPS.value, ""))
    finally:
        await store.close()


async def _applied(*_: object) -> None:
    """No node runs here: those that do, take it from the database."""
