"""Saldos, pagos, retiros and UF: what a mandante says of documents assigned before, row by row."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dialer.carteras.filas import FilaPago, FilaRetiro, FilaSaldo, FilaUf
from dialer.carteras.rechazo import CargaError
from tests.dialer.carteras.cartera import read_kind, reasons, warnings

SALDOS = "RUT;TIPODOC;NUMERO;MONEDA;SALDO"
PAGOS = "RUT;NUMERO;FECHA PAGO;MONTO PAGO;COMPROBANTE"
RETIROS = "RUT;NUMERO;MOTIVO"


def test_a_saldo_may_be_zero_and_keeps_its_currency() -> None:
    result = read_kind("saldos", SALDOS, "12.345.678-5;Factura;00100;;0", "12.345.678-5;cuota;7;UF;39,4865")
    assert list(result.filas) == [
        FilaSaldo(2, "12345678-5", "factura", "100", Decimal(0), "CLP"),
        FilaSaldo(3, "12345678-5", "cuota", "7", Decimal("39.4865"), "CLF"),
    ]
    assert result.totals.saldo == {"CLP": Decimal(0), "CLF": Decimal("39.4865")}
    assert (result.kind, result.totals.deudores, result.totals.documentos) == ("saldos", 1, 2)


def test_of_two_saldos_of_one_document_the_last_holds_and_a_person_is_told() -> None:
    result = read_kind("saldos", SALDOS, *(f"12345678-5;;1;;{saldo}" for saldo in ("5000", "4000", "4000")))
    assert [fila.saldo for fila in result.filas if isinstance(fila, FilaSaldo)] == [5000, 4000]
    assert (reasons(result), warnings(result)) == ([(4, "NUMERO", "duplicate")], [(3, "SALDO", "saldo_again")])


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("1-9;;1;;5000", "RUT", "rut_placeholder"),
        ("12345678-5;;;;5000", "NUMERO", "missing"),
        ("12345678-5;;1;USD;5000", "MONEDA", "currency_unknown"),
        ("12345678-5;;1;;(45.000.000)", "SALDO", "amount_negative"),
        ("TOTAL;;;;5000", "", "total_row"),
        ("12345678-5;;1;;5000;x", "", "columns"),
    ],
)
def test_a_saldo_that_cannot_be_used_is_rejected_alone(row: str, column: str, reason: str) -> None:
    result = read_kind("saldos", SALDOS, row, "12345678-5;;2;;100")
    assert reasons(result) == [(2, column, reason)]
    assert (result.totals.rows_read, result.totals.rows_loaded) == (2, 1)


def test_a_pago_keeps_its_date_and_reference_and_adds_up() -> None:
    rows = (
        "12345678-5;100;31/10/2026;$ 45.000;T-1",
        "9876543-3;;31/10/2026;$ 5.000;",
        "9876543-3;;1/11/2026;5.000.000;",
    )
    result = read_kind("pagos", PAGOS, *rows)
    assert list(result.filas) == [
        FilaPago(2, "12345678-5", "otro", "100", Decimal(45000), "CLP", "2026-10-31", "T-1"),
        FilaPago(3, "9876543-3", "", "", Decimal(5000), "CLP", "2026-10-31", ""),
        FilaPago(4, "9876543-3", "", "", Decimal(5000000), "CLP", "2026-11-01", ""),
    ]
    assert result.totals.saldo == {"CLP": Decimal(5050000)}


def test_a_payment_twice_is_a_duplicate_and_one_reference_with_two_amounts_a_conflict() -> None:
    one = "12345678-5;1;31/10/2026;5000;"
    rows = (one + "T1", one + "T1", "12345678-5;1;31/10/2026;4000;T1", one + "T2", one, one)
    result = read_kind("pagos", PAGOS, *rows)
    assert [(row, reason) for row, _, reason in reasons(result)] == [
        (3, "duplicate"),
        (4, "conflict"),
        (7, "duplicate"),
    ]
    assert "5000 CLP" in result.rechazos[1].detail


def test_one_payment_of_several_documents_is_several_rows() -> None:
    rows = ("12345678-5;1;31/10/2026;5000;T1", "12345678-5;2;31/10/2026;5000;T1")
    assert read_kind("pagos", PAGOS, *rows).totals.rows_loaded == 2


@pytest.mark.parametrize(("amount", "reason"), [("0", "amount_zero"), ("-5000", "amount_negative"), ("", "missing")])
def test_a_payment_of_nothing_or_less_is_rejected(amount: str, reason: str) -> None:
    assert [found for _, _, found in reasons(read_kind("pagos", PAGOS, f"12345678-5;1;31/10/2026;{amount};"))] == [
        reason
    ]


def test_a_retiro_of_a_document_and_of_a_whole_case() -> None:
    result = read_kind("retiros", RETIROS, "12345678-5;100;Pago directo", "9876543-3;;", "9876543-3;;otra vez")
    assert list(result.filas) == [
        FilaRetiro(2, "12345678-5", "otro", "100", "Pago directo"),
        FilaRetiro(3, "9876543-3", "", "", ""),
    ]
    assert reasons(result) == [(4, "RUT", "duplicate")]


def test_the_uf_of_each_day_with_its_decimals() -> None:
    result = read_kind("uf", "Fecha;Valor UF", "31/10/2026;39.485,65", "1/11/2026;39.487,1")
    assert list(result.filas) == [
        FilaUf(2, "2026-10-31", Decimal("39485.65")),
        FilaUf(3, "2026-11-01", Decimal("39487.1")),
    ]


def test_a_uf_whose_decimal_sign_was_lost_is_rejected_and_two_values_of_a_day_conflict() -> None:
    rows = ("31/10/2026;39.485,65", "1/11/2026;3948565", "31/10/2026;39.485,66", "31/10/2026;39.485,65")
    result = read_kind("uf", "Fecha;Valor UF", *rows)
    assert [(row, reason) for row, _, reason in reasons(result)] == [
        (3, "uf_range"),
        (4, "conflict"),
        (5, "duplicate"),
    ]


def test_a_uf_that_reads_two_ways_is_never_guessed() -> None:
    with pytest.raises(CargaError, match="dos maneras"):
        read_kind("uf", "Fecha;Valor UF", "31/10/2026;39.485")


def test_what_a_row_was_understood_to_say_is_text() -> None:
    (leida,) = read_kind("pagos", PAGOS, "12.345.678-5;100;31/10/2026;$ 45.000,50;T-1").leidas
    assert (leida.row, leida.values["rut"], leida.values["amount"]) == (2, "12345678-5", "45000.5")
    assert (leida.values["paid_on"], leida.values["currency"]) == ("2026-10-31", "CLP")
