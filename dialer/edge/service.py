"""The shell around the engine: feeds it what happens and carries out what it asks.

It decides nothing; the agents' side of it is `dialer.edge.desk`. Events enter through `feed`, one at a time; the
commands that come back go each to its edge, the ones for Asterisk in the same call stack, so that between "aló" and
the bridge there is no query and no wait.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from agents.agent import State
from config.settings import Floor, Strategy
from dialer import commands as c
from dialer import events as e
from dialer import history, ids, ports
from dialer.edge.desk import AgentsDesk, Texts
from dialer.edge.ending import ended
from dialer.engine import TICK_MS, Engine
from dialer.records import BooksDown, QueueDown, QueueLost
from dialer.rules import local_day

log = logging.getLogger(__name__)

RENEW_S = 20.0
FIGURES_S = 1.0
PROGRESS_S = 5.0
BUDGET_S = 60.0
DAILY_S = 10.0
OWN_S = 0.5
HOUR_MS = 3_600_000


class Ports(NamedTuple):
    """The edges that the service is handed."""

    clock: ports.Clock
    link: ports.Link
    queue: ports.Queue
    store: ports.Store
    recorder: ports.Recorder
    journal: ports.Journal
    witness: ports.Witness


class Service:
    """One node's floor. `start` it on the loop that runs its edges; `crashed` completes if the engine ever fails.

    `desk` is its agents' side, and fulfils `agents.desk.Desk`.
    """

    def __init__(self, node: str, run: str, zone: str, floor: Floor, around: Ports, texts: Texts) -> None:
        self._node, self._run, self._zone, self._floor = node, run, zone, floor
        self._ = around
        self._texts = texts
        self.engine = Engine()
        self.desk = AgentsDesk(self.engine, around, self.feed, zone, floor, texts)
        self._inbox: deque[e.Event] = deque()
        self._busy = False
        self._numbers: dict[int, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake: asyncio.TimerHandle | None = None
        self._stopping = False
        self._experienced: date | None = None
        self._finished = asyncio.Event()
        self.crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._carry_out = self._command_table()

    # ── life ────────────────────────────────────────────────────────────────────────────────────────

    async def start(self) -> None:
        """Take up what the last run left open, fill the queues, then let Asterisk in. Raises what the edges raise."""
        await self._.store.close_states(self._node)
        self.feed(e.EngineStarted(self._node, self._run, self._floor.model_dump(mode="json")))
        for reopened in await self._.store.open_attempts(self._node, self.now_ms()):
            self.feed(reopened)
        for cartera, held in (await self._.store.held_carteras()).items():
            self.feed(e.CarteraHeld(cartera, held.by, held.at_ms))
        for cartera in self._floor.carteras:
            await self._rebuild(cartera)
            await self._count(cartera)
        self._.link.start()
        beats = (self._tick, self._figures, self._progress, self._own_cases, self._order, self._renew, self._daily)
        for beat in (*beats, self._refill, self._budget, self._experience):
            self._spawn(beat())

    async def reload(self, floor: Floor, texts: Texts) -> None:
        """New settings, guiones and trees: in force from the next decision on; no call is dropped."""
        new = set(floor.carteras) - set(self._floor.carteras)
        self._floor, self._texts = floor, texts
        self.desk.reload(floor, texts)
        for cartera in new:
            await self._rebuild(cartera)
        self.feed(e.FloorChanged(floor.model_dump(mode="json")))
        for cartera in floor.carteras:
            await self._count(cartera)
        self._experienced = None

    async def drain(self, within_s: float) -> bool:
        """Place nothing more and wait until every call is over and every gestión saved; whether it came to that."""
        self.feed(e.FloorClosed())
        try:
            await asyncio.wait_for(self._finished.wait(), within_s)
        except TimeoutError:
            return False
        return True

    def _unfinished(self) -> bool:
        return bool(self.engine.books.calls or self.engine.books.owed)

    async def stop(self) -> None:
        """Let go of Asterisk first: conversations go on without us."""
        self._stopping = True
        await self._.link.stop()
        if self._wake:
            self._wake.cancel()
        await ended(*self._tasks)
        self._.journal.flush()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._crash(task.exception())

    def _crash(self, error: BaseException | None) -> None:
        """A fault of ours: nothing is guessed, the journal is saved and whoever runs us starts us again."""
        log.critical("the service failed and stops; the journal tells how it came to that", exc_info=error)
        self._.journal.flush()
        if not self.crashed.done() and not self._stopping:
            self.crashed.set_exception(error or RuntimeError("the service failed"))

    def now_ms(self) -> int:
        return self._.clock.now_ms()

    # ── the engine ──────────────────────────────────────────────────────────────────────────────────

    def feed(self, event: e.Event) -> None:
        """Take one event in. Events that commands give rise to at once wait their turn."""
        self._inbox.append(event)
        if self._busy:
            return
        self._busy = True
        try:
            while self._inbox:
                self._one(self._inbox.popleft())
        except Exception as error:
            self._crash(error)
            raise
        finally:
            self._busy = False
        self._set_wake()
        if self.engine.books.closed and not self._unfinished():
            self._finished.set()

    def _one(self, event: e.Event) -> None:
        now_ms = self.now_ms()
        commands = self.engine.handle(event, now_ms)
        for command in commands:
            carry_out = self._carry_out.get(type(command))
            if carry_out:
                carry_out(command)
        self._.journal.write(event, commands, now_ms)
        self._.witness.see(event, commands, now_ms)

    def _set_wake(self) -> None:
        """The engine's own timers, to the millisecond."""
        if self._wake:
            self._wake.cancel()
            self._wake = None
        at_ms = self.engine.next_wake_ms()
        if at_ms is not None and not self._stopping:
            delay_s = max(0, at_ms - self.now_ms()) / 1000
            self._wake = asyncio.get_running_loop().call_later(delay_s, self.feed, e.Ticked())

    def _command_table(self) -> dict[type, Callable[[Any], None]]:
        to_link: Callable[[c.Command], None] = self._.link.perform
        to_books: Callable[[c.Command], None] = self._.recorder.put
        return {
            c.JoinCall: to_link,
            c.PlaceCall: self._place,
            c.CallAgent: to_link,
            c.CallOutside: self._call_outside,
            c.StopRecording: to_link,
            c.JoinLegs: to_link,
            c.HoldCall: to_link,
            c.HangUp: to_link,
            c.CallEar: to_link,
            c.AimEar: to_link,
            c.TurnEar: to_link,
            c.ListChannels: to_link,
            c.RecordAttempt: to_books,
            c.NoteAnswered: to_books,
            c.NoteConnected: to_books,
            c.NoteTransfer: self._note_transfer,
            c.NoteTaken: to_books,
            c.NoteSkipped: to_books,
            c.CloseAttempt: to_books,
            c.ClaimContacts: lambda command: self._spawn(self._claim(command)),
            c.ReturnContact: self._return,
            c.DropContact: self._drop,
            c.TellAgent: self._tell,
            c.TellHand: self._hand,
            c.TellConsult: self.desk.tell_consult,
            c.TellEar: self.desk.tell_ear,
            c.TellHandover: self.desk.tell_handover,
            c.ShowCall: lambda command: self._spawn(self.desk.show(command)),
        }

    def _tell(self, command: c.TellAgent) -> None:
        self._.recorder.put(command)
        self.desk.tell(command)
        if command.state == State.PAUSA and command.reason:
            self._spawn(self.desk.count_spent(command))

    def _hand(self, command: c.TellHand) -> None:
        self._.recorder.put(command)
        self.desk.tell_hand(command)

    # ── queue and store ─────────────────────────────────────────────────────────────────────────────

    async def _claim(self, command: c.ClaimContacts) -> None:
        now_ms = self.now_ms()
        try:
            claimed = await self._.queue.claim(
                command.cartera, command.count, now_ms, command.agent_id, pool=command.pool or not command.agent_id
            )
            least = self._floor.carteras[command.cartera].careful_saldo
            found = await self._.store.contacts(claimed.case_ids, now_ms, least) if claimed.case_ids else []
        except QueueLost:
            await self._rebuild(command.cartera)
            why = "the queue was lost and has been filled again"
            self.feed(e.ClaimFailed(command.cartera, command.count, why, command.agent_id))
        except (QueueDown, BooksDown) as bad:
            self.feed(e.ClaimFailed(command.cartera, command.count, str(bad), command.agent_id))
        else:
            await self._forget_gone(command.cartera, set(claimed.case_ids) - {one.case_id for one, _ in found})
            for _, numbers in found:
                self._numbers.update(numbers)
            contacts = tuple(one for one, _ in found)
            next_due_ms = claimed.next_due_ms
            self.feed(e.ContactsClaimed(command.cartera, command.count, contacts, next_due_ms, command.agent_id))

    async def _forget_gone(self, cartera: str, cases: set[int]) -> None:
        """Cases that the store has closed meanwhile do not belong in the queue any more."""
        if cases:
            gone = [c.DropContact(cartera, case, 0, "closed") for case in sorted(cases)]
            await self._quietly(self._.queue.drop(gone))

    async def _rebuild(self, cartera: str) -> None:
        try:
            entries = await self._.store.queue_entries(cartera, self._floor.carteras[cartera].callback_grace_ms)
            new = await self._.queue.rebuild(cartera, entries, self.now_ms())
            log.info("queue of %s filled from the database: %d cases, %d of them new to it", cartera, len(entries), new)
        except (QueueDown, BooksDown) as bad:
            log.error("the queue of %s could not be filled: %s", cartera, bad)

    def _place(self, command: c.PlaceCall) -> None:
        self._.link.perform(command, self._numbers.get(command.phone_id, ""))

    def _call_outside(self, command: c.CallOutside) -> None:
        self._.link.perform(command, self.desk.number_of(command.to))

    def _note_transfer(self, command: c.NoteTransfer) -> None:
        self._.recorder.put(self.desk.with_number(command) if command.outside else command)

    def _return(self, command: c.ReturnContact) -> None:
        self._.recorder.put(command)
        self._spawn(self._quietly(self._.queue.give_back([command], self.now_ms())))

    def _drop(self, command: c.DropContact) -> None:
        self._.recorder.put(command)
        self._spawn(self._quietly(self._.queue.drop([command])))

    async def _quietly(self, work: Coroutine[Any, Any, Any]) -> None:
        """Redis may be away: the lease runs out and the case returns by itself, or the rebuild brings it."""
        try:
            await work
        except (QueueDown, QueueLost) as bad:
            log.warning("the queue did not take a change, its lease will run out instead: %s", bad)

    # ── beats ───────────────────────────────────────────────────────────────────────────────────────

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + TICK_MS / 1000
            await asyncio.sleep(TICK_MS / 1000)
            self._.witness.set_loop_lag(max(0.0, (loop.time() - due) * 1000))
            self.feed(e.Ticked())
            self._.journal.flush()

    async def _figures(self) -> None:
        day = local_day(self.now_ms(), self._zone)
        while True:
            if (today := local_day(self.now_ms(), self._zone)) != day:
                day = today
                self._.witness.start_day(self.now_ms())
            stats = self._.link.stats
            self._.witness.set_ami(lag_ms=stats.lag_ms, messages=stats.messages, garbage=stats.garbage)
            self._.witness.set_recorder_backlog(self._.recorder.backlog)
            for cartera in self._floor.carteras:
                try:
                    sizes = await self._.queue.sizes(cartera)
                except (QueueDown, QueueLost):
                    continue
                named = {"ready": sizes.ready, "later": sizes.later, "leased": sizes.leased, "bound": sizes.bound}
                self._.witness.set_queue(cartera, named)
            await asyncio.sleep(FIGURES_S)

    async def _budget(self) -> None:
        """Other nodes spend of the same budget, and what was spent long ago is given back."""
        while True:
            await asyncio.sleep(BUDGET_S)
            for cartera in tuple(self._floor.carteras):
                await self._count(cartera)

    async def _count(self, cartera: str) -> None:
        """Tell the engine what the law counts of the cartera's calls that are not of this run."""
        since_ms = self.now_ms() - self._floor.carteras[cartera].window_ms
        try:
            it = await self._.store.reached(cartera, since_ms, ids.run_prefix(self._node, self._run))
        except BooksDown as bad:
            log.warning("the abandonment of %s is not counted anew yet: %s", cartera, bad)
        else:
            self.feed(e.BudgetCounted(cartera, it.answered, it.abandoned, it.machines))

    async def _experience(self) -> None:
        """At the start, when the floor's day has changed and with new settings: what the pacers begin with."""
        while True:
            today = local_day(self.now_ms(), self._zone)
            if today != self._experienced and await self._tell_history(today):
                self._experienced = today
            await asyncio.sleep(DAILY_S)

    async def _tell_history(self, today: date) -> bool:
        """Whether it was done; a database that is away is asked again."""
        hours_ms = history.hours_of(today, self._zone)
        carteras = {}
        try:
            for cartera, strategy in tuple(self._floor.carteras.items()):
                if strategy.history_days:
                    since_ms = history.since_ms(today, strategy.history_days, self._zone)
                    counted = await self._.store.counted(cartera, since_ms, self.now_ms())
                    carteras[cartera] = history.told(counted, hours_ms, self._zone)
        except BooksDown as bad:
            log.warning("the pacers begin without the last days' calls, for now: %s", bad)
            return False
        if carteras or self.engine.books.expected:
            self.feed(e.HistoryCounted(hours_ms, carteras))
        return True

    async def _own_cases(self) -> None:
        """Who has a callback or a list of their own due: the engine is told when that changes."""
        told: dict[str, tuple[str, ...]] = {}
        while True:
            for cartera in self._floor.carteras:
                try:
                    agents = await self._.queue.due_agents(cartera, self.now_ms())
                except QueueDown:
                    continue
                if agents != told.get(cartera, ()):
                    told[cartera] = agents
                    self.feed(e.BoundDue(cartera, agents))
            await asyncio.sleep(OWN_S)

    async def _progress(self) -> None:
        while True:
            for cartera in self._floor.carteras:
                try:
                    done = await self._.store.progress(cartera)
                except BooksDown:
                    continue
                self._.witness.set_cases(cartera, total=done["cases"], touched=done["touched"])
            await asyncio.sleep(PROGRESS_S)

    async def _refill(self) -> None:
        """A load, by whatever process, may bring cases: when there was one, the queues are filled again.

        What a load took away needs nothing: the store leaves it out when it is claimed.
        """
        filled: tuple[int, int] | None = None
        while True:
            with suppress(BooksDown):
                mark = await self._.store.loads_mark()
                for cartera in self._floor.carteras if filled not in (None, mark) else ():
                    await self._rebuild(cartera)
                filled = mark
            await asyncio.sleep(PROGRESS_S)

    async def _daily(self) -> None:
        """At the start, when the floor's day has changed, and after payments came or went: judge the promises."""
        judged: tuple[date, str] | None = None
        while True:
            today = local_day(self.now_ms(), self._zone)
            try:
                mark = (today, await self._.store.payments_mark())
                if mark != judged:
                    await self._judge_promises(today)
                    judged = mark
            except BooksDown as bad:
                log.warning("the promises are not judged yet: %s", bad)
            await asyncio.sleep(DAILY_S)

    async def _judge_promises(self, today: date) -> None:
        for cartera, strategy in self._floor.carteras.items():
            grace_days = self._texts.arboles[strategy.arbol].promise_grace_days
            changed = await self._.store.judge_promises(cartera, today, self._zone, grace_days)
            if changed:
                log.info("%d promises of %s changed their state", changed, cartera)

    async def _order(self) -> None:
        """Put the cases in order anew: each morning, each hour where the order asks for it, and when ops change it."""
        done: dict[str, object] = {}
        while True:
            for cartera, strategy in tuple(self._floor.carteras.items()):
                now_ms = self.now_ms()
                hour = now_ms // HOUR_MS if "hora" in strategy.order else 0
                when = (local_day(now_ms, self._zone), hour, strategy.order, strategy.informe.tramos)
                if done.get(cartera) != when and await self._rescore(cartera, strategy, now_ms):
                    done[cartera] = when
            await asyncio.sleep(DAILY_S)

    async def _rescore(self, cartera: str, strategy: Strategy, now_ms: int) -> bool:
        """Whether it was done; a database that is away is asked again."""
        try:
            changed = await self._.store.rescore(cartera, strategy.order, now_ms, strategy.informe.tramos)
        except BooksDown as bad:
            log.warning("the cases of %s are not in order yet: %s", cartera, bad)
            return False
        if changed:
            log.info("%d cases of %s have another place in the order", changed, cartera)
            await self._rebuild(cartera)
        return True

    async def _renew(self) -> None:
        """A case on a call, or whose gestión is being written, must not come back to the queue by its lease."""
        while True:
            await asyncio.sleep(RENEW_S)
            held: dict[str, list[int]] = {}
            books = self.engine.books
            for call in (*books.calls.values(), *books.owed.values()):
                held.setdefault(call.cartera, []).append(call.contact.case_id)
            for contact in books.previews.values():
                held.setdefault(contact.cartera, []).append(contact.case_id)
            for cartera, cases in held.items():
                await self._quietly(self._.queue.renew(cartera, cases, self.now_ms()))
