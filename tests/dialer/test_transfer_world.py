"""Transfers where anything may happen at any moment: nobody is left in silence, no gestión is lost or doubled.

The real engine before the pretend Asterisk; whoever is at the consoles and the telephones does what the dice say.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.agent import State
from dialer import commands as c
from dialer import events as e
from dialer.ami_words import failure_of
from dialer.call import Stage
from dialer.engine import Engine
from dialer.ids import is_outside
from dialer.journal import line, replay
from dialer.listing import SETTLE_MS
from dialer.sim.direct import PretendPbx
from dialer.sim.happenings import ESPERA, WorldError
from dialer.sim.people import QUICK, CallPlan, Outcome
from dialer.sim.world import World
from dialer.transfer import Phase
from tests.floors import TUESDAY_NOON, contact, floor

AGENTS = ("e1", "e2", "e3", "e4", "e5")
CALLS = 2
TO_ASTERISK = (
    c.PlaceCall, c.CallAgent, c.CallOutside, c.StopRecording, c.JoinCall, c.JoinLegs, c.HoldCall, c.HangUp,
    c.ListChannels,
)  # fmt: skip
OUTSIDE = {"2": Outcome.BUSY, "3": Outcome.NO_ANSWER, "4": Outcome.UNALLOCATED}
"""What a number outside does, by its last digit; every other answers."""
QUIET_MS = 20_000
"""Longer than every clock of a transfer, and than the dialplan keeps whoever lost their agent."""


class Floor:
    """Five agents, and two long conversations at once; `owner` and `saved` are what the records would say."""

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.now_ms, self.cases = dice, TUESDAY_NOON, 0
        long = CallPlan(Outcome.PERSON, 50, 0, talk_ms=3_600_000, patience_ms=3_600_000)
        self.pbx = PretendPbx(World(QUICK, dice, fate=lambda number, now_ms: self.fate(number) or long))
        self.engine, self.lines = Engine(), list[bytes]()
        self.owner: dict[str, str] = {}
        self.closed: set[str] = set()
        self.saved: Counter[str] = Counter()
        self.cut, self.unsent = False, list[e.Event]()
        self.tuned = floor({"a": {"mode": "progressive"}}, gap_between_contacts_s=1, calls_max=CALLS + 1)
        self.runs = 0
        self.feed(e.EngineStarted("n1", "r", self.tuned))
        self.feed(e.PbxConnected())
        self.feed(e.ChannelsListed(self.now_ms, ()))
        for agent in AGENTS:
            self.arrive(agent)
        self.pass_time(2_000)

    def fate(self, number: str) -> CallPlan | None:
        """Of a call to the outside; None: a debtor's."""
        if not number.startswith("+562"):
            return None
        failed = OUTSIDE.get(number[-1])
        rings_ms = self.dice.choice((0, 300, 4_000))
        if failed:
            return CallPlan(failed, 50, rings_ms)
        return CallPlan(Outcome.PERSON, 50, rings_ms, talk_ms=self.dice.choice((3_000, 3_600_000)), patience_ms=60_000)

    def feed(self, event: e.Event) -> None:
        said = self.engine.handle(event, self.now_ms)
        self.lines.append(line(event, said, self.now_ms))
        for command in said:
            self._obey(command)
        owed = Counter(a for agent in self.engine.books.roster.agents.values() for a in agent.owes)
        assert all(n == 1 for n in owed.values()), f"owed by two: {owed}"

    def _obey(self, command: c.Command) -> None:
        match command:
            case c.ClaimContacts(cartera, count):
                self.cases += 1
                self.feed_later(e.ContactsClaimed(cartera, count, (contact(self.cases),)))
            case c.RecordAttempt(attempt_id=attempt):
                self.feed_later(e.AttemptsRecorded((attempt,)))
            case c.NoteConnected(attempt, agent) | c.NoteTransfer(attempt, _, _, agent, _, "done", outside=False):
                self.owner[attempt] = agent
            case c.CloseAttempt(attempt_id=attempt, connected_ms=connected) if connected:
                self.closed.add(attempt)
                self.owner[attempt] = command.agent_id
            case _ if isinstance(command, TO_ASTERISK) and self.cut:
                failed = failure_of(command, "Asterisk is not connected")
                self.unsent += [failed] if failed else []
            case _ if isinstance(command, TO_ASTERISK):
                number = command.to if isinstance(command, c.CallOutside) else "900000000"
                self.pbx.perform(command, number, self.now_ms)

    def feed_later(self, event: e.Event) -> None:
        self.pbx._ready.append(event)

    def pass_time(self, ms: int) -> None:
        """Everything that happens by itself, in its order."""
        end_ms = self.now_ms + ms
        while True:
            dues = [due for due in (self.pbx.next_ms(), self.engine.next_wake_ms()) if due is not None]
            due_ms = max(self.now_ms, min(dues, default=end_ms))
            if due_ms > end_ms:
                break
            self.now_ms = due_ms
            events = self._heard(due_ms)
            for event in events or [e.Ticked()]:
                self.feed(event)
            if not events and not dues:
                break
        self.now_ms = end_ms

    def _heard(self, due_ms: int) -> list[e.Event]:
        """While AMI is cut the world's news are lost; what could not be sent is known at once."""
        events = self.pbx.advance(due_ms)
        if self.cut:
            events = [one for one in events if isinstance(one, e.ContactsClaimed | e.AttemptsRecorded)]
        events, self.unsent = events + self.unsent, []
        return events

    # ── what people do ──────────────────────────────────────────────────────────────────────────────

    def arrive(self, agent: str) -> None:
        """As the desk does: what the records say is owed, but of calls that go on."""
        calls = self.engine.books.calls
        free = self.closed | {a for a, call in calls.items() if call.outside}
        due = [a for a, who in self.owner.items() if who == agent and a in free and not self.saved[a]]
        self.feed(e.AgentConnected(agent, f"PJSIP/{agent}", ("a",), tuple(due)))
        self.feed(e.AgentReady(agent))

    def agent(self) -> str:
        """Mostly one who has something to do with a call."""
        busy = [one.agent_id for one in self.engine.books.roster.agents.values() if one.on_call]
        return self.dice.choice(busy if busy and self.dice.random() < 0.7 else AGENTS)

    def transfer(self) -> None:
        """Whoever can take it is asked."""
        attended, paused, agent = self.dice.random() < 0.7, self.dice.random() < 0.3, self.agent()
        for to in self.dice.sample(AGENTS, len(AGENTS)):
            self.feed(e.TransferAsked(agent, to, attended, paused))

    def send_out(self) -> None:
        attended, number = self.dice.random() < 0.6, f"+5622000000{self.dice.choice((1, 1, 2, 3, 4))}"
        self.feed(e.OutsideAsked(self.agent(), number, attended, 5_000, 3_600_000))

    def outside_hangs_up(self) -> None:
        self._hang_up(self.dice.choice([*self.engine.books.outside, ""]))

    def restart(self) -> None:
        """A new run of the dialer: it has what the records say, and Asterisk's list."""
        open_calls = [call for call in self.engine.books.calls.values() if call.stage is not Stage.RECORDING]
        self.runs += 1
        self.engine, self.lines = Engine(), []
        self.pbx._ready.clear()
        self.unsent.clear()
        self.feed(e.EngineStarted("n1", f"r{self.runs}", self.tuned))
        for call in open_calls:
            owner = self.owner.get(call.attempt_id, "")
            times = (call.answered_ms, call.connected_ms, bool(self.saved[call.attempt_id]))
            reopened = (call.attempt_id, "a", call.phone_id, call.placed_ms, call.contact, owner, *times)
            self.feed(e.AttemptReopened(*reopened))
        self.feed(e.PbxConnected())
        self.feed(e.ChannelsListed(self.now_ms, self.pbx.world.channels()))
        self.everybody_is_here()

    def everybody_is_here(self) -> None:
        for agent in AGENTS:
            self.arrive(agent)

    def save(self) -> None:
        agents = self.engine.books.roster.agents.values()
        owing = [(agent.agent_id, attempt) for agent in agents for attempt in agent.owes]
        if owing:
            agent, attempt = self.dice.choice(owing)
            self.saved[attempt] += 1
            self.feed(e.GestionSaved(attempt, agent, "a", 1, 1, "D07", True, self.now_ms + 86_400_000))

    def drop_headset(self) -> None:
        """Some are back at once, some only when the quiet comes."""
        agent = self.engine.books.roster.agents[self.agent()]
        if self.dice.random() < 0.4:
            self.pbx.world.unregistered.add(agent.agent_id)
        self._hang_up(agent.leg_id)

    def debtor_hangs_up(self) -> None:
        self._hang_up(self.dice.choice([*self.engine.books.calls, ""]))

    def _hang_up(self, channel: str) -> None:
        try:
            self.pbx.world.hangup(channel, self.now_ms)
        except WorldError:
            return

    def step(self) -> None:
        self.dice.choice(DEEDS)(self)
        self.pass_time(self.dice.choice((0, 0, 1, 40, 700, 2_500, 6_000)))

    def cut_ami(self) -> None:
        """For a moment nobody listens; then the listing tells what there is."""
        self.cut = True
        self.feed(e.PbxLost("cut"))
        for _ in range(self.dice.choice((0, 1, 2))):
            self.dice.choice(DEEDS[:-1])(self)
            self.pass_time(self.dice.choice((0, 40, 700)))
        self.pass_time(SETTLE_MS + 1)
        self.cut = False
        self.feed(e.PbxConnected())
        self.feed(e.ChannelsListed(self.now_ms, self.pbx.world.channels()))

    # ── what must hold ──────────────────────────────────────────────────────────────────────────────

    def nobody_in_silence(self) -> None:
        """After a quiet while: who talks has a voice, who is held has music and somebody who is to come back."""
        self.pbx.world.unregistered.clear()
        self.pass_time(QUIET_MS)
        books, channels = self.engine.books, self.pbx.world._channels
        assert {one.phase for one in books.transfers.values()} <= {Phase.CONSULTING}
        for call in (one for one in books.calls.values() if one.connected_ms):
            agent, debtor = books.roster.agents[call.agent_id], channels[call.attempt_id]
            if call.outside:
                assert debtor.partner is not None
                assert debtor.partner.id == call.outside
                continue
            assert agent.on_call == call.attempt_id
            if call.stage is Stage.TALKING:
                assert debtor.partner is not None
                assert debtor.partner.id == agent.leg_id
            else:
                assert (call.stage, debtor.partner, debtor.context) == (Stage.HELD, None, ESPERA)
                assert agent.state is State.ESPERA

        self.no_orphan_outside()
        for agent in books.roster.agents.values():
            assert agent.on_call in {"", *books.calls}, "held for a call that is over"
            assert not (agent.leg_up and agent.state is State.CONECTANDO), "waits for a headset that is there"
            theirs = books.calls.get(agent.on_call)
            if theirs is not None and theirs.connected_ms and theirs.agent_id != agent.agent_id:
                assert agent.on_call in books.transfers, "held for another's call"

    def no_orphan_outside(self) -> None:
        """Who was called from outside is in the books and has somebody to talk to: a debtor, or who consults them."""
        books, channels = self.engine.books, self.pbx.world._channels
        assert {one for one in channels if is_outside(one)} == set(books.outside)
        for leg in books.outside.values():
            partner = channels[leg.outside_id].partner
            assert partner is not None
            outing = books.transfers.get(leg.attempt_id)
            first = books.roster.agents[outing.first_id].leg_id if outing is not None else ""
            assert partner.id in (leg.attempt_id, first)

    def no_gestion_lost(self) -> None:
        """At the end of the shift, with every console open, each conversation has one gestión or one who owes it."""
        for channel in list(self.engine.books.calls):
            self._hang_up(channel)
        self.pass_time(QUIET_MS)
        for agent in AGENTS:
            self.arrive(agent)
        owed = {a: agent.agent_id for agent in self.engine.books.roster.agents.values() for a in agent.owes}
        for attempt in self.closed:
            assert self.saved[attempt] <= 1
            assert (attempt in owed) != bool(self.saved[attempt]), attempt
            assert attempt not in owed or owed[attempt] == self.owner[attempt]


