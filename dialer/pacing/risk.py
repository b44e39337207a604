"""The chance that a call placed now finds nobody, averaged over the moments at which it may be answered."""

from __future__ import annotations

from typing import NamedTuple

from dialer.pacing.chances import Row
from dialer.pacing.odds import chances_of, none_left, none_left_of_few

FEW = 4.0
"""With less variance than this by the last moment, counts are counted; above it they are as good as normal."""


class Point(NamedTuple):
    """What is expected by one moment, and `new_call`: the chance that a call placed now is a person by then."""

    answers: float
    answers_variance: float
    agents: float
    variance: float
    third: float
    new_call: float
    agents_chances: list[float]


class Risk:
    """Of rows of answers and agents (see `chances`) at the moments that `new_call` has a chance for.

    `spare`: agents free now less persons waiting. `unsure`: variance of the answer rate relative to its square.
    """

    __slots__ = ("_points", "_spare", "_unsure", "of")

    def __init__(self, answers: Row, agents: Row, new_call: list[float], spare: int, unsure: float) -> None:
        self._spare, self._unsure = spare, unsure
        k = len(new_call)
        few = answers[2 * k - 1] + agents[2 * k - 1] < FEW
        self.of = self._of_few if few else self._of_many
        self._points = [
            Point(
                answers[i],
                answers[k + i],
                agents[i],
                answers[k + i] + agents[k + i],
                answers[2 * k + i] - agents[2 * k + i],
                chance,
                chances_of(agents[i], agents[k + i]) if few else [],
            )
            for i, chance in enumerate(new_call)
        ]

    def _of_few(self, calls: int) -> float:
        """Of the last of so many calls placed now."""
        others, whole = calls - 1, 0.0
        for point in self._points:
            p = point.new_call
            mean = point.answers + others * p
            variance = point.answers_variance + others * p * (1 - p) + self._unsure * mean * mean
            whole += none_left_of_few(chances_of(mean, variance), point.agents_chances, self._spare)
        return whole / len(self._points)

    def _of_many(self, calls: int) -> float:
        others, unsure, whole = calls - 1, self._unsure, 0.0
        for answers, _, agents, variance, third, p, _ in self._points:
            mean = answers + others * p
            own = others * p * (1 - p)
            wide = variance + own + unsure * mean * mean
            whole += none_left(mean - agents - self._spare, wide, third + own * (1 - 2 * p))
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
