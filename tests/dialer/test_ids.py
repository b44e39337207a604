"""The ids that Asterisk carries for us say whose they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer import ids

words = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,31}", fullmatch=True)
codes = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,31}", fullmatch=True)


@given(node=words, agent=codes, run=words, n=st.integers(1, 10**9))
def test_a_leg_names_its_agent_and_is_never_taken_for_an_attempt(node: str, agent: str, run: str, n: int) -> None:
    leg, attempt = ids.leg_id(node, agent, run, n), ids.attempt_id(node, run, n)
    assert ids.agent_of(leg) == agent
    assert (ids.is_leg(leg), ids.is_attempt(leg)) == (True, False)
    assert (ids.is_leg(attempt), ids.is_attempt(attempt)) == (False, True)


@given(node=words, user=codes, run=words, n=st.integers(1, 10**9))
def test_a_listening_headset_is_taken_for_nothing_else(node: str, user: str, run: str, n: int) -> None:
    ear = ids.ear_id(node, user, run, n)
    assert (ids.is_ear(ear), ids.is_leg(ear), ids.is_attempt(ear)) == (True, False, False)
    assert not any(map(ids.is_ear, (ids.leg_id(node, user, run, n), ids.attempt_id(node, run, n))))


@given(node=words, user=codes, run=words, n=st.integers(1, 10**9))
def test_who_is_called_outside_is_taken_for_nothing_else(node: str, user: str, run: str, n: int) -> None:
    one = ids.outside_id(node, run, n)
    kinds = (ids.is_outside, ids.is_attempt, ids.is_leg, ids.is_ear)
    assert [is_one(one) for is_one in kinds] == [True, False, False, False]
    others = ids.attempt_id(node, run, n), ids.leg_id(node, user, run, n), ids.ear_id(node, user, run, n)
    assert not any(map(ids.is_outside, others))


@given(st.lists(st.tuples(words, codes, words, st.integers(1, 99)), max_size=6, unique=True))
def test_no_two_starts_of_the_engine_make_the_same_id(parts: list[tuple[str, str, str, int]]) -> None:
    assert len({ids.leg_id(*one) for one in parts}) == len(parts)


@pytest.mark.parametrize("other", ["", "PJSIP/e1-00000001", "c.n1.r.1", "a.n1.e1.r", "c.n1.r.1.2.3", "1700000000.42"])
def test_what_is_no_leg_is_refused_by_name(other: str) -> None:
    assert not ids.is_leg(other)
    with pytest.raises(ValueError, match="is not the id of an agent's leg"):
        ids.agent_of(other)


def test_an_agent_whose_code_has_a_dot_is_found_by_their_leg() -> None:
    """maria.soto's leg was refused as no leg at all, and the engine stopped at it."""
    leg = ids.leg_id("n1", "maria.soto", "r", 7)
    assert ids.is_leg(leg)
    assert ids.agent_of(leg) == "maria.soto"


@pytest.mark.parametrize("other", ["a.b", "c.n1", "c.", "a.", "c.n1.r.1.2"])
def test_a_channel_that_only_begins_like_ours_is_not_ours(other: str) -> None:
    assert not ids.is_leg(other)
    assert not ids.is_attempt(other)


@given(node=words, run=words, one=st.integers(1, 10**9 - 1), other=st.integers(1, 10**9 - 1))
def test_no_id_is_the_beginning_of_another(node: str, run: str, one: int, other: int) -> None:
    """Asterisk's Bridge takes a channel whose id begins with what it is given: attempt 1 was joined for attempt 12."""
    leg, ear = (lambda node, run, n, make=make: make(node, "e1", run, n) for make in (ids.leg_id, ids.ear_id))
    for make in (ids.attempt_id, leg, ear):
        assert one == other or not make(node, run, one).startswith(make(node, run, other))
