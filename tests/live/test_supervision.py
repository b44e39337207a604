"""Two nodes with one Redis and one database, each before a pretend PBX: one board, one set of orders."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from agents.messages import Notice, ServerMessage
from agents.supervising import ForcePause, Hold, Release, Say, Spy, Spying
from agents.usuario import Usuario
from config.settings import Strategy, parse
from dialer.cli.assembly import Node
from dialer.edge.clock import FloorClock
from dialer.edge.journal import replay_file
from dialer.edge.pbx import PbxServer
from dialer.edge.redis_server import RedisServer
from dialer.events import FloorChanged
from dialer.sim.world import World
from tests.live.floor import BRISK, CLAVE, HASH, START_MS, furnish, table
from tests.reactor import run, until

pytestmark = pytest.mark.live

SUP = Usuario("sup", "Silvia Araya", "supervisor", HASH)
JEFE = Usuario("jefe", "Jorge Ferrada", "jefe", HASH)


class Two:
    """Nodes n1 and n2; e01 sits at the first, e02 at the second. `heard`: what their consoles were told."""

    def __init__(self, nodes: list[Node], undo: AsyncExitStack) -> None:
        self.nodes, self.undo = nodes, undo
        self.heard: dict[str, list[ServerMessage]] = {"e01": [], "e02": []}

    async def sit(self) -> None:
        for node, (code, heard) in zip(self.nodes, self.heard.items(), strict=True):
            await node.service.desk.connect(code, ("facturas",), heard.append)
            await until(lambda node=node, code=code: self.agent(node, code).leg_up, f"{code} is parked")

    @staticmethod
    def agent(node: Node, code: str) -> Any:
        return node.service.engine.books.roster.agents[code]


def on_two(tmp_path: Path, story: Callable[[Two], Awaitable[None]]) -> None:
    async def main() -> None:
        async with AsyncExitStack() as undo:
            redis, clock = RedisServer(), FloorClock(START_MS)
            undo.enter_context(redis)
            nodes = []
            for name in ("n1", "n2"):
                pbx = PbxServer(World(BRISK, random.Random(1)), clock_ms=clock.now_ms)
                raw = table(tmp_path, redis.url, await pbx.start(), node=name)
                undo.push_async_callback(pbx.stop)
                node = await Node.open(parse(raw), clock)
                undo.push_async_callback(node.stop)
                nodes.append(node)
            await furnish(nodes[0].store, tmp_path, 2, clock.now_ms(), deudores=60)
            for one in (SUP, JEFE):
                await nodes[0].store.add_usuario(one)
            for node in nodes:
                await node.start()
            two = Two(nodes, undo)
            await two.sit()
            await story(two)

    run(main(), 100)


def board(node: Node) -> dict[str, Any]:
    return node.floor.board()


def seats(node: Node) -> dict[str, str]:
    return {agent["agent_id"]: agent["node"] for agent in board(node)["agents"]}


def test_each_nodes_board_shows_both_floors_and_an_order_finds_its_agent(tmp_path: Path) -> None:
    async def story(two: Two) -> None:
        here, there = two.nodes
        for node in two.nodes:
            await until(lambda node=node: seats(node) == {"e01": "n1", "e02": "n2"}, "both are on the board")
        await here.floor.order(SUP, ForcePause(1, "e02", "baño"))
        assert two.agent(there, "e02").reason == "baño"
        await here.floor.order(SUP, Say(2, "A las cinco, reunión"))
        for heard in two.heard.values():
            assert "A las cinco, reunión" in [one.text for one in heard if isinstance(one, Notice)]

    on_two(tmp_path, story)


def test_a_cartera_that_is_held_on_one_node_is_held_on_both_and_after_a_restart(tmp_path: Path) -> None:
    async def story(two: Two) -> None:
        here, there = two.nodes
        await here.floor.order(SUP, Hold(1, "facturas", "sin línea"))
        await until(lambda: there.service.engine.books.carteras["facturas"].held, "held there too")
        await until(lambda: board(there)["carteras"]["facturas"]["held"] is not None, "shown there too")
        again = await Node.open(there.settings.model_copy(update={"node": "n3"}), there.clock)
        two.undo.push_async_callback(again.stop)
        await again.start()
        assert again.service.engine.books.carteras["facturas"].held, "before the first call could be placed"
        await there.floor.order(SUP, Release(2, "facturas"))
        for node in (here, again):
            await until(lambda node=node: not node.service.engine.books.carteras["facturas"].held, "released")

    on_two(tmp_path, story)


def test_the_pretend_pbx_knows_a_supervisors_headset(tmp_path: Path) -> None:
    async def story(two: Two) -> None:
        here = two.nodes[0]
        told: list[Any] = []
        here.floor.enter("sup", told.append)
        await here.floor.order(SUP, Spy(1, "e01", "listen"))
        await until(lambda: told[-1] == Spying("e01", "listen"), "on the line")
        await here.floor.order(SUP, Spy(2, "e01", "barge"))
        await until(lambda: told[-1] == Spying("e01", "barge"), "in another mode")
        here.service.desk.logout("e01")
        await until(lambda: told[-1] == Spying("", "", "El ejecutivo salió del piso."), "off again")
        assert not here.service.engine.books.ears

    on_two(tmp_path, story)


def test_a_supervisor_listens_to_an_agent_of_the_other_node_and_is_off_the_line_with_their_page(tmp_path: Path) -> None:
    async def story(two: Two) -> None:
        here, there = two.nodes
        told: list[Any] = []
        here.floor.enter("sup", told.append)
        await until(lambda: seats(here).get("e02") == "n2", "e02 is on the board")
        await here.floor.order(SUP, Spy(1, "e02", "listen"))
        await until(lambda: told[-1] == Spying("e02", "listen"), "on the line there")
        await here.floor.order(SUP, Spy(2, "e02", "whisper"))
        assert told[-1] == Spying("e02", "whisper")
        await here.floor.order(SUP, Spy(3, "e01", "listen"))
        await until(lambda: told[-1] == Spying("e01", "listen"), "on the line here")
        await until(lambda: not there.service.engine.books.ears, "off the line there")
        await here.floor.order(SUP, Spy(4, "e02", "listen"))
        await until(lambda: told[-1] == Spying("e02", "listen"), "on the line there again")
        assert not here.service.engine.books.ears
        here.floor.leave("sup", told.append)
        await until(lambda: not there.service.engine.books.ears, "the page is gone, so is the headset")

    on_two(tmp_path, story)


def strategy_of(node: Node) -> Strategy:
    return node.service.engine.books.carteras["facturas"].strategy


def test_a_strategy_published_on_one_node_is_in_force_on_both_after_a_restart_and_in_the_replay(tmp_path: Path) -> None:
    async def story(two: Two) -> None:
        here, there = two.nodes
        async with httpx.AsyncClient(base_url=here.url, trust_env=False) as http:
            token = (await http.post("/api/login", json={"usuario": "jefe", "clave": CLAVE})).json()["token"]
            http.headers["Authorization"] = f"Bearer {token}"
            body = {"base": 0, "changes": {"abandon_ratio_max": 0.02, "mode": "progressive"}}
            assert (await http.put("/api/estrategias/facturas", json=body)).status_code == 200
            assert (await http.put("/api/metas", json={"base": 0, "changes": {"compromisos": 9}})).status_code == 200
            assert (await http.put("/api/metas", json={"base": 0, "changes": {"compromisos": 7}})).status_code == 409
        assert strategy_of(here).abandon_ratio_max == 0.02
        await until(lambda: strategy_of(there).mode == "progressive", "in force there too")
        await until(lambda: there.service.desk.texts.metas.compromisos == 9, "the goals too")
        await until(lambda: board(there)["carteras"]["facturas"]["version"]["number"] == 1, "on the board")
        again = await Node.open(parse({**table(tmp_path, here.settings.redis, 1, node="n3")}), there.clock)
        two.undo.push_async_callback(again.stop)
        assert strategy_of_floor(again).abandon_ratio_max == 0.02, "before it starts"
        raw = table(tmp_path, here.settings.redis, here.settings.asterisk.port, node="n1")
        raw["carteras"]["facturas"]["ring_s"] = 22
        await here.reload(parse(raw))
        assert (strategy_of(here).ring_s, strategy_of(here).mode) == (22, "progressive"), "the new file under it"
        for node in two.nodes:
            node.journal.flush()

    on_two(tmp_path, story)
    for file in (tmp_path / "journal").glob("n[12]-*.jsonl"):
        steps = list(replay_file(file))
        assert any(isinstance(step.event, FloorChanged) for step in steps)
        assert all(step.same for step in steps), file.name


def strategy_of_floor(node: Node) -> Strategy:
    """Of a node that is open and has not started."""
    return node.service.desk.floor_settings.carteras["facturas"]
