"""Who is at the other end, as rates by the hour and curves; and what becomes of the first call, the second, the third…

`Fates` answers for one cartera. It takes the same count of numbers from its dice for each call whatever comes of it, so
the n-th call of a day meets the same fate in every simulation with those dice, however its strategy paces: what
differs between two strategies is then their doing, not chance's. (By the hour at which the n-th call is placed its
chance of an answer may differ; the numbers that decide do not.)
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final

import msgspec

from dialer.sim.curve import Curve, always, of_law, of_talk
from dialer.sim.people import (
    HOUR_MS,
    HUMAN,
    MACHINE,
    NOTSURE,
    CallPlan,
    Dice,
    Outcome,
    Population,
)

NOTHING: Final = always(0)
HOURS: Final = 24


class Way(msgspec.Struct, frozen=True):
    """How long an outcome takes: `post_dial` until the first sign of the far end, then it rings for `ring`, if at all.

    An outcome that never rings has `ring` None.
    """

    post_dial: Curve
    ring: Curve | None


class People(msgspec.Struct, frozen=True):
    """The people behind a cartera's telephones.

    - `answer`: for each hour of the floor's day, the chance that a person answers.
    - `others`: of the attempts that no person answers, the share of each other outcome; together 1.
    - `ways`: how long each outcome takes. `talk`, `patience`, `tape` and `amd` as in `Population`.
    - `p_amd_miss`, `p_amd_false`, `p_amd_unsure`: the answering-machine detector's errors.
    """

    answer: tuple[float, ...]
    others: dict[Outcome, float]
    ways: dict[Outcome, Way]
    talk: Curve
    patience: Curve
    tape: Curve
    amd: Curve
    p_amd_miss: float
    p_amd_false: float
    p_amd_unsure: float

    @classmethod
    def of(cls, population: Population) -> People:
        """The same people as curves. Hours are those of `population.offset_h`."""
        factors = population.answer_by_hour or (1.0,) * HOURS
        others = _others(population)
        whole = sum(others.values()) or 1.0
        return cls(
            answer=tuple(min(1.0, population.p_answer * factor) for factor in factors),
            others={outcome: p / whole for outcome, p in others.items()},
            ways=_ways(population),
            talk=of_talk(population.talk),
            patience=of_law(population.patience),
            tape=of_law(population.tape),
            amd=of_law(population.amd),
            p_amd_miss=population.p_amd_miss,
            p_amd_false=population.p_amd_false,
            p_amd_unsure=population.p_amd_unsure,
        )


def _others(population: Population) -> dict[Outcome, float]:
    named = {
        Outcome.MACHINE: population.p_machine,
        Outcome.BUSY: population.p_busy,
        Outcome.UNALLOCATED: population.p_unallocated,
        Outcome.CONGESTION: population.p_congestion,
        Outcome.NETWORK: population.p_network,
        Outcome.REJECTED: population.p_reject,
    }
    return {**named, Outcome.NO_ANSWER: max(0.0, 1 - population.p_answer - sum(named.values()))}


def _ways(population: Population) -> dict[Outcome, Way]:
    post_dial, ring = of_law(population.post_dial), of_law(population.ring)
    ways = {outcome: Way(post_dial, None) for outcome in Outcome}
    ways[Outcome.PERSON] = ways[Outcome.MACHINE] = Way(post_dial, ring)
    ways[Outcome.NO_ANSWER] = Way(post_dial, of_law(population.give_up))
    ways[Outcome.REJECTED] = Way(post_dial, of_law(population.reject))
    return ways


class Fates:
    """What becomes of one cartera's calls, in the order in which they are placed.

    `offset_h`: what is added to an hour of UTC to make it the floor's.
    """

    def __init__(self, people: People, dice: Dice, offset_h: int = 0) -> None:
        self._people = people
        self._random = dice.random
        self._offset_h = offset_h
        self._others = tuple(zip(accumulate(people.others.values()), people.others, strict=True))

    def next(self, now_ms: int) -> CallPlan:
        """The fate of the next call, placed now."""
        random, people = self._random, self._people
        who, first, second, third, fourth, fifth = random(), random(), random(), random(), random(), random()
        answer = people.answer[(now_ms // HOUR_MS + self._offset_h) % HOURS]
        outcome = Outcome.PERSON if who < answer else self._other((who - answer) / (1 - answer))
        way = people.ways[outcome]
        post_dial_ms = way.post_dial.at(first)
        rings_ms = way.ring.at(second) if way.ring else 0
        if outcome is Outcome.PERSON:
            talk_ms, patience_ms, word = people.talk.at(third), people.patience.at(fourth), self._heard(fifth)
        elif outcome is Outcome.MACHINE:
            talk_ms = patience_ms = people.tape.at(third)
            word = self._misheard(fifth)
        else:
            return CallPlan(outcome, post_dial_ms, rings_ms)
        return CallPlan(outcome, post_dial_ms, rings_ms, talk_ms, patience_ms, *word, people.amd.at(_again(fifth)))

    def _other(self, share: float) -> Outcome:
        for upto, outcome in self._others:
            if share < upto:
                return outcome
        return Outcome.NO_ANSWER

    def _heard(self, drawn: float) -> tuple[str, str]:
        """What the detector makes of a person."""
        unsure = self._people.p_amd_unsure
        if drawn < unsure:
            return NOTSURE
        return MACHINE if drawn < unsure + self._people.p_amd_false else HUMAN

    def _misheard(self, drawn: float) -> tuple[str, str]:
        """What the detector makes of a machine."""
        unsure = self._people.p_amd_unsure
        if drawn < unsure:
            return NOTSURE
        return HUMAN if drawn < unsure + self._people.p_amd_miss else MACHINE


def _again(drawn: float) -> float:
    """Another number out of one that has served: its later digits."""
    return drawn * 1024 % 1
