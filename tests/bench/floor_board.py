"""What a floor of open pages costs, and how old the board is: `python -m tests.bench --only floor_board`.

One node (engine, AMI link, Redis, SQLite, journal, API) in this process; in another one the pretend Asterisk, `AGENTS`
ejecutivos' WebSockets and `SUPERVISORS` floor pages. First the ejecutivos only sit there, in a pause; then they take
calls, hang up after `TALK_S` and save the gestión. `cpu_per_100` is this process's processor time (user and system)
for each second, over the ejecutivos, times a hundred: per cent of one core. Meanwhile one ejecutivo raises the hand
every `EVERY_S` and a supervisor lowers it: `change` is from the ejecutivo's word to the first board on a supervisor's
page that shows it, `own` from the order to the board that shows it on the page that gave it, `others` on the others.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import statistics
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from agents.usuario import Usuario
from config.settings import parse
from dialer.edge.clock import FloorClock
from dialer.edge.pbx import PbxServer
from dialer.edge.redis_server import RedisServer
from dialer.sim.people import Law, Talk
from dialer.sim.world import World
from tests.live.floor import BRISK, START_MS, furnish, table

AGENTS, SUPERVISORS = 200, 5
SIT_S, WORK_S, SETTLE_S = 15.0, 40.0, 15.0
TALK_S, WRITE_S, EVERY_S = (20.0, 40.0), (2.0, 6.0), 0.7
TALKERS = msgspec.structs.replace(BRISK, talk=(Talk(1.0, Law(90_000, 120_000)),))
CODE = "D12"


def run() -> list[dict[str, Any]]:
    from tests import reactor  # noqa: PLC0415 - installs Twisted's reactor, which only this benchmark is to have

    return reactor.run(_measure(), timeout_s=240)


def token_of(code: str) -> str:
    return f"bench-{code}"


async def _measure() -> list[dict[str, Any]]:
    from dialer.cli.assembly import Node  # noqa: PLC0415 - after the reactor

    async with AsyncExitStack() as undo:
        folder = Path(undo.enter_context(tempfile.TemporaryDirectory()))
        redis = RedisServer()
        undo.enter_context(redis)
        pool = undo.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
        pages = asyncio.get_running_loop().run_in_executor(pool, _pages, str(folder))
        pbx_port = int(await _told(folder / "pbx"))
        limits = {"calls_max": 400, "calls_per_s_max": 40, "overdue_s": 10}
        strategy = {"mode": "progressive", "amd": False}
        raw = table(folder, redis.url, pbx_port, limits=limits, carteras={"facturas": strategy})
        node = await Node.open(parse(raw), FloorClock(START_MS))
        undo.push_async_callback(node.stop)
        await _people(node, folder)
        await node.start()
        _tell(folder / "api", str(node.port))
        rows = [await _phase(folder, "sit", SIT_S), await _phase(folder, "work", WORK_S)]
        heard = await pages
        return [{**row, **heard[row["phase"]]} for row in rows]


async def _people(node: Any, folder: Path) -> None:
    await furnish(node.store, folder, AGENTS, node.clock.now_ms(), deudores=4_000)
    for n in range(SUPERVISORS):
        await node.store.add_usuario(Usuario(f"s{n}", f"Supervisora {n}", "supervisor", ""))
    for code in [*_agents(), *_supervisors()]:
        sha = hashlib.sha256(token_of(code).encode()).hexdigest()
        await node.store.open_session(code, sha, START_MS + 10**9)


def _agents() -> list[str]:
    return [f"e{n:02d}" for n in range(1, AGENTS + 1)]


def _supervisors() -> list[str]:
    return [f"s{n}" for n in range(SUPERVISORS)]


async def _phase(folder: Path, name: str, seconds: float) -> dict[str, Any]:
    """The processor time of this process while the pages do what the phase is."""
    await _told(folder / name)
    cpu, begun = _cpu_s(), time.monotonic()
    await asyncio.sleep(seconds)
    share = (_cpu_s() - cpu) / (time.monotonic() - begun)
    _tell(folder / f"{name}.over", "")
    who = {"bench": "floor_board", "phase": name, "agents": AGENTS, "supervisors": SUPERVISORS}
    return {**who, "cpu_per_100": round(share / AGENTS * 1e4, 2)}


def _cpu_s() -> float:
    used = os.times()
    return used.user + used.system


def _tell(file: Path, word: str) -> None:
    part = file.with_suffix(".part")
    part.write_text(word)
    part.rename(file)


async def _told(file: Path) -> str:
    async with asyncio.timeout(120):
        while not file.exists():  # noqa: ASYNC110, ASYNC240 - the other process tells by a file
            await asyncio.sleep(0.05)
    return file.read_text()  # noqa: ASYNC240 - a word, once


# ── the other process ───────────────────────────────────────────────────────────────────────────────


def _pages(folder: str) -> dict[str, Any]:
    return asyncio.run(_open_pages(Path(folder)))


async def _open_pages(folder: Path) -> dict[str, Any]:
    clock = FloorClock(START_MS)
    pbx = PbxServer(World(TALKERS, random.Random(1), trunk_channels=400), clock_ms=clock.now_ms)
    _tell(folder / "pbx", str(await pbx.start()))
    port = await _told(folder / "api")
    agents = [Agent(code, n) for n, code in enumerate(_agents())]
    floors = [FloorPage(code) for code in _supervisors()]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(page.run(port)) for page in (*agents, *floors)]
        heard = {}
        for name in ("sit", "work"):
            if name == "work":
                for agent in agents:
                    await agent.begin()
            await asyncio.sleep(SETTLE_S)
            _tell(folder / name, "")
            heard[name] = await _hands(agents[0], floors, folder / f"{name}.over")
            heard[name]["conversations"] = sum(agent.done for agent in agents)
        for task in tasks:
            task.cancel()
    await pbx.stop()
    return heard


async def _hands(agent: Agent, floors: list[FloorPage], over: Path) -> dict[str, Any]:
    """Up and down until the phase is over."""
    times: dict[str, list[float]] = {"change": [], "own": [], "others": []}
    n = 0
    while not over.exists():  # noqa: ASYNC240 - as above
        n += 1
        times["change"] += await _until_shown(floors, agent.code, True, lambda: agent.say("hand", up=True))
        boss = floors[n % len(floors)]
        seen = await _until_shown(
            floors, agent.code, False, lambda boss=boss, n=n: boss.say("lower_hand", n=n, agent_id=agent.code)
        )
        times["own"].append(seen.pop(floors.index(boss)))
        times["others"] += seen
        await asyncio.sleep(EVERY_S * random.random())
    return {f"{what}_{name}_ms": round(1000 * value) for what, found in times.items() for name, value in _spread(found)}


def _spread(found: list[float]) -> list[tuple[str, float]]:
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    return [("p50", cuts[49]), ("p99", cuts[98])]


async def _until_shown(floors: list[FloorPage], code: str, up: bool, act: Callable[[], Any]) -> list[float]:
    """How long it took until each page's board had it."""
    waits = [floor.expect(code, up) for floor in floors]
    begun = time.monotonic()
    await act()
    return [at - begun for at in await asyncio.gather(*waits)]


