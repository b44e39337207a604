"""The books behind the board's rows."""

from __future__ import annotations

from dialer.call import Stage
from dialer.rates import Ratio
from metrics.books import Cartera, Desk, Pbx, common_row, pooled


def test_a_ratio_over_several_carteras_adds_persons_not_ratios() -> None:
    big, small = Ratio(60_000), Ratio(60_000)
    for _ in range(99):
        big.add(0, 0)
    big.add(0, 1)
    small.add(0, 1)
    assert pooled([big, small], 0) == [2, 101]
    assert pooled([], 0) == [0, 0]


def test_persons_being_joined_still_wait_and_those_who_hear_the_message_are_lost() -> None:
    book = Cartera()
    book.stages.update({Stage.WAITING: 2, Stage.JOINING: 1, Stage.MESSAGE: 4, Stage.TALKING: 8})
    assert book.waiting() == 3


def test_rows_have_the_same_keys_before_anything_happened() -> None:
    row = Cartera().row(0)
    assert set(common_row([], 0)) < set(row)
    assert (row["pacing"], row["queue"], row["cases"]) == (None, {}, {"total": 0, "touched": 0})
    assert Desk(5).row("e01")["since_ms"] == 5
    assert Pbx().row()["reconnects"] == 0
