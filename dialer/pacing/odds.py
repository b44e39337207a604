"""The chance that somebody who answers finds nobody: sums of many yes-or-no chances, by their first cumulants.

How many of the calls in flight are answered by some moment is a sum of independent yes-or-no chances, each with its
own probability (Poisson-binomial); so is how many agents are released by then. Somebody who answers finds nobody when
the answers are no fewer than the agents.

*Small floors*: each of the two counts is given the member of Panjer's class (binomial, Poisson, negative binomial;
Panjer, ASTIN Bulletin 12, 1981) with its mean and variance, whose probabilities follow one another by
``p[k+1] = p[k] * (a + b / (k+1))``. An uncertain answer rate only makes the first one wider.

*Large floors*: the difference has the cumulants of the one plus (with alternating sign) those of the other, and its
distribution function is the normal one with the continuity correction and the first Edgeworth term for skewness (the
refined normal approximation: Volkova, Theory of Probability and its Applications 40, 1996; Hong, Computational
Statistics & Data Analysis 59, 2013), whose error is of the order of 1/variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import erfc, exp, log, sqrt

_ROOT_HALF = 0.7071067811865476
_DENSITY_0 = 0.3989422804014327
SURE = 1e-6
NARROWEST = 0.02
TAIL = 1e-7


def none_left(mean: float, variance: float, third: float) -> float:
    """P(D >= 0) of the whole number D (answers less agents) with these cumulants."""
    if variance < SURE:
        return 1.0 if mean > -0.5 else 0.0
    deviation = sqrt(variance)
    x = (-0.5 - mean) / deviation
    above = 0.5 * erfc(x * _ROOT_HALF)
    if -5 < x < 5:
        skewness = third / (variance * deviation)
        above -= skewness * (1 - x * x) * _DENSITY_0 * exp(-0.5 * x * x) / 6
    return min(1.0, max(0.0, above))


def chances_of(mean: float, variance: float) -> list[float]:
    """P(0), P(1), … of a count with this mean and variance, up to a negligible tail.

    A binomial one whose number of trials is not whole breaks off at the next whole one; what is then too much or too
    little is spread over all.
    """
    if mean < SURE:
        return [1.0]
    width = max(NARROWEST, variance / mean)
    a = 1 - 1 / width
    b = mean / width - a
    chance = exp(-mean) if abs(a) < 1e-9 else exp(-log(width) * (a + b) / a)
    found, whole, k = [chance], chance, 1
    while whole < 1 - TAIL and (ratio := a + b / k) > 0 and k < 400:
        chance *= ratio
        whole += chance
        found.append(chance)
        k += 1
    return [chance / whole for chance in found]


def none_left_of_few(answers: Sequence[float], agents: Sequence[float], spare: int) -> float:
    """P(answers >= agents + spare) from the chances of both counts."""
    by = list(accumulate(answers))
    last = len(by) - 1
    found = 0.0
    for released, chance in enumerate(agents):
        below = released + spare - 1
        if below >= last:
            break
        found += chance * (1 - by[below] if below >= 0 else 1.0)
    return min(1.0, max(0.0, found))
