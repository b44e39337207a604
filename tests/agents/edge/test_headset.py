"""The headset's part of the door, over real HTTP."""

from __future__ import annotations

import asyncio

import pytest

from agents.desk import DeskError
from agents.edge.headset import open_headset
from agents.headset import Registration, registration
from config.headset import Headset
from tests.agents.fake_desk import NOW_MS, site

WEB = Headset(ws="ws://127.0.0.1:8088/ws", secret="un-secreto-de-la-sala")


async def line_at(node: str, code: str) -> Registration:
    """Of the other nodes n2 answers, n3 is away and no other has headsets in browsers."""
    if node == "n2":
        found = registration(Headset(ws="wss://n2.example/sip", secret=WEB.secret), "PJSIP/{agent}", code, NOW_MS)
        assert found is not None
        return found
    raise DeskError("node_down" if node == "n3" else "no_headset", f"El nodo {node}…")


def test_each_is_given_their_own_registration() -> None:
    async def story() -> None:
        async with site() as here:
            open_headset(here.app, WEB, "PJSIP/{agent}", line_at)
            first = (await here.get("/api/headset", (await here.login("e01")).json()["token"])).json()
            second = (await here.get("/api/headset", (await here.login("e02")).json()["token"])).json()
            assert (first["user"], second["user"]) == ("e01", "e02")
            assert first["password"] != second["password"]
            assert first["ws"] == WEB.ws
            assert first["visible_to_agent"] is True

    asyncio.run(story())


@pytest.mark.parametrize(("role", "status"), [("supervisor", 200), ("calidad", 200), ("cargas", 403), ("gerente", 403)])
def test_who_listens_has_one_too_and_who_does_neither_is_refused(role: str, status: int) -> None:
    async def story() -> None:
        async with site() as here:
            open_headset(here.app, WEB, "PJSIP/{agent}", line_at)
            assert (await here.get("/api/headset", await here.token(role))).status_code == status
            assert (await here.http.get("/api/headset")).status_code == 401

    asyncio.run(story())


def test_a_site_with_other_phones_says_so() -> None:
    async def story() -> None:
        async with site() as here:
            open_headset(here.app, Headset(), "PJSIP/{agent}", line_at)
            answer = await here.get("/api/headset", await here.token("supervisor"))
            assert (answer.status_code, answer.json()["code"]) == (404, "no_headset")

    asyncio.run(story())


@pytest.mark.parametrize(
    ("role", "node", "status"),
    [
        ("supervisor", "n2", 200),
        ("supervisor", "n3", 503),
        ("supervisor", "n4", 404),
        ("supervisor", "../n2", 422),
        ("ejecutivo", "n2", 403),
    ],
)
def test_who_listens_registers_at_another_node_and_what_keeps_them_off_is_said(
    role: str, node: str, status: int
) -> None:
    async def story() -> None:
        async with site() as here:
            open_headset(here.app, WEB, "PJSIP/{agent}", line_at)
            answer = await here.get(f"/api/headset?node={node}", await here.token(role))
            assert answer.status_code == status
            assert status != 200 or (answer.json()["ws"], answer.json()["user"]) == ("wss://n2.example/sip", role)
            assert status not in (404, 503) or answer.json()["detail"] == f"El nodo {node}…"

    asyncio.run(story())
