"""An ejecutivo's day from the records: time in each state, results, rellamados; on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dialer.commands import TellAgent
from dialer.edge import schema
from dialer.edge.store import Store
from dialer.records import CallbackAsked, PromiseMade
from dialer.records import SaveGestion as Gestion
from tests.dialer.edge.cargas import NOW, deudor, rut
from tests.dialer.edge.test_store import closed, loaded, on, recorded, rows, talked

MINUTE_MS = 60_000


def told(state: str, minute: float, reason: str = "", agent: str = "e01") -> TellAgent:
    return TellAgent(agent, state, NOW + round(minute * MINUTE_MS), reason)


async def minutes(store: Store, since: float, now: float, agent: str = "e01") -> dict[str, float]:
    """Minutes by ``state`` or ``state/reason``."""
    found = await store.state_times(agent, NOW + round(since * MINUTE_MS), NOW + round(now * MINUTE_MS))
    return {f"{state}/{reason}".strip("/"): ms / MINUTE_MS for (state, reason), ms in found.items()}


SHIFT = [
    *(told("conectando", 0), told("pausa", 0, "inicio"), told("disponible", 5), told("hablando", 12)),
    *(told("cierre", 20), told("pausa", 21, "descanso"), told("disponible", 31)),
]


def test_each_state_lasts_until_the_next_and_the_present_one_until_now(database: str) -> None:
    async def body(store: Store) -> None:
        await store.write(SHIFT, "n1")
        assert await minutes(store, 0, 40) == {
            "pausa/inicio": 5,
            "disponible": 7 + 9,
            "hablando": 8,
            "cierre": 1,
            "pausa/descanso": 10,
        }

    on(database, body)


def test_only_the_part_that_lies_in_the_asked_time_counts(database: str) -> None:
    """What began yesterday and goes on today counts from midnight."""

    async def body(store: Store) -> None:
        await store.write(SHIFT, "n1")
        assert await minutes(store, 8, 25) == {"disponible": 4, "hablando": 8, "cierre": 1, "pausa/descanso": 4}
        assert await minutes(store, 60, 70) == {"disponible": 10}
        assert await minutes(store, -20, -10) == {}

    on(database, body)


def test_a_batch_whose_answer_was_lost_is_written_again_and_changes_nothing(database: str) -> None:
    async def body(store: Store) -> None:
        await store.write(SHIFT[:3], "n1")
        before = await rows(store, schema.estado_agente)
        await store.write(SHIFT[:3], "n1")
        assert await rows(store, schema.estado_agente) == before
        for one in SHIFT[3:]:
            await store.write([one], "n1")
            await store.write([one], "n1")
        assert (await minutes(store, 0, 40))["disponible"] == 16

    on(database, body)


def test_a_page_that_is_told_the_same_state_again_begins_no_new_one(database: str) -> None:
    async def body(store: Store) -> None:
        await store.write([told("disponible", 5)], "n1")
        await store.write([told("disponible", 5), told("disponible", 5, agent="e02")], "n1")
        assert [(row.agent_id, row.to_ms) for row in await rows(store, schema.estado_agente)] == [
            ("e01", None),
            ("e02", None),
        ]

    on(database, body)


def test_time_off_the_floor_is_no_time_in_a_state(database: str) -> None:
    async def body(store: Store) -> None:
        await store.write([told("disponible", 0), told("desconectado", 10)], "n1")
        assert await minutes(store, 0, 60) == {"disponible": 10}

    on(database, body)


def test_after_a_crash_nobody_is_taken_to_have_worked_through_the_night(database: str) -> None:
    """What the node's last run left open ends when it was last known to be alive; other nodes go on."""

    async def body(store: Store) -> None:
        await store.write([told("disponible", 0), told("hablando", 30, agent="e02")], "n1")
        await store.write([told("hablando", 1, agent="e03")], "n2")
        await store.close_states("n1")
        assert await minutes(store, 0, 600) == {"disponible": 30}
        assert await minutes(store, 0, 600, "e02") == {}
        assert await minutes(store, 0, 601, "e03") == {"hablando": 600}
        await store.write([told("pausa", 480, "inicio")], "n1")
        await store.close_states("n9")
        assert await minutes(store, 0, 481) == {"disponible": 30, "pausa/inicio": 1}

    on(database, body)


# ── results ─────────────────────────────────────────────────────────────────────────────────────────


def promise(amount: str) -> PromiseMade:
    return PromiseMade(date(2026, 12, 1), Decimal(amount))


async def a_day(store: Store) -> None:
    """e01 talked with 1 (twice) and 2, e02 with 3; a call of e01's met nobody."""
    await loaded(store, *(deudor(n) for n in (1, 2, 3, 4)))
    first, second = await talked(store, 1), await talked(store, 2, case=2)
    again, others = await talked(store, 3, at_ms=NOW + MINUTE_MS), await talked(store, 4, case=3, agent="e02")
    await store.write([recorded(5, case=4), closed(5)], "n1")
    await store.save_gestion(Gestion(first, "e01", "D01", NOW + 10, promise=promise("50000"), next_due_ms=NOW))
    await store.save_gestion(Gestion(again, "e01", "D01", NOW + 20, promise=promise("70000"), next_due_ms=NOW))
    await store.save_gestion(Gestion(second, "e01", "I01", NOW + 30, next_due_ms=NOW))
    await store.save_gestion(Gestion(others, "e02", "D01", NOW + 40, promise=promise("99"), next_due_ms=NOW))


def test_a_day_is_what_the_ejecutivo_did_and_a_promise_that_was_replaced_counts_once(database: str) -> None:
    async def body(store: Store) -> None:
        await a_day(store)
        day = await store.jornada("e01", NOW, NOW + MINUTE_MS)
        assert (day.calls, day.codes) == (3, {("facturas", "D01"): 2, ("facturas", "I01"): 1})
        assert (day.promises, day.promised) == (1, {"CLP": Decimal(70000)})
        tomorrow = await store.jornada("e01", NOW + 86_400_000, NOW + 86_400_001)
        assert tomorrow == ({}, 0, {}, 0, {})

    on(database, body)


def test_own_rellamados_come_soonest_first_until_a_call_reaches_the_debtor(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store, *(deudor(n) for n in (1, 2, 3)))
        for n, (pool, after_min) in enumerate([(False, 90), (False, 30), (True, 10)], start=1):
            asked = CallbackAsked(NOW + after_min * MINUTE_MS, pool=pool)
            attempt = await talked(store, n, case=n)
            due = NOW + (after_min + 5) * MINUTE_MS
            said = Gestion(attempt, "e01", "D08", NOW + n, f"llamar {n}", callback=asked, next_due_ms=due)
            await store.save_gestion(said)
        found = await store.callbacks_of("e01")
        assert [(one["caso_id"], one["comment"]) for one in found] == [(2, "llamar 2"), (1, "llamar 1")]
        first = found[0]
        assert (first["cartera"], first["rut"], first["at_ms"]) == ("facturas", rut(2), NOW + 30 * MINUTE_MS)
        assert first["due_ms"] == NOW + 35 * MINUTE_MS
        assert first["e164"].startswith("+569") and first["deudor"]
        await store.write([recorded(9, case=2, at_ms=NOW + MINUTE_MS), closed(9)], "n1")
        assert [one["caso_id"] for one in await store.callbacks_of("e01")] == [1]
        assert await store.callbacks_of("e02") == []

    on(database, body)
