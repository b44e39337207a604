"""Asterisk Manager Interface on the wire, without I/O: bytes in, messages out, and back.

The peer sends one greeting line and then messages. A message is a run of ``Name: value`` lines ended by a blank line.
Names repeat (``Variable:``, and one ``Output:`` for each line of a command's answer), their case does not matter, and
values hold anything but a line end, colons included.

What arrives is somebody else's: `Decoder` never raises and never keeps more than `max_frame` bytes between two calls.
What we send is ours: `encode` refuses whatever would end a line early, because a newline inside a debtor's name must
never become a header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

GREETING: Final = b"Asterisk Call Manager/"
MAX_FRAME: Final = 256 * 1024

# Possessive (++), so that a long line without a colon costs one pass and not one for each of its characters.
_HEADER: Final = re.compile(r"^([^:\n]++): ?([^\n]*+)", re.MULTILINE)
_NAME: Final = re.compile(r"[!-9;-~]+")
_LINE_BREAKER: Final = re.compile(r"[\r\n\0\ud800-\udfff]")


class WireError(ValueError):
    """This message cannot be put on the wire; the sentence names the header and never its value."""


class Message(msgspec.Struct, frozen=True, gc=False):
    """One AMI message: its headers in order, repeated ones included."""

    items: tuple[tuple[str, str], ...]

    def get(self, key: str, default: str = "") -> str:
        """The first value under this name, spelled exactly so if there is one, else in any case; else `default`."""
        # A scan beats building an index: most messages are asked for one or two of their twenty headers.
        for name, value in self.items:
            if name == key:
                return value
        folded = key.casefold()
        for name, value in self.items:
            if name.casefold() == folded:
                return value
        return default

    def all(self, key: str) -> tuple[str, ...]:
        """Every value under this name (in any case), in the order of arrival."""
        folded = key.casefold()
        return tuple(value for name, value in self.items if name.casefold() == folded)


def encode(fields: Iterable[tuple[str, str]]) -> bytes:
    """One message as bytes, its closing blank line included.

    Names are printable ASCII without blanks or colon; values are any text without CR, LF and NUL. Raises `WireError`
    naming the header, and for a message without headers.
    """
    lines = [f"{_checked_name(name)}: {_checked_value(name, value)}\r\n" for name, value in fields]
    if not lines:
        raise WireError("an AMI message needs at least one header; this one has none")
    return "".join((*lines, "\r\n")).encode()


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise WireError(f"{name!r} cannot name an AMI header: use printable ASCII without blanks and without ':'")
    return name


def _checked_value(name: str, value: str) -> str:
    if _LINE_BREAKER.search(value):
        raise WireError(f"the value of AMI header {name!r} holds CR, LF, NUL or a lone surrogate; remove it first")
    return value


class Decoder:
    """Turns a stream of bytes, cut anywhere, into messages. The result does not depend on where it was cut.

    Lines end in CR LF or bare LF. One blank after the colon belongs to the line, any other to the value. Bytes that are
    not UTF-8 become U+FFFD: a lone surrogate would travel as far as the journal and fail there.

    - `greeting`: the peer's first line (``Asterisk Call Manager/11.0.0``), as soon as it is complete; else empty.
    - `garbage`: lines without ``Name:`` so far. They are dropped; the rest of their message is kept.
    - `oversize`: messages longer than `max_frame` bytes so far (line ends as LF, closing blank line included). They are
      skipped up to their blank line.
    """

    def __init__(self, max_frame: int = MAX_FRAME) -> None:
        if max_frame < 64:
            raise ValueError(f"max_frame={max_frame} is too small for the greeting; allow at least 64 bytes")
        self.greeting = ""
        self.garbage = 0
        self.oversize = 0
        self._max_body = max_frame - 2
        self._buffer = bytearray()
        self._scanned = 0
        self._held = b""
        self._fresh = True
        self._skipping = False

    @property
    def pending_bytes(self) -> int:
        """How much of an unfinished message is kept; never more than `max_frame`."""
        return len(self._buffer) + len(self._held)

    def feed(self, data: bytes) -> list[Message]:
        """Take what the socket gave and return the messages it completes."""
        self._append(data)
        if self._fresh:
            self._take_greeting()
        messages = self._messages(self._complete())
        self._bound()
        return messages

    def _append(self, data: bytes) -> None:
        """Line ends become LF; a CR at the very end waits for its LF."""
        data = self._held + data
        self._held = b""
        if data.endswith(b"\r"):
            data, self._held = data[:-1], b"\r"
        self._buffer += data.replace(b"\r\n", b"\n")

    def _take_greeting(self) -> None:
        """The greeting is the one line that no blank line follows."""
        start = bytes(self._buffer[: len(GREETING)])
        end = self._buffer.find(b"\n", 0, self._max_body)
        if start == GREETING and end >= 0:
            self.greeting = self._buffer[:end].decode("utf-8", "replace")
            del self._buffer[: end + 1]
            self._scanned = 0
        self._fresh = end < 0 and len(self._buffer) <= self._max_body and GREETING.startswith(start)

    def _complete(self) -> bytearray:
        """Cut off everything up to the last blank line."""
        end = self._buffer.rfind(b"\n\n", max(0, self._scanned - 1))
        if end < 0:
            return bytearray()
        block = self._buffer[:end]
        del self._buffer[: end + 2]
        if self._skipping:
            self._skipping = False
            _, _, block = block.partition(b"\n\n")
        return block

    def _messages(self, block: bytearray) -> list[Message]:
        messages = []
        for frame in block.split(b"\n\n"):
            body = frame.strip(b"\n")
            if len(body) > self._max_body:
                self.oversize += 1
            elif body:
                text = body.decode("utf-8", "replace")
                items = tuple(_HEADER.findall(text))
                self.garbage += text.count("\n") + 1 - len(items)
                if items:
                    messages.append(Message(items))
        return messages

    def _bound(self) -> None:
        """Let go of an unfinished message that is too long already, but for an LF that may be half of its end."""
        if not self._skipping and self._buffer.startswith(b"\n"):
            self._buffer = self._buffer.lstrip(b"\n")
        if len(self._buffer) > self._max_body + 1:
            self.oversize += not self._skipping
            self._skipping, self._fresh = True, False
        if self._skipping:
            del self._buffer[: len(self._buffer) - self._buffer.endswith(b"\n")]
        self._scanned = len(self._buffer)
