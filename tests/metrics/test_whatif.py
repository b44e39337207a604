"""A simulated day in figures: the boards' own, and honest about how sure they are."""

from __future__ import annotations

import random

import pytest

from dialer import commands as c
from dialer import events as e
from dialer.sim.day import Day, live
from dialer.sim.habits import Habits
from dialer.sim.people import QUICK, Law
from dialer.sim.ways import People
from metrics.kpi import figures, occupancy
from metrics.ledger import Ledger
from metrics.whatif import MEASURES, Course, Told, differences, spread, strategy, told
from tests.floors import TUESDAY_NOON, floor

STRATEGY = {"mode": "ratio", "ratio": 1.6, "abandon_ratio_max": 0.2}
MINUTE_MS = 60_000


def a_day() -> tuple[Course, Ledger, int]:
    settings = floor({name: dict(STRATEGY) for name in "ab"}, calls_max=100)
    day = Day(settings, dict.fromkeys("ab", People.of(QUICK)), 6, TUESDAY_NOON, 90 * MINUTE_MS, "America/Santiago",
              Habits(wrap=Law(1_000, 5_000)))  # fmt: skip
    course, ledger = Course(TUESDAY_NOON), Ledger()

    def watch(event: e.Event, commands: list[c.Command], now_ms: int) -> None:
        course.see(event, commands, now_ms)
        ledger.see(event, commands, now_ms)

    live(day, random.Random, watch)
    course.end(day.end_ms)
    return course, ledger, day.end_ms


def test_a_simulated_days_figures_are_those_of_the_boards() -> None:
    course, ledger, end_ms = a_day()
    floor_figures = course.floor()
    for name in "ab":
        board = figures(ledger.carteras[name].today())
        ours = course.cartera(name)
        for key in ("calls_placed", "connected", "abandoned"):
            assert ours[key] == board[key] > 0
        assert ours["abandon_ratio"] == pytest.approx(board["abandon_ratio"], abs=1e-6)
    assert floor_figures["occupancy"] == occupancy(ledger.agent_ms(end_ms))
    assert floor_figures["calls_placed"] == sum(hour["calls_placed"] for hour in course.course())
    shares = [course.cartera(name)["occupancy"] for name in "ab"]
    assert sum(shares) == pytest.approx(floor_figures["occupancy"], abs=0.01)
    assert not course.not_placed or set(course.not_placed) <= set(ledger.carteras["a"].today().not_placed) | set(
        ledger.carteras["b"].today().not_placed
    )


def test_what_the_pacer_went_by_is_told_with_the_day() -> None:
    course, _, _ = a_day()
    days = [told(seed, course) for seed in (1, 2)]
    found = strategy("x", days)["decisions"]
    assert set(found) == {"a", "b"}
    assert found["a"]["in_flight"]["mean"] > 0
    assert "answers" not in found["a"], "a fixed ratio predicts nothing"
    assert sum(found["a"]["bound"].values()) == pytest.approx(1.0, abs=1e-5)


def test_time_is_counted_in_the_hour_in_which_it_was_spent() -> None:
    course = Course(0)
    says = [(0, "disponible"), (30, "hablando"), (80, "cierre"), (90, "disponible"), (100, "hablando")]
    for minute, state in says:
        course.see(e.Ticked(), [c.TellAgent("e1", state, 0)], minute * MINUTE_MS)
    course.end(120 * MINUTE_MS)
    spent = [{state: ms // MINUTE_MS for state, ms in hour.agent_ms.items()} for hour in course.hours]
    assert spent == [{"disponible": 30, "hablando": 30}, {"hablando": 20 + 20, "cierre": 10, "disponible": 10}]
    floor_figures = course.floor()
    assert floor_figures["occupancy"] == pytest.approx(80 / 120, abs=1e-6)
    assert floor_figures["idle_mean_s"] == (30 + 10) * 60 / 2


def test_idle_time_goes_on_while_an_agent_is_held_for_a_call_and_ends_with_a_pause() -> None:
    course = Course(0)
    for second, state in ((0, "disponible"), (5, "reservado"), (8, "disponible"), (20, "reservado"), (21, "hablando")):
        course.see(e.Ticked(), [c.TellAgent("e1", state, 0)], second * 1_000)
    for second, state in ((0, "disponible"), (9, "pausa"), (20, "disponible"), (21, "hablando")):
        course.see(e.Ticked(), [c.TellAgent("e2", state, 0)], second * 1_000)
    course.end(30_000)
    assert course.floor()["idle_mean_s"] == (21 + 1) / 2


def test_intervals_are_students_and_a_single_day_has_none() -> None:
    one = spread([10.0, 12.0, 14.0])
    assert one.mean == 12
    assert one.of_mean == pytest.approx((12 - 4.303 * 2 / 3**0.5, 12 + 4.303 * 2 / 3**0.5))
    assert one.of_day == pytest.approx((12 - 4.303 * 2 * (4 / 3) ** 0.5, 12 + 4.303 * 2 * (4 / 3) ** 0.5))
    assert spread([5.0]) == (5.0, None, None)
    assert spread([0.0, 0.1]).of_mean == (0.0, pytest.approx(0.05 + 12.706 * 0.05))
    with pytest.raises(ValueError, match="no days"):
        spread([])


def day_told(seed: int, busy: float) -> Told:
    row = {**dict.fromkeys(MEASURES, 1.0), "occupancy": busy}
    return Told(seed, row, {"a": row}, [{"hour": 0, **row}], {"lines_max": 3}, {})


def test_a_difference_is_of_the_same_seeds_and_surer_than_two_means() -> None:
    """The days differ much, the strategies always by the same."""
    busy = (0.6, 0.7, 0.8)
    first = [day_told(seed, one + 0.05) for seed, one in enumerate(busy)]
    second = [day_told(seed, one) for seed, one in enumerate(busy)]
    found = differences(first, second)
    assert found["occupancy"].mean == pytest.approx(0.05)
    low, high = found["occupancy"].of_mean or (0, 0)
    assert high - low < 1e-6
    assert found["calls_placed"].mean == 0
    with pytest.raises(ValueError, match="different seeds"):
        differences(first, second[1:])


def test_a_strategy_is_told_by_floor_cartera_hour_and_day() -> None:
    course, _, _ = a_day()
    made = strategy("una", [told(1, course), told(2, course)])
    assert set(made["carteras"]) == {"a", "b"}
    assert [one["hour"] for one in made["hours"]] == [0, 1]
    assert [one["seed"] for one in made["days"]] == [1, 2]
    assert set(made["floor"]) == set(MEASURES)
    assert made["floor"]["occupancy"]["interval"] == [made["floor"]["occupancy"]["mean"]] * 2
