"""How pretend debtors behave."""

from __future__ import annotations

import random
from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.sim.people import DAY_MS, HOUR_MS, QUICK, REAL, SCRIPTS, Law, Outcome, plan

NUMBER = "+56912345678"


def outcomes(population, attempts=4000, now_ms=0):
    dice = random.Random(7)
    return Counter(plan(NUMBER, population, dice, now_ms).outcome for _ in range(attempts))


@pytest.mark.parametrize("population", [QUICK, REAL], ids=["quick", "real"])
def test_outcomes_come_as_often_as_the_population_says(population):
    seen = outcomes(population)
    assert seen[Outcome.PERSON] / 4000 == pytest.approx(population.p_answer, abs=0.03)
    assert seen[Outcome.MACHINE] / 4000 == pytest.approx(population.p_machine, abs=0.03)
    assert set(seen) == set(Outcome)


def test_the_same_seed_tells_the_same_story():
    assert [plan(NUMBER, REAL, random.Random(3)) for _ in range(2)] == [plan(NUMBER, REAL, random.Random(3))] * 2


def test_quick_people_are_quick_so_that_a_minute_of_demo_shows_something():
    dice = random.Random(1)
    plans = [plan(NUMBER, QUICK, dice) for _ in range(3000)]
    talks = [p.talk_ms for p in plans if p.outcome is Outcome.PERSON]
    assert min(talks) >= 4_000 and max(talks) <= 15_000
    assert sum(talks) / len(talks) == pytest.approx(8_000, rel=0.1)
    assert all(1_000 <= p.rings_ms <= 5_000 for p in plans if p.outcome is Outcome.PERSON)
    assert all(6_000 <= p.rings_ms <= 9_000 for p in plans if p.outcome is Outcome.NO_ANSWER)
    assert all(600 <= p.amd_ms <= 1_200 for p in plans if p.outcome is Outcome.MACHINE)


def test_real_people_ring_nine_seconds_on_average_and_some_talk_long():
    dice = random.Random(1)
    people = [p for p in (plan(NUMBER, REAL, dice) for _ in range(6000)) if p.outcome is Outcome.PERSON]
    assert sum(p.rings_ms for p in people) / len(people) == pytest.approx(9_000, rel=0.1)
    assert sum(p.talk_ms < 60_000 for p in people) > len(people) / 3
    assert sum(p.talk_ms > 180_000 for p in people) > len(people) / 10


def test_the_detector_errs_as_often_as_the_population_says():
    dice = random.Random(5)
    said = Counter(
        (p.outcome, p.amd_word)
        for p in (plan(NUMBER, REAL, dice) for _ in range(20_000))
        if p.outcome in (Outcome.PERSON, Outcome.MACHINE)
    )
    people = sum(n for (outcome, _), n in said.items() if outcome is Outcome.PERSON)
    machines = sum(n for (outcome, _), n in said.items() if outcome is Outcome.MACHINE)
    assert said[Outcome.PERSON, "MACHINE"] / people == pytest.approx(REAL.p_amd_false, abs=0.01)
    assert said[Outcome.MACHINE, "HUMAN"] / machines == pytest.approx(REAL.p_amd_miss, abs=0.02)
    assert said[Outcome.MACHINE, "NOTSURE"] / machines == pytest.approx(REAL.p_amd_unsure, abs=0.02)


def test_fewer_people_answer_in_the_hours_that_say_so():
    by_hour = tuple(0.0 if hour == 13 else 1.0 for hour in range(24))
    chile = msgspec.structs.replace(QUICK, answer_by_hour=by_hour, offset_h=-3)
    assert outcomes(chile, 500, now_ms=DAY_MS + 16 * HOUR_MS)[Outcome.PERSON] == 0
    assert outcomes(chile, 500, now_ms=DAY_MS + 15 * HOUR_MS)[Outcome.PERSON] > 100


def test_scripted_numbers_are_an_ordinary_number_unless_the_population_is_scripted():
    dice = random.Random(2)
    assert {plan("+56900000004", QUICK, dice).outcome for _ in range(200)} != {Outcome.UNALLOCATED}
    scripted = msgspec.structs.replace(QUICK, scripted=True)
    assert {plan("+56900000004", scripted, dice) for _ in range(20)} == {SCRIPTS["0004"]}


@given(
    low=st.integers(0, 5_000),
    span=st.integers(0, 60_000),
    shape=st.sampled_from([0.0, 0.5, 1.0, 8.0]),
    seed=st.integers(),
)
def test_no_duration_is_ever_outside_its_bounds(low, span, shape, seed):
    law = Law(low, low + span, mean_ms=low + 1.0, shape=shape)
    assert low <= law.draw(random.Random(seed)) <= low + span
