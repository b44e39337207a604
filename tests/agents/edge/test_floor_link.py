"""The floor page's WebSocket and the supervisors' REST, over real ones."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from agents.desk import DeskError
from agents.edge.floor_link import open_floor
from agents.edge.piso import open_piso
from agents.grabaciones import Search
from agents.supervising import Handover, Order, Receive, Spying
from agents.supervision import Act, Tell
from agents.usuario import Usuario
from tests.agents.fake_desk import NOW_MS, Console, Site, site, until

ATTEMPT = "c.n1.mwupcfgz.000000003"
WAV = b"RIFF" + bytes(range(200))


class FakeSupervision:
    """The port `Supervision`: counts how often the board was made, and refuses what is about e99."""

    def __init__(self) -> None:
        self.boards = 0
        self.asked: list[tuple[str, Order]] = []
        self.pages: dict[str, list[Tell]] = {}
        self.size = 1

    def board(self) -> dict[str, Any]:
        self.boards += 1
        return {"now_ms": NOW_MS, "n": self.boards, "agents": "x" * self.size}

    def enter(self, by: str, tell: Tell) -> None:
        self.pages.setdefault(by, []).append(tell)

    def leave(self, by: str, tell: Tell) -> None:
        self.pages[by].remove(tell)

    def receive(self, usuario: Usuario, order: Receive, tell: Tell) -> None:
        if tell not in self.pages[usuario.code]:
            raise DeskError("no_headset", "Esa página no entró.")
        self.asked.append((usuario.code, order))
        tell(Handover("ringing", "Ana"))

    async def order(self, usuario: Usuario, order: Order) -> None:
        if getattr(order, "agent_id", "") == "e99":
            raise DeskError("not_here", "e99 no está en el piso.")
        self.asked.append((usuario.code, order))

    async def audits(self, limit: int) -> Sequence[Act]:
        return [Act(NOW_MS, "sup", "move", "e01", {"antes": ["a", "b"], "ahora": ["c"], "motivo": ""})][:limit]


class FakeGrabaciones:
    """The port `Grabaciones`: one conversation, whose file is at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.searched: list[tuple[Search, str, str]] = []
        self.played: list[tuple[str, str, bool]] = []

    async def search(self, usuario: Usuario, search: Search, desde: str, hasta: str) -> Sequence[dict[str, Any]]:
        self.searched.append((search, desde, hasta))
        return [{"attempt_id": ATTEMPT, "rut": "12345678-5", "e164": "+56912345678"}]

    async def file_of(self, usuario: Usuario, attempt_id: str, *, begins: bool) -> str:
        if attempt_id != ATTEMPT:
            raise DeskError("not_found", "No hay una conversación así.")
        self.played.append((usuario.code, attempt_id, begins))
        return str(self.path)


class Floor:
    """An open door with both behind it."""

    def __init__(self, here: Site, supervision: FakeSupervision, grabaciones: FakeGrabaciones) -> None:
        self.here, self.supervision, self.grabaciones = here, supervision, grabaciones

    def socket(self, token: str) -> connect:
        subprotocols: list[Any] = ["cintillo.v1", f"token.{token}"]
        return connect(f"ws{self.here.url.removeprefix('http')}/ws/piso", subprotocols=subprotocols, proxy=None)

    @asynccontextmanager
    async def page(self, code: str = "supervisor") -> AsyncIterator[Console]:
        async with self.socket(await self.here.token(code)) as socket:
            yield Console(socket)


def on_floor(tmp_path: Path, story: Any) -> None:
    async def main() -> None:
        supervision, grabaciones = FakeSupervision(), FakeGrabaciones(tmp_path / "g.wav")
        grabaciones.path.write_bytes(WAV)
        async with site() as here:
            open_floor(here.app, supervision)
            open_piso(here.app, supervision, grabaciones)
            await story(Floor(here, supervision, grabaciones))

    asyncio.run(main())


