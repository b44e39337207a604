"""Rows are judged one by one: the bad one is rejected with its column and reason, the rest is loaded."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dialer.carteras.filas import Direccion, Telefono
from dialer.carteras.model import Deudor, Documento
from dialer.carteras.rechazo import CargaError
from tests.dialer.carteras.cartera import HEADER, read, reasons, row, warnings


def test_a_row_becomes_a_deudor_with_a_document() -> None:
    result = read(row())
    assert result.deudores == (
        Deudor(
            rut="12345678-5",
            name="Peña Núñez Ltda.",
            regime="empresa",
            comuna="Ñuñoa",
            address="",
            emails=("pagos@x.example",),
            telefonos=(Telefono("+56987654320", "movil"),),
            documentos=(
                Documento("factura", "100", Decimal(1250000), Decimal(1250000), "CLP", "2026-09-01", "2026-10-31"),
            ),
        ),
    )
    assert (result.rechazos, result.avisos) == ((), ())


def test_rows_of_one_rut_are_one_deudor_with_several_documents_and_telephones() -> None:
    result = read(row(), row(RUT="12345678-5", NUMERO="101", TELEFONO1="22345679", SALDO="250.000"))
    (deudor,) = result.deudores
    assert [documento.number for documento in deudor.documentos] == ["100", "101"]
    assert [one.e164 for one in deudor.telefonos] == ["+56987654320", "+56222345679"]
    assert (result.totals.deudores, result.totals.documentos) == (1, 2)
    assert result.totals.saldo == {"CLP": Decimal(1500000)}


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("RUT", "12.345.678-6", "rut_check_digit"),
        ("RUT", "11.111.111-1", "rut_placeholder"),
        ("RUT", "", "missing"),
        ("NOMBRE", "", "missing"),
        ("NUMERO", "", "missing"),
        ("NUMERO", "1,5E+12", "number_scientific"),
        ("FECVENC", "", "missing"),
        ("FECVENC", "01/01/1900", "date_range"),
        ("FECVENC", "31/02/2026", "date_impossible"),
        ("MONEDA", "USD", "currency_unknown"),
        ("SALDO", "", "missing"),
        ("SALDO", "-", "amount_zero"),
        ("SALDO", "(45.000)", "amount_negative"),
        ("SALDO", "UF 12,5", "currency_mismatch"),
        ("SALDO", "1.25", "amount_format"),
        ("MONTO ASIGNADO", "mucho", "amount_format"),
    ],
)
def test_a_row_that_cannot_be_used_is_rejected_alone(column: str, value: str, reason: str) -> None:
    result = read(row(), row(**{"NUMERO": "101", column.replace(" ", "_"): value}))
    assert reasons(result) == [(3, column, reason)]
    assert result.rechazos[0].value == value and result.rechazos[0].detail
    assert (result.totals.rows_read, result.totals.rows_loaded, result.totals.rows_rejected) == (2, 1, 1)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("TELEFONO1", "987654320 / 999999999", "phone_fake"),
        ("MAIL1", "no es un correo", "email_format"),
        ("COMUNA", "Springfield", "comuna_unknown"),
        ("REGIMEN", "pyme", "regime_unknown"),
        ("TIPODOCUMENTO", "mutuo", "kind_unknown"),
        ("FECDOC", "ayer", "date_format"),
        ("FECDOC", "01/11/2026", "date_order"),
        ("NOMBRE", "PeÃ±a", "text_damaged"),
    ],
)
def test_what_a_row_merely_brings_along_is_dropped_and_the_row_loaded(column: str, value: str, reason: str) -> None:
    result = read(row(**{column: value}))
    assert warnings(result) == [(2, column, reason)]
    assert (result.totals.rows_loaded, result.rechazos) == (1, ())


def test_a_deudor_without_a_usable_telephone_is_loaded_and_told_once() -> None:
    result = read(row(TELEFONO1="s/i"), row(TELEFONO1="", NUMERO="101"))
    assert warnings(result) == [(2, "", "phone_none")]
    assert result.deudores[0].telefonos == ()


def test_a_fault_that_every_row_of_a_deudor_repeats_is_told_once() -> None:
    result = read(*(row(NUMERO=str(n), MAIL1="malo", TELEFONO1="133") for n in range(1, 5)))
    assert sorted(warnings(result)) == [
        (2, "", "phone_none"),
        (2, "MAIL1", "email_format"),
        (2, "TELEFONO1", "phone_short"),
    ]


def test_a_document_twice_with_one_saldo_is_a_duplicate_and_with_two_a_conflict() -> None:
    result = read(row(), row(), row(SALDO="900.000"), row(NUMERO="0100"))
    assert reasons(result) == [(3, "NUMERO", "duplicate"), (4, "NUMERO", "conflict"), (5, "NUMERO", "duplicate")]
    assert "fila 2" in result.rechazos[1].detail and "1250000 CLP" in result.rechazos[1].detail
    assert result.totals.saldo == {"CLP": Decimal(1250000)}


def test_the_same_number_of_another_deudor_or_of_another_kind_is_another_document() -> None:
    assert read(row(), row(RUT="9.876.543-3"), row(TIPODOCUMENTO="boleta")).totals.documentos == 3


def test_the_same_rut_with_two_names_keeps_the_first_and_says_so() -> None:
    result = read(row(), row(NUMERO="101", NOMBRE="PENA NUNEZ LTDA"), row(NUMERO="102", NOMBRE="Otra Persona"))
    assert result.deudores[0].name == "Peña Núñez Ltda."
    assert warnings(result) == [(4, "NOMBRE", "name_differs")]


def test_rows_of_totals_are_skipped_and_listed_and_are_nobody() -> None:
    total = "TOTAL;;;;;;;;;;2.500.000;2.500.000;"
    bare = ";;;;;;;;;;2.500.000;=SUM(L2:L3);"
    result = read(row(), total, bare)
    assert [rechazo.reason for rechazo in result.rechazos] == ["total_row", "total_row"]
    assert result.totals.saldo == {"CLP": Decimal(1250000)}


def test_a_deudor_may_be_called_total() -> None:
    assert read(row(NOMBRE="Total Servicios SpA")).totals.rows_loaded == 1
    assert reasons(read(row(NOMBRE="Total Servicios SpA", RUT=""), row())) == [(2, "RUT", "missing")]


def test_a_delimiter_inside_a_name_rejects_the_row_instead_of_shifting_its_cells() -> None:
    result = read(row(NOMBRE="Peña; Núñez"), row())
    assert reasons(result) == [(2, "", "columns")]


def test_a_last_row_that_was_cut_is_rejected() -> None:
    text = row(NUMERO="101")
    result = read(row(), text[: text.index(";31/10")]).totals
    assert (result.rows_loaded, result.rows_rejected) == (1, 1)


def test_rut_and_check_digit_in_two_columns_and_the_name_in_three() -> None:
    header = "RUTCLIENTE;RUTNUM;RUTDV;NOMBRE;APEPAT;APEMAT;NUMERO;FECVENC;SALDO"
    result = read("76.086.428-5;7775783.0;k;Inés;Peña;Núñez;1;31/10/2026;5000", header=header)
    assert (result.deudores[0].rut, result.deudores[0].name) == ("7775783-K", "Inés Peña Núñez")
    assert result.deudores[0].regime == "consumidor"


def test_a_file_whose_ruts_have_no_check_digit_rejects_them_all_rather_than_call_somebody_else() -> None:
    header = "RUT;NOMBRE;NUMERO;FECVENC;SALDO"
    rows = [f"{15_000_000 + n * 7919};Deudor;{n + 1};31/10/2026;5000" for n in range(60)]
    assert {reason for _, _, reason in reasons(read(*rows, header=header))} == {"rut_no_dv"}


def test_a_work_or_third_party_telephone_keeps_that_kind_even_when_another_column_repeats_it() -> None:
    header = "RUT;NOMBRE;NUMERO;FECVENC;SALDO;TELEFONO1;FONO TRABAJO;FONO AVAL"
    result = read("12345678-5;A;1;31/10/2026;5000;222345679;222345679;987654320", header=header)
    assert result.deudores[0].telefonos == (Telefono("+56222345679", "laboral"), Telefono("+56987654320", "tercero"))


def test_amounts_that_read_two_ways_refuse_the_file_until_somebody_confirms_the_sign() -> None:
    rows = [row(MONTO_ASIGNADO="45000", SALDO="45000"), row(NUMERO="101", MONTO_ASIGNADO="1250", SALDO="1.250")]
    with pytest.raises(CargaError, match=r"«1\.250» \(fila 3\)"):
        read(*rows)
    assert read(*rows, decimal=",").totals.saldo == {"CLP": Decimal(46250)}
    assert read(*rows, decimal=".").totals.saldo == {"CLP": Decimal("45001.25")}


def test_a_clear_amount_elsewhere_in_the_file_settles_the_doubtful_one() -> None:
    assert read(row(), row(NUMERO="101", SALDO="1.250")).totals.saldo == {"CLP": Decimal(1251250)}


def test_a_file_that_mixes_both_ways_to_write_amounts_names_a_row_of_each() -> None:
    with pytest.raises(CargaError, match=r"fila 2.* y .*fila 3"):
        read(row(), row(NUMERO="101", SALDO="45000.50"), row(NUMERO="102", SALDO="1.250"))


def test_a_file_with_months_first_is_refused() -> None:
    with pytest.raises(CargaError, match="mes/día/año"):
        read(row(FECVENC="10/31/2026", FECDOC=""), row(NUMERO="101", FECVENC="05/09/2026", FECDOC=""))


def test_uf_and_pesos_are_kept_apart() -> None:
    result = read(
        row(),
        row(NUMERO="101", MONEDA="UF", MONTO_ASIGNADO="39,4865", SALDO="39,4865"),
        row(NUMERO="102", MONEDA="", MONTO_ASIGNADO="", SALDO="UF 10,5"),
    )
    assert result.totals.saldo == {"CLP": Decimal(1250000), "CLF": Decimal("49.9865")}


def test_a_credit_note_always_takes_away_whatever_sign_it_comes_with() -> None:
    rows = [row(NUMERO=str(n), TIPODOCUMENTO="NC", SALDO=saldo) for n, saldo in ((1, "250.000"), (2, "(250.000)"))]
    result = read(row(), *rows)
    assert result.totals.saldo == {"CLP": Decimal(750000)}
    assert [documento.saldo for documento in result.deudores[0].documentos] == [1250000, -250000, -250000]


def test_without_a_saldo_column_the_amount_is_what_is_owed() -> None:
    header = HEADER.replace("SALDO;", "CODIGO CARGA;")
    assert read(row(SALDO="x"), header=header).totals.saldo == {"CLP": Decimal(1250000)}


def test_cuotas_of_one_operation_are_documents_of_their_own() -> None:
    header = "RUT;NOMBRE;TIPODOC;OPERACION;CUOTA;FECVENC;SALDO"
    rows = [f"12345678-5;A;cuota;777;{n};05/{n:02}/2026;5000" for n in (1, 2)]
    assert [one.number for one in read(*rows, header=header).deudores[0].documentos] == ["777-1", "777-2"]


def test_rows_of_one_rut_that_disagree_on_the_regime_follow_the_strictest() -> None:
    assert read(row(), row(NUMERO="101", REGIMEN="mype")).deudores[0].regime == "mype"


# ── what few files have ─────────────────────────────────────────────────────────────────────────────

MORE = "RUT;NOMBRE;COMUNA;DIRECCION1;DIRECCION2;TELEFONO1;NUMERO;FECDOC;FECHA RECEPCION;FECVENC;SALDO;PERSONA;FUENTE"


def test_persona_reception_source_and_further_addresses_of_a_row() -> None:
    line = "12345678-5;Ana;Arica;s/i;Calle 5;987654320;1;01/09/2026;03/09/2026;31/10/2026;5000;Persona Jurídica;Equifax"
    (deudor,) = (result := read(line, header=MORE)).deudores
    assert (deudor.persona, deudor.address, deudor.source, deudor.addresses) == ("juridica", "Calle 5", "Equifax", ())
    assert deudor.telefonos == (Telefono("+56987654320", "movil", "Equifax"),)
    assert (deudor.documentos[0].issued, deudor.documentos[0].received) == ("2026-09-01", "2026-09-03")
    (leida,) = result.leidas
    told = {name: leida.values[name] for name in ("persona", "received", "source", "address", "addresses")}
    assert told == {
        "persona": "juridica",
        "received": "2026-09-03",
        "source": "Equifax",
        "address": "Calle 5",
        "addresses": "",
    }


def test_the_rows_of_a_deudor_gather_addresses_and_sources() -> None:
    about = "987654320;{n};;;31/10/2026;5000;{persona};{fuente}"
    rows = [
        "12345678-5;Ana;Arica;Uno 1;Dos 2;" + about.format(n=1, persona="", fuente=""),
        "12345678-5;Ana;Maipú;TRES  3;dos 2;" + about.format(n=2, persona="natural", fuente="Dicom"),
        "12345678-5;Ana;Arica;UNO 1;Cuatro 4;" + about.format(n=3, persona="j", fuente="otra"),
    ]
    (deudor,) = (result := read(*rows, header=MORE)).deudores
    assert (deudor.address, deudor.comuna, deudor.persona) == ("Uno 1", "Arica", "natural")
    assert deudor.addresses == (
        Direccion("Dos 2", "", ""),
        Direccion("TRES  3", "Maipú", "Dicom"),
        Direccion("Cuatro 4", "", "otra"),
    )
    assert [one.source for one in deudor.telefonos] == ["Dicom"], "the first row that says one"
    told = [(one.values["persona"], one.values["addresses"]) for one in result.leidas]
    assert told == [("natural", "Dos 2"), ("natural", "dos 2"), ("juridica", "Cuatro 4")]


@pytest.mark.parametrize(
    ("reception", "persona", "column", "reason"),
    [
        ("ayer", "", "FECHA RECEPCION", "date_format"),
        ("31/08/2026", "", "FECHA RECEPCION", "received_order"),
        ("", "marciano", "PERSONA", "persona_unknown"),
    ],
)
def test_a_reception_or_a_persona_that_cannot_be_is_dropped_and_the_row_loaded(
    reception: str, persona: str, column: str, reason: str
) -> None:
    line = f"12345678-5;Ana;;;;987654320;1;01/09/2026;{reception};31/10/2026;5000;{persona};"
    result = read(line, header=MORE)
    assert warnings(result) == [(2, column, reason)]
    assert (result.deudores[0].documentos[0].received, result.deudores[0].persona) == (None, "")
