"""The records: the same sentences hold on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from agents.usuario import Usuario
from dialer.commands import (
    CloseAttempt,
    DropContact,
    HangUp,
    NoteAnswered,
    NoteConnected,
    RecordAttempt,
    ReturnContact,
)
from dialer.contact import Contact, Phone, Touch
from dialer.edge import schema
from dialer.edge.store import Store
from dialer.events import AttemptReopened
from dialer.records import (
    BooksDown,
    BooksRefused,
    CallbackAsked,
    GestionExists,
    LoadRefused,
    PendingAttempt,
    PromiseMade,
    QueueEntry,
    SaveGestion,
)
from tests.dialer.edge.cargas import DAY_MS, NOW, REJECTED, carga, deudor, documento, rut
from tests.servers import Postgres

T = TypeVar("T")
CASE, PERSON, PHONE = 1, 1, 1


def on(url: str, body: Callable[[Store], Awaitable[T]]) -> T:
    async def main() -> T:
        store = await Store.open(url)
        try:
            return await body(store)
        finally:
            await store.close()

    return asyncio.run(main())


async def rows(store: Store, table: sa.Table) -> list[Any]:
    async with store._read() as conn:
        return list((await conn.execute(sa.select(table).order_by(*table.primary_key.columns))).all())


def recorded(n: int = 1, *, case: int = CASE, at_ms: int = NOW, cartera: str = "facturas") -> RecordAttempt:
    return RecordAttempt(f"c.n1.r.{n}", cartera, case, case, case, at_ms, "cl_consumidor@1")


def closed(n: int = 1, verdict: str = "no_answer", **more: Any) -> CloseAttempt:
    values = {"cause": 19, "dial_status": "NOANSWER", "at_ms": NOW + 30_000, "rang": True, "answered_ms": 0}
    return CloseAttempt(attempt_id=f"c.n1.r.{n}", verdict=verdict, **{**values, "connected_ms": 0, **more})


async def talked(store: Store, n: int = 1, *, case: int = CASE, agent: str = "e01", at_ms: int = NOW) -> str:
    """A finished conversation whose gestión is owed; the attempt's id."""
    attempt = recorded(n, case=case, at_ms=at_ms)
    ends = closed(n, "connected", answered_ms=at_ms + 5_000, connected_ms=at_ms + 5_010, agent_id=agent)
    answered = NoteAnswered(attempt.attempt_id, at_ms + 5_000)
    await store.write([attempt, answered, NoteConnected(attempt.attempt_id, agent, at_ms + 5_010), ends], "n1")
    return attempt.attempt_id


async def loaded(store: Store, *people: Any, **more: Any) -> None:
    await store.apply_load(carga(*(people or (deudor(1),)), **more), NOW)


# ── the tables ──────────────────────────────────────────────────────────────────────────────────────


def test_the_migrations_make_exactly_the_tables_that_the_code_describes(bare_database: str) -> None:
    def differences(conn: sa.Connection) -> Any:
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(conn, opts=options), schema.metadata)

    async def body(store: Store) -> Any:
        async with store._read() as conn:
            return await conn.run_sync(differences)

    assert on(bare_database, body) == []


def test_opening_a_database_again_keeps_what_is_in_it(bare_database: str) -> None:
    on(bare_database, loaded)

    async def count(store: Store) -> int:
        return len(await rows(store, schema.caso))

    assert on(bare_database, count) == 1


def test_two_nodes_that_start_together_on_an_empty_database_both_come_up(bare_database: str) -> None:
    async def main() -> None:
        for store in await asyncio.gather(Store.open(bare_database), Store.open(bare_database)):
            await store.close()

    asyncio.run(main())


def test_a_database_of_a_later_version_is_refused_with_what_to_do(bare_database: str) -> None:
    async def age(store: Store) -> None:
        async with store._write() as conn:
            await conn.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    on(bare_database, age)
    with pytest.raises(BooksRefused, match="install the version that wrote it"):
        on(bare_database, age)


def test_amounts_come_back_to_the_last_ten_thousandth(database: str) -> None:
    amounts = ["99999999999999.9999", "0.0001", "39485.65", "1250000", "-0.5"]
    people = [deudor(n, documento(str(n), amount)) for n, amount in enumerate(amounts)]

    async def body(store: Store) -> list[Decimal]:
        for one in people:
            await loaded(store, one)
        return [row.saldo for row in await rows(store, schema.documento)]

    assert [str(amount) for amount in on(database, body)] == amounts


def test_an_amount_that_cannot_be_kept_exactly_refuses_the_whole_load(database: str) -> None:
    async def body(store: Store) -> list[Any]:
        with pytest.raises(BooksRefused, match=r"0\.00001: more than 4 decimals"):
            await loaded(store, deudor(1), deudor(2, documento("X", "0.00001")))
        return await rows(store, schema.deudor)

    assert on(database, body) == []


