"""The lists' part of the door: who may, what is answered, what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx
import pytest

from agents.edge.api import create_app
from agents.edge.listas import open_lists
from agents.listas import Assigned, ListaRefused
from tests.agents.fake_desk import CLAVE, ROLES, SESSION_MS, FakeDesk, FakeUsers


class FakeLists:
    """The port `Listas`: remembers what was asked, refuses the cartera «nada» and list 9."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    async def assign(self, cartera: str, agent_id: str, ruts: Sequence[str], name: str, by: str) -> Assigned:
        self.asked.append((cartera, agent_id, tuple(ruts), name, by))
        if cartera == "nada":
            raise ListaRefused("cartera", "La cartera «nada» no tiene ninguna carga.")
        return Assigned(3, len(ruts) - 1, ((ruts[-1], "ya está en otra lista"),))

    async def listed(self, agent_id: str = "") -> list[dict[str, Any]]:
        return [{"id": 3, "agent_id": agent_id or "e01", "pending": 2}]

    async def show(self, lista_id: int) -> dict[str, Any]:
        if lista_id == 9:
            raise ListaRefused("no_lista", "No hay ninguna lista con el número 9.")
        return {"id": lista_id, "state": "open", "cases": [{"rut": "12345678-5", "state": "skipped"}]}

    async def cancel(self, lista_id: int, by: str) -> int:
        if lista_id == 9:
            raise ListaRefused("no_lista", "No hay ninguna lista abierta con el número 9.")
        return 2


Ask = Callable[..., Awaitable[httpx.Response]]
BODY = {"cartera": "facturas", "agent_id": "e01", "ruts": ["12345678-5", "11111111-1"], "name": "urgentes"}


def on_door(role: str, story: Callable[[Ask, FakeLists], Awaitable[None]]) -> None:
    async def main() -> None:
        desk, lists = FakeDesk(), FakeLists()
        app = create_app(
            desk, FakeUsers(), metrics=lambda: (b"", ""), now_ms=desk.now_ms, session_ms=SESSION_MS
        )
        open_lists(app, lists)
        inside = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=inside, base_url="http://door") as http:
            token = (await http.post("/api/login", json={"usuario": role, "clave": CLAVE})).json()["token"]

            async def ask(method: str, path: str, **more: Any) -> httpx.Response:
                return await http.request(method, path, headers={"Authorization": f"Bearer {token}"}, **more)

            await story(ask, lists)

    asyncio.run(main())


def test_a_supervisor_assigns_a_list_in_its_order_and_hears_who_is_not_on_it() -> None:
    async def story(ask: Ask, lists: FakeLists) -> None:
        made = (await ask("POST", "/api/listas", json=BODY)).json()
        assert made == {"lista_id": 3, "assigned": 1, "refused": [["11111111-1", "ya está en otra lista"]]}
        assert lists.asked == [("facturas", "e01", ("12345678-5", "11111111-1"), "urgentes", "supervisor")]
        assert (await ask("GET", "/api/listas?agent_id=e02")).json()[0]["agent_id"] == "e02"
        assert (await ask("GET", "/api/listas/3")).json()["cases"][0]["state"] == "skipped"
        assert (await ask("DELETE", "/api/listas/3")).json() == {"released": 2}

    on_door("supervisor", story)


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"supervisor", "jefe"}))
def test_nobody_else_may(role: str) -> None:
    async def story(ask: Ask, lists: FakeLists) -> None:
        answers = [await ask("POST", "/api/listas", json=BODY), await ask("GET", "/api/listas")]
        answers += [await ask("DELETE", "/api/listas/3"), await ask("GET", "/api/listas/3")]
        assert [one.status_code for one in answers] == [403, 403, 403, 403]
        assert lists.asked == []

    on_door(role, story)


def test_what_cannot_be_done_is_a_sentence() -> None:
    async def story(ask: Ask, lists: FakeLists) -> None:
        nothing = await ask("POST", "/api/listas", json={**BODY, "cartera": "nada"})
        assert (nothing.status_code, nothing.json()["code"]) == (409, "cartera")
        assert "ninguna carga" in nothing.json()["detail"]
        assert (await ask("DELETE", "/api/listas/9")).status_code == 404
        assert (await ask("GET", "/api/listas/9")).status_code == 404
        assert (await ask("POST", "/api/listas", json={**BODY, "ruts": []})).status_code == 422

    on_door("jefe", story)
