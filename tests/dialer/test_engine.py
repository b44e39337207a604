"""The main job, event by event: from a free agent to a gestión, and everything that goes wrong on the way."""

from __future__ import annotations

import pytest

from dialer import commands as c
from dialer import events as e
from dialer.contact import Touch
from tests.floors import TUESDAY_NOON, Desk, at, contact, floor


def names(commands: list[c.Command]) -> list[str]:
    return [type(command).__name__ for command in commands]


def test_a_free_agent_makes_the_engine_ask_the_queue_for_one_contact() -> None:
    desk = Desk()
    desk.agent()
    assert desk.only(c.ClaimContacts) == c.ClaimContacts("a", 1)


def test_no_call_is_placed_before_its_attempt_row_is_committed() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),)))
    assert desk.all(c.PlaceCall) == []
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(e.AttemptsRecorded((attempt,)))
    assert desk.only(c.PlaceCall).attempt_id == attempt


def test_an_attempt_that_cannot_be_recorded_is_never_placed_and_its_contact_goes_back() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),)))
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(e.RecordFailed((attempt,), "the database is down"))
    assert desk.only(c.ReturnContact).case_id == 1
    assert desk.all(c.PlaceCall) == []
    assert desk.only(c.CountNotPlaced).reason == "database_down"


def test_the_person_who_answers_is_joined_first_and_everything_else_comes_after() -> None:
    desk = Desk()
    leg = desk.agent()
    attempt = desk.ringing()
    desk.feed(e.CallPickedUp(attempt))
    assert desk.last[0] == c.JoinCall(attempt, leg)
    assert desk.only(c.ShowCall).case_id == 1


def test_the_agent_who_has_been_free_longest_takes_the_call() -> None:
    desk = Desk()
    first = desk.agent("e1")
    desk.feed(e.Ticked(), after_ms=1_000)
    desk.agent("e2")
    attempt = desk.ringing()
    desk.feed(e.CallPickedUp(attempt))
    assert desk.only(c.JoinCall).leg_id == first


def test_an_agent_of_another_cartera_never_gets_the_call() -> None:
    desk = Desk({"a": {}, "b": {}})
    desk.agent("e1", ("a",))
    attempt = desk.ringing()
    desk.feed(e.AgentPaused("e1", "baño"))
    desk.agent("e2", ("b",))
    desk.feed(e.CallPickedUp(attempt))
    assert desk.all(c.JoinCall) == []


def test_a_person_who_waits_is_joined_as_soon_as_an_agent_is_free() -> None:
    desk = Desk()
    leg = desk.agent()
    attempt = desk.ringing()
    desk.feed(e.AgentPaused("e1", "baño"))
    desk.feed(e.CallPickedUp(attempt))
    assert desk.stage(attempt) == "waiting"
    desk.feed(e.AgentReady("e1"), after_ms=500)
    assert desk.only(c.JoinCall) == c.JoinCall(attempt, leg)


def test_a_person_who_answers_and_meets_nobody_is_an_abandoned_call() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.ringing()
    desk.feed(e.AgentPaused("e1", "baño"))
    desk.feed(e.CallPickedUp(attempt))
    desk.feed(e.CallAbandoned(attempt), after_ms=2_000)
    desk.feed(e.CallEnded(attempt, 16), after_ms=4_000)
    closed = desk.only(c.CloseAttempt)
    assert (closed.verdict, closed.gestion, closed.agent_id) == ("abandoned", "M02", "")
    assert desk.only(c.ReturnContact).due_ms == desk.now_ms + 72 * 3_600_000


def test_who_answers_and_hangs_up_before_the_dialplan_begins_has_been_contacted() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.ringing()
    desk.feed(e.DialEnded(attempt, "ANSWER"))
    desk.feed(e.CallEnded(attempt, 16), after_ms=40)
    closed = desk.only(c.CloseAttempt)
    assert closed.verdict == "abandoned"
    assert closed.answered_ms > 0


