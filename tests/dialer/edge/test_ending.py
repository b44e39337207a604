from __future__ import annotations

import asyncio

import pytest

from dialer.edge.ending import ended
from tests.reactor import run


async def _deaf(times: int) -> None:
    """Takes its cancellation for something else that many times, as a library in its way may."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if not times:
                raise
            times -= 1


def test_a_task_ends_even_where_a_library_loses_its_cancellation(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> list[bool]:
        tasks = [asyncio.create_task(_deaf(times), name=f"deaf-{times}") for times in (0, 1, 2)]
        await asyncio.sleep(0)
        await ended(*tasks)
        return [task.cancelled() for task in tasks]

    assert run(scene()) == [True, True, True]
    assert caplog.messages[0].startswith("the task deaf-")


def test_tasks_that_are_over_or_fail_are_ended_too() -> None:
    async def scene() -> None:
        over = asyncio.create_task(asyncio.sleep(0))
        await over
        await ended(over)
        await ended()

    run(scene())
