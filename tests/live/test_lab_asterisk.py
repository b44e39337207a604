"""The product's Asterisk files on a real Asterisk, over raw AMI: what the dialer may count on."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import sys
import wave
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pytest
from websockets.asyncio.client import connect

from dialer.edge.lab import Lab
from dialer.edge.lab.ports import HIGHEST
from dialer.edge.lab.tree import PRODUCT
from tests import reactor

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

Message = dict[str, str]
T = TypeVar("T")

DEBTOR_HZ, AGENT_HZ, SILENT_HZ, HOLD_HZ = 440, 1000, 700, 330
DEADLINE_S, SCENE_S = 30.0, 280.0
_numbers = itertools.count(1)


class Ami:
    """The least of an AMI client: actions answered by ActionID, every event kept."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.seen: list[Message] = []
        self._news = asyncio.Condition()
        self._task = asyncio.create_task(self._read())

    @classmethod
    async def login(cls, lab: Lab) -> Ami:
        ami = cls(*await asyncio.open_connection("127.0.0.1", lab.ami_port))
        assert (await ami.ask("Login", Username="cintillo", Secret=lab.secret))["Response"] == "Success"
        return ami

    async def close(self) -> None:
        self._writer.close()
        await self._task

    async def _read(self) -> None:
        message: Message = {}
        while line := await self._reader.readline():
            key, _, value = line.decode(errors="replace").rstrip("\r\n").partition(": ")
            if key:
                message[key] = value
                continue
            async with self._news:
                self.seen.append(message)
                self._news.notify_all()
            message = {}

    async def ask(self, action: str, variables: tuple[str, ...] = (), **headers: object) -> Message:
        action_id = f"t{next(_numbers)}"
        pairs = [("Action", action), ("ActionID", action_id), *headers.items(), *(("Variable", v) for v in variables)]
        self._writer.write("".join(f"{key}: {value}\r\n" for key, value in pairs).encode() + b"\r\n")
        return await self.wait(lambda m: m.get("ActionID") == action_id and "Response" in m)

    async def wait(self, wanted: Callable[[Message], bool], since: int = 0) -> Message:
        """The first message after the first `since` ones that is `wanted`."""
        async with asyncio.timeout(DEADLINE_S), self._news:
            while True:
                found = next((m for m in self.seen[since:] if wanted(m)), None)
                if found is not None:
                    return found
                await self._news.wait()

    async def event(self, name: str, channel: str, since: int = 0) -> Message:
        """An event, or one of our UserEvents, of a channel."""
        return await self.wait(lambda m: name in (m.get("UserEvent"), m.get("Event")) and _about(m) == channel, since)

    def words(self, channel: str) -> list[str]:
        """Our dialplan's UserEvents about a channel, in order."""
        return [m["UserEvent"] for m in self.seen if m.get("Event") == "UserEvent" and m["Uniqueid"] == channel]


def _about(message: Message) -> str:
    return message.get("DestUniqueid") or message.get("Uniqueid", "")


