"""Loading a file from end to end: read it, try or apply it, tell every row. The command and the API both do it here.

The API's files are read in a process of their own: a million rows must not take the floor's loop away.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, cast

import msgspec

from agents.cargas import CargaAsked, CargaRefused, PlantillaAsked
from config.settings import ConfigError, Settings
from dialer.carteras.carga import CargaError
from dialer.carteras.confirmacion import confirms, control_words
from dialer.carteras.filas import KINDS
from dialer.carteras.model import APART, Carga, Rechazo, Totals
from dialer.carteras.monto import Sign
from dialer.carteras.plantilla import Formato
from dialer.cli import plantillas
from dialer.cli.filed import published
from dialer.cli.promises import judge_promises
from dialer.edge.loads import look, read_carga
from dialer.edge.loads_xlsx import rechazos_xlsx
from dialer.edge.store import ORDER, Store
from dialer.edge.store_obra import Wanted
from dialer.records import BooksError, CargaListed, LoadRefused, LoadResult, UndoRefused
from scripts_llamada.guion import GuionError

Progress = Callable[[int, int], None]
KIND_NAMES = ("asignacion", *KINDS)
NOBODYS = ("uf", "bloqueos")


@contextmanager
def hurried() -> Iterator[None]:
    """While a process does nothing but load: looking for garbage among a million rows would take half its time."""
    sweeping = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if sweeping:
            gc.enable()


def check(settings: Settings, asked: CargaAsked) -> None:
    """Raises `ConfigError` for a kind, a mandante or a cartera that cannot be."""
    check_kind(asked.kind, asked.mandante)
    if not asked.cartera and asked.kind == "asignacion":
        raise ConfigError("cartera: a load of asignacion needs the cartera's code (--cartera)")
    if asked.cartera and asked.cartera not in settings.carteras:
        known = ", ".join(sorted(settings.carteras))
        raise ConfigError(f"cartera {asked.cartera!r}: is not in the configuration; there are: {known}")
    if asked.decimal not in ("", ",", "."):
        raise ConfigError(f"--decimal {asked.decimal!r}: must be ',' or '.'")


def check_kind(kind: str, mandante: str) -> None:
    """Raises `ConfigError`."""
    if kind not in KIND_NAMES:
        raise ConfigError(f"kind {kind!r}: there is no such kind of load; there are: {', '.join(KIND_NAMES)}")
    if not mandante and kind not in NOBODYS:
        raise ConfigError(f"mandante: a load of {kind} needs the mandante's code (--mandante)")


def read(settings: Settings, asked: CargaAsked, path: Path, progress: Progress | None = None) -> Carga:
    """Read and judge the file. Raises `CargaError`, and `ConfigError` or `GuionError` for its template."""
    sign = cast(Sign, asked.decimal) if asked.decimal else None
    how = plantillas.formato(settings, asked)
    found = read_carga(
        path, asked.mandante, asked.cartera, kind=asked.kind, decimal=sign, formato=how, progress=progress
    )
    return msgspec.structs.replace(found, file_name=asked.file_name)


# ── the books ───────────────────────────────────────────────────────────────────────────────────────


async def attempt(
    settings: Settings, carga: Carga, asked: CargaAsked, now_ms: int, *, apply: bool, detail: bool = True
) -> LoadResult:
    """Apply the carga, or only try it; `detail`: tell what each row came to."""
    store = await Store.open(settings.database)
    try:
        settings = await published(settings, store, now_ms)
        orders = {code: strategy.order for code, strategy in settings.carteras.items()}
        wanted = Wanted(by=asked.by, template=asked.template, detail=detail, orders=orders)
        act = store.apply_load if apply else store.try_load
        result = await act(carga, now_ms, orders.get(asked.cartera, ORDER), wanted)
        if apply and carga.kind == "pagos":
            await judge_promises(store, settings, now_ms)
        return result
    finally:
        await store.close()


async def undo(settings: Settings, carga_id: int, by: str, now_ms: int) -> int:
    """Undo a load; how many rows that were. Raises `UndoRefused`, `LoadRefused`."""
    store = await Store.open(settings.database)
    try:
        settings = await published(settings, store, now_ms)
        orders = {code: strategy.order for code, strategy in settings.carteras.items()}
        rows = await store.undo_load(carga_id, now_ms, by, orders=orders)
        await judge_promises(store, settings, now_ms)
        return rows
    finally:
        await store.close()


async def templates(settings: Settings, mandante: str, kind: str) -> list[dict[str, Any]]:
    """See `plantillas.listed`."""
    store = await Store.open(settings.database)
    try:
        return await plantillas.listed(settings, store, mandante, kind)
    finally:
        await store.close()


def control(carga: Carga, result: LoadResult) -> Totals:
    """The totals to be confirmed: without the rows that only the books refuse. Σ is of the file's rows as read."""
    loaded = carga.totals.rows_loaded - len(result.refused)
    return msgspec.structs.replace(carga.totals, rows_loaded=loaded, rows_rejected=carga.totals.rows_read - loaded)


