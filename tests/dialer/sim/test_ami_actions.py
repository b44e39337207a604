"""The manager interface of the pretend Asterisk, action by action."""

from __future__ import annotations

import hashlib
import random

import msgspec
import pytest

from dialer.ami_wire import Message
from dialer.sim.ami_actions import ACTIONS, Manager
from dialer.sim.ami_forms import Session
from dialer.sim.people import QUICK
from dialer.sim.world import World

SCRIPTED = msgspec.structs.replace(QUICK, scripted=True)


class Client:
    """One session on a manager of its own, in virtual time."""

    def __init__(self, **world):
        self.manager = Manager(World(SCRIPTED, random.Random(1), **world), {"cintillo": "secreto"}, random.Random(2))
        self.session = Session()
        self.now_ms = 1_000_000
        self.events = []

    def say(self, action, *pairs, **headers):
        """The responses to this action; events go to `events`."""
        fields = (("Action", action), ("ActionID", "7"), *pairs, *headers.items())
        return self._heard(self.manager.act(self.session, Message(fields), self.now_ms))

    def one(self, action, *pairs, **headers):
        responses = self.say(action, *pairs, **headers)
        assert len(responses) == 1
        return responses[0]

    def to(self, later_ms):
        self.now_ms += later_ms
        return self._heard(self.manager.advance(self.now_ms))

    def login(self, **headers):
        self.say("Login", Username="cintillo", Secret="secreto", **headers)
        return self

    def originate(self, script="0001", channel_id="c.n1.r.1", *pairs, **headers):
        asked = {
            "Channel": f"PJSIP/+5690000{script}@troncal", "ChannelId": channel_id, "Context": "cintillo-deudor",
            "Exten": "s", "Priority": "1", "Async": "true", "CallerID": "600000000", "ActionID": channel_id,
        }  # fmt: skip
        fields = {"Action": "Originate", **asked, **headers}
        message = Message((*fields.items(), ("Variable", "CINTILLO_AMD=0"), ("Variable", "CINTILLO_WAIT_S=2"), *pairs))
        return self._heard(self.manager.act(self.session, message, self.now_ms))

    def agent(self, leg="a.n1.e01.r.1"):
        self.originate(channel_id=leg, Channel="PJSIP/e01", Context="cintillo-agente")
        self.to(400)

    def names(self):
        return [event.get("Event") for event in self.events]

    def last(self, name):
        return next(event for event in reversed(self.events) if event.get("Event") == name)

    def _heard(self, outs):
        heard = [out for out in outs if out.to is self.session or (not out.to and self.session.hears(out.privilege))]
        self.events += [Message(tuple(out.fields)) for out in heard if not out.to]
        return [Message(tuple(out.fields)) for out in heard if out.to]


@pytest.fixture
def client():
    return Client().login()


# ── the session ─────────────────────────────────────────────────────────────────────────────────────


def test_login_says_that_asterisk_is_fully_booted():
    responses = Client().say("Login", Username="cintillo", Secret="secreto")
    assert [r.get("Message") or r.get("Event") for r in responses] == ["Authentication accepted", "FullyBooted"]
    assert responses[0].get("ActionID") == "7"


@pytest.mark.parametrize(("user", "secret"), [("cintillo", "otro"), ("nadie", "secreto"), ("", "")])
def test_a_wrong_login_is_refused_and_the_connection_closed(user, secret):
    client = Client()
    assert client.one("Login", Username=user, Secret=secret).get("Message") == "Authentication failed"
    assert client.session.closing


def test_md5_login_takes_the_challenge_once():
    client = Client()
    challenge = client.one("Challenge", AuthType="MD5").get("Challenge")
    key = hashlib.md5(f"{challenge}secreto".encode()).hexdigest()
    assert client.say("Login", AuthType="MD5", Username="cintillo", Key=key)[0].get("Response") == "Success"
    again = client.say("Login", AuthType="MD5", Username="cintillo", Key=key)
    assert again[0].get("Message") == "Authentication failed"


def test_md5_login_without_a_challenge_is_refused():
    key = hashlib.md5(b"secreto").hexdigest()
    answer = Client().one("Login", AuthType="MD5", Username="cintillo", Key=key)
    assert answer.get("Message") == "Authentication failed"


def test_other_kinds_of_challenge_are_refused():
    assert Client().one("Challenge", AuthType="SHA").get("Message") == "Must specify AuthType"


@pytest.mark.parametrize("action", ["Ping", "Originate", "CoreShowChannels", "ListCommands"])
def test_nothing_is_allowed_before_login(action):
    assert Client().one(action).get("Message") == "Permission denied"


