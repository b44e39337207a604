"""Supervisors who receive, at the desk and on the real records: what their pages are told, and what the audit has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from agents.desk import DeskError
from agents.supervising import Handover, Receive, Receiving, Spy, SupervisorHears
from agents.usuario import Usuario
from config.headset import Headset
from dialer import commands as c
from dialer import events as e
from dialer.edge.desk_floor import FloorDesk
from dialer.edge.desk_listening import Headsets
from dialer.edge.store import Store
from dialer.records import BooksDown
from metrics.floors import Floors
from tests.dialer.edge.test_desk import Room, in_a_room
from tests.dialer.edge.test_desk_floor import Others

SOL = Usuario("s1", "Sol", "supervisor", "", ("a",), "PJSIP/s1")
OF_B = Usuario("s2", "Ada", "supervisor", "", ("b",), "PJSIP/s2")


class Page:
    """A floor page of `usuario`: what it heard of hand-overs."""

    def __init__(self, floor: FloorDesk, usuario: Usuario) -> None:
        self.floor, self.usuario = floor, usuario
        self.heard: list[SupervisorHears] = []
        self.tell = self.heard.append
        floor.enter(usuario.code, self.tell)

    def receive(self, on: bool = True) -> None:
        self.floor.receive(self.usuario, Receive(1, on), self.tell)

    def leave(self) -> None:
        self.floor.leave(self.usuario.code, self.tell)

    @property
    def told(self) -> list[Handover | Receiving]:
        return [one for one in self.heard if isinstance(one, Handover | Receiving)]


class Hall(Room):
    """A room whose supervisors have their own side too; `called` is the id of their headset's call."""

    def __init__(self, room: Room) -> None:
        self.__dict__.update(room.__dict__)
        self.desk.feed = self.feed
        headsets = Headsets("PJSIP/{agent}", Headset())
        self.side = FloorDesk(self.desk, self, self.store, Others(), Floors(), headsets)  # type: ignore[arg-type]
        self.called, self.attempt = "", ""

    def feed(self, event: e.Event) -> None:
        before = len(self.floor.said)
        super().feed(event)
        for command in self.floor.said[before:]:
            if isinstance(command, c.TellHandover):
                self.desk.tell_handover(command)
            elif isinstance(command, c.TellEar):
                self.desk.tell_ear(command)

    async def talks(self) -> None:
        await self.works("e1")
        self.attempt = self.talking()

    def rings(self, *, attended: bool = True) -> None:
        self.desk.transfer("e1", "sup:s1", attended=attended)
        self.feed(e.LegParked(self.floor.engine.books.roster.agents["e1"].leg_id))
        self.called = self.floor.only(c.CallOutside).outside_id

    def refused(self, to: str = "sup:s1") -> tuple[str, str]:
        with pytest.raises(DeskError) as no:
            self.desk.transfer("e1", to, attended=True)
        return no.value.code, str(no.value)

    async def offered(self) -> list[str]:
        return [one["code"] for one in await self.own.colleagues("e1") if one["kind"] == "supervisor"]


def in_a_hall(database: str, story: Callable[[Hall], Awaitable[None]]) -> None:
    async def body(room: Room) -> None:
        hall = Hall(room)
        await story(hall)
        await hall.side.stop()

    in_a_room(database, body)


def test_the_page_is_told_who_hands_over_whom_with_what_saldo_until_it_is_over(database: str) -> None:
    async def story(hall: Hall) -> None:
        page = Page(hall.side, SOL)
        page.receive()
        await hall.talks()
        hall.rings()
        await hall.side.stop()
        at_once, with_card = page.told
        assert at_once == Handover("ringing", "e1", attended=True, cartera="a")
        assert isinstance(with_card, Handover)
        card = await hall.desk.card(1, 1)
        assert (with_card.debtor, with_card.saldo) == (card["deudor"]["nombre"], card["deuda"]["total"])
        assert with_card.rut == card["deudor"]["rut"], "a supervisor sees it whole"
        hall.feed(e.OutsideUp(hall.called))
        hall.feed(e.LegsBridged(hall.floor.engine.books.roster.agents["e1"].leg_id, hall.called))
        hall.desk.transfer_done("e1")
        hall.feed(e.CallBridged(hall.attempt, hall.called))
        yours = page.told[-1]
        assert isinstance(yours, Handover)
        assert (yours.state, yours.debtor) == ("yours", with_card.debtor)
        hall.feed(e.OutsideEnded(hall.called, 16))
        assert page.told[-1] == Handover("")
        await hall.side.stop()
        (act,) = [one for one in await hall.store.audits(9) if one.act == "handover"]
        assert (act.by, act.on, act.at_ms) == ("e1", "s1", hall.now_ms())
        assert act.detail == {"llamada": hall.attempt, "cartera": "a", "forma": "attended"}

    in_a_hall(database, story)


