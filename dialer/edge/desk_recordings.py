"""Recordings: found in the database, played from the folder where this process sees Asterisk's files."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

from agents.desk import DeskError
from agents.grabaciones import Search, named
from agents.supervision import Act
from agents.usuario import Usuario
from dialer import ports
from dialer.records import BooksError
from dialer.rules import midnight_ms

log = logging.getLogger(__name__)


class RecordingDesk:
    """One per node. `folder`: where the files are as this process sees them; `zone`: the floor's, whose days are meant.

    It fulfils `agents.grabaciones.Grabaciones` for the door.
    """

    def __init__(self, books: ports.Piso, folder: str, zone: str, now_ms: Callable[[], int]) -> None:
        self._books, self._folder, self._zone, self._now_ms = books, Path(folder), zone, now_ms

    async def search(self, usuario: Usuario, search: Search, desde: str, hasta: str) -> Sequence[dict[str, Any]]:
        since_ms = midnight_ms(_day("desde", desde), self._zone) if desde else 0
        until_ms = midnight_ms(_day("hasta", hasta) + timedelta(days=1), self._zone) if hasta else 0
        bounds = {"carteras": usuario.carteras, "from_ms": since_ms, "until_ms": until_ms}
        return await self._found(msgspec.structs.replace(search, **bounds))

    async def file_of(self, usuario: Usuario, attempt_id: str, *, begins: bool) -> str:
        name = named(attempt_id)
        own = Search(attempt_id=attempt_id, carteras=usuario.carteras, limit=1)
        found = await self._found(own) if name else []
        if not found:
            raise DeskError("not_found", "No hay una conversación así entre las de sus carteras.")
        path = self._folder / name
        if not self._folder.is_dir():
            sentence = f"No se ve la carpeta de grabaciones {self._folder}: revise asterisk.recordings_here."
            raise DeskError("no_folder", sentence)
        if not path.is_file():
            raise DeskError("no_file", f"La grabación no está en {path}.")
        if begins:
            await self._audit(usuario, found[0])
        return str(path)

    async def _found(self, search: Search) -> Sequence[dict[str, Any]]:
        try:
            return await self._books.recorded(search)
        except BooksError as bad:
            raise _down(bad) from None

    async def _audit(self, usuario: Usuario, row: dict[str, Any]) -> None:
        detail = {"ejecutivo": row["agent_id"], "cartera": row["cartera"]}
        try:
            await self._books.audit(Act(self._now_ms(), usuario.code, "play_recording", row["attempt_id"], detail))
        except BooksError as bad:
            raise _down(bad) from None


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DeskError("wrong_day", f"{name} = {text}: no es un día del calendario.") from None


def _down(bad: BooksError) -> DeskError:
    log.error("recordings cannot be searched: %s", bad)
    return DeskError("books_down", "La base de datos no responde: espere un momento.")
