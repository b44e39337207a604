"""Pretend ejecutivos work at a real door, before a fake desk."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from agents.agent import State
from agents.desk import DeskError
from agents.messages import CallShown, Problem
from dialer.edge.pretend_agents import CannotWork, PretendAgent, PretendAgents, Spec
from dialer.sim.agentes import Behaviour
from tests.agents.fake_desk import CARD, CLAVE, SCRIPT, TREE, FakeDesk, Site, site, until

QUICK = Behaviour(read_ms=(0, 2), wrapup_ms=(0, 5))
SLOW_TO_RECORD = Behaviour(read_ms=(0, 2), wrapup_ms=(100_000, 100_000), hangup_chance=0.0)


class Floor(FakeDesk):
    """A desk that gives each agent who is free the next of `count` calls; the debtor goes when the agent is done."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.left = count
        self.placed = 0
        self.on_ready = self.give

    def give(self, agent_id: str) -> None:
        if self.left and agent_id not in self.calls:
            self.left -= 1
            self.placed += 1
            self.show(agent_id, f"c.n1.a.{self.placed}")
            asyncio.get_running_loop().call_later(0.02, self.debtor_goes, agent_id, self.placed)

    def debtor_goes(self, agent_id: str, n: int) -> None:
        call = self.calls.get(agent_id)
        if call is not None and call.attempt_id == f"c.n1.a.{n}" and not call.pending:
            self.end(agent_id)

    def become(self, agent_id: str, state: State) -> None:
        super().become(agent_id, state)
        if state is State.DISPONIBLE and self.on_ready is not None:
            asyncio.get_running_loop().call_soon(self.give, agent_id)


@asynccontextmanager
async def working(
    here: Site, codes: list[str], behaviour: Behaviour = QUICK, **kwargs: Any
) -> AsyncIterator[PretendAgents]:
    agents = PretendAgents(here.url, [Spec(code, CLAVE) for code in codes], behaviour=behaviour, seed=7, **kwargs)
    await agents.start()
    try:
        yield agents
    finally:
        await agents.stop(grace_s=0.1)


def cut_link(agent: PretendAgent) -> None:
    """As when the Wi-Fi goes: no farewell."""
    if agent._socket is not None:
        agent._socket.transport.abort()


def test_every_call_ends_in_exactly_one_gestion() -> None:
    async def story() -> None:
        floor = Floor(60)
        async with site(floor) as here, working(here, ["e01", "e02", "e03"]) as agents:
            await until(lambda: agents.counters.gestiones == 60, 60)
            counters = agents.counters
            assert (counters.calls, counters.problems, counters.reconnects) == (60, 0, 0)
            assert len(floor.gestiones) == 60
            assert floor.calls == {}
            saved = Counter(gestion.code for _, gestion in floor.gestiones.values())
            assert counters.by_code == saved

    asyncio.run(story())


def test_the_trace_is_the_way_through_the_guion_with_what_is_mandatory_ticked() -> None:
    async def story() -> None:
        floor = FakeDesk()
        async with site(floor) as here, working(here, ["e01"], msgspec.structs.replace(QUICK, hangup_chance=1.0)):
            await until(lambda: floor.states.get("e01") is State.DISPONIBLE)
            floor.show("e01", "c.n1.a.1")
            await until(lambda: floor.gestiones)
            agent_id, gestion = floor.gestiones["c.n1.a.1"]
            assert agent_id == "e01"
            assert gestion.trace == ("saludo", "aviso", "fin")
            assert gestion.ticked == ("aviso",)
            assert ("hangup", "e01") in floor.asked

    asyncio.run(story())


def test_a_link_that_drops_in_the_middle_of_a_call_costs_neither_the_call_nor_its_gestion() -> None:
    async def story() -> None:
        floor = Floor(40)
        async with site(floor) as here, working(here, ["e01", "e02"]) as agents:
            for cut in (5, 10, 15, 20):
                await until(lambda cut=cut: len(floor.gestiones) >= cut, 60)
                for agent in agents.agents:
                    cut_link(agent)
            await until(lambda: len(floor.gestiones) == 40 and not floor.calls, 60)
            await until(lambda: agents.counters.gestiones == 40)
            assert agents.counters.reconnects >= 4

    asyncio.run(story())


