"""Files for a mandante: a workbook of texts, and a file that is whole or not there."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from dialer.edge.exports import write_file, xlsx_bytes

TABLE = [("RUT", "COMENTARIO"), ("12345678-5", "'=1+1"), ("00042", "=HYPERLINK(A1)"), ("", "ñandú 😀")]


def test_every_cell_of_a_workbook_is_a_text_and_none_a_formula() -> None:
    [sheet] = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(TABLE, "gestiones"))).worksheets
    read = [tuple(cell.value or "" for cell in row) for row in sheet.iter_rows()]
    assert (sheet.title, read) == ("gestiones", TABLE)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_equal_tables_make_equal_files() -> None:
    """A file's hash must say what is in it, not when it was written."""
    first = xlsx_bytes(TABLE, "gestiones")
    assert xlsx_bytes(TABLE, "gestiones") == first
    assert xlsx_bytes(TABLE[:-1], "gestiones") != first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert set(re.findall(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T", parts.read("docProps/core.xml"))) == {b"1980-01-01T"}


def test_a_file_replaces_the_one_before_it_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "salida.csv"
    for content in (b"uno", b"dos"):
        write_file(path, content)
        assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == ["salida.csv"]


def test_a_folder_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nada"):
        write_file(tmp_path / "nada" / "salida.csv", b"x")
