"""What is one ejecutivo's own, and the order of the rest, from the records; on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agents.listas import ListaRefused
from agents.usuario import Usuario
from dialer.commands import DropContact, NoteSkipped, NoteTaken, ReturnContact
from dialer.contact import Contact
from dialer.edge import schema
from dialer.edge.listas import ListDesk
from dialer.edge.store import Store
from dialer.explain import skip_word
from dialer.records import CONSENT, CallbackAsked, GestionExists
from dialer.records import SaveGestion as Gestion
from tests.dialer.edge.cargas import DAY_MS, NOW, carga, deudor, documento, rut
from tests.dialer.edge.test_store import closed, loaded, on, recorded, rows, talked

HOUR_MS = 3_600_000
WHEN = NOW + HOUR_MS
GRACE_MS = 600_000


async def agreed(store: Store, *, pool: bool = False) -> None:
    """e01 talked with debtor 1 and agreed on a rellamado."""
    asked = CallbackAsked(WHEN, pool=pool)
    attempt = await talked(store)
    gestion = Gestion(attempt, "e01", "D08", NOW + 60_000, callback=asked, next_due_ms=WHEN, same_agent=not pool)
    await store.save_gestion(gestion)


async def contact(store: Store, case: int = 1) -> Contact:
    return (await store.contacts([case], NOW))[0][0]


def test_a_rellamado_waits_until_a_call_reaches_the_far_end_whatever_it_answers(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        await agreed(store)
        assert (await contact(store)).callback_ms == WHEN
        await store.write([recorded(2, at_ms=WHEN), closed(2, "congestion", rang=False)], "n1")
        assert (await contact(store)).callback_ms == WHEN
        await store.write([recorded(3, at_ms=WHEN + 1), closed(3, "busy", rang=False)], "n1")
        assert (await contact(store)).callback_ms == 0

    on(database, body)


def test_the_queue_is_filled_with_callbacks_their_ejecutivo_and_their_grace(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        await agreed(store)
        (entry,) = await store.queue_entries("facturas", GRACE_MS)
        assert (entry.due_ms, entry.agent_id, entry.callback_ms) == (WHEN, "e01", WHEN)
        assert entry.release_ms == WHEN + GRACE_MS

    on(database, body)


def test_a_rellamado_of_the_pool_is_nobodys_own(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        await agreed(store, pool=True)
        one = await contact(store)
        assert (one.agent_id, one.callback_ms) == ("", WHEN)

    on(database, body)


def test_a_contact_brings_the_results_that_ejecutivos_gave_it_and_not_the_systems(database: str) -> None:
    async def body(store: Store) -> tuple[str, ...]:
        await loaded(store)
        await store.save_gestion(Gestion(await talked(store, 1), "e01", "D07", NOW + 1, next_due_ms=NOW))
        await store.write([recorded(2, at_ms=NOW + DAY_MS), closed(2, gestion="S01")], "n1")
        await store.save_gestion(
            Gestion(await talked(store, 3, at_ms=NOW + 2 * DAY_MS), "e02", "D09", NOW + 2 * DAY_MS, next_due_ms=NOW)
        )
        return (await contact(store)).codes

    assert on(database, body) == ("D07", "D09")


# ── manual lists ────────────────────────────────────────────────────────────────────────────────────


class Moved:
    """A queue that remembers what was moved."""

    def __init__(self) -> None:
        self.places: list[tuple[int, int, str]] = []

    async def move(self, cartera: str, entries: Any, now_ms: int) -> int:
        self.places += [(one.case_id, one.due_ms, one.agent_id) for one in entries]
        return len(entries)


async def desk(store: Store, people: int = 4) -> tuple[ListDesk, Moved]:
    await loaded(store, *(deudor(n) for n in range(1, people + 1)))
    await store.add_usuario(Usuario("e01", "Ana", "ejecutivo", "x", ("facturas",), "PJSIP/e01"))
    queue = Moved()
    return ListDesk(store, queue, lambda: NOW), queue


def test_a_list_is_its_ejecutivos_in_the_order_given(database: str) -> None:
    async def body(store: Store) -> None:
        lists, _ = await desk(store)
        made, entries = await store.assign_list("facturas", "e01", [rut(3), rut(1)], "urgentes", "sup", NOW)
        assert (made.assigned, made.refused) == (2, ())
        assert [(one.case_id, one.due_ms) for one in entries] == [(3, NOW), (1, NOW + 1)]
        one = await contact(store, 3)
        assert (one.agent_id, one.listed, one.callback_ms) == ("e01", True, 0)
        bound = {it.case_id: (it.agent_id, it.release_ms) for it in await store.queue_entries("facturas", GRACE_MS)}
        assert (bound[3], bound[1]) == (("e01", 0), ("e01", 0)), "for ever, not for a grace"
        assert bound[2][0] == ""
        (listed,) = await lists.listed("e01")
        assert (listed["cartera"], listed["cases"], listed["pending"], listed["made_by"]) == ("facturas", 2, 2, "sup")
        assert await lists.listed("e02") == []

    on(database, body)


def test_a_debtor_who_cannot_be_on_a_list_is_named_with_the_reason_and_the_others_are(database: str) -> None:
    async def body(store: Store) -> None:
        await desk(store, 6)
        await store.assign_list("facturas", "e01", [rut(1)], "", "sup", NOW)
        await store.write([recorded(2, case=2), DropContact("facturas", 3, 3, "no_answer_max")], "n1")
        await talked(store, 4, case=4)
        asked = [rut(n) for n in (1, 2, 3, 4, 5)]
        made, entries = await store.assign_list("facturas", "e01", [*asked, "9-9"], "", "sup", NOW)
        assert [one.case_id for one in entries] == [5]
        assert dict(made.refused) == {
            rut(1): "ya está en otra lista",
            rut(2): "está en una llamada o espera su gestión",
            rut(3): "salió de la cola (no_answer_max)",
            rut(4): "está en una llamada o espera su gestión",
            "9-9": "no tiene un caso en esta cartera",
        }

    on(database, body)


def test_a_listed_case_is_done_with_its_gestion_and_the_list_with_its_last_case(database: str) -> None:
    async def body(store: Store) -> None:
        lists, _ = await desk(store)
        await store.assign_list("facturas", "e01", [rut(1), rut(2)], "", "sup", NOW)
        for n in (1, 2):
            attempt = await talked(store, n, case=n)
            await store.save_gestion(Gestion(attempt, "e01", "D07", NOW + n, next_due_ms=NOW + DAY_MS))
            assert [one["pending"] for one in await lists.listed()] == ([1] if n == 1 else [])
        assert not (await contact(store, 1)).listed
        assert [row.state for row in await rows(store, schema.lista)] == ["done"]

    on(database, body)


def test_what_is_left_of_a_cancelled_list_goes_back_to_the_cartera(database: str) -> None:
    async def body(store: Store) -> None:
        lists, queue = await desk(store)
        made, _ = await store.assign_list("facturas", "e01", [rut(1), rut(2)], "", "sup", NOW)
        assert await lists.cancel(made.lista_id, "super") == 2
        assert sorted(queue.places) == [(1, NOW, ""), (2, NOW, "")]
        assert (await contact(store, 1)).agent_id == ""
        with pytest.raises(ListaRefused, match="No hay ninguna lista abierta"):
            await lists.cancel(made.lista_id, "super")
        ended, given = (await store.audits(10))[:2]
        assert (given.by, given.act, given.on) == ("sup", "assign_list", str(made.lista_id))
        assert given.detail == {"agent": "e01", "cartera": "facturas", "cases": 2}
        assert (ended.by, ended.act, ended.detail["released"]) == ("super", "cancel_list", 2)

    on(database, body)


def test_each_case_of_a_list_says_how_far_it_is(database: str) -> None:
    async def body(store: Store) -> None:
        lists, _ = await desk(store, 5)
        made, _ = await store.assign_list("facturas", "e01", [rut(n) for n in (4, 3, 2, 1)], "hoy", "sup", NOW)
        await store.write([NoteTaken("facturas", n, "e01", NOW + n) for n in (1, 2, 3)], "n1")
        left = [NoteSkipped("facturas", n, "e01", NOW + 10 + n, "no_es_hora") for n in (2, 3)]
        await store.write([*left, ReturnContact("facturas", 2, 2, NOW + DAY_MS, 1.0, "skipped", "e01")], "n1")
        await store.write([NoteTaken("facturas", 3, "e01", NOW + 20)], "n1")
        attempt = await talked(store, 1, case=1)
        await store.save_gestion(Gestion(attempt, "e01", "D07", NOW + 30, next_due_ms=NOW + DAY_MS))
        await store.write([NoteTaken("facturas", 1, "e01", NOW + 40), *left], "n2")
        await store.write([NoteTaken("facturas", 3, "e01", NOW + 41)], "n1")
        shown = await lists.show(made.lista_id)
        assert (shown["state"], shown["agent_id"], shown["cartera"]) == ("open", "e01", "facturas")
        assert [(one["position"], one["rut"], one["state"], one["reason"], one["at_ms"]) for one in shown["cases"]] == [
            (1, rut(4), "pending", "", None),
            (2, rut(3), "taken", "", None),
            (3, rut(2), "skipped", "no_es_hora", NOW + 12),
            (4, rut(1), "done", "", NOW + 30),
        ]
        assert [one["pending"] for one in await lists.listed()] == [3]

    on(database, body)


def test_a_list_of_another_ejecutivo_or_one_that_was_cancelled_takes_no_notes(database: str) -> None:
    async def body(store: Store) -> None:
        lists, _ = await desk(store)
        made, _ = await store.assign_list("facturas", "e01", [rut(1), rut(2)], "", "sup", NOW)
        await store.write([NoteTaken("facturas", 1, "e02", NOW)], "n1")
        await lists.cancel(made.lista_id, "super")
        await store.write([NoteTaken("facturas", 2, "e01", NOW)], "n1")
        shown = await lists.show(made.lista_id)
        assert (shown["state"], {one["state"] for one in shown["cases"]}) == ("cancelled", {"pending"})
        with pytest.raises(ListaRefused, match="No hay ninguna lista con el número 99"):
            await lists.show(99)

    on(database, body)


def test_why_a_card_was_left_stays_with_the_case_until_its_next_call_is_over(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store, deudor(1), deudor(2))
        left = [NoteSkipped("facturas", case, "e01", NOW + 5, "no_es_hora") for case in (1, 2)]
        await store.write([DropContact("facturas", 2, 2, "no_answer_max"), *left], "n1")
        (one,), (gone,) = await store.why(rut(1), "", {}, NOW), await store.why(rut(2), "", {}, NOW)
        assert (one.queue_state, one.queue_why) == ("open", skip_word(left[0]))
        assert (gone.queue_state, gone.queue_why) == ("dropped", "no_answer_max"), "what is off the queue keeps why"
        await store.write([recorded(3), closed(3)], "n1")
        assert (await store.why(rut(1), "", {}, NOW))[0].queue_why == ""

    on(database, body)


# ── what the debtor asked for ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("consent", [True, False])
def test_a_rellamado_says_on_which_telephone_it_was_asked_for(database: str, consent: bool) -> None:
    """A console that ticks the consent's own word gives none."""

    async def body(store: Store) -> None:
        await loaded(store)
        asked = CallbackAsked(WHEN, pool=False)
        said = Gestion(
            await talked(store), "e01", "D08", NOW + 1, callback=asked, next_due_ms=WHEN, ticked=("aviso", CONSENT)
        )
        said = msgspec.structs.replace(said, consent=consent)
        first = await store.save_gestion(said)
        assert await store.save_gestion(said) == first, "the same said again"
        one = await contact(store)
        assert (one.callback_ms, one.asked_on) == (WHEN, 1 if consent else 0)
        assert (await rows(store, schema.gestion))[0].ticked == (("aviso", CONSENT) if consent else ("aviso",))
        with pytest.raises(GestionExists):
            await store.save_gestion(msgspec.structs.replace(said, consent=not consent))

    on(database, body)


