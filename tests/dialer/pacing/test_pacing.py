"""The strategies by their names, and what all of them keep to."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.settings import Mode
from config.settings import Strategy as Settings
from dialer.pacing import STRATEGIES
from dialer.pacing.happened import KINDS, Happened
from dialer.pacing.strategy import Strategy
from dialer.pacing.view import AgentSeen, Budget, CallSeen, View
from tests.dialer.pacing.floors import NOON_MS

ids = st.integers(0, 6).map(str)
moments = st.integers(-200_000, 200_000).map(lambda ms: NOON_MS + ms)
happenings = st.builds(Happened, st.sampled_from(KINDS), ids, ids, st.sampled_from(["", "otra"]))
agents = st.dictionaries(
    ids, st.builds(AgentSeen, st.sampled_from(["free", "talking", "wrapping"]), moments, st.booleans(), st.booleans())
)
calls = st.dictionaries(
    ids, st.builds(CallSeen, st.sampled_from(["dialing", "detecting", "waiting"]), moments, moments, st.just(""))
)
budgets = st.builds(Budget, st.integers(0, 5000), st.integers(0, 500), st.floats(0, 1), st.integers(0, 1000))


@st.composite
def views(draw: st.DrawFn) -> View:
    """What a caller with sound books shows: the counts are those of the tables."""
    at_work, on_the_way = draw(agents), draw(calls)
    states = [agent.state for agent in at_work.values()]
    stages = [call.stage for call in on_the_way.values()]
    return View(
        *(states.count(state) for state in ("free", "talking", "wrapping")),
        *(stages.count(stage) for stage in ("dialing", "detecting", "waiting")),
        room=draw(st.integers(0, 100)),
        wait_ms=draw(st.integers(0, 10_000)),
        budget=draw(budgets),
        agents=at_work,
        calls=on_the_way,
    )


steps = st.lists(st.tuples(moments, st.one_of(happenings, views())), max_size=30)


def made(name: str) -> Strategy:
    return STRATEGIES[name]("", Settings.model_construct(mode="ratio", ratio=3.0, abandon_ratio_max=0.03))


def test_every_mode_that_may_be_set_has_its_strategy() -> None:
    assert set(get_args(Mode)) <= set(STRATEGIES)


@pytest.mark.parametrize("name", sorted(STRATEGIES))
@given(steps, views(), moments)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_no_strategy_asks_for_more_than_it_may(
    name: str, before: list[tuple[int, Happened | View]], view: View, now_ms: int
) -> None:
    """Unknown calls, clocks that step back, agents who appear talking, negative ages: contained, and within limits."""
    strategy = made(name)
    for at_ms, thing in before:
        if isinstance(thing, Happened):
            strategy.told(thing, at_ms)
        else:
            strategy.calls_to_place(thing, at_ms)
    count = strategy.calls_to_place(view, now_ms)
    assert 0 <= count <= view.room
    assert count == 0 or view.staffed > 0
    assert count <= view.free or not view.budget.spent
    assert strategy.why().wanted == count


@pytest.mark.parametrize("name", sorted(STRATEGIES))
@given(steps)
@settings(max_examples=20, deadline=None)
def test_the_same_day_twice_gives_the_same_answers(name: str, day: list[tuple[int, Happened | View]]) -> None:
    def lived() -> list[int]:
        strategy = made(name)
        asked = []
        for at_ms, thing in day:
            if isinstance(thing, Happened):
                strategy.told(thing, at_ms)
            else:
                asked.append(strategy.calls_to_place(thing, at_ms))
        return asked

    assert lived() == lived()


@pytest.mark.parametrize("name", ["progressive", "ratio", "wombat_boost"])
@given(st.integers(0, 1000), st.integers(0, 3000), st.integers(0, 100))
def test_asking_twice_without_news_asks_for_nothing_more(name: str, free: int, in_flight: int, waiting: int) -> None:
    """What was asked for is in flight by the next look."""
    view = View(free=free, dialing=in_flight, waiting=waiting)
    count = made(name).calls_to_place(view, NOON_MS)
    assert made(name).calls_to_place(view._replace(dialing=in_flight + count), NOON_MS) == 0


@pytest.mark.parametrize("name", ["manual", "preview"])
@given(views(), moments)
def test_by_hand_nothing_is_placed_by_itself(name: str, view: View, now_ms: int) -> None:
    strategy = made(name)
    assert strategy.calls_to_place(view, now_ms) == 0
    assert strategy.calls_to_cancel(view, now_ms) == []