def test_nobody_is_joined_once_the_recorded_message_has_begun() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.ringing()
    desk.feed(e.AgentPaused("e1", "baño"))
    desk.feed(e.CallPickedUp(attempt))
    desk.feed(e.CallAbandoned(attempt), after_ms=2_000)
    desk.feed(e.AgentReady("e1"))
    assert desk.all(c.JoinCall) == []


def test_voicemail_found_by_the_detector_is_hung_up_and_recorded_as_such() -> None:
    desk = Desk({"a": {"amd": True}})
    desk.agent()
    attempt = desk.ringing()
    desk.feed(e.CallPickedUp(attempt))
    assert desk.all(c.JoinCall) == []
    desk.feed(e.CallScreened(attempt, "MACHINE", "LONGGREETING"), after_ms=2_200)
    assert desk.only(c.HangUp).channel_id == attempt
    desk.feed(e.CallEnded(attempt, 16))
    assert desk.only(c.CloseAttempt).verdict == "machine"
    assert desk.only(c.CloseAttempt).gestion == "M01"


@pytest.mark.parametrize("word", ["HUMAN", "NOTSURE"])
def test_what_may_be_a_person_is_treated_as_one(word: str) -> None:
    desk = Desk({"a": {"amd": True}})
    desk.agent()
    attempt = desk.ringing()
    desk.feed(e.CallPickedUp(attempt))
    desk.feed(e.CallScreened(attempt, word))
    assert desk.only(c.JoinCall).attempt_id == attempt


@pytest.mark.parametrize(
    ("after_ms", "word", "end"),
    [(1_999, "", "hung_up"), (2_000, "", "abandoned"), (900, "HUMAN", "abandoned")],
    ids=["while the detector listens", "two seconds of silence", "known to be a person, and nobody free"],
)
def test_who_hangs_up_before_an_agent_is_due_is_no_abandoned_call(after_ms: int, word: str, end: str) -> None:
    """16 CFR 310.4(b)(1)(iv): two seconds. It was a person as far as anybody knows: the contact counts all the same."""
    desk = Desk({"a": {"amd": True}})
    desk.agent()
    attempt = desk.ringing()
    desk.feed(e.AgentPaused("e1", "baño"))
    desk.feed(e.CallPickedUp(attempt))
    if word:
        desk.feed(e.CallScreened(attempt, word))
    desk.feed(e.CallEnded(attempt, 16), after_ms=after_ms)
    closed = desk.only(c.CloseAttempt)
    assert (closed.verdict, closed.answered_ms > 0) == (end, True)
    assert desk.engine.books.carteras["a"].abandons.part(desk.now_ms) == (end == "abandoned")


def test_after_the_call_the_agent_owes_exactly_one_gestion_and_then_rests_ten_seconds() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.talking()
    desk.feed(e.CallEnded(attempt, 16), after_ms=8_000)
    assert desk.only(c.CloseAttempt).verdict == "connected"
    assert desk.state() == "cierre"
    desk.feed(e.Ticked(), after_ms=60_000)
    assert desk.state() == "cierre", "without its gestión the wrap-up never ends by itself"
    desk.saved(attempt)
    assert desk.state() == "disponible"


def test_the_rest_between_contacts_is_kept_even_when_the_gestion_is_saved_at_once() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.talking()
    desk.feed(e.CallEnded(attempt, 16))
    desk.saved(attempt)
    desk.feed(e.AgentReady("e1"))
    assert desk.state() == "cierre"
    desk.feed(e.Ticked(), after_ms=9_999)
    assert desk.state() == "cierre"
    desk.feed(e.Ticked(), after_ms=1)
    assert desk.state() == "disponible"


def test_a_gestion_saved_while_they_still_talk_sends_the_case_back_only_when_the_call_is_over() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.talking()
    desk.saved(attempt)
    assert desk.all(c.ReturnContact) == []
    desk.feed(e.CallEnded(attempt, 16))
    assert desk.only(c.ReturnContact).why == "D07"


