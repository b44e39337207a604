"""The ejecutivo's own part of the door: what is answered, what is masked, what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx
import pytest

from agents.desk import DeskError
from agents.edge.api import create_app
from agents.edge.own import open_own
from agents.messages import PauseReason
from agents.own import Goal, MyDay
from agents.usuario import Usuario
from tests.agents.fake_desk import CLAVE, NOW_MS, ROLES, SESSION_MS, FakeDesk, FakeUsers

PAUSES = (PauseReason("descanso", "Descanso legal", 1_800_000, 60_000), PauseReason("baño", "Baño"))
DAY = MyDay(1, 2, {"hablando": 9}, 3, 2, 1, {"CLP": "50000"}, 3, Goal(8, None), PAUSES)


class FakeOwn:
    """The port `Own`: case 7 is on everybody's screen."""

    def __init__(self) -> None:
        self.kept: list[tuple[Any, ...]] = []

    async def my_day(self, agent_id: str) -> MyDay:
        return DAY

    async def my_callbacks(self, agent_id: str) -> Sequence[dict[str, Any]]:
        return [{"caso_id": 7, "deudor": "Ñandú", "rut": "12345678-5", "e164": "+56912345678", "comment": agent_id}]

    async def colleagues(self, agent_id: str) -> Sequence[dict[str, str]]:
        return [{"code": "e02", "name": "Eva", "role": "ejecutivo", "state": "disponible"}]

    async def change(self, usuario: Usuario, caso_id: int, kind: str, value: str, note: str) -> int:
        if caso_id != 7:
            raise DeskError("not_on_screen", "Ese caso ya no está en su pantalla.")
        if value == "123":
            raise DeskError("wrong", "Al teléfono le faltan dígitos.")
        if value == "cae":
            raise DeskError("books_down", "La base de datos no responde.")
        self.kept.append((usuario.code, caso_id, kind, value, note))
        return NOW_MS


Ask = Callable[..., Awaitable[httpx.Response]]


def on_door(code: str, story: Callable[[Ask, FakeOwn], Awaitable[None]]) -> None:
    """Run a story with this usuario logged in."""

    async def main() -> None:
        desk, own = FakeDesk(), FakeOwn()
        app = create_app(
            desk, FakeUsers(), metrics=lambda: (b"", "text/plain"), now_ms=desk.now_ms, session_ms=SESSION_MS
        )
        open_own(app, own)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as http:
            token = (await http.post("/api/login", json={"usuario": code, "clave": CLAVE})).json()["token"]
            http.headers["Authorization"] = f"Bearer {token}"
            await story(http.request, own)

    asyncio.run(main())


def test_my_day_has_every_figure_and_every_pause_whole() -> None:
    async def story(ask: Ask, own: FakeOwn) -> None:
        answer = await ask("GET", "/api/mi-dia")
        assert answer.json() == {
            "since_ms": 1,
            "now_ms": 2,
            "states_ms": {"hablando": 9},
            "calls": 3,
            "contacts": 2,
            "promises": 1,
            "promised": {"CLP": "50000"},
            "gestiones": 3,
            "goal": {"promises": 8, "contacts": None},
            "pauses": [
                {"reason": "descanso", "label": "Descanso legal", "budget_ms": 1_800_000, "used_ms": 60_000},
                {"reason": "baño", "label": "Baño", "budget_ms": 0, "used_ms": 0},
            ],
        }

    on_door("e01", story)


def test_my_callbacks_are_masked_as_the_card_is() -> None:
    async def story(ask: Ask, own: FakeOwn) -> None:
        (one,) = (await ask("GET", "/api/mis-rellamados")).json()
        assert (one["rut"], one["e164"]) == ("**.***.678-5", "+569****5678")
        assert (one["deudor"], one["comment"]) == ("Ñandú", "e01")
        assert (await ask("GET", "/api/companeros")).json()[0]["code"] == "e02"

    on_door("e01", story)


def test_what_a_debtor_told_is_kept_with_who_and_when() -> None:
    async def story(ask: Ask, own: FakeOwn) -> None:
        body = {"kind": "telefono", "value": "9 8765 4322", "note": "  el  nuevo "}
        answer = await ask("POST", "/api/casos/7/datos", json=body)
        assert (answer.status_code, answer.json()) == (200, {"at_ms": NOW_MS, "by": "e01"})
        assert own.kept == [("e01", 7, "telefono", "9 8765 4322", "el nuevo")]

    on_door("e01", story)


@pytest.mark.parametrize(
    ("caso", "value", "status", "code"),
    [
        (8, "x", 409, "not_on_screen"),
        (7, "123", 422, "wrong"),
        (7, "cae", 503, "books_down"),
        (7, "", 422, "malformed"),
    ],
)
def test_what_cannot_be_kept_is_a_sentence(caso: int, value: str, status: int, code: str) -> None:
    async def story(ask: Ask, own: FakeOwn) -> None:
        answer = await ask("POST", f"/api/casos/{caso}/datos", json={"kind": "telefono", "value": value})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["detail"].endswith(".") and own.kept == []

    on_door("e01", story)


def test_a_kind_that_does_not_exist_is_refused() -> None:
    async def story(ask: Ask, own: FakeOwn) -> None:
        answer = await ask("POST", "/api/casos/7/datos", json={"kind": "apodo", "value": "Rosita"})
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed")

    on_door("e01", story)


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"ejecutivo"}))
def test_it_is_for_who_takes_calls(role: str) -> None:
    async def story(ask: Ask, own: FakeOwn) -> None:
        body = {"kind": "comuna", "value": "Arica"}
        answers = [await ask("GET", f"/api/{path}") for path in ("mi-dia", "mis-rellamados", "companeros")]
        answers.append(await ask("POST", "/api/casos/7/datos", json=body))
        assert [one.status_code for one in answers] == [403, 403, 403, 403]
        assert own.kept == []

    on_door(role, story)
