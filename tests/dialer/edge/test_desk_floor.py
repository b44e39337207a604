"""The supervisors' side on the real records, the engine driven by hand: orders, holds, listening in, other nodes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agents.desk import DeskError
from agents.grabaciones import Search
from agents.messages import Notice, Overheard, ServerMessage
from agents.supervising import (
    ForceLogout,
    ForcePause,
    Hold,
    LowerHand,
    Move,
    Order,
    Release,
    Say,
    Spy,
    Spying,
    SupervisorHears,
    Unspy,
)
from agents.usuario import Usuario
from config.headset import Headset
from dialer import commands as c
from dialer import events as e
from dialer.edge.desk import AgentsDesk, Texts
from dialer.edge.desk_floor import FloorDesk
from dialer.edge.desk_listening import Headsets
from dialer.edge.desk_recordings import RecordingDesk
from dialer.edge.store import Store
from dialer.records import BooksDown, QueueDown
from dialer.rules import local_day
from metrics.floors import Floors
from metrics.ledger import Ledger
from scripts_llamada.edge.files import load_arboles, load_guiones
from tests.dialer.edge.test_store import loaded, on, talked
from tests.floors import Desk as Engine

ZONE = "America/Santiago"
SUP = Usuario("sup", "Silvia", "supervisor", "", (), "PJSIP/s1")
HEADSET = Headset()
OF_B = Usuario("ana", "Ana", "supervisor", "", ("b",))


class Others:
    """The other nodes: what they are asked, and what they answer."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.answer = b'{"count":1}'
        self.down = False

    async def publish(self, snapshot: bytes) -> None: ...

    async def snapshots(self) -> dict[str, bytes]:
        return {}

    async def ask(self, node: str, question: bytes) -> bytes:
        if self.down:
            raise QueueDown("node n2 does not listen")
        self.asked.append((node, msgspec.json.decode(question)))
        return self.answer


class Room:
    """A floor of two carteras with e1 (of "a") on it, its records, and a supervisor's page; `told`: what it heard."""

    def __init__(
        self, store: Store, books: Any = None, node: str = "n1", nodes: Any = None, headset: Headset = HEADSET
    ) -> None:
        self.engine = Engine({"a": {}, "b": {}}, node=node)
        self.store, self.clock, self.witness, self.floors = store, self, Ledger(), Floors()
        self.nodes = nodes or Others()
        settings = self.engine.engine.books.floor
        texts = Texts(load_guiones(None), load_arboles(None))
        self.desk = AgentsDesk(self.engine.engine, self, self.feed, ZONE, settings, texts)  # type: ignore[arg-type]
        headsets = Headsets("PJSIP/{agent}", headset)
        self.floor = FloorDesk(self.desk, self, books or store, self.nodes, self.floors, headsets)  # type: ignore[arg-type]
        self.told: list[SupervisorHears] = []
        self.heard: list[ServerMessage] = []
        self.floor.enter("sup", self.told.append)
        assert self.told == [Spying("")], "a page that comes anew learns that it listens to nobody"
        self.told.clear()
        self.witness.see(e.EngineStarted(node, "r", settings.model_dump(mode="json")), [], self.now_ms())

    def now_ms(self) -> int:
        return self.engine.now_ms

    def feed(self, event: e.Event) -> None:
        commands = list(self.engine.feed(event))
        self.witness.see(event, commands, self.now_ms())
        for command in commands:
            if isinstance(command, c.TellEar):
                self.desk.tell_ear(command)

    async def sit(self) -> None:
        await self.store.add_usuario(Usuario("e1", "Eva", "ejecutivo", "", ("a",), "PJSIP/e1"))
        await self.desk.connect("e1", ("a",), self.heard.append)
        self.feed(e.LegParked(self.engine.engine.books.roster.agents["e1"].leg_id))
        self.feed(e.AgentReady("e1"))

    async def order(self, order: Order, usuario: Usuario = SUP) -> None:
        await self.floor.order(usuario, order)

    async def refused(self, order: Order, usuario: Usuario = SUP) -> str:
        acts = len(await self.store.audits(99))
        with pytest.raises(DeskError) as no:
            await self.order(order, usuario)
        assert len(await self.store.audits(99)) == acts, "what is refused is not in the audit as done"
        return no.value.code

    async def acts(self) -> list[tuple[str, str]]:
        return [(one.act, one.on) for one in await self.store.audits(99)]

    @property
    def agent(self) -> Any:
        return self.engine.engine.books.roster.agents["e1"]

    def notices(self) -> list[str]:
        return [one.text for one in self.heard if isinstance(one, Notice)]


