"""One console's connection: what the page says goes to the desk, what the desk says goes to the page.

The desk never waits for a page: its messages go into a bounded queue, and a page that does not keep up loses its
connection (it reconnects and is told the state afresh). Close codes, all of which end the link for good or ill:

=====  ==========================================================================
1000   the agent left (`Logout`)
1009   a message of more than a megabyte (from 64 kB on it is only refused)
1012   the server is restarting: come back
1013   the desk would not take this console now: come back
4401   no session, or it has expired or was closed: log in again
4403   this role takes no calls
4409   another console of the same agent took over
4413   the page does not read what it is sent: come back
=====  ==========================================================================
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NamedTuple

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from agents.desk import Desk, DeskError
from agents.hearing import hear
from agents.messages import (
    CallShown,
    ClientMessage,
    Dial,
    Draft,
    Gestion,
    Hand,
    Hangup,
    Hold,
    Logout,
    Pause,
    Ping,
    Pong,
    Problem,
    Ready,
    Registered,
    Resume,
    ServerMessage,
    Skip,
    Transfer,
    TransferBack,
    TransferDone,
    Welcome,
)
from agents.screen import card_for
from agents.usuario import Usuario

OUTBOX_MAX = 256
CLOSE_WAIT_S = 5.0


class Close(NamedTuple):
    """The end of a link: WebSocket close code and a sentence (at most 123 bytes)."""

    code: int
    reason: str


LEFT = Close(1000, "El ejecutivo salió.")
RETRY = Close(1013, "El discador no puede atender esta consola ahora.")
NO_SESSION = Close(4401, "La sesión no existe o venció: ingrese otra vez.")
NO_CALLS = Close(4403, "Este rol no recibe llamadas.")
REPLACED = Close(4409, "Se abrió otra consola de este ejecutivo.")
SLOW = Close(4413, "La consola no lee lo que se le envía.")


class Link:
    """One accepted WebSocket of one agent, from `run` to its return.

    `still_valid` asks again whether the session holds; it is asked before each `Ready`, so that an expired session
    takes no further call and yet can save the gestión in hand.
    """

    def __init__(
        self, socket: WebSocket, desk: Desk, usuario: Usuario, still_valid: Callable[[], Awaitable[bool]]
    ) -> None:
        self._socket = socket
        self._desk = desk
        self._usuario = usuario
        self._still_valid = still_valid
        self._outbox: asyncio.Queue[ServerMessage | Close] = asyncio.Queue(OUTBOX_MAX)
        self._cut: asyncio.Future[Close] = asyncio.get_running_loop().create_future()
        self._commits: set[asyncio.Task[None]] = set()
        self._drafts: dict[str, Draft] = {}
        self._drafting = False
        self._draft_trouble = ""
        # One object for the link's whole life: the desk tells an agent's consoles apart by it.
        self.send: Callable[[ServerMessage], None] = self._send

    async def run(self) -> None:
        """Carry messages until the page goes, the agent leaves or somebody closes the link."""
        agent = self._usuario
        try:
            self.send(await self._welcome())
            await self._connect()
            close = await self._carry()
        finally:
            self._desk.disconnect(agent.code, self.send)
            self._cut.cancel()
        if close is not None:
            await self._hang_up(close)

    async def _welcome(self) -> Welcome:
        agent, pauses = self._usuario, await self._desk.pauses(self._usuario.code)
        now_ms, zone = self._desk.now_ms(), self._desk.zone
        return Welcome(agent.code, agent.name, agent.role, agent.carteras, now_ms, pauses, zone)

    def end(self, close: Close) -> None:
        """Close the link after what is already in the outbox."""
        if self._cut.done():
            return
        try:
            self._outbox.put_nowait(close)
        except asyncio.QueueFull:
            self._cut.set_result(close)

    def leave(self) -> None:
        """Log the agent out of the floor and close the link."""
        self._desk.logout(self._usuario.code)
        self.end(LEFT)

    # ── to the page ─────────────────────────────────────────────────────────────────────────────────

    def _send(self, message: ServerMessage) -> None:
        if self._cut.done():
            return
        try:
            self._outbox.put_nowait(message)
        except asyncio.QueueFull:
            self._cut.set_result(SLOW)
        if isinstance(message, Problem) and message.code == "replaced":
            self.end(REPLACED)

    async def _write(self) -> Close | None:
        while True:
            item = await self._outbox.get()
            if isinstance(item, Close):
                return item
            await self._socket.send_text(msgspec.json.encode(self._seen(item)).decode())

    def _seen(self, message: ServerMessage) -> ServerMessage:
        if not isinstance(message, CallShown):
            return message
        return msgspec.structs.replace(message, card=card_for(self._usuario.role, message.card))

    # ── from the page ───────────────────────────────────────────────────────────────────────────────

    async def _read(self) -> Close | None:
        while True:
            event = await self._socket.receive()
            if event["type"] == "websocket.disconnect":
                return None
            text = event.get("text")
            await self._handle(hear(text if text is not None else event["bytes"]))

    async def _handle(self, said: ClientMessage | Problem) -> None:
        match said:
            case Problem():
                self.send(said)
            case Ping(n):
                self.send(Pong(n))
            case Gestion():
                self._drafts.pop(said.attempt_id, None)
                await self._commit(self._save(said))
            case Draft():
                self._drafts[said.attempt_id] = said
                if not self._drafting:
                    self._drafting = True
                    self._begin(self._keep_drafts())
            case Ready():
                await self._ready()
            case _:
                self._ask(lambda: self._do(said))

    async def _ready(self) -> None:
        if await self._still_valid():
            self._ask(lambda: self._desk.ready(self._usuario.code))
        else:
            self.send(Problem("session_expired", NO_SESSION.reason))
            self.end(NO_SESSION)

    def _ask(self, call: Callable[[], None]) -> None:
        try:
            call()
        except DeskError as no:
            self.send(Problem(no.code, str(no)))

    def _do(self, said: ClientMessage) -> None:
        agent_id = self._usuario.code
        match said:
            case Pause(reason):
                self._desk.pause(agent_id, reason)
            case Hand(up):
                self._desk.hand(agent_id, up=up)
            case Hangup():
                self._desk.hangup(agent_id)
            case Hold():
                self._desk.hold(agent_id)
            case Registered():
                self._desk.registered(agent_id)
            case Resume():
                self._desk.resume(agent_id)
            case Dial(caso_id):
                self._desk.dial(agent_id, caso_id)
            case Skip(caso_id, reason):
                self._desk.skip(agent_id, caso_id, reason)
            case Logout():
                self.leave()
            case _:
                self._transfer(said)

    def _transfer(self, said: ClientMessage) -> None:
        agent_id = self._usuario.code
        match said:
            case Transfer(to, attended):
                self._desk.transfer(agent_id, to, attended=attended)
            case TransferDone():
                self._desk.transfer_done(agent_id)
            case TransferBack():
                self._desk.transfer_back(agent_id)

    async def _commit(self, work: Coroutine[Any, Any, None]) -> None:
        await asyncio.shield(self._begin(work))

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A commit goes on to its end even when the page goes meanwhile; only its answer is lost then."""
        task = asyncio.create_task(work)
        self._commits.add(task)
        task.add_done_callback(self._commits.discard)
        return task

    async def _keep_drafts(self) -> None:
        """One at a time, of each call only the latest: a page that types faster than the disk writes waits for nobody,
        and what the agent asks for meanwhile is done at once."""
        try:
            while self._drafts:
                await self._keep(self._drafts.pop(next(iter(self._drafts))))
        finally:
            self._drafting = False

    async def _keep(self, draft: Draft) -> None:
        """The same trouble is told once: the page sends its draft again with the next letter."""
        try:
            drafted = await self._desk.draft(self._usuario.code, draft)
        except DeskError as no:
            if no.code != self._draft_trouble:
                self.send(Problem(no.code, str(no)))
            self._draft_trouble = no.code
        else:
            self._draft_trouble = ""
            if drafted is not None:
                self.send(drafted)

    async def _save(self, gestion: Gestion) -> None:
        try:
            saved = await self._desk.save_gestion(self._usuario.code, gestion)
        except DeskError as no:
            self.send(Problem(no.code, str(no)))
        else:
            self.send(saved)

    # ── the life of the link ────────────────────────────────────────────────────────────────────────

    async def _connect(self) -> None:
        try:
            await self._desk.connect(self._usuario.code, self._usuario.carteras, self.send)
        except DeskError as no:
            self.send(Problem(no.code, str(no)))
            self.end(RETRY)

    async def _carry(self) -> Close | None:
        """How the link is to be closed, or None when the page is gone already."""
        tasks = asyncio.create_task(self._write()), asyncio.create_task(self._read())
        first: set[asyncio.Future[Any]] = {*tasks, self._cut}
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ends = await _stop(*tasks)
        if self._cut.done():
            return self._cut.result()
        return next((end for end in ends if isinstance(end, Close)), None)

    async def _hang_up(self, close: Close) -> None:
        try:
            async with asyncio.timeout(CLOSE_WAIT_S):
                await self._socket.close(close.code, close.reason)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            # A page that does not read, or that went first, needs no farewell: the server drops the socket next.
            return


async def _stop(*tasks: asyncio.Task[Close | None]) -> list[Close | None]:
    """End the tasks and return what they came to; a fault of ours in one of them is raised, a page that went is not."""
    for task in tasks:
        task.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException) and not isinstance(end, WebSocketDisconnect | asyncio.CancelledError):
            raise end
    return [None if isinstance(end, BaseException) else end for end in ends]
