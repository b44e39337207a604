"""Who is at the door: passwords (argon2) and session tokens.

A token is 256 random bits; the database holds only its SHA-256, so that who reads the database cannot come in with it.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable

import argon2

from agents.desk import Users
from agents.throttle import Throttle
from agents.usuario import Usuario

# OWASP's Argon2id profile for 19 MiB. One lane, so that a login keeps at most one core busy.
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(clave: str) -> str:
    """The argon2id string to store. Takes tens of milliseconds: on the event loop, call it in a thread."""
    return HASHER.hash(clave)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_sha256(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def matches(stored: str, clave: str) -> bool:
    """Whether the clave is the one that was hashed. Takes tens of milliseconds, outside the interpreter's lock."""
    try:
        return HASHER.verify(stored, clave)
    except argon2.exceptions.VerifyMismatchError:
        return False


class Throttled(Exception):
    """Too many tries; `wait_ms` until the next one is looked at."""

    def __init__(self, wait_ms: int) -> None:
        super().__init__(f"Demasiados intentos fallidos: espere {-(-wait_ms // 1000)} segundos y pruebe otra vez.")
        self.wait_ms = wait_ms


class Doorkeeper:
    """Logs people in and out, and knows whose token is whose. `matches(stored, clave)` is called in a thread."""

    def __init__(self, users: Users, session_ms: int, matches: Callable[[str, str], bool] = matches) -> None:
        self._users = users
        self._matches = matches
        self._session_ms = session_ms
        self._throttle = Throttle()
        self._nobody = hash_password(new_token())
        # One at a time: 200 people at the start of a shift may queue, but calls keep the other cores.
        self._turn = asyncio.Semaphore(1)

    async def login(self, code: str, clave: str, address: str, now_ms: int) -> tuple[Usuario, str, int] | None:
        """The usuario, a new token and when it expires; None when code and clave do not go together.

        Takes the same work whether or not the code exists. Raises `Throttled`.
        """
        wait_ms = self._throttle.begin(code, address, now_ms)
        if wait_ms:
            raise Throttled(wait_ms)
        usuario = await self._users.usuario(code)
        stored = usuario.password_hash if usuario is not None and usuario.active else ""
        right = await self._verify(stored or self._nobody, clave)
        if not (usuario and stored and right):
            return None
        self._throttle.succeeded(code, address)
        token, expires_ms = new_token(), now_ms + self._session_ms
        await self._users.open_session(usuario.code, token_sha256(token), expires_ms)
        return usuario, token, expires_ms

    async def whose(self, token: str, now_ms: int) -> Usuario | None:
        """The active usuario of a session that has not expired, else None."""
        usuario = await self._users.session_user(token_sha256(token), now_ms) if token else None
        return usuario if usuario is not None and usuario.active else None

    async def logout(self, token: str) -> None:
        await self._users.close_session(token_sha256(token))

    async def _verify(self, stored: str, clave: str) -> bool:
        async with self._turn:
            return await asyncio.to_thread(self._matches, stored, clave)
