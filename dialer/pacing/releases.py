"""When busy agents will be free: learned hazards of ending the conversation, then the wrap-up, by elapsed time.

Bins grow with the elapsed time, for a conversation of ten minutes ends no more suddenly in its 601st second than in its
602nd. Wrap-up after a short conversation (a machine, a wrong number) is another thing than after a long one and is
learned apart. The pace of conversations has a multiplier too: it follows the list and the season.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import exp
from operator import mul

from dialer.pacing.chances import Table
from dialer.pacing.drift import Drift
from dialer.pacing.hazards import Hazard

MEMORY_S = 7200.0
TALK_MEMORIES_S = (300.0, 1200.0, 7200.0)
STAYS_MEMORY_S, STAYS_PRIOR = 300.0, 10.0
SUREST = 3.0
SHORT_TALK_S = 15
STEP_S = 2
HORIZON_S = 64
LONGEST_S = 3600


def _edges(first: Sequence[int], factor: float) -> list[int]:
    edges = list(first)
    while edges[-1] < LONGEST_S:
        edges.append(min(LONGEST_S, round(edges[-1] * factor)))
    return edges


TALK_EDGES_S = _edges((0, 3, 6, 9, 12, 16), 1.3)
WRAP_EDGES_S = _edges([*range(0, 24), *range(24, 60, 3)], 1.3)
TALK_BINS, WRAP_BINS = len(TALK_EDGES_S) - 1, len(WRAP_EDGES_S) - 1


def _bins(edges: Sequence[int]) -> list[int]:
    """The bin of each whole second up to `LONGEST_S`."""
    return [index for index, (low, high) in enumerate(pairwise(edges)) for _ in range(high - low)]


TALK_BIN = _bins(TALK_EDGES_S)
WRAP_BIN = _bins(WRAP_EDGES_S)


BUSY_BINS = TALK_BINS + 2 * WRAP_BINS
"""Talking; wrapping up after a short talk; wrapping up after a long one."""


def talk_bin(elapsed_s: int) -> int:
    return TALK_BIN[min(elapsed_s, LONGEST_S - 1)]


def wrap_bin(elapsed_s: int) -> int:
    return WRAP_BIN[min(elapsed_s, LONGEST_S - 1)]


def busy_bin(talking: bool, long: bool, elapsed_s: int) -> int:
    """Of the `BUSY_BINS`."""
    return talk_bin(elapsed_s) if talking else TALK_BINS + WRAP_BINS * long + wrap_bin(elapsed_s)


class ReleasePrior:
    """Mean conversation and wrap-up in seconds until experience says otherwise, and the exposure they are worth."""

    def __init__(self, talk_s: float = 80.0, wrap_s: float = 20.0, weight_s: float = 60.0) -> None:
        self.talk_s, self.wrap_s, self.weight_s = talk_s, wrap_s, weight_s


class Releases:
    """What the conversations and wrap-ups of the agents have taught."""

    __slots__ = ("_free", "_gone", "drift", "talk", "wraps")

    def __init__(self, prior: ReleasePrior) -> None:
        self.talk = _talk_hazard(prior)
        self.wraps = [_wrap_hazard(prior) for _ in ("short", "long")]
        self.drift = Drift(20.0, TALK_MEMORIES_S)
        self._free, self._gone = STAYS_PRIOR, 0.0

    def expect(self, prior: ReleasePrior) -> None:
        """Another prior; what has been learned stays."""
        self.talk.take_prior(_talk_hazard(prior))
        for hazard in self.wraps:
            hazard.take_prior(_wrap_hazard(prior))

    def lived(self, busy: list[float], seconds: float) -> None:
        """So many agents were in each of the `BUSY_BINS` for so long."""
        self.talk.lived([count * seconds for count in busy[:TALK_BINS]])
        for hazard, start in zip(self.wraps, (TALK_BINS, TALK_BINS + WRAP_BINS), strict=True):
            hazard.lived([count * seconds for count in busy[start : start + WRAP_BINS]])

    def talk_ended(self, elapsed_s: int) -> None:
        self.talk.ended(0, talk_bin(elapsed_s))

    def wrap_ended(self, long: bool, elapsed_s: int) -> None:
        self.wraps[long].ended(0, wrap_bin(elapsed_s))

    def then(self, gone: bool) -> None:
        """After a wrap-up, an agent who had not said so beforehand was gone, or free."""
        self._gone += gone
        self._free += not gone

    @property
    def stays(self) -> float:
        """The share of wrap-ups after which the agent was free, lately: near the end of a shift many leave instead."""
        return self._free / (self._free + self._gone)

    def forget(self, seconds: float) -> None:
        lately = exp(-seconds / STAYS_MEMORY_S)
        self._gone *= lately
        self._free = STAYS_PRIOR + (self._free - STAYS_PRIOR) * lately
        kept = exp(-seconds / MEMORY_S)
        for hazard in (self.talk, *self.wraps):
            hazard.forget(kept)

    def law(self) -> ReleaseLaw:
        return ReleaseLaw(self.talk.rates(0), self.drift.mean, [hazard.rates(0) for hazard in self.wraps], self.stays)


def _talk_hazard(prior: ReleasePrior) -> Hazard:
    return Hazard([[1 / prior.talk_s] * TALK_BINS], [prior.weight_s] * TALK_BINS)


def _wrap_hazard(prior: ReleasePrior) -> Hazard:
    """Little happens in the first half of the mean wrap-up, and the rest soon after."""
    rates = [(0.2 if low < prior.wrap_s / 2 else 1.6) / prior.wrap_s for low in WRAP_EDGES_S[:-1]]
    return Hazard([rates], [prior.weight_s / 12] * WRAP_BINS)


class ReleaseLaw:
    """Chances that follow from fixed hazards."""

    __slots__ = ("_leaving", "_stays", "_wrapped", "base")

    def __init__(self, base: list[float], level: float, wraps: list[list[float]], stays: float) -> None:
        self.base = base
        self._stays = stays
        self._leaving = [1 - exp(-rate * level * STEP_S) for rate in base]
        self._wrapped = [_survival(rates) for rates in wraps]

    def expected(self, busy: list[float], seconds: float) -> float:
        """Conversations that would end in so long, were the multiplier 1; of `busy`, the talking count."""
        ends = 0.0
        for index, rate in enumerate(self.base):
            ends += rate * busy[index]
        return ends * seconds

    def table(self, horizons_s: list[float]) -> Table:
        """For each of the `BUSY_BINS`, P(free by each horizon)."""
        free = [*self._talking(horizons_s), *self._wrapping(horizons_s)]
        return Table([[chances[point] * self._stays for chances in free] for point in range(len(horizons_s))])

    def _wrapping(self, horizons_s: list[float]) -> list[list[float]]:
        starts = [min(low, 2 * HORIZON_S) + 0.5 for low in WRAP_EDGES_S[:-1]]
        return [
            [1 - _at(alive, start + horizon_s) / _at(alive, start) for horizon_s in horizons_s]
            for alive in self._wrapped
            for start in starts
        ]

    def _talking(self, horizons_s: list[float]) -> list[list[float]]:
        """The talk ends, then the wrap-up."""
        kernels = [[self._fresh(alive, horizon) for horizon in horizons_s] for alive in self._wrapped]
        return [self._from(low, high, kernels) for low, high in pairwise(TALK_EDGES_S)]

    @staticmethod
    def _fresh(alive: list[float], horizon_s: float) -> list[float]:
        """P(wrapped up by the horizon) when the talk ends in each step from now."""
        lefts = [horizon_s - STEP_S * (step + 0.5) for step in range(int(horizon_s / STEP_S + 0.5))]
        return [1 - _at(alive, max(0.0, left)) for left in lefts]

    def _from(self, low: int, high: int, kernels: list[list[list[float]]]) -> list[float]:
        elapsed = (low + high) // 2
        alive = 1.0
        ends = []
        for step in range(max(map(len, kernels[0]))):
            ending = alive * self._leaving[talk_bin(elapsed + step * STEP_S)]
            alive -= ending
            ends.append(ending)
        turn = max(0, -(-(SHORT_TALK_S - elapsed) // STEP_S))
        return [
            _met(ends, after_short, 0, turn) + _met(ends, kernels[1][place], turn, len(ends))
            for place, after_short in enumerate(kernels[0])
        ]


def _met(ends: list[float], kernel: list[float], start: int, stop: int) -> float:
    """P(free) from the talks that end in these steps."""
    free = 0.0
    for step in range(start, min(stop, len(ends), len(kernel))):
        free += ends[step] * kernel[step]
    return free


def _survival(rates: list[float]) -> list[float]:
    """P(still wrapping up) at each whole second."""
    lasting = [exp(-min(SUREST, rates[WRAP_BIN[second]])) for second in range(2 * HORIZON_S)]
    return list(accumulate([1.0, *lasting], mul))


def _at(alive: list[float], second: float) -> float:
    """At any second; beyond the table the last hazard goes on."""
    last = len(alive) - 1
    if second >= last:
        return float(alive[last] * (alive[last] / alive[last - 1]) ** (second - last))
    whole = int(second)
    return alive[whole] + (alive[whole + 1] - alive[whole]) * (second - whole)
