"""What a cartera's pacer is shown: the agents at work and the calls that may come to them, in the words of `pacing`.

`Books` keeps it in line move by move and tells the pacer what changed; nothing is made anew when the pacer is asked.
"""

from __future__ import annotations

from typing import Final, Literal

from agents.agent import Agent, State
from dialer.call import Call, Input, Stage
from dialer.pacing.happened import Kind
from dialer.pacing.view import AgentSeen, CallSeen, CallStage

Seen = Literal["dialing", "detecting", "waiting", ""]
AtWork = Literal["free", "talking", "wrapping", ""]

STAGES: Final[dict[Stage, CallStage]] = {
    Stage.RECORDING: "dialing",
    Stage.PLACING: "dialing",
    Stage.DIALING: "dialing",
    Stage.RINGING: "dialing",
    Stage.SCREENING: "detecting",
    Stage.WAITING: "waiting",
}

STATES: Final[dict[State, AtWork]] = {
    State.DISPONIBLE: "free",
    State.HABLANDO: "talking",
    State.ESPERA: "talking",
    State.CIERRE: "wrapping",
}

AGENT_NEWS: Final[dict[AtWork, Kind]] = {
    "free": "agent_free",
    "talking": "connected",
    "wrapping": "talk_ended",
    "": "agent_gone",
}


class Sight:
    """`agents` of the cartera by id; `calls` of it and of those that share agents with it, kept for pacers that listen.

    `own`: how many of the cartera's own calls are at each stage, `at_work`: how many of the agents do what.
    """

    __slots__ = ("agents", "at_work", "calls", "own")

    def __init__(self) -> None:
        self.agents: dict[str, AgentSeen] = {}
        self.calls: dict[str, CallSeen] = {}
        self.own: dict[Seen, int] = {"": 0, "dialing": 0, "detecting": 0, "waiting": 0}
        self.at_work: dict[AtWork, int] = {"": 0, "free": 0, "talking": 0, "wrapping": 0}

    @property
    def in_flight(self) -> int:
        """Calls of the cartera's own that may still become somebody's."""
        return self.own["dialing"] + self.own["detecting"]

    def put_agent(self, agent_id: str, seen: AgentSeen | None) -> None:
        """The agent as they are seen now; None: not at work."""
        was = self.agents.get(agent_id)
        self.at_work[was.state if was is not None else ""] -= 1
        if seen is None:
            self.agents.pop(agent_id, None)
            self.at_work[""] += 1
        else:
            self.agents[agent_id] = seen
            self.at_work[seen.state] += 1

    def put_call(self, call: Call, now_ms: int) -> None:
        """The call as it is seen now, or gone."""
        if call.seen:
            self.calls[call.attempt_id] = as_seen(call, call.seen, now_ms)
        else:
            self.calls.pop(call.attempt_id, None)


def as_seen(call: Call, stage: CallStage, now_ms: int) -> CallSeen:
    return CallSeen(stage, call.placed_ms, call.placed_ms if stage == "dialing" else now_ms, call.cartera)


def state_of(agent: Agent, call: Call | None) -> AtWork:
    """`call`: the one they are on. Who is being joined talks already; who is held for a case of their own is away."""
    if agent.state is State.RESERVADO:
        return "talking" if call is not None and not call.reserved_for else ""
    return STATES.get(agent.state, "")


def leaves(agent: Agent) -> bool:
    """Whether the agent will not be free when the present conversation and its gestión are over."""
    return agent.wants in ("pause", "leave") or not agent.present


def news(before: Stage, call: Call, what: Input) -> Kind | None:
    """What has become of a call that was on its way (at the stage `before`) and now is at its present stage."""
    if call.stage is Stage.SCREENING:
        return "answered"
    if call.stage is Stage.WAITING:
        return "person"
    if call.stage is Stage.HANGING_UP:
        return "machine" if what is Input.MACHINE else "cancelled"
    return _end(before, call) if call.stage is Stage.OVER else None


def _end(before: Stage, call: Call) -> Kind:
    """Whoever picked up and was not taken for a machine was a person who needed an agent, if they gave us the time."""
    if before is Stage.RECORDING:
        return "cancelled"
    if call.picked_up_ms:
        return "machine" if call.hung_up else "person"
    return "not_answered" if call.rang else "failed"
