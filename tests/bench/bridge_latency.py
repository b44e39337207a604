"""From "aló" to the agent on a real Asterisk: `python -m tests.bench --only bridge_latency`.

The whole product (`dialer.cli.assembly.Node`: engine, AMI link, Redis, SQLite, journal, API) on the lab: a real
Asterisk, a second one as the telephone network, pyVoIP headsets. Every number called answers at once, and every
ejecutivo hangs up `TALK_S` after the bridge and saves the gestión, so that 20 people a second answer with no more
headsets than two cores carry. Calls are recorded. Measured is the time from the moment the link hands over
`CallPickedUp` to the moment it hands over `CallBridged` (the second ``BridgeEnter``). An AMI line of its own, in
another process, sees the same calls from outside (`outside`: ``CintilloAnswered`` to the debtor's ``BridgeEnter``):
what the product's own loop is late in reading (it looks up the card meanwhile) is not in that one, and no debtor waits
for it.

Beside it, in the same run on the same Asterisk: a bare ``Bridge`` from a plain socket, from the action's write to the
second ``BridgeEnter``, while Asterisk is idle and, from a process and with a headset of its own, under the same load.
`handled` is the time that the product's process spends on the answer, the writing of its ``Bridge`` included.
"""

from __future__ import annotations

import asyncio
import re
import socket
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec

from agents.desk import DeskError
from agents.messages import CallShown, Gestion, StateChanged
from agents.usuario import Usuario
from config.edge.files import read_toml
from config.settings import parse
from dialer import events as e
from dialer.carteras.filas import Telefono
from dialer.carteras.model import Carga
from dialer.edge.clock import FloorClock
from dialer.edge.lab import Lab, LabUnavailable
from dialer.edge.loads import read_carga
from dialer.edge.redis_server import RedisServer
from tests.floors import ROOT, TUESDAY_NOON

AGENTS = 12
PER_S = 20
TALK_S = 0.2
WARM_CALLS, CALLS = 100, 1_000
BARE = 100
DEADLINE_S = 180.0
ANSWERS_AT_ONCE = "0001"
CARTERA = "facturas"
CODE = "D07"


def run() -> list[dict[str, Any]]:
    """One row; an empty list, with a word, where there is no lab."""
    from tests import reactor  # noqa: PLC0415 - installs Twisted's reactor, which only this benchmark is to have

    try:
        return [reactor.run(_measure(), timeout_s=DEADLINE_S * 2)]
    except LabUnavailable as why:
        print(f"bridge_latency: no lab, no figures: {why}")
        return []


async def _measure() -> dict[str, Any]:
    lab = Lab()
    await lab.start(AGENTS + 1)
    try:
        spare = (lab.ami_port, lab.secret, lab.agents[-1])
        bare = await asyncio.to_thread(_bare, *spare)
        watch, loaded, outside = await _product(lab, spare)
        bare += await asyncio.to_thread(_bare, *spare)
    finally:
        await lab.stop()
    product = watch.took
    return {
        "bench": "bridge_latency",
        "agents": AGENTS,
        "calls": len(product),
        "answered_per_s": round(len(product) / watch.elapsed_s, 1),
        "p50_ms": _ms(product, 50),
        "p99_ms": _ms(product, 99),
        "max_ms": round(max(product) / 1e6, 2),
        "outside_p50_ms": _ms(outside, 50),
        "outside_p99_ms": _ms(outside, 99),
        "handled_p50_ms": _ms(watch.handled, 50),
        "handled_p99_ms": _ms(watch.handled, 99),
        "bare_idle_p50_ms": _ms(bare, 50),
        "bare_idle_p99_ms": _ms(bare, 99),
        "bare_loaded_p50_ms": _ms(loaded, 50),
        "bare_loaded_p99_ms": _ms(loaded, 99),
        "p50_to_bare_idle": round(_at(product, 50) / _at(bare, 50), 2),
        "p50_to_bare_loaded": round(_at(product, 50) / _at(loaded, 50), 2),
        "outside_p50_to_bare_idle": round(_at(outside, 50) / _at(bare, 50), 2),
        "outside_p50_to_bare_loaded": round(_at(outside, 50) / _at(loaded, 50), 2),
    }


def _at(nanoseconds: list[int], percent: int) -> float:
    return statistics.quantiles(nanoseconds, n=100)[percent - 1]


def _ms(nanoseconds: list[int], percent: int) -> float:
    return round(_at(nanoseconds, percent) / 1e6, 2)


# ── the product ─────────────────────────────────────────────────────────────────────────────────────


