"""The line to Asterisk against a scripted server on a real socket: everything a peer can do wrong is contained."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.settings import Asterisk
from dialer import events as e
from dialer.ami_wire import MAX_FRAME, Decoder, Message, encode
from dialer.commands import CallAgent, CloseAttempt, HangUp, HoldCall, JoinCall, ListChannels, PlaceCall
from dialer.edge.ami import AmiLink
from tests.reactor import reactor, run, until

CALL, LEG = "c.n1.k3.2", "a.n1.e01.k3.1"
PLACE = PlaceCall(CALL, "c1", 5, "600000000", ring_ms=30_000, wait_ms=2_000, amd=False, record=False)
SECRET = "clave"

Fields = list[tuple[str, str]]
Handler = Callable[["Session", Message], None]


class Session:
    """One connection as the server sees it."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.challenge = str(random.randrange(10**9))

    def raw(self, data: bytes) -> None:
        self.writer.write(data)

    def say(self, *fields: tuple[str, str]) -> None:
        self.raw(encode(fields))

    def answer(self, action: Message, response: str = "Success", *more: tuple[str, str]) -> None:
        self.say(("Response", response), ("ActionID", action.get("ActionID")), *more)

    def event(self, name: str, **headers: str) -> None:
        self.say(("Event", name), *headers.items())

    def reset(self) -> None:
        self.writer.transport.abort()


class FakeAsterisk:
    """Does what Asterisk does, action by action, unless `on` says otherwise."""

    def __init__(self) -> None:
        self.on: dict[str, Handler] = {
            "Challenge": lambda s, a: s.answer(a, "Success", ("Challenge", s.challenge)),
            "Login": self.login,
            "Ping": lambda s, a: s.answer(a, "Success", ("Ping", "Pong")),
            "CoreShowChannels": self.listing,
        }
        self.greeting = b"Asterisk Call Manager/11.0.0\r\n"
        self.channels: list[tuple[str, str, str]] = []
        self.sessions: list[Session] = []
        self.actions: list[Message] = []
        self.port = 0

    def said(self, name: str) -> list[Message]:
        return [action for action in self.actions if action.get("Action") == name]

    def login(self, session: Session, action: Message) -> None:
        key = hashlib.md5((session.challenge + SECRET).encode()).hexdigest()
        if (action.get("Username"), action.get("Key")) != ("cintillo", key):
            session.answer(action, "Error", ("Message", "Authentication failed"))
            return session.writer.close()
        session.answer(action, "Success", ("Message", "Authentication accepted"))
        session.event("FullyBooted", Status="Fully Booted")

    def listing(self, session: Session, action: Message) -> None:
        session.answer(action, "Success", ("EventList", "start"))
        self.entries(session, action)
        self.complete(session, action)

    def entries(self, session: Session, action: Message) -> None:
        for channel, state, bridge in self.channels:
            known = {"Uniqueid": channel, "ChannelState": state, "BridgeId": bridge}
            session.event("CoreShowChannel", ActionID=action.get("ActionID"), **known)

    def complete(self, session: Session, action: Message) -> None:
        session.event("CoreShowChannelsComplete", ActionID=action.get("ActionID"), EventList="Complete")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session, decoder = Session(writer), Decoder()
        self.sessions.append(session)
        session.raw(self.greeting)
        try:
            while data := await reader.read(65_536):
                for action in decoder.feed(data):
                    self.actions.append(action)
                    self.on.get(action.get("Action"), lambda s, a: s.answer(a))(session, action)
        except ConnectionError:
            pass
        finally:
            writer.close()


class Floor:
    """The engine's place: keeps the events, and may react to them."""

    def __init__(self) -> None:
        self.events: list[e.Event] = []
        self.react: Callable[[e.Event], None] = lambda _: None

    def __call__(self, event: e.Event) -> None:
        self.events.append(event)
        self.react(event)

    def has(self, kind: type[e.Event], times: int = 1) -> Callable[[], bool]:
        return lambda: sum(isinstance(event, kind) for event in self.events) >= times


@asynccontextmanager
async def served(asterisk: FakeAsterisk) -> AsyncIterator[None]:
    server = await asyncio.start_server(asterisk.serve, "127.0.0.1", asterisk.port)
    asterisk.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
        for session in asterisk.sessions:
            session.writer.close()


def link_to(port: int, floor: Floor, **settings: Any) -> AmiLink:
    known: dict[str, Any] = {"secret": SECRET, "action_timeout_s": 5.0, "ping_s": 60.0} | settings
    return AmiLink(
        Asterisk(port=port, **known),
        clock_ms=lambda: 1_234,
        on_event=floor,
        reactor=reactor,
        retry_s=lambda attempt: 0.01 * min(attempt, 5),
    )


