"""`cintillo retiro`: pick-ups of payments from the command line, by the same table as over the API.

A step is somebody's: `--as` names the usuario, and their clave is asked for (or read from standard input).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from agents.retiros import Asked, RetiroRefused
from agents.usuario import Usuario
from dialer.cli.loop import run

retiro_app = typer.Typer(no_args_is_help=True, help="Pick-ups of payments: ask for the list, approve, assign, settle.")

Number = Annotated[int, typer.Argument(help="The retiro's number.", min=1)]
As = Annotated[str, typer.Option("--as", help="The usuario who does it; their clave is asked for.")]
Note = Annotated[str, typer.Option(help="A comment; the reason, where one is needed.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Config = Annotated[Path, typer.Option("--config", "-c", help="The TOML file.")]
DEFAULT_CONFIG = Path("cintillo.toml")
COLUMNS = ("N.º", "Estado", "Mandante", "Deudor", "Monto", "Fecha", "Dirección", "Solicitó", "Aprobó", "Va", "Recibido")


@retiro_app.command("list")
def listed(
    who: As,
    state: Annotated[str, typer.Option(help="solicitado, aprobado, asignado, realizado… Empty: all.")] = "",
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """The pick-ups that this usuario may see, the earliest due first."""
    _show(_asked(config, who, lambda store, usuario, _: store.retiros(usuario, state)), as_json)


@retiro_app.command()
def approve(number: Number, who: As, note: Note = "", as_json: AsJson = False, config: Config = DEFAULT_CONFIG) -> None:
    """Approve one that somebody else asked for."""
    _step(config, who, number, Asked("approve", note), as_json)


@retiro_app.command()
def reject(number: Number, who: As, note: Note, as_json: AsJson = False, config: Config = DEFAULT_CONFIG) -> None:
    """Reject one, with the reason."""
    _step(config, who, number, Asked("reject", note), as_json)


@retiro_app.command()
def assign(
    number: Number,
    who: As,
    to: Annotated[str, typer.Option(help="Who goes; never who approved it.")],
    note: Note = "",
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Say who goes to pick it up."""
    _step(config, who, number, Asked("assign", note, to=to), as_json)


@retiro_app.command()
def done(
    number: Number,
    who: As,
    receipt: Annotated[str, typer.Option(help="The receipt's number.")],
    amount: Annotated[str, typer.Option(help="What was received, without points or symbols: 125000")],
    day: Annotated[str, typer.Option("--date", help="The day it was received: 2026-11-30")],
    note: Note = "",
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Note what was really received."""
    asked = Asked("done", note, receipt=receipt, amount=_amount(amount), done_on=_day(day))
    _step(config, who, number, asked, as_json)


@retiro_app.command()
def annul(number: Number, who: As, note: Note, as_json: AsJson = False, config: Config = DEFAULT_CONFIG) -> None:
    """Annul one whose money was not received yet, with the reason."""
    _step(config, who, number, Asked("annul", note), as_json)


@retiro_app.command()
def render(
    numbers: Annotated[list[int], typer.Argument(help="The retiros that are handed over together.", min=1)],
    who: As,
    total: Annotated[list[str], typer.Option(help="What is handed over, by currency: CLP=125000")],
    note: Note = "",
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Close a rendición: all of these, and the total to the last peso."""
    totals = dict(_total(one) for one in total)
    made = _asked(config, who, lambda store, usuario, now: store.close_rendicion(usuario, numbers, totals, note, now))
    _show_rendicion(made, as_json)


@retiro_app.command()
def rendicion(
    number: Annotated[int, typer.Argument(help="The rendición's number.", min=1)],
    who: As,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """A rendición with its pick-ups and what they add up to."""
    _show_rendicion(_asked(config, who, lambda store, usuario, _: store.rendicion(usuario, number)), as_json)


# ── who asks ────────────────────────────────────────────────────────────────────────────────────────


def _step(config: Path, who: str, number: int, asked: Asked, as_json: bool) -> None:
    made = _asked(config, who, lambda store, usuario, now: store.step_retiro(usuario, number, asked, now))
    _show([made], as_json)


def _asked(config: Path, who: str, ask: Callable[[Any, Usuario, int], Awaitable[Any]]) -> Any:
    clave = typer.prompt("Clave", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")

    async def main() -> Any:
        from config.edge.files import load_settings
        from dialer.edge.store import Store

        store = await Store.open(load_settings(config).database)
        try:
            return await ask(store, await _someone(store, who, clave), time.time_ns() // 1_000_000)
        finally:
            await store.close()

    return run(main)


async def _someone(store: Any, who: str, clave: str) -> Usuario:
    from agents.edge.auth import matches

    usuario: Usuario | None = await store.usuario(who)
    if usuario is None or not usuario.active or not usuario.password_hash:
        raise RetiroRefused("forbidden", "El usuario y la clave no corresponden.")
    if not matches(usuario.password_hash, clave):  # nothing else runs on this loop
        raise RetiroRefused("forbidden", "El usuario y la clave no corresponden.")
    return usuario


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise RetiroRefused("wrong", f"El monto «{text[:20]}» no se entiende: escríbalo como 125000.") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RetiroRefused("wrong", f"La fecha «{text[:20]}» no existe: se espera año-mes-día.") from None


def _total(text: str) -> tuple[str, Decimal]:
    currency, equals, amount = text.partition("=")
    if not equals:
        raise RetiroRefused("wrong", f"El total «{text[:20]}» no dice su moneda: escríbalo como CLP=125000.")
    return currency.strip().upper(), _amount(amount)


# ── what they see ───────────────────────────────────────────────────────────────────────────────────


def _show(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    from rich.table import Table

    from dialer.cli.terminal import console

    table = Table(title=f"Retiros ({len(found)})", title_justify="left")
    for column in COLUMNS:
        table.add_column(column, overflow="fold")
    for one in found:
        table.add_row(*_cells(one))
    console().print(table)


def _cells(one: dict[str, Any]) -> list[str]:
    received = f"{one['done_amount']} ({one['receipt']}, {one['done_on']})" if one["done_amount"] else ""
    names = ("state", "mandante", "rut", "amount", "due", "address", "requested_by", "approved_by", "assigned_to")
    cells = {name: str(one[name]) for name in names}
    cells["amount"] = f"{one['currency']} {one['amount']}"
    return [str(one["id"]), *cells.values(), received]


def _show_rendicion(made: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(made, ensure_ascii=False))
        return
    totals = ", ".join(f"{currency} {amount}" for currency, amount in made["totals"].items())
    print(f"Rendición {made['id']} ({made['mandante']}, cerrada por {made['by']}): {totals}")
    _show(made["retiros"], as_json=False)
