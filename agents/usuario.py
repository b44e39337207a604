"""A person who may come in."""

from __future__ import annotations

import msgspec


class Usuario(msgspec.Struct, frozen=True):
    """`code` is what they type to come in and, for an ejecutivo, the agent's id.

    `role` is one of `agents.access`; `password_hash` an argon2 string, empty when nobody may log in with it; `endpoint`
    what to call (``PJSIP/e01``), empty for those who take no calls. An inactive usuario is kept for the records' sake.
    """

    code: str
    name: str
    role: str
    password_hash: str
    carteras: tuple[str, ...] = ()
    endpoint: str = ""
    active: bool = True

    def __repr__(self) -> str:
        """Without the hash: a repr ends up in logs."""
        return f"Usuario({self.code!r}, role={self.role!r}, active={self.active})"
