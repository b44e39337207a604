"""The samples on disk: an assignment, and a file of every other kind that comes after it. `make docs` writes them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from dialer.sim import muestra, muestra_cargas
from dialer.sim.muestra_cargas import Cell

SEED = 2026
TODAY = date(2026, 11, 20)
FOLDER = Path(__file__).resolve().parents[2] / "config" / "muestra"


def write_muestra(path: str | Path, *, seed: int = SEED, today: date = TODAY, deudores: int = muestra.DEUDORES) -> None:
    """Write the invented cartera of `dialer.sim.muestra`: the same seed and date give the same bytes."""
    text = muestra.facturas(random.Random(seed), today, deudores)
    Path(path).write_bytes(text.encode())


def write_all(folder: Path) -> None:
    """Write the whole set: the same bytes each time but for the workbook, whose cells are the same."""
    write_muestra(folder / "facturas.csv")
    facturas = muestra_cargas.facturas_of((folder / "facturas.csv").read_text("utf-8"))
    for name, data in muestra_cargas.texts(facturas, TODAY).items():
        (folder / name).write_bytes(data)
    _write_book(folder / "pagos.xlsx", muestra_cargas.pagos(facturas, random.Random(SEED), TODAY))


def _write_book(path: Path, rows: Sequence[Sequence[Cell]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Pagos")
    for row in rows:
        sheet.append(row)
    book.save(path)


if __name__ == "__main__":
    write_all(FOLDER)
