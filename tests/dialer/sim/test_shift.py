"""Whole shifts in virtual time, random people, agents who come and go: the promises that must hold on every one."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from agents.agent import State
from config.preset import Preset
from dialer import commands as c
from dialer import events as e
from dialer import journal
from dialer.call import BEFORE_ANSWER
from dialer.contact import Contact, Phone, Touch
from dialer.rules import Allowed, may_contact
from dialer.sight import STAGES, state_of
from dialer.sim.people import QUICK, Law
from dialer.sim.shift import Habits, Shift
from dialer.sim.world import World
from tests.floors import CL, at, contact, floor

MINUTE_MS = 60_000
GRACE_MS = 2 * MINUTE_MS
GRACE = {"callback_grace_min": 2, "skip_min": 1}
LOOSE = CL.model_copy(update={"quotas": (), "attempts": (), "machine": ()})
"""Without the week's quota, so that what was agreed for in a minute is called in a minute."""
LIMITS = {"calls_max": 12, "calls_per_s_max": 5}


class Inspector:
    """Watches a shift from outside, with books of its own, and asserts the promises at every step."""

    def __init__(self, contacts: dict[int, Contact], preset: Preset = CL) -> None:
        self.contacts = contacts
        self.preset = preset
        self.shift: Shift
        self.lines: list[bytes] = []
        self.history: dict[int, list[Touch]] = {}
        self.attempts: dict[str, c.RecordAttempt] = {}
        self.recorded: set[str] = set()
        self.placed: dict[str, int] = {}
        self.closed: Counter[str] = Counter()
        self.connected: set[str] = set()
        self.gestiones: Counter[str] = Counter()
        self.talking: dict[str, str] = {}
        self.held: set[str] = set()
        self.promised: dict[int, tuple[str, int]] = {}
        self.callbacks: list[c.NoteCallback] = []

    def see(self, event: e.Event, commands: list[c.Command], now_ms: int) -> None:
        self.lines.append(journal.line(event, commands, now_ms))
        look = getattr(self, f"_{type(event).__name__}", None)
        if look:
            look(event)
        for command in commands:
            look = getattr(self, f"_{type(command).__name__}", None)
            if look:
                look(command, now_ms)
        self._counts_are_true()

    def _counts_are_true(self) -> None:
        books = self.shift.engine.books
        for name, book in books.carteras.items():
            pool = [call for call in books.calls.values() if call.cartera == name and not call.reserved_for]
            in_flight = sum(call.stage in BEFORE_ANSWER for call in pool)
            assert book.in_flight == in_flight
            assert book.claiming >= 0
            idle = [a for a in books.roster.agents.values() if a.state is State.DISPONIBLE]
            assert {a.agent_id for a in idle if name in a.carteras} == set(books.roster.free.get(name, ()))
            self._the_pacer_sees_the_truth(name, {call.attempt_id: call for call in pool})
        assert len(books.calls) + len(books.previews) <= LIMITS["calls_max"]
        self._nobody_is_held_for_nothing()

    def _the_pacer_sees_the_truth(self, name: str, pool: dict[str, Any]) -> None:
        """Its tables, kept move by move, are what one would find by looking at every agent and every call."""
        books = self.shift.engine.books
        book = books.carteras[name]
        agents = [agent for agent in books.roster.agents.values() if name in agent.carteras]
        team = {agent.agent_id: state_of(agent, books.calls.get(agent.on_call)) for agent in agents}
        assert {agent: seen.state for agent, seen in book.sight.agents.items()} == {a: s for a, s in team.items() if s}
        assert {s: n for s, n in book.sight.at_work.items() if s and n} == Counter(s for s in team.values() if s)
        assert {s: n for s, n in book.sight.own.items() if s and n} == Counter(
            STAGES[call.stage] for call in pool.values() if call.stage in STAGES
        )
        if book.listens:
            own = {i: seen.stage for i, seen in book.sight.calls.items() if seen.cartera == name}
            on_their_way = {i: STAGES[call.stage] for i, call in pool.items() if call.stage in STAGES}
            assert own == on_their_way | dict.fromkeys(book.claims, "dialing")
            assert len(book.claims) <= book.claiming

    def _NotePacing(self, note: c.NotePacing, now_ms: int) -> None:
        """Nothing is placed with nobody at work, nor more than the free agents once the budget is spent."""
        book = self.shift.engine.books.carteras[note.cartera]
        held = [a for a in self.shift.engine.books.roster.agents.values() if a.state is State.RESERVADO]
        if not book.sight.agents and not held:
            assert note.placed == 0
        if book.budget(now_ms).spent:
            assert note.placed <= note.free

    def _nobody_is_held_for_nothing(self) -> None:
        """Who is *reservado* has a call, reads a card, or waits for the queue; and each of these has one agent."""
        books = self.shift.engine.books
        for agent in books.roster.agents.values():
            held = [agent.agent_id in books.asking, agent.agent_id in books.previews, bool(agent.on_call)]
            if agent.state is State.RESERVADO:
                assert sum(held) == 1, f"{agent.agent_id} is held for {held}"
        for call in books.calls.values():
            if call.reserved_for:
                assert books.roster.agents[call.reserved_for].on_call == call.attempt_id

    def _AttemptsRecorded(self, event: e.AttemptsRecorded) -> None:
        self.recorded.update(event.attempt_ids)

    def _RecordAttempt(self, command: c.RecordAttempt, now_ms: int) -> None:
        assert command.attempt_id not in self.attempts
        self.attempts[command.attempt_id] = command
        if self.shift.engine.books.calls[command.attempt_id].reserved_for:
            self.held.add(command.attempt_id)

    def _PlaceCall(self, command: c.PlaceCall, now_ms: int) -> None:
        """Record first; never twice; and the rules, asked with the inspector's own ledger, allow it at this moment."""
        assert command.attempt_id in self.recorded
        assert command.attempt_id not in self.placed
        self.placed[command.attempt_id] = now_ms
        attempt = self.attempts[command.attempt_id]
        case = self.contacts[attempt.case_id]
        phone = next(p for p in case.phones if p.phone_id == command.phone_id)
        history = tuple(self.history.get(attempt.person_id, ()))
        held = attempt.attempt_id in self.held
        said = may_contact(case, phone, "call", history, self.preset, now_ms, guaranteed_agent=held)
        assert isinstance(said, Allowed), f"{said} at {now_ms}"

    def _CloseAttempt(self, command: c.CloseAttempt, now_ms: int) -> None:
        self.closed[command.attempt_id] += 1
        attempt = self.attempts[command.attempt_id]
        answered = command.verdict in ("connected", "abandoned")
        touch = Touch(
            attempt.at_ms,
            phone_id=attempt.phone_id,
            rang=command.rang,
            answered=answered,
            effective=answered,
            abandoned=command.verdict == "abandoned",
        )
        self.history.setdefault(attempt.person_id, []).append(touch)
        if command.connected_ms:
            self.connected.add(command.attempt_id)

    def _GestionSaved(self, event: e.GestionSaved) -> None:
        self.gestiones[event.attempt_id] += 1
        if event.reserved_for:
            self.promised[event.case_id] = (event.reserved_for, event.callback_ms)

    def _NoteCallback(self, command: c.NoteCallback, now_ms: int) -> None:
        """A rellamado that an ejecutivo kept for themselves is nobody else's before its grace is over."""
        self.callbacks.append(command)
        agent_id, at_ms = self.promised.pop(self.attempts[command.attempt_id].case_id, ("", 0))
        assert now_ms - at_ms == command.late_ms or not agent_id
        assert command.late_ms >= 0
        if agent_id and command.agent_id != agent_id:
            assert command.agent_id == "" and command.late_ms >= GRACE_MS

    def _TellAgent(self, command: c.TellAgent, now_ms: int) -> None:
        """An agent has one call, and a call one agent."""
        self.talking.pop(command.agent_id, None)
        if command.state in ("reservado", "hablando", "espera") and command.attempt_id:
            assert command.attempt_id not in self.talking.values()
            self.talking[command.agent_id] = command.attempt_id


