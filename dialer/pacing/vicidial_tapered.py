"""VICIdial's ADAPT_TAPERED: above the drop limit early in the shift is tolerated, and less so towards its end."""

from __future__ import annotations

from dialer.pacing.vicidial import Vicidial

HOUR_MS = 3_600_000
TAPER_HOURS = 10


class VicidialTapered(Vicidial):
    """`ends_ms`: when the shift ends (their latest server time). With 10 hours left or more nothing is held back."""

    def __init__(
        self, drop_max: float = 0.03, level_max: float = 3.0, intensity: float = 0.0, ends_ms: int = 0
    ) -> None:
        super().__init__(drop_max, level_max, intensity)
        self._ends_ms = ends_ms

    def over_limit(self, level: float, now_ms: int) -> float:
        hours_left = (self._ends_ms - now_ms) / HOUR_MS
        return level * min(1.0, max(0.0, hours_left / TAPER_HOURS))
