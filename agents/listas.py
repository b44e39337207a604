"""Manual lists as the door speaks of them: some debtors, in an order, for one ejecutivo alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec


class ListaRefused(Exception):
    """What was asked cannot be done; `code` is for the page, the message is a Spanish sentence for the person."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Assigned(msgspec.Struct, frozen=True):
    """A list that was made. `refused`: RUT and why it is not on it (a Spanish sentence), in the order given.

    `lista_id` is 0 where none of the debtors could be put on a list: none was made.
    """

    lista_id: int
    assigned: int
    refused: tuple[tuple[str, str], ...] = ()


class Listas(Protocol):
    """`dialer.edge.listas.ListDesk`. Each method raises `ListaRefused`."""

    async def assign(self, cartera: str, agent_id: str, ruts: Sequence[str], name: str, by: str) -> Assigned:
        """Make a list of these debtors for the ejecutivo, in this order. Nobody else gets them until it is done."""
        ...

    async def listed(self, agent_id: str = "") -> list[dict[str, Any]]:
        """The open lists (of one ejecutivo): id, cartera, agent_id, name, at_ms, made_by, cases, pending."""
        ...

    async def show(self, lista_id: int) -> dict[str, Any]:
        """A list, open or not: id, cartera, agent_id, name, state, at_ms, made_by, and `cases` in their order.

        Each with position, rut, caso_id, queue_state, queue_why, next_due_ms and its `state` on the list: pending;
        taken (the ejecutivo has had its card or its call); skipped, with their `reason` and when (`at_ms`), until it is
        taken again; done, at `at_ms`.
        """
        ...

    async def cancel(self, lista_id: int, by: str) -> int:
        """End a list; what is left of it goes back to the cartera. How many cases that were."""
        ...
