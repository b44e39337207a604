"""What a call costs the engine, counted in function calls, not seconds: a busy machine changes nothing."""

from __future__ import annotations

import cProfile
import pstats

from tests.bench.engine_throughput import _started, tape_of

CALLS = 400


def steps_per_call(agents: int) -> float:
    tape = tape_of(agents, CALLS)
    engine = _started(tape)
    watch = cProfile.Profile()
    watch.enable()
    for event, now_ms in tape.after:
        engine.handle(event, now_ms)
    watch.disable()
    return int(pstats.Stats(watch).total_calls) / tape.calls  # type: ignore[attr-defined]


def test_a_call_costs_the_engine_no_more_with_many_agents_than_with_few() -> None:
    """Nothing in it may walk over all agents or all calls: that would show here long before the clock shows it."""
    assert steps_per_call(400) < 1.3 * steps_per_call(20)
