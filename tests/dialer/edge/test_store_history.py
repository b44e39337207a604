"""What the what-if reads of a cartera's records, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from dialer.edge.store import Store
from dialer.records import BooksRefused, Counted, Past, Quarter, Reached, SaveGestion, Spoken
from tests.dialer.edge.cargas import DAY_MS, NOW, deudor, documento
from tests.dialer.edge.test_store import closed, loaded, on, recorded, talked


class Heard:
    def __init__(self) -> None:
        self.calls: list[Past] = []
        self.spoken: list[Spoken] = []

    async def of(
        self, store: Store, since_ms: int = NOW - 1, until_ms: int = NOW + DAY_MS, cartera: str = "facturas"
    ) -> None:
        await store.history(cartera, since_ms, until_ms, self.calls.append, self.spoken.append)


async def story(store: Store) -> None:
    """Two calls that came to nothing (one after the days asked for), two conversations (one with its gestión), and one
    call that is not over."""
    await loaded(store, deudor(1), deudor(2))
    await store.write([recorded(1), closed(1, "busy", at_ms=NOW + 4_000)], "n1")
    await store.save_gestion(SaveGestion(await talked(store, 2), "e01", "D07", NOW + 45_000, next_due_ms=NOW))
    await talked(store, 3, case=2, agent="e02", at_ms=NOW + 100)
    await store.write([recorded(4, at_ms=NOW + 200)], "n1")
    await store.write([recorded(5, at_ms=NOW + DAY_MS), closed(5, at_ms=NOW + DAY_MS + 9)], "n1")


def test_the_closed_attempts_of_the_days_and_the_conversations_among_them(database: str) -> None:
    async def body(store: Store) -> Heard:
        await story(store)
        heard = Heard()
        await heard.of(store)
        return heard

    heard = on(database, body)
    assert sorted(heard.calls) == [
        Past(NOW, "busy", 0, NOW + 4_000),
        Past(NOW, "connected", NOW + 5_000, NOW + 30_000),
        Past(NOW + 100, "connected", NOW + 5_100, NOW + 30_000),
    ]
    assert sorted(heard.spoken) == [
        Spoken("e01", NOW + 5_010, NOW + 30_000, NOW + 45_000),
        Spoken("e02", NOW + 5_110, NOW + 30_000, 0),
    ]


def test_the_days_that_there_are(database: str) -> None:
    async def body(store: Store) -> tuple[object, object]:
        await loaded(store)
        before = await store.history_days("facturas")
        await store.write([recorded(1), closed(1)], "n1")
        await store.write([recorded(2, at_ms=NOW + DAY_MS), closed(2, at_ms=NOW + DAY_MS + 1)], "n1")
        return before, await store.history_days("facturas")

    assert on(database, body) == (None, (NOW, NOW + DAY_MS))


def test_a_cartera_into_which_nothing_was_ever_loaded_is_refused(sqlite_url: str) -> None:
    with pytest.raises(BooksRefused, match="there is no cartera 'otra' in the database"):
        on(sqlite_url, lambda store: Heard().of(store, cartera="otra"))


def test_what_the_law_counts_of_all_nodes_and_runs_but_ones_own(database: str) -> None:
    """Connected, abandoned and taken for machines; not who hung up on the detector, nor what is too long ago."""

    async def body(store: Store) -> list[Reached]:
        await loaded(store, deudor(1), deudor(2))
        await talked(store, 1, case=2)
        for n, verdict in enumerate(["abandoned", "abandoned", "machine", "busy", "hung_up"], 2):
            await store.write([recorded(n), closed(n, verdict)], f"n{n}")
        await store.write([recorded(9, at_ms=NOW - 1), closed(9, "abandoned")], "n1")
        await store.write([recorded(10)], "n1")
        found = [await store.reached("facturas", NOW, prefix) for prefix in ("c.n1.other.", "c.n1.r.")]
        return [*found, await store.reached("unknown", NOW, "c.n1.r.")]

    assert on(database, body) == [Reached(3, 2, 1), Reached(0, 0, 0), Reached(0, 0, 0)]


def test_who_owes_as_much_as_is_asked_for_is_marked_and_the_saldo_stays_where_it_is(database: str) -> None:
    async def body(store: Store) -> list[list[bool]]:
        await loaded(store, deudor(1, documento("A", "1000000")), deudor(2, documento("B", "999999")))
        return [[one.careful for one, _ in await store.contacts([1, 2], NOW, least)] for least in (0, 1_000_000)]

    assert on(database, body) == [[False, False], [True, False]]


def test_what_a_pacers_day_begins_with_is_added_up_in_the_database(database: str) -> None:
    """Rung per stretch of age, persons who needed an agent, conversations and wrap-ups; open calls and those of which
    nothing is known are left out, and a gestión saved the next day says nothing of the wrap-up."""
    quarter = NOW // 900_000 * 900_000

    async def body(store: Store) -> tuple[Counted, Counted]:
        await loaded(store, deudor(1), deudor(2))
        await store.write([recorded(1, at_ms=quarter), closed(1, "busy", at_ms=quarter + 2_500)], "n1")
        await store.write([recorded(2, at_ms=quarter + 5), closed(2, "abandoned", at_ms=quarter + 60_000,
                                                                  answered_ms=quarter + 8_005)], "n2")  # fmt: skip
        await store.save_gestion(SaveGestion(await talked(store, 3), "e01", "D07", NOW + 45_000, next_due_ms=NOW))
        late = await talked(store, 6, case=2, agent="e02")
        await store.save_gestion(SaveGestion(late, "e02", "D07", NOW + DAY_MS, next_due_ms=NOW))
        await store.write([recorded(7, at_ms=quarter + 900_000), closed(7, at_ms=quarter + 925_000)], "n1")
        await store.write([recorded(4, at_ms=quarter), closed(4, "failed", at_ms=quarter + 99_000)], "n1")
        await store.write([recorded(5, at_ms=quarter)], "n1")
        found = await store.counted("facturas", quarter, quarter + DAY_MS)
        return found, await store.counted("unknown", quarter, quarter + DAY_MS)

    found, nothing = on(database, body)
    assert found.quarters == [
        Quarter(quarter, 4, 3, (4_000, 10_500, 6_000, 0)),
        Quarter(quarter + 900_000, 1, 0, (1_000, 3_000, 16_000, 5_000)),
    ]
    assert found[1:] == (2, 2 * 24_990, 1, 15_000)
    assert nothing == Counted([], 0, 0, 0, 0)
