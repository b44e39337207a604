"""The shell around the engine: feeds it what happens, carries out what it asks, and is the agents' `Desk`.

It decides nothing. Events enter through `feed`, one at a time; the commands that come back go each to its edge, the
ones for Asterisk in the same call stack, so that between "aló" and the bridge there is no query and no wait.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from agents.desk import DeskError, Send
from agents.messages import CallShown, Gestion, Problem, Saved, StateChanged
from config.settings import Floor, Strategy
from dialer import commands as c
from dialer import events as e
from dialer import history, ids, ports
from dialer.engine import TICK_MS, Engine
from dialer.records import BooksDown, BooksError, GestionExists, OwnCall, PendingAttempt, QueueDown, QueueLost
from dialer.rellamado import due_then, put_off, told
from dialer.rules import local_day
from dialer.wrapup import GestionRefused, judge
from scripts_llamada.guion import Guion, filled
from scripts_llamada.tipificacion import Arbol, as_json

log = logging.getLogger(__name__)

RENEW_S = 20.0
FIGURES_S = 1.0
PROGRESS_S = 5.0
BUDGET_S = 60.0
DAILY_S = 10.0
OWN_S = 0.5
HOUR_MS = 3_600_000
CARD_RETRY_S = 0.5
NO_CARD = Problem("no_card", "La ficha del deudor no está disponible por ahora.")


class Ports(NamedTuple):
    """The edges that the service is handed."""

    clock: ports.Clock
    link: ports.Link
    queue: ports.Queue
    store: ports.Store
    recorder: ports.Recorder
    journal: ports.Journal
    witness: ports.Witness


class Texts(NamedTuple):
    """What is said and what may be recorded, by id; `company` fills the guiones' ``empresa`` variables."""

    guiones: Mapping[str, Guion]
    arboles: Mapping[str, Arbol]
    company: Mapping[str, str] = {}


