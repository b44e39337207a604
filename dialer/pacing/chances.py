"""Rows of chances: for one call or agent, the cumulants that it adds at each horizon point.

A row has, for each point, the mean p, then for each point the variance p(1-p), then for each the third cumulant
p(1-p)(1-2p). Rows add up, so what a floor is expected to do is one row, and an event changes it by one addition.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import add, sub

Row = list[float]


def row(chances: Sequence[float]) -> Row:
    """The row of something that happens by each point with these probabilities."""
    variances = [p * (1 - p) for p in chances]
    return [*chances, *variances, *(v * (1 - 2 * p) for p, v in zip(chances, variances, strict=True))]


def plus(one: Row, other: Row) -> Row:
    return list(map(add, one, other))


def minus(one: Row, other: Row) -> Row:
    return list(map(sub, one, other))


def thinned(whole: Row, share: float) -> Row:
    """The same happenings, each of which counts with this probability alone: exact, from the sums of p, p² and p³."""
    k = len(whole) // 3
    means, variances, thirds = whole[:k], whole[k : 2 * k], whole[2 * k :]
    first = [share * m for m in means]
    second = [share * share * (m - v) for m, v in zip(means, variances, strict=True)]
    third = [share**3 * (c + 2 * m - 3 * v) for m, v, c in zip(means, variances, thirds, strict=True)]
    return [*first, *map(sub, first, second), *(p - 3 * q + r for p, q, r in zip(first, second, third, strict=True))]


class Table:
    """A row for each bin, and the sum of rows for so many in each bin."""

    __slots__ = ("_width", "rows")

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._width = len(rows[0]) if rows else 0

    def total(self, counts: Sequence[float]) -> Row:
        """The sum over the bins of count times row: cell by cell, which compiled code adds up without an object."""
        many = [float(count) for count in counts if count]
        filled = [cells for count, cells in zip(counts, self.rows, strict=True) if count]
        whole: Row = []
        for place in range(self._width):
            cell = 0.0
            for index, count in enumerate(many):
                cell += count * filled[index][place]
            whole.append(cell)
        return whole
