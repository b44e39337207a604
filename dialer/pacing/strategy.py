"""What every strategy is: it is told what happens, asked how many calls to place, and says why.

A strategy asks; the engine bounds what it asks by the trunk, the calls per second and the queue, and says on the board
which of them bound. No strategy asks for more than the view's `room`, and none for anything with nobody at work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from dialer.pacing.decision import Decision
from dialer.pacing.experience import Expected
from dialer.pacing.happened import Happened
from dialer.pacing.view import View


class Strategy(Protocol):
    """Deterministic: the same events, views and times give the same answers. `now_ms` is integer milliseconds."""

    def told(self, happened: Happened, now_ms: int) -> None:
        """Something happened to a call or an agent that the view shows or showed."""

    def expect(self, expected: Mapping[str, Expected], now_ms: int) -> None:
        """What the records say of the day, by cartera; it replaces what was said before."""

    def calls_to_place(self, view: View, now_ms: int) -> int:
        """How many calls to place now."""

    def calls_to_cancel(self, view: View, now_ms: int) -> list[str]:
        """Ids of ringing calls to hang up."""

    def why(self) -> Decision:
        """The reasons of the last answer."""


class Counting:
    """A strategy that only counts: it remembers nothing but its last answer. Others build on it."""

    def __init__(self) -> None:
        self._why = Decision()

    def told(self, happened: Happened, now_ms: int) -> None:
        """What counts is in the view."""

    def expect(self, expected: Mapping[str, Expected], now_ms: int) -> None:
        """Who does not predict expects nothing."""

    def calls_to_cancel(self, view: View, now_ms: int) -> list[str]:
        return []

    def why(self) -> Decision:
        return self._why

    def ask(self, view: View, wanted: int, bound_by: str) -> int:
        """Ask for so many, within the room and never with nobody at work, and keep the reason."""
        if view.staffed <= 0:
            wanted, bound_by = 0, "no_agents"
        elif wanted > view.room:
            wanted, bound_by = view.room, "room"
        self._why = Decision(max(0, wanted), bound_by, budget_left=view.budget.left)
        return self._why.wanted


def one_each(view: View) -> int:
    """One call for each free agent that no call is already on its way to."""
    return max(0, view.free - view.in_flight - view.waiting)
