"""VICIdial's adaptive dial level and its three ways above the drop limit."""

from __future__ import annotations

import pytest

from dialer.pacing.happened import Happened
from dialer.pacing.vicidial import Vicidial
from dialer.pacing.vicidial_average import VicidialAverage
from dialer.pacing.vicidial_hard_limit import VicidialHardLimit
from dialer.pacing.vicidial_tapered import HOUR_MS, VicidialTapered
from dialer.pacing.view import View
from tests.dialer.pacing.floors import NOON_MS


def run(strategy: Vicidial, view: View, seconds: int, start_ms: int = NOON_MS) -> list[int]:
    return [strategy.calls_to_place(view, start_ms + ms) for ms in range(0, seconds * 1000, 500)]


def ended(strategy: Vicidial, connected: int, abandoned: int, now_ms: int = NOON_MS - 100_000) -> None:
    for number in range(connected + abandoned):
        strategy.told(Happened("connected" if number < connected else "abandoned", str(number)), now_ms)


def test_calls_are_placed_every_two_and_a_half_seconds_and_level_with_the_agents_ready_or_talking() -> None:
    asked = run(VicidialHardLimit(level_max=1.0), View(free=4, talking=6, dialing=1), 5)
    assert asked == [3, 0, 0, 0, 0, 3, 0, 0, 0, 0]


def test_agents_who_wait_raise_the_level_up_to_its_maximum() -> None:
    strategy = VicidialHardLimit(level_max=3.0)
    run(strategy, View(free=10), 16)
    assert strategy.level == 3.0, "it doubles at once, as all are free, and again after 15 s"


def test_callers_who_wait_lower_it_and_never_below_one() -> None:
    strategy = VicidialHardLimit()
    run(strategy, View(free=10), 16)
    run(strategy, View(talking=10, waiting=5), 46, NOON_MS + 16_000)
    assert strategy.level == 1.0


@pytest.mark.parametrize(
    ("strategy", "level"),
    [
        (VicidialHardLimit(), 1.0),
        (VicidialAverage(), 1.5),
        (VicidialTapered(ends_ms=NOON_MS + 12 * HOUR_MS), 3.0),
        (VicidialTapered(ends_ms=NOON_MS + 5 * HOUR_MS), 1.5),
    ],
    ids=["hard", "average", "tapered early", "tapered at half time"],
)
def test_above_the_drop_limit_each_method_does_its_own(strategy: Vicidial, level: float) -> None:
    strategy.level = 3.0
    ended(strategy, 90, 10)
    run(strategy, View(free=10, talking=10), 1)
    assert strategy.level == pytest.approx(level, abs=1e-3)


def test_a_minute_in_which_half_the_calls_are_dropped_halves_the_level() -> None:
    strategy = VicidialHardLimit(drop_max=0.9)
    strategy.level = 3.0
    ended(strategy, 5, 20, NOON_MS - 1000)
    run(strategy, View(talking=10), 1)
    assert strategy.level == 1.5


def test_a_clock_that_steps_back_does_not_stop_it() -> None:
    strategy = VicidialHardLimit(level_max=1.0)
    assert strategy.calls_to_place(View(free=3), NOON_MS) == 3
    assert strategy.calls_to_place(View(free=3), NOON_MS - HOUR_MS) == 3


def test_an_impossible_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="drop limit of 3"):
        VicidialAverage(drop_max=3)
