"""The agents' desk on the real records, with the engine driven by hand: drafts, the hand, pauses, notices, own day."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from agents.desk import DeskError
from agents.messages import CallShown, Consult, Draft, Drafted, Gestion, HandUp, Notice, Promise, ServerMessage
from agents.usuario import Usuario
from config.jornada import PAUSAS, Metas, Pausa
from config.traspasos import Externo, Traspasos
from dialer import commands as c
from dialer import events as e
from dialer.contact import Phone
from dialer.edge.desk import AgentsDesk, Texts
from dialer.edge.desk_own import COLLEAGUE, OwnDesk
from dialer.edge.store import Store
from dialer.records import BooksDown, QueueEntry
from metrics.ledger import Ledger
from scripts_llamada.edge.files import load_arboles, load_guiones
from tests.dialer.edge.cargas import deudor
from tests.dialer.edge.test_store import loaded, on
from tests.floors import Desk as Floor
from tests.floors import contact

MINUTE_MS = 60_000
ZONE = "America/Santiago"


class Added:
    """A queue that remembers what was put into it."""

    def __init__(self) -> None:
        self.cases: list[int] = []

    async def put(self, cartera: str, entries: list[QueueEntry], now_ms: int) -> int:
        self.cases += [one.case_id for one in entries]
        return len(entries)


class Board(Ledger):
    """Remembers what it was told of pauses."""

    spent: tuple[str, int, int] = ("", 0, 0)

    def set_spent(self, agent_id: str, since_ms: int, spent_ms: int) -> None:
        self.spent = (agent_id, since_ms, spent_ms)


class Room:
    """A floor of one cartera ("a"), its records and the desk; `heard`: what each console was told."""

    def __init__(self, store: Store, **texts: Any) -> None:
        self.floor = Floor()
        self.store, self.clock, self.witness, self.queue = store, self, Board(), Added()
        self.heard: dict[str, list[ServerMessage]] = {}
        self.written = 0
        settings = self.floor.engine.books.floor
        said = Texts(load_guiones(None), load_arboles(None), {}, **texts)
        self.desk = AgentsDesk(self.floor.engine, self, self.feed, ZONE, settings, said)  # type: ignore[arg-type]
        self.own = OwnDesk(self.desk, self)  # type: ignore[arg-type]

    def now_ms(self) -> int:
        return self.floor.now_ms

    def feed(self, event: e.Event) -> None:
        """What the service does with commands, as far as consoles go; the store writes when `settle` is called."""
        for command in self.floor.feed(event):
            if isinstance(command, c.TellAgent):
                self.desk.tell(command)
            elif isinstance(command, c.TellHand):
                self.desk.tell_hand(command)
            elif isinstance(command, c.TellConsult):
                self.desk.tell_consult(command)

    async def settle(self) -> None:
        """Write what the engine has said since the last time."""
        calls = (c.RecordAttempt, c.NoteAnswered, c.NoteConnected, c.NoteTransfer, c.CloseAttempt)
        kinds = (c.TellAgent, c.TellHand, *calls)
        said = self.floor.said[self.written :]
        await self.store.write([one for one in said if isinstance(one, (*kinds, c.DropContact))], "n1")
        self.written = len(self.floor.said)

    async def console(self, agent: str, carteras: tuple[str, ...] = ("a",)) -> list[ServerMessage]:
        heard = self.heard[agent] = []
        await self.desk.connect(agent, carteras, heard.append)
        return heard

    async def works(self, agent: str = "e1") -> list[ServerMessage]:
        """The agent is here and disponible."""
        heard = await self.console(agent)
        leg = self.floor.only(c.CallAgent).leg_id
        self.feed(e.AgentReady(agent))
        self.feed(e.LegParked(leg))
        return heard

    def talking(self, case: int = 1) -> str:
        """The agent talks with the debtor of this case, on the telephone that the records have of them."""
        return self.floor.talking(case, "a", phones=(Phone(case, "movil"),))

    async def shown(self) -> CallShown:
        """The card of the last call that the engine wants shown, as the service shows it."""
        show = [one for one in self.floor.said if isinstance(one, c.ShowCall)][-1]
        await self.desk.show(show)
        card = self.heard[show.agent_id][-1]
        assert isinstance(card, CallShown)
        return card


def in_a_room(database: str, story: Callable[[Room], Awaitable[None]], **texts: Any) -> None:
    async def body(store: Store) -> None:
        await loaded(store, *(deudor(n) for n in (1, 2, 3)), cartera="a")
        for code, name, role in (("e1", "Ana", "ejecutivo"), ("e2", "Eva", "ejecutivo"), ("s1", "Sol", "supervisor")):
            await store.add_usuario(Usuario(code, name, role, "x", ("a",), f"PJSIP/{code}"))
        await store.add_usuario(Usuario("e3", "Isa", "ejecutivo", "x", ("a",), "PJSIP/e3"))
        await story(Room(store, **texts))

    on(database, body)


# ── drafts ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_comes_back_in_the_call_after_it_and_is_gone_with_the_gestion(database: str) -> None:
    async def story(room: Room) -> None:
        await room.works()
        attempt = room.talking()
        assert (await room.shown()).draft == ""
        room.written = 0
        await room.settle()
        assert await room.desk.draft("e1", Draft(attempt, '{"code":"D01"}')) == Drafted(attempt)
        await room.console("e1")
        assert (await room.shown()).draft == '{"code":"D01"}', "the page was loaded again"
        room.feed(e.CallEnded(attempt, 16))
        await room.settle()
        assert await room.desk.draft("e1", Draft(attempt, "after the call")) == Drafted(attempt)
        heard = await room.console("e1")
        pending = next(one for one in heard if isinstance(one, CallShown))
        assert (pending.pending, pending.draft) == (True, "after the call")
        await room.desk.save_gestion("e1", Gestion(attempt, "D07", "sin novedad"))
        assert await room.desk.draft("e1", Draft(attempt, "late")) is None
        assert await room.store.draft(attempt, "e1") == ""

    in_a_room(database, story)


def test_a_draft_needs_no_more_than_the_engines_word_and_nobody_elses_call_has_one(database: str) -> None:
    """In mid-conversation the record of who talks may still be on its way."""

    async def story(room: Room) -> None:
        await room.works()
        attempt = room.talking()
        first = [one for one in room.floor.said if isinstance(one, c.RecordAttempt)]
        await room.store.write(first, "n1")
        assert await room.desk.draft("e1", Draft(attempt, "x")) == Drafted(attempt)
        for agent, of in (("e2", attempt), ("e1", "c.n1.nadie.1")):
            with pytest.raises(DeskError, match="no es suya"):
                await room.desk.draft(agent, Draft(of, "y"))
        assert await room.store.draft(attempt, "e1") == "x"

    in_a_room(database, story)


def test_the_results_that_an_ejecutivo_uses_are_counted_by_tree_for_thirty_days(database: str) -> None:
    async def story(room: Room) -> None:
        await room.works()
        attempt = room.talking()
        await room.settle()
        room.feed(e.CallEnded(attempt, 16))
        await room.settle()
        await room.desk.save_gestion("e1", Gestion(attempt, "D07", "sin novedad"))
        assert await room.desk.used("e1") == {"generico": {"D07": 1}}
        assert await room.desk.used("e2") == {}
        room.floor.now_ms += 31 * 86_400_000
        assert await room.desk.used("e1") == {}

    in_a_room(database, story)


# ── hand, notices, pauses ───────────────────────────────────────────────────────────────────────────


def test_the_hand_is_told_to_its_own_console_whoever_changes_it(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        heard = await room.works()
        room.desk.hand("e1", up=True)
        room.desk.hand("e1", up=True)
        room.feed(e.AgentLoweredHand("e1"))
        assert [one for one in heard if isinstance(one, HandUp)] == [HandUp(True), HandUp(False)]

    in_a_room(sqlite_url, story)


def test_a_hand_is_up_again_after_the_node_was_started_anew_until_somebody_lowers_it(database: str) -> None:
    async def story(room: Room) -> None:
        await room.works()
        room.desk.hand("e1", up=True)
        since_ms = room.floor.engine.books.roster.agents["e1"].hand_ms
        await room.settle()
        assert await room.store.hand("e1") == since_ms
        anew = Room(room.store)
        anew.floor.now_ms = room.floor.now_ms + 5_000
        heard = await anew.console("e1")
        assert [one for one in heard if isinstance(one, HandUp)] == [HandUp(True)]
        assert anew.floor.engine.books.roster.agents["e1"].hand_ms == since_ms
        anew.desk.hand("e1", up=False)
        await anew.settle()
        assert await room.store.hand("e1") == 0

    in_a_room(database, story)


def test_the_board_knows_what_was_spent_of_a_pause_before_it_began(database: str) -> None:
    async def story(room: Room) -> None:
        await room.works()
        room.desk.pause("e1", "descanso")
        room.floor.now_ms += 25 * MINUTE_MS
        room.feed(e.AgentReady("e1"))
        await room.settle()
        room.floor.now_ms += MINUTE_MS
        room.desk.pause("e1", "descanso")
        told = [one for one in room.floor.said if isinstance(one, c.TellAgent)][-1]
        await room.desk.count_spent(told)
        assert room.witness.spent == ("e1", told.since_ms, 25 * MINUTE_MS)

    in_a_room(database, story)


def test_a_notice_reaches_one_a_carteras_or_all_consoles_and_says_how_many(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        for agent in ("e1", "e2"):
            await room.console(agent)
        room.floor.engine.books.roster.agents["e2"].carteras = ("b",)
        assert (room.desk.say("Sol", "uno", "e1"), room.desk.say("Sol", "b", cartera="b")) == (1, 1)
        assert room.desk.say("Sol", "todos") == 2
        assert room.desk.say("Sol", "nadie", "e9") == 0
        texts = {who: [one.text for one in said if isinstance(one, Notice)] for who, said in room.heard.items()}
        assert texts == {"e1": ["uno", "todos"], "e2": ["b", "todos"]}

    in_a_room(sqlite_url, story)


def test_a_pause_that_the_settings_do_not_know_is_refused_with_those_there_are(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.works()
        with pytest.raises(DeskError, match="«siesta»; hay: descanso, colacion"):
            room.desk.pause("e1", "siesta")
        assert room.floor.state() == "disponible"
        room.desk.pause("e1", "descanso")
        assert room.floor.state() == "pausa"

    in_a_room(sqlite_url, story)


def test_the_menu_of_pauses_says_what_is_spent_of_each_today(database: str) -> None:
    async def story(room: Room) -> None:
        await room.works()
        room.desk.pause("e1", "descanso")
        room.floor.now_ms += 10 * MINUTE_MS
        room.desk.pause("e1", "baño")
        room.floor.now_ms += 2 * MINUTE_MS
        await room.settle()
        spent = {one.reason: (one.budget_ms, one.used_ms) for one in await room.desk.pauses("e1")}
        assert list(spent) == [one.reason for one in PAUSAS]
        assert (spent["descanso"], spent["baño"]) == ((1_800_000, 10 * MINUTE_MS), (0, 2 * MINUTE_MS))
        room.floor.now_ms += 86_400_000
        room.feed(e.AgentReady("e1"))
        await room.settle()
        assert {one.reason: one.used_ms for one in await room.desk.pauses("e1")}["descanso"] == 0

    in_a_room(database, story)


# ── one's own day ───────────────────────────────────────────────────────────────────────────────────


def test_my_day_counts_the_right_party_by_the_tree_and_shows_the_goals_that_are_set(database: str) -> None:
    async def story(room: Room) -> None:
        await room.works()
        for case, gestion in ((1, {"code": "D01", "promise": Promise("2026-11-26", "40000")}), (2, {"code": "I02"})):
            attempt = room.talking(case)
            room.floor.now_ms += 3 * MINUTE_MS
            room.feed(e.CallEnded(attempt, 16))
            await room.settle()
            await room.desk.save_gestion("e1", Gestion(attempt, comment="Habló y quedó en eso.", **gestion))
            room.floor.now_ms += MINUTE_MS
            room.feed(e.Ticked())
        await room.settle()
        day = await room.own.my_day("e1")
        assert (day.calls, day.gestiones, day.contacts, day.promises) == (2, 2, 1, 1)
        assert (day.promised, day.goal.promises, day.goal.contacts) == ({"CLP": "40000"}, 8, None)
        assert day.states_ms["hablando"] == 6 * MINUTE_MS
        assert sum(day.states_ms.values()) <= day.now_ms - day.since_ms
        assert [one.reason for one in day.pauses] == ["misa"]

    in_a_room(database, story, metas=Metas(compromisos=8), pausas=(Pausa(reason="misa", label="Misa"),))


def test_colleagues_are_who_is_here_and_the_leaders_with_a_headset_never_oneself(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.console("e2")
        await room.works()
        found = await room.own.colleagues("e1")
        assert found == [
            {"code": "e2", "name": "Eva", "role": "ejecutivo", "state": "conectando", **COLLEAGUE},
            {"code": "s1", "name": "Sol", "role": "supervisor", "state": "", **COLLEAGUE},
        ]
        assert [one["code"] for one in await room.own.colleagues("e2")] == ["e1", "s1"]

    in_a_room(sqlite_url, story)


def test_a_debtor_sent_out_leaves_the_gestion_on_the_agents_screen_also_at_their_next_login(sqlite_url: str) -> None:
    """And the engine never hears the number: only the link that dials it, and the records."""

    async def story(room: Room) -> None:
        heard = await room.works()
        attempt = room.talking()
        await room.settle()
        assert [one["code"] for one in (await room.own.colleagues("e1"))[-2:]] == ["ext:juridico", ""]
        room.desk.transfer("e1", "9 8765 4322", attended=False)
        leg = room.floor.engine.books.roster.agents["e1"].leg_id
        room.feed(e.LegParked(leg))
        called = room.floor.only(c.CallOutside)
        assert (called.to, room.desk.number_of(called.to)) == ("num:1", "+56987654322")
        room.feed(e.OutsideUp(called.outside_id))
        room.feed(e.CallBridged(attempt, called.outside_id))
        assert room.desk.with_number(room.floor.only(c.NoteTransfer)).number == "+56987654322"
        assert room.desk.number_of(called.to) == "", "a typed number is forgotten"
        done = [one for one in heard if isinstance(one, Consult)][-1]
        assert done == Consult("done", "+56987654322", yours=True)
        await room.settle()
        room.desk.logout("e1")
        shown = [one for one in await room.console("e1") if isinstance(one, CallShown)]
        assert [(one.attempt_id, one.pending) for one in shown] == [(attempt, True)]
        assert attempt in room.floor.engine.books.calls, "debtor and other still talk"

    lawyers = Externo(code="juridico", label="Jurídico", number="+56221234568")
    in_a_room(sqlite_url, story, traspasos=Traspasos(externos=(lawyers,), free_numbers=True))


async def told(room: Room, kind: str, value: str, case: int = 1, agent: str = "e1") -> int:
    usuario = await room.store.usuario(agent)
    assert usuario is not None
    return await room.own.change(usuario, case, kind, value, "")


def test_only_what_is_on_my_screen_may_be_changed(database: str) -> None:
    """In the call, with its gestión owed, and after a restart, when only the records know that it is."""

    async def story(room: Room) -> None:
        await room.works()
        with pytest.raises(DeskError, match="pantalla"):
            await told(room, "correo", "a@b.cl")
        attempt = room.talking()
        assert await told(room, "correo", "a@b.cl") == room.floor.now_ms
        for case, agent in ((2, "e1"), (1, "e2")):
            with pytest.raises(DeskError, match="pantalla"):
                await told(room, "correo", "c@d.cl", case, agent)
        room.feed(e.CallEnded(attempt, 16))
        await room.settle()
        await told(room, "comuna", "Iquique")
        again = Room(room.store)
        await told(again, "direccion", "Av. Baquedano 100")
        with pytest.raises(DeskError, match="faltan dígitos") as no:
            await told(again, "telefono", "123")
        assert no.value.code == "wrong"

    in_a_room(database, story)


def test_a_dropped_case_goes_back_to_the_queue_with_its_new_telephone(database: str) -> None:
    async def story(room: Room) -> None:
        await room.works()
        room.talking()
        await room.store.write([c.DropContact("a", 1, 1, "no_answer_max")], "n1")
        await told(room, "telefono", "9 8765 4322")
        assert room.queue.cases == [1]

    in_a_room(database, story)


def test_a_card_is_not_dialled_on_the_number_that_was_just_said_to_be_somebody_elses(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.works()
        read = contact(1, phones=(Phone(1, "movil"), Phone(11, "fijo")))
        room.floor.engine.books.previews["e1"] = read
        await told(room, "telefono_invalido", "1")
        assert [one.phone_id for one in room.floor.engine.books.previews["e1"].phones] == [11]

    in_a_room(sqlite_url, story)


def test_a_database_that_is_away_is_said_in_a_sentence_and_the_menu_of_pauses_comes_all_the_same() -> None:
    class Away(Store):
        """Records that cannot be reached."""

        def __init__(self) -> None: ...

        def __getattribute__(self, name: str) -> Any:
            async def down(*_: Any, **__: Any) -> Any:
                raise BooksDown("the database cannot be reached: OSError")

            return down

    async def main() -> None:
        room = Room(Away())
        assert [one.used_ms for one in await room.desk.pauses("e1")] == [0] * len(PAUSAS)
        assert await room.desk.used("e1") == {}
        with pytest.raises(DeskError, match="queda solo en esta pantalla"):
            await room.desk.draft("e1", Draft("c.n1.r.1", "x"))
        for asked in (room.own.my_day("e1"), room.own.my_callbacks("e1"), room.own.colleagues("e1")):
            with pytest.raises(DeskError, match="no responde") as no:
                await asked
            assert no.value.code == "books_down"

    asyncio.run(main())
