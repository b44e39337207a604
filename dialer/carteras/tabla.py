"""Bytes -> a table of text: encoding, delimiter, where the header is, and rows numbered as a spreadsheet shows them.

Nothing here knows what a column means; the caller says how many of a row's cells it recognises as headings.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
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


class Fila(NamedTuple):
    """A row: its number in a spreadsheet, as many cells as the header, and how many there were (`found`).

    `cut`: it is the last one, is short, and the file ends in the middle of its line.
    """

    number: int
    cells: Sequence[str]
    found: int
    cut: bool = False


class Tabla(NamedTuple):
    """`header_row` is the header's row number; `filas` are the rows under it that are not blank."""

    header: tuple[str, ...]
    header_row: int
    filas: list[Fila]


def decode(data: bytes) -> str:
    """The text of a file: a BOM decides; else NULs in every other byte mean UTF-16; else UTF-8; else cp1252.

    Raises `CargaError` for a file that is not text, is empty, or ends in the middle of a character.
    """
    for magic, what in _NOT_TEXT:
        if data.startswith(magic):
            raise CargaError(f"El archivo es {what}, no un CSV: guárdelo como CSV y cárguelo de nuevo.")
    encoding, body = _encoding(data)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as bad:
        raise CargaError(_undecodable(body, encoding, bad)) from None
    if "\0" in text:
        raise CargaError("El archivo trae bytes nulos: no es un archivo de texto, o llegó dañado. Pídalo de nuevo.")
    if not text.strip():
        raise CargaError("El archivo está vacío.")
    return text


def parse(text: str, recognised: Callable[[Sequence[str]], int]) -> Tabla:
    """The table in `text`. The header is the row, and the delimiter the one, with most cells `recognised`.

    Where no row has two, the first that is not blank is taken for the header, so that the caller can say what it found.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at, delimiter = _find_header(lines, recognised)
    header = tuple(cell.strip() for cell in _cells(lines[at], delimiter, 0))
    return Tabla(header, at + 1, list(_filas(lines, at, delimiter, len(header))))


def _encoding(data: bytes) -> tuple[str, bytes]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding, data[len(bom) :]
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


def _find_header(lines: list[str], recognised: Callable[[Sequence[str]], int]) -> tuple[int, str]:
    best, where = 1, (next(n for n, line in enumerate(lines) if line.strip()), ";")
    for at, line in enumerate(lines[:HEADER_WITHIN]):
        for delimiter in DELIMITERS:
            count = recognised(_cells(line, delimiter, 0)) if delimiter in line else 0
            if count > best:
                best, where = count, (at, delimiter)
    return where


def _cells(line: str, delimiter: str, width: int) -> list[str]:
    """The cells of one line. A quote that only some names have is a quote; one that makes the row fit is CSV's."""
    raw = line.split(delimiter)
    if '"' not in line:
        return raw
    cells = _csv([line], delimiter, strict=False)
    return raw if cells is None or (len(cells) != width and len(raw) == width) else cells


def _filas(lines: list[str], header_at: int, delimiter: str, width: int) -> Iterator[Fila]:
    at, number = header_at + 1, header_at + 1
    while at < len(lines):
        number += 1
        cells, used = _record(lines, at, delimiter, width)
        at += used
        found = len(cells)
        if not "".join(cells).strip():
            continue
        if found == width:
            yield Fila(number, cells, found)
        else:
            cut = found < width and at >= len(lines)
            yield Fila(number, _fitted(cells, width), _filled(cells, width), cut)


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
