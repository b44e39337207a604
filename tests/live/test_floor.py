"""The main job on real parts (TCP, Redis, SQLite, WebSocket), and every fault that a floor meets on a bad day."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from agents.desk import DeskError
from agents.messages import CallShown, Gestion, ServerMessage
from config.settings import parse
from dialer.edge.journal import replay_file
from tests.live.floor import Floor, pause
from tests.reactor import run, until

pytestmark = pytest.mark.live

Fault = Callable[[Floor], Coroutine[Any, Any, None]]


async def nothing(floor: Floor) -> None:
    """A good day."""


async def ami_is_cut(floor: Floor) -> None:
    for _ in range(3):
        floor.pbx.drop_connections()
        await pause(1.0)


async def asterisk_talks_nonsense(floor: Floor) -> None:
    cut, lonely = b"Event: Hangup\r\nUniqueid\r\n\r\n", b"Cause: 16\r\n\r\n"
    for junk in (b"\x00\xff\r\n\r\n", cut, b"x" * 300_000, b"\r\n\r\n\r\n", lonely):
        floor.pbx.garbage(junk)
        await pause(0.1)


async def redis_forgets_everything(floor: Floor) -> None:
    redis = Redis.from_url(floor.redis.url)
    await redis.flushall()
    await redis.aclose()


async def the_database_is_locked(floor: Floor) -> None:
    """Somebody else holds SQLite's write lock for a while: calls already placed go on, gestiones wait, none is lost."""
    other = await asyncio.to_thread(_lock, floor.folder / "floor.db")
    await pause(3.0)
    await asyncio.to_thread(other.close)


def _lock(path: Path) -> sqlite3.Connection:
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    other.execute("BEGIN IMMEDIATE")
    return other


async def ops_change_the_strategy(floor: Floor) -> None:
    floor.raw["carteras"]["facturas"]["mode"] = "progressive"
    await floor.node.reload(parse(floor.raw))
    assert floor.node.service.engine.books.carteras["facturas"].strategy.mode == "progressive"


async def consoles_lose_their_link(floor: Floor) -> None:
    for agent in floor.agents.agents:
        if agent._socket is not None:
            agent._socket.transport.abort()
        await pause(0.2)


FAULTS: list[Fault] = [
    nothing,
    ami_is_cut,
    asterisk_talks_nonsense,
    redis_forgets_everything,
    the_database_is_locked,
    ops_change_the_strategy,
    consoles_lose_their_link,
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_whatever_happens_every_conversation_ends_in_exactly_one_gestion(fault: Fault, tmp_path: Path) -> None:
    """The floor works, the fault strikes, the floor works on; at the end records, ledger and journal agree."""

    async def shift() -> None:
        async with Floor(tmp_path) as floor:
            await floor.connected(8)
            await fault(floor)
            await floor.connected(8)
            await floor.close()

    run(shift(), 110)
    (journal,) = (tmp_path / "journal").glob("*.jsonl")
    steps = list(replay_file(journal))
    assert len(steps) > 200
    assert all(step.same for step in steps)


def test_the_metrics_and_the_apis_own_documentation_are_served(tmp_path: Path) -> None:
    async def look() -> None:
        async with Floor(tmp_path, agents=2) as floor, httpx.AsyncClient(base_url=floor.node.url) as client:
            await floor.connected(2)
            text = (await client.get("/metrics")).text
            assert 'cintillo_calls_placed_total{cartera="facturas"}' in text
            assert "cintillo_answer_to_agent_seconds_bucket" in text
            assert (await client.get("/docs")).status_code == 200
            assert "/api/login" in (await client.get("/openapi.json")).json()["paths"]
            await floor.close()

    run(look())


def test_no_personal_data_reaches_the_journal_the_metrics_or_the_log(tmp_path: Path, caplog: Any) -> None:
    """RUTs, names and telephone numbers of the sample are looked for in everything that is kept or exported."""
    caplog.set_level("INFO")

    async def look() -> str:
        async with Floor(tmp_path, agents=2) as floor, httpx.AsyncClient(base_url=floor.node.url) as client:
            await floor.connected(3)
            text = (await client.get("/metrics")).text
            await floor.close()
            return text

    metrics = run(look())
    (journal,) = (tmp_path / "journal").glob("*.jsonl")
    kept = journal.read_text() + metrics + caplog.text
    rows = [row.split(";") for row in (tmp_path / "muestra.csv").read_text().splitlines()[1:]]
    for row in (row for row in rows if len(row) > 6):
        for secret in (row[0].replace(".", ""), row[0], row[1], row[6].removeprefix("+")):
            assert len(secret) < 10 or secret not in kept, f"{secret} leaked"


def test_a_gestion_sent_twice_is_saved_once_and_answered_twice(tmp_path: Path) -> None:
    """A console that lost its link resends; it must hear «guardado» with the same id, whatever became of the case."""
    async def twice() -> None:
        async with Floor(tmp_path, agents=1) as floor:
            await floor.agents.stop()
            desk = floor.node.service.desk
            heard: list[ServerMessage] = []
            await desk.connect("e01", ("facturas",), heard.append)
            desk.ready("e01")
            await until(lambda: any(isinstance(m, CallShown) for m in heard), "a call", 60)
            attempt = next(m for m in heard if isinstance(m, CallShown)).attempt_id
            await until(lambda: desk.engine.books.roster.agents["e01"].owes, "the first word")
            said = Gestion(attempt, "D13", "2º Juzgado Civil, rol C-1-2026, 20-11-2026")
            first = await desk.save_gestion("e01", said)
            await until(lambda: attempt not in desk.engine.books.calls, "the end of the call")
            assert await desk.save_gestion("e01", said) == first
            with pytest.raises(DeskError, match="ya tiene su gestión"):
                await desk.save_gestion("e01", Gestion(attempt, "D11", "No reconoce la deuda"))
            with pytest.raises(DeskError, match="no es suya"):
                await desk.save_gestion("e01", Gestion("c.t1.nunca.1", "D11", "no es mía"))
            desk.logout("e01")

    run(twice())
