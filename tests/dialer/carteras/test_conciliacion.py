"""Which documents a payment pays: exact, in order, never too much, never in another currency."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras.conciliacion import Impago, Reparto, match, rest, state
from dialer.carteras.filas import FilaPago

DAY = date(2026, 10, 1)
D = Decimal


def pago(amount: str | Decimal, number: str = "", kind: str = "", currency: str = "CLP") -> FilaPago:
    return FilaPago(2, "12345678-5", kind, number, D(amount), currency, "2026-11-03", "")


def impago(n: int, number: str, saldo: str, days: int = 0, kind: str = "factura", currency: str = "CLP") -> Impago:
    return Impago(n, kind, number, D(saldo), currency, DAY + timedelta(days=days))


OLD, NEW = impago(1, "77", "100000"), impago(2, "78", "50000", days=30)


def test_a_payment_that_names_a_document_pays_that_one() -> None:
    assert match(pago("30000", "78"), [OLD, NEW]) == (Reparto(2, D(30000)),)


def test_a_payment_that_names_none_pays_the_oldest_due_first() -> None:
    parts = match(pago("120000"), [NEW, OLD])
    assert parts == (Reparto(1, D(100000)), Reparto(2, D(20000)))
    assert (rest(pago("120000"), parts), state(pago("120000"), parts)) == (0, "matched")


def test_what_is_over_on_the_named_document_is_never_put_on_another() -> None:
    over = pago("60000", "78")
    parts = match(over, [OLD, NEW])
    assert parts == (Reparto(2, D(50000)),)
    assert (rest(over, parts), state(over, parts)) == (10000, "partial")


def test_a_payment_of_an_unknown_document_stays_unmatched() -> None:
    lost = pago("60000", "99")
    assert match(lost, [OLD, NEW]) == ()
    assert state(lost, ()) == "unmatched"


def test_pesos_never_pay_uf_nor_uf_pesos() -> None:
    uf = impago(3, "79", "2.5", currency="CLF")
    assert match(pago("90000", "79"), [uf]) == ()
    assert match(pago("1.25", "79", currency="CLF"), [uf, OLD]) == (Reparto(3, D("1.25")),)


def test_the_kind_decides_between_documents_of_one_number_and_without_it_nothing_is_guessed() -> None:
    both = [impago(1, "77", "1000"), impago(2, "77", "2000", kind="cheque")]
    assert match(pago("500", "77", "cheque"), both) == (Reparto(2, D(500)),)
    assert match(pago("500", "77", "otro"), both) == ()
    assert match(pago("500", "77", "cuota"), both) == ()


def test_the_leading_zeros_of_an_invoice_mean_nothing_and_those_of_a_cheque_do() -> None:
    assert match(pago("500", "0077"), [OLD]) == (Reparto(1, D(500)),)
    assert match(pago("500", "0077"), [impago(4, "77", "900", kind="cheque")]) == ()


def test_credit_notes_and_paid_documents_take_no_payment() -> None:
    credit = impago(3, "80", "-5000", days=-10, kind="nota_credito")
    assert match(pago("500"), [credit, impago(4, "81", "0"), NEW]) == (Reparto(2, D(500)),)
    assert match(pago("-500"), [NEW]) == ()


MONEY = st.decimals(min_value=-1000, max_value=10**9, places=4)
DOCUMENTS = st.lists(
    st.tuples(st.sampled_from("789"), MONEY, st.integers(0, 5), st.sampled_from(("factura", "cheque")),
              st.sampled_from(("CLP", "CLF"))),
    max_size=8,
)  # fmt: skip


@given(amount=MONEY, number=st.sampled_from(("", "7", "8")), kind=st.sampled_from(("", "factura")), rows=DOCUMENTS)
def test_parts_and_rest_are_the_payment_exactly_and_no_document_is_overpaid(
    amount: Decimal, number: str, kind: str, rows: list[tuple[str, Decimal, int, str, str]]
) -> None:
    documents = [Impago(n, k, no, saldo, c, DAY + timedelta(days)) for n, (no, saldo, days, k, c) in enumerate(rows)]
    paying = pago(amount, number, kind)
    parts = match(paying, documents)
    assert sum((part.amount for part in parts), D(0)) + rest(paying, parts) == amount
    assert len({part.documento_id for part in parts}) == len(parts)
    for part in parts:
        document = documents[part.documento_id]
        assert 0 < part.amount <= document.saldo
        assert document.currency == "CLP"
        assert number in ("", document.number)
    order = [(documents[part.documento_id].due, part.documento_id) for part in parts]
    assert order == sorted(order)
    assert all(part.amount == documents[part.documento_id].saldo for part in parts[:-1])
    assert match(paying, documents[::-1]) == parts
