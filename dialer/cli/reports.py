"""`cintillo recorrido`, `aging`, `montos`, `gastos` and `report honorarios`: figures, for a person or as JSON.

A day is told at its end, in the floor's zone. In JSON, amounts are exact decimal strings in units of their currency.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from config.settings import ConfigError, Informe, Settings
from dialer.carteras.gastos import GastosError
from dialer.carteras.monto import take_apart, value_of
from dialer.carteras.rechazo import Falla
from dialer.carteras.uf import SinUf
from dialer.cli.loop import run

if TYPE_CHECKING:
    from dialer.edge.store import Store

MENDABLE = (GastosError, SinUf)
"""What a person can mend, beside what the other commands raise."""

Cartera = Annotated[str, typer.Option(help="Code of the cartera, as in the configuration.")]
At = Annotated[str, typer.Option(help="The day, at its end: 2026-11-30. Default: today.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Config = Annotated[Path, typer.Option("--config", "-c", help="The TOML file.")]
DEFAULT_CONFIG = Path("cintillo.toml")


class Asked(NamedTuple):
    """What a report is about: the cartera, the day, and how its figures are told."""

    settings: Settings
    cartera: str
    at: date
    today: date

    @property
    def informe(self) -> Informe:
        return self.settings.carteras[self.cartera].informe


Report = dict[str, Any]
Make = Callable[["Store", Asked], Awaitable[Report]]


def add_reports(app: typer.Typer) -> None:
    """Give the application these commands."""
    for command in (recorrido, aging, montos, gastos):
        app.command()(command)
    monthly = typer.Typer(no_args_is_help=True, help="What is told by the month.")
    monthly.command()(honorarios)
    monthly.callback()(_monthly)
    app.add_typer(monthly, name="report")


def _monthly() -> None:
    """A group keeps its commands' names even when it has only one."""


# ── the commands ────────────────────────────────────────────────────────────────────────────────────


def recorrido(cartera: Cartera, at: At = "", as_json: AsJson = False, config: Config = DEFAULT_CONFIG) -> None:
    """How often the whole cartera was worked: vueltas completas, avance, promedio."""
    from dialer.cli import figures, tables

    _tell(_made(config, cartera, at, figures.recorrido), as_json, tables.recorrido)


def aging(
    cartera: Cartera,
    at: At = "",
    against: Annotated[str, typer.Option(help="An earlier day: how the tramos moved from it.")] = "",
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """What is owed by tramo de mora, as of any day, and how it moved from another."""
    from dialer.cli import figures, tables

    since = day_of(against, "--against") if against else None
    _tell(_made(config, cartera, at, lambda store, it: figures.aging(store, it, since)), as_json, tables.aging)


def montos(
    cartera: Cartera,
    at: At = "",
    meta: Annotated[str, typer.Option(help="Pesos to recover this month; default: the configuration's meta_clp.")] = "",
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """What is left to recover, by tramo; what the month's goal needs each working day; whether it all agrees."""
    from dialer.cli import figures, tables

    goal = number(meta, "--meta") if meta else None
    _tell(_made(config, cartera, at, lambda store, it: figures.montos(store, it, goal)), as_json, tables.montos)


def gastos(
    monto: Annotated[str, typer.Option(help="The overdue amount in pesos: 100000")],
    mora: Annotated[int, typer.Option(help="Days since it fell due.", min=0)],
    uf: Annotated[str, typer.Option(help="Pesos for one UF: 27205,11. Default: the day's, of those loaded.")] = "",
    at: At = "",
    sin_gestion_util: Annotated[
        bool, typer.Option("--sin-gestion-util", help="None was made in the first days: the cost is less.")
    ] = False,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """The most that the law lets be charged for collecting an amount."""
    from dialer.cli import figures, tables

    day = day_of(at, "--at") if at else _today("America/Santiago")
    value = number(uf, "--uf") if uf else _uf_on(config, day)
    made = figures.gastos(number(monto, "--monto"), mora, value, day, gestion_util=not sin_gestion_util)
    _tell(made, as_json, tables.gastos)


def honorarios(
    month: Annotated[str, typer.Option(help="The month: 2026-11. Default: the present one.")] = "",
    cartera: Annotated[str, typer.Option(help="Only this cartera; default: all that are configured.")] = "",
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """What the money recovered in a month earns by the clauses of each contract; what no clause covers."""
    from config.edge.files import load_settings
    from dialer.cli import figures, tables

    settings = load_settings(config)
    today = _today(settings.zone)
    first = month_of(month, today)
    carteras = [asked(settings, cartera, "", today, str(config)).cartera] if cartera else sorted(settings.carteras)
    made = with_store(settings, lambda store: figures.honorarios(store, settings, carteras, first))
    _tell(made, as_json, tables.honorarios)


# ── what was asked ──────────────────────────────────────────────────────────────────────────────────


def day_of(text: str, option: str) -> date:
    """Raises `ConfigError` for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{option} {text!r}: is not a day; write it as 2026-11-30") from None


def month_of(text: str, today: date) -> date:
    """The first day of a month, the present one where none is named. Raises `ConfigError` for none, or one to come."""
    if not text:
        return today.replace(day=1)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ConfigError(f"--month {text!r}: is not a month; write it as 2026-11") from None
    if first > today:
        raise ConfigError(f"--month {text}: is still to come; today is {today}")
    return first


def number(text: str, option: str) -> Decimal:
    """Raises `ConfigError` for what is no figure, or reads two ways."""
    try:
        return value_of(take_apart(text), "")
    except Falla:
        raise ConfigError(f"{option} {text!r}: cannot be read in one way; write it without points: 27205,11") from None


def _today(zone: str) -> date:
    from dialer.rules import local_day

    return local_day(time.time_ns() // 1_000_000, zone)


def asked(settings: Settings, cartera: str, at: str, today: date, where: str = "the configuration") -> Asked:
    """Raises `ConfigError` for a cartera that is not configured, or a day that is none or still to come."""
    if cartera not in settings.carteras:
        known = ", ".join(sorted(settings.carteras))
        raise ConfigError(f"cartera {cartera!r}: is not in {where}; there are: {known}")
    day = day_of(at, "--at") if at else today
    if day > today:
        raise ConfigError(f"--at {day}: is still to come; today is {today}")
    return Asked(settings, cartera, day, today)


def _made(config: Path, cartera: str, at: str, make: Make) -> Report:
    from config.edge.files import load_settings

    settings = load_settings(config)
    it = asked(settings, cartera, at, _today(settings.zone), str(config))

    async def reported(store: Store) -> Report:
        from dialer.cli.filed import published

        return await make(store, it._replace(settings=await published(settings, store)))

    made: Report = with_store(settings, reported)
    return made


def _uf_on(config: Path, day: date) -> Decimal:
    from config.edge.files import load_settings
    from dialer.carteras.uf import value_on

    return value_on(with_store(load_settings(config), lambda store: store.uf_values([day])), day)


def with_store(settings: Settings, ask: Callable[[Store], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        from dialer.edge.store import Store

        store = await Store.open(settings.database)
        try:
            return await ask(store)
        finally:
            await store.close()

    return run(main)


def _tell(report: Report, as_json: bool, show: Callable[[Report], None]) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False, default=str))
    else:
        show(report)