def test_a_stop_takes_the_case_off_the_queue() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.talking()
    desk.feed(e.CallEnded(attempt, 16))
    desk.saved(attempt, stop=True)
    assert desk.only(c.DropContact).case_id == 1


def test_a_pause_asked_during_a_call_begins_when_its_gestion_is_saved() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.talking()
    desk.feed(e.AgentPaused("e1", "colación"))
    assert desk.state() == "hablando"
    desk.feed(e.CallEnded(attempt, 16))
    assert desk.state() == "cierre"
    desk.saved(attempt)
    assert desk.state() == "pausa"
    assert desk.only(c.TellAgent).reason == "colación"


def test_an_agent_who_vanishes_in_wrap_up_finds_the_gestion_waiting_on_return() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.talking()
    desk.feed(e.CallEnded(attempt, 16))
    desk.feed(e.AgentVanished("e1"))
    assert desk.state() == "desconectado"
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",), pending=(attempt,)), after_ms=5_000)
    assert desk.state() == "cierre"
    assert desk.last[-1].attempt_id == attempt  # type: ignore[attr-defined]


def test_a_reload_of_the_page_in_the_middle_of_a_call_changes_nothing_for_the_call() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.talking()
    desk.feed(e.AgentVanished("e1"))
    assert desk.state() == "hablando"
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
    assert desk.only(c.ShowCall).attempt_id == attempt
    assert desk.all(c.CallAgent) == []


def test_logging_out_during_a_call_waits_for_its_end() -> None:
    desk = Desk()
    leg = desk.agent()
    attempt = desk.talking()
    desk.feed(e.AgentLeft("e1"))
    assert desk.state() == "hablando"
    desk.feed(e.CallEnded(attempt, 16))
    assert desk.state() == "desconectado"
    assert c.HangUp(leg) in desk.last


def test_logging_out_after_the_page_went_hangs_the_waiting_leg_up() -> None:
    desk = Desk()
    leg = desk.agent()
    desk.feed(e.AgentVanished("e1"))
    assert desk.all(c.HangUp) == []
    desk.feed(e.AgentLeft("e1"))
    assert desk.only(c.HangUp).channel_id == leg


def test_hold_sends_the_debtor_to_music_and_resume_bridges_them_again() -> None:
    desk = Desk()
    leg = desk.agent()
    attempt = desk.talking()
    desk.feed(e.AgentHeld("e1"))
    assert desk.only(c.HoldCall).attempt_id == attempt
    assert desk.state() == "espera"
    desk.feed(e.CallUnbridged(attempt))
    desk.feed(e.LegParked(leg))
    desk.feed(e.AgentResumed("e1"), after_ms=4_000)
    assert desk.only(c.JoinCall) == c.JoinCall(attempt, leg)
    desk.feed(e.CallBridged(attempt, leg))
    assert desk.state() == "hablando"


def test_a_headset_is_called_as_soon_as_it_is_registered() -> None:
    desk = Desk()
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
    desk.feed(e.LegEnded(desk.only(c.CallAgent).leg_id, 0), after_ms=50)
    assert desk.all(c.CallAgent) == [], "nobody is there yet: the next try is seconds away"
    desk.feed(e.HeadsetRegistered("e1"), after_ms=200)
    leg = desk.only(c.CallAgent).leg_id
    desk.feed(e.LegParked(leg))
    assert desk.state() == "pausa"


def test_a_leg_that_rings_at_a_page_just_closed_is_called_at_once_where_the_headset_is_now() -> None:
    desk = Desk()
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
    ringing = desk.only(c.CallAgent).leg_id
    desk.feed(e.HeadsetRegistered("e1"), after_ms=200)
    assert desk.last == [c.HangUp(ringing)]
    desk.feed(e.LegEnded(ringing, 0), after_ms=20)
    desk.feed(e.LegParked(desk.only(c.CallAgent).leg_id))
    assert desk.state() == "pausa"