def test_logoff_says_goodbye_and_closes(client):
    assert client.one("Logoff").get("Response") == "Goodbye"
    assert client.session.closing


def test_an_unknown_action_is_answered_in_asterisks_words(client):
    said = client.one("Nonsense").get("Message")
    assert said == "Invalid/unknown command: Nonsense. Use Action: ListCommands to show available commands."
    assert client.one("").get("Message") == "Missing action in request"


def test_ping_is_answered_with_the_time_of_the_floor(client):
    answer = client.one("Ping")
    assert (answer.get("Ping"), answer.get("Timestamp")) == ("Pong", "1000.000000")


def test_events_come_only_of_the_classes_asked_for(client):
    assert client.one("Events", EventMask="user").get("Events") == "On"
    client.agent()
    assert client.names() == ["UserEvent"]
    assert client.one("Events", EventMask="off").get("Events") == "Off"
    client.originate("0002")
    client.to(1_000)
    assert client.names() == ["UserEvent"]
    assert client.one("Events").get("Message") == "Invalid event mask"


def test_the_event_mask_may_be_given_at_login():
    client = Client().login(Events="off")
    client.agent()
    assert client.names() == []


# ── calls ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_call_tells_its_life_in_asterisks_events(client):
    client.agent()
    client.events.clear()
    client.originate("0003")
    client.to(10_000)
    assert client.names() == [
        "Newchannel", "NewCallerid", "NewConnectedLine", "DialBegin", "Newstate", "DialState", "DialEnd",
        "OriginateResponse", "Hangup",
    ]  # fmt: skip
    ended = client.last("Hangup")
    assert (ended.get("Cause"), ended.get("Cause-txt")) == ("19", "User alerting, no answer")
    assert client.last("DialEnd").get("DialStatus") == "NOANSWER"


def test_channel_events_carry_the_headers_of_asterisk_22(client):
    client.originate("0009")
    client.to(1_000)
    born = client.events[0]
    assert [name for name, _ in born.items] == [
        "Event", "Privilege", "Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName",
        "ConnectedLineNum", "ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid",
        "Linkedid",
    ]  # fmt: skip
    assert born.get("Channel") == "PJSIP/troncal-00000000"
    assert born.get("Uniqueid") == born.get("Linkedid") == "c.n1.r.1"
    rings = client.last("Newstate")
    assert (rings.get("ChannelState"), rings.get("ChannelStateDesc")) == ("5", "Ringing")
    assert client.last("DialState").get("DestUniqueid") == "c.n1.r.1"
    assert rings.get("CallerIDNum") == "600000000"


def test_debtor_and_agent_are_bridged_by_unique_id_and_part_when_the_debtor_hangs_up(client):
    client.agent()
    client.originate()
    client.to(100)
    answer = client.one("Bridge", Channel1="c.n1.r.1", Channel2="a.n1.e01.r.1")
    assert answer.get("Message") == "Channels have been bridged"
    entered = [e for e in client.events if e.get("Event") == "BridgeEnter"]
    assert [(e.get("Uniqueid"), e.get("BridgeNumChannels")) for e in entered] == [
        ("c.n1.r.1", "1"),
        ("a.n1.e01.r.1", "2"),
    ]
    listed = client.say("CoreShowChannels")[1:-1]
    assert {e.get("BridgeId") for e in listed} == {entered[0].get("BridgeUniqueid")}
    client.events.clear()
    client.to(20_000)
    assert client.names() == ["BridgeLeave", "BridgeLeave", "BridgeDestroy", "UserEvent", "Hangup"]
    assert client.last("UserEvent").get("UserEvent") == "CintilloParked"


def test_channels_may_be_named_as_well(client):
    client.agent()
    client.originate()
    client.to(100)
    names = [event.get("Channel") for event in client.events if event.get("Event") == "Newchannel"]
    assert names == ["PJSIP/e01-00000000", "PJSIP/troncal-00000001"]
    assert client.one("Bridge", Channel1=names[1], Channel2=names[0]).get("Response") == "Success"
    assert client.one("Hangup", Channel=names[1]).get("Message") == "Channel Hungup"
    assert client.one("Hangup", Channel=names[1]).get("Message") == "No such channel"


