"""Fakes of the ports behind the agents' door, and a real server in front of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import msgspec
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from agents.agent import State
from agents.desk import DeskError, Send
from agents.edge.api import create_app
from agents.edge.auth import hash_password
from agents.edge.server import ApiServer
from agents.messages import (
    CallShown,
    Consult,
    Draft,
    Drafted,
    Gestion,
    HandUp,
    PauseReason,
    Problem,
    Saved,
    StateChanged,
)
from agents.usuario import Usuario

NOW_MS = 1_795_000_000_000
SESSION_MS = 3_600_000
CLAVE = "aguja-42-pajar"
HASH = hash_password(CLAVE)
ROLES = ("ejecutivo", "supervisor", "jefe", "gerente", "calidad", "cargas", "mandante", "auditor", "ops")

CARD: dict[str, Any] = {
    "deudor": {"rut": "12345678-5", "nombre": "Ñandú Ltda."},
    "telefonos": [{"e164": "+56912345678", "kind": "movil"}],
    "documentos": [{"numero": "77", "saldo": "1250000"}],
}
SCRIPT: dict[str, Any] = {
    "id": "facturas",
    "start": "saludo",
    "nodes": {
        "saludo": {"kind": "ask", "text": "¿Hablo con…?", "answers": [{"key": 1, "label": "Sí", "goto": "aviso"}]},
        "aviso": {"kind": "legal", "text": "Esta llamada…", "mandatory": True, "next": "fin"},
        "fin": {"kind": "end", "text": "Gracias.", "suggests": "D01"},
    },
}
TREE: dict[str, Any] = {
    "max_promise_days": 30,
    "max_callback_days": 30,
    "dispositions": [
        {"code": "D01", "contact_type": "directo", "label": "Compromiso", "needs": ["date", "amount"]},
        {"code": "D08", "contact_type": "directo", "label": "Llamar después", "needs": ["datetime"]},
        {"code": "S04", "contact_type": "sin_contacto", "label": "Cortan", "needs": []},
    ],
}


class FakeUsers:
    """The port `Users` in memory: one usuario for each role, its code is the role, plus ejecutivos e01…e20."""

    def __init__(self) -> None:
        codes = {role: role for role in ROLES} | {f"e{n:02}": "ejecutivo" for n in range(1, 21)}
        self.usuarios = {code: Usuario(code, code.upper(), role, HASH, ("facturas",)) for code, role in codes.items()}
        self.sessions: dict[str, tuple[str, int]] = {}

    async def usuario(self, code: str) -> Usuario | None:
        return self.usuarios.get(code)

    async def open_session(self, code: str, token_sha256: str, expires_ms: int) -> None:
        self.sessions[token_sha256] = (code, expires_ms)

    async def session_user(self, token_sha256: str, now_ms: int) -> Usuario | None:
        code, expires_ms = self.sessions.get(token_sha256, ("", 0))
        return self.usuarios.get(code) if now_ms < expires_ms else None

    async def close_session(self, token_sha256: str) -> None:
        self.sessions.pop(token_sha256, None)


class FakeDesk:
    """The port `Desk`: keeps what each agent owes, and does what the test tells it to."""

    def __init__(self) -> None:
        self.clock_ms = NOW_MS
        self.sends: dict[str, Send] = {}
        self.states: dict[str, State] = {}
        self.calls: dict[str, CallShown] = {}
        self.gestiones: dict[str, tuple[str, Gestion]] = {}
        self.asked: list[tuple[str, ...]] = []
        self.gone: list[str] = []
        self.put_off: dict[str, Any] = {}
        self.zone = "America/Punta_Arenas"
        self.results: dict[str, dict[str, int]] = {}
        self.menu: tuple[PauseReason, ...] = (PauseReason("otra", "Otra"),)
        self.drafts: list[tuple[str, str, str]] = []
        self.drafting: Callable[[], Awaitable[None]] | None = None
        self.commit: Callable[[], Awaitable[None]] | None = None
        self.on_ready: Callable[[str], None] | None = None

    def now_ms(self) -> int:
        return self.clock_ms

    async def used(self, agent_id: str) -> dict[str, dict[str, int]]:
        return self.results

    async def connect(self, agent_id: str, carteras: tuple[str, ...], send: Send) -> None:
        if agent_id in self.sends:
            self.sends[agent_id](Problem("replaced", "Se abrió otra consola de este ejecutivo."))
        self.sends[agent_id] = send
        self.become(agent_id, self.states.get(agent_id, State.PAUSA))
        if agent_id in self.calls:
            send(self.calls[agent_id])

    def disconnect(self, agent_id: str, send: Send) -> None:
        if self.sends.get(agent_id) is send:
            del self.sends[agent_id]
            self.gone.append(agent_id)

    def become(self, agent_id: str, state: State) -> None:
        self.states[agent_id] = state
        if agent_id in self.sends:
            owed = self.calls.get(agent_id)
            self.sends[agent_id](StateChanged(state, self.clock_ms, attempt_id=owed.attempt_id if owed else ""))

    def show(self, agent_id: str, attempt_id: str, script: dict[str, Any] | None = None) -> None:
        """Put a call on the agent's screen."""
        self.calls[agent_id] = CallShown(attempt_id, "facturas", CARD, SCRIPT if script is None else script, TREE)
        self.become(agent_id, State.HABLANDO)
        if agent_id in self.sends:
            self.sends[agent_id](self.calls[agent_id])

    def end(self, agent_id: str) -> None:
        """The debtor hangs up."""
        old = self.calls[agent_id]
        self.calls[agent_id] = CallShown(old.attempt_id, old.cartera, old.card, old.script, old.tree, pending=True)
        self.become(agent_id, State.CIERRE)

    def ready(self, agent_id: str) -> None:
        self.asked.append(("ready", agent_id))
        if agent_id in self.calls:
            raise DeskError("gestion_due", "Falta la gestión de la llamada anterior.")
        self.become(agent_id, State.DISPONIBLE)
        if self.on_ready is not None:
            self.on_ready(agent_id)

    def dial(self, agent_id: str, caso_id: int) -> None:
        self.asked.append(("dial", agent_id, str(caso_id)))
        if agent_id not in self.calls:
            raise DeskError("no_preview", "Esa ficha ya no está en su pantalla.")

    def skip(self, agent_id: str, caso_id: int, reason: str) -> None:
        self.asked.append(("skip", agent_id, str(caso_id), reason))

    def pause(self, agent_id: str, reason: str) -> None:
        self.asked.append(("pause", agent_id, reason))
        if agent_id not in self.calls:
            self.become(agent_id, State.PAUSA)

    async def pauses(self, agent_id: str) -> tuple[PauseReason, ...]:
        return self.menu

    def hand(self, agent_id: str, *, up: bool) -> None:
        self.asked.append(("hand", agent_id, "up" if up else "down"))
        self.sends[agent_id](HandUp(up))

    async def draft(self, agent_id: str, draft: Draft) -> Drafted | None:
        if self.drafting is not None:
            await self.drafting()
        if draft.attempt_id in self.gestiones:
            return None
        if agent_id not in self.calls or self.calls[agent_id].attempt_id != draft.attempt_id:
            raise DeskError("no_such_call", f"La llamada {draft.attempt_id} no es suya.")
        self.drafts.append((agent_id, draft.attempt_id, draft.text))
        return Drafted(draft.attempt_id)

    def hangup(self, agent_id: str) -> None:
        self.asked.append(("hangup", agent_id))
        if agent_id in self.calls and self.states.get(agent_id) is State.HABLANDO:
            self.end(agent_id)

    def hold(self, agent_id: str) -> None:
        self.asked.append(("hold", agent_id))
        self.become(agent_id, State.ESPERA)

    def registered(self, agent_id: str) -> None:
        self.asked.append(("registered", agent_id))

    def resume(self, agent_id: str) -> None:
        self.asked.append(("resume", agent_id))
        self.become(agent_id, State.HABLANDO)

    def transfer(self, agent_id: str, to: str, *, attended: bool) -> None:
        self.asked.append(("transfer", agent_id, to, "attended" if attended else "blind"))
        if to not in self.sends:
            raise DeskError("transfer_away", f"{to} no está en el piso.")
        self.sends[agent_id](Consult("ringing" if attended else "done", to))

    def transfer_done(self, agent_id: str) -> None:
        self.asked.append(("transfer_done", agent_id))

    def transfer_back(self, agent_id: str) -> None:
        self.asked.append(("transfer_back", agent_id))

    def logout(self, agent_id: str) -> None:
        self.asked.append(("logout", agent_id))
        self.become(agent_id, State.DESCONECTADO)

    async def save_gestion(self, agent_id: str, gestion: Gestion) -> Saved:
        if self.commit is not None:
            await self.commit()
        if gestion.code == "D01" and gestion.promise is None:
            raise DeskError("invalid", "Falta la fecha del compromiso.")
        known = self.gestiones.setdefault(gestion.attempt_id, (agent_id, gestion))
        if known != (agent_id, gestion):
            raise DeskError("exists", f"La llamada {gestion.attempt_id} ya tiene gestión.")
        if self.calls.get(agent_id) is not None and self.calls[agent_id].attempt_id == gestion.attempt_id:
            del self.calls[agent_id]
            self.become(agent_id, State.DISPONIBLE)
        saved = Saved(gestion.attempt_id, list(self.gestiones).index(gestion.attempt_id) + 1)
        return msgspec.structs.replace(saved, **self.put_off)

    def floor(self) -> dict[str, Any]:
        return {"agents": sorted(self.sends)}


