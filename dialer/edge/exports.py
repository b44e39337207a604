"""Files for a mandante: XLSX bytes, and writing a file so that it is there whole or not at all."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb">\d{4}-\d\d-\d\dT[^<]*Z?<")


def xlsx_bytes(table: Iterable[Sequence[str]], sheet: str) -> bytes:
    """A workbook of one sheet whose every cell is a text, never a formula or a number. Equal tables, equal bytes."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    for row in table:
        page.append([_text(page, value) for value in row])
    made = io.BytesIO()
    book.save(made)
    return _timeless(made.getvalue())


def _text(page: Any, value: str) -> Any:
    cell: Any = WriteOnlyCell(page, value=value)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def _timeless(content: bytes) -> bytes:
    """Without the moment of writing, which the archive and its properties hold: the file's hash is of what it says."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda it: (it != "[Content_Types].xml", it)):
            part = old.read(name)
            part = _STAMP.sub(b">1980-01-01T00:00:00Z<", part) if name == "docProps/core.xml" else part
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, part)
    return made.getvalue()


def write_file(path: Path, content: bytes) -> None:
    """Write the file under its name once it is whole on the disk. Raises `OSError`."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
