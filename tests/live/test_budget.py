"""The abandonment of the legal window is one budget: of all nodes, and of all runs of a node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.settings import parse
from dialer.cli.assembly import Node
from dialer.commands import CloseAttempt, RecordAttempt
from dialer.edge import service
from dialer.edge.clock import FloorClock
from dialer.edge.journal import replay_file
from dialer.edge.redis_server import RedisServer
from dialer.edge.store import Store
from dialer.pacing.view import Budget
from tests.live.floor import START_MS, furnish, table
from tests.reactor import run, until
from tests.servers import free_port

pytestmark = pytest.mark.live
SPENT = 40


async def abandoned(store: Store, node: str, calls: int, at_ms: int) -> None:
    """So many calls of another node's, or of an earlier run's, that nobody took."""
    ids = [f"c.{node}.earlier.{n:09}" for n in range(calls)]
    await store.write([RecordAttempt(i, "facturas", 1, 1, 1, at_ms, "x") for i in ids], node)
    ends = (at_ms + 9_000, True, at_ms + 5_000, 0)
    await store.write([CloseAttempt(i, "abandoned", 16, "ANSWER", *ends) for i in ids], node)


def budget(node: Node) -> Budget:
    return node.service.engine.books.carteras["facturas"].budget(node.service.now_ms())


def test_a_spent_budget_outlives_a_restart_and_is_shared_by_all_nodes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    """At the start it is read from the store; while the node is at work, what another one spends is read again."""
    monkeypatch.setattr(service, "BUDGET_S", 0.2)

    async def body() -> None:
        with RedisServer() as redis:
            raw: dict[str, Any] = table(tmp_path, redis.url, free_port()) | {"database": database}
            clock = FloorClock(START_MS)
            store = await Store.open(database)
            await furnish(store, tmp_path, 1, clock.now_ms(), deudores=3)
            await abandoned(store, "t1", SPENT, clock.now_ms() - 60_000)
            await abandoned(store, "t9", 3, clock.now_ms() - 2 * 86_400_000)
            node = await Node.open(parse(raw), clock)
            await node.start()
            try:
                found = budget(node)
                assert (found.abandoned, found.spent) == (SPENT, True)
                await abandoned(store, "t2", 5, clock.now_ms())
                await until(lambda: budget(node).abandoned == SPENT + 5, "what the other node spent is counted", 20)
            finally:
                await node.stop()
                await store.close()

    run(body())
    (journal,) = (tmp_path / "journal").glob("*.jsonl")
    assert all(step.same for step in replay_file(journal))
