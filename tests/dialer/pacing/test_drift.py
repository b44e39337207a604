"""The fast multiplier."""

from __future__ import annotations

import pytest

from dialer.pacing.drift import Drift


def lived(drift: Drift, level: float, minutes: int, expected: float = 2.0) -> None:
    """Every five seconds so many events were expected and `level` times as many came, in whole ones."""
    owed = 0.0
    for _ in range(minutes * 12):
        owed += level * expected
        drift.seen(int(owed), expected, 5.0)
        owed -= int(owed)


def test_it_finds_the_level_and_grows_sure_of_it() -> None:
    drift = Drift()
    at_first = drift.variance
    lived(drift, 1.6, 60)
    assert drift.mean == pytest.approx(1.6, rel=0.05)
    assert drift.variance < at_first / 20


def test_after_a_shock_it_is_there_within_three_minutes() -> None:
    drift = Drift()
    lived(drift, 1.0, 60)
    lived(drift, 0.4, 3)
    assert drift.mean == pytest.approx(0.4, abs=0.12)


def test_without_events_or_expectations_it_stays_where_it_is() -> None:
    drift = Drift()
    lived(drift, 0.0, 60, expected=0.0)
    assert drift.mean == pytest.approx(1.0)


def test_a_line_that_never_answers_leaves_it_above_zero() -> None:
    drift = Drift()
    lived(drift, 0.0, 600)
    assert 0 < drift.mean < 0.05
