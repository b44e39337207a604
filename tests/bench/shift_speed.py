"""How many hours of a shift are simulated in a second: `python -m tests.bench --only shift_speed`.

A quarter of an hour of virtual time (after the shift has come into full swing) with everything that `dialer.sim.shift`
has: engine, pretend Asterisk, queue and store in memory. Three carteras, ratio mode, answering-machine detection.
"""

from __future__ import annotations

import random
import statistics
import time
from typing import Any

from dialer.sim.people import QUICK, REAL, Population
from dialer.sim.shift import Shift
from dialer.sim.world import World
from tests.bench.engine_throughput import MORNING, STRATEGY, OnceQueue, people
from tests.floors import floor

SIZES = (20, 200)
RAMP_MS, TIMED_MS = 300_000, 900_000
CASES_PER_AGENT = {"quick": 130, "real": 60}
ROUNDS = 3


def seconds(agents: int, population: Population, cases: int) -> tuple[float, int]:
    """Wall-clock seconds for the timed part, and the calls placed in it."""
    dice = random.Random(agents)
    placed = 0

    def watch(event: object, commands: list[Any], now_ms: int) -> None:
        nonlocal placed
        placed += sum(type(command).__name__ == "PlaceCall" for command in commands)

    shift = Shift(
        floor=floor(dict.fromkeys("abc", STRATEGY), calls_max=10_000, calls_per_s_max=1_000),
        contacts=(),
        agents={f"e{n:03}": ("a", "b", "c") for n in range(agents)},
        world=World(population, dice, trunk_channels=10_000),
        dice=dice,
        start_ms=MORNING,
        watch=watch,
    )
    shift.queue = OnceQueue(people(cases, dice))
    shift.run(MORNING + RAMP_MS)
    placed = 0
    began = time.perf_counter()
    shift.run(MORNING + RAMP_MS + TIMED_MS)
    return time.perf_counter() - began, placed


def run() -> list[dict[str, Any]]:
    """One row for each kind of people and size."""
    rows = []
    for name, population in (("quick", QUICK), ("real", REAL)):
        for size in SIZES:
            runs = [seconds(size, population, size * CASES_PER_AGENT[name]) for _ in range(ROUNDS)]
            wall_s = statistics.median(one for one, _ in runs)
            calls = runs[0][1]
            rows.append(
                {
                    "bench": "shift_speed",
                    "people": name,
                    "agents": size,
                    "calls_per_virtual_hour": round(calls * 3_600_000 / TIMED_MS),
                    "virtual_hours_per_s": round(TIMED_MS / 3_600_000 / wall_s, 2),
                    "us_per_call": round(wall_s / calls * 1e6),
                }
            )
    return rows
