"""A mandante is told what was done in its own words, or not at all: nothing is guessed, lost, or run as a formula."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras.homologacion import (
    FIELDS,
    REASONS,
    Hecho,
    Homologacion,
    HomologacionError,
    csv_bytes,
    parse,
    rows,
    safe,
    table,
)
from dialer.cli.export import PACKAGED
from scripts_llamada.edge.files import load_arboles, read_yaml

HECHO = Hecho(
    id=7,
    code="D01",
    at_local="2026-11-09T08:05:03",
    rut="1234567-K",
    name="Peña; Ñuñoa y Cía.",
    cartera="facturas",
    phone="+56912345678",
    email="pagos@example.cl",
    comment="paga el 30",
    agent="e01",
    promise_due="2026-11-30",
    promise_amount=Decimal("1250000"),
    currency="CLP",
    promise_state="vigente",
)
COLUMNS = [{"header": "RUT", "field": "rut"}, {"header": "ACCION", "code": "accion"}]


def homologacion(*columns: dict[str, Any], **how: Any) -> Homologacion:
    raw = {
        "mandante": "ACME",
        "format": how,
        "gestiones": {"columns": list(columns or COLUMNS)},
        "compromisos": {"columns": [{"header": "E", "state": "estado"}, {"header": "A", "code": "accion"}]},
        "codes": {"D01": {"accion": "CPP"}, "S01": {"accion": "NC"}},
        "states": {"vigente": {"estado": "VIG"}},
    }
    return parse(raw, "acme.yaml")


def hecho(**more: Any) -> Hecho:
    return Hecho(**{name: getattr(HECHO, name) for name in Hecho.__struct_fields__} | more)


def cell(field: str, it: Hecho = HECHO, **how: Any) -> str:
    salida = rows([it], homologacion({"header": "X", "field": field}, **how))
    assert not salida.blocked
    return salida.rows[0].cells[0]


# ── in = out + blocked ──────────────────────────────────────────────────────────────────────────────

HECHOS = st.builds(
    hecho,
    id=st.integers(1, 10**9),
    code=st.sampled_from(["D01", "S01", "D99", "", "d01"]),
    comment=st.text(max_size=30),
    name=st.text(max_size=10),
    promise_state=st.sampled_from(["vigente", "rota", ""]),
)
HOWS = st.fixed_dictionaries(
    {
        "file": st.sampled_from(["csv", "xlsx"]),
        "encoding": st.sampled_from(["cp1252", "utf-8", "utf-8-sig", "latin-1"]),
        "delimiter": st.sampled_from([";", ",", "\t", "|"]),
        "quote": st.sampled_from(["minimal", "all"]),
    }
)
WIDE = [
    *COLUMNS,
    {"header": "COMENTARIO", "field": "comentario", "max": 20},
    {"header": "NOMBRE", "field": "nombre"},
]


@given(st.lists(HECHOS, unique_by=lambda one: one.id, max_size=12), HOWS, st.sampled_from(["gestiones", "compromisos"]))
def test_what_goes_in_is_what_comes_out_plus_what_is_blocked_and_the_file_reads_back_the_same(
    hechos: list[Hecho], how: dict[str, str], kind: Any
) -> None:
    it = homologacion(*WIDE, **how)
    salida = rows(hechos, it, kind)
    out, stopped = [one.id for one in salida.rows], [one.id for one in salida.blocked]
    assert sorted(out + stopped) == sorted(one.id for one in hechos)
    assert out == [one.id for one in hechos if one.id in set(out)], "in the order they came"
    assert {one.reason for one in salida.blocked} <= set(REASONS)
    unknown = {one.id for one in hechos if one.code not in it.codes}
    assert unknown <= set(stopped), "no code is ever guessed"
    if how["file"] == "csv":
        text = csv_bytes(salida, it, kind).decode(how["encoding"])
        assert list(csv.reader(io.StringIO(text, newline=""), delimiter=how["delimiter"])) == [
            list(line) for line in table(salida, it, kind)
        ]


def test_an_unmapped_code_is_listed_with_how_many_rows_it_blocks() -> None:
    salida = rows(
        [hecho(id=1), hecho(id=2, code="D77"), hecho(id=3, code="D77"), hecho(id=4, code="S99")], homologacion()
    )
    assert salida.unmapped == {"D77": 2, "S99": 1}
    assert [one.id for one in salida.rows] == [1]
    assert salida.blocked[0].detail == "«D77» no está en la homologación de ACME: agréguelo y exporte de nuevo"


def test_a_gestion_whose_code_no_column_shows_needs_it_mapped_all_the_same() -> None:
    assert rows([hecho(code="D77")], homologacion({"header": "RUT", "field": "rut"})).unmapped == {"D77": 1}


def test_an_unmapped_state_of_a_compromiso_blocks_it() -> None:
    salida = rows([hecho(id=1), hecho(id=2, promise_state="rota")], homologacion(), "compromisos")
    assert [one.cells for one in salida.rows] == [("VIG", "CPP")]
    assert salida.unmapped == {"rota": 1}


def test_a_character_that_the_encoding_lacks_is_reported_and_never_replaced() -> None:
    it = homologacion({"header": "COMENTARIO", "field": "comentario"})
    salida = rows([hecho(id=1, comment="ñandú €5"), hecho(id=2, comment="paga 😀 mañana")], it)
    assert [one.id for one in salida.rows] == [1]
    [blocked] = salida.blocked
    assert (blocked.reason, blocked.column) == ("encoding", "COMENTARIO")
    assert blocked.detail == "el carácter '😀' (U+1F600) de «COMENTARIO» no existe en cp1252"
    assert csv_bytes(salida, it, "gestiones") == "COMENTARIO\r\nñandú €5\r\n".encode("cp1252")


def test_a_text_that_its_column_cannot_hold_is_blocked_and_never_cut() -> None:
    it = homologacion({"header": "C", "field": "comentario", "max": 5})
    [blocked] = rows([hecho(comment="seis..")], it).blocked
    assert (blocked.reason, blocked.detail) == ("too_long", "«C» admite 5 caracteres y el texto tiene 6")


# ── formulas ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text", ["=1+1", "+SUMA(A1)", "-2+3", "@SUM(1)", "  =1", "\t=1", "\r=1", "\n@x", "＝1+1", "=cmd|' /C calc'!A0", "-"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert safe(text).startswith("'")


@pytest.mark.parametrize("text", ["-45000", "+56912345678", "-1,5", "12345678-5", "a=b", "", "ñ"])
def test_plain_numbers_and_texts_stay_as_they_are(text: str) -> None:
    assert safe(text) == text


@given(st.text(max_size=40))
def test_no_text_leaves_as_a_formula_or_on_two_lines(text: str) -> None:
    made = safe(text)
    assert not made.startswith(("=", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"))
    assert len(made.splitlines()) <= 1 and safe(made) == made
    if made.startswith(("+", "-")):
        assert made[1:].replace(",", ".", 1).replace(".", "", 1).isdigit()


# ── shapes ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rut", "written"),
    [("12345678-5", "1234567-K"), ("12.345.678-5", "1.234.567-K"), ("123456785", "1234567K"), ("12345678", "1234567")],
)
def test_a_rut_is_written_with_or_without_its_digit_as_the_mandante_wants_it(rut: str, written: str) -> None:
    assert cell("rut", rut=rut) == written
    assert cell("dv") == "K"


@pytest.mark.parametrize(
    ("date", "written"),
    [("dd-mm-yyyy", "09-11-2026"), ("yyyymmdd", "20261109"), ("dd/mm/yy", "09/11/26"), ("yyyy-mm-dd", "2026-11-09")],
)
def test_a_date_is_written_in_the_mandantes_order(date: str, written: str) -> None:
    assert cell("fecha", date=date) == written


def test_hours_telephones_and_amounts_are_written_as_the_mandante_reads_them() -> None:
    assert cell("hora", time="HHMM") == "0805"
    assert cell("fecha_hora") == "09-11-2026 08:05:03"
    assert [cell("telefono", phone=one) for one in ("+56912345678", "56912345678", "912345678")] == [
        "+56912345678",
        "56912345678",
        "912345678",
    ]
    assert cell("telefono", hecho(phone="+5491123456789"), phone="912345678") == "5491123456789"
    assert cell("compromiso_monto") == "1250000"
    assert cell("compromiso_monto", hecho(promise_amount=Decimal("12.5")), decimal=",") == "12,5"
    assert cell("compromiso_monto", hecho(promise_amount=None)) == cell("compromiso_fecha", hecho(promise_due="")) == ""


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_can_be_written(field: str) -> None:
    assert cell(field) != ""


def test_a_file_without_header_has_only_its_rows() -> None:
    it = homologacion(*COLUMNS, header=False, delimiter="\t", quote="all")
    assert csv_bytes(rows([HECHO], it), it, "gestiones") == b'"1234567-K"\t"CPP"\r\n'


# ── the homologación itself ─────────────────────────────────────────────────────────────────────────


def test_the_sample_maps_every_code_of_the_packaged_tree() -> None:
    raw, lines = read_yaml(PACKAGED / "ACME.yaml")
    it = parse(raw, "ACME.yaml", lines)
    assert set(it.codes) == set(load_arboles()["generico"].dispositions)
    assert [column.header for column in it.columns("gestiones")][:3] == ["RUT", "FECHA", "ACCION"]
    assert set(it.states) == {"vigente", "cumplida", "parcial", "rota", "editada"}


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ({"header": "X"}, "exactly one of field, code, state and constant"),
        ({"header": "X", "field": "rut", "code": "accion"}, "exactly one of"),
        ({"header": "X", "field": "rutt"}, "there is no field 'rutt'; there are: id, rut, dv"),
        ({"header": "X", "code": "subestado"}, "D01, S01: give no 'subestado', which the column needs"),
        ({"header": "X", "state": "estado"}, "a gestión has no state"),
        ({"header": "😀", "field": "rut"}, "cannot be written in cp1252"),
        ({"header": "X", "constant": "→"}, "cannot be written in cp1252"),
    ],
)
def test_a_column_that_cannot_be_filled_is_refused_before_anything_is_exported(
    column: dict[str, Any], says: str
) -> None:
    with pytest.raises(HomologacionError, match="acme") as refused:
        homologacion(column)
    assert says in str(refused.value)


@pytest.mark.parametrize("date", ["dd-mm", "dd-dd-yyyy", "mm/dd", "dd-mm-yyyy-dd", "día"])
def test_a_date_that_lacks_a_part_is_refused(date: str) -> None:
    with pytest.raises(HomologacionError, match="date"):
        homologacion(date=date)


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(HomologacionError, match="two columns are called 'RUT'"):
        homologacion(*COLUMNS, COLUMNS[0])


def test_a_kind_that_the_mandante_has_no_file_of_is_named() -> None:
    it = parse({"mandante": "ACME", "gestiones": {"columns": [COLUMNS[0]]}, "codes": {}}, "acme.yaml")
    with pytest.raises(HomologacionError, match="has no file of compromisos"):
        rows([HECHO], it, "compromisos")
