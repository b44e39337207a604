"""Listening in, on this node's agents and on another's.

A supervisor's page is open at their *home* node. The headset is called by the node where the agent sits, onto its own
Asterisk, where the page has registered besides: to that node the supervisor is a *guest*. Home says twice a second
that the page is still there and hears in the answer how the headset is. So nothing is left behind: a guest of whom
nothing is heard for `LEASE_MS` is hung up, and a node of which nothing is heard for as long has lost the headset.
Beginning and end are written into the audit once, by the node that calls.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec

from agents.desk import DeskError
from agents.headset import Registration, abroad, from_abroad, registration
from agents.messages import Overheard
from agents.supervising import Spy, Spying
from agents.supervision import Act, Tell
from agents.usuario import Usuario
from config.headset import Headset
from dialer import commands as c
from dialer import events as e
from dialer import ports, receiving, spying
from dialer.edge.desk import AgentsDesk
from dialer.edge.desk_others import NODE_DOWN, Leave, Listen, Still, Told, Wear, asked
from dialer.records import BooksError

log = logging.getLogger(__name__)

RENEW_S = 0.5
LEASE_MS = 5_000
NO_EAR = "no_ear"
HAS_DEBTOR = "Le están traspasando a un deudor, o ya lo tiene: termine con él antes de escuchar a otro."
DOWN = "La base de datos no responde: la orden no se anotó ni se cumplió. Intente de nuevo."
OFF = Spying("")
WHY = {
    "pbx_down": "Asterisk no responde: por ahora no se puede escuchar a nadie.",
    "agent_left": "El ejecutivo salió del piso.",
    "no_line": "El audífono del ejecutivo no está en línea.",
    "no_answer": "Su audífono no contestó: revise que esté registrado.",
    "hung_up": "La escucha terminó: su audífono cortó.",
}
"""What ended, or kept off, a supervisor's headset; what they asked for themselves needs no word."""


class Headsets(msgspec.Struct, frozen=True):
    """`endpoint`: a supervisor's own, by their code in ``{agent}``; `settings`: the headset in the browser's."""

    endpoint: str
    settings: Headset


# ── who listens ─────────────────────────────────────────────────────────────────────────────────────


class Guest:
    """A supervisor of another node whose headset this one calls. `told`: their last `Spying`, None while calling."""

    __slots__ = ("heard_ms", "home", "told")

    def __init__(self, home: str, heard_ms: int) -> None:
        self.home, self.heard_ms = home, heard_ms
        self.told: Spying | None = None


class Away:
    """Where the headset of a supervisor of this node is; `told`: as for a guest, `heard_ms`: when last heard of."""

    __slots__ = ("heard_ms", "node", "told")

    def __init__(self, node: str, heard_ms: int) -> None:
        self.node, self.heard_ms = node, heard_ms
        self.told: Spying | None = None


