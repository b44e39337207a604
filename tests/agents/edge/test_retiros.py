"""Pick-ups of payments over real HTTP, on real records."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from agents.edge.api import create_app
from agents.edge.retiros import open_room
from agents.edge.server import ApiServer
from dialer.edge.store import Store
from tests.agents.fake_desk import CLAVE, NOW_MS, SESSION_MS, FakeDesk, FakeUsers
from tests.dialer.edge.test_store_retiro import asked_for

DONE = {"receipt": "R-1", "amount": "99000", "done_on": "2026-11-18"}


class Office:
    """The door with a retiro asked for by e01, and somebody at each desk."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._tokens: dict[str, str] = {}

    async def ask(self, who: str, method: str, path: str, body: Any = None) -> httpx.Response:
        if who not in self._tokens:
            entered = await self._http.post("/api/login", json={"usuario": who, "clave": CLAVE})
            self._tokens[who] = entered.json()["token"]
        headers = {"Authorization": f"Bearer {self._tokens[who]}"}
        return await self._http.request(method, path, headers=headers, json=body)

    async def step(self, who: str, act: str, **body: Any) -> tuple[int, str]:
        answer = await self.ask(who, "POST", f"/api/retiros/1/{act}", body)
        return answer.status_code, answer.json().get("code") or answer.json()["state"]


@asynccontextmanager
async def office(url: str) -> AsyncIterator[Office]:
    store = await Store.open(url)
    await asked_for(store)
    app = create_app(
        FakeDesk(), FakeUsers(), metrics=lambda: (b"", "text/plain"), now_ms=lambda: NOW_MS, session_ms=SESSION_MS
    )
    open_room(app, store)
    server = ApiServer(app)
    port = await server.start("127.0.0.1", 0)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as http:
            yield Office(http)
    finally:
        await server.stop()
        await store.close()


def in_office(url: str, story: Callable[[Office], Awaitable[None]]) -> None:
    async def main() -> None:
        async with office(url) as here:
            await story(here)

    asyncio.run(main())


def test_a_pick_up_goes_over_the_api_from_the_request_to_the_rendicion(sqlite_url: str) -> None:
    async def story(here: Office) -> None:
        [waiting] = (await here.ask("jefe", "GET", "/api/retiros?state=solicitado")).json()
        assert (waiting["id"], waiting["requested_by"], waiting["amount"]) == (1, "e01", "100000")
        assert await here.step("jefe", "approve") == (200, "aprobado")
        assert await here.step("supervisor", "assign", to="e07") == (200, "asignado")
        assert await here.step("supervisor", "done", **DONE) == (200, "realizado")
        closing = {"retiros": [1], "totals": {"CLP": "99000"}, "note": "caja"}
        made = (await here.ask("cargas", "POST", "/api/rendiciones", closing)).json()
        assert (made["id"], made["totals"], made["retiros"][0]["state"]) == (1, {"CLP": "99000"}, "rendido")
        again = await here.ask("jefe", "GET", "/api/rendiciones/1")
        assert again.json()["totals"] == {"CLP": "99000"}

    in_office(sqlite_url, story)


def test_the_door_refuses_what_the_table_refuses_each_with_its_status(sqlite_url: str) -> None:
    async def story(here: Office) -> None:
        assert await here.step("e01", "approve") == (403, "forbidden")
        assert await here.step("supervisor", "done", **DONE) == (409, "state")
        assert await here.step("jefe", "reject") == (422, "missing")
        assert await here.step("jefe", "approve", porque="sí") == (422, "malformed")
        assert await here.step("jefe", "approve") == (200, "aprobado")
        assert await here.step("jefe", "assign", to="jefe") == (403, "oneself")
        assert await here.step("calidad", "annul", note="no corresponde") == (403, "forbidden")
        off = await here.ask("cargas", "POST", "/api/rendiciones", {"retiros": [1], "totals": {"CLP": "1"}})
        assert (off.status_code, off.json()["code"]) == (409, "state")
        missing = await here.ask("jefe", "GET", "/api/rendiciones/7")
        assert (missing.status_code, missing.json()["code"]) == (404, "not_found")

    in_office(sqlite_url, story)


def test_who_has_no_part_in_retiros_sees_none_and_an_ejecutivo_only_their_own(sqlite_url: str) -> None:
    async def story(here: Office) -> None:
        assert len((await here.ask("e01", "GET", "/api/retiros")).json()) == 1
        assert (await here.ask("e02", "GET", "/api/retiros")).json() == []
        assert (await here.ask("mandante", "GET", "/api/retiros")).status_code == 403

    in_office(sqlite_url, story)
