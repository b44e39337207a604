"""The floor's clock: wall time that never steps, shifted where a demo's calendar is its own."""

from __future__ import annotations

import time


class FloorClock:
    """Milliseconds since the Unix epoch. Read from the wall once, then carried by the monotonic clock.

    `start_ms`, when given, is what the clock says now: the rules are then judged by that calendar.
    """

    def __init__(self, start_ms: int | None = None) -> None:
        self._from_ms = start_ms if start_ms is not None else time.time_ns() // 1_000_000
        self._from_ns = time.monotonic_ns()

    def now_ms(self) -> int:
        return self._from_ms + (time.monotonic_ns() - self._from_ns) // 1_000_000
