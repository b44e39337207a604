"""Predictive dialling: as many calls as keep the next one's chance of finding nobody at the price of the budget.

A call placed now is answered, if at all, some ten seconds later, when other calls will have been answered and agents
released. Both are sums of many small chances that were learned on line (`answers`, `releases`). At each of a few
moments at which the call might be answered, the answers of the others less the agents free by then is a number whose
distribution is known (`odds`); the call finds nobody when it is not below zero. The strategy places calls while this
chance, averaged over those moments (`risk`), is at most the price; the price is moved after every answer so that
abandonment comes to its target (`price`). What is left of the legal budget stands above all that: when it is spent, one
call for each free agent, until it recovers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy

from dialer.pacing.answers import AnswerPrior
from dialer.pacing.chances import Row, minus
from dialer.pacing.decision import Decision
from dialer.pacing.experience import Expected
from dialer.pacing.happened import Happened
from dialer.pacing.outlook import POINTS, Outlook
from dialer.pacing.price import Price
from dialer.pacing.releases import ReleasePrior
from dialer.pacing.risk import Risk
from dialer.pacing.strategy import one_each
from dialer.pacing.view import View

TRUST_PER_END = 0.5
LOOK_MOST = 2
"""Calls for each agent at work in one look: what is right is reached in a few looks, what is wrong is seen by then."""
HANG_UP_PRICE = 3.0
RANG_LEAST_MS = 15_000
"""Ofcom and the FTC have a call ring at least 15 s before it may be given up."""


class Predictive:
    """`target`: the abandonment aimed at, at or below the view's legal limit. `cartera`: whose calls these are.

    `calls_per_agent_max`: no more calls in flight than this for each agent at work, whatever has been learned.
    `hang_up`: whether to give up calls that rang 15 s when there are too many. Raises `ValueError` for a target that is
    not between 0 and 1.
    """

    def __init__(
        self,
        target: float = 0.03,
        cartera: str = "",
        answer_prior: AnswerPrior | None = None,
        release_prior: ReleasePrior | None = None,
        calls_per_agent_max: float = 12.0,
        hang_up: bool = False,
    ) -> None:
        self.price = Price(target)
        self.cartera = cartera
        self._calls_per_agent_max = calls_per_agent_max
        self._hang_up = hang_up
        self.outlook = Outlook(cartera, answer_prior or AnswerPrior(), release_prior or ReleasePrior())
        self._leads = True
        self._why = Decision()

    def look_through(self, outlook: Outlook, leads: bool) -> None:
        """Share this outlook; the one pacer that leads tells it what happens."""
        self.outlook, self._leads = outlook, leads

    def told(self, happened: Happened, now_ms: int) -> None:
        if happened.kind in ("connected", "abandoned") and happened.cartera == self.cartera:
            self.price.answered(happened.kind == "abandoned")
        if self._leads:
            self.outlook.told(happened, now_ms)

    def expect(self, expected: Mapping[str, Expected], now_ms: int) -> None:
        self.outlook.expect(expected, now_ms)

    def calls_to_place(self, view: View, now_ms: int) -> int:
        self.outlook.look(view, now_ms)
        least = one_each(view)
        most, bound_by = self._most(view, least)
        answers, price = self.outlook.answers, self.price.value
        wanted, risk = self._risk(view, answers).largest(price, most)
        wanted = max(wanted, min(least, most))
        supply = view.free - view.waiting + self.outlook.supply[POINTS // 2]
        why = bound_by if wanted == most else "price"
        self._why = Decision(wanted, why, answers[POINTS // 2], supply, price, risk, view.budget.left)
        return wanted

    def calls_to_cancel(self, view: View, now_ms: int) -> list[str]:
        """Ringing calls that are too many by now, the ones that rang longest first; none unless `hang_up` is set."""
        if not self._hang_up or not view.staffed:
            return []
        self.outlook.look(view, now_ms)
        answers, found, most = self.outlook.answers, [], HANG_UP_PRICE * self.price.value
        for call_id in self._may_be_given_up(view, now_ms):
            row = self.outlook.row_of(self.cartera, call_id)
            if self._risk(view, answers).of(1) <= most:
                break
            if row is not None:
                answers = minus(answers, row)
                found.append(call_id)
        return found

    def _may_be_given_up(self, view: View, now_ms: int) -> list[str]:
        ringing = ((call.placed_ms, call_id) for call_id, call in view.calls.items() if call.stage == "dialing")
        return [call_id for placed_ms, call_id in sorted(ringing) if now_ms - placed_ms >= RANG_LEAST_MS]

    def _risk(self, view: View, answers: Row) -> Risk:
        outlook, new_call = self.outlook, self.outlook.new_call(self.cartera)
        return Risk(answers, outlook.supply, new_call, view.free - view.waiting, outlook.unsure)

    def why(self) -> Decision:
        return self._why

    def _most(self, view: View, least: int) -> tuple[int, str]:
        """What may be asked for at the most, and what says so."""
        if view.staffed <= 0:
            return 0, "no_agents"
        if view.budget.spent:
            return min(view.room, least), "budget"
        on_the_way = view.in_flight + view.waiting
        own = self.outlook.in_flight(self.cartera) + view.waiting
        known = int(view.free + self.outlook.ended(self.cartera) * TRUST_PER_END) - own
        lines = int(view.staffed * self._calls_per_agent_max) - on_the_way
        once = LOOK_MOST * view.staffed
        most, bound_by = min((known, "learning"), (lines, "calls_per_agent"), (view.room, "room"), (once, "burst"))
        return max(0, most, min(view.room, least)), bound_by


def share(floors: Iterable[Sequence[Predictive]]) -> None:
    """The pacers of each floor look through one outlook, the first that has seen anything; the first of them leads.

    Whose floors part keep what they learned together.
    """
    taken: list[Outlook] = []
    for pacers in floors:
        outlook = max((pacer.outlook for pacer in pacers), key=lambda one: one.started)
        if any(outlook is other for other in taken):
            outlook = deepcopy(outlook)
        taken.append(outlook)
        outlook.of(tuple(pacer.cartera for pacer in pacers))
        prices = tuple(pacer.price for pacer in pacers)
        for place, pacer in enumerate(pacers):
            pacer.price.beside = prices
            pacer.look_through(outlook, leads=place == 0)
