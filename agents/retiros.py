"""Pick-ups of payments as the door speaks of them: what may be asked, and the port that the records fulfil."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from agents.usuario import Usuario


class Asked(msgspec.Struct, frozen=True):
    """One step that somebody asks for. `act`: approve, reject, assign, done, annul.

    `note` is the reason (reject and annul need one); `to` who goes (assign); `receipt`, `amount` and `done_on` what
    was really picked up (done).
    """

    act: str
    note: str = ""
    to: str = ""
    receipt: str = ""
    amount: Decimal | None = None
    done_on: date | None = None


class RetiroRefused(Exception):
    """What was asked cannot be done; `code`: not_found, forbidden, oneself, state, missing, wrong, totals.

    The message is a Spanish sentence for the person.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Retiros(Protocol):
    """`dialer.edge.store.Store`. Each method raises `RetiroRefused`, and judges by itself what the usuario may do."""

    async def retiros(self, usuario: Usuario, state: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """The pick-ups that the usuario may see, oldest first; `state` empty: all. See `store_retiro.listed`."""
        ...

    async def step_retiro(self, usuario: Usuario, retiro_id: int, asked: Asked, now_ms: int) -> dict[str, Any]:
        """Take one step and return the pick-up as it is afterwards."""
        ...

    async def close_rendicion(
        self, usuario: Usuario, retiro_ids: Sequence[int], totals: Mapping[str, Decimal], note: str, now_ms: int
    ) -> dict[str, Any]:
        """Hand over what was picked up; `totals` by currency must be its sum to the last peso."""
        ...

    async def rendicion(self, usuario: Usuario, rendicion_id: int) -> dict[str, Any]: ...
