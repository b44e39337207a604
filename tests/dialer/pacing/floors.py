"""A small pretend floor for the pacing tests: its calls and agents are the view, and every change is told."""

from __future__ import annotations

from dialer.pacing.happened import Happened, Kind
from dialer.pacing.strategy import Strategy
from dialer.pacing.view import AgentSeen, Budget, CallSeen, View

NOON_MS = 1_763_900_000_000


def view_of(free: int = 0, in_flight: int = 0, waiting: int = 0, abandoned: float = 0.0, **more: int) -> View:
    """A view by its counts, with a thousand answers of which this share was abandoned and 3 % may be."""
    budget = Budget(1000, round(1000 * abandoned), 0.03)
    return View(free=free, dialing=in_flight, waiting=waiting, budget=budget)._replace(**more)


class Floor:
    """Agents and calls by id; the strategy is told all that happens."""

    def __init__(self, strategy: Strategy, agents: int, now_ms: int = NOON_MS) -> None:
        self.strategy = strategy
        self.now_ms = now_ms
        self.agents = {f"e{n}": AgentSeen("free", now_ms) for n in range(agents)}
        self.calls: dict[str, CallSeen] = {}
        self.answered = self.abandoned = self.made = 0
        self.limit, self.room = 0.03, 10_000
        self.told: list[tuple[Happened, int]] = []

    def tell(self, kind: Kind, call_id: str = "", agent_id: str = "") -> None:
        happened = Happened(kind, call_id, agent_id)
        self.told.append((happened, self.now_ms))
        self.strategy.told(happened, self.now_ms)

    def view(self) -> View:
        states = [agent.state for agent in self.agents.values()]
        stages = [call.stage for call in self.calls.values()]
        return View(
            free=states.count("free"),
            talking=states.count("talking"),
            wrapping=states.count("wrapping"),
            dialing=stages.count("dialing"),
            detecting=stages.count("detecting"),
            waiting=stages.count("waiting"),
            room=self.room,
            budget=Budget(self.answered, self.abandoned, self.limit, 100),
            agents=self.agents,
            calls=self.calls,
        )

    def ask(self) -> int:
        return self.strategy.calls_to_place(self.view(), self.now_ms)

    # ── what may happen ─────────────────────────────────────────────────────────────────────────────

    def place(self, count: int) -> None:
        for _ in range(count):
            self.made += 1
            call_id = f"c{self.made}"
            self.calls[call_id] = CallSeen("dialing", self.now_ms, self.now_ms)
            self.tell("placed", call_id)

    def end(self, call_id: str, kind: Kind) -> None:
        del self.calls[call_id]
        self.tell(kind, call_id)

    def answer(self, call_id: str) -> None:
        self.calls[call_id] = CallSeen("detecting", self.calls[call_id].placed_ms, self.now_ms)
        self.tell("answered", call_id)

    def person(self, call_id: str) -> None:
        """A person, who is connected at once or waits."""
        self.calls[call_id] = CallSeen("waiting", self.calls[call_id].placed_ms, self.now_ms)
        self.tell("person", call_id)
        free = next((agent_id for agent_id, agent in self.agents.items() if agent.state == "free"), None)
        if free is not None:
            self.connect(call_id, free)

    def connect(self, call_id: str, agent_id: str) -> None:
        del self.calls[call_id]
        self.agents[agent_id] = AgentSeen("talking", self.now_ms)
        self.answered += 1
        self.tell("connected", call_id, agent_id)

    def abandon(self, call_id: str) -> None:
        del self.calls[call_id]
        self.answered += 1
        self.abandoned += 1
        self.tell("abandoned", call_id)

    def wrap(self, agent_id: str) -> None:
        self.agents[agent_id] = AgentSeen("wrapping", self.now_ms)
        self.tell("talk_ended", "", agent_id)

    def free(self, agent_id: str) -> None:
        self.agents[agent_id] = AgentSeen("free", self.now_ms)
        self.tell("agent_free", "", agent_id)

    def gone(self, agent_id: str) -> None:
        del self.agents[agent_id]
        self.tell("agent_gone", "", agent_id)


class Day:
    """A floor lived second by second: chances and durations are the caller's; no dice, the remainder decides."""

    def __init__(self, floor: Floor, share: float, ring_s: int = 10, talk_s: int = 60, wrap_s: int = 15) -> None:
        self.floor, self.share = floor, share
        self.ring_s, self.talk_s, self.wrap_s = ring_s, talk_s, wrap_s
        self.most_placed = self.most_in_flight = 0
        self._owed = 0.0

    def live(self, seconds: int) -> None:
        for _ in range(seconds):
            self.floor.now_ms += 1000
            self._agents()
            self._calls()
            count = self.floor.ask()
            self.floor.place(count)
            self.most_placed = max(self.most_placed, count)
            self.most_in_flight = max(self.most_in_flight, len(self.floor.calls))

    def _agents(self) -> None:
        for agent_id, agent in list(self.floor.agents.items()):
            age_s = (self.floor.now_ms - agent.since_ms) // 1000
            if agent.state == "talking" and age_s >= self.talk_s:
                self.floor.wrap(agent_id)
            elif agent.state == "wrapping" and age_s >= self.wrap_s:
                self.floor.free(agent_id)

    def _calls(self) -> None:
        floor = self.floor
        for call_id, call in list(floor.calls.items()):
            age_s = (floor.now_ms - call.stage_ms) // 1000
            if call.stage == "waiting" and age_s >= 2:
                floor.abandon(call_id)
            elif call.stage == "waiting":
                self._connect(call_id)
            elif call.stage == "dialing" and age_s >= self.ring_s:
                self._resolve(call_id)

    def _connect(self, call_id: str) -> None:
        free = next((i for i, agent in self.floor.agents.items() if agent.state == "free"), None)
        if free is not None:
            self.floor.connect(call_id, free)

    def _resolve(self, call_id: str) -> None:
        self._owed += self.share
        if self._owed >= 1:
            self._owed -= 1
            self.floor.answer(call_id)
            self.floor.person(call_id)
        else:
            self.floor.end(call_id, "not_answered")
