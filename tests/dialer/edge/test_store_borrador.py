"""Half-written gestiones: latest wins, only its ejecutivo's, gone with the saved one; on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio

from dialer.edge import schema
from dialer.edge.store import Store
from dialer.records import SaveGestion as Gestion
from tests.dialer.edge.cargas import NOW
from tests.dialer.edge.test_store import loaded, on, recorded, rows, talked


async def keep(store: Store, attempt: str, text: str, agent: str = "e01", *, theirs: bool = False) -> str:
    return await store.keep_draft(attempt, agent, text, NOW, theirs=theirs)


def test_the_latest_draft_of_a_call_is_the_one_that_comes_back(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        attempt = await talked(store)
        assert await store.draft(attempt, "e01") == ""
        assert [await keep(store, attempt, text) for text in ('{"a":1}', '{"comment":"ñandú 😀"}')] == ["kept"] * 2
        assert await store.draft(attempt, "e01") == '{"comment":"ñandú 😀"}'

    on(database, body)


def test_a_draft_is_its_ejecutivos_and_nobody_elses(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        attempt = await talked(store)
        assert await keep(store, attempt, "x", "e02") == "foreign"
        assert await keep(store, "c.n1.r.99", "x", theirs=True) == "foreign"
        await keep(store, attempt, "mine")
        assert await store.draft(attempt, "e02") == ""
        assert await store.draft(attempt, "e01") == "mine"

    on(database, body)


def test_a_draft_is_kept_before_the_record_knows_who_talks(database: str) -> None:
    """The engine vouches for it: what the recorder has still to write does not keep the ejecutivo waiting."""

    async def body(store: Store) -> None:
        await loaded(store)
        await store.write([recorded(1)], "n1")
        assert await keep(store, "c.n1.r.1", "x") == "foreign"
        assert await keep(store, "c.n1.r.1", "x", theirs=True) == "kept"
        assert await store.draft("c.n1.r.1", "e01") == "x"

    on(database, body)


def test_the_saved_gestion_ends_the_draft_and_a_late_one_does_not_come_back(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        attempt = await talked(store)
        await keep(store, attempt, "half")
        await store.save_gestion(Gestion(attempt, "e01", "D07", NOW + 1, next_due_ms=NOW))
        assert await store.draft(attempt, "e01") == ""
        assert await keep(store, attempt, "late") == "settled"
        assert await rows(store, schema.borrador) == []

    on(database, body)


def test_a_draft_and_the_gestion_at_the_same_moment_leave_no_draft(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        for n in range(1, 6):
            attempt = await talked(store, n)
            said = Gestion(attempt, "e01", "D07", NOW + 1, next_due_ms=NOW)
            drafts = [keep(store, attempt, f"{n}.{i}") for i in range(3)]
            await asyncio.gather(*drafts, store.save_gestion(said), keep(store, attempt, "last"))
        assert await rows(store, schema.borrador) == []

    on(database, body)