def test_the_leg_of_a_page_that_died_is_replaced_and_the_conversation_goes_on() -> None:
    desk = Desk()
    leg = desk.agent()
    attempt = desk.talking()
    desk.feed(e.HeadsetRegistered("e1"))
    assert desk.last == [c.HangUp(leg)]
    desk.feed(e.LegEnded(leg, 16), after_ms=20)
    again = desk.only(c.CallAgent).leg_id
    desk.feed(e.LegParked(again), after_ms=300)
    assert desk.only(c.JoinCall) == c.JoinCall(attempt, again)


def test_a_headset_of_somebody_who_is_not_on_the_floor_is_not_called() -> None:
    desk = Desk()
    assert desk.feed(e.HeadsetRegistered("e1")) == []


def test_a_headset_that_drops_in_mid_conversation_is_called_again_and_the_conversation_goes_on() -> None:
    desk = Desk()
    leg = desk.agent()
    attempt = desk.talking()
    desk.feed(e.CallUnbridged(attempt))
    desk.feed(e.LegEnded(leg, 38))
    assert desk.state() == "conectando"
    again = desk.only(c.CallAgent).leg_id
    desk.feed(e.LegParked(again), after_ms=300)
    assert desk.only(c.JoinCall) == c.JoinCall(attempt, again)
    desk.feed(e.CallBridged(attempt, again))
    assert desk.state() == "hablando"
    desk.feed(e.CallEnded(attempt, 16))
    assert desk.only(c.CloseAttempt).verdict == "connected"


def test_a_headset_that_drops_while_being_joined_leaves_the_person_to_another_agent() -> None:
    desk = Desk()
    leg = desk.agent("e1")
    other = desk.agent("e2")
    attempt = desk.ringing()
    desk.feed(e.CallPickedUp(attempt))
    assert desk.only(c.JoinCall).leg_id == leg
    desk.feed(e.LegEnded(leg, 38))
    assert desk.only(c.JoinCall) == c.JoinCall(attempt, other)


def test_a_bridge_that_asterisk_refuses_gives_the_person_to_another_agent() -> None:
    desk = Desk()
    leg = desk.agent("e1")
    other = desk.agent("e2")
    attempt = desk.ringing()
    desk.feed(e.CallPickedUp(attempt))
    desk.feed(e.BridgeFailed(attempt, leg, "Channel2 does not exist"))
    assert desk.only(c.JoinCall) == c.JoinCall(attempt, other)
    assert c.HangUp(leg) in desk.last


def test_a_bridge_that_failed_leaves_the_first_agent_without_any_claim_on_the_call() -> None:
    desk = Desk()
    leg = desk.agent("e1")
    other = desk.agent("e2")
    attempt = desk.ringing()
    desk.feed(e.CallPickedUp(attempt))
    desk.feed(e.BridgeFailed(attempt, leg, "Channel2 does not exist"))
    desk.feed(e.CallBridged(attempt, other))
    desk.feed(e.LegEnded(leg, 16))
    assert desk.stage(attempt) == "talking"
    again = desk.only(c.CallAgent).leg_id
    desk.feed(e.LegParked(again))
    assert desk.all(c.JoinCall) == []
    assert (desk.state("e1"), desk.state("e2")) == ("disponible", "hablando")


def test_a_busy_number_goes_back_for_half_an_hour_later_and_its_gestion_is_the_systems() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.placed()
    desk.feed(e.CallCreated(attempt))
    desk.feed(e.DialEnded(attempt, "BUSY"))
    desk.feed(e.CallEnded(attempt, 17))
    assert desk.only(c.CloseAttempt).verdict == "busy"
    assert desk.only(c.CloseAttempt).gestion == "S02"
    assert desk.only(c.ReturnContact).due_ms == desk.now_ms + 30 * 60_000