@asynccontextmanager
async def linked(asterisk: FakeAsterisk, **settings: Any) -> AsyncIterator[tuple[AmiLink, Floor]]:
    async with served(asterisk):
        floor = Floor()
        link = link_to(asterisk.port, floor, **settings)
        link.start()
        try:
            yield link, floor
        finally:
            await link.stop()


# ── coming up ───────────────────────────────────────────────────────────────────────────────────────


def test_after_login_the_floor_learns_that_asterisk_is_there_and_what_it_has() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        asterisk.channels = [(CALL, "6", "b1"), (LEG, "5", ""), ("1700000000.1", "6", "")]
        async with linked(asterisk) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            seen = (e.ChannelSeen(CALL, True, "b1"), e.ChannelSeen(LEG, False))
            assert floor.events == [e.PbxConnected(), e.ChannelsListed(1_234, seen)]
            assert link.connected and link.stats.trouble == ""
            assert not any(SECRET in value for action in asterisk.actions for _, value in action.items)

    run(scene())


def test_a_wrong_secret_is_told_as_a_sentence_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        async with linked(asterisk, secret="otra") as (link, floor):
            await until(lambda: len(asterisk.said("Login")) >= 3, "three attempts")
            assert floor.events == [] and not link.connected
            assert "asterisk.secret" in link.stats.trouble

    with caplog.at_level(logging.ERROR, "cintillo.ami"):
        run(scene())
    assert [record.getMessage() for record in caplog.records if "Authentication failed" in record.getMessage()] == [
        record.getMessage() for record in caplog.records
    ]
    assert len(caplog.records) == 1, "the same sentence is logged once, not at every attempt"


def test_pauses_grow_while_logins_are_refused_though_the_socket_connects() -> None:
    async def scene() -> None:
        asterisk, asked = FakeAsterisk(), list[int]()
        async with served(asterisk):

            def pause_s(attempt: int) -> float:
                asked.append(attempt)
                return 0.0

            settings = Asterisk(port=asterisk.port, secret="otra")
            link = AmiLink(settings, clock_ms=lambda: 0, on_event=Floor(), reactor=reactor, retry_s=pause_s)
            link.start()
            await until(lambda: len(asked) >= 4, "four attempts")
            await link.stop()
        assert asked[:4] == [1, 2, 3, 4]

    run(scene())


def test_a_server_that_is_not_there_yet_is_found_when_it_comes() -> None:
    async def scene() -> None:
        asterisk, floor = FakeAsterisk(), Floor()
        async with served(asterisk):
            pass
        link = link_to(asterisk.port, floor)
        link.start()
        await until(lambda: "cannot be reached" in link.stats.trouble, "the refusal")
        async with served(asterisk):
            await until(floor.has(e.ChannelsListed), "the listing")
            await link.stop()

    run(scene())


def test_asterisk_can_be_named_and_every_address_of_the_name_is_tried() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        async with linked(asterisk, host="localhost") as (_, floor):
            await until(floor.has(e.ChannelsListed), "the listing")

    run(scene())


@pytest.mark.parametrize("mute", ["Challenge", "Login"])
def test_a_server_that_does_not_answer_the_login_is_dropped_and_tried_again(mute: str) -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        asterisk.on[mute] = lambda session, action: None
        async with linked(asterisk, action_timeout_s=0.1) as (link, _):
            await until(lambda: len(asterisk.sessions) >= 2, "another attempt")
            assert "does not answer the login" in link.stats.trouble

    run(scene())


def test_a_list_that_never_ends_drops_the_connection_and_the_next_one_is_whole() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        asterisk.channels = [(LEG, "6", "")]

        def endless(session: Session, action: Message) -> None:
            session.answer(action)
            asterisk.entries(session, action)
            asterisk.on["CoreShowChannels"] = asterisk.listing

        asterisk.on["CoreShowChannels"] = endless
        async with linked(asterisk, action_timeout_s=0.5) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the second listing")
            kinds = [type(event) for event in floor.events]
            assert kinds == [e.PbxConnected, e.PbxLost, e.PbxConnected, e.ChannelsListed]
            assert "did not end" in floor.events[1].reason  # type: ignore[attr-defined]
            assert link.stats.reconnects == 1

    run(scene())


def test_a_refused_listing_names_the_permission_that_is_missing() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        asterisk.on["CoreShowChannels"] = lambda s, a: s.answer(a, "Error", ("Message", "Permission denied"))
        async with linked(asterisk) as (_, floor):
            await until(floor.has(e.PbxLost), "the loss")
            assert "write=call,system,originate,reporting" in floor.events[1].reason  # type: ignore[attr-defined]

    run(scene())