class Floor:
    """The lab, an AMI line to it, and what the dialer does, by hand."""

    def __init__(self, lab: Lab, ami: Ami) -> None:
        self.lab, self.ami = lab, ami

    async def park(self, agent: str) -> str:
        leg = f"a.n1.{agent}.test.{next(_numbers)}"
        await self._originate(leg, f"PJSIP/{agent}", "cintillo-agente", 20)
        await self.ami.event("CintilloParked", leg)
        return leg

    async def dial(self, ending: str, *, amd: bool = False, wait_s: float = 2, ring_s: float = 20) -> str:
        attempt = f"c.n1.test.{next(_numbers)}"
        record = f"{self.lab.settings_patch['asterisk']['recordings']}/{attempt}.wav"  # type: ignore[index]
        variables = (f"CINTILLO_AMD={amd:d}", f"CINTILLO_WAIT_S={wait_s}", f"CINTILLO_RECORD={record}")
        await self._originate(attempt, f"PJSIP/+5691234{ending}@troncal", "cintillo-deudor", ring_s, variables)
        return attempt

    async def _originate(
        self, channel: str, endpoint: str, context: str, ring_s: float, variables: tuple[str, ...] = ()
    ) -> None:
        where = {"Channel": endpoint, "ChannelId": channel, "Context": context, "Exten": "s", "Priority": 1}
        answer = await self.ami.ask(
            "Originate", variables, Async="true", CallerID="600000000", Timeout=int(ring_s * 1000), **where
        )
        assert answer["Response"] == "Success"

    async def join(self, attempt: str, leg: str) -> None:
        since = len(self.ami.seen)
        answer = await self.ami.ask("Bridge", Channel1=attempt, Channel2=leg)
        assert answer["Response"] == "Success"
        for channel in (attempt, leg):
            await self.ami.event("BridgeEnter", channel, since)

    async def talk(self, attempt: str, leg: str) -> None:
        await self.ami.event("CintilloAnswered", attempt)
        await self.join(attempt, leg)

    async def hang_up(self, channel: str) -> Message:
        assert (await self.ami.ask("Hangup", Channel=channel, Cause=16))["Response"] == "Success"
        return await self.ami.event("Hangup", channel)

    async def recording(self, attempt: str) -> np.ndarray[Any, Any]:
        """The finished recording: 8 kHz samples."""
        path = self.lab.recordings_dir / f"{attempt}.wav"
        await until(lambda: _is_finished(path))
        with wave.open(str(path)) as file:
            assert (file.getframerate(), file.getnchannels()) == (8000, 1)
            return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(float)


def _is_finished(path: Path) -> bool:
    """MixMonitor writes the lengths into the header when it closes the file."""
    if not path.exists() or path.stat().st_size <= 44:
        return False
    return int.from_bytes(path.read_bytes()[40:44], "little") == path.stat().st_size - 44


async def until(is_so: Callable[[], bool]) -> None:
    """Look again and again, until the deadline."""
    async with asyncio.timeout(DEADLINE_S):
        while not is_so():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.05)


def level(samples: np.ndarray[Any, Any], hz: int) -> float:
    """The amplitude of one frequency over the samples."""
    turns = np.exp(-2j * np.pi * hz * np.arange(len(samples)) / 8000)
    return float(2 * abs(turns @ samples) / len(samples))


@pytest.fixture(scope="module")
def floor(lab: Lab) -> Iterator[Floor]:
    floor = Floor(lab, reactor.run(Ami.login(lab)))
    yield floor
    reactor.run(floor.ami.close())


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, T]], T]:
    return partial(reactor.run, timeout_s=SCENE_S)


def test_a_connected_call_is_recorded_with_both_voices(run: Callable[..., None], floor: Floor) -> None:
    async def scene() -> None:
        leg = await floor.park("e01")
        heard = (await floor.lab.heard())["e01"].loud
        attempt = await floor.dial("0001")
        await floor.talk(attempt, leg)
        async with asyncio.timeout(DEADLINE_S):
            while (await floor.lab.heard())["e01"].loud < heard + 100:  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.1)
        since = len(floor.ami.seen)
        await floor.hang_up(attempt)
        await floor.ami.event("CintilloParked", leg, since)
        samples = await floor.recording(attempt)
        assert len(samples) > 2 * 8000
        silence = level(samples, SILENT_HZ)
        assert level(samples, DEBTOR_HZ) > 300 > 10 * silence
        assert level(samples, AGENT_HZ) > 300
        await floor.hang_up(leg)

    run(scene())


def test_a_leg_that_was_bridged_comes_back_to_its_loop_each_time_and_says_so(
    run: Callable[..., None], floor: Floor
) -> None:
    async def scene() -> None:
        leg = await floor.park("e02")
        for _ in range(3):
            attempt = await floor.dial("0001")
            await floor.talk(attempt, leg)
            since = len(floor.ami.seen)
            await floor.hang_up(attempt)
            await floor.ami.event("CintilloParked", leg, since)
        assert floor.ami.words(leg) == ["CintilloParked"] * 4
        await floor.hang_up(leg)

    run(scene())