# ── opt-outs ────────────────────────────────────────────────────────────────────────────────────────


def test_an_opt_out_is_the_persons_in_every_cartera_and_leaves_calls_to_the_rules(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store, deudor(1))
        await store.apply_load(carga(deudor(1, documento("B")), cartera="consumo", mandante="sur"), NOW)
        out = ("baja_sms", "baja_message")
        said = Gestion(await talked(store), "e01", "D17", NOW + 1, next_due_ms=NOW + DAY_MS, opt_outs=out)
        await store.save_gestion(said)
        assert [(await contact(store, case)).stops for case in (1, 2)] == [out, out]
        assert [len(await store.queue_entries(name)) for name in ("facturas", "consumo")] == [1, 1]
        made, _ = await _listed_for(store, rut(1))
        assert made.refused == ()

    on(database, body)


async def _listed_for(store: Store, *ruts: str) -> Any:
    await store.add_usuario(Usuario("e01", "Ana", "ejecutivo", "x", ("facturas",), "PJSIP/e01"))
    return await store.assign_list("facturas", "e01", list(ruts), "", "sup", NOW)


def test_who_asks_not_to_be_called_leaves_every_queue(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store, deudor(1), deudor(2))
        await store.apply_load(carga(deudor(1, documento("B")), cartera="consumo", mandante="sur"), NOW)
        said = Gestion(await talked(store), "e01", "D19", NOW + 1, opt_outs=("baja_call",))
        await store.save_gestion(said)
        assert [(row.queue_state, row.queue_why) for row in await rows(store, schema.caso)] == [
            ("stopped", "baja_call"), ("open", ""), ("stopped", "baja_call")
        ]  # fmt: skip
        await store.apply_load(carga(deudor(1, documento("C")), cartera="nueva", mandante="norte"), NOW)
        assert [len(await store.queue_entries(name)) for name in ("facturas", "consumo", "nueva")] == [1, 0, 0]
        made, _ = await _listed_for(store, rut(1))
        assert dict(made.refused) == {rut(1): "está detenido (baja_call)"}

    on(database, body)


