"""The headset's part of the door, over real HTTP."""

from __future__ import annotations

import asyncio

import pytest

from agents.edge.headset import open_headset
from config.headset import Headset
from tests.agents.fake_desk import site

WEB = Headset(ws="ws://127.0.0.1:8088/ws", secret="un-secreto-de-la-sala")


def test_each_is_given_their_own_registration() -> None:
    async def story() -> None:
        async with site() as here:
            open_headset(here.app, WEB, "PJSIP/{agent}")
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
            open_headset(here.app, WEB, "PJSIP/{agent}")
            assert (await here.get("/api/headset", await here.token(role))).status_code == status
            assert (await here.http.get("/api/headset")).status_code == 401

    asyncio.run(story())


def test_a_site_with_other_phones_says_so() -> None:
    async def story() -> None:
        async with site() as here:
            open_headset(here.app, Headset(), "PJSIP/{agent}")
            answer = await here.get("/api/headset", await here.token("supervisor"))
            assert (answer.status_code, answer.json()["code"]) == (404, "no_headset")

    asyncio.run(story())
