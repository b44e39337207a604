"""A supervisor on an agent's line, on the real Asterisk: who hears whom in each mode, measured at every headset."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.messages import Gestion, Overheard
from agents.supervising import Spy, Spying, Unspy
from agents.usuario import Usuario
from dialer.edge.lab import DEBTOR_HZ, TONE_HZ, Lab, LabUnavailable
from tests.live.floor import HASH
from tests.live.labfloor import LabFloor, level
from tests.reactor import run, until

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

EAR, EAR_HZ = "oido", 1500
KEEPS_WHAT_IT_HEARS = "0011"
SECONDS = 2.0
AUDIBLE, SILENT = 0.05, 0.015
"""Amplitudes, of full scale 1: a headset's tone is 0.25, a debtor's voice about 0.18."""


@pytest.fixture(scope="module")
def tuned() -> Iterator[Lab]:
    """A lab in which the supervisor's headset speaks at another pitch than the agent's."""
    lab = Lab()
    try:
        run(lab.start(("e01", EAR), (), {EAR: EAR_HZ}), 240.0)
    except LabUnavailable as why:
        pytest.skip(str(why))
    yield lab
    run(lab.stop())


class Levels:
    """What a headset heard over a while, by frequency."""

    def __init__(self, tones: dict[int, float]) -> None:
        self.tones = tones

    def hears(self, hz: int) -> bool:
        found = self.tones[hz]
        assert found > AUDIBLE or found < SILENT, f"{hz} Hz at {found}: neither heard nor not"
        return found > AUDIBLE


async def listened(lab: Lab, code: str) -> Levels:
    before = (await lab.heard())[code]
    await asyncio.sleep(SECONDS)
    after = (await lab.heard())[code]
    # A parked leg is sent nothing at all: what is not sent is not heard.
    frames = max(SECONDS * 25, after.frames - before.frames)
    hz = (DEBTOR_HZ, TONE_HZ, EAR_HZ)
    gain = {one: after.tones.get(str(one), 0.0) - before.tones.get(str(one), 0.0) for one in hz}
    return Levels({one: value / frames for one, value in gain.items()})


async def talk(floor: LabFloor) -> str:
    desk = floor.node.service.desk
    desk.ready("e01")
    await floor.reaches("e01", "hablando")
    return floor.talking("e01")


def test_who_hears_whom_in_each_mode_and_all_of_it_is_in_the_audit(tuned: Lab, tmp_path: Path) -> None:
    async def body() -> None:
        async with LabFloor(tuned, tmp_path, ["e01"], KEEPS_WHAT_IT_HEARS) as floor:
            node, told, console = floor.node, [], []
            boss = Usuario(EAR, "Oído", "supervisor", HASH, (), f"PJSIP/{EAR}")
            await node.store.add_usuario(boss)
            desk = node.service.desk
            await desk.connect("e01", ("facturas",), console.append)
            await floor.reaches("e01", "pausa")
            node.floor.enter(EAR, told.append)

            async def spy(mode: str) -> None:
                await node.floor.order(boss, Spy(1, "e01", mode))  # type: ignore[arg-type]
                await until(lambda: Spying("e01", mode) in told, f"the headset is there to {mode}")
                told.clear()
                await asyncio.sleep(0.5)  # what was on its way is heard

            await spy("listen")
            between = await listened(tuned, EAR)
            assert not between.hears(DEBTOR_HZ), "between conversations there is nobody"

            first = await talk(floor)
            await asyncio.sleep(0.5)
            ear, agent = await listened(tuned, EAR), await listened(tuned, "e01")
            assert (ear.hears(DEBTOR_HZ), ear.hears(TONE_HZ)) == (True, True), "listening hears both"
            assert (agent.hears(DEBTOR_HZ), agent.hears(EAR_HZ)) == (True, False)

            await spy("whisper")
            assert (await listened(tuned, "e01")).hears(EAR_HZ), "the agent hears a whisper"
            desk.hangup("e01")
            await until(lambda: not floor.talking("e01"), "the call is over")
            silent = await debtor_heard(tuned)
            assert level(silent, TONE_HZ) > 300 > 10 * level(silent, EAR_HZ), "the debtor heard the agent alone"

            await record_gestion(floor, first)
            second = await talk(floor)
            await spy("barge")
            assert (await listened(tuned, "e01")).hears(EAR_HZ)
            assert (await listened(tuned, EAR)).hears(DEBTOR_HZ), "still there in the next conversation"
            desk.hangup("e01")
            await until(lambda: not floor.talking("e01"), "a call that was barged into ends as any other", 10)
            loud = await debtor_heard(tuned)
            assert level(loud, EAR_HZ) > 300, "the debtor heard the supervisor"

            await node.floor.order(boss, Unspy(2))
            await until(lambda: any(one.agent_id == "" for one in told), "off the line")
            assert not node.service.engine.books.ears
            assert [one.mode for one in console if isinstance(one, Overheard)] == ["listen", "whisper", "barge", ""]
            await node.floor.stop()  # it is written by then
            acts = [one for one in await node.store.audits(10) if one.by == EAR]
            assert [one.act for one in acts] == ["listened", "barge", "whisper", "listen"]
            assert {(one.by, one.on) for one in acts} == {(EAR, "e01")}
            assert acts[0].detail["llamadas"] == [first, second]
            await record_gestion(floor, second)

    run(body(), 280)


def test_who_hangs_up_their_headset_or_whose_agent_leaves_is_off_the_line(tuned: Lab, tmp_path: Path) -> None:
    async def body() -> None:
        async with LabFloor(tuned, tmp_path, ["e01"], KEEPS_WHAT_IT_HEARS) as floor:
            node, told = floor.node, []
            boss = Usuario(EAR, "Oído", "supervisor", HASH, (), f"PJSIP/{EAR}")
            desk = node.service.desk
            await desk.connect("e01", ("facturas",), lambda message: None)
            await floor.reaches("e01", "pausa")
            node.floor.enter(EAR, told.append)
            await node.floor.order(boss, Spy(1, "e01", "listen"))
            await until(lambda: Spying("e01", "listen") in told, "on the line")
            desk.logout("e01")
            await until(lambda: told[-1] == Spying("", "", "El ejecutivo salió del piso."), "told why it is over")
            await desk.connect("e01", ("facturas",), lambda message: None)
            await floor.reaches("e01", "pausa")
            await node.floor.order(boss, Spy(1, "e01", "listen"))
            await until(lambda: told[-1] == Spying("e01", "listen"), "on the line again")
            node.floor.leave(EAR, told.append)
            await until(lambda: not node.service.engine.books.ears, "the page is gone, so is the headset")

    run(body(), 120)


async def record_gestion(floor: LabFloor, attempt_id: str) -> None:
    """So that the agent is free for the next one."""
    await floor.node.recorder.flush()
    await floor.node.service.desk.save_gestion("e01", Gestion(attempt_id, "D12", "conversado"))


async def debtor_heard(lab: Lab) -> np.ndarray[Any, Any]:
    """What the network's person heard, once their Asterisk has finished the file."""
    path = lab.debtor_heard

    def finished() -> bool:
        size = path.stat().st_size if path.exists() else 0
        return size > 44 and int.from_bytes(path.read_bytes()[40:44], "little") == size - 44

    await until(finished, f"{path.name} is finished")
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(float)
    path.unlink()
    return samples
