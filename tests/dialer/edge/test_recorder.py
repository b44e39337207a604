"""The one writer: attempts fail at once, everything else is kept until it is written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from dialer.commands import CloseAttempt, Command, DropContact, NoteAnswered, RecordAttempt
from dialer.edge import schema
from dialer.edge.recorder import BATCH_MAX, Recorder
from dialer.edge.store import Store
from dialer.records import BooksDown, BooksRefused
from tests.dialer.edge.cargas import NOW, carga, deudor
from tests.dialer.edge.test_store import closed, recorded, rows
from tests.servers import Postgres, soon


class Books:
    """A pretend store that can be down, or refuse some commands for good."""

    def __init__(self) -> None:
        self.down = False
        self.refuses: set[Command] = set()
        self.written: list[Command] = []
        self.batches: list[int] = []
        self.forgotten: list[str] = []

    async def write(self, commands: Sequence[Command], node: str) -> None:
        await asyncio.sleep(0)
        if self.down:
            raise BooksDown("the disk is full")
        if self.refuses & set(commands):
            raise BooksRefused("no such phone")
        self.written += commands
        self.batches.append(len(commands))

    async def forget(self, attempt_ids: Sequence[str]) -> None:
        if self.down:
            raise BooksDown("the disk is full")
        self.forgotten += attempt_ids


class Ears:
    """What the recorder told."""

    def __init__(self) -> None:
        self.recorded: list[str] = []
        self.failed: list[tuple[str, str]] = []
        self.refused: list[tuple[Command, str]] = []

    def recorder(self, books: Any) -> Recorder:
        return Recorder(
            books,
            "n1",
            on_recorded=self.recorded.extend,
            on_failed=lambda ids, reason: self.failed.extend((one, reason) for one in ids),
            on_refused=lambda command, reason: self.refused.append((command, reason)),
            back_off_s=(0.001, 0.01),
        )


def working(body: Callable[[Recorder, Books, Ears], Awaitable[None]]) -> None:
    async def main() -> None:
        books, ears = Books(), Ears()
        recorder = ears.recorder(books)
        recorder.start()
        await body(recorder, books, ears)
        assert await recorder.stop() == 0

    asyncio.run(main())


def note(n: int) -> NoteAnswered:
    return NoteAnswered(f"c.n1.r.{n}", NOW)


def test_all_that_waits_goes_into_one_commit_in_its_order() -> None:
    async def body(recorder: Recorder, books: Books, ears: Ears) -> None:
        commands = [recorded(1), note(1), recorded(2), closed(1)]
        for command in commands:
            recorder.put(command)
        assert recorder.backlog == 4
        await recorder.flush()
        assert (books.written, books.batches) == (commands, [4])
        assert ears.recorded == ["c.n1.r.1", "c.n1.r.2"]

    working(body)


def test_a_flood_is_written_in_commits_of_a_bounded_size() -> None:
    async def body(recorder: Recorder, books: Books, ears: Ears) -> None:
        for n in range(2 * BATCH_MAX + 1):
            recorder.put(note(n))
        await recorder.flush()
        assert books.batches == [BATCH_MAX, BATCH_MAX, 1]

    working(body)


def test_while_the_database_is_down_attempts_fail_at_once_and_the_rest_waits_in_order() -> None:
    async def body(recorder: Recorder, books: Books, ears: Ears) -> None:
        books.down = True
        for command in (note(1), recorded(2), closed(1)):
            recorder.put(command)
        await soon(lambda: bool(ears.failed), "told of the first attempt")
        recorder.put(recorded(3))
        recorder.put(note(4))
        await soon(lambda: len(ears.failed) == 2, "told of the second attempt")
        assert ears.failed == [("c.n1.r.2", "the disk is full"), ("c.n1.r.3", "the disk is full")]
        assert (recorder.down, recorder.backlog, books.written) == ("the disk is full", 3, [])
        books.down = False
        await recorder.flush()
        assert books.written == [note(1), closed(1), note(4)]
        assert recorder.down == "" and ears.recorded == []

    working(body)


def test_what_may_have_been_committed_of_a_failed_attempt_is_erased_when_the_database_is_back() -> None:
    async def body(recorder: Recorder, books: Books, ears: Ears) -> None:
        books.down = True
        recorder.put(recorded(1))
        await soon(lambda: bool(ears.failed), "told of the attempt")
        books.down = False
        await recorder.flush()
        assert books.forgotten == ["c.n1.r.1"]

    working(body)


def test_a_command_that_the_database_will_never_take_does_not_hold_up_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def body(recorder: Recorder, books: Books, ears: Ears) -> None:
        bad = DropContact("facturas", 9, 9, "D13")
        books.refuses = {bad, recorded(2)}
        for command in (recorded(1), bad, recorded(2), note(1)):
            recorder.put(command)
        await recorder.flush()
        assert books.written == [recorded(1), note(1)]
        assert ears.recorded == ["c.n1.r.1"]
        assert ears.failed == [("c.n1.r.2", "no such phone")]
        assert ears.refused == [(bad, "no such phone")]

    with caplog.at_level(logging.ERROR):
        working(body)
    assert "the database refuses DropContact: no such phone" in caplog.text


def test_stopping_writes_what_waits_and_says_how_much_it_could_not() -> None:
    async def main() -> None:
        books, ears = Books(), Ears()
        recorder = ears.recorder(books)
        recorder.start()
        recorder.put(note(1))
        assert await recorder.stop() == 0
        assert books.written == [note(1)]
        books.down = True
        other = ears.recorder(books)
        other.start()
        other.put(note(2))
        assert await other.stop(within_s=0.05) == 1

    asyncio.run(main())


def test_a_fault_of_ours_in_a_callback_ends_the_task_instead_of_being_swallowed() -> None:
    async def main() -> None:
        def broken(ids: tuple[str, ...]) -> None:
            raise ZeroDivisionError

        recorder = Recorder(Books(), "n1", on_recorded=broken, on_failed=lambda ids, reason: None)
        task = recorder.start()
        recorder.put(recorded())
        with pytest.raises(ZeroDivisionError):
            await task

    asyncio.run(main())


# ── on real databases ───────────────────────────────────────────────────────────────────────────────


def test_a_days_calls_end_in_the_records_whatever_the_batches_were(database: str) -> None:
    async def main() -> None:
        store, ears = await Store.open(database), Ears()
        await store.apply_load(carga(*(deudor(n) for n in range(1, 101))), NOW)
        recorder = ears.recorder(store)
        recorder.start()
        for n in range(1, 101):
            recorder.put(recorded(n, case=n))
            if n % 7 == 0:
                await asyncio.sleep(0.001)
        await recorder.flush()
        for n in range(1, 101):
            recorder.put(closed(n, gestion="S01"))
        assert await recorder.stop() == 0
        assert len(ears.recorded) == 100
        assert len(await rows(store, schema.gestion)) == 100
        assert await store.open_attempts("n1", NOW) == []
        await store.close()

    asyncio.run(main())


def test_a_database_that_crashes_in_the_middle_loses_nothing_but_calls_that_were_not_placed(
    postgres: Postgres, postgres_url: str
) -> None:
    async def main() -> None:
        store, ears = await Store.open(postgres_url), Ears()
        await store.apply_load(carga(deudor(1), deudor(2), deudor(3)), NOW)
        recorder = ears.recorder(store)
        recorder.start()
        recorder.put(recorded(1))
        await recorder.flush()
        await asyncio.to_thread(postgres.halt)
        commands: list[RecordAttempt | CloseAttempt] = [closed(1, gestion="S01"), recorded(2, case=2)]
        for command in commands:
            recorder.put(command)
        await soon(lambda: bool(ears.failed), "told that the second attempt failed")
        await asyncio.to_thread(postgres.resume)
        recorder.put(recorded(3, case=3))
        await recorder.stop(within_s=60)
        there = {row.id: row.verdict for row in await rows(store, schema.attempt)}
        assert there.get("c.n1.r.1") == "no_answer" and "c.n1.r.2" not in there
        assert ("c.n1.r.3" in there) == ("c.n1.r.3" in ears.recorded)
        await store.close()

    asyncio.run(main())
