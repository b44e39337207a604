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
from typing import Any

import msgspec
from starlette.websockets import WebSocket

from agents.desk import Desk, DeskError
from agents.edge.pipe import Close, Pipe
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

LEFT = Close(1000, "El ejecutivo salió.")
RETRY = Close(1013, "El discador no puede atender esta consola ahora.")
NO_SESSION = Close(4401, "La sesión no existe o venció: ingrese otra vez.")
NO_CALLS = Close(4403, "Este rol no recibe llamadas.")
REPLACED = Close(4409, "Se abrió otra consola de este ejecutivo.")


class Link:
    """One accepted WebSocket of one agent, from `run` to its return.

    `still_valid` asks again whether the session holds; it is asked before each `Ready`, so that an expired session
    takes no further call and yet can save the gestión in hand.
    """

    def __init__(
        self, socket: WebSocket, desk: Desk, usuario: Usuario, still_valid: Callable[[], Awaitable[bool]]
    ) -> None:
        self._desk = desk
        self._usuario = usuario
        self._still_valid = still_valid
        self._pipe: Pipe[ServerMessage] = Pipe(socket, self._text, OUTBOX_MAX)
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
            close = await self._pipe.carry(self._heard)
        finally:
            self._desk.disconnect(agent.code, self.send)
            self._pipe.abandon()
        if close is not None:
            await self._pipe.hang_up(close)

    async def _welcome(self) -> Welcome:
        agent, pauses = self._usuario, await self._desk.pauses(self._usuario.code)
        used = await self._desk.used(agent.code)
        now_ms, zone = self._desk.now_ms(), self._desk.zone
        return Welcome(agent.code, agent.name, agent.role, agent.carteras, now_ms, pauses, zone, used)

    def end(self, close: Close) -> None:
        """Close the link after what is already in the outbox."""
        self._pipe.end(close)

    def leave(self) -> None:
        """Log the agent out of the floor and close the link."""
        self._desk.logout(self._usuario.code)
        self.end(LEFT)

    # ── to the page ─────────────────────────────────────────────────────────────────────────────────

    def _send(self, message: ServerMessage) -> None:
        self._pipe.put(message)
        if isinstance(message, Problem) and message.code == "replaced":
            self.end(REPLACED)

    def _text(self, message: ServerMessage) -> str:
        if isinstance(message, CallShown):
            message = msgspec.structs.replace(message, card=card_for(self._usuario.role, message.card))
        return msgspec.json.encode(message).decode()

    # ── from the page ───────────────────────────────────────────────────────────────────────────────

    async def _heard(self, frame: str | bytes) -> None:
        await self._handle(hear(frame))

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
