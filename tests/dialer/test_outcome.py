"""How a call ended, row by row: what Asterisk reports on the left, what we write down on the right."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import RETRY_DEFAULT
from dialer.outcome import CAUSES, TRAITS, Fault, Verdict, verdict

# cause, DIALSTATUS, it rang -> verdict             what the network was saying
NOBODY_ANSWERED = [
    (1, "CHANUNAVAIL", False, "unallocated"),  #    the number does not exist
    (22, "CHANUNAVAIL", False, "unallocated"),  #   the number has changed
    (28, "CHANUNAVAIL", False, "unallocated"),  #   the number is not written as numbers are
    (17, "BUSY", False, "busy"),  #                 they are talking to somebody else
    (17, "BUSY", True, "busy"),
    (18, "NOANSWER", False, "no_answer"),  #        their telephone does not respond
    (19, "NOANSWER", True, "no_answer"),  #         it rang and nobody took it
    (20, "NOANSWER", False, "no_answer"),  #        switched off or out of coverage
    (21, "BUSY", True, "rejected"),  #              the red button
    (21, "CHANUNAVAIL", False, "rejected"),
    (34, "CONGESTION", False, "congestion"),  #     no line free
    (42, "CONGESTION", False, "congestion"),  #     the exchange is full
    (44, "CONGESTION", False, "congestion"),
    (47, "CONGESTION", False, "congestion"),
    (2, "CHANUNAVAIL", False, "network"),  #        no way there
    (3, "CHANUNAVAIL", False, "network"),
    (27, "CHANUNAVAIL", False, "network"),  #       the far end is out of order
    (29, "CHANUNAVAIL", False, "network"),
    (38, "CONGESTION", False, "network"),  #        the network is out of order
    (41, "CONGESTION", False, "network"),  #        it failed for a moment
    (58, "CHANUNAVAIL", False, "network"),
    (88, "CHANUNAVAIL", False, "network"),
    (102, "CHANUNAVAIL", False, "network"),  #      it did not reply in time
    (111, "CONGESTION", False, "network"),
    (16, "NOANSWER", True, "no_answer"),  #         "normal" says nothing: DIALSTATUS has the word
    (16, "BUSY", False, "busy"),
    (31, "CONGESTION", False, "congestion"),
    (127, "CHANUNAVAIL", False, "network"),
    (0, "NOANSWER", True, "no_answer"),
    (16, "", True, "no_answer"),  #                 nor does DIALSTATUS: it rang, and that is all we know
    (0, "", True, "no_answer"),
    (0, "CANCEL", True, "no_answer"),
    (16, "", False, "network"),  #                  it ended before it rang, and the network said so
    (99, "", False, "network"),
    (0, "", False, "failed"),  #                    it ended before it rang, and nobody said why
]

# picked up, a machine, an agent took it -> verdict
SOMEBODY_ANSWERED = [
    (True, False, True, "connected"),
    (True, True, True, "connected"),  #     whatever the detector thought, they talked
    (True, True, False, "machine"),
    (True, False, False, "abandoned"),  #   nobody was free
]

# it rang, DIALSTATUS -> verdict, when we hung up before anybody answered
WE_HUNG_UP = [
    (True, "NOANSWER", "no_answer"),  #     it rang as long as we wanted
    (True, "CANCEL", "cancelled"),
    (True, "", "cancelled"),
    (False, "NOANSWER", "cancelled"),
    (False, "", "cancelled"),
]


def judge(**known: Any) -> str:
    facts = {"cause": 0, "dial_status": "", "rang": False, "picked_up": False, "machine": False, "connected": False}
    return verdict(**{**facts, "we_hung_up": False, **known}).value


@pytest.mark.parametrize(("cause", "dial_status", "rang", "end"), NOBODY_ANSWERED)
def test_a_call_that_nobody_answered_ends_as_the_network_said(
    cause: int, dial_status: str, rang: bool, end: str
) -> None:
    assert judge(cause=cause, dial_status=dial_status, rang=rang) == end


@pytest.mark.parametrize(("picked_up", "machine", "connected", "end"), SOMEBODY_ANSWERED)
@pytest.mark.parametrize("we_hung_up", [True, False])
@pytest.mark.parametrize("cause", [0, 16, 17, 38])
def test_once_somebody_answered_neither_the_cause_nor_who_hung_up_matters(
    picked_up: bool, machine: bool, connected: bool, end: str, we_hung_up: bool, cause: int
) -> None:
    said = judge(picked_up=picked_up, machine=machine, connected=connected, we_hung_up=we_hung_up, cause=cause)
    assert said == end


@pytest.mark.parametrize("cause", [0, 16, 38])
def test_whoever_hangs_up_before_an_agent_was_due_was_not_abandoned(cause: int) -> None:
    assert judge(picked_up=True, hung_up=True, cause=cause) == "hung_up"
    assert judge(picked_up=True, hung_up=True, machine=True) == "machine"


@pytest.mark.parametrize(("rang", "dial_status", "end"), WE_HUNG_UP)
def test_our_own_hang_up_before_the_answer_is_no_fault_of_the_debtors(rang: bool, dial_status: str, end: str) -> None:
    assert judge(we_hung_up=True, rang=rang, dial_status=dial_status, cause=16) == end


def test_the_table_of_causes_is_covered_row_by_row() -> None:
    assert {cause for cause, *_ in NOBODY_ANSWERED} >= set(CAUSES)


# verdict       whose fault  a gestión  the number stays
WHAT_IT_MEANS = [
    ("connected", "nobody", True, True),
    ("abandoned", "ours", True, True),
    ("hung_up", "far_end", True, True),
    ("machine", "far_end", True, True),
    ("no_answer", "far_end", True, True),
    ("busy", "far_end", True, True),
    ("rejected", "far_end", True, True),
    ("unallocated", "far_end", False, False),
    ("congestion", "network", False, True),
    ("network", "network", False, True),
    ("cancelled", "ours", False, True),
    ("failed", "ours", False, True),
    ("lost", "ours", False, True),
]


@pytest.mark.parametrize(("end", "fault", "valid", "keeps_phone"), WHAT_IT_MEANS)
def test_each_verdict_says_whose_fault_it_was_and_whether_it_was_work_done(
    end: str, fault: str, valid: bool, keeps_phone: bool
) -> None:
    trait = TRAITS[Verdict(end)]
    assert (trait.fault, trait.valid, trait.keeps_phone) == (Fault(fault), valid, keeps_phone)


def test_no_verdict_is_without_meaning_and_all_but_the_conversation_have_a_retry_rule() -> None:
    assert set(TRAITS) == set(Verdict) == {Verdict(end) for end, *_ in WHAT_IT_MEANS}
    assert set(RETRY_DEFAULT) == {end.value for end in Verdict} - {"connected"}


@given(
    cause=st.integers(0, 200),
    dial_status=st.sampled_from(["", "ANSWER", "BUSY", "NOANSWER", "CANCEL", "CONGESTION", "CHANUNAVAIL", "DONTCALL"]),
    flags=st.tuples(*[st.booleans()] * 5),
)
def test_every_end_has_a_verdict_and_only_calls_picked_up_are_contacts(
    cause: int, dial_status: str, flags: tuple[bool, ...]
) -> None:
    rang, picked_up, machine, connected, we_hung_up = flags
    end = judge(
        cause=cause,
        dial_status=dial_status,
        rang=rang,
        picked_up=picked_up,
        machine=machine,
        connected=connected,
        we_hung_up=we_hung_up,
    )
    assert (end in ("connected", "abandoned", "machine")) == (picked_up or connected)
    assert (end == "connected") == connected
