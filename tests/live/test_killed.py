"""The dialer's process is killed without warning while people talk, and started again: nothing and nobody is lost."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import msgspec
import pytest

from dialer.edge.clock import FloorClock
from dialer.edge.pbx import PbxServer
from dialer.edge.pretend_agents import PretendAgents, Spec
from dialer.edge.redis_server import RedisServer
from dialer.edge.store import Store
from dialer.ids import is_attempt
from dialer.sim.people import Law, Talk
from dialer.sim.world import World
from tests.live.floor import BRISK, CLAVE, QUICK_AGENT, START_MS, furnish, records, table
from tests.live.killable import Killable, killed_at_the_end
from tests.reactor import run, until
from tests.servers import free_port

pytestmark = pytest.mark.live
AGENTS = 4
TALKATIVE = msgspec.structs.replace(BRISK, talk=(Talk(1.0, Law(3_000, 6_000)),))


def test_a_killed_dialer_loses_no_conversation_and_no_gestion(tmp_path: Path) -> None:
    """kill -9 three times in mid-work: the same conversations go on, and each ends in exactly one gestión."""

    async def shift() -> None:
        clock = FloorClock(START_MS)
        shift_ms = START_MS - time.time_ns() // 1_000_000
        world = World(TALKATIVE, random.Random(3), trunk_channels=60)
        pbx = PbxServer(world, clock_ms=clock.now_ms)
        api_port = free_port()
        with RedisServer() as redis:
            raw = table(tmp_path, redis.url, await pbx.start(), api={"port": api_port})
            store = await Store.open(raw["database"])
            await furnish(store, tmp_path, AGENTS, clock.now_ms())
            node = Killable(tmp_path, raw, shift_ms)
            with killed_at_the_end(node):
                await node.start()
                specs = [Spec(f"e{n:02d}", CLAVE) for n in range(1, AGENTS + 1)]
                agents = PretendAgents(f"http://127.0.0.1:{api_port}", specs, seed=5, behaviour=QUICK_AGENT)
                await agents.start()
                for _ in range(3):
                    await _kill_in_mid_talk(node, world, agents)
                goal = agents.counters.gestiones + 6
                await until(lambda: agents.counters.gestiones >= goal, "the floor works on", 60)
                await agents.stop()
                await _quiet(store)
                assert node.end() == 0
            await _agree(store, agents)
            await store.close()
        await pbx.stop()

    run(shift(), 115)


async def _kill_in_mid_talk(node: Killable, world: World, agents: PretendAgents) -> None:
    """Kill it while somebody talks; the conversation is still there in Asterisk when it is back."""
    goal = agents.counters.gestiones + 3
    await until(lambda: agents.counters.gestiones >= goal and _talking(world), "people talk", 60)
    talking = _talking(world)
    node.kill()
    assert talking <= _talking(world), "people were parted because the dialer died"
    await node.start()


def _talking(world: World) -> set[str]:
    return {one.channel_id for one in world.channels() if is_attempt(one.channel_id) and one.bridge_id}


async def _quiet(store: Store) -> None:
    """Wait until every attempt has its end."""
    deadline = time.monotonic() + 30
    while (await records(store))["open"]:
        assert time.monotonic() < deadline, "an attempt never got its end"
        await asyncio.sleep(0.1)


async def _agree(store: Store, agents: PretendAgents) -> None:
    rows = await records(store)
    assert rows["open"] == rows["without_gestion"] == 0
    pending = [one for n in range(1, AGENTS + 1) for one in await store.pending_attempts(f"e{n:02d}")]
    assert pending == []
    assert rows["connected"] == rows["by_agents"] >= agents.counters.gestiones