def test_the_refusal_that_follows_a_hang_up_changes_nothing() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.placed()
    desk.feed(e.CallCreated(attempt))
    desk.feed(e.CallRefused(attempt, "originate failed"))
    assert desk.stage(attempt) == "dialing"
    desk.feed(e.CallEnded(attempt, 17))
    desk.feed(e.CallRefused(attempt, "originate failed"))
    assert desk.all(c.CloseAttempt) == []


def test_a_result_that_repeats_too_often_takes_the_case_out() -> None:
    desk = Desk({"a": {"retry": {"busy": {"after_min": 30, "max": 2}}}})
    desk.agent()
    before = (Touch(TUESDAY_NOON - 8 * 86_400_000, verdict="busy", rang=True),)
    attempt = desk.placed(history=before)
    desk.feed(e.CallEnded(attempt, 17))
    assert desk.only(c.DropContact).why == "busy_max"


# ── the law ─────────────────────────────────────────────────────────────────────────────────────────


def test_outside_the_hours_no_attempt_is_recorded_and_the_contact_goes_back_until_they_begin() -> None:
    desk = Desk()
    desk.agent()
    desk.now_ms = at("2026-11-24T23:30")  # 20:30 in Santiago
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),)))
    assert desk.all(c.RecordAttempt) == []
    assert desk.only(c.ReturnContact).due_ms == at("2026-11-25T11:00")
    assert c.CountNotPlaced("a", "hours", 1) in desk.last


def test_the_rules_are_asked_again_when_the_call_is_placed() -> None:
    desk = Desk()
    desk.agent()
    desk.now_ms = at("2026-11-24T22:59:59.990")
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),)))
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(e.AttemptsRecorded((attempt,)), after_ms=10)
    assert desk.all(c.PlaceCall) == []
    closed = desk.only(c.CloseAttempt)
    assert (closed.verdict, closed.dial_status, closed.gestion) == ("cancelled", "hours", "M05")


def test_the_strategys_own_hours_may_be_stricter_than_the_law() -> None:
    desk = Desk({"a": {"hours_from": "13:00", "hours_to": "18:00"}})
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),)))
    assert desk.only(c.ReturnContact).due_ms == at("2026-11-24T16:00")


def test_a_stopped_case_is_dropped_and_never_called() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1, stops=("concursal",)),)))
    assert desk.only(c.DropContact).why == "stop"


# ── limits ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_trunks_lines_bound_the_calls_and_the_board_is_told() -> None:
    desk = Desk(calls_max=1)
    desk.agent("e1")
    desk.agent("e2")
    desk.feed(e.Ticked(), after_ms=1_000)
    assert sum(command.count for command in desk.said if isinstance(command, c.ClaimContacts)) == 1
    assert desk.only(c.CountNotPlaced) == c.CountNotPlaced("a", "lines_max", 1)


def test_calls_per_second_are_bounded() -> None:
    desk = Desk(calls_per_s_max=2, calls_max=100)
    for n in range(6):
        desk.agent(f"e{n}")
    assert sum(command.count for command in desk.said if isinstance(command, c.ClaimContacts)) == 2
    desk.feed(e.Ticked(), after_ms=1_000)
    assert sum(command.count for command in desk.said if isinstance(command, c.ClaimContacts)) == 4


def test_with_the_abandonment_at_its_limit_a_ratio_cartera_is_dialled_progressively() -> None:
    desk = Desk({"a": {"mode": "ratio", "ratio": 3}})
    desk.agent()
    assert desk.only(c.ClaimContacts).count == 3
    book = desk.engine.books.carteras["a"]
    book.abandons.add(desk.now_ms, 1)
    assert book.abandon_ratio(desk.now_ms) < 0.03, "the first abandoned call of the day is within the limit"
    book.abandons.add(desk.now_ms, 1)
    assert book.abandon_ratio(desk.now_ms) >= 0.03
    desk.feed(e.ContactsClaimed("a", 3, ()))
    desk.feed(e.Ticked(), after_ms=1_500)
    assert desk.only(c.ClaimContacts).count == 1


