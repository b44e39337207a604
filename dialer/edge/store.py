"""The records: everything that must still be true after a power cut.

SQLite keeps its write-ahead log with ``synchronous=FULL``: the log is flushed to disk at every commit. ``NORMAL`` would
be quicker (no flush), but after a power cut the last commits are gone, and an attempt that was "recorded first" would
have been placed without a record. The price is one disk flush a commit, and the `Recorder` puts all that waits
into one commit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from agents.grabaciones import Search
from agents.listas import Assigned
from agents.retiros import Asked
from agents.supervision import Act, Held
from agents.usuario import Usuario
from config.versions import Version
from dialer.carteras.cuenta import Cobrado, Cuadratura, Grupo, PagoSuelto, Paso, Promesas, Renglon
from dialer.carteras.homologacion import Homologacion
from dialer.carteras.model import Carga, Rechazo
from dialer.carteras.tramo import LIMITS
from dialer.commands import Command, RecordAttempt
from dialer.edge import (
    migrate,
    schema,
    store_borrador,
    store_calls,
    store_card,
    store_carga,
    store_datos,
    store_estado,
    store_estrategia,
    store_export,
    store_gestion,
    store_history,
    store_jornada,
    store_lists,
    store_load,
    store_order,
    store_piso,
    store_plantilla,
    store_reads,
    store_reports,
    store_retiro,
    store_undo,
    store_users,
    store_why,
)
from dialer.edge.store_obra import BY_ROW, PLAIN, Wanted
from dialer.events import AttemptReopened
from dialer.explain import Facts
from dialer.records import (
    BooksDown,
    BooksRefused,
    CargaListed,
    Changed,
    ChangeDato,
    Counted,
    Jornada,
    Kept,
    LoadResult,
    OwnCall,
    Past,
    PendingAttempt,
    PlantillaSaved,
    QueueEntry,
    Reached,
    SaveGestion,
    Spoken,
)

CONNECT_S = 5.0
STATEMENT_S = 20.0
LOAD_S = 3_600.0
BUSY_MS = 5_000
GRACE_MS = 900_000
ORDER = ("saldo", "mora")
TRANSIENT_SQLSTATES = ("08", "40", "53", "55", "57", "58")
"""PostgreSQL's classes: connection, rolled back, resources, not in the needed state, operator intervention, system."""


