"""A fixed number of calls for each free agent, and progressive while the abandonment is at its limit."""

from __future__ import annotations

from dialer.pacing import progressive
from dialer.pacing.view import View


def calls_to_place(floor: View, now_ms: int) -> int:
    if floor.abandon_ratio >= floor.abandon_ratio_max:
        return progressive.calls_to_place(floor, now_ms)
    return max(0, int(floor.free * floor.ratio) - floor.in_flight - floor.waiting)
