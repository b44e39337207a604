"""The agents' side of the service: what their consoles ask becomes events, and what the engine tells is shown.

It fulfils `agents.desk.Desk` for the door (`agents.edge`), and keeps which console is whose.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

import msgspec

from agents.access import Role
from agents.agent import State
from agents.desk import DeskError, Send
from agents.messages import (
    CallShown,
    Consult,
    Draft,
    Drafted,
    Gestion,
    HandUp,
    Notice,
    Overheard,
    PauseReason,
    Problem,
    Saved,
    StateChanged,
)
from config.jornada import PAUSAS, Metas, Pausa
from config.settings import Floor
from config.traspasos import Traspasos
from dialer import commands as c
from dialer import consulting, externos, ports, receiving
from dialer import events as e
from dialer.engine import Engine
from dialer.records import BooksError, GestionExists, NumberedTransfer, OwnCall, PendingAttempt
from dialer.rellamado import due_then, put_off, told
from dialer.rules import local_day, midnight_ms
from dialer.wrapup import GestionRefused, judge
from scripts_llamada.guion import Guion, filled
from scripts_llamada.tipificacion import Arbol, as_json

log = logging.getLogger(__name__)

CARD_RETRY_S = 0.5
USED_MS = 30 * 86_400_000
"""How far back an ejecutivo's most used results are counted."""
LEADERS = (Role.SUPERVISOR, Role.JEFE)
NO_CARD = Problem("no_card", "La ficha del deudor no está disponible por ahora.")


class Texts(NamedTuple):
    """What is said and what may be recorded, by id; `company` fills the guiones' ``empresa`` variables.

    `pausas`: what an ejecutivo may choose from; `metas`: what they aim at in a day; `traspasos`: to whom outside
    they may hand a debtor.
    """

    guiones: Mapping[str, Guion]
    arboles: Mapping[str, Arbol]
    company: Mapping[str, str] = {}
    pausas: tuple[Pausa, ...] = PAUSAS
    metas: Metas = Metas()
    traspasos: Traspasos = Traspasos()


class Around(Protocol):
    """The edges that the desk works with (`dialer.edge.service.Ports` has them)."""

    @property
    def clock(self) -> ports.Clock: ...

    @property
    def store(self) -> ports.Store: ...

    @property
    def witness(self) -> ports.Witness: ...


