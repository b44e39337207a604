"""The flight recorder's files: written as they happen, pruned when old, replayed whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dialer import events as e
from dialer.edge.journal import JournalFile, prune, replay_file
from dialer.engine import Engine
from dialer.journal import JournalError
from tests.floors import TUESDAY_NOON, floor

DAY_S = 86_400


def some_day(folder: Path, run: str = "r1") -> JournalFile:
    """A journal of three events, not yet flushed."""
    file, engine = JournalFile(folder, "n1", run), Engine()
    for n, event in enumerate([e.EngineStarted("n1", run, floor()), e.PbxConnected(), e.Ticked()]):
        file.write(event, engine.handle(event, TUESDAY_NOON + n), TUESDAY_NOON + n)
    return file


def test_what_is_written_can_be_replayed(tmp_path: Path) -> None:
    file = some_day(tmp_path / "journal")
    file.close()
    steps = list(replay_file(file.path))
    assert [type(step.event).__name__ for step in steps] == ["EngineStarted", "PbxConnected", "Ticked"]
    assert all(step.same for step in steps)


def test_after_a_flush_another_process_sees_every_line(tmp_path: Path) -> None:
    file = some_day(tmp_path)
    file.flush()
    assert len(list(replay_file(file.path))) == 3
    file.close()


def test_a_crash_in_the_middle_of_a_line_costs_that_line_only(tmp_path: Path) -> None:
    file = some_day(tmp_path)
    file.close()
    file.path.write_bytes(file.path.read_bytes()[:-9])
    assert len(list(replay_file(file.path))) == 2


def test_each_start_has_a_file_of_its_own_and_never_writes_into_another(tmp_path: Path) -> None:
    first, second = some_day(tmp_path, "r1"), some_day(tmp_path, "r2")
    assert first.path != second.path
    with pytest.raises(FileExistsError):
        JournalFile(tmp_path, "n1", "r1")
    first.close()
    second.close()


def test_journals_older_than_what_is_kept_are_deleted_and_nothing_else(tmp_path: Path) -> None:
    now_s = 100 * DAY_S
    for name, age_days in (("old.jsonl", 31), ("young.jsonl", 29), ("edge.jsonl", 30), ("old.txt", 90)):
        path = tmp_path / name
        path.touch()
        os.utime(path, (now_s - age_days * DAY_S,) * 2)
    assert prune(tmp_path, 30, now_s) == [tmp_path / "old.jsonl"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["edge.jsonl", "old.txt", "young.jsonl"]


def test_a_file_that_is_no_journal_is_refused_and_one_that_is_not_there_says_so(tmp_path: Path) -> None:
    other = tmp_path / "notes.jsonl"
    other.write_text("not a journal\nat all\n")
    with pytest.raises(JournalError, match="line 1"):
        list(replay_file(other))
    with pytest.raises(FileNotFoundError):
        list(replay_file(tmp_path / "missing.jsonl"))
