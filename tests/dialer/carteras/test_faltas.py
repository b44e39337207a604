"""Every fault that mandantes' files are known to have, in one table: what comes, and what is made of it.

Faults that are not of reading are elsewhere: the whole file twice, a case in two carteras, payments of unknown
documents or from before the assignment (applying a load); formulas in what we write (`test_loads_xlsx`).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

import pytest

from dialer.carteras import carga
from dialer.carteras.carga import Origen
from dialer.carteras.model import Carga
from dialer.carteras.rechazo import CargaError
from tests.dialer.carteras.cartera import GOOD, HEADER, reasons, row, warnings

ORIGEN = Origen("a.csv", "00", "m", "c")
ANCHOR = row(NUMERO="999")
"""A clean row: what one row's fault is must not touch it, and it proves the file's decimal sign."""


class Falta(NamedTuple):
    """A cell as it comes in `column`, and what it means: a canonical value, a rejection or an aviso."""

    column: str
    comes: str
    value: str = ""
    rejected: str = ""
    aviso: str = ""


VALUES: dict[str, Callable[[dict[str, str]], str]] = {
    "RUT": lambda values: values["rut"],
    "TELEFONO1": lambda values: values["telefonos"],
    "MAIL1": lambda values: values["emails"],
    "FECVENC": lambda values: values["due"],
    "SALDO": lambda values: f"{values['saldo']} {values['currency']}",
    "NUMERO": lambda values: values["number"],
    "NOMBRE": lambda values: values["name"],
}

CELLS = [
    # RUT (domain §3.2, §0.9)
    Falta("RUT", "12.345.678-5", "12345678-5"),
    Falta("RUT", "12345678.0-5", rejected="rut_format"),
    Falta("RUT", "123456785.0", "12345678-5"),
    Falta("RUT", "123456785", "12345678-5"),
    Falta("RUT", "7775783-k", "7775783-K"),
    Falta("RUT", "0012345678-5", "12345678-5"),
    Falta("RUT", "765.432-1", rejected="rut_check_digit"),
    Falta("RUT", "765.432-4", "765432-4"),
    Falta("RUT", "12.345.678", rejected="rut_no_dv"),
    Falta("RUT", "1,2345678E+8", rejected="rut_scientific"),
    Falta("RUT", "11.111.111-1", rejected="rut_placeholder"),
    Falta("RUT", "55.555.555-5", rejected="rut_placeholder"),
    Falta("RUT", "99.999.999-9", rejected="rut_placeholder"),
    Falta("RUT", "", rejected="missing"),
    # dates
    Falta("FECVENC", "31/10/2026", "2026-10-31"),
    Falta("FECVENC", "5/9/2026", "2026-09-05"),
    Falta("FECVENC", "2026-10-31", "2026-10-31"),
    Falta("FECVENC", "46326", "2026-10-31"),
    Falta("FECVENC", "31-oct-26", "2026-10-31"),
    Falta("FECVENC", "01/01/1900", rejected="date_range"),
    Falta("FECVENC", "31/02/2026", rejected="date_impossible"),
    # amounts (§0.7)
    Falta("SALDO", "1.250.000", "1250000 CLP"),
    Falta("SALDO", "1.250.000,50", "1250000.5 CLP"),
    Falta("SALDO", "$ 45.000", "45000 CLP"),
    Falta("SALDO", "750,500", "750.5 CLP"),
    Falta("SALDO", "1.25", rejected="amount_format"),
    Falta("SALDO", "1,250,000", "1250000 CLP"),
    Falta("SALDO", "-", rejected="amount_zero"),
    Falta("SALDO", "(45.000)", rejected="amount_negative"),
    Falta("SALDO", "UF 39,48", rejected="currency_mismatch"),
    Falta("SALDO", "1,25E+06", rejected="amount_scientific"),
    # document numbers
    Falta("NUMERO", "000123", "123"),
    Falta("NUMERO", "123.0", "123"),
    Falta("NUMERO", '="00123"', "123"),
    Falta("NUMERO", "1,23E+11", rejected="number_scientific"),
    # telephones (§0.8)
    Falta("TELEFONO1", "09-8765-4321", aviso="phone_fake"),
    Falta("TELEFONO1", "09-8765-4320", "+56987654320"),
    Falta("TELEFONO1", "87654320", "+56987654320"),
    Falta("TELEFONO1", "51234567", aviso="phone_ambiguous"),
    Falta("TELEFONO1", "02-2345679", "+56222345679"),
    Falta("TELEFONO1", "(32) 210 4321", "+56322104321"),
    Falta("TELEFONO1", "032-104321", "+56322104321"),
    Falta("TELEFONO1", "041-2345678", "+56412345678"),
    Falta("TELEFONO1", "5.6987654321E10", aviso="phone_scientific"),
    Falta("TELEFONO1", "987654320 / 222345679", "+56987654320 +56222345679"),
    Falta("TELEFONO1", "222345679 anexo 12", "+56222345679"),
    Falta("TELEFONO1", "0"),
    Falta("TELEFONO1", "s/i"),
    Falta("TELEFONO1", "999999999", aviso="phone_fake"),
    Falta("TELEFONO1", "600 123 4567", aviso="phone_service"),
    Falta("TELEFONO1", "+54 9 11 2345 6789", aviso="phone_foreign"),
    # the rest
    Falta("MAIL1", "A@x.cl, b@y.cl", "a@x.cl b@y.cl"),
    Falta("MAIL1", "arroba", aviso="email_format"),
    Falta("NOMBRE", 'Bar "El Rápido" Ltda.', 'Bar "El Rápido" Ltda.'),
    Falta("NOMBRE", '"Peña; Núñez"', "Peña; Núñez"),
    Falta("NOMBRE", "Peña; Núñez", rejected="columns"),
    Falta("NOMBRE", "MuÃ±oz", "MuÃ±oz", aviso="text_damaged"),
]


def read(text: str, encoding: str = "utf-8", kind: str = "asignacion") -> Carga:
    return carga.read(text.encode(encoding), ORIGEN, kind=kind)


@pytest.mark.parametrize("falta", CELLS, ids=lambda falta: f"{falta.column} {falta.comes}")
def test_a_cell_as_it_comes(falta: Falta) -> None:
    result = read("\n".join([HEADER, ANCHOR, row(**{"RUT": "9.876.543-3", falta.column: falta.comes})]))
    assert [reason for _, _, reason in reasons(result)] == ([falta.rejected] if falta.rejected else [])
    told = [reason for _, column, reason in warnings(result) if column]
    assert told == ([falta.aviso] if falta.aviso else [])
    leidas = {leida.row: leida.values for leida in result.leidas}
    assert leidas[2]["rut"] == "12345678-5"
    if not falta.rejected:
        assert VALUES[falta.column](leidas[3]) == falta.value


FILES = [
    ("a title above the header", lambda: "\n".join(["Cartera;;", "", HEADER, ANCHOR])),
    ("blank rows", lambda: "\n".join([HEADER, "", ";" * 12, ANCHOR, "  "])),
    ("Windows line ends", lambda: "\r\n".join([HEADER, ANCHOR, ""])),
    ("commas", lambda: "\n".join([HEADER, ANCHOR]).replace(";", ",")),
    ("tabs", lambda: "\n".join([HEADER, ANCHOR]).replace(";", "\t")),
    ("pipes", lambda: "\n".join([HEADER, ANCHOR]).replace(";", "|")),
    (
        "column names with spaces and accents",
        lambda: "\n".join([HEADER.replace("MAIL1", "Correo Electrónico"), ANCHOR]),
    ),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("name", "text"), FILES, ids=[name for name, _ in FILES])
def test_a_file_as_it_comes(name: str, text: Callable[[], str], encoding: str) -> None:
    result = read(text(), encoding)
    assert result.deudores[0].name == GOOD["NOMBRE"], name
    assert (result.totals.saldo, result.rechazos) == ({"CLP": Decimal(1250000)}, ())


def test_total_rows_are_listed_and_not_loaded() -> None:
    result = read("\n".join([HEADER, ANCHOR, ";;;;;;;;;;1.250.000;=SUM(L2:L2);", "TOTAL" + ";" * 12]))
    assert [reason for _, _, reason in reasons(result)] == ["total_row", "total_row"]


def test_rut_and_check_digit_in_two_columns_even_as_numbers() -> None:
    text = (
        "RUTNUM;RUTDV;NOMBRE;NUMERO;FECVENC;SALDO\n12345678.0;5.0;Peña;1;31/10/2026;5000\n7775783;k;A;2;31/10/2026;1\n"
    )
    assert [one.rut for one in read(text).deudores] == ["12345678-5", "7775783-K"]


def test_the_aval_beside_the_titular_is_not_the_deudor() -> None:
    text = "RUT;NOMBRE;RUTAVAL;FONO AVAL;NUMERO;FECVENC;SALDO\n12345678-5;Peña;9876543-3;987654320;1;31/10/2026;5000\n"
    (deudor,) = read(text).deudores
    assert (deudor.rut, deudor.telefonos[0].kind) == ("12345678-5", "tercero")


def test_the_same_rut_with_two_names_and_the_same_document_twice() -> None:
    result = read("\n".join([HEADER, ANCHOR, ANCHOR, row(NUMERO="999", SALDO="1.000.000"), row(NOMBRE="Otro")]))
    assert [reason for _, _, reason in reasons(result)] == ["duplicate", "conflict"]
    assert warnings(result) == [(5, "NOMBRE", "name_differs")]


def test_uf_and_pesos_in_one_file() -> None:
    result = read("\n".join([HEADER, ANCHOR, row(MONEDA="UF", SALDO="39,48", MONTO_ASIGNADO="39,48")]))
    assert result.totals.saldo == {"CLP": Decimal(1250000), "CLF": Decimal("39.48")}


def test_a_credit_note_takes_away() -> None:
    result = read("\n".join([HEADER, ANCHOR, row(TIPODOCUMENTO="NC", SALDO="(250.000)")]))
    assert result.totals.saldo == {"CLP": Decimal(1000000)}


def test_an_amount_that_reads_two_ways_refuses_the_file_for_confirmation() -> None:
    with pytest.raises(CargaError, match="Confirme el signo decimal"):
        read("\n".join([HEADER, row(SALDO="1.250", MONTO_ASIGNADO="")]))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("\n".join([HEADER, row(NOMBRE="Ñuño")]).encode()[:-1] + "ñ".encode()[:1], "cortado"),
        (b"", "vac"),
        (b"RUT;NOMBRE\n12345678-5;A\n", "Faltan columnas: NUMERO, FECVENC, SALDO o MONTO ASIGNADO"),
    ],
)
def test_a_file_is_refused_only_for_its_structure(data: bytes, sentence: str) -> None:
    with pytest.raises(CargaError, match=sentence):
        carga.read(data, ORIGEN)


def test_a_partial_last_row_is_rejected_alone() -> None:
    result = read("\n".join([HEADER, ANCHOR, row()[:40]]))
    assert [reason for _, _, reason in reasons(result)] == ["cut"]
