"""One call for each free agent."""

from __future__ import annotations

import pytest

from dialer.pacing.progressive import Progressive
from tests.dialer.pacing.floors import NOON_MS, view_of


@pytest.mark.parametrize(
    ("free", "in_flight", "waiting", "calls"),
    [(0, 0, 0, 0), (1, 0, 0, 1), (3, 1, 0, 2), (3, 3, 0, 0), (3, 2, 1, 0), (1, 4, 0, 0), (2, 0, 5, 0)],
)
def test_progressive_is_one_call_for_each_free_agent(free: int, in_flight: int, waiting: int, calls: int) -> None:
    assert Progressive().calls_to_place(view_of(free, in_flight, waiting), NOON_MS) == calls
