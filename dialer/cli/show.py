"""A floor to watch: loads the sample cartera, brings up pretend agents, shows the board, and sums up at the end.

The demo and the lab differ only in what plays Asterisk (`Stage`).
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from rich.console import Console

from agents.edge.auth import hash_password
from agents.usuario import Usuario
from config.edge.files import load_reglas, read_toml
from config.settings import ConfigError, Settings, parse
from dialer.cli.assembly import Node, merged
from dialer.cli.loop import on_signals
from dialer.edge.clock import FloorClock
from dialer.edge.loads import read_carga
from dialer.edge.pretend_agents import OnHeadset, PretendAgents, Spec
from dialer.edge.redis_server import RedisServer
from dialer.rules import working_morning_ms
from dialer.sim.agentes import Behaviour
from metrics.edge.board import Board, Look, draw
from metrics.edge.board import summary as summary_table
from metrics.kpi import summary

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
MUESTRA = ROOT / "config" / "muestra" / "facturas.csv"
ZONE = "America/Santiago"
CARTERA = "facturas"
MANDANTE = "muestra"
BOARD_S = 0.25
DRAIN_S = 30.0
CLAVE = "demo"
SUPERVISOR, JEFE = "supervisora", "jefe"
NAMES = (
    "Ana Rivas", "Bruno Leiva", "Carla Soto", "Diego Muena", "Elisa Pino", "Fabián Oses", "Gloria Vera", "Hugo Paine"
)  # fmt: skip


class Wanted(NamedTuple):
    """What the person asked for on the command line.

    `seconds` 0 runs until Ctrl-C; `picture`: an SVG of the board; `seats`: how many of the `agents` are people's, who
    come in through the page.
    """

    seconds: float
    seed: int
    as_json: bool
    agents: int
    folder: Path
    port: int
    picture: Path | None = None
    seats: int = 0

    @property
    def seated(self) -> list[str]:
        """The codes of the ejecutivos who are people."""
        return [_code(n) for n in range(1, self.seats + 1)]


class Stage(Protocol):
    """What plays Asterisk."""

    title: str
    template: Path
    behaviour: Behaviour
    on_headset: OnHeadset | None

    async def start(
        self, clock: FloorClock, wanted: Wanted, agents: list[str], people: list[str]
    ) -> dict[str, Any]:
        """Bring it up for the pretended `agents` and for `people`; what to lay over the settings.

        Raises what says why it cannot.
        """
        ...

    async def stop(self) -> None: ...


async def show(stage: Stage, wanted: Wanted) -> int:
    """Run the whole thing; the exit status. Raises `ConfigError` for more seats than there are ejecutivos."""
    if wanted.seats > wanted.agents:
        raise ConfigError(f"--seats {wanted.seats}: there are {wanted.agents} ejecutivos; say --agents {wanted.seats}")
    stop = asyncio.Event()
    on_signals(stop.set)
    preset = load_reglas()["cl_consumidor"]
    clock = FloorClock(working_morning_ms(preset, ZONE, time.time_ns() // 1_000_000))
    people = _usuarios(wanted.agents)
    async with AsyncExitStack() as undo:
        node = await _node(stage, wanted, clock, people, undo)
        loaded = await _prepare(node, people)
        await node.start()
        undo.push_async_callback(node.stop)
        specs = [Spec(code, CLAVE) for code in _pretended(people, wanted)]
        agents = PretendAgents(
            node.url, specs, seed=wanted.seed, behaviour=stage.behaviour, on_headset=stage.on_headset
        )
        await agents.start()
        try:
            await _watch(node, wanted, stop, stage.title, loaded)
            if wanted.picture:
                draw(wanted.picture, node.service.desk.floor(), _look(node, wanted, stage.title, loaded))
            finished = await node.service.drain(DRAIN_S)
        finally:
            await agents.stop()
        _sum_up(node, wanted, stage.title, finished)
    return 0


async def _node(
    stage: Stage, wanted: Wanted, clock: FloorClock, people: list[Usuario], undo: AsyncExitStack
) -> Node:
    redis = undo.enter_context(RedisServer())
    undo.push_async_callback(stage.stop)
    patch = await stage.start(clock, wanted, _pretended(people, wanted), [*wanted.seated, SUPERVISOR, JEFE])
    where = {
        "database": f"sqlite+aiosqlite:///{wanted.folder / 'cintillo.db'}",
        "redis": redis.url,
        "journal": str(wanted.folder / "journal"),
        "api": {"port": wanted.port},
    }
    settings: Settings = parse(merged(merged(read_toml(stage.template), where), patch), stage.template.name)
    return await Node.open(settings, clock)


def _code(n: int) -> str:
    return f"e{n:02d}"


def _pretended(people: list[Usuario], wanted: Wanted) -> list[str]:
    return [one.code for one in people if one.endpoint and one.code not in wanted.seated]


def _usuarios(count: int) -> list[Usuario]:
    """The ejecutivos of the floor, one supervisora and one jefe, all with the same clave: hashed once."""
    hashed = hash_password(CLAVE)
    names = [NAMES[n % len(NAMES)] + ("" if n < len(NAMES) else f" {n // len(NAMES) + 1}") for n in range(count)]
    people = [
        Usuario(_code(n), name, "ejecutivo", hashed, (CARTERA,), f"PJSIP/{_code(n)}")
        for n, name in enumerate(names, start=1)
    ]
    leaders = ((SUPERVISOR, "Silvia Araya", "supervisor"), (JEFE, "Jorge Ferrada", "jefe"))
    return [*people, *(Usuario(code, name, role, hashed) for code, name, role in leaders)]


async def _prepare(node: Node, people: list[Usuario]) -> str:
    """Usuarios and the sample cartera, through the real import; what came of it, in a sentence."""
    for one in people:
        await node.store.add_usuario(one)
    carga = await asyncio.to_thread(read_carga, MUESTRA, MANDANTE, CARTERA)
    await node.store.apply_load(carga, node.clock.now_ms(), node.settings.carteras[CARTERA].order)
    totals = carga.totals
    return (
        f"{MUESTRA.name}: {totals.rows_loaded} filas cargadas, {totals.rows_rejected} rechazadas, "
        f"{totals.deudores} deudores"
    )


async def _watch(node: Node, wanted: Wanted, stop: asyncio.Event, title: str, loaded: str) -> None:
    """Show the board until time is up, Ctrl-C, or a failure of ours, which is raised."""
    board = None if wanted.as_json else Board(_look(node, wanted, title, loaded))
    if board:
        board.start()
    loop = asyncio.get_running_loop()
    until = loop.time() + wanted.seconds if wanted.seconds else float("inf")
    try:
        while not stop.is_set() and loop.time() < until:
            if node.service.crashed.done():
                node.service.crashed.result()
            if board:
                board.show(node.service.desk.floor())
            try:
                await asyncio.wait_for(stop.wait(), min(BOARD_S, max(0.0, until - loop.time())))
            except TimeoutError:
                continue
    finally:
        if board:
            board.stop()


def _look(node: Node, wanted: Wanted, title: str, loaded: str = "") -> Look:
    labels = {code: d.label for arbol in node.texts.arboles.values() for code, d in arbol.dispositions.items()}
    addresses = [
        ("página", f"{node.url}/ (clave {CLAVE}: {', '.join([*wanted.seated, SUPERVISOR, JEFE])})"),
        ("métricas", "/metrics"),
        ("API", "/docs"),
        *((("carga", loaded),) if loaded else ()),
    ]
    names = {_code(n): name for n, name in enumerate(NAMES, start=1)}
    return Look(title=title, labels=labels, addresses=addresses, zone=ZONE, names=names)


def _sum_up(node: Node, wanted: Wanted, title: str, finished: bool) -> None:
    snapshot = node.service.desk.floor()
    if wanted.as_json:
        print(json.dumps({**summary(snapshot), "drained": finished, "seed": wanted.seed}))
    else:
        Console().print(summary_table(snapshot, _look(node, wanted, title)))
