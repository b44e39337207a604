"""Why a strategy asked for what it asked for: the board shows it, the journal keeps it."""

from __future__ import annotations

from typing import NamedTuple


class Decision(NamedTuple):
    """`wanted`: calls asked for. `bound_by`: what kept it from asking for more, in one word.

    `answers` and `supply`: persons expected to answer, and agents expected free, by the middle of the time in which a
    call placed now is answered. `price`: the chance of finding nobody that one more call may have. `risk`: the chance
    that one more call would have. `budget_left`: calls that may still be abandoned. Strategies that predict nothing
    leave these 0.
    """

    wanted: int = 0
    bound_by: str = ""
    answers: float = 0.0
    supply: float = 0.0
    price: float = 0.0
    risk: float = 0.0
    budget_left: float = 0.0
