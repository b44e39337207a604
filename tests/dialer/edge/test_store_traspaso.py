"""Transfers in the records: whose the call is, and its gestión, and its draft; on SQLite and on PostgreSQL."""

from __future__ import annotations

from msgspec.structs import asdict

from dialer.commands import NoteConnected, NoteTransfer
from dialer.edge import schema
from dialer.edge.store import Store
from dialer.records import NumberedTransfer
from dialer.records import SaveGestion as Gestion
from tests.dialer.edge.cargas import NOW
from tests.dialer.edge.test_store import closed, loaded, on, recorded, rows


def note(outcome: str = "done", first: str = "e01", to: str = "e02", at_ms: int = NOW + 9_000) -> NoteTransfer:
    return NoteTransfer("c.n1.r.1", "facturas", first, to, "attended", outcome, at_ms)


async def connected(store: Store) -> str:
    attempt = recorded(1)
    await loaded(store)
    await store.write([attempt, NoteConnected(attempt.attempt_id, "e01", NOW + 5_000)], "n1")
    return attempt.attempt_id


def ended(agent: str) -> list[object]:
    return [closed(1, "connected", answered_ms=NOW + 4_000, connected_ms=NOW + 5_000, agent_id=agent)]


def test_a_call_that_was_handed_over_is_the_others_and_both_have_it_in_their_day(database: str) -> None:
    async def body(store: Store) -> None:
        attempt = await connected(store)
        await store.keep_draft(attempt, "e01", "half", NOW + 8_000, theirs=True)
        await store.write([note()], "n1")
        assert await store.draft(attempt, "e02") == "half", "the draft goes along"
        assert await store.keep_draft(attempt, "e01", "late", NOW, theirs=False) == "settled"
        assert await store.keep_draft(attempt, "e03", "x", NOW, theirs=False) == "foreign"
        await store.write(ended("e02"), "n1")  # type: ignore[arg-type]
        assert [one.attempt_id for one in await store.pending_attempts("e02")] == [attempt]
        assert await store.pending_attempts("e01") == []
        days = [(await store.jornada(who, NOW, NOW + 60_000)).calls for who in ("e01", "e02")]
        assert days == [1, 1]

    on(database, body)


def test_a_transfer_that_came_to_nothing_is_kept_and_changes_nothing(database: str) -> None:
    async def body(store: Store) -> None:
        await connected(store)
        await store.write([note("failed"), note("back", at_ms=NOW + 20_000)], "n1")
        assert [row.outcome for row in await rows(store, schema.traspaso)] == ["failed", "back"]
        (attempt,) = await rows(store, schema.attempt)
        assert (attempt.agent_id, attempt.owed_by) == ("e01", "e01")

    on(database, body)


def test_a_batch_whose_answer_was_lost_is_written_again_and_changes_nothing(database: str) -> None:
    async def body(store: Store) -> None:
        await connected(store)
        batch = [note(), note("done", "e02", "e03", NOW + 30_000), *ended("e03")]
        await store.write(batch, "n1")  # type: ignore[arg-type]
        before = [await rows(store, table) for table in (schema.traspaso, schema.attempt)]
        await store.write(batch, "n1")  # type: ignore[arg-type]
        assert [await rows(store, table) for table in (schema.traspaso, schema.attempt)] == before
        assert [(row.agent_id, row.to_agent) for row in before[0]] == [("e01", "e02"), ("e02", "e03")]
        assert before[1][0].owed_by == "e03"

    on(database, body)


def test_a_gestion_saved_before_the_hand_over_is_owed_by_nobody(database: str) -> None:
    async def body(store: Store) -> None:
        attempt = await connected(store)
        await store.save_gestion(Gestion(attempt, "e01", "D07", NOW + 8_000))
        await store.write([note(), *ended("e02")], "n1")  # type: ignore[list-item]
        assert [await store.pending_attempts(who) for who in ("e01", "e02")] == [[], []]

    on(database, body)


def test_a_call_handed_to_the_outside_stays_the_agents_and_the_number_is_in_the_records_alone(database: str) -> None:
    async def body(store: Store) -> None:
        attempt = await connected(store)
        await store.keep_draft(attempt, "e01", "half", NOW + 8_000, theirs=True)
        told = asdict(note(to="ext:juridico")) | {"outside": True}
        typed = asdict(note("failed", to="num:4", at_ms=NOW + 7_000)) | {"outside": True}
        await store.write([NumberedTransfer(**typed, number="+56987654322")], "n1")
        await store.write([NumberedTransfer(**told, number="+56221234568"), *ended("e01")], "n1")  # type: ignore[list-item]
        kept = [(row.to_agent, row.to_number, row.outcome) for row in await rows(store, schema.traspaso)]
        assert kept == [("", "+56987654322", "failed"), ("ext:juridico", "+56221234568", "done")]
        assert await store.draft(attempt, "e01") == "half"
        assert [one.attempt_id for one in await store.pending_attempts("e01")] == [attempt]
        assert (await store.jornada("e01", NOW, NOW + 60_000)).calls == 1, "one call, not two"

    on(database, body)
