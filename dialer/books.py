"""The engine's books: everything it knows, and the few ways in which that changes.

`placing`, `connecting` and `attending` decide; they read and write here, and append their commands to `out`.
"""

from __future__ import annotations

import heapq
import math
from collections import OrderedDict
from collections.abc import Mapping

from agents.agent import Agent, State
from agents.agent import Input as AgentInput
from agents.roster import Roster
from config.settings import Floor, Strategy
from dialer import ids
from dialer.applied import NOBODY, Applied, applied
from dialer.call import BEFORE_ANSWER, Call, Input
from dialer.commands import Command, TellAgent
from dialer.contact import Contact
from dialer.outcome import Verdict
from dialer.pacing import STRATEGIES
from dialer.pacing.view import Budget
from dialer.rates import Ratio

DAY_MS = 86_400_000


class CarteraBook:
    """One cartera's counts. `in_flight` counts its calls in `BEFORE_ANSWER`, `claiming` contacts asked of the queue.

    Calls that have an agent of their own count in neither: no other agent has to be free for them. `due`: the agents
    who have a case of their own to call.
    """

    __slots__ = (
        "abandons",
        "claiming",
        "counted_ms",
        "due",
        "in_flight",
        "not_before_ms",
        "noted",
        "pacer",
        "presets",
        "resting",
        "rivals",
        "served",
        "strategy",
        "waiting",
    )

    def __init__(self, name: str, strategy: Strategy, presets: Mapping[str, Applied]) -> None:
        self.strategy = strategy
        self.presets = presets
        self.pacer = STRATEGIES[strategy.mode](name, strategy)
        self.claiming = 0
        self.in_flight = 0
        self.waiting: OrderedDict[str, None] = OrderedDict()
        self.abandons = Ratio(DAY_MS, buckets=96)
        self.not_before_ms = 0
        self.resting = ""
        self.served = 0.0
        self.counted_ms: dict[str, int] = {}
        self.noted: tuple[int, str] = (0, "")
        self.rivals: tuple[str, ...] | None = None
        self.due: tuple[str, ...] = ()

    def configure(self, name: str, strategy: Strategy, presets: Mapping[str, Applied]) -> None:
        """New settings; what the pacer has learned is kept unless it is another one now."""
        if (strategy.mode, strategy.ratio, strategy.abandon_ratio_max) != (
            self.strategy.mode,
            self.strategy.ratio,
            self.strategy.abandon_ratio_max,
        ):
            self.pacer = STRATEGIES[strategy.mode](name, strategy)
        self.strategy, self.presets = strategy, presets

    def preset_for(self, contact: Contact) -> Applied:
        """The rules of the debtor's regime where the cartera names some, otherwise the cartera's own."""
        return self.presets.get(contact.regime) or self.presets[""]

    def budget(self, now_ms: int) -> Budget:
        """Abandonment of the last day, over at least as many answers as one abandonment needs to be lawful.

        So the first abandoned call of the day leaves a cartera under its limit, and a second one within the first
        ``2 / abandon_ratio_max`` answers does not.
        """
        limit = self.strategy.abandon_ratio_max
        least = math.floor(1 / limit) + 1 if limit > 0 else 1
        return Budget(self.abandons.sample(now_ms), self.abandons.part(now_ms), limit, least)

    def abandon_ratio(self, now_ms: int) -> float:
        """The budget's ratio."""
        return self.budget(now_ms).ratio


