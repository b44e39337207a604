"""Strategies that are published, on the real records: what they bring into force, refuse, and leave behind."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from agents.desk import DeskError
from agents.estrategias import StrategyRefused
from agents.usuario import Usuario
from config.edge.files import load_reglas
from config.settings import Settings, parse
from dialer.edge.desk_estrategia import Filed, StrategyDesk
from dialer.edge.store import Store
from dialer.records import BooksDown, TrialRunning
from metrics.ledger import Ledger
from tests.dialer.edge.test_store import on
from tests.floors import TUESDAY_NOON

REGLAS = load_reglas()
JEFE, OF_B = Usuario("jefe", "Jorge", "jefe", ""), Usuario("ana", "Ana", "jefe", "", ("b",))
AGENTS = [
    {"agent_id": "e1", "state": "disponible", "carteras": ["a"]},
    {"agent_id": "e2", "state": "desconectado", "carteras": ["a"]},
]


def filed(**strategy: Any) -> Filed:
    return Filed(parse({"carteras": {"a": strategy, "b": {}}}), REGLAS)


class FakeTrials:
    """Takes one request and holds it."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.last: Any = SimpleNamespace(
            number=0, by="", state="done", days=0, of=0, detail="", about={}, report=None
        )

    async def begin(self, by: str, about: dict[str, Any], request: Any) -> Any:
        if self.last.state == "running":
            raise TrialRunning("one at a time")
        self.requests.append(request)
        self.last = SimpleNamespace(
            number=1, by=by, state="running", days=0, of=0, detail="", about=about, report=None
        )
        return self.last

    async def cancel(self) -> None:
        self.last.state = "cancelled"


class Room:
    """A node's desk of strategies; `applied`: what was brought into force, one after the other."""

    def __init__(self, store: Store, file: Filed | None = None, books: Any = None) -> None:
        self.applied: list[Settings] = []
        self.witness, self.trials = Ledger(), FakeTrials()
        self.store, self.file = store, file or filed()
        self.books = books or store

    async def open(self) -> Room:
        now = self.file.under(await self.store.newest_versions(), TUESDAY_NOON)
        self.desk = StrategyDesk(self.books, self.trials, self.witness, self.file, now)
        self.desk.open(self._apply, lambda: {"agents": AGENTS}, lambda: TUESDAY_NOON)
        self.began = now.settings
        return self

    async def _apply(self, settings: Settings, reglas: object) -> None:
        self.applied.append(settings)

    def version(self) -> Any:
        return self.witness.snapshot(TUESDAY_NOON)["carteras"]["a"]["version"]


def in_room(url: str, story: Callable[[Room], Awaitable[None]]) -> None:
    async def main(store: Store) -> None:
        await store.add_usuario(JEFE)
        await story(await Room(store).open())

    on(url, main)


async def refused(work: Awaitable[Any]) -> str:
    with pytest.raises(DeskError) as told:
        await work
    return told.value.code