class Store:
    """Every method raises `BooksDown` (cannot be reached: try again) or `BooksRefused` (it will never take this)."""

    def __init__(self, writing: AsyncEngine, reading: AsyncEngine, loading: AsyncEngine) -> None:
        self._writing = writing
        self._reading = reading
        self._loading = loading
        self._carteras: dict[str, int] = {}

    @classmethod
    async def open(cls, url: str, *, migrate: bool = True) -> Store:
        """Connect and, with `migrate`, bring the tables up to date. `url` as in `config.settings.Settings.database`."""
        parsed = _parse(url)
        writing = _engine(parsed, writing=True)
        store = cls(writing, _engine(parsed, writing=False), _loading_engine(parsed) or writing)
        try:
            if migrate:
                await store._migrate()
        except BaseException:
            await store.close()
            raise
        return store

    async def close(self) -> None:
        await self._writing.dispose()
        await self._loading.dispose()
        await self._reading.dispose()

    async def _migrate(self) -> None:
        async with self._write() as conn:
            await conn.run_sync(migrate.to_head)

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[AsyncConnection]:
        with _translated():
            async with self._writing.begin() as conn:
                yield conn

    @asynccontextmanager
    async def _load(self) -> AsyncIterator[AsyncConnection]:
        """Like `_write`, with time for a million rows."""
        with _translated():
            async with self._loading.begin() as conn:
                yield conn

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        with _translated():
            async with self._reading.connect() as conn:
                yield conn

    # ── carteras ────────────────────────────────────────────────────────────────────────────────────

    async def apply_load(
        self, carga: Carga, at_ms: int, order: Sequence[str] = ORDER, wanted: Wanted = PLAIN
    ) -> LoadResult:
        """Apply a carga of any kind, all or nothing; `order` (the cartera's strategy) scores its cases.

        The same file again changes nothing. A document that is there stays as it is in an asignación. A debtor known
        by their RUT, from whatever mandante, stays one deudor. Raises `LoadRefused` when the cartera belongs to another
        mandante, or (all kinds but asignación) there is no such mandante or cartera.
        """
        async with self._load() as conn:
            return await store_carga.apply(conn, carga, at_ms, order, wanted)

    async def try_load(
        self, carga: Carga, at_ms: int, order: Sequence[str] = ORDER, wanted: Wanted = BY_ROW
    ) -> LoadResult:
        """What `apply_load` would do, by doing it and taking it back: nothing is committed. Raises the same."""
        async with self._load() as conn:
            result = await store_carga.apply(conn, carga, at_ms, order, wanted)
            await conn.rollback()
            return result

    async def undo_load(
        self,
        carga_id: int,
        at_ms: int,
        by: str = "",
        order: Sequence[str] = ORDER,
        orders: Mapping[str, Sequence[str]] | None = None,
    ) -> int:
        """Reverse exactly what a load changed; how many rows that were. `orders`: carteras' own, by their code.

        Raises `UndoRefused`, naming what rests on it since (later loads, calls, gestiones), or `LoadRefused` where
        there is no such load.
        """
        async with self._load() as conn:
            return await store_undo.undo(conn, carga_id, at_ms, by, order, orders or {})

    async def loads(self, mandante: str = "") -> list[CargaListed]:
        """The loads there were, newest first."""
        async with self._read() as conn:
            return await store_carga.listed(conn, mandante)

    async def save_plantilla(self, one: PlantillaSaved) -> None:
        """Keep a template, in place of the one of the same name, mandante and kind."""
        async with self._write() as conn:
            await store_plantilla.save(conn, one)

    async def plantillas(self, mandante: str, kind: str = "") -> Sequence[PlantillaSaved]:
        """A mandante's templates that were made on the page; of one kind, or all."""
        async with self._read() as conn:
            return await store_plantilla.saved(conn, mandante, kind)

    async def loads_mark(self) -> tuple[int, int]:
        """A pair that changes when a load that may bring cases is applied, or any is undone, by whatever process."""
        async with self._read() as conn:
            return await store_carga.mark(conn)

    async def load_rechazos(self, carga_id: int) -> tuple[tuple[Rechazo, ...], tuple[Rechazo, ...]]:
        """The rows that a load rejected, and its remarks on others. Raises `LoadRefused` for an unknown load."""
        async with self._read() as conn:
            return await store_carga.rechazos(conn, carga_id)

    async def rescore(self, cartera: str, order: Sequence[str], now_ms: int, tramos: tuple[int, ...] = LIMITS) -> int:
        """Score the cartera's open cases anew (each morning, or when its strategy's order changes); how many changed.

        A few hundred at a time, each lot in its own transaction: calls go on being recorded meanwhile.
        """
        async with self._read() as conn:
            cases = await store_order.open_cases(conn, cartera)
        changed = 0
        for ids in store_load.chunks(cases):
            async with self._write() as conn:
                changed += await store_order.rescore(conn, ids, order, tramos, now_ms)
        return changed

    async def queue_entries(self, cartera: str, grace_ms: int = GRACE_MS) -> list[QueueEntry]:
        """All cases that belong in the queue: open, not stopped, with a valid telephone, and with no call in progress
        and no gestión owed (those come back by `ReturnContact`). What an ejecutivo keeps for themselves becomes
        anybody's `grace_ms` after it is due, except what is on a manual list."""
        async with self._read() as conn:
            return await store_reads.queue_entries(conn, cartera, grace_ms)

    async def contacts(
        self, case_ids: Sequence[int], now_ms: int, careful_saldo: int = 0
    ) -> list[store_reads.Dialable]:
        """Each case as the rules judge it, with its telephone numbers by `phone_id`, in the order asked.

        The history is the person's, for all mandantes (another one's entries bear its code), of the last 35 days. A
        case that has left the queue meanwhile is left out: whoever claimed it drops it. Those that owe `careful_saldo`
        (0: no matter) CLP or more are marked as careful.
        """
        async with self._read() as conn:
            return await store_reads.contacts(conn, case_ids, now_ms, only_open=True, careful_saldo=careful_saldo)

    async def why(self, rut: str, cartera: str, tramos: Mapping[str, tuple[int, ...]], now_ms: int) -> list[Facts]:
        """What `dialer.explain` asks of each case of a RUT, save where it is in the queue.

        `cartera` empty: of all; `tramos` by cartera, where they are not the usual ones.
        """
        async with self._read() as conn:
            return await store_why.facts(conn, rut, cartera, tramos, now_ms)

    # ── manual lists ────────────────────────────────────────────────────────────────────────────────

    async def assign_list(
        self, cartera: str, agent_id: str, ruts: Sequence[str], name: str, by: str, now_ms: int
    ) -> tuple[Assigned, list[QueueEntry]]:
        """Give these debtors of a cartera to one ejecutivo, in this order; what was made, and the places in the queue.

        Raises `ListaRefused` for a cartera or an ejecutivo who cannot have a list; a debtor who cannot be on one is
        left out and named.
        """
        async with self._write() as conn:
            return await store_lists.assign(conn, cartera, agent_id, ruts, name, by, now_ms)

    async def open_lists(self, agent_id: str = "") -> list[dict[str, Any]]:
        """The lists that are not done, of one ejecutivo or of all: see `agents.listas.Listas.listed`."""
        async with self._read() as conn:
            return await store_lists.open_lists(conn, agent_id)

    async def list_cases(self, lista_id: int) -> dict[str, Any]:
        """A list, open or not, with each of its cases: see `agents.listas.Listas.show`. Raises `ListaRefused`."""
        async with self._read() as conn:
            return await store_lists.show(conn, lista_id)

    async def cancel_list(self, lista_id: int, by: str, now_ms: int) -> tuple[str, list[QueueEntry]]:
        """End a list; its cartera, and the places of what is left of it. Raises `ListaRefused` where it is not open."""
        async with self._write() as conn:
            return await store_lists.cancel(conn, lista_id, by, now_ms)

    async def progress(self, cartera: str) -> dict[str, Any]:
        """Counts: ``cases, open, touched`` (rang), ``contacted`` (a person answered), ``gestiones {code: n}``."""
        async with self._read() as conn:
            return await store_reads.progress(conn, cartera)

    # ── calls ───────────────────────────────────────────────────────────────────────────────────────

    async def write(self, commands: Sequence[Command], node: str) -> None:
        """Commit a batch of RecordAttempt, NoteAnswered, NoteConnected, NoteTransfer, CloseAttempt, NoteTaken,
        NoteSkipped, ReturnContact, DropContact, TellAgent, TellHand.

        One transaction; any other command is a `TypeError`. Writing a batch again after a lost answer changes nothing,
        except that a `RecordAttempt` is refused the second time.
        """
        foreign = next((one for one in commands if not isinstance(one, store_calls.OURS)), None)
        if foreign is not None:
            raise TypeError(f"{type(foreign).__name__} is not a command for the store")
        async with self._write() as conn:
            carteras = await self._ids(conn, {one.cartera for one in commands if isinstance(one, RecordAttempt)})
            await store_calls.write(conn, commands, node, carteras)

    async def forget(self, attempt_ids: Sequence[str]) -> None:
        """Erase attempts that were never placed: their record may or may not have been committed."""
        async with self._write() as conn:
            await store_calls.forget(conn, attempt_ids)

    async def _ids(self, conn: AsyncConnection, codes: set[str]) -> dict[str, int]:
        if not codes <= self._carteras.keys():
            c = schema.cartera.c
            found = await conn.execute(sa.select(c.code, c.id).where(c.code.in_(codes)))
            self._carteras.update((code, number) for code, number in found)
        unknown = sorted(codes - self._carteras.keys())
        if unknown:
            raise BooksRefused(f"there is no cartera {unknown[0]!r} in the database: nothing was ever loaded into it")
        return self._carteras

    async def open_attempts(self, node: str, now_ms: int) -> list[AttemptReopened]:
        """The node's attempts whose end was never written: what a restarted engine asks Asterisk about."""
        async with self._read() as conn:
            return await store_reads.open_attempts(conn, node, now_ms)

    async def reached(self, cartera: str, since_ms: int, but_run: str) -> Reached:
        """How many persons calls placed since then reached, on all nodes, and how many of them met no agent.

        `but_run`: the beginning of the ids of calls that are not to be counted.
        """
        async with self._read() as conn:
            return await store_history.reached(conn, cartera, since_ms, but_run)

    async def counted(self, cartera: str, since_ms: int, until_ms: int) -> Counted:
        """The cartera's closed attempts of that time added up: what a pacer may begin with."""
        async with self._read() as conn:
            return await store_history.counted(conn, cartera, since_ms, until_ms)

    async def history(
        self,
        cartera: str,
        since_ms: int,
        until_ms: int,
        on_call: Callable[[Past], None],
        on_spoken: Callable[[Spoken], None],
    ) -> None:
        """Tell the cartera's closed attempts of that time, one by one, and then the conversations among them.

        Raises `BooksRefused` for a cartera into which nothing was ever loaded.
        """
        async with self._read() as conn:
            await store_reports.known_cartera(conn, cartera)
            async for call in store_history.calls(conn, cartera, since_ms, until_ms):
                on_call(call)
            async for one in store_history.spoken(conn, cartera, since_ms, until_ms):
                on_spoken(one)

    async def history_days(self, cartera: str) -> tuple[int, int] | None:
        """When the cartera's first and last closed attempts were recorded; None where there is none."""
        async with self._read() as conn:
            return await store_history.days(conn, cartera)

    # ── gestiones ───────────────────────────────────────────────────────────────────────────────────

    async def save_gestion(self, it: SaveGestion) -> int:
        """Commit a gestión and its effects; its id. Saying the same again gives the same id.

        Raises `GestionExists` when the call already has another one, `BooksRefused` when there is no such call.
        """
        async with self._write() as conn:
            return await store_gestion.save(conn, it)

    async def pending_attempts(self, agent_id: str) -> list[PendingAttempt]:
        """The ejecutivo's conversations without gestión, oldest first (one still going on among them)."""
        async with self._read() as conn:
            return await store_reads.pending_attempts(conn, agent_id)

    async def own_call(self, attempt_id: str, agent_id: str, now_ms: int) -> OwnCall | None:
        """The call, if it was this ejecutivo's; None otherwise. Its case may have left the queue since."""
        async with self._read() as conn:
            return await store_reads.own_call(conn, attempt_id, agent_id, now_ms)

    async def card(self, case_id: int, phone_id: int, today: date) -> dict[str, Any]:
        """The screen of a case (see store_card.py), with `phone_id` marked as the one on the line."""
        async with self._read() as conn:
            return await store_card.card(conn, case_id, phone_id, today)

    # ── an ejecutivo's own screen ───────────────────────────────────────────────────────────────────

    async def keep_draft(self, attempt_id: str, agent_id: str, text: str, at_ms: int, *, theirs: bool) -> Kept:
        """The half-written gestión of a call, over the one there was; gone when the gestión is saved.

        `theirs`: the engine vouches that the call is this ejecutivo's; otherwise the call's record must say so.
        """
        async with self._write() as conn:
            return await store_borrador.keep(conn, attempt_id, agent_id, text, at_ms, theirs=theirs)

    async def draft(self, attempt_id: str, agent_id: str) -> str:
        """What this ejecutivo had written of the call, or empty."""
        async with self._read() as conn:
            return await store_borrador.read(conn, attempt_id, agent_id)

    async def change_dato(self, it: ChangeDato) -> Changed:
        """Change a debtor's data, with who and when. Raises `DatoRefused` for what is there already or may not be."""
        async with self._write() as conn:
            return await store_datos.change(conn, it)

    async def state_times(self, agent_id: str, since_ms: int, now_ms: int) -> dict[tuple[str, str], int]:
        """Milliseconds that the ejecutivo spent in each state (and reason of a pause), off the floor left out."""
        async with self._read() as conn:
            return await store_estado.times(conn, agent_id, since_ms, now_ms)

    async def close_states(self, node: str) -> None:
        """Before a node starts: end the states that its last run left open, when it was last known to be alive."""
        async with self._write() as conn:
            await store_estado.close(conn, node)

    async def hand(self, agent_id: str) -> int:
        """Since when the ejecutivo's hand is up; 0: it is down."""
        async with self._read() as conn:
            return await store_estado.hand(conn, agent_id)

    async def jornada(self, agent_id: str, since_ms: int, now_ms: int) -> Jornada:
        """What the ejecutivo did, and what came of it."""
        async with self._read() as conn:
            return await store_jornada.jornada(conn, agent_id, since_ms, now_ms)

    async def results(self, agent_id: str, since_ms: int) -> Mapping[tuple[str, str], int]:
        """How often the ejecutivo saved each result since then: (cartera, code) -> count."""
        async with self._read() as conn:
            return await store_jornada.results(conn, agent_id, since_ms)

    async def callbacks_of(self, agent_id: str) -> list[Mapping[str, Any]]:
        """The rellamados that the ejecutivo keeps for themselves and that are not made yet, soonest first.

        Each with caso_id, cartera, deudor, rut, e164 (on which it was asked for), at_ms (agreed), due_ms (when it will
        be made at the earliest) and comment.
        """
        async with self._read() as conn:
            return await store_jornada.callbacks(conn, agent_id)

    # ── retiros (the port `agents.retiros.Retiros`) ─────────────────────────────────────────────────

    async def retiros(self, usuario: Usuario, state: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """The pick-ups that the usuario may see, the earliest due first. Raises `RetiroRefused`, as the next three."""
        async with self._read() as conn:
            return await store_retiro.listed(conn, usuario, state, limit)

    async def step_retiro(self, usuario: Usuario, retiro_id: int, asked: Asked, now_ms: int) -> dict[str, Any]:
        """One step of a pick-up (approve, reject, assign, done, annul), and the pick-up after it."""
        async with self._write() as conn:
            return await store_retiro.step(conn, usuario, retiro_id, asked, now_ms)

    async def close_rendicion(
        self, usuario: Usuario, retiro_ids: Sequence[int], totals: Mapping[str, Decimal], note: str, now_ms: int
    ) -> dict[str, Any]:
        """Close pick-ups of one mandante, all or none; `totals` by currency must be their sum to the last peso."""
        async with self._write() as conn:
            return await store_retiro.close(conn, usuario, retiro_ids, totals, note, now_ms)

    async def rendicion(self, usuario: Usuario, rendicion_id: int) -> dict[str, Any]:
        """A rendición with its pick-ups and what they add up to."""
        async with self._read() as conn:
            return await store_retiro.rendicion(conn, usuario, rendicion_id)

    # ── money: what the reports add up (days are the floor's) ───────────────────────────────────────

    async def renglones(self, cartera: str, at: date) -> list[Renglon]:
        """The cartera's documents at the end of a day, by currency and due day.

        Raises `BooksRefused` for a cartera into which nothing was ever loaded, as `pasos` and `grupos` do.
        """
        async with self._read() as conn:
            await store_reports.known_cartera(conn, cartera)
            return await store_reports.renglones(conn, cartera, at)

    async def pasos(self, cartera: str, since: date, until: date) -> list[Paso]:
        """What became of the cartera's documents from the end of one day to the end of another."""
        async with self._read() as conn:
            await store_reports.known_cartera(conn, cartera)
            return await store_reports.pasos(conn, cartera, since, until)

    async def grupos(self, cartera: str, at: date, zone: str) -> list[Grupo]:
        """The cases assigned by the end of a day, by why they are not gestionable and by their valid gestiones."""
        async with self._read() as conn:
            await store_reports.known_cartera(conn, cartera)
            return await store_reports.grupos(conn, cartera, at, zone)

    async def paid_between(self, cartera: str, first: date, last: date) -> dict[str, Decimal]:
        """What was paid of the cartera's documents, both days included, by currency."""
        async with self._read() as conn:
            return await store_reports.paid_between(conn, cartera, first, last)

    async def cobrados(self, cartera: str, first: date, last: date) -> list[Cobrado]:
        """Each payment applied to a document of the cartera in these days, both included, in their order: what
        `paid_between` adds up."""
        async with self._read() as conn:
            return await store_reports.cobrados(conn, cartera, first, last)

    async def cuadratura(self, cartera: str) -> list[Cuadratura]:
        """Whether the three records of what is owed agree, now, by currency."""
        async with self._read() as conn:
            return await store_reports.cuadratura(conn, cartera)

    async def promesas(self, cartera: str) -> list[Promesas]:
        """The cartera's promises by state and currency, as they were last judged."""
        async with self._read() as conn:
            return await store_reports.promesas(conn, cartera)

    async def loose_payments(self, cartera: str) -> list[PagoSuelto]:
        """The payments to the cartera's mandante of which something found no document, oldest first."""
        async with self._read() as conn:
            return await store_reports.loose_payments(conn, await store_reports.mandante_of(conn, cartera))

    async def uf_values(self, days: Sequence[date]) -> dict[date, Decimal]:
        """Pesos for one UF, of those of the days that were loaded."""
        async with self._read() as conn:
            return await store_reports.uf_values(conn, days)

    async def judge_promises(self, cartera: str, today: date, zone: str, grace_days: int) -> int:
        """Judge the cartera's promises by the payments loaded (see carteras/compromiso.py); how many changed.

        For every day and after every load of payments. Running it again changes nothing.
        """
        async with self._write() as conn:
            return await store_reports.judge_promises(conn, cartera, today, zone, grace_days)

    async def payments_mark(self) -> str:
        """A word that is another one after each load of payments and each undoing of one."""
        async with self._read() as conn:
            return await store_reports.payments_mark(conn)

    # ── exports ─────────────────────────────────────────────────────────────────────────────────────

    async def export(
        self,
        wanted: store_export.Wanted,
        it: Homologacion,
        encode: store_export.Encode,
        name_of: store_export.NameOf,
        *,
        by: str,
        at_ms: int,
        dry_run: bool,
    ) -> store_export.Exportado:
        """What the mandante was not sent yet, in its own words, marked as sent; see `store_export.export`."""
        async with self._read() if dry_run else self._write() as conn:
            return await store_export.export(conn, wanted, it, encode, name_of, by, at_ms, dry_run)

    # ── people ──────────────────────────────────────────────────────────────────────────────────────

    async def add_usuario(self, one: Usuario) -> None:
        """A new usuario, or new data for one who is there."""
        async with self._write() as conn:
            await store_users.add(conn, one)

    async def usuario(self, code: str) -> Usuario | None:
        async with self._read() as conn:
            return await store_users.one(conn, code)

    async def usuarios(self) -> list[Usuario]:
        async with self._read() as conn:
            return await store_users.everybody(conn)

    # ── supervisors ─────────────────────────────────────────────────────────────────────────────────

    async def audit(self, act: Act) -> None:
        async with self._write() as conn:
            await store_piso.audit(conn, act)

    async def audits(self, limit: int) -> Sequence[Act]:
        async with self._read() as conn:
            return await store_piso.audits(conn, limit)

    async def held_carteras(self) -> Mapping[str, Held]:
        async with self._read() as conn:
            return await store_piso.held(conn)

    async def hold_cartera(self, cartera: str, held: Held, act: Act) -> None:
        """Stop it, with who did it in the same commit."""
        async with self._write() as conn:
            await store_piso.hold(conn, cartera, held)
            await store_piso.audit(conn, act)

    async def release_cartera(self, cartera: str, act: Act) -> None:
        async with self._write() as conn:
            await store_piso.release(conn, cartera)
            await store_piso.audit(conn, act)

    async def move_usuario(self, code: str, carteras: tuple[str, ...], act: Act) -> bool:
        """Give the usuario these carteras; False (and nothing written) when there is none."""
        async with self._write() as conn:
            moved = await store_piso.move(conn, code, carteras)
            if moved:
                await store_piso.audit(conn, act)
            return moved

    async def recorded(self, search: Search) -> Sequence[dict[str, Any]]:
        async with self._read() as conn:
            return await store_piso.recorded(conn, search)

    # ── strategies ──────────────────────────────────────────────────────────────────────────────────

    async def versions_mark(self) -> tuple[int, int]:
        """Another value whenever a version was published."""
        async with self._read() as conn:
            return await store_estrategia.mark(conn)

    async def newest_versions(self) -> list[Version]:
        """The one in force of each cartera that has any."""
        async with self._read() as conn:
            return await store_estrategia.newest(conn)

    async def versions(self, cartera: str | None = None) -> list[Version]:
        """Of one cartera ("": the floor's goals), or of all; oldest first."""
        async with self._read() as conn:
            return await store_estrategia.versions(conn, cartera)

    async def publish_version(self, version: Version, act: Act) -> None:
        """With who did it in the same commit. Raises `VersionTaken` unless it is the next number of its cartera."""
        async with self._write() as conn:
            await store_estrategia.publish(conn, version)
            await store_piso.audit(conn, act)

    # ── sessions ────────────────────────────────────────────────────────────────────────────────────

    async def open_session(self, code: str, token_sha256: str, expires_ms: int) -> None:
        async with self._write() as conn:
            await store_users.open_session(conn, code, token_sha256, expires_ms)

    async def session_user(self, token_sha256: str, now_ms: int) -> Usuario | None:
        """Whose session it is; None when it is unknown or over, or its usuario is no longer active."""
        async with self._read() as conn:
            return await store_users.session_user(conn, token_sha256, now_ms)

    async def close_session(self, token_sha256: str) -> None:
        async with self._write() as conn:
            await store_users.close_session(conn, token_sha256)

    async def forget_sessions(self, before_ms: int) -> int:
        """Delete the sessions that expired before; how many there were."""
        async with self._write() as conn:
            return await store_users.forget_sessions(conn, before_ms)


# ── engines ─────────────────────────────────────────────────────────────────────────────────────────


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BooksRefused(f"database: {_DRIVERS}") from None
    if parsed.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
        raise BooksRefused(f"database: {parsed.drivername!r} is not one of ours: {_DRIVERS}")
    if parsed.drivername == "sqlite+aiosqlite" and parsed.database in (None, "", ":memory:"):
        raise BooksRefused("database: SQLite in memory keeps no records: give a file (sqlite+aiosqlite:///cintillo.db)")
    return parsed


_DRIVERS = "use sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE"


def _engine(url: URL, *, writing: bool) -> AsyncEngine:
    """Personal data never reaches an error message (`hide_parameters`)."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, writing=writing)
    times = {"timeout": CONNECT_S, "command_timeout": STATEMENT_S}
    return create_async_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=times)


def _loading_engine(url: URL) -> AsyncEngine | None:
    """PostgreSQL's, for loads: no statement of theirs is cut short. SQLite has one writing connection for all."""
    if url.get_backend_name() == "sqlite":
        return None
    times = {"timeout": CONNECT_S, "command_timeout": LOAD_S}
    return create_async_engine(url, hide_parameters=True, poolclass=sa.NullPool, connect_args=times)


def _sqlite(url: URL, *, writing: bool) -> AsyncEngine:
    """One writing connection, which takes the write lock as it begins: a lock taken half-way can be refused at once."""
    size = 1 if writing else 4
    engine = create_async_engine(url, hide_parameters=True, pool_size=size, max_overflow=0, pool_timeout=STATEMENT_S)
    sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
    sa.event.listen(engine.sync_engine, "begin", lambda conn: conn.exec_driver_sql(begin))
    return engine


def _prepare_sqlite(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None  # the driver would begin transactions by itself, and too late
    cursor = dbapi.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


# ── errors ──────────────────────────────────────────────────────────────────────────────────────────


class _translated:
    """Database and network errors as the two kinds that callers can act on."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError | TimeoutError | PoolTimeout):
            raise BooksDown(f"the database cannot be reached: {type(error).__name__}") from error
        if isinstance(error, SQLAlchemyError):
            raise (BooksDown if _passes(error) else BooksRefused)(f"the database said: {_said(error)}") from error


def _passes(error: SQLAlchemyError) -> bool:
    """Whether the same may well succeed later."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return str(state).startswith(TRANSIENT_SQLSTATES)
    name = getattr(error.orig, "sqlite_errorname", "")
    if name:
        return not name.startswith(("SQLITE_CONSTRAINT", "SQLITE_ERROR", "SQLITE_MISMATCH", "SQLITE_RANGE"))
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def _said(error: SQLAlchemyError) -> str:
    """The kind of error and, where that is safe, what it is about: a row's values may name a person."""
    cause: BaseException = getattr(error, "orig", None) or error
    if isinstance(cause, ValueError | sqlite3.Error):
        return f"{type(cause).__name__}: {cause}"
    constraint = getattr(cause.__cause__, "constraint_name", None)
    return f"{type(cause.__cause__ or cause).__name__}" + (f" ({constraint})" if constraint else "")
