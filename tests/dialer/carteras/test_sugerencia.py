"""A new file's columns are suggested by likeness, each field once, for a person to confirm."""

from __future__ import annotations

import yaml

from dialer.carteras import plantilla, sugerencia
from dialer.carteras.columnas import LAYOUTS, fields
from dialer.carteras.sugerencia import suggest
from dialer.carteras.tabla import Fila, Tabla

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
    text = sugerencia.as_yaml("acme", "asignacion", Tabla((*HEADER, 'Raro: "x" # 1', ""), 1, ()), "csv")
    formato = plantilla.parse(yaml.safe_load(text), "acme.yaml").kinds["asignacion"]
    assert formato.columns["rut"] == "Rut Cliente Deudor" and formato.columns["fono"] == "Telefono Cel 1"
    assert "FALTA" not in text and 'sin uso: "Raro: \\"x\\" # 1"' in text


def test_what_is_missing_is_said() -> None:
    text = sugerencia.as_yaml("acme", "pagos", Tabla(("zzz",), 1, ()), "csv")
    assert "FALTA: rut, monto, fecha" in text
    assert plantilla.parse(yaml.safe_load(text), "acme.yaml").kinds["pagos"].columns == {}


def test_every_field_can_be_suggested() -> None:
    for layout in LAYOUTS.values():
        assert {field for _, field in sugerencia._names(layout)} == set(fields(layout))


PAGOS = ("Identificación cliente", "Folio pagado", "Día de pago", "Importe abonado", "Color")


def pagos(*changes: str) -> Tabla:
    row = ("12.345.678-5", "10234", "20/11/2026", "1.250.000", "por caja")
    rows = [tuple(changed or cell for changed, cell in zip(changes or ("",) * 5, row, strict=True))] * 4
    return Tabla(PAGOS, 1, [Fila(n, cells, 5) for n, cells in enumerate(rows, start=2)])


def found(table: Tabla) -> dict[str, str]:
    columns = (
        plantilla.parse(yaml.safe_load(sugerencia.as_yaml("acme", "pagos", table)), "acme.yaml").kinds["pagos"].columns
    )
    return {field: str(heading) for field, heading in columns.items()}


def test_a_heading_that_is_like_nothing_is_known_by_its_cells() -> None:
    assert found(pagos()) == {
        "rut": "Identificación cliente",
        "numero": "Folio pagado",
        "fecha": "Día de pago",
        "monto": "Importe abonado",
    }


def test_a_column_of_other_cells_is_not_suggested_for_an_amount_or_a_date() -> None:
    said = found(pagos("", "", "pronto", "lo prometido", ""))
    assert "fecha" not in said and said.get("monto") != "Importe abonado"
