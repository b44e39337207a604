"""A shift in virtual time: the real engine before a pretend world, a queue and a store in memory, agents with habits.

Steps go from event to event, never by the clock, so a day takes seconds and a seed tells the same day every time.
What a live floor does over AMI, Redis and SQL happens here at once, with the delays that `Habits` gives.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from dialer import commands as c
from dialer import events as e
from dialer.carteras.order import CALLBACKS_FIRST
from dialer.contact import Contact, Touch
from dialer.engine import TICK_MS, Engine
from dialer.outcome import BY_A_PERSON
from dialer.sim.direct import PretendPbx
from dialer.sim.habits import Habits
from dialer.sim.people import Dice
from dialer.sim.world import World

NUMBER = "900000000"
"""What is dialled where nobody says how a cartera's telephones differ."""

TICK = e.Ticked()

Watch = Callable[[e.Event, list[c.Command], int], None]


class MemoryQueue:
    """The queue of the cases of a shift: the same promise as Redis's, in a few lines."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self.cases = {contact.case_id: contact for contact in contacts}
        self._due: dict[str, list[tuple[int, float, int]]] = {}
        self._ready: dict[str, list[tuple[float, int]]] = {}
        self._own: dict[str, dict[str, dict[int, tuple[int, int]]]] = {}
        self._locked: set[int] = set()
        self._of_person: dict[int, list[int]] = {}  # whoever is not among them has one case
        self._touches: dict[int, list[Touch]] = {}
        for contact in self.cases.values():
            self._of_person.setdefault(contact.person_id, []).append(contact.case_id)
            if contact.agent_id:
                self._bind(contact.cartera, contact.case_id, contact.agent_id, 0, 0)
            else:
                self._later(contact.cartera, contact.case_id, 0, contact.score)

    def _later(self, cartera: str, case_id: int, due_ms: int, score: float) -> None:
        heapq.heappush(self._due.setdefault(cartera, []), (due_ms, -score, case_id))

    def _bind(self, cartera: str, case_id: int, agent_id: str, due_ms: int, release_ms: int) -> None:
        self._own.setdefault(cartera, {}).setdefault(agent_id, {})[case_id] = (due_ms, release_ms)

    def due_agents(self, cartera: str, now_ms: int) -> tuple[str, ...]:
        """The ejecutivos who have a case of their own due, in the order of their ids."""
        own = self._own.get(cartera)
        if not own:
            return ()
        return tuple(sorted(agent for agent, cases in own.items() if any(due <= now_ms for due, _ in cases.values())))

    def claim(
        self, cartera: str, count: int, now_ms: int, agent_id: str = "", *, pool: bool = True
    ) -> tuple[tuple[Contact, ...], int | None]:
        """Up to `count` due contacts, best score first, nobody's other case in use; and when the next one is due."""
        due = self._due.setdefault(cartera, [])
        self._mature(cartera, now_ms)
        taken = self._of_agent(cartera, agent_id, count, now_ms)
        if pool:
            taken += self._of_pool(cartera, count - len(taken))
        return tuple(taken), due[0][0] if due else None

    def _mature(self, cartera: str, now_ms: int) -> None:
        due, ready = self._due[cartera], self._ready.setdefault(cartera, [])
        while due and due[0][0] <= now_ms:
            _, minus_score, case_id = heapq.heappop(due)
            heapq.heappush(ready, (minus_score, case_id))
        for cases in self._own.get(cartera, {}).values():
            for case_id in [case for case, (_, release) in cases.items() if 0 < release <= now_ms]:
                del cases[case_id]
                heapq.heappush(ready, (-self._score(case_id), case_id))

    def _score(self, case_id: int) -> float:
        contact = self.cases[case_id]
        return contact.score + CALLBACKS_FIRST if contact.callback_ms else contact.score

    def _of_agent(self, cartera: str, agent_id: str, count: int, now_ms: int) -> list[Contact]:
        cases = self._own.get(cartera, {}).get(agent_id, {})
        mine = sorted((release == 0, due, case) for case, (due, release) in cases.items() if due <= now_ms)
        taken: list[Contact] = []
        for _, _, case_id in mine:
            if len(taken) < count and self._lock(case_id):
                del cases[case_id]
                taken.append(self.with_ledger(case_id))
        return taken

    def _of_pool(self, cartera: str, count: int) -> list[Contact]:
        ready = self._ready[cartera]
        taken: list[Contact] = []
        passed: list[tuple[float, int]] = []
        while ready and len(taken) < count:
            entry = heapq.heappop(ready)
            if self._lock(entry[1]):
                taken.append(self.with_ledger(entry[1]))
            else:
                passed.append(entry)
        for entry in passed:
            heapq.heappush(ready, entry)
        return taken

    def _lock(self, case_id: int) -> bool:
        person = self.cases[case_id].person_id
        if person in self._locked:
            return False
        self._locked.add(person)
        return True

    def give_back(self, command: c.ReturnContact) -> None:
        self._locked.discard(command.person_id)
        listed = bool(command.agent_id) and not command.release_ms
        agent_id, callback_ms = command.agent_id, command.callback_ms
        contact = self.cases[command.case_id]
        if (contact.agent_id, contact.callback_ms, contact.listed) != (agent_id, callback_ms, listed):
            bound = msgspec.structs.replace(contact, agent_id=agent_id, callback_ms=callback_ms, listed=listed)
            self.cases[command.case_id] = bound
        if command.agent_id:
            self._bind(command.cartera, command.case_id, command.agent_id, command.due_ms, command.release_ms)
        else:
            self._later(command.cartera, command.case_id, command.due_ms, self._score(command.case_id))

    def drop(self, command: c.DropContact) -> None:
        self._locked.discard(command.person_id)

    def touch(self, case_id: int, touch: Touch) -> None:
        """Enter a closed attempt in the person's ledger, whichever of their cases it was for."""
        for mine in self._of_person.get(self.cases[case_id].person_id, (case_id,)):
            self._touches.setdefault(mine, []).append(touch)

    def with_ledger(self, case_id: int) -> Contact:
        """The case as it is claimed now. Most calls are a case's last of the day: only here its ledger grows."""
        contact, touches = self.cases[case_id], self._touches.pop(case_id, None)
        if touches is not None:
            contact = msgspec.structs.replace(contact, history=(*contact.history, *touches)[-60:])
            self.cases[case_id] = contact
        return contact


