"""One call for each free agent: nobody who answers finds nobody, save when an agent leaves meanwhile."""

from __future__ import annotations

from dialer.pacing.view import View


def calls_to_place(floor: View, now_ms: int) -> int:
    return max(0, floor.free - floor.in_flight - floor.waiting)
