"""Whole simulated days: the live engine and rules, the same people for every strategy, pauses, cases without end."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import msgspec

from config.settings import Floor
from dialer import commands as c
from dialer import events as e
from dialer.sim.cases import InventedQueue
from dialer.sim.curve import always
from dialer.sim.day import Breaks, Day, live
from dialer.sim.habits import Habits
from dialer.sim.people import REAL
from dialer.sim.ways import People
from metrics.whatif import Course
from tests.floors import TUESDAY_NOON, floor

HOUR_MS = 3_600_000
ZONE = "America/Santiago"
LIMITS = {"calls_max": 200, "calls_per_s_max": 50}


def a_day(agents: int = 4, hours: float = 1.0, breaks: Breaks | None = None, **strategy: Any) -> Day:
    settings = floor({"a": {"mode": "ratio", "ratio": 1.8, **strategy}}, **LIMITS)
    people = {"a": People.of(REAL)}
    return Day(settings, people, agents, TUESDAY_NOON, round(hours * HOUR_MS), ZONE, Habits(), breaks)


class Seen:
    """All that happened, with its time."""

    def __init__(self, day: Day, seed: int = 1) -> None:
        self.steps: list[tuple[e.Event, tuple[c.Command, ...], int]] = []
        live(day, lambda name: random.Random(f"{seed}:{name}"), self._see)

    def _see(self, event: e.Event, commands: list[c.Command], now_ms: int) -> None:
        self.steps.append((event, tuple(commands), now_ms))

    def all(self, kind: type) -> list[Any]:
        return [command for _, commands, _ in self.steps for command in commands if isinstance(command, kind)]


def test_the_same_seed_tells_the_same_day_and_another_one_another() -> None:
    day = a_day(hours=0.3)
    assert Seen(day).steps == Seen(day).steps != Seen(day, seed=2).steps


def test_the_people_are_the_same_whatever_the_strategy() -> None:
    """The n-th call placed comes to the same end, save where the floor itself ends it."""
    calm, bold = (Seen(a_day(ratio=ratio, abandon_ratio_max=1.0)) for ratio in (1.0, 3.0))

    def ends(seen: Seen) -> list[str]:
        verdicts = {one.attempt_id: one.verdict for one in seen.all(c.CloseAttempt)}
        found = [verdicts.get(one.attempt_id, "connected") for one in seen.all(c.PlaceCall)]
        return ["answered" if one in ("connected", "abandoned") else one for one in found]

    both = min(len(ends(calm)), len(ends(bold)))
    assert both > 100
    same = sum(one == other for one, other in zip(ends(calm), ends(bold), strict=False))
    assert same >= 0.97 * both


def test_agents_take_their_pauses_and_come_back() -> None:
    seen = Seen(a_day(breaks=Breaks(always(600_000), always(120_000)), hours=2))
    states = Counter(one.state for one in seen.all(c.TellAgent) if one.reason == "descanso")
    assert 4 * 5 <= states["pausa"] <= 4 * 10
    course = Course(TUESDAY_NOON)
    for event, commands, now_ms in seen.steps:
        course.see(event, commands, now_ms)
    course.end(TUESDAY_NOON + 2 * HOUR_MS)
    paused = sum(hour.agent_ms["pausa"] for hour in course.hours) / (4 * 2 * HOUR_MS)
    assert 0.08 < paused < 0.17


def test_the_rules_stay_on() -> None:
    """After eight in the evening nobody is called, however long the day is asked to be."""
    late = msgspec.structs.replace(a_day(hours=0.6), start_ms=TUESDAY_NOON + 7 * HOUR_MS + HOUR_MS // 2)
    placed = [now_ms for _, commands, now_ms in Seen(late).steps for one in commands if isinstance(one, c.PlaceCall)]
    assert placed
    assert max(placed) < TUESDAY_NOON + 8 * HOUR_MS


def test_there_is_always_somebody_to_call_and_the_best_first() -> None:
    settings = Floor.model_validate(a_day().floor)
    queue = InventedQueue(settings.carteras, ZONE, 10, random.Random(1))
    first, _ = queue.claim("a", 4, TUESDAY_NOON)
    assert [one.score for one in first] == sorted((one.score for one in first), reverse=True)
    rest, _ = queue.claim("a", 100, TUESDAY_NOON)
    assert len({one.case_id for one in (*first, *rest)}) == 104
    assert queue.invented == 110
    assert {one.regime for one in rest} == {"consumidor", "mype", "empresa"}
    assert all(one.phones and one.zone == ZONE for one in rest)