def test_sqlite_flushes_its_log_to_disk_at_every_commit_and_checks_references(sqlite_url: str) -> None:
    async def body(store: Store) -> dict[str, Any]:
        async with store._write() as conn:
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            return {name: (await conn.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in names}

    assert on(sqlite_url, body) == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


@pytest.mark.parametrize("url", ["mysql://x", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "cintillo.db"])
def test_a_database_that_is_not_one_of_ours_is_refused_with_what_to_use(url: str) -> None:
    with pytest.raises(BooksRefused, match="sqlite\\+aiosqlite:///"):
        asyncio.run(Store.open(url))


# ── cargas ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_carga_brings_people_cases_documents_phones_and_its_totals(database: str) -> None:
    async def body(store: Store) -> None:
        people = (deudor(1, documento("A", "100.5"), documento("B", "39.4856", currency="CLF")), deudor(2))
        result = await store.apply_load(carga(*people, rechazos=(REJECTED,)), NOW)
        assert (result.already_loaded, result.deudores_new, result.casos_new) == (False, 2, 2)
        assert (result.documentos_new, result.telefonos_new, result.rechazos) == (3, 2, 1)
        [first, _] = await rows(store, schema.deudor)
        assert (first.rut, first.name, first.region) == (rut(1), "Comercial Peñalolén Ñuble 1 Ltda.", "AP")
        saldos = {(row.caso_id, row.currency): row.amount for row in await rows(store, schema.saldo)}
        assert saldos == {(1, "CLF"): Decimal("39.4856"), (1, "CLP"): Decimal("100.5"), (2, "CLP"): Decimal(125_000)}
        [bad] = await rows(store, schema.carga_rechazo)
        assert (bad.row_number, bad.field, bad.value, bad.reason) == (7, "RUT", "12.345.678-0", "rut_invalido")
        totals = {row.currency: row.amount for row in await rows(store, schema.carga_saldo)}
        assert totals == {"CLF": Decimal("39.4856"), "CLP": Decimal("125100.5")}

    on(database, body)


def test_a_value_dropped_from_a_row_that_was_loaded_is_listed_as_such(database: str) -> None:
    async def body(store: Store) -> list[bool]:
        await store.apply_load(carga(deudor(1), rechazos=(REJECTED,), avisos=(REJECTED,)), NOW)
        return [row.row_loaded for row in await rows(store, schema.carga_rechazo)]

    assert on(database, body) == [False, True]


def test_the_same_file_loads_once(database: str) -> None:
    async def body(store: Store) -> None:
        first = await store.apply_load(carga(deudor(1)), NOW)
        again = await store.apply_load(carga(deudor(1)), NOW + 1)
        assert again.already_loaded and again.carga_id == first.carga_id and again.documentos_new == 0
        assert len(await rows(store, schema.documento)) == len(await rows(store, schema.carga)) == 1

    on(database, body)


def test_two_loads_of_the_same_file_at_once_load_it_once(database: str) -> None:
    async def body(store: Store) -> None:
        twice = await asyncio.gather(*(store.apply_load(carga(deudor(1)), NOW) for _ in range(2)))
        assert sorted(one.already_loaded for one in twice) == [False, True]
        assert len(await rows(store, schema.documento)) == 1

    on(database, body)


def test_a_document_that_is_there_is_counted_and_with_another_saldo_it_is_a_conflict(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store, deudor(1, documento("A"), documento("B")))
        again = carga(deudor(1, documento("A"), documento("B", "99"), documento("C", "5")))
        result = await store.apply_load(again, NOW)
        assert (result.documentos_new, result.documentos_known, result.documentos_conflict) == (1, 2, 1)
        assert [str(row.saldo) for row in await rows(store, schema.documento)] == ["125000", "125000", "5"]
        [conflict] = await rows(store, schema.carga_rechazo)
        assert conflict.reason == "conflict" and "factura B ya está cargada con saldo 125000" in conflict.detail
        [saldo] = await rows(store, schema.saldo)
        assert saldo.amount == 250_005

    on(database, body)


def test_a_person_who_owes_to_two_mandantes_is_one_deudor_with_two_cases(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store, deudor(1, comuna=""))
        result = await store.apply_load(carga(deudor(1, comuna="Arica"), cartera="otra", mandante="sur"), NOW)
        assert (result.deudores_new, result.casos_new, result.telefonos_new) == (0, 1, 0)
        [person] = await rows(store, schema.deudor)
        assert (person.comuna, person.region) == ("Arica", "AP")
        assert [row.deudor_id for row in await rows(store, schema.caso)] == [person.id] * 2

    on(database, body)


def test_a_cartera_never_changes_its_mandante(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        with pytest.raises(LoadRefused, match="belongs to mandante 'andes', and the carga names 'sur'"):
            await store.apply_load(carga(deudor(2), mandante="sur"), NOW)
        assert len(await rows(store, schema.deudor)) == 1

    on(database, body)


def test_a_load_that_fails_half_way_leaves_nothing_behind(database: str) -> None:
    async def body(store: Store) -> None:
        with pytest.raises(ValueError, match="isoformat"):
            await loaded(store, deudor(1), deudor(2, documento("X", due="31/10/2026")))
        for table in schema.metadata.sorted_tables:
            assert await rows(store, table) == [], table.name

    on(database, body)


def test_two_thousand_debtors_are_loaded_whole(database: str) -> None:
    async def body(store: Store) -> int:
        await loaded(store, *(deudor(n) for n in range(2_000)))
        return len(await store.queue_entries("facturas"))

    assert on(database, body) == 2_000


def test_the_strategys_order_scores_the_cases_and_rescoring_follows_a_change(database: str) -> None:
    async def body(store: Store) -> None:
        rich, old = deudor(1, documento("A", "9000000", "2026-11-01")), deudor(2, documento("B", "90000", "2025-01-01"))
        await store.apply_load(carga(rich, old), NOW, ("saldo",))

        async def best() -> int:
            return max(await store.queue_entries("facturas"), key=lambda it: it.score).case_id

        assert await best() == 1
        assert await store.rescore("facturas", ("mora", "saldo"), NOW) == 2
        assert await best() == 2

    on(database, body)


# ── the queue's side ────────────────────────────────────────────────────────────────────────────────


def test_the_queue_is_filled_with_the_open_cases_that_somebody_can_call(database: str) -> None:
    async def body(store: Store) -> list[int]:
        await loaded(store, deudor(1), deudor(2, phones=()), *(deudor(n) for n in (3, 4, 5, 6, 7)))
        await store.write([recorded(3, case=3), DropContact("facturas", 4, 4, "no_phone")], "n1")
        await talked(store, 5, case=5)
        stopping = SaveGestion(await talked(store, 6, case=6), "e01", "D13", NOW, stop=True, stop_kind="concursal")
        await store.save_gestion(stopping)
        return [entry.case_id for entry in await store.queue_entries("facturas")]

    assert on(database, body) == [1, 7], "2 has no phone, 3 a call, 4 was dropped, 5 owes its gestión, 6 is stopped"


def test_a_case_comes_back_to_the_queue_where_the_engine_last_put_it(database: str) -> None:
    async def body(store: Store) -> list[QueueEntry]:
        await loaded(store)
        first = ReturnContact("facturas", CASE, PERSON, NOW + 1, 5.0, "no_answer")
        last = ReturnContact("facturas", CASE, PERSON, NOW + 2, 7.5, "D08", "e01")
        await store.write([first, last], "n1")
        return await store.queue_entries("facturas")

    assert on(database, body) == [QueueEntry(CASE, PERSON, NOW + 2, 7.5, "e01", release_ms=NOW + 2 + 900_000)]


def test_a_new_phone_brings_back_a_dropped_case_but_not_a_stopped_one(database: str) -> None:
    async def body(store: Store) -> list[int]:
        await loaded(store, deudor(1), deudor(2))
        await store.write([DropContact("facturas", 1, 1, "no_phone")], "n1")
        await store.save_gestion(SaveGestion(await talked(store, 2, case=2), "e01", "D10", NOW, stop=True))
        await store.write([DropContact("facturas", 2, 2, "D10")], "n1")
        assert await store.queue_entries("facturas") == []
        await loaded(store, deudor(1, phones=("+56222345678",)), deudor(2, phones=("+56222345679",)))
        return [entry.case_id for entry in await store.queue_entries("facturas")]

    assert on(database, body) == [1]


def test_a_contact_carries_what_the_rules_judge_and_the_edge_the_numbers(database: str) -> None:
    async def body(store: Store) -> Any:
        await loaded(store, deudor(1, phones=("+56911111111", "+56222222222"), comuna="Punta Arenas"))
        [pair] = await store.contacts([CASE], NOW)
        return pair

    contact, numbers = on(database, body)
    assert contact == Contact(
        CASE,
        PERSON,
        "facturas",
        phones=(Phone(1, "movil", 50), Phone(2, "movil", 50)),
        zone="America/Punta_Arenas",
        region="MA",
        regime="mype",
        score=contact.score,
    )
    assert numbers == {1: "+56911111111", 2: "+56222222222"} and contact.score > 0


def test_contacts_come_in_the_order_asked_without_those_that_left_the_queue(database: str) -> None:
    async def body(store: Store) -> list[int]:
        await loaded(store, *(deudor(n) for n in range(1, 5)))
        await store.write([DropContact("facturas", 2, 2, "no_phone")], "n1")
        return [contact.case_id for contact, _ in await store.contacts([4, 2, 1, 999, 3], NOW)]

    assert on(database, body) == [4, 1, 3]


def test_the_history_is_the_persons_and_says_which_of_it_is_another_mandantes(database: str) -> None:
    """The weekly contact is shared by a mandante's carteras; whether another mandante's counts is a setting."""

    async def body(store: Store) -> list[tuple[Touch, ...]]:
        for cartera, mandante in (("facturas", "andes"), ("cuotas", "andes"), ("ajena", "sur")):
            await loaded(store, deudor(1), cartera=cartera, mandante=mandante)
        old, ago = NOW - 36 * DAY_MS, NOW - 5 * DAY_MS
        calls = [(1, 1, "facturas", old), (2, 2, "cuotas", ago), (3, 1, "facturas", ago + 1), (4, 3, "ajena", ago + 2)]
        attempts = [RecordAttempt(f"c.n1.r.{n}", where, case, 1, 1, at, "v") for n, case, where, at in calls]
        ends = [closed(n, "no_answer", at_ms=at + 9) for n, _, _, at in calls]
        await store.write([*attempts, *ends], "n1")
        return [contact.history for contact, _ in await store.contacts([1, 2, 3], NOW)]

    facturas, cuotas, ajena = on(database, body)
    ago = NOW - 5 * DAY_MS
    assert facturas == cuotas
    assert [(touch.at_ms, touch.mandante) for touch in facturas] == [(ago, ""), (ago + 1, ""), (ago + 2, "sur")]
    assert [(touch.at_ms, touch.mandante) for touch in ajena] == [(ago, "andes"), (ago + 1, "andes"), (ago + 2, "")]


def test_visits_and_the_mandantes_own_calls_stand_in_the_ledger_among_ours(database: str) -> None:
    """They use the week as a call of ours does."""

    async def body(store: Store) -> tuple[Touch, ...]:
        await loaded(store)
        await loaded(store, deudor(1), cartera="ajena", mandante="sur")
        theirs = {"deudor_id": PERSON, "answered": True, "effective": False, "detail": ""}
        async with store._write() as conn:
            too_old = NOW - 36 * DAY_MS
            for mandante, channel, at_ms in ((1, "visit", NOW - 2), (2, "call", NOW + 2), (1, "sms", too_old)):
                row = {**theirs, "mandante_id": mandante, "channel": channel, "at_ms": at_ms}
                await conn.execute(sa.insert(schema.contacto_externo).values(row))
        await store.write([recorded(1), closed(1, "no_answer", at_ms=NOW + 1)], "n1")
        [(contact, _)] = await store.contacts([CASE], NOW + 10)
        return contact.history

    assert on(database, body) == (
        Touch(NOW - 2, "visit", answered=True),
        Touch(NOW, phone_id=PHONE, rang=True, verdict="no_answer"),
        Touch(NOW + 2, "call", rang=True, answered=True, mandante="sur"),
    )


def test_each_end_of_a_call_leaves_its_own_touch(database: str) -> None:
    async def body(store: Store) -> tuple[Touch, ...]:
        await loaded(store)
        ends = [
            closed(1, "busy", rang=False, gestion="S02"),
            closed(2, "machine", answered_ms=NOW + 2, gestion="M01"),
            closed(3, "abandoned", answered_ms=NOW + 3, gestion="M02"),
        ]
        await store.write([*(recorded(n, at_ms=NOW + n) for n in (1, 2, 3)), *ends], "n1")
        await store.save_gestion(SaveGestion(await talked(store, 4, at_ms=NOW + 4), "e01", "D01", NOW, effective=True))
        await store.save_gestion(SaveGestion(await talked(store, 5, at_ms=NOW + 5), "e01", "I01", NOW))
        await store.write([recorded(6, at_ms=NOW + 6)], "n1")
        [(contact, _)] = await store.contacts([CASE], NOW + 10)
        return contact.history

    assert on(database, body) == (
        Touch(NOW + 1, phone_id=1, verdict="busy"),
        Touch(NOW + 2, phone_id=1, rang=True, verdict="machine"),
        Touch(
            NOW + 3, phone_id=1, rang=True, answered=True, effective=True, abandoned=True, verdict="abandoned"
        ),
        Touch(NOW + 4, phone_id=1, rang=True, answered=True, effective=True, verdict="connected"),
        Touch(NOW + 5, phone_id=1, rang=True, answered=True, verdict="connected"),
        Touch(NOW + 6, phone_id=1, rang=True),
    )


# ── calls ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_whole_call_in_one_batch_becomes_one_row(database: str) -> None:
    async def body(store: Store) -> Any:
        await loaded(store)
        await talked(store)
        [row] = await rows(store, schema.attempt)
        return row

    row = on(database, body)
    assert (row.node, row.rule, row.verdict, row.cause, row.dial_status) == (
        "n1", "cl_consumidor@1", "connected", 19, "NOANSWER",
    )  # fmt: skip
    assert (row.at_ms, row.answered_ms, row.connected_ms, row.ended_ms) == (NOW, NOW + 5_000, NOW + 5_010, NOW + 30_000)
    assert (row.agent_id, row.owed_by) == ("e01", "e01")


def test_the_systems_gestion_is_written_with_the_end_of_the_call_and_only_once(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        end = closed(1, "abandoned", answered_ms=NOW + 1, gestion="M02")
        await store.write([recorded(), end], "n1")
        await store.write([end], "n1")
        [gestion] = await rows(store, schema.gestion)
        assert (gestion.code, gestion.agent_id, gestion.effective) == ("M02", "sistema", True)
        [case] = await rows(store, schema.caso)
        assert (case.attempts, case.last_verdict, case.last_gestion) == (1, "abandoned", "M02")
        assert (case.touched, case.contacted, case.last_attempt_ms) == (True, True, NOW + 30_000)

    on(database, body)


def test_writing_the_end_of_a_call_again_changes_nothing(database: str) -> None:
    """A commit whose answer was lost is written again."""

    async def body(store: Store) -> None:
        await loaded(store)
        end = closed(1, "unallocated", rang=False, gestion="S05")
        await store.write([recorded(), end], "n1")
        before = [await rows(store, table) for table in schema.metadata.sorted_tables]
        await store.write([end], "n1")
        assert [await rows(store, table) for table in schema.metadata.sorted_tables] == before

    on(database, body)


def test_a_number_is_given_up_when_the_network_says_twice_that_it_does_not_exist(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        for n, expected in ((1, [PHONE]), (2, [])):
            await store.write([recorded(n), closed(n, "unallocated", rang=False, gestion="S05")], "n1")
            [(contact, _)] = await store.contacts([CASE], NOW)
            assert [phone.phone_id for phone in contact.phones] == expected
        assert await store.queue_entries("facturas") == []

    on(database, body)


def test_a_number_where_a_person_answers_rises(database: str) -> None:
    async def body(store: Store) -> int:
        await loaded(store)
        await talked(store)
        [(contact, _)] = await store.contacts([CASE], NOW)
        return contact.phones[0].quality

    assert on(database, body) > 50


def test_an_attempt_of_a_cartera_that_was_never_loaded_is_refused(database: str) -> None:
    async def body(store: Store) -> None:
        with pytest.raises(BooksRefused, match="no cartera 'facturas'"):
            await store.write([recorded()], "n1")

    on(database, body)


def test_a_command_that_is_not_the_stores_is_a_fault_of_ours(sqlite_url: str) -> None:
    async def body(store: Store) -> None:
        with pytest.raises(TypeError, match="HangUp is not a command for the store"):
            await store.write([HangUp("c.n1.r.1")], "n1")

    on(sqlite_url, body)


def test_a_batch_is_committed_whole_or_not_at_all(database: str) -> None:
    async def body(store: Store) -> list[Any]:
        await loaded(store)
        with pytest.raises(BooksRefused):
            await store.write([recorded(1), recorded(2, case=99)], "n1")
        return await rows(store, schema.attempt)

    assert on(database, body) == []


def test_an_error_of_the_database_never_shows_a_persons_data(database: str) -> None:
    async def body(store: Store) -> str:
        await loaded(store)
        with pytest.raises(BooksRefused) as bad:
            async with store._write() as conn:
                row = {"rut": rut(1), "name": "Peñalolén", "regime": "mype", "zone": "America/Santiago"}
                await conn.execute(sa.insert(schema.deudor), row)
        return str(bad.value) + str(bad.value.__cause__).split("DETAIL")[0]

    said = on(database, body)
    assert "deudor" in said and "Peñalolén" not in said


def test_the_attempts_left_open_by_a_node_are_its_own_to_ask_about(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store, deudor(1), deudor(2), deudor(3))
        ids = ["c.n1.r.1", "c.n1.r.2"]
        notes = [NoteAnswered(ids[1], NOW + 5), NoteConnected(ids[1], "e01", NOW + 6)]
        await store.write([recorded(1), recorded(2, case=2), *notes], "n1")
        await store.write([recorded(3, case=3)], "n2")
        first, second = await store.open_attempts("n1", NOW + 10)
        assert isinstance(first, AttemptReopened) and first.contact.case_id == 1
        assert (first.attempt_id, first.phone_id, first.placed_ms, first.agent_id) == (ids[0], 1, NOW, "")
        assert (second.agent_id, second.answered_ms, second.connected_ms) == ("e01", NOW + 5, NOW + 6)
        await store.write([closed(1), closed(2, "lost")], "n1")
        assert await store.open_attempts("n1", NOW + 10) == []

    on(database, body)


def test_an_attempt_that_was_never_placed_can_be_erased_but_not_one_that_was_answered(database: str) -> None:
    async def body(store: Store) -> list[str]:
        await loaded(store, deudor(1), deudor(2))
        await store.write([recorded(1), recorded(2, case=2), NoteAnswered("c.n1.r.2", NOW)], "n1")
        await store.forget(["c.n1.r.1", "c.n1.r.2", "c.n1.r.3"])
        return [row.id for row in await rows(store, schema.attempt)]

    assert on(database, body) == ["c.n1.r.2"]


# ── gestiones ───────────────────────────────────────────────────────────────────────────────────────

PROMISE = PromiseMade(date(2026, 11, 30), Decimal("125000"))


def test_a_gestion_is_saved_with_its_promise_its_trace_and_what_it_does_to_the_case(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        said = SaveGestion(
            await talked(store),
            "e01",
            "D01",
            NOW + 60_000,
            comment="paga el 30, ñandú",
            trace=("inicio", "legal"),
            ticked=("legal",),
            effective=True,
            promise=PROMISE,
            next_due_ms=NOW + 9 * DAY_MS,
        )
        gestion_id = await store.save_gestion(said)
        [gestion] = await rows(store, schema.gestion)
        assert (gestion.id, gestion.code, gestion.comment, gestion.effective) == (gestion_id, "D01", said.comment, True)
        assert (gestion.trace, gestion.ticked) == (said.trace, said.ticked)
        [promise] = await rows(store, schema.compromiso)
        assert (promise.due, promise.amount, promise.state) == (PROMISE.due, PROMISE.amount, "vigente")
        [case] = await rows(store, schema.caso)
        assert (case.promise_due, case.last_gestion, case.next_due_ms) == (PROMISE.due, "D01", NOW + 9 * DAY_MS)
        assert await store.pending_attempts("e01") == []

    on(database, body)


def test_a_console_that_sends_its_gestion_again_gets_the_same_answer(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        said = SaveGestion(await talked(store), "e01", "D01", NOW, promise=PROMISE)
        first = await store.save_gestion(said)
        again = SaveGestion(said.attempt_id, "e01", "D01", NOW + 5_000, promise=PROMISE)
        assert await store.save_gestion(again) == first
        assert len(await rows(store, schema.gestion)) == len(await rows(store, schema.compromiso)) == 1

    on(database, body)


def test_a_call_has_exactly_one_gestion_also_when_two_consoles_send_at_once(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        attempt_id = await talked(store)
        codes = ["D01", "D07", "D01", "D12", "D07"]
        answers = await asyncio.gather(
            *(store.save_gestion(SaveGestion(attempt_id, "e01", code, NOW)) for code in codes), return_exceptions=True
        )
        [gestion] = await rows(store, schema.gestion)
        for code, answer in zip(codes, answers, strict=True):
            if code == gestion.code:
                assert answer == gestion.id
            else:
                assert isinstance(answer, GestionExists) and f"({gestion.code}, de e01)" in str(answer)

    on(database, body)


def test_the_same_words_from_another_ejecutivo_are_another_gestion(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        attempt_id = await talked(store)
        await store.save_gestion(SaveGestion(attempt_id, "e01", "D07", NOW))
        with pytest.raises(GestionExists):
            await store.save_gestion(SaveGestion(attempt_id, "e02", "D07", NOW))

    on(database, body)


def test_a_gestion_saved_while_the_call_goes_on_is_the_only_one_when_it_ends(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        connected = NoteConnected("c.n1.r.1", "e01", NOW + 6)
        await store.write([recorded()], "n1")
        await store.save_gestion(SaveGestion("c.n1.r.1", "e01", "D07", NOW + 10))
        end = closed(1, "connected", answered_ms=NOW + 5, connected_ms=NOW + 6, agent_id="e01", gestion="M03")
        await store.write([connected, end], "n1")
        assert [row.code for row in await rows(store, schema.gestion)] == ["D07"]
        assert await store.pending_attempts("e01") == []

    on(database, body)


def test_a_conversation_without_gestion_waits_for_its_ejecutivo(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store, deudor(1), deudor(2))
        await store.write([recorded(1), NoteConnected("c.n1.r.1", "e01", NOW + 6)], "n1")
        await talked(store, 2, case=2, agent="e02")
        assert await store.pending_attempts("e01") == [PendingAttempt("c.n1.r.1", "facturas", 1, 1)]
        assert [one.attempt_id for one in await store.pending_attempts("e02")] == ["c.n1.r.2"]
        await store.write([closed(1, "connected")], "n1")
        assert len(await store.pending_attempts("e01")) == 1, "what the note said stands"

    on(database, body)


def test_a_call_is_shown_again_only_to_the_ejecutivo_who_had_it(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        attempt_id = await talked(store)
        await store.write([DropContact("facturas", CASE, PERSON, "D13")], "n1")
        mine = await store.own_call(attempt_id, "e01", NOW)
        assert mine is not None and mine.contact.case_id == CASE, "also when its case has left the queue"
        assert (mine.phone_id, mine.placed_ms) == (PHONE, NOW)
        assert await store.own_call(attempt_id, "e02", NOW) is None
        assert await store.own_call("c.n1.r.99", "e01", NOW) is None

    on(database, body)


def test_a_restarted_engine_hears_whether_a_call_in_progress_has_its_gestion(database: str) -> None:
    async def body(store: Store) -> list[bool]:
        await loaded(store, deudor(1), deudor(2), deudor(3))
        talking = [NoteConnected(f"c.n1.r.{n}", "e01", NOW + 6) for n in (1, 2)]
        await store.write([recorded(1), recorded(2, case=2), recorded(3, case=3), *talking], "n1")
        await store.save_gestion(SaveGestion("c.n1.r.2", "e01", "D07", NOW + 10))
        return [one.gestion_saved for one in await store.open_attempts("n1", NOW + 20)]

    assert on(database, body) == [False, True, False]


def test_a_gestion_needs_a_call_that_was_recorded(database: str) -> None:
    async def body(store: Store) -> None:
        with pytest.raises(BooksRefused, match=r"no call 'c\.n1\.r\.9'"):
            await store.save_gestion(SaveGestion("c.n1.r.9", "e01", "D01", NOW))

    on(database, body)


def test_a_stop_of_the_person_stops_all_their_cases_and_one_of_the_case_only_that(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store, deudor(1), deudor(2))
        await loaded(store, deudor(1), deudor(2), cartera="ajena", mandante="sur")
        one = SaveGestion(await talked(store, 1, case=1), "e01", "D14", NOW, stop=True, stop_kind="bloqueado")
        other = SaveGestion(await talked(store, 2, case=2), "e01", "D10", NOW, stop=True, stop_kind="disputa")
        for said in (one, other):
            await store.save_gestion(said)
        assert await store.queue_entries("facturas") == []
        assert [entry.person_id for entry in await store.queue_entries("ajena")] == [2]
        assert [row.stops for row in await rows(store, schema.deudor)] == [("bloqueado",), ()]
        assert [row.stops for row in await rows(store, schema.caso)] == [(), ("disputa",), (), ()]

    on(database, body)


@pytest.mark.parametrize(("effect", "usable"), [("invalid", False), ("blacklist", False), ("down", True), ("up", True)])
def test_a_disposition_may_change_the_phone_that_was_called(database: str, effect: str, usable: bool) -> None:
    async def body(store: Store) -> bool:
        await loaded(store)
        await store.save_gestion(SaveGestion(await talked(store), "e01", "I03", NOW, phone_effect=effect))
        [(contact, _)] = await store.contacts([CASE], NOW)
        return bool(contact.phones)

    assert on(database, body) is usable


@pytest.mark.parametrize(("pool", "bound"), [(True, ""), (False, "e01")])
def test_a_callback_waits_for_its_hour_and_for_its_ejecutivo_when_asked(database: str, pool: bool, bound: str) -> None:
    async def body(store: Store) -> list[QueueEntry]:
        await loaded(store)
        asked = CallbackAsked(NOW + DAY_MS, pool)
        await store.save_gestion(SaveGestion(await talked(store), "e01", "D08", NOW, callback=asked))
        [row] = await rows(store, schema.callback)
        assert (row.at_ms, row.agent_id) == (NOW + DAY_MS, bound)
        return await store.queue_entries("facturas")

    [entry] = on(database, body)
    assert (entry.due_ms, entry.agent_id) == (NOW + DAY_MS, bound)


def test_a_stop_or_phone_effect_that_does_not_exist_is_named(sqlite_url: str) -> None:
    async def body(store: Store) -> None:
        with pytest.raises(ValueError, match="stop_kind 'quebrado': allowed: bloqueado"):
            await store.save_gestion(SaveGestion("c", "e01", "D01", NOW, stop_kind="quebrado"))
        with pytest.raises(ValueError, match="phone_effect 'malo': allowed: blacklist"):
            await store.save_gestion(SaveGestion("c", "e01", "D01", NOW, phone_effect="malo"))

    on(sqlite_url, body)


# ── screens ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_card_shows_debts_by_tramo_history_promises_and_phones(database: str) -> None:
    documents = (
        documento("A", "100.5", "2026-09-30"),
        documento("B", "200", "2026-11-20"),
        documento("C", "3.5", "2026-10-30", "CLF"),
        documento("D", "0", "2025-01-01"),
    )

    async def body(store: Store) -> dict[str, Any]:
        await loaded(store, deudor(1, *documents, phones=("+56911111111", "+56911111112")))
        first = SaveGestion(await talked(store, 1), "e01", "D07", NOW, comment="llamar")
        second = SaveGestion(await talked(store, 2), "e01", "D01", NOW + 5, promise=PROMISE, phone_effect="invalid")
        for said in (first, second):
            await store.save_gestion(said)
        return await store.card(CASE, 2, date(2026, 11, 18))

    card = on(database, body)
    assert card["deudor"]["rut"] == rut(1) and card["deudor"]["nombre"].startswith("Comercial Peñalolén Ñuble")
    assert (card["mandante"]["nombre"], card["cartera"]["codigo"]) == ("andes", "facturas")
    assert card["deuda"] == {
        "total": {"CLF": "3.5", "CLP": "300.5"},
        "vencido": {"CLF": "3.5", "CLP": "100.5"},
        "documentos": 3,
        "vencido_desde": "2026-09-30",
        "dias_mora": 49,
    }
    shown = [(one["numero"], one["saldo"], one["dias_mora"], one["tramo"]) for one in card["documentos"]]
    assert shown == [
        ("D", "0", 686, "más de 360"),
        ("A", "100.5", 49, "31-60"),
        ("C", "3.5", 19, "1-30"),
        ("B", "200", -2, "por vencer"),
    ]
    assert card["tramos"][0] == {"tramo": "por vencer", "documentos": 1, "saldo": {"CLP": "200"}}
    assert card["documento"] == {"mayor": "factura B", "mayor_saldo": {"CLP": "200"}, "mayor_vence": "2026-11-20"}
    assert [one["codigo"] for one in card["historial"]] == ["D01", "D07"]
    assert card["compromisos"] == [{"fecha": "2026-11-30", "monto": "125000", "moneda": "CLP", "estado": "vigente"}]
    phones = [(one["e164"], one["invalido"], one["en_linea"]) for one in card["telefonos"]]
    assert phones == [("+56911111111", True, False), ("+56911111112", False, True)]


def test_a_card_is_plain_json(database: str) -> None:
    async def body(store: Store) -> dict[str, Any]:
        await loaded(store)
        return await store.card(CASE, PHONE, date(2026, 11, 18))

    card = on(database, body)
    assert json.loads(json.dumps(card)) == card


def test_a_case_that_does_not_exist_cannot_be_shown(sqlite_url: str) -> None:
    async def body(store: Store) -> None:
        with pytest.raises(BooksRefused, match="no case 7"):
            await store.card(7, 1, date(2026, 11, 18))

    on(sqlite_url, body)


def test_progress_counts_cases_and_gestiones_of_one_cartera(database: str) -> None:
    async def body(store: Store) -> dict[str, Any]:
        await loaded(store, *(deudor(n) for n in range(1, 6)))
        await loaded(store, deudor(9), cartera="otra")
        calls = [recorded(1), recorded(2, case=2), recorded(3, case=3)]
        unanswered = [closed(1, gestion="S01"), closed(2, "congestion", rang=False, gestion="M03")]
        machine = closed(3, "machine", answered_ms=NOW + 1, gestion="M01")
        await store.write([*calls, *unanswered, machine], "n1")
        await store.save_gestion(SaveGestion(await talked(store, 4, case=4), "e01", "D13", NOW, stop=True))
        return await store.progress("facturas")

    assert on(database, body) == {
        "cases": 5,
        "open": 4,
        "touched": 3,
        "contacted": 1,
        "gestiones": {"D13": 1, "M01": 1, "M03": 1, "S01": 1},
    }


# ── people ──────────────────────────────────────────────────────────────────────────────────────────

ANA = Usuario("e01", "Ana Ñuñez", "ejecutivo", "$argon2id$x", ("facturas", "cuotas"), "PJSIP/e01")


def test_a_usuario_comes_back_as_given_and_can_be_changed(database: str) -> None:
    async def body(store: Store) -> None:
        await store.add_usuario(ANA)
        assert await store.usuario("e01") == ANA
        assert await store.usuario("e99") is None
        moved = Usuario("e01", "Ana Ñuñez", "supervisor", "$argon2id$y")
        await store.add_usuario(moved)
        assert await store.usuarios() == [moved]

    on(database, body)


def test_a_session_lasts_until_it_expires_or_is_closed_or_its_usuario_leaves(database: str) -> None:
    async def body(store: Store) -> None:
        await store.add_usuario(ANA)
        await store.open_session("e01", "a" * 64, NOW + 100)
        await store.open_session("e01", "b" * 64, NOW + 100)
        assert await store.session_user("a" * 64, NOW + 99) == ANA
        assert await store.session_user("a" * 64, NOW + 100) is None
        await store.close_session("a" * 64)
        await store.close_session("a" * 64)
        assert await store.session_user("a" * 64, NOW) is None
        await store.add_usuario(Usuario("e01", "Ana", "ejecutivo", "", active=False))
        assert await store.session_user("b" * 64, NOW) is None
        assert await store.forget_sessions(NOW + 101) == 1
        with pytest.raises(BooksRefused, match="no usuario 'e99'"):
            await store.open_session("e99", "c" * 64, NOW)

    on(database, body)


# ── a database that goes away ───────────────────────────────────────────────────────────────────────


def test_a_database_that_is_down_says_so_and_serves_again_when_it_is_back(
    postgres: Postgres, postgres_url: str
) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        await asyncio.to_thread(postgres.halt)
        for ask in (store.queue_entries("facturas"), store.write([recorded()], "n1"), Store.open(postgres_url)):
            with pytest.raises(BooksDown):
                await ask
        await asyncio.to_thread(postgres.resume)
        await store.write([recorded()], "n1")
        assert len(await rows(store, schema.attempt)) == 1

    on(postgres_url, body)


def test_a_sqlite_file_that_another_program_is_writing_is_down_not_refused(sqlite_url: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        async with store._write() as conn:
            await conn.exec_driver_sql("PRAGMA busy_timeout=20")
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BooksDown):
            await store.write([recorded()], "n1")
        assert len(await store.queue_entries("facturas")) == 1, "reading goes on"
        other.execute("ROLLBACK")
        other.close()
        await store.write([recorded()], "n1")

    on(sqlite_url, body)
