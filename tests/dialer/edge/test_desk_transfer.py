"""Transfers at the agents' desk, on the real records: whose card, whose draft, whose gestión."""

from __future__ import annotations

import asyncio
from typing import TypeVar

import pytest

from agents.desk import DeskError
from agents.messages import CallShown, Consult, Draft, Drafted, Gestion, Notice, ServerMessage
from dialer import commands as c
from dialer import events as e
from tests.dialer.edge.test_desk import Room, in_a_room

M = TypeVar("M")


def of(heard: list[ServerMessage], kind: type[M]) -> list[M]:
    return [one for one in heard if isinstance(one, kind)]


async def two(room: Room) -> tuple[str, str]:
    """e1 talks, e2 is free: the call and e2's leg."""
    await room.works("e1")
    attempt = room.talking()
    await room.works("e2")
    return attempt, room.floor.engine.books.roster.agents["e2"].leg_id


def test_the_other_sees_the_card_with_what_the_first_has_written_and_records_the_gestion(database: str) -> None:
    async def story(room: Room) -> None:
        attempt, leg = await two(room)
        await room.settle()
        await room.desk.draft("e1", Draft(attempt, '{"code":"D01"}'))
        room.desk.transfer("e1", "e2", attended=False)
        shown = await room.shown()
        assert (shown.attempt_id, shown.draft) == (attempt, '{"code":"D01"}')
        assert of(room.heard["e2"], CallShown) == [shown]
        with pytest.raises(DeskError, match="no es suya"):
            await room.desk.draft("e2", Draft(attempt, "not theirs yet"))
        room.feed(e.CallBridged(attempt, leg))
        assert of(room.heard["e1"], Consult) == [Consult("done", "Eva")]
        await room.settle()
        assert await room.desk.draft("e2", Draft(attempt, "more")) == Drafted(attempt)
        assert await room.desk.draft("e1", Draft(attempt, "late")) is None
        with pytest.raises(DeskError, match="no es suya"):
            await room.desk.save_gestion("e1", Gestion(attempt, "D07", "sin novedad"))
        room.feed(e.CallEnded(attempt, 16))
        await room.settle()
        await room.desk.save_gestion("e2", Gestion(attempt, "D07", "sin novedad"))
        assert [room.floor.engine.books.roster.agents[one].owes for one in ("e1", "e2")] == [[], []]

    in_a_room(database, story)


def test_a_consultation_is_announced_to_whom_it_is_with_and_its_end_told_in_words(database: str) -> None:
    async def story(room: Room) -> None:
        await two(room)
        room.desk.transfer("e1", "e2", attended=True)
        (notice,) = of(room.heard["e2"], Notice)
        assert notice.by == "Ana"
        assert of(room.heard["e1"], Consult) == [Consult("ringing", "Eva")]
        room.desk.logout("e2")
        failed = of(room.heard["e1"], Consult)[-1]
        assert (failed.state, failed.detail) == ("failed", "Eva salió: el deudor vuelve con usted.")

    in_a_room(database, story)


def test_a_supervisor_with_a_headset_on_the_floor_is_handed_a_call_out_of_their_pause(database: str) -> None:
    async def story(room: Room) -> None:
        await room.works("e1")
        room.talking()
        for code in ("e2", "s1"):
            await room.console(code)
            room.feed(e.LegParked(room.floor.only(c.CallAgent).leg_id))
        with pytest.raises(DeskError, match="Eva está en pausa"):
            room.desk.transfer("e1", "e2", attended=False)
        room.desk.transfer("e1", "s1", attended=False)
        assert room.floor.state("s1") == "reservado"

    in_a_room(database, story)


def test_what_cannot_be_is_a_sentence_and_no_event(database: str) -> None:
    async def story(room: Room) -> None:
        await two(room)
        room.floor.last = []
        mine = [("e3", "away"), ("e1", "self"), ("+56912345678", "external")]
        for agent, to, code in [("e2", "e1", "no_call"), *(("e1", *one) for one in mine)]:
            with pytest.raises(DeskError) as no:
                room.desk.transfer(agent, to, attended=True)
            assert no.value.code == f"transfer_{code}"
        for ask in (room.desk.transfer_done, room.desk.transfer_back):
            with pytest.raises(DeskError, match="No hay una llamada"):
                ask("e2")
        assert room.floor.last == []

    in_a_room(database, story)


def test_a_gestion_that_was_being_saved_when_the_call_was_handed_over_is_the_only_one(database: str) -> None:
    """The commit takes its time: meanwhile debtor and other hear each other."""

    async def story(room: Room) -> None:
        attempt, leg = await two(room)
        await room.settle()
        save, begun, done = room.store.save_gestion, asyncio.Event(), asyncio.Event()

        async def slowly(it: object) -> int:
            saved = await save(it)  # type: ignore[arg-type]
            begun.set()
            await done.wait()
            return saved

        room.store.save_gestion = slowly  # type: ignore[method-assign, assignment]
        saving = asyncio.create_task(room.desk.save_gestion("e1", Gestion(attempt, "D07", "sin novedad")))
        await begun.wait()
        room.desk.transfer("e1", "e2", attended=False)
        room.feed(e.CallBridged(attempt, leg))
        done.set()
        await saving
        room.feed(e.CallEnded(attempt, 16))
        await room.settle()
        assert room.floor.engine.books.roster.agents["e2"].owes == []
        assert await room.store.pending_attempts("e2") == []

    in_a_room(database, story)