class Books:
    """State of one engine. Only `move`, `shift`, `open_call`, `unreserve` and `close_call` change what is counted.

    Agents held for a case of their own, who are *reservado* without a call: `asking` (which cartera's queue was asked
    for them) and `previews` (whose card they are reading). `rested`: until when the queue is not asked again for them.
    """

    def __init__(self) -> None:
        self.node = ""
        self.run = ""
        self.settings: Floor | None = None
        self.carteras: dict[str, CarteraBook] = {}
        self.roster = Roster()
        self.calls: dict[str, Call] = {}
        self.owed: dict[str, Call] = {}
        self.asking: dict[str, str] = {}
        self.previews: dict[str, Contact] = {}
        self.rested: dict[str, int] = {}
        self.recording = 0
        self.pbx_ready = False
        self.closed = False
        self.uneven = False
        self.tokens_ms = 0
        self.rate_wake_ms = 0
        self.turn = 0.0
        self.now_ms = 0
        self.timers: list[tuple[int, int, str, str]] = []
        self._made = 0

    # ── settings ────────────────────────────────────────────────────────────────────────────────────

    def configure(self, floor: Floor) -> None:
        """Take new settings; carteras that are gone stay on the books, disabled, until their calls are over."""
        self.settings = floor
        for name, book in self.carteras.items():
            if name not in floor.carteras:
                book.strategy = book.strategy.model_copy(update={"enabled": False})
        for name, strategy in floor.carteras.items():
            mandante = floor.mandantes.get(strategy.mandante, NOBODY)
            named = [("", strategy.preset), *strategy.preset_by_regime.items()]
            presets = {regime: applied(floor.reglas[preset], strategy, mandante) for regime, preset in named}
            known = self.carteras.get(name)
            if known is None:
                self.carteras[name] = CarteraBook(name, strategy, presets)
            else:
                known.configure(name, strategy, presets)
        self.uneven = True

    @property
    def floor(self) -> Floor:
        assert self.settings is not None, "EngineStarted must be the first event"
        return self.settings

    def system_code(self, cartera: str, end: Verdict) -> str:
        """The code that the cartera's tree gives to an end nobody but the system can record (S01, M02…)."""
        return self.floor.codes.get(self.carteras[cartera].strategy.arbol, {}).get(end.value, "")

    # ── ids and time ────────────────────────────────────────────────────────────────────────────────

    def next_attempt_id(self) -> str:
        self._made += 1
        return ids.attempt_id(self.node, self.run, self._made)

    def next_leg_id(self, agent_id: str) -> str:
        self._made += 1
        return ids.leg_id(self.node, agent_id, self.run, self._made)

    def wake(self, at_ms: int, kind: str, key: str) -> None:
        """Ask to be woken: `kind` says which file's `on_timer` answers. Timers are never cancelled, only found moot."""
        self._made += 1
        heapq.heappush(self.timers, (at_ms, self._made, kind, key))

    # ── calls ───────────────────────────────────────────────────────────────────────────────────────

    def open_call(self, call: Call) -> None:
        self.calls[call.attempt_id] = call
        if call.stage in BEFORE_ANSWER and not call.reserved_for:
            self.carteras[call.cartera].in_flight += 1

    def move(self, call: Call, what: Input) -> bool:
        """Move a call by its table and keep the counts; False when it was not news."""
        before = call.stage
        if not call.take(what):
            return False
        call.moved_ms = self.now_ms
        change = (call.stage in BEFORE_ANSWER) - (before in BEFORE_ANSWER)
        if change:
            self.uneven = True
            if not call.reserved_for:
                self.carteras[call.cartera].in_flight += change
        return True

    def unreserve(self, call: Call) -> None:
        """Nobody is held for this call any more: whoever is free takes it."""
        if call.reserved_for and call.stage in BEFORE_ANSWER:
            self.carteras[call.cartera].in_flight += 1
        call.reserved_for = ""

    def close_call(self, call: Call) -> None:
        del self.calls[call.attempt_id]
        self.carteras[call.cartera].waiting.pop(call.attempt_id, None)

    def check(self, call: Call, after_ms: int) -> None:
        """Look at the call again after a while, and no earlier: `connecting.on_overdue` does."""
        call.check_ms = self.now_ms + after_ms
        self.wake(call.check_ms, "overdue", call.attempt_id)

    # ── agents ──────────────────────────────────────────────────────────────────────────────────────

    def shift(self, agent: Agent, what: AgentInput, out: list[Command], reason: str = "") -> bool:
        """Move an agent by the table, keep the lists, tell the console; False when the state does not take it."""
        if not agent.take(what, self.now_ms):
            return False
        agent.reason = reason
        self.roster.settle(agent)
        if agent.state is State.DISPONIBLE:
            self.uneven = True
        self.tell(agent, out)
        return True

    def hold(self, agent: Agent) -> None:
        """Take a free agent off the lists without a word: the queue is being asked for a case of their own."""
        agent.take(AgentInput.RESERVE, self.now_ms)
        self.roster.settle(agent)

    def tell(self, agent: Agent, out: list[Command]) -> None:
        attempt = agent.on_call or (agent.owes[0] if agent.owes else "")
        out.append(TellAgent(agent.agent_id, agent.state.value, agent.since_ms, agent.reason, attempt))
