"""What every WebSocket of the door has: a bounded outbox, a reader and a writer, and an end that is said as a code.

Nobody who has something to tell waits for a page: it goes into the outbox, and a page that does not keep up loses its
connection (it reconnects and is told the state afresh).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, NamedTuple, TypeVar

from starlette.websockets import WebSocket, WebSocketDisconnect

T = TypeVar("T")
CLOSE_WAIT_S = 5.0


class Close(NamedTuple):
    """The end of a link: WebSocket close code and a sentence (at most 123 bytes)."""

    code: int
    reason: str


SLOW = Close(4413, "La consola no lee lo que se le envía.")


class Pipe(Generic[T]):
    """One accepted WebSocket. `text` makes a frame of what is put; `most`: how much may wait for the page."""

    def __init__(self, socket: WebSocket, text: Callable[[T], str], most: int) -> None:
        self._socket, self._text = socket, text
        self._outbox: asyncio.Queue[T | Close] = asyncio.Queue(most)
        self._cut: asyncio.Future[Close] = asyncio.get_running_loop().create_future()

    def put(self, message: T) -> None:
        """Tell the page; never blocks."""
        if self._cut.done():
            return
        try:
            self._outbox.put_nowait(message)
        except asyncio.QueueFull:
            self._cut.set_result(SLOW)

    def end(self, close: Close) -> None:
        """Close the link after what is already in the outbox."""
        if self._cut.done():
            return
        try:
            self._outbox.put_nowait(close)
        except asyncio.QueueFull:
            self._cut.set_result(close)

    def abandon(self) -> None:
        """Nothing more is put."""
        self._cut.cancel()

    async def carry(self, heard: Callable[[str | bytes], Coroutine[Any, Any, None]]) -> Close | None:
        """Write what is put and hand on what the page says, to the end.

        How the link is to be closed, or None when the page is gone already.
        """
        tasks = asyncio.create_task(self._write()), asyncio.create_task(self._read(heard))
        first: set[asyncio.Future[Any]] = {*tasks, self._cut}
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ends = await _stop(*tasks)
        if self._cut.done():
            return self._cut.result()
        return next((end for end in ends if isinstance(end, Close)), None)

    async def _write(self) -> Close | None:
        while True:
            item = await self._outbox.get()
            if isinstance(item, Close):
                return item
            await self._socket.send_text(self._text(item))

    async def _read(self, heard: Callable[[str | bytes], Coroutine[Any, Any, None]]) -> Close | None:
        while True:
            event = await self._socket.receive()
            if event["type"] == "websocket.disconnect":
                return None
            text = event.get("text")
            await heard(text if text is not None else event["bytes"])

    async def hang_up(self, close: Close) -> None:
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
