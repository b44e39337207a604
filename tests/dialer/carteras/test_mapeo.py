"""A file of unknown headings is understood by what a person says, and nothing is loaded on a likeness alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras import carga, columnas, mapeo
from dialer.carteras.carga import Origen
from dialer.carteras.columnas import LAYOUTS
from dialer.carteras.mapeo import Entendido, Mapeo, Vista
from dialer.carteras.plantilla import Formato
from dialer.carteras.rechazo import CargaError

NO_LETTERS = Entendido("utf-8", "archivo")
KNOWN = """RUT;MONTO;FECHA;OBS
12.345.678-5;1.250.000;05-09-2026;al día
9.876.543-3;45.000,50;31-12-2026;Ñuñoa
11.222.333-9;1.000;01-10-2026;
"""
ODD = """Quién;Cuánto pagó;Día;Nota
12.345.678-5;1.250.000;05-09-2026;a
9.876.543-3;45.000,50;31-12-2026;b
11.222.333-9;1.000;01-10-2026;c
"""
CHOSEN = {"rut": ("Quién",), "monto": ("Cuánto pagó",), "fecha": ("Día",)}


def seen(text: str, formato: Formato | None = None, how: str = "plantilla", kind: str = "pagos") -> Vista:
    return mapeo.look(carga.table(text.encode(), kind, formato), kind, formato, how, NO_LETTERS)


def fields(vista: Vista) -> dict[str, tuple[str, str]]:
    return {one.heading: (one.field, one.how) for one in vista.columns}


def test_columns_of_known_names_are_shown_with_cells_and_need_nobody() -> None:
    vista = seen(KNOWN)
    assert fields(vista) == {
        "RUT": ("rut", "nombre"),
        "MONTO": ("monto", "nombre"),
        "FECHA": ("fecha", "nombre"),
        "OBS": ("", ""),
    }
    assert (vista.trouble, vista.rows, vista.header_row) == ("", 3, 1)
    assert vista.columns[0].samples == ("12.345.678-5", "9.876.543-3", "11.222.333-9")


def test_how_amounts_and_dates_are_read_is_shown_on_the_files_own_cells() -> None:
    vista = seen(KNOWN)
    assert (vista.decimal.value, vista.decimal.how) == (",", "archivo")
    assert vista.decimal.examples[:2] == (("1.250.000", "1250000"), ("45.000,50", "45000.5"))
    assert vista.dates.examples[0] == ("05-09-2026", "2026-09-05")
    stated = seen(KNOWN, Formato(dates="mdy", decimal=","))
    assert stated.dates.examples[0] == ("05-09-2026", "2026-05-09") and stated.dates.how == "dicho"


def test_a_needed_field_without_a_known_heading_is_proposed_by_its_cells_and_the_file_is_not_loaded_yet() -> None:
    vista = seen(ODD)
    assert fields(vista)["Quién"] == ("rut", "celdas")
    assert "Faltan columnas" in vista.trouble


def test_two_columns_that_say_the_same_are_both_shown_so() -> None:
    vista = seen("RUT;MONTO;FECHA;FECHA PAGO\n12.345.678-5;1000;05-09-2026;06-09-2026\n")
    assert [one.field for one in vista.columns] == ["rut", "monto", "fecha", "fecha"]
    assert "no se sabe cuál vale" in vista.trouble


def test_an_amount_that_reads_two_ways_is_a_trouble_that_a_stated_sign_takes_away() -> None:
    text = "RUT;MONTO;FECHA\n12.345.678-5;1.250;05-09-2026\n"
    assert "puede leerse de dos maneras" in seen(text).decimal.trouble
    said = seen(text, mapeo.laid(Mapeo(decimal=","), None, "pagos"))
    assert (said.trouble, said.decimal.examples) == ("", (("1.250", "1250"),))


def test_what_a_person_chose_is_what_the_file_is_read_by() -> None:
    formato = mapeo.laid(Mapeo(CHOSEN), None, "pagos")
    vista = seen(ODD, formato, "mano")
    assert fields(vista)["Cuánto pagó"] == ("monto", "mano") and vista.trouble == ""
    read = carga.read(ODD.encode(), Origen("a.csv", "0", "andes", ""), kind="pagos", formato=formato)
    assert (read.totals.rows_loaded, read.totals.saldo) == (3, {"CLP": pytest.approx(1296000.5)})


def test_a_choice_lies_over_the_template_and_keeps_what_still_stands() -> None:
    base = Formato(
        columns={"rut": "A", "monto": "B", "fecha": "C", "moneda": "D"},
        currencies={"1": "CLP"},
        fractions={"monto": "E"},
        constants={"tipo": "factura"},
        encoding="cp1252",
    )
    laid = mapeo.laid(Mapeo(CHOSEN, decimal="."), base, "pagos")
    assert (laid.encoding, laid.decimal, laid.fractions, laid.currencies) == ("cp1252", ".", {"monto": "E"}, {})
    assert mapeo.laid(Mapeo({**CHOSEN, "tipo": ("Nota",)}), base, "pagos").constants == {}


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"rut": ("Quién",)}, "Faltan columnas: MONTO ASIGNADO, FECHA"),
        ({**CHOSEN, "referencia": ("Día",)}, "«Día» se eligió para dos datos"),
        ({**CHOSEN, "monto": ("Cuánto pagó", "Nota")}, "Dos columnas dicen ser «monto»"),
        ({**CHOSEN, "apodo": ("Nota",)}, "«apodo» no es un dato"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_in_words(chosen: dict[str, tuple[str, ...]], said: str) -> None:
    with pytest.raises(CargaError, match=said):
        mapeo.laid(Mapeo(chosen), None, "pagos")


@pytest.mark.parametrize("text", ["", "{", '{"columns": 3}', '{"format": "fixed"}', '{"decimal": ";"}'])
def test_what_is_no_choice_is_refused(text: str) -> None:
    with pytest.raises(CargaError, match="no se entienden"):
        mapeo.read(text)


def test_the_positions_of_a_fixed_width_file_are_the_templates() -> None:
    base = Formato(format="fixed", columns={"rut": "1-9", "monto": "10-15", "fecha": "16-23"})
    assert mapeo.laid(Mapeo(CHOSEN), base, "pagos").columns == base.columns
    vista = seen("123456785  1000202609 5\n".replace("09 5", "0905"), base)
    assert vista.fixed and [one.field for one in vista.columns] == ["rut", "monto", "fecha"]


@given(st.sampled_from(sorted(LAYOUTS)), st.data())
def test_any_choice_is_either_refused_in_words_or_is_a_format_that_reads_those_columns(
    kind: str, data: st.DataObject
) -> None:
    known = columnas.fields(LAYOUTS[kind])
    headings = st.lists(st.sampled_from("ABCDEF"), min_size=1, max_size=3, unique=True).map(tuple)
    chosen = data.draw(st.dictionaries(st.sampled_from([*known, "otro"]), headings))
    text = json.dumps({"columns": chosen, "decimal": data.draw(st.sampled_from(["", ",", "."]))})
    try:
        laid = mapeo.laid(mapeo.read(text), None, kind)
    except CargaError as bad:
        assert str(bad).endswith(".")
    else:
        assert set(laid.columns) == set(chosen)
