"""The raised hand: it is up since it was raised, until somebody lowers it or the agent is gone."""

from __future__ import annotations

from dialer import commands as c
from dialer import events as e
from tests.floors import Desk


def hands(desk: Desk) -> list[tuple[str, int]]:
    """What the last answer told of hands: whose, and since when (0: down)."""
    return [(one.agent_id, one.since_ms) for one in desk.all(c.TellHand)]


def test_a_hand_is_up_since_when_it_was_raised_and_raising_it_again_changes_nothing() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.AgentRaisedHand("e1"), after_ms=1_000)
    raised_ms = desk.now_ms
    assert hands(desk) == [("e1", raised_ms)]
    desk.feed(e.AgentRaisedHand("e1"), after_ms=5_000)
    assert hands(desk) == []
    assert desk.engine.books.roster.agents["e1"].hand_ms == raised_ms


def test_a_hand_is_raised_in_mid_conversation_and_the_call_goes_on() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.talking()
    desk.feed(e.AgentRaisedHand("e1"))
    assert desk.last == [c.TellHand("e1", desk.now_ms)]
    assert (desk.state(), desk.stage(attempt)) == ("hablando", "talking")


def test_a_lowered_hand_is_told_once() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.AgentRaisedHand("e1"))
    desk.feed(e.AgentLoweredHand("e1"))
    assert hands(desk) == [("e1", 0)]
    desk.feed(e.AgentLoweredHand("e1"))
    assert desk.last == []


def test_a_page_that_is_loaded_again_learns_that_the_hand_is_up() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.AgentRaisedHand("e1"))
    raised_ms = desk.now_ms
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)), after_ms=2_000)
    assert hands(desk) == [("e1", raised_ms)]


def test_who_leaves_or_vanishes_takes_the_hand_along_and_only_who_vanished_has_it_back() -> None:
    for gone, kept in ((e.AgentLeft("e1"), False), (e.AgentVanished("e1"), True)):
        desk = Desk()
        desk.agent()
        desk.feed(e.AgentRaisedHand("e1"))
        desk.feed(gone)
        assert desk.all(c.TellHand) == [c.TellHand("e1", 0, kept)]


def test_a_hand_that_was_up_when_the_console_or_the_node_went_is_up_again_for_an_hour() -> None:
    for ago_ms, up in ((60_000, True), (3_600_001, False)):
        desk = Desk()
        raised_ms = desk.now_ms - ago_ms
        desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",), hand_ms=raised_ms))
        assert hands(desk) == ([("e1", raised_ms)] if up else [])


def test_nobody_who_is_off_the_floor_raises_a_hand() -> None:
    desk = Desk()
    desk.feed(e.AgentRaisedHand("e9"))
    desk.agent()
    desk.feed(e.AgentLeft("e1"))
    desk.feed(e.AgentRaisedHand("e1"))
    assert desk.last == []
    desk.feed(e.AgentLoweredHand("e9"))
    assert desk.last == []
