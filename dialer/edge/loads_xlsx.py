"""Workbooks: a mandante's in (python-calamine), and the list of what was rejected out (openpyxl)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from dialer.carteras import libro
from dialer.carteras.libro import HojaDeLibro
from dialer.carteras.model import Carga, Rechazo
from dialer.carteras.rechazo import CargaError
from dialer.carteras.tabla import Tabla

UNPACKED_MAX = 2_000_000_000
"""Bytes to which a workbook may unpack: one that unfolds into more is no mandante's."""
HEADINGS = ("Fila", "Columna", "Valor", "Motivo", "Detalle")
WIDTHS = (8, 24, 32, 20, 90)
_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def is_book(data: bytes) -> bool:
    """Whether bytes are a workbook (.xlsx, .xlsb, .ods, .xls) and not text."""
    return data.startswith(_MAGIC)


def read_book(
    data: bytes,
    recognised: Callable[[Sequence[str]], int],
    complete: Callable[[Sequence[str]], bool],
    *,
    sheet: str = "",
    header_row: int = 0,
) -> Tabla:
    """The table of a workbook, by its values (never its formulas); hidden sheets are as if not there.

    See `libro.choose`. Raises `CargaError`.
    """
    _refuse_bomb(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [_sheet(book, one.name) for one in book.sheets_metadata if _is_seen(one.typ, one.visible)]
    except PasswordError:
        raise CargaError("El libro tiene contraseña: pídalo sin ella.") from None
    except CalamineError as bad:
        raise CargaError(
            f"El libro no se puede leer ({bad}): ábralo en Excel, guárdelo como XLSX y cárguelo."
        ) from None
    return libro.choose(sheets, recognised, complete, sheet=sheet, header_row=header_row)


def rechazos_xlsx(carga: Carga) -> bytes:
    """A workbook with the rejected rows, and another sheet with the values that were dropped (avisos).

    Every cell but the row number is text, and none begins like a formula, so that it is safe to open, and to save as
    CSV and open again.
    """
    book = Workbook(write_only=True)
    for title, notes in (("Rechazos", carga.rechazos), ("Avisos", carga.avisos)):
        _write(book.create_sheet(title), notes)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula, without what XML cannot hold."""
    clean = _NO_XML.sub("\ufffd", text)
    return f"'{clean}" if clean.lstrip(" \u00a0").startswith(_FORMULA) else clean


def _is_seen(kind: SheetTypeEnum, visible: SheetVisibleEnum) -> bool:
    return kind == SheetTypeEnum.WorkSheet and visible == SheetVisibleEnum.Visible


def _sheet(book: CalamineWorkbook, name: str) -> HojaDeLibro:
    sheet = book.get_sheet_by_name(name)
    return HojaDeLibro(name, 1, libro.rows(sheet.iter_rows()))


def _refuse_bomb(data: bytes) -> None:
    if data.startswith(_MAGIC[0]):
        try:
            size = sum(each.file_size for each in zipfile.ZipFile(io.BytesIO(data)).infolist())
        except zipfile.BadZipFile:
            raise CargaError("El libro está dañado o cortado: pídalo de nuevo.") from None
        if size > UNPACKED_MAX:
            raise CargaError(f"El libro se expande a {size // 1_000_000} MB: es demasiado; pídalo como CSV.")


def _write(sheet: WriteOnlyWorksheet, notes: Sequence[Rechazo]) -> None:
    for letter, width in zip("ABCDE", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width  # type: ignore[attr-defined]
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, heading) for heading in HEADINGS])
    for one in notes:
        texts = (one.column, one.value, one.reason, one.detail)
        sheet.append([one.row, *(_cell(sheet, text) for text in texts)])


def _cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, value=safe_text(text))
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
