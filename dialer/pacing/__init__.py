"""How many calls to place: one file per strategy, all with the same signature.

A strategy is a pure function ``calls_to_place(floor: View, now_ms: int) -> int``. It asks; the engine bounds what it
asks by the trunk, the calls per second and the queue, and says on the board which of them bound.
"""

from __future__ import annotations

from collections.abc import Callable

from dialer.pacing import preview, progressive, ratio
from dialer.pacing.view import View

Pacer = Callable[[View, int], int]

PACERS: dict[str, Pacer] = {
    "progressive": progressive.calls_to_place,
    "preview": preview.calls_to_place,
    "ratio": ratio.calls_to_place,
}