def test_an_empty_queue_is_asked_again_once_a_second_and_says_so() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, ()))
    assert c.CountNotPlaced("a", "queue_empty", 1) in desk.last
    desk.feed(e.Ticked(), after_ms=500)
    assert desk.all(c.ClaimContacts) == []
    desk.feed(e.Ticked(), after_ms=500)
    assert desk.only(c.ClaimContacts).count == 1


def test_an_agent_of_two_carteras_is_counted_once() -> None:
    desk = Desk({"a": {}, "b": {}})
    desk.agent("e1", ("a", "b"))
    assert len([command for command in desk.said if isinstance(command, c.ClaimContacts)]) == 1


def test_a_closed_floor_places_nothing_more_and_ends_what_is_in_progress() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.talking()
    desk.feed(e.FloorClosed())
    desk.feed(e.CallEnded(attempt, 16))
    desk.saved(attempt)
    desk.feed(e.Ticked(), after_ms=20_000)
    assert desk.state() == "disponible"
    assert desk.all(c.ClaimContacts) == []


def test_new_settings_hold_from_the_next_decision_and_drop_no_call() -> None:
    desk = Desk()
    desk.agent("e1")
    attempt = desk.talking()
    desk.feed(e.FloorChanged(floor({"a": {"mode": "ratio", "ratio": 2}})))
    assert desk.stage(attempt) == "talking"
    desk.agent("e2")
    assert sum(command.count for command in desk.last if isinstance(command, c.ClaimContacts)) == 2


# ── when something never comes ──────────────────────────────────────────────────────────────────────


def test_a_call_leaves_the_books_only_when_asterisk_says_so() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.talking()
    desk.feed(e.AgentHungUp("e1"))
    assert desk.only(c.HangUp).channel_id == attempt
    assert desk.stage(attempt) == "hanging_up"
    desk.feed(e.Ticked(), after_ms=60_000)
    assert attempt in desk.engine.books.calls
    assert desk.only(c.ListChannels)
    desk.feed(e.ChannelsListed(desk.now_ms, ()))
    assert desk.only(c.CloseAttempt).verdict == "connected"
    assert attempt not in desk.engine.books.calls


def test_a_call_that_rings_beyond_its_time_is_hung_up() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.ringing()
    desk.feed(e.Ticked(), after_ms=40_001)
    assert desk.only(c.HangUp).channel_id == attempt


def test_the_duplicate_and_the_late_change_nothing() -> None:
    desk = Desk()
    leg = desk.agent()
    attempt = desk.talking()
    for event in (e.CallPickedUp(attempt), e.CallRinging(attempt), e.CallBridged(attempt, leg), e.CallCreated(attempt)):
        desk.feed(event)
        assert [n for n in names(desk.last) if n != "NotePacing"] == []
    desk.feed(e.CallEnded(attempt, 16))
    for event in (e.CallEnded(attempt, 16), e.CallAbandoned(attempt), e.CallBridged(attempt, leg)):
        desk.feed(event)
        assert [n for n in names(desk.last) if n != "NotePacing"] == []


def test_a_clock_that_steps_back_is_held_still() -> None:
    desk = Desk()
    desk.agent()
    before_ms = desk.now_ms
    desk.feed(e.Ticked(), after_ms=-3_600_000)
    assert desk.engine.books.now_ms == before_ms


def test_what_is_not_an_event_is_refused_with_a_sentence() -> None:
    with pytest.raises(TypeError, match="is not an event of the engine"):
        Desk().engine.handle(c.ListChannels(), TUESDAY_NOON)  # type: ignore[arg-type]


# ── losing Asterisk, losing ourselves ───────────────────────────────────────────────────────────────


