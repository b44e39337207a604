"""The supervisors' side of a node: their orders become events, the board is that of all nodes, and all is audited.

It fulfils `agents.supervision.Supervision` for the door. What is asked is written to the audit first and done after: an
order that cannot be recorded is not carried out. An order on an agent of another node goes there by `ports.Nodes`; a
cartera that is stopped is a row in the database, which every node reads once a second.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from agents.desk import DeskError
from agents.headset import Registration
from agents.supervising import (
    ForceLogout,
    ForcePause,
    Hold,
    LowerHand,
    Move,
    Order,
    Receive,
    Release,
    Say,
    Spy,
    SupervisorSays,
    Unspy,
)
from agents.supervision import Act, Held, Tell, among, may
from agents.usuario import Usuario
from dialer import events as e
from dialer import ports
from dialer.edge.desk import AgentsDesk
from dialer.edge.desk_handover import Handovers
from dialer.edge.desk_listening import DOWN, Ears, Headsets
from dialer.edge.desk_others import Asked, Question, Told, asked
from dialer.edge.ending import ended
from dialer.records import BooksError, QueueDown

log = logging.getLogger(__name__)

NODES_S = 0.5
HELD_S = 1.0
NAMES_S = 30.0
GONE = "desconectado"


class Floors(Protocol):
    """`metrics.floors.Floors`."""

    def hear(self, node: str, snapshot: Mapping[str, Any], now_ms: int) -> None: ...

    def joined(self, own: Mapping[str, Any], now_ms: int) -> dict[str, Any]: ...


class Around(Protocol):
    """The edges that it works with, beside the desk's own."""

    @property
    def clock(self) -> ports.Clock: ...

    @property
    def witness(self) -> ports.Witness: ...


