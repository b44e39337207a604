"""Asterisk's own list held against our books: whatever happened while nobody listened, both agree again."""

from __future__ import annotations

import pytest

from dialer import commands as c
from dialer import events as e
from tests.floors import Desk, contact

OLD_CALL, OLD_LEG = "c.n1.before.7", "a.n1.e1.before.3"


def seen(channel_id: str, bridge_id: str = "", up: bool = True) -> e.ChannelSeen:
    return e.ChannelSeen(channel_id, up, bridge_id)


def listed(desk: Desk, *channels: e.ChannelSeen, after_ms: int = 5_000) -> None:
    desk.feed(e.ChannelsListed(desk.now_ms + after_ms, channels), after_ms)


def leg_of(desk: Desk, agent_id: str = "e1") -> str:
    return desk.engine.books.roster.agents[agent_id].leg_id


def reopened(desk: Desk, *, answered: bool = False, connected: bool = False, saved: bool = False) -> None:
    started_ms = desk.now_ms - 30_000
    desk.feed(
        e.AttemptReopened(
            OLD_CALL,
            "a",
            10,
            started_ms,
            contact(1),
            agent_id="e1" if connected else "",
            answered_ms=started_ms + 5_000 if answered or connected else 0,
            connected_ms=started_ms + 5_002 if connected else 0,
            gestion_saved=saved,
        )
    )


# ── a link that was lost for a while ────────────────────────────────────────────────────────────────


def test_a_person_who_answered_while_nobody_listened_is_joined_at_once() -> None:
    desk = Desk()
    leg = desk.agent()
    attempt = desk.ringing()
    desk.feed(e.PbxLost("reset"))
    listed(desk, seen(attempt), seen(leg), after_ms=700)
    assert desk.only(c.JoinCall) == c.JoinCall(attempt, leg)


def test_a_call_that_still_rings_goes_on_ringing() -> None:
    desk = Desk()
    leg = desk.agent()
    attempt = desk.ringing()
    desk.feed(e.PbxLost("reset"))
    listed(desk, seen(attempt, up=False), seen(leg))
    assert desk.stage(attempt) == "ringing"
    assert desk.all(c.CloseAttempt) == []


def test_a_conversation_that_ended_while_nobody_listened_is_closed_as_the_conversation_it_was() -> None:
    desk = Desk()
    leg = desk.agent()
    attempt = desk.talking()
    desk.feed(e.PbxLost("reset"))
    listed(desk, seen(leg))
    assert desk.only(c.CloseAttempt).verdict == "connected"
    assert desk.state() == "cierre"
    assert desk.engine.books.roster.agents["e1"].owes == [attempt]


def test_a_join_that_succeeded_unheard_is_a_conversation() -> None:
    desk = Desk()
    leg = desk.agent()
    attempt = desk.ringing()
    desk.feed(e.CallPickedUp(attempt))
    desk.feed(e.PbxLost("reset"))
    listed(desk, seen(attempt, "b1"), seen(leg, "b1"))
    assert desk.stage(attempt) == "talking"
    assert desk.state() == "hablando"
    assert desk.only(c.NoteConnected).agent_id == "e1"


def test_a_call_asked_for_after_the_listing_was_is_not_judged_by_it() -> None:
    desk = Desk()
    leg = desk.agent()
    asked_ms = desk.now_ms
    desk.now_ms += 1_000
    attempt = desk.placed()
    desk.feed(e.ChannelsListed(asked_ms, (seen(leg),)))
    assert desk.stage(attempt) == "placing"
    assert desk.all(c.CloseAttempt) == []


def test_a_leg_that_is_gone_is_called_again() -> None:
    desk = Desk()
    leg = desk.agent()
    desk.feed(e.PbxLost("Asterisk restarted"))
    listed(desk)
    assert desk.state() == "conectando"
    assert leg_of(desk) not in ("", leg)
    assert desk.only(c.CallAgent).leg_id == leg_of(desk)


def test_a_leg_that_was_parked_unheard_is_parked() -> None:
    desk = Desk()
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
    desk.feed(e.PbxLost("reset"))
    listed(desk, seen(leg_of(desk)))
    assert desk.state() == "pausa"


