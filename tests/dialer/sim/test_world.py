"""The pretend Asterisk in virtual time."""

from __future__ import annotations

import random
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.sim.happenings import (
    AGENTE,
    CONTEXTS,
    DEUDOR,
    ESPERA,
    CannotBridge,
    NoSuchChannel,
    NoSuchContext,
    NotAnswered,
    WorldError,
)
from dialer.sim.people import QUICK
from dialer.sim.world import HOLD_MS_MAX, LOST_AGENT_MS, MESSAGE_MS, World

SCRIPTED = msgspec.structs.replace(QUICK, scripted=True)
RING_MS = 30_000


def number(script):
    return f"+5690000{script}"


class Floor:
    """A world with short hands: it lets time pass and remembers everything that happened."""

    def __init__(self, population=SCRIPTED, seed=1, **options):
        self.world = World(population, random.Random(seed), **options)
        self.now_ms = 0
        self.log = []

    def call(self, channel_id, script, wait_s="2", amd="0", ring_ms=RING_MS):
        variables = {"CINTILLO_WAIT_S": wait_s, "CINTILLO_AMD": amd}
        self.world.originate(channel_id, number(script), DEUDOR, ring_ms, variables, self.now_ms)

    def agent(self, channel_id="a.1", endpoint="e01"):
        self.world.originate(channel_id, endpoint, AGENTE, RING_MS, {}, self.now_ms)
        return self.until("parked", channel_id)

    def answered(self, channel_id="c.1", script="0001", **how):
        self.call(channel_id, script, **how)
        return self.until("up", channel_id)

    def until(self, kind, channel_id):
        """Let time pass, step by step, up to this happening; fails when the world falls silent first."""
        while True:
            self.log += self.world.take()
            found = [h for h in self.log if h.kind == kind and h.channel_id == channel_id]
            if found:
                return found[-1]
            due_ms = self.world.next_ms()
            assert due_ms is not None, f"nothing more happens and {kind} never came"
            self.now_ms = due_ms
            self.world.advance(due_ms)

    def to(self, now_ms):
        self.now_ms = now_ms
        self.world.advance(now_ms)
        self.log += self.world.take()

    def bridge(self, a="c.1", b="a.1"):
        self.world.bridge(a, b, self.now_ms)

    def kinds(self, channel_id):
        self.log += self.world.take()
        return [h.kind for h in self.log if h.channel_id == channel_id]


# ── how calls end ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("script", "cause", "status", "rings"),
    [
        ("0002", 17, "BUSY", False),
        ("0003", 19, "NOANSWER", True),
        ("0004", 1, "NOANSWER", False),
        ("0006", 34, "CONGESTION", False),
        ("0007", 38, "NOANSWER", False),
        ("0008", 21, "NOANSWER", True),
    ],
)
def test_each_failure_of_the_network_has_its_cause_and_dialstatus(script, cause, status, rings):
    floor = Floor()
    floor.call("c.1", script)
    assert floor.until("hangup", "c.1").cause == cause
    assert floor.until("dial_end", "c.1").status == status
    response = floor.until("originate_response", "c.1")
    assert (response.ok, response.reason) == (False, 0)
    assert ("ringing" in floor.kinds("c.1")) is rings


def test_a_call_that_rings_too_long_is_ended_by_our_own_time_out_with_reason_3_and_cause_19():
    floor = Floor()
    floor.call("c.1", "0010", ring_ms=15_000)
    ended = floor.until("hangup", "c.1")
    assert (ended.cause, ended.at_ms) == (19, 15_000)
    assert floor.until("originate_response", "c.1").reason == 3
    assert "dial_end" not in floor.kinds("c.1")


def test_an_answer_that_comes_after_the_ring_time_out_never_comes():
    floor = Floor()
    floor.call("c.1", "0009", ring_ms=5_000)
    assert floor.until("hangup", "c.1").cause == 19
    assert "up" not in floor.kinds("c.1")


def test_late_answers_come_late():
    floor = Floor()
    assert floor.answered(script="0009").at_ms == 10_050


def test_a_full_trunk_ends_further_calls_with_cause_34_and_frees_up_again():
    floor = Floor(trunk_channels=1)
    floor.call("c.1", "0010")
    floor.call("c.2", "0001")
    assert floor.until("hangup", "c.2").cause == 34
    floor.world.hangup("c.1", floor.now_ms)
    floor.answered("c.3")


