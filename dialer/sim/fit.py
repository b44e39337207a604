"""The people of a cartera, fitted from its own history: a fold over closed attempts and conversations.

What is fitted, each with its interval of 95 %:

* the chance that a person answers, by the hour of the floor's day. An hour is drawn towards the whole day's rate as if
  the day had lent it `LENT` calls, so that an hour with few calls says little of its own;
* the other outcomes, as shares of the attempts that no person answered;
* how long it takes from the record of an attempt to its answer or its end, and how long conversations last: the
  observed distributions themselves, which no formula reproduces better;
* how much days differ, beyond what chance explains.

What the records do not hold is the default population's, and `figures` says so: how long a person bears silence, how
long a machine speaks, the detector's errors and delay (a detected machine is a machine, a person is who the
dialer took for one), and any curve of which fewer than `ENOUGH` cases were seen.

Memory is bounded: durations are kept to three digits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from math import sqrt
from typing import Final

from dialer.outcome import Verdict
from dialer.records import HistoryError, Past, Spoken
from dialer.rules import local_day, local_hour
from dialer.sim.curve import Curve, always, of_counts
from dialer.sim.people import Dice, Outcome
from dialer.sim.sample import ENOUGH, Figure, Sample, Z, about_one, assumed, relative, seconds, share
from dialer.sim.ways import HOURS, NOTHING, People, Way

LENT: Final = 100
OUTCOMES: Final[Mapping[str, Outcome]] = {
    Verdict.CONNECTED: Outcome.PERSON,
    Verdict.ABANDONED: Outcome.PERSON,
    Verdict.HUNG_UP: Outcome.PERSON,
    Verdict.MACHINE: Outcome.MACHINE,
    Verdict.NO_ANSWER: Outcome.NO_ANSWER,
    Verdict.BUSY: Outcome.BUSY,
    Verdict.REJECTED: Outcome.REJECTED,
    Verdict.UNALLOCATED: Outcome.UNALLOCATED,
    Verdict.CONGESTION: Outcome.CONGESTION,
    Verdict.NETWORK: Outcome.NETWORK,
    Verdict.FAILED: Outcome.NETWORK,
    Verdict.LOST: Outcome.NETWORK,
}
"""What each verdict says of the far end. A cancelled call says nothing: it was never placed, or we hung up first."""
OTHERS: Final = tuple(outcome for outcome in Outcome if outcome is not Outcome.PERSON)
RINGS: Final = frozenset({Outcome.PERSON, Outcome.MACHINE, Outcome.NO_ANSWER, Outcome.REJECTED})


class Fit:
    """Told a cartera's history with `call` and `spoken`, in any order; then asked for `people` and `figures`.

    `zone` is the floor's, whose hours and days the rates are told by. `otherwise`: the default population.
    """

    def __init__(self, zone: str, otherwise: People) -> None:
        self._zone = zone
        self._otherwise = otherwise
        self.calls = [0] * HOURS
        self.persons = [0] * HOURS
        self._of_day: defaultdict[object, list[int]] = defaultdict(lambda: [0, 0])
        self.outcomes: Counter[Outcome] = Counter()
        self.until = {outcome: Sample() for outcome in Outcome}
        self.talk = Sample()

    # ── the fold ────────────────────────────────────────────────────────────────────────────────────

    def call(self, one: Past) -> None:
        outcome = OUTCOMES.get(one.verdict)
        if outcome is None or not one.ended_ms:
            return
        person = outcome is Outcome.PERSON
        hour = local_hour(one.at_ms, self._zone)
        self.calls[hour] += 1
        self.persons[hour] += person
        day = self._of_day[local_day(one.at_ms, self._zone)]
        day[0] += 1
        day[1] += person
        self.outcomes[outcome] += 1
        self.until[outcome].add((one.answered_ms if person and one.answered_ms else one.ended_ms) - one.at_ms)

    def spoken(self, one: Spoken) -> None:
        self.talk.add(one.ended_ms - one.connected_ms)

    # ── rates ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def cases(self) -> int:
        return sum(self.calls)

    @property
    def answer(self) -> float:
        return sum(self.persons) / self.cases if self.cases else 0.0

    def answer_at(self, hour: int) -> float:
        """The hour's answer rate, drawn towards the day's."""
        return (self.persons[hour] + LENT * self.answer) / (self.calls[hour] + LENT)

    @property
    def detector(self) -> bool:
        """Whether the answering-machine detector was at work: only it finds machines."""
        return self.outcomes[Outcome.MACHINE] > 0

    def between_days(self) -> float:
        """How much the days' answer rates differ beyond chance: a standard deviation, of 1 the mean rate."""
        days = [(calls, persons / calls) for calls, persons in self._of_day.values()]
        if len(days) < 2 or not 0 < self.answer < 1:
            return 0.0
        chance = sum(self.answer * (1 - self.answer) / calls for calls, _ in days) / len(days)
        seen = sum((rate - self.answer) ** 2 for _, rate in days) / (len(days) - 1)
        return sqrt(max(0.0, seen - chance)) / self.answer

    def _answer_error(self) -> float:
        """The standard error of the mean answer rate, of 1 the rate itself."""
        if not self.cases or not self.answer:
            return 0.0
        chance = (1 - self.answer) / self.answer / self.cases
        return sqrt(chance + self.between_days() ** 2 / len(self._of_day))

    # ── what comes of it ────────────────────────────────────────────────────────────────────────────

    def people(self) -> People:
        """The people, as they most likely are. Raises `HistoryError` when no call was ended in the history."""
        if not self.cases:
            raise HistoryError("the history has no call that came to an end")
        rest = self.cases - self.outcomes[Outcome.PERSON]
        default = self._otherwise
        return People(
            answer=tuple(self.answer_at(hour) for hour in range(HOURS)),
            others={o: self.outcomes[o] / rest for o in OTHERS} if rest else default.others,
            ways={outcome: self._way(outcome) for outcome in Outcome},
            talk=self.talk.curve(default.talk),
            patience=default.patience,
            tape=default.tape,
            amd=default.amd,
            p_amd_miss=0.0,
            p_amd_false=0.0,
            p_amd_unsure=0.0,
        )

    def _listening_ms(self) -> int:
        return round(self._otherwise.amd.mean_ms)

    def _way(self, outcome: Outcome) -> Way:
        """From the record to the answer is one time in the records: it rings all the while, or not at all."""
        sample = self.until[outcome]
        if sample.cases < ENOUGH:
            return self._otherwise.ways[outcome]
        curve = of_counts(sample.counts)
        if self.detector and outcome in (Outcome.PERSON, Outcome.MACHINE):
            curve = curve.less(self._listening_ms())
        return Way(NOTHING, curve) if outcome in RINGS else Way(curve, None)

    def drawn(self, dice: Dice) -> People:
        """The people of one day, as they may be: the fit's own uncertainty, and days differ."""
        people = self.people()
        answers = about_one(sqrt(self._answer_error() ** 2 + self.between_days() ** 2), dice)
        talk = about_one(relative(self.talk), dice)
        return People(
            **{
                **{name: getattr(people, name) for name in People.__struct_fields__},
                "answer": tuple(min(0.99, rate * answers) for rate in people.answer),
                "talk": people.talk.scaled(talk),
            }
        )

    # ── to be told ──────────────────────────────────────────────────────────────────────────────────

    def figures(self) -> list[Figure]:
        """Every fitted figure; durations in seconds, rates as shares."""
        default, error = self._otherwise, Z * self._answer_error() * self.answer
        told = [
            Figure("answer", self.answer, max(0.0, self.answer - error), min(1.0, self.answer + error), self.cases),
            Figure("between_days", self.between_days(), 0.0, self.between_days(), len(self._of_day)),
        ]
        rest = self.cases - self.outcomes[Outcome.PERSON]
        told += [share(f"{o.value}_of_rest", self.outcomes[o], rest) for o in OTHERS]
        told.append(seconds(self.until[Outcome.PERSON].figure("to_answer_s", _time(default.ways[Outcome.PERSON]))))
        told.append(
            seconds(self.until[Outcome.NO_ANSWER].figure("to_no_answer_s", _time(default.ways[Outcome.NO_ANSWER])))
        )
        told.append(seconds(self.talk.figure("talk_s", default.talk)))
        told += [seconds(assumed("patience_s", default.patience.mean_ms))]
        return [*told, seconds(assumed("amd_s", self._listening_ms()))] if self.detector else told

    def by_hour(self) -> list[tuple[int, Figure]]:
        """The answer rate of each hour that had calls."""
        return [(hour, self._hour(hour)) for hour in range(HOURS) if self.calls[hour]]

    def _hour(self, hour: int) -> Figure:
        whole = self.calls[hour] + LENT
        _, _, low, high, _ = share("", round(self.answer_at(hour) * whole), whole)
        return Figure(f"answer_{hour:02d}", self.answer_at(hour), low, high, self.calls[hour])


def _time(way: Way) -> Curve:
    """For the mean only."""
    return always(round(way.post_dial.mean_ms + (way.ring.mean_ms if way.ring else 0)))
