"""The fast way to read rows and the careful one say the same of every row; only the time they take differs."""

from __future__ import annotations

import random
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from stdnum.cl.rut import calc_check_digit

from dialer.carteras import asignacion, columnas, rut, tabla
from dialer.carteras.asignacion import read
from dialer.carteras.hoja import Hoja, Opciones, evidence
from dialer.carteras.lector import Lector, Lectura
from dialer.carteras.rapido import Rapido
from dialer.carteras.rechazo import CargaError
from dialer.carteras.tabla import Numero
from dialer.sim import muestra
from tests.dialer.carteras.cartera import GOOD, HEADER, row
from tests.dialer.carteras.test_carga import CELL

ODD = st.sampled_from(
    [
        *(
            "",
            " ",
            "0",
            "-",
            "1.250",
            "1.250.000",
            "1,250,000",
            "$ 45.000",
            "UF 3,5",
            "0012",
            "(45.000)",
            "12.345,5",
            "1e9",
        ),
        *("12345678-5", "12.345.678-5", "7775783-k", "0012345678-5", "123456785", "11.111.111-1", "7.775.783-K"),
        *("987654320", "+56987654320", "56987654320", "22 234 5678", "987654320/222345679", "s/i", "133", "222345679"),
        *("A@X.cl", "a@x.cl;b@y.cl", "no", "no@tie.ne", "NC", "factura", "33", "mutuo", "UF", "pesos", "CLF", "USD"),
        *("31/10/2026", "01/09/2030", "2026-10-31", "31-oct-26", "31/02/2026", "01/01/1900", "46326"),
        *(
            "Peña  Núñez",
            " Peña",
            "PeÃ±a",
            "TOTAL",
            "Ñuñoa",
            "nunoa",
            "Springfield",
            "mype",
            "pyme",
            "100",
            "0100",
            "A-7",
        ),
        *("juridica", "Persona Natural", "15/09/2026", "01/08/2026", "Calle 1", "CALLE 1", "  Bodega   2 ", "Equifax"),
    ]
)


WIDE = GOOD | {
    "PERSONA": "",
    "RECEPCION": "15/09/2026",
    "FUENTE": "Equifax",
    "DIRECCION1": "Calle 1",
    "DIRECCION2": "Bodega 2",
}
"""The good row with the columns that few files have."""


def both(text: str, decimal: str | None = None) -> tuple[Lectura, Lectura]:
    table = tabla.parse(text, lambda cells: columnas.recognised(cells, columnas.ASIGNACION))
    hoja = Hoja(table, columnas.ASIGNACION)
    opciones = Opciones(decimal)  # type: ignore[arg-type]
    return read(hoja, opciones), read(hoja, opciones, fast=False)


def same(fast: Lectura, slow: Lectura) -> None:
    assert list(fast.deudores) == list(slow.deudores)
    assert (fast.rechazos, fast.avisos, fast.totals) == (slow.rechazos, slow.avisos, slow.totals)
    assert list(fast.leidas) == list(slow.leidas)
    assert len(fast.leidas) == len(list(fast.leidas)) == fast.totals.rows_loaded


@given(
    st.lists(
        st.just(WIDE) | st.dictionaries(st.sampled_from(list(WIDE)), ODD | CELL, max_size=4).map(lambda it: WIDE | it),
        max_size=8,
    ),
    st.sampled_from([",", ".", None]),
    st.sampled_from([list(WIDE), list(GOOD), [*GOOD, "DIRECCION2"]]),
)
def test_both_ways_come_to_the_same(rows: list[dict[str, str]], decimal: str | None, header: list[str]) -> None:
    lines = [";".join(cells[heading] for heading in header) for cells in rows]
    try:
        fast, slow = both("\n".join([";".join(header), *lines]), decimal)
    except CargaError:
        return
    same(fast, slow)


def test_both_ways_come_to_the_same_on_a_whole_cartera_in_any_order() -> None:
    lines = muestra.facturas(random.Random(7), date(2026, 11, 20), 400).splitlines()
    same(*both("\n".join(lines)))
    shuffled = lines[1:]
    random.Random(7).shuffle(shuffled)
    same(*both("\n".join([lines[0], *shuffled])))


def test_a_row_with_every_column_is_plain_too() -> None:
    text = "\n".join([";".join(WIDE), ";".join(WIDE.values())])
    hoja = Hoja(tabla.parse(text, len), columnas.ASIGNACION)
    lector = Lector(
        hoja, evidence(hoja, asignacion.AMOUNTS, asignacion.DATES, Opciones()), Opciones(), asignacion.AMOUNTS
    )
    (leido,) = [leido for batch in hoja.batches() for leido in Rapido(lector).read(batch)]
    assert leido is not None
    assert (leido.address, leido.addresses, leido.source) == ("Calle 1", ("Bodega 2",), "Equifax")
    assert (leido.persona, leido.received) == ("", "2026-09-15")
    same(*both(text))


def test_a_deudor_with_hundreds_of_documents_among_others_keeps_them_all() -> None:
    rows = [row(NUMERO=str(n), RUT=person) for n in range(1, 301) for person in ("12345678-5", "9876543-3")]
    fast, slow = both("\n".join([HEADER, *rows, row(NUMERO="7")]))
    same(fast, slow)
    assert [len(deudor.documentos) for deudor in fast.deudores] == [300, 300]
    assert [one.reason for one in fast.rechazos] == ["duplicate"]


def test_most_rows_of_a_real_file_are_plain() -> None:
    text = muestra.facturas(random.Random(7), date(2026, 11, 20), 300)
    hoja = Hoja(tabla.parse(text, len), columnas.ASIGNACION)
    lector = Lector(
        hoja, evidence(hoja, asignacion.AMOUNTS, asignacion.DATES, Opciones()), Opciones(), asignacion.AMOUNTS
    )
    read_fast = [leido for batch in hoja.batches() for leido in Rapido(lector).read(batch)]
    assert read_fast.count(None) < len(read_fast) * 0.05


@given(st.integers(0, 99_999_999), st.integers(0, 8))
def test_check_digits_are_those_of_the_library(number: int, width: int) -> None:
    body = str(number).zfill(width)
    assert rut.check_digit(body) == calc_check_digit(body)


def test_a_spreadsheets_own_number_is_no_text_with_thousands() -> None:
    cells = [*row().split(";")]
    saldo = HEADER.split(";").index("SALDO")
    cells[saldo] = Numero("12.345")
    table = tabla.from_cells([HEADER.split(";"), cells], len)
    hoja = Hoja(table, columnas.ASIGNACION)
    assert [one.reason for one in read(hoja, Opciones(",")).rechazos] == ["amount_ambiguous"]