def test_hold_sends_the_debtor_to_the_music_and_the_agent_back_to_the_loop(client):
    client.agent()
    client.originate()
    client.to(100)
    client.say("Bridge", Channel1="c.n1.r.1", Channel2="a.n1.e01.r.1")
    place = {"Context": "cintillo-espera", "Exten": "s", "Priority": "1"}
    assert client.one("Redirect", Channel="c.n1.r.1", **place).get("Message") == "Redirect successful"
    assert client.last("BridgeLeave").get("Uniqueid") == "a.n1.e01.r.1"
    listed = {e.get("Uniqueid"): e.get("Application") for e in client.say("CoreShowChannels")[1:-1]}
    assert listed == {"a.n1.e01.r.1": "Wait", "c.n1.r.1": "MusicOnHold"}


def test_a_redirect_to_a_context_that_is_not_there_ends_the_channel(client):
    client.agent()
    assert client.one("Redirect", Channel="a.n1.e01.r.1", Context="nada").get("Response") == "Success"
    assert client.last("Hangup").get("Cause") == "0"


def test_an_answer_is_a_new_state_the_end_of_the_dialling_and_the_dialplans_word(client):
    client.originate()
    client.to(100)
    answer = [name for name in client.names() if name in ("Newstate", "DialEnd", "UserEvent", "OriginateResponse")]
    assert answer == ["Newstate", "DialEnd", "UserEvent", "OriginateResponse"]
    assert client.last("UserEvent").get("UserEvent") == "CintilloAnswered"


def test_the_detectors_word_and_the_abandonment_are_user_events(client):
    client.originate("0001", "c.n1.r.1", ("Variable", "CINTILLO_AMD=1"))
    client.to(1_000)
    screened = client.last("UserEvent")
    assert (screened.get("UserEvent"), screened.get("Word")) == ("CintilloScreened", "HUMAN")
    assert screened.get("Detail")
    client.to(2_000)
    abandoned = client.last("UserEvent")
    assert (abandoned.get("UserEvent"), abandoned.get("Uniqueid")) == ("CintilloAbandoned", "c.n1.r.1")


@pytest.mark.parametrize(("script", "response"), [("0001", "Success"), ("0002", "Error")])
def test_an_originate_that_is_not_async_is_answered_when_the_call_is(client, script, response):
    assert client.originate(script, Async="false") == []
    assert [r.get("Response") for r in client.to(1_000)] == [response]
    assert "OriginateResponse" not in client.names()


def test_a_telephone_that_is_off_fails_without_a_channel():
    client = Client(endpoints=["e01"]).login()
    client.originate(channel_id="a.n1.e09.r.1", Channel="PJSIP/e09", Context="cintillo-agente")
    assert client.names() == ["OriginateResponse"]
    failed = client.events[0]
    assert (failed.get("Response"), failed.get("Reason"), failed.get("Uniqueid")) == ("Failure", "0", "a.n1.e09.r.1")


def test_a_channel_id_in_use_fails_and_leaves_the_first_call_alone(client):
    client.originate("0009")
    client.originate("0009")
    assert client.last("OriginateResponse").get("Response") == "Failure"
    assert len(client.say("CoreShowChannels")) == 3


def test_a_channel_without_an_id_of_ours_gets_one_of_asterisks(client):
    client.originate(ChannelId="")
    assert client.events[0].get("Uniqueid") == "1000.1"


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"Channel": ""}, "Channel not specified"),
        ({"Channel": "nada"}, "Invalid channel"),
        ({"Priority": "x"}, "Invalid priority"),
        ({"Timeout": "pronto"}, "Invalid timeout"),
        ({"Context": "nada"}, "Extension does not exist."),
        ({"Exten": "100"}, "Extension does not exist."),
        ({"Application": "Wait"}, "This PBX runs no application alone; originate to a context"),
    ],
)
def test_an_originate_that_makes_no_sense_is_refused(client, headers, message):
    assert [r.get("Message") for r in client.originate(**headers)] == [message]
    assert client.events == []


def test_what_names_no_channel_is_refused_in_asterisks_words(client):
    client.originate("0010")
    assert client.one("Hangup").get("Message") == "No channel specified"
    assert client.one("Bridge", Channel1="x").get("Message") == "Missing channel parameter in request"
    assert client.one("Bridge", Channel1="x", Channel2="y").get("Message") == "Channel1 does not exist: x"
    assert client.one("Bridge", Channel1="c.n1.r.1", Channel2="y").get("Message") == "Channel2 does not exist: y"
    unable = client.one("Bridge", Channel1="c.n1.r.1", Channel2="c.n1.r.1").get("Message")
    assert unable == "Unable to add Channel1 to bridge: PJSIP/troncal-00000000"
    assert client.one("Redirect").get("Message") == "Channel not specified"
    assert client.one("Redirect", Channel="x").get("Message") == "Channel does not exist: x"
    late = client.one("Redirect", Channel="c.n1.r.1", Context="cintillo-espera").get("Message")
    assert late == "Redirect failed, channel not up."


