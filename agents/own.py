"""What an ejecutivo asks of their own, as the door speaks of it: their day, their rellamados, their colleagues, and
what a debtor told them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from agents.messages import PauseReason
from agents.usuario import Usuario


class Goal(msgspec.Struct, frozen=True):
    """What is aimed at in a day; None: no goal is set."""

    promises: int | None
    contacts: int | None


class MyDay(msgspec.Struct, frozen=True):
    """From the floor's midnight (`since_ms`) to now.

    `states_ms`: time in each state on the floor. `calls`: conversations. `contacts`: gestiones whose result says that
    the right person was spoken to. `promises`: compromisos taken that no later one of the same case replaced;
    `promised`: their sum by currency, as decimal strings.
    """

    since_ms: int
    now_ms: int
    states_ms: dict[str, int]
    calls: int
    contacts: int
    promises: int
    promised: dict[str, str]
    gestiones: int
    goal: Goal
    pauses: tuple[PauseReason, ...]


class Own(Protocol):
    """`dialer.edge.desk_own.OwnDesk`. Each method raises `agents.desk.DeskError`."""

    async def my_day(self, agent_id: str) -> MyDay: ...

    async def my_callbacks(self, agent_id: str) -> Sequence[dict[str, Any]]:
        """The rellamados kept for oneself and not made yet, soonest first.

        Each: caso_id, cartera, deudor, rut, e164, at_ms (agreed), callback_within_ms, due_ms (when it will be made at
        the earliest: the rules may put it off) and comment. Nothing is masked.
        """
        ...

    async def colleagues(self, agent_id: str) -> Sequence[dict[str, Any]]:
        """Whom a call may be handed to, on this node the free ones first: code, name, role, state, kind, kinds.

        `kind` companero: ejecutivos who are on the floor; supervisors and jefes with a headset, whose state is "" when
        they have none on the floor. externo: telephones of the directory for the cartera of the call that they have.
        numero: any number may be typed. `kinds`: attended, blind.
        """
        ...

    async def change(self, usuario: Usuario, caso_id: int, kind: str, value: str, note: str) -> int:
        """Keep what the debtor on the usuario's screen told them; the moment at which it was kept."""
        ...