class FloorDesk:
    """One node's. `start` it once the service runs; `answer` is what other nodes ask."""

    def __init__(
        self,
        desk: AgentsDesk,
        around: Around,
        books: ports.Piso,
        nodes: ports.Nodes,
        floors: Floors,
        headsets: Headsets,
    ) -> None:
        self._desk, self._, self._books, self._nodes, self._floors = desk, around, books, nodes, floors
        self._ears = Ears(desk, books, nodes, headsets, self._name)
        self._handovers = Handovers(desk, books, headsets.endpoint, self._name)
        desk.receivers.elsewhere = self._ears.is_away
        self._names: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._alone = ""

    # ── life ────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        for beat in (self._meet(), self._follow_holds(), self._follow_names(), self._ears.follow()):
            self._spawn(beat)

    async def stop(self) -> None:
        """What is on its way into the audit arrives there."""
        await ended(*self._tasks)
        await self._ears.stop()
        await self._handovers.stop()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.critical("the supervisors' side failed", exc_info=task.exception())

    # ── the board ───────────────────────────────────────────────────────────────────────────────────

    def board(self) -> dict[str, Any]:
        board = self._floors.joined(self._desk.floor(), self._desk.now_ms())
        for agent in board["agents"]:
            agent["name"] = self._name(agent["agent_id"])
        for row in board["carteras"].values():
            if row["held"]:
                row["held"] = {**row["held"], "by": self._name(row["held"]["by"])}
        return {**board, "pauses": self._desk.spent({})}

    def _name(self, code: str) -> str:
        return self._names.get(code, code)

    async def _meet(self) -> None:
        """Tell the other nodes how it is here, and hear how it is there."""
        while True:
            try:
                await self._nodes.publish(msgspec.json.encode(self._desk.floor()))
                for node, told in (await self._nodes.snapshots()).items():
                    self._floors.hear(node, msgspec.json.decode(told), self._desk.now_ms())
                self._alone = ""
            except QueueDown as bad:
                if str(bad) != self._alone:
                    log.warning("the other nodes are not heard: %s", bad)
                self._alone = str(bad)
            await asyncio.sleep(NODES_S)

    async def learn_names(self) -> None:
        self._names = {one.code: one.name for one in await self._books.usuarios()}

    async def _follow_names(self) -> None:
        while True:
            try:
                await self.learn_names()
            except BooksError as bad:
                log.warning("the people's names are not known anew: %s", bad)
            await asyncio.sleep(NAMES_S)

    def _agent(self, agent_id: str) -> Mapping[str, Any]:
        found = self._row(agent_id)
        if found is None or found["state"] == GONE:
            raise DeskError("not_here", f"{agent_id} no está en el piso.")
        return found

    def _row(self, agent_id: str) -> Mapping[str, Any] | None:
        agents: list[Mapping[str, Any]] = self.board()["agents"]
        return next((one for one in agents if one["agent_id"] == agent_id), None)

    # ── orders ──────────────────────────────────────────────────────────────────────────────────────

    async def order(self, usuario: Usuario, order: Order) -> None:
        may(usuario, order)
        try:
            match order:
                case Spy():
                    await self._spy(usuario, order)
                case Unspy():
                    await self._ears.unspy(usuario.code)
                case Hold() | Release():
                    await self._hold(usuario, order)
                case Move():
                    await self._move(usuario, order)
                case Say():
                    await self._say(usuario, order)
                case ForcePause() | ForceLogout() | LowerHand():
                    await self._on_agent(usuario, order)
        except BooksError as bad:
            log.error("an order of %s is not carried out: %s", usuario.code, bad)
            raise DeskError("books_down", DOWN) from None

    def _act(self, by: str, act: str, on: str = "", **detail: Any) -> Act:
        return Act(self._desk.now_ms(), by, act, on, detail)

    async def _on_agent(self, usuario: Usuario, order: ForcePause | ForceLogout | LowerHand) -> None:
        agent = self._agent(order.agent_id)
        among(usuario, agent["carteras"], every=False)
        reason = order.reason if isinstance(order, ForcePause) else ""
        if reason:
            self._desk.known_pause(reason)
        name = str(order.__struct_config__.tag)
        await self._books.audit(self._act(usuario.code, name, order.agent_id, motivo=reason))
        await self._at(agent["node"], usuario.code, order)

    async def _move(self, usuario: Usuario, order: Move) -> None:
        known = self._desk.floor_settings.carteras
        strange = [one for one in order.carteras if one not in known]
        if strange or not order.carteras:
            raise DeskError("no_such_cartera", f"Elija entre: {', '.join(known)}.")
        moved = await self._books.usuario(order.agent_id)
        if moved is None:
            raise DeskError("no_such_agent", f"No hay un ejecutivo {order.agent_id}.")
        among(usuario, order.carteras, every=True)
        among(usuario, moved.carteras, every=False)
        before, now = list(moved.carteras), list(order.carteras)
        act = self._act(usuario.code, "move", order.agent_id, antes=before, ahora=now)
        await self._books.move_usuario(order.agent_id, order.carteras, act)
        here = self._row(order.agent_id)
        if here is not None and here["state"] != GONE:
            await self._at(here["node"], usuario.code, order)

    async def _say(self, usuario: Usuario, order: Say) -> None:
        if not order.text.strip():
            raise DeskError("empty", "El mensaje está vacío.")
        nodes = [one["node"] for one in self.board()["nodes"] if not one["silent"]]
        if order.agent_id:
            agent = self._agent(order.agent_id)
            among(usuario, agent["carteras"], every=False)
            nodes = [agent["node"]]
        elif order.cartera:
            among(usuario, [order.cartera], every=True)
        elif usuario.carteras:
            raise DeskError("foreign_cartera", f"Elija una de sus carteras: {', '.join(usuario.carteras)}.")
        to = order.agent_id or order.cartera or "todos"
        await self._books.audit(self._act(usuario.code, "say", to))
        if not sum([await self._at(node, usuario.code, order) for node in nodes]):
            raise DeskError("nobody", f"Nadie lo recibió: {to} no tiene consolas abiertas.")

    async def _hold(self, usuario: Usuario, order: Hold | Release) -> None:
        cartera = order.cartera
        if cartera not in self._desk.floor_settings.carteras:
            raise DeskError("no_such_cartera", f"No hay una cartera {cartera}.")
        among(usuario, [cartera], every=True)
        if isinstance(order, Hold):
            act = self._act(usuario.code, "hold_cartera", cartera, motivo=order.reason)
            await self._books.hold_cartera(cartera, Held(usuario.code, act.at_ms, order.reason), act)
        else:
            await self._books.release_cartera(cartera, self._act(usuario.code, "release_cartera", cartera))
        await self.take_holds()

    # ── here and on other nodes ─────────────────────────────────────────────────────────────────────

    async def _at(self, node: str, by: str, order: SupervisorSays) -> int:
        """Carry an order out where the agent is; how many consoles it reached."""
        if node == self._desk.floor()["node"]:
            return self._carry_out(by, order)
        return (await asked(self._nodes, node, Question(by, order))).count

    async def answer(self, question: bytes) -> bytes:
        """What another node asks of this one. A question that makes no sense is answered too."""
        try:
            told = await self._answer(msgspec.json.decode(question, type=Asked))
        except DeskError as no:
            told = Told(no.code, str(no))
        except msgspec.MsgspecError as bad:
            told = Told("nonsense", f"El nodo no entiende la orden; quizás es de otra versión ({bad}).")
        return msgspec.json.encode(told)

    async def _answer(self, question: Asked) -> Told:
        if isinstance(question, Question):
            return Told(count=self._carry_out(question.by, question.order))
        return await self._ears.answer(question)

    def _carry_out(self, by: str, order: SupervisorSays) -> int:
        name = self._name(by)
        match order:
            case ForcePause(agent_id=agent_id, reason=reason):
                self._desk.pause(agent_id, reason)
                return self._desk.say(name, "Pasa a pausa cuando termine lo que está haciendo.", agent_id)
            case ForceLogout(agent_id=agent_id):
                told = self._desk.say(name, "Sale del piso cuando termine la llamada, si hay una.", agent_id)
                self._desk.logout(agent_id)
                return told
            case LowerHand(agent_id=agent_id):
                self._desk.hand(agent_id, up=False)
            case Move(agent_id=agent_id, carteras=carteras):
                self._desk.feed(e.AgentMoved(agent_id, carteras, by))
                return self._desk.say(name, f"Desde la próxima llamada trabaja en: {', '.join(carteras)}.", agent_id)
            case Say():
                return self._desk.say(name, order.text, order.agent_id, order.cartera)
        return 0

    # ── carteras that are held ──────────────────────────────────────────────────────────────────────

    async def _follow_holds(self) -> None:
        while True:
            try:
                await self.take_holds()
            except BooksError as bad:
                log.warning("which carteras are held is not known anew: %s", bad)
            await asyncio.sleep(HELD_S)

    async def take_holds(self) -> None:
        """Bring the engine in line with the database, whichever node wrote it."""
        held = await self._books.held_carteras()
        for name, book in self._desk.engine.books.carteras.items():
            now = held.get(name)
            if now is not None and not book.held:
                self._desk.feed(e.CarteraHeld(name, now.by, now.at_ms))
            elif now is None and book.held:
                self._desk.feed(e.CarteraReleased(name, ""))
            if now is not None:
                self._.witness.set_held(name, msgspec.structs.asdict(now))

    # ── listening in ────────────────────────────────────────────────────────────────────────────────

    async def _spy(self, usuario: Usuario, order: Spy) -> None:
        agent = self._agent(order.agent_id)
        among(usuario, agent["carteras"], every=False)
        await self._ears.spy(usuario, order, agent["node"])

    def enter(self, by: str, tell: Tell) -> None:
        self._ears.enter(by, tell)
        self._handovers.enter(by, tell)

    def leave(self, by: str, tell: Tell) -> None:
        self._ears.leave(by, tell)
        self._handovers.leave(by, tell)

    def receive(self, usuario: Usuario, order: Receive, tell: Tell) -> None:
        may(usuario, order)
        self._handovers.receive(usuario, tell, on=order.on)

    async def line(self, node: str, code: str) -> Registration:
        """What this usuario's page registers with at another node's Asterisk. Raises `DeskError`."""
        return await self._ears.line(node, code)

    # ── the audit ───────────────────────────────────────────────────────────────────────────────────

    async def audits(self, limit: int) -> Sequence[Act]:
        try:
            return await self._books.audits(limit)
        except BooksError as bad:
            log.error("the audit cannot be read: %s", bad)
            raise DeskError("books_down", "La base de datos no responde: espere un momento.") from None
