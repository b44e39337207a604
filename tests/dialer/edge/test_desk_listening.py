"""A supervisor at one node listens to an agent of another: two floors, driven by hand, that ask one another things."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from agents.desk import DeskError
from agents.messages import Overheard
from agents.supervising import Spy, Spying, SupervisorHears, Unspy
from config.headset import Headset
from dialer import commands as c
from dialer import events as e
from dialer.edge.desk_listening import LEASE_MS
from dialer.edge.store import Store
from dialer.records import QueueDown
from tests.dialer.edge.test_desk_floor import SUP, NoWriting, Room
from tests.dialer.edge.test_store import on

SECRET = "un-secreto-de-la-sala"
HOME = Headset(ws="/sip", secret=SECRET, nodes={"n2": "wss://n2.example/sip", "n3": "wss://n3.example/sip"})
THERE = Headset(ws="/sip", secret=SECRET, ice=("stun:stun.n2.example",))
ALREADY = Spying("e1", "listen")
LOST = Spying("", "", "El nodo n2 no responde: la escucha terminó.")


class Wire:
    """Redis between the nodes, for one of them. Nobody in `down` is reached, nor reaches anybody."""

    def __init__(self, node: str, rooms: dict[str, Room], down: set[str]) -> None:
        self.node, self.rooms, self.down = node, rooms, down

    async def publish(self, snapshot: bytes) -> None: ...

    async def snapshots(self) -> dict[str, bytes]:
        return {}

    async def ask(self, node: str, question: bytes) -> bytes:
        if self.down & {node, self.node} or node not in self.rooms:
            raise QueueDown(f"node {node} does not listen")
        return await self.rooms[node].floor.answer(question)


class Two:
    """`home` (n1) has the supervisor's page, `there` (n2) has e1 and calls headsets."""

    def __init__(self, store: Store, books_there: Any = None, there: Headset = THERE) -> None:
        self.rooms: dict[str, Room] = {}
        self.down: set[str] = set()
        self.home = self._room(store, None, "n1", HOME)
        self.there = self._room(store, books_there, "n2", there)
        self.there.floor.leave("sup", self.there.told.append)

    def _room(self, store: Store, books: Any, node: str, headset: Headset) -> Room:
        room = self.rooms[node] = Room(store, books, node, Wire(node, self.rooms, self.down), headset)
        return room

    def show(self) -> None:
        """Home knows from n2's snapshot who sits there, a moment later."""
        self.there.engine.now_ms += 1
        told = msgspec.json.decode(msgspec.json.encode(self.there.desk.floor()))
        self.home.floors.hear("n2", told, self.home.now_ms())

    @property
    def told(self) -> list[SupervisorHears]:
        return self.home.told

    @property
    def ears(self) -> dict[str, Any]:
        return self.there.engine.engine.books.ears

    async def beat(self, after_ms: int = 0) -> None:
        for room in self.rooms.values():
            room.engine.now_ms += after_ms
        for room in self.rooms.values():
            if room.engine.engine.books.node not in self.down:
                await room.floor._ears.keep_up()

    async def listen(self) -> str:
        """The headset of the supervisor is on e1's line; its id."""
        await self.home.order(Spy(1, "e1", "listen"))
        call = self.there.engine.only(c.CallEar)
        assert call.endpoint == SUP.endpoint
        assert self.told == [], "it is being called"
        self.there.feed(e.EarUp(call.ear_id))
        await self.beat()
        assert self.told == [ALREADY]
        return str(call.ear_id)

    def hung_up(self, ear_id: str) -> None:
        """The last word of n2 to its Asterisk was to hang this up, and Asterisk does."""
        assert c.HangUp(ear_id) in self.there.engine.last
        self.there.feed(e.EarEnded(ear_id, 16))

    async def acts(self) -> list[str]:
        for room in self.rooms.values():
            await room.floor.stop()
        return [one.act for one in await self.home.store.audits(99)]


