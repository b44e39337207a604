"""The chance that a call placed now finds nobody, averaged over the moments at which it may be answered."""

from __future__ import annotations

from typing import NamedTuple

from dialer.pacing.chances import Row
from dialer.pacing.odds import none_left


class Point(NamedTuple):
    """Answers less agents by one moment, and `new_call`: the chance that a call placed now is a person by then."""

    answers: float
    agents: float
    variance: float
    third: float
    new_call: float


class Risk:
    """Of rows of answers and agents (see `chances`) at the moments that `new_call` has a chance for.

    `spare`: agents free now less persons waiting. `unsure`: variance of the answer rate relative to its square.
    """

    __slots__ = ("_points", "_unsure")

    def __init__(self, answers: Row, agents: Row, new_call: list[float], spare: int, unsure: float) -> None:
        k = len(new_call)
        self._unsure = unsure
        self._points = [
            Point(
                answers[i],
                agents[i] + spare,
                answers[k + i] + agents[k + i],
                answers[2 * k + i] - agents[2 * k + i],
                chance,
            )
            for i, chance in enumerate(new_call)
        ]

    def of(self, calls: int) -> float:
        """Of the last of so many calls placed now."""
        others, unsure, whole = calls - 1, self._unsure, 0.0
        for answers, agents, variance, third, p in self._points:
            mean = answers + others * p
            own = others * p * (1 - p)
            wide = variance + own + unsure * mean * mean
            whole += none_left(mean - agents, wide, third + own * (1 - 2 * p))
        return whole / len(self._points)

    def largest(self, price: float, most: int) -> tuple[int, float]:
        """The largest number of calls, up to `most`, whose last has at most this risk; and the risk of one more."""
        low, high, refused = 0, 1, 0.0
        while high <= most and (refused := self.of(high)) <= price:
            low, high = high, high * 2
        if high > most:
            high, refused = most + 1, 0.0
        while high - low > 1:
            middle = (low + high) // 2
            if (risk := self.of(middle)) <= price:
                low = middle
            else:
                high, refused = middle, risk
        return low, refused
