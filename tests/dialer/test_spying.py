"""A supervisor's headset on an agent's line: called, turned, kept on the agent, and always hung up in the end."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialer import commands as c
from dialer import events as e
from dialer.ear import TABLE, Ear, Input, Stage
from dialer.engine import Engine
from dialer.journal import line, replay
from tests.floors import Desk, floor

EAR = "PJSIP/sup"


def asked(desk: Desk, agent_id: str = "e1", mode: str = "listen", by: str = "sup") -> list[c.Command]:
    return desk.feed(e.EarAsked(by, EAR, agent_id, mode))


def on(desk: Desk, mode: str = "listen") -> str:
    """A headset is on the line of e1."""
    asked(desk, mode=mode)
    ear_id = str(desk.only(c.CallEar).ear_id)
    desk.feed(e.EarUp(ear_id))
    return ear_id


def test_every_stage_takes_exactly_the_inputs_of_the_table() -> None:
    for stage, what in product(Stage, Input):
        ear = Ear("s.n1.sup.r.000000001", "sup", "e1", "a.1", "listen", 0)
        ear.stage = stage
        assert ear.take(what) is ((stage, what) in TABLE)
        assert ear.stage is TABLE.get((stage, what), stage)


def test_the_headset_is_called_onto_the_agents_leg_and_told_when_it_is_there() -> None:
    desk = Desk()
    leg = desk.agent()
    asked(desk, mode="whisper")
    call = desk.only(c.CallEar)
    assert (call.endpoint, call.leg_id, call.mode) == (EAR, leg, "whisper")
    assert not desk.all(c.TellEar), "nobody hears anything before it answers"
    desk.feed(e.EarUp(call.ear_id), after_ms=300)
    assert desk.last == [c.TellEar("sup", "e1", "whisper", desk.now_ms)]


def test_another_mode_and_another_agent_ring_no_second_time() -> None:
    desk = Desk()
    desk.agent()
    other = desk.agent("e2")
    ear_id, since_ms = on(desk), desk.now_ms
    assert asked(desk, mode="whisper") == [
        c.TurnEar(ear_id, "whisper"),
        c.TellEar("sup", "e1", "whisper", since_ms),
    ]
    desk.feed(e.Ticked(), after_ms=5_000)
    assert asked(desk, "e2", "whisper") == [
        c.TellEar("sup", "e1", "", since_ms, "other_agent"),
        c.AimEar(ear_id, other),
        c.TurnEar(ear_id, "whisper"),
        c.TellEar("sup", "e2", "whisper", desk.now_ms),
    ]


def test_what_was_asked_while_it_still_rang_holds_when_it_answers() -> None:
    desk = Desk()
    desk.agent()
    other = desk.agent("e2")
    asked(desk)
    ear_id = desk.only(c.CallEar).ear_id
    assert asked(desk, "e2", "whisper") == [c.AimEar(ear_id, other)]
    desk.feed(e.EarUp(ear_id))
    assert desk.last == [c.TurnEar(ear_id, "whisper"), c.TellEar("sup", "e2", "whisper", desk.now_ms)]


def test_barging_in_lasts_as_long_as_each_conversation_and_whispers_between() -> None:
    """ChanSpy holds on to the debtor's channel: without the turn at its end that call would have no Hangup."""
    desk = Desk()
    leg = desk.agent()
    asked(desk, mode="barge")
    call = desk.only(c.CallEar)
    assert call.mode == "whisper"
    desk.feed(e.EarUp(call.ear_id))
    attempt = desk.talking()
    assert desk.all(c.TurnEar) == [c.TurnEar(call.ear_id, "barge")]
    desk.feed(e.CallUnbridged(attempt))
    assert desk.all(c.TurnEar) == [c.TurnEar(call.ear_id, "whisper")]
    desk.feed(e.CallEnded(attempt, 16))
    desk.feed(e.LegParked(leg))
    assert not desk.all(c.TurnEar)
    since_ms = desk.engine.books.ears[call.ear_id].since_ms
    desk.feed(e.EarEnded(call.ear_id, 16))
    assert desk.last == [c.TellEar("sup", "e1", "", since_ms, "hung_up", (attempt,))]


def test_a_hold_ends_the_barge_and_the_debtors_return_brings_it_back() -> None:
    desk = Desk()
    leg = desk.agent()
    ear_id = on(desk, "barge")
    attempt = desk.talking()
    desk.feed(e.AgentHeld("e1"))
    desk.feed(e.CallUnbridged(attempt))
    assert desk.all(c.TurnEar) == [c.TurnEar(ear_id, "whisper")]
    desk.feed(e.AgentResumed("e1"), after_ms=500)
    desk.feed(e.CallBridged(attempt, leg))
    assert desk.all(c.TurnEar) == [c.TurnEar(ear_id, "barge")]


