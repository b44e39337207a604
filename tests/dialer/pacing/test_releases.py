"""When busy agents will be free."""

from __future__ import annotations

import pytest

from dialer.pacing.releases import (
    BUSY_BINS,
    LONGEST_S,
    SHORT_TALK_S,
    TALK_BINS,
    WRAP_BINS,
    ReleasePrior,
    Releases,
    busy_bin,
)

HORIZONS_S = [5.0, 15.0, 30.0]


def taught(talk_s: int, wrap_s: int, times: int = 300) -> Releases:
    """Conversations and wrap-ups all alike."""
    releases = Releases(ReleasePrior())
    busy = [0.0] * BUSY_BINS
    for second in range(talk_s):
        busy[busy_bin(True, True, second)] += times
    for second in range(wrap_s):
        busy[busy_bin(False, talk_s >= SHORT_TALK_S, second)] += times
    releases.lived([int(count) for count in busy], 1.0)
    for _ in range(times):
        releases.talk_ended(talk_s)
        releases.wrap_ended(talk_s >= SHORT_TALK_S, wrap_s)
    return releases


def means(releases: Releases, bin_index: int) -> list[float]:
    return releases.law().table(HORIZONS_S).row(bin_index)[:3]


def test_every_elapsed_time_has_its_bin() -> None:
    for talking, long in ((True, True), (False, False), (False, True)):
        bins = [busy_bin(talking, long, second) for second in range(0, 3 * LONGEST_S, 7)]
        assert bins == sorted(bins)
        assert 0 <= bins[0] <= bins[-1] < BUSY_BINS
    assert busy_bin(False, True, 10**9) == TALK_BINS + 2 * WRAP_BINS - 1


def test_the_later_the_likelier() -> None:
    table = Releases(ReleasePrior()).law().table(HORIZONS_S)
    for row in map(table.row, range(BUSY_BINS)):
        assert 0 <= row[0] <= row[1] <= row[2] <= 1


def test_a_wrap_up_that_always_takes_twenty_seconds_is_over_in_its_twentieth() -> None:
    releases = taught(100, 20)
    assert means(releases, busy_bin(False, True, 2))[0] < 0.05
    assert means(releases, busy_bin(False, True, 17))[0] > 0.6
    assert means(releases, busy_bin(False, True, 2))[2] > 0.8


@pytest.mark.parametrize("talk_s", [5, 1200])
def test_long_and_short_conversations_are_learned(talk_s: int) -> None:
    releases = taught(talk_s, 5)
    begun = means(releases, busy_bin(True, True, 1))[2]
    assert begun > 0.8 if talk_s == 5 else begun < 0.05


def test_near_the_end_of_a_shift_fewer_are_counted_on() -> None:
    releases = Releases(ReleasePrior())
    before = means(releases, busy_bin(False, True, 15))[1]
    for _ in range(30):
        releases.then(gone=True)
    assert releases.stays == pytest.approx(0.25)
    assert means(releases, busy_bin(False, True, 15))[1] == pytest.approx(before / 4)
    releases.forget(3600)
    assert releases.stays > 0.99