def on_two(sqlite_url: str, story: Callable[[Two], Awaitable[None]], **changes: Any) -> None:
    async def body(store: Store) -> None:
        books = NoWriting(store) if changes.pop("unwritable", False) else None
        two = Two(store, books, **changes)
        await two.there.sit()
        two.show()
        await story(two)
        for room in two.rooms.values():
            await room.floor.stop()

    on(sqlite_url, body)


def test_a_headset_is_called_where_the_agent_sits_and_turned_and_ended_from_the_supervisors_own_page(
    sqlite_url: str,
) -> None:
    async def story(two: Two) -> None:
        ear_id = await two.listen()
        await two.home.order(Spy(2, "e1", "whisper"))
        assert two.there.engine.only(c.TurnEar).mode == "whisper"
        assert two.told[-1] == Spying("e1", "whisper"), "with the order's own answer: the microphone opens at once"
        page: list[SupervisorHears] = []
        two.home.floor.enter("sup", page.append)
        assert page == [Spying("e1", "whisper")], "a second page learns it"
        await two.home.order(Unspy(3))
        assert two.told[-1] == Spying("")
        two.hung_up(ear_id)
        await two.beat()
        assert two.told[-1] == Spying(""), "and nothing more"
        overheard = [one.mode for one in two.there.heard if isinstance(one, Overheard)]
        assert overheard == ["listen", "whisper", ""], "the agent sees it as of any supervisor"
        assert await two.acts() == ["listened", "whisper", "listen"], "each is written down once"

    on_two(sqlite_url, story)


def test_what_that_node_refuses_is_said_and_is_not_in_the_audit(sqlite_url: str) -> None:
    async def story(two: Two) -> None:
        two.there.agent.leg_up = False
        assert await two.home.refused(Spy(1, "e1", "listen")) == "no_line"
        two.there.agent.leg_up = True
        two.down.add("n2")
        with pytest.raises(DeskError, match="El nodo n2 no responde: la orden no llegó"):
            await two.home.order(Spy(1, "e1", "listen"))
        assert (two.told, await two.acts()) == ([], [])

    on_two(sqlite_url, story)


def test_what_that_node_cannot_write_down_is_not_done(sqlite_url: str) -> None:
    async def story(two: Two) -> None:
        assert await two.home.refused(Spy(1, "e1", "listen")) == "books_down"
        assert not two.ears

    on_two(sqlite_url, story, unwritable=True)


def test_a_headset_that_is_not_answered_there_says_so_on_the_page(sqlite_url: str) -> None:
    async def story(two: Two) -> None:
        await two.home.order(Spy(1, "e1", "listen"))
        two.there.feed(e.EarEnded(two.there.engine.only(c.CallEar).ear_id, 19))
        await two.beat()
        assert two.told == [Spying("", "", "Su audífono no contestó: revise que esté registrado.")]

    on_two(sqlite_url, story)


def test_the_end_of_the_agents_day_reaches_the_page_in_words(sqlite_url: str) -> None:
    async def story(two: Two) -> None:
        ear_id = await two.listen()
        two.there.feed(e.AgentLeft("e1"))
        two.hung_up(ear_id)
        await two.beat()
        assert two.told[-1] == Spying("", "", "El ejecutivo salió del piso.")

    on_two(sqlite_url, story)


def test_closing_the_page_hangs_the_headset_up_at_the_other_node(sqlite_url: str) -> None:
    async def story(two: Two) -> None:
        ear_id = await two.listen()
        two.home.floor.leave("sup", two.home.told.append)
        await two.home.floor.stop()
        two.hung_up(ear_id)
        assert not two.ears

    on_two(sqlite_url, story)


def test_a_headset_whose_page_nobody_vouches_for_is_hung_up(sqlite_url: str) -> None:
    """The home node was killed: it said no goodbye."""

    async def story(two: Two) -> None:
        ear_id = await two.listen()
        two.down.add("n1")
        await two.beat(LEASE_MS - 1)
        assert two.ears, "a moment without word is no reason"
        await two.beat(1)
        two.hung_up(ear_id)
        assert not two.ears

    on_two(sqlite_url, story)


