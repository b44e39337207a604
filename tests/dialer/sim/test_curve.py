"""Durations drawn again as they were seen."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.sim.curve import Curve, always, exponential, of_counts, of_law, of_talk
from dialer.sim.people import REAL, Law


def quantile(values: list[int], q: float) -> int:
    return sorted(values)[int(q * len(values))]


@pytest.mark.parametrize("law", [REAL.ring, REAL.post_dial, REAL.give_up, REAL.reject, REAL.patience, REAL.amd])
def test_a_law_as_a_curve_has_the_same_mean_and_the_same_quantiles(law: Law) -> None:
    dice, curve = random.Random(1), of_law(law)
    drawn, again = [law.draw(dice) for _ in range(20_000)], [curve.draw(dice) for _ in range(20_000)]
    assert sum(again) / 20_000 == pytest.approx(sum(drawn) / 20_000, rel=0.02)
    for q in (0.05, 0.5, 0.95):
        assert quantile(again, q) == pytest.approx(quantile(drawn, q), rel=0.04, abs=20)
    assert law.low_ms <= min(again) <= max(again) <= law.high_ms


def test_a_mixture_of_conversations_keeps_its_mean() -> None:
    assert of_talk(REAL.talk).mean_ms == pytest.approx(97_600, rel=0.01)


def test_what_was_seen_is_drawn_as_it_was_seen_whatever_its_shape() -> None:
    dice = random.Random(2)
    seen = [dice.choice((5_000, 60_000)) + dice.randrange(100) for _ in range(3_000)]
    curve = of_counts(Counter(seen))
    drawn = [curve.draw(dice) for _ in range(20_000)]
    assert curve.mean_ms == pytest.approx(sum(seen) / len(seen), rel=0.001)
    assert sum(one < 10_000 for one in drawn) / 20_000 == pytest.approx(0.5, abs=0.02)
    assert sum(10_000 < one < 55_000 for one in drawn) / 20_000 < 0.01


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=400), st.floats(0, 1, exclude_max=True))
def test_a_curve_stays_between_what_was_seen_and_never_falls(seen: list[int], u: float) -> None:
    curve = of_counts(Counter(seen))
    assert min(seen) <= curve.at(u) <= max(seen)
    assert list(curve.edges_ms) == sorted(curve.edges_ms)


def test_nothing_seen_is_no_curve() -> None:
    with pytest.raises(ValueError, match="no durations"):
        of_counts({})


def test_a_curve_is_stretched_and_shortened() -> None:
    curve = Curve((1_000, 2_000, 6_000))
    assert curve.scaled(2).mean_ms == 2 * curve.mean_ms
    assert curve.less(1_500).edges_ms == (0, 500, 4_500)
    assert always(7).draw(random.Random(1)) == 7
    assert exponential(10_000).mean_ms == pytest.approx(10_000, rel=0.01)
