"""The one writer of what the engine says: all that waits goes into one commit.

What cannot be written is of two kinds. An attempt whose record fails is reported at once, for its call is not placed
then; what might have been committed all the same is erased when the database is back. Everything else has happened in
the world already and is never lost: it is kept, in order, and tried again with a bounded back-off. A command that the
database refuses for good is found by writing its batch one by one, handed to `on_refused`, and the rest goes on.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from dialer.commands import Command, RecordAttempt
from dialer.edge.ending import ended
from dialer.records import BooksDown, BooksRefused

log = logging.getLogger(__name__)

BATCH_MAX = 1_000
BACK_OFF_S = (0.05, 2.0)
"""The first pause before trying again, doubled each time, and the longest one."""


class Books(Protocol):
    """Where a recorder writes: `Store`."""

    async def write(self, commands: Sequence[Command], node: str) -> None: ...

    async def forget(self, attempt_ids: Sequence[str]) -> None: ...


class Recorder:
    """Call `put` for each command of the store's, in the engine's order; the callbacks come on the event loop.

    `on_recorded(ids)`: these attempts' rows are committed. `on_failed(ids, reason)`: these could not be. `on_refused(
    command, reason)`: the database will never take this one; it is in the log too.
    """

    def __init__(
        self,
        books: Books,
        node: str,
        *,
        on_recorded: Callable[[tuple[str, ...]], None],
        on_failed: Callable[[tuple[str, ...], str], None],
        on_refused: Callable[[Command, str], None] = lambda command, reason: None,
        back_off_s: tuple[float, float] = BACK_OFF_S,
    ) -> None:
        self._books = books
        self._node = node
        self._on_recorded = on_recorded
        self._on_failed = on_failed
        self._on_refused = on_refused
        self._back_off_s = back_off_s
        self._waiting: deque[Command] = deque()
        self._in_doubt: list[str] = []
        self._something = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self.down = ""

    @property
    def backlog(self) -> int:
        """Commands put and not yet committed. `down` is the reason while the database cannot be reached, else ""."""
        return len(self._waiting)

    def put(self, command: Command) -> None:
        self._waiting.append(command)
        self._idle.clear()
        self._something.set()

    def start(self) -> asyncio.Task[None]:
        """Begin to write. The task ends only by `stop`, or by an error that is a fault of ours: watch it."""
        self._task = asyncio.create_task(self._run(), name="recorder")
        return self._task

    async def flush(self) -> None:
        """Wait until all that was put is committed (or failed)."""
        await self._idle.wait()

    async def stop(self, within_s: float = 10.0) -> int:
        """Write what waits, for at most `within_s`; how many commands were left unwritten."""
        if self._task is None:
            return self.backlog
        flushed = asyncio.create_task(self.flush())
        await asyncio.wait({flushed, self._task}, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        await ended(flushed, self._task)
        return self.backlog

    async def _run(self) -> None:
        pause_s = self._back_off_s[0]
        while True:
            await self._something.wait()
            try:
                await self._write_some()
            except BooksDown as bad:
                self._down(str(bad))
                await self._back_off(pause_s)
                pause_s = min(pause_s * 2, self._back_off_s[1])
            else:
                self._up()
                pause_s = self._back_off_s[0]

    def _up(self) -> None:
        if self.down:
            log.warning("the database is back; %d commands wait", self.backlog)
            self.down = ""
        if not self._waiting and not self._in_doubt:
            self._something.clear()
            self._idle.set()

    def _down(self, reason: str) -> None:
        if not self.down:
            log.error("%s; %d commands wait and will be written when it is back", reason, self.backlog)
        self.down = reason
        self._fail_attempts(self._waiting, reason)

    async def _back_off(self, pause_s: float) -> None:
        """Wait, failing at once the attempts that come meanwhile."""
        until = asyncio.get_running_loop().time() + pause_s
        while (left_s := until - asyncio.get_running_loop().time()) > 0:
            self._something.clear()
            try:
                async with asyncio.timeout(left_s):
                    await self._something.wait()
            except TimeoutError:
                break
            self._fail_attempts(self._waiting, self.down)
        self._something.set()

    def _fail_attempts(self, among: deque[Command], reason: str) -> None:
        failed = tuple(one.attempt_id for one in among if isinstance(one, RecordAttempt))
        if failed:
            self._waiting = deque(one for one in among if not isinstance(one, RecordAttempt))
            self._in_doubt.extend(failed)
            self._on_failed(failed, reason)

    async def _write_some(self) -> None:
        if self._in_doubt:
            await self._books.forget(self._in_doubt)
            self._in_doubt = []
        batch = [self._waiting[n] for n in range(min(BATCH_MAX, len(self._waiting)))]
        if not batch:
            return
        try:
            await self._books.write(batch, self._node)
        except BooksRefused:
            await self._write_one_by_one(len(batch))
        else:
            self._done(batch)

    async def _write_one_by_one(self, count: int) -> None:
        for _ in range(count):
            command = self._waiting[0]
            try:
                await self._books.write([command], self._node)
            except BooksRefused as bad:
                self._refuse(command, str(bad))
            else:
                self._done([command])

    def _done(self, batch: Sequence[Command]) -> None:
        for _ in batch:
            self._waiting.popleft()
        recorded = tuple(one.attempt_id for one in batch if isinstance(one, RecordAttempt))
        if recorded:
            self._on_recorded(recorded)

    def _refuse(self, command: Command, reason: str) -> None:
        self._waiting.popleft()
        log.error("the database refuses %s: %s", type(command).__name__, reason)
        if isinstance(command, RecordAttempt):
            self._on_failed((command.attempt_id,), reason)
        else:
            self._on_refused(command, reason)
