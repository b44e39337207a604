"""What one decision of the predictive pacer costs at 20, 200 and 500 agents: `python -m tests.bench --only pacing`.

A floor is lived in virtual time with dice of its own; after a warm-up every look (two a second and one after each event
that changes who is free) is timed, and so is what it is told. Memory is what a day more of events adds.
"""

from __future__ import annotations

import gc
import heapq
import random
import statistics
import time
import tracemalloc
from typing import Any

from dialer.pacing.happened import Happened, Kind
from dialer.pacing.predictive import Predictive
from dialer.pacing.view import AgentSeen, Budget, CallSeen, View

SIZES = (20, 200, 500)
ANSWER_SHARE, RING_S, TALK_S, WRAP_S = 0.2, 11.0, 90.0, 20.0
WARM_UP_S, TIMED_S = 300.0, 300.0
NOON_MS = 1_763_900_000_000


class Shift:
    """Agents and calls as a caller would keep them; every look and every telling is timed."""

    def __init__(self, agents: int, seed: int) -> None:
        self.pacer, self.dice = Predictive(), random.Random(seed)
        self.agents = {f"e{n}": AgentSeen("free", NOON_MS) for n in range(agents)}
        self.calls: dict[str, CallSeen] = {}
        self.free = list(self.agents)
        self.counts = {"talking": 0, "wrapping": 0}
        self.answered = self.abandoned = self.made = 0
        self.looks_s: list[float] = []
        self.told_s, self.events = 0.0, 0
        self.coming: list[tuple[float, int, Kind, str]] = []
        self.now_s = 0.0

    def live(self, seconds: float) -> None:
        until_s, tick_s = self.now_s + seconds, self.now_s
        while self.now_s < until_s:
            if self.coming and self.coming[0][0] <= tick_s:
                self.now_s, _, kind, key = heapq.heappop(self.coming)
                self.happen(kind, key)
            else:
                self.now_s, tick_s = tick_s, tick_s + 0.5
            self.look()

    def look(self) -> None:
        talking, wrapping = self.counts["talking"], self.counts["wrapping"]
        budget = Budget(self.answered, self.abandoned, 0.03, 100_000)
        view = View(
            len(self.free),
            talking,
            wrapping,
            len(self.calls),
            wait_ms=0,
            budget=budget,
            agents=self.agents,
            calls=self.calls,
        )
        began = time.perf_counter()
        count = self.pacer.calls_to_place(view, self.now_ms)
        self.looks_s.append(time.perf_counter() - began)
        for _ in range(count):
            self.place()

    @property
    def now_ms(self) -> int:
        return NOON_MS + int(self.now_s * 1000)

    def tell(self, kind: Kind, call_id: str = "", agent_id: str = "") -> None:
        happened = Happened(kind, call_id, agent_id)
        began = time.perf_counter()
        self.pacer.told(happened, self.now_ms)
        self.told_s += time.perf_counter() - began
        self.events += 1

    def after(self, seconds: float, kind: Kind, key: str) -> None:
        heapq.heappush(self.coming, (self.now_s + seconds, self.events, kind, key))

    def place(self) -> None:
        self.made += 1
        call_id = f"c{self.made}"
        self.calls[call_id] = CallSeen("dialing", self.now_ms, self.now_ms)
        self.tell("placed", call_id)
        person = self.dice.random() < ANSWER_SHARE
        self.after(self.dice.gammavariate(4, RING_S / 4) if person else 25.0, "person" if person else "failed", call_id)

    def happen(self, kind: Kind, key: str) -> None:
        if kind == "failed":
            del self.calls[key]
            self.tell(kind, key)
        elif kind == "person":
            self.person(key)
        elif kind == "talk_ended":
            self.agents[key] = AgentSeen("wrapping", self.now_ms)
            self.counts["talking"] -= 1
            self.counts["wrapping"] += 1
            self.tell(kind, "", key)
            self.after(self.dice.gammavariate(8, WRAP_S / 8), "agent_free", key)
        else:
            self.agents[key] = AgentSeen("free", self.now_ms)
            self.counts["wrapping"] -= 1
            self.free.append(key)
            self.tell("agent_free", "", key)

    def person(self, call_id: str) -> None:
        del self.calls[call_id]
        self.tell("person", call_id)
        self.answered += 1
        if not self.free:
            self.abandoned += 1
            self.tell("abandoned", call_id)
            return
        agent_id = self.free.pop(0)
        self.agents[agent_id] = AgentSeen("talking", self.now_ms)
        self.counts["talking"] += 1
        self.tell("connected", call_id, agent_id)
        self.after(self.dice.expovariate(1 / TALK_S), "talk_ended", agent_id)


def row(agents: int) -> dict[str, Any]:
    shift = Shift(agents, agents)
    shift.live(WARM_UP_S)
    shift.looks_s.clear()
    shift.told_s, shift.events = 0.0, 0
    gc.collect()
    shift.live(TIMED_S)
    looks = [seconds * 1e6 for seconds in shift.looks_s]
    centiles = statistics.quantiles(looks, n=100)
    return {
        "bench": "pacing",
        "agents": agents,
        "looks": len(looks),
        "p50_us": round(centiles[49]),
        "p99_us": round(centiles[98]),
        "mean_us": round(statistics.fmean(looks)),
        "told_us": round(shift.told_s / shift.events * 1e6, 1),
    }


def memory(agents: int = 20) -> dict[str, Any]:
    """What hours of events leave behind in the pacer."""
    shift = Shift(agents, 1)
    shift.live(600.0)
    shift.looks_s.clear()
    tracemalloc.start()
    events, kept = shift.events, []
    for _ in range(3):
        shift.live(1200.0)
        shift.looks_s.clear()
        gc.collect()
        kept.append(tracemalloc.get_traced_memory()[0] // 1024)
    tracemalloc.stop()
    return {
        "bench": "pacing",
        "memory_agents": agents,
        "events": shift.events - events,
        "kib_after_each_third": str(kept),
    }


def run() -> list[dict[str, Any]]:
    return [*(row(size) for size in SIZES), memory()]
