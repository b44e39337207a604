"""Predictive dialling: as many calls as keep the next one's chance of finding nobody at the price of the budget.

A call placed now is answered, if at all, some ten seconds later, when other calls will have been answered and agents
released. Both are sums of many small chances that were learned on line (`answers`, `releases`). At each of a few moments
at which the call might be answered, the answers of the others less the agents free by then is a number whose
distribution is known (`odds`); the call finds nobody when it is not below zero. The strategy places calls while this
chance, averaged over those moments, is at most the price; the price is moved after every answer so that abandonment
comes to its target (`price`). What is left of the legal budget stands above all that: when it is spent, one call for
each free agent, until it recovers.
"""

from __future__ import annotations

from typing import NamedTuple

from dialer.pacing.answers import AnswerPrior
from dialer.pacing.decision import Decision
from dialer.pacing.happened import Happened
from dialer.pacing.odds import chances_of, none_left, none_left_of_few
from dialer.pacing.outlook import POINTS, Outlook
from dialer.pacing.price import Price
from dialer.pacing.releases import ReleasePrior
from dialer.pacing.view import View

TRUST_PER_END = 0.5
FEW = 16.0
"""With less variance than this by the last moment, counts are counted; above it they are as good as normal."""


class Predictive:
    """`target`: the abandonment aimed at, at or below the view's legal limit. `cartera`: whose calls these are.

    `calls_per_agent_max`: no more calls in flight than this for each agent at work, whatever has been learned.
    """

    def __init__(
        self,
        target: float = 0.03,
        cartera: str = "",
        answer_prior: AnswerPrior | None = None,
        release_prior: ReleasePrior | None = None,
        calls_per_agent_max: float = 12.0,
    ) -> None:
        self.price = Price(target)
        self._cartera = cartera
        self._calls_per_agent_max = calls_per_agent_max
        self._outlook = Outlook(cartera, answer_prior or AnswerPrior(), release_prior or ReleasePrior())
        self._why = Decision()

    def told(self, happened: Happened, now_ms: int) -> None:
        if happened.kind in ("connected", "abandoned") and happened.cartera == self._cartera:
            self.price.answered(happened.kind == "abandoned")
        self._outlook.told(happened, now_ms)

    def calls_to_place(self, view: View, now_ms: int) -> int:
        self._outlook.look(view, now_ms)
        one_each = max(0, view.free - view.in_flight - view.waiting)
        most, bound_by = self._most(view, one_each)
        if most <= one_each:
            wanted = min(most, one_each)
        else:
            risk = _Risk(self._outlook, view)
            wanted = max(one_each, _largest(risk, self.price.value, most))
            bound_by = bound_by if wanted == most else "price"
        self._explain(wanted, bound_by, view)
        return wanted

    def calls_to_cancel(self, view: View, now_ms: int) -> list[str]:
        return []

    def why(self) -> Decision:
        return self._why

    def _most(self, view: View, one_each: int) -> tuple[int, str]:
        """What may be asked for at the most, and what says so."""
        if view.staffed <= 0:
            return 0, "no_agents"
        if view.budget.spent:
            return min(view.room, one_each), "budget"
        on_the_way = view.in_flight + view.waiting
        known = int(view.free + self._outlook.ended * TRUST_PER_END) - on_the_way
        lines = int(view.staffed * self._calls_per_agent_max) - on_the_way
        most, bound_by = min((known, "learning"), (lines, "calls_per_agent"), (view.room, "room"))
        return max(0, most, min(view.room, one_each)), bound_by

    def _explain(self, wanted: int, bound_by: str, view: View) -> None:
        self._why = Decision(
            wanted,
            bound_by,
            self._outlook.answers[POINTS // 2],
            view.free - view.waiting + self._outlook.supply[POINTS // 2],
            self.price.value,
            0.0,
            view.budget.left,
        )


class _Point(NamedTuple):
    """What is expected by one moment: `agents` without the spare ones, `new_call`: the chance of a call placed now."""

    answers: float
    answers_variance: float
    agents: float
    variance: float
    third: float
    new_call: float
    agents_chances: list[float]


class _Risk:
    """The chance that the n-th of n calls placed now finds nobody."""

    __slots__ = ("_points", "_spare", "_unsure", "of")

    def __init__(self, outlook: Outlook, view: View) -> None:
        a, s, k = outlook.answers, outlook.supply, POINTS
        self._spare = view.free - view.waiting
        self._unsure = outlook.unsure
        few = a[2 * k - 1] + s[2 * k - 1] < FEW
        self.of = self._of_few if few else self._of_many
        self._points = [
            _Point(
                a[i],
                a[k + i],
                s[i],
                a[k + i] + s[k + i],
                a[2 * k + i] - s[2 * k + i],
                p,
                chances_of(s[i], s[k + i]) if few else [],
            )
            for i, p in enumerate(outlook.new_call)
        ]

    def _of_few(self, calls: int) -> float:
        others, whole = calls - 1, 0.0
        for point in self._points:
            p = point.new_call
            mean = point.answers + others * p
            variance = point.answers_variance + others * p * (1 - p) + self._unsure * mean * mean
            whole += none_left_of_few(chances_of(mean, variance), point.agents_chances, self._spare)
        return whole / POINTS

    def _of_many(self, calls: int) -> float:
        others, unsure, whole = calls - 1, self._unsure, 0.0
        for answers, _, agents, variance, third, p, _ in self._points:
            mean = answers + others * p
            own = others * p * (1 - p)
            wide = variance + own + unsure * mean * mean
            whole += none_left(mean - agents - self._spare, wide, third + own * (1 - 2 * p))
        return whole / POINTS


def _largest(risk: _Risk, price: float, most: int) -> int:
    """The largest number of calls, up to `most`, whose last has at most this risk."""
    if most < 1 or risk.of(1) > price:
        return 0
    low, high = 1, 2
    while high <= most and risk.of(high) <= price:
        low, high = high, high * 2
    high = min(high, most + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if risk.of(middle) <= price else (low, middle)
    return low