def test_a_leg_of_somebody_who_is_in_nobodys_bridge_is_left_alone() -> None:
    """Supervisors and other nodes have bridges too: only a bridge with one of our legs is a conversation of ours."""
    desk = Desk()
    leg = desk.agent()
    attempt = desk.talking()
    listed(desk, seen(attempt, "theirs"), seen(leg, "ours"))
    assert desk.stage(attempt) == "talking"
    assert desk.all(c.HangUp) == []


def test_the_same_listing_twice_says_nothing_new() -> None:
    desk = Desk()
    leg = desk.agent()
    attempt = desk.talking()
    for _ in range(2):
        listed(desk, seen(attempt, "b1"), seen(leg, "b1"))
    assert [command for command in desk.last if not isinstance(command, c.NotePacing)] == []
    assert desk.stage(attempt) == "talking"


# ── a restart of our own ────────────────────────────────────────────────────────────────────────────


def test_a_call_of_the_run_before_that_still_rings_is_waited_for() -> None:
    desk = Desk()
    reopened(desk)
    listed(desk, seen(OLD_CALL, up=False))
    assert desk.stage(OLD_CALL) == "ringing"
    desk.feed(e.CallEnded(OLD_CALL, 17))
    assert desk.only(c.CloseAttempt).verdict == "busy"


def test_a_person_who_answered_between_the_runs_waits_for_the_first_free_agent() -> None:
    desk = Desk()
    reopened(desk, answered=True)
    listed(desk, seen(OLD_CALL), after_ms=0)
    assert desk.stage(OLD_CALL) == "waiting"
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
    desk.feed(e.AgentReady("e1"))
    desk.feed(e.LegParked(leg_of(desk)))
    assert desk.only(c.JoinCall).attempt_id == OLD_CALL


def test_a_debtor_left_on_hold_by_the_run_before_is_joined_when_the_agent_is_back() -> None:
    desk = Desk()
    reopened(desk, connected=True)
    listed(desk, seen(OLD_CALL), after_ms=0)
    assert desk.stage(OLD_CALL) == "held"
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",), pending=(OLD_CALL,)))
    desk.feed(e.LegParked(leg_of(desk)))
    assert desk.only(c.JoinCall) == c.JoinCall(OLD_CALL, leg_of(desk))


def test_a_conversation_that_ended_between_the_runs_is_owed_by_its_agent() -> None:
    desk = Desk()
    reopened(desk, connected=True)
    listed(desk, after_ms=0)
    assert desk.only(c.CloseAttempt).verdict == "connected"
    assert desk.all(c.ReturnContact) == [], "the gestión decides where the case goes"
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",), pending=(OLD_CALL,)))
    desk.feed(e.LegParked(leg_of(desk)))
    assert desk.state() == "cierre"
    desk.saved(OLD_CALL)
    assert desk.only(c.ReturnContact).case_id == 1


def test_where_the_gestion_was_saved_before_the_restart_the_case_goes_on_by_itself() -> None:
    desk = Desk()
    reopened(desk, connected=True, saved=True)
    listed(desk, after_ms=0)
    assert desk.only(c.ReturnContact).why == "reopened"


@pytest.mark.parametrize("leg", [OLD_LEG, "a.n1.maria.soto.before.3"])
def test_a_parked_headset_of_the_run_before_is_its_agents_headset(leg: str) -> None:
    """An agent with a dot in the code stopped the engine here."""
    desk = Desk()
    agent_id = leg.removeprefix("a.n1.").removesuffix(".before.3")
    listed(desk, seen(leg), after_ms=0)
    desk.feed(e.AgentConnected(agent_id, "PJSIP/x", ("a",)))
    assert desk.all(c.CallAgent) == [], "it is connected already"
    assert desk.state(agent_id) == "pausa"


def test_no_call_of_an_unknown_cartera_is_taken_up() -> None:
    desk = Desk()
    desk.feed(e.AttemptReopened(OLD_CALL, "gone", 10, desk.now_ms, contact(1, "gone")))
    listed(desk, seen(OLD_CALL), after_ms=0)
    assert desk.only(c.HangUp).channel_id == OLD_CALL


def test_nothing_is_placed_before_the_first_listing() -> None:
    desk = Desk()
    desk.feed(e.PbxLost("reset"))
    desk.feed(e.PbxConnected())
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
    desk.feed(e.AgentReady("e1"))
    desk.feed(e.LegParked(leg_of(desk)))
    assert desk.all(c.ClaimContacts) == []
    listed(desk, seen(leg_of(desk)))
    assert desk.only(c.ClaimContacts).count == 1
