"""A node's pacers begin with what the records of the last days say, and the journal replays it."""

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
from dialer.pacing.experience import Expected
from tests.live.floor import START_MS, furnish, table
from tests.reactor import run, until
from tests.servers import free_port

pytestmark = pytest.mark.live
DAY_MS, HOUR_MS = 86_400_000, 3_600_000


async def rang(store: Store, calls: int, persons: int, at_ms: int) -> None:
    """So many calls at an hour, of which the first ones were answered by persons."""
    ids = [f"c.t9.{at_ms}.{n:09}" for n in range(calls)]
    await store.write([RecordAttempt(i, "facturas", 1, 1, 1, at_ms, "x") for i in ids], "t9")
    ends = [("abandoned", 16, "ANSWER", at_ms + 30_000, True, at_ms + 9_000, 0) if n < persons
            else ("no_answer", 19, "NOANSWER", at_ms + 30_000, True, 0, 0) for n in range(calls)]  # fmt: skip
    await store.write([CloseAttempt(i, *end) for i, end in zip(ids, ends, strict=True)], "t9")


def expected(node: Node) -> Expected | None:
    return node.service.engine.books.expected.get("facturas")


def test_the_hours_of_the_last_days_are_told_at_the_start_and_with_new_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    """Ten in the morning is known to be better than eleven; what is older than the days asked for is not looked at."""
    monkeypatch.setattr(service, "DAILY_S", 0.2)

    async def body() -> None:
        with RedisServer() as redis:
            raw: dict[str, Any] = table(tmp_path, redis.url, free_port()) | {"database": sqlite_url}
            raw["carteras"]["facturas"] |= {"mode": "predictive", "history_days": 3, "abandon_window_days": 1}
            clock = FloorClock(START_MS)
            store = await Store.open(sqlite_url)
            await furnish(store, tmp_path, 1, clock.now_ms(), deudores=3)
            await rang(store, 300, 200, START_MS - 2 * DAY_MS)
            await rang(store, 300, 5, START_MS - 2 * DAY_MS + HOUR_MS)
            await rang(store, 300, 300, START_MS - 5 * DAY_MS + HOUR_MS)
            node = await Node.open(parse(raw), clock)
            await node.start()
            try:
                await until(lambda: expected(node) is not None, "the pacers know the last days", 20)
                found = expected(node)
                assert found is not None
                ten, eleven = (found.level(START_MS + after) for after in (0, HOUR_MS))
                assert ten > 2.5 * eleven
                assert found.strength > 4
                raw["carteras"]["facturas"]["history_days"] = 0
                await node.reload(parse(raw))
                await until(lambda: expected(node) is None, "the pacers forget what they are not to know", 20)
            finally:
                await node.stop()
                await store.close()

    run(body())
    (journal,) = (tmp_path / "journal").glob("*.jsonl")
    assert all(step.same for step in replay_file(journal))
