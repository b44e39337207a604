"""WombatDialer's boost factor, for comparison and for people who come from there.

For a queue end-point the agents who are logged on, not paused and not in conversation are counted and multiplied by the
boost factor; so many calls are kept on their way (7 agents and 1.3 make 9), and while more than `max_waiting` callers
wait in the queue nothing new is placed. Source: the maker's article "Understanding queue end-points in Wombat"
(wombatdialer.com blog, 2012, repeated 2017). Nothing in it looks at abandonment; the budget here is this house's.
"""

from __future__ import annotations

from dialer.pacing.strategy import Counting, one_each
from dialer.pacing.view import View


class WombatBoost(Counting):
    """`boost`: calls per available agent; `max_waiting`: callers without an agent beyond which nothing is placed."""

    def __init__(self, boost: float = 1.0, max_waiting: int = 2) -> None:
        if not boost > 0 or max_waiting < 0:
            raise ValueError(f"a boost of {boost} with {max_waiting} waiting: above 0, with 0 or more")
        super().__init__()
        self._boost, self._max_waiting = boost, max_waiting

    def calls_to_place(self, view: View, now_ms: int) -> int:
        if view.budget.spent:
            return self.ask(view, one_each(view), "budget")
        if view.waiting > self._max_waiting:
            return self.ask(view, 0, "max_waiting")
        return self.ask(view, int(self._boost * view.free + 1e-9) - view.in_flight - view.waiting, "boost")