class Site:
    """A door that is open: its desk, its users, and clients for it."""

    def __init__(self, app: FastAPI, desk: FakeDesk, users: FakeUsers, url: str, http: httpx.AsyncClient) -> None:
        self.app, self.desk, self.users, self.url, self.http = app, desk, users, url, http

    async def login(self, code: str, clave: str = CLAVE) -> httpx.Response:
        return await self.http.post("/api/login", json={"usuario": code, "clave": clave})

    async def token(self, code: str) -> str:
        answer = await self.login(code)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    async def get(self, path: str, token: str) -> httpx.Response:
        return await self.http.get(path, headers={"Authorization": f"Bearer {token}"})

    def socket(self, token: str, **kwargs: Any) -> connect:
        subprotocols: list[Any] = ["cintillo.v1", f"token.{token}"]
        return connect(f"ws{self.url.removeprefix('http')}/ws", subprotocols=subprotocols, proxy=None, **kwargs)

    @asynccontextmanager
    async def console(self, code: str) -> AsyncIterator[Console]:
        async with self.socket(await self.token(code)) as socket:
            yield Console(socket)


class Console:
    """What a page would see."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, message: dict[str, Any] | str | bytes) -> None:
        await self.socket.send(json.dumps(message) if isinstance(message, dict) else message)

    async def heard(self, kind: str) -> dict[str, Any]:
        """The next message of this type; others are skipped."""
        async with asyncio.timeout(20):
            while True:
                message: dict[str, Any] = json.loads(await self.socket.recv())
                if message["type"] == kind:
                    return message

    async def closed(self) -> tuple[int | None, str | None]:
        """Read on until the server closes: its code and its reason."""
        async with asyncio.timeout(20):
            with suppress(ConnectionClosed):
                while True:
                    await self.socket.recv()
        return self.socket.close_code, self.socket.close_reason


async def until(condition: Callable[[], Any], timeout_s: float = 20.0) -> None:
    """Return when the condition holds; fail when it does not within the time."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - the condition is about another program's socket
            await asyncio.sleep(0.01)


@asynccontextmanager
async def site(desk: FakeDesk | None = None) -> AsyncIterator[Site]:
    desk, users = desk or FakeDesk(), FakeUsers()
    app = create_app(
        desk,
        users,
        metrics=lambda: (b"cintillo_agents 1\n", "text/plain; version=0.0.4"),
        now_ms=desk.now_ms,
        session_ms=SESSION_MS,
    )
    server = ApiServer(app)
    port = await server.start("127.0.0.1", 0)
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as http:
            yield Site(app, desk, users, url, http)
    finally:
        await server.stop()


def on_site(story: Callable[[Site], Coroutine[Any, Any, None]]) -> None:
    """Run one test's story against an open door."""

    async def run() -> None:
        async with site() as here:
            await story(here)

    asyncio.run(run())