def test_agents_do_not_use_the_trunk():
    floor = Floor(trunk_channels=1)
    floor.call("c.1", "0010")
    floor.agent()
    assert floor.world.trunk_busy == 1


def test_a_dropped_call_ends_in_mid_conversation_with_cause_38():
    floor = Floor(p_drop=1.0)
    floor.agent()
    floor.answered()
    floor.bridge()
    began_ms = floor.now_ms
    ended = floor.until("hangup", "c.1")
    assert ended.cause == 38
    assert ended.at_ms < began_ms + 8_000


# ── the dead man's switch ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("wait_s", "wait_ms"), [("2", 2_000), ("0.5", 500), ("", 2_000), ("nonsense", 0)])
def test_whoever_answers_and_meets_nobody_hears_the_message_and_is_hung_up(wait_s, wait_ms):
    floor = Floor()
    answered_ms = floor.answered(wait_s=wait_s).at_ms
    assert floor.until("abandoned", "c.1").at_ms == answered_ms + wait_ms
    ended = floor.until("hangup", "c.1")
    assert (ended.cause, ended.at_ms) == (16, answered_ms + wait_ms + MESSAGE_MS)


def test_a_person_who_meets_silence_hangs_up_before_the_message():
    floor = Floor()
    answered_ms = floor.answered(script="0011").at_ms
    assert floor.until("hangup", "c.1").at_ms == answered_ms + 500
    assert "abandoned" not in floor.kinds("c.1")


def test_a_bridge_in_time_takes_the_debtor_out_of_the_wait():
    floor = Floor()
    floor.agent()
    answered_ms = floor.answered().at_ms
    floor.bridge()
    assert floor.until("hangup", "c.1").at_ms == answered_ms + 8_000
    assert "abandoned" not in floor.kinds("c.1")


def test_a_bridge_during_the_message_still_connects():
    floor = Floor()
    floor.agent()
    floor.answered()
    abandoned_ms = floor.until("abandoned", "c.1").at_ms
    floor.bridge()
    assert floor.until("hangup", "c.1").at_ms == abandoned_ms + 8_000


# ── the answering-machine detector ──────────────────────────────────────────────────────────────────


def test_a_machine_is_screened_and_hung_up():
    floor = Floor()
    answered_ms = floor.answered(script="0005", amd="1").at_ms
    screened = floor.until("screened", "c.1")
    assert (screened.word, screened.at_ms) == ("MACHINE", answered_ms + 800)
    assert floor.until("hangup", "c.1").at_ms == answered_ms + 800


def test_a_person_is_screened_and_then_waits():
    floor = Floor()
    answered_ms = floor.answered(amd="1").at_ms
    assert floor.until("screened", "c.1").word == "HUMAN"
    assert floor.until("abandoned", "c.1").at_ms == answered_ms + 800 + 2_000


def test_nobody_is_screened_who_should_not_be():
    floor = Floor()
    floor.answered(script="0005", amd="0")
    floor.until("hangup", "c.1")
    assert "screened" not in floor.kinds("c.1")


# ── agents' legs, holds ─────────────────────────────────────────────────────────────────────────────


def test_agents_telephones_answer_within_300_ms_and_are_parked():
    floor = Floor()
    assert 50 <= floor.agent().at_ms <= 300


def test_a_telephone_that_is_off_or_unknown_never_becomes_a_channel():
    floor = Floor(endpoints=["e01", "e02"])
    floor.world.unregistered.add("e02")
    for leg, endpoint in (("a.2", "e02"), ("a.3", "e03")):
        floor.world.originate(leg, endpoint, AGENTE, RING_MS, {}, 0)
        assert floor.kinds(leg) == ["originate_response"]
    assert not any(h.ok for h in floor.log)
    floor.agent("a.1", "e01")


def test_a_channel_id_in_use_is_refused_and_the_first_call_goes_on():
    floor = Floor()
    floor.call("c.1", "0009")
    floor.call("c.1", "0001")
    floor.until("up", "c.1")
    responses = [h.ok for h in floor.log if h.kind == "originate_response"]
    assert responses == [False, True]


def test_the_agents_leg_falls_back_into_its_loop_when_the_debtor_hangs_up():
    floor = Floor()
    floor.agent()
    floor.answered()
    floor.bridge()
    floor.until("hangup", "c.1")
    tail = floor.kinds("a.1")[-3:]
    assert tail == ["bridge_enter", "bridge_leave", "parked"]
    assert "ringing" not in floor.kinds("a.1")


