"""One event loop for everything: uvloop under Twisted's asyncio reactor."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine to its end with Twisted's reactor turning on the same loop. Once in a process."""
    # Twisted keeps one reactor a process, and importing it elsewhere first would install another one.
    from twisted.internet import asyncioreactor

    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    from twisted.internet import reactor as installed

    reactor: Any = installed
    reactor.startRunning(installSignalHandlers=False)
    try:
        return loop.run_until_complete(main())
    finally:
        reactor.fireSystemEvent("shutdown")
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def on_signals(do: Callable[[], None], *signals: int) -> None:
    """Call `do` on the loop when one of `signals` (SIGINT and SIGTERM by default) comes."""
    loop = asyncio.get_running_loop()
    for number in signals or (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, do)
