"""The pretend PBX on a real socket, talked to by two AMI clients that nobody here wrote, and by our own."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from contextlib import asynccontextmanager

import msgspec
import panoramisk
from asterisk.ami import AMIClient, SimpleAction

from config.settings import Asterisk
from dialer.ami_wire import Decoder, encode
from dialer.commands import CallAgent, HangUp, HoldCall, JoinCall, PlaceCall
from dialer.edge.ami import AmiLink
from dialer.edge.pbx import PbxServer
from dialer.events import (
    CallBridged,
    CallEnded,
    CallPickedUp,
    ChannelsListed,
    LegParked,
    PbxConnected,
    PbxLost,
)
from dialer.sim.people import QUICK
from dialer.sim.world import World
from tests.reactor import run, until

SCRIPTED = msgspec.structs.replace(QUICK, scripted=True)
AT_ONCE, FOR_EVER, BUSY = "+56900000001", "+56900000010", "+56900000002"
FASTER = 10


def clock_ms():
    """Ten seconds of the pretend world pass in one of ours."""
    return int(time.monotonic() * 1000 * FASTER)


@asynccontextmanager
async def pbx(clock=clock_ms, **world):
    server = PbxServer(World(SCRIPTED, random.Random(1), **world), clock_ms=clock)
    port = await server.start()
    try:
        yield server, port
    finally:
        await server.stop()


class Raw:
    """A client that sends whatever it likes."""

    @classmethod
    async def connect(cls, port):
        self = cls()
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        self.greeting = await self.reader.readline()
        self.decoder = Decoder()
        self.heard = []
        return self

    def send(self, **headers):
        self.writer.write(encode(headers.items()))

    async def hear(self, name):
        """The next message that has this Response or Event; `AssertionError` when the connection ends first."""
        while True:
            for at, message in enumerate(self.heard):
                if name in (message.get("Response"), message.get("Event")):
                    del self.heard[: at + 1]
                    return message
            data = await asyncio.wait_for(self.reader.read(65536), 20)
            assert data, f"the connection ended before {name}"
            self.heard += self.decoder.feed(data)

    async def login(self):
        self.send(Action="Login", Username="cintillo", Secret="cintillo")
        await self.hear("FullyBooted")
        return self

    async def closed(self):
        """Read to the end of the connection."""
        try:
            while await asyncio.wait_for(self.reader.read(65536), 20):
                continue
        except ConnectionError:
            return
        finally:
            self.writer.close()


def originate(number, channel_id):
    return {
        "Action": "Originate", "ActionID": channel_id, "ChannelId": channel_id, "Channel": f"PJSIP/{number}@troncal",
        "Context": "cintillo-deudor", "Exten": "s", "Priority": "1", "Timeout": "3600000", "Async": "true",
        "CallerID": "600000000", "Variable": "CINTILLO_WAIT_S=2",
    }  # fmt: skip


# ── clients that nobody here wrote ──────────────────────────────────────────────────────────────────


class Blocking:
    """`asterisk-ami` in its own threads, with the events it hears."""

    def __init__(self, port):
        self.client = AMIClient(address="127.0.0.1", port=port, timeout=20)
        self.heard = threading.Condition()
        self.events = []
        self.client.add_event_listener(self._hear)

    def _hear(self, event, **_):
        with self.heard:
            self.events.append(event)
            self.heard.notify_all()

    def act(self, **headers):
        name = headers.pop("Action")
        return self.client.send_action(SimpleAction(name, **headers)).response

    def wait(self, name, channel_id):
        def found():
            named = [e for e in self.events if e.name == name]
            return next((e for e in named if channel_id in (e.keys.get("Uniqueid"), e.keys.get("DestUniqueid"))), None)

        with self.heard:
            assert self.heard.wait_for(found, timeout=20), f"{name} of {channel_id} never came"
            return found()


def script_of_asterisk_ami(port):
    blocking = Blocking(port)
    wrong = AMIClient(address="127.0.0.1", port=port, timeout=20)
    assert wrong.login(username="cintillo", secret="otra").response.is_error()
    assert not blocking.client.login(username="cintillo", secret="cintillo").response.is_error()
    assert blocking.act(**originate(FOR_EVER, "c.n1.r.1")).status == "Success"
    born = blocking.wait("Newchannel", "c.n1.r.1")
    blocking.wait("DialState", "c.n1.r.1")
    assert blocking.act(Action="CoreShowChannels").keys["EventList"] == "start"
    listed = blocking.wait("CoreShowChannel", "c.n1.r.1")
    assert listed["ChannelStateDesc"] == "Ringing"
    assert blocking.act(Action="Hangup", Channel=born["Channel"], Cause="16").status == "Success"
    assert blocking.wait("Hangup", "c.n1.r.1")["Cause"] == "16"
    blocking.act(**originate(BUSY, "c.n1.r.2"))
    assert blocking.wait("Hangup", "c.n1.r.2")["Cause-txt"] == "User busy"
    assert blocking.client.logoff().response.status == "Goodbye"
    blocking.client.disconnect()
    wrong.disconnect()


def test_asterisk_ami_logs_in_calls_listens_lists_and_hangs_up():
    async def main():
        async with pbx() as (_, port):
            await asyncio.to_thread(script_of_asterisk_ami, port)

    asyncio.run(main())


async def script_of_panoramisk(port):
    manager = panoramisk.Manager(
        loop=asyncio.get_running_loop(), host="127.0.0.1", port=port, username="cintillo", secret="cintillo"
    )
    events = []
    manager.register_event("*", lambda _, event: events.append(event))

    def heard(name, **headers):
        return [e for e in events if e.event == name and all(getattr(e, key) == headers[key] for key in headers)]

    await manager.connect()
    await until(lambda: manager.authenticated, "panoramisk's login")
    placed = manager.send_action(originate(FOR_EVER, "c.n1.r.1"))
    await until(lambda: heard("Newstate", channelstatedesc="Ringing"), "the ringing")
    listing = await manager.send_action({"Action": "CoreShowChannels"})
    assert [m.uniqueid for m in listing if m.event == "CoreShowChannel"] == ["c.n1.r.1"]
    assert (await manager.send_action({"Action": "Hangup", "Channel": "c.n1.r.1", "Cause": "16"})).success
    await until(lambda: heard("Hangup", uniqueid="c.n1.r.1", cause="16"), "the hang-up")
    assert [answer.response for answer in await placed] == ["Success", "Failure"]
    assert (await manager.send_action({"Action": "Ping"})).ping == "Pong"
    version = await manager.send_command("core show version")
    assert "Asterisk 22" in str(version)
    manager.close()


def test_panoramisk_logs_in_calls_listens_lists_and_hangs_up():
    async def main():
        async with pbx() as (_, port):
            await script_of_panoramisk(port)

    asyncio.run(main())


# ── our own client ──────────────────────────────────────────────────────────────────────────────────


def test_our_own_link_carries_a_conversation_and_survives_a_cut():
    async def main():
        events = []

        def seen(kind, **fields):
            return [e for e in events if isinstance(e, kind) and all(getattr(e, key) == fields[key] for key in fields)]

        async with pbx(clock=lambda: int(time.monotonic() * 1000)) as (server, port):
            link = AmiLink(Asterisk(port=port), clock_ms=lambda: int(time.time() * 1000), on_event=events.append)
            link.start()
            await until(lambda: seen(ChannelsListed), "the first listing")
            link.perform(CallAgent("a.n1.e01.r.1", "PJSIP/e01", 20_000))
            await until(lambda: seen(LegParked), "the agent's leg")
            call = PlaceCall("c.n1.r.1", "norte", 1, "600000000", 20_000, wait_ms=20_000, amd=False, record=False)
            link.perform(call, AT_ONCE)
            await until(lambda: seen(CallPickedUp), "the answer")
            link.perform(JoinCall("c.n1.r.1", "a.n1.e01.r.1"))
            await until(lambda: seen(CallBridged, leg_id="a.n1.e01.r.1"), "the bridge")
            link.perform(HoldCall("c.n1.r.1"))
            await until(lambda: len(seen(LegParked)) == 2, "the leg back in its loop")
            events.clear()
            server.drop_connections()
            await until(lambda: seen(PbxLost), "the loss")
            await until(lambda: seen(PbxConnected) and seen(ChannelsListed), "the way back")
            listed = {channel.channel_id for channel in seen(ChannelsListed)[0].channels}
            assert listed == {"c.n1.r.1", "a.n1.e01.r.1"}
            link.perform(HangUp("c.n1.r.1"))
            await until(lambda: seen(CallEnded, attempt_id="c.n1.r.1"), "the end")
            await link.stop()

    run(main())


# ── what a server must bear ─────────────────────────────────────────────────────────────────────────


def test_it_greets_as_asterisk_does_and_closes_on_a_wrong_password():
    async def main():
        async with pbx() as (_, port):
            raw = await Raw.connect(port)
            assert raw.greeting == b"Asterisk Call Manager/11.0.0\r\n"
            raw.send(Action="Login", Username="cintillo", Secret="otra")
            assert (await raw.hear("Error")).get("Message") == "Authentication failed"
            await raw.closed()

    asyncio.run(main())


def test_every_client_hears_every_call_and_only_its_own_answers():
    async def main():
        async with pbx() as (_, port):
            first, second, deaf = [await (await Raw.connect(port)).login() for _ in range(3)]
            deaf.send(Action="Events", EventMask="off", ActionID="m")
            assert (await deaf.hear("Success")).get("Events") == "Off"
            first.send(**originate(BUSY, "c.n1.r.1"))
            assert (await first.hear("Success")).get("ActionID") == "c.n1.r.1"
            await first.hear("Hangup")
            await second.hear("Hangup")
            second.send(Action="Ping", ActionID="p")
            assert (await second.hear("Success")).get("ActionID") == "p"
            deaf.send(Action="Ping", ActionID="q")
            await deaf.hear("Success")
            assert not [m for m in deaf.heard if m.get("Event")]

    asyncio.run(main())


def test_the_dead_mans_switch_works_when_no_client_is_left():
    async def main():
        async with pbx() as (server, port):
            raw = await (await Raw.connect(port)).login()
            raw.send(**originate(AT_ONCE, "c.n1.r.1"))
            await raw.hear("OriginateResponse")
            server.drop_connections()
            await raw.closed()
            await until(lambda: not server.manager.view.faces, "the end of the call")

    asyncio.run(main())


def test_garbage_and_huge_messages_are_counted_and_the_client_stays():
    async def main():
        async with pbx() as (server, port):
            raw = await Raw.connect(port)
            raw.writer.write(b"\xff\xfe garbage without a colon\r\n\r\n")
            raw.writer.write(b"Action: " + b"x" * 1_000_000 + b"\r\n\r\n")
            raw.writer.write(b"NoAction: 1\r\n\r\n")
            assert (await raw.hear("Error")).get("Message") == "Missing action in request"
            await raw.login()
            assert server.stats.garbage == 1
            assert server.stats.oversize == 1

    asyncio.run(main())


def test_what_ami_cannot_carry_back_is_counted_and_not_sent():
    async def main():
        async with pbx() as (server, port):
            raw = await (await Raw.connect(port)).login()
            raw.writer.write(b"Action: UserEvent\r\nUserEvent: Hola\r\nbad name: 1\r\n\r\n")
            await raw.hear("Success")
            raw.writer.write(b"Action: Ping\r\nActionID: a\0b\r\n\r\n")
            raw.send(Action="Ping", ActionID="c")
            assert (await raw.hear("Success")).get("ActionID") == "c"
            assert server.stats.unsendable == 2

    asyncio.run(main())


def test_garbage_can_be_sent_to_try_out_a_client():
    async def main():
        async with pbx() as (server, port):
            raw = await (await Raw.connect(port)).login()
            server.garbage(b"\x00\x01 nothing of sense\r\n\r\n")
            raw.send(Action="Ping")
            await raw.hear("Success")
            assert raw.decoder.garbage == 1

    asyncio.run(main())


def test_a_client_that_never_reads_is_let_go_and_the_others_go_on():
    async def main():
        async with pbx() as (server, port):
            lazy = await (await Raw.connect(port)).login()
            lazy.writer.transport.pause_reading()
            busy = await (await Raw.connect(port)).login()
            flood = encode([("Action", "UserEvent"), ("UserEvent", "Lleno"), ("Data", "x" * 200_000)])
            while not server.stats.dropped:
                busy.writer.write(flood)
                await busy.hear("UserEvent")
            busy.send(Action="Ping", ActionID="p")
            assert (await busy.hear("Success")).get("Response") == "Success"

    asyncio.run(main())


def test_it_can_be_stopped_with_calls_and_clients_and_then_nothing_listens():
    async def main():
        async with pbx() as (_, port):
            raw = await (await Raw.connect(port)).login()
            raw.send(**originate(FOR_EVER, "c.n1.r.1"))
            await raw.hear("Newchannel")
        await raw.closed()
        try:
            await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            return
        raise AssertionError("the port still answers")

    asyncio.run(main())
