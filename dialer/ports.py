"""What the service needs from the edges around it. Each is fulfilled by one class in an `edge/` folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Protocol

from agents.listas import Assigned
from agents.usuario import Usuario
from dialer.commands import Command, DropContact, ReturnContact
from dialer.contact import Contact
from dialer.events import AttemptReopened, Event
from dialer.records import Claimed, OwnCall, PendingAttempt, QueueEntry, QueueSizes, Reached, SaveGestion


class Clock(Protocol):
    """`dialer.edge.clock.FloorClock`."""

    def now_ms(self) -> int: ...


Dialable = tuple[Contact, dict[int, str]]
"""A case as the rules judge it, with its telephone numbers by `phone_id`."""


class Link(Protocol):
    """`dialer.edge.ami.AmiLink`."""

    def start(self) -> None: ...

    async def stop(self) -> None: ...

    def perform(self, command: Command, number: str = "") -> None: ...

    @property
    def stats(self) -> Any: ...


class Queue(Protocol):
    """`dialer.edge.queue.Queue`."""

    async def claim(
        self, cartera: str, n: int, now_ms: int, agent_id: str = "", *, pool: bool = True
    ) -> Claimed: ...

    async def due_agents(self, cartera: str, now_ms: int) -> tuple[str, ...]: ...

    async def give_back(self, contacts: Iterable[ReturnContact], now_ms: int) -> int: ...

    async def drop(self, contacts: Iterable[DropContact]) -> int: ...

    async def rebuild(self, cartera: str, entries: Sequence[QueueEntry], now_ms: int) -> int: ...

    async def renew(self, cartera: str, case_ids: Sequence[int], now_ms: int) -> tuple[int, ...]: ...

    async def sizes(self, cartera: str) -> QueueSizes: ...


class Store(Protocol):
    """`dialer.edge.store.Store`."""

    async def contacts(self, case_ids: Sequence[int], now_ms: int, careful: int = 0) -> Sequence[Dialable]: ...

    async def queue_entries(self, cartera: str, grace_ms: int) -> Sequence[QueueEntry]: ...

    async def card(self, case_id: int, phone_id: int, today: date) -> dict[str, Any]: ...

    async def save_gestion(self, it: SaveGestion) -> int: ...

    async def own_call(self, attempt_id: str, agent_id: str, now_ms: int) -> OwnCall | None: ...

    async def pending_attempts(self, agent_id: str) -> Sequence[PendingAttempt]: ...

    async def open_attempts(self, node: str, now_ms: int) -> Sequence[AttemptReopened]: ...

    async def reached(self, cartera: str, since_ms: int, but_run: str) -> Reached: ...

    async def usuario(self, code: str) -> Usuario | None: ...

    async def progress(self, cartera: str) -> dict[str, Any]: ...

    async def rescore(self, cartera: str, order: Sequence[str], now_ms: int, tramos: tuple[int, ...]) -> int: ...

    async def judge_promises(self, cartera: str, today: date, zone: str, grace_days: int) -> int: ...

    async def payments_mark(self) -> str: ...

    async def loads_mark(self) -> tuple[int, int]: ...


class Lists(Protocol):
    """`dialer.edge.store.Store`, as far as manual lists go."""

    async def assign_list(
        self, cartera: str, agent_id: str, ruts: Sequence[str], name: str, by: str, now_ms: int
    ) -> tuple[Assigned, Sequence[QueueEntry]]: ...

    async def open_lists(self, agent_id: str = "") -> list[dict[str, Any]]: ...

    async def list_cases(self, lista_id: int) -> dict[str, Any]: ...

    async def cancel_list(self, lista_id: int, now_ms: int) -> tuple[str, Sequence[QueueEntry]]: ...


class Moves(Protocol):
    """`dialer.edge.queue.Queue`, as far as manual lists go."""

    async def move(self, cartera: str, entries: Sequence[QueueEntry], now_ms: int) -> int: ...


class Recorder(Protocol):
    """`dialer.edge.recorder.Recorder`."""

    def put(self, command: Command) -> None: ...

    async def flush(self) -> None: ...

    @property
    def backlog(self) -> int: ...


class Journal(Protocol):
    """`dialer.edge.journal.JournalFile`."""

    def write(self, event: Event, commands: Sequence[Command], now_ms: int) -> None: ...

    def flush(self) -> None: ...


class Witness(Protocol):
    """Sees everything that happens on the floor, after it has happened: `metrics.ledger.Ledger`."""

    def see(self, event: Event, commands: Sequence[Command], now_ms: int) -> None: ...

    def snapshot(self, now_ms: int) -> dict[str, Any]: ...

    def start_day(self, now_ms: int) -> None: ...

    def set_loop_lag(self, lag_ms: float) -> None: ...

    def set_ami(self, *, lag_ms: float, messages: int, garbage: int) -> None: ...

    def set_recorder_backlog(self, commands: int) -> None: ...

    def set_queue(self, cartera: str, sizes: dict[str, int]) -> None: ...

    def set_cases(self, cartera: str, *, total: int, touched: int) -> None: ...
