"""The dialer's own line to a real Asterisk: what it asks is done, what happens is heard, a cut ends no conversation."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from config.settings import Asterisk
from dialer import events as e
from dialer.commands import CallAgent, HangUp, HoldCall, JoinCall, PlaceCall
from dialer.edge.ami import AmiLink
from dialer.edge.lab import Lab
from tests.reactor import reactor, run, until

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

E = TypeVar("E", bound=e.Event)

ANSWERS, BUSY, UNALLOCATED, CONGESTION, NETWORK = "0001", "0002", "0004", "0006", "0007"
WAV_HEADER = 44
CALLS_IN_A_ROW = 20
_numbers = itertools.count(1)


class Desk:
    """A link to the lab and the events it brought; `react` stands where the engine does."""

    def __init__(self, lab: Lab, **changes: Any) -> None:
        settings: dict[str, Any] = lab.settings_patch["asterisk"] | {"action_timeout_s": 20.0} | changes  # type: ignore[operator]
        self.lab = lab
        self.events: list[e.Event] = []
        self.react: Callable[[e.Event], None] = lambda _: None
        self.pauses: list[int] = []
        self.link = AmiLink(
            Asterisk(**settings), clock_ms=lambda: 1_234, on_event=self.hear, reactor=reactor, retry_s=self.pause_s
        )

    def hear(self, event: e.Event) -> None:
        self.events.append(event)
        self.react(event)

    def pause_s(self, failures: int) -> float:
        self.pauses.append(failures)
        return 0.05

    def of(self, kind: type[E], channel: str = "") -> list[E]:
        """The events of a kind, about one of our channels if it is given."""
        return [event for event in self.events if isinstance(event, kind) and channel in ("", _about(event))]

    async def has(self, kind: type[E], channel: str = "", times: int = 1) -> E:
        await until(lambda: len(self.of(kind, channel)) >= times, f"{kind.__name__} of {channel}, {times} times")
        return self.of(kind, channel)[times - 1]

    async def park(self, agent: str) -> str:
        leg = f"a.n1.{agent}.vivo.{next(_numbers)}"
        self.link.perform(CallAgent(leg, f"PJSIP/{agent}", ring_ms=20_000))
        await self.has(e.LegParked, leg)
        return leg

    def place(self, ending: str) -> str:
        attempt = f"c.n1.vivo.{next(_numbers)}"
        call = PlaceCall(attempt, "c1", 1, "600000000", ring_ms=20_000, wait_ms=2_000, amd=False, record=True)
        self.link.perform(call, f"+5691234{ending}")
        return attempt

    async def talk(self, leg: str) -> str:
        """A conversation with somebody who answers: the call's id."""

        def join(event: e.Event) -> None:
            if isinstance(event, e.CallPickedUp):
                self.link.perform(JoinCall(event.attempt_id, leg))

        self.react = join
        attempt = self.place(ANSWERS)
        assert (await self.has(e.CallBridged, attempt)).leg_id == leg
        return attempt

    async def hang_up(self, attempt: str, leg: str) -> None:
        """End a conversation, and wait until the leg is back in its loop."""
        parked = len(self.of(e.LegParked, leg))
        self.link.perform(HangUp(attempt))
        await self.has(e.CallEnded, attempt)
        await self.has(e.LegParked, leg, parked + 1)

    async def leave(self, leg: str) -> None:
        self.link.perform(HangUp(leg))
        await self.has(e.LegEnded, leg)

    async def hears_a_voice(self, agent: str) -> None:
        before = (await self.lab.heard())[agent].loud
        async with asyncio.timeout(30):
            while (await self.lab.heard())[agent].loud < before + 10:  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.05)


def _about(event: e.Event) -> str:
    return getattr(event, "attempt_id", "") or getattr(event, "leg_id", "")


@asynccontextmanager
async def at_desk(lab: Lab, **changes: Any) -> AsyncIterator[Desk]:
    desk = Desk(lab, **changes)
    desk.link.start()
    try:
        await desk.has(e.ChannelsListed)
        yield desk
    finally:
        await desk.link.stop()


class Cable:
    """Carries bytes between the link and Asterisk until it is cut; a new connection finds it whole again."""

    def __init__(self, port: int) -> None:
        self._far_port = port
        self._ends: list[asyncio.StreamWriter] = []
        self.port = 0

    async def __aenter__(self) -> Cable:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        for end in self._ends:
            end.transport.abort()

    async def _carry(self, near: asyncio.StreamReader, near_end: asyncio.StreamWriter) -> None:
        far, far_end = await asyncio.open_connection("127.0.0.1", self._far_port)
        self._ends = [near_end, far_end]
        await asyncio.gather(_pump(near, far_end), _pump(far, near_end))


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65_536):
            sink.write(data)
    except ConnectionError:
        """Cut: the other direction ends the same way."""
    finally:
        sink.close()


