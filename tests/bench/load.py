"""A million debtors from a mandante's file into the database: `python -m tests.bench --only load`.

One CSV of kind asignación, one row to a debtor, as the reader takes it: every row validated and normalised, then
applied (deudor, caso, documento, saldo, movimiento, teléfono). Beside it, in the same run and on the same empty tables,
the bare insertion of the very rows that came out of it: PostgreSQL's COPY of each table, SQLite's prepared INSERT, with
the same indexes and references. `ratio` is the whole load to that. `staging_copy_s` is COPY of the clean rows into one
table without any index: the least that PostgreSQL can do with them. `peak_mb`: the most memory that this process held.
Rows to load: `CINTILLO_BENCH_ROWS` (1,000,000).
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dialer.cli.cargas import hurried
from dialer.edge import schema as t
from dialer.edge import store_bulk as bulk
from dialer.edge.loads import read_carga
from dialer.edge.store import Store
from tests.floors import TUESDAY_NOON
from tests.servers import NO_POSTGRES, Postgres, postgres_programs

ROWS = int(os.environ.get("CINTILLO_BENCH_ROWS", "1000000"))
HEADER = "RUT;NOMBRE;DIRECCION;COMUNA;CELULAR1;MAIL1;TIPODOCUMENTO;NUMERO;FECDOC;FECVENC;MONEDA;MONTO;SALDO"
COMUNAS = ("Maipú", "Ñuñoa", "Arica", "Punta Arenas", "Peñalolén", "Concepción", "Coyhaique", "Valparaíso")
TABLES = ("deudor", "telefono", "correo", "caso", "saldo", "documento", "documento_movimiento")
WIDTH = 10_000


def write_file(path: Path, rows: int) -> None:
    """Invented debtors, each with one document; in no order of RUT."""
    dice = random.Random(7)
    numbers = dice.sample(range(5_000_000, 25_000_000), rows)
    with path.open("w", encoding="utf-8") as out:
        out.write(HEADER + "\n")
        for n, number in enumerate(numbers):
            out.write(_row(n, number, dice) + "\n")


def _row(n: int, number: int, dice: random.Random) -> str:
    saldo = f"{dice.randint(10_000, 9_999_999):,}".replace(",", ".")
    due = f"{dice.randint(1, 28):02}/{dice.randint(1, 12):02}/2026"
    phone = f"+569{dice.randint(61_000_000, 98_000_000)}"
    who = f"{number:,}".replace(",", ".") + f"-{_check_digit(number)};Deudora {n} Ñáñez"
    where = f"Calle {n % 5000};{COMUNAS[n % 8]};{phone};d{n}@x.example"
    return f"{who};{where};Factura;{n};01/01/2026;{due};CLP;{saldo};{saldo}"


def _check_digit(number: int) -> str:
    total = sum(int(figure) * (2 + n % 6) for n, figure in enumerate(reversed(str(number))))
    return "0123456789K"[(11 - total % 11) % 11]


async def _load(url: str, file: Path) -> dict[str, float]:
    store = await Store.open(url)
    try:
        began = time.perf_counter()
        carga = read_carga(file, "andes", "facturas")
        read = time.perf_counter()
        result = await store.apply_load(carga, TUESDAY_NOON)
        done = time.perf_counter()
        assert result.rows_new > ROWS * 0.999, result
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"read_s": read - began, "apply_s": done - read, "peak_mb": peak}
    finally:
        await store.close()


def load(url: str, file: str) -> dict[str, float]:
    """In a process of its own, as the command has one, so that its memory is its own."""
    with hurried():
        return asyncio.run(_load(url, Path(file)))


# ── the same rows, bare ─────────────────────────────────────────────────────────────────────────────


async def _bare(url: str, empty: str) -> tuple[float, float]:
    """Seconds to copy what the load brought into the tables of an empty database, and (PostgreSQL) into a bare one."""
    source, target = await Store.open(url), await Store.open(empty)
    bare_s = staging_s = 0.0
    try:
        async with source._loading.connect() as there, target._loading.begin() as here:
            await here.execute(sa.text("SELECT 1"))
            await bulk.prepare(here)
            for name in ("mandante", "cartera", *TABLES):
                bare_s += await _copy(there, here, t.metadata.tables[name])
            if here.dialect.name == "postgresql":
                staging_s = await _staging(there, here)
            began = time.perf_counter()
        bare_s += time.perf_counter() - began
    finally:
        await source.close()
        await target.close()
    return bare_s, staging_s


async def _copy(there: Any, here: Any, table: sa.Table) -> float:
    native, columns, took_s = bulk.Native(here), [column.name for column in table.columns], 0.0
    rows = await there.execute(sa.select(table))
    money = {n for n, column in enumerate(table.columns) if isinstance(column.type, t.Money)}
    days = {n for n, column in enumerate(table.columns) if isinstance(column.type, sa.Date)}
    while some := rows.fetchmany(WIDTH):
        plain = [tuple(_native(native, n, value, money, days) for n, value in enumerate(row)) for row in some]
        began = time.perf_counter()
        await bulk.insert(here, table, columns, plain)
        took_s += time.perf_counter() - began
    return took_s


def _native(native: bulk.Native, n: int, value: Any, money: set[int], days: set[int]) -> Any:
    if value is None:
        return None
    if isinstance(value, tuple):
        return " ".join(value)
    return native.money(value) if n in money else native.day(value) if n in days else value


_STAGING = sa.Table(
    "clean_rows",
    sa.MetaData(),
    *(sa.Column(name, sa.Text) for name in ("rut", "name", "comuna", "address", "e164", "kind", "number", "currency")),
    sa.Column("saldo", sa.Numeric(18, 4)),
    sa.Column("due", sa.Date),
)


async def _staging(there: Any, here: Any) -> float:
    """COPY of the clean rows, one line each, into a table without indexes."""
    await here.run_sync(_STAGING.create)
    d, c, p, f = t.documento.c, t.caso.c, t.deudor.c, t.telefono.c
    wanted = (
        sa.select(p.rut, p.name, p.comuna, p.address, f.e164, d.kind, d.number, d.currency, d.saldo, d.due)
        .join(t.caso, c.id == d.caso_id)
        .join(t.deudor, p.id == c.deudor_id)
        .join(t.telefono, f.deudor_id == p.id)
    )
    rows, took_s = await there.execute(wanted), 0.0
    names = [column.name for column in _STAGING.columns]
    while some := rows.fetchmany(WIDTH):
        plain = [tuple(row) for row in some]
        began = time.perf_counter()
        await bulk.insert(here, _STAGING, names, plain)
        took_s += time.perf_counter() - began
    return took_s


def bare(url: str, empty: str) -> tuple[float, float]:
    return asyncio.run(_bare(url, empty))


# ── the run ─────────────────────────────────────────────────────────────────────────────────────────


def _databases(undo: ExitStack, folder: str) -> Iterator[tuple[str, str, str]]:
    """Each kind of database with two empty ones of it."""
    yield "SQLite", f"sqlite+aiosqlite:///{folder}/a.db", f"sqlite+aiosqlite:///{folder}/b.db"
    programs = postgres_programs()
    if programs is None:
        print(f"load: {NO_POSTGRES}")
        return
    server = Postgres(programs, fsync=True)
    undo.callback(server.stop)
    server.start()
    yield "PostgreSQL", server.empty_database(), server.empty_database()


def run() -> list[dict[str, Any]]:
    """A row for each database."""
    rows = []
    with ExitStack() as undo:
        folder = undo.enter_context(tempfile.TemporaryDirectory(prefix="cintillo-bench-"))
        file = Path(folder) / "cartera.csv"
        write_file(file, ROWS)
        for kind, url, empty in _databases(undo, folder):
            figures = _apart(load, url, str(file))
            bare_s, staging_s = _apart(bare, url, empty)
            whole = figures["read_s"] + figures["apply_s"]
            rows.append(
                {
                    "bench": "load",
                    "database": kind,
                    "rows": ROWS,
                    "read_s": round(figures["read_s"], 1),
                    "apply_s": round(figures["apply_s"], 1),
                    "bare_insert_s": round(bare_s, 1),
                    "ratio": round(whole / bare_s, 2),
                    "apply_ratio": round(figures["apply_s"] / bare_s, 2),
                    "staging_copy_s": round(staging_s, 1),
                    "rows_per_s": round(ROWS / whole),
                    "peak_mb": round(figures["peak_mb"]),
                }
            )
    return rows


def _apart(work: Any, *args: Any) -> Any:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(work, *args).result()