def test_an_opt_out_that_nobody_knows_is_refused(sqlite_url: str) -> None:
    async def body(store: Store) -> None:
        with pytest.raises(ValueError, match=r"opt_outs .*allowed: baja_call"):
            await store.save_gestion(Gestion("c", "e01", "D17", NOW, opt_outs=("baja_fax",)))

    on(sqlite_url, body)


@pytest.mark.parametrize(
    ("cartera", "agent", "says"),
    [("nada", "e01", "no tiene ninguna carga"), ("facturas", "e99", "no es un ejecutivo activo")],
)
def test_a_list_for_nobody_or_of_nothing_is_refused(sqlite_url: str, cartera: str, agent: str, says: str) -> None:
    async def body(store: Store) -> None:
        lists, _ = await desk(store)
        with pytest.raises(ListaRefused, match=says):
            await lists.assign(cartera, agent, ["11111111-1", "12345678-5"], "", "sup")

    on(sqlite_url, body)


def test_what_is_no_rut_is_refused_by_name_and_each_debtor_is_listed_once(sqlite_url: str) -> None:
    async def body(store: Store) -> None:
        lists, queue = await desk(store)
        made = await lists.assign("facturas", "e01", ["12.345.678-5", "12345678-5", "Pérez"], "", "sup")
        assert [text for text, _ in made.refused] == ["Pérez", "12345678-5"]
        assert (made.lista_id, queue.places) == (0, [])
        with pytest.raises(ListaRefused, match="de 1 a 500"):
            await lists.assign("facturas", "e01", [], "", "sup")

    on(sqlite_url, body)


