"""How the agents of a simulated floor work, and what its edges cost in time."""

from __future__ import annotations

import msgspec

from dialer.sim.curve import Curve
from dialer.sim.people import Law

WRAP = Law(3_000, 15_000)
LATER = Law(60_000, 3_600_000)


class Habits(msgspec.Struct, frozen=True):
    """How the agents of a shift work, and what the edges of a live floor cost. Durations in milliseconds.

    `p_callback`: how often a conversation ends with a rellamado, agreed for `callback_after_ms` later; `p_own`: how
    often the ejecutivo keeps it for themselves. A card shown in preview is read for `read_ms`, and skipped with
    `p_skip`.
    """

    wrap: Law | Curve = WRAP
    claim_ms: int = 2
    commit_ms: int = 5
    retry_after_ms: int = 7 * 86_400_000
    p_callback: float = 0.0
    p_own: float = 0.5
    callback_after_ms: Law = LATER
    read_ms: Law = WRAP
    p_skip: float = 0.2