class Stopwatch:
    """Stands where the link hands its events to the service."""

    def __init__(self, pass_on: Callable[[e.Event], None]) -> None:
        self._pass_on = pass_on
        self._picked_up: dict[str, int] = {}
        self._began_ns = 0
        self.took: list[int] = []
        self.handled: list[int] = []
        self.elapsed_s = 0.0
        self.done = asyncio.Event()
        self._seen = 0

    def __call__(self, event: e.Event) -> None:
        now_ns = time.perf_counter_ns()
        if isinstance(event, e.CallPickedUp):
            self._picked_up[event.attempt_id] = now_ns
        elif isinstance(event, e.CallBridged) and event.attempt_id in self._picked_up:
            self._bridged(now_ns - self._picked_up.pop(event.attempt_id), now_ns)
        self._pass_on(event)
        if isinstance(event, e.CallPickedUp) and self._seen >= WARM_CALLS:
            self.handled.append(time.perf_counter_ns() - now_ns)

    def _bridged(self, took_ns: int, now_ns: int) -> None:
        self._seen += 1
        if self._seen == WARM_CALLS:
            self._began_ns = now_ns
        elif self._seen > WARM_CALLS and not self.done.is_set():
            self.took.append(took_ns)
            if len(self.took) == CALLS:
                self.elapsed_s = (now_ns - self._began_ns) / 1e9
                self.done.set()


class Ejecutivo:
    """A console without a browser: talks for a moment, hangs up, saves the gestión."""

    def __init__(self, desk: Any, agent_id: str) -> None:
        self._desk = desk
        self._agent_id = agent_id
        self._call = ""
        self._saving: set[asyncio.Task[None]] = set()

    async def come_in(self) -> None:
        await self._desk.connect(self._agent_id, (CARTERA,), self.hear)
        self._desk.ready(self._agent_id)

    def hear(self, message: Any) -> None:
        if isinstance(message, CallShown):
            return
        if isinstance(message, StateChanged) and message.state == "hablando":
            self._call = message.attempt_id
            asyncio.get_running_loop().call_later(TALK_S, self._hang_up)
        elif isinstance(message, StateChanged) and message.state == "cierre":
            task = asyncio.create_task(self._save())
            self._saving.add(task)
            task.add_done_callback(self._saving.discard)

    def _hang_up(self) -> None:
        try:
            self._desk.hangup(self._agent_id)
        except DeskError:
            return  # the debtor was quicker

    async def _save(self) -> None:
        await self._desk.save_gestion(self._agent_id, Gestion(self._call, CODE))


async def _product(lab: Lab, spare: tuple[int, str, str]) -> tuple[Stopwatch, list[int], list[int]]:
    """What the watch saw; nanoseconds of bare bridges under the same load, on the `spare` headset; and from outside."""
    from dialer.cli.assembly import Node, merged  # noqa: PLC0415 - needs the reactor

    async with AsyncExitStack() as undo:
        folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="cintillo-bench-")))
        redis = undo.enter_context(RedisServer())
        own = {
            "database": f"sqlite+aiosqlite:///{folder}/cintillo.db",
            "redis": redis.url,
            "journal": str(folder / "journal"),
            "limits": {"calls_max": 100, "calls_per_s_max": PER_S, "gap_between_contacts_s": 0},
            "carteras": {CARTERA: {"mode": "progressive", "amd": False}},
        }
        table = merged(merged(read_toml(ROOT / "config" / "lab.toml"), own), dict(lab.settings_patch))
        node = await Node.open(parse(table), FloorClock(TUESDAY_NOON))
        await _load(node, lab.agents)
        watch = Stopwatch(node.link.emit)
        node.link.emit = watch
        await node.start()
        undo.push_async_callback(node.stop)
        for agent in lab.agents[:AGENTS]:
            await Ejecutivo(node.service.desk, agent).come_in()
        beside = undo.enter_context(ProcessPoolExecutor(2, mp_context=get_context("spawn")))
        loop = asyncio.get_running_loop()
        loaded = loop.run_in_executor(beside, _bare, *spare)
        outside = loop.run_in_executor(beside, _outside, lab.ami_port, lab.secret)
        await asyncio.wait_for(_finished(watch, node.service.crashed), DEADLINE_S)
        await node.service.drain(10.0)
        return watch, await loaded, await outside


async def _finished(watch: Stopwatch, crashed: asyncio.Future[None]) -> None:
    waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(watch.done.wait()), crashed]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    if crashed.done():
        crashed.result()


