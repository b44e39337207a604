"""The engine's books: everything it knows, and the few ways in which that changes.

`placing`, `connecting` and `attending` decide; they read and write here, and append their commands to `out`.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping

from agents.agent import Agent, State
from agents.agent import Input as AgentInput
from agents.roster import Roster
from config.settings import Floor, Limits
from dialer import ids, sight
from dialer.applied import NOBODY, applied
from dialer.call import BEFORE_ANSWER, Call, Input, Stage
from dialer.cartera_book import CarteraBook
from dialer.commands import Command, TellAgent
from dialer.contact import Contact
from dialer.ear import Ear
from dialer.outcome import Verdict
from dialer.outside import OutsideLeg
from dialer.pacing.experience import Expected
from dialer.pacing.happened import Happened, Kind
from dialer.pacing.predictive import Predictive, share
from dialer.pacing.view import AgentSeen, CallSeen
from dialer.sight import Seen
from dialer.terms import Bounds
from dialer.transfer import Transfer

BUSY = ("talking", "wrapping")
ON_THE_WAY = ("dialing", "detecting")


class Books:
    """State of one engine. Only `move`, `shift`, `settle`, `open_call`, `unreserve`, `claim`, `claimed` and
    `close_call` change what is counted, and tell the pacers. `at_work`: every agent as the pacers see them.

    Agents held for a case of their own, who are *reservado* without a call: `asking` (which cartera's queue was asked
    for them) and `previews` (whose card they are reading). `rested`: until when the queue is not asked again for them.
    `transfers`: those that are under way, by attempt.
    `outside`: who was called from outside to take a debtor over, by their channels' ids.
    `ears`: supervisors' headsets on agents' lines, by their ids.
    """

    def __init__(self) -> None:
        self.node = ""
        self.run = ""
        self.settings: Floor | None = None
        self.limits = Bounds(Limits())
        self.carteras: dict[str, CarteraBook] = {}
        self.expected: Mapping[str, Expected] = {}
        self.roster = Roster()
        self.at_work: dict[str, AgentSeen] = {}
        self.calls: dict[str, Call] = {}
        self.owed: dict[str, Call] = {}
        self.asking: dict[str, str] = {}
        self.previews: dict[str, Contact] = {}
        self.rested: dict[str, int] = {}
        self.transfers: dict[str, Transfer] = {}
        self.outside: dict[str, OutsideLeg] = {}
        self.ears: dict[str, Ear] = {}
        self.recording = 0
        self.pbx_ready = False
        self.closed = False
        self.uneven = False
        self.looked_ms = 0
        self.tokens_ms = 0
        self.rate_wake_ms = 0
        self.turn = 0.0
        self.now_ms = 0
        self.timers: list[tuple[int, int, str, str]] = []
        self._made = 0
        self._claimed = 0

    # ── settings ────────────────────────────────────────────────────────────────────────────────────

    def configure(self, floor: Floor) -> None:
        """Take new settings; carteras that are gone stay on the books, disabled, until their calls are over."""
        self.settings, self.limits = floor, Bounds(floor.limits)
        for name, book in self.carteras.items():
            if name not in floor.carteras:
                book.disable()
        for name, strategy in floor.carteras.items():
            mandante = floor.mandantes.get(strategy.mandante, NOBODY)
            named = [("", strategy.preset), *strategy.preset_by_regime.items()]
            presets = {regime: applied(floor.reglas[preset], strategy, mandante) for regime, preset in named}
            known = self.carteras.get(name)
            if known is None:
                self.carteras[name] = CarteraBook(name, strategy, presets)
                self.carteras[name].expect(self.expected, self.now_ms)
            else:
                known.configure(strategy, presets, self.now_ms)
            self.carteras[name].codes = floor.codes.get(strategy.arbol, {})
        self.regroup()
        self.uneven = True

    def expect(self, expected: Mapping[str, Expected]) -> None:
        """What the records say of the day: the pacers begin with it, those made later too."""
        self.expected = expected
        for book in self.carteras.values():
            book.expect(expected, self.now_ms)
        self.uneven = True

    def regroup(self) -> None:
        """Who works which carteras, or whose pacers listen, has changed."""
        for book in self.carteras.values():
            book.rivals = None

    def rivals(self, book: CarteraBook) -> tuple[CarteraBook, ...]:
        """This cartera and those that share agents with it: calls of any of them may take its free agents."""
        if book.rivals is None:
            self._group()
        return book.rivals or ()

    def _group(self) -> None:
        """Who shares agents with whom; pacers of carteras that have the same agents look at one floor."""
        shared, floors = self.roster.shared, dict[object, list[Predictive]]()
        for book in self.carteras.values():
            found = tuple(other for other in self.carteras.values() if other is book or shared(book.name, other.name))
            book.rivals, book.watchers = found, tuple(other for other in found if other.listens)
            book.shares = None
            if book.listens:
                self._show_calls(book)
            if isinstance(book.pacer, Predictive):
                team = frozenset(self.roster.teams.get(book.name, ()))
                floors.setdefault((team or book.name, book.terms.wait_ms), []).append(book.pacer)
        share(floors.values())

    def shares(self, book: CarteraBook) -> Mapping[str, float]:
        """Of each rival's persons, the share that would meet one of this cartera's agents: as many of its own are."""
        if book.shares is None:
            own = book.sight.agents.keys()
            teams = {rival.name: rival.sight.agents.keys() for rival in self.rivals(book) if rival is not book}
            book.shares = {name: len(own & team) / len(team) for name, team in teams.items() if team and team - own}
        return book.shares

    def _show_calls(self, book: CarteraBook) -> None:
        """The calls on their way that the pacer may see, anew."""
        names = {rival.name for rival in book.rivals or ()}
        calls = (call for call in self.calls.values() if call.seen and call.cartera in names)
        shown: dict[str, CallSeen] = {c.attempt_id: sight.as_seen(c, c.seen, c.moved_ms) for c in calls if c.seen}
        claims = ((rival.name, claim) for rival in book.rivals or () for claim in rival.claims)
        shown |= {claim: CallSeen("dialing", self.now_ms, self.now_ms, name) for name, claim in claims}
        book.sight.calls = shown

    @property
    def floor(self) -> Floor:
        assert self.settings is not None, "EngineStarted must be the first event"
        return self.settings

    def system_code(self, cartera: str, end: Verdict) -> str:
        """The code that the cartera's tree gives to an end nobody but the system can record (S01, M02…)."""
        return self.carteras[cartera].codes.get(end, "")

    # ── ids and time ────────────────────────────────────────────────────────────────────────────────

    def next_attempt_id(self) -> str:
        self._made += 1
        return ids.attempt_id(self.node, self.run, self._made)

    def next_leg_id(self, agent_id: str) -> str:
        self._made += 1
        return ids.leg_id(self.node, agent_id, self.run, self._made)

    def next_outside_id(self) -> str:
        self._made += 1
        return ids.outside_id(self.node, self.run, self._made)

    def next_ear_id(self, by: str) -> str:
        self._made += 1
        return ids.ear_id(self.node, by, self.run, self._made)

    def wake(self, at_ms: int, kind: str, key: str) -> None:
        """Ask to be woken: `kind` says which file's `on_timer` answers. Timers are never cancelled, only found moot."""
        self._made += 1
        heapq.heappush(self.timers, (at_ms, self._made, kind, key))

    # ── calls ───────────────────────────────────────────────────────────────────────────────────────

    def open_call(self, call: Call) -> None:
        self.calls[call.attempt_id] = call
        self._see_call(call)
        if call.seen:
            self._tell_pacers("placed", call)

    def move(self, call: Call, what: Input) -> bool:
        """Move a call by its table and keep the counts; False when it was not news."""
        before = call.stage
        if not call.take(what):
            return False
        if call.stage is not before:
            call.moved_ms = self.now_ms
        if (call.stage in BEFORE_ANSWER) != (before in BEFORE_ANSWER):
            self.uneven = True
        was = call.seen
        self._see_call(call)
        if call.seen != was and was in ON_THE_WAY:
            self._tell_of_call(before, call, what)
        if what is Input.NOBODY_FREE:
            self.abandoned(call)
        return True

    def _tell_of_call(self, before: Stage, call: Call, what: Input) -> None:
        """How a call that was on its way came where it is now."""
        kind = sight.news(before, call, what)
        if kind is not None:
            self._tell_pacers(kind, call)

    def unreserve(self, call: Call) -> None:
        """Nobody is held for this call any more: whoever is free takes it."""
        call.reserved_for = ""
        self._see_call(call)

    def close_call(self, call: Call) -> None:
        del self.calls[call.attempt_id]
        self.carteras[call.cartera].waiting.pop(call.attempt_id, None)

    def wait_ms(self, call: Call) -> int:
        """How long the person may wait for an agent."""
        return self.carteras[call.cartera].terms.wait_ms

    def check(self, call: Call, after_ms: int) -> None:
        """Look at the call again after a while, and no earlier: `connecting.on_overdue` does."""
        call.check_ms = self.now_ms + after_ms
        self.wake(call.check_ms, "overdue", call.attempt_id)

    def claim(self, book: CarteraBook, count: int) -> None:
        """Contacts are being asked for: until they are here, each is a call on its way."""
        book.claiming += count
        self.rivals(book)
        if not book.watchers:
            return
        seen = CallSeen("dialing", self.now_ms, self.now_ms, book.name)
        for _ in range(count):
            self._claimed += 1
            claim = f"claim.{self._claimed}"
            book.claims.append(claim)
            for watcher in book.watchers:
                watcher.sight.calls[claim] = seen
                watcher.pacer.told(Happened("placed", claim, "", book.name), self.now_ms)

    def claimed(self, book: CarteraBook, count: int) -> None:
        """The queue has answered: what it gave will be seen call by call."""
        book.claiming -= count
        self.rivals(book)
        for _ in range(min(count, len(book.claims))):
            claim = book.claims.popleft()
            for watcher in book.watchers:
                watcher.sight.calls.pop(claim, None)
                watcher.pacer.told(Happened("cancelled", claim, "", book.name), self.now_ms)

    def abandoned(self, call: Call) -> None:
        """A person met no agent: the pacers are told once."""
        if call.told != "abandoned":
            call.told = "abandoned"
            self._tell_pacers("abandoned", call)

    def _see_call(self, call: Call) -> None:
        now: Seen = "" if call.reserved_for else sight.STAGES.get(call.stage, "")
        if now == call.seen:
            return
        book = self.carteras[call.cartera]
        own = book.sight.own
        own[call.seen] -= 1
        own[now] += 1
        call.seen = now
        if book.rivals is None:
            self.rivals(book)
        for watcher in book.watchers:
            watcher.sight.put_call(call, self.now_ms)

    def _tell_pacers(self, kind: Kind, call: Call) -> None:
        book = self.carteras[call.cartera]
        if book.rivals is None:
            self.rivals(book)
        if book.watchers:
            happened = Happened(kind, call.attempt_id, "", call.cartera)
            for watcher in book.watchers:
                watcher.pacer.told(happened, self.now_ms)

    # ── agents ──────────────────────────────────────────────────────────────────────────────────────

    def join(self, agent_id: str, endpoint: str, carteras: tuple[str, ...]) -> Agent:
        """The agent comes to these carteras; what they did at others before is not theirs any more."""
        agent = self.roster.agent(agent_id)
        if agent is not None and agent.carteras != carteras:
            self._unsee_agent(agent)
        agent = self.roster.join(agent_id, endpoint, carteras)
        self.regroup()
        self.see_agent(agent)
        return agent

    def _unsee_agent(self, agent: Agent) -> None:
        if self.at_work.pop(agent.agent_id, None) is not None:
            for name in agent.carteras:
                self.carteras[name].sight.put_agent(agent.agent_id, None)

    def see_agent(self, agent: Agent) -> None:
        """Show the pacers of the agent's carteras what the agent does now, and tell them what has changed."""
        call = self.calls.get(agent.on_call) if agent.on_call else None
        state = sight.state_of(agent, call)
        leaving = state in BUSY and sight.leaves(agent)
        was = self.at_work.get(agent.agent_id)
        before = was.state if was is not None else ""
        if state == before and leaving == (was is not None and was.leaving):
            return
        seen: AgentSeen | None = None
        if state:
            same = was is not None and state == before
            since_ms = was.since_ms if was is not None and same else self._since_ms(state, call)
            seen = self.at_work[agent.agent_id] = AgentSeen(state, since_ms, len(agent.carteras) > 1, leaving)
        else:
            del self.at_work[agent.agent_id]
        for name in agent.carteras:
            self.carteras[name].sight.put_agent(agent.agent_id, seen)
        if not (state and before):
            self._teams_changed(agent)
        if state != before:
            self._tell_of_agent(sight.AGENT_NEWS[state], agent, call)
        if leaving:
            self._tell_of_agent("agent_leaving", agent, None)

    def _teams_changed(self, agent: Agent) -> None:
        for name in agent.carteras:
            for rival in self.rivals(self.carteras[name]):
                rival.shares = None

    def _since_ms(self, state: str, call: Call | None) -> int:
        """A conversation that was found going on began when it did."""
        return call.connected_ms or self.now_ms if state == "talking" and call is not None else self.now_ms

    def _tell_of_agent(self, kind: Kind, agent: Agent, call: Call | None) -> None:
        """A person who was met already, or whose call was one agent's own, is not counted as met again."""
        happened = Happened(kind, "", agent.agent_id)
        if kind == "connected" and call is not None and not call.told:
            call.told = "connected"
            happened = Happened(kind, call.attempt_id, agent.agent_id, call.cartera)
        for name in agent.carteras:
            book = self.carteras[name]
            if book.listens:
                book.pacer.told(happened, self.now_ms)

    def settle(self, agent: Agent) -> None:
        """The lists and the pacers learn what the agent does now."""
        self.roster.settle(agent)
        self.see_agent(agent)

    def shift(self, agent: Agent, what: AgentInput, out: list[Command], reason: str = "") -> bool:
        """Move an agent by the table, keep the lists, tell the console; False when the state does not take it."""
        if not agent.take(what, self.now_ms):
            return False
        agent.reason = reason
        self.settle(agent)
        if agent.state is State.DISPONIBLE:
            self.uneven = True
        self.tell(agent, out)
        return True

    def hold(self, agent: Agent) -> None:
        """Take a free agent off the lists without a word: the queue is being asked for a case of their own."""
        agent.take(AgentInput.RESERVE, self.now_ms)
        for name in agent.carteras:
            self.carteras[name].taken += 1
        self.settle(agent)

    def tell(self, agent: Agent, out: list[Command]) -> None:
        attempt = agent.on_call or (agent.owes[0] if agent.owes else "")
        out.append(TellAgent(agent.agent_id, str(agent.state), agent.since_ms, agent.reason, attempt))
