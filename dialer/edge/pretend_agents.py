"""Pretend ejecutivos: WebSocket clients of the agents' door, for the demo, the lab and load tests.

They speak the console's own protocol and nothing else, so what works for them works for the page. What they decide is
in `dialer.sim.agentes`; here is only how it gets over the wire.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from agents.agent import State
from agents.messages import (
    SERVER,
    CallShown,
    ClientMessage,
    Dial,
    Gestion,
    Hangup,
    Logout,
    Message,
    Pause,
    Pong,
    Problem,
    Ready,
    Saved,
    StateChanged,
    Welcome,
)
from dialer.edge.ending import ended
from dialer.sim.agentes import Behaviour, Talk, between, gestion, plain_gestion, walk

log = logging.getLogger(__name__)

OnHeadset = Callable[[str], Awaitable[None]]

BACK_OFF_S = (0.1, 5.0)
RESEND_S = 1.0
RESEND_SAME_MAX = 2
STILL_IN_CIERRE_S = 0.3
FREE = (State.DISPONIBLE, State.PAUSA)
RESTING = (State.PAUSA, State.CONECTANDO, State.DESCONECTADO)
FRAME_BYTES_MAX = 4_194_304
NO_SESSION, NO_CALLS, REPLACED = 4401, 4403, 4409


class Spec(NamedTuple):
    """One pretend ejecutivo's usuario and clave."""

    code: str
    clave: str


@dataclass
class Counters:
    """`calls` shown (each attempt once); `released`: those of them that ended before anybody spoke, so that no gestión
    was due; `gestiones` that the server said it saved, `by_code` by disposition; `problems` it answered; `reconnects`
    after the link dropped."""

    calls: int = 0
    released: int = 0
    gestiones: int = 0
    problems: int = 0
    reconnects: int = 0
    by_code: dict[str, int] = field(default_factory=dict)

    def add(self, other: Counters) -> None:
        self.calls += other.calls
        self.released += other.released
        self.gestiones += other.gestiones
        self.problems += other.problems
        self.reconnects += other.reconnects
        for code, count in other.by_code.items():
            self.by_code[code] = self.by_code.get(code, 0) + count


class CannotWork(Exception):
    """This ejecutivo cannot work here, and trying again will not help; the message says why."""


