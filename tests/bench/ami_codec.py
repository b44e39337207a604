"""Our AMI decoder beside two others on the same recorded bytes: `python -m tests.bench.ami_codec`.

Each reads the recordings of tests/ami, repeated to about 2 MB and cut into 64 kB pieces as a socket gives them, and
makes one object with all headers of each message. Medians of seven runs, taken in turns.
"""

from __future__ import annotations

import logging
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from asterisk.ami import AMIClient
from asterisk.ami.event import Event
from asterisk.ami.response import Response
from panoramisk.ami_protocol import AMIProtocol

from dialer.ami_wire import Decoder

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
SIZE = 2_000_000
PIECE = 65_536
RUNS = 7


def recording() -> bytes:
    """About 2 MB of what a real Asterisk 22 said."""
    files = sorted((Path(__file__).parents[1] / "ami").glob("*.txt"))
    once = b"".join(path.read_bytes().partition(b"\r\n")[2] for path in files)
    return GREETING + once * (SIZE // len(once) + 1)


def ours(data: bytes) -> int:
    decoder = Decoder()
    return sum(len(decoder.feed(data[at : at + PIECE])) for at in range(0, len(data), PIECE))


class _Pieces:
    """A socket whose bytes are all there already."""

    def __init__(self, data: bytes) -> None:
        self.rest = [data[at : at + PIECE] for at in range(0, len(data), PIECE)][::-1]

    def recv(self, _: int) -> bytes:
        return self.rest.pop() if self.rest else b""

    def close(self) -> None:
        """`AMIClient.listen` closes its socket at the end."""


def asterisk_ami(data: bytes) -> int:
    """asterisk-ami's own reading loop, without its thread."""
    seen: list[Event | Response] = []
    client = AMIClient()
    client.finished = threading.Event()
    client._socket = _Pieces(data)
    client.add_listener(
        on_event=lambda event, **_: seen.append(event), on_response=lambda response, **_: seen.append(response)
    )
    # Its loop ends at "Goodbye"; the recordings hold one after each call.
    client.fire_recv_reponse = lambda response: client._fire_on_response(response=response)
    client.listen()
    return len(seen)


def panoramisk(data: bytes) -> int:
    """panoramisk's protocol class, its dispatch left out."""
    seen: list[Any] = []
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.handle_message = seen.append
    for at in range(0, len(data), PIECE):
        protocol.data_received(data[at : at + PIECE])
    return len(seen)


READERS: dict[str, Callable[[bytes], int]] = {"cintillo": ours, "asterisk-ami": asterisk_ami, "panoramisk": panoramisk}


def run() -> list[dict[str, Any]]:
    """One row for each reader: its messages a second, and how many times its speed ours is (median of the runs)."""
    logging.getLogger("panoramisk.ami_protocol").setLevel(logging.WARNING)
    data = recording()
    rates: dict[str, list[float]] = {name: [] for name in READERS}
    counts: dict[str, int] = {}
    for _ in range(RUNS):
        for name, read in READERS.items():
            began = time.perf_counter()
            counts[name] = read(data)
            rates[name].append(counts[name] / (time.perf_counter() - began))
    return [
        {
            "bench": "ami_codec",
            "reader": name,
            "messages": counts[name],
            "messages_per_s": round(statistics.median(rates[name])),
            "cintillo_times_as_fast": round(
                statistics.median(a / b for a, b in zip(rates["cintillo"], rates[name], strict=True)), 2
            ),
        }
        for name in READERS
    ]


def main() -> None:
    for row in run():
        print(
            f"{row['reader']:14} {row['messages']:8,} messages {row['messages_per_s']:10,}/s"
            f"   cintillo is {row['cintillo_times_as_fast']:.2f}x as fast"
        )


if __name__ == "__main__":
    main()