def test_nobody_free_means_two_seconds_then_the_message_then_the_end(run: Callable[..., None], floor: Floor) -> None:
    async def scene() -> None:
        attempt = await floor.dial("0001")
        await floor.ami.event("CintilloAbandoned", attempt)
        gone = await floor.ami.event("Hangup", attempt)
        assert gone["Cause"] == "16"
        assert floor.ami.words(attempt) == ["CintilloAnswered", "CintilloAbandoned"]
        samples = await floor.recording(attempt)
        # The wait and then the message: nine seconds of speech.
        assert len(samples) > 9 * 8000

    run(scene())


def test_an_answering_machine_is_hung_up_and_a_person_is_offered(run: Callable[..., None], floor: Floor) -> None:
    async def machine() -> None:
        attempt = await floor.dial("0005", amd=True)
        screened = await floor.ami.event("CintilloScreened", attempt)
        assert screened["Word"] == "MACHINE"
        assert screened["Detail"]
        await floor.ami.event("Hangup", attempt)
        assert floor.ami.words(attempt) == ["CintilloAnswered", "CintilloScreened"]

    async def person() -> None:
        leg = await floor.park("e03")
        attempt = await floor.dial("0001", amd=True)
        assert (await floor.ami.event("CintilloScreened", attempt))["Word"] == "HUMAN"
        await floor.join(attempt, leg)
        await floor.hang_up(attempt)
        assert "CintilloAbandoned" not in floor.ami.words(attempt)
        await floor.hang_up(leg)

    async def scene() -> None:
        await asyncio.gather(machine(), person())

    run(scene())


@pytest.mark.parametrize(
    ("ending", "cause", "status"),
    [
        ("0002", "17", "BUSY"),
        ("0004", "1", "NOANSWER"),
        ("0006", "34", "CONGESTION"),
        ("0007", "38", "NOANSWER"),
        ("0008", "21", "NOANSWER"),
    ],
)
def test_each_refusal_of_the_network_has_its_cause(
    run: Callable[..., None], floor: Floor, ending: str, cause: str, status: str
) -> None:
    async def scene() -> None:
        attempt = await floor.dial(ending)
        assert (await floor.ami.event("DialEnd", attempt))["DialStatus"] == status
        assert (await floor.ami.event("Hangup", attempt))["Cause"] == cause
        assert floor.ami.words(attempt) == []

    run(scene())


def test_a_call_that_rings_out_ends_with_cause_19_and_no_dial_end(run: Callable[..., None], floor: Floor) -> None:
    async def scene() -> None:
        attempt = await floor.dial("0003", ring_s=2)
        await floor.ami.wait(lambda m: m.get("DialStatus") == "RINGING" and _about(m) == attempt)
        assert (await floor.ami.event("Hangup", attempt))["Cause"] == "19"
        assert not [m for m in floor.ami.seen if m.get("Event") == "DialEnd" and _about(m) == attempt]

    run(scene())


def test_a_person_who_takes_three_seconds_rings_first(run: Callable[..., None], floor: Floor) -> None:
    async def scene() -> None:
        attempt = await floor.dial("0010")
        await floor.ami.wait(lambda m: m.get("DialStatus") == "RINGING" and _about(m) == attempt)
        await floor.ami.event("CintilloAnswered", attempt)
        await floor.hang_up(attempt)

    run(scene())


