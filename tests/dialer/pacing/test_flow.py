"""One cartera's calls on their way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing.answers import AnswerPrior
from dialer.pacing.flow import Flow

HORIZONS_S = [8.0, 12.0, 20.0]
ACTS = ("placed", "over", "cancelled", "answered", "machine", "person", "step")


def flow_of() -> Flow:
    flow = Flow(AnswerPrior(), 1000)
    flow.look_to(HORIZONS_S)
    flow.add_up()
    return flow


def act(flow: Flow, what: str, call_id: str) -> None:
    if what == "step":
        flow.step()
        flow.add_up()
    elif what in ("machine", "person"):
        flow.verdict(call_id, what == "person")
    else:
        getattr(flow, what)(call_id)


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 4).map(str)), max_size=60))
def test_what_is_kept_up_event_by_event_is_what_adding_up_finds(story: list[tuple[str, str]]) -> None:
    """Whatever the order of events, calls nobody knows and events that come twice included."""
    flow = flow_of()
    for what, call_id in story:
        act(flow, what, call_id)
    kept = flow.brings
    flow.add_up()
    assert kept == pytest.approx(flow.brings, abs=1e-9)
    assert not set(flow.ringing) & set(flow.listening)


def test_an_empty_flow_brings_nothing() -> None:
    flow = flow_of()
    flow.placed("a")
    flow.over("a")
    assert flow.brings == pytest.approx([0.0] * 9)
    assert flow.ended == 1


def test_a_call_that_is_being_listened_to_brings_sooner_than_a_new_one() -> None:
    flow = flow_of()
    flow.placed("a")
    new = flow.brings[0]
    for _ in range(20):
        flow.step()
    flow.add_up()
    flow.answered("a")
    assert flow.brings[0] > 2 * new


def test_a_call_from_the_future_is_a_new_one() -> None:
    flow = flow_of()
    flow.placed("a", 2000)
    assert flow.brings == pytest.approx(flow.row_of("a"))


def test_calls_that_ring_for_ever_stay_what_they_are() -> None:
    flow = flow_of()
    flow.placed("a")
    for _ in range(30):
        flow.placed(f"b{flow.slot}")
        for _ in range(5):
            flow.step()
    flow.add_up()
    for call_id in list(flow.ringing):
        flow.over(call_id)
    assert flow.brings == pytest.approx([0.0] * 9)
