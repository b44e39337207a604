"""VICIdial's ADAPT_AVERAGE: above the drop limit the level is halved at each turn, so drops hover about the limit."""

from __future__ import annotations

from dialer.pacing.vicidial import Vicidial


class VicidialAverage(Vicidial):
    """See `vicidial`."""

    def over_limit(self, level: float, now_ms: int) -> float:
        return level / 2