def people(n: int, carteras: tuple[str, ...], dice: random.Random) -> dict[int, Contact]:
    """Some debtors have two cases, some phones may not be called, some cases are stopped, some on an agent's list."""
    cases = {}
    for case_id in range(1, n + 1):
        kinds = ["movil", "fijo", "laboral"]
        phones = tuple(Phone(case_id * 10 + k, dice.choice(kinds)) for k in range(dice.randint(1, 3)))
        stops = ("disputa",) if dice.random() < 0.05 else ()
        cartera = dice.choice(carteras)
        zone = dice.choice(["America/Santiago", "America/Punta_Arenas", "Pacific/Easter"])
        agent_id = f"e{dice.randrange(9)}" if dice.random() < 0.1 else ""
        bound = {"agent_id": agent_id, "listed": bool(agent_id)}
        who = {"person_id": (case_id + 1) // 2, "phones": phones, "stops": stops, "zone": zone}
        bound["careful"] = case_id % 50 == 0
        cases[case_id] = contact(case_id, cartera, **who, **bound)
    return cases


def a_shift(
    seed: int, start_ms: int, minutes: int, carteras: dict[str, Any], agents: int, preset: Preset = CL
) -> tuple[Shift, Inspector]:
    dice = random.Random(seed)
    cases = people(400, tuple(carteras), dice)
    inspector = Inspector(cases, preset)
    settings = floor(carteras, **LIMITS)
    settings["reglas"]["cl_consumidor"] = preset.model_dump(mode="json")
    shift = Shift(
        floor=settings,
        contacts=cases.values(),
        agents={f"e{n}": tuple(c for c in carteras if dice.random() < 0.8) for n in range(agents)},
        world=World(QUICK, dice, trunk_channels=10),
        dice=dice,
        start_ms=start_ms,
        habits=Habits(
            wrap=Law(500, 20_000), p_callback=0.5, callback_after_ms=Law(5_000, 90_000), read_ms=Law(200, 8_000)
        ),
        watch=inspector.see,
    )
    inspector.shift = shift
    _unrest(shift, dice, minutes, agents)
    shift.run(start_ms + minutes * MINUTE_MS)
    return shift, inspector


def _unrest(shift: Shift, dice: random.Random, minutes: int, agents: int) -> None:
    """Agents pause, hold, hang up, leave and come back; the link to Asterisk is lost; ops change the settings."""
    for _ in range(minutes * 6 if agents else 0):
        agent = f"e{dice.randrange(agents)}"
        after_ms = dice.randrange(minutes * MINUTE_MS)
        kinds = [e.AgentHeld, e.AgentResumed, e.AgentHungUp, e.AgentVanished, e.AgentLeft, e.AgentReady]
        kinds += [e.AgentRaisedHand, e.AgentLoweredHand]
        shift.later(after_ms, e.AgentSkipped(agent, dice.randrange(400)))
        shift.later(after_ms, dice.choice(kinds)(agent))
        shift.later(after_ms + 3_000, e.AgentConnected(agent, f"PJSIP/{agent}", ("a", "b", "c")))
        shift.later(after_ms + 4_000, e.AgentReady(agent))
        shift.later(after_ms + 5_000, e.AgentPaused(agent, "baño"))
        shift.later(after_ms + 9_000, e.AgentReady(agent))


MODES = ["progressive", "ratio", "predictive", "predictive", "vicidial_tapered", "issabel", "wombat_boost", "manual"]
STARTS = [
    at(moment)
    for moment in ("2026-11-24T15:00", "2026-11-24T22:45", "2026-11-28T22:50", "2026-09-06T10:30", "2026-04-05T02:50")
]


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    seed=st.integers(0, 10**9),
    start_ms=st.sampled_from(STARTS),
    agents=st.integers(0, 9),
    ratio=st.floats(1, 4),
    amd=st.booleans(),
    auto_ready=st.booleans(),
    preset=st.sampled_from([CL, LOOSE]),
    modes=st.tuples(st.sampled_from(MODES), st.sampled_from(MODES)),
)
def test_no_shift_breaks_a_promise(
    seed: int,
    start_ms: int,
    agents: int,
    ratio: float,
    amd: bool,
    auto_ready: bool,
    preset: Preset,
    modes: tuple[str, str],
) -> None:
    """Rules kept at every placed call, one end for each call, one gestión for each conversation, counts always true."""
    carteras = {
        "a": {
            "mode": modes[0],
            "ratio": ratio,
            "amd": amd,
            "auto_ready": auto_ready,
            "hang_up_overdialed": amd,
            **GRACE,
        },
        "b": {"mode": modes[1], "weight": 2, "amd_false_ratio": 0.01, **GRACE},
        "c": {"mode": "preview", **GRACE},
    }
    shift, inspector = a_shift(seed, start_ms, 8, carteras, agents, preset)
    shift.later(0, e.FloorClosed())
    shift.run(shift.now_ms + 20 * MINUTE_MS)  # a debtor on hold is hung up after 15 minutes
    assert all(times == 1 for times in inspector.closed.values())
    assert set(inspector.placed) <= set(inspector.closed), "a call placed never ended"
    assert not shift.engine.books.calls
    assert inspector.connected == set(inspector.gestiones)
    assert all(times == 1 for times in inspector.gestiones.values())
    if not agents:
        assert not inspector.placed
    assert all(step.same for step in journal.replay(inspector.lines)), "a replay gave other commands"


