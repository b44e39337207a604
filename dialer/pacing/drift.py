"""A fast multiplier on a slowly learned rate: how many events there are for each one that was expected.

Gamma-Poisson filters (events over compensator, both forgotten exponentially) with several memories run beside each
other; each weighs as much as it has predicted well lately (dynamic model averaging: Raftery, Kárný & Ettler,
Technometrics 52, 2010). On a steady day the long memory wins and the multiplier is precise; after a shock the short one
does and it is quick. The mixture's variance says how sure it is, and a decision may use that.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log

MEMORIES_S = (60.0, 180.0, 600.0, 3600.0)
PRIOR_EVENTS = 4.0
SHARED_EVENTS = 3.0
FORGET_WEIGHTS_S = 600.0
LEAST_WEIGHT = 1e-3
LEAST_MEAN = 0.02


class Drift:
    """`mean` and `variance` of the multiplier. `prior_events`: how many events the value 1 at the start is worth."""

    __slots__ = ("_events", "_expected", "_memories_s", "_weights", "mean", "prior_events", "variance")

    def __init__(self, prior_events: float = PRIOR_EVENTS, memories_s: Sequence[float] = MEMORIES_S) -> None:
        self.prior_events = prior_events
        self._memories_s = tuple(memories_s)
        self._events = [0.0] * len(memories_s)
        self._expected = [0.0] * len(memories_s)
        self._weights = [1.0 / len(memories_s)] * len(memories_s)
        self.mean, self.variance = 1.0, 1.0 / prior_events

    def trust(self, prior_events: float) -> None:
        """The value 1 is worth so many events from now on."""
        self.prior_events = prior_events
        self._mix()

    def seen(self, events: float, expected: float, seconds: float) -> None:
        """In these seconds there were so many events where the rate without the multiplier expected `expected`."""
        if expected > 0:
            self._weigh(events, expected, seconds)
        for index, memory_s in enumerate(self._memories_s):
            kept = exp(-seconds / memory_s)
            self._events[index] = self._events[index] * kept + events
            self._expected[index] = self._expected[index] * kept + expected
        self._mix()

    def _weigh(self, events: float, expected: float, seconds: float) -> None:
        """Each memory's weight by its negative binomial likelihood of what was seen."""
        kept = exp(-seconds / FORGET_WEIGHTS_S)
        logs = [
            kept * log(weight) + _log_likelihood(events, expected, *self._gamma(index))
            for index, weight in enumerate(self._weights)
        ]
        most = max(logs)
        raw = [max(LEAST_WEIGHT, exp(one - most)) for one in logs]
        whole = sum(raw)
        self._weights = [one / whole for one in raw]

    def _gamma(self, index: int) -> tuple[float, float]:
        """Shape and rate of one memory's belief: the short ones lean on what the longest knows."""
        longest = len(self._memories_s) - 1
        if index == longest:
            return self._events[longest] + self.prior_events, self._expected[longest] + self.prior_events
        shape, rate = self._gamma(longest)
        return self._events[index] + SHARED_EVENTS, self._expected[index] + SHARED_EVENTS * rate / shape

    def _mix(self) -> None:
        beliefs = [self._gamma(index) for index in range(len(self._weights))]
        mean = sum(w * shape / rate for w, (shape, rate) in zip(self._weights, beliefs, strict=True))
        second = sum(
            w * shape * (shape + 1) / (rate * rate) for w, (shape, rate) in zip(self._weights, beliefs, strict=True)
        )
        self.mean, self.variance = max(LEAST_MEAN, mean), max(0.0, second - mean * mean)


def _log_likelihood(events: float, expected: float, shape: float, rate: float) -> float:
    """Of so many events, negative binomial (a Poisson count whose rate is uncertain), without what all have alike."""
    return (
        lgamma(shape + events) - lgamma(shape) + shape * log(rate / (rate + expected)) - events * log(rate + expected)
    )