def test_a_conversation_is_placed_joined_held_resumed_and_ended(lab: Lab) -> None:
    async def scene() -> None:
        async with at_desk(lab) as desk:
            leg = await desk.park("e01")
            attempt = await desk.talk(leg)
            desk.link.perform(HoldCall(attempt))
            await desk.has(e.CallUnbridged, attempt)
            await desk.has(e.LegParked, leg, 2)
            desk.link.perform(JoinCall(attempt, leg))
            await desk.has(e.CallBridged, attempt, 2)
            await desk.hang_up(attempt, leg)
            await desk.leave(leg)
            told = [type(event) for event in desk.events if _about(event) == attempt]
            assert [kind for kind in told if kind not in (e.CallRinging, e.DialEnded)] == [
                e.CallCreated,
                e.CallPickedUp,
                e.CallBridged,
                e.CallUnbridged,
                e.CallBridged,
                e.CallUnbridged,
                e.CallEnded,
            ]
            assert desk.link.stats.refused == desk.link.stats.garbage == desk.link.stats.timeouts == 0

    run(scene(), 200)


def test_every_one_of_twenty_calls_in_a_row_has_its_recording(lab: Lab) -> None:
    async def scene() -> None:
        async with at_desk(lab) as desk:
            leg = await desk.park("e01")
            attempts = []
            for _ in range(CALLS_IN_A_ROW):
                attempt = await desk.talk(leg)
                await desk.hears_a_voice("e01")
                await desk.hang_up(attempt, leg)
                attempts.append(attempt)
            await desk.leave(leg)
            files = [lab.recordings_dir / f"{attempt}.wav" for attempt in attempts]
            await until(lambda: all(map(_has_sound, files)), "a recording with sound for every call")

    run(scene(), 280)


def _has_sound(file: Path) -> bool:
    return file.exists() and file.stat().st_size > WAV_HEADER


@pytest.mark.parametrize(
    ("ending", "status", "cause"),
    [(BUSY, "BUSY", 17), (UNALLOCATED, "NOANSWER", 1), (CONGESTION, "CONGESTION", 34), (NETWORK, "NOANSWER", 38)],
)
def test_a_number_that_fails_ends_with_the_networks_own_cause_and_is_not_refused(
    lab: Lab, ending: str, status: str, cause: int
) -> None:
    async def scene() -> None:
        async with at_desk(lab) as desk:
            attempt = desk.place(ending)
            assert (await desk.has(e.CallEnded, attempt)).cause == cause
            assert desk.of(e.DialEnded, attempt) == [e.DialEnded(attempt, status)]
            # Asterisk's answer to the Originate may come after the end: let it pass by before looking.
            later = desk.place(ending)
            await desk.has(e.CallEnded, later)
            assert desk.of(e.CallRefused) == []

    run(scene(), 200)


def test_a_headset_that_is_not_there_is_told_as_the_end_of_the_leg(lab: Lab) -> None:
    async def scene() -> None:
        async with at_desk(lab) as desk:
            leg = "a.n1.navegador.vivo.1"
            desk.link.perform(CallAgent(leg, "PJSIP/navegador", ring_ms=20_000))
            await desk.has(e.LegEnded, leg)

    run(scene(), 100)


def test_a_cut_line_is_told_and_taken_up_again_and_the_conversation_went_on(lab: Lab) -> None:
    async def scene() -> None:
        async with Cable(lab.ami_port) as cable, at_desk(lab, port=cable.port) as desk:
            leg = await desk.park("e01")
            attempt = await desk.talk(leg)
            cable.cut()
            assert (await desk.has(e.PbxLost)).reason
            listed = {seen.channel_id: seen for seen in (await desk.has(e.ChannelsListed, times=2)).channels}
            assert set(listed) == {attempt, leg}
            assert listed[attempt].up and listed[leg].up
            assert listed[attempt].bridge_id == listed[leg].bridge_id != ""
            assert desk.link.stats.reconnects == 1
            await desk.hears_a_voice("e01")
            await desk.hang_up(attempt, leg)
            await desk.leave(leg)

    run(scene(), 200)


def test_a_wrong_secret_is_a_sentence_and_tried_again_and_again(lab: Lab) -> None:
    async def scene() -> None:
        desk = Desk(lab, secret="otra")
        desk.link.start()
        try:
            await until(lambda: len(desk.pauses) >= 3, "three attempts")
            assert "asterisk.secret" in desk.link.stats.trouble and "Authentication failed" in desk.link.stats.trouble
            assert desk.events == [] and not desk.link.connected
        finally:
            await desk.link.stop()

    run(scene(), 100)