def test_a_debtor_whose_agent_vanishes_waits_five_seconds_and_is_not_told_that_nobody_is_free():
    floor = Floor()
    floor.agent()
    floor.answered()
    floor.bridge()
    floor.to(floor.now_ms + 1_000)
    floor.world.hangup("a.1", floor.now_ms)
    ended = floor.until("hangup", "c.1")
    assert (ended.cause, ended.at_ms) == (16, floor.now_ms)
    assert ended.at_ms == floor.until("hangup", "a.1").at_ms + LOST_AGENT_MS
    assert "abandoned" not in floor.kinds("c.1")


def test_another_agent_may_take_over_within_those_five_seconds():
    floor = Floor()
    floor.agent()
    floor.agent("a.2", "e02")
    floor.answered()
    floor.bridge()
    floor.to(floor.now_ms + 1_000)
    floor.world.hangup("a.1", floor.now_ms)
    floor.to(floor.now_ms + 4_000)
    floor.bridge("c.1", "a.2")
    assert floor.until("hangup", "c.1").at_ms == floor.now_ms
    assert floor.kinds("a.2").count("parked") == 2


def test_on_hold_the_debtor_keeps_what_they_still_had_to_say():
    floor = Floor()
    floor.agent()
    floor.answered()
    floor.bridge()
    floor.to(floor.now_ms + 3_000)
    floor.world.redirect("c.1", ESPERA, floor.now_ms)
    assert floor.kinds("a.1")[-1] == "parked"
    floor.to(floor.now_ms + 60_000)
    assert floor.kinds("c.1")[-1] == "bridge_leave"
    resumed_ms = floor.now_ms
    floor.bridge()
    assert floor.until("hangup", "c.1").at_ms == resumed_ms + 5_000


def test_nobody_is_on_hold_for_more_than_fifteen_minutes():
    floor = Floor()
    floor.answered()
    floor.world.redirect("c.1", ESPERA, floor.now_ms)
    held_ms = floor.now_ms
    assert floor.until("hangup", "c.1").at_ms == held_ms + HOLD_MS_MAX


def test_after_fifteen_minutes_of_music_whoever_has_talked_gets_five_seconds_for_their_agent():
    floor = Floor()
    floor.agent()
    floor.answered()
    floor.bridge()
    floor.to(floor.now_ms + 1_000)
    held_ms = floor.now_ms
    floor.world.redirect("c.1", ESPERA, held_ms)
    assert floor.until("hangup", "c.1").at_ms == held_ms + HOLD_MS_MAX + LOST_AGENT_MS


def test_joining_a_channel_elsewhere_leaves_its_old_partner_alone():
    floor = Floor()
    floor.agent()
    floor.agent("a.2", "e02")
    floor.answered()
    floor.bridge("c.1", "a.1")
    floor.bridge("c.1", "a.2")
    assert floor.kinds("a.1")[-2:] == ["bridge_leave", "parked"]
    bridges = {seen.channel_id: seen.bridge_id for seen in floor.world.channels()}
    assert bridges["c.1"] == bridges["a.2"] != ""
    assert bridges["a.1"] == ""


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────


def test_what_cannot_be_done_is_refused_by_name_and_changes_nothing():
    floor = Floor()
    floor.agent()
    floor.call("c.1", "0010")
    before = floor.world.channels()
    with pytest.raises(NoSuchChannel, match=r"c\.9"):
        floor.world.hangup("c.9", floor.now_ms)
    with pytest.raises(NoSuchChannel):
        floor.bridge("c.9", "a.1")
    with pytest.raises(NotAnswered, match=r"c\.1"):
        floor.bridge("c.1", "a.1")
    with pytest.raises(NotAnswered):
        floor.world.redirect("c.1", ESPERA, floor.now_ms)
    with pytest.raises(CannotBridge):
        floor.bridge("a.1", "a.1")
    with pytest.raises(NoSuchContext, match="cintillo-agente"):
        floor.world.redirect("a.1", "nowhere", floor.now_ms)
    with pytest.raises(NoSuchContext):
        floor.world.originate("c.2", number("0001"), "nowhere", RING_MS, {}, floor.now_ms)
    assert floor.world.channels() == before


