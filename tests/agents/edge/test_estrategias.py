"""Strategies over real HTTP: who may read, who may publish, and how a refusal is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from agents.desk import DeskError
from agents.edge.api import create_app
from agents.edge.estrategias import open_strategies
from agents.edge.server import ApiServer
from agents.estrategias import StrategyRefused
from agents.usuario import Usuario
from config.versions import Fault
from tests.agents.fake_desk import CLAVE, NOW_MS, SESSION_MS, FakeDesk, FakeUsers


class FakeStrategies:
    """The port `Estrategias`: remembers what it is asked; `wrong`: what it refuses the next time with."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.wrong: DeskError | None = None

    def _told(self, *asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if self.wrong:
            raise self.wrong
        return {"number": 3}

    async def table(self, usuario: Usuario) -> dict[str, Any]:
        return self._told("table", usuario.code)

    async def history(self, usuario: Usuario, cartera: str) -> list[dict[str, Any]]:
        return [self._told("history", cartera)]

    async def publish(
        self, usuario: Usuario, cartera: str, base: int, changes: Mapping[str, Any], note: str
    ) -> dict[str, Any]:
        return self._told("publish", cartera, base, dict(changes), note)

    async def go_back(self, usuario: Usuario, cartera: str, base: int, number: int, note: str) -> dict[str, Any]:
        return self._told("go_back", cartera, base, number, note)

    async def try_out(
        self, usuario: Usuario, cartera: str, changes: Mapping[str, Any], agents: int, hours: float
    ) -> dict[str, Any]:
        return self._told("try_out", cartera, dict(changes), agents, hours)

    def trial(self, usuario: Usuario, number: int) -> dict[str, Any]:
        return self._told("trial", number)

    async def cancel_trial(self, usuario: Usuario, number: int) -> None:
        self._told("cancel", number)


class Office:
    def __init__(self, http: httpx.AsyncClient, desk: FakeStrategies) -> None:
        self._http, self.desk = http, desk
        self._tokens: dict[str, str] = {}

    async def ask(self, who: str, method: str, path: str, body: Any = None) -> httpx.Response:
        if who not in self._tokens:
            entered = await self._http.post("/api/login", json={"usuario": who, "clave": CLAVE})
            self._tokens[who] = entered.json()["token"]
        headers = {"Authorization": f"Bearer {self._tokens[who]}"}
        return await self._http.request(method, f"/api/{path}", headers=headers, json=body)


@asynccontextmanager
async def office() -> AsyncIterator[Office]:
    app = create_app(
        FakeDesk(), FakeUsers(), metrics=lambda: (b"", "text/plain"), now_ms=lambda: NOW_MS, session_ms=SESSION_MS
    )
    desk = FakeStrategies()
    open_strategies(app, desk)
    server = ApiServer(app)
    port = await server.start("127.0.0.1", 0)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as http:
            yield Office(http, desk)
    finally:
        await server.stop()


def in_office(story: Callable[[Office], Awaitable[None]]) -> None:
    async def main() -> None:
        async with office() as here:
            await story(here)

    asyncio.run(main())


CHANGE = {"base": 2, "changes": {"ring_s": 25, "amd": None}, "note": " menos quejas "}
ACTS = [
    ("PUT", "estrategias/facturas", CHANGE),
    ("PUT", "metas", CHANGE),
    ("POST", "estrategias/facturas/volver", {"base": 2, "number": 1}),
    ("POST", "metas/volver", {"base": 2, "number": 0, "note": "x"}),
    ("POST", "estrategias/facturas/prueba", {"changes": {"ring_s": 25}, "agents": 4, "hours": 1.5}),
    ("GET", "pruebas/3", None),
    ("DELETE", "pruebas/3", None),
]
READS = ["estrategias", "estrategias/facturas/versiones", "metas/versiones"]


def test_the_jefe_publishes_and_tries_and_each_word_arrives() -> None:
    async def story(here: Office) -> None:
        for method, path, body in ACTS:
            assert (await here.ask("jefe", method, path, body)).is_success, path
        changes = {"ring_s": 25, "amd": None}
        assert here.desk.asked == [
            ("publish", "facturas", 2, changes, "menos quejas"),
            ("publish", "", 2, changes, "menos quejas"),
            ("go_back", "facturas", 2, 1, ""),
            ("go_back", "", 2, 0, "x"),
            ("try_out", "facturas", {"ring_s": 25}, 4, 1.5),
            ("trial", 3),
            ("cancel", 3),
            ("trial", 3),
        ]

    in_office(story)


def test_who_sees_the_floor_reads_all_of_it_and_only_the_jefe_changes_any() -> None:
    async def story(here: Office) -> None:
        for who in ("supervisor", "gerente", "ops", "jefe"):
            for path in READS:
                assert (await here.ask(who, "GET", path)).status_code == 200, (who, path)
        here.desk.asked.clear()
        for who in ("supervisor", "gerente", "ops", "e01", "mandante"):
            for method, path, body in ACTS:
                assert (await here.ask(who, method, path, body)).status_code == 403, (who, path)
        for path in READS:
            assert (await here.ask("e01", "GET", path)).status_code == 403
        assert here.desk.asked == []

    in_office(story)


def test_a_refusal_names_each_key_and_a_conflict_is_a_conflict() -> None:
    async def story(here: Office) -> None:
        here.desk.wrong = StrategyRefused([Fault("ring_s", "Debe ser al menos 15 s.")])
        answer = await here.ask("jefe", "PUT", "estrategias/facturas", CHANGE)
        assert answer.status_code == 422
        assert answer.json()["faults"] == [{"key": "ring_s", "detail": "Debe ser al menos 15 s."}]
        for code, status in (("version_taken", 409), ("trial_running", 409), ("no_such_cartera", 404)):
            here.desk.wrong = DeskError(code, "Una frase.")
            answer = await here.ask("jefe", "PUT", "estrategias/facturas", CHANGE)
            assert (answer.status_code, answer.json()["detail"]) == (status, "Una frase.")

    in_office(story)


def test_what_is_malformed_does_not_reach_the_desk() -> None:
    async def story(here: Office) -> None:
        wrong = [
            ("PUT", "estrategias/facturas", {"base": -1, "changes": {}}),
            ("PUT", "estrategias/facturas", {"base": 0, "changes": {}, "more": 1}),
            ("PUT", "estrategias/..x", CHANGE),
            ("POST", "estrategias/facturas/prueba", {"changes": {}, "agents": 9_999}),
            ("POST", "estrategias/facturas/prueba", {"changes": {}, "hours": 99}),
        ]
        for method, path, body in wrong:
            assert (await here.ask("jefe", method, path, body)).status_code == 422
        assert here.desk.asked == []

    in_office(story)
