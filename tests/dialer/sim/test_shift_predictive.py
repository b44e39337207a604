"""What predictive pacing is for: agents far busier than one call each keeps them, and abandonment within its limit."""

from __future__ import annotations

import random
from functools import cache
from typing import Any, NamedTuple

import pytest

from dialer.sim.people import REAL
from dialer.sim.shift import Shift
from dialer.sim.world import World
from metrics.whatif import Course
from tests.dialer.sim.test_shift import STARTS
from tests.floors import contact, floor

AGENTS = 20
HOUR_MS = 3_600_000


class Day(NamedTuple):
    occupancy: float
    abandon_ratio: float
    connected: int


@cache
def day(mode: str, seed: int, hours: float = 2.0, **strategy: Any) -> Day:
    """A morning of twenty agents who stay."""
    start_ms, dice = STARTS[0], random.Random(seed)
    course = Course(start_ms)
    cases = (contact(n, "a") for n in range(1, 9_000))
    shift = Shift(
        floor=floor({"a": {"mode": mode, **strategy}}, calls_max=200, calls_per_s_max=50),
        contacts=cases,
        agents={f"e{n:02}": ("a",) for n in range(AGENTS)},
        world=World(REAL, dice, trunk_channels=200),
        dice=dice,
        start_ms=start_ms,
        watch=course.see,
    )
    shift.run(start_ms + round(hours * HOUR_MS))
    course.end(shift.now_ms)
    found = course.floor()
    return Day(found["occupancy"], found["abandon_ratio"], int(found["connected"]))


@pytest.mark.parametrize("seed", [1, 2])
def test_predictive_keeps_agents_busier_within_the_limit_of_abandonment(seed: int) -> None:
    predictive, progressive = day("predictive", seed), day("progressive", seed)
    assert predictive.abandon_ratio <= 0.032, "the limit, and the last calls on their way when it was reached"
    assert predictive.occupancy > progressive.occupancy + 0.08
    assert predictive.connected > 1.08 * progressive.connected


def test_a_lower_target_is_kept_too() -> None:
    cautious = day("predictive", 1, abandon_target=0.01)
    assert cautious.abandon_ratio <= 0.016
    assert cautious.occupancy > day("progressive", 1).occupancy + 0.04


def test_giving_up_overdialed_calls_abandons_nobody_more_and_keeps_agents_as_busy() -> None:
    giving_up = day("predictive", 2, hang_up_overdialed=True)
    assert giving_up.abandon_ratio <= 0.032
    assert giving_up.occupancy > day("predictive", 2).occupancy - 0.03
