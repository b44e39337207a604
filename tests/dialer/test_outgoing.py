"""Handing a debtor to somebody outside, event by event: by consultation and blind, and what goes wrong on the way."""

from __future__ import annotations

import pytest

from dialer import commands as c
from dialer import events as e
from tests.floors import Desk

RING_MS, MAX_MS = 30_000, 3_600_000
TO = "ext:juridico"


class Out(Desk):
    """e1 talks with a debtor, and asks for the outside."""

    def __init__(self, **limits: int) -> None:
        super().__init__({"a": {"mode": "progressive", "caller_id": "600600600"}}, **limits)
        self.first = self.agent("e1")
        self.attempt = self.talking()
        self.other = ""

    def ask(self, *, attended: bool = True, record: bool = False) -> None:
        self.feed(e.OutsideAsked("e1", TO, attended, RING_MS, MAX_MS, record))

    def called(self, *, attended: bool = True, record: bool = False) -> None:
        self.ask(attended=attended, record=record)
        assert self.only(c.HoldCall).attempt_id == self.attempt
        self.feed(e.LegParked(self.first))
        called = self.only(c.CallOutside)
        assert (called.to, called.caller_id, called.ring_ms, called.max_ms) == (TO, "600600600", RING_MS, MAX_MS)
        self.other = called.outside_id

    def consulting(self) -> None:
        self.called()
        self.feed(e.OutsideUp(self.other), after_ms=4_000)
        assert self.only(c.JoinLegs) == c.JoinLegs(self.first, self.other)
        self.feed(e.LegsBridged(self.first, self.other))
        assert self.consult() == ("talking", TO, "")

    def handed(self, *, record: bool = False) -> None:
        self.called(attended=False, record=record)
        self.feed(e.OutsideUp(self.other), after_ms=4_000)
        assert self.only(c.JoinCall) == c.JoinCall(self.attempt, self.other)
        self.feed(e.CallBridged(self.attempt, self.other))

    def consult(self) -> tuple[str, str, str]:
        told = self.only(c.TellConsult)
        return told.state, told.to, told.why

    def note(self) -> tuple[str, str, str]:
        note = self.only(c.NoteTransfer)
        assert (note.agent_id, note.to, note.outside) == ("e1", TO, True)
        return note.kind, note.outcome, note.why

    def back_with_the_first(self) -> None:
        assert self.only(c.JoinCall) == c.JoinCall(self.attempt, self.first)
        self.feed(e.CallBridged(self.attempt, self.first))
        assert (self.state(), self.stage(self.attempt)) == ("hablando", "talking")


def test_nobody_outside_is_called_before_the_debtor_hears_music() -> None:
    desk = Out()
    desk.ask()
    assert desk.all(c.CallOutside) == []
    assert desk.consult() == ("ringing", TO, "")
    assert (desk.state(), desk.stage(desk.attempt)) == ("espera", "held")
    desk.feed(e.LegParked(desk.first))
    desk.only(c.CallOutside)


def test_a_consultation_hands_the_debtor_over_and_leaves_the_gestion_with_the_agent() -> None:
    desk = Out()
    desk.consulting()
    desk.feed(e.TransferFinished("e1"), after_ms=8_000)
    assert desk.only(c.JoinCall) == c.JoinCall(desk.attempt, desk.other)
    desk.feed(e.CallBridged(desk.attempt, desk.other))
    assert desk.note() == ("attended", "done", "")
    assert (desk.state(), desk.stage(desk.attempt)) == ("cierre", "talking")
    assert desk.engine.books.roster.agents["e1"].owes == [desk.attempt]
    desk.saved(desk.attempt)
    desk.feed(e.Ticked(), after_ms=20_000)
    assert desk.state() == "disponible", "free for the next while debtor and other still talk"
    desk.feed(e.OutsideEnded(desk.other, 16), after_ms=60_000)
    assert desk.only(c.HangUp).channel_id == desk.attempt
    desk.feed(e.CallEnded(desk.attempt, 16))
    assert desk.only(c.CloseAttempt).verdict == "connected"
    assert desk.state() == "disponible"


def test_blind_the_debtor_goes_on_hearing_music_until_somebody_answers() -> None:
    desk = Out()
    desk.handed()
    assert desk.note() == ("blind", "done", "")
    assert desk.state() == "cierre"


def test_the_recording_stops_when_none_of_ours_is_on_the_line_unless_the_settings_say_otherwise() -> None:
    desk = Out()
    desk.handed()
    assert desk.only(c.StopRecording).attempt_id == desk.attempt
    desk = Out()
    desk.handed(record=True)
    assert desk.all(c.StopRecording) == []


