"""The end of tasks in the background; any edge may ask for it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

log = logging.getLogger(__name__)

AGAIN_S = 0.5


async def ended(*tasks: asyncio.Task[Any]) -> None:
    """Cancel the tasks and wait until each is over, whatever it came to.

    A cancellation may get lost on its way through a library (``asyncio.wait_for`` of Python 3.11 drops one that comes
    together with its result; an error while a connection is given back takes another one's place): a task that still
    runs after `AGAIN_S` is cancelled anew.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)
        for task in left:
            log.warning("the task %s goes on although it was cancelled; it is cancelled again", task.get_name())