def test_the_page_that_says_it_receives_is_the_one_that_is_told_of_debtors(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        async with floor.page() as page, floor.page() as another:
            await page.say({"type": "receive", "n": 3, "on": True})
            told = await page.heard("handover")
            assert (told["state"], told["agent"]) == ("ringing", "Ana")
            assert await page.heard("done") == {"type": "done", "n": 3}
            assert floor.supervision.asked == [("supervisor", Receive(3, on=True))]
            first = json.loads(await another.socket.recv())
            assert first["type"] == "board"

    on_floor(tmp_path, story)


def test_the_board_comes_at_once_then_each_second_and_after_an_own_order(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        async with floor.page() as page:
            first = json.loads(await page.socket.recv())
            assert (first["type"], first["floor"]["n"]) == ("board", 1)
            assert (await page.heard("board"))["floor"]["n"] == 2
            await page.say({"type": "lower_hand", "n": 7, "agent_id": "e01"})
            assert await page.heard("done") == {"type": "done", "n": 7}
            assert json.loads(await page.socket.recv())["type"] == "board"
            assert [(who, one.agent_id) for who, one in floor.supervision.asked] == [("supervisor", "e01")]

    on_floor(tmp_path, story)


def test_the_board_is_made_once_for_all_pages_that_are_open(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        async with floor.page() as one, floor.page("jefe") as other, floor.page("calidad") as third:
            for page in (one, other, third):
                await page.heard("board")
            made = floor.supervision.boards
            seen = [(await page.heard("board"))["floor"]["n"] for page in (one, other, third)]
            assert len(set(seen)) == 1, "the same board went to everybody"
            assert floor.supervision.boards - made <= 2

    on_floor(tmp_path, story)


def test_an_order_that_cannot_be_carried_out_is_refused_with_its_number(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        async with floor.page() as page:
            await page.say({"type": "spy", "n": 3, "agent_id": "e99", "mode": "listen"})
            refused = await page.heard("refusal")
            assert refused == {"type": "refusal", "n": 3, "code": "not_here", "detail": "e99 no está en el piso."}
            await page.say({"type": "volar", "n": 4})
            nonsense = await page.heard("refusal")
            assert (nonsense["n"], nonsense["code"]) == (4, "nonsense")
            assert "spy" in nonsense["detail"]
            await page.say({"type": "move", "n": 5, "agent_id": "e01", "carteras": ["a"], "quizás": 1})
            assert "quizás" in (await page.heard("refusal"))["detail"]
            await page.say("hola")
            assert (await page.heard("refusal"))["n"] == 0
            await page.say({"type": "ping", "n": 9})
            assert (await page.heard("pong"))["n"] == 9

    on_floor(tmp_path, story)


@pytest.mark.parametrize(("code", "closed"), [("ejecutivo", 4403), ("mandante", 4403), ("cargas", 4403)])
def test_who_may_not_see_the_floor_is_told_by_a_close_code(tmp_path: Path, code: str, closed: int) -> None:
    async def story(floor: Floor) -> None:
        async with floor.page(code) as page:
            assert (await page.closed())[0] == closed
        async with floor.socket("inventado") as socket:
            assert (await Console(socket).closed())[0] == 4401

    on_floor(tmp_path, story)


def test_what_is_told_to_a_supervisor_reaches_each_of_their_pages_and_a_closed_one_is_off_the_list(
    tmp_path: Path,
) -> None:
    async def story(floor: Floor) -> None:
        async with floor.page() as one:
            async with floor.page() as other:
                await one.heard("board")
                await other.heard("board")
                for tell in floor.supervision.pages["supervisor"]:
                    tell(Spying("e01", "listen"))
                for page in (one, other):
                    assert (await page.heard("spying"))["agent_id"] == "e01"
            await until(lambda: len(floor.supervision.pages["supervisor"]) == 1)
        await until(lambda: floor.supervision.pages["supervisor"] == [])

    on_floor(tmp_path, story)


def test_an_ended_session_ends_the_page_with_the_next_thing_it_says_and_a_logout_at_once(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        token = await floor.here.token("supervisor")
        async with floor.socket(token) as socket:
            page = Console(socket)
            await page.heard("board")
            floor.here.users.sessions.clear()
            await page.say({"type": "ping"})
            assert (await page.closed())[0] == 4401
        token = await floor.here.token("supervisor")
        async with floor.socket(token) as socket:
            page = Console(socket)
            await page.heard("board")
            await floor.here.http.post("/api/logout", headers={"Authorization": f"Bearer {token}"})
            assert (await page.closed())[0] == 1000

    on_floor(tmp_path, story)


def test_a_page_that_does_not_read_is_cut_and_the_others_go_on(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        floor.supervision.size = 900_000
        async with floor.page("jefe") as deaf, floor.page() as page:
            room = floor.here.app.state.room
            frame = room.frame()
            await page.heard("board")
            for _ in range(60):
                for link in tuple(room._links):
                    link.put(frame)
                await asyncio.sleep(0)
                await page.heard("board")
            await until(lambda: len(room._links) == 1)
            deaf.socket.transport.abort()

    on_floor(tmp_path, story)


# ── REST ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_audit_is_for_who_may_see_it_and_its_detail_is_a_line_for_people(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        here = floor.here
        answer = await here.get("/api/auditoria?limit=5", await here.token("auditor"))
        assert answer.json() == [
            {"at_ms": NOW_MS, "by": "sup", "act": "move", "on": "e01", "detail": "antes: a b, ahora: c"}
        ]
        assert (await here.get("/api/auditoria", await here.token("supervisor"))).status_code == 403

    on_floor(tmp_path, story)


def test_recordings_are_searched_and_masked_by_role(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        here = floor.here
        path = "/api/grabaciones?rut=12.345.678-k&desde=2026-11-01&hasta=2026-11-02&agent=e01&cartera=a&limit=3"
        (row,) = (await here.get(path, await here.token("supervisor"))).json()
        assert row["rut"] == "12345678-5"
        search, desde, hasta = floor.grabaciones.searched[0]
        assert (search.rut, search.agent, search.cartera, search.limit) == ("12345678-K", "e01", "a", 3)
        assert (desde, hasta) == ("2026-11-01", "2026-11-02")
        (masked,) = (await here.get("/api/grabaciones", await here.token("calidad"))).json()
        assert masked["e164"] == "+569****5678"
        assert (await here.get("/api/grabaciones", await here.token("ejecutivo"))).status_code == 403
        assert (await here.get("/api/grabaciones?desde=ayer", await here.token("supervisor"))).status_code == 422

    on_floor(tmp_path, story)


def test_a_recording_is_played_by_parts_and_its_beginning_is_what_counts_as_a_play(tmp_path: Path) -> None:
    async def story(floor: Floor) -> None:
        here = floor.here
        token = await here.token("supervisor")
        path, headers = f"/api/grabaciones/{ATTEMPT}", {"Authorization": f"Bearer {token}"}
        whole = await here.http.get(path, headers=headers)
        assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, WAV, "audio/wav")
        part = await here.http.get(path, headers=headers | {"Range": "bytes=4-9"})
        assert (part.status_code, part.content) == (206, WAV[4:10])
        assert part.headers["content-range"] == f"bytes 4-9/{len(WAV)}"
        await here.http.get(path, headers=headers | {"Range": "bytes=0-"})
        assert [begins for *_, begins in floor.grabaciones.played] == [True, False, True]
        for other in ("c.n1.r.000000009", "..%2f..%2fetc%2fpasswd"):
            assert (await here.http.get(f"/api/grabaciones/{other}", headers=headers)).status_code == 404

    on_floor(tmp_path, story)
