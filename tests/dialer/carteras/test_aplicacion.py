"""What a load of saldos, pagos or retiros comes to, on plain values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras.aplicacion import Deuda, Libro, Plan, counted, pago_keys, plan_pagos, plan_retiros, plan_saldos
from dialer.carteras.filas import FilaPago, FilaRetiro, FilaSaldo

RUT, TODAY, ASSIGNED = "12345678-5", date(2026, 11, 20), date(2026, 11, 1)


def deuda(number: int, saldo: str = "1000", kind: str = "factura", **more: object) -> Deuda:
    values: dict[str, object] = {"currency": "CLP", "due": date(2026, 9, number), "assigned_on": ASSIGNED, **more}
    return Deuda(number, 1, RUT, kind, str(number), Decimal(saldo), **values)  # type: ignore[arg-type]


def libro(*deudas: Deuda) -> Libro:
    return Libro(deudas, [RUT])


def pago(amount: str, number: str = "", reference: str = "", paid_on: str = "2026-11-19", row: int = 2) -> FilaPago:
    return FilaPago(row, RUT, "", number, Decimal(amount), "CLP", paid_on, reference)


def paid(books: Libro, *filas: FilaPago, known: set[str] | None = None) -> Plan:
    return plan_pagos(filas, pago_keys(filas), known or set(), books)


def test_of_two_figures_for_a_document_the_last_stands_and_is_one_movement() -> None:
    books = libro(deuda(1))
    twice = [FilaSaldo(row, RUT, "otro", "1", Decimal(saldo), "CLP") for row, saldo in ((2, "700"), (3, "600"))]
    plan = plan_saldos(twice, books, TODAY)
    [move] = plan.movimientos
    assert (move.delta, move.saldo_after, move.day) == (-400, 600, TODAY)
    assert [(one.before, one.after) for one in plan.efectos] == [("1000", "700"), ("700", "600")]


def test_a_row_that_several_documents_fit_or_none_or_another_currency_is_refused() -> None:
    books = libro(deuda(1), deuda(2), deuda(3, currency="CLF"))
    rows = [("", "CLP"), ("9", "CLP"), ("3", "CLP")]
    filas = [FilaSaldo(at, RUT, "", number, Decimal(5), money) for at, (number, money) in enumerate(rows)]
    plan = plan_saldos([*filas, FilaSaldo(9, "1-9", "", "", Decimal(5), "CLP")], books, TODAY)
    reasons = ["documento_ambiguous", "documento_unknown", "currency_differs", "deudor_unknown"]
    assert [bad.reason for bad in plan.refused] == reasons
    assert counted(plan.efectos, "rejected") == 4 and not plan.movimientos


def test_an_invoices_leading_zeros_mean_nothing() -> None:
    plan = plan_saldos([FilaSaldo(2, RUT, "factura", "0001", Decimal(5), "CLP")], libro(deuda(1)), TODAY)
    assert plan.movimientos[0].saldo_after == 5


def test_payments_of_one_file_see_what_the_ones_before_them_left() -> None:
    plan = paid(libro(deuda(1), deuda(2)), pago("1500"), pago("600", row=3))
    assert [abono.state for abono in plan.abonos] == ["matched", "partial"]
    assert [(one.documento_id, one.delta, one.pago) for one in plan.movimientos] == [
        (1, -1000, 0),
        (2, -500, 0),
        (2, -500, 1),
    ]
    assert [note.reason for note in plan.notices] == ["pago_partial"]


def test_a_payment_that_is_known_is_left_alone() -> None:
    once = pago("100", reference="R")
    assert paid(libro(deuda(1)), once, known=set(pago_keys([once]))).movimientos == []
    assert [one.effect for one in paid(libro(deuda(1)), once, once).efectos] == ["new", "unchanged"]


def test_the_mandantes_own_saldo_already_has_the_payments_before_it() -> None:
    books = libro(deuda(1, stated_on=date(2026, 11, 20)))
    plan = paid(books, pago("100"), pago("100", paid_on="2026-11-20", row=3))
    assert [abono.state for abono in plan.abonos] == ["unmatched", "matched"]
    assert [note.reason for note in plan.notices] == ["pago_in_saldo"]


def test_a_withdrawal_takes_what_is_left_and_twice_is_once() -> None:
    books = libro(deuda(1), deuda(2, "0"))
    whole = FilaRetiro(2, RUT, "", "", "fin")
    plan = plan_retiros([whole, whole], books, TODAY)
    assert plan.withdrawn == [1, 2]
    assert [(one.kind, one.delta, one.saldo_after) for one in plan.movimientos] == [("retiro", -1000, 0)]
    assert [one.effect for one in plan.efectos] == ["changed", "unchanged"]


AMOUNTS = st.integers(0, 3_000)


@given(
    st.lists(AMOUNTS.map(str), min_size=1, max_size=4),
    st.lists(st.tuples(st.sampled_from(["", "1", "2", "9"]), AMOUNTS.filter(bool).map(str)), max_size=6),
)
def test_to_the_peso_what_was_paid_is_what_was_taken_off_and_what_is_over(
    saldos: list[str], payments: list[tuple[str, str]]
) -> None:
    """Σ payments = Σ movements + Σ rests; no document below zero; each movement's saldo follows from the one before."""
    books = libro(*(deuda(n, saldo) for n, saldo in enumerate(saldos, 1)))
    before = dict(books.saldo)
    plan = paid(books, *(pago(amount, number, row=at) for at, (number, amount) in enumerate(payments)))
    assert all(saldo >= 0 for saldo in books.saldo.values())
    taken = sum((before[n] - books.saldo[n] for n in before), Decimal(0))
    assert taken == -sum((one.delta for one in plan.movimientos), Decimal(0))
    over = sum((abono.fila.amount - sum(part.amount for part in abono.parts) for abono in plan.abonos), Decimal(0))
    assert sum((Decimal(amount) for _, amount in payments), Decimal(0)) == taken + over
    for move in plan.movimientos:
        before[move.documento_id] += move.delta
        assert before[move.documento_id] == move.saldo_after
