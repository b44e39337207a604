"""The people of a cartera from its records: what is known is found again, and a known day is reproduced."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dialer.edge.store import Store
from dialer.records import HistoryError, Past, Spoken
from dialer.sim.curve import of_law
from dialer.sim.day import Day, live
from dialer.sim.fit import LENT, Fit
from dialer.sim.habits import WRAP as WRAP_DEFAULT
from dialer.sim.habits import Habits
from dialer.sim.people import REAL, Outcome
from dialer.sim.staff import Staff
from dialer.sim.ways import People
from metrics.whatif import Course, spreads
from tests.dialer.edge.test_store import on
from tests.dialer.sim.recorded import HOUR_MS, KNOWN, TAPED, WRAP, X, floor_of, lived, loaded, recorded, settings_of
from tests.floors import at

ZONE = "America/Santiago"
START = at("2026-11-24T12:00")  # 9:00 in Santiago
DAY_MS = 86_400_000
DEFAULT = People.of(REAL)


def fit() -> Fit:
    return Fit(ZONE, DEFAULT)


def call(at_ms: int, verdict: str = "no_answer", lasts_ms: int = 20_000, answered_after_ms: int = 0) -> Past:
    return Past(at_ms, verdict, at_ms + answered_after_ms if answered_after_ms else 0, at_ms + lasts_ms)


# ── a known day ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("amd", "ratio"), [(False, 2.1), (True, 1.9)])
def test_a_day_simulated_from_a_days_records_reproduces_its_occupancy_and_abandonment(
    amd: bool, ratio: float, sqlite_url: str, tmp_path: Path
) -> None:
    """A day whose people are known leaves its records; they are read, fitted, and the day is simulated five times.

    Without a limit: it would make any two days differ by the hour at which it is reached."""
    agents, hours = 8, 2.5
    settings = settings_of(sqlite_url, mode="ratio", ratio=ratio, amd=amd, abandon_ratio_max=1.0)
    floor = floor_of(settings)
    fitted, staff = fit(), Staff(ZONE)

    async def body(store: Store) -> dict[str, float]:
        contacts = await loaded(store, tmp_path, 3_000, START - DAY_MS)
        day = lived(floor, TAPED if amd else KNOWN, contacts, agents, START, hours, seed=5)
        await recorded(store, day)

        def spoken(one: Spoken) -> None:
            fitted.spoken(one)
            staff.spoken(one)

        await store.history(X, START, START + DAY_MS, fitted.call, spoken)
        return day.floor

    real = on(sqlite_url, body)
    if not amd:
        _finds_what_is_known(fitted, staff)
    days = []
    for seed in range(5):
        course = Course(START)
        people = {X: fitted.drawn(random.Random(f"{seed}:fit"))}
        wrap = staff.wrap.curve(of_law(WRAP_DEFAULT))
        day = Day(floor.model_dump(mode="json"), people, agents, START, round(hours * HOUR_MS), ZONE, Habits(wrap=wrap))
        live(day, lambda name, seed=seed: random.Random(f"{seed}:{name}"), course.see)  # type: ignore[misc]
        course.end(day.end_ms)
        days.append(course.floor())
    told = spreads(days)
    for name in ("occupancy", "abandon_ratio", "contacts_per_agent_hour", "idle_mean_s", "attempts_per_contact"):
        low, high = told[name].of_day or (0.0, 0.0)
        assert low <= real[name] <= high, f"{name} {real[name]} is not within {low} to {high}"
    low, high = told["occupancy"].of_day or (0.0, 1.0)
    assert high - low < 0.12, "an interval that holds everything says nothing"


def _finds_what_is_known(fitted: Fit, staff: Staff) -> None:
    """Within what so many calls can tell."""
    people = fitted.people()
    assert fitted.answer == pytest.approx(KNOWN.p_answer, abs=0.03)
    rest = 1 - KNOWN.p_answer
    assert people.others[Outcome.BUSY] == pytest.approx(KNOWN.p_busy / rest, abs=0.03)
    assert people.others[Outcome.UNALLOCATED] == pytest.approx(KNOWN.p_unallocated / rest, abs=0.03)
    assert people.talk.mean_ms == pytest.approx(of_talk_mean(), rel=0.15)
    ring = people.ways[Outcome.PERSON].ring
    assert ring is not None
    assert ring.mean_ms == pytest.approx(1_200 + 7_000, rel=0.08)
    wrap = staff.wrap.curve(of_law(WRAP_DEFAULT))
    assert wrap.mean_ms == pytest.approx(of_law(WRAP).mean_ms, rel=0.08)
    assert staff.breaks() is None
    answer = next(one for one in fitted.figures() if one.name == "answer")
    assert answer.low < KNOWN.p_answer < answer.high


def of_talk_mean() -> float:
    return sum(one.weight * of_law(one.law).mean_ms for one in KNOWN.talk)


# ── the figures ─────────────────────────────────────────────────────────────────────────────────────


def test_an_hour_with_few_calls_is_drawn_towards_the_whole_days_rate() -> None:
    one = fit()
    for n in range(1_000):
        one.call(call(START + n * 3_600, "connected" if n % 5 == 0 else "busy", answered_after_ms=5_000))
    for n in range(4):
        one.call(call(START + 5 * HOUR_MS + n * 1_000, "connected", answered_after_ms=5_000))
    assert one.answer == pytest.approx(0.203, abs=0.001)
    assert one.answer_at(14) == pytest.approx((4 + LENT * one.answer) / (4 + LENT))
    assert one.answer_at(14) < 0.25
    assert one.answer_at(3) == pytest.approx(one.answer)
    hours = dict(one.by_hour())
    assert set(hours) == {9, 14}
    assert hours[14].high - hours[14].low > hours[9].high - hours[9].low


def test_what_is_not_in_the_records_is_the_default_populations_and_marked_so() -> None:
    one = fit()
    for n in range(200):
        one.call(call(START + n * 1_000, "busy" if n % 2 else "no_answer"))
    people = one.people()
    assert people.talk == DEFAULT.talk
    assert people.patience == DEFAULT.patience
    assert people.ways[Outcome.PERSON] == DEFAULT.ways[Outcome.PERSON]
    assert people.ways[Outcome.NO_ANSWER] != DEFAULT.ways[Outcome.NO_ANSWER]
    told = {figure.name: figure for figure in one.figures()}
    assert told["talk_s"].cases == told["patience_s"].cases == 0
    assert told["busy_of_rest"].value == 0.5
    assert told["busy_of_rest"].low < 0.5 < told["busy_of_rest"].high


def test_machines_are_those_that_the_detector_found_and_its_time_is_not_counted_twice() -> None:
    one = fit()
    for n in range(400):
        one.call(call(START + n * 1_000, "machine" if n % 2 else "connected", 9_500, 9_500))
    people = one.people()
    ring = people.ways[Outcome.PERSON].ring
    assert ring is not None
    assert ring.mean_ms + people.amd.mean_ms == pytest.approx(9_500, abs=50)
    assert people.others[Outcome.MACHINE] == 1.0
    assert (people.p_amd_miss, people.p_amd_false) == (0.0, 0.0)


def test_calls_that_say_nothing_of_the_far_end_are_left_out() -> None:
    one = fit()
    one.call(call(START, "cancelled"))
    one.call(Past(START, "busy", 0, 0))
    assert one.cases == 0
    with pytest.raises(HistoryError, match="no call that came to an end"):
        one.people()


def test_days_that_differ_more_than_chance_make_each_simulated_day_differ() -> None:
    alike, unlike = fit(), fit()
    for day in range(6):
        for n in range(400):
            at_ms = START + day * DAY_MS + n * 1_000
            alike.call(call(at_ms, "connected" if n % 5 == 0 else "busy"))
            unlike.call(call(at_ms, "connected" if n % (3 + day) == 0 else "busy"))
    assert alike.between_days() == 0
    assert unlike.between_days() > 0.2
    dice = random.Random(1)
    drawn = [unlike.drawn(dice).answer[9] for _ in range(300)]
    assert sum(drawn) / 300 == pytest.approx(unlike.answer_at(9), rel=0.1)
    assert max(drawn) > 1.3 * unlike.answer_at(9)


def test_pauses_are_the_gaps_that_stand_out() -> None:
    staff = Staff(ZONE)
    for agent in ("e1", "e2"):
        now_ms = START
        for n in range(200):
            staff.spoken(Spoken(agent, now_ms, now_ms + 60_000, now_ms + 80_000))
            now_ms += 80_000 + (600_000 if n % 10 == 9 else 20_000)
    breaks = staff.breaks()
    assert breaks is not None
    assert breaks.lasts.draw(random.Random(1)) == pytest.approx(600_000, rel=0.01)
    told = {figure.name: figure for figure in staff.figures(of_law(WRAP_DEFAULT))}
    assert told["wrap_s"].value == 20
    assert told["agents_a_day"].value == 2
    assert told["paused"].value == pytest.approx(600 / (600 + 10 * 100), rel=0.06)


def test_a_gestion_saved_while_they_still_talk_needs_no_wrap_up() -> None:
    staff = Staff(ZONE)
    for n in range(40):
        staff.spoken(Spoken("e1", START + n * 100_000, START + n * 100_000 + 50_000, START + n * 100_000 + 40_000))
    assert staff.wrap.mean_ms == 0
