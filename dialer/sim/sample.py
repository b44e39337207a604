"""Observed durations and shares, with how sure one may be of them."""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import Final, NamedTuple

from dialer.sim.curve import Curve, of_counts
from dialer.sim.people import Dice

ENOUGH: Final = 30
"""Of fewer durations than these no curve is made."""
Z: Final = 1.96
"""The normal law's two-sided 95 %."""


class Figure(NamedTuple):
    """One fitted figure with its interval of 95 %, and how many cases it rests on (0: it is the default's)."""

    name: str
    value: float
    low: float
    high: float
    cases: int


class Sample:
    """Durations that were seen, to three digits."""

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()
        self.cases = 0
        self._sum = self._squares = 0

    def add(self, ms: int) -> None:
        ms = max(0, ms)
        self.cases += 1
        self._sum += ms
        self._squares += ms * ms
        self.counts[_three_digits(ms)] += 1

    @property
    def mean_ms(self) -> float:
        return self._sum / self.cases if self.cases else 0.0

    @property
    def error_ms(self) -> float:
        """The standard error of the mean."""
        if self.cases < 2:
            return self.mean_ms
        variance = (self._squares - self._sum * self.mean_ms) / (self.cases - 1)
        return sqrt(max(0.0, variance) / self.cases)

    def curve(self, otherwise: Curve) -> Curve:
        """What was seen as a curve, or the other one where too little was."""
        return of_counts(self.counts) if self.cases >= ENOUGH else otherwise

    def figure(self, name: str, otherwise: Curve) -> Figure:
        """The mean in milliseconds, or the other curve's where too few were seen."""
        if self.cases < ENOUGH:
            return assumed(name, otherwise.mean_ms)
        low, high = self.mean_ms - Z * self.error_ms, self.mean_ms + Z * self.error_ms
        return Figure(name, self.mean_ms, low, high, self.cases)


def _three_digits(ms: int) -> int:
    step = 1
    while ms >= 1000 * step:
        step *= 10
    return ms // step * step


def assumed(name: str, value: float) -> Figure:
    """A figure that nothing was seen of."""
    return Figure(name, value, value, value, 0)


def seconds(one: Figure) -> Figure:
    """A figure in milliseconds, in seconds."""
    return Figure(one.name, one.value / 1000, max(0.0, one.low) / 1000, one.high / 1000, one.cases)


def share(name: str, part: int, whole: int) -> Figure:
    """Wilson's interval of a share."""
    if not whole:
        return assumed(name, 0.0)
    rate, spread = part / whole, Z * Z / whole
    middle = (rate + spread / 2) / (1 + spread)
    half = sqrt(rate * (1 - rate) * spread + spread * spread / 4) / (1 + spread)
    return Figure(name, rate, max(0.0, middle - half), min(1.0, middle + half), whole)


def relative(sample: Sample) -> float:
    """The standard error of the mean, of 1 the mean itself; 0 where no curve is made of the sample."""
    return sample.error_ms / sample.mean_ms if sample.cases >= ENOUGH and sample.mean_ms else 0.0


def about_one(deviation: float, dice: Dice) -> float:
    """A positive number of mean 1 and this standard deviation."""
    if deviation < 1e-6:
        return 1.0
    shape = deviation**-2
    return dice.gammavariate(shape, 1 / shape)
