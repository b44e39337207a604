"""Transfers on a real Asterisk, between two headsets: who hears whom afterwards, and the recording that spans it.

Every headset's voice is the same tone, so whose voice a stretch of the recording holds follows from who was joined.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from agents.desk import DeskError
from agents.messages import CallShown, Consult, Gestion, ServerMessage
from dialer.commands import HangUp
from dialer.edge import schema as t
from dialer.edge.lab import Lab
from tests.live.labfloor import DEBTOR_HZ, SILENT_HZ, LabFloor, is_finished, level, samples_of
from tests.reactor import run, until

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

AGENT_HZ, HOLD_HZ, RATE = 1000, 330, 8000
ONE_CALL = {"gap_between_contacts_s": 600, "calls_max": 1, "calls_per_s_max": 30, "overdue_s": 3}
STRETCH_S = 4.0
"""How long each part of a conversation lasts: enough to hear who speaks in it."""


class Two:
    """e01 talks with a debtor, e02 is free; both consoles are open, and `heard` is what they were told."""

    def __init__(self, floor: LabFloor) -> None:
        self.floor, self.desk = floor, floor.node.service.desk
        self.heard: dict[str, list[ServerMessage]] = {"e01": [], "e02": []}
        self.attempt = ""

    async def begin(self) -> None:
        for code in ("e01", "e02"):
            await self.desk.connect(code, ("facturas",), self.heard[code].append)
            await self.floor.reaches(code, "pausa")
        self.desk.ready("e01")
        await self.floor.reaches("e01", "hablando")
        self.attempt = self.floor.talking("e01")
        self.desk.ready("e02")
        await self.floor.reaches("e02", "disponible")

    def consults(self, code: str = "e01") -> list[str]:
        return [one.state for one in self.heard[code] if isinstance(one, Consult)]

    async def voices(self) -> dict[str, int]:
        """How many loud frames each headset has heard while a stretch passed."""
        before = await self.floor.lab.heard()
        await asyncio.sleep(STRETCH_S)
        after = await self.floor.lab.heard()
        return {code: after[code].loud - before[code].loud for code in ("e01", "e02")}

    async def end(self, code: str) -> np.ndarray[Any, Any]:
        """Whom the debtor talks to hangs up; the call's recording."""
        self.desk.hangup(code)
        await until(lambda: self.attempt not in self.floor.node.service.engine.books.calls, "the end of the call")
        return await self.floor.recording(self.attempt)


def is_there(samples: np.ndarray[Any, Any], hz: int) -> bool:
    return level(samples, hz) > 100 > 5 * level(samples, SILENT_HZ)


EXTERNOS = [
    {"code": "juridico", "label": "Jurídico", "number": "+56 2 2345 0011"},
    {"code": "ocupado", "label": "Ocupado", "number": "+56 2 2345 0002", "kinds": ["blind"]},
]
"""By the lab's endings: who answers at once and keeps what they hear, and who is busy."""


class One(Two):
    """e01 talks with a debtor and may send them out; nobody else is there."""

    async def begin(self) -> None:
        await self.desk.connect("e01", ("facturas",), self.heard["e01"].append)
        await self.floor.reaches("e01", "pausa")
        self.desk.ready("e01")
        await self.floor.reaches("e01", "hablando")
        self.attempt = self.floor.talking("e01")

    async def hears(self) -> int:
        return (await self.voices())["e01"]

    def outside(self) -> str:
        (channel_id,) = self.floor.node.service.engine.books.outside
        return str(channel_id)

    async def heard_outside(self) -> np.ndarray[Any, Any]:
        """What the telephone outside heard, once it has hung up."""
        path = self.floor.lab.debtor_heard
        await until(lambda: is_finished(path), f"{path.name} is finished")
        return samples_of(path)

    async def kept(self, kind: str) -> None:
        """Agent's gestión; the records say whom they handed to, and by which number."""
        await self.desk.save_gestion("e01", Gestion(self.attempt, "D13", "2º Juzgado Civil, rol C-1-2026, 20-11-2026"))
        await self.floor.node.recorder.flush()
        async with self.floor.node.store._read() as conn:
            row = (await conn.execute(sa.select(t.traspaso).order_by(t.traspaso.c.id.desc()).limit(1))).one()
            agent = await conn.scalar(sa.select(t.attempt.c.agent_id).where(t.attempt.c.id == self.attempt))
        assert (row.attempt_id, row.agent_id, row.to_agent) == (self.attempt, "e01", "ext:juridico")
        assert (row.to_number, row.kind, row.outcome, agent) == ("+56223450011", kind, "done", "e01")


