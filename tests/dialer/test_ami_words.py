"""What a real Asterisk 22 says (tests/ami) becomes our events, and our commands become its actions."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from msgspec import structs

from dialer import events as e
from dialer.ami_wire import Decoder, Message, encode
from dialer.ami_words import (
    CONTEXT_ESCUCHA,
    LEG_VARIABLE,
    MODES,
    Listener,
    WordsError,
    action_for,
    channels_from,
    event_from,
    failure_of,
)
from dialer.commands import (
    AimEar,
    CallAgent,
    CallEar,
    CallOutside,
    Command,
    CountNotPlaced,
    HangUp,
    HoldCall,
    JoinCall,
    JoinLegs,
    ListChannels,
    PlaceCall,
    StopRecording,
    TurnEar,
)
from dialer.events import EarEnded, EarUp
from tests.floors import ROOT

CALL = "c.n1.k3.2"
LEG = "a.n1.e01.k3.1"
OTHER = "a.n1.e02.k3.4"


def recorded(name: str) -> list[Message]:
    return Decoder().feed((Path(__file__).parent.parent / "ami" / f"{name}.txt").read_bytes())


def heard(name: str) -> list[e.Event]:
    """The events of a recorded conversation, repeated ringing shown once."""
    listener = Listener()
    told = [event for message in recorded(name) for event in listener.hear(message)]
    return [event for event, _ in itertools.groupby(told)]


def event(name: str, **headers: str) -> Message:
    return Message((("Event", name), *headers.items()))


def fields(command: Command, number: str = "912345678", recordings: str = "/rec") -> list[tuple[str, str]]:
    return action_for(command, trunk="PJSIP/{number}@troncal", number=number, recordings=recordings, action_id="7")


# ── what Asterisk says ──────────────────────────────────────────────────────────────────────────────

FAILURES: list[tuple[str, list[e.Event]]] = [
    ("busy", [e.DialEnded(CALL, "BUSY"), e.CallEnded(CALL, 17)]),
    ("rejected", [e.DialEnded(CALL, "NOANSWER"), e.CallEnded(CALL, 21)]),
    ("no-answer", [e.CallRinging(CALL), e.CallEnded(CALL, 19)]),
    ("unallocated", [e.DialEnded(CALL, "NOANSWER"), e.CallEnded(CALL, 1)]),
    ("congestion", [e.DialEnded(CALL, "CONGESTION"), e.CallEnded(CALL, 34)]),
    ("network", [e.DialEnded(CALL, "NOANSWER"), e.CallEnded(CALL, 38)]),
]


@pytest.mark.parametrize(("name", "told"), FAILURES, ids=[name for name, _ in FAILURES])
def test_a_call_that_nobody_answers_tells_its_cause_and_is_never_called_refused(name: str, told: list[e.Event]) -> None:
    assert heard(name) == [e.CallCreated(CALL), *told]


def test_a_conversation_is_created_answered_bridged_and_ended_and_the_leg_parks_again() -> None:
    told = heard("conversation")
    assert told[:3] == [e.LegParked(LEG), e.CallCreated(CALL), e.CallRinging(CALL)]
    # Asterisk's own order of these two, and of the last three, varies with its threads.
    assert set(told[3:5]) == {e.DialEnded(CALL, "ANSWER"), e.CallPickedUp(CALL)}
    assert told[5] == e.CallBridged(CALL, LEG)
    assert told[6] == e.CallUnbridged(CALL)
    assert set(told[7:9]) == {e.LegParked(LEG), e.CallEnded(CALL, 16)}
    assert told[9:] == [e.LegEnded(LEG, 16)]


def test_a_held_call_is_unbridged_and_can_be_bridged_again() -> None:
    told = [event for event in heard("hold") if isinstance(event, e.CallBridged | e.CallUnbridged | e.LegParked)]
    assert [type(event) for event in told] == [
        e.LegParked,
        e.CallBridged,
        e.CallUnbridged,
        e.LegParked,
        e.CallBridged,
        e.CallUnbridged,
        e.LegParked,
    ]


@pytest.mark.parametrize(("name", "word"), [("machine", "MACHINE"), ("human", "HUMAN")])
def test_the_answering_machine_detector_is_heard(name: str, word: str) -> None:
    [screened] = [event for event in heard(name) if isinstance(event, e.CallScreened)]
    assert (screened.attempt_id, screened.word, screened.detail != "") == (CALL, word, True)


def test_a_call_may_be_bridged_when_its_recording_runs_and_not_as_soon_as_it_is_up() -> None:
    listener = Listener()
    assert listener.hear(event("Newstate", Uniqueid=CALL, ChannelState="6")) == ()
    answered = event("UserEvent", UserEvent="CintilloAnswered", Uniqueid=CALL)
    assert listener.hear(answered) == (e.CallPickedUp(CALL),)


@pytest.mark.parametrize("word", ["CintilloAnswered", "CintilloScreened", "CintilloAbandoned", "OtraCosa"])
def test_an_agents_leg_is_never_taken_for_a_debtor_who_answered(word: str) -> None:
    assert Listener().hear(event("UserEvent", UserEvent=word, Uniqueid=LEG)) == ()


def test_a_user_event_of_somebody_elses_dialplan_on_our_call_means_nothing() -> None:
    assert Listener().hear(event("UserEvent", UserEvent="OtraCosa", Uniqueid=CALL)) == ()


def test_an_abandoned_call_is_told_before_it_ends() -> None:
    assert heard("abandoned")[-2:] == [e.CallAbandoned(CALL), e.CallEnded(CALL, 16)]


def test_an_originate_without_a_channel_is_refused_and_a_leg_without_one_has_ended() -> None:
    assert heard("refused") == [
        e.CallRefused(CALL, "Asterisk made no channel (Originate reason 0)"),
        e.LegEnded(LEG, 0),
    ]


FAILED = event("OriginateResponse", Response="Failure", ActionID=CALL, Reason="0")
GONE = event("Hangup", Uniqueid=CALL, Cause="17")


@pytest.mark.parametrize("last", [(FAILED, GONE), (GONE, FAILED)], ids=["failure-first", "hangup-first"])
def test_a_call_that_had_a_channel_ends_once_whichever_asterisk_tells_first(last: tuple[Message, Message]) -> None:
    listener = Listener()
    told = [event for message in (event("Newchannel", Uniqueid=CALL), *last) for event in listener.hear(message)]
    assert told == [e.CallCreated(CALL), e.CallEnded(CALL, 17)]


def test_an_originate_that_fails_after_a_reconnection_is_known_from_the_listing() -> None:
    listener = Listener()
    listener.recall([e.ChannelSeen(CALL, up=False)])
    failed = event("OriginateResponse", Response="Failure", ActionID=CALL, Reason="3")
    assert listener.hear(failed) == ()
    assert listener.hear(event("Hangup", Uniqueid=CALL, Cause="19")) == (e.CallEnded(CALL, 19),)


def test_a_leg_that_enters_the_bridge_first_is_joined_when_the_debtor_follows() -> None:
    listener = Listener()
    assert listener.hear(event("BridgeEnter", BridgeUniqueid="b1", Uniqueid=LEG)) == ()
    assert listener.hear(event("BridgeEnter", BridgeUniqueid="b2", Uniqueid="c.n1.k3.9")) == ()
    assert listener.hear(event("BridgeEnter", BridgeUniqueid="b1", Uniqueid=CALL)) == (e.CallBridged(CALL, LEG),)


def test_a_bridge_from_before_the_connection_is_recalled_from_the_listing() -> None:
    listener = Listener()
    listener.recall([e.ChannelSeen(LEG, up=True, bridge_id="b1")])
    assert listener.hear(event("BridgeEnter", BridgeUniqueid="b1", Uniqueid=CALL)) == (e.CallBridged(CALL, LEG),)


def test_the_listener_forgets_bridges_and_channels_that_are_gone() -> None:
    listener = Listener()
    for message in [*recorded("conversation"), *recorded("hold"), *recorded("busy")]:
        listener.hear(message)
    assert (listener._channels, listener._unanswered, listener._bridges) == (set(), set(), {})


@pytest.mark.parametrize("name", ["Newchannel", "Newstate", "Hangup", "UserEvent", "BridgeEnter", "BridgeLeave"])
def test_channels_that_are_not_ours_are_nobodys_business(name: str) -> None:
    foreign = event(name, Uniqueid="1700000000.1", ChannelState="6", BridgeUniqueid="b", UserEvent="CintilloParked")
    assert Listener().hear(foreign) == ()


@pytest.mark.parametrize("name", ["TestEvent", "DeviceStateChange", "", "VarSet"])
def test_events_of_no_interest_mean_nothing(name: str) -> None:
    assert event_from(event(name, Uniqueid=CALL, ChannelState="6")) is None


@pytest.mark.parametrize("cause", ["", "x", "-1", "²"])
def test_a_hangup_without_a_usable_cause_has_cause_zero(cause: str) -> None:
    assert event_from(event("Hangup", Uniqueid=CALL, Cause=cause)) == e.CallEnded(CALL, 0)


def test_a_detector_without_a_known_word_is_not_sure() -> None:
    odd = event("UserEvent", UserEvent="CintilloScreened", Uniqueid=CALL, Word="", Detail="")
    assert event_from(odd) == e.CallScreened(CALL, "NOTSURE", "")


def test_the_listing_holds_our_channels_with_state_and_bridge() -> None:
    seen = channels_from(recorded("conversation"))
    assert {channel.channel_id for channel in seen} == {CALL, LEG}
    assert all(channel.up for channel in seen)
    assert len({channel.bridge_id for channel in seen}) == 1 and seen[0].bridge_id
    assert channels_from([event("CoreShowChannel", Uniqueid="1700000000.1", ChannelState="6")]) == ()


@pytest.mark.parametrize(("context", "up"), [("cintillo-nada", False), ("cintillo-deudor", True)])
def test_a_listing_in_the_moment_of_the_answer_does_not_let_a_call_be_bridged_before_its_recording(
    context: str, up: bool
) -> None:
    entry = event("CoreShowChannel", Uniqueid=CALL, ChannelState="6", Context=context, BridgeId="")
    assert channels_from([entry]) == (e.ChannelSeen(CALL, up),)


# ── what we say ─────────────────────────────────────────────────────────────────────────────────────

PLACE = PlaceCall(CALL, "c1", 5, "600000000", ring_ms=30_000, wait_ms=500, amd=True, record=True)


def test_placing_a_call_gives_asterisk_our_id_and_the_dialplans_variables() -> None:
    assert fields(PLACE) == [
        ("Action", "Originate"),
        ("ActionID", CALL),
        ("Channel", "PJSIP/912345678@troncal"),
        ("ChannelId", CALL),
        ("Timeout", "30000"),
        ("Async", "true"),
        ("Context", "cintillo-deudor"),
        ("Exten", "s"),
        ("Priority", "1"),
        ("CallerID", "600000000"),
        ("Variable", "CINTILLO_AMD=1"),
        ("Variable", "CINTILLO_WAIT_S=0.5"),
        ("Variable", f"CINTILLO_RECORD=/rec/{CALL}.wav"),
    ]


def test_a_call_without_detector_and_recording_says_so() -> None:
    plain = PlaceCall(CALL, "c1", 5, "600000000", ring_ms=30_000, wait_ms=2_000, amd=False, record=False)
    assert fields(plain)[-3:] == [
        ("Variable", "CINTILLO_AMD=0"),
        ("Variable", "CINTILLO_WAIT_S=2"),
        ("Variable", "CINTILLO_RECORD="),
    ]


ACTIONS = [
    (CallAgent(LEG, "PJSIP/e01", 20_000), {"Action": "Originate", "ActionID": LEG, "Context": "cintillo-agente"}),
    (JoinCall(CALL, LEG), {"Action": "Bridge", "ActionID": "7", "Channel1": CALL, "Channel2": LEG}),
    (JoinLegs(LEG, OTHER), {"Action": "Bridge", "Channel1": LEG, "Channel2": OTHER}),
    (HoldCall(CALL), {"Action": "Redirect", "Channel": CALL, "Context": "cintillo-espera", "Exten": "s"}),
    (HangUp(LEG), {"Action": "Hangup", "Channel": LEG}),
    (ListChannels(), {"Action": "CoreShowChannels", "ActionID": "7"}),
]


@pytest.mark.parametrize(("command", "headers"), ACTIONS, ids=lambda value: type(value).__name__)
def test_every_command_for_asterisk_has_its_action(command: Command, headers: dict[str, str]) -> None:
    said = fields(command)
    assert headers.items() <= dict(said).items()
    assert encode(said)


@pytest.mark.parametrize("number", ["", "1", "91234 5678", "9123\r\nAction: x", "+", "12+3", "1@red", "٣٤٥", "1" * 21])
def test_a_number_that_could_mean_something_else_is_refused_without_being_told(number: str) -> None:
    with pytest.raises(WordsError, match="cannot be dialled") as refused:
        fields(PLACE, number=number)
    assert len(number) < 3 or number not in str(refused.value)


@pytest.mark.parametrize("folder", ["/a,b", "/a b", "/a\nb"])
def test_a_recordings_folder_that_would_start_another_variable_is_refused(folder: str) -> None:
    with pytest.raises(WordsError, match="recordings"):
        fields(PLACE, recordings=folder)


def test_a_command_that_is_not_for_asterisk_is_refused_by_name() -> None:
    with pytest.raises(WordsError, match="CountNotPlaced"):
        fields(CountNotPlaced("c1", "hours", 1))


def test_what_asterisk_did_not_take_is_told_to_the_books() -> None:
    assert failure_of(PLACE, "no") == e.CallRefused(CALL, "no")
    assert failure_of(CallAgent(LEG, "PJSIP/e01", 1), "no") == e.LegEnded(LEG, 0)
    assert failure_of(JoinCall(CALL, LEG), "no") == e.BridgeFailed(CALL, LEG, "no")
    assert failure_of(JoinLegs(LEG, OTHER), "no") == e.LegsFailed(LEG, OTHER, "no")
    assert [failure_of(command, "no") for command in (HoldCall(CALL), HangUp(CALL), ListChannels())] == [None] * 3


def test_a_telephone_number_in_asterisks_words_does_not_reach_the_journal() -> None:
    assert failure_of(PLACE, "cannot call 56912345678@troncal") == e.CallRefused(CALL, "cannot call …@troncal")


def test_two_legs_in_one_bridge_are_two_agents_who_hear_each_other() -> None:
    listener = Listener()
    assert listener.hear(event("BridgeEnter", BridgeUniqueid="b1", Uniqueid=LEG)) == ()
    assert listener.hear(event("BridgeEnter", BridgeUniqueid="b1", Uniqueid=OTHER)) == (e.LegsBridged(OTHER, LEG),)


EAR = "s.n1.sup.r.000000001"


def test_a_supervisors_headset_is_called_aimed_and_turned_in_the_dialplans_own_words() -> None:
    leg = "a.n1.e1.r.000000002"
    said = [
        dict(action_for(one, trunk="", number="", recordings="", action_id="q.1"))
        for one in (CallEar(EAR, "PJSIP/sup", leg, "whisper", 20_000), AimEar(EAR, leg), TurnEar(EAR, "barge"))
    ]
    assert [one["Action"] for one in said] == ["Originate", "Setvar", "Redirect"]
    assert (said[0]["ActionID"], said[0]["Exten"], said[0]["Variable"]) == (EAR, "whisper", f"CINTILLO_LEG={leg}")
    assert (said[1]["Channel"], said[1]["Variable"], said[1]["Value"]) == (EAR, "CINTILLO_LEG", leg)
    assert (said[2]["Context"], said[2]["Exten"]) == ("cintillo-escucha", "barge")


def test_what_asterisk_says_of_a_listening_headset_is_about_nobody_else() -> None:
    def say(**headers: str) -> Message:
        return Message(tuple(headers.items()))

    listener = Listener()
    assert listener.hear(say(Event="Newchannel", Uniqueid=EAR)) == ()
    assert listener.hear(say(Event="UserEvent", UserEvent="CintilloListening", Uniqueid=EAR)) == (EarUp(EAR),)
    assert listener.hear(say(Event="UserEvent", UserEvent="CintilloParked", Uniqueid=EAR)) == ()
    assert listener.hear(say(Event="Hangup", Uniqueid=EAR, Cause="16")) == (EarEnded(EAR, 16),)
    refused = say(Event="OriginateResponse", ActionID=EAR, Response="Failure", Reason="0")
    assert Listener().hear(refused) == (EarEnded(EAR, 0),)
    assert failure_of(CallEar(EAR, "PJSIP/sup", "a", "listen", 1), "no") == EarEnded(EAR, 0)


def test_the_dialplans_file_has_an_extension_for_each_way_of_listening_in() -> None:
    text = (ROOT / "config/asterisk/extensions_cintillo.conf").read_text()
    context = text.partition(f"[{CONTEXT_ESCUCHA}]")[2].partition("\n[")[0]
    assert re.findall(r"^exten => (\w+),1,", context, re.MULTILINE) == list(MODES)
    assert re.findall(r"ChanSpy\(\$\{(\w+)\}", context) == [LEG_VARIABLE] * 3


OUTSIDE = "x.n1.r.000000003"


def test_a_telephone_outside_is_called_by_the_trunk_for_so_long_at_most() -> None:
    call = CallOutside(OUTSIDE, "ext:juridico", "600600600", 30_000, 3_600_000)
    said = dict(action_for(call, trunk="PJSIP/{number}@t", number="+56221234568", recordings="", action_id="q.1"))
    assert (said["ChannelId"], said["ActionID"], said["Timeout"]) == (OUTSIDE, OUTSIDE, "30000")
    assert (said["Channel"], said["Context"]) == ("PJSIP/+56221234568@t", "cintillo-externo")
    assert (said["CallerID"], said["Variable"]) == ("600600600", "CINTILLO_MAX_S=3600")
    stop = dict(action_for(StopRecording(CALL), trunk="", number="", recordings="", action_id="q.1"))
    assert (stop["Action"], stop["Channel"]) == ("StopMixMonitor", CALL)
    with pytest.raises(WordsError, match="cannot be dialled"):
        action_for(call, trunk="PJSIP/{number}@t", number="", recordings="", action_id="q.1")


def test_a_supervisors_headset_is_called_by_its_endpoint_and_shown_no_number() -> None:
    call = CallOutside(OUTSIDE, "sup:sol", "", 30_000, 3_600_000, endpoint="PJSIP/sol")
    said = dict(action_for(call, trunk="PJSIP/{number}@t", number="", recordings="", action_id="q.1"))
    assert (said["Channel"], said["Context"]) == ("PJSIP/sol", "cintillo-externo")
    assert "CallerID" not in said


def test_what_asterisk_says_of_a_telephone_outside_is_about_nobody_else() -> None:
    listener = Listener()
    assert listener.hear(event("Newchannel", Uniqueid=OUTSIDE)) == ()
    assert listener.hear(event("Newstate", Uniqueid=OUTSIDE, ChannelState="5")) == ()
    assert listener.hear(event("UserEvent", UserEvent="CintilloOutside", Uniqueid=OUTSIDE)) == (e.OutsideUp(OUTSIDE),)
    assert listener.hear(event("UserEvent", UserEvent="CintilloParked", Uniqueid=OUTSIDE)) == ()
    assert listener.hear(event("Hangup", Uniqueid=OUTSIDE, Cause="17")) == (e.OutsideEnded(OUTSIDE, 17),)
    refused = event("OriginateResponse", ActionID=OUTSIDE, Response="Failure", Reason="0")
    assert Listener().hear(refused) == (e.OutsideEnded(OUTSIDE, 0),)
    assert failure_of(CallOutside(OUTSIDE, "ext:j", "", 1, 1), "no") == e.OutsideEnded(OUTSIDE, 0)


@pytest.mark.parametrize(("one", "joined"), [(LEG, e.LegsBridged), (CALL, e.CallBridged)])
def test_a_telephone_outside_is_joined_with_who_consults_it_and_with_the_debtor(one: str, joined: type) -> None:
    for first, second in ((one, OUTSIDE), (OUTSIDE, one)):
        listener = Listener()
        assert listener.hear(event("BridgeEnter", BridgeUniqueid="b1", Uniqueid=first)) == ()
        (heard,) = listener.hear(event("BridgeEnter", BridgeUniqueid="b1", Uniqueid=second))
        assert type(heard) is joined
        assert {one, OUTSIDE} == set(structs.astuple(heard))
