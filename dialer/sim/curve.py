"""A law of durations as a curve: the durations at equally likely steps, straight lines between them.

What was observed is drawn again as it was, whatever its shape, with one number in [0, 1) for each draw. So two
simulations that are given the same numbers meet the same durations, which a gamma law, drawn by trial, cannot promise.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from math import exp, lgamma, log

import msgspec

from dialer.sim.people import Dice, Law, Talk
from dialer.sim.stretches import at

STEPS = 256
GRID = 8192


class Curve(msgspec.Struct, frozen=True):
    """`edges_ms`, ascending, at least two: each stretch between two neighbours is as likely as any other."""

    edges_ms: tuple[int, ...]

    def at(self, u: float) -> int:
        """The duration that a share `u` of all does not exceed, `u` in [0, 1)."""
        return at(self.edges_ms, u)

    def draw(self, dice: Dice) -> int:
        return self.at(dice.random())

    @property
    def mean_ms(self) -> float:
        return sum(a + b for a, b in pairwise(self.edges_ms)) / 2 / (len(self.edges_ms) - 1)

    def scaled(self, factor: float) -> Curve:
        """The same shape, `factor` times as long."""
        return Curve(tuple(round(edge * factor) for edge in self.edges_ms))

    def less(self, ms: int) -> Curve:
        """Each duration `ms` shorter, none below zero."""
        return Curve(tuple(max(0, edge - ms) for edge in self.edges_ms))


def always(ms: int) -> Curve:
    return Curve((ms, ms))


def of_counts(counts: Mapping[int, int], steps: int = STEPS) -> Curve:
    """The curve of durations that were seen so many times each. Raises `ValueError` when there is none."""
    values = sorted(value for value, times in counts.items() if times > 0)
    if not values:
        raise ValueError("no durations: a curve needs at least one")
    upto = list(accumulate(counts[value] for value in values))
    whole = upto[-1]
    steps = min(steps, max(1, whole // 2))
    inner = [_between(values, upto, whole * step / steps) for step in range(1, steps)]
    return _with_mean([values[0], *inner, values[-1]], sum(value * counts[value] for value in values) / whole)


def _between(values: Sequence[int], upto: Sequence[int], rank: float) -> int:
    """Half-way between the last value of the first `rank` ones and the first of the others."""
    return (values[bisect_left(upto, rank)] + values[bisect_right(upto, rank)]) // 2


def of_law(law: Law) -> Curve:
    """The curve of a uniform or gamma law; of a gamma law, what is out of bounds lies on the bound, as it is drawn."""
    return of_talk((Talk(1.0, law),))


def exponential(mean_ms: float) -> Curve:
    """A time that does not age: what has lasted long is as likely to end now as what has just begun."""
    return of_law(Law(0, round(8 * mean_ms), mean_ms=mean_ms, shape=1.0))


def of_talk(talk: Sequence[Talk]) -> Curve:
    """The curve of a mixture of laws."""
    if len(talk) == 1 and not talk[0].law.shape:
        return Curve((talk[0].law.low_ms, talk[0].law.high_ms))
    high = max(one.law.high_ms for one in talk)
    width = high / GRID
    weights = sum(one.weight for one in talk)
    shares = [0.0] * (GRID + 1)
    for one in talk:
        for place, share in _shares(one.law, width):
            shares[place] += share * one.weight / weights
    upto = list(accumulate(shares))
    low = min(one.law.low_ms for one in talk)
    edges = [low, *(max(low, _edge(upto, step / STEPS * upto[-1], width)) for step in range(1, STEPS + 1))]
    return _with_mean(edges, sum(share * place * width for place, share in enumerate(shares)) / upto[-1])


def _edge(upto: Sequence[float], share: float, width: float) -> int:
    """Where the grid's cumulated shares reach `share`, between two of its points."""
    place = bisect_left(upto, share)
    if place == 0 or place >= len(upto):
        return round(min(place, GRID) * width)
    before = upto[place - 1]
    return round((place - 1 + (share - before) / (upto[place] - before)) * width)


def _shares(law: Law, width: float) -> list[tuple[int, float]]:
    """How likely each point of the grid is."""
    low, high = int(law.low_ms / width), min(GRID, int(law.high_ms / width))
    if not law.shape:
        return [(place, 1 / (high - low + 1)) for place in range(low, high + 1)]
    scale = law.mean_ms / law.shape
    norm = lgamma(law.shape) + law.shape * log(scale)
    density = [exp((law.shape - 1) * log(x) - x / scale - norm) for x in _middles(width)]
    inside = [(place, density[place] * width) for place in range(low, high)]
    below = sum(density[:low]) * width
    above = max(0.0, 1 - below - sum(share for _, share in inside))
    return [(low, below), *inside, (high, above)]


def _middles(width: float) -> list[float]:
    return [(place + 0.5) * width for place in range(GRID)]


def _with_mean(edges: list[int], mean_ms: float) -> Curve:
    """The last stretch, where the longest ones are far apart, ends where the mean comes out right."""
    rest = sum(a + b for a, b in pairwise(edges[:-1])) / 2
    last = 2 * (mean_ms * (len(edges) - 1) - rest) - edges[-2]
    edges[-1] = max(edges[-2], min(edges[-1], round(last)))
    return Curve(tuple(edges))