def on_floor(lab: Lab, folder: Path, story: Callable[[Two], Coroutine[Any, Any, None]]) -> None:
    async def scene() -> None:
        async with LabFloor(lab, folder, ["e01", "e02"], limits=ONE_CALL) as floor:
            two = Two(floor)
            await two.begin()
            await story(two)

    run(scene(), 200)


def with_directory(lab: Lab, folder: Path, story: Callable[[One], Coroutine[Any, Any, None]]) -> None:
    async def scene() -> None:
        changes = {"limits": {**ONE_CALL, "calls_max": 2}, "transfer": {"externos": EXTERNOS}}
        async with LabFloor(lab, folder, ["e01"], **changes) as floor:
            one = One(floor)
            await one.begin()
            await story(one)

    run(scene(), 200)


async def handed_over(two: Two, kind: str) -> None:
    """The records say who handed over, and the gestión is the other's alone."""
    gestion = Gestion(two.attempt, "D13", "2º Juzgado Civil, rol C-1-2026, 20-11-2026")
    with pytest.raises(DeskError, match="no es suya"):
        await two.desk.save_gestion("e01", gestion)
    await two.desk.save_gestion("e02", gestion)
    await two.floor.node.recorder.flush()
    async with two.floor.node.store._read() as conn:
        row = (await conn.execute(sa.select(t.traspaso))).one()
        agent = await conn.scalar(sa.select(t.attempt.c.agent_id).where(t.attempt.c.id == two.attempt))
    assert (row.attempt_id, row.agent_id, row.to_agent) == (two.attempt, "e01", "e02")
    assert (row.kind, row.outcome) == (kind, "done")
    assert agent == "e02"


def test_a_blind_transfer_gives_the_debtor_a_new_voice_and_one_recording(lab: Lab, tmp_path: Path) -> None:
    async def story(two: Two) -> None:
        voices = await two.voices()
        assert voices["e01"] > 100 > 10 * voices["e02"]
        two.desk.transfer("e01", "e02", attended=False)
        await two.floor.reaches("e02", "hablando")
        assert (two.floor.state("e01"), two.consults()) == ("cierre", ["done"])
        await until(lambda: any(isinstance(one, CallShown) for one in two.heard["e02"]), "the card")
        voices = await two.voices()
        assert voices["e02"] > 100 > 10 * voices["e01"]
        samples = await two.end("e02")
        last = samples[-2 * RATE :]
        assert len(samples) > 2 * STRETCH_S * RATE * 0.9
        assert is_there(last, DEBTOR_HZ)
        assert is_there(last, AGENT_HZ), "the debtor hears the other"
        await handed_over(two, "blind")

    on_floor(lab, tmp_path, story)


def test_an_attended_transfer_lets_them_talk_over_music_and_one_recording_spans_it(lab: Lab, tmp_path: Path) -> None:
    async def story(two: Two) -> None:
        await two.voices()
        two.desk.transfer("e01", "e02", attended=True)
        await until(lambda: two.consults() == ["ringing", "talking"], "the two talk")
        assert (two.floor.state("e01"), two.floor.state("e02")) == ("espera", "reservado")
        began_s = time.monotonic()
        voices = await two.voices()
        assert min(voices.values()) > 100, "the two hear each other"
        done_s = time.monotonic()
        two.desk.transfer_done("e01")
        await two.floor.reaches("e02", "hablando")
        voices = await two.voices()
        assert voices["e02"] > 100 > 10 * voices["e01"]
        end_s = time.monotonic()
        samples = await two.end("e02")
        music = samples[-int((end_s - began_s - 0.5) * RATE) : -int((end_s - done_s + 0.5) * RATE)]
        assert is_there(samples[: int(STRETCH_S * RATE)], AGENT_HZ)
        assert is_there(music, HOLD_HZ)
        assert not is_there(music, AGENT_HZ), "what the two said is not for the debtor, nor for the recording"
        assert is_there(samples[-2 * RATE :], DEBTOR_HZ)
        assert is_there(samples[-2 * RATE :], AGENT_HZ)
        await handed_over(two, "attended")

    on_floor(lab, tmp_path, story)


