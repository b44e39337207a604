"""The queue of a simulated shift keeps the same promises as the real one."""

from __future__ import annotations

from dialer import commands as c
from dialer.contact import Touch
from dialer.sim.shift import MemoryQueue
from tests.floors import TUESDAY_NOON, contact


def queue() -> MemoryQueue:
    """Cases 1 and 2 are of one person, 3 of another; 3 is worth the most."""
    return MemoryQueue([contact(1, person_id=7), contact(2, person_id=7, score=1.0), contact(3, score=9.0)])


def claimed(one: MemoryQueue, count: int, now_ms: int = TUESDAY_NOON) -> list[int]:
    return [case.case_id for case in one.claim("a", count, now_ms)[0]]


def test_the_best_come_first_and_nobodys_two_cases_are_out_at_once() -> None:
    one = queue()
    assert claimed(one, 5) == [3, 2]
    one.drop(c.DropContact("a", 2, 7, "stop"))
    assert claimed(one, 5) == [1]


def test_a_case_given_back_is_due_when_it_says() -> None:
    one = queue()
    claimed(one, 1)
    one.give_back(c.ReturnContact("a", 3, 3, TUESDAY_NOON + 500, 9.0, "busy"))
    assert claimed(one, 1) == [2]
    assert one.claim("a", 1, TUESDAY_NOON)[1] == TUESDAY_NOON + 500
    assert claimed(one, 1, TUESDAY_NOON + 500) == [3]


def test_a_call_enters_the_ledger_of_all_cases_of_its_person_and_of_nobody_else() -> None:
    """It looked for them through every case there is, so that a large cartera made each call slow."""
    one = queue()
    for n in range(70):
        one.touch(1, Touch(n))
    assert [len(one.with_ledger(case).history) for case in (1, 2, 3)] == [60, 60, 0]
    assert one.with_ledger(2).history[-1].at_ms == 69