# ── telling it ──────────────────────────────────────────────────────────────────────────────────────


def report(carga: Carga, result: LoadResult, *, applied: bool) -> dict[str, Any]:
    """What a program is told: every row as a spreadsheet numbers it, the control totals, what changed."""
    totals = control(carga, result)
    done = applied or result.already_loaded
    return {
        "kind": carga.kind,
        "file": carga.file_name,
        "sha256": carga.file_sha256,
        "mandante": carga.mandante,
        "cartera": carga.cartera,
        "totals": {
            "rows_read": totals.rows_read,
            "rows_loaded": totals.rows_loaded,
            "rows_rejected": totals.rows_rejected,
            "deudores": totals.deudores,
            "documentos": totals.documentos,
            "saldo": sums(totals.saldo),
        },
        "confirm": control_words(carga.totals),
        "columns": [{"column": heading, "field": field} for heading, field in carga.columnas],
        "rows": _rows(carga, result),
        "warnings": [_said(one) for one in sorted((*carga.avisos, *result.remarks), key=lambda it: it.row)],
        "saldo_before": sums(result.before),
        "saldo_after": sums(result.after),
        "changes": {name: getattr(result, name) for name in COUNTS},
        "already_loaded": result.already_loaded,
        "applied": applied and not result.already_loaded,
        "carga_id": result.carga_id if done else None,
    }


COUNTS = (
    *("rows_new", "rows_changed", "rows_unchanged", "deudores_new", "casos_new"),
    *("documentos_new", "documentos_known", "documentos_conflict", "telefonos_new"),
)


def sums(by_currency: Any) -> dict[str, str]:
    return {money: f"{amount:f}" for money, amount in sorted(by_currency.items())}


def _said(one: Rechazo) -> dict[str, Any]:
    return {"row": one.row, "column": one.column, "value": one.value, "reason": one.reason, "detail": one.detail}


def _rows(carga: Carga, result: LoadResult) -> list[dict[str, Any]]:
    refused = {one.row for one in result.refused}
    effects = {one.row: one for one in result.efectos}
    rows = [{"status": "rejected", **_said(one)} for one in (*carga.rechazos, *result.refused)]
    for one in carga.leidas:
        if one.row in refused:
            continue
        values = _canonical(one.values)
        row: dict[str, Any] = {"status": "loaded", "row": one.row, "effect": "unchanged", "values": values}
        found = effects.get(one.row)
        if found:
            row |= {"effect": found.effect, "before": found.before, "after": found.after}
        rows.append(row)
    return sorted(rows, key=lambda row: row["row"])


def _canonical(values: dict[str, str]) -> dict[str, Any]:
    """What a row may have several of, as a list."""
    told: dict[str, Any] = {
        name: text.split() if name in ("telefonos", "emails") else text for name, text in values.items()
    }
    if "addresses" in told:
        told["addresses"] = values["addresses"].split(APART) if values["addresses"] else []
    return told


def listed(one: CargaListed) -> dict[str, Any]:
    return {**msgspec.structs.asdict(one), "saldo": sums(one.saldo)}


def rejects_of(carga: Carga, result: LoadResult) -> bytes:
    """A workbook with all rejected rows, the reader's and the books', and the remarks."""
    both = (*carga.rechazos, *result.refused), (*carga.avisos, *result.remarks)
    rechazos, avisos = (tuple(sorted(each, key=lambda it: it.row)) for each in both)
    return rechazos_xlsx(msgspec.structs.replace(carga, rechazos=rechazos, avisos=avisos))


# ── for the API: each file in a process of its own ──────────────────────────────────────────────────

Work = Callable[[Settings, CargaAsked, str, int], bytes]


