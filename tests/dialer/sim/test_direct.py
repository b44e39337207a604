"""The pretend world without AMI in between tells the engine the very same events as the one with it."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.ami_wire import Decoder, Message, encode
from dialer.ami_words import Listener, action_for, channels_from, failure_of
from dialer.commands import CallAgent, ClaimContacts, HangUp, HoldCall, JoinCall, JoinLegs, ListChannels, PlaceCall
from dialer.events import (
    BridgeFailed,
    CallBridged,
    CallCreated,
    CallEnded,
    CallPickedUp,
    CallRefused,
    CallRinging,
    CallScreened,
    CallUnbridged,
    ChannelSeen,
    ChannelsListed,
    DialEnded,
    LegEnded,
    LegParked,
    LegsBridged,
    LegsFailed,
)
from dialer.sim.ami_actions import Manager
from dialer.sim.ami_forms import Session
from dialer.sim.direct import PretendPbx
from dialer.sim.people import QUICK
from dialer.sim.world import World

SCRIPTED = msgspec.structs.replace(QUICK, scripted=True)
CALL, LEG = "c.n1.r.1", "a.n1.e01.r.1"


def place(attempt_id=CALL, amd=False):
    return PlaceCall(attempt_id, "norte", 1, "600000000", ring_ms=20_000, wait_ms=2_000, amd=amd, record=False)


def call_agent(leg_id=LEG, endpoint="PJSIP/e01"):
    return CallAgent(leg_id, endpoint, ring_ms=20_000)


def number(script):
    return f"+5690000{script}"


def pbx(**world):
    return PretendPbx(World(SCRIPTED, random.Random(1), **world))


def talking():
    """A debtor and an agent in conversation at 1,000 ms."""
    floor = pbx()
    floor.perform(call_agent(), "", 0)
    floor.perform(place(), number("0001"), 500)
    floor.advance(600)
    floor.perform(JoinCall(CALL, LEG), "", 1_000)
    return floor


# ── meaning ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_call_is_created_answered_joined_and_ends():
    floor = pbx()
    floor.perform(call_agent(), "", 0)
    assert floor.advance(400) == [LegParked(LEG)]
    floor.perform(place(), number("0001"), 500)
    assert floor.advance(1_000) == [CallCreated(CALL), DialEnded(CALL, "ANSWER"), CallPickedUp(CALL)]
    floor.perform(JoinCall(CALL, LEG), "", 1_000)
    assert floor.advance(1_000) == [CallBridged(CALL, LEG)]
    assert floor.next_ms() == 9_000
    assert floor.advance(9_000) == [CallUnbridged(CALL), LegParked(LEG), CallEnded(CALL, 16)]


def test_a_machine_is_screened_and_ends():
    floor = pbx()
    floor.perform(place(amd=True), number("0005"), 0)
    said = floor.advance(10_000)
    assert [type(event) for event in said][-2:] == [CallScreened, CallEnded]
    assert said[-2].word == "MACHINE"


def test_a_hold_gives_the_agent_back_to_the_loop():
    floor = talking()
    floor.advance(1_000)
    floor.perform(HoldCall(CALL), "", 2_000)
    assert floor.advance(2_000) == [CallUnbridged(CALL), LegParked(LEG)]
    floor.perform(JoinCall(CALL, LEG), "", 3_000)
    assert floor.advance(3_000) == [CallBridged(CALL, LEG)]


def test_joining_with_somebody_who_has_gone_fails():
    floor = talking()
    floor.perform(HangUp(CALL), "", 2_000)
    floor.perform(JoinCall(CALL, LEG), "", 2_000)
    failed = floor.advance(2_000)[-1]
    assert isinstance(failed, BridgeFailed)
    assert CALL in failed.reason


def test_two_agents_are_joined_while_the_debtor_hears_music_and_parted_when_one_takes_the_debtor():
    floor, other = talking(), "a.n1.e02.r.1"
    floor.perform(call_agent(other, "PJSIP/e02"), "", 1_000)
    floor.perform(HoldCall(CALL), "", 2_000)
    floor.advance(2_000)
    floor.perform(JoinLegs(LEG, other), "", 2_000)
    assert floor.advance(2_000) == [LegsBridged(other, LEG)]
    floor.perform(JoinCall(CALL, other), "", 3_000)
    assert floor.advance(3_000) == [LegParked(LEG), CallBridged(CALL, other)]


def test_joining_with_an_agent_who_has_gone_fails():
    floor = talking()
    floor.advance(1_000)
    floor.perform(JoinLegs(LEG, "a.n1.e02.r.1"), "", 2_000)
    failed = floor.advance(2_000)[-1]
    assert isinstance(failed, LegsFailed)
    assert failed.other_id in failed.reason


def test_hanging_up_or_holding_what_has_gone_is_no_event():
    floor = pbx()
    floor.perform(HangUp(CALL), "", 0)
    floor.perform(HoldCall(CALL), "", 0)
    assert floor.advance(0) == []


def test_a_telephone_that_is_off_ends_the_leg_at_once():
    floor = pbx(endpoints=["e02"])
    floor.perform(call_agent(), "", 0)
    assert floor.next_ms() == 0
    assert floor.advance(0) == [LegEnded(LEG, 0)]


def test_a_call_that_never_was_is_refused():
    floor = pbx(endpoints=[])
    floor.perform(place(), "desk", 0)
    assert [type(event) for event in floor.advance(0)] == [CallRefused]


def test_the_listing_has_every_channel_and_its_bridge():
    floor = talking()
    floor.perform(place("c.n1.r.2"), number("0010"), 1_000)
    floor.perform(ListChannels(), "", 2_000)
    bridge_id = "00000001-0000-4000-8000-000000000000"
    assert floor.advance(2_000)[-1] == ChannelsListed(
        2_000,
        (ChannelSeen(LEG, True, bridge_id), ChannelSeen(CALL, True, bridge_id), ChannelSeen("c.n1.r.2", False)),
    )


def test_commands_that_are_not_for_asterisk_are_refused():
    with pytest.raises(TypeError, match="ClaimContacts"):
        pbx().perform(ClaimContacts("norte", 3), "", 0)


# ── the same through AMI ────────────────────────────────────────────────────────────────────────────


class ThroughAmi:
    """The same world behind its manager interface, codec, and our words for Asterisk's messages."""

    def __init__(self, world):
        self.manager = Manager(world, {"cintillo": "cintillo"}, random.Random(0))
        self.session = Session()
        self.decoder = Decoder()
        self.listener = Listener()
        self.ready = []
        self._act([("Action", "Login"), ("Username", "cintillo"), ("Secret", "cintillo")], 0)

    def perform(self, command, number, now_ms):
        fields = action_for(command, trunk="PJSIP/{number}@troncal", number=number, recordings="/tmp", action_id="x")
        answers = self._act(fields, now_ms)
        refused = next((m for m in answers if m.get("Response") == "Error"), None)
        event = failure_of(command, refused.get("Message")) if refused else None
        self.ready += [event] if event else []
        if isinstance(command, ListChannels):
            self.ready.append(ChannelsListed(now_ms, channels_from(answers)))

    def advance(self, now_ms):
        self._hear(self.manager.advance(now_ms))
        ready, self.ready = self.ready, []
        return ready

    def _act(self, fields, now_ms):
        message = self.decoder.feed(encode(fields))[0]
        return self._hear(self.manager.act(self.session, message, now_ms))

    def _hear(self, outs):
        """Events are heard; responses are returned."""
        messages = [message for out in outs for message in self.decoder.feed(encode(out.fields))]
        for message in messages:
            self.ready += self.listener.hear(message)
        return messages