class Shift:
    """One floor for one stretch of virtual time. `watch` sees every event with its commands and its time.

    `numbers`: by cartera, the number that its calls dial, by which a world may tell its people from others'.
    """

    def __init__(
        self,
        *,
        floor: dict[str, Any],
        contacts: Iterable[Contact],
        agents: dict[str, tuple[str, ...]],
        world: World,
        dice: Dice,
        start_ms: int,
        habits: Habits | None = None,
        watch: Watch | None = None,
        numbers: Mapping[str, str] | None = None,
    ) -> None:
        self.engine = Engine()
        self.pbx = PretendPbx(world)
        self.queue = MemoryQueue(contacts)
        self.habits = habits or Habits()
        self.now_ms = start_ms
        self._dice = dice
        self._watch = watch
        self._numbers = numbers or {}
        self._soon: list[tuple[int, int, e.Event]] = []
        self._n = 0
        self._attempts: dict[str, c.RecordAttempt] = {}
        self._recorded: list[str] = []
        self._due: dict[str, tuple[str, ...]] = {}
        self.later(0, e.EngineStarted("n1", "sim", floor))
        self.later(0, e.PbxConnected())
        self.later(0, e.ChannelsListed(start_ms, ()))
        for agent_id, carteras in agents.items():
            self.later(0, e.AgentConnected(agent_id, f"PJSIP/{agent_id}", carteras))
            self.later(0, e.AgentReady(agent_id))
        self.later(TICK_MS, TICK)

    def later(self, after_ms: int, event: e.Event) -> None:
        """Let the engine meet an event `after_ms` from now."""
        self._n += 1
        heapq.heappush(self._soon, (self.now_ms + after_ms, self._n, event))

    def run(self, until_ms: int) -> None:
        """Step from event to event until there is none before `until_ms`."""
        while (step_ms := self._next_ms(until_ms)) < until_ms:
            self.now_ms = max(self.now_ms, step_ms)
            self._step()
        self.now_ms = until_ms

    def _next_ms(self, until_ms: int) -> int:
        step_ms = self._soon[0][0]
        for next_ms in (self.pbx.next_ms(), self.engine.next_wake_ms()):
            if next_ms is not None and next_ms < step_ms:
                step_ms = next_ms
        return step_ms

    def _step(self) -> None:
        now_ms, soon = self.now_ms, self._soon
        for event in self.pbx.advance(now_ms):
            self._meet(event)
        while soon[0][0] <= now_ms:
            self._meet(heapq.heappop(soon)[2])
        wake_ms = self.engine.next_wake_ms()
        if wake_ms is not None and wake_ms <= now_ms:
            self._meet(TICK, again=False)

    def _meet(self, event: e.Event, again: bool = True) -> None:
        commands = self.engine.handle(event, self.now_ms)
        if self._watch is not None:
            self._watch(event, commands, self.now_ms)
        if event is TICK and again:
            self.later(TICK_MS, TICK)
            self._tell_due()
        if commands:
            self._perform(commands)

    def _perform(self, commands: list[c.Command]) -> None:
        """What has no entry is for consoles, boards or the store alone."""
        for command in commands:
            perform = _PERFORM.get(type(command))
            if perform is not None:
                perform(self, command)
        if self._recorded:
            self.later(self.habits.commit_ms, e.AttemptsRecorded(tuple(self._recorded)))
            self._recorded.clear()

    def _record(self, command: c.RecordAttempt) -> None:
        self._attempts[command.attempt_id] = command
        self._recorded.append(command.attempt_id)

    def _place(self, command: c.PlaceCall) -> None:
        self.pbx.perform(command, self._numbers.get(command.cartera, NUMBER), self.now_ms)

    def _to_pbx(self, command: c.Command) -> None:
        self.pbx.perform(command, "", self.now_ms)

    def _tell_due(self) -> None:
        """As on a live floor: who has a case of their own due is told when it changes."""
        for cartera in self.engine.books.carteras:
            agents = self.queue.due_agents(cartera, self.now_ms)
            if agents != self._due.get(cartera, ()):
                self._due[cartera] = agents
                self.later(0, e.BoundDue(cartera, agents))

    def _claim(self, command: c.ClaimContacts) -> None:
        pool = command.pool or not command.agent_id
        contacts, next_due_ms = self.queue.claim(
            command.cartera, command.count, self.now_ms, command.agent_id, pool=pool
        )
        answer = e.ContactsClaimed(command.cartera, command.count, contacts, next_due_ms, command.agent_id)
        self.later(self.habits.claim_ms, answer)

    def _preview(self, command: c.ShowCall) -> None:
        if command.preview:
            kind = e.AgentSkipped if self._dice.random() < self.habits.p_skip else e.AgentDialed
            self.later(self.habits.read_ms.draw(self._dice), kind(command.agent_id, command.case_id))

    def _close(self, command: c.CloseAttempt) -> None:
        attempt = self._attempts.pop(command.attempt_id)
        answered = command.verdict in BY_A_PERSON
        self.queue.touch(
            attempt.case_id,
            Touch(
                at_ms=attempt.at_ms,
                phone_id=attempt.phone_id,
                rang=command.rang,
                answered=answered,
                effective=answered,
                abandoned=command.verdict == "abandoned",
                verdict=command.verdict,
            ),
        )
        if command.connected_ms:
            self.later(self.habits.wrap.draw(self._dice), self._saved(command, attempt))

    def _saved(self, command: c.CloseAttempt, attempt: c.RecordAttempt) -> e.GestionSaved:
        """The gestión: an intention to pay, or a rellamado for anybody or for the ejecutivo themselves."""
        who = (command.agent_id, attempt.cartera, attempt.case_id, attempt.person_id)
        if not self.habits.p_callback or self._dice.random() >= self.habits.p_callback:
            due_ms = self.now_ms + self.habits.retry_after_ms
            return e.GestionSaved(command.attempt_id, *who, code="D07", effective=True, next_due_ms=due_ms)
        due_ms = self.now_ms + self.habits.callback_after_ms.draw(self._dice)
        own = command.agent_id if self._dice.random() < self.habits.p_own else ""
        return e.GestionSaved(
            command.attempt_id, *who, "D08", True, next_due_ms=due_ms, reserved_for=own, callback_ms=due_ms
        )


_PERFORM: dict[type, Callable[[Shift, Any], None]] = {
    c.RecordAttempt: Shift._record,
    c.PlaceCall: Shift._place,
    c.CallAgent: Shift._to_pbx,
    c.JoinCall: Shift._to_pbx,
    c.HoldCall: Shift._to_pbx,
    c.HangUp: Shift._to_pbx,
    c.ListChannels: Shift._to_pbx,
    c.ClaimContacts: Shift._claim,
    c.CloseAttempt: Shift._close,
    c.ShowCall: Shift._preview,
    c.ReturnContact: lambda shift, command: shift.queue.give_back(command),
    c.DropContact: lambda shift, command: shift.queue.drop(command),
}
