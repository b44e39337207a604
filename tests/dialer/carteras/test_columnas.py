"""Headings are recognised as people write them, and what is missing is said with what was found."""

from __future__ import annotations

import pytest

from dialer.carteras import columnas
from dialer.carteras.columnas import ASIGNACION
from dialer.carteras.rechazo import CargaError


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("RUT", "rut"),
        ("RUTNUM", "rut"),
        (" Rut_Deudor ", "rut"),
        ("RUTDV", "dv"),
        ("Dígito Verificador", "dv"),
        ("Razón Social", "nombre"),
        ("APEPAT", "paterno"),
        ("Ape. Mat.", "materno"),
        ("Dirección 1", "direccion"),
        ("DIRECCION2", "direccion"),
        ("Domicilio comercial", "direccion"),
        ("Dirección correo", ""),
        ("Tipo Persona", "persona"),
        ("FEC. RECEPCIÓN", "recepcion"),
        ("Fecha acuse recibo", "recepcion"),
        ("ORIGEN", "fuente"),
        ("Fuente dato", "fuente"),
        ("TELEFONO1", "fono"),
        ("Teléfono 5", "fono"),
        ("CELULAR2", "fono"),
        ("fono_particular", "fono"),
        ("Teléfono laboral", "fono_laboral"),
        ("FONO AVAL", "fono_tercero"),
        ("MAIL3", "mail"),
        ("Correo Electrónico", "mail"),
        ("TIPO DOCUMENTO", "tipo"),
        ("N° Documento", "numero"),
        ("Nº DOCUMENTO", "numero"),
        ("Folio", "numero"),
        ("FECDOC", "emision"),
        ("Fecha de Vencimiento", "vencimiento"),
        ("MONTO ASIGNADO", "monto"),
        ("MONTOASIGNADO", "monto"),
        ("Saldo", "saldo"),
        ("RÉGIMEN", "regimen"),
        ("RUTCLIENTE", ""),
        ("FAX", ""),
        ("", ""),
    ],
)
def test_a_heading_is_its_field_whatever_its_case_accents_and_spaces(heading: str, field: str) -> None:
    assert columnas.field_of(heading, ASIGNACION) == field


def test_several_addresses_are_kept_in_order_too() -> None:
    found = columnas.match(["RUT", "DIRECCION2", "DIRECCION1"], columnas.DEMOGRAFICOS)
    assert found["direccion"] == (1, 2)


def test_several_telephones_and_mails_are_kept_in_order() -> None:
    header = ["RUT", "NOMBRE", "TELEFONO1", "NUMERO", "TELEFONO2", "FECVENC", "SALDO", "MAIL1", "MAIL2"]
    found = columnas.match(header, ASIGNACION)
    assert (found["fono"], found["mail"]) == ((2, 4), (7, 8))


def test_a_missing_column_is_told_with_what_was_found_and_what_is_needed() -> None:
    with pytest.raises(CargaError) as bad:
        columnas.match(["RUT", "NOMBRE", "FOLIO", "TOTAL"], ASIGNACION)
    assert "Faltan columnas: FECVENC, SALDO o MONTO ASIGNADO" in str(bad.value)
    assert "«TOTAL»" in str(bad.value)
    assert "Se necesita: RUT (o RUTNUM y RUTDV), NOMBRE, NUMERO" in str(bad.value)


def test_two_columns_that_say_the_same_are_refused_because_one_of_them_lies() -> None:
    with pytest.raises(CargaError, match="«SALDO» y «Saldo Actual»"):
        columnas.match(["RUT", "NOMBRE", "FOLIO", "VCTO", "SALDO", "Saldo Actual"], ASIGNACION)