def test_only_who_receives_is_offered_to_ejecutivos_of_their_carteras(sqlite_url: str) -> None:
    async def story(hall: Hall) -> None:
        pages = [Page(hall.side, one) for one in (SOL, OF_B)]
        await hall.talks()
        assert await hall.offered() == []
        assert hall.refused()[0] == "transfer_not_receiving"
        for page in pages:
            page.receive()
        assert await hall.offered() == ["sup:s1"]
        assert hall.refused("sup:s2") == ("transfer_foreign", "Ada no trabaja esta cartera: elija a otra persona.")
        pages[0].receive(on=False)
        assert await hall.offered() == []

    in_a_hall(sqlite_url, story)


def test_a_page_that_goes_receives_no_more_and_of_two_the_last_to_ask_does(sqlite_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.talks()
        old, new = Page(hall.side, SOL), Page(hall.side, SOL)
        old.receive()
        new.receive()
        assert old.told == [Receiving(on=False, detail="Otra página suya recibe ahora los traspasos.")]
        old.leave()
        assert await hall.offered() == ["sup:s1"], "the one that receives is still open"
        new.leave()
        assert await hall.offered() == []

    in_a_hall(sqlite_url, story)


def test_a_page_that_comes_back_in_mid_conversation_is_told_of_it(sqlite_url: str) -> None:
    async def story(hall: Hall) -> None:
        page = Page(hall.side, SOL)
        page.receive()
        await hall.talks()
        hall.rings(attended=False)
        hall.feed(e.OutsideUp(hall.called))
        hall.feed(e.CallBridged(hall.attempt, hall.called))
        await hall.side.stop()
        page.leave()
        again = Page(hall.side, SOL)
        (yours,) = again.told
        assert isinstance(yours, Handover)
        assert (yours.state, yours.agent, yours.attended) == ("yours", "e1", False)
        hall.feed(e.CallEnded(hall.attempt, 16))
        hall.feed(e.OutsideEnded(hall.called, 16))
        assert again.told[-1] == Handover("")
        assert Page(hall.side, SOL).told == []

    in_a_hall(sqlite_url, story)


def test_who_listens_is_not_handed_a_debtor_and_who_is_handed_one_does_not_listen(sqlite_url: str) -> None:
    async def story(hall: Hall) -> None:
        page = Page(hall.side, SOL)
        page.receive()
        await hall.talks()
        hall.feed(e.EarAsked("s1", "PJSIP/s1", "e1", "listen"))
        assert hall.refused()[0] == "transfer_listening"
        ear = hall.floor.only(c.CallEar).ear_id
        hall.feed(e.EarEnded(ear, 16))
        hall.rings()
        with pytest.raises(DeskError, match="termine con él antes de escuchar") as no:
            await hall.side._ears.spy(SOL, Spy(2, "e1", "listen"), "n1")
        assert no.value.code == "has_debtor"

    in_a_hall(sqlite_url, story)


def test_a_role_that_may_not_barge_in_does_not_receive_and_nobody_does_without_a_headset(sqlite_url: str) -> None:
    async def story(hall: Hall) -> None:
        with pytest.raises(DeskError, match="no tiene el permiso barge"):
            Page(hall.side, Usuario("q", "Quena", "calidad", "", (), "PJSIP/q")).receive()
        bare = FloorDesk(hall.desk, hall, hall.store, Others(), Floors(), Headsets("", Headset()))  # type: ignore[arg-type]
        with pytest.raises(DeskError, match="no tiene audífono"):
            Page(bare, Usuario("s3", "Eli", "jefe", "", ())).receive()

    in_a_hall(sqlite_url, story)


def test_without_the_records_the_supervisor_hears_the_debtor_all_the_same(sqlite_url: str) -> None:
    class Away:
        def __init__(self, store: Store) -> None:
            self._store = store

        def __getattr__(self, name: str) -> Any:
            if name != "card":
                return getattr(self._store, name)

            async def down(*_: Any) -> None:
                raise BooksDown("away")

            return down

    async def story(hall: Hall) -> None:
        page = Page(hall.side, SOL)
        page.receive()
        await hall.talks()
        hall.store = Away(hall.store)  # type: ignore[assignment]
        hall.desk._ = hall
        hall.rings()
        await hall.side.stop()
        assert page.told == [Handover("ringing", "e1", attended=True, cartera="a")]

    in_a_hall(sqlite_url, story)