def test_with_the_link_to_asterisk_lost_nothing_is_placed_until_the_channels_are_listed() -> None:
    desk = Desk()
    desk.agent("e1")
    attempt = desk.talking()
    desk.feed(e.PbxLost("connection reset"))
    desk.feed(e.Ticked(), after_ms=5_000)
    assert desk.stage(attempt) == "talking", "the conversation goes on in Asterisk"
    desk.feed(e.PbxConnected())
    assert desk.all(c.ClaimContacts) == []
    leg = desk.engine.books.roster.agents["e1"].leg_id
    desk.feed(e.ChannelsListed(desk.now_ms, (e.ChannelSeen(attempt, True, "b1"), e.ChannelSeen(leg, True, "b1"))))
    assert desk.stage(attempt) == "talking"


def test_what_asterisk_has_lost_is_closed_as_lost_and_tried_again() -> None:
    desk = Desk()
    leg = desk.agent()
    desk.ringing()
    desk.feed(e.PbxLost("Asterisk restarted"), after_ms=3_000)
    desk.feed(e.ChannelsListed(desk.now_ms, ()), after_ms=3_000)
    assert desk.only(c.CloseAttempt).verdict == "lost"
    assert desk.only(c.CallAgent).endpoint == "PJSIP/e1"
    assert leg != desk.only(c.CallAgent).leg_id


def test_a_restarted_dialer_takes_its_conversations_up_again() -> None:
    desk = Desk()
    old_call, old_leg = "c.n1.before.7", "a.n1.e1.before.3"
    started_ms = desk.now_ms - 30_000
    desk.feed(
        e.AttemptReopened(old_call, "a", 10, started_ms, contact(1), "e1", started_ms + 5_000, started_ms + 5_002)
    )
    seen = (e.ChannelSeen(old_call, True, "b1"), e.ChannelSeen(old_leg, True, "b1"))
    desk.feed(e.ChannelsListed(desk.now_ms, seen))
    assert desk.stage(old_call) == "talking"
    desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
    assert desk.all(c.CallAgent) == [], "the headset is connected already"
    assert desk.only(c.ShowCall).attempt_id == old_call
    desk.feed(e.CallEnded(old_call, 16), after_ms=20_000)
    assert desk.only(c.CloseAttempt).connected_ms == started_ms + 5_002
    assert desk.state() == "cierre"


def test_a_restarted_dialer_closes_what_ended_meanwhile() -> None:
    desk = Desk()
    desk.feed(e.AttemptReopened("c.n1.before.7", "a", 10, desk.now_ms - 9_000, contact(1)))
    desk.feed(e.ChannelsListed(desk.now_ms, ()))
    assert desk.only(c.CloseAttempt).verdict == "lost"


def test_a_channel_of_ours_that_no_book_knows_is_hung_up_and_other_nodes_are_left_alone() -> None:
    desk = Desk()
    desk.feed(
        e.ChannelsListed(desk.now_ms, (e.ChannelSeen("c.n1.old.1", True), e.ChannelSeen("c.n2.other.1", True)))
    )
    assert desk.all(c.HangUp) == [c.HangUp("c.n1.old.1")]


def test_a_leg_whose_agent_never_comes_back_is_hung_up() -> None:
    desk = Desk()
    desk.feed(e.ChannelsListed(desk.now_ms, (e.ChannelSeen("a.n1.e9.old.1", True),)))
    desk.feed(e.Ticked(), after_ms=60_001)
    assert desk.only(c.HangUp).channel_id == "a.n1.e9.old.1"


def test_nobody_is_woken_to_look_at_a_call_that_is_over() -> None:
    desk = Desk()
    desk.agent()
    attempt = desk.ringing()
    overdue_ms = desk.engine.books.calls[attempt].check_ms
    assert any(key == attempt for _, _, _, key in desk.engine.books.timers)
    desk.feed(e.CallEnded(attempt, 17))
    while (wake_ms := desk.engine.next_wake_ms()) is not None and wake_ms < overdue_ms:
        desk.feed(e.Ticked(), after_ms=wake_ms - desk.now_ms)
    assert desk.engine.next_wake_ms() != overdue_ms
