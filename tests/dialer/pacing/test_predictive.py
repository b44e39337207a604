"""Predictive dialling stays sane wherever it is put."""

from __future__ import annotations

import pytest

from dialer.pacing.answers import AnswerPrior, steps
from dialer.pacing.happened import Happened
from dialer.pacing.predictive import RANG_LEAST_MS, Predictive
from dialer.pacing.view import Budget, CallSeen, View
from tests.dialer.pacing.floors import NOON_MS, Day, Floor


@pytest.mark.parametrize("agents", [1, 5])
def test_a_cold_start_begins_with_one_call_for_each_agent(agents: int) -> None:
    floor = Floor(Predictive(), agents)
    assert floor.ask() == agents
    assert floor.strategy.why().bound_by == "learning"


@pytest.mark.parametrize(("share", "agents"), [(0.02, 5), (0.2, 1), (0.2, 5), (0.2, 20), (0.9, 5), (0.9, 20)])
def test_at_any_answer_rate_agents_are_busy_and_few_persons_are_abandoned(share: float, agents: int) -> None:
    floor = Floor(Predictive(), agents)
    day = Day(floor, share)
    day.live(3600)
    assert floor.abandoned <= 0.05 * floor.answered + 3
    assert floor.answered >= agents * 3600 / 75 * (0.3 if agents == 1 or share < 0.1 else 0.6)
    assert day.most_in_flight <= 12 * agents


@pytest.mark.parametrize(("talk_s", "wrap_s"), [(5, 2), (1200, 10)])
def test_at_any_length_of_talk_few_persons_are_abandoned(talk_s: int, wrap_s: int) -> None:
    floor = Floor(Predictive(), 10)
    Day(floor, 0.25, talk_s=talk_s, wrap_s=wrap_s).live(3600)
    assert floor.answered > 20
    assert floor.abandoned <= 0.05 * floor.answered + 3


def test_when_all_leave_at_once_nothing_more_is_placed() -> None:
    floor = Floor(Predictive(), 10)
    day = Day(floor, 0.3)
    day.live(900)
    for agent_id in list(floor.agents):
        floor.gone(agent_id)
    assert floor.ask() == 0
    day.live(60)
    assert not floor.calls


@pytest.mark.parametrize("ring_s", [0, 1])
def test_a_trunk_that_answers_everything_at_once_makes_no_burst(ring_s: int) -> None:
    floor = Floor(Predictive(), 10)
    day = Day(floor, 0.2)
    day.live(900)
    day.share, day.ring_s, day.most_placed = 1.0, ring_s, 0
    before = floor.abandoned
    day.live(300)
    assert day.most_placed <= 60
    assert floor.abandoned - before < 40
    day.live(1800)
    before = floor.abandoned
    day.live(900)
    assert floor.abandoned - before <= 0.1 * 900 / 75 * 10, "it has learned that everybody answers"


def test_a_trunk_that_fails_everything_at_once_is_not_flooded_and_recovers() -> None:
    floor = Floor(Predictive(), 10)
    day = Day(floor, 0.2)
    day.live(900)
    day.share, day.ring_s = 0.0, 0
    day.live(600)
    assert day.most_in_flight <= 120
    day.share, day.ring_s, before = 0.2, 10, floor.abandoned
    day.live(900)
    assert floor.abandoned - before < 60


def test_with_the_budget_spent_it_is_one_call_for_each_free_agent() -> None:
    strategy = Predictive()
    floor = Floor(strategy, 10)
    Day(floor, 0.2).live(900)
    view = floor.view()._replace(budget=Budget(1000, 60, 0.03))
    assert strategy.calls_to_place(view, floor.now_ms) <= view.free
    assert strategy.why().bound_by == "budget"


def test_for_hours_on_end_it_neither_forgets_how_many_answer_nor_runs_away() -> None:
    floor = Floor(Predictive(), 60)
    day = Day(floor, 0.2)
    day.live(7200)
    assert floor.abandoned <= 0.04 * floor.answered + 3
    assert floor.answered >= 0.85 * 60 * 7200 / 75
    assert day.most_in_flight < 60 * 4


def test_the_room_bounds_what_is_asked() -> None:
    floor = Floor(Predictive(), 10)
    floor.room = 3
    assert floor.ask() == 3


def test_it_says_why() -> None:
    floor = Floor(Predictive(), 20)
    Day(floor, 0.2).live(1800)
    why = floor.strategy.why()
    assert why.bound_by == "price"
    assert 0 < why.price <= 1
    assert why.risk > why.price
    assert why.answers > 0


def test_a_clock_that_steps_by_an_hour_either_way_changes_little() -> None:
    for step_ms in (-3_600_000, 3_600_000):
        floor = Floor(Predictive(), 10)
        day = Day(floor, 0.2)
        day.live(1200)
        before = floor.answered
        floor.now_ms += step_ms
        floor.agents = {i: agent._replace(since_ms=agent.since_ms + step_ms) for i, agent in floor.agents.items()}
        floor.calls = {
            i: call._replace(placed_ms=call.placed_ms + step_ms, stage_ms=call.stage_ms + step_ms)
            for i, call in floor.calls.items()
        }
        day.live(600)
        assert floor.answered - before > 40


def test_priors_that_are_handed_in_are_used_from_the_first_call() -> None:
    rich = Predictive(answer_prior=AnswerPrior(person=steps((99, 0.2))))
    plain = Predictive()
    for strategy in (rich, plain):
        strategy.calls_to_place(View(free=1, dialing=4), NOON_MS)
    assert rich.why().answers > 1.5 * plain.why().answers


def test_hanging_up_is_off_by_default_and_spares_calls_that_rang_less_than_the_law_asks() -> None:
    calls = {f"c{n}": CallSeen("dialing", NOON_MS - n * 1000, NOON_MS - n * 1000) for n in range(40)}
    view = View(talking=1, dialing=40, calls=calls)
    assert Predictive().calls_to_cancel(view, NOON_MS) == []
    given_up = Predictive(hang_up=True).calls_to_cancel(view, NOON_MS)
    assert given_up
    assert all(NOON_MS - calls[call_id].placed_ms >= RANG_LEAST_MS for call_id in given_up)
    assert given_up == sorted(given_up, key=lambda call_id: calls[call_id].placed_ms)


@pytest.mark.parametrize("target", [0, 1, 3.0])
def test_an_impossible_target_is_refused_when_it_is_configured(target: float) -> None:
    with pytest.raises(ValueError, match="target"):
        Predictive(target)


def test_two_carteras_that_share_agents_do_not_each_fill_them() -> None:
    """What one has on its way keeps the other from placing as much."""
    calls = {f"x{n}": CallSeen("dialing", NOON_MS - 4000, NOON_MS - 4000, "otra") for n in range(30)}
    alone, beside = Predictive(cartera="mia"), Predictive(cartera="mia")
    for strategy in (alone, beside):
        strategy.calls_to_place(View(free=5), NOON_MS)
        for number in range(200):
            strategy.told(Happened("placed", str(number), cartera="mia"), NOON_MS)
            strategy.told(Happened("not_answered", str(number), cartera="mia"), NOON_MS)
    wanted = alone.calls_to_place(View(free=5, talking=10), NOON_MS + 1000)
    assert beside.calls_to_place(View(free=5, talking=10, dialing=30, calls=calls), NOON_MS + 1000) < wanted
