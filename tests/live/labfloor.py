"""A node at work on the real Asterisk of the `lab` fixture, for people who come in through the page."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from agents.usuario import Usuario
from config.settings import parse
from dialer.cli.assembly import Node, merged
from dialer.edge import schema as t
from dialer.edge.clock import FloorClock
from dialer.edge.lab import Lab
from dialer.edge.redis_server import RedisServer
from dialer.edge.store import Store
from tests.live.floor import HASH, START_MS, furnish, table
from tests.reactor import until

PERSON, DEBTOR_HZ, SILENT_HZ = "0001", 440, 1700
"""The network's number that answers at once and talks for a minute at 440 Hz; and a tone that nobody makes."""


class LabFloor:
    """``async with LabFloor(lab, folder, ["navegador"]) as floor``: these ejecutivos, and a `supervisora`.

    Each may register a headset from a browser if the lab has it among its `people`. Every debtor's number ends in
    `ending` (docs/asterisk.md says what such a one does). `changes` go over the settings' table.
    """

    def __init__(
        self, lab: Lab, folder: Path, ejecutivos: Sequence[str], ending: str = PERSON, **changes: Any
    ) -> None:
        self.lab, self.folder, self.ejecutivos, self.ending = lab, folder, ejecutivos, ending
        self.changes = changes
        self.undo = AsyncExitStack()

    async def __aenter__(self) -> LabFloor:
        redis = RedisServer()
        self.undo.enter_context(redis)
        strategy = {"mode": "progressive", "amd": False}
        own = table(self.folder, redis.url, self.lab.ami_port, carteras={"facturas": strategy})
        raw = merged(merged(own, self.lab.settings_patch), self.changes)
        clock = FloorClock(START_MS)
        self.node = await Node.open(parse(raw), clock)
        self.undo.push_async_callback(self.node.stop)
        await furnish(self.node.store, self.folder, 0, clock.now_ms(), deudores=60)
        await come_in(self.node.store, self.ejecutivos, self.ending)
        await self.node.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Everybody goes home: no leg of theirs may be taken up by the next floor."""
        desk, roster = self.node.service.desk, self.node.service.engine.books.roster
        for code in self.ejecutivos:
            if self.talking(code):
                desk.hangup(code)
            desk.logout(code)
        try:
            await until(lambda: not any(agent.leg_id for agent in roster.agents.values()), "no leg is up", 20)
        finally:
            await self.undo.aclose()

    @property
    def url(self) -> str:
        return self.node.url

    def state(self, code: str) -> str:
        """The ejecutivo's state in the engine."""
        agent = self.node.service.engine.books.roster.agents.get(code)
        return agent.state.value if agent else ""

    def leg(self, code: str) -> str:
        """The ejecutivo's leg that the engine believes in; "" when none."""
        return self.node.service.engine.books.roster.agents[code].leg_id

    def talking(self, code: str) -> str:
        """The attempt that this ejecutivo is talking to; "" when none."""
        return next((a for a, call in self.node.service.engine.books.calls.items() if call.agent_id == code), "")

    async def reaches(self, code: str, *states: str, timeout_s: float = 40) -> str:
        await until(lambda: self.state(code) in states, f"{code} is {' or '.join(states)}", timeout_s)
        return self.state(code)

    async def recording(self, attempt_id: str) -> np.ndarray[Any, Any]:
        """The finished recording of a call: 8 kHz samples."""
        path = self.lab.recordings_dir / f"{attempt_id}.wav"
        await until(lambda: is_finished(path), f"{path.name} is finished")
        return samples_of(path)


async def come_in(store: Store, ejecutivos: Sequence[str], ending: str = PERSON) -> None:
    """Ejecutivos and a supervisora; every debtor's number then ends in `ending`."""
    for code in ejecutivos:
        await store.add_usuario(Usuario(code, code.title(), "ejecutivo", HASH, ("facturas",), f"PJSIP/{code}"))
    await store.add_usuario(Usuario("supervisora", "Silvia Araya", "supervisor", HASH, (), "PJSIP/supervisora"))
    e164 = t.telefono.c.e164
    async with store._write() as conn:
        await conn.execute(sa.update(t.telefono).values(e164="+569" + sa.func.substr(e164, 5, 4) + ending))


def samples_of(path: Path) -> np.ndarray[Any, Any]:
    """A recording as 8 kHz samples."""
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(float)


def is_finished(path: Path) -> bool:
    """MixMonitor writes the lengths into the header when it closes the file."""
    if not path.exists() or path.stat().st_size <= 44:
        return False
    return int.from_bytes(path.read_bytes()[40:44], "little") == path.stat().st_size - 44


def level(samples: np.ndarray[Any, Any], hz: int) -> float:
    """The amplitude of one frequency over the samples."""
    turns = np.exp(-2j * np.pi * hz * np.arange(len(samples)) / 8000)
    return float(2 * abs(turns @ samples) / len(samples))
