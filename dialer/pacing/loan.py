"""What a window that has only begun may borrow from its own rest.

The law looks at a share over a whole window; at its beginning a few abandoned calls are any share. So the limit is held
against the answers so far and a part of those that are still sure to come::

    abandoned <= limit * (answered + loan)
    loan = min(CALLS_MOST / limit, SURE * pace * ahead), never below 0

`pace`: answers in the last half hour, taken for one of those to come. `ahead`: how many half hours the window is still
sure to hold: what is missing to a short shift (at that pace, so it needs no clock, and a restart, another node's answers
or yesterday's, which are in the window, count as time that has passed), and never beyond the hour at which calling must
end. One call for each free agent, which abandons next to nobody, brings at least `SURE` of the pace; so from any moment
on, doing no more than that pays the loan back before the window is over. Half a shift before its end it is paid back.
"""

from __future__ import annotations

from typing import Final

LATELY_MS: Final = 1_800_000
SHORT_SHIFT_MS: Final = 4 * 3_600_000
SURE: Final = 0.25
CALLS_MOST: Final = 6.0
"""Three times the deviation of the price's account (see `price`): more would not be used, less binds too often."""


def loan(limit: float, answered: int, lately: int, left_ms: int) -> float:
    """Answers to come that the limit may count on. `lately`: answers in the last `LATELY_MS`, `answered`: all of the
    window. `left_ms`: until calling must end."""
    if limit <= 0:
        return 0.0
    ahead = min(lately * SHORT_SHIFT_MS / LATELY_MS - answered, lately * left_ms / LATELY_MS)
    return max(0.0, min(CALLS_MOST / limit, SURE * ahead))