ATTEMPTS = st.sampled_from([f"c.n1.r.{n}" for n in range(5)])
LEGS = st.sampled_from([f"a.n1.e0{n}.r.1" for n in range(3)])
COMMANDS = st.one_of(
    st.builds(place, ATTEMPTS, st.booleans()),
    st.builds(call_agent, LEGS, st.sampled_from(["PJSIP/e01", "PJSIP/e02", "PJSIP/apagado"])),
    st.builds(JoinCall, ATTEMPTS, LEGS),
    st.builds(JoinLegs, LEGS, LEGS),
    st.builds(HoldCall, ATTEMPTS),
    st.builds(HangUp, ATTEMPTS | LEGS),
    st.just(ListChannels()),
)


def comparable(events):
    """Without the wording of refusals, the one cause that AMI decides (a hang-up without one), the second ringing."""
    failures = BridgeFailed | LegsFailed
    plain = [msgspec.structs.replace(e, reason="") if isinstance(e, failures) else e for e in events]
    caused = [msgspec.structs.replace(e, cause=16) if getattr(e, "cause", 16) == 0 else e for e in plain]
    return [e for at, e in enumerate(caused) if not (isinstance(e, CallRinging) and e in caused[:at])]


@settings(max_examples=200, deadline=None)
@given(
    script=st.lists(st.tuples(COMMANDS, st.integers(1, 14), st.integers(0, 6_000)), max_size=40),
    seed=st.integers(0, 1 << 30),
)
def test_whatever_is_asked_the_engine_hears_the_same_with_and_without_ami(script, seed):
    def make():
        return World(SCRIPTED, random.Random(seed), trunk_channels=3, p_drop=0.2, endpoints=["e01", "e02"])

    direct, through = PretendPbx(make()), ThroughAmi(make())
    now_ms = 0
    for command, digits, pause_ms in script:
        dialled = number(f"{digits:04}")
        direct.perform(command, dialled, now_ms)
        through.perform(command, dialled, now_ms)
        now_ms += pause_ms
        assert comparable(direct.advance(now_ms)) == comparable(through.advance(now_ms))


def test_messages_of_other_channels_mean_nothing():
    floor = ThroughAmi(World(SCRIPTED, random.Random(1)))
    stranger = Message(
        (("Action", "Originate"), ("Channel", "PJSIP/e01"), ("Context", "cintillo-agente"), ("Exten", "s"),
         ("Priority", "1"), ("Async", "true"))
    )  # fmt: skip
    floor._hear(floor.manager.act(floor.session, stranger, 0))
    assert floor.advance(5_000) == []