def test_a_hang_up_while_ringing_ends_the_dial_too():
    floor = Floor()
    floor.call("c.1", "0010")
    floor.until("ringing", "c.1")
    floor.world.hangup("c.1", floor.now_ms)
    assert floor.kinds("c.1")[-3:] == ["dial_end", "originate_response", "hangup"]


def test_a_hang_up_carries_the_cause_it_is_given():
    floor = Floor()
    floor.answered()
    floor.world.hangup("c.1", floor.now_ms, cause=21)
    assert floor.until("hangup", "c.1").cause == 21


def test_a_command_finds_the_world_as_it_is_at_that_moment():
    floor = Floor()
    floor.call("c.1", "0002")
    with pytest.raises(NoSuchChannel):
        floor.world.hangup("c.1", 60_000)
    assert floor.kinds("c.1")[-1] == "hangup"


# ── properties ──────────────────────────────────────────────────────────────────────────────────────


def story(seed):
    dice = random.Random(seed)
    world = World(QUICK, dice, trunk_channels=40, p_drop=0.05)
    for at in range(60):
        world.originate(f"c.{at}", "+56911112222", DEUDOR, 20_000, {"CINTILLO_WAIT_S": "2"}, at * 300)
    world.advance(600_000)
    return world.take()


def test_a_seed_decides_everything():
    assert story(11) == story(11)
    assert story(11) != story(12)


CHANNELS = st.sampled_from([f"c.{n}" for n in range(6)] + [f"a.{n}" for n in range(4)])
COMMANDS = st.one_of(
    st.tuples(st.just("originate"), CHANNELS, st.sampled_from(CONTEXTS), st.integers(0, 20_000)),
    st.tuples(st.just("bridge"), CHANNELS, CHANNELS),
    st.tuples(st.just("redirect"), CHANNELS, st.sampled_from(CONTEXTS)),
    st.tuples(st.just("hangup"), CHANNELS),
    st.tuples(st.just("wait"), st.integers(0, 8_000)),
)


def obey(world, command, now_ms, dice):
    match command:
        case ("originate", channel_id, context, ring_ms):
            target = "e01" if channel_id.startswith("a.") else f"+5690000{dice.randrange(1, 16):04}"
            variables = {"CINTILLO_AMD": str(dice.randrange(2)), "CINTILLO_WAIT_S": "2"}
            world.originate(channel_id, target, context, ring_ms, variables, now_ms)
        case ("bridge", a, b):
            world.bridge(a, b, now_ms)
        case ("redirect", channel_id, context):
            world.redirect(channel_id, context, now_ms)
        case ("hangup", channel_id):
            world.hangup(channel_id, now_ms)


@settings(max_examples=200, deadline=None)
@given(st.lists(COMMANDS, max_size=60), st.integers(0, 1 << 30))
def test_every_channel_made_hangs_up_exactly_once_whatever_is_asked(commands, seed):
    dice = random.Random(seed)
    world = World(SCRIPTED, dice, trunk_channels=4, p_drop=0.2)
    now_ms = 0
    for command in commands:
        now_ms += command[1] if command[0] == "wait" else 0
        try:
            obey(world, command, now_ms, dice)
        except WorldError:
            continue
    world.advance(now_ms + 3_600_000)
    for seen in world.channels():
        world.hangup(seen.channel_id, now_ms + 3_600_000)
    check_story(world.take())
    assert world.trunk_busy == 0
    assert world.next_ms() is None


def check_story(happenings):
    alive, bridged = set(), {}
    assert [h.at_ms for h in happenings] == sorted(h.at_ms for h in happenings)
    for happening in happenings:
        channel_id = happening.channel_id
        if happening.kind == "created":
            assert channel_id not in alive
            alive.add(channel_id)
        elif happening.kind == "originate_response" and not happening.ok:
            continue
        else:
            assert channel_id in alive, f"{happening.kind} of a channel that does not exist"
        if happening.kind == "bridge_enter":
            assert channel_id not in bridged
            bridged[channel_id] = happening.bridge_id
        elif happening.kind == "bridge_leave":
            assert bridged.pop(channel_id) == happening.bridge_id
        elif happening.kind == "hangup":
            assert channel_id not in bridged
            alive.remove(channel_id)
    assert not alive and not bridged
    made = Counter(h.kind for h in happenings)
    assert made["created"] == made["hangup"]
