"""What ejecutivos ask of their own: their day, their rellamados, their colleagues, and what debtors tell them.

It fulfils `agents.own.Own` for the door, beside the desk whose consoles they are.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from agents.access import Role
from agents.agent import State
from agents.desk import DeskError
from agents.own import Goal, MyDay
from agents.usuario import Usuario
from dialer import events as e
from dialer import externos, ports, receiving
from dialer.carteras.dato import DatoRefused, read
from dialer.edge.desk import AgentsDesk
from dialer.records import BooksError, Changed, ChangeDato, Jornada, QueueDown

log = logging.getLogger(__name__)

LEADERS = (Role.SUPERVISOR, Role.JEFE)
COLLEAGUE = {"kind": "companero", "kinds": ["attended", "blind"]}
DOWN = "La base de datos no responde: espere un momento e intente de nuevo."


class Around(Protocol):
    """The edges that it works with (`dialer.edge.service.Ports` has them)."""

    @property
    def store(self) -> ports.Store: ...

    @property
    def queue(self) -> ports.Queue: ...


class OwnDesk:
    """One node's. What was put into the recorder a moment ago may be missing from what is read here."""

    def __init__(self, desk: AgentsDesk, around: Around) -> None:
        self._desk, self._ = desk, around

    # ── my day ──────────────────────────────────────────────────────────────────────────────────────

    async def my_day(self, agent_id: str) -> MyDay:
        now_ms = self._desk.now_ms()
        since_ms = self._desk.day_since_ms(now_ms)
        try:
            day = await self._.store.jornada(agent_id, since_ms, now_ms)
        except BooksError as bad:
            raise _down("the day of", agent_id, bad) from None
        states: dict[str, int] = {}
        for (state, _), ms in day.states.items():
            states[state] = states.get(state, 0) + ms
        return MyDay(
            since_ms=since_ms,
            now_ms=now_ms,
            states_ms=states,
            calls=day.calls,
            contacts=self._contacts(day),
            promises=day.promises,
            promised={currency: f"{amount:f}" for currency, amount in sorted(day.promised.items())},
            gestiones=sum(day.codes.values()),
            goal=self._goal(),
            pauses=self._desk.spent(day.states),
        )

    def _contacts(self, day: Jornada) -> int:
        """Results with the right person, by each cartera's own tree; a cartera that is gone has none."""
        return sum(count for (cartera, code), count in day.codes.items() if self._is_right_party(cartera, code))

    def _is_right_party(self, cartera: str, code: str) -> bool:
        strategy = self._desk.floor_settings.carteras.get(cartera)
        found = self._desk.texts.arboles[strategy.arbol].dispositions.get(code) if strategy else None
        return found is not None and found.rpc

    def _goal(self) -> Goal:
        metas = self._desk.texts.metas
        return Goal(metas.compromisos or None, metas.contactos or None)

    # ── my callbacks, my colleagues ─────────────────────────────────────────────────────────────────

    async def my_callbacks(self, agent_id: str) -> Sequence[dict[str, Any]]:
        try:
            found = await self._.store.callbacks_of(agent_id)
        except BooksError as bad:
            raise _down("the rellamados of", agent_id, bad) from None
        return [{**one, "callback_within_ms": self._within_ms(one)} for one in found]

    def _within_ms(self, one: Mapping[str, Any]) -> int:
        strategy = self._desk.floor_settings.carteras.get(one["cartera"])
        return strategy.callback_within_ms if strategy else 0

    async def colleagues(self, agent_id: str) -> Sequence[dict[str, Any]]:
        try:
            everybody = await self._.store.usuarios()
        except BooksError as bad:
            raise _down("the colleagues of", agent_id, bad) from None
        found = [
            {"code": one.code, "name": one.name, "role": one.role, "state": self._state(one.code), **COLLEAGUE}
            for one in everybody
            if one.code != agent_id and self._may_take(one)
        ]
        found.sort(key=lambda one: (one["state"] != State.DISPONIBLE, one["name"], one["code"]))
        cartera = self._cartera(agent_id)
        return [*found, *self._receivers(agent_id, cartera), *externos.offered(self._desk.texts.traspasos, cartera)]

    def _receivers(self, agent_id: str, cartera: str) -> Sequence[dict[str, Any]]:
        """Supervisors who receive the debtors of the agent's call; with none on the line, of any of their carteras."""
        agent = self._desk.engine.books.roster.agent(agent_id)
        carteras = (cartera,) if cartera else agent.carteras if agent is not None else ()
        return [
            one
            for one in self._desk.receivers.offered(self._desk.engine.books, carteras)
            if one["code"] != receiving.INSIDE + agent_id
        ]

    def _cartera(self, agent_id: str) -> str:
        """Of the call that they have, or ""."""
        agent = self._desk.engine.books.roster.agent(agent_id)
        call = self._desk.engine.books.calls.get(agent.on_call) if agent is not None else None
        return call.cartera if call is not None else ""

    def _state(self, code: str) -> str:
        agent = self._desk.engine.books.roster.agent(code)
        return "" if agent is None or agent.state is State.DESCONECTADO else agent.state.value

    def _may_take(self, one: Usuario) -> bool:
        return bool(one.active and one.endpoint and (self._state(one.code) or one.role in LEADERS))

    # ── what debtors tell ───────────────────────────────────────────────────────────────────────────

    async def change(self, usuario: Usuario, caso_id: int, kind: str, value: str, note: str) -> int:
        now_ms = self._desk.now_ms()
        try:
            if not await self._is_on_screen(usuario.code, caso_id):
                raise DeskError("not_on_screen", "Ese caso ya no está en su pantalla: no se le puede anotar un dato.")
            done = await self._.store.change_dato(ChangeDato(caso_id, read(kind, value), note, usuario.code, now_ms))
        except DatoRefused as bad:
            raise DeskError(bad.code, str(bad)) from None
        except BooksError as bad:
            raise _down("what a debtor told", usuario.code, bad) from None
        await self._tell(kind, done, now_ms)
        return now_ms

    async def _is_on_screen(self, agent_id: str, caso_id: int) -> bool:
        """In a call, read before one, or owed: also where only the records know that it is."""
        books = self._desk.engine.books
        preview = books.previews.get(agent_id)
        mine = [call for call in (*books.calls.values(), *books.owed.values()) if call.agent_id == agent_id]
        if caso_id in {call.contact.case_id for call in mine} or (preview and preview.case_id == caso_id):
            return True
        return any(one.case_id == caso_id for one in await self._.store.pending_attempts(agent_id))

    async def _tell(self, kind: str, done: Changed, now_ms: int) -> None:
        """The engine must not call what is not theirs; the queue gets back who may be called again."""
        if kind == "telefono_invalido":
            self._desk.feed(e.PhoneBarred(done.person_id, done.phone_id))
        for cartera, entries in done.again.items():
            try:
                await self._.queue.put(cartera, entries, now_ms)
            except QueueDown as bad:
                log.warning("the queue did not take a case of %s back, its next filling will: %s", cartera, bad)


def _down(what: str, agent_id: str, bad: BooksError) -> DeskError:
    log.error("%s %s: %s", what, agent_id, bad)
    return DeskError("books_down", DOWN)