def test_a_gestion_whose_answer_was_lost_is_sent_again_after_reconnecting() -> None:
    async def story() -> None:
        floor = FakeDesk()
        committed, answer = asyncio.Event(), asyncio.Event()

        async def commit() -> None:
            committed.set()
            await answer.wait()

        floor.commit = commit
        async with site(floor) as here, working(here, ["e01"]) as agents:
            await until(lambda: floor.states.get("e01") is State.DISPONIBLE)
            floor.show("e01", "c.n1.a.1")
            floor.end("e01")
            await committed.wait()
            cut_link(agents.agents[0])
            await until(lambda: agents.counters.reconnects == 1 and agents.agents[0].welcomed.is_set())
            answer.set()
            await until(lambda: agents.counters.gestiones == 1)
            assert len(floor.gestiones) == 1

    asyncio.run(story())


def test_a_gestion_that_the_desk_refuses_is_tried_again_and_then_made_simpler() -> None:
    class Strict(FakeDesk):
        async def save_gestion(self, agent_id: str, gestion: Any) -> Any:
            if gestion.code != "S04":
                raise DeskError("invalid", "Falta algo.")
            return await super().save_gestion(agent_id, gestion)

    async def story() -> None:
        floor = Strict()
        only_promises = msgspec.structs.replace(QUICK, follow_chance=1.0, hangup_chance=1.0)
        async with site(floor) as here, working(here, ["e01"], only_promises) as agents:
            await until(lambda: floor.states.get("e01") is State.DISPONIBLE)
            floor.show("e01", "c.n1.a.1")
            await until(lambda: agents.counters.gestiones == 1)
            assert floor.gestiones["c.n1.a.1"][1].code == "S04"
            assert agents.counters.problems == 3

    asyncio.run(story())


def test_a_call_that_waits_since_the_last_login_is_recorded_first() -> None:
    async def story() -> None:
        floor = FakeDesk()
        floor.show("e01", "c.n1.a.1")
        floor.end("e01")
        async with site(floor) as here, working(here, ["e01"]) as agents:
            await until(lambda: agents.counters.gestiones == 1)
            assert floor.gestiones["c.n1.a.1"][1].trace == ()

    asyncio.run(story())


def test_a_call_that_nobody_spoke_on_is_let_go_without_a_gestion() -> None:
    async def story() -> None:
        floor = FakeDesk()
        async with site(floor) as here, working(here, ["e01"], SLOW_TO_RECORD) as agents:
            await until(lambda: floor.states.get("e01") is State.DISPONIBLE)
            floor.show("e01", "c.n1.a.1")
            await until(lambda: agents.counters.calls == 1)
            del floor.calls["e01"]
            floor.become("e01", State.DISPONIBLE)
            await until(lambda: agents.counters.released == 1)
            floor.show("e01", "c.n1.a.2")
            await until(lambda: agents.counters.calls == 2)
            assert floor.gestiones == {}

    asyncio.run(story())


def test_a_card_that_comes_when_the_call_is_over_is_recorded_and_one_that_nobody_was_joined_to_is_not() -> None:
    async def story() -> None:
        floor = FakeDesk()
        async with (
            site(floor) as here,
            working(here, ["e01"], msgspec.structs.replace(QUICK, hangup_chance=0.0)) as agents,
        ):
            await until(lambda: floor.states.get("e01") is State.DISPONIBLE)
            never_joined = CallShown("c.n1.a.1", "facturas", CARD, SCRIPT, TREE)
            floor.sends["e01"](never_joined)
            await until(lambda: agents.counters.released == 1)
            floor.show("e01", "c.n1.a.2")
            late = floor.calls["e01"]
            floor.end("e01")
            floor.sends["e01"](late)
            await until(lambda: agents.counters.gestiones == 1)
            assert list(floor.gestiones) == ["c.n1.a.2"]

    asyncio.run(story())


def test_one_who_comes_back_into_the_rest_between_contacts_asks_for_the_next_call() -> None:
    async def story() -> None:
        floor = FakeDesk()
        floor.states["e01"] = State.CIERRE
        async with site(floor) as here, working(here, ["e01"]):
            await until(lambda: ("ready", "e01") in floor.asked)

    asyncio.run(story())