def test_hold_plays_music_frees_the_leg_and_gives_the_debtor_back(run: Callable[..., None], floor: Floor) -> None:
    async def scene() -> None:
        leg = await floor.park("e01")
        attempt = await floor.dial("0001")
        await floor.talk(attempt, leg)
        since = len(floor.ami.seen)
        held = await floor.ami.ask("Redirect", Channel=attempt, Context="cintillo-espera", Exten="s", Priority=1)
        assert held["Response"] == "Success"
        await floor.ami.event("CintilloParked", leg, since)
        await asyncio.sleep(3)  # the chord swells for three seconds: there must be something of it in the recording
        await floor.join(attempt, leg)
        await floor.hang_up(attempt)
        samples = await floor.recording(attempt)
        loudest = max(level(samples[at : at + 4000], HOLD_HZ) for at in range(0, len(samples) - 4000, 2000))
        assert loudest > 5 * max(1.0, level(samples, SILENT_HZ))
        assert "CintilloAbandoned" not in floor.ami.words(attempt)
        await floor.hang_up(leg)

    run(scene())


def test_a_debtor_who_loses_their_agent_may_get_another_and_is_never_counted_as_abandoned(
    run: Callable[..., None], floor: Floor
) -> None:
    async def scene() -> None:
        first, second = await asyncio.gather(floor.park("e01"), floor.park("e02"))
        attempt = await floor.dial("0001")
        await floor.talk(attempt, first)
        await floor.hang_up(first)
        await floor.join(attempt, second)
        await floor.hang_up(second)
        first = await floor.park("e01")
        await floor.join(attempt, first)
        await floor.hang_up(first)
        gone = await floor.ami.event("Hangup", attempt)
        assert gone["Cause"] == "16"
        assert floor.ami.words(attempt) == ["CintilloAnswered"]

    run(scene())


def test_channels_are_listed_and_taken_by_our_own_ids(run: Callable[..., None], floor: Floor) -> None:
    async def scene() -> None:
        attempt = await floor.dial("0001", wait_s=2)
        await floor.ami.event("CintilloAnswered", attempt)
        since = len(floor.ami.seen)
        await floor.ami.ask("CoreShowChannels")
        await floor.ami.wait(lambda m: m.get("Event") == "CoreShowChannelsComplete", since)
        listed = [m["Uniqueid"] for m in floor.ami.seen[since:] if m.get("Event") == "CoreShowChannel"]
        assert attempt in listed
        assert (await floor.hang_up(attempt))["Uniqueid"] == attempt

    run(scene())


def test_the_account_may_do_what_the_dialer_and_the_doctor_need_and_no_commands(
    run: Callable[..., None], floor: Floor
) -> None:
    async def scene() -> None:
        ask = floor.ami.ask
        assert (await ask("Ping"))["Ping"] == "Pong"
        assert (await ask("CoreSettings"))["AsteriskVersion"].split(".")[0].isdigit()
        assert (await ask("ModuleCheck", Module="app_amd.so"))["Response"] == "Success"
        for context in ("cintillo-deudor", "cintillo-agente", "cintillo-espera"):
            assert (await ask("ShowDialPlan", Context=context))["Response"] == "Success"
        since = len(floor.ami.seen)
        assert (await ask("PJSIPShowEndpoints"))["Response"] == "Success"
        await floor.ami.wait(lambda m: m.get("Event") == "EndpointListComplete", since)
        endpoints = {m["ObjectName"] for m in floor.ami.seen[since:] if m.get("Event") == "EndpointList"}
        assert endpoints >= {"troncal", "navegador", *floor.lab.agents}
        assert (await ask("Command", Command="core stop now"))["Message"] == "Permission denied"
        wordless = {m["Event"] for m in floor.ami.seen if "Event" in m} & {
            "TestEvent",
            "VarSet",
            "Newexten",
            "RTCPSent",
        }
        assert wordless == set()

    run(scene())


def test_the_lab_runs_the_product_files_as_they_are(floor: Floor) -> None:
    etc = floor.lab.recordings_dir.parents[1] / "etc"
    for file in PRODUCT.glob("*_cintillo.conf"):
        assert (etc / file.name).read_bytes() == file.read_bytes()


