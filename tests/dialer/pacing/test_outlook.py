"""What is to be expected of a floor."""

from __future__ import annotations

import pytest

from dialer.pacing.answers import AnswerPrior
from dialer.pacing.happened import KINDS, Happened
from dialer.pacing.outlook import Outlook
from dialer.pacing.predictive import Predictive
from dialer.pacing.releases import ReleasePrior
from dialer.pacing.view import AgentSeen, CallSeen, View
from tests.dialer.pacing.floors import NOON_MS, Day, Floor


def outlook_of(cartera: str = "") -> Outlook:
    return Outlook(cartera, AnswerPrior(), ReleasePrior())


def test_after_a_restart_calls_and_conversations_are_taken_from_the_view() -> None:
    """With the ages they have, though none of their events was told."""
    outlook = outlook_of()
    calls = {"a": CallSeen("dialing", NOON_MS - 8000, NOON_MS - 8000), "b": CallSeen("detecting", 0, NOON_MS - 1000)}
    view = View(talking=1, dialing=1, detecting=1, calls=calls, agents={"e1": AgentSeen("talking", NOON_MS - 90_000)})
    outlook.look(view, NOON_MS)
    assert outlook.answers[-1] != 0
    assert outlook.answers[5] > outlook.new_call("")[5]
    assert outlook.supply[5] > 0


def test_calls_that_are_only_counted_are_taken_for_new_ones() -> None:
    outlook = outlook_of()
    outlook.look(View(free=1, dialing=3), NOON_MS)
    assert outlook.answers[:6] == pytest.approx([3 * chance for chance in outlook.new_call("")], rel=0.2, abs=0.02)


def test_where_its_own_sets_differ_from_the_view_the_view_is_right() -> None:
    outlook = outlook_of()
    outlook.look(View(free=1), NOON_MS)
    outlook.told(Happened("placed", "lost"), NOON_MS)
    outlook.look(View(free=1), NOON_MS + 100)
    assert outlook.answers == pytest.approx([0.0] * 18)


def test_calls_of_a_cartera_that_shares_the_agents_count_as_answers_too() -> None:
    outlook = outlook_of("mia")
    calls = {"x": CallSeen("dialing", NOON_MS, NOON_MS, "otra")}
    outlook.look(View(free=1, dialing=1, calls=calls), NOON_MS)
    assert outlook.answers[5] > 0
    outlook.told(Happened("not_answered", "x", cartera="otra"), NOON_MS + 100)
    assert outlook.answers == pytest.approx([0.0] * 18)
    assert outlook.ended("mia") == 0, "what others' calls did says nothing sure about ours"


@pytest.mark.parametrize("kind", KINDS)
def test_anything_about_things_unknown_is_contained(kind: str) -> None:
    outlook = outlook_of()
    outlook.look(View(free=1), NOON_MS)
    outlook.told(Happened(kind, "?", "?"), NOON_MS - 10_000)  # type: ignore[arg-type]
    outlook.look(View(free=1), NOON_MS + 500)
    assert outlook.answers == pytest.approx([0.0] * 18)


def test_its_own_sets_are_those_of_the_view_all_day() -> None:
    """So nothing is ever taken anew, save at the start."""
    strategy = Predictive()
    floor = Floor(strategy, 5)
    takes = 0

    class Counted(Outlook):
        def _take(self, view: View, now_ms: int) -> None:
            nonlocal takes
            takes += 1
            super()._take(view, now_ms)

    strategy.outlook = Counted("", AnswerPrior(), ReleasePrior())
    Day(floor, share=0.3).live(600)
    assert takes == 1
