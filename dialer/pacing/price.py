"""The price of the budget: the chance of finding nobody that one more call may have.

Placing calls until the marginal one's risk reaches a price spends a bounded abandonment where it buys most (a Lagrange
multiplier). The right price is not known beforehand; it is found by dual ascent on an account of the budget: every
answered call pays in the target, every abandoned one takes out a whole call, so an account of zero is abandonment at
the target. The price rises and falls with the account (``log price = level + STEP * account``), and the level itself
moves slowly while the account is not zero, so that in the long run it is, whatever the model gets wrong.

Carteras that have the same agents share their model's errors, so their prices follow the account of all together; each
leans to its own by `APART` of its distance from the others (all of it left whoever was unlucky first without calls).

With abandonment proportional to the price, each answer takes back ``target * STEP`` of the account, adds a variance of
`target`, and a loop of damping ``STEP / 2 * sqrt(target / DRAG)`` results: 1.2 at 3 %, 0.7 at 1 %. The account's
deviation is ``1 / sqrt(2 * STEP)``, 1.6 calls, however long the day, and an hour of many answers is off by
``1 / sqrt(STEP)``, 2.2 calls. The logarithm of the price varies by ``STEP / 2 + DRAG / (2 * STEP * target)`` for it,
and occupancy, concave in that logarithm, loses half of that times its slope there: a larger step buys steadier hours
with a little occupancy.
"""

from __future__ import annotations

from math import exp, log

STEP = 0.2
DRAG = 2e-4
APART = 0.3
LEAST, MOST = log(0.005), log(6.0)


class Price:
    """`target`: the abandonment aimed at. `beside`: the prices of carteras that have the same agents, this one too."""

    __slots__ = ("_level", "account", "beside", "target")

    def __init__(self, target: float, start: float = 0.9) -> None:
        if not 0 < target < 1:
            raise ValueError(f"an abandonment target of {target}: it must be above 0 and below 1, such as 0.03")
        self.target = target
        self.account = 0.0
        self.beside: tuple[Price, ...] = (self,)
        self._level = log(start)

    @property
    def value(self) -> float:
        """The price now, between 0.005 and 6 times the target, at most 1."""
        return min(1.0, self.target * exp(_within(self._level + STEP * self._balance, LEAST, MOST)))

    @property
    def _balance(self) -> float:
        """Of the whole floor, for that is what the model errs about, and how far this cartera is from the others."""
        if len(self.beside) == 1:
            return self.account
        whole = sum(price.account for price in self.beside)
        return whole + APART * (self.account - whole / len(self.beside))

    def answered(self, abandoned: bool) -> None:
        """A person was connected, or abandoned. What the bounds keep the price from doing is not saved up."""
        self.account = _within(self.account + self.target - abandoned, (LEAST - MOST) / STEP, (MOST - LEAST) / STEP)
        self._level = _within(self._level + DRAG * self._balance, LEAST, MOST)


def _within(value: float, least: float, most: float) -> float:
    return max(least, min(most, value))