class Chores:
    """Tasks that end with whoever they belong to."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        task.add_done_callback(_report)

    def drop(self) -> None:
        for task in self.tasks:
            task.cancel()


class Conversation(Chores):
    """One call, from its card to its saved gestión."""

    def __init__(self, shown: CallShown) -> None:
        super().__init__()
        self.shown = shown
        self.over = asyncio.Event()
        self.talk = Talk()
        self.refusals = 0


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a pretend ejecutivo broke down", exc_info=task.exception())


class PretendAgent:
    """One ejecutivo. `url` is the door's ``http://host:port``; `client` may be shared by many of them.

    `on_headset(code)` is awaited once, after the first login and before the console opens: whoever attaches a
    telephone does it there, so that it is registered when the dialer calls it.
    """

    def __init__(
        self,
        url: str,
        code: str,
        clave: str,
        *,
        client: httpx.AsyncClient,
        seed: int = 0,
        behaviour: Behaviour | None = None,
        on_headset: OnHeadset | None = None,
    ) -> None:
        self.code = code
        self.counters = Counters()
        self.state = State.DESCONECTADO
        self.welcomed = asyncio.Event()
        self._url, self._clave, self._client = url.rstrip("/"), clave, client
        self._dice = random.Random(f"{seed}/{code}").random
        self._behaviour = behaviour or Behaviour()
        self._on_headset = on_headset
        self._token = ""
        self._socket: ClientConnection | None = None
        self._conversation: Conversation | None = None
        self._chores = Chores()
        self._seen: set[str] = set()
        # Sent and not answered yet, by attempt: a link may drop between the commit and its «guardado».
        self._due: dict[str, Gestion] = {}
        self._at_rest = asyncio.Event()
        self._stopping = False
        self._gone = False
        self._clock = (0, 0.0)
        self._shift_over = ""

    # ── coming and going ────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Work until `stop`, or until replaced by another console. Raises `CannotWork` when refused for good."""
        least_s, most_s = BACK_OFF_S
        wait_s, now_s = least_s, asyncio.get_running_loop().time
        while not self._gone:
            began_s = now_s()
            try:
                await self._shift()
            except (OSError, httpx.HTTPError, WebSocketException) as lost:
                log.info("pretend ejecutivo %s: no link (%s)", self.code, lost)
            if not self._gone:
                self.counters.reconnects += 1
                wait_s = least_s if now_s() - began_s > most_s else min(wait_s * 2, most_s)
                await asyncio.sleep(wait_s * (0.5 + self._dice()))

    async def stop(self, grace_s: float = 20.0) -> None:
        """Take no more calls, end the one in progress, save its gestión, log out.

        After `grace_s` leaves in any case; the server then keeps the gestión that is due for the next login.
        """
        self._stopping = True
        await self._say(Pause(self._shift_over))
        if self._conversation is not None and not self._conversation.over.is_set():
            await self._say(Hangup())
        self._settle()
        try:
            async with asyncio.timeout(grace_s):
                await self._at_rest.wait()
        except TimeoutError:
            log.warning("pretend ejecutivo %s leaves while %s", self.code, self.state)
        await self._leave()

    def _settle(self) -> None:
        """Note whether nothing is under way: no call in hand, and none that the floor may be about to give."""
        resting = self._socket is None or self.state in RESTING
        if self._conversation is None and not self._due and resting:
            self._at_rest.set()
        else:
            self._at_rest.clear()

    async def _leave(self) -> None:
        self._gone = True
        self._chores.drop()
        if self._conversation is not None:
            self._conversation.drop()
        await self._say(Logout())
        if self._socket is not None:
            await self._socket.close()
        if self._token:
            await self._logout()

    async def _logout(self) -> None:
        try:
            await self._client.post(f"{self._url}/api/logout", headers={"Authorization": f"Bearer {self._token}"})
        except httpx.HTTPError as gone:
            log.info("pretend ejecutivo %s: the server went before the logout (%s)", self.code, gone)
        self._token = ""

    async def _login(self) -> None:
        answer = await self._client.post(f"{self._url}/api/login", json={"usuario": self.code, "clave": self._clave})
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            await asyncio.sleep(float(answer.headers.get("retry-after", "1")))
        elif answer.status_code == httpx.codes.UNAUTHORIZED:
            raise CannotWork(f"{self.code} cannot log in: {answer.json()['detail']}")
        answer.raise_for_status()
        self._token = answer.json()["token"]

    async def _shift(self) -> None:
        """From login to the end of one link."""
        if not self._token:
            await self._login()
        if self._on_headset is not None:
            await self._on_headset(self.code)
            self._on_headset = None
        ws_url = "ws" + self._url.removeprefix("http") + "/ws"
        async with connect(
            ws_url,
            subprotocols=["cintillo.v1", f"token.{self._token}"],  # type: ignore[list-item]
            compression=None,
            max_size=FRAME_BYTES_MAX,
            proxy=None,
        ) as socket:
            await self._listen(socket)

    async def _listen(self, socket: ClientConnection) -> None:
        self._socket = socket
        try:
            async for frame in socket:
                await self._hear(SERVER.decode(frame))
        except ConnectionClosed as cut:
            log.info("pretend ejecutivo %s: link cut (%s)", self.code, cut)
        finally:
            self._socket = None
            self.welcomed.clear()
            self._settle()
        self._closed_with(socket.close_code)

    def _closed_with(self, code: int | None) -> None:
        if code == NO_SESSION:
            self._token = ""
        elif code == REPLACED:
            log.warning("pretend ejecutivo %s: another console took over; leaving", self.code)
            self._gone = True
            self._forget()
        elif code == NO_CALLS:
            raise CannotWork(f"{self.code} may not take calls: give it the role ejecutivo")

    async def _say(self, message: ClientMessage) -> None:
        """Send, or lose it with the link: the state that the server sends on the next one says what to do again."""
        if self._socket is None:
            return
        try:
            await self._socket.send(msgspec.json.encode(message).decode())
        except ConnectionClosed:
            log.debug("pretend ejecutivo %s: %s was lost with the link", self.code, type(message).__name__)

    # ── the floor's messages ────────────────────────────────────────────────────────────────────────

    async def _hear(self, said: Message) -> None:
        match said:
            case Welcome():
                await self._welcome(said)
            case StateChanged():
                await self._state_changed(said)
            case CallShown(preview=True):
                await self._say(Dial(said.card["caso_id"]))
            case CallShown():
                self._call_shown(said)
            case Saved():
                self._saved(said)
            case Problem():
                self._problem(said)
            case Pong():
                return

    async def _welcome(self, welcome: Welcome) -> None:
        self._clock = (welcome.now_ms, asyncio.get_running_loop().time())
        self._shift_over = next((one.reason for one in welcome.pauses), "")
        self.welcomed.set()
        for gestion_due in tuple(self._due.values()):
            await self._say(gestion_due)

    def _now_ms(self) -> int:
        """The floor's clock, as the last `Welcome` set it."""
        floor_ms, at_s = self._clock
        return floor_ms + round((asyncio.get_running_loop().time() - at_s) * 1000)

    async def _state_changed(self, changed: StateChanged) -> None:
        self.state = changed.state
        call = self._conversation
        if call is not None and changed.state is State.CIERRE:
            call.over.set()
        elif call is not None and changed.state in FREE and not call.over.is_set():
            self._release()
        if self._conversation is None:
            await self._between_calls(owes=bool(changed.attempt_id))
        self._settle()

    async def _between_calls(self, *, owes: bool) -> None:
        """«Siguiente» from a pause or a wrap-up in which nothing is owed; «pausa» at the end of the shift."""
        if self._stopping and self.state is State.DISPONIBLE:
            await self._say(Pause(self._shift_over))
        elif not self._stopping and (self.state is State.PAUSA or (self.state is State.CIERRE and not owes)):
            await self._say(Ready())

    def _forget(self) -> None:
        if self._conversation is not None:
            self._conversation.drop()
        self._conversation = None
        self._settle()

    def _call_shown(self, shown: CallShown) -> None:
        known = self._conversation
        if known is None or known.shown.attempt_id != shown.attempt_id:
            known = self._begin(shown)
        # The card comes after the voice: the call may be over by then, or may never have been joined.
        if shown.pending or self.state is State.CIERRE:
            known.over.set()
        elif self.state in FREE:
            self._release()

    def _begin(self, shown: CallShown) -> Conversation:
        self._forget()
        self.counters.calls += shown.attempt_id not in self._seen
        self._seen.add(shown.attempt_id)
        call = self._conversation = Conversation(shown)
        call.spawn(self._converse(call))
        self._settle()
        return call

    def _release(self) -> None:
        """The debtor went before the two were joined: no gestión is due for it."""
        self.counters.released += 1
        self._forget()

    def _saved(self, saved: Saved) -> None:
        recorded = self._due.pop(saved.attempt_id, None)
        if recorded is None:
            return
        self.counters.gestiones += 1
        self.counters.by_code[recorded.code] = self.counters.by_code.get(recorded.code, 0) + 1
        ended = self._conversation
        if ended is not None and ended.shown.attempt_id == saved.attempt_id:
            self._conversation = None
            self._chores.spawn(self._next_please())
        self._settle()

    def _problem(self, problem: Problem) -> None:
        self.counters.problems += 1
        log.info("pretend ejecutivo %s: %s: %s", self.code, problem.code, problem.detail)
        refused = self._conversation
        if refused is not None and refused.shown.attempt_id in self._due and not refused.tasks:
            refused.refusals += 1
            refused.spawn(self._resend(refused))

    # ── a call ──────────────────────────────────────────────────────────────────────────────────────

    async def _converse(self, call: Conversation) -> None:
        await self._read(call)
        if not call.over.is_set() and (self._stopping or self._dice() < self._behaviour.hangup_chance):
            await self._say(Hangup())
        await call.over.wait()
        await asyncio.sleep(between(self._behaviour.wrapup_ms, self._dice) / 1000)
        shown = call.shown
        await self._record(
            gestion(shown.attempt_id, shown.tree, shown.card, call.talk, self._now_ms(), self._behaviour, self._dice)
        )

    async def _record(self, recorded: Gestion) -> None:
        self._due[recorded.attempt_id] = recorded
        await self._say(recorded)

    async def _read(self, call: Conversation) -> None:
        """Go through the guion until it or the call is over."""
        for step in walk(call.shown.script, self._behaviour, self._dice):
            if call.over.is_set() or self._stopping:
                return
            call.talk = call.talk.after(step)
            try:
                async with asyncio.timeout(step.read_ms / 1000):
                    await call.over.wait()
            except TimeoutError:
                continue

    async def _resend(self, call: Conversation) -> None:
        """The desk did not take it, or the problem was about something older: the same again, then the simplest."""
        await asyncio.sleep(RESEND_S)
        same = self._due.get(call.shown.attempt_id)
        if same is None:
            return
        plain = plain_gestion(call.shown.attempt_id, call.shown.tree, call.talk)
        await self._record(plain if call.refusals > RESEND_SAME_MAX else same)

    async def _next_please(self) -> None:
        """«Siguiente», for carteras whose wrap-up does not end by itself."""
        await asyncio.sleep(STILL_IN_CIERRE_S)
        if self._conversation is None:
            await self._between_calls(owes=False)