def test_stopping_finishes_the_call_in_hand_and_logs_out() -> None:
    async def story() -> None:
        floor = FakeDesk()
        async with site(floor) as here:
            lazy = msgspec.structs.replace(QUICK, hangup_chance=0.0, wrapup_ms=(300, 300))
            agents = PretendAgents(here.url, [Spec("e01", CLAVE), Spec("e02", CLAVE)], behaviour=lazy)
            await agents.start()
            await until(lambda: floor.states.get("e01") is State.DISPONIBLE)
            floor.show("e01", "c.n1.a.1")
            await until(lambda: agents.counters.calls == 1)
            await agents.stop()
            assert list(floor.gestiones) == ["c.n1.a.1"]
            assert {("logout", "e01"), ("logout", "e02")} <= set(floor.asked)
            assert here.users.sessions == {}
            await until(lambda: not floor.sends)

    asyncio.run(story())


def test_stopping_does_not_wait_for_ever_for_a_gestion() -> None:
    async def story() -> None:
        floor = FakeDesk()
        async with site(floor) as here, working(here, ["e01"], SLOW_TO_RECORD) as agents:
            await until(lambda: floor.states.get("e01") is State.DISPONIBLE)
            floor.show("e01", "c.n1.a.1")
            await until(lambda: agents.counters.calls == 1)
        assert floor.calls["e01"].pending
        assert floor.gestiones == {}

    asyncio.run(story())


def test_a_wrong_clave_is_said_at_the_start() -> None:
    async def story() -> None:
        async with site() as here:
            agents = PretendAgents(here.url, [Spec("e01", "mala")])
            with pytest.raises(CannotWork, match="e01 cannot log in"):
                await agents.start()
            await agents.stop()

    asyncio.run(story())


def test_a_usuario_who_takes_no_calls_is_said_at_the_start() -> None:
    async def story() -> None:
        async with site() as here:
            agents = PretendAgents(here.url, [Spec("jefe", CLAVE)])
            with pytest.raises(CannotWork, match="give it the role ejecutivo"):
                await agents.start()
            await agents.stop()

    asyncio.run(story())


def test_an_api_that_is_not_there_is_said_when_the_time_is_over() -> None:
    async def story() -> None:
        agents = PretendAgents("http://127.0.0.1:1", [Spec("e01", CLAVE)])
        with pytest.raises(TimeoutError, match="no console opened for e01"):
            await agents.start(timeout_s=0.2)
        await agents.stop()

    asyncio.run(story())


def test_a_session_that_was_closed_is_opened_anew() -> None:
    async def story() -> None:
        floor = FakeDesk()
        async with site(floor) as here, working(here, ["e01"]) as agents:
            await until(lambda: floor.states.get("e01") is State.DISPONIBLE)
            here.users.sessions.clear()
            cut_link(agents.agents[0])
            await until(lambda: len(here.users.sessions) == 1 and "e01" in floor.sends)

    asyncio.run(story())


def test_one_who_is_replaced_by_another_console_leaves_it_the_floor() -> None:
    async def story() -> None:
        floor = FakeDesk()
        async with site(floor) as here, working(here, ["e01"]) as agents:
            await until(lambda: floor.states.get("e01") is State.DISPONIBLE)
            async with here.console("e01") as console:
                await console.heard("state")
                await until(agents._tasks[0].done)
                await console.say({"type": "ping"})
                await console.heard("pong")

    asyncio.run(story())


def test_the_headset_is_there_before_the_console_opens_and_is_attached_once() -> None:
    async def story() -> None:
        floor = FakeDesk()
        attached: list[tuple[str, bool]] = []

        async def attach(code: str) -> None:
            attached.append((code, code in floor.sends))

        async with site(floor) as here, working(here, ["e01"], on_headset=attach) as agents:
            await until(lambda: floor.states.get("e01") is State.DISPONIBLE)
            cut_link(agents.agents[0])
            await until(lambda: floor.gone and "e01" in floor.sends)
        assert attached == [("e01", False)]

    asyncio.run(story())


def test_a_problem_that_is_not_about_the_gestion_changes_nothing() -> None:
    async def story() -> None:
        floor = FakeDesk()
        async with site(floor) as here, working(here, ["e01"]) as agents:
            await until(lambda: floor.states.get("e01") is State.DISPONIBLE)
            floor.sends["e01"](Problem("x", "Algo."))
            floor.show("e01", "c.n1.a.1")
            floor.end("e01")
            await until(lambda: agents.counters.gestiones == 1)
            assert agents.counters.problems == 1

    asyncio.run(story())
