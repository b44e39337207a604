"""The flight recorder's file: one for each start of the engine, old ones pruned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dialer import journal
from dialer.commands import Command
from dialer.events import Event

DAY_S = 86_400
BUFFER = 1 << 18


class JournalFile:
    """Append-only; lines wait in memory until `flush`, which the service calls twice a second and before it dies."""

    def __init__(self, folder: Path, node: str, run: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{node}-{run}.jsonl"
        self._file = self.path.open("xb", buffering=BUFFER)

    def write(self, event: Event, commands: Sequence[Command], now_ms: int) -> None:
        self._file.write(journal.line(event, commands, now_ms) + b"\n")

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def prune(folder: Path, keep_days: int, now_s: float) -> list[Path]:
    """Delete the journals last written more than `keep_days` ago; returns what was deleted."""
    old = [path for path in sorted(folder.glob("*.jsonl")) if path.stat().st_mtime < now_s - keep_days * DAY_S]
    for path in old:
        path.unlink()
    return old


def replay_file(path: Path) -> Iterator[journal.Step]:
    """Replay a journal file; raises `journal.JournalError`, or `OSError` when it cannot be read."""
    with path.open("rb") as lines:
        yield from journal.replay(lines)
