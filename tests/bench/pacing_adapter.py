"""Puts the product's strategies into the pacing referee: seconds into integer milliseconds, its events into ours.

``python bench.py --pacer tests.bench.pacing_adapter:make`` with this repository's root on ``PYTHONPATH``; the other
makers below are the strategies by their names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import world  # the referee's, which runs this

from dialer.pacing.happened import Happened, Kind
from dialer.pacing.issabel import Issabel
from dialer.pacing.predictive import Predictive
from dialer.pacing.progressive import Progressive
from dialer.pacing.ratio import Ratio
from dialer.pacing.vicidial_average import VicidialAverage
from dialer.pacing.vicidial_hard_limit import VicidialHardLimit
from dialer.pacing.vicidial_tapered import VicidialTapered
from dialer.pacing.view import AgentSeen, Budget, CallSeen, View
from dialer.pacing.wombat_boost import WombatBoost

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
LEAST_ANSWERS = 200
"""The day of the referee is the legal window; an agent has some 200 answers in it."""


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
            Budget(self._answered, self._abandoned, self._limit, LEAST_ANSWERS * len(state.agents)),
            self._agents,
            self._calls,
        )

    def calls_to_place(self, t: float, state: Any) -> int:
        return int(self.strategy.calls_to_place(self.view(state), int(t * 1000)))


def _maker(name: str, strategy: Callable[[float], Any]) -> Callable[[float], Adapter]:
    return lambda target: Adapter(strategy(target), target * LIMIT_OVER_TARGET, name)


SHIFT_ENDS_MS = 12 * 3_600_000
"""The referee's day begins at 9; the tapered mode's latest server time is 21:00."""

make = _maker("predictive", Predictive)
progressive = _maker("progressive", lambda target: Progressive())
ratio = _maker("ratio", lambda target: Ratio(2.0))
vicidial_hard_limit = _maker("vicidial_hard_limit", VicidialHardLimit)
vicidial_tapered = _maker("vicidial_tapered", lambda target: VicidialTapered(target, ends_ms=SHIFT_ENDS_MS))
vicidial_average = _maker("vicidial_average", VicidialAverage)
issabel = _maker("issabel", lambda target: Issabel(overcommit=True))
wombat_boost = _maker("wombat_boost", lambda target: WombatBoost(2.0))
