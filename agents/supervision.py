"""What the floor page's door needs from the dialer behind it, and what is kept of what supervisors did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from agents.access import Permission, allowed
from agents.desk import DeskError
from agents.supervising import (
    ForceLogout,
    ForcePause,
    Hold,
    LowerHand,
    Move,
    Order,
    Receive,
    Release,
    Say,
    Spy,
    SupervisorHears,
    Unspy,
)
from agents.usuario import Usuario

Tell = Callable[[SupervisorHears], None]
SPIES: dict[str, Permission] = {
    "listen": Permission.LISTEN,
    "whisper": Permission.WHISPER,
    "barge": Permission.BARGE,
}
NEEDS: dict[type[Order], Permission] = {
    Unspy: Permission.LISTEN,
    Move: Permission.MOVE_AGENTS,
    ForcePause: Permission.MOVE_AGENTS,
    ForceLogout: Permission.MOVE_AGENTS,
    LowerHand: Permission.MOVE_AGENTS,
    Say: Permission.MOVE_AGENTS,
    Hold: Permission.HOLD_CARTERA,
    Release: Permission.HOLD_CARTERA,
    Receive: Permission.BARGE,
}


class Act(msgspec.Struct, frozen=True):
    """One line of the audit: who did what on whom or what. `detail`: codes, ids and times, never a debtor's data."""

    at_ms: int
    by: str
    act: str
    on: str = ""
    detail: dict[str, Any] = {}


class Held(msgspec.Struct, frozen=True):
    """Who stopped a cartera, since when and why."""

    by: str
    at_ms: int
    reason: str = ""


def needed(order: Order) -> Permission:
    """What the order asks for; listening has a permission for each way of it."""
    return SPIES[order.mode] if isinstance(order, Spy) else NEEDS[type(order)]


def may(usuario: Usuario, order: Order) -> None:
    """Raises `DeskError` unless the role has the permission."""
    permission = needed(order)
    if not allowed(usuario.role, permission):
        raise DeskError("forbidden", f"El rol {usuario.role} no tiene el permiso {permission.value}.")


def among(usuario: Usuario, carteras: Sequence[str], *, every: bool) -> None:
    """Raises `DeskError` where the usuario has carteras of their own and none (or, with `every`, not each) of these."""
    own = set(usuario.carteras)
    if not own or (set(carteras) <= own if every else own.intersection(carteras)):
        return
    foreign = ", ".join(sorted(set(carteras) - own)) or "ninguna cartera"
    raise DeskError("foreign_cartera", f"Eso es de {foreign}; sus carteras son: {', '.join(sorted(own))}.")


def told(detail: dict[str, Any]) -> str:
    """The detail as one line for people."""
    return ", ".join(f"{name}: {_word(value)}" for name, value in detail.items() if value not in ("", [], None))


def _word(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


class Supervision(Protocol):
    """One per node. All methods are called on the event loop; `tell` must not block."""

    def board(self) -> dict[str, Any]:
        """The floor of all nodes, as it is now."""
        ...

    def enter(self, by: str, tell: Tell) -> None:
        """A floor page is open: `tell` is given the `Spying` of this usuario's headset."""
        ...

    def leave(self, by: str, tell: Tell) -> None:
        """It is closed; with the usuario's last one, their headset is off whatever line it was on."""
        ...

    def receive(self, usuario: Usuario, order: Receive, tell: Tell) -> None:
        """The page takes debtors over from now on, or no more; `tell` is the one it entered with.

        It is told of each with `Handover`. Raises `DeskError`.
        """
        ...

    async def order(self, usuario: Usuario, order: Order) -> None:
        """Carry it out, once it is in the audit. Raises `DeskError` with what is in the way."""
        ...

    async def audits(self, limit: int) -> Sequence[Act]:
        """Newest first. Raises `DeskError`."""
        ...