def work(settings: Settings, asked: CargaAsked, path: str, now_ms: int) -> bytes:
    """Read a file and try or apply it, in whatever process this runs; the report as JSON. Raises `CargaRefused`."""
    try:
        with hurried():
            return _worked(settings, asked, Path(path), now_ms)
    except (BooksError, CargaError, ConfigError, GuionError) as bad:
        raise CargaRefused("refused", str(bad)) from None


def look_at(settings: Settings, asked: CargaAsked, path: str, now_ms: int) -> bytes:
    """A file's columns and what each is taken for, as JSON. Raises `CargaRefused`."""
    try:
        check(settings, asked)
        how = plantillas.formato(settings, asked)
        if asked.decimal:
            how = (how or Formato()).model_copy(update={"decimal": asked.decimal})
        return msgspec.json.encode(look(path, asked.kind, how, "mano" if asked.mapping else "plantilla"))
    except (BooksError, CargaError, ConfigError, GuionError) as bad:
        raise CargaRefused("refused", str(bad)) from None


def _worked(settings: Settings, asked: CargaAsked, path: Path, now_ms: int) -> bytes:
    check(settings, asked)
    carga = read(settings, asked, path)
    apply = not asked.dry_run
    if apply:
        confirms(carga.totals, asked.confirm)
    result = asyncio.run(attempt(settings, carga, asked, now_ms, apply=apply))
    return msgspec.json.encode(report(carga, result, applied=apply))


class Desk:
    """The port `agents.cargas.Cargas`. One file at a time: the next one waits its turn."""

    def __init__(self, settings: Callable[[], Settings], store: Store, now_ms: Callable[[], int]) -> None:
        self._settings, self._store, self._now_ms = settings, store, now_ms
        self._turn = asyncio.Lock()
        self._warm: ProcessPoolExecutor | None = None

    async def load(self, asked: CargaAsked, path: str) -> bytes:
        return await self._apart(work, asked, path)

    async def look(self, asked: CargaAsked, path: str) -> bytes:
        return await self._apart(look_at, asked, path)

    async def _apart(self, act: Work, asked: CargaAsked, path: str) -> bytes:
        """After a look the process stays: the trial that follows needs not wait seconds for another to begin."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            processes = self._warm or ProcessPoolExecutor(1, mp_context=get_context("spawn"))
            self._warm = None
            try:
                done = await loop.run_in_executor(processes, act, self._settings(), asked, path, self._now_ms())
                self._warm = processes if act is look_at else None
                return done
            except BrokenProcessPool:
                raise CargaRefused("refused", "La carga se interrumpió: vea en la lista si se aplicó.") from None
            finally:
                if self._warm is None:
                    processes.shutdown(wait=False)

    async def undo(self, carga_id: int, by: str) -> int:
        orders = {code: strategy.order for code, strategy in self._settings().carteras.items()}
        try:
            return await self._store.undo_load(carga_id, self._now_ms(), by, orders=orders)
        except LoadRefused as bad:
            raise CargaRefused("not_found", str(bad)) from None
        except UndoRefused as bad:
            raise CargaRefused("in_use", str(bad)) from None

    async def templates(self, mandante: str, kind: str) -> list[dict[str, Any]]:
        try:
            return await plantillas.listed(self._settings(), self._store, mandante, kind)
        except (ConfigError, GuionError) as bad:
            raise CargaRefused("refused", str(bad)) from None

    async def save_template(self, asked: PlantillaAsked) -> None:
        try:
            check_kind(asked.kind, asked.mandante)
            one = await asyncio.to_thread(plantillas.saved_as, self._settings(), asked, self._now_ms())
        except (BooksError, CargaError, ConfigError, GuionError) as bad:
            raise CargaRefused("refused", str(bad)) from None
        await self._store.save_plantilla(one)

    async def listed(self, mandante: str) -> list[dict[str, Any]]:
        return [listed(one) for one in await self._store.loads(mandante)]

    async def rejects(self, carga_id: int) -> bytes:
        try:
            rechazos, avisos = await self._store.load_rechazos(carga_id)
        except LoadRefused as bad:
            raise CargaRefused("not_found", str(bad)) from None
        nothing = Totals(0, 0, 0, 0, 0, {})
        return await asyncio.to_thread(rechazos_xlsx, Carga("", "", "", "", (), rechazos, nothing, avisos))


def now_ms() -> int:
    return time.time_ns() // 1_000_000