def test_a_debtor_taken_back_from_a_consultation_hears_the_first_again(lab: Lab, tmp_path: Path) -> None:
    async def story(two: Two) -> None:
        for code in ("e01", "e02"):
            two.desk.transfer("e01", "e02", attended=True)
            await until(lambda: two.consults()[-1] == "talking", "the two talk")
            two.desk.transfer_back(code)
            await two.floor.reaches("e01", "hablando")
            await two.floor.reaches("e02", "disponible")
            voices = await two.voices()
            assert voices["e01"] > 100 > 10 * voices["e02"]
        samples = await two.end("e01")
        assert is_there(samples[-2 * RATE :], AGENT_HZ)

    on_floor(lab, tmp_path, story)


def test_a_telephone_outside_is_consulted_over_music_and_then_has_the_debtor(lab: Lab, tmp_path: Path) -> None:
    async def story(one: One) -> None:
        assert await one.hears() > 100
        one.desk.transfer("e01", "ext:juridico", attended=True)
        await until(lambda: one.consults() == ["ringing", "talking"], "agent and lawyer talk")
        assert one.floor.state("e01") == "espera"
        assert await one.hears() > 100, "the lawyer's voice"
        one.desk.transfer_done("e01")
        await until(lambda: one.consults()[-1] == "done", "the debtor is handed over")
        assert one.floor.state("e01") == "cierre"
        assert await one.hears() < 10, "the agent is out of it"
        await one.kept("attended")
        one.floor.node.link.perform(HangUp(one.outside()))
        calls = one.floor.node.service.engine.books.calls
        await until(lambda: one.attempt not in calls, "the debtor's call has ended too", 3)
        stretch = int(STRETCH_S * RATE)
        lawyer = await one.heard_outside()
        assert is_there(lawyer[RATE : 3 * RATE], AGENT_HZ)
        assert is_there(lawyer[-2 * RATE :], DEBTOR_HZ)
        assert not is_there(lawyer[-2 * RATE :], AGENT_HZ)
        kept = await one.floor.recording(one.attempt)
        assert is_there(kept[-stretch + RATE :], HOLD_HZ)
        assert len(kept) < 3 * stretch, "what the debtor says to others is not recorded"

    with_directory(lab, tmp_path, story)


def test_a_busy_telephone_gives_the_debtor_back_and_one_that_answers_takes_them_blind(
    lab: Lab, tmp_path: Path
) -> None:
    async def story(one: One) -> None:
        with pytest.raises(DeskError, match="Ocupado sólo recibe traspasos sin consulta"):
            one.desk.transfer("e01", "ext:ocupado", attended=True)
        one.desk.transfer("e01", "ext:ocupado", attended=False)
        await until(lambda: one.consults()[-1:] == ["failed"], "the busy one is told")
        told = [m for m in one.heard["e01"] if isinstance(m, Consult)][-1]
        assert told.detail == "Ocupado está ocupado: el deudor vuelve con usted."
        await one.floor.reaches("e01", "hablando", timeout_s=2)
        assert await one.hears() > 100
        one.desk.transfer("e01", "ext:juridico", attended=False)
        await until(lambda: one.consults()[-1] == "done", "the debtor is handed over")
        assert await one.hears() < 10
        await one.kept("blind")
        one.floor.node.link.perform(HangUp(one.attempt))
        books = one.floor.node.service.engine.books
        await until(lambda: not books.calls and not books.outside, "the call outside has ended too", 3)
        assert is_there((await one.heard_outside())[-2 * RATE :], DEBTOR_HZ)

    with_directory(lab, tmp_path, story)