async def _load(node: Any, agents: tuple[str, ...]) -> None:
    """The sample cartera, with telephones of people who answer at once; the ejecutivos of the headsets."""
    for agent in agents:
        await node.store.add_usuario(Usuario(agent, agent, "ejecutivo", "", (CARTERA,), f"PJSIP/{agent}"))
    carga = await asyncio.to_thread(read_carga, ROOT / "config/muestra/facturas.csv", "muestra", CARTERA)
    await node.store.apply_load(_all_answer(carga), node.clock.now_ms(), ("saldo",))


def _all_answer(carga: Carga) -> Carga:
    deudores = tuple(
        msgspec.structs.replace(one, telefonos=(Telefono(f"+569{n:04}{ANSWERS_AT_ONCE}", "movil"),))
        for n, one in enumerate(carga.deudores, start=5_000)
    )
    return msgspec.structs.replace(carga, deudores=deudores)


# ── from outside ────────────────────────────────────────────────────────────────────────────────────


def _outside(port: int, secret: str) -> list[int]:
    """Nanoseconds from the dialplan's word of the answer to the debtor's bridge, of half of the calls."""
    wire = _Wire(port, secret)
    answered: dict[bytes, int] = {}
    took: list[int] = []

    def look(message: bytes) -> bool:
        found = _OF_ATTEMPT.search(message)
        if found and b"UserEvent: CintilloAnswered" in message:
            answered[found[1]] = time.perf_counter_ns()
        elif found and message.startswith(b"Event: BridgeEnter") and found[1] in answered:
            took.append(time.perf_counter_ns() - answered.pop(found[1]))
            return True
        return False

    wire.until(look, times=CALLS // 2)
    wire.close()
    return took


_OF_ATTEMPT = re.compile(rb"\r\nUniqueid: (c\.[^\r]+)")


# ── a bare Bridge ───────────────────────────────────────────────────────────────────────────────────


class _Wire:
    """AMI over a plain blocking socket."""

    def __init__(self, port: int, secret: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 20)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""
        self.send("Login", Username="cintillo", Secret=secret)
        self.until(lambda message: b"FullyBooted" in message)

    def send(self, action: str, **headers: str) -> None:
        lines = [f"Action: {action}", *(f"{name}: {value}" for name, value in headers.items())]
        self._socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")

    def until(self, wanted: Callable[[bytes], bool], times: int = 1) -> None:
        while times:
            message, end, rest = self._rest.partition(b"\r\n\r\n")
            if not end:
                data = self._socket.recv(65_536)
                assert data, "Asterisk closed the connection"
                self._rest += data
                continue
            self._rest = rest
            times -= wanted(message)

    def call(self, channel_id: str, channel: str, context: str, word: str) -> None:
        self.send(
            "Originate", ChannelId=channel_id, Channel=channel, Context=context, Exten="s", Priority="1",
            Async="true", Timeout="20000",
        )  # fmt: skip
        self.until(partial(_about, word.encode(), channel_id.encode()))

    def close(self) -> None:
        self._socket.close()


def _about(word: bytes, channel_id: bytes, message: bytes) -> bool:
    return word in message and channel_id in message


def _bare(port: int, secret: str, agent: str) -> list[int]:
    """Nanoseconds of each bare round trip; one leg stays parked, as an ejecutivo's does."""
    wire = _Wire(port, secret)
    leg = f"leg.{time.monotonic_ns()}"
    wire.call(leg, f"PJSIP/{agent}", "cintillo-agente", "CintilloParked")
    # No id begins with another: Bridge would take either for the other (see dialer/ids.py).
    took = [_one_bridge(wire, leg, f"call.{time.monotonic_ns()}") for _ in range(BARE // 2)]
    wire.send("Hangup", Channel=leg)
    wire.until(partial(_about, b"Event: Hangup", leg.encode()))
    wire.close()
    return took


def _one_bridge(wire: _Wire, leg: str, attempt: str) -> int:
    wire.call(attempt, f"PJSIP/+5691234{ANSWERS_AT_ONCE}@troncal", "cintillo-deudor", "CintilloAnswered")
    began_ns = time.perf_counter_ns()
    wire.send("Bridge", Channel1=attempt, Channel2=leg)
    ours = (attempt.encode(), leg.encode())
    wire.until(lambda message: b"Event: BridgeEnter" in message and any(one in message for one in ours), times=2)
    took_ns = time.perf_counter_ns() - began_ns
    wire.send("Hangup", Channel=attempt)
    wire.until(partial(_about, b"CintilloParked", leg.encode()))
    return took_ns
