"""The flight recorder's lines: every event that entered the engine, when, and the commands that it gave.

A line is the JSON array ``[now_ms, event, [command, …]]``. Ids only, no personal data. A journal begins with
`EngineStarted`, so that an empty engine fed with its events gives its commands again, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from dialer.commands import Command
from dialer.engine import Engine
from dialer.events import AnyEvent, EngineStarted, Event

_ENCODER = msgspec.json.Encoder(order="deterministic")


class _Line(msgspec.Struct, frozen=True, array_like=True):
    now_ms: int
    event: AnyEvent
    commands: msgspec.Raw


_DECODER = msgspec.json.Decoder(_Line)


class JournalError(Exception):
    """The journal cannot be replayed; the message names the line and what is wrong with it."""


class Step(msgspec.Struct, frozen=True):
    """One line replayed. `same`: the engine gave exactly the recorded bytes again."""

    number: int
    now_ms: int
    event: Event
    recorded: bytes
    replayed: bytes

    @property
    def same(self) -> bool:
        return self.recorded == self.replayed


def line(event: Event, commands: Sequence[Command], now_ms: int) -> bytes:
    """One line, without its line feed."""
    return _ENCODER.encode((now_ms, event, commands))


def replay(lines: Iterable[bytes]) -> Iterator[Step]:
    """Feed a fresh engine with a journal, yielding each step.

    A last line that was cut (the process was killed while writing) is left out. Raises `JournalError` for any other
    line that is not one, and for a journal that does not begin with `EngineStarted`.
    """
    engine = Engine()
    for number, text, is_last in _numbered(lines):
        try:
            read = _DECODER.decode(text)
        except msgspec.MsgspecError as bad:
            if is_last:
                return
            raise JournalError(f"line {number} is not a journal line: {bad}") from None
        if number == 1 and not isinstance(read.event, EngineStarted):
            name = type(read.event).__name__
            raise JournalError(f"line 1 is {name}: a journal begins with EngineStarted; this one lacks its head")
        commands = engine.handle(read.event, read.now_ms)
        yield Step(number, read.now_ms, read.event, bytes(read.commands), _ENCODER.encode(commands))


def _numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Each line with its number, and whether it is the last one."""
    held: tuple[int, bytes] | None = None
    for number, text in enumerate(lines, start=1):
        if held:
            yield *held, False
        held = (number, text)
    if held:
        yield *held, True