def test_a_node_that_dies_under_a_headset_is_named_to_the_supervisor(sqlite_url: str) -> None:
    async def story(two: Two) -> None:
        await two.listen()
        two.down.add("n2")
        await two.beat(LEASE_MS - 1)
        assert two.told == [ALREADY]
        await two.beat(1)
        assert two.told == [ALREADY, LOST]
        assert await two.home.refused(Unspy(2)) == "no_ear"

    on_two(sqlite_url, story)


def test_a_node_that_was_started_anew_knows_of_no_headset_and_the_page_learns_it(sqlite_url: str) -> None:
    async def story(two: Two) -> None:
        await two.listen()
        again = two.rooms["n2"] = Room(two.home.store, None, "n2", Wire("n2", two.rooms, two.down), THERE)
        await two.beat()
        assert two.told == [ALREADY, Spying("")]
        await again.floor.stop()

    on_two(sqlite_url, story)


def test_from_one_node_to_another_the_headset_leaves_the_first_line(sqlite_url: str) -> None:
    async def story(two: Two) -> None:
        far = await two.listen()
        await two.home.sit()
        two.there.feed(e.AgentLeft("e1"))  # e1 changes to a seat of node n1
        two.there.feed(e.EarEnded(far, 16))
        await two.beat()
        two.home.told.clear()
        await two.home.order(Spy(1, "e1", "listen"))
        near = two.home.engine.only(c.CallEar).ear_id
        two.home.feed(e.EarUp(near))
        assert two.told == [ALREADY]
        await two.there.desk.connect("e2", ("a",), two.there.heard.append)
        two.there.feed(e.LegParked(two.there.engine.engine.books.roster.agents["e2"].leg_id))
        two.show()
        await two.home.order(Spy(2, "e2", "listen"))
        far = two.there.engine.only(c.CallEar).ear_id
        assert two.home.engine.only(c.HangUp).channel_id == near
        two.home.feed(e.EarEnded(near, 16))
        assert two.told == [ALREADY], "the page is not told that it listens to nobody: its headset is being called"
        two.there.feed(e.EarUp(far))
        await two.beat()
        assert two.told == [ALREADY, Spying("e2", "listen")]
        await two.home.order(Spy(3, "e1", "listen"))
        two.hung_up(far)
        two.home.feed(e.EarUp(two.home.engine.only(c.CallEar).ear_id))
        await two.beat()
        assert two.told == [ALREADY, Spying("e2", "listen"), ALREADY]

    on_two(sqlite_url, story)


# ── with what the page registers there ──────────────────────────────────────────────────────────────


async def no_line(two: Two, node: str) -> str:
    with pytest.raises(DeskError) as no:
        await two.home.floor.line(node, "sup")
    return f"{no.value.code}: {no.value}"


def test_the_page_registers_at_the_other_node_with_what_that_one_says(sqlite_url: str) -> None:
    async def story(two: Two) -> None:
        line = await two.home.floor.line("n2", "sup")
        assert (line.ws, line.user) == ("wss://n2.example/sip", "sup")
        assert line.ice.servers[0].urls == THERE.ice
        own = await two.home.floor.line("n1", "sup")
        assert (own.ws, own.password) == ("/sip", line.password)
        assert await no_line(two, "n3") == "node_down: El nodo n3 no responde: la orden no llegó."
        assert await no_line(two, "n4") == "no_headset: El nodo n4 no está en [headset.nodes] de n1: agréguelo ahí."

    on_two(sqlite_url, story)


@pytest.mark.parametrize("there", [Headset(), Headset(ws="/sip", secret="otro-secreto-de-sala")])
def test_a_node_without_such_headsets_or_with_another_secret_is_said(sqlite_url: str, there: Headset) -> None:
    async def story(two: Two) -> None:
        assert "no tiene audífono en el navegador, o su [headset] secret es otro" in await no_line(two, "n2")

    on_two(sqlite_url, story, there=there)