class AgentsDesk:
    """One node's consoles. The engine is only read here; whatever changes it is an event through `feed`.

    `on_ear` hears of the supervisors' headsets, `on_handover` of the debtors whom `receivers` are handed.
    """

    def __init__(
        self, engine: Engine, around: Around, feed: Callable[[e.Event], None], zone: str, floor: Floor, texts: Texts
    ) -> None:
        self.engine = engine
        self._, self.zone = around, zone
        self.feed = feed
        self.floor_settings, self.texts = floor, texts
        self._consoles: dict[str, Send] = {}
        self._names: dict[str, str] = {}
        self._leaders: set[str] = set()
        self._outside: dict[str, externos.Destino] = {}
        self._typed = 0
        self.receivers = receiving.Receivers()
        self.on_ear: Callable[[c.TellEar], None] = lambda command: None
        self.on_handover: Callable[[c.TellHandover], None] = lambda command: None

    def reload(self, floor: Floor, texts: Texts) -> None:
        """New settings, guiones and trees: for the next card on."""
        self.floor_settings, self.texts = floor, texts

    # ── consoles ────────────────────────────────────────────────────────────────────────────────────

    def now_ms(self) -> int:
        return self._.clock.now_ms()

    async def connect(self, agent_id: str, carteras: tuple[str, ...], send: Send) -> None:
        try:
            usuario = await self._.store.usuario(agent_id)
            pending = await self._.store.pending_attempts(agent_id)
            hand_ms = await self._.store.hand(agent_id)
        except BooksError as bad:
            log.error("%s cannot come in: %s", agent_id, bad)
            raise DeskError("books_down", "La base de datos no responde: espere un momento.") from None
        replaced = self._consoles.get(agent_id)
        self._consoles[agent_id] = send
        self._names[agent_id] = usuario.name if usuario else agent_id
        if usuario and usuario.role in LEADERS:
            self._leaders.add(agent_id)
        if replaced:
            replaced(Problem("replaced", "Otra consola entró con este usuario: esta ya no recibe llamadas."))
        books = self.engine.books
        owed = [one for one in pending if one.attempt_id not in books.calls or books.calls[one.attempt_id].outside]
        endpoint = usuario.endpoint if usuario else ""
        self.feed(e.AgentConnected(agent_id, endpoint, carteras, tuple(one.attempt_id for one in owed), hand_ms))
        if owed:
            await self._show_pending(agent_id, owed[0])

    def disconnect(self, agent_id: str, send: Send) -> None:
        if self._consoles.get(agent_id) is send:
            del self._consoles[agent_id]
            self.feed(e.AgentVanished(agent_id))

    def ready(self, agent_id: str) -> None:
        self.feed(e.AgentReady(agent_id))

    def pause(self, agent_id: str, reason: str) -> None:
        self.known_pause(reason)
        self.feed(e.AgentPaused(agent_id, reason))

    def known_pause(self, reason: str) -> None:
        """Raises `DeskError` for a reason that the settings do not know."""
        known = [one.reason for one in self.texts.pausas]
        if reason not in known:
            raise DeskError("pause", f"No existe la pausa «{reason[:40]}»; hay: {', '.join(known)}.")

    async def pauses(self, agent_id: str) -> tuple[PauseReason, ...]:
        now_ms = self.now_ms()
        try:
            spent = await self._.store.state_times(agent_id, self.day_since_ms(now_ms), now_ms)
        except BooksError as bad:
            log.error("what %s spent of the pauses is not known: %s", agent_id, bad)
            spent = {}
        return self.spent(spent)

    async def used(self, agent_id: str) -> dict[str, dict[str, int]]:
        """Without the records the page offers what the trade uses most."""
        try:
            results = await self._.store.results(agent_id, self.now_ms() - USED_MS)
        except BooksError as bad:
            log.error("which results %s uses is not known: %s", agent_id, bad)
            return {}
        used: dict[str, dict[str, int]] = {}
        for (cartera, code), n in results.items():
            if strategy := self.floor_settings.carteras.get(cartera):
                tree = used.setdefault(strategy.arbol, {})
                tree[code] = tree.get(code, 0) + n
        return used

    async def count_spent(self, command: c.TellAgent) -> None:
        """Tell the board what the pause that begins has used of its day's budget already."""
        since_ms = command.since_ms
        try:
            states = await self._.store.state_times(command.agent_id, self.day_since_ms(since_ms), since_ms)
        except BooksError as bad:
            log.error("what %s spent of the pauses is not known: %s", command.agent_id, bad)
            return
        self._.witness.set_spent(command.agent_id, since_ms, states.get((State.PAUSA, command.reason), 0))

    def day_since_ms(self, now_ms: int) -> int:
        """The floor's midnight."""
        return midnight_ms(local_day(now_ms, self.zone), self.zone)

    def spent(self, states: Mapping[tuple[str, str], int]) -> tuple[PauseReason, ...]:
        """The menu of pauses, with what is spent of each: milliseconds by state and reason."""
        return tuple(
            PauseReason(one.reason, one.label, one.budget_ms, states.get((State.PAUSA, one.reason), 0))
            for one in self.texts.pausas
        )

    def hand(self, agent_id: str, *, up: bool) -> None:
        self.feed(e.AgentRaisedHand(agent_id) if up else e.AgentLoweredHand(agent_id))

    def say(self, by: str, text: str, agent_id: str = "", cartera: str = "") -> int:
        """A supervisor's word to one console, to a cartera's, or, with neither named, to all; how many there were."""
        notice = Notice(by, text, self.now_ms())
        told = [send for one, send in self._consoles.items() if self._is_meant(one, agent_id, cartera)]
        for send in told:
            send(notice)
        return len(told)

    def _is_meant(self, one: str, agent_id: str, cartera: str) -> bool:
        if agent_id:
            return one == agent_id
        agent = self.engine.books.roster.agent(one)
        return not cartera or (agent is not None and cartera in agent.carteras)

    def hangup(self, agent_id: str) -> None:
        self._on_a_call(agent_id)
        self.feed(e.AgentHungUp(agent_id))

    def hold(self, agent_id: str) -> None:
        self._on_a_call(agent_id)
        self.feed(e.AgentHeld(agent_id))

    def resume(self, agent_id: str) -> None:
        self._on_a_call(agent_id)
        self.feed(e.AgentResumed(agent_id))

    def registered(self, agent_id: str) -> None:
        self.feed(e.HeadsetRegistered(agent_id))

    def transfer(self, agent_id: str, to: str, *, attended: bool) -> None:
        if externos.is_outside(to) or receiving.is_inside(to):
            self._transfer_out(agent_id, to, attended=attended)
            return
        books, leads = self.engine.books, to in self._leaders
        self.feed(consulting.asked(books, agent_id, to, self._name(to), attended=attended, leads=leads))

    def _transfer_out(self, agent_id: str, to: str, *, attended: bool) -> None:
        books, known = self.engine.books, self.texts.traspasos
        if receiving.is_inside(to):
            event, whom = consulting.sent_in(books, agent_id, to, self.receivers, known, attended=attended)
        else:
            self._typed += 1
            event, whom = consulting.sent_out(books, agent_id, to, known, self._typed, attended=attended)
        self._outside[whom.to] = whom
        self.feed(event)

    def number_of(self, to: str) -> str:
        """What to dial for whom a debtor is handed to outside; "" for nobody that is known."""
        return self._outside[to].number if to in self._outside else ""

    def with_number(self, command: c.NoteTransfer) -> NumberedTransfer:
        """For the records alone: engine and journal never have it. One that was typed is then forgotten here."""
        written = NumberedTransfer(**msgspec.structs.asdict(command), number=self.number_of(command.to))
        if command.to.startswith(externos.TYPED):
            self._outside.pop(command.to, None)
        return written

    def transfer_done(self, agent_id: str) -> None:
        self._on_a_call(agent_id)
        self.feed(e.TransferFinished(agent_id))

    def transfer_back(self, agent_id: str) -> None:
        self._on_a_call(agent_id)
        self.feed(e.TransferCancelled(agent_id))

    def _name(self, agent_id: str) -> str:
        outside = self._outside.get(agent_id)
        return outside.name if outside else self._names.get(agent_id, agent_id)

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

    def tell(self, command: c.TellAgent) -> None:
        send = self._consoles.get(command.agent_id)
        if send:
            send(StateChanged(command.state, command.since_ms, command.reason, command.attempt_id))  # type: ignore[arg-type]

    def tell_hand(self, command: c.TellHand) -> None:
        self._say(command.agent_id, HandUp(command.since_ms > 0))

    def tell_consult(self, command: c.TellConsult) -> None:
        self._say(command.agent_id, consulting.told(command, self._name(command.to)))
        notice = consulting.invited(command, self._name, self.now_ms())
        if notice is not None:
            self._say(command.to, notice)

    def tell_ear(self, command: c.TellEar) -> None:
        self.on_ear(command)

    def tell_handover(self, command: c.TellHandover) -> None:
        self.on_handover(command)

    def overheard(self, agent_id: str, message: Overheard) -> None:
        """A supervisor is on the agent's line, or left it."""
        self._say(agent_id, message)

    async def show(self, command: c.ShowCall) -> None:
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

    def _say(self, agent_id: str, message: CallShown | Consult | HandUp | Notice | Overheard | Problem) -> None:
        send = self._consoles.get(agent_id)
        if send:
            send(message)

    async def _call_shown(self, command: c.ShowCall, *, pending: bool) -> CallShown:
        strategy = self.floor_settings.carteras[command.cartera]
        card = await self.card(command.case_id, command.phone_id)
        draft = await self._draft(command) if command.attempt_id else ""
        data = card | {
            "ejecutivo": {"nombre": self._name(command.agent_id)},
            "empresa": dict(self.texts.company),
        }
        return CallShown(
            attempt_id=command.attempt_id,
            cartera=command.cartera,
            card=card,
            script=filled(self.texts.guiones[strategy.guion], data),
            tree=as_json(self.texts.arboles[strategy.arbol]),
            pending=pending,
            preview=command.preview,
            draft=draft,
        )

    async def card(self, case_id: int, phone_id: int) -> dict[str, Any]:
        """The debtor's, of the floor's day. Raises `BooksError`."""
        return await self._.store.card(case_id, phone_id, local_day(self.now_ms(), self.zone))

    async def _draft(self, command: c.ShowCall) -> str:
        """Whom a call is being handed to sees what the one who has it has written so far."""
        call = self.engine.books.calls.get(command.attempt_id)
        theirs = await self._.store.draft(command.attempt_id, command.agent_id)
        if theirs or call is None or call.agent_id in ("", command.agent_id):
            return theirs
        return await self._.store.draft(command.attempt_id, call.agent_id)

    # ── gestiones ───────────────────────────────────────────────────────────────────────────────────

    async def draft(self, agent_id: str, draft: Draft) -> Drafted | None:
        """The engine's word on whose call it is comes first: the records may still be on their way."""
        books = self.engine.books
        call = books.calls.get(draft.attempt_id) or books.owed.get(draft.attempt_id)
        theirs = call is not None and call.agent_id == agent_id
        try:
            kept = await self._.store.keep_draft(draft.attempt_id, agent_id, draft.text, self.now_ms(), theirs=theirs)
        except BooksError as bad:
            log.error("a draft of %s is not kept: %s", agent_id, bad)
            raise DeskError("not_drafted", "El borrador queda solo en esta pantalla: la base no responde.") from None
        if kept == "foreign":
            raise DeskError("no_such_call", f"La llamada {draft.attempt_id[:40]} no es suya o no espera una gestión.")
        return Drafted(draft.attempt_id) if kept == "kept" else None

    async def save_gestion(self, agent_id: str, gestion: Gestion) -> Saved:
        try:
            call = await self._call_of(agent_id, gestion.attempt_id)
            book = self.engine.books.carteras[call.contact.cartera]
            arbol = self.texts.arboles[book.strategy.arbol]
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
        return told(record, gestion_id, later, self.zone)

    def _owes(self, agent_id: str, attempt_id: str) -> bool:
        """Not yet told to the engine: a console that sends again after a cut link is answered and changes nothing.

        The call may have been handed over while its gestión was being saved: then the next one owes it no more.
        """
        books = self.engine.books
        call = books.calls.get(attempt_id) or books.owed.get(attempt_id)
        either = books.roster.agent(agent_id), books.roster.agent(call.agent_id if call else "")
        return any(agent is not None and attempt_id in agent.owes for agent in either)

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
