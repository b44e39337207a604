"""On real parts: a manual list, a callback of one ejecutivo, and the explanation of both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from agents.messages import Callback, CallShown, Gestion, ServerMessage
from dialer.cli.why import gather
from dialer.commands import ReturnContact
from dialer.edge import schema as t
from dialer.edge.listas import ListDesk
from tests.live.floor import Floor, pause
from tests.reactor import run, until

pytestmark = pytest.mark.live

MINUTE_MS = 60_000


async def attempts(floor: Floor, case_id: int) -> list[Any]:
    async with floor.node.store._read() as conn:
        return list((await conn.execute(sa.select(t.attempt).where(t.attempt.c.caso_id == case_id))).all())


async def untried(floor: Floor, count: int) -> list[Any]:
    """The RUT and case of debtors whom nobody has tried, the last in line first."""
    c = t.caso.c
    wanted = sa.select(t.deudor.c.rut, c.id, c.deudor_id).join(t.deudor, t.deudor.c.id == c.deudor_id)
    async with floor.node.store._read() as conn:
        fresh = wanted.where(c.attempts == 0, c.queue_state == "open")
        found = await conn.execute(fresh.order_by(c.score).limit(count))
        return list(found.all())


def test_a_list_is_called_by_its_ejecutivo_alone_and_a_callback_by_theirs(tmp_path: Path) -> None:
    async def body() -> None:
        async with Floor(tmp_path, agents=3) as floor:
            node = floor.node
            await floor.connected(2)
            first, second, third = await untried(floor, 3)
            lists = ListDesk(node.store, node.queue, node.clock.now_ms)
            made = await lists.assign("facturas", "e02", [first.rut, second.rut], "", "supervisora")
            assert made.assigned == 2
            (said,) = await gather(node.settings, second.rut, "", node.clock.now_ms())
            assert (said.listed, said.bound_to) == (True, "e02") or said.state in ("en_llamada", "gestion_pendiente")
            now_ms = node.clock.now_ms()
            callback = ReturnContact(
                "facturas", third.id, third.deudor_id, now_ms + 500, 1.0, "D08", "e03", now_ms + 500, now_ms + MINUTE_MS
            )
            await node.store.write([callback], "t1")
            await node.queue.give_back([callback], now_ms)

            async def tried() -> bool:
                return all([await attempts(floor, one.id) for one in (first, second, third)])

            for _ in range(600):
                if await tried():
                    break
                await until_moves(floor)
            assert await tried()
            await floor.close()
            for one, agent in ((first, "e02"), (second, "e02"), (third, "e03")):
                talked = {row.agent_id for row in await attempts(floor, one.id) if row.connected_ms}
                assert talked <= {agent}, "only their own ejecutivo ever spoke with them"
            shown = await lists.show(made.lista_id)
            assert [one["rut"] for one in shown["cases"]] == [first.rut, second.rut]
            assert {one["state"] for one in shown["cases"]} <= {"taken", "skipped", "done"}, "none is pending any more"

    run(body())


def test_a_rellamado_for_tomorrow_is_told_at_once_to_be_next_weeks_and_everybody_says_the_same(tmp_path: Path) -> None:
    """The answer to the console, the case's row, the queue and `why` give one moment; the ejecutivo keeps it."""

    async def body() -> None:
        async with Floor(tmp_path, agents=1) as floor:
            await floor.agents.stop()
            node, heard = floor.node, list[ServerMessage]()
            desk = node.service.desk
            await desk.connect("e01", ("facturas",), heard.append)
            desk.ready("e01")
            await until(lambda: any(isinstance(m, CallShown) for m in heard), "a call", 60)
            shown = next(m for m in heard if isinstance(m, CallShown))
            await until(lambda: desk.engine.books.roster.agents["e01"].owes, "the first word")
            desk.pause("e01", "colacion")
            tomorrow = node.clock.now_ms() + 24 * 60 * MINUTE_MS
            said = Gestion(shown.attempt_id, "D08", callback=Callback(tomorrow, consent=True))
            saved = await desk.save_gestion("e01", said)
            await until(lambda: shown.attempt_id not in desk.engine.books.calls, "the end of the call")
            assert (saved.rule, saved.call_ms > tomorrow) == ("contact_quota", True)
            assert saved.notice.startswith("Se llamará desde el ")
            assert await desk.save_gestion("e01", said) == saved, "and again, from the records"
            await node.recorder.flush()
            rut = shown.card["deudor"]["rut"]
            (why,) = await gather(node.settings, rut, "", node.clock.now_ms())
            while why.state == "tomado":
                await pause(0.1)
                (why,) = await gather(node.settings, rut, "", node.clock.now_ms())
            assert (why.state, why.bound_to, why.callback_ms) == ("reservado", "e01", tomorrow)
            assert (why.due_ms, why.next_ms) == (saved.call_ms, saved.call_ms)
            (case,) = [one for one in await node.store.queue_entries("facturas") if one.case_id == why.case_id]
            assert (case.due_ms, case.agent_id, case.callback_ms) == (saved.call_ms, "e01", tomorrow)
            desk.logout("e01")

    run(body())


async def until_moves(floor: Floor) -> None:
    placed = floor.figures()["calls_placed"]
    await until(lambda: floor.figures()["calls_placed"] > placed, "another call", 60)
