"""Agents dial by hand: nothing is placed by itself."""

from __future__ import annotations

from dialer.pacing.strategy import Counting
from dialer.pacing.view import View


class Manual(Counting):
    """Never asks for a call."""

    def calls_to_place(self, view: View, now_ms: int) -> int:
        return self.ask(view, 0, "by_hand")
