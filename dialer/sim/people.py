"""How a pretend debtor behaves on one attempt: what the network says, how long it rings, how long they talk.

Chance is an argument: a `Dice` (``random.Random(seed)`` is one), so that a seed tells the same story every time.

With ``Population.scripted`` the last four digits of the number decide the outcome, so that a test can choose:

========  ======================================================================
…0001     a person answers at once
…0002     busy (cause 17)
…0003     nobody answers: the network gives up after 6 s (cause 19)
…0004     unallocated number (cause 1)
…0005     an answering machine, recognised as such
…0006     network congestion (cause 34)
…0007     network out of order (cause 38)
…0008     a person rejects the call after 2 s of ringing (cause 21)
…0009     a person answers late, after 10 s of ringing
…0010     rings for ever: the caller's own ring time-out ends it (cause 19)
…0011     a person answers at once and hangs up after half a second of silence
…0012     a person answers at once and the detector takes them for a machine
========  ======================================================================
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Protocol

import msgspec

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS


class Dice(Protocol):
    """Where chance comes from."""

    def random(self) -> float: ...

    def uniform(self, a: float, b: float) -> float: ...

    def gammavariate(self, alpha: float, beta: float) -> float: ...


class Outcome(StrEnum):
    """What becomes of an attempt that nobody cuts short."""

    PERSON = "person"
    MACHINE = "machine"
    BUSY = "busy"
    UNALLOCATED = "unallocated"
    CONGESTION = "congestion"
    NETWORK = "network"
    REJECTED = "rejected"
    NO_ANSWER = "no_answer"


ANSWERED: Final = frozenset({Outcome.PERSON, Outcome.MACHINE})


class Law(msgspec.Struct, frozen=True):
    """A law of durations in milliseconds: uniform between `low_ms` and `high_ms`, or, with a `shape`, a gamma law.

    The gamma law has that shape and the mean `mean_ms`; what falls outside `low_ms`..`high_ms` is moved to the bound.
    """

    low_ms: int
    high_ms: int
    mean_ms: float = 0.0
    shape: float = 0.0

    def draw(self, dice: Dice) -> int:
        if not self.shape:
            return int(dice.uniform(self.low_ms, self.high_ms))
        drawn = int(dice.gammavariate(self.shape, self.mean_ms / self.shape))
        return min(max(drawn, self.low_ms), self.high_ms)


class Talk(msgspec.Struct, frozen=True):
    """One kind of conversation and how often it happens among people who answer (weights need not add up to 1)."""

    weight: float
    law: Law


class Population(msgspec.Struct, frozen=True):
    """Who is at the other end. The probabilities `p_…` are of one attempt; what they leave over is nobody answering.

    - `p_answer`: a person answers. `answer_by_hour`, when given, has 24 factors for it, by the hour of the day in
      UTC + `offset_h`.
    - `post_dial`: from the dial to the first sign of the far end. `ring`: from there to the answer.
    - `give_up`: ringing until the network itself ends an unanswered call. `reject`: ringing until a person rejects it.
    - `talk`: the length of a conversation, a mixture. `patience`: how long an answered person waits in silence.
    - `tape`: how long an answering machine stays on the line.
    - `amd`: how long the answering-machine detector listens. `p_amd_miss`: it takes a machine for a person.
      `p_amd_false`: it takes a person for a machine. `p_amd_unsure`: it says NOTSURE.
    - `scripted`: the last four digits of a number may force the outcome (the table above).
    """

    p_answer: float
    p_machine: float
    p_busy: float
    p_unallocated: float
    p_congestion: float
    p_network: float
    p_reject: float
    post_dial: Law
    ring: Law
    give_up: Law
    reject: Law
    talk: tuple[Talk, ...]
    patience: Law
    tape: Law
    amd: Law
    p_amd_miss: float = 0.1
    p_amd_false: float = 0.02
    p_amd_unsure: float = 0.03
    answer_by_hour: tuple[float, ...] = ()
    offset_h: int = 0
    scripted: bool = False


class CallPlan(msgspec.Struct, frozen=True, gc=False):
    """What will happen on one attempt if nobody interferes.

    `rings_ms` 0 means that the end (answer or failure) comes without any ringing. `talk_ms` is how much talking the far
    end has in it before hanging up, `patience_ms` how long it bears silence after the answer. `amd_word` and
    `amd_detail` are what the detector would say after listening for `amd_ms`.
    """

    outcome: Outcome
    post_dial_ms: int
    rings_ms: int
    talk_ms: int = 0
    patience_ms: int = 0
    amd_word: str = "HUMAN"
    amd_detail: str = ""
    amd_ms: int = 0


HUMAN: Final = ("HUMAN", "HUMAN-800-800")
MACHINE: Final = ("MACHINE", "LONGGREETING-2600-2500")
NOTSURE: Final = ("NOTSURE", "TOOLONG-5000")


def plan(number: str, population: Population, dice: Dice, now_ms: int = 0) -> CallPlan:
    """Draw what happens when this number is called now (`now_ms` matters only with `answer_by_hour`)."""
    if population.scripted and (script := SCRIPTS.get(number[-4:])):
        return script
    outcome = _outcome(population, dice.random(), _answer_factor(population, now_ms))
    post_dial_ms = population.post_dial.draw(dice)
    if outcome in ANSWERED:
        return _answered(outcome, post_dial_ms, population, dice)
    return CallPlan(outcome, post_dial_ms, _ringing_in_vain(outcome, population, dice))


def failure(outcome: Outcome, post_dial_ms: int) -> CallPlan:
    """The plan of a call that the network refuses (a full trunk)."""
    return CallPlan(outcome, post_dial_ms, 0)


def _answer_factor(population: Population, now_ms: int) -> float:
    if not population.answer_by_hour:
        return 1.0
    return population.answer_by_hour[(now_ms // HOUR_MS + population.offset_h) % 24]


def _outcome(population: Population, drawn: float, answer_factor: float) -> Outcome:
    for outcome, p in (
        (Outcome.PERSON, population.p_answer * answer_factor),
        (Outcome.MACHINE, population.p_machine),
        (Outcome.BUSY, population.p_busy),
        (Outcome.UNALLOCATED, population.p_unallocated),
        (Outcome.CONGESTION, population.p_congestion),
        (Outcome.NETWORK, population.p_network),
        (Outcome.REJECTED, population.p_reject),
    ):
        drawn -= p
        if drawn < 0:
            return outcome
    return Outcome.NO_ANSWER


def _ringing_in_vain(outcome: Outcome, population: Population, dice: Dice) -> int:
    if outcome is Outcome.NO_ANSWER:
        return population.give_up.draw(dice)
    if outcome is Outcome.REJECTED:
        return population.reject.draw(dice)
    return 0


def _answered(outcome: Outcome, post_dial_ms: int, population: Population, dice: Dice) -> CallPlan:
    rings_ms = population.ring.draw(dice)
    if outcome is Outcome.PERSON:
        talk_ms, patience_ms = _talk(population, dice), population.patience.draw(dice)
    else:
        talk_ms = patience_ms = population.tape.draw(dice)
    word, detail = _amd(outcome, population, dice.random())
    return CallPlan(outcome, post_dial_ms, rings_ms, talk_ms, patience_ms, word, detail, population.amd.draw(dice))


def _talk(population: Population, dice: Dice) -> int:
    drawn = dice.random() * sum(talk.weight for talk in population.talk)
    for talk in population.talk:
        drawn -= talk.weight
        if drawn < 0:
            return talk.law.draw(dice)
    return population.talk[-1].law.draw(dice)


def _amd(outcome: Outcome, population: Population, drawn: float) -> tuple[str, str]:
    if drawn < population.p_amd_unsure:
        return NOTSURE
    p_wrong = population.p_amd_false if outcome is Outcome.PERSON else population.p_amd_miss
    wrong = drawn < population.p_amd_unsure + p_wrong
    return MACHINE if wrong is (outcome is Outcome.PERSON) else HUMAN


def _scripted(outcome: Outcome, rings_ms: int = 0, patience_ms: int = 30_000, amd: tuple[str, str] = HUMAN) -> CallPlan:
    return CallPlan(outcome, 50, rings_ms, 8_000, patience_ms, *amd, amd_ms=800)


SCRIPTS: Final[dict[str, CallPlan]] = {
    "0001": _scripted(Outcome.PERSON),
    "0002": _scripted(Outcome.BUSY),
    "0003": _scripted(Outcome.NO_ANSWER, rings_ms=6_000),
    "0004": _scripted(Outcome.UNALLOCATED),
    "0005": _scripted(Outcome.MACHINE, rings_ms=1_000, amd=MACHINE),
    "0006": _scripted(Outcome.CONGESTION),
    "0007": _scripted(Outcome.NETWORK),
    "0008": _scripted(Outcome.REJECTED, rings_ms=2_000),
    "0009": _scripted(Outcome.PERSON, rings_ms=10_000),
    "0010": _scripted(Outcome.NO_ANSWER, rings_ms=DAY_MS),
    "0011": _scripted(Outcome.PERSON, patience_ms=500),
    "0012": _scripted(Outcome.PERSON, amd=MACHINE),
}

# The demo: a minute of it shows dozens of conversations, so nobody lets the telephone ring for long.
QUICK: Final = Population(
    p_answer=0.45,
    p_machine=0.15,
    p_busy=0.10,
    p_unallocated=0.04,
    p_congestion=0.02,
    p_network=0.01,
    p_reject=0.03,
    post_dial=Law(100, 400),
    ring=Law(1_000, 5_000),
    give_up=Law(6_000, 9_000),
    reject=Law(1_000, 4_000),
    talk=(Talk(1.0, Law(4_000, 15_000, mean_ms=7_800, shape=6.0)),),
    patience=Law(2_500, 8_000),
    tape=Law(8_000, 20_000),
    amd=Law(600, 1_200),
)

# An ordinary day of a cartera: many wrong or hurried parties, some long conversations, ringing as the network does it.
REAL: Final = Population(
    p_answer=0.24,
    p_machine=0.22,
    p_busy=0.07,
    p_unallocated=0.06,
    p_congestion=0.01,
    p_network=0.005,
    p_reject=0.06,
    post_dial=Law(400, 6_000, mean_ms=1_800, shape=4.0),
    ring=Law(500, 28_000, mean_ms=9_000, shape=2.5),
    give_up=Law(20_000, 28_000),
    reject=Law(2_000, 15_000, mean_ms=6_000, shape=3.0),
    talk=(
        Talk(0.55, Law(3_000, 120_000, mean_ms=22_000, shape=1.5)),
        Talk(0.45, Law(20_000, 1_800_000, mean_ms=190_000, shape=1.8)),
    ),
    patience=Law(1_500, 12_000, mean_ms=4_000, shape=3.0),
    tape=Law(10_000, 60_000),
    amd=Law(700, 4_000, mean_ms=1_500, shape=4.0),
)
