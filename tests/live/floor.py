"""A whole floor for tests: the pretend PBX, a private Redis, a database, a node and pretend agents, on one loop."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from agents.edge.auth import hash_password
from agents.usuario import Usuario
from config.edge.files import load_reglas
from config.settings import parse
from dialer.cli.assembly import Node
from dialer.edge import schema as t
from dialer.edge.clock import FloorClock
from dialer.edge.loads import read_carga
from dialer.edge.loads_muestra import write_muestra
from dialer.edge.pbx import PbxServer
from dialer.edge.pretend_agents import PretendAgents, Spec
from dialer.edge.redis_server import RedisServer
from dialer.edge.store import Store
from dialer.rules import working_morning_ms
from dialer.sim.agentes import Behaviour
from dialer.sim.people import QUICK, Law, Population, Talk
from dialer.sim.world import World
from tests.floors import TUESDAY_NOON
from tests.reactor import until

CLAVE = "clave-de-prueba"
HASH = hash_password(CLAVE)
BRISK = msgspec.structs.replace(
    QUICK,
    p_answer=0.7,
    post_dial=Law(20, 80),
    ring=Law(100, 600),
    give_up=Law(500, 900),
    talk=(Talk(1.0, Law(400, 1_500)),),
    patience=Law(4_000, 6_000),
    tape=Law(500, 1_500),
)
"""People in a hurry, so that a test sees many calls in seconds. Nothing else differs from the demo's."""
SYSTEM = "sistema"
QUICK_AGENT = Behaviour(read_ms=(20, 60), wrapup_ms=(20, 120), hangup_chance=0.1)
START_MS = working_morning_ms(load_reglas()["cl_consumidor"], "America/Santiago", TUESDAY_NOON)


def table(folder: Path, redis_url: str, pbx_port: int, **changes: Any) -> dict[str, Any]:
    """A configuration as TOML would give it."""
    strategy = {"mode": "ratio", "ratio": 1.5, "amd": True, "abandon_ratio_max": 0.03}
    return {
        "node": "t1",
        "database": f"sqlite+aiosqlite:///{folder / 'floor.db'}",
        "redis": redis_url,
        "journal": str(folder / "journal"),
        "asterisk": {"port": pbx_port, "ping_s": 1.0, "action_timeout_s": 2.0},
        "api": {"port": 0},
        "limits": {"gap_between_contacts_s": 0.2, "calls_max": 30, "calls_per_s_max": 30, "overdue_s": 3},
        "carteras": {"facturas": strategy},
        **changes,
    }


async def furnish(store: Store, folder: Path, agents: int, now_ms: int, deudores: int = 400) -> None:
    """A sample cartera and its ejecutivos e01, e02…, through the real import."""
    sample = folder / "muestra.csv"
    write_muestra(sample, today=date(2026, 11, 20), deudores=deudores)
    await store.apply_load(read_carga(sample, "muestra", "facturas"), now_ms)
    for n in range(1, agents + 1):
        code = f"e{n:02d}"
        await store.add_usuario(Usuario(code, f"Agente {n}", "ejecutivo", HASH, ("facturas",), f"PJSIP/{code}"))


class Floor:
    """``async with Floor(folder) as floor:`` — a node at work with `agents` pretend ejecutivos."""

    def __init__(self, folder: Path, agents: int = 4, people: Population = BRISK, seed: int = 1) -> None:
        self.folder, self.count, self.seed = folder, agents, seed
        self.clock = FloorClock(START_MS)
        self.world = World(people, random.Random(seed), trunk_channels=60)
        self.pbx = PbxServer(self.world, clock_ms=self.clock.now_ms)
        self.redis = RedisServer()
        self.undo = AsyncExitStack()

    async def __aenter__(self) -> Floor:
        self.undo.enter_context(self.redis)
        self.pbx_port = await self.pbx.start()
        self.undo.push_async_callback(self.pbx.stop)
        self.raw = table(self.folder, self.redis.url, self.pbx_port)
        self.node = await Node.open(parse(self.raw), self.clock)
        await furnish(self.node.store, self.folder, self.count, self.clock.now_ms())
        await self.node.start()
        self.undo.push_async_callback(self.node.stop)
        specs = [Spec(f"e{n:02d}", CLAVE) for n in range(1, self.count + 1)]
        self.agents = PretendAgents(self.node.url, specs, seed=self.seed, behaviour=QUICK_AGENT)
        await self.agents.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.undo.aclose()

    def figures(self) -> dict[str, Any]:
        return dict(self.node.service.desk.floor()["total"])

    async def connected(self, count: int) -> None:
        """Wait until there were this many conversations more than now."""
        goal = self.figures()["connected"] + count
        await until(lambda: self.figures()["connected"] >= goal, f"{goal} conversations", 60)

    async def close(self) -> None:
        """End of the shift: everything finishes, agents leave, and the records must agree with the ledger."""
        drained = await self.node.service.drain(40)
        await self.agents.stop()
        assert drained, "calls or gestiones are left over"
        await self.node.recorder.flush()
        await check_records(self.node.store, self.figures())


async def check_records(store: Store, figures: dict[str, Any]) -> None:
    """One gestión for each call, none lost, none invented; every attempt has its end."""
    rows = await records(store)
    assert rows["open"] == 0, "an attempt without its end"
    assert rows["without_gestion"] == 0, "a call that is over has no gestión"
    assert rows["connected"] == rows["by_agents"]
    assert rows["connected"] == figures["connected"]
    assert rows["attempts"] == figures["closed"]


async def records(store: Store) -> dict[str, int]:
    a, g = t.attempt.c, t.gestion.c
    wanted = {
        "attempts": sa.select(sa.func.count()).select_from(t.attempt),
        "open": sa.select(sa.func.count()).where(a.ended_ms.is_(None)),
        "connected": sa.select(sa.func.count()).where(a.connected_ms > 0),
        "by_agents": sa.select(sa.func.count()).where(g.agent_id != SYSTEM),
        "without_gestion": sa.select(sa.func.count())
        .select_from(t.attempt.outerjoin(t.gestion, g.attempt_id == a.id))
        .where(a.ended_ms.is_not(None), g.id.is_(None)),
    }
    async with store._read() as conn:
        return {name: int((await conn.execute(query)).scalar_one()) for name, query in wanted.items()}


async def pause(seconds: float) -> None:
    """Let the floor work for a while: not a wait for a condition, but how long a fault lasts."""
    await asyncio.sleep(seconds)