@pytest.mark.parametrize(("asked", "cause"), [("", "0"), ("21", "21"), ("nonsense", "0"), ("999", "0")])
def test_a_hang_up_in_the_dialplan_has_the_cause_it_was_given_or_none(client, asked, cause):
    client.agent()
    client.say("Hangup", Channel="a.n1.e01.r.1", Cause=asked)
    assert client.last("Hangup").get("Cause") == cause


# ── what there is ───────────────────────────────────────────────────────────────────────────────────


def test_the_list_of_channels_has_an_opening_an_entry_for_each_and_a_close(client):
    client.agent()
    client.originate("0010")
    client.to(65_000 - 30_000)
    opening, leg, closing = client.say("CoreShowChannels")
    assert (opening.get("EventList"), closing.get("Event")) == ("start", "CoreShowChannelsComplete")
    assert closing.get("ListItems") == "1"
    assert (leg.get("Application"), leg.get("Duration"), leg.get("BridgeId")) == ("Wait", "00:00:35", "")
    assert {m.get("ActionID") for m in (opening, leg, closing)} == {"7"}


def test_endpoints_are_listed_with_their_state():
    client = Client(endpoints=["e01", "e02", "e03"]).login()
    client.manager.world.unregistered.add("e03")
    client.agent()
    states = {e.get("ObjectName"): e.get("DeviceState") for e in client.say("PJSIPShowEndpoints")[1:-1]}
    assert states == {"e01": "In use", "e02": "Not in use", "e03": "Unavailable", "troncal": "Not in use"}


def test_the_dialplan_lists_our_contexts(client):
    listed = client.say("ShowDialPlan")
    assert {e.get("Context") for e in listed[1:-1]} == {
        *("cintillo-deudor", "cintillo-agente", "cintillo-espera", "cintillo-escucha", "cintillo-externo")
    }
    assert listed[-1].get("ListContexts") == "5"
    assert len(client.say("ShowDialPlan", Context="cintillo-agente")) == 2 + 7
    assert client.one("ShowDialPlan", Context="nada").get("Message") == "Did not find context nada"


def test_modules_are_there_with_or_without_their_ending(client):
    assert client.one("ModuleCheck", Module="app_amd").get("Response") == "Success"
    assert client.one("ModuleCheck", Module="app_amd.so").get("Response") == "Success"
    assert client.one("ModuleCheck", Module="nada").get("Message") == "Module not loaded"


def test_it_says_its_version_as_an_asterisk_22(client):
    assert client.one("CoreSettings").get("AsteriskVersion").startswith("22.")
    assert client.one("Command", Command="core show version").get("Output").startswith("Asterisk 22.")
    wrong = client.one("Command", Command="nonsense")
    assert (wrong.get("Response"), wrong.get("Output")[:15]) == ("Error", "No such command")


def test_core_status_counts_calls(client):
    client.originate("0010")
    client.originate("0002", "c.n1.r.2")
    client.to(1_000)
    status = client.one("CoreStatus")
    assert (status.get("CoreCurrentCalls"), status.get("CoreProcessedCalls")) == ("1", "2")


def test_every_action_is_in_the_list_of_commands(client):
    listed = {name.lower() for name, _ in client.one("ListCommands").items}
    assert set(ACTIONS) < listed


def test_variables_of_channels_and_of_the_pbx_are_kept_apart(client):
    client.originate("0010")
    client.say("Setvar", Variable="COLOR", Value="rojo")
    client.say("Setvar", Channel="c.n1.r.1", Variable="COLOR", Value="azul")
    assert client.one("Getvar", Variable="COLOR").get("Value") == "rojo"
    assert client.one("Getvar", Channel="c.n1.r.1", Variable="COLOR").get("Value") == "azul"
    assert client.one("Getvar", Channel="c.n1.r.1", Variable="CINTILLO_WAIT_S").get("Value") == "2"
    assert client.one("Getvar", Channel="nada", Variable="COLOR").get("Message") == "No such channel"
    assert client.one("Getvar").get("Message") == client.one("Setvar").get("Message") == "No variable specified"
    assert client.last("VarSet").get("Uniqueid") == "c.n1.r.1"


def test_user_events_are_passed_on_to_everybody(client):
    assert client.one("UserEvent", UserEvent="Hola", Color="rojo").get("Message") == "Event Sent"
    told = client.last("UserEvent")
    assert (told.get("UserEvent"), told.get("Color")) == ("Hola", "rojo")