def test_a_browser_can_speak_sip_over_a_websocket(run: Callable[..., None], floor: Floor) -> None:
    async def scene() -> None:
        async with connect(f"ws://127.0.0.1:{floor.lab.http_port}/ws", subprotocols=["sip"]) as line:  # type: ignore[list-item]
            assert line.subprotocol == "sip"

    run(scene())


def test_a_headset_in_the_browser_may_call_its_echo_and_nobody_may_call_anything_else(
    run: Callable[..., None], floor: Floor
) -> None:
    async def scene() -> None:
        since = len(floor.ami.seen)
        for endpoint in ("navegador", "e01", "troncal"):
            await floor.ami.ask("PJSIPShowEndpoint", Endpoint=endpoint)
        await floor.ami.wait(lambda m: m.get("ObjectName") == "troncal" and "Context" in m, since)
        contexts = {m["ObjectName"]: m["Context"] for m in floor.ami.seen[since:] if m.get("Event") == "EndpointDetail"}
        assert contexts == {"navegador": "cintillo-eco", "e01": "cintillo-nada", "troncal": "cintillo-nada"}
        for context in ("cintillo-eco", "cintillo-nada"):
            await floor.ami.ask("ShowDialPlan", Context=context)
        await floor.ami.wait(lambda m: m.get("Event") == "ShowDialPlanComplete", since)
        plan = {(m["Context"], m["Extension"]) for m in floor.ami.seen[since:] if m.get("Event") == "ListDialplan"}
        assert plan == {("cintillo-eco", "eco")}

    run(scene())


def test_nothing_of_the_lab_serves_outside_the_loopback(floor: Floor) -> None:
    """Asterisk's DNS client has sockets on every address, at ports of the kernel's choice; they serve nobody."""
    for name, pid in floor.lab.pids.items():
        sockets = _sockets(pid)
        assert sockets, name
        assert [at for at in sockets if not at.address.endswith("7F") and (at.tcp or at.port < HIGHEST)] == [], name


class Socket(NamedTuple):
    """A TCP listener or a UDP socket; the address as /proc writes it (127.0.0.1 is 0100007F)."""

    tcp: bool
    address: str
    port: int


def _sockets(pid: int) -> list[Socket]:
    links = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    ours = {link[8:-1] for link in links if link.startswith("socket:[")}
    found: list[Socket] = []
    for table, state in (("udp", "07"), ("udp6", "07"), ("tcp", "0A"), ("tcp6", "0A")):
        for row in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = row.split()
            if fields[9] in ours and fields[3] == state:
                address, port = fields[1].split(":")
                found.append(Socket(table.startswith("tcp"), address, int(port, 16)))
    return found


def test_labs_run_side_by_side_and_leave_nothing_behind(run: Callable[..., None], floor: Floor) -> None:
    async def scene() -> None:
        lab = Lab()
        await lab.start(["ana"])
        pids, folder = lab.pids, lab.recordings_dir.parents[2]
        assert lab.ami_port != floor.lab.ami_port
        assert set(await lab.heard()) == {"ana"}
        await lab.stop()
        assert not folder.exists()
        assert not any(_lives(pid) for pid in pids.values())

    run(scene())


def test_what_a_killed_lab_left_is_swept_by_the_next(run: Callable[..., None], floor: Floor) -> None:
    async def scene() -> None:
        killed = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "dialer.edge.lab", "run", "1", stdout=asyncio.subprocess.PIPE
        )
        assert killed.stdout is not None
        said = (await killed.stdout.readuntil(b"\n}\n")).decode()
        killed.send_signal(signal.SIGKILL)
        await killed.wait()
        left = json.loads(said)
        lab = Lab()
        await lab.start(0)
        await lab.stop()
        await until(lambda: not Path(left["recordings_dir"]).exists())
        await until(lambda: not any(_lives(pid) for pid in left["pids"].values()))

    run(scene())


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