class Service:
    """One node's floor. `start` it on the loop that runs its edges; `crashed` completes if the engine ever fails."""

    def __init__(self, node: str, run: str, zone: str, floor: Floor, around: Ports, texts: Texts) -> None:
        self._node, self._run, self._zone, self._floor = node, run, zone, floor
        self._ = around
        self._texts = texts
        self.engine = Engine()
        self._inbox: deque[e.Event] = deque()
        self._busy = False
        self._consoles: dict[str, Send] = {}
        self._names: dict[str, str] = {}
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
        self.feed(e.EngineStarted(self._node, self._run, self._floor.model_dump(mode="json")))
        for reopened in await self._.store.open_attempts(self._node, self.now_ms()):
            self.feed(reopened)
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
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
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
            c.HoldCall: to_link,
            c.HangUp: to_link,
            c.ListChannels: to_link,
            c.RecordAttempt: to_books,
            c.NoteAnswered: to_books,
            c.NoteConnected: to_books,
            c.NoteTaken: to_books,
            c.NoteSkipped: to_books,
            c.CloseAttempt: to_books,
            c.ClaimContacts: lambda command: self._spawn(self._claim(command)),
            c.ReturnContact: self._return,
            c.DropContact: self._drop,
            c.TellAgent: self._tell,
            c.ShowCall: lambda command: self._spawn(self._show(command)),
        }

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

    # ── consoles ────────────────────────────────────────────────────────────────────────────────────

    def now_ms(self) -> int:
        return self._.clock.now_ms()

    async def connect(self, agent_id: str, carteras: tuple[str, ...], send: Send) -> None:
        try:
            usuario = await self._.store.usuario(agent_id)
            pending = await self._.store.pending_attempts(agent_id)
        except BooksError as bad:
            log.error("%s cannot come in: %s", agent_id, bad)
            raise DeskError("books_down", "La base de datos no responde: espere un momento.") from None
        replaced = self._consoles.get(agent_id)
        self._consoles[agent_id] = send
        self._names[agent_id] = usuario.name if usuario else agent_id
        if replaced:
            replaced(Problem("replaced", "Otra consola entró con este usuario: esta ya no recibe llamadas."))
        books = self.engine.books
        owed = [one for one in pending if one.attempt_id not in books.calls]
        endpoint = usuario.endpoint if usuario else ""
        self.feed(e.AgentConnected(agent_id, endpoint, carteras, tuple(one.attempt_id for one in owed)))
        if owed:
            await self._show_pending(agent_id, owed[0])

    def disconnect(self, agent_id: str, send: Send) -> None:
        if self._consoles.get(agent_id) is send:
            del self._consoles[agent_id]
            self.feed(e.AgentVanished(agent_id))

    def ready(self, agent_id: str) -> None:
        self.feed(e.AgentReady(agent_id))

    def pause(self, agent_id: str, reason: str) -> None:
        self.feed(e.AgentPaused(agent_id, reason))

    def hangup(self, agent_id: str) -> None:
        self._on_a_call(agent_id)
        self.feed(e.AgentHungUp(agent_id))

    def hold(self, agent_id: str) -> None:
        self._on_a_call(agent_id)
        self.feed(e.AgentHeld(agent_id))

    def resume(self, agent_id: str) -> None:
        self._on_a_call(agent_id)
        self.feed(e.AgentResumed(agent_id))

    def dial(self, agent_id: str, caso_id: int) -> None:
        self._reads_the_card(agent_id, caso_id)
        self.feed(e.AgentDialed(agent_id, caso_id))

    def skip(self, agent_id: str, caso_id: int, reason: str) -> None:
        self._reads_the_card(agent_id, caso_id)
        self.feed(e.AgentSkipped(agent_id, caso_id, reason))

    def _reads_the_card(self, agent_id: str, caso_id: int) -> None:
        contact = self.engine.books.previews.get(agent_id)
        if contact is None or contact.case_id != caso_id:
            raise DeskError("no_preview", "Esa ficha ya no está en su pantalla: no hay a quién llamar o dejar.")

    def logout(self, agent_id: str) -> None:
        self.feed(e.AgentLeft(agent_id))

    def _on_a_call(self, agent_id: str) -> None:
        agent = self.engine.books.roster.agent(agent_id)
        if agent is None or not agent.on_call:
            raise DeskError("no_call", "No hay una llamada en curso en su consola.")

    def floor(self) -> dict[str, Any]:
        return self._.witness.snapshot(self.now_ms())

    def _tell(self, command: c.TellAgent) -> None:
        send = self._consoles.get(command.agent_id)
        if send:
            send(StateChanged(command.state, command.since_ms, command.reason, command.attempt_id))  # type: ignore[arg-type]

    async def _show(self, command: c.ShowCall) -> None:
        """The card follows the voice; while the database is away it is tried again for as long as they talk."""
        told = False
        while True:
            try:
                shown = await self._call_shown(command, pending=False)
            except BooksError as bad:
                log.error("no card for the call of %s: %s", command.agent_id, bad)
                if not told:
                    self._say(command.agent_id, NO_CARD)
                    told = True
                await asyncio.sleep(CARD_RETRY_S)
                if not self._still_shown(command):
                    return
            else:
                self._say(command.agent_id, shown)
                return

    def _still_shown(self, command: c.ShowCall) -> bool:
        books = self.engine.books
        return command.agent_id in books.previews if command.preview else command.attempt_id in books.calls

    async def _show_pending(self, agent_id: str, owed: PendingAttempt) -> None:
        command = c.ShowCall(agent_id, owed.attempt_id, owed.cartera, owed.case_id, owed.phone_id)
        try:
            self._say(agent_id, await self._call_shown(command, pending=True))
        except BooksError as bad:
            log.error("no card for the gestión that %s owes: %s", agent_id, bad)
            self._say(agent_id, NO_CARD)

    def _say(self, agent_id: str, message: CallShown | Problem) -> None:
        send = self._consoles.get(agent_id)
        if send:
            send(message)

    async def _call_shown(self, command: c.ShowCall, *, pending: bool) -> CallShown:
        now_ms = self.now_ms()
        strategy = self._floor.carteras[command.cartera]
        card = await self._.store.card(command.case_id, command.phone_id, local_day(now_ms, self._zone))
        data = dict(card) | {
            "ejecutivo": {"nombre": self._names.get(command.agent_id, command.agent_id)},
            "empresa": dict(self._texts.company),
        }
        return CallShown(
            attempt_id=command.attempt_id,
            cartera=command.cartera,
            card=card,
            script=filled(self._texts.guiones[strategy.guion], data),
            tree=as_json(self._texts.arboles[strategy.arbol]),
            pending=pending,
            preview=command.preview,
        )

    # ── gestiones ───────────────────────────────────────────────────────────────────────────────────

    async def save_gestion(self, agent_id: str, gestion: Gestion) -> Saved:
        try:
            call = await self._call_of(agent_id, gestion.attempt_id)
            book = self.engine.books.carteras[call.contact.cartera]
            arbol = self._texts.arboles[book.strategy.arbol]
            record, event = judge(gestion, agent_id, call.contact, arbol, self.now_ms())
            later = put_off(record, event, call, book.strategy, book.preset_for(call.contact))
            record, event = due_then(record, event, later)
            gestion_id = await self._.store.save_gestion(record)
        except GestionRefused as bad:
            raise DeskError("gestion_refused", str(bad)) from None
        except GestionExists as bad:
            raise DeskError("gestion_exists", str(bad)) from None
        except BooksError as bad:
            log.error("a gestión of %s is not saved: %s", agent_id, bad)
            raise DeskError("not_saved", "No se pudo guardar: la base no responde. Intente de nuevo.") from None
        if self._owes(agent_id, gestion.attempt_id):
            self.feed(event)
            await self._next_pending(agent_id)
        return told(record, gestion_id, later, self._zone)

    def _owes(self, agent_id: str, attempt_id: str) -> bool:
        """Not yet told to the engine: a console that sends again after a cut link is answered and changes nothing."""
        agent = self.engine.books.roster.agent(agent_id)
        return agent is not None and attempt_id in agent.owes

    async def _next_pending(self, agent_id: str) -> None:
        agent = self.engine.books.roster.agent(agent_id)
        if agent is None or not agent.owes or agent.on_call:
            return
        for one in await self._.store.pending_attempts(agent_id):
            if one.attempt_id == agent.owes[0]:
                await self._show_pending(agent_id, one)

    async def _call_of(self, agent_id: str, attempt_id: str) -> OwnCall:
        """With whom it was; only the agent who had the call may record it."""
        books = self.engine.books
        call = books.calls.get(attempt_id) or books.owed.get(attempt_id)
        if call is not None and call.agent_id == agent_id:
            return OwnCall(call.contact, call.phone_id, call.placed_ms)
        own = await self._.store.own_call(attempt_id, agent_id, self.now_ms())
        if own is not None:
            return own
        raise DeskError("no_such_call", f"La llamada {attempt_id[:40]} no es suya o no espera una gestión.")
