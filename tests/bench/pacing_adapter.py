"""Puts the product's strategies into the pacing referee: seconds into integer milliseconds, its events into ours.

``python bench.py --pacer tests.bench.pacing_adapter:make`` with this repository's root on ``PYTHONPATH``; the other
makers below are the strategies by their names.
"""

from __future__ import annotations

from typing import Any

import world  # the referee's, which runs this

from dialer.pacing.happened import Happened, Kind
from dialer.pacing.predictive import Predictive
from dialer.pacing.view import AgentSeen, Budget, CallSeen, View

KINDS: dict[int, Kind] = {
    world.EV_DIAL: "placed",
    world.EV_FAIL: "failed",
    world.EV_NOANS: "not_answered",
    world.EV_PICKUP: "answered",
    world.EV_MACHINE: "machine",
    world.EV_HUMAN: "person",
    world.EV_CONNECT: "connected",
    world.EV_ABANDON: "abandoned",
    world.EV_TALKEND: "talk_ended",
    world.EV_IDLE: "agent_free",
    world.EV_LOGOUT: "agent_gone",
    world.EV_PAUSE: "agent_gone",
    world.EV_CANCEL: "cancelled",
}
LIMIT_OVER_TARGET = 16 / 15
LEAST_ANSWERS = 300


class Adapter(world.Pacer):  # type: ignore[misc]
    """One strategy in the referee's world."""

    event_driven = True
    period = 0.5

    def __init__(self, strategy: Any, limit: float, name: str) -> None:
        self.strategy = strategy
        self.name = name
        self._limit = limit
        self._answered = self._abandoned = 0
        self._agents: dict[str, AgentSeen] = {}
        self._calls: dict[str, CallSeen] = {}

    def on_event(self, t: float, ev: Any) -> None:
        kind = KINDS.get(ev[0])
        if kind is None:
            return
        now_ms = int(t * 1000)
        call_id = str(ev[1].id) if ev[1] is not None else ""
        agent_id = str(ev[2].id) if ev[2] is not None else ""
        self._keep(kind, call_id, agent_id, now_ms)
        self.strategy.told(Happened(kind, call_id, agent_id), now_ms)
        if kind == "talk_ended" and ev[2].pause_pending:
            self._agents[agent_id] = AgentSeen("wrapping", now_ms, False, True)
            self.strategy.told(Happened("agent_leaving", "", agent_id), now_ms)

    def _keep(self, kind: Kind, call_id: str, agent_id: str, now_ms: int) -> None:
        """The tables that a view hands on."""
        if kind == "placed":
            self._calls[call_id] = CallSeen("dialing", now_ms, now_ms)
        elif kind == "answered":
            self._calls[call_id] = CallSeen("detecting", self._calls[call_id].placed_ms, now_ms)
        elif kind == "person":
            self._calls[call_id] = CallSeen("waiting", self._calls[call_id].placed_ms, now_ms)
        elif call_id:
            del self._calls[call_id]
            self._answered += kind in ("connected", "abandoned")
            self._abandoned += kind == "abandoned"
        if kind == "connected":
            self._agents[agent_id] = AgentSeen("talking", now_ms)
        elif kind == "talk_ended":
            self._agents[agent_id] = AgentSeen("wrapping", now_ms)
        elif kind == "agent_free":
            self._agents[agent_id] = AgentSeen("free", now_ms)
        elif kind == "agent_gone":
            self._agents.pop(agent_id, None)

    def view(self, state: Any) -> View:
        return View(
            state.idle,
            state.talking,
            state.wrapping,
            state.ringing,
            state.in_amd,
            state.waiting,
            max(0, state.trunks - state.talking - state.inflight),
            int(state.grace * 1000),
            Budget(self._answered, self._abandoned, self._limit, LEAST_ANSWERS),
            self._agents,
            self._calls,
        )

    def calls_to_place(self, t: float, state: Any) -> int:
        return int(self.strategy.calls_to_place(self.view(state), int(t * 1000)))


def make(target: float) -> Adapter:
    return Adapter(Predictive(target), target * LIMIT_OVER_TARGET, "predictive")
