"""What a person says once of a mandante's files, so that nobody has to guess again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dialer.carteras import carga, plantilla
from dialer.carteras.carga import Origen
from dialer.carteras.filas import FilaSaldo
from dialer.carteras.model import Carga
from dialer.carteras.plantilla import Plantilla, PlantillaError
from dialer.carteras.rechazo import CargaError

ORIGEN = Origen("a.csv", "00", "acme", "facturas")


def template(kind: str, **keys: Any) -> Plantilla:
    return plantilla.parse({"mandante": "acme", "kinds": {kind: keys}}, "acme.yaml")


def read(kind: str, text: str, **keys: Any) -> Carga:
    return carga.read(text.encode("cp1252"), ORIGEN, kind=kind, formato=template(kind, **keys).kinds[kind])


def saldos(result: Carga) -> list[tuple[str, str, str, Decimal, str]]:
    filas = [fila for fila in result.filas if isinstance(fila, FilaSaldo)]
    return [(fila.rut, fila.kind, fila.number, fila.saldo, fila.currency) for fila in filas]


def test_columns_by_the_mandantes_own_words() -> None:
    text = "Informe noviembre\nCód. Persona;Doc Int;Por Cobrar\n12345678-5;77;1.250\n"
    columns = {"rut": "COD PERSONA", "numero": "Doc Int", "saldo": "Por cobrar"}
    result = read("saldos", text, columns=columns, constants={"tipo": "cheque"}, decimal=",")
    assert saldos(result) == [("12345678-5", "cheque", "77", Decimal(1250), "CLP")]


def test_rejections_name_the_column_as_the_file_does() -> None:
    text = "Persona;Doc;Por Cobrar\n12345678-6;77;1250\n12345678-5;78;mucho\n"
    result = read("saldos", text, columns={"rut": "Persona", "numero": "Doc", "saldo": "Por Cobrar"})
    assert [(one.column, one.reason) for one in result.rechazos] == [
        ("Persona", "rut_check_digit"),
        ("Por Cobrar", "amount_format"),
    ]


def test_a_fixed_width_file_of_a_bank_with_its_amount_in_two_fields_and_a_currency_flag() -> None:
    text = (
        "12345678"
        + "5"
        + "0000000100"
        + "0000001250000"
        + "50"
        + "1\n"
        + "07775783K0000000101"
        + "0000000000039"
        + "48"
        + "2\n"
    )
    result = read(
        "saldos",
        text,
        format="fixed",
        columns={"rut": "1-8", "dv": "9", "numero": "10-19", "saldo": "20-32", "moneda": "35"},
        fractions={"saldo": "33-34"},
        currencies={"1": "CLP", "*": "CLF"},
        constants={"tipo": "factura"},
    )
    assert saldos(result) == [
        ("12345678-5", "factura", "100", Decimal("1250000.5"), "CLP"),
        ("7775783-K", "factura", "101", Decimal("39.48"), "CLF"),
    ]
    assert result.rechazos == ()
    assert {field for _, field in result.columnas} >= {"saldo", "moneda"}
    assert [heading for heading, field in result.columnas if not field] == ["saldo 33-34"]


def test_a_fixed_width_file_that_ends_in_the_middle_of_a_row_loses_only_that_row() -> None:
    text = "12345678510000050000\n123456785200"
    result = read("saldos", text, format="fixed", columns={"rut": "1-9", "numero": "10-13", "saldo": "14-20"})
    assert [(one.row, one.reason) for one in result.rechazos] == [(2, "cut")]


def test_ruts_without_check_digit_only_where_the_template_says_so() -> None:
    text = "RUT;NUMERO;SALDO\n12.345.678;1;5000\n7775783;2;5000\n7775783-K;3;5000\n7775783-1;4;5000\n"
    assert {one.reason for one in carga.read(text.encode(), ORIGEN, kind="saldos").rechazos} >= {"rut_no_dv"}
    result = read("saldos", text, sin_dv=True)
    assert [rut for rut, *_ in saldos(result)] == ["12345678-5", "7775783-K", "7775783-K"]
    assert [(one.row, one.reason) for one in result.rechazos] == [(5, "rut_check_digit")]


def test_months_first_only_where_the_template_says_so() -> None:
    text = "RUT;MONTO;FECHA\n12345678-5;5000;10/31/2026\n12345678-5;6000;09/05/2026\n"
    with pytest.raises(CargaError, match="mdy"):
        carga.read(text.encode(), ORIGEN, kind="pagos")
    result = read("pagos", text, dates="mdy")
    assert [fila.paid_on for fila in result.filas] == ["2026-10-31", "2026-09-05"]  # type: ignore[union-attr]


def test_the_mandantes_own_switchboard_is_nobodys_telephone() -> None:
    text = "RUT;TELEFONO1;TELEFONO2\n12345678-5;22 345 6789;987654320\n"
    result = read("demograficos", text, own_phones=["+56 2 2345 6789"])
    assert [one.e164 for one in result.filas[0].telefonos] == ["+56987654320"]  # type: ignore[union-attr]
    assert [one.reason for one in result.avisos] == ["phone_own"]


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "latin-1", "utf-8", "utf-16"])
def test_the_encoding_may_be_stated(encoding: str) -> None:
    formato = template("retiros", encoding=encoding).kinds["retiros"]
    data = "RUT;MOTIVO\n12345678-5;Señor\n".encode("utf-16-le" if encoding == "utf-16" else encoding)
    (fila,) = carga.read(data, ORIGEN, kind="retiros", formato=formato).filas
    assert fila.reason == "Señor"  # type: ignore[union-attr]


def test_the_header_row_and_the_delimiter_may_be_stated() -> None:
    text = "RUT|NUMERO|SALDO\nRUT|NUMERO|SALDO\n12345678-5|1|5000\n"
    assert len(read("saldos", text, header_row=2, delimiter="|").filas) == 1
    with pytest.raises(CargaError, match="No hay fila 9"):
        read("saldos", text, header_row=9)


def test_a_file_that_lost_a_column_of_its_template_is_refused_and_says_which() -> None:
    columns = {"rut": "Persona", "numero": "Doc", "saldo": "Por Cobrar"}
    with pytest.raises(CargaError, match=r"no trae: «Por Cobrar».*trae: «Persona», «Doc», «Saldo»"):
        read("saldos", "Persona;Doc;Saldo\n12345678-5;1;1\n", columns=columns)


def test_a_template_that_lacks_a_needed_field_is_refused_when_used() -> None:
    with pytest.raises(CargaError, match="Faltan columnas: SALDO"):
        read("saldos", "Persona;Doc\n12345678-5;1\n", columns={"rut": "Persona", "numero": "Doc"})


def test_decimals_that_are_no_figure_reject_their_row() -> None:
    text = "RUT;NUMERO;SALDO;DEC\n12345678-5;1;1250;50\n12345678-5;2;1250;\n12345678-5;3;1250;x\n"
    result = read(
        "saldos", text, columns={"rut": "RUT", "numero": "NUMERO", "saldo": "SALDO"}, fractions={"saldo": "DEC"}
    )
    assert [saldo for *_, saldo, _ in saldos(result)] == [Decimal("1250.5"), Decimal(1250)]
    assert [(one.row, one.column, one.reason) for one in result.rechazos] == [(4, "SALDO", "amount_format")]


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        ({"cuadros": {}}, "no such kind of load"),
        ({"saldos": {"columns": {"precio": "X"}}}, "no field 'precio'"),
        ({"saldos": {"columns": {"rut": ["A", "B"]}}}, "can only be one column"),
        ({"saldos": {"format": "fixed"}}, "columns: is empty"),
        ({"saldos": {"format": "fixed", "columns": {"rut": "9-1"}}}, "positions such as 1-9"),
        ({"saldos": {"format": "fixed", "columns": {"rut": "0-1"}}}, "positions such as 1-9"),
        ({"saldos": {"columns": {"rut": "A"}, "constants": {"rut": "1-9"}}}, "stands in columns too"),
        ({"saldos": {"columns": {"rut": "A"}, "fractions": {"saldo": "B"}}}, "saldo: is not in columns"),
        ({"saldos": {"columns": {"rut": "A"}, "fractions": {"rut": "B"}}}, "is no amount"),
        ({"saldos": {"columns": {"rut": "A"}, "currencies": {"1": "CLP"}}}, "needs the column `moneda`"),
        ({"saldos": {"currencies": {"1": "CLP"}}}, "need columns"),
        ({"saldos": {"decimal": ";"}}, "decimal"),
        ({"saldos": {"own_phones": ["133"]}}, "one Chilean telephone"),
        ({"saldos": {"colums": {}}}, "there is no such key"),
    ],
)
def test_a_template_with_a_fault_is_a_sentence_with_file_and_key(kinds: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PlantillaError, match=sentence) as bad:
        plantilla.parse({"mandante": "acme", "kinds": kinds}, "acme.yaml")
    assert str(bad.value).startswith("acme.yaml: ")
