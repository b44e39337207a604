"""Bytes become rows without losing an ñ, a row or a cell, whatever program wrote them."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras import tabla
from dialer.carteras.rechazo import CargaError

TEXT = "RUT;NOMBRE\n1-9;Ñuñoa Peñalolén\n"


def known(cells: object) -> int:
    return sum(str(cell).strip() in ("RUT", "NOMBRE", "SALDO") for cell in cells)  # type: ignore[attr-defined]


def rows(text: str) -> list[tuple[int, list[str]]]:
    return [(fila.number, list(fila.cells)) for fila in tabla.parse(text, known).filas]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
    ],
)
def test_the_letters_arrive_in_every_encoding(data: bytes) -> None:
    assert tabla.decode(data) == TEXT


@pytest.mark.parametrize("lost", [1, 2])
def test_a_utf8_file_cut_in_the_middle_of_a_character_is_refused_and_not_read_as_cp1252(lost: int) -> None:
    with pytest.raises(CargaError, match="cortado"):
        tabla.decode("RUT;NOMBRE\n1-9;Peña €".encode()[:-lost])


def test_a_cp1252_file_may_end_in_an_ene() -> None:
    assert tabla.decode("RUT;NOMBRE\n1-9;DOÑ".encode("cp1252")[:-1] + b"\xf1") == "RUT;NOMBRE\n1-9;DOñ"


def test_an_odd_byte_at_the_end_of_utf16_means_that_it_was_cut() -> None:
    with pytest.raises(CargaError, match="cortado"):
        tabla.decode(TEXT.encode("utf-16")[:-1])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "vac"),
        (b"  \n\r\n", "vac"),
        (b"PK\x03\x04rest", "libro de Excel"),
        (b"\xd0\xcf\x11\xe0rest", "Excel antiguo"),
        (b"%PDF-1.7", "PDF"),
        (b"a;b\nc\0;d\n" * 9, "bytes nulos"),
        (b"a;b\n\x81\xf1;d", "byte 5"),
    ],
)
def test_what_is_not_text_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(CargaError, match=sentence):
        tabla.decode(data)


@pytest.mark.parametrize("delimiter", tabla.DELIMITERS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_ends_are_found(delimiter: str, end: str) -> None:
    text = end.join([delimiter.join(row) for row in (("RUT", "NOMBRE", "SALDO"), ("1-9", "Peña", "1"))])
    assert rows(text) == [(2, ["1-9", "Peña", "1"])]


def test_the_header_may_stand_under_titles_and_blank_rows_do_not_count_as_data() -> None:
    text = "Asignación, noviembre;;\n\nRUT;NOMBRE;SALDO\n1-9;a;1\n;;\n  ; ;\n\n2-7;b;2\n"
    assert tabla.parse(text, known).header_row == 3
    assert rows(text) == [(4, ["1-9", "a", "1"]), (8, ["2-7", "b", "2"])]


def test_quotes_around_and_inside_names() -> None:
    text = 'RUT;NOMBRE;SALDO\n"1-9";"El ""Rápido""; Ltda.";1\n2-7;Bar "El Gato";2\n3-5;"Bar" Gato;3\n'
    assert [cells[1] for _, cells in rows(text)] == ['El "Rápido"; Ltda.', 'Bar "El Gato"', "Bar Gato"]


def test_a_quoted_cell_may_hold_line_breaks_and_counts_as_one_row() -> None:
    text = 'RUT;NOMBRE;SALDO\n1-9;"Los Aromos\n123";1\n2-7;b;2\n'
    assert rows(text) == [(2, ["1-9", "Los Aromos\n123", "1"]), (3, ["2-7", "b", "2"])]


@pytest.mark.parametrize("name", ['"El Gato', 'El "Gato', 'Tubo 3"'])
def test_a_quote_that_is_never_closed_swallows_nobody(name: str) -> None:
    text = f"RUT;NOMBRE;SALDO\n1-9;{name};1\n2-7;b;2\n3-5;{name};3\n4-3;d;4\n"
    assert [cells[0] for _, cells in rows(text)] == ["1-9", "2-7", "3-5", "4-3"]
    assert [cells[2] for _, cells in rows(text)] == ["1", "2", "3", "4"]


def test_rows_with_more_or_fewer_cells_are_told_apart() -> None:
    filas = tabla.parse("RUT;NOMBRE;SALDO\n1-9;a;1;;\n2-7;b;2;x\n3-5;c\n4-3;d", known).filas
    assert [(fila.found, fila.cut, len(fila.cells)) for fila in filas] == [
        (3, False, 3),
        (4, False, 3),
        (2, False, 3),
        (2, True, 3),
    ]


CELLS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8), st.sampled_from(tabla.DELIMITERS))
def test_what_a_csv_writer_wrote_on_single_lines_is_read_back(
    values: list[tuple[str, str, str]], delimiter: str
) -> None:
    values = [tuple(cell.replace("\n", " ") for cell in row) for row in values]  # type: ignore[misc]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [("RUT", "NOMBRE", "SALDO"), *values]
    )
    expected = [list(row) for row in values if "".join(row).strip()]
    assert [cells for _, cells in rows(out.getvalue())] == expected


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_sentence(data: bytes) -> None:
    try:
        tabla.parse(tabla.decode(data), known)
    except CargaError as bad:
        assert str(bad)
