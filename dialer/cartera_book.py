"""What the engine knows of one cartera: its pacer, what the pacer sees, its budget of abandonment, its turn."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Mapping

from config.settings import Strategy
from dialer.applied import Applied
from dialer.contact import Contact
from dialer.pacing import STRATEGIES, listens
from dialer.pacing.decision import Decision
from dialer.pacing.experience import Expected
from dialer.pacing.loan import LATELY_MS, Pace, loan
from dialer.pacing.view import Budget
from dialer.rates import Ratio, Rolling
from dialer.sight import Sight
from dialer.terms import Terms

BUCKETS = 96


class CarteraBook:
    """One cartera's counts. `in_flight` counts its calls in `BEFORE_ANSWER`, `claiming` contacts asked of the queue.

    Calls that have an agent of their own count in neither: no other agent has to be free for them. `due`: the agents
    who have a case of their own to call. `rivals`: this book and those of the carteras that share agents with it;
    `watchers`: the rivals whose pacers listen; `shares`: see `Books.shares`; None until they are asked for.
    `elsewhere`: answered, abandoned and machines of the legal window that this run's calls are not among. `expected`:
    what the records say of the day, by cartera. `lately`: answers of this run in the last half hour, since the first
    one at `first_ms`; `closes_ms`: when calling must end, as far as the last case that was allowed says. `guaranteed`:
    whether its calls need an agent held for each; `waits`: its next one is only waiting for that. `taken`: agents free
    at the last `decision` who have been held for a case of their own since, less those whom it did not count on.
    `lends`: whether no law of its looks at any window (see `budget`). `codes`: what the system records for a verdict.
    `held`: a person stopped it.
    """

    __slots__ = (
        "abandons",
        "claiming",
        "claims",
        "closes_ms",
        "codes",
        "counted_ms",
        "decision",
        "due",
        "elsewhere",
        "expected",
        "first_ms",
        "guaranteed",
        "held",
        "lately",
        "least",
        "lends",
        "listens",
        "machines",
        "name",
        "not_before_ms",
        "noted",
        "noted_ms",
        "pacer",
        "presets",
        "resting",
        "rivals",
        "served",
        "shares",
        "sight",
        "strategy",
        "taken",
        "terms",
        "waiting",
        "waits",
        "watchers",
    )

    def __init__(self, name: str, strategy: Strategy, presets: Mapping[str, Applied]) -> None:
        self.name = name
        self.codes: Mapping[str, str] = {}
        self._take(strategy, presets)
        self.sight = Sight()
        self.held = False
        self.claiming = 0
        self.claims: deque[str] = deque()
        self.waiting: OrderedDict[str, None] = OrderedDict()
        self.elsewhere = (0, 0, 0)
        self.expected: Mapping[str, Expected] = {}
        self._new_window(Ratio(strategy.window_ms), 0)
        self._new_pacer(0)
        self.lately = Rolling(LATELY_MS)
        self.first_ms = 0
        self.guaranteed = False
        self.waits = False
        self.closes_ms = 0
        self.not_before_ms = 0
        self.resting = ""
        self.served = 0.0
        self.counted_ms: dict[str, int] = {}
        self.noted: tuple[int, str, str] = (0, "", "")
        self.noted_ms = 0
        self.rivals: tuple[CarteraBook, ...] | None = None
        self.watchers: tuple[CarteraBook, ...] = ()
        self.shares: Mapping[str, float] | None = None
        self.due: tuple[str, ...] = ()

    def configure(self, strategy: Strategy, presets: Mapping[str, Applied], now_ms: int) -> None:
        """New settings; what the pacer has learned is kept unless it is another one now."""
        before = self.strategy
        self._take(strategy, presets)
        if before.window_ms != strategy.window_ms:
            self._new_window(self.abandons, now_ms)
        if before.pacing != strategy.pacing:
            self._new_pacer(now_ms)
        self.least = least_answers(strategy.abandon_ratio_max)

    def disable(self) -> None:
        """The cartera is not in the settings any more: nothing new is dialled."""
        self._take(self.strategy.model_copy(update={"enabled": False}), self.presets)

    def _take(self, strategy: Strategy, presets: Mapping[str, Applied]) -> None:
        self.strategy, self.terms = strategy, Terms(strategy)
        self.presets = presets
        self.lends = not any(preset.looks_at_any_window for preset in presets.values())

    def expect(self, expected: Mapping[str, Expected], now_ms: int) -> None:
        """What the records say of the day, of every cartera: agents may be shared."""
        self.expected = expected
        self.pacer.expect(expected, now_ms)

    def _new_pacer(self, now_ms: int) -> None:
        self.pacer = STRATEGIES[self.strategy.mode](self.name, self.strategy)
        self.pacer.expect(self.expected, now_ms)
        self.listens = listens(self.pacer)
        self.decision = Decision()
        self.taken = 0
        self.least = least_answers(self.strategy.abandon_ratio_max)

    def _new_window(self, before: Ratio, now_ms: int) -> None:
        """A window of another length begins with what was counted in the one before."""
        self.abandons = Ratio(self.strategy.window_ms, BUCKETS)
        self.machines = Rolling(self.strategy.window_ms, BUCKETS)
        self.abandons.add(now_ms, before.part(now_ms), before.sample(now_ms))

    @property
    def in_flight(self) -> int:
        return self.sight.in_flight

    def preset_for(self, contact: Contact) -> Applied:
        """The rules of the debtor's regime where the cartera names some, otherwise the cartera's own."""
        return self.presets.get(contact.regime) or self.presets[""]

    def budget(self, now_ms: int) -> Budget:
        """Abandonment of the legal window, over at least as many answers as one abandonment needs to be lawful.

        So the first abandoned call of the day leaves a cartera under its limit, and a second one at once does not. What
        is sure to come is counted upon beforehand (`pacing.loan`), save under a law that looks at any such window.
        Persons whom the detector took for machines are estimated from `amd_false_ratio` and count on both sides
        (Ofcom's method of 2008).
        """
        answered, abandoned, machines = self.elsewhere
        lost = self._false_machines(machines, now_ms)
        answered += self.abandons.sample(now_ms) + lost
        abandoned += self.abandons.part(now_ms) + lost
        limit = self.terms.abandon_ratio_max
        return Budget(answered, abandoned, limit, max(self.least, answered + self._loan(limit, answered, now_ms)))

    def _loan(self, limit: float, answered: int, now_ms: int) -> int:
        if not self.lends:
            return 0
        pace = Pace(self.lately.total(now_ms), now_ms - self.first_ms)
        return int(loan(limit, answered, pace, self.closes_ms - now_ms))

    def answered(self, now_ms: int, abandoned: bool) -> None:
        """A person was connected, or met no agent."""
        if not self.lately.total(now_ms):
            self.first_ms = now_ms
        self.abandons.add(now_ms, abandoned)
        self.lately.add(now_ms)

    def _false_machines(self, elsewhere: int, now_ms: int) -> int:
        share = self.terms.amd_false_ratio
        return math.ceil(share * (elsewhere + self.machines.total(now_ms))) if share else 0

    def abandon_ratio(self, now_ms: int) -> float:
        """The budget's ratio."""
        return self.budget(now_ms).ratio


def least_answers(limit: float) -> int:
    """Of so many answered calls one may be abandoned."""
    return math.floor(1 / limit) + 1 if limit > 0 else 1