def test_what_is_published_is_in_force_audited_and_told_with_who_and_when(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        made = await room.desk.publish(JEFE, "a", 0, {"abandon_ratio_max": 0.02, "ring_s": 25}, "menos quejas")
        assert made == {"number": 1, "at_ms": TUESDAY_NOON}
        (settings,) = room.applied
        assert (settings.carteras["a"].abandon_ratio_max, settings.carteras["a"].ring_s) == (0.02, 25)
        assert room.version() == {"number": 1, "unfit": ""}
        (act,) = await room.store.audits(5)
        assert (act.by, act.act, act.on) == ("jefe", "publish_strategy", "a")
        assert act.detail["cambios"] == ["abandon_ratio_max: archivo → 0.02", "ring_s: archivo → 25.0"]
        row = (await room.desk.table(JEFE))["carteras"]["a"]
        assert (row["number"], row["by"], row["note"], row["agents"]) == (1, "Jorge", "menos quejas", 1)
        assert (row["file"]["ring_s"], row["now"]["ring_s"], row["marks"]["ring_s"]["by"]) == (30, 25, "Jorge")

    in_room(sqlite_url, story)


def test_who_publishes_over_an_older_version_is_told_so_and_changes_nothing(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.desk.publish(JEFE, "a", 0, {"ring_s": 25}, "")
        assert await refused(room.desk.publish(JEFE, "a", 0, {"ring_s": 35}, "")) == "version_taken"
        assert await refused(room.desk.go_back(JEFE, "a", 0, 0, "")) == "version_taken"
        assert len(room.applied) == 1

    in_room(sqlite_url, story)


def test_what_the_law_refuses_is_not_kept(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        with pytest.raises(StrategyRefused, match="La norma cl_consumidor permite a lo más 3 %") as told:
            await room.desk.publish(JEFE, "a", 0, {"abandon_ratio_max": 0.05}, "")
        assert [one.key for one in told.value.faults] == ["abandon_ratio_max"]
        assert await room.store.versions() == [] and room.applied == []

    in_room(sqlite_url, story)


def test_going_back_is_a_new_version_and_the_history_stays_whole(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.desk.publish(JEFE, "a", 0, {"ring_s": 25}, "")
        await room.desk.publish(JEFE, "a", 1, {"ring_s": None, "amd": True}, "")
        await room.desk.go_back(JEFE, "a", 2, 1, "mejor antes")
        await room.desk.go_back(JEFE, "a", 3, 0, "")
        assert [one.carteras["a"].ring_s for one in room.applied] == [25, 30, 25, 30]
        told = await room.desk.history(JEFE, "a")
        assert [one["number"] for one in told] == [4, 3, 2, 1]
        assert told[2]["changes"] == [
            {"key": "amd", "before": None, "after": True},
            {"key": "ring_s", "before": 25, "after": None},
        ]
        assert await refused(room.desk.go_back(JEFE, "a", 4, 9, "")) == "no_such_version"
        assert await refused(room.desk.go_back(JEFE, "a", 4, 0, "")) == "nothing"

    in_room(sqlite_url, story)


def test_an_empty_history_is_an_empty_list(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        assert await room.desk.history(JEFE, "a") == []
        assert (await room.desk.table(JEFE))["carteras"]["a"]["number"] == 0

    in_room(sqlite_url, story)


def test_the_goals_are_the_floors_and_not_of_who_has_carteras_of_their_own(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.desk.publish(JEFE, "", 0, {"compromisos": 8}, "")
        assert room.applied[-1].metas.compromisos == 8
        assert await refused(room.desk.publish(OF_B, "", 1, {"compromisos": 9}, "")) == "foreign_cartera"
        assert await refused(room.desk.publish(OF_B, "a", 0, {"ring_s": 25}, "")) == "foreign_cartera"
        assert list((await room.desk.table(OF_B))["carteras"]) == ["b"]
        assert await refused(room.desk.history(JEFE, "zzz")) == "no_such_cartera"

    in_room(sqlite_url, story)


def test_a_node_begins_with_what_was_published_and_takes_what_others_publish(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.desk.publish(JEFE, "a", 0, {"ring_s": 25}, "")
        other = await Room(room.store).open()
        assert other.began.carteras["a"].ring_s == 25
        await other.desk.take_versions()
        assert other.applied == [], "nothing new"
        await room.desk.publish(JEFE, "a", 1, {"ring_s": 20}, "")
        await other.desk.take_versions()
        assert other.applied[-1].carteras["a"].ring_s == 20

    in_room(sqlite_url, story)


def test_a_new_file_keeps_the_versions_that_fit_it_and_says_which_does_not(sqlite_url: str, caplog: Any) -> None:
    async def story(room: Room) -> None:
        await room.desk.publish(JEFE, "a", 0, {"abandon_target": 0.02}, "")
        await room.desk.publish(JEFE, "b", 0, {"ring_s": 25}, "")
        with caplog.at_level(logging.CRITICAL):
            await room.desk.refile(filed(abandon_ratio_max=0.01, weight=2))
            await room.desk.refile(filed(abandon_ratio_max=0.01, weight=3))
        assert [one.levelname for one in caplog.records] == ["CRITICAL"], "told once"
        strategy = room.applied[-1].carteras["a"]
        assert (strategy.abandon_ratio_max, strategy.abandon_target, strategy.weight) == (0.01, None, 3)
        assert room.applied[-1].carteras["b"].ring_s == 25
        assert room.version()["unfit"].startswith("abandon_target: No puede ser más")
        assert (await room.desk.table(JEFE))["carteras"]["a"]["unfit"] == room.version()["unfit"]
        await room.desk.publish(JEFE, "a", 1, {"abandon_target": None}, "")
        assert room.version() == {"number": 2, "unfit": ""}

    in_room(sqlite_url, story)


class Away:
    """Records that cannot be reached."""

    def __getattr__(self, name: str) -> Any:
        async def fail(*_: object) -> Any:
            raise BooksDown("the database cannot be reached")

        return fail


def test_without_the_database_the_new_file_has_the_versions_that_were_known(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.desk.publish(JEFE, "a", 0, {"ring_s": 25}, "")
        away = await Room(room.store, books=Away()).open()
        await away.desk.refile(filed(weight=2))
        assert (away.applied[-1].carteras["a"].ring_s, away.applied[-1].carteras["a"].weight) == (25, 2)
        assert await refused(away.desk.table(JEFE)) == "books_down"

    in_room(sqlite_url, story)


def test_a_change_is_tried_against_what_is_in_force_one_at_a_time(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        await room.desk.publish(JEFE, "a", 0, {"ring_s": 25}, "")
        told = await room.desk.try_out(JEFE, "a", {"abandon_ratio_max": 0.01}, 0, 0)
        assert (told["state"], told["about"]["agents"]) == ("running", 1)
        changed, today = (one["carteras"]["a"] for one in room.trials.requests[0]["settings"])
        assert [(one["ring_s"], one["abandon_ratio_max"]) for one in (changed, today)] == [(25, 0.01), (25, 0.03)]
        assert await refused(room.desk.try_out(JEFE, "a", {"ring_s": 20}, 5, 1)) == "trial_running"
        await room.desk.cancel_trial(JEFE, told["number"])
        assert room.desk.trial(JEFE, told["number"])["state"] == "cancelled"
        assert len(room.applied) == 1 and len(await room.store.versions()) == 1, "nothing was published"
        with pytest.raises(DeskError, match="ya no está"):
            room.desk.trial(JEFE, 7)

    in_room(sqlite_url, story)


def test_what_cannot_be_tried_is_said_before_anything_is_simulated(sqlite_url: str) -> None:
    async def story(room: Room) -> None:
        assert await refused(room.desk.try_out(JEFE, "b", {"ring_s": 20}, 0, 0)) == "no_agents"
        assert await refused(room.desk.try_out(JEFE, "a", {"mode": "manual"}, 5, 1)) == "nothing_dialled"
        assert await refused(room.desk.try_out(JEFE, "a", {"abandon_ratio_max": 0.9}, 5, 1)) == "refused"
        assert room.trials.requests == []

    in_room(sqlite_url, story)
