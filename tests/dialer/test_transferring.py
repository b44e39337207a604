"""Handing a debtor over, event by event: blind and attended, and everything that goes wrong on the way."""

from __future__ import annotations

import pytest

from dialer import commands as c
from dialer import events as e
from dialer.transfer import AWAY_MS, HOLD_MS, JOIN_MS
from tests.floors import Desk, contact


class Two(Desk):
    """e1 talks with a debtor; e2 is free."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.attempt = self.agent("e1"), ""
        self.attempt = self.talking()
        self.second = self.agent("e2")

    def blind(self) -> None:
        self.feed(e.TransferAsked("e1", "e2"))

    def consulting(self) -> None:
        """The debtor hears music, the two talk."""
        self.feed(e.TransferAsked("e1", "e2", attended=True))
        assert self.only(c.HoldCall).attempt_id == self.attempt
        self.feed(e.CallUnbridged(self.attempt))
        self.feed(e.LegParked(self.first))
        assert self.only(c.JoinLegs) == c.JoinLegs(self.first, self.second)
        self.feed(e.LegsBridged(self.second, self.first), after_ms=2)
        assert self.consult() == ("talking", "e2", "")

    def consult(self) -> tuple[str, str, str]:
        told = self.only(c.TellConsult)
        return told.state, told.to, told.why

    def note(self) -> tuple[str, str, str, str]:
        note = self.only(c.NoteTransfer)
        return note.agent_id, note.to, note.kind, note.outcome

    def owes(self, agent_id: str) -> list[str]:
        return self.engine.books.roster.agents[agent_id].owes

    def states(self) -> tuple[str, str]:
        return self.state("e1"), self.state("e2")


def test_a_blind_transfer_joins_the_debtor_first_and_shows_the_card_then() -> None:
    desk = Two()
    desk.blind()
    assert desk.last[0] == c.JoinCall(desk.attempt, desk.second)
    assert desk.only(c.ShowCall).agent_id == "e2"
    assert desk.states() == ("espera", "reservado")


def test_who_got_the_debtor_owes_the_gestion_and_who_handed_over_rests_and_owes_nothing() -> None:
    desk = Two()
    desk.blind()
    desk.feed(e.CallBridged(desk.attempt, desk.second), after_ms=2)
    assert desk.states() == ("cierre", "hablando")
    assert (desk.owes("e1"), desk.owes("e2")) == ([], [desk.attempt])
    assert desk.note() == ("e1", "e2", "blind", "done")
    assert desk.consult() == ("done", "e2", "")
    desk.feed(e.Ticked(), after_ms=9_999)
    assert desk.state("e1") == "cierre", "ten seconds between contacts, also after a hand-over"
    desk.feed(e.Ticked(), after_ms=1)
    assert desk.state("e1") == "disponible"
    desk.feed(e.CallEnded(desk.attempt, 16))
    assert desk.only(c.CloseAttempt).agent_id == "e2"
    desk.saved(desk.attempt, "e2")
    assert desk.owes("e2") == []


def test_an_attended_transfer_lets_the_two_talk_first_and_then_hands_over() -> None:
    desk = Two()
    desk.consulting()
    assert (desk.states(), desk.stage(desk.attempt)) == (("espera", "reservado"), "held")
    desk.feed(e.TransferFinished("e1"), after_ms=8_000)
    assert desk.only(c.JoinCall) == c.JoinCall(desk.attempt, desk.second)
    desk.feed(e.CallBridged(desk.attempt, desk.second))
    assert (desk.states(), desk.stage(desk.attempt)) == (("cierre", "hablando"), "talking")
    assert desk.note() == ("e1", "e2", "attended", "done")


def test_a_debtor_on_hold_stays_on_the_music_while_the_two_are_joined() -> None:
    desk = Two()
    desk.feed(e.AgentHeld("e1"))
    desk.feed(e.LegParked(desk.first))
    desk.feed(e.TransferAsked("e1", "e2", attended=True))
    assert [type(one) for one in desk.last[:2]] == [c.HoldCall, c.JoinLegs]


CANCELS = [e.TransferCancelled("e1"), e.TransferCancelled("e2"), e.AgentHungUp("e1"), e.AgentHungUp("e2")]


@pytest.mark.parametrize(
    "ask",
    [*CANCELS, e.AgentResumed("e1")],
    ids=["first cancels", "other cancels", "first hangs up", "other hangs up", "first takes them back"],
)
def test_either_may_end_the_consultation_and_the_first_has_the_debtor_back(ask: e.Event) -> None:
    desk = Two()
    desk.consulting()
    desk.feed(ask)
    assert desk.only(c.JoinCall) == c.JoinCall(desk.attempt, desk.first)
    assert desk.all(c.HangUp) == [], "nobody hangs up on a debtor who waits"
    assert desk.consult() == ("back", "e2", "")
    assert desk.note()[3] == "back"
    desk.feed(e.CallBridged(desk.attempt, desk.first))
    assert desk.states() == ("hablando", "disponible")
    assert (desk.owes("e1"), desk.owes("e2")) == ([desk.attempt], [])


def test_a_debtor_who_hangs_up_while_they_wait_leaves_the_gestion_with_the_first() -> None:
    desk = Two()
    desk.consulting()
    desk.feed(e.CallEnded(desk.attempt, 16), after_ms=20_000)
    assert desk.states() == ("cierre", "disponible")
    assert desk.owes("e1") == [desk.attempt]
    assert (desk.note()[3], desk.consult()) == ("lost", ("failed", "e2", "debtor"))
    assert desk.only(c.CloseAttempt).agent_id == "e1"


def test_a_colleague_whose_headset_drops_gives_the_debtor_back() -> None:
    desk = Two()
    desk.consulting()
    desk.feed(e.LegEnded(desk.second, 38))
    assert desk.only(c.JoinCall) == c.JoinCall(desk.attempt, desk.first)
    assert desk.consult() == ("failed", "e2", "headset")
    assert desk.states() == ("espera", "conectando")
    desk.feed(e.LegParked(desk.only(c.CallAgent).leg_id))
    assert desk.state("e2") == "disponible"


def test_a_first_whose_headset_flickers_is_back_with_the_debtor() -> None:
    desk = Two()
    desk.consulting()
    desk.feed(e.LegEnded(desk.first, 38))
    again = desk.only(c.CallAgent).leg_id
    assert desk.all(c.JoinCall) == []
    desk.feed(e.LegParked(again), after_ms=AWAY_MS - 1)
    assert desk.only(c.JoinCall) == c.JoinCall(desk.attempt, again)
    desk.feed(e.CallBridged(desk.attempt, again))
    assert desk.states() == ("hablando", "disponible")


def test_a_first_whose_headset_stays_away_leaves_the_debtor_to_whom_they_consulted() -> None:
    desk = Two()
    desk.consulting()
    desk.feed(e.LegEnded(desk.first, 38))
    again = desk.only(c.CallAgent).leg_id
    desk.feed(e.Ticked(), after_ms=AWAY_MS)
    assert desk.only(c.JoinCall) == c.JoinCall(desk.attempt, desk.second)
    desk.feed(e.LegParked(again))
    assert desk.all(c.JoinCall) == [], "the debtor is on the way to the other"
    desk.feed(e.CallBridged(desk.attempt, desk.second))
    assert desk.states() == ("cierre", "hablando")
    assert desk.owes("e1") == []


def test_a_colleague_who_cannot_be_joined_gives_the_debtor_back_and_their_leg_is_called_again() -> None:
    desk = Two()
    desk.blind()
    desk.feed(e.BridgeFailed(desk.attempt, desk.second, "Channel2 does not exist"))
    assert desk.only(c.JoinCall) == c.JoinCall(desk.attempt, desk.first)
    assert c.HangUp(desk.second) in desk.last
    assert desk.consult() == ("failed", "e2", "refused")


def test_legs_that_asterisk_will_not_join_give_the_debtor_back() -> None:
    desk = Two()
    desk.feed(e.TransferAsked("e1", "e2", attended=True))
    desk.feed(e.LegParked(desk.first))
    desk.feed(e.LegsFailed(desk.first, desk.second, "no"))
    assert desk.only(c.JoinCall) == c.JoinCall(desk.attempt, desk.first)
    assert desk.consult() == ("failed", "e2", "refused")


@pytest.mark.parametrize(("attended", "limit_ms"), [(False, JOIN_MS), (True, HOLD_MS)])
def test_an_asterisk_that_says_nothing_gives_the_debtor_back_in_time(attended: bool, limit_ms: int) -> None:
    desk = Two()
    desk.feed(e.TransferAsked("e1", "e2", attended))
    desk.feed(e.Ticked(), after_ms=limit_ms)
    assert desk.only(c.JoinCall) == c.JoinCall(desk.attempt, desk.first)
    assert desk.consult() == ("failed", "e2", "late")


def test_the_bridge_with_the_other_that_comes_too_late_changes_nothing() -> None:
    desk = Two()
    desk.blind()
    desk.feed(e.Ticked(), after_ms=JOIN_MS)
    desk.feed(e.CallBridged(desk.attempt, desk.second))
    assert desk.state("e2") == "disponible"
    desk.feed(e.CallBridged(desk.attempt, desk.first))
    assert (desk.state("e1"), desk.owes("e1"), desk.owes("e2")) == ("hablando", [desk.attempt], [])


@pytest.mark.parametrize(
    ("prepare", "to", "why"),
    [
        ([e.AgentPaused("e2", "baño")], "e2", "paused"),
        ([e.AgentLeft("e2")], "e2", "away"),
        ([], "e9", "away"),
        ([], "e1", "self"),
        ([e.LegEnded("SECOND", 16)], "e2", "away_leg"),
        ([e.LegEnded("FIRST", 16)], "e2", "no_leg"),
        ([e.TransferAsked("e1", "e2", attended=True)], "e2", "under_way"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(prepare: list[e.Event], to: str, why: str) -> None:
    desk = Two()
    legs = {"FIRST": desk.first, "SECOND": desk.second}
    for event in prepare:
        desk.feed(e.LegEnded(legs[event.leg_id], 16) if isinstance(event, e.LegEnded) else event)
    desk.feed(e.TransferAsked("e1", to))
    assert desk.last == [c.TellConsult("e1", "failed", to, why)]


def test_who_has_no_debtor_hands_nobody_over() -> None:
    desk = Two()
    desk.feed(e.TransferAsked("e2", "e1"))
    assert desk.last == [c.TellConsult("e2", "failed", "e1", "no_call")]


def test_a_supervisor_takes_a_debtor_out_of_a_pause_and_is_back_in_it_afterwards() -> None:
    desk = Two()
    desk.feed(e.AgentPaused("e2", "supervisor"))
    desk.feed(e.TransferAsked("e1", "e2", even_paused=True))
    desk.feed(e.CallBridged(desk.attempt, desk.second))
    assert desk.states() == ("cierre", "hablando")
    desk.feed(e.CallEnded(desk.attempt, 16))
    desk.saved(desk.attempt, "e2")
    desk.feed(e.Ticked(), after_ms=20_000)
    assert desk.state("e2") == "pausa"
    assert desk.engine.books.roster.agents["e2"].reason == "supervisor"


def test_a_supervisor_who_was_only_consulted_is_in_their_pause_at_once() -> None:
    desk = Two()
    desk.feed(e.AgentPaused("e2", "supervisor"))
    desk.feed(e.TransferAsked("e1", "e2", attended=True, even_paused=True))
    desk.feed(e.TransferCancelled("e1"))
    assert desk.state("e2") == "pausa"


def test_a_gestion_saved_before_the_hand_over_is_the_only_one() -> None:
    desk = Two()
    desk.saved(desk.attempt)
    desk.blind()
    desk.feed(e.CallBridged(desk.attempt, desk.second))
    assert (desk.owes("e1"), desk.owes("e2")) == ([], [])
    desk.feed(e.CallEnded(desk.attempt, 16))
    assert desk.only(c.ReturnContact).why == "D07"


def test_a_gestion_that_was_being_saved_during_the_hand_over_frees_the_other_of_it() -> None:
    desk = Two()
    desk.blind()
    desk.feed(e.CallBridged(desk.attempt, desk.second))
    desk.feed(e.CallEnded(desk.attempt, 16))
    desk.saved(desk.attempt, "e1")
    assert desk.owes("e2") == []
    desk.feed(e.Ticked(), after_ms=10_000)
    assert desk.state("e2") == "disponible"


def test_who_is_consulted_and_logs_out_gives_the_debtor_back_and_is_gone() -> None:
    desk = Two()
    desk.consulting()
    desk.feed(e.AgentLeft("e2"))
    assert desk.only(c.JoinCall).leg_id == desk.first
    assert desk.state("e2") == "desconectado"


def test_who_consults_and_logs_out_hands_over_as_a_telephone_put_down_does() -> None:
    desk = Two()
    desk.consulting()
    desk.feed(e.AgentLeft("e1"))
    assert desk.only(c.JoinCall).leg_id == desk.second
    desk.feed(e.CallBridged(desk.attempt, desk.second))
    assert desk.states() == ("desconectado", "hablando")


def test_a_page_loaded_again_in_mid_consultation_learns_of_it() -> None:
    desk = Two()
    desk.consulting()
    desk.feed(e.AgentVanished("e1"))
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
    assert desk.consult() == ("talking", "e2", "")
    desk.feed(e.TransferFinished("e1"))
    assert desk.only(c.JoinCall).leg_id == desk.second


def test_a_debtor_handed_on_twice_is_the_thirds() -> None:
    desk = Two()
    third = desk.agent("e3")
    desk.blind()
    desk.feed(e.CallBridged(desk.attempt, desk.second))
    desk.feed(e.TransferAsked("e2", "e3"), after_ms=5_000)
    desk.feed(e.CallBridged(desk.attempt, third))
    assert [desk.owes(one) for one in ("e1", "e2", "e3")] == [[], [], [desk.attempt]]
    assert desk.states() == ("cierre", "cierre")


def test_a_listing_tells_what_became_of_it_while_nobody_listened() -> None:
    desk = Two()
    desk.feed(e.TransferAsked("e1", "e2", attended=True))
    desk.feed(e.LegParked(desk.first))
    desk.feed(e.PbxLost("cut"))
    debtor, first, second = desk.attempt, desk.first, desk.second
    pair = (e.ChannelSeen(debtor, True), e.ChannelSeen(first, True, "b"), e.ChannelSeen(second, True, "b"))
    desk.feed(e.ChannelsListed(desk.now_ms, pair), after_ms=500)
    assert desk.consult() == ("talking", "e2", "")
    apart = (e.ChannelSeen(debtor, True), e.ChannelSeen(first, True), e.ChannelSeen(second, True))
    desk.feed(e.ChannelsListed(desk.now_ms, apart), after_ms=500)
    assert desk.only(c.JoinCall) == c.JoinCall(debtor, first)
    assert desk.consult()[0] == "back"


def test_a_restart_in_mid_consultation_gives_the_debtor_back_to_the_first() -> None:
    """The two still talk in Asterisk; the first's console is back before long."""
    desk, attempt = Desk(), "c.n1.old.000000001"
    opened = desk.now_ms - 60_000
    desk.feed(e.AttemptReopened(attempt, "a", 10, opened, contact(1), "e1", opened, opened))
    legs = ("a.n1.e1.old.000000002", "a.n1.e2.old.000000003")
    seen = (e.ChannelSeen(attempt, True), *(e.ChannelSeen(leg, True, "b") for leg in legs))
    desk.feed(e.ChannelsListed(desk.now_ms, seen))
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
    assert desk.only(c.JoinCall) == c.JoinCall(attempt, legs[0])


def test_a_held_debtor_who_is_gone_unheard_does_not_ring_the_headset_for_ever() -> None:
    """Their end was lost with the link and they had moved too shortly before the listing to be judged by it."""
    desk = Two()
    desk.feed(e.AgentHeld("e1"))
    desk.feed(e.ChannelsListed(desk.now_ms, (e.ChannelSeen(desk.first, True), e.ChannelSeen(desk.second, True))))
    assert desk.stage(desk.attempt) == "held"
    desk.feed(e.AgentResumed("e1"), after_ms=3_000)
    desk.feed(e.BridgeFailed(desk.attempt, desk.first, "no such channel"))
    assert desk.all(c.ListChannels)
    desk.feed(e.ChannelsListed(desk.now_ms, (e.ChannelSeen(desk.second, True),)))
    assert desk.attempt not in desk.engine.books.calls
    assert desk.only(c.CloseAttempt).agent_id == "e1"
