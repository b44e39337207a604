"""The chance that somebody who answers finds nobody: sums of many yes-or-no chances, by their first three cumulants.

How many of the calls in flight are answered by some moment is a sum of independent yes-or-no chances, each with its
own probability (Poisson-binomial); so is how many agents are released by then. Their difference has the cumulants of
the one plus (with alternating sign) those of the other. Its distribution function is the normal one with the
continuity correction and the first Edgeworth term for skewness (the refined normal approximation: Volkova, Theory of
Probability and its Applications 40, 1996; Hong, Computational Statistics & Data Analysis 59, 2013). Its error is of
the order of 1/variance. Counting exactly was tried: it took longer and paced no better for twenty agents, nor for five
(0.1 points of occupancy more in 150 days, with a standard error of 0.1, and as much more abandonment as buys that).
"""

from __future__ import annotations

from math import erfc, exp, sqrt

_ROOT_HALF = 0.7071067811865476
_DENSITY_0 = 0.3989422804014327
SURE = 1e-6


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
