"""`cintillo load KIND FILE`, `cintillo load list`, `cintillo load undo ID`."""

from __future__ import annotations

import asyncio
import getpass
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agents.cargas import CargaAsked
from dialer.carteras.filas import KINDS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from config.settings import Settings
    from dialer.carteras.model import Carga
    from dialer.records import LoadResult

load_app = typer.Typer(no_args_is_help=True, help="Load a mandante's file; list the loads; undo one.")

SHOWN = 20
DEFAULT_CONFIG = Path("cintillo.toml")
HELP = {
    "asignacion": "Who owes what: debtors, telephones, documents.",
    "saldos": "What is still owed of documents, in the mandante's own figures.",
    "pagos": "Payments; each goes to its document, or oldest first.",
    "retiros": "Documents or cases that the mandante takes back.",
    "demograficos": "New telephones, e-mails, addresses.",
    "externas": "Contacts that somebody else made: they use the debtor's week.",
    "bloqueos": "People, cases and telephones that must not be called.",
    "uf": "Values of the UF by day.",
}

File = Annotated[Path, typer.Argument(help="CSV, XLSX or fixed width.")]
Mandante = Annotated[str, typer.Option(help="Code of the mandante.")]
Cartera = Annotated[str, typer.Option(help="Code of the cartera; without it, all of the mandante's.")]
Template = Annotated[str, typer.Option(help="A template's name or .yaml file; without it, the mandante's own.")]
Decimal = Annotated[str, typer.Option(help="The file's decimal sign, where it cannot be told: ',' or '.'")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, by row, and write nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask to confirm the control totals.")]
Confirm = Annotated[str, typer.Option(help="The control totals, said back: rows=4072,CLP=4940701979")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object with every row; no progress bar.")]
Rejects = Annotated[Path | None, typer.Option(help="Write the rejected rows to this XLSX file.")]
Suggest = Annotated[bool, typer.Option("--suggest", help="Print a template for this file, to look over and save.")]
Config = Annotated[Path, typer.Option("--config", "-c", help="The TOML file.")]


def _kind_command(kind: str) -> Callable[..., None]:
    def load(
        file: File,
        mandante: Mandante = "",
        cartera: Cartera = "",
        template: Template = "",
        decimal: Decimal = "",
        dry_run: DryRun = False,
        yes: Yes = False,
        confirm: Confirm = "",
        as_json: AsJson = False,
        rejects: Rejects = None,
        suggest: Suggest = False,
        config: Config = DEFAULT_CONFIG,
    ) -> None:
        who = getpass.getuser()
        asked = CargaAsked(kind, file.name, mandante, cartera, template, decimal, dry_run, confirm, who)
        if suggest:
            _suggest(file, asked)
        else:
            from dialer.cli.cargas import hurried

            with hurried():
                sys.exit(_Load(asked, file, yes, as_json, rejects, config).run())

    return load


for _kind in ("asignacion", *KINDS):
    load_app.command(_kind, help=HELP[_kind])(_kind_command(_kind))


def _suggest(file: Path, asked: CargaAsked) -> None:
    from dialer.edge.loads import suggest_template

    print(suggest_template(file, asked.mandante, asked.kind), end="")


@load_app.command("list")
def listed(mandante: Mandante = "", as_json: AsJson = False, config: Config = DEFAULT_CONFIG) -> None:
    """The loads there were, newest first."""
    from dialer.cli import cargas

    rows = asyncio.run(_listed(_settings(config), mandante))
    if as_json:
        print(json.dumps([cargas.listed(one) for one in rows], ensure_ascii=False))
        return
    table = _table("Cargas", "N.º", "Tipo", "Mandante", "Cartera", "Archivo", "Estado", "Filas", "Rech.", "Σ")
    for one in rows:
        what = (one.kind, one.mandante, one.cartera, one.file_name, one.state)
        table.add_row(str(one.carga_id), *what, str(one.rows_loaded), str(one.rows_rejected), money(one.saldo))
    _console().print(table)


@load_app.command("templates")
def templates(
    kind: Annotated[str, typer.Argument(help="asignacion, saldos, pagos…")],
    mandante: Mandante = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """What `--template` knows for a kind of a mandante's files: templates in files, and those saved on the page."""
    from dialer.cli import cargas

    table = _table(f"Plantillas de {kind}", "Nombre", "De", "Por")
    for one in asyncio.run(cargas.templates(_settings(config), mandante, kind)):
        table.add_row(one["name"], "la página" if one["by"] else "un archivo", one["by"])
    _console().print(table)


@load_app.command("undo")
def undo(
    carga_id: Annotated[int, typer.Argument(help="The load's number, as `cintillo load list` shows it.", min=1)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Reverse exactly what a load changed; refused, with what stands in the way, where something rests on it."""
    from dialer.cli import cargas

    settings = _settings(config)
    if not yes and not typer.confirm(f"¿Deshacer la carga {carga_id}?"):
        raise typer.Exit(1)
    rows = asyncio.run(cargas.undo(settings, carga_id, getpass.getuser(), cargas.now_ms()))
    said = {"carga_id": carga_id, "undone": True, "rows": rows}
    print(json.dumps(said) if as_json else f"Carga {carga_id} deshecha: {rows} registros volvieron a como estaban.")


class _Load:
    """One `cintillo load KIND FILE`."""

    def __init__(
        self, asked: CargaAsked, file: Path, yes: bool, as_json: bool, rejects: Path | None, config: Path
    ) -> None:
        self.asked, self.file, self.yes, self.as_json, self.rejects = asked, file, yes, as_json, rejects
        self.settings = _settings(config)

    def run(self) -> int:
        """Exit status 0 when the file was loaded (or tried, where that was asked), 1 when it was not confirmed."""
        from dialer.carteras.confirmacion import confirms
        from dialer.cli import cargas

        cargas.check(self.settings, self.asked)
        carga = self._read()
        if self.asked.confirm:
            confirms(carga.totals, self.asked.confirm)
        sure = not self.asked.dry_run and (self.yes or bool(self.asked.confirm))
        result = self._attempt(carga, apply=sure)
        if not sure and not self.asked.dry_run and not self.as_json and sys.stdin.isatty():
            self._report(carga, result, applied=False)
            if result.already_loaded or not _confirmed(carga):
                return 1
            result, sure = self._attempt(carga, apply=True), True
        if self.rejects:
            self.rejects.write_bytes(cargas.rejects_of(carga, result))
        self._report(carga, result, applied=sure)
        return 0 if sure or self.asked.dry_run else self._unconfirmed(carga)

    def _read(self) -> Carga:
        from rich.progress import Progress

        from dialer.cli import cargas

        with Progress(disable=self.as_json, transient=True) as bar:
            task = bar.add_task(f"Leyendo {self.file.name}", total=None)
            return cargas.read(
                self.settings,
                self.asked,
                self.file,
                lambda done, total: bar.update(task, completed=done, total=total),
            )

    def _attempt(self, carga: Carga, *, apply: bool) -> LoadResult:
        from dialer.cli import cargas

        now_ms = cargas.now_ms()
        with _console().status("Escribiendo…" if apply else "Probando…") if not self.as_json else _quiet():
            detail = self.as_json or not apply
            return asyncio.run(cargas.attempt(self.settings, carga, self.asked, now_ms, apply=apply, detail=detail))

    def _unconfirmed(self, carga: Carga) -> int:
        from dialer.carteras.confirmacion import control_words

        print(
            f"cintillo: not loaded: confirm its control totals with --confirm {control_words(carga.totals)} or --yes",
            file=sys.stderr,
        )
        return 1

    def _report(self, carga: Carga, result: LoadResult, *, applied: bool) -> None:
        from dialer.cli import cargas

        if self.as_json:
            print(json.dumps(cargas.report(carga, result, applied=applied), ensure_ascii=False))
        else:
            _tell(carga, result, applied=applied)


class _quiet:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def _confirmed(carga: Carga) -> bool:
    """Show a person the file's control totals and ask."""
    amount = f", Σ {money(carga.totals.saldo)}" if carga.totals.saldo else ""
    return typer.confirm(f"¿Confirma los totales de control ({carga.totals.rows_loaded} filas{amount}) y cargar?")


async def _listed(settings: Settings, mandante: str) -> list[Any]:
    from dialer.edge.store import Store

    store = await Store.open(settings.database)
    try:
        return list(await store.loads(mandante))
    finally:
        await store.close()


def _settings(config: Path) -> Settings:
    from config.edge.files import load_settings

    return load_settings(config)


# ── for people ──────────────────────────────────────────────────────────────────────────────────────


def _console() -> Console:
    from dialer.cli.terminal import console

    return console()


def money(by_currency: dict[str, Any]) -> str:
    """``CLP 4.940.701.979, CLF 12,5``."""
    said = (f"{currency} {amount:,f}" for currency, amount in sorted(by_currency.items()))
    return ", ".join(one.translate(str.maketrans(",.", ".,")) for one in said) or "0"


def _tell(carga: Carga, result: LoadResult, *, applied: bool) -> None:
    from dialer.cli import cargas

    console, totals = _console(), cargas.control(carga, result)
    console.print(
        f"[bold]{carga.file_name}[/] ({carga.kind}): {totals.rows_read} filas leídas, {totals.rows_loaded} cargables, "
        f"{totals.rows_rejected} rechazadas; Σ {money(totals.saldo)}",
        highlight=False,
    )
    changes = [one for one in result.efectos if one.effect in ("new", "changed")]
    if changes and not applied:
        table = _table(f"Cambios ({len(changes)})", "Fila", "RUT", "Qué", "Efecto", "Antes", "Después")
        for one in changes[:SHOWN]:
            table.add_row(str(one.row), one.rut, one.what, EFFECTS[one.effect], one.before, one.after)
        console.print(_more(table, len(changes)))
    bad = sorted((*carga.rechazos, *result.refused), key=lambda it: it.row)
    notes = sorted((*carga.avisos, *result.remarks), key=lambda it: it.row)
    for title, rows in ((f"Filas rechazadas ({len(bad)})", bad), (f"Avisos ({len(notes)})", notes)):
        if rows:
            table = _table(title, "Fila", "Columna", "Valor", "Motivo", "Detalle")
            for it in rows[:SHOWN]:
                table.add_row(str(it.row), it.column, it.value, it.reason, it.detail)
            console.print(_more(table, len(rows)))
    console.print(_outcome(result, applied=applied), highlight=False)


EFFECTS = {"new": "nuevo", "changed": "cambia"}


def _outcome(result: LoadResult, *, applied: bool) -> str:
    if result.already_loaded:
        return f"Este mismo archivo ya se había cargado (carga {result.carga_id}): no cambia nada."
    rows = f"{result.rows_new} filas nuevas, {result.rows_changed} cambian, {result.rows_unchanged} quedan igual"
    saldo = f"saldo {money(result.before)} → {money(result.after)}"
    head = f"Carga {result.carga_id}" if applied else "Ensayo, no se escribió nada"
    return f"{head}: {rows}; {result.deudores_new} deudores y {result.casos_new} casos nuevos; {saldo}."


def _table(title: str, *columns: str) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _more(table: Table, rows: int) -> Table:
    if rows > SHOWN:
        table.caption = f"y {rows - SHOWN} más: --json las muestra todas"
    return table
