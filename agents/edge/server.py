"""uvicorn on the loop that already runs, started and stopped by us; signals stay with the composition root."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

PING_S = 10.0
# Bigger messages close the link with 1009; from 64 kB on they are refused with a sentence (agents.hearing).
FRAME_BYTES_MAX = 1_048_576
# A peer that acknowledges nothing for this long is gone: without it, a machine that sleeps with a full
# send buffer would keep its socket for ever, because the server's own pings wait behind that buffer.
PEER_SILENT_MS = 30_000
STOP_S = 3


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class ApiServer:
    """Serves one app. Start and stop it on the same loop, once."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port (a free one where `port` is 0).

        Raises `OSError` naming the address when it cannot be had.
        """
        listener = _listen(host, port)
        self._server = _Server(_config(self._app))
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]), name="api")
        ready = asyncio.create_task(self._server.ready.wait())
        await asyncio.wait({ready, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            ready.cancel()
            self._task.result()
        actual: int = listener.getsockname()[1]
        return actual

    async def stop(self) -> None:
        """Tell the consoles that the server restarts (1012), wait a little for what is under way, and close."""
        if self._server is None or self._task is None:
            return
        self._server.should_exit = True
        await self._task
        for connection in tuple(self._server.server_state.connections):
            connection.transport.abort()
        self._server = self._task = None


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="none",
        http="h11",
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws_max_size=FRAME_BYTES_MAX,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=STOP_S,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, PEER_SILENT_MS)
        listener.bind((host, port))
        listener.listen(1024)
        listener.setblocking(False)
    except OSError as taken:
        listener.close()
        sentence = f"the API cannot listen on {host}:{port} ({taken.strerror}); set another host or port under [api]"
        raise OSError(taken.errno, sentence) from taken
    return listener
