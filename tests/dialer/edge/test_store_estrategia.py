"""Published strategies in the records, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agents.supervision import Act
from config.versions import Version
from dialer.edge.store import Store
from dialer.records import VersionTaken
from tests.dialer.edge.cargas import NOW
from tests.dialer.edge.test_store import on


def version(number: int, cartera: str = "facturas", note: str = "", **patch: Any) -> Version:
    return Version(cartera, number, "jefe", NOW + number, note, patch)


async def publish(store: Store, one: Version) -> None:
    act = Act(one.at_ms, one.by, "publish_strategy", one.cartera, {"version": one.number})
    await store.publish_version(one, act)


def test_the_history_stays_and_the_newest_of_each_cartera_is_in_force(database: str) -> None:
    first = version(1, note="más ñ", **{"retry.busy.max": 3, "order": ["saldo", "ultimo"]})
    second, other, goals = version(2, ring_s=20.0), version(1, "consumo", amd=True), version(1, "", compromisos=8)

    async def body(store: Store) -> None:
        marks = {await store.versions_mark()}
        for one in (first, other, second, goals):
            await publish(store, one)
            marks.add(await store.versions_mark())
        assert await store.versions("facturas") == [first, second]
        assert await store.versions() == [goals, other, first, second]
        assert await store.newest_versions() == [goals, other, second]
        assert len(marks) == 5, "each publication is seen by who asks for the mark"

    on(database, body)


def test_two_who_publish_over_the_same_version_leave_one_and_no_trace_of_the_other(database: str) -> None:
    async def body(store: Store) -> None:
        await publish(store, version(1))
        both = [publish(store, version(2, note=who)) for who in ("a", "b")]
        came = await asyncio.gather(*both, return_exceptions=True)
        assert [type(one) for one in came if one is not None] == [VersionTaken]
        assert [one.number for one in await store.versions("facturas")] == [1, 2]
        assert len(await store.audits(9)) == 2, "the audit has what was done, no more"

    on(database, body)


def test_a_number_that_is_not_the_next_is_refused(database: str) -> None:
    async def body(store: Store) -> None:
        for number in (0, 2):
            with pytest.raises(VersionTaken, match="is not the next after 0"):
                await publish(store, version(number))

    on(database, body)
