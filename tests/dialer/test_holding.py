"""A cartera that a supervisor stopped, and agents that one moved: nothing is lost, nothing more is placed."""

from __future__ import annotations

import pytest

from dialer import commands as c
from dialer import events as e
from tests.floors import Desk, contact

HELD = e.CarteraHeld("a", "sup", 5)


def placed_nothing(desk: Desk) -> bool:
    return not (desk.all(c.ClaimContacts) or desk.all(c.RecordAttempt) or desk.all(c.PlaceCall))


def test_nothing_is_asked_of_the_queue_while_it_is_held_and_the_reason_is_counted() -> None:
    desk = Desk()
    desk.feed(HELD)
    desk.agent()
    assert placed_nothing(desk)
    assert desk.only(c.CountNotPlaced).reason == "held"
    desk.feed(e.CarteraReleased("a", "sup"))
    assert desk.only(c.ClaimContacts).cartera == "a"


def test_what_was_claimed_before_goes_back_as_it_was() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(HELD)
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),)))
    assert placed_nothing(desk)
    back = desk.only(c.ReturnContact)
    assert (back.case_id, back.why, back.due_ms) == (1, "held", desk.now_ms)
    assert ("held", 1) in [(one.reason, one.count) for one in desk.all(c.CountNotPlaced)]
    assert desk.engine.books.carteras["a"].claiming == 0


def test_a_recorded_attempt_is_called_off_and_its_contact_goes_back() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),)))
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(HELD)
    desk.feed(e.AttemptsRecorded((attempt,)))
    assert placed_nothing(desk)
    assert desk.only(c.CloseAttempt).dial_status == "held"
    assert desk.only(c.ReturnContact).why == "held"


def test_a_call_in_flight_goes_on_to_its_end() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.ringing()
    desk.feed(HELD)
    desk.feed(e.CallPickedUp(attempt))
    assert desk.only(c.JoinCall).attempt_id == attempt


def test_callbacks_wait_too() -> None:
    desk = Desk()
    desk.feed(HELD)
    desk.agent()
    desk.feed(e.BoundDue("a", ("e1",)))
    assert placed_nothing(desk)
    desk.feed(e.CarteraReleased("a", "sup"))
    assert desk.all(c.ClaimContacts)[0].agent_id == "e1"


def test_a_callback_that_was_on_its_way_keeps_its_ejecutivo_and_its_hour() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, ()))
    desk.feed(e.BoundDue("a", ("e1",)), after_ms=5_000)
    assert [one for one in desk.all(c.ClaimContacts) if one.agent_id] == [c.ClaimContacts("a", 1, "e1")]
    desk.feed(HELD)
    own = contact(3, agent_id="e1", callback_ms=desk.now_ms - 1)
    desk.feed(e.ContactsClaimed("a", 1, (own,), agent_id="e1"))
    back = desk.only(c.ReturnContact)
    assert (back.agent_id, back.callback_ms, back.why) == ("e1", own.callback_ms, "held")
    assert desk.state() == "disponible"


def test_a_card_that_is_being_read_leaves_the_screen() -> None:
    desk = Desk({"a": {"mode": "preview"}})
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(4),), agent_id="e1"))
    assert desk.only(c.ShowCall).preview
    desk.feed(HELD)
    assert desk.only(c.ReturnContact).case_id == 4
    assert [one.state for one in desk.all(c.TellAgent)] == ["disponible"]
    assert desk.feed(e.AgentDialed("e1", 4)) == [] or placed_nothing(desk)


def test_only_the_one_that_was_named_stops() -> None:
    desk = Desk({"a": {}, "b": {}})
    desk.feed(HELD)
    desk.agent("e1", ("a", "b"))
    assert [one.cartera for one in desk.all(c.ClaimContacts)] == ["b"]


@pytest.mark.parametrize("event", [e.CarteraHeld("z", "sup", 5), e.CarteraReleased("z", "sup")])
def test_a_cartera_of_another_nodes_settings_is_no_news_here(event: e.Event) -> None:
    assert Desk().feed(event) == []


# ── moved ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_moved_agent_takes_the_next_call_from_the_new_cartera() -> None:
    desk = Desk({"a": {}, "b": {}})
    desk.agent("e1", ("a",))
    desk.feed(e.ContactsClaimed("a", 1, ()))
    desk.feed(e.AgentMoved("e1", ("b", "z"), "sup"), after_ms=5_000)
    assert desk.engine.books.roster.agents["e1"].carteras == ("b",), "what does not exist here is left out"
    assert [one.cartera for one in desk.all(c.ClaimContacts)] == ["b"]


def test_a_moved_agent_finishes_what_they_are_doing() -> None:
    desk = Desk({"a": {}, "b": {}})
    desk.agent("e1", ("a",))
    attempt = desk.talking()
    desk.feed(e.AgentMoved("e1", ("b",), "sup"))
    assert (desk.state(), desk.stage(attempt)) == ("hablando", "talking")
    desk.feed(e.CallEnded(attempt, 16))
    assert desk.only(c.CloseAttempt).agent_id == "e1"


def test_whoever_waits_in_the_new_cartera_is_served_at_once() -> None:
    desk = Desk({"a": {}, "b": {}})
    desk.agent("e1", ("a",))
    desk.agent("e2", ("b",))
    attempt = desk.ringing(1, "b")
    desk.feed(e.AgentPaused("e2", "baño"))
    desk.feed(e.CallPickedUp(attempt))
    assert not desk.all(c.JoinCall)
    desk.feed(e.AgentMoved("e1", ("b",), "sup"))
    assert desk.only(c.JoinCall).attempt_id == attempt


def test_who_is_not_here_or_moves_nowhere_is_no_news() -> None:
    desk = Desk()
    desk.agent()
    assert desk.feed(e.AgentMoved("e9", ("a",), "sup")) == []
    assert desk.feed(e.AgentMoved("e1", ("a",), "sup")) == []
