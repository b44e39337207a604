"""`cintillo load`."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from config.edge.files import load_settings
from config.settings import ConfigError
from dialer.carteras.model import Carga, Totals
from dialer.carteras.monto import Sign
from dialer.edge.loads import read_carga
from dialer.edge.store import Store
from dialer.records import LoadResult

SHOWN = 20


async def load_file(
    file: Path, mandante: str, cartera: str, decimal: str, dry_run: bool, as_json: bool, config: Path
) -> int:
    """Read, judge, apply, report. Raises what the reading and the store raise, each with its sentence."""
    settings = load_settings(config)
    if cartera not in settings.carteras:
        known = ", ".join(sorted(settings.carteras))
        raise ConfigError(f"cartera {cartera!r}: is not in {config}; there are: {known}")
    if decimal not in ("", ",", "."):
        raise ConfigError(f"--decimal {decimal!r}: must be ',' or '.'")
    sign = cast(Sign, decimal) if decimal else None
    with Progress(disable=as_json, transient=True) as bar:
        task = bar.add_task(file.name, total=None)
        carga = await asyncio.to_thread(
            read_carga,
            file,
            mandante,
            cartera,
            decimal=sign,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    result = None if dry_run else await _apply(settings.database, carga, settings.carteras[cartera].order)
    _report_json(carga, result) if as_json else _report(carga, result)
    return 0


async def _apply(database: str, carga: Carga, order: tuple[str, ...]) -> LoadResult:
    store = await Store.open(database)
    try:
        return await store.apply_load(carga, time.time_ns() // 1_000_000, order)
    finally:
        await store.close()


def _report_json(carga: Carga, result: LoadResult | None) -> None:
    rows = [
        {"row": one.row, "column": one.column, "value": one.value, "reason": one.reason, "detail": one.detail}
        for one in carga.rechazos
    ]
    report = {"totals": _totals(carga.totals), "rejected": rows, "applied": _applied(result)}
    print(json.dumps(report, ensure_ascii=False))


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "rows_read": totals.rows_read,
        "rows_loaded": totals.rows_loaded,
        "rows_rejected": totals.rows_rejected,
        "deudores": totals.deudores,
        "documentos": totals.documentos,
        "saldo": {currency: str(saldo) for currency, saldo in totals.saldo.items()},
    }


def _applied(result: LoadResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {name: getattr(result, name) for name in LoadResult.__struct_fields__}


def _report(carga: Carga, result: LoadResult | None) -> None:
    console = Console()
    totals = carga.totals
    saldo = ", ".join(f"{currency} {amount:,.0f}".replace(",", ".") for currency, amount in totals.saldo.items())
    console.print(
        f"[bold]{carga.file_name}[/]: {totals.rows_read} filas leídas, {totals.rows_loaded} cargadas, "
        f"{totals.rows_rejected} rechazadas; {totals.deudores} deudores, {totals.documentos} documentos; saldo {saldo}"
    )
    if carga.rechazos:
        console.print(_table(carga))
    if result is None:
        console.print("Ensayo: no se escribió nada.")
    elif result.already_loaded:
        console.print(f"Este mismo archivo ya se había cargado (carga {result.carga_id}): no cambió nada.")
    else:
        console.print(
            f"Carga {result.carga_id}: {result.deudores_new} deudores nuevos, {result.casos_new} casos nuevos, "
            f"{result.documentos_new} documentos nuevos, {result.documentos_known} ya estaban, "
            f"{result.documentos_conflict} en conflicto (quedaron como estaban)."
        )


def _table(carga: Carga) -> Table:
    table = Table(title=f"Filas rechazadas ({len(carga.rechazos)})", title_justify="left")
    for column in ("Fila", "Columna", "Valor", "Motivo", "Detalle"):
        table.add_column(column, overflow="fold")
    for one in carga.rechazos[:SHOWN]:
        table.add_row(str(one.row), one.column, one.value, one.reason, one.detail)
    if len(carga.rechazos) > SHOWN:
        table.add_row("…", "", "", "", f"y {len(carga.rechazos) - SHOWN} más: use --json para verlas todas")
    return table
