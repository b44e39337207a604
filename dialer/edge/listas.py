"""Manual lists, in the records and in the queue: what a supervisor assigns is the ejecutivo's from that moment on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from agents.listas import Assigned, ListaRefused
from dialer.carteras import rut
from dialer.carteras.rechazo import Falla
from dialer.ports import Lists, Moves
from dialer.records import BooksError, QueueDown

log = logging.getLogger(__name__)

RUTS_MAX = 500


def _read(ruts: Sequence[str]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The canonical RUTs, each once and in their order, and those that are none with the reason."""
    good: dict[str, None] = {}
    bad: list[tuple[str, str]] = []
    for text in ruts:
        try:
            good[rut.parse(text)] = None
        except Falla as fault:
            bad.append((text, fault.detail))
    return tuple(good), tuple(bad)


class ListDesk:
    """Fulfils `agents.listas.Listas` with the records and the queue that it is handed."""

    def __init__(self, lists: Lists, queue: Moves, now_ms: Callable[[], int]) -> None:
        self._lists, self._queue, self._now_ms = lists, queue, now_ms

    async def assign(self, cartera: str, agent_id: str, ruts: Sequence[str], name: str, by: str) -> Assigned:
        """Record first; a queue that is away takes it over from the records when it is filled again."""
        if not 1 <= len(ruts) <= RUTS_MAX:
            raise ListaRefused("ruts", f"Una lista lleva de 1 a {RUTS_MAX} RUT; venían {len(ruts)}.")
        good, bad = _read(ruts)
        now_ms = self._now_ms()
        try:
            made, entries = await self._lists.assign_list(cartera, agent_id, good, name, by, now_ms)
        except BooksError as down:
            raise ListaRefused("books", f"No se pudo guardar la lista: {down}.") from down
        await self._move(cartera, entries, now_ms)
        return Assigned(made.lista_id, made.assigned, (*bad, *made.refused))

    async def _move(self, cartera: str, entries: Sequence[Any], now_ms: int) -> None:
        try:
            await self._queue.move(cartera, entries, now_ms)
        except QueueDown as bad:
            log.warning("the queue did not take a manual list of %s over: %s", cartera, bad)

    async def listed(self, agent_id: str = "") -> list[dict[str, Any]]:
        return await self._lists.open_lists(agent_id)

    async def show(self, lista_id: int) -> dict[str, Any]:
        return await self._lists.list_cases(lista_id)

    async def cancel(self, lista_id: int, by: str) -> int:
        now_ms = self._now_ms()
        cartera, entries = await self._lists.cancel_list(lista_id, by, now_ms)
        await self._move(cartera, entries, now_ms)
        return len(entries)
