"""Which telephone of a debtor is called next."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras.phones import choose
from dialer.contact import Contact, Phone, Touch
from tests.floors import TUESDAY_NOON, contact

BARRED = ("laboral", "tercero")
HOUR_MS = 3_600_000


def debtor(*phones: Phone, tried: tuple[int, ...] = ()) -> Contact:
    """A debtor whose telephones were called in the order of `tried`, an hour apart."""
    history = tuple(Touch(TUESDAY_NOON - (99 - n) * HOUR_MS, phone_id=phone_id) for n, phone_id in enumerate(tried))
    return contact(1, phones=phones, history=history)


def chosen(how: str, *phones: Phone, tried: tuple[int, ...] = ()) -> int | None:
    phone = choose(debtor(*phones, tried=tried), BARRED, how)
    return None if phone is None else phone.phone_id


GOOD, FAIR, POOR = Phone(3, "movil", 90), Phone(2, "fijo", 50), Phone(1, "desconocido", 10)


@pytest.mark.parametrize(
    ("tried", "next_one"),
    [((), 3), ((3,), 2), ((3, 2), 1), ((3, 2, 1), 3), ((3, 2, 1, 3), 2), ((3, 2, 3), 1)],
)
def test_rotating_takes_the_untried_first_the_best_of_them_and_then_the_one_tried_longest_ago(
    tried: tuple[int, ...], next_one: int
) -> None:
    assert chosen("rotate", GOOD, FAIR, POOR, tried=tried) == next_one


@pytest.mark.parametrize("tried", [(), (3,), (3, 3, 3)])
def test_best_takes_the_best_however_often_it_was_tried(tried: tuple[int, ...]) -> None:
    assert chosen("best", POOR, FAIR, GOOD, tried=tried) == 3


def test_best_takes_turns_between_telephones_of_the_same_quality() -> None:
    twins = (Phone(1, "movil", 50), Phone(2, "movil", 50))
    assert chosen("best", *twins) == 1
    assert chosen("best", *twins, tried=(1,)) == 2
    assert chosen("best", *twins, tried=(1, 2)) == 1


@pytest.mark.parametrize("how", ["best", "rotate"])
def test_a_barred_telephone_is_never_chosen(how: str) -> None:
    assert chosen(how, Phone(1, "laboral", 100), Phone(2, "tercero", 100), POOR) == 1
    assert chosen(how, Phone(1, "laboral"), Phone(2, "tercero")) is None
    assert chosen(how) is None


def test_a_visit_or_an_sms_is_no_try_of_a_telephone() -> None:
    case = contact(1, phones=(GOOD, FAIR), history=(Touch(TUESDAY_NOON, "sms", phone_id=3),))
    phone = choose(case, BARRED, "rotate")
    assert phone is GOOD


phone_lists = st.lists(
    st.builds(
        Phone,
        phone_id=st.integers(1, 9),
        kind=st.sampled_from(["movil", "fijo", "laboral", "tercero"]),
        quality=st.integers(0, 100),
    ),
    max_size=6,
    unique_by=lambda phone: phone.phone_id,
)


@given(phone_lists, st.lists(st.integers(1, 9), max_size=12), st.sampled_from(["best", "rotate"]), st.randoms())
def test_the_choice_depends_on_nothing_but_the_case(
    phones: list[Phone], tried: list[int], how: str, dice: random.Random
) -> None:
    shuffled = list(phones)
    dice.shuffle(shuffled)
    assert chosen(how, *phones, tried=tuple(tried)) == chosen(how, *shuffled, tried=tuple(tried))


@given(phone_lists)
def test_rotating_reaches_every_telephone_that_may_be_called_before_any_twice(phones: list[Phone]) -> None:
    usable = [phone.phone_id for phone in phones if phone.kind not in BARRED]
    tried: tuple[int, ...] = ()
    for _ in usable:
        one = chosen("rotate", *phones, tried=tried)
        assert one is not None
        tried += (one,)
    assert sorted(tried) == sorted(usable)


@pytest.mark.parametrize("how", ["rotate", "best"])
def test_a_rellamado_goes_to_the_telephone_on_which_it_was_asked_for(how: str) -> None:
    case = contact(1, phones=(GOOD, FAIR, POOR), callback_ms=TUESDAY_NOON, asked_on=POOR.phone_id)
    assert choose(case, BARRED, how) == POOR
    assert choose(contact(1, phones=(GOOD, FAIR, POOR), asked_on=POOR.phone_id), BARRED, how) == GOOD, "no rellamado"
    barred = contact(1, phones=(GOOD, Phone(7, "laboral")), callback_ms=TUESDAY_NOON, asked_on=7)
    assert choose(barred, BARRED, how) == GOOD, "never where no call may go"
