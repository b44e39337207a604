"""A new file's columns are suggested by likeness, each field once, for a person to confirm."""

from __future__ import annotations

import yaml

from dialer.carteras import plantilla, sugerencia
from dialer.carteras.columnas import LAYOUTS, fields
from dialer.carteras.sugerencia import suggest

HEADER = (
    "Rut Cliente Deudor",
    "Nombre del Deudor",
    "Nro. Documnto",
    "Fecha Vencimto",
    "Saldo Actual",
    "Telefono Cel 1",
)


def test_headings_that_are_almost_known_find_their_field() -> None:
    found = {one.heading: one.field for one in suggest((*HEADER, "Color"), "asignacion")}
    assert found == {
        "Rut Cliente Deudor": "rut",
        "Nombre del Deudor": "nombre",
        "Nro. Documnto": "numero",
        "Fecha Vencimto": "vencimiento",
        "Saldo Actual": "saldo",
        "Telefono Cel 1": "fono",
    }


def test_a_known_name_scores_100_and_wins_over_what_is_only_like_it() -> None:
    found = suggest(("SALDO ACTUALIZADO", "SALDO"), "saldos")
    assert [(one.heading, one.field, one.score) for one in found] == [("SALDO", "saldo", 100)]
    assert all(one.score < 100 for one in suggest(("Rut del Deudor X",), "saldos"))


def test_only_telephones_and_mails_may_have_several_columns() -> None:
    found = suggest(("Celular 1", "Celular 2", "Correo A", "RUT", "RUN"), "demograficos")
    assert [one.field for one in found].count("fono") == 2
    assert [one.field for one in found].count("rut") == 1


def test_a_suggestion_is_a_template_once_it_is_saved() -> None:
    text = sugerencia.as_yaml("acme", "asignacion", (*HEADER, 'Raro: "x" # 1', ""), "csv")
    formato = plantilla.parse(yaml.safe_load(text), "acme.yaml").kinds["asignacion"]
    assert formato.columns["rut"] == "Rut Cliente Deudor" and formato.columns["fono"] == "Telefono Cel 1"
    assert "FALTA" not in text and 'sin uso: "Raro: \\"x\\" # 1"' in text


def test_what_is_missing_is_said() -> None:
    text = sugerencia.as_yaml("acme", "pagos", ("zzz",), "csv")
    assert "FALTA: rut, monto, fecha" in text
    assert plantilla.parse(yaml.safe_load(text), "acme.yaml").kinds["pagos"].columns == {}


def test_every_field_can_be_suggested() -> None:
    for layout in LAYOUTS.values():
        assert {field for _, field in sugerencia._names(layout)} == set(fields(layout))