def test_a_channel_that_ends_during_the_listing_does_not_come_back_to_life_with_it() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        asterisk.channels = [(CALL, "6", ""), (LEG, "6", "")]

        def busy(session: Session, action: Message) -> None:
            session.event("Hangup", Uniqueid=LEG, Cause="16")
            asterisk.entries(session, action)
            session.event("Hangup", Uniqueid=CALL, Cause="16")
            asterisk.complete(session, action)

        asterisk.on["CoreShowChannels"] = busy
        async with linked(asterisk) as (_, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            assert floor.events[1:] == [e.LegEnded(LEG, 16), e.CallEnded(CALL, 16), e.ChannelsListed(1_234, ())]

    run(scene())


def test_a_call_whose_channel_is_still_being_made_is_not_missed_by_a_listing() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        other, refused = "c.n1.k3.7", "c.n1.k3.8"
        async with linked(asterisk) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            for attempt_id in (CALL, other, refused):
                link.perform(msgspec.structs.replace(PLACE, attempt_id=attempt_id), "912345678")
            link.perform(ListChannels())
            await until(floor.has(e.ChannelsListed, 2), "the second listing")
            waiting = {e.ChannelSeen(channel, up=False) for channel in (CALL, other, refused)}
            assert set(floor.events[-1].channels) == waiting  # type: ignore[attr-defined]
            [session] = asterisk.sessions
            session.event("Newchannel", Uniqueid=CALL, ChannelState="0")
            session.event("Hangup", Uniqueid=CALL, Cause="16")
            session.event("OriginateResponse", ActionID=refused, Response="Failure", Reason="0")
            await until(floor.has(e.CallRefused), "the refusal")
            link.perform(ListChannels())
            await until(floor.has(e.ChannelsListed, 3), "the third listing")
            assert floor.events[-1] == e.ChannelsListed(1_234, (e.ChannelSeen(other, up=False),))

    run(scene())


def test_a_listing_asked_during_another_follows_it() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        held: list[tuple[Session, Message]] = []
        asterisk.on["CoreShowChannels"] = lambda session, action: held.append((session, action))
        async with linked(asterisk) as (link, floor):
            await until(lambda: held, "the first request")
            link.perform(ListChannels())
            link.perform(ListChannels())
            asterisk.on["CoreShowChannels"] = asterisk.listing
            asterisk.complete(*held[0])
            await until(floor.has(e.ChannelsListed, 2), "both listings")
            assert len(asterisk.said("CoreShowChannels")) == 2

    run(scene())


# ── at work ─────────────────────────────────────────────────────────────────────────────────────────


def test_an_answered_call_is_bridged_from_within_its_event() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        async with linked(asterisk) as (link, floor):

            def connect(event: e.Event) -> None:
                if isinstance(event, e.CallPickedUp):
                    link.perform(JoinCall(event.attempt_id, LEG))

            floor.react = connect
            await until(floor.has(e.ChannelsListed), "the listing")
            link.perform(PLACE, "912345678")
            await until(lambda: asterisk.said("Originate"), "the Originate")
            [session] = asterisk.sessions
            session.event("Newchannel", Uniqueid=CALL, ChannelState="0")
            session.event("Newstate", Uniqueid=CALL, ChannelState="6")
            session.event("UserEvent", UserEvent="CintilloAnswered", Uniqueid=CALL)
            await until(lambda: asterisk.said("Bridge"), "the Bridge")
            for channel in (CALL, LEG):
                session.event("BridgeEnter", BridgeUniqueid="b", Uniqueid=channel)
            await until(floor.has(e.CallBridged), "the conversation")
            assert floor.events[2:] == [e.CallCreated(CALL), e.CallPickedUp(CALL), e.CallBridged(CALL, LEG)]
            [placed], [bridged] = asterisk.said("Originate"), asterisk.said("Bridge")
            assert placed.get("Channel") == "PJSIP/912345678@troncal" and len(placed.all("Variable")) == 3
            assert (bridged.get("Channel1"), bridged.get("Channel2")) == (CALL, LEG)

    run(scene())


def test_every_command_is_written_to_asterisk() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        async with linked(asterisk) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            for command in (CallAgent(LEG, "PJSIP/e01", 20_000), HoldCall(CALL), HangUp(CALL)):
                link.perform(command)
            await until(lambda: asterisk.said("Hangup"), "the last action")
            assert [action.get("Action") for action in asterisk.actions[-3:]] == ["Originate", "Redirect", "Hangup"]
            assert len({action.get("ActionID") for action in asterisk.actions}) == len(asterisk.actions)

    run(scene())


def test_what_asterisk_refuses_comes_back_as_an_event() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        asterisk.on["Originate"] = lambda s, a: s.answer(a, "Error", ("Message", "Extension does not exist."))
        asterisk.on["Bridge"] = lambda s, a: s.answer(a, "Error", ("Message", f"Channel1 does not exist: {CALL}"))
        asterisk.on["Hangup"] = lambda s, a: s.answer(a, "Error", ("Message", "No such channel"))
        async with linked(asterisk) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            link.perform(PLACE, "912345678")
            link.perform(CallAgent(LEG, "PJSIP/e01", 20_000))
            link.perform(HangUp(CALL))
            link.perform(JoinCall(CALL, LEG))
            await until(floor.has(e.BridgeFailed), "the refusals")
            assert floor.events[2:] == [
                e.CallRefused(CALL, "Extension does not exist."),
                e.LegEnded(LEG, 0),
                e.BridgeFailed(CALL, LEG, f"Channel1 does not exist: {CALL}"),
            ]
            assert link.stats.refused == 4

    run(scene())


def test_a_missing_permission_is_logged_once_with_the_line_to_write(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        asterisk.on["Originate"] = lambda s, a: s.answer(a, "Error", ("Message", "Permission denied"))
        async with linked(asterisk) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            link.perform(PLACE, "912345678")
            await until(floor.has(e.CallRefused), "the first refusal")
            link.perform(PLACE, "912345678")
            await until(floor.has(e.CallRefused, 2), "the second refusal")

    with caplog.at_level(logging.ERROR, "cintillo.ami"):
        run(scene())
    [record] = caplog.records
    assert "manager.conf" in record.getMessage()


def test_without_a_connection_nothing_is_kept_for_later_and_the_books_are_told_afterwards() -> None:
    async def scene() -> None:
        floor = Floor()
        link = link_to(1, floor)
        for command in (PLACE, CallAgent(LEG, "PJSIP/e01", 1), JoinCall(CALL, LEG), HangUp(CALL), ListChannels()):
            link.perform(command, "912345678")
        assert floor.events == [], "never from within perform(): the engine would be entered twice"
        await until(floor.has(e.BridgeFailed), "the failures")
        why = "Asterisk is not connected"
        assert floor.events == [e.CallRefused(CALL, why), e.LegEnded(LEG, 0), e.BridgeFailed(CALL, LEG, why)]
        assert link.stats.unsent == 5

    run(scene())


def test_a_number_that_cannot_be_dialled_is_refused_and_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        async with linked(asterisk) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            link.perform(PLACE, "912345678\r\nAction: Command")
            link.perform(CallAgent(LEG, "PJSIP/e01\r\nAction: Command", 20_000))
            link.perform(CloseAttempt(CALL, "lost", 0, "", 0, False, 0, 0))
            await until(floor.has(e.LegEnded), "the refusals")
            assert floor.has(e.CallRefused)()
            link.perform(HangUp(CALL))
            await until(lambda: asterisk.said("Hangup"), "a later action")
            assert not asterisk.said("Originate") and not asterisk.said("Command")

    run(scene())
    assert "912345678" not in caplog.text


def test_an_originate_without_answer_is_counted_and_the_channels_are_listed_instead() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        asterisk.on["Originate"] = lambda session, action: None
        async with linked(asterisk, action_timeout_s=0.5) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            link.perform(PLACE, "912345678")
            link.perform(CallAgent(LEG, "PJSIP/e01", 20_000))
            await until(lambda: link.stats.timeouts == 2, "the time-outs")
            await until(floor.has(e.ChannelsListed, 2), "another listing")
            assert not floor.has(e.CallRefused)() and not floor.has(e.PbxLost)()
            assert floor.events[-1] == e.ChannelsListed(1_234, ()), "a call that was never taken is in no listing"

    run(scene())


# ── a bad line ──────────────────────────────────────────────────────────────────────────────────────


def test_garbage_and_a_huge_header_are_counted_and_the_call_behind_them_is_heard() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        async with linked(asterisk) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            [session] = asterisk.sessions
            session.raw(b"\x00\xff\xfe nonsense\r\n\r\n: nothing\r\n\r\n")
            session.raw(b"Event: Hangup\r\nUniqueid: " + b"c." * MAX_FRAME + b"\r\n\r\n")
            session.event("Newstate", Uniqueid=CALL, ChannelState="5")
            await until(floor.has(e.CallRinging), "the call behind")
            assert (link.stats.garbage, link.stats.oversize) == (2, 1)
            assert floor.events[2:] == [e.CallRinging(CALL)] and link.connected

    run(scene())


def test_a_frame_cut_by_the_end_of_the_connection_is_never_half_understood() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        async with linked(asterisk) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            asterisk.sessions[0].raw(f"Event: Hangup\r\nUniqueid: {CALL}\r\nCause: 1".encode())
            asterisk.sessions[0].writer.close()
            await until(floor.has(e.ChannelsListed, 2), "the second listing")
            kinds = [type(event) for event in floor.events]
            assert kinds == [e.PbxConnected, e.ChannelsListed, e.PbxLost, e.PbxConnected, e.ChannelsListed]
            assert link.stats.connects == 2

    run(scene())


def test_a_reset_socket_is_a_loss_with_a_reason_and_is_taken_up_again() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        async with linked(asterisk) as (link, floor):
            for round_ in range(1, 4):
                await until(floor.has(e.ChannelsListed, round_), "a listing")
                asterisk.sessions[-1].reset()
                await until(floor.has(e.PbxLost, round_), "the loss")
            await until(floor.has(e.ChannelsListed, 4), "the last listing")
            assert link.stats.reconnects == 3
            assert all(event.reason for event in floor.events if isinstance(event, e.PbxLost))

    run(scene())


def test_a_silent_server_is_noticed_by_the_ping_and_dropped() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        asterisk.on["Ping"] = lambda session, action: None
        async with linked(asterisk, ping_s=0.1, action_timeout_s=0.5) as (link, floor):
            await until(floor.has(e.PbxLost), "the loss")
            assert "silent" in floor.events[2].reason  # type: ignore[attr-defined]
            assert link.stats.timeouts >= 1

    run(scene())


def test_a_server_that_still_talks_but_does_not_answer_pings_is_kept() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        asterisk.on["Ping"] = lambda session, action: None
        async with linked(asterisk, ping_s=0.2, action_timeout_s=0.4) as (link, floor):

            def talking() -> bool:
                asterisk.sessions[-1].event("DeviceStateChange", State="INUSE")
                return link.stats.timeouts >= 3

            await until(floor.has(e.ChannelsListed), "the listing")
            await until(talking, "three pings without an answer")
            assert not floor.has(e.PbxLost)()

    run(scene())


def test_pings_measure_the_lag() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        async with linked(asterisk, ping_s=0.1) as (link, _):
            await until(lambda: link.stats.lag_ms > 0, "a pong")

    run(scene())


def test_an_answer_to_nothing_we_asked_is_ignored() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        async with linked(asterisk) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            [session] = asterisk.sessions
            session.say(("Response", "Error"), ("ActionID", CALL), ("Message", "?"))
            session.say(("Response", "Error"), ("Message", "Missing action in request"))
            session.event("CoreShowChannel", Uniqueid=CALL, ChannelState="6")
            session.event("CoreShowChannelsComplete", ActionID="foreign")
            session.event("FullyBooted")
            session.event("Newstate", Uniqueid=CALL, ChannelState="5")
            await until(floor.has(e.CallRinging), "the event behind")
            assert floor.events[2:] == [e.CallRinging(CALL)] and link.connected

    run(scene())


def test_stopping_closes_the_socket_and_nothing_is_emitted_after_it() -> None:
    async def scene() -> None:
        asterisk = FakeAsterisk()
        async with linked(asterisk) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            before = list(floor.events)
            await link.stop()
            await link.stop()
            assert floor.events == before and not link.connected
            await until(asterisk.sessions[0].writer.is_closing, "the closed socket")

    run(scene())


def test_a_link_that_never_connected_stops_at_once() -> None:
    async def scene() -> None:
        link = link_to(1, Floor())
        link.start()
        await link.stop()

    run(scene())


def test_what_a_real_asterisk_said_passes_through_the_socket_in_any_chunks() -> None:
    data = (Path(__file__).parents[2] / "ami" / "conversation.txt").read_bytes()
    calls = data[data.index(b"Event: Newchannel") :]

    async def scene() -> None:
        asterisk = FakeAsterisk()
        async with linked(asterisk) as (link, floor):
            await until(floor.has(e.ChannelsListed), "the listing")
            for at in range(0, len(calls), 700):
                asterisk.sessions[0].raw(calls[at : at + 700])
                await asyncio.sleep(0)
            await until(floor.has(e.LegEnded), "the end of the recording")
            assert floor.has(e.CallBridged)() and link.stats.garbage == 0

    run(scene())
