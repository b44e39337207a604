"""Issabel's predictive mode."""

from __future__ import annotations

import pytest

from dialer.pacing.happened import Happened
from dialer.pacing.issabel import Issabel
from dialer.pacing.view import View
from tests.dialer.pacing.floors import NOON_MS


def talked(strategy: Issabel, times: int, seconds: int) -> None:
    """Calls connected at once and talked for so long, an hour ago."""
    for number in range(times):
        start_ms = NOON_MS - 3_600_000
        strategy.told(Happened("placed", f"t{number}"), start_ms - 8000)
        strategy.told(Happened("connected", f"t{number}", "e0"), start_ms)
        strategy.told(Happened("talk_ended", "", "e0"), start_ms + seconds * 1000)


def test_one_call_for_each_free_agent_every_five_seconds() -> None:
    strategy = Issabel()
    assert [strategy.calls_to_place(View(free=3, dialing=1), NOON_MS + ms) for ms in (0, 2500, 5000)] == [2, 0, 2]


def test_an_agent_who_has_talked_long_is_counted_on() -> None:
    strategy = Issabel()
    talked(strategy, 10, 20)
    strategy.told(Happened("connected", "x", "e1"), NOON_MS)
    view = View(talking=1)
    assert strategy.calls_to_place(view, NOON_MS + 10_000) == 0
    assert strategy.calls_to_place(view, NOON_MS + 80_000) == 1, "of a mean of 20 s, 88 s leave less than 3 %"


def test_before_ten_conversations_nobody_is_counted_on() -> None:
    strategy = Issabel()
    talked(strategy, 9, 20)
    strategy.told(Happened("connected", "x", "e1"), NOON_MS)
    assert strategy.calls_to_place(View(talking=1), NOON_MS + 800_000) == 0


def test_overcommit_divides_by_the_answered_share_but_by_no_less_than_a_fifth() -> None:
    strategy = Issabel(overcommit=True)
    for number in range(20):
        strategy.told(Happened("placed", str(number)), NOON_MS - 20_000)
        strategy.told(Happened("not_answered" if number else "connected", str(number), "e0"), NOON_MS - 10_000)
    assert strategy.calls_to_place(View(free=3), NOON_MS) == 15


def test_an_impossible_quality_is_refused() -> None:
    with pytest.raises(ValueError, match="quality of 97"):
        Issabel(quality=97)
