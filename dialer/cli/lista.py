"""`cintillo lista`: manual lists from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import typer

from config.edge.files import load_settings
from dialer.cli.loop import run

lista_app = typer.Typer(no_args_is_help=True, help="Give debtors to one ejecutivo, in an order.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Config = Annotated[Path, typer.Option("--config", "-c", help="The TOML file.")]
DEFAULT_CONFIG = Path("cintillo.toml")
T = TypeVar("T")


@lista_app.command()
def assign(
    ruts: Annotated[list[str], typer.Argument(help="The debtors, in the order in which they are to be called.")],
    agent: Annotated[str, typer.Option(help="The ejecutivo who alone calls them.")],
    cartera: Annotated[str, typer.Option(help="The cartera of their cases.")],
    name: Annotated[str, typer.Option(help="A name for the list.")] = "",
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Assign a list. A debtor who cannot be on it is named with the reason; exit status 1 when nobody is on it."""
    made = _asked(config, lambda desk: desk.assign(cartera, agent, ruts, name, "consola"))
    if as_json:
        print(json.dumps(msgspec.to_builtins(made), ensure_ascii=False))
    else:
        for rut, why in made.refused:
            print(f"{rut}: {why}")
        print(f"Lista {made.lista_id}: {made.assigned} deudores para {agent}." if made.lista_id else "Ninguna lista.")
    sys.exit(0 if made.lista_id else 1)


@lista_app.command("list")
def listed(agent: str = "", as_json: AsJson = False, config: Config = DEFAULT_CONFIG) -> None:
    """The lists that are not done."""
    found = _asked(config, lambda desk: desk.listed(agent))
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        left = f"quedan {one['pending']} de {one['cases']}"
        print(f"{one['id']}: {one['agent_id']}, {one['cartera']}, {left} {one['name']}".rstrip())


@lista_app.command()
def show(
    lista: Annotated[int, typer.Argument(help="Its number.", min=1)],
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """A list case by case: pending, taken, skipped (with the ejecutivo's reason and time) or done."""
    found = _asked(config, lambda desk: desk.show(lista))
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for line in shown(found, load_settings(config).zone):
        print(line)


STATES = {"pending": "pendiente", "taken": "tomado", "skipped": "dejado", "done": "gestionado"}


def shown(lista: dict[str, Any], zone: str) -> Iterator[str]:
    """A list for a person, line by line, with times in the floor's zone."""
    left = sum(one["state"] != "done" for one in lista["cases"])
    state = {"open": "abierta", "done": "terminada", "cancelled": "anulada"}[lista["state"]]
    head = f"Lista {lista['id']} {lista['name']}".rstrip()
    yield f"{head}: {lista['agent_id']}, {lista['cartera']}, {state}, quedan {left} de {len(lista['cases'])}"
    for one in lista["cases"]:
        when = f" {datetime.fromtimestamp(one['at_ms'] / 1000, ZoneInfo(zone)):%d-%m-%Y %H:%M}" if one["at_ms"] else ""
        why = f" ({one['reason']})" if one["reason"] else ""
        gone = "" if one["queue_state"] == "open" else f"; salió de la cola ({one['queue_why']})"
        yield f"{one['position']:>4}  {one['rut']:<12}  {STATES[one['state']]}{when}{why}{gone}"


@lista_app.command()
def cancel(
    lista: Annotated[int, typer.Argument(help="Its number.", min=1)], config: Config = DEFAULT_CONFIG
) -> None:
    """End a list: what is left of it goes back to the cartera."""
    released = _asked(config, lambda desk: desk.cancel(lista, "consola"))
    print(f"Lista {lista} anulada: {released} casos vuelven a la cartera.")


def _asked(config: Path, ask: Callable[[Any], Awaitable[T]]) -> T:
    """Ask a desk on this configuration's own database and queue."""
    return run(lambda: _with_desk(config, ask))


async def _with_desk(config: Path, ask: Callable[[Any], Awaitable[T]]) -> T:
    from dialer.edge.clock import FloorClock
    from dialer.edge.listas import ListDesk
    from dialer.edge.queue import Queue
    from dialer.edge.store import Store

    settings = load_settings(config)
    store = await Store.open(settings.database)
    queue = Queue.open(settings.redis, node=settings.node)
    try:
        return await ask(ListDesk(store, queue, FloorClock().now_ms))
    finally:
        await queue.close()
        await store.close()

