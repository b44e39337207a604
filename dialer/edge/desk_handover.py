"""Debtors who are handed to supervisors with only the floor's page open: who receives, and what their pages show.

A page that receives is forgotten when its connection goes; the conversation that the supervisor is in goes on without
it, by their headset, and a page that comes back is told of it. What is handed over is in the audit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec

from agents.access import Permission, allowed, mask_rut
from agents.desk import DeskError
from agents.supervising import Handover, Receiving
from agents.supervision import Act, Tell
from agents.usuario import Usuario
from dialer import commands as c
from dialer import ports
from dialer.edge.desk import AgentsDesk
from dialer.receiving import Receiver, code_of
from dialer.records import BooksError

log = logging.getLogger(__name__)

OVER = Handover("")
REPLACED = Receiving(on=False, detail="Otra página suya recibe ahora los traspasos.")
NO_HEADSET = "Su usuario no tiene audífono: pida que le den uno antes de recibir traspasos."


class Handovers:
    """One node's. `endpoint`: a headset's where the usuario has none of their own, with ``{agent}``."""

    def __init__(self, desk: AgentsDesk, books: ports.Piso, endpoint: str, name: Callable[[str], str]) -> None:
        self._desk, self._books, self._endpoint, self._name = desk, books, endpoint, name
        self._pages: dict[str, set[Tell]] = {}
        self._receiving: dict[str, Tell] = {}
        self._now: dict[str, Handover] = {}
        self._calls: dict[str, str] = {}
        self._roles: dict[str, str] = {}
        self._work: set[asyncio.Task[None]] = set()
        desk.on_handover = self.hear

    async def stop(self) -> None:
        """What is on its way into the audit arrives there."""
        await asyncio.gather(*self._work, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    # ── the floor's pages ───────────────────────────────────────────────────────────────────────────

    def enter(self, by: str, tell: Tell) -> None:
        self._pages.setdefault(by, set()).add(tell)
        if by in self._now:
            tell(self._now[by])

    def leave(self, by: str, tell: Tell) -> None:
        self._pages[by].discard(tell)
        if not self._pages[by]:
            del self._pages[by]
        self._forget(by, tell)

    def receive(self, usuario: Usuario, tell: Tell, *, on: bool) -> None:
        """Raises `DeskError` for one who has no headset."""
        by = usuario.code
        if not on:
            self._forget(by, tell)
            return
        endpoint = usuario.endpoint or self._endpoint.replace("{agent}", by)
        if not endpoint:
            raise DeskError("no_headset", NO_HEADSET)
        before = self._receiving.get(by, tell)
        if before is not tell:
            before(REPLACED)
        self._receiving[by], self._roles[by] = tell, usuario.role
        self._desk.receivers.known[by] = Receiver(by, usuario.name, usuario.role, usuario.carteras, endpoint)

    def _forget(self, by: str, tell: Tell) -> None:
        if self._receiving.get(by) is tell:
            del self._receiving[by], self._desk.receivers.known[by]

    def _tell(self, by: str, how: Handover) -> None:
        self._now[by] = how
        for tell in tuple(self._pages.get(by, ())):
            tell(how)

    # ── what the engine says ────────────────────────────────────────────────────────────────────────

    def hear(self, command: c.TellHandover) -> None:
        """To the supervisor's pages: at once who hands over, and a moment later whom; the hand-over into the audit."""
        by = code_of(command.to)
        if command.state == "over":
            self._tell(by, OVER)
            for kept in (self._now, self._calls):
                kept.pop(by, None)
            return
        before = self._now.get(by, OVER) if self._calls.get(by) == command.attempt_id else OVER
        self._calls[by] = command.attempt_id
        agent, state = self._name(command.agent_id), "yours" if command.state == "yours" else "ringing"
        whose = {"agent": agent, "attended": command.attended, "cartera": command.cartera}
        self._tell(by, msgspec.structs.replace(before, state=state, **whose))
        if state == "yours":
            self._spawn(self._audit(command, by))
        else:
            self._spawn(self._show(command, by))

    async def _show(self, command: c.TellHandover, by: str) -> None:
        """Without the records they hear the debtor all the same."""
        try:
            card = await self._desk.card(command.case_id, command.phone_id)
        except BooksError as bad:
            log.error("no card for the debtor who is handed to %s: %s", by, bad)
            return
        if self._calls.get(by) != command.attempt_id:
            return
        debtor = card["deudor"]
        rut = debtor["rut"] if allowed(self._roles.get(by, ""), Permission.SEE_FULL_RUT) else mask_rut(debtor["rut"])
        whom = {"debtor": debtor["nombre"], "rut": rut, "saldo": card["deuda"]["total"]}
        self._tell(by, msgspec.structs.replace(self._now[by], **whom))

    async def _audit(self, command: c.TellHandover, by: str) -> None:
        how = "attended" if command.attended else "blind"
        detail = {"llamada": command.attempt_id, "cartera": command.cartera, "forma": how}
        act = Act(self._desk.now_ms(), command.agent_id, "handover", by, detail)
        try:
            await self._books.audit(act)
        except BooksError as bad:
            log.error("a hand-over is not in the audit, the transfer itself is in the records: %s (%s)", act, bad)
