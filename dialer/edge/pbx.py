"""An AMI server over TCP with a pretend world behind it: what the demo dials through, and what tests connect to.

The world's virtual time is the clock it is given, one to one. Any number of clients may be connected; what they send
is contained: a message that makes no sense gets Asterisk's error, bytes that make no message are counted and dropped,
and a client that does not read what it is sent is let go.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from typing import cast

import msgspec

from dialer.ami_wire import Decoder, WireError, encode
from dialer.sim.ami_actions import GREETING, Manager
from dialer.sim.ami_forms import Out, Session
from dialer.sim.people import Dice
from dialer.sim.world import World

UNREAD_BYTES_MAX = 8 * 1024 * 1024


class Counters(msgspec.Struct):
    """What came in and what was wrong with it, over all connections of this server's life.

    `unsendable`: messages not sent because a client had put something into them that AMI cannot carry. `dropped`:
    clients let go because they did not read.
    """

    connections: int = 0
    actions: int = 0
    events: int = 0
    garbage: int = 0
    oversize: int = 0
    unsendable: int = 0
    dropped: int = 0


class PbxServer:
    """The pretend Asterisk on a port of 127.0.0.1 (or another `host`); port 0 takes a free one.

    `clock_ms` is the floor's clock. `dice` is for login challenges only; the world has its own.
    """

    def __init__(
        self,
        world: World,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        users: Mapping[str, str] | None = None,
        clock_ms: Callable[[], int],
        dice: Dice | None = None,
    ) -> None:
        started = (time.strftime("%Y-%m-%d"), time.strftime("%H:%M:%S"))
        self.manager = Manager(world, users or {"cintillo": "cintillo"}, dice or random.SystemRandom(), started)
        self.stats = Counters()
        self._world = world
        self._host = host
        self._port = port
        self._clock_ms = clock_ms
        self._clients: set[_Client] = set()
        self._empty = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._alarm: asyncio.TimerHandle | None = None

    async def start(self) -> int:
        """Listen, and return the port. Raises `OSError` when it cannot."""
        loop = asyncio.get_running_loop()
        self._empty.set()
        self._world.advance(self._clock_ms())
        self._server = await loop.create_server(lambda: _Client(self), self._host, self._port)
        self._set_alarm()
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and close every connection; the world stands still from here on."""
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None
        if self._server:
            self._server.close()
            self.drop_connections()
            await self._server.wait_closed()
            self._server = None
        await self._empty.wait()

    # ── faults, for tests ───────────────────────────────────────────────────────────────────────────

    def drop_connections(self) -> None:
        """Cut every connection at once, as a crashed Asterisk would. The calls go on."""
        for client in tuple(self._clients):
            client.transport.abort()

    def garbage(self, data: bytes) -> None:
        """Send these very bytes to every client."""
        for client in self._clients:
            client.transport.write(data)

    # ── called by the clients ───────────────────────────────────────────────────────────────────────

    def joined(self, client: _Client) -> None:
        self.stats.connections += 1
        self._clients.add(client)
        self._empty.clear()

    def left(self, client: _Client) -> None:
        self._clients.discard(client)
        if not self._clients:
            self._empty.set()

    def act(self, client: _Client, data: bytes) -> None:
        """Answer what a client has sent."""
        decoder = client.decoder
        garbage, oversize = decoder.garbage, decoder.oversize
        for message in decoder.feed(data):
            if client.session.closing:
                break
            self.stats.actions += 1
            self._send(self.manager.act(client.session, message, self._clock_ms()))
        self.stats.garbage += decoder.garbage - garbage
        self.stats.oversize += decoder.oversize - oversize
        if client.session.closing:
            client.transport.close()
        self._set_alarm()

    # ── time ────────────────────────────────────────────────────────────────────────────────────────

    def _set_alarm(self) -> None:
        """Wake up when the world's next step is due."""
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None
        due_ms = self._world.next_ms()
        if due_ms is not None and self._server is not None:
            delay_s = max(0, due_ms - self._clock_ms()) / 1000
            self._alarm = asyncio.get_running_loop().call_later(delay_s, self._wake)

    def _wake(self) -> None:
        self._send(self.manager.advance(self._clock_ms()))
        self._set_alarm()

    # ── sending ─────────────────────────────────────────────────────────────────────────────────────

    def _send(self, outs: list[Out]) -> None:
        for out in outs:
            try:
                data = encode(out.fields)
            except WireError:
                self.stats.unsendable += 1
                continue
            if out.to is None:
                self.stats.events += 1
            for client in tuple(self._clients):
                if client.session is out.to or (out.to is None and client.session.hears(out.privilege)):
                    self._write(client, data)

    def _write(self, client: _Client, data: bytes) -> None:
        if client.transport.is_closing():
            return
        if client.transport.get_write_buffer_size() > UNREAD_BYTES_MAX:
            self.stats.dropped += 1
            client.transport.abort()
        else:
            client.transport.write(data)


class _Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, server: PbxServer) -> None:
        self.server = server
        self.session = Session()
        self.decoder = Decoder()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.server.joined(self)
        self.transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        self.server.act(self, data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.server.left(self)
