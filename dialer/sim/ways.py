"""Who is at the other end of a cartera's telephones, as rates by the hour and curves."""

from __future__ import annotations

from typing import Final

import msgspec

from dialer.sim.curve import Curve, always, of_law, of_talk
from dialer.sim.people import Outcome, Population

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