def test_the_same_seed_tells_the_same_shift_byte_for_byte() -> None:
    carteras = {"a": {"mode": "ratio", "ratio": 2.0, "amd": True}}
    one, other = (a_shift(11, STARTS[0], 20, carteras, 6)[1].lines for _ in range(2))
    assert one == other
    assert len(one) > 500


def test_callbacks_are_kept_on_time_by_the_ejecutivo_who_agreed_on_them_and_lists_by_nobody_else() -> None:
    carteras = {"a": GRACE, "b": {"mode": "ratio", "ratio": 2.0, "abandon_ratio_max": 0.5, **GRACE}, "c": GRACE}
    kept = [note for seed in (3, 4) for note in a_shift(seed, STARTS[0], 40, carteras, 8, LOOSE)[1].callbacks]
    own = [note for note in kept if note.agent_id]
    assert len(kept) > 60
    assert len(own) > 20
    assert sum(note.on_time for note in kept) >= 0.9 * len(kept)


def test_callbacks_are_kept_on_time_on_a_predictive_floor_too() -> None:
    carteras = {"a": {"mode": "predictive", **GRACE}, "b": GRACE, "c": GRACE}
    kept = [note for seed in (3, 4) for note in a_shift(seed, STARTS[0], 40, carteras, 8, LOOSE)[1].callbacks]
    assert len(kept) > 60
    assert sum(bool(note.agent_id) for note in kept) > 20
    assert sum(note.on_time for note in kept) >= 0.9 * len(kept)


def test_a_progressive_floor_abandons_nobody_while_its_agents_stay() -> None:
    dice = random.Random(5)
    cases = people(300, ("a",), dice)
    inspector = Inspector(cases)
    inspector.shift = shift = Shift(
        floor=floor({"a": {}}, **LIMITS),
        contacts=cases.values(),
        agents={f"e{n}": ("a",) for n in range(6)},
        world=World(QUICK, dice, trunk_channels=60),
        dice=dice,
        start_ms=STARTS[0],
        watch=inspector.see,
    )
    shift.run(STARTS[0] + 30 * MINUTE_MS)
    book = shift.engine.books.carteras["a"]
    assert len(inspector.connected) > 80
    assert book.abandons.part(shift.now_ms) == 0
