"""A fixed number of calls for each free agent, and progressive while the abandonment is at its limit."""

from __future__ import annotations

from dialer.pacing.strategy import Counting, one_each
from dialer.pacing.view import View


class Ratio(Counting):
    """`ratio`: calls per free agent, 1 or more."""

    def __init__(self, ratio: float) -> None:
        if not ratio >= 1:
            raise ValueError(f"a ratio of {ratio} calls per free agent: it must be 1 or more")
        super().__init__()
        self._ratio = ratio

    def calls_to_place(self, view: View, now_ms: int) -> int:
        if view.budget.spent:
            return self.ask(view, one_each(view), "budget")
        return self.ask(view, int(view.free * self._ratio) - view.in_flight - view.waiting, "ratio")