DEEDS: tuple[Callable[[Floor], None], ...] = (
    Floor.transfer,
    Floor.transfer,
    Floor.send_out,
    Floor.send_out,
    Floor.send_out,
    Floor.outside_hangs_up,
    lambda floor: floor.feed(e.TransferFinished(floor.agent())),
    lambda floor: floor.feed(e.TransferFinished(floor.agent())),
    lambda floor: floor.feed(e.TransferFinished(floor.agent())),
    lambda floor: floor.feed(e.TransferFinished(floor.agent())),
    lambda floor: floor.feed(e.TransferCancelled(floor.agent())),
    lambda floor: floor.feed(e.AgentHungUp(floor.agent())),
    lambda floor: floor.feed(e.AgentHeld(floor.agent())),
    lambda floor: floor.feed(e.AgentResumed(floor.agent())),
    lambda floor: floor.feed(e.AgentPaused(floor.agent(), "baño")),
    lambda floor: floor.feed(e.AgentReady(floor.agent())),
    lambda floor: floor.feed(e.AgentVanished(floor.agent())),
    lambda floor: floor.feed(e.AgentLeft(floor.agent())),
    Floor.everybody_is_here,
    Floor.everybody_is_here,
    Floor.drop_headset,
    Floor.debtor_hangs_up,
    Floor.save,
    Floor.save,
    lambda floor: floor.feed(e.ChannelsListed(floor.now_ms, floor.pbx.world.channels())),
    Floor.cut_ami,
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_happens_nobody_is_left_in_silence_and_each_conversation_has_one_gestion(seed: int) -> None:
    it = Floor(random.Random(seed))
    for n in range(1, 61):
        it.step()
        if n % 12 == 0:
            it.nobody_in_silence()
    it.no_gestion_lost()
    assert not it.engine.books.outside
    assert all(step.same for step in replay(it.lines)), "the journal tells the same day again"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_dialer_that_starts_anew_leaves_nobody_outside_on_a_line_of_their_own(seed: int) -> None:
    it = Floor(random.Random(seed))
    for _ in range(4):
        for _ in range(8):
            it.step()
        it.restart()
        it.pass_time(QUIET_MS)
        it.no_orphan_outside()
