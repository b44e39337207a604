"""Rows of chances: for one call or agent, the cumulants that it adds at each horizon point.

A row has, for each point, the mean p, then for each point the variance p(1-p), then for each the third cumulant
p(1-p)(1-2p). Rows add up, so what a floor is expected to do is one row, and an event changes it by one addition.
"""

from __future__ import annotations

Row = list[float]


def row(chances: list[float]) -> Row:
    """The row of something that happens by each point with these probabilities."""
    variances = [p * (1 - p) for p in chances]
    thirds = [variances[place] * (1 - 2 * p) for place, p in enumerate(chances)]
    return [*chances, *variances, *thirds]


def plus(one: Row, other: Row) -> Row:
    return [cell + other[place] for place, cell in enumerate(one)]


def minus(one: Row, other: Row) -> Row:
    return [cell - other[place] for place, cell in enumerate(one)]


def thinned(whole: Row, share: float) -> Row:
    """The same happenings, each of which counts with this probability alone: exact, from the sums of p, p² and p³."""
    k = len(whole) // 3
    means, variances, thirds = whole[:k], whole[k : 2 * k], whole[2 * k :]
    first = [share * m for m in means]
    second = [share * share * (m - v) for m, v in zip(means, variances, strict=True)]
    third = [share**3 * (c + 2 * m - 3 * v) for m, v, c in zip(means, variances, thirds, strict=True)]
    return [*first, *minus(first, second), *(p - 3 * q + r for p, q, r in zip(first, second, third, strict=True))]


class Table:
    """What one of each bin adds: `row` of a bin, and the sum of rows for so many in each bin.

    `chances`: for each point, the chance in each bin. It is kept column by column: that is how it is made and added up.
    """

    __slots__ = ("_columns",)

    def __init__(self, chances: list[list[float]]) -> None:
        variances = [[p * (1 - p) for p in column] for column in chances]
        thirds = [
            [variance * (1 - 2 * column[place]) for place, variance in enumerate(variances[point])]
            for point, column in enumerate(chances)
        ]
        self._columns = [*chances, *variances, *thirds]

    def row(self, index: int) -> Row:
        return [column[index] for column in self._columns]

    def total(self, counts: list[int]) -> Row:
        """The sum over the bins of count times row: cell by cell, which compiled code adds up without an object."""
        many = [float(count) for count in counts if count]
        filled = [index for index, count in enumerate(counts) if count]
        whole: Row = []
        for column in self._columns:
            cell = 0.0
            for place, count in enumerate(many):
                cell += count * column[filled[place]]
            whole.append(cell)
        return whole
