"""A file -> a table of text: encoding, delimiter, where the header is, and rows numbered as a spreadsheet shows them.

Three ways lead to a `Tabla`: `parse` for delimited text, `fixed` for columns of fixed width, `from_cells` for the rows
of a spreadsheet. Nothing here knows what a column means; the caller says how many of a row's cells it recognises as
headings. Rows are made anew each time they are asked for, because a million of them do not fit beside what they become.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from dialer.carteras.rechazo import CargaError

DELIMITERS = (";", ",", "\t", "|")
HEADER_WITHIN = 30
_QUOTED_LINES_MAX = 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "un libro de Excel (o un ZIP)"),
    (b"\xd0\xcf\x11\xe0", "un libro de Excel antiguo"),
    (b"%PDF", "un PDF"),
)


class Numero(str):
    """A cell that a spreadsheet holds as a number: a point before its decimals, and only one way to read it."""

    __slots__ = ()


class Fila(NamedTuple):
    """A row: its number in a spreadsheet, as many cells as the header, and how many there were (`found`).

    `cut`: it is the last one, is short, and the file ends in the middle of its line.
    """

    number: int
    cells: Sequence[str]
    found: int
    cut: bool = False


class Tabla(NamedTuple):
    """`header_row` is the header's row number (0: there is none); `filas` are the rows under it that are not blank.

    `filas` can be gone through as often as needed.
    """

    header: tuple[str, ...]
    header_row: int
    filas: Iterable[Fila]


def decode(data: bytes, encoding: str = "") -> str:
    """The text of a file: a BOM decides; else NULs in every other byte mean UTF-16; else UTF-8; else cp1252.

    `encoding` states it instead, except where a BOM says otherwise.
    Raises `CargaError` for a file that is not text, is empty, or ends in the middle of a character.
    """
    for magic, what in _NOT_TEXT:
        if data.startswith(magic):
            raise CargaError(f"El archivo es {what}, no texto: guárdelo como CSV o XLSX y cárguelo de nuevo.")
    found, body = _encoding(data, encoding)
    try:
        text = body.decode(found)
    except UnicodeDecodeError as bad:
        raise CargaError(_undecodable(body, found, bad)) from None
    if "\0" in text:
        raise CargaError("El archivo trae bytes nulos: no es un archivo de texto, o llegó dañado. Pídalo de nuevo.")
    if not text.strip():
        raise CargaError("El archivo está vacío.")
    return text


def encoding_of(data: bytes, stated: str = "") -> str:
    """The encoding by which `decode` reads a file."""
    return _encoding(data, stated)[0]


def parse(text: str, recognised: Callable[[Sequence[str]], int], delimiter: str = "", header_row: int = 0) -> Tabla:
    """The table in delimited `text`. The header is the row, and the delimiter the one, with most cells `recognised`.

    Where no row has two, the first that is not blank is taken for the header, so that the caller can say what it found.
    `delimiter` and `header_row` (from 1) state theirs. Raises `CargaError` where there is no such row.
    """
    lines = lines_of(text)
    at, found = _find_header(lines, recognised, delimiter, header_row)
    header = tuple(cell.strip() for cell in _cells(lines[at], found, 0))
    return Tabla(header, at + 1, _Delimited(lines, at, found, len(header)))


def fixed(text: str, columns: Mapping[str, tuple[int, int]], first_row: int = 1) -> Tabla:
    """The table in `text` of fixed width. `columns`: heading -> first and last position, from 1, both included."""
    return Tabla(tuple(columns), first_row - 1, _Fixed(lines_of(text), tuple(columns.values()), first_row - 1))


def from_cells(
    rows: Sequence[Sequence[str]], recognised: Callable[[Sequence[str]], int], first_row: int = 1, header_row: int = 0
) -> Tabla:
    """The table in a spreadsheet's rows, the first of which is number `first_row`; for the rest see `parse`."""
    if header_row:
        at = header_row - first_row
    else:
        counts = [recognised(cells) for cells in rows[:HEADER_WITHIN]]
        best = max(counts, default=0)
        at = counts.index(best) if best > 1 else next((n for n, cells in enumerate(rows) if any(cells)), 0)
    if not 0 <= at < len(rows):
        raise CargaError(f"No hay fila {header_row or first_row}, donde debía estar el encabezado.")
    last = max((n for n, cell in enumerate(rows[at], 1) if cell.strip()), default=0)
    header = tuple(cell.strip() for cell in rows[at][:last])
    return Tabla(header, first_row + at, _Cells(rows, at, first_row, last))


def lines_of(text: str) -> list[str]:
    """The lines of a text, whatever ends them."""
    return (text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text).split("\n")


def _encoding(data: bytes, stated: str) -> tuple[str, bytes]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding, data[len(bom) :]
    if stated:
        return ("utf-16-le" if stated == "utf-16" else stated), data
    sample = data[:4096]
    even, odd = sample[::2].count(0) / (len(sample) / 2 or 1), sample[1::2].count(0) / (len(sample) / 2 or 1)
    if max(even, odd) > 0.8 and min(even, odd) < 0.2:
        return ("utf-16-le" if odd > even else "utf-16-be"), data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as bad:
        return ("utf-8" if _is_cut(data, bad) else "cp1252"), data
    return "utf-8", data


def _is_cut(data: bytes, bad: UnicodeDecodeError) -> bool:
    """Whether everything is UTF-8 except for a last character without its end.

    One lone byte after pure ASCII may be cp1252's ``ñ``; C2 and C3, which begin every Spanish letter of UTF-8, are
    ``Â`` and ``Ã`` there, which no Chilean name ends in.
    """
    if bad.end != len(data) or bad.reason != "unexpected end of data":
        return False
    tail = data[bad.start :]
    return len(tail) > 1 or tail[0] in (0xC2, 0xC3) or not data[: bad.start].isascii()


