"""Recordings of conversations: what is searched for, and the port behind the door that finds and plays them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from agents.usuario import Usuario

ATTEMPT = re.compile(r"c\.[a-z0-9]{1,12}\.[a-z0-9]{1,24}\.[0-9]{1,12}")
"""What a recording is named by; nothing that could leave its folder fits."""
LIMIT_MAX = 1_000


class Search(msgspec.Struct, frozen=True):
    """What is empty (or 0) is not asked. `carteras`: among these only. `from_ms` included, `until_ms` not."""

    rut: str = ""
    agent: str = ""
    cartera: str = ""
    carteras: tuple[str, ...] = ()
    from_ms: int = 0
    until_ms: int = 0
    attempt_id: str = ""
    limit: int = 200


class Grabaciones(Protocol):
    """One per node. All methods raise `DeskError`."""

    async def search(self, usuario: Usuario, search: Search, desde: str, hasta: str) -> Sequence[dict[str, Any]]:
        """`desde` and `hasta`: days (ISO) of the floor's zone, both included; "": no bound."""
        ...

    async def file_of(self, usuario: Usuario, attempt_id: str, *, begins: bool) -> str:
        """The path of the recording's file. With `begins`, somebody begins to play it: audited before it is told.

        ``not_found`` where it is none of theirs, ``no_file`` where it is theirs and there is no file.
        """
        ...


def named(attempt_id: str) -> str:
    """The file's name, or "" for what is no attempt's id."""
    return f"{attempt_id}.wav" if ATTEMPT.fullmatch(attempt_id) else ""
