"""Hazards learned on line: how often something ends in each bin of its age, per second at risk.

Events and exposure are counted per bin and forgotten exponentially; a weak prior (a rate, and the exposure it is worth)
stands in until there is experience. With several carteras, `pool` lends what all of them have seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import add


class Hazard:
    """Events by cause over a common exposure, per bin. `prior`: for each cause, the rate per second in each bin."""

    __slots__ = ("causes", "exposure_s", "prior", "weight_s")

    def __init__(self, prior: Sequence[Sequence[float]], weight_s: Sequence[float]) -> None:
        self.prior = [list(rates) for rates in prior]
        self.weight_s = list(weight_s)
        self.exposure_s = [0.0] * len(self.weight_s)
        self.causes = [[0.0] * len(self.weight_s) for _ in self.prior]

    def take_prior(self, other: Hazard) -> None:
        """The prior of a hazard of the same shape in the place of one's own."""
        self.prior, self.weight_s = other.prior, other.weight_s

    def lived(self, seconds: list[float]) -> None:
        """So many seconds at risk in each bin."""
        self.exposure_s = [before + seconds[index] for index, before in enumerate(self.exposure_s)]

    def lived_through(self, bin_index: int, step_s: float) -> None:
        """One that is over: a whole bin in each before the one in which it ended, and half of that."""
        for index in range(bin_index):
            self.exposure_s[index] += step_s
        self.exposure_s[bin_index] += step_s / 2

    def ended(self, cause: int, bin_index: int, weight: float = 1.0) -> None:
        self.causes[cause][bin_index] += weight

    def add(self, other: Hazard) -> None:
        """What another hazard of the same shape has seen."""
        self.exposure_s = list(map(add, self.exposure_s, other.exposure_s))
        self.causes = [list(map(add, mine, more)) for mine, more in zip(self.causes, other.causes, strict=True)]

    def forget(self, kept: float) -> None:
        self.exposure_s = [seconds * kept for seconds in self.exposure_s]
        self.causes = [[count * kept for count in counts] for counts in self.causes]

    def rates(self, cause: int, pool: list[float] | None = None) -> list[float]:
        """Events per second at risk, in each bin; `pool`, when given, stands in the place of the prior."""
        prior, weights, seconds = pool or self.prior[cause], self.weight_s, self.exposure_s
        return [
            (events + prior[index] * weights[index]) / (seconds[index] + weights[index])
            for index, events in enumerate(self.causes[cause])
        ]
