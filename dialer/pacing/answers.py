"""What becomes of a ringing call: learned hazards of a person, a machine and anything else, by its age.

Ages are counted in half seconds, up to `RING_BINS` of them (the last bin is open). When somebody picks up, detection
takes a while to say person or machine; the verdict is credited to the age at which the call was picked up, so quick
pick-ups that are mostly machines are known for it. The rate of persons has a fast multiplier (`Drift`), for it follows
the hour, the list and the trunk; the shapes are learned slowly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import exp
from operator import mul

from dialer.pacing.drift import Drift
from dialer.pacing.hazards import Hazard

SLOT_S = 0.5
RING_BINS = 80
DETECT_BINS = 24
MACHINE, OTHER = 0, 1
MEMORY_S = 5400.0
WEIGHT_S = 6.0
LEAST_RATE = 1e-6

PERSON = ((1, 0.001), (4, 0.01), (20, 0.025), (99, 0.01))
"""Until which age in seconds a ringing call becomes a person at which rate per second, in a cartera like any other."""

Rates = list[float]
Given = Sequence[float]


def steps(*until: tuple[float, float]) -> list[float]:
    """A rate per second for each bin, from (until which age in seconds, rate) in order."""
    ages = [(index + 0.5) * SLOT_S for index in range(RING_BINS)]
    return [next(rate for age_to, rate in until if age < age_to) for age in ages]


class AnswerPrior:
    """Rates per second in each bin until experience says otherwise; the default is a cartera like any other.

    About one call in four is answered by a person, after some 11 s.
    """

    def __init__(self, person: Given = (), machine: Given = (), other: Given = (), detecting: Given = ()) -> None:
        self.person = list(person) or steps(*PERSON)
        self.machine = list(machine) or steps((1, 0.001), (6, 0.02), (14, 0.008), (99, 0.02))
        self.other = list(other) or steps((1, 0.02), (4, 0.05), (20, 0.003), (28, 0.15), (99, 0.4))
        self.detecting = list(detecting) or [0.05] * 4 + [0.8] * (DETECT_BINS - 4)


class Answers:
    """What one cartera's calls have taught. `level`: the factor on the rate of persons that the hour is known to have;
    seconds at risk are weighed by it, so what is learned is what all hours, and all carteras, have in common."""

    __slots__ = ("detecting", "drift", "level", "nobody", "persons")

    def __init__(self, prior: AnswerPrior) -> None:
        self.persons = Hazard([prior.person], [WEIGHT_S] * RING_BINS)
        self.nobody = Hazard([prior.machine, prior.other], [WEIGHT_S] * RING_BINS)
        self.detecting = Hazard([prior.detecting], [2.0] * DETECT_BINS)
        self.drift = Drift()
        self.level = 1.0

    def lived(self, ringing: list[float], seconds: float) -> None:
        """So many calls rang in each bin of age for so long."""
        exposure_s = [count * seconds for count in ringing]
        self.persons.lived([at_risk_s * self.level for at_risk_s in exposure_s])
        self.nobody.lived(exposure_s)

    def verdict(self, person: bool, ring_bin: int, detect_bin: int) -> None:
        """A call picked up at that age was said to be a person, or a machine, after so long."""
        if person:
            self.persons.ended(0, ring_bin)
        else:
            self.nobody.ended(MACHINE, ring_bin)
        self.detecting.lived_through(detect_bin, SLOT_S)
        self.detecting.ended(0, detect_bin)

    def nobody_answered(self, ring_bin: int) -> None:
        self.nobody.ended(OTHER, ring_bin)

    def forget(self, seconds: float) -> None:
        kept = exp(-seconds / MEMORY_S)
        for hazard in (self.persons, self.nobody, self.detecting):
            hazard.forget(kept)

    def law(self, floor: Answers | None = None) -> AnswerLaw:
        """What is known now, ready to be asked; the whole `floor` stands in where experience is thin."""
        nobody, level = self.nobody, self.level
        return AnswerLaw(
            [rate * level for rate in self.persons.rates(0, floor.persons.rates(0) if floor else [])],
            self.drift.mean,
            nobody.rates(MACHINE, floor.nobody.rates(MACHINE) if floor else []),
            nobody.rates(OTHER, floor.nobody.rates(OTHER) if floor else []),
            self.detecting.rates(0, floor.detecting.rates(0) if floor else []),
        )

    @classmethod
    def of_floor(cls, prior: AnswerPrior, carteras: Iterable[Answers]) -> Answers:
        """What all of these have taught together."""
        floor = cls(prior)
        for one in carteras:
            floor.persons.add(one.persons)
            floor.nobody.add(one.nobody)
            floor.detecting.add(one.detecting)
        return floor


class AnswerLaw:
    """Chances that follow from fixed hazards. `delay_s`: what detection takes in the mean."""

    __slots__ = ("_reached", "_reached_mid", "_survived_mid", "_undecided", "base", "delay_s", "persons")

    def __init__(self, base: Rates, level: float, machine: Rates, other: Rates, detecting: Rates) -> None:
        self.base = base
        person = [max(LEAST_RATE, rate * level) for rate in base]
        self.persons = _smooth_share(person, machine)
        self._integrate(person, [p + machine[age] + other[age] for age, p in enumerate(person)])
        self._undecided = list(accumulate([1.0, *map(_lasts, detecting)], mul))
        self.delay_s = SLOT_S * (sum(self._undecided) - 0.5)

    def _integrate(self, person: Rates, whole: Rates) -> None:
        """For each age, the chances of still ringing and of a person by then; the last bin lasts for as long again."""
        alive, reached = 1.0, 0.0
        self._reached, self._reached_mid, self._survived_mid = [reached], list[float](), list[float]()
        for age in range(2 * RING_BINS + 1):
            rate = whole[min(age, RING_BINS - 1)]
            last = _lasts(rate)
            before, gained = alive, person[min(age, RING_BINS - 1)] / rate * (1 - last) * alive
            self._reached_mid.append((reached + (reached + gained)) / 2)
            reached, alive = reached + gained, alive * last
            self._reached.append(reached)
            self._survived_mid.append((before + alive) / 2)

    def expected(self, ringing: list[float], seconds: float) -> float:
        """Persons that these calls would bring in so long, were the multiplier 1."""
        persons = 0.0
        for age, rate in enumerate(self.base):
            persons += rate * ringing[age]
        return persons * seconds

    def moments(self, points: int) -> list[float]:
        """Seconds from placing a call to the person being known: quantiles in the middle of `points` equal shares."""
        whole = self._reached[-1]
        marks = [(index + 0.5) / points * whole for index in range(points)]
        return [self._when(mark) * SLOT_S + self.delay_s for mark in marks]

    def _when(self, mark: float) -> float:
        later = next(index for index, reached in enumerate(self._reached) if reached >= mark)
        low, high = self._reached[max(0, later - 1)], self._reached[later]
        return later - (high - mark) / (high - low) if high > low else float(later)

    def new_call(self, horizons_s: list[float]) -> list[float]:
        """P(a call placed now is known to be a person by each horizon)."""
        return [self._by(0.0, seconds) for seconds in horizons_s]

    def _by(self, start: float, seconds: float) -> float:
        end = min(start + max(0.0, seconds - self.delay_s) / SLOT_S, len(self._reached) - 2.0)
        whole, part = int(end), end - int(end)
        return float(self._reached[whole] * (1 - part) + self._reached[whole + 1] * part)

    def ringing(self, horizon_s: float) -> list[float]:
        """For a call in each bin of age, P(it is known to be a person by the horizon)."""
        shift = min(max(0.0, horizon_s - self.delay_s) / SLOT_S, RING_BINS - 1.0)
        whole, part = int(shift), shift - int(shift)
        mid, alive = self._reached_mid, self._survived_mid
        chances = list[float]()
        for age in range(RING_BINS):
            end = mid[age + whole] * (1 - part) + mid[age + whole + 1] * part
            chances.append((end - mid[age]) / max(1e-12, alive[age]))
        return chances

    def detecting(self, ring_bin: int, detect_bin: int, horizons_s: list[float]) -> list[float]:
        """For a call picked up at that age and listened to for so long, P(known to be a person by each horizon)."""
        share, now = self.persons[ring_bin], self._undecided[detect_bin]
        last = DETECT_BINS
        ends = [min(last, detect_bin + 1 + int(seconds / SLOT_S)) for seconds in horizons_s]
        return [share * (1 - self._undecided[end] / now) if end < last else share for end in ends]


def _lasts(rate: float) -> float:
    """P(a slot is outlived) from events per second at risk, those that ended counting for half a slot (actuarial)."""
    half = rate * SLOT_S / 2
    return max(1e-4, (1 - half) / (1 + half))


def _smooth_share(person: Rates, machine: Rates) -> list[float]:
    """P(person | picked up at this age), over the bins beside it."""
    shares = list[float]()
    for age in range(RING_BINS):
        persons = machines = 0.0
        for beside in range(max(0, age - 2), min(RING_BINS, age + 3)):
            persons += person[beside]
            machines += machine[beside]
        shares.append(persons / (persons + machines))
    return shares