class PretendAgents:
    """Several of them. After `start` they work by themselves until `stop`; `agents` tells their states."""

    def __init__(
        self,
        url: str,
        specs: Sequence[Spec],
        *,
        seed: int = 0,
        behaviour: Behaviour | None = None,
        on_headset: OnHeadset | None = None,
    ) -> None:
        self._client = httpx.AsyncClient(trust_env=False, timeout=30.0)
        self.agents = [
            PretendAgent(url, code, clave, client=self._client, seed=seed, behaviour=behaviour, on_headset=on_headset)
            for code, clave in specs
        ]
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def counters(self) -> Counters:
        """The sum over all agents, as of now."""
        total = Counters()
        for agent in self.agents:
            total.add(agent.counters)
        return total

    async def start(self, timeout_s: float = 60.0) -> None:
        """Bring them all up and return when each console is open.

        Raises `CannotWork` when one is refused, `TimeoutError` naming those that are not in after `timeout_s`.
        """
        self._tasks = [asyncio.create_task(agent.run(), name=f"pretend {agent.code}") for agent in self.agents]
        for task in self._tasks:
            task.add_done_callback(_report)
        everybody = asyncio.create_task(self._all_welcomed())
        try:
            await asyncio.wait({everybody, *self._tasks}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            self._raise_if_refused()
            if not everybody.done():
                out = ", ".join(agent.code for agent in self.agents if not agent.welcomed.is_set())
                raise TimeoutError(f"no console opened for {out} within {timeout_s:g} s; is the API at that address?")
        finally:
            everybody.cancel()

    async def _all_welcomed(self) -> None:
        for agent in self.agents:
            await agent.welcomed.wait()

    async def stop(self, grace_s: float = 20.0) -> None:
        """Each one finishes the call in hand and its gestión (for at most `grace_s`), and logs out."""
        await asyncio.gather(*(agent.stop(grace_s) for agent in self.agents))
        await ended(*self._tasks)
        await self._client.aclose()

    def _raise_if_refused(self) -> None:
        for task in self._tasks:
            if task.done():
                task.result()
