"""The chance that a call placed now finds nobody, averaged over the moments at which it may be answered."""

from __future__ import annotations

from dialer.pacing.chances import Row
from dialer.pacing.odds import none_left


class Risk:
    """Of rows of answers and agents (see `chances`) at the moments that `new_call` has a chance for.

    `spare`: agents free now less persons waiting. `unsure`: variance of the answer rate relative to its square.
    """

    __slots__ = ("_agents", "_answers", "_new_call", "_thirds", "_unsure", "_variances")

    def __init__(self, answers: Row, agents: Row, new_call: list[float], spare: int, unsure: float) -> None:
        k = len(new_call)
        self._unsure = unsure
        self._new_call = new_call
        self._answers = answers
        self._agents = [agents[i] + spare for i in range(k)]
        self._variances = [answers[k + i] + agents[k + i] for i in range(k)]
        self._thirds = [answers[2 * k + i] - agents[2 * k + i] for i in range(k)]

    def of(self, calls: int) -> float:
        """Of the last of so many calls placed now."""
        others, unsure, whole = calls - 1, self._unsure, 0.0
        for i, p in enumerate(self._new_call):
            mean = self._answers[i] + others * p
            own = others * p * (1 - p)
            wide = self._variances[i] + own + unsure * mean * mean
            whole += none_left(mean - self._agents[i], wide, self._thirds[i] + own * (1 - 2 * p))
        return whole / len(self._new_call)

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
