"""`cintillo replay`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from dialer.edge.journal import replay_file


def replay_journal(file: Path, show_from: int, count: int) -> int:
    """Replay and report; exit status 1 at the first step that gave other commands than the recorded ones."""
    steps = commands = 0
    for step in replay_file(file):
        steps += 1
        commands += step.recorded.count(b'"type":')
        if show_from and show_from <= step.number < show_from + count:
            print(f"{step.number} {step.now_ms} {msgspec.json.encode(step.event).decode()}")
            print(f"    {step.replayed.decode()}")
        if not step.same:
            print(f"line {step.number}: the engine now answers otherwise than it did")
            print(f"  event:    {msgspec.json.encode(step.event).decode()}")
            print(f"  recorded: {step.recorded.decode()}")
            print(f"  replayed: {step.replayed.decode()}")
            return 1
    print(f"{file.name}: {steps} events, {commands} commands, the same byte for byte")
    return 0