def _undecodable(body: bytes, encoding: str, bad: UnicodeDecodeError) -> str:
    if encoding.startswith("utf") and bad.end == len(body):
        name = encoding[:6].removesuffix("-").upper()
        return f"El archivo está cortado: es {name} y termina en medio de un carácter. Pídalo completo."
    return (
        f"El archivo no se puede leer como {encoding}: el byte {bad.start + 1} (0x{body[bad.start]:02X}) no es de esa "
        "codificación. Guárdelo como «CSV UTF-8» y cárguelo de nuevo."
    )


def _find_header(
    lines: list[str], recognised: Callable[[Sequence[str]], int], delimiter: str, header_row: int
) -> tuple[int, str]:
    if header_row > len(lines):
        raise CargaError(f"No hay fila {header_row}, donde debía estar el encabezado.")
    rows = [header_row - 1] if header_row else range(min(HEADER_WITHIN, len(lines)))
    first = header_row - 1 if header_row else next(n for n, line in enumerate(lines) if line.strip())
    best, where = 1, (first, delimiter or ";")
    for at in rows:
        for each in delimiter or DELIMITERS:
            count = recognised(_cells(lines[at], each, 0)) if each in lines[at] else 0
            if count > best:
                best, where = count, (at, each)
    return where


def _cells(line: str, delimiter: str, width: int) -> list[str]:
    """The cells of one line. A quote that only some names have is a quote; one that makes the row fit is CSV's."""
    raw = line.split(delimiter)
    if '"' not in line:
        return raw
    cells = _csv([line], delimiter, strict=False)
    return raw if cells is None or (len(cells) != width and len(raw) == width) else cells


class _Delimited:
    def __init__(self, lines: list[str], header_at: int, delimiter: str, width: int) -> None:
        self.lines, self.header_at, self.delimiter, self.width = lines, header_at, delimiter, width

    def __iter__(self) -> Iterator[Fila]:
        lines, delimiter, width = self.lines, self.delimiter, self.width
        nothing = delimiter + '" \t\u00a0'
        at, number = self.header_at + 1, self.header_at + 1
        while at < len(lines):
            number += 1
            line = lines[at]
            if '"' not in line and line.strip(nothing):
                cells, used = line.split(delimiter), 1
            else:
                cells, used = _record(lines, at, delimiter, width)
            at += used
            found = len(cells)
            if found == width and line[:1] not in nothing:
                yield Fila(number, cells, found)
            elif "".join(cells).strip():
                yield _uneven(number, cells, width, last=at >= len(lines))


class _Fixed:
    def __init__(self, lines: list[str], spans: Sequence[tuple[int, int]], skipped: int) -> None:
        self.lines, self.spans, self.skipped = lines, [(first - 1, last) for first, last in spans], skipped

    def __iter__(self) -> Iterator[Fila]:
        width, needed = len(self.spans), max(first for first, _ in self.spans)
        for number, line in enumerate(self.lines[self.skipped :], self.skipped + 1):
            if line.strip():
                cells = [line[first:last] for first, last in self.spans]
                yield Fila(number, cells, width, cut=len(line) <= needed and number == len(self.lines))


class _Cells:
    def __init__(self, rows: Sequence[Sequence[str]], header_at: int, first_row: int, width: int) -> None:
        self.rows, self.header_at, self.first_row, self.width = rows, header_at, first_row, width

    def __iter__(self) -> Iterator[Fila]:
        for at in range(self.header_at + 1, len(self.rows)):
            cells = self.rows[at]
            if any(cell and not cell.isspace() for cell in cells):
                yield Fila(self.first_row + at, _fitted(list(cells), self.width), self.width)


def _uneven(number: int, cells: list[str], width: int, last: bool) -> Fila:
    found = len(cells)
    if found == width:
        return Fila(number, cells, found)
    return Fila(number, _fitted(cells, width), _filled(cells, width), cut=found < width and last)


def _record(lines: list[str], at: int, delimiter: str, width: int) -> tuple[list[str], int]:
    """The record that begins at line `at`, and how many lines it takes (a quoted cell may hold line breaks)."""
    line = lines[at]
    if '"' not in line or line.count('"') % 2 == 0:
        return _cells(line, delimiter, width), 1
    for used in range(2, _QUOTED_LINES_MAX + 1):
        more = lines[at + used - 1] if at + used <= len(lines) else None
        if more is None or len(more.split(delimiter)) == width:
            break  # the quote was never closed: what follows is a row of its own, and must not be swallowed
        if more.count('"') % 2:
            joined = _csv(lines[at : at + used], delimiter, strict=True)
            if joined is not None and len(joined) == width:
                return joined, used
            break
    return line.split(delimiter), 1


def _csv(lines: list[str], delimiter: str, strict: bool) -> list[str] | None:
    """The one record in `lines`, or None where they are not exactly one."""
    try:
        rows = list(csv.reader([line + "\n" for line in lines], delimiter=delimiter, strict=strict))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _fitted(cells: list[str], width: int) -> list[str]:
    return (cells + [""] * (width - len(cells)))[:width]


def _filled(cells: list[str], width: int) -> int:
    """How many cells a row really has: empty ones past the header's width do not count."""
    last = max(n for n, cell in enumerate(cells, 1) if cell and not cell.isspace())
    return max(last, min(len(cells), width))