def test_a_leg_that_dropped_and_came_back_is_heard_again() -> None:
    desk = Desk()
    leg = desk.agent()
    ear_id = on(desk)
    desk.feed(e.LegEnded(leg, 16))
    back = desk.only(c.CallAgent).leg_id
    assert not desk.all(c.AimEar), "there is nothing to hear yet"
    desk.feed(e.LegParked(back))
    assert [one for one in desk.last if isinstance(one, c.AimEar | c.TurnEar)] == [
        c.AimEar(ear_id, back),
        c.TurnEar(ear_id, "listen"),
    ]


def test_when_the_agent_leaves_the_headset_is_hung_up_and_the_supervisor_told_why() -> None:
    desk = Desk()
    desk.agent()
    ear_id, since_ms = on(desk), desk.now_ms
    desk.feed(e.AgentLeft("e1"))
    assert c.HangUp(ear_id) in desk.last
    desk.feed(e.EarEnded(ear_id, 16))
    assert desk.last == [c.TellEar("sup", "e1", "", since_ms, "agent_left")]


def test_who_asks_again_while_the_last_one_is_being_hung_up_gets_a_new_one() -> None:
    desk = Desk()
    desk.agent()
    first = on(desk)
    desk.feed(e.EarDismissed("sup"))
    assert desk.last == [c.HangUp(first)]
    asked(desk)
    second = desk.only(c.CallEar).ear_id
    assert second != first
    desk.feed(e.EarEnded(first, 16))
    assert desk.only(c.TellEar).why == "asked"
    assert second in desk.engine.books.ears


def test_nobody_answers_and_nothing_can_be_heard_are_told_apart() -> None:
    desk = Desk()
    desk.agent()
    asked(desk)
    desk.feed(e.EarEnded(desk.only(c.CallEar).ear_id, 0))
    assert desk.last == [c.TellEar("sup", "e1", "", 0, "no_answer")]
    assert asked(desk, "e9") == [c.TellEar("sup", "e9", "", 0, "agent_left")]
    desk.feed(e.AgentConnected("e3", "PJSIP/e3", ("a",)))
    assert asked(desk, "e3") == [c.TellEar("sup", "e3", "", 0, "no_line")]
    desk.feed(e.PbxLost("x"))
    assert asked(desk) == [c.TellEar("sup", "e1", "", 0, "pbx_down")]


def test_after_a_restart_a_listening_headset_is_hung_up() -> None:
    """Nobody could end it any more, nor was anybody told that it listens."""
    desk = Desk()
    stray, foreign = "s.n1.sup.old.000000007", "s.n2.sup.old.000000007"
    seen = tuple(e.ChannelSeen(one, up=True) for one in (stray, foreign))
    desk.feed(e.ChannelsListed(desk.now_ms, seen))
    assert desk.all(c.HangUp) == [c.HangUp(stray)]


def test_what_happened_while_the_link_was_down_is_made_good_by_the_listing() -> None:
    desk = Desk()
    desk.agent()
    leg = desk.engine.books.roster.agents["e1"].leg_id
    gone, since_ms = on(desk), desk.now_ms
    asked(desk, by="otra")
    unheard = desk.only(c.CallEar).ear_id
    desk.feed(e.PbxLost("x"), after_ms=10_000)
    desk.feed(e.ChannelsListed(desk.now_ms, (e.ChannelSeen(leg, up=True), e.ChannelSeen(unheard, up=True))))
    assert desk.all(c.TellEar) == [
        c.TellEar("sup", "e1", "", since_ms, "hung_up"),
        c.TellEar("otra", "e1", "listen", desk.now_ms),
    ]
    assert list(desk.engine.books.ears) == [unheard] != [gone]


MODES = st.sampled_from(["listen", "whisper", "barge"])
STEPS = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from(["sup", "otra"]), st.sampled_from(["e1", "e2"]), MODES),
    st.tuples(st.sampled_from(["dismiss"]), st.sampled_from(["sup", "otra"])),
    st.tuples(st.sampled_from(["up", "end"]), st.integers(0, 3)),
    st.tuples(st.sampled_from(["talk", "unbridge", "hang_up", "leave", "back", "drop_leg"])),
)