class Ears:
    """One node's. `follow` runs with the floor; `name` gives a usuario's own name."""

    def __init__(
        self, desk: AgentsDesk, books: ports.Piso, nodes: ports.Nodes, headsets: Headsets, name: Callable[[str], str]
    ) -> None:
        self._desk, self._books, self._nodes, self._headsets, self._name = desk, books, nodes, headsets, name
        self._pages: dict[str, set[Tell]] = {}
        self._guests: dict[str, Guest] = {}
        self._away: dict[str, Away] = {}
        self._ends: set[asyncio.Task[None]] = set()
        desk.on_ear = self.tell_ear

    @property
    def _node(self) -> str:
        return self._desk.engine.books.node

    async def follow(self) -> None:
        """Keep up with the other nodes, for ever."""
        while True:
            await asyncio.sleep(RENEW_S)
            await self.keep_up()

    async def keep_up(self) -> None:
        """One beat of it."""
        self._part_with_the_lost()
        await asyncio.gather(*(self._renew(by, away) for by, away in tuple(self._away.items())))

    async def stop(self) -> None:
        """What is on its way into the audit arrives there."""
        await asyncio.gather(*self._ends, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._ends.add(task)
        task.add_done_callback(self._ends.discard)

    # ── the floor's pages ───────────────────────────────────────────────────────────────────────────

    def enter(self, by: str, tell: Tell) -> None:
        self._pages.setdefault(by, set()).add(tell)
        tell(self._now(by))

    def is_away(self, by: str) -> bool:
        """Whether the supervisor's headset is on a line of another node."""
        return by in self._away

    def _now(self, by: str) -> Spying:
        away, ear = self._away.get(by), spying.ear_of(self._desk.engine.books, by)
        if away is not None:
            return away.told or OFF
        return Spying(ear.agent_id, ear.mode) if ear is not None and ear.since_ms else OFF

    def leave(self, by: str, tell: Tell) -> None:
        pages = self._pages.get(by, set())
        pages.discard(tell)
        if pages:
            return
        self._pages.pop(by, None)
        away = self._away.pop(by, None)
        if away is not None:
            self._spawn(self._send_off(by, away.node))
        if by not in self._guests:
            self._dismiss(by)

    def _dismiss(self, by: str) -> None:
        if spying.ear_of(self._desk.engine.books, by) is not None:
            self._desk.feed(e.EarDismissed(by))

    def _tell(self, by: str, how: Spying) -> None:
        for tell in tuple(self._pages.get(by, ())):
            tell(how)

    # ── orders ──────────────────────────────────────────────────────────────────────────────────────

    async def spy(self, usuario: Usuario, order: Spy, node: str) -> None:
        """`node`: where the agent sits. What that one refuses changes nothing. Raises `DeskError`, `BooksError`."""
        by = usuario.code
        if receiving.taken(self._desk.engine.books, receiving.INSIDE + by) == "busy":
            raise DeskError("has_debtor", HAS_DEBTOR)
        asking = Listen(by, self._node, usuario.endpoint, order.agent_id, order.mode)
        if node != self._node:
            told = await asked(self._nodes, node, asking)
            await self._went(by, node, told.spying)
            return
        await self._begin(asking)
        self._guests.pop(by, None)
        away = self._away.pop(by, None)
        self._call(asking)
        if away is not None:
            await self._send_off(by, away.node)

    async def _begin(self, asking: Listen) -> None:
        """May it be, and is it in the audit?"""
        why = spying.why_not(self._desk.engine.books, asking.agent_id)
        if why:
            raise DeskError(why, WHY[why])
        call = self._desk.engine.books.roster.agents[asking.agent_id].on_call
        await self._books.audit(Act(self._desk.now_ms(), asking.by, asking.mode, asking.agent_id, {"llamada": call}))

    def _call(self, asking: Listen) -> None:
        endpoint = asking.endpoint or self._headsets.endpoint.replace("{agent}", asking.by)
        self._desk.feed(e.EarAsked(asking.by, endpoint, asking.agent_id, asking.mode))

    async def _went(self, by: str, node: str, how: Spying | None) -> None:
        """The headset is at that node from now on, and nowhere else."""
        before = self._away.get(by)
        away = self._away[by] = Away(node, self._desk.now_ms())
        if by not in self._guests:
            self._dismiss(by)
        if before is not None and before.node != node:
            await self._send_off(by, before.node)
        if by not in self._pages and self._away.get(by) is away:
            del self._away[by]
            await self._send_off(by, node)
        elif how is not None:
            self._heard_of(by, away, how)

    async def _send_off(self, by: str, node: str) -> None:
        """Off that node's lines. Where it cannot be told, the lease ends it."""
        try:
            await asked(self._nodes, node, Leave(by, self._node))
        except DeskError as no:
            log.warning("the headset of %s leaves node %s when its lease ends: %s", by, node, no)

    async def unspy(self, by: str) -> None:
        away = self._away.pop(by, None)
        if away is not None:
            self._tell(by, OFF)
            await self._send_off(by, away.node)
        elif spying.ear_of(self._desk.engine.books, by) is None:
            raise DeskError(NO_EAR, "No está en la línea de nadie.")
        else:
            self._desk.feed(e.EarDismissed(by))

    # ── away from home ──────────────────────────────────────────────────────────────────────────────

    async def _renew(self, by: str, away: Away) -> None:
        """Say to the node where the headset is that the page is open, and hear how it is there."""
        try:
            how = (await asked(self._nodes, away.node, Still(by, self._node))).spying
            away.heard_ms = self._desk.now_ms()
        except DeskError as no:
            how = self._lost(away, no.code)
        if how is not None and self._away.get(by) is away:
            self._heard_of(by, away, how)

    def _lost(self, away: Away, code: str) -> Spying | None:
        """What is known of a headset of which its node tells nothing; None: not yet anything."""
        if code != NODE_DOWN:
            return OFF
        if self._desk.now_ms() - away.heard_ms < LEASE_MS:
            return None
        return Spying("", "", f"El nodo {away.node} no responde: la escucha terminó.")

    def _heard_of(self, by: str, away: Away, how: Spying) -> None:
        if how == away.told:
            return
        away.told = how
        if not how.agent_id:
            del self._away[by]
        self._tell(by, how)

    async def line(self, node: str, code: str) -> Registration:
        """What this usuario's page registers with at that node's Asterisk. Raises `DeskError`."""
        settings = self._headsets.settings
        if node == self._node:
            found = registration(settings, self._headsets.endpoint, code, self._desk.now_ms())
        elif node not in settings.nodes:
            raise DeskError("no_headset", f"El nodo {node} no está en [headset.nodes] de {self._node}: agréguelo ahí.")
        else:
            there = (await asked(self._nodes, node, Wear(code))).line
            found = from_abroad(settings, node, there) if there is not None else None
        if found is None:
            sentence = f"El nodo {node} no tiene audífono en el navegador, o su [headset] secret es otro que aquí."
            raise DeskError("no_headset", sentence)
        return found

    # ── guests ──────────────────────────────────────────────────────────────────────────────────────

    async def answer(self, question: Listen | Still | Leave | Wear) -> Told:
        """What another node asks about headsets. Raises `DeskError`."""
        match question:
            case Listen():
                return Told(spying=await self._take_in(question))
            case Still():
                return Told(spying=self._how_is(self._guest(question)))
            case Leave(by=by):
                self._guest(question)
                self._part(by)
                return Told()
            case Wear(code=code):
                settings, endpoint = self._headsets.settings, self._headsets.endpoint
                return Told(line=abroad(settings, endpoint, code, self._desk.now_ms()))

    async def _take_in(self, asking: Listen) -> Spying | None:
        try:
            await self._begin(asking)
        except BooksError as bad:
            log.error("a headset of node %s is not called: %s", asking.home, bad)
            raise DeskError("books_down", DOWN) from None
        guest = self._guests[asking.by] = Guest(asking.home, self._desk.now_ms())
        self._call(asking)
        return guest.told

    def _guest(self, question: Still | Leave) -> Guest:
        guest = self._guests.get(question.by)
        if guest is None or guest.home != question.home:
            raise DeskError(NO_EAR, f"{question.by} no está en la línea de nadie.")
        return guest

    def _how_is(self, guest: Guest) -> Spying | None:
        guest.heard_ms = self._desk.now_ms()
        return guest.told

    def _part_with_the_lost(self) -> None:
        """Guests whose page nobody vouches for any more are hung up."""
        due_ms = self._desk.now_ms() - LEASE_MS
        for by, guest in tuple(self._guests.items()):
            if guest.heard_ms <= due_ms:
                self._part(by)

    def _part(self, by: str) -> None:
        del self._guests[by]
        self._dismiss(by)

    # ── what the engine says ────────────────────────────────────────────────────────────────────────

    def tell_ear(self, command: c.TellEar) -> None:
        """To the supervisor's pages, to the agent where settings say so, and, when it is over, to the audit."""
        on = command.agent_id if command.mode else ""
        self._follow_ear(command.by, Spying(on, command.mode, WHY.get(command.why, "")), command.why)
        if self._headsets.settings.visible_to_agent and command.since_ms:
            self._desk.overheard(command.agent_id, Overheard(command.mode, self._name(command.by)))
        if not command.mode and command.since_ms:
            self._spawn(self._audit_end(command))

    def _follow_ear(self, by: str, how: Spying, why: str) -> None:
        """To home, where the supervisor is a guest; to their pages, unless the headset is elsewhere by now."""
        another = not how.agent_id and spying.ear_of(self._desk.engine.books, by) is not None
        if why == "other_agent" or another:
            return
        if by in self._guests:
            self._guests[by].told = how
        if by not in self._away:
            self._tell(by, how)

    async def _audit_end(self, command: c.TellEar) -> None:
        times = {"desde_ms": command.since_ms, "hasta_ms": self._desk.now_ms()}
        detail = {"llamadas": list(command.attempts), **times}
        act = Act(self._desk.now_ms(), command.by, "listened", command.agent_id, detail)
        try:
            await self._books.audit(act)
        except BooksError as bad:
            log.error("the end of a listening-in is not in the audit, its beginning is: %s (%s)", act, bad)
