"""What a window that has only begun may borrow from its own rest.

The law looks at a share over a whole window; at its beginning a few abandoned calls are any share. So the limit is held
against the answers so far and a part of those that are still sure to come::

    abandoned <= limit * (answered + loan)
    loan = min(CALLS_MOST / limit, SURE * pace * ahead), never below 0

`pace`: answers in the last half hour, taken for those of one to come. `ahead`: how many half hours the window is still
sure to hold: what is missing to a short shift (at that pace, so it needs no clock; a restart, another node's answers or
yesterday's, which are in the window, count as time that has passed), and never beyond the hour at which calling must
end. One call for each free agent, which abandons next to nobody, brings at least `SURE` of the pace; so from any moment
on, doing no more than that pays the loan back before the window is over, and after a short shift nothing is lent.
"""

from __future__ import annotations

from typing import Final

LATELY_MS: Final = 1_800_000
FIRST_MS: Final = 300_000
SHORT_SHIFT_MS: Final = 4 * 3_600_000
SURE: Final = 0.25
CALLS_MOST: Final = 6.0
"""Three times the deviation of the price's account (see `price`): more would not be used, less binds too often."""


class Pace:
    """Answers in the last `LATELY_MS`; `since_ms`: how long ago the first one of all was."""

    __slots__ = ("lately", "since_ms")

    def __init__(self, lately: int, since_ms: int) -> None:
        self.lately = lately
        self.since_ms = since_ms

    def of(self, ms: int) -> float:
        """Answers in so long, at this pace; the first few of all say little of it."""
        return self.lately * ms / min(LATELY_MS, max(FIRST_MS, self.since_ms))


def loan(limit: float, answered: int, pace: Pace, left_ms: int) -> float:
    """Answers to come that the limit may count on. `answered`: those of the window so far. `left_ms`: until calling
    must end."""
    if limit <= 0:
        return 0.0
    ahead = min(pace.of(SHORT_SHIFT_MS) - answered, pace.of(left_ms))
    return max(0.0, min(CALLS_MOST / limit, SURE * ahead))
