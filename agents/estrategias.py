"""What the page of strategies needs from behind the door: what is in force, its history, publishing, and trying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from agents.desk import DeskError
from agents.usuario import Usuario
from config.versions import Fault

AGENTS_MAX = 200
HOURS_MAX = 8.0


class StrategyRefused(DeskError):
    """Values that may not be in force; `faults` says which and why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("refused", " ".join(f"{key}: {detail}" for key, detail in faults))
        self.faults = tuple(faults)


class Estrategias(Protocol):
    """One per node. All methods raise `DeskError`. A cartera "" is the floor's goals."""

    async def table(self, usuario: Usuario) -> dict[str, Any]:
        """The keys, and for each of the usuario's carteras and the floor's goals what the file says and what holds."""
        ...

    async def history(self, usuario: Usuario, cartera: str) -> list[dict[str, Any]]:
        """The versions, newest first, each with what it changed."""
        ...

    async def publish(
        self, usuario: Usuario, cartera: str, base: int, changes: Mapping[str, Any], note: str
    ) -> dict[str, Any]:
        """A new version over number `base`, in force here when this returns; a change to None is the file's value.

        Raises `StrategyRefused`, and `DeskError` "version_taken" where `base` is not the newest any more.
        """
        ...

    async def go_back(self, usuario: Usuario, cartera: str, base: int, number: int, note: str) -> dict[str, Any]:
        """A new version with the patch of an old one; 0: the file alone."""
        ...

    async def try_out(
        self, usuario: Usuario, cartera: str, changes: Mapping[str, Any], agents: int, hours: float
    ) -> dict[str, Any]:
        """Begin to simulate what is in force against it with the changes; `agents` 0: as many as are on it now."""
        ...

    def trial(self, usuario: Usuario, number: int) -> dict[str, Any]:
        """How far it is, or what came of it."""
        ...

    async def cancel_trial(self, usuario: Usuario, number: int) -> None: ...
