"""Free ports on the loopback."""

from __future__ import annotations

import random
import socket

from dialer.edge.lab.root import LabError

LOOPBACK = "127.0.0.1"
# An address of nobody (RFC 5737): what is on the way there is the machine's own way out.
NOWHERE = ("203.0.113.1", 9)
# Below the range from which the kernel itself takes ports for outgoing connections.
LOWEST, HIGHEST = 10_000, 32_000


def free_tcp() -> int:
    """A TCP port that nobody has now."""
    return _free(1, socket.SOCK_STREAM)


def free_udp(count: int = 1) -> int:
    """The first of `count` consecutive UDP ports that nobody has now; even, as RTP wants it."""
    return _free(count, socket.SOCK_DGRAM)


def outer_address() -> str:
    """The machine's address towards others, asked without sending anything; the loopback where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        try:
            out.connect(NOWHERE)
        except OSError:
            return LOOPBACK
        return str(out.getsockname()[0])


def _free(count: int, kind: socket.SocketKind) -> int:
    for _ in range(200):
        low = 2 * random.randrange(LOWEST // 2, (HIGHEST - count) // 2)
        if all(_is_free(port, kind) for port in range(low, low + count)):
            return low
    raise LabError(f"no {count} consecutive free ports on {LOOPBACK}: is another lab running, with many calls?")


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