class Story:
    """A floor with two agents, two supervisors, and whatever happens to them; what Asterisk would say follows."""

    def __init__(self) -> None:
        self.desk = Desk()
        for one in ("e1", "e2"):
            self.desk.agent(one)
        self.calls = 0

    def step(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("ask", by, agent_id, mode):
                asked(self.desk, agent_id, mode, by)
            case ("dismiss", by):
                self.desk.feed(e.EarDismissed(by))
            case ("up", n) if ears := list(self.desk.engine.books.ears):
                self.desk.feed(e.EarUp(ears[n % len(ears)]), after_ms=50)
            case ("end", n) if ears := list(self.desk.engine.books.ears):
                self.desk.feed(e.EarEnded(ears[n % len(ears)], 16), after_ms=50)
            case (what,):
                self._agent(what)

    def _agent(self, what: str) -> None:
        desk = self.desk
        agent = desk.engine.books.roster.agents["e1"]
        call = desk.engine.books.calls.get(agent.on_call)
        if what == "talk" and agent.state == "disponible" and desk.engine.books.carteras["a"].claiming:
            self.calls += 1
            desk.talking(self.calls)
        elif what == "unbridge" and call:
            desk.feed(e.CallUnbridged(call.attempt_id))
        elif what == "hang_up" and call:
            desk.feed(e.CallUnbridged(call.attempt_id))
            desk.feed(e.CallEnded(call.attempt_id, 16))
        elif what == "leave":
            desk.feed(e.AgentLeft("e1"))
        elif what == "drop_leg" and agent.leg_up:
            desk.feed(e.LegEnded(agent.leg_id, 16))
        elif what == "back":
            desk.feed(e.AgentConnected("e1", "PJSIP/e1", ("a",)))
            for one in desk.all(c.CallAgent):
                desk.feed(e.LegParked(one.leg_id))


@settings(max_examples=200, deadline=None)
@given(st.lists(STEPS, max_size=40))
def test_whatever_happens_nobody_is_left_listening_unseen(steps: list[tuple[Any, ...]]) -> None:
    """Each stretch on a line is told when it begins and once when it ends; barges are never on a silent leg; nothing is
    said to a headset that is gone; and the agents' own states are those of a floor on which nobody listens."""
    heard, plain = Story(), Story()
    for step in steps:
        heard.step(step)
        if step[0] not in ("ask", "dismiss", "up", "end"):
            plain.step(step)
        books = heard.desk.engine.books
        for ear in books.ears.values():
            agent = books.roster.agents[ear.agent_id]
            assert ear.stage is Stage.ENDING or agent.state != "desconectado"
        assert len({ear.by for ear in books.ears.values() if ear.stage is not Stage.ENDING}) == sum(
            ear.stage is not Stage.ENDING for ear in books.ears.values()
        )
        assert heard.desk.state() == plain.desk.state()
    for ear_id in list(heard.desk.engine.books.ears):
        heard.desk.feed(e.EarEnded(ear_id, 16))
    _all_told(heard.desk.said)


def _all_told(said: list[c.Command]) -> None:
    on_line: dict[str, str] = {}
    called: set[str] = set()
    for one in said:
        if isinstance(one, c.CallEar):
            called.add(one.ear_id)
        elif isinstance(one, c.TurnEar | c.AimEar):
            assert one.ear_id in called
        elif isinstance(one, c.TellEar) and one.mode:
            assert on_line.get(one.by, one.agent_id) == one.agent_id, "moved on without a word about the last one"
            on_line[one.by] = one.agent_id
        elif isinstance(one, c.TellEar) and one.since_ms:
            assert one.agent_id == on_line.pop(one.by, one.agent_id)
    assert not on_line


def test_what_a_supervisor_did_is_in_the_journal_and_replays_byte_for_byte() -> None:
    desk = Desk()
    told: list[e.Event] = [
        e.EngineStarted("n1", "r", floor()),
        e.PbxConnected(),
        e.ChannelsListed(0, ()),
        e.AgentConnected("e1", "PJSIP/e1", ("a",)),
        e.LegParked("a.n1.e1.r.000000001"),
        e.EarAsked("sup", EAR, "e1", "barge"),
        e.EarUp("s.n1.sup.r.000000002"),
        e.CarteraHeld("a", "sup", 5),
        e.AgentMoved("e1", (), "sup"),
        e.CarteraReleased("a", "sup"),
        e.AgentLeft("e1"),
        e.EarEnded("s.n1.sup.r.000000002", 16),
    ]
    engine = Engine()
    lines = [line(event, engine.handle(event, desk.now_ms + n), desk.now_ms + n) for n, event in enumerate(told)]
    steps = list(replay(lines))
    assert len(steps) == len(told)
    assert all(step.same for step in steps)
    assert engine.books.ears == {}
