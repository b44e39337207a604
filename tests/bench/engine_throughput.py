"""What a call costs the engine with 10, 100 and 1,000 agents: `python -m tests.bench --only engine_throughput`.

A shift in virtual time (tests' floor, three carteras in ratio mode with answering-machine detection, debtors with two
telephones and a small history) is lived once for each size and its events kept; then a fresh engine is given the very
same events and only that is timed: no journal, no queue, no store, no simulator. The events up to the time when all
agents are at work are given untimed. The sizes take turns in every round, and a ratio is of one round.
"""

from __future__ import annotations

import cProfile
import gc
import pstats
import random
import statistics
import time
from typing import Any, NamedTuple

from dialer import commands as c
from dialer import events as e
from dialer.contact import Contact, Touch
from dialer.engine import Engine
from dialer.sim.people import QUICK
from dialer.sim.shift import MemoryQueue, Shift
from dialer.sim.world import World
from tests.floors import at, contact, floor

SIZES = (10, 100, 1_000)
CALLS = 4_000
RAMP_MS = 120_000
ROUNDS = 5
MORNING = at("2026-11-24T11:30")  # 8:30 in Santiago
DAY_MS = 86_400_000
STRATEGY = {"mode": "ratio", "ratio": 1.5, "amd": True, "abandon_ratio_max": 1.0}
TEAMS = (("a", "b"), ("c",))


class Tape(NamedTuple):
    """What happened on a shift: before it was in full swing, and after, until `calls` calls had ended."""

    before: list[tuple[e.Event, int]]
    after: list[tuple[e.Event, int]]
    calls: int


class OnceQueue(MemoryQueue):
    """No case is dialled twice within the shift, so no ledger need be kept."""

    def touch(self, case_id: int, touch: Touch) -> None:
        """Nobody asks for it."""


def people(count: int, dice: random.Random) -> list[Contact]:
    """Debtors with two telephones and two calls in the last month."""
    contacts = []
    for case_id in range(1, count + 1):
        days = dice.randint(9, 15), dice.randint(16, 30)
        history = tuple(Touch(MORNING - day * DAY_MS, phone_id=case_id * 10, rang=True) for day in reversed(days))
        contacts.append(contact(case_id, dice.choice("abc"), history=history, score=dice.random()))
    return contacts


def tape_of(agents: int, calls: int = CALLS) -> Tape:
    """Live the shift until so many calls have ended after the ramp."""
    dice = random.Random(agents)
    before: list[tuple[e.Event, int]] = []
    after: list[tuple[e.Event, int]] = []
    ended = 0

    def watch(event: e.Event, commands: list[c.Command], now_ms: int) -> None:
        nonlocal ended
        swing = now_ms >= MORNING + RAMP_MS
        (after if swing else before).append((event, now_ms))
        ended += swing * sum(isinstance(command, c.CloseAttempt) for command in commands)

    contacts = people(calls + agents * 30, dice)
    shift = Shift(
        floor=floor(dict.fromkeys("abc", STRATEGY), calls_max=10_000, calls_per_s_max=1_000),
        contacts=(),
        agents={f"e{n:04}": TEAMS[n % 2] for n in range(agents)},
        world=World(QUICK, dice, trunk_channels=10_000),
        dice=dice,
        start_ms=MORNING,
        watch=watch,
    )
    shift.queue = OnceQueue(contacts)
    until_ms = MORNING
    while ended < calls:
        until_ms += 1_000
        shift.run(until_ms)
    return Tape(before, after, ended)


def _started(tape: Tape) -> Engine:
    engine = Engine()
    for event, now_ms in tape.before:
        engine.handle(event, now_ms)
    return engine


def seconds(tape: Tape) -> tuple[float, float]:
    """How long the engine takes for the timed part: all of it, and without the ticks (and the timers they fire)."""
    handle, clock = _started(tape).handle, time.perf_counter
    gc.collect()
    ticks_s = 0.0
    began = clock()
    for event, now_ms in tape.after:
        if type(event) is e.Ticked:
            tick_began = clock()
            handle(event, now_ms)
            ticks_s += clock() - tick_began
        else:
            handle(event, now_ms)
    whole_s = clock() - began
    return whole_s, whole_s - ticks_s


def profile(tape: Tape) -> dict[str, float]:
    """The share of the time, in per cent, that goes through some rooms; they are inside each other, so it is no sum."""
    engine = _started(tape)
    watch = cProfile.Profile()
    watch.enable()
    for event, now_ms in tape.after:
        engine.handle(event, now_ms)
    watch.disable()
    stats: Any = pstats.Stats(watch)
    rows = stats.stats.items()
    whole = max(cumulative for _, (_, _, _, cumulative, _) in rows)

    def through(file: str, name: str) -> float:
        spent = [float(row[3]) for (path, _, function), row in rows if path.endswith(file) and function == name]
        return round(100 * sum(spent) / float(whole), 1)

    return {
        "rules_percent": through("dialer/rules.py", "may_contact"),
        "pacing_percent": through("dialer/asking.py", "pace"),
        "closing_percent": through("dialer/connecting.py", "close"),
        "timers_percent": through("dialer/engine.py", "_fire_timers"),
    }


def run() -> list[dict[str, Any]]:
    """One row for each size, and one with the ratio that the issue bounds."""
    tapes = {size: tape_of(size) for size in SIZES}
    gc.collect()
    gc.freeze()
    try:
        rounds = [{size: seconds(tape) for size, tape in tapes.items()} for _ in range(ROUNDS)]
        shares = {size: profile(tape) for size, tape in tapes.items()}
    finally:
        gc.unfreeze()
    return [*(_row(size, tapes[size], rounds, shares[size]) for size in SIZES), _ratio(tapes, rounds)]


Rounds = list[dict[int, tuple[float, float]]]


def _row(size: int, tape: Tape, rounds: Rounds, shares: dict[str, float]) -> dict[str, Any]:
    whole_s = statistics.median(one[size][0] for one in rounds)
    tickless_s = statistics.median(one[size][1] for one in rounds)
    return {
        "bench": "engine_throughput",
        "agents": size,
        "calls": tape.calls,
        "events": len(tape.after),
        "events_per_s": round(len(tape.after) / whole_s),
        "us_per_call": round(whole_s / tape.calls * 1e6, 1),
        "us_per_call_without_ticks": round(tickless_s / tape.calls * 1e6, 1),
        **shares,
    }


def _ratio(tapes: dict[int, Tape], rounds: Rounds) -> dict[str, Any]:
    low, high = min(tapes), max(tapes)

    def ratio(which: int) -> float:
        each = [(one[high][which] / tapes[high].calls) / (one[low][which] / tapes[low].calls) for one in rounds]
        return round(statistics.median(each), 2)

    return {
        "bench": "engine_throughput",
        "ratio": f"cost per call, {high} : {low} agents",
        "with_ticks": ratio(0),
        "without_ticks": ratio(1),
    }
