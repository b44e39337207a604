"""Workbooks in, whatever Excel did to their figures; and rejected rows out, in a workbook that is safe to open."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from dialer.carteras import plantilla
from dialer.carteras.filas import FilaPago
from dialer.carteras.model import Carga, Rechazo, Totals
from dialer.carteras.rechazo import CargaError
from dialer.edge.loads import load_plantilla, read_bytes, read_carga, suggest_template
from dialer.edge.loads_xlsx import rechazos_xlsx, safe_text

HEADER = ["RUT", "NOMBRE", "TELEFONO1", "TIPODOC", "NUMERO", "FECVENC", "MONEDA", "SALDO"]
GOOD = ["12.345.678-5", "Peña", 987654320, "factura", 100, date(2026, 10, 31), "CLP", 1250000]


def book(*sheets: tuple[str, list[list[Any]]], hidden: str = "") -> bytes:
    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(data: bytes, kind: str = "asignacion", **keys: Any) -> Carga:
    return read_bytes(data, "a.xlsx", "acme", "facturas", kind=kind, **keys)


def test_what_excel_turned_into_numbers_and_dates_comes_back() -> None:
    rows = [
        [12345678, "Peña", 987654320.0, "factura", 100.0, datetime(2026, 10, 31), "CLP", 1250000.0],
        [7775783, "Núñez", "+56 9 8765 4321", "cheque", "00101", 46326, "UF", 39.4865],
    ]
    header = ["RUTNUM", *HEADER[1:], "RUTDV"]
    result = read(book(("Hoja1", [header, [*rows[0], 5], [*rows[1], "k"]])))
    assert [one.rut for one in result.deudores] == ["12345678-5", "7775783-K"]
    assert [one.e164 for one in result.deudores[0].telefonos] == ["+56987654320"]
    first, second = (deudor.documentos[0] for deudor in result.deudores)
    assert (first.number, first.due, first.saldo) == ("100", "2026-10-31", Decimal(1250000))
    assert (second.number, second.due, second.saldo, second.currency) == (
        "00101",
        "2026-10-31",
        Decimal("39.4865"),
        "CLF",
    )


def test_rows_are_numbered_as_the_sheet_shows_them_under_titles_and_blank_rows() -> None:
    rows = [[], ["Asignación noviembre"], [], HEADER, GOOD, [], ["11.111.111-1", *GOOD[1:]], [None] * 7 + [2500000]]
    result = read(book(("Datos", rows)))
    assert [(one.row, one.reason) for one in result.rechazos] == [(7, "rut_placeholder"), (8, "total_row")]
    assert [leida.row for leida in result.leidas] == [5]


def test_values_are_read_and_not_formulas() -> None:
    made = load_workbook(io.BytesIO(book(("Datos", [HEADER, GOOD]))))
    made["Datos"]["H3"] = "=SUM(H2:H2)"
    out = io.BytesIO()
    made.save(out)
    assert read(out.getvalue()).totals.saldo == {"CLP": Decimal(1250000)}


def test_hidden_sheets_are_as_if_not_there_and_the_sheet_with_the_header_is_taken() -> None:
    other = [HEADER, [*GOOD[:4], 999, *GOOD[5:]]]
    data = book(("Resumen", [["Total", 1]]), ("Datos", [HEADER, GOOD]), ("Viejo", other), hidden="Viejo")
    assert [one.documentos[0].number for one in read(data).deudores] == ["100"]


def test_two_sheets_with_data_are_refused_until_the_template_names_one() -> None:
    data = book(("Octubre", [HEADER, GOOD]), ("Noviembre", [HEADER, [*GOOD[:4], 7, *GOOD[5:]]]))
    with pytest.raises(CargaError, match="«Octubre», «Noviembre»"):
        read(data)
    formato = plantilla.Formato(format="xlsx", sheet="noviembre")
    assert read(data, formato=formato).deudores[0].documentos[0].number == "7"
    with pytest.raises(CargaError, match="no tiene una hoja visible «Enero»"):
        read(data, formato=plantilla.Formato(sheet="Enero"))


def test_pesos_with_decimals_that_may_be_thousands_are_rejected_and_texts_decide_for_themselves() -> None:
    rows = [[*GOOD[:4], n, *GOOD[5:7], saldo] for n, saldo in enumerate((1.25, 1250.5, "1.250.000", "1.250"), 1)]
    result = read(book(("Datos", [HEADER, *rows])))
    assert [(one.row, one.value, one.reason) for one in result.rechazos] == [(2, "1.25", "amount_ambiguous")]
    saldos = [documento.saldo for deudor in result.deudores for documento in deudor.documentos]
    assert saldos == [Decimal("1250.5"), Decimal(1250000), Decimal(1250)]


def test_a_number_of_more_digits_than_excel_keeps_is_rejected() -> None:
    result = read(book(("Datos", [HEADER, [*GOOD[:3], "pagare", 12345678901234567890, *GOOD[5:]]])))
    assert [one.reason for one in result.rechazos] == ["number_scientific"]


def test_a_payment_file_as_the_sample_template_has_it(tmp_path: Path) -> None:
    rows = [["Identificación cliente", "Folio pagado", "Día de pago", "Importe abonado", "Comprobante"]]
    rows.append(["12345678-5", 100, datetime(2026, 10, 31), 45000, "T-1"])  # type: ignore[list-item]
    from scripts_llamada.edge.files import read_yaml  # noqa: PLC0415

    found = load_plantilla("muestra", None, read_yaml)
    assert found
    path = tmp_path / "pagos.xlsx"
    path.write_bytes(book(("Notas", [["x"]]), ("Pagos", rows)))
    result = read_carga(path, "muestra", "", kind="pagos", formato=found.kinds["pagos"])
    assert list(result.filas) == [
        FilaPago(2, "12345678-5", "factura", "100", Decimal(45000), "CLP", "2026-10-31", "T-1")
    ]


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", book(("Nada", []))])
def test_a_damaged_or_empty_book_is_a_sentence(data: bytes) -> None:
    with pytest.raises(CargaError, match="libro"):
        read(data)


def test_a_template_is_suggested_for_a_book_whose_headings_nobody_knows(tmp_path: Path) -> None:
    path = tmp_path / "nuevo.xlsx"
    path.write_bytes(
        book(("Datos", [["Informe"], ["Rut Cliente Deudor", "Nro Documnto", "Saldo Actualiz"], ["1-9", 1, 2]]))
    )
    text = suggest_template(path, "acme", "saldos")
    assert "format: xlsx" in text and 'rut: "Rut Cliente Deudor"' in text and 'saldo: "Saldo Actualiz"' in text


def test_the_template_of_a_mandante_is_the_sites_own_and_named_after_it(tmp_path: Path) -> None:
    def fake_yaml(path: Path) -> tuple[Any, dict[Any, int]]:
        return {"mandante": path.read_text()}, {}

    (tmp_path / "acme.yaml").write_text("acme")
    (tmp_path / "otro.yaml").write_text("acme")
    found = load_plantilla("acme", tmp_path, fake_yaml)
    assert found and found.mandante == "acme"
    assert load_plantilla("nadie", tmp_path, fake_yaml) is None
    assert load_plantilla("../acme", tmp_path, fake_yaml) is None
    with pytest.raises(plantilla.PlantillaError, match="must be the file's own name"):
        load_plantilla("otro", tmp_path, fake_yaml)
    with pytest.raises(plantilla.PlantillaError, match="no such folder"):
        load_plantilla("acme", tmp_path / "nada", fake_yaml)


def rejected(*values: str) -> list[list[Any]]:
    notes = tuple(Rechazo(n, "FONO", value, "phone_short", "Le faltan dígitos.") for n, value in enumerate(values, 2))
    carga = Carga("a.csv", "00", "m", "c", (), notes, Totals(0, 0, 0, 0, 0, {}), avisos=notes[:1])
    sheets = load_workbook(io.BytesIO(rechazos_xlsx(carga)))
    assert sheets.sheetnames == ["Rechazos", "Avisos"]
    assert all(cell.data_type in "sn" for row in sheets["Rechazos"].iter_rows() for cell in row)
    return [list(row) for row in sheets["Rechazos"].iter_rows(values_only=True)]


def test_rejected_rows_come_out_with_row_column_value_reason_and_sentence() -> None:
    assert rejected("133", "12.345.678-5") == [
        ["Fila", "Columna", "Valor", "Motivo", "Detalle"],
        [2, "FONO", "133", "phone_short", "Le faltan dígitos."],
        [3, "FONO", "12.345.678-5", "phone_short", "Le faltan dígitos."],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    value = start + 'HYPERLINK("http://x";"y")'
    assert safe_text(value) == "'" + value
    assert str(rejected(value)[1][2]).startswith("'")


def test_what_a_workbook_cannot_hold_is_replaced() -> None:
    assert rejected("a\x00b\x1f\ud800")[1][2] == "a\ufffdb\ufffd\ufffd"
    assert safe_text("+56987654320") == "'+56987654320" and safe_text("Peña = 1") == "Peña = 1"