class Page(ABC):
    """One WebSocket."""

    path = "/ws"

    def __init__(self, code: str) -> None:
        self.code = code
        self.socket: ClientConnection | None = None

    async def run(self, port: str) -> None:
        protocols: list[Any] = ["cintillo.v1", f"token.{token_of(self.code)}"]
        url = f"ws://127.0.0.1:{port}{self.path}"
        async with connect(url, subprotocols=protocols, proxy=None, open_timeout=60, max_size=None) as self.socket:
            async for frame in self.socket:
                await self.hear(frame if isinstance(frame, str) else frame.decode())

    async def say(self, kind: str, **fields: Any) -> None:
        assert self.socket is not None
        await self.socket.send(json.dumps({"type": kind, **fields}))

    @abstractmethod
    async def hear(self, frame: str) -> None: ...


class Agent(Page):
    """Hangs up after a while and saves the gestión, for as long as it is told to."""

    def __init__(self, code: str, seed: int) -> None:
        super().__init__(code)
        self.dice = random.Random(seed)
        self.done = 0
        self._busy: set[asyncio.Task[None]] = set()

    async def begin(self) -> None:
        await self.say("ready")

    async def hear(self, frame: str) -> None:
        if not frame.startswith('{"type":"state"'):
            return
        told = json.loads(frame)
        if told["state"] == "hablando":
            self._later(TALK_S, "hangup")
        elif told["state"] == "cierre" and told.get("attempt_id"):
            self.done += 1
            self._later(WRITE_S, "gestion", attempt_id=told["attempt_id"], code=CODE, comment="conversado")

    def _later(self, between_s: tuple[float, float], kind: str, **fields: Any) -> None:
        async def act() -> None:
            await asyncio.sleep(self.dice.uniform(*between_s))
            with suppress(ConnectionClosed):  # the measuring is over
                await self.say(kind, **fields)

        task = asyncio.create_task(act())
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)


class FloorPage(Page):
    """Reads every board, and says when one shows a hand as it is expected."""

    path = "/ws/piso"

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self._expected: tuple[str, bool, asyncio.Future[float]] | None = None

    def expect(self, code: str, up: bool) -> asyncio.Future[float]:
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._expected = (code, up, future)
        return future

    async def hear(self, frame: str) -> None:
        if not frame.startswith('{"type":"board"') or self._expected is None:
            return
        at, (code, up, future) = time.monotonic(), self._expected
        agents = {agent["agent_id"]: agent for agent in json.loads(frame)["floor"]["agents"]}
        if bool(agents[code]["hand_ms"]) is up and not future.done():
            future.set_result(at)
