"""Aging and the migration matrix: every peso in one tramo, every row adding up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras.cuenta import Paso, Renglon
from metrics.reports.aging import aging, migration

D = Decimal
AT = date(2026, 11, 20)
LIMITS = (30, 60, 90)
ZERO = D(0)


def renglon(days: int, saldo: str, currency: str = "CLP", documentos: int = 1) -> Renglon:
    return Renglon(currency, AT - timedelta(days), D(saldo), ZERO, ZERO, ZERO, D(saldo), documentos)


def paso(days: int, before: str, after: str, **moved: str) -> Paso:
    """`days` overdue at AT; the rest as of ten days before it."""
    sums = {name: D(moved.get(name, "0")) for name in ("assigned", "paid", "withdrawn", "adjusted")}
    came = bool(sums["assigned"])
    return Paso("CLP", AT - timedelta(days), before != "0", came, D(before), **sums, after=D(after))


def test_each_saldo_is_in_the_tramo_of_its_days_overdue() -> None:
    rows = [renglon(-3, "5"), renglon(30, "10"), renglon(31, "20"), renglon(31, "1"), renglon(400, "7")]
    made = aging(rows, AT, LIMITS)
    told = {one.tramo: (one.saldo, one.documentos) for one in made}
    expected = {"por vencer": (5, 1), "1-30": (10, 1), "31-60": (21, 2), "61-90": (0, 0), "más de 90": (7, 1)}
    assert told == expected


def test_currencies_are_never_added_together() -> None:
    made = aging([renglon(5, "1000"), renglon(5, "2.5", "CLF")], AT, LIMITS)
    assert [(one.currency, one.saldo) for one in made if one.saldo] == [("CLF", D("2.5")), ("CLP", D(1000))]


def test_a_saldo_rolls_to_the_next_tramo_is_paid_withdrawn_or_adjusted() -> None:
    rows = migration(
        [
            paso(35, "100", "60", paid="30", adjusted="-10"),  # from 1-30 to 31-60
            paso(35, "50", "0", withdrawn="50"),
            paso(12, "0", "70", assigned="80", paid="10"),
            paso(70, "40", "55", adjusted="15"),
        ],
        AT - timedelta(10),
        AT,
        LIMITS,
    )
    told = {one.origin: (one.total, {name: amount for name, amount in one.to.items() if amount}) for one in rows}
    assert told == {
        "asignado": (80, {"1-30": 70, "pagado": 10}),
        "1-30": (150, {"31-60": 60, "pagado": 30, "retirado": 50, "ajustado": 10}),
        "31-60": (40, {"61-90": 55, "ajustado": -15}),
    }


def test_what_was_taken_back_and_assigned_again_was_not_withdrawn() -> None:
    [row] = migration([paso(12, "100", "90", withdrawn="100", assigned="90")], AT - timedelta(10), AT, LIMITS)
    assert (row.origin, row.total, row.to["retirado"], row.to["1-30"]) == ("1-30", 100, 10, 90)


MONEY = st.integers(-100, 1000).map(D)


@st.composite
def pasos(draw: st.DrawFn) -> Paso:
    before, assigned, paid, withdrawn, adjusted = (draw(st.one_of(st.just(ZERO), MONEY)) for _ in range(5))
    after = before + assigned - paid - withdrawn + adjusted
    due = AT - timedelta(draw(st.integers(-20, 130)))
    return Paso(draw(st.sampled_from(("CLP", "CLF"))), due, before != 0, assigned != 0, before, assigned, paid,
                withdrawn, adjusted, after)  # fmt: skip


@given(found=st.lists(pasos(), max_size=12))
def test_every_row_adds_up_and_so_does_the_whole(found: list[Paso]) -> None:
    rows = migration(found, AT - timedelta(10), AT, LIMITS)
    assert all(sum(row.to.values(), ZERO) == row.total for row in rows)
    for money in ("CLP", "CLF"):
        ends = ("pagado", "retirado", "ajustado")
        left = sum((amount for row in rows if row.currency == money for name, amount in row.to.items()
                    if name not in ends), ZERO)  # fmt: skip
        assert left == sum((one.after for one in found if one.currency == money), ZERO)
