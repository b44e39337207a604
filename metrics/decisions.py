"""What the pacer went by over a simulated day: why it placed so few, or so many.

Each `NotePacing` holds until the cartera's next one, so figures are means over time, and what kept it from placing more
is told by the share of the time in which it did. `answers`, `supply`, `price`, `risk` and `budget_left` are those of
`dialer.pacing.decision.Decision`, `in_flight` the calls on their way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from dialer.commands import NotePacing
from dialer.rates import share

PREDICTED: Final = ("answers", "supply", "price", "risk")
FIGURES: Final = ("in_flight", *PREDICTED, "budget_left")


class Decided(NamedTuple):
    """A cartera's day: the means of `FIGURES` (none of `PREDICTED` where the strategy predicts nothing), and the share
    of the time for each word of what bound it."""

    figures: dict[str, float]
    bound: dict[str, float]


class _Held:
    """The last note of a cartera, since when, and what the earlier ones came to."""

    __slots__ = ("_note", "_predicts", "_since_ms", "_sums", "bound_ms")

    def __init__(self, note: NotePacing, now_ms: int) -> None:
        self._note, self._since_ms = note, now_ms
        self._sums: defaultdict[str, float] = defaultdict(float)
        self._predicts = False
        self.bound_ms: Counter[str] = Counter()

    def take(self, note: NotePacing, now_ms: int) -> None:
        lasted_ms, was = now_ms - self._since_ms, self._note
        self._predicts = self._predicts or was.price > 0
        self.bound_ms[was.bound_by or was.why or "nothing"] += lasted_ms
        for name in FIGURES:
            self._sums[name] += getattr(was, name) * lasted_ms
        self._note, self._since_ms = note, now_ms

    def decided(self, until_ms: int) -> Decided:
        self.take(self._note, until_ms)
        whole_ms = self.bound_ms.total()
        names = [name for name in FIGURES if self._predicts or name not in PREDICTED]
        return Decided(
            {name: share(self._sums[name], whole_ms) for name in names},
            {word: share(ms, whole_ms) for word, ms in self.bound_ms.most_common() if ms},
        )


class Decisions:
    """Told each `NotePacing` of a day with `see`; `decided` closes the day."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}

    def see(self, note: NotePacing, now_ms: int) -> None:
        held = self._held.get(note.cartera)
        if held is None:
            self._held[note.cartera] = _Held(note, now_ms)
        else:
            held.take(note, now_ms)

    def decided(self, until_ms: int) -> dict[str, Decided]:
        """By cartera, up to the end of the day."""
        return {cartera: held.decided(until_ms) for cartera, held in sorted(self._held.items())}


def mean_bound(days: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The shares of several days as those of one, the largest first."""
    rows = list(days)
    words = sorted({word for row in rows for word in row})
    shares = {word: sum(row.get(word, 0.0) for row in rows) / len(rows) for word in words}
    return dict(sorted(shares.items(), key=lambda one: -one[1]))
