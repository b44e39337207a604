"""What supervisors did, on SQLite and on PostgreSQL: the audit, carteras that are held, agents that were moved."""

from __future__ import annotations

from agents.grabaciones import Search
from agents.supervision import Act, Held
from dialer.edge.store import Store
from tests.dialer.edge.cargas import NOW
from tests.dialer.edge.test_store import ANA, loaded, on, talked


def act(n: int, name: str = "say") -> Act:
    return Act(NOW + n, "sup", name, "e01", {"antes": ["a"], "n": n})


def test_the_audit_gives_back_what_was_written_newest_first(database: str) -> None:
    async def body(store: Store) -> None:
        for n in range(3):
            await store.audit(act(n))
        assert list(await store.audits(2)) == [act(2), act(1)]

    on(database, body)


def test_a_hold_and_its_release_are_in_the_audit_and_the_first_holder_stays(database: str) -> None:
    async def body(store: Store) -> None:
        first = Held("sup", NOW, "sin línea")
        await store.hold_cartera("facturas", first, act(1, "hold_cartera"))
        await store.hold_cartera("facturas", Held("otra", NOW + 5), act(2, "hold_cartera"))
        assert await store.held_carteras() == {"facturas": first}
        await store.release_cartera("facturas", act(3, "release_cartera"))
        await store.release_cartera("facturas", act(4, "release_cartera"))
        assert await store.held_carteras() == {}
        assert [one.act for one in await store.audits(9)] == ["release_cartera"] * 2 + ["hold_cartera"] * 2

    on(database, body)


def test_a_moved_agent_has_the_new_carteras_and_one_who_does_not_exist_leaves_no_trace(database: str) -> None:
    async def body(store: Store) -> None:
        await store.add_usuario(ANA)
        assert await store.move_usuario("e01", ("consumo", "facturas"), act(1, "move"))
        found = await store.usuario("e01")
        assert found is not None and found.carteras == ("consumo", "facturas")
        assert not await store.move_usuario("e99", ("facturas",), act(2, "move"))
        assert len(await store.audits(9)) == 1

    on(database, body)


def test_a_conversation_is_found_by_whom_when_and_where_and_only_among_ones_own_carteras(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        attempt = await talked(store)
        (row,) = await store.recorded(Search())
        assert (row["attempt_id"], row["agent_id"], row["code"]) == (attempt, "e01", "")
        assert row["talk_ms"] > 0
        at_ms, rut, cartera = row["at_ms"], row["rut"], row["cartera"]
        for fits in (
            Search(rut=rut),
            Search(agent="e01"),
            Search(cartera=cartera),
            Search(carteras=(cartera, "x")),
            Search(from_ms=at_ms, until_ms=at_ms + 1),
            Search(attempt_id=attempt),
        ):
            assert [one["attempt_id"] for one in await store.recorded(fits)] == [attempt]
        for other in (
            Search(rut="1-9"),
            Search(agent="e02"),
            Search(cartera="x"),
            Search(carteras=("x",)),
            Search(from_ms=at_ms + 1),
            Search(until_ms=at_ms),
        ):
            assert not await store.recorded(other)

    on(database, body)
