"""One Twisted reactor for the whole test process, on an asyncio loop that tests run coroutines on.

A reactor cannot be started twice, so it is never `run`: it is marked as running once, and the loop below it is turned
by `run` as often as needed. Import this module before anything that imports ``twisted.internet.reactor``. The loop is
uvloop's, as in production; ``CINTILLO_TEST_LOOP=asyncio`` takes the standard one.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import uvloop
from twisted.internet import asyncioreactor

T = TypeVar("T")

loop: asyncio.AbstractEventLoop = (
    asyncio.new_event_loop() if os.environ.get("CINTILLO_TEST_LOOP") == "asyncio" else uvloop.new_event_loop()
)
asyncioreactor.install(loop)  # type: ignore[no-untyped-call]

from twisted.internet import reactor as _reactor  # noqa: E402

reactor: Any = _reactor
reactor.startRunning(installSignalHandlers=False)


def run(main: Coroutine[Any, Any, T], timeout_s: float = 60.0) -> T:
    """Run a coroutine to its end on the reactor's loop; `TimeoutError` after `timeout_s`."""
    return loop.run_until_complete(asyncio.wait_for(main, timeout_s))


async def until(condition: Callable[[], object], what: str, timeout_s: float = 30.0) -> None:
    """Let the loop turn until `condition()` is true; `AssertionError` naming `what` when it never becomes so."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {timeout_s} s in vain for: {what}"
        await asyncio.sleep(0.005)


@atexit.register
def _close() -> None:
    reactor.fireSystemEvent("shutdown")
    loop.close()
