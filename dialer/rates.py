"""Rolling counts, ratios and quantiles: one definition for pacing, boards and reports.

All memory is bounded when the object is made, every addition costs O(1) amortised, and time (`now_ms`, integer
milliseconds) is an argument. A `now_ms` earlier than the latest one seen is taken as the latest: a clock that steps
back never resurrects what the window has dropped.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from math import log
from typing import Final

MAX_MS: Final = 86_400_000
GROWTH: Final = 1.018
LOG_GROWTH: Final = log(GROWTH)
"""Of the bins of `Quantiles`."""


def share(part: float, whole: float) -> float:
    """`part / whole`, and 0.0 of nothing."""
    return part / whole if whole else 0.0


def abandon_ratio(abandoned: float, connected: float, false_machines: float = 0.0) -> float:
    """The abandonment of a cartera: persons who met no agent, of all persons who answered. 0.0 when nobody answered.

    `abandoned` persons answered and met no agent; `connected` persons were handed to one; `false_machines` is the
    estimate of persons whom the answering-machine detector took for a machine and hung up on (Ofcom's method of 2008
    adds them to both sides). Ratios of several carteras are never averaged: add up the counts first.
    """
    lost = abandoned + false_machines
    return share(lost, connected + lost)


class Rolling:
    """How much was added in the last `window_ms`.

    The window moves in steps of ``window_ms / buckets`` (rounded up): an addition counts for at most one window and at
    least one window less one step. Raises `ValueError` when `window_ms` or `buckets` is not positive.
    """

    __slots__ = ("_counts", "_step", "_step_ms", "_total")

    def __init__(self, window_ms: int, buckets: int = 60) -> None:
        if window_ms <= 0 or buckets <= 0:
            raise ValueError(f"a rolling count of {window_ms} ms in {buckets} buckets: both must be positive")
        self._step_ms = -(-window_ms // buckets)
        self._counts = [0] * buckets
        self._step: int | None = None
        self._total = 0

    def add(self, now_ms: int, n: int = 1) -> None:
        self._counts[self._move_to(now_ms)] += n
        self._total += n

    def total(self, now_ms: int) -> int:
        self._move_to(now_ms)
        return self._total

    def _move_to(self, now_ms: int) -> int:
        """Drop what the window has left behind; the index of the present bucket."""
        step = now_ms // self._step_ms
        size = len(self._counts)
        if self._step is None:
            self._step = step
        elif step > self._step:
            for late in range(max(self._step, step - size) + 1, step + 1):
                self._total -= self._counts[late % size]
                self._counts[late % size] = 0
            self._step = step
        return self._step % size


class Ratio:
    """A part of a whole over the last `window_ms`, as two `Rolling` counts.

    `min_sample`: below this whole, `value` says None, for a ratio of too few says nothing.
    """

    __slots__ = ("_part", "_whole", "min_sample")

    def __init__(self, window_ms: int, buckets: int = 60, min_sample: int = 1) -> None:
        self._part = Rolling(window_ms, buckets)
        self._whole = Rolling(window_ms, buckets)
        self.min_sample = max(1, min_sample)

    def add(self, now_ms: int, part: int, whole: int = 1) -> None:
        """An abandoned call is ``add(now_ms, 1)``, a connected one ``add(now_ms, 0)``."""
        self._part.add(now_ms, part)
        self._whole.add(now_ms, whole)

    def part(self, now_ms: int) -> int:
        return self._part.total(now_ms)

    def sample(self, now_ms: int) -> int:
        """The whole: how many the ratio rests on."""
        return self._whole.total(now_ms)

    def value(self, now_ms: int) -> float | None:
        whole = self.sample(now_ms)
        return share(self.part(now_ms), whole) if whole >= self.min_sample else None


class Quantiles:
    """Quantiles of durations without keeping the durations: counts in bins that each grow by 1.8 %.

    A quantile is within 1 % of the value of that rank (and exact below 50 ms, where a bin holds one whole
    millisecond). Durations from 0 to `MAX_MS` (a day) fit in 1,026 bins; longer ones count as `MAX_MS`.
    """

    __slots__ = ("bins",)

    def __init__(self, bins: Counter[int] | None = None) -> None:
        self.bins: Counter[int] = Counter() if bins is None else bins

    def add(self, duration_ms: int) -> None:
        """Count one duration; a negative one (a clock stepped back) counts as 0."""
        ms = min(duration_ms, MAX_MS)
        self.bins[int(log(ms) / LOG_GROWTH) + 1 if ms > 0 else 0] += 1

    def quantile(self, q: float) -> float | None:
        """The duration in milliseconds of rank ``ceil(q * count)``, `q` from 0 to 1; None when nothing was added."""
        rank = max(1, -int(-q * self.bins.total() // 1))
        for index in sorted(self.bins):
            rank -= self.bins[index]
            if rank <= 0:
                return self._middle(index)
        return None

    def _middle(self, index: int) -> float:
        if index == 0:
            return 0.0
        middle = GROWTH ** (index - 0.5)
        return float(round(middle)) if middle < 50 else round(middle, 1)


class Histogram:
    """How many durations were at most each of `bounds_ms` (ascending), for Prometheus; exact at the bounds."""

    __slots__ = ("bounds_ms", "counts", "sum_ms")

    def __init__(self, bounds_ms: tuple[int, ...]) -> None:
        self.bounds_ms = bounds_ms
        self.counts = [0] * (len(bounds_ms) + 1)
        self.sum_ms = 0

    def add(self, duration_ms: int) -> None:
        ms = max(0, duration_ms)
        self.counts[bisect_left(self.bounds_ms, ms)] += 1
        self.sum_ms += ms
