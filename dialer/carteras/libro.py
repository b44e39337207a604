"""A workbook's cells as text, and which of its sheets is meant. Reading the file itself is an edge's work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from dialer.carteras import tabla
from dialer.carteras.rechazo import CargaError
from dialer.carteras.tabla import Numero, Tabla

EXACT_BELOW = 1e15
"""A spreadsheet keeps fifteen digits: what is larger has lost some."""


class HojaDeLibro(NamedTuple):
    """A visible sheet: its name, the number of its first row, its cells as they were read."""

    name: str
    first_row: int
    rows: list[list[str]]


def text(value: object) -> str:
    """A cell as text: whole numbers without decimals, dates ISO (with the time, if they have one), nothing as empty.

    A number that has lost digits comes out in scientific notation, which every reader of values refuses.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "VERDADERO" if value else "FALSO"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, date) and hasattr(value, "hour"):
        return str(value).removesuffix(" 00:00:00")
    return str(value)


def _number(value: float) -> Numero:
    if abs(value) >= EXACT_BELOW:
        return Numero(f"{value:.14E}")
    if value == int(value):
        return Numero(int(value))
    return Numero(f"{value:.4f}".rstrip("0").rstrip("."))


def choose(
    sheets: Sequence[HojaDeLibro],
    recognised: Callable[[Sequence[str]], int],
    complete: Callable[[Sequence[str]], bool],
    *,
    sheet: str = "",
    header_row: int = 0,
) -> Tabla:
    """The table of the one sheet with a `complete` header and rows under it; or of the one named `sheet`.

    Where no header is complete, the best recognised is taken, so that the caller can say what is missing.
    Raises `CargaError` where there are no data, or several sheets may be meant.
    """
    if sheet:
        sheets = _named(sheets, sheet)
    tables = [
        (one.name, tabla.from_cells(one.rows, recognised, one.first_row, header_row)) for one in sheets if one.rows
    ]
    if not tables:
        raise CargaError("El libro no tiene ninguna hoja visible con datos.")
    full = [(name, table) for name, table in tables if complete(table.header) and any(True for _ in table.filas)]
    if len(full) > 1:
        raise CargaError(
            f"Varias hojas del libro traen los datos ({', '.join(f'«{name}»' for name, _ in full)}): deje una sola "
            "visible, o diga cuál en la plantilla (sheet)."
        )
    return full[0][1] if full else max(tables, key=lambda pair: recognised(pair[1].header))[1]


def _named(sheets: Sequence[HojaDeLibro], sheet: str) -> list[HojaDeLibro]:
    found = [one for one in sheets if one.name.strip().casefold() == sheet.strip().casefold()]
    if not found:
        names = ", ".join(f"«{one.name}»" for one in sheets)
        raise CargaError(f"El libro no tiene una hoja visible «{sheet}»; tiene: {names or 'ninguna'}.")
    return found


def rows(values: Iterable[Sequence[object]]) -> list[list[str]]:
    """All cells of a sheet as text."""
    return [[text(value) for value in row] for row in values]
