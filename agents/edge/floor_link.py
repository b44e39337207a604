"""The floor page's connection: the board once a second, and a supervisor's orders, each answered by its number.

The board is encoded once for all pages that are open, however many; after an order all of them see it at once. Close
codes, all of which end the link:

=====  ==========================================================================
1000   the supervisor logged out
1009   a message of more than a megabyte (from 64 kB on it is only refused)
1012   the server is restarting: come back
4401   no session, or it has expired or was closed: log in again
4403   this role does not see the floor
4413   the page does not read what it is sent: come back
=====  ==========================================================================
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from fastapi import APIRouter, FastAPI, WebSocket

from agents.access import Permission
from agents.desk import DeskError
from agents.edge.api import Door
from agents.edge.link import NO_SESSION
from agents.edge.pipe import Close, Pipe
from agents.hearing import hear_supervisor
from agents.messages import Pong
from agents.supervising import Board, Done, Order, Ping, Receive, Refusal, SupervisorHears
from agents.supervision import Supervision
from agents.usuario import Usuario

BOARD_S = 0.9
"""So that with its making and its way it is a second old at most."""
OUTBOX_MAX = 32
LEFT = Close(1000, "Salió del piso.")
NO_FLOOR = Close(4403, "Este rol no ve el piso.")

Said = SupervisorHears | str
"""A message, or a frame that is made already."""


class Room:
    """All open floor pages of this node, and the beat that shows them the board while there are any."""

    def __init__(self, supervision: Supervision) -> None:
        self.supervision = supervision
        self._links: set[FloorLink] = set()
        self._beating: asyncio.Task[None] | None = None

    def frame(self) -> str:
        return msgspec.json.encode(Board(self.supervision.board())).decode()

    def enter(self, link: FloorLink) -> None:
        self._links.add(link)
        if self._beating is None:
            self._beating = asyncio.create_task(self._beat(), name="board")

    def leave(self, link: FloorLink) -> None:
        self._links.discard(link)
        if not self._links and self._beating is not None:
            self._beating.cancel()
            self._beating = None

    def show(self) -> None:
        """The board as it is now, to every page."""
        frame = self.frame()
        for link in tuple(self._links):
            link.put(frame)

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + BOARD_S, loop.time())
            await asyncio.sleep(due - loop.time())
            self.show()


class FloorLink:
    """One accepted WebSocket of one floor page, from `run` to its return.

    `still_valid` asks again whether the session holds: before each thing that the page says.
    """

    def __init__(
        self, socket: WebSocket, room: Room, usuario: Usuario, still_valid: Callable[[], Awaitable[bool]]
    ) -> None:
        self._room, self._usuario, self._still_valid = room, usuario, still_valid
        self._pipe: Pipe[Said] = Pipe(socket, _text, OUTBOX_MAX)
        # One object for the link's whole life: the desk tells a supervisor's pages apart by it.
        self.put: Callable[[Said], None] = self._pipe.put

    async def run(self) -> None:
        """Carry messages until the page goes, the supervisor logs out or somebody closes the link."""
        supervision, code = self._room.supervision, self._usuario.code
        self._room.enter(self)
        supervision.enter(code, self.put)
        try:
            self.put(self._room.frame())
            close = await self._pipe.carry(self._heard)
        finally:
            supervision.leave(code, self.put)
            self._room.leave(self)
            self._pipe.abandon()
        if close is not None:
            await self._pipe.hang_up(close)

    def leave(self) -> None:
        self._pipe.end(LEFT)

    async def _heard(self, frame: str | bytes) -> None:
        if not await self._still_valid():
            self._pipe.end(NO_SESSION)
            return
        said = hear_supervisor(frame)
        match said:
            case Refusal():
                self.put(said)
            case Ping(n):
                self.put(Pong(n))
            case _:
                await self._order(said)

    async def _order(self, order: Order) -> None:
        try:
            if isinstance(order, Receive):
                self._room.supervision.receive(self._usuario, order, self.put)
            else:
                await self._room.supervision.order(self._usuario, order)
        except DeskError as no:
            self.put(Refusal(order.n, no.code, str(no)))
        else:
            self.put(Done(order.n))
            self._room.show()


def _text(said: Said) -> str:
    return said if isinstance(said, str) else msgspec.json.encode(said).decode()


# ── the address ─────────────────────────────────────────────────────────────────────────────────────

router = APIRouter()


@router.websocket("/ws/piso")
async def floor(socket: WebSocket) -> None:
    """The floor page (`agents.supervising`); the token comes as the console's does (`agents.edge.api`)."""
    door: Door = socket.app.state.door
    room: Room = socket.app.state.room
    see_floor = Permission.SEE_FLOOR
    await door.accept(socket, see_floor, NO_FLOOR, lambda usuario, holds: FloorLink(socket, room, usuario, holds))


def open_floor(app: FastAPI, supervision: Supervision) -> None:
    """Add the floor page's address to the door's app."""
    app.state.room = Room(supervision)
    app.include_router(router)
