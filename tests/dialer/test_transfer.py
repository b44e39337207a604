"""A transfer's machine: every way it can go, and that it always ends with somebody who has the debtor."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.events import OutsideAsked
from dialer.outside import Outing
from dialer.transfer import AGENTS, OPEN, OUTSIDE, OUTSIDE_TABLE, TABLE, WAITS_MS, Input, Phase, Transfer
from tests.machines import can_end, reachable

STARTS = (Phase.PASSING, Phase.HOLDING, Phase.CALLING)
OUTSIDE_STARTS = (Phase.HOLDING, Phase.RINGING)
BOTH = [(TABLE, STARTS, AGENTS), (OUTSIDE_TABLE, OUTSIDE_STARTS, OUTSIDE)]
ENDS = frozenset(Phase) - OPEN


def transfer(phase: Phase = Phase.PASSING) -> Transfer:
    one = Transfer("c.n1.r.1", "e1", "e2", attended=phase is not Phase.PASSING)
    one.phase = phase
    return one


def outing(phase: Phase) -> Outing:
    one = Outing("c.n1.r.1", OutsideAsked("e1", "ext:juridico", True, 30_000, 3_600_000), 40_000)
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


@pytest.mark.parametrize(
    ("start", "life", "end"),
    [
        ("holding", "parked answered joined finish passed", "done"),
        ("holding", "parked answered_blind passed", "done"),
        ("ringing", "answered joined cancel", "back"),
        ("ringing", "other_gone", "failed"),
        ("ringing", "late", "failed"),
        ("ringing", "call_over", "lost"),
        ("ringing", "answered joined first_gone", "failed"),
        ("ringing", "answered joined other_gone", "failed"),
        ("ringing", "answered_blind late", "failed"),
    ],
)
def test_the_usual_lives_of_a_transfer_to_the_outside(start: str, life: str, end: str) -> None:
    one = outing(Phase(start))
    for what in life.split():
        assert one.take(Input(what)), f"{what} is no news to a transfer that is {one.phase}"
    assert one.phase.value == end


@pytest.mark.parametrize(("phase", "what"), list(itertools.product(Phase, Input)))
def test_each_phase_takes_what_the_table_lists_and_nothing_else(phase: Phase, what: Input) -> None:
    for one in (transfer(phase), outing(phase)):
        to = one.table.get((phase, what))
        assert one.take(what) == (to is not None)
        assert one.phase is (phase if to is None else to)


def test_every_phase_can_be_reached_and_has_a_way_to_an_end_and_an_end_is_an_end() -> None:
    for table, starts, phases in BOTH:
        assert set().union(*(reachable(table, start) for start in starts)) == phases | ENDS
        assert set().union(*(can_end(table, end) for end in ENDS)) == phases | ENDS
        assert not [phase for phase, _ in table if phase in ENDS]


def test_whoever_goes_the_transfer_ends_or_has_a_clock() -> None:
    """Only a consultation has no time limit: two people are talking, and either of them can end it."""
    for table, _, phases in BOTH:
        for phase in phases:
            assert table[phase, Input.CALL_OVER] is Phase.LOST
            assert table[phase, Input.OTHER_GONE] is Phase.FAILED
            one = outing(phase) if table is OUTSIDE_TABLE else transfer(phase)
            assert bool(one.wait_ms) == ((phase, Input.LATE) in table) == (phase is not Phase.CONSULTING)
    assert set(WAITS_MS) <= OPEN


def test_only_a_debtor_who_hears_the_other_is_theirs() -> None:
    for table, _, _ in BOTH:
        assert {pair for pair, to in table.items() if to is Phase.DONE} == {(Phase.PASSING, Input.PASSED)}


def test_nobody_is_handed_to_the_outside_but_by_the_first_ones_word() -> None:
    """Said at the beginning (blind) or in mid-consultation; never because something else happened meanwhile."""
    ways = {pair for pair, to in OUTSIDE_TABLE.items() if to is Phase.PASSING}
    assert ways == {(Phase.RINGING, Input.ANSWERED_BLIND), (Phase.CONSULTING, Input.FINISH)}


@given(st.sampled_from(STARTS), st.lists(st.sampled_from(list(Input)), max_size=40))
def test_any_sequence_of_news_keeps_the_transfer_in_its_table(start: Phase, news: list[Input]) -> None:
    one, before = transfer(start), start
    for what in news:
        assert one.take(what) == ((before, what) in TABLE)
        if before in ENDS:
            assert one.phase is before
        before = one.phase
