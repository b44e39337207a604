"""The agents as supply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing.crew import Crew
from dialer.pacing.releases import ReleasePrior
from dialer.pacing.view import AgentSeen
from tests.dialer.pacing.floors import NOON_MS

HORIZONS_S = [8.0, 12.0, 20.0]
ACTS = ("talks", "wraps", "leaves", "free", "gone", "turn")


def crew_of() -> Crew:
    crew = Crew(ReleasePrior(), NOON_MS)
    crew.look_to(HORIZONS_S)
    crew.add_up(NOON_MS, 0)
    return crew


def act(crew: Crew, what: str, agent_id: str, now_ms: int) -> None:
    if what == "talks":
        crew.talks(agent_id, now_ms)
    elif what == "wraps":
        crew.wraps(agent_id, now_ms)
    elif what == "leaves":
        crew.leaves(agent_id)
    elif what == "turn":
        crew.add_up(now_ms, 1)
    else:
        crew.done(agent_id, now_ms, what == "gone")


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 4).map(str), st.integers(-99, 99)), max_size=60))
def test_what_is_kept_up_event_by_event_is_what_adding_up_finds(story: list[tuple[str, str, int]]) -> None:
    """Whatever the order, on a clock that steps about."""
    crew, last_ms = crew_of(), NOON_MS
    for what, agent_id, second in story:
        now_ms = NOON_MS + second * 1000
        act(crew, what, agent_id, now_ms)
        last_ms = now_ms if what == "turn" else last_ms
    kept = crew.gives
    crew.add_up(last_ms, 0)
    assert kept == pytest.approx(crew.gives, abs=1e-9)


def test_an_agent_who_has_asked_to_leave_is_no_supply() -> None:
    crew = crew_of()
    crew.talks("e1", NOON_MS)
    assert crew.gives[2] > 0
    crew.leaves("e1")
    assert crew.gives == pytest.approx([0.0] * 9)


def test_agents_who_appear_talking_are_taken_with_the_time_they_have_talked() -> None:
    crew = crew_of()
    crew.take({"e1": AgentSeen("wrapping", NOON_MS - 30_000), "e2": AgentSeen("free", NOON_MS)}, NOON_MS)
    assert set(crew.busy) == {"e1"}
    assert crew.gives[2] > 0.5


def test_an_agent_from_the_future_has_just_begun() -> None:
    crew = crew_of()
    crew.take({"e1": AgentSeen("talking", NOON_MS + 10**9)}, NOON_MS)
    crew.wraps("e1", NOON_MS)
    assert crew.busy["e1"].state == "wrapping"
