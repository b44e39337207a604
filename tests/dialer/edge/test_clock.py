"""The floor's clock goes forward only, and a demo's calendar is its own."""

from __future__ import annotations

import time

import pytest

from dialer.edge.clock import FloorClock
from tests.floors import TUESDAY_NOON


def test_the_clock_says_the_wall_time_when_nothing_else_is_asked() -> None:
    before_ms = time.time_ns() // 1_000_000
    now_ms = FloorClock().now_ms()
    assert before_ms - 1 <= now_ms <= time.time_ns() // 1_000_000 + 1


def test_a_shifted_clock_begins_where_it_is_told_and_goes_on_from_there() -> None:
    began_ns = time.monotonic_ns()
    clock = FloorClock(TUESDAY_NOON)
    said = [clock.now_ms() for _ in range(1000)]
    assert said == sorted(said)
    assert TUESDAY_NOON <= said[0] <= said[-1] <= TUESDAY_NOON + (time.monotonic_ns() - began_ns) // 1_000_000 + 1


def test_a_wall_clock_that_is_set_back_does_not_move_the_floors(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FloorClock()
    before_ms = clock.now_ms()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert clock.now_ms() >= before_ms


def test_the_epochs_first_moment_is_a_time_like_any_other() -> None:
    assert FloorClock(0).now_ms() < 60_000
