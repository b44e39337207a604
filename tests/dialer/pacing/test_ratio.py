"""So many calls for each free agent."""

from __future__ import annotations

import pytest

from dialer.pacing.ratio import Ratio
from tests.dialer.pacing.floors import NOON_MS, view_of


@pytest.mark.parametrize(
    ("free", "ratio", "in_flight", "calls"),
    [(2, 1.5, 0, 3), (2, 1.5, 3, 0), (3, 1.5, 0, 4), (1, 1.9, 0, 1), (4, 2.5, 4, 6), (0, 3.0, 0, 0)],
)
def test_ratio_is_so_many_calls_for_each_free_agent_in_whole_calls(
    free: int, ratio: float, in_flight: int, calls: int
) -> None:
    assert Ratio(ratio).calls_to_place(view_of(free, in_flight), NOON_MS) == calls


def test_ratio_falls_back_to_progressive_exactly_at_the_limit_of_abandonment() -> None:
    assert Ratio(2.0).calls_to_place(view_of(4, abandoned=0.029), NOON_MS) == 8
    assert Ratio(2.0).calls_to_place(view_of(4, abandoned=0.03), NOON_MS) == 4


@pytest.mark.parametrize("ratio", [0.5, -1.0, float("nan")])
def test_a_ratio_below_one_is_refused(ratio: float) -> None:
    with pytest.raises(ValueError, match="it must be 1 or more"):
        Ratio(ratio)
