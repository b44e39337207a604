"""Attempts recorded in a second, whole lives of them: `python -m tests.bench --only recorder`.

An attempt's life is RecordAttempt, then (once that is committed) NoteAnswered and NoteConnected for one in three,
CloseAttempt and ReturnContact: what a floor writes of a call, through `Recorder` and `Store`. `in_flight` attempts wait
for their record at a time, as calls do before they are placed; the recorder puts all that waits into one commit. Both
databases flush to disk at every commit. `record_p50_ms`: from asking for the record to its being committed.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from dialer import commands as c
from dialer.contact import Contact
from dialer.edge.loads import read_carga
from dialer.edge.recorder import Recorder
from dialer.edge.store import Store
from tests.floors import ROOT, TUESDAY_NOON
from tests.servers import NO_POSTGRES, Postgres, postgres_programs

ATTEMPTS = 1_500
IN_FLIGHT = (1, 20, 200)
CARTERA = "facturas"


class Round:
    """`ATTEMPTS` lives, `in_flight` at a time."""

    def __init__(self, store: Store, contacts: list[Contact], in_flight: int, tag: str) -> None:
        self.recorder = Recorder(store, "n1", on_recorded=self._recorded, on_failed=self._failed)
        self._contacts = contacts
        self._in_flight = in_flight
        self._tag = tag
        self._asked: dict[str, tuple[int, float]] = {}
        self._numbers: Iterator[int] = iter(range(ATTEMPTS))
        self.waits_s: list[float] = []
        self.done = asyncio.Event()

    async def run(self) -> float:
        """Attempts a second."""
        self.recorder.start()
        began = time.perf_counter()
        for _ in range(self._in_flight):
            self._next()
        await self.done.wait()
        await self.recorder.flush()
        elapsed_s = time.perf_counter() - began
        await self.recorder.stop()
        return ATTEMPTS / elapsed_s

    def _next(self) -> None:
        n = next(self._numbers, None)
        if n is None:
            return
        one, attempt = self._contact(n), f"c.n1.{self._tag}.{n:09}"
        self._asked[attempt] = (n, time.perf_counter())
        phone = one.phones[0].phone_id
        self.recorder.put(c.RecordAttempt(attempt, CARTERA, one.case_id, one.person_id, phone, TUESDAY_NOON, "cl 2025"))

    def _contact(self, n: int) -> Contact:
        return self._contacts[n % len(self._contacts)]

    def _recorded(self, attempts: tuple[str, ...]) -> None:
        now = time.perf_counter()
        for attempt in attempts:
            n, asked = self._asked.pop(attempt)
            self.waits_s.append(now - asked)
            self._live(attempt, n)
            self._next()
        if len(self.waits_s) == ATTEMPTS:
            self.done.set()

    def _live(self, attempt: str, n: int) -> None:
        talked, at_ms, one = n % 3 == 0, TUESDAY_NOON + 1_000, self._contact(n)
        verdict, answered_ms = ("connected", at_ms) if talked else ("no_answer", 0)
        if talked:
            self.recorder.put(c.NoteAnswered(attempt, at_ms))
            self.recorder.put(c.NoteConnected(attempt, "e01", at_ms))
        self.recorder.put(
            c.CloseAttempt(
                attempt_id=attempt, verdict=verdict, cause=16, dial_status="ANSWER", at_ms=at_ms, rang=True,
                answered_ms=answered_ms, connected_ms=answered_ms, agent_id="e01" if talked else "",
                gestion="" if talked else "S01",
            )
        )  # fmt: skip
        back_ms = at_ms + 86_400_000
        self.recorder.put(c.ReturnContact(CARTERA, one.case_id, one.person_id, back_ms, one.score, verdict))

    def _failed(self, attempts: tuple[str, ...], reason: str) -> None:
        raise RuntimeError(f"{len(attempts)} attempts were not recorded: {reason}")


async def _rounds(kind: str, url: str) -> list[dict[str, Any]]:
    store = await Store.open(url)
    try:
        contacts = await _contacts(store)
        rows = []
        for in_flight in IN_FLIGHT:
            one = Round(store, contacts, in_flight, f"r{in_flight}")
            rate = await one.run()
            rows.append(
                {
                    "bench": "recorder",
                    "database": kind,
                    "in_flight": in_flight,
                    "attempts_per_s": round(rate),
                    "record_p50_ms": round(statistics.median(one.waits_s) * 1e3, 1),
                    "record_p99_ms": round(statistics.quantiles(one.waits_s, n=100)[98] * 1e3, 1),
                }
            )
        return rows
    finally:
        await store.close()


async def _contacts(store: Store) -> list[Contact]:
    """The cases of the sample cartera."""
    carga = read_carga(ROOT / "config/muestra/facturas.csv", "muestra", CARTERA)
    await store.apply_load(carga, TUESDAY_NOON, ("saldo",))
    cases = [entry.case_id for entry in await store.queue_entries(CARTERA)]
    return [contact for contact, _ in await store.contacts(cases, TUESDAY_NOON)]


def run() -> list[dict[str, Any]]:
    """A row for each database and number in flight; PostgreSQL only where it is installed."""
    with ExitStack() as undo:
        folder = undo.enter_context(tempfile.TemporaryDirectory(prefix="cintillo-bench-"))
        rows = asyncio.run(_rounds("SQLite", f"sqlite+aiosqlite:///{folder}/cintillo.db"))
        programs = postgres_programs()
        if programs is None:
            print(f"recorder: {NO_POSTGRES}")
            return rows
        server = Postgres(programs, fsync=True)
        undo.callback(server.stop)
        server.start()
        return rows + asyncio.run(_rounds("PostgreSQL", server.empty_database()))