def test_a_debtor_who_hangs_up_ends_the_call_outside_too() -> None:
    desk = Out()
    desk.handed()
    desk.feed(e.CallEnded(desk.attempt, 16), after_ms=30_000)
    assert desk.only(c.HangUp).channel_id == desk.other
    assert desk.state() == "cierre", "the agent still owes the gestión"
    desk.feed(e.OutsideEnded(desk.other, 16))
    assert desk.engine.books.outside == {}


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        (17, "outside_busy"), (19, "outside_no_answer"), (21, "outside_rejected"), (1, "outside_unknown"),
        (34, "outside_network"), (0, "outside_network"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("attended", [True, False])
def test_who_does_not_answer_leaves_the_debtor_with_the_agent_at_once(cause: int, why: str, attended: bool) -> None:
    desk = Out()
    desk.called(attended=attended)
    desk.feed(e.OutsideEnded(desk.other, cause), after_ms=3_000)
    assert desk.consult() == ("failed", TO, why)
    assert desk.note() == ("attended" if attended else "blind", "failed", why)
    desk.back_with_the_first()


@pytest.mark.parametrize(
    "ask", [e.TransferCancelled("e1"), e.AgentHungUp("e1"), e.AgentResumed("e1"), e.AgentLeft("e1")]
)
def test_the_agent_takes_the_debtor_back_and_the_call_outside_ends(ask: e.Event) -> None:
    desk = Out()
    desk.consulting()
    desk.feed(ask)
    assert desk.only(c.HangUp).channel_id == desk.other, "and nobody hangs up on the debtor"
    assert desk.note() == ("attended", "back", "")
    desk.back_with_the_first()


def test_a_headset_that_drops_in_the_consultation_hands_the_debtor_to_nobody() -> None:
    desk = Out()
    desk.consulting()
    desk.feed(e.LegEnded(desk.first, 0))
    assert desk.all(c.JoinCall) == []
    assert desk.only(c.HangUp).channel_id == desk.other
    desk.feed(e.LegParked(desk.only(c.CallAgent).leg_id), after_ms=800)
    assert desk.only(c.JoinCall).attempt_id == desk.attempt


def test_a_debtor_who_hangs_up_while_they_wait_leaves_the_gestion_and_no_call_outside() -> None:
    desk = Out()
    desk.called()
    desk.feed(e.CallEnded(desk.attempt, 16), after_ms=9_000)
    assert desk.note() == ("attended", "lost", "debtor")
    assert desk.only(c.HangUp).channel_id == desk.other
    assert (desk.state(), desk.engine.books.roster.agents["e1"].owes) == ("cierre", [desk.attempt])


def test_who_answers_after_all_is_hung_up() -> None:
    desk = Out()
    desk.called()
    desk.feed(e.TransferCancelled("e1"))
    desk.feed(e.OutsideUp(desk.other))
    assert desk.only(c.HangUp).channel_id == desk.other


def test_a_call_outside_that_does_not_end_is_hung_up_again() -> None:
    desk = Out(overdue_s=3)
    desk.called()
    desk.feed(e.TransferCancelled("e1"))
    desk.feed(e.Ticked(), after_ms=3_000)
    assert [one.channel_id for one in desk.all(c.HangUp)] == [desk.other]


def test_what_cannot_be_joined_gives_the_debtor_back() -> None:
    desk = Out()
    desk.called(attended=False)
    desk.feed(e.OutsideUp(desk.other))
    desk.feed(e.BridgeFailed(desk.attempt, desk.other, "gone"))
    assert desk.consult() == ("failed", TO, "refused")
    desk.back_with_the_first()


def test_a_call_outside_takes_one_of_the_trunks_lines() -> None:
    desk = Out(calls_max=1)
    desk.ask()
    assert desk.consult() == ("failed", TO, "no_line")
    desk = Out(calls_max=2)
    desk.called()
    desk.agent("e2")
    assert desk.engine.books.carteras["a"].claiming == 0, "the pacer's line is taken"


def test_a_page_that_is_loaded_again_learns_that_it_still_rings() -> None:
    desk = Out()
    desk.called(attended=False)
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
    assert desk.consult() == ("ringing", TO, "")


# ── after a cut, and after a restart ────────────────────────────────────────────────────────────────


def test_a_listing_tells_what_nobody_heard() -> None:
    desk = Out()
    desk.called(attended=False)
    desk.feed(e.PbxLost("cut"), after_ms=5_000)
    seen = (e.ChannelSeen(desk.attempt, True), e.ChannelSeen(desk.first, True), e.ChannelSeen(desk.other, True))
    desk.feed(e.ChannelsListed(desk.now_ms, seen), after_ms=100)
    assert desk.only(c.JoinCall) == c.JoinCall(desk.attempt, desk.other)
    joined = (e.ChannelSeen(desk.attempt, True, "b"), e.ChannelSeen(desk.other, True, "b"))
    seen = (*joined, e.ChannelSeen(desk.first, True))
    desk.feed(e.ChannelsListed(desk.now_ms, seen), after_ms=100)
    assert desk.note()[1] == "done"
    seen = (e.ChannelSeen(desk.attempt, True), e.ChannelSeen(desk.first, True))
    desk.feed(e.ChannelsListed(desk.now_ms + 9_000, seen), after_ms=9_000)
    assert desk.only(c.HangUp).channel_id == desk.attempt, "who was outside is gone"


def restarted(bridge_id: str) -> Desk:
    before = Out()
    before.handed()
    call = before.engine.books.calls[before.attempt]
    desk = Desk()
    times = (before.now_ms, call.answered_ms, call.connected_ms)
    desk.feed(e.AttemptReopened(call.attempt_id, "a", call.phone_id, times[0], call.contact, "e1", *times[1:]))
    seen = (e.ChannelSeen(call.attempt_id, True, "b"), e.ChannelSeen(before.other, True, bridge_id))
    desk.feed(e.ChannelsListed(desk.now_ms, seen), after_ms=100)
    return desk


def test_a_dialer_that_starts_anew_takes_debtor_and_other_up_again_and_knows_who_owes_the_gestion() -> None:
    desk = restarted("b")
    (leg,) = desk.engine.books.outside.values()
    assert desk.engine.books.roster.agents["e1"].owes == [leg.attempt_id]
    desk.feed(e.OutsideEnded(leg.outside_id, 16))
    assert desk.only(c.HangUp).channel_id == leg.attempt_id


def test_who_was_called_for_a_transfer_that_nobody_remembers_is_hung_up() -> None:
    desk = restarted("")
    assert desk.only(c.HangUp).channel_id.startswith("x.n1.r.")
    assert desk.engine.books.outside == {}
