"""The people of a simulated day: as many of each kind as there should be, and the same for every strategy."""

from __future__ import annotations

import random
from collections import Counter

import msgspec
import pytest

from dialer.sim.fates import Fates
from dialer.sim.people import HOUR_MS, REAL, Outcome
from dialer.sim.ways import People

PEOPLE = People.of(REAL)


def test_the_default_population_as_curves_has_the_same_outcomes_and_detector() -> None:
    fates = Fates(PEOPLE, random.Random(1))
    plans = [fates.next(0) for _ in range(20_000)]
    outcomes = Counter(plan.outcome for plan in plans)
    expected = {Outcome.PERSON: REAL.p_answer, Outcome.MACHINE: REAL.p_machine, Outcome.BUSY: REAL.p_busy}
    for outcome, p in expected.items():
        assert outcomes[outcome] / 20_000 == pytest.approx(p, abs=0.01)
    assert outcomes[Outcome.NO_ANSWER] / 20_000 == pytest.approx(0.335, abs=0.012)
    heard = Counter(plan.amd_word for plan in plans if plan.outcome is Outcome.PERSON)
    assert heard["MACHINE"] / heard.total() == pytest.approx(REAL.p_amd_false, abs=0.01)
    taped = Counter(plan.amd_word for plan in plans if plan.outcome is Outcome.MACHINE)
    assert taped["HUMAN"] / taped.total() == pytest.approx(REAL.p_amd_miss, abs=0.015)
    assert all(plan.rings_ms == 0 for plan in plans if plan.outcome is Outcome.BUSY)


def test_the_nth_call_meets_the_same_fate_whenever_it_is_placed() -> None:
    """So two strategies that place their calls at other times call the same people."""
    one, other = (Fates(PEOPLE, random.Random(7)) for _ in range(2))
    assert [one.next(n * 1_000) for n in range(500)] == [other.next(n * 90_000) for n in range(500)]


def test_people_answer_more_at_their_own_hours_of_the_floors_day() -> None:
    by_hour = tuple(0.9 if hour == 19 else 0.1 for hour in range(24))
    fates = Fates(msgspec.structs.replace(PEOPLE, answer=by_hour), random.Random(1), offset_h=21)
    answered = [sum(fates.next(hour * HOUR_MS).outcome is Outcome.PERSON for _ in range(500)) for hour in (21, 22)]
    assert answered[0] < 100
    assert answered[1] > 400


def test_who_always_answers_never_fails() -> None:
    fates = Fates(msgspec.structs.replace(PEOPLE, answer=(1.0,) * 24), random.Random(1))
    assert {fates.next(0).outcome for _ in range(200)} == {Outcome.PERSON}
