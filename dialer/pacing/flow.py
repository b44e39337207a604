"""One cartera's calls on their way: what they will bring by each horizon point, kept up to date event by event.

Calls are counted by age in slots of half a second. Within a slot every event changes the expectation by one row; at the
turn of a slot all ages move on by one and the expectation is added up anew.
"""

from __future__ import annotations

from dialer.pacing.answers import DETECT_BINS, RING_BINS, SLOT_S, AnswerLaw, AnswerPrior, Answers
from dialer.pacing.chances import Row, Table, minus, plus, row
from dialer.pacing.experience import NOTHING, Expected

LAST_RING, LAST_DETECT = RING_BINS - 1, DETECT_BINS - 1


class Flow:
    """`ringing`: slot of placing, by call; `listening`: age at which it was picked up, and that slot.

    `brings`: the row of persons to come; `new_call`: the chance that a call placed now is one by each point. `ended`:
    calls whose end has taught something. `expected`: what the records say of the cartera.
    """

    __slots__ = (
        "_counts",
        "_fresh",
        "_horizons_s",
        "_lived",
        "_persons",
        "_table",
        "answers",
        "brings",
        "ended",
        "expected",
        "law",
        "listening",
        "new_call",
        "ringing",
        "slot",
    )

    def __init__(self, prior: AnswerPrior, slot: int) -> None:
        self.answers = Answers(prior)
        self.ringing: dict[str, int] = {}
        self.listening: dict[str, tuple[int, int]] = {}
        self.slot = self._fresh = slot
        self.ended = 0
        self.expected = NOTHING
        self.law: AnswerLaw = self.answers.law()
        self.brings: Row = []
        self.new_call: list[float] = []
        self._counts = [0] * RING_BINS
        self._lived = [0.0] * RING_BINS
        self._persons = 0
        self._horizons_s: list[float] = []
        self._table = Table([])

    @property
    def unsure(self) -> float:
        """The variance of the answer rate relative to its square."""
        drift = self.answers.drift
        return drift.variance / (drift.mean * drift.mean)

    # ── what happened ───────────────────────────────────────────────────────────────────────────────

    def placed(self, call_id: str, slot: int | None = None) -> None:
        """Now, or in the slot in which a call that was found on its way was placed."""
        if call_id in self.ringing or call_id in self.listening:
            return
        self.ringing[call_id] = self.slot if slot is None else min(slot, self.slot)
        age = self._age(call_id)
        self._counts[age] += 1
        self.brings = plus(self.brings, self._table.row(age))

    def over(self, call_id: str) -> None:
        """It failed, rang out or was taken back: nobody answered. A call nobody knows is no news."""
        if call_id in self.ringing:
            self.ended += 1
            self.answers.nobody_answered(self._stop_ringing(call_id))
        self.listening_over(call_id)

    def cancelled(self, call_id: str) -> None:
        """We hung up ourselves: that says nothing about how calls end."""
        if call_id in self.ringing:
            self._stop_ringing(call_id)
        self.listening_over(call_id)

    def answered(self, call_id: str, slot: int | None = None) -> None:
        if call_id in self.ringing:
            self.listening[call_id] = (self._stop_ringing(call_id), self.slot if slot is None else min(slot, self.slot))
            self.brings = plus(self.brings, self._listening_row(call_id))

    def verdict(self, call_id: str, person: bool) -> None:
        """Detection spoke; with no detection a ringing call becomes a person at once."""
        self.answered(call_id)
        if call_id in self.listening:
            ring_bin, since = self.listening[call_id]
            self.ended += 1
            self._persons += person
            self.answers.verdict(person, ring_bin, min(LAST_DETECT, self.slot - since))
            self.listening_over(call_id)

    def listening_over(self, call_id: str) -> None:
        if call_id in self.listening:
            self.brings = minus(self.brings, self._listening_row(call_id))
            del self.listening[call_id]

    def _age(self, call_id: str) -> int:
        return min(LAST_RING, self.slot - self.ringing[call_id])

    def _stop_ringing(self, call_id: str) -> int:
        age = self._age(call_id)
        del self.ringing[call_id]
        self._counts[age] -= 1
        self._lived[age] += 0.5  # of the slot in which it ended, half in the mean
        self.brings = minus(self.brings, self._table.row(age))
        return age

    def _listening_row(self, call_id: str) -> Row:
        ring_bin, since = self.listening[call_id]
        return row(self.law.detecting(ring_bin, min(LAST_DETECT, self.slot - since), self._horizons_s))

    def row_of(self, call_id: str) -> Row:
        """What this ringing call brings."""
        return self._table.row(self._age(call_id))

    # ── time ────────────────────────────────────────────────────────────────────────────────────────

    def step(self) -> None:
        """One slot is over: it was lived through, and every call is one slot older."""
        self._lived = [seconds + self._counts[age] for age, seconds in enumerate(self._lived)]
        self._counts.insert(0, 0)
        oldest = self._counts.pop()
        self._counts[-1] += oldest
        self.slot += 1

    def learn(self) -> None:
        """Take in what the time since the last learning brought."""
        seconds = (self.slot - self._fresh) * SLOT_S
        self._fresh = self.slot
        self.answers.drift.seen(self._persons, self.law.expected(self._lived, SLOT_S), seconds)
        self.answers.lived(self._lived, SLOT_S)
        self.answers.forget(seconds)
        self._lived, self._persons = [0.0] * RING_BINS, 0

    def expect(self, expected: Expected) -> None:
        """Begin with this; what has been learned stays."""
        self.expected = expected
        self.answers.drift.trust(expected.strength)

    def take_law(self, floor: Answers | None, now_ms: int) -> None:
        """What follows from all that was learned; `floor`: from all carteras, when there are several."""
        self.answers.level = self.expected.level(now_ms)
        self.law = self.answers.law(floor)

    def look_to(self, horizons_s: list[float]) -> None:
        """Look to these horizon points from now on."""
        self._horizons_s = horizons_s
        self.new_call = self.law.new_call(horizons_s)
        self._table = Table([self.law.ringing(horizon_s) for horizon_s in horizons_s])

    def add_up(self) -> None:
        """The expectation anew, from the ages."""
        whole = self._table.total(self._counts)
        for call_id in self.listening:
            whole = plus(whole, self._listening_row(call_id))
        self.brings = whole

    def empty(self, slot: int) -> None:
        """Forget the calls (not what they taught): the truth is about to be told anew, and a gap was not lived."""
        self._fresh += slot - self.slot
        self.ringing.clear()
        self.listening.clear()
        self._counts = [0] * RING_BINS
        self.slot = slot
        if self._horizons_s:
            self.add_up()
