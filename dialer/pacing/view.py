"""What a pacing strategy may see: only what a dialer really sees."""

from __future__ import annotations

from typing import NamedTuple


class View(NamedTuple):
    """One cartera's floor at one moment.

    `free`: agents *disponible* in it. `in_flight`: calls asked for or placed and not yet answered that may end with
    those agents, other carteras' included. `waiting`: persons who answered and have no agent. `ratio`: the strategy's
    calls per free agent. `abandon_ratio`: of the last 24 hours; `abandon_ratio_max`: its limit.
    """

    free: int
    in_flight: int
    waiting: int
    ratio: float
    abandon_ratio: float
    abandon_ratio_max: float
