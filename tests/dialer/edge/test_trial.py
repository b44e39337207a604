"""A simulation in a process beside the floor: its answer, its end, and that it outlives nobody."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from dialer.edge.trial import Trials
from dialer.records import TrialRunning
from tests.servers import soon

TALKS = """
import json, sys
asked = json.loads(sys.stdin.readline())
print(json.dumps({"days": 1, "of": 2}), flush=True)
print(json.dumps({asked["word"]: asked["said"]}), flush=True)
"""
HANGS = """
import os, pathlib, sys
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
sys.stdin.read()
"""
DIES = "raise SystemExit(3)"


def script(folder: Path, text: str) -> tuple[str, ...]:
    file = folder / "program.py"
    file.write_text(text, "utf-8")
    return sys.executable, str(file), str(folder / "pid")


def scene(story: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await story()

    asyncio.run(main())


def test_the_answer_comes_with_how_far_it_was(tmp_path: Path) -> None:
    async def story() -> None:
        trials = Trials(script(tmp_path, TALKS))
        trial = await trials.begin("jefe", {"agents": 3}, {"word": "report", "said": {"x": "ñ" * 100_000}})
        await soon(lambda: trial.state != "running", "done")
        assert (trial.state, trial.days, trial.of, trial.about) == ("done", 1, 2, {"agents": 3})
        assert trial.report == {"x": "ñ" * 100_000}
        again = await trials.begin("jefe", {}, {"word": "refused", "said": "no hay gente"})
        await soon(lambda: again.state != "running", "refused")
        assert (again.number, again.state, again.detail) == (2, "refused", "no hay gente")

    scene(story)


def test_a_cancelled_one_is_gone_at_once_and_the_next_may_begin(tmp_path: Path) -> None:
    async def story() -> None:
        trials = Trials(script(tmp_path, HANGS))
        trial = await trials.begin("jefe", {}, {})
        await soon(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "", "running")
        with pytest.raises(TrialRunning, match="jefe"):
            await trials.begin("otro", {}, {})
        await trials.cancel()
        assert trial.state == "cancelled"
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "pid").read_text()), 0)
        assert (await trials.begin("otro", {}, {})).number == 2
        await trials.cancel()

    scene(story)


def test_one_that_dies_or_cannot_start_is_a_failure_and_no_riddle(tmp_path: Path) -> None:
    async def story() -> None:
        for command in (script(tmp_path, DIES), (str(tmp_path / "nothing"),)):
            trials = Trials(command)
            trial = await trials.begin("jefe", {}, {})
            await soon(lambda trial=trial: trial.state != "running", "over")
            assert trial.state == "failed"
            assert "registro" in trial.detail

    scene(story)
