"""`cintillo export`: gestiones and compromisos for a mandante, in its own codes (docs/exportes.md)."""

from __future__ import annotations

import getpass
import json
import time
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from config.settings import ConfigError
from dialer.carteras.homologacion import REASONS, Homologacion, HomologacionError, Kind, Salida, csv_bytes, parse, table
from dialer.cli.loop import run

export_app = typer.Typer(no_args_is_help=True, help="Files for a mandante, in its own codes.")

Mandante = Annotated[str, typer.Option(help="Code of the mandante.")]
Since = Annotated[str, typer.Option("--from", help="First day of the gestiones: 2026-11-01")]
Until = Annotated[str, typer.Option("--to", help="Last day, included: 2026-11-30")]


def _out(text: str) -> Path:
    """A name that ends in a slash is a folder's, whether or not it is there yet."""
    path = Path(text)
    if text.endswith("/"):
        path.mkdir(parents=True, exist_ok=True)
    return path


Out = Annotated[
    Path | None, typer.Option(parser=_out, help="The file, or the folder (ends in /) to put it in (default: here).")
]
Words = Annotated[Path | None, typer.Option("--homologacion", help="A YAML file instead of the mandante's own.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be exported; write and mark nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Config = Annotated[Path, typer.Option("--config", "-c", help="The TOML file.")]
DEFAULT_CONFIG = Path("cintillo.toml")
PACKAGED = Path(__file__).resolve().parents[2] / "config" / "homologacion"
SHOWN = 20


@export_app.command()
def gestiones(
    mandante: Mandante,
    since: Since,
    until: Until,
    out: Out = None,
    homologacion: Words = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Every gestión that the mandante was not sent yet; what its homologación does not map is blocked and listed."""
    run(lambda: _export("gestiones", mandante, since, until, out, homologacion, dry_run, as_json, config))


@export_app.command()
def compromisos(
    mandante: Mandante,
    since: Since,
    until: Until,
    out: Out = None,
    homologacion: Words = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Every compromiso made in those days that the mandante was not sent yet, with its state as of now."""
    run(lambda: _export("compromisos", mandante, since, until, out, homologacion, dry_run, as_json, config))


async def _export(
    kind: Kind,
    mandante: str,
    since: str,
    until: str,
    out: Path | None,
    homologacion: Path | None,
    dry_run: bool,
    as_json: bool,
    config: Path,
) -> None:
    from config.edge.files import load_settings
    from dialer.edge.store import Store
    from dialer.edge.store_export import Wanted

    settings = load_settings(config)
    wanted = Wanted(mandante, kind, _day("--from", since), _day("--to", until), settings.zone)
    if wanted.until < wanted.since:
        raise ConfigError(f"--to {until}: comes before --from {since}")
    it = _read(homologacion or _found(mandante, Path(settings.scripts) if settings.scripts else None), mandante)
    it.columns(kind)
    store = await Store.open(settings.database)
    try:
        made = await store.export(
            wanted,
            it,
            lambda salida: _bytes(salida, it, kind),
            lambda number: _name(wanted, number, it, out),
            by=_user(),
            at_ms=time.time_ns() // 1_000_000,
            dry_run=dry_run,
        )
    finally:
        await store.close()
    path = _written(made, out)
    _report_json(made, wanted, path, dry_run) if as_json else _report(made, wanted, path, dry_run)


def _user() -> str:
    """Who runs the command, for the record; empty where the machine has no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{option} {text!r}: is no day; write it as 2026-11-30") from None


def _found(mandante: str, site: Path | None) -> Path:
    """The mandante's file: the site's own (under ``homologacion/`` of its folder of scripts), else the packaged one."""
    folders = [*([site / "homologacion"] if site else []), PACKAGED]
    paths = [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
    for path in paths:
        if path.stem == mandante:
            return path
    known = ", ".join(sorted({path.stem for path in paths})) or "none"
    raise HomologacionError(
        f"mandante {mandante!r}: has no homologación; write {folders[0] / (mandante + '.yaml')} (there are: {known})"
    )


def _read(path: Path, mandante: str) -> Homologacion:
    from scripts_llamada.edge.files import read_yaml

    raw, lines = read_yaml(path)
    it = parse(raw, str(path), lines)
    if it.mandante != mandante:
        raise HomologacionError(f"{path}: mandante = {it.mandante!r}: is not the one asked for, {mandante!r}")
    return it


def _bytes(salida: Salida, it: Homologacion, kind: Kind) -> bytes:
    from dialer.edge.exports import xlsx_bytes

    return xlsx_bytes(table(salida, it, kind), kind) if it.format.file == "xlsx" else csv_bytes(salida, it, kind)


def _name(wanted: Any, number: int, it: Homologacion, out: Path | None) -> str:
    if out is not None and not out.is_dir():
        return out.name
    return f"{wanted.mandante}-{wanted.kind}-{wanted.since}-{wanted.until}-{number}.{it.format.file}"


def _written(made: Any, out: Path | None) -> Path | None:
    from dialer.edge.exports import write_file

    if made.exportacion_id is None:
        return None
    path = out if out is not None and not out.is_dir() else (out or Path()) / made.file_name
    write_file(path, made.content)
    return path


# ── reports ─────────────────────────────────────────────────────────────────────────────────────────


def _report_json(made: Any, wanted: Any, path: Path | None, dry_run: bool) -> None:
    blocked = [
        {"id": one.id, "code": one.code, "reason": one.reason, "column": one.column, "detail": one.detail}
        for one in made.blocked
    ]
    counts = {name: getattr(made, name) for name in ("read", "written", "already", "unmapped", "repeated", "same")}
    print(
        json.dumps(
            {
                "mandante": wanted.mandante,
                "kind": wanted.kind,
                "from": wanted.since.isoformat(),
                "to": wanted.until.isoformat(),
                "dry_run": dry_run,
                **counts,
                "blocked": blocked,
                "exportacion_id": made.exportacion_id,
                "file": str(path) if path else None,
                "sha256": made.sha256,
            },
            ensure_ascii=False,
        )
    )


def _report(made: Any, wanted: Any, path: Path | None, dry_run: bool) -> None:
    from dialer.cli.terminal import console as terminal

    console = terminal()
    console.print(
        f"[bold]{wanted.mandante}[/], {wanted.kind} del {wanted.since:%d-%m-%Y} al {wanted.until:%d-%m-%Y}: "
        f"{made.read} leídas = {made.written} {'por escribir' if dry_run else 'escritas'} + "
        f"{len(made.blocked)} bloqueadas; {made.already} ya exportadas antes"
    )
    if made.blocked:
        console.print(_table(made))
    console.print(_end(made, path, dry_run))


def _table(made: Any) -> Any:
    from rich.table import Table

    grid = Table(title=f"Bloqueadas ({len(made.blocked)})", title_justify="left")
    for column in ("N.º", "Código", "Motivo", "Columna", "Detalle"):
        grid.add_column(column, overflow="fold")
    for one in made.blocked[:SHOWN]:
        grid.add_row(str(one.id), one.code, REASONS[one.reason], one.column, one.detail)
    if len(made.blocked) > SHOWN:
        grid.add_row("…", "", "", "", f"y {len(made.blocked) - SHOWN} más: use --json para verlas todas")
    return grid


def _end(made: Any, path: Path | None, dry_run: bool) -> str:
    if dry_run:
        return "Ensayo: no se escribió nada."
    if path is None:
        return "No había nada que exportar: no se escribió ningún archivo."
    if not made.repeated:
        return f"Exportación {made.exportacion_id}: {path}"
    again = f"Nada nuevo: se rehízo el archivo de la exportación {made.exportacion_id} en {path}"
    return again + ("." if made.same else "; ya no es idéntico: cambió la homologación o un dato desde entonces.")
