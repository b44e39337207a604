"""What the strategies have in common."""

from __future__ import annotations

from dialer.pacing.decision import Decision
from dialer.pacing.strategy import Counting, one_each
from dialer.pacing.view import Budget, View


def test_nothing_is_asked_for_with_nobody_at_work_nor_beyond_the_room() -> None:
    strategy = Counting()
    assert strategy.ask(View(free=0), 7, "level") == 0
    assert strategy.why().bound_by == "no_agents"
    assert strategy.ask(View(free=5, room=3), 7, "level") == 3
    assert strategy.why() == Decision(3, "room", budget_left=Budget().left)


def test_calls_on_their_way_and_persons_waiting_each_take_a_free_agent() -> None:
    assert one_each(View(free=5, dialing=1, detecting=1, waiting=1)) == 2
    assert one_each(View(free=1, dialing=4)) == 0
