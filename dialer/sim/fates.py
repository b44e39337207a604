"""What becomes of a cartera's first call, the second, the third…

`Fates` answers for one cartera. It takes the same count of numbers from its dice for each call whatever comes of it, so
the n-th call of a day meets the same fate in every simulation with those dice, however its strategy paces: what
differs between two strategies is then their doing, not chance's. (By the hour at which the n-th call is placed its
chance of an answer may differ; the numbers that decide do not.)
"""

from __future__ import annotations

from itertools import accumulate

from dialer.sim.people import HOUR_MS, HUMAN, MACHINE, NOTSURE, CallPlan, Dice, Outcome
from dialer.sim.stretches import at
from dialer.sim.ways import HOURS, People


class Fates:
    """What becomes of one cartera's calls, in the order in which they are placed.

    `offset_h`: what is added to an hour of UTC to make it the floor's.
    """

    def __init__(self, people: People, dice: Dice, offset_h: int = 0) -> None:
        self._random = dice.random
        self._offset_h = offset_h
        self._answer = people.answer
        self._others = tuple(zip(accumulate(people.others.values()), people.others, strict=True))
        self._post_dial = {outcome: way.post_dial.edges_ms for outcome, way in people.ways.items()}
        self._ring = {outcome: way.ring.edges_ms for outcome, way in people.ways.items() if way.ring}
        self._talk, self._patience = people.talk.edges_ms, people.patience.edges_ms
        self._tape, self._amd = people.tape.edges_ms, people.amd.edges_ms
        self._unsure = people.p_amd_unsure
        self._false, self._miss = people.p_amd_false, people.p_amd_miss

    def next(self, now_ms: int) -> CallPlan:
        """The fate of the next call, placed now."""
        random = self._random
        who, first, second, third, fourth, fifth = random(), random(), random(), random(), random(), random()
        answer = self._answer[(now_ms // HOUR_MS + self._offset_h) % HOURS]
        outcome = Outcome.PERSON if who < answer else self._other((who - answer) / (1 - answer))
        post_dial_ms, ring = at(self._post_dial[outcome], first), self._ring.get(outcome)
        rings_ms = at(ring, second) if ring is not None else 0
        if outcome is Outcome.PERSON:
            talk_ms, patience_ms, word = at(self._talk, third), at(self._patience, fourth), self._heard(fifth)
        elif outcome is Outcome.MACHINE:
            talk_ms = patience_ms = at(self._tape, third)
            word = self._misheard(fifth)
        else:
            return CallPlan(outcome, post_dial_ms, rings_ms)
        said, detail = word
        return CallPlan(
            outcome, post_dial_ms, rings_ms, talk_ms, patience_ms, said, detail, at(self._amd, _again(fifth))
        )

    def _other(self, share: float) -> Outcome:
        for upto, outcome in self._others:
            if share < upto:
                return outcome
        return Outcome.NO_ANSWER

    def _heard(self, drawn: float) -> tuple[str, str]:
        """What the detector makes of a person."""
        if drawn < self._unsure:
            return NOTSURE
        return MACHINE if drawn < self._unsure + self._false else HUMAN

    def _misheard(self, drawn: float) -> tuple[str, str]:
        """What the detector makes of a machine."""
        if drawn < self._unsure:
            return NOTSURE
        return HUMAN if drawn < self._unsure + self._miss else MACHINE


def _again(drawn: float) -> float:
    """Another number out of one that has served: its later digits."""
    return drawn * 1024 % 1
