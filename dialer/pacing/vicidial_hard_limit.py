"""VICIdial's ADAPT_HARD_LIMIT: above the drop limit, one call per agent until the day's share is below it again."""

from __future__ import annotations

from dialer.pacing.vicidial import Vicidial


class VicidialHardLimit(Vicidial):
    """See `vicidial`."""

    def over_limit(self, level: float, now_ms: int) -> float:
        return 1.0