# ── the order ───────────────────────────────────────────────────────────────────────────────────────


def test_the_order_follows_the_calls_the_telephones_and_the_hour(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store, deudor(1), deudor(2), deudor(3))
        for n, at_ms in ((1, NOW), (2, NOW + DAY_MS)):
            answered = closed(n, "connected", answered_ms=at_ms + 9, connected_ms=at_ms + 10, agent_id="e01")
            await store.write([recorded(n, case=2, at_ms=at_ms), answered], "n1")
        await store.write([recorded(9, case=3, at_ms=NOW), closed(9, "machine", rang=True)], "n1")

        async def best(order: tuple[str, ...], now_ms: int = NOW + 7 * DAY_MS) -> list[int]:
            await store.rescore("facturas", order, now_ms)
            async with store._read() as conn:
                found = {row.id: row.score for row in await conn.execute(schema.caso.select())}
            return sorted(found, key=lambda case: -found[case])

        assert (await best(("hora",)))[0] == 2
        assert (await best(("hora",), NOW + 7 * DAY_MS + 8 * HOUR_MS))[0] != 3
        assert await best(("ultimo",)) == [2, 1, 3]
        assert (await best(("telefono",)))[0] == 2
        assert await store.rescore("facturas", ("telefono",), NOW + 7 * DAY_MS) == 0, "nothing has changed"

    on(database, body)


def test_the_tramos_are_the_carteras_own(sqlite_url: str) -> None:
    async def body(store: Store) -> float:
        await loaded(store, deudor(1, documento("A", due="2026-11-10")))
        await store.rescore("facturas", ("tramo",), NOW, (2, 4, 6))
        return (await contact(store)).score

    assert on(sqlite_url, body) == 4


# ── why ─────────────────────────────────────────────────────────────────────────────────────────────


def test_everything_that_explains_a_case_is_gathered(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store, deudor(1), deudor(2))
        await agreed(store)
        await store.write([recorded(5, case=2)], "n1")
        (one,) = await store.why(rut(1), "", {}, NOW)
        assert (one.contact.callback_ms, one.contact.agent_id, one.due_ms) == (WHEN, "e01", WHEN)
        assert (one.open_attempt, one.owed_by, one.last_gestion) == ("", "", "D08")
        assert list(one.numbers.values()) == ["+56910000001"]
        (other,) = await store.why(rut(2), "facturas", {}, NOW)
        assert other.open_attempt == "c.n1.r.5"
        assert await store.why(rut(2), "otra", {}, NOW) == []

    on(database, body)


def test_a_case_that_was_given_back_is_told_with_what_it_owes(sqlite_url: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        await talked(store)
        assert (await store.why(rut(1), "", {}, NOW))[0].owed_by == "e01"
        await store.write([ReturnContact("facturas", 1, 1, NOW + 5, 1.0, "busy")], "n1")
        assert (await store.why(rut(1), "", {}, NOW))[0].due_ms == NOW + 5

    on(sqlite_url, body)