class NoWriting:
    """Records that can be read and take nothing more."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return self._down if name in ("audit", "hold_cartera", "move_usuario") else getattr(self._store, name)

    async def _down(self, *_: Any) -> None:
        raise BooksDown("away")


def in_room(sqlite_url: str, story: Callable[[Room], Awaitable[None]]) -> None:
    async def body(store: Store) -> None:
        room = Room(store)
        await room.sit()
        await story(room)
        await room.floor.stop()

    on(sqlite_url, body)


def test_each_order_changes_the_floor_tells_the_agent_and_is_in_the_audit(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        room.feed(e.AgentRaisedHand("e1"))
        await room.order(LowerHand(1, "e1"))
        assert room.agent.hand_ms == 0
        await room.order(ForcePause(2, "e1", "baño"))
        assert (room.agent.state, room.agent.reason) == ("pausa", "baño")
        await room.order(Move(3, "e1", ("b",)))
        assert room.agent.carteras == ("b",)
        assert (await room.store.usuario("e1")).carteras == ("b",)  # type: ignore[union-attr]
        await room.order(Say(4, "Bien hecho", "e1"))
        await room.order(ForceLogout(5, "e1"))
        assert room.agent.state == "desconectado"
        assert room.notices()[1:3] == ["Desde la próxima llamada trabaja en: b.", "Bien hecho"]
        names = ["force_logout", "say", "move", "force_pause", "lower_hand"]
        assert await room.acts() == [(name, "e1") for name in names]

    in_room(sqlite_url, story)


def test_what_makes_no_sense_is_refused_with_a_sentence_and_leaves_no_trace(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        assert await room.refused(ForcePause(1, "e9", "baño")) == "not_here"
        assert await room.refused(ForcePause(1, "e1", "siesta")) == "pause"
        assert await room.refused(Move(1, "e1", ("z",))) == "no_such_cartera"
        assert await room.refused(Move(1, "e1", ())) == "no_such_cartera"
        assert await room.refused(Move(1, "e9", ("a",))) == "no_such_agent"
        assert await room.refused(Say(1, "  ", "e1")) == "empty"
        assert await room.refused(Hold(1, "z")) == "no_such_cartera"
        assert await room.refused(Unspy(1)) == "no_ear"
        assert await room.refused(Spy(1, "e9", "listen")) == "not_here"
        calidad = Usuario("q", "Q", "calidad", "")
        assert await room.refused(Spy(1, "e1", "whisper"), calidad) == "forbidden"
        assert await room.refused(Hold(1, "a"), calidad) == "forbidden"
        assert await room.refused(LowerHand(1, "e1"), calidad) == "forbidden"

    in_room(sqlite_url, story)


def test_a_supervisor_of_some_carteras_leaves_the_others_alone(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        of_a = Usuario("ana", "Ana", "supervisor", "", ("a",))
        orders: list[Order] = [
            Spy(1, "e1", "listen"),
            ForcePause(1, "e1", "baño"),
            LowerHand(1, "e1"),
            Move(1, "e1", ("b",)),
            Say(1, "hola", "e1"),
            Say(1, "hola", "", "a"),
            Say(1, "hola"),
            Hold(1, "a"),
            Release(1, "a"),
        ]
        for order in orders:
            assert await room.refused(order, OF_B) == "foreign_cartera"
        assert await room.refused(Move(1, "e1", ("a", "b")), of_a) == "foreign_cartera", "nor gives what is not theirs"
        await room.order(LowerHand(1, "e1"), of_a)

    in_room(sqlite_url, story)


def test_whoever_is_spoken_to_or_stopped_reads_the_supervisors_name(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.store.add_usuario(Usuario("sup", "Silvia Araya", "supervisor", ""))
        await room.floor.learn_names()
        await room.order(Say(1, "Bien hecho", "e1"))
        assert [one.by for one in room.heard if isinstance(one, Notice)] == ["Silvia Araya"]
        await room.order(Hold(2, "a"))
        assert room.floor.board()["carteras"]["a"]["held"]["by"] == "Silvia Araya"

    in_room(sqlite_url, story)


def test_a_held_cartera_places_nothing_says_so_and_is_held_again_after_a_restart(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.order(Hold(1, "a", "se cayó la línea"))
        assert room.engine.engine.books.carteras["a"].held
        held = room.floor.board()["carteras"]["a"]["held"]
        assert (held["by"], held["reason"], held["at_ms"]) == ("sup", "se cayó la línea", room.now_ms())
        fresh = Room(room.store)
        await fresh.floor.take_holds()
        assert fresh.engine.engine.books.carteras["a"].held
        await fresh.order(Release(2, "a"))
        await room.floor.take_holds()
        assert not room.engine.engine.books.carteras["a"].held, "released on one node, it is on all"
        assert room.floor.board()["carteras"]["a"]["held"] is None
        assert await room.acts() == [("release_cartera", "a"), ("hold_cartera", "a")]

    in_room(sqlite_url, story)


def test_listening_is_written_down_before_and_after_and_the_agent_sees_it(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.order(Spy(1, "e1", "whisper"))
        call = room.engine.only(c.CallEar)
        assert (call.endpoint, call.mode) == ("PJSIP/s1", "whisper")
        room.feed(e.EarUp(call.ear_id))
        assert room.told == [Spying("e1", "whisper")]
        page: list[SupervisorHears] = []
        room.floor.enter("sup", page.append)
        assert page == [Spying("e1", "whisper")], "a second page learns it at once"
        room.floor.leave("sup", page.append)
        since_ms = room.now_ms()
        room.engine.now_ms += 5_000
        await room.order(Unspy(2))
        room.feed(e.EarEnded(call.ear_id, 16))
        assert room.told[-1] == Spying("")
        assert [one for one in room.heard if isinstance(one, Overheard)] == [
            Overheard("whisper", "sup"),
            Overheard("", "sup"),
        ]
        await room.floor.stop()
        end, begin = await room.store.audits(9)
        assert (begin.act, begin.on, end.act, end.on) == ("whisper", "e1", "listened", "e1")
        assert (end.detail["desde_ms"], end.detail["hasta_ms"]) == (since_ms, since_ms + 5_000)

    in_room(sqlite_url, story)


def test_closing_the_last_page_takes_the_headset_off_the_line(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.order(Spy(1, "e1", "listen"))
        ear_id = room.engine.only(c.CallEar).ear_id
        room.floor.leave("sup", room.told.append)
        assert room.engine.only(c.HangUp).channel_id == ear_id

    in_room(sqlite_url, story)


def test_without_a_database_nothing_is_done_that_could_not_be_written_down(sqlite_url: str) -> None:
    async def body(store: Store) -> None:
        room = Room(store, NoWriting(store))
        await room.sit()
        for order in (Spy(1, "e1", "listen"), ForceLogout(1, "e1"), Hold(1, "a"), Move(1, "e1", ("b",)), Say(1, "x")):
            assert await room.refused(order) == "books_down"
        assert (room.agent.state, room.agent.carteras, room.notices()) == ("disponible", ("a",), [])
        assert not room.engine.engine.books.ears
        assert not room.engine.engine.books.carteras["a"].held

    on(sqlite_url, body)


# ── other nodes ─────────────────────────────────────────────────────────────────────────────────────


def elsewhere(room: Room) -> None:
    """e1 is at node n2, as its snapshot says."""
    told = msgspec.json.decode(msgspec.json.encode(room.desk.floor())) | {"node": "n2"}
    room.feed(e.AgentLeft("e1"))
    room.floors.hear("n2", told, room.now_ms())


def test_an_order_for_an_agent_of_another_node_goes_there_and_its_refusal_comes_back(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        elsewhere(room)
        await room.order(ForcePause(1, "e1", "baño"))
        node, question = room.nodes.asked[0]
        assert (node, question["by"], question["order"]["type"]) == ("n2", "sup", "force_pause")
        await room.order(Say(2, "a todos"))
        assert [one[0] for one in room.nodes.asked] == ["n2", "n2"]
        room.nodes.answer = b'{"code":"pause","detail":"No existe."}'
        with pytest.raises(DeskError, match="No existe"):
            await room.order(LowerHand(3, "e1"))
        room.nodes.down = True
        with pytest.raises(DeskError, match="n2 no responde"):
            await room.order(ForceLogout(4, "e1"))
        assert await room.refused(Spy(5, "e1", "listen")) == "node_down"

    in_room(sqlite_url, story)


def test_what_another_node_asks_is_done_here_and_nonsense_is_answered(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        order = {"type": "force_pause", "n": 1, "agent_id": "e1", "reason": "baño"}
        asked = {"type": "order", "by": "otra", "order": order}
        answer = msgspec.json.decode(await room.floor.answer(msgspec.json.encode(asked)))
        assert (answer["code"], answer["count"]) == ("", 1)
        assert room.agent.state == "pausa"
        for nonsense in (b"{", b"{}", b'{"type":"order","by":"x","order":{"type":"volar","n":1}}'):
            assert msgspec.json.decode(await room.floor.answer(nonsense))["code"] == "nonsense"

    in_room(sqlite_url, story)


# ── recordings ──────────────────────────────────────────────────────────────────────────────────────


def test_a_play_is_in_the_audit_and_a_file_that_is_missing_is_named_with_its_path(
    sqlite_url: str, tmp_path: Path
) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        attempt = await talked(store)
        folder = tmp_path / "grabaciones"
        desk = RecordingDesk(store, str(folder), ZONE, lambda: 7)
        with pytest.raises(DeskError, match=str(folder)):
            await desk.file_of(SUP, attempt, begins=True)
        folder.mkdir()
        with pytest.raises(DeskError, match=f"{attempt}.wav"):
            await desk.file_of(SUP, attempt, begins=True)
        (folder / f"{attempt}.wav").write_bytes(b"x")
        assert [one.act for one in await store.audits(9)] == ["load"], "nobody heard anything yet"
        assert await desk.file_of(SUP, attempt, begins=False) == str(folder / f"{attempt}.wav")
        await desk.file_of(SUP, attempt, begins=True)
        act = next(one for one in await store.audits(9) if one.act == "play_recording")
        assert (act.at_ms, act.by, act.act, act.on) == (7, "sup", "play_recording", attempt)
        assert act.detail["ejecutivo"] == "e01"
        with pytest.raises(DeskError, match="sus carteras"):
            await desk.file_of(Usuario("x", "X", "supervisor", "", ("otra",)), attempt, begins=True)

    on(sqlite_url, body)


@pytest.mark.parametrize(
    "path",
    ["../../etc/passwd", "c.n1.r.1/../../x", "c.n1.r.1\0", "/etc/passwd", "c.n1.r.1.wav", "", "c.n1..1", "C.N1.R.1"],
)
def test_nothing_but_an_attempts_id_names_a_file(sqlite_url: str, tmp_path: Path, path: str) -> None:
    async def body(store: Store) -> None:
        desk = RecordingDesk(store, str(tmp_path), ZONE, lambda: 7)
        with pytest.raises(DeskError, match="No hay una conversación así"):
            await desk.file_of(SUP, path, begins=True)

    on(sqlite_url, body)


def test_days_are_the_floors_and_both_are_included(sqlite_url: str, tmp_path: Path) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        attempt = await talked(store)
        desk = RecordingDesk(store, str(tmp_path), ZONE, lambda: 7)
        (row,) = await desk.search(SUP, Search(), "", "")
        day = local_day(row["at_ms"], ZONE).isoformat()
        assert [one["attempt_id"] for one in await desk.search(SUP, Search(), day, day)] == [attempt]
        assert not await desk.search(SUP, Search(), "2001-01-01", "2001-01-02")
        with pytest.raises(DeskError, match="2026-02-30"):
            await desk.search(SUP, Search(), "2026-02-30", "")

    on(sqlite_url, body)


def test_a_board_has_names_the_menu_of_pauses_and_every_agents_node(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        room.floor.start()
        async with asyncio.timeout(20):
            while (board := room.floor.board())["agents"][0]["name"] != "Eva":  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.01)
        (eva,) = board["agents"]
        assert (eva["name"], eva["node"], eva["state"]) == ("Eva", "n1", "disponible")
        assert [one["silent"] for one in board["nodes"]] == [False]
        assert "baño" in [one.reason for one in board["pauses"]]

    in_room(sqlite_url, story)
