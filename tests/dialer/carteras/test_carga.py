"""Whatever a file holds, it is loaded row by row to the last peso, or refused with a sentence."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras import carga
from dialer.carteras.carga import REASONS, CargaError, Origen
from dialer.carteras.model import Carga
from tests.dialer.carteras.cartera import GOOD, HEADER, read, row

ORIGEN = Origen("a.csv", "00", "m", "c")
CELL = st.sampled_from(
    ["", "0", "-", "1.250", "1.25", "TOTAL", '"', "31/10/2026", "10/31/26", "9", ";", "\n", "k", "UF"]
)
ROW = "12.345.678-5;Ana Soto;77;31/12/2026;1.125.000;912345678;;azul\n"
WILD = st.lists(CELL | st.text(max_size=8), max_size=16).map(";".join)


def check(result: Carga) -> None:
    totals = result.totals
    assert totals.rows_read == totals.rows_loaded + totals.rows_rejected
    assert totals.rows_rejected == len(result.rechazos)
    documentos = [documento for deudor in result.deudores for documento in deudor.documentos]
    assert totals.rows_loaded == totals.documentos == len(documentos)
    assert totals.deudores == len({deudor.rut for deudor in result.deudores})
    for currency, saldo in totals.saldo.items():
        assert saldo == sum((one.saldo for one in documentos if one.currency == currency), Decimal(0))
    assert all(note.reason in REASONS and note.detail for note in (*result.rechazos, *result.avisos))


@given(
    st.lists(
        WILD
        | st.just(row())
        | st.dictionaries(st.sampled_from(list(GOOD)), CELL).map(
            lambda changes: ";".join((GOOD | changes)[heading] for heading in HEADER.split(";"))
        ),
        max_size=6,
    )
)
def test_rows_read_are_rows_loaded_plus_rows_rejected_whatever_the_rows_hold(rows: list[str]) -> None:
    try:
        check(read(*rows))
    except CargaError as bad:
        assert str(bad)


@given(st.text() | st.text(alphabet=";,|\t\n\r\"'RUTNOMBESALD0159.- ", max_size=400))
def test_any_text_is_a_carga_or_a_sentence(text: str) -> None:
    try:
        check(carga.read(text.encode("utf-8", "surrogatepass"), ORIGEN))
    except CargaError as bad:
        assert str(bad)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_file_damaged_anywhere_is_a_carga_or_a_sentence(noise: bytes, at: int) -> None:
    data = "\n".join([HEADER, row(), row(NUMERO="101"), ""]).encode()
    try:
        check(carga.read(data[:at] + noise + data[at + len(noise) :], ORIGEN))
    except CargaError as bad:
        assert str(bad)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_same_cartera_in_every_encoding_and_with_every_delimiter(encoding: str, delimiter: str) -> None:
    text = "\r\n".join(["Asignación noviembre", "", HEADER, row(), row(NUMERO="101", NOMBRE="Muñoz")])
    result = carga.read(text.replace(";", delimiter).encode(encoding), ORIGEN)
    assert result.deudores[0].name == "Peña Núñez Ltda."
    assert result.totals.saldo == {"CLP": Decimal(2500000)}


def test_a_file_without_header_or_rows_is_refused_with_what_was_found_and_needed() -> None:
    with pytest.raises(CargaError, match=r"Se encontró: «hola».*Se necesita: RUT"):
        carga.read(b"hola\nque tal\n", ORIGEN)
    with pytest.raises(CargaError, match="no trae filas"):
        read()


def test_each_heading_is_told_with_the_field_that_it_was_taken_for_and_those_that_nothing_is_read_from() -> None:
    found = carga.read(b"RUT;Nombre;Folio;FECVENC;Saldo;Celular 1;Celular 2;Color\n" + ROW.encode(), ORIGEN)
    assert found.columnas == (
        ("RUT", "rut"),
        ("Nombre", "nombre"),
        ("Folio", "numero"),
        ("FECVENC", "vencimiento"),
        ("Saldo", "saldo"),
        ("Celular 1", "fono"),
        ("Celular 2", "fono"),
        ("Color", ""),
    )


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    rows = [row(NUMERO=str(n)) for n in range(1, 4502)]
    data = "\n".join([HEADER, *rows]).encode()
    carga.read(data, ORIGEN, progress=lambda done, total: told.append((done, total)))
    assert told == [(2000, 4501), (4000, 4501), (4501, 4501)]


def test_every_reason_is_used_somewhere_and_every_one_used_has_its_sentence() -> None:
    folder = Path(carga.__file__).parent
    source = "\n".join(path.read_text() for path in folder.parent.rglob("*.py") if path.name != "rechazo.py")
    assert {reason for reason in REASONS if f'"{reason}"' not in source} == set()
    assert {reason for reason in re.findall(r'Falla\(\s*"(\w+)"', source)} <= set(REASONS)
