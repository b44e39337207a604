"""A transfer's machine: every way it can go, and that it always ends with somebody who has the debtor."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.transfer import OPEN, TABLE, WAITS_MS, Input, Phase, Transfer
from tests.machines import can_end, reachable

STARTS = (Phase.PASSING, Phase.HOLDING, Phase.CALLING)
ENDS = frozenset(Phase) - OPEN


def transfer(phase: Phase = Phase.PASSING) -> Transfer:
    one = Transfer("c.n1.r.1", "e1", "e2", attended=phase is not Phase.PASSING)
    one.phase = phase
    return one


@pytest.mark.parametrize(
    ("start", "life", "end"),
    [
        ("passing", "passed", "done"),
        ("passing", "other_gone", "failed"),
        ("passing", "late", "failed"),
        ("passing", "call_over", "lost"),
        ("holding", "parked joined finish passed", "done"),
        ("holding", "parked joined cancel", "back"),
        ("holding", "cancel", "back"),
        ("holding", "late", "failed"),
        ("calling", "late", "failed"),
        ("calling", "joined other_gone", "failed"),
        ("calling", "joined call_over", "lost"),
        ("calling", "joined first_gone first_back", "back"),
        ("calling", "joined first_gone late passed", "done"),
        ("calling", "joined first_gone other_gone", "failed"),
        ("calling", "joined finish late", "failed"),
    ],
)
def test_the_usual_lives_of_a_transfer(start: str, life: str, end: str) -> None:
    one = transfer(Phase(start))
    for what in life.split():
        assert one.take(Input(what)), f"{what} is no news to a transfer that is {one.phase}"
    assert one.phase.value == end


@pytest.mark.parametrize(("phase", "what"), list(itertools.product(Phase, Input)))
def test_each_phase_takes_what_the_table_lists_and_nothing_else(phase: Phase, what: Input) -> None:
    one = transfer(phase)
    to = TABLE.get((phase, what))
    assert one.take(what) == (to is not None)
    assert one.phase is (phase if to is None else to)


def test_every_phase_can_be_reached_and_has_a_way_to_an_end_and_an_end_is_an_end() -> None:
    assert set().union(*(reachable(TABLE, start) for start in STARTS)) == set(Phase)
    assert set().union(*(can_end(TABLE, end) for end in ENDS)) == set(Phase)
    assert not [phase for phase, _ in TABLE if phase in ENDS]


def test_whoever_goes_the_transfer_ends_or_has_a_clock() -> None:
    """Only a consultation has no time limit: two people are talking, and either of them can end it."""
    for phase in OPEN:
        assert TABLE[phase, Input.CALL_OVER] is Phase.LOST
        assert TABLE[phase, Input.OTHER_GONE] is Phase.FAILED
    assert {phase for phase in OPEN if phase not in WAITS_MS} == {Phase.CONSULTING}
    assert all((phase, Input.LATE) in TABLE for phase in WAITS_MS)


def test_only_a_debtor_who_hears_the_other_is_theirs() -> None:
    assert {pair for pair, to in TABLE.items() if to is Phase.DONE} == {(Phase.PASSING, Input.PASSED)}


@given(st.sampled_from(STARTS), st.lists(st.sampled_from(list(Input)), max_size=40))
def test_any_sequence_of_news_keeps_the_transfer_in_its_table(start: Phase, news: list[Input]) -> None:
    one, before = transfer(start), start
    for what in news:
        assert one.take(what) == ((before, what) in TABLE)
        if before in ENDS:
            assert one.phase is before
        before = one.phase
