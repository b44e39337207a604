"""A simulation beside the floor: one at a time, in a process of its own that the floor does not feel.

The process is handed its request on standard input, tells how far it is and its answer in JSON lines, makes itself
nice, and ends when its standard input does: it outlives neither a cancelled trial nor the node.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from dialer.edge.ending import ended
from dialer.records import TrialRunning

log = logging.getLogger(__name__)

LINE_MAX = 8 * 1024 * 1024
END_S = 5.0
FAILED = "La simulación terminó sin respuesta: vea el registro del nodo."


class Trial(msgspec.Struct):
    """`state`: running, done, refused (`detail` says why), failed, cancelled. `about`: what is simulated."""

    number: int
    by: str
    about: dict[str, Any]
    state: str = "running"
    days: int = 0
    of: int = 0
    detail: str = ""
    report: dict[str, Any] | None = None


class Trials:
    """One per node. `command`: the program that simulates."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._last = Trial(0, "", {}, "done")
        self._task: asyncio.Task[None] | None = None

    @property
    def last(self) -> Trial:
        return self._last

    async def begin(self, by: str, about: dict[str, Any], request: Mapping[str, Any]) -> Trial:
        """Raises `TrialRunning` while another one runs."""
        if self._last.state == "running":
            raise TrialRunning(f"{self._last.by} is trying a change on this node: one at a time")
        self._last = Trial(self._last.number + 1, by, about)
        self._task = asyncio.create_task(self._run(self._last, msgspec.json.encode(request)))
        return self._last

    async def cancel(self) -> None:
        """The one that runs, if any, and until its process is gone."""
        if self._task is not None:
            await ended(self._task)
        if self._last.state == "running":
            self._last.state = "cancelled"

    async def _run(self, trial: Trial, request: bytes) -> None:
        try:
            await self._simulated(trial, request)
        except (OSError, ValueError, msgspec.MsgspecError) as bad:
            log.error("a trial of %s ended without an answer: %s", trial.by, bad)
        if trial.state == "running":
            trial.state, trial.detail = "failed", FAILED

    async def _simulated(self, trial: Trial, request: bytes) -> None:
        process = await create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE, limit=LINE_MAX)
        try:
            await self._converse(trial, process, request)
        finally:
            await _gone(process)

    async def _converse(self, trial: Trial, process: Process, request: bytes) -> None:
        assert process.stdin is not None and process.stdout is not None, "both are pipes"
        process.stdin.write(request + b"\n")
        await process.stdin.drain()
        async for line in process.stdout:
            told = msgspec.json.decode(line)
            trial.days, trial.of = told.get("days", trial.days), told.get("of", trial.of)
            if "refused" in told:
                trial.detail, trial.state = told["refused"], "refused"
            if "report" in told:
                trial.report, trial.state = told["report"], "done"


async def _gone(process: Process) -> None:
    """It is only killed, never asked: there is nothing that it could leave half done."""
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), END_S)
