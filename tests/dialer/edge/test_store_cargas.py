"""Loads of every kind, on SQLite and PostgreSQL: applied whole, tried, and taken back to the last row."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
import pytest
import sqlalchemy as sa
from alembic import command

from dialer.carteras.filas import Fila, FilaBloqueo, FilaDemografico, FilaExterna, FilaRetiro, FilaUf, Telefono
from dialer.carteras.model import Carga
from dialer.commands import DropContact, RecordAttempt
from dialer.edge import migrate, schema
from dialer.edge.store import Store
from dialer.edge.store_obra import Wanted
from dialer.records import LoadRefused, UndoRefused
from tests.dialer.edge.cargas import DAY_MS, NOW, carga, deudor, documento, filas, pago_de, rut, saldo_de

T = TypeVar("T")
KEPT = {"auditoria", "carga", "carga_saldo", "carga_rechazo", "carga_cambio", "mandante", "cartera", "alembic_version"}
LATER = NOW + DAY_MS


def on(url: str, body: Callable[[Store], Awaitable[T]]) -> T:
    async def main() -> T:
        store = await Store.open(url)
        try:
            return await body(store)
        finally:
            await store.close()

    return asyncio.run(main())


async def rows(store: Store, table: sa.Table) -> list[Any]:
    async with store._read() as conn:
        return list((await conn.execute(sa.select(table).order_by(*table.primary_key.columns))).all())


async def everything(store: Store) -> dict[str, list[Any]]:
    """All that a load may change, but for the loads themselves and the cases' score, which is of the day."""
    found = {name: await rows(store, table) for name, table in schema.metadata.tables.items() if name not in KEPT}
    found["caso"] = [{**row._mapping, "score": 0} for row in found["caso"]]
    return found


async def owed(store: Store) -> dict[str, Decimal]:
    return {row.number: row.saldo for row in await rows(store, schema.documento)}


async def begin(store: Store) -> int:
    """Three debtors of andes, of whom the second has two documents, and one of sur who is the first one too."""
    people = (deudor(1), deudor(2, documento("A", "100"), documento("B", "200", "2026-10-31")), deudor(3))
    first = await store.apply_load(carga(*people), NOW)
    await store.apply_load(carga(deudor(1, documento("S1", "700")), cartera="ajena", mandante="sur"), NOW)
    return first.carga_id


# ── saldos ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_load_of_saldos_puts_the_mandantes_figure_in_place_of_ours(database: str) -> None:
    async def body(store: Store) -> None:
        await begin(store)
        known = saldo_de(1, "90000"), saldo_de(2, "100", "A", 3), saldo_de(9, "5", "X", 4), saldo_de(3, "1", "NO", 5)
        result = await store.apply_load(filas("saldos", *known), LATER, wanted=Wanted(detail=True))
        assert [(one.row, one.effect, one.before, one.after) for one in result.efectos] == [
            (2, "changed", "125000", "90000"),
            (3, "unchanged", "100", "100"),
            (4, "rejected", "", ""),
            (5, "rejected", "", ""),
        ]
        assert [(bad.row, bad.reason) for bad in result.refused] == [(4, "deudor_unknown"), (5, "documento_unknown")]
        assert (result.before, result.after) == ({"CLP": Decimal(250_300)}, {"CLP": Decimal(215_300)})
        assert (await owed(store))["F1"] == 90_000
        last = (await rows(store, schema.carga))[-1]
        assert (last.rows_loaded, last.rows_rejected) == (2, 2)

    on(database, body)


def test_the_saldo_of_any_day_is_the_sum_of_the_movements_up_to_it(database: str) -> None:
    async def body(store: Store) -> None:
        await begin(store)
        await store.apply_load(filas("saldos", saldo_de(1, "90000")), LATER)
        await store.apply_load(filas("pagos", pago_de(1, "40000", paid_on="2026-11-20")), NOW + 3 * DAY_MS)
        moves = [row for row in await rows(store, schema.documento_movimiento) if row.documento_id == 1]
        told = [(str(one.day), one.kind, one.delta, one.saldo_after) for one in moves]
        assert told == [
            ("2026-11-18", "asignacion", Decimal(125_000), Decimal(125_000)),
            ("2026-11-19", "saldo", Decimal(-35_000), Decimal(90_000)),
            ("2026-11-20", "pago", Decimal(-40_000), Decimal(50_000)),
        ]
        assert sum(one.delta for one in moves) == (await owed(store))["F1"]

    on(database, body)


def test_a_case_that_owes_nothing_leaves_the_queue_and_comes_back_when_it_owes_again(database: str) -> None:
    async def body(store: Store) -> list[list[int]]:
        await begin(store)
        seen = []
        for saldo in ("0", "5000"):
            await store.apply_load(filas("saldos", saldo_de(1, saldo)), LATER)
            seen.append([entry.case_id for entry in await store.queue_entries("facturas")])
        return seen

    assert on(database, body) == [[2, 3], [1, 2, 3]]


# ── pagos ───────────────────────────────────────────────────────────────────────────────────────────


def test_payments_go_to_documents_oldest_first_and_what_is_over_is_listed(database: str) -> None:
    async def body(store: Store) -> None:
        await begin(store)
        paid = pago_de(2, "250"), pago_de(2, "100", row=3), pago_de(9, "10", row=4)
        result = await store.apply_load(filas("pagos", *paid), LATER)
        assert (result.rows_new, result.after) == (3, {"CLP": Decimal(250_000)})
        states = [row.state for row in await rows(store, schema.pago)]
        assert states == ["matched", "partial", "unmatched"]
        shared = [(row.pago_id, row.documento_id, row.amount) for row in await rows(store, schema.pago_documento)]
        assert shared == [(1, 2, 100), (1, 3, 150), (2, 3, 50)]
        assert [(one.row, one.reason) for one in result.remarks] == [(3, "pago_partial"), (4, "deudor_unknown")]
        assert [entry.case_id for entry in await store.queue_entries("facturas")] == [1, 3]

    on(database, body)


def test_the_card_shows_what_was_paid_of_the_cases_documents_the_latest_first(database: str) -> None:
    async def body(store: Store) -> list[dict[str, str]]:
        await begin(store)
        await store.apply_load(filas("pagos", pago_de(2, "250"), pago_de(2, "100", row=3)), LATER)
        card = await store.card(2, 2, date(2026, 11, 21))
        assert (await store.card(1, 1, date(2026, 11, 21)))["pagos"] == []
        return card["pagos"]  # type: ignore[no-any-return]

    paid = on(database, body)
    assert [one["monto"] for one in paid] == ["50", "100", "150"]
    assert {one["moneda"] for one in paid} == {"CLP"} and all(one["documento"] and one["fecha"] for one in paid)


def test_a_payment_of_the_mandantes_reference_counts_once_whatever_file_brings_it(database: str) -> None:
    async def body(store: Store) -> list[int]:
        await begin(store)
        one = pago_de(1, "1000", reference="T-77")
        first = await store.apply_load(filas("pagos", one), LATER)
        again = await store.apply_load(filas("pagos", one, pago_de(1, "500", row=3), seed="longer"), LATER)
        assert (first.rows_new, again.rows_new, again.rows_unchanged) == (1, 1, 1)
        return [int((await owed(store))["F1"])]

    assert on(database, body) == [123_500]


def test_two_equal_payments_of_a_day_are_two_and_the_same_file_again_is_none(database: str) -> None:
    async def body(store: Store) -> int:
        await begin(store)
        both = pago_de(1, "1000"), pago_de(1, "1000", row=3)
        await store.apply_load(filas("pagos", *both), LATER)
        again = await store.apply_load(filas("pagos", *both, seed="renamed"), LATER)
        assert (again.rows_new, again.rows_unchanged) == (0, 2)
        return int((await owed(store))["F1"])

    assert on(database, body) == 123_000


def test_a_payment_before_the_assignment_counts_from_it_and_is_remarked_on(database: str) -> None:
    async def body(store: Store) -> None:
        await begin(store)
        result = await store.apply_load(filas("pagos", pago_de(1, "1000", paid_on="2026-10-01")), LATER)
        assert [one.reason for one in result.remarks] == ["pago_early"]
        assert [str(row.day) for row in await rows(store, schema.documento_movimiento)][-1] == "2026-11-18"

    on(database, body)


def test_a_payment_that_the_mandantes_saldo_already_has_is_kept_and_lessens_nothing(database: str) -> None:
    async def body(store: Store) -> None:
        await begin(store)
        await store.apply_load(filas("saldos", saldo_de(1, "90000")), LATER)
        result = await store.apply_load(filas("pagos", pago_de(1, "35000", paid_on="2026-11-18")), LATER)
        assert [one.reason for one in result.remarks] == ["pago_in_saldo"]
        assert (await owed(store))["F1"] == 90_000

    on(database, body)


# ── retiros ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_withdrawn_document_owes_nothing_and_a_withdrawn_case_leaves_the_queue(database: str) -> None:
    async def body(store: Store) -> None:
        await begin(store)
        taken = FilaRetiro(2, rut(1), "", "", "término"), FilaRetiro(3, rut(2), "factura", "A", "pagada allá")
        result = await store.apply_load(filas("retiros", *taken), LATER)
        assert (result.rows_changed, result.after) == (2, {"CLP": Decimal(125_200)})
        assert [entry.case_id for entry in await store.queue_entries("facturas")] == [2, 3]
        [first, second, _, ajena] = await rows(store, schema.caso)
        assert (first.queue_why, str(first.retirado_on)) == ("retirado", "2026-11-19")
        assert second.retirado_on is None and ajena.queue_state == "open", "another mandante's case stays"
        again = await store.apply_load(filas("saldos", saldo_de(1, "5")), LATER)
        assert [one.reason for one in again.refused] == ["documento_withdrawn"]

    on(database, body)


def test_a_withdrawn_document_that_is_assigned_anew_owes_again_and_its_case_is_called(database: str) -> None:
    async def body(store: Store) -> None:
        await begin(store)
        await store.apply_load(filas("retiros", FilaRetiro(2, rut(1), "", "", "")), LATER)
        result = await store.apply_load(carga(deudor(1, documento("F1", "80000"))), LATER + DAY_MS)
        assert (result.rows_changed, (await owed(store))["F1"]) == (1, 80_000)
        assert [entry.case_id for entry in await store.queue_entries("facturas")] == [1, 2, 3]

    on(database, body)


# ── people ──────────────────────────────────────────────────────────────────────────────────────────


def demografico(n: int, *phones: str, comuna: str = "", row: int = 2) -> FilaDemografico:
    return FilaDemografico(row, rut(n), tuple(Telefono(one, "movil") for one in phones), (), "", comuna)


def test_a_new_telephone_brings_back_a_dropped_case_and_a_new_comuna_its_zone(database: str) -> None:
    async def body(store: Store) -> None:
        await begin(store)
        await store.write([DropContact("facturas", 3, 3, "no_phone")], "n1")
        known = demografico(3, "+56987654321"), demografico(1, comuna="Punta Arenas", row=3), demografico(8, row=4)
        result = await store.apply_load(filas("demograficos", *known), LATER, wanted=Wanted(detail=True))
        assert [one.effect for one in result.efectos] == ["new", "changed", "rejected"]
        assert [entry.case_id for entry in await store.queue_entries("facturas")] == [1, 2, 3]
        assert (await rows(store, schema.deudor))[0].zone == "America/Punta_Arenas"

    on(database, body)


def test_a_visit_of_the_mandantes_own_enters_the_persons_ledger(database: str) -> None:
    async def body(store: Store) -> None:
        await begin(store)
        visit = FilaExterna(2, rut(1), "visit", "2026-11-17T15:30", True, True, "en casa")
        unknown_hour = FilaExterna(3, rut(1), "call", "2026-11-16T00:00", False, False, "")
        ahead = FilaExterna(4, rut(1), "sms", "2026-12-01T10:00", False, False, "")
        result = await store.apply_load(filas("externas", visit, visit, unknown_hour, ahead), NOW)
        assert (result.rows_new, result.rows_unchanged) == (2, 1)
        assert [one.reason for one in result.refused] == ["contact_future"]
        [(contact, _)] = await store.contacts([1], NOW)
        call, seen = contact.history
        assert (seen.channel, seen.answered, seen.effective) == ("visit", True, True)
        assert call.at_ms == 1_794_884_399_999, "a day without an hour counts to its end in Santiago"

    on(database, body)


def test_a_blocked_person_a_stopped_case_and_a_blocked_telephone_are_not_called(database: str) -> None:
    async def body(store: Store) -> None:
        await begin(store)
        e164 = "+56910000003"
        stops = (
            FilaBloqueo(2, rut(1), "", "bloqueado", "pidió bloqueo"),
            FilaBloqueo(3, rut(2), "", "emplazado", "rol C-1"),
            FilaBloqueo(4, "", e164, "", "equivocado"),
            FilaBloqueo(5, rut(9), "", "concursal", "Boletín"),
            FilaBloqueo(6, rut(8), "", "disputa", ""),
        )
        result = await store.apply_load(filas("bloqueos", *stops), NOW)
        assert [one.row for one in result.refused] == [6], "a case stop needs a case"
        assert await store.queue_entries("facturas") == await store.queue_entries("ajena") == []
        await store.apply_load(carga(deudor(9), deudor(4, phones=(e164,))), LATER)
        assert await store.queue_entries("facturas") == [], "blocked before they came, and a blocked number again"
        assert (await rows(store, schema.deudor))[3].name == deudor(9).name

    on(database, body)


def test_an_opt_out_that_is_loaded_is_the_persons_and_only_that_of_calls_empties_their_queues(database: str) -> None:
    async def body(store: Store) -> None:
        await begin(store)
        before = [row.stops for row in await rows(store, schema.deudor)]
        outs = FilaBloqueo(2, rut(1), "", "baja_sms", "baja sms"), FilaBloqueo(3, rut(2), "", "baja_call", "no llamar")
        result = await store.apply_load(filas("bloqueos", *outs, FilaBloqueo(4, rut(9), "", "baja_email", "")), NOW)
        people = {row.rut: row.stops for row in await rows(store, schema.deudor)}
        assert (people[rut(1)], people[rut(2)], people[rut(9)]) == (("baja_sms",), ("baja_call",), ("baja_email",))
        stopped = {row.deudor_id for row in await rows(store, schema.caso) if row.queue_why == "baja_call"}
        assert stopped == {2}
        again = await store.try_load(filas("bloqueos", *outs, seed="again"), NOW)
        assert (again.rows_new, again.rows_unchanged) == (0, 2)
        await store.undo_load(result.carga_id, LATER)
        assert [row.stops for row in await rows(store, schema.deudor)] == before
        assert {row.queue_state for row in await rows(store, schema.caso)} == {"open"}

    on(database, body)


def test_uf_values_are_kept_by_day_and_can_be_corrected(database: str) -> None:
    async def body(store: Store) -> None:
        first = FilaUf(2, "2026-11-18", Decimal("39485.65")), FilaUf(3, "2026-11-19", Decimal("39490.1"))
        await store.apply_load(filas("uf", *first, mandante=""), NOW)
        fixed = FilaUf(2, "2026-11-19", Decimal("39490.11"))
        result = await store.apply_load(filas("uf", fixed, mandante=""), NOW, wanted=Wanted(detail=True))
        assert [(one.effect, one.before, one.after) for one in result.efectos] == [("changed", "39490.1", "39490.11")]
        assert [row.value for row in await rows(store, schema.uf)] == [Decimal("39485.65"), Decimal("39490.11")]

    on(database, body)


def test_a_load_for_a_mandante_or_cartera_that_is_not_there_is_refused(database: str) -> None:
    async def body(store: Store) -> None:
        await begin(store)
        with pytest.raises(LoadRefused, match="there is no mandante 'nadie'"):
            await store.apply_load(filas("saldos", saldo_de(1, "1"), mandante="nadie"), NOW)
        with pytest.raises(LoadRefused, match="there is no cartera 'otra'"):
            await store.apply_load(filas("saldos", saldo_de(1, "1"), cartera="otra"), NOW)
        with pytest.raises(LoadRefused, match="belongs to mandante 'sur'"):
            await store.apply_load(filas("saldos", saldo_de(1, "1"), cartera="ajena"), NOW)

    on(database, body)


# ── trying and undoing ──────────────────────────────────────────────────────────────────────────────

ONE_OF_EACH: dict[str, Carga] = {
    "asignacion": carga(deudor(1, documento("N", "5"), phones=("+56222345678",)), deudor(4), cartera="cuotas"),
    "saldos": filas("saldos", saldo_de(1, "0"), saldo_de(2, "7", "A")),
    "pagos": filas("pagos", pago_de(1, "125000"), pago_de(2, "50"), pago_de(7, "1")),
    "retiros": filas("retiros", FilaRetiro(2, rut(1), "", "", ""), FilaRetiro(3, rut(2), "factura", "A", "")),
    "demograficos": filas(
        "demograficos",
        demografico(1, "+56987654321"),
        demografico(3, comuna="Aysén"),
        FilaDemografico(4, rut(2), (), (), "Nueva 2", "Arica", ("Bodega 2",), "Equifax"),
    ),
    "externas": filas("externas", FilaExterna(2, rut(1), "visit", "2026-11-17T15:30", True, True, "")),
    "bloqueos": filas(
        "bloqueos",
        FilaBloqueo(2, rut(1), "", "bloqueado", ""),
        FilaBloqueo(3, rut(2), "", "disputa", ""),
        FilaBloqueo(4, "", "+56910000003", "", ""),
        FilaBloqueo(5, rut(9), "", "concursal", ""),
    ),
    "uf": filas("uf", FilaUf(2, "2026-11-18", Decimal(39_000)), FilaUf(3, "2026-11-17", Decimal(2)), mandante=""),
}


async def begin_with_uf(store: Store) -> None:
    await begin(store)
    await store.apply_load(filas("uf", FilaUf(2, "2026-11-17", Decimal(1)), mandante=""), NOW)
    await store.write([DropContact("facturas", 1, 1, "no_phone")], "n1")


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_trying_a_load_tells_all_and_changes_nothing(database: str, kind: str) -> None:
    async def body(store: Store) -> None:
        await begin_with_uf(store)
        before, loads = await everything(store), await rows(store, schema.carga)
        tried = await store.try_load(ONE_OF_EACH[kind], LATER)
        assert (await everything(store), await rows(store, schema.carga)) == (before, loads)
        done = await store.apply_load(ONE_OF_EACH[kind], LATER, wanted=Wanted(detail=True))
        assert msgspec.structs.replace(tried, carga_id=0) == msgspec.structs.replace(done, carga_id=0)
        assert await everything(store) != before

    on(database, body)


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_undoing_a_load_leaves_everything_as_it_was_and_the_file_may_come_again(database: str, kind: str) -> None:
    async def body(store: Store) -> None:
        await begin_with_uf(store)
        before = await everything(store)
        first = await store.apply_load(ONE_OF_EACH[kind], LATER)
        assert await store.undo_load(first.carga_id, LATER, "ana") > 0
        assert await everything(store) == before
        again = await store.apply_load(ONE_OF_EACH[kind], LATER)
        assert not again.already_loaded and again.carga_id != first.carga_id
        [newest, undone, *_] = await store.loads()
        assert (newest.state, undone.state, undone.undone_by) == ("applied", "undone", "ana")

    on(database, body)


@pytest.mark.parametrize("seed", range(2))
def test_any_row_of_loads_undone_newest_first_goes_back_step_by_step(database: str, seed: int) -> None:
    """Whatever the loads did to each other, each undo gives back the state before its load."""
    dice = random.Random(seed)

    def some(kind: str, n: int) -> Carga:
        who = [dice.randint(1, 5) for _ in range(dice.randint(1, 4))]
        amounts = [str(dice.choice([0, 10, 90, 125_000])) for _ in who]
        made: dict[str, list[Fila]] = {
            "saldos": [saldo_de(it, amount, row=at) for at, (it, amount) in enumerate(zip(who, amounts, strict=True))],
            "pagos": [pago_de(it, str(dice.randint(1, 99_999)), row=at) for at, it in enumerate(who)],
            "retiros": [FilaRetiro(at, rut(it), "", "", "") for at, it in enumerate(who)],
            "demograficos": [
                FilaDemografico(
                    at,
                    rut(it),
                    (Telefono(f"+5698765432{it}", "movil"),),
                    (),
                    dice.choice(["", "Uno 1", "Dos 2"]),
                    dice.choice(["", "Aysén"]),
                    dice.choice([(), ("Uno 1",), ("Tres 3",)]),
                )
                for at, it in enumerate(who)
            ],
            "bloqueos": [FilaBloqueo(at, rut(it), "", "disputa", "") for at, it in enumerate(who)],
        }
        return filas(kind, *made[kind], seed=str(n))

    async def body(store: Store) -> None:
        states, loads = [], []
        await begin_with_uf(store)
        for n in range(9):
            kind = dice.choice(["asignacion", "saldos", "pagos", "retiros", "demograficos", "bloqueos"])
            one = carga(*(deudor(dice.randint(1, 5)) for _ in range(3)), seed=str(n))
            states.append(await everything(store))
            done = await store.apply_load(one if kind == "asignacion" else some(kind, n), NOW + n * DAY_MS)
            loads.append(done.carga_id)
        for number, before in zip(reversed(loads), reversed(states), strict=True):
            await store.undo_load(number, LATER)
            assert await everything(store) == before

    on(database, body)


def test_a_load_that_a_later_one_rests_on_is_not_undone_and_the_later_one_is_named(database: str) -> None:
    async def body(store: Store) -> None:
        first = await begin(store)
        later = await store.apply_load(filas("pagos", pago_de(1, "10"), file_name="abonos.csv"), LATER)
        with pytest.raises(UndoRefused, match=rf"later loads .*{later.carga_id} \(pagos, abonos\.csv\)"):
            await store.undo_load(first, LATER)
        middle = await store.apply_load(filas("saldos", saldo_de(1, "9")), LATER)
        await store.apply_load(filas("saldos", saldo_de(1, "8"), file_name="nuevo.csv"), LATER)
        with pytest.raises(UndoRefused, match=r"nuevo\.csv"):
            await store.undo_load(middle.carga_id, LATER)

    on(database, body)


def test_a_load_whose_debtors_were_called_is_not_undone(database: str) -> None:
    async def body(store: Store) -> None:
        done = await store.apply_load(carga(deudor(1)), NOW)
        await store.write([RecordAttempt("c.n1.r.1", "facturas", 1, 1, 1, NOW, "v")], "n1")
        with pytest.raises(UndoRefused, match="in use: 1 calls"):
            await store.undo_load(done.carga_id, LATER)
        with pytest.raises(LoadRefused, match="there is no load 77"):
            await store.undo_load(77, LATER)

    on(database, body)


def test_a_case_that_was_called_since_keeps_its_place_when_the_load_that_moved_it_is_undone(database: str) -> None:
    async def body(store: Store) -> tuple[str, str]:
        await begin(store)
        await store.write([DropContact("facturas", 3, 3, "no_phone")], "n1")
        done = await store.apply_load(filas("saldos", saldo_de(3, "0")), LATER)
        async with store._write() as conn:
            mine = sa.update(schema.caso).where(schema.caso.c.id == 3)
            await conn.execute(mine.values(queue_state="stopped", queue_why="D10"))
        await store.undo_load(done.carga_id, LATER)
        case = (await rows(store, schema.caso))[2]
        return case.queue_state, case.queue_why

    assert on(database, body) == ("stopped", "D10")


def test_a_load_undone_or_applied_changes_the_mark_that_the_floor_watches(database: str) -> None:
    async def body(store: Store) -> list[tuple[int, int]]:
        marks = [await store.loads_mark()]
        done = await store.apply_load(carga(deudor(1)), NOW)
        marks.append(await store.loads_mark())
        await store.undo_load(done.carga_id, NOW)
        return [*marks, await store.loads_mark()]

    assert on(database, body) == [(0, 0), (1, 0), (1, 1)]


# ── the tables before ───────────────────────────────────────────────────────────────────────────────


def test_a_database_of_the_first_version_keeps_its_loads_and_gets_their_movements(bare_database: str) -> None:
    """What was loaded before there were movements is assigned, at its saldo, on the day of its case."""
    on_0001 = [
        "INSERT INTO mandante (id, code, name) VALUES (1, 'andes', 'Andes')",
        "INSERT INTO cartera (id, mandante_id, code, name) VALUES (1, 1, 'facturas', 'Facturas')",
        "INSERT INTO deudor (id, rut, name, regime, zone) VALUES (1, '1-9', 'Ana', 'mype', 'America/Santiago')",
        "INSERT INTO deudor (id, rut, name, regime, zone) VALUES (2, '50000000-7', 'Uno', 'mype', 'America/Santiago')",
        "INSERT INTO deudor (id, rut, name, regime, zone) VALUES (3, '49999999-K', 'Dos', 'mype', 'America/Santiago')",
        "INSERT INTO telefono (id, deudor_id, e164, kind) VALUES (1, 1, '+56912345678', 'movil')",
        f"INSERT INTO caso (id, deudor_id, cartera_id, assigned_ms, next_due_ms) VALUES (1, 1, 1, {NOW}, {NOW})",
        "INSERT INTO documento (id, caso_id, kind, number, amount, saldo, currency, due) "
        "VALUES (1, 1, 'factura', 'F1', 125, 125, 'CLP', '2026-09-30')",
        f"INSERT INTO carga (id, cartera_id, file_name, file_sha256, at_ms) VALUES (1, 1, 'a.csv', 'ab', {NOW})",
        "INSERT INTO carga_saldo (carga_id, currency, amount) VALUES (1, 'CLP', 125)",
        "INSERT INTO carga_rechazo (carga_id, row_number, field, value, reason, detail) "
        "VALUES (1, 7, 'RUT', 'x', 'rut_format', 'no')",
    ]

    async def first_version() -> None:
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - the only place that needs it

        engine = create_async_engine(bare_database)
        async with engine.begin() as conn:
            await conn.run_sync(lambda bare: command.upgrade(migrate.config(bare), "0001"))
            for words in on_0001:
                await conn.execute(sa.text(words))
        await engine.dispose()

    async def body(store: Store) -> None:
        [load] = await store.loads()
        assert (load.kind, load.mandante, load.cartera, load.state) == ("asignacion", "andes", "facturas", "applied")
        assert [len(some) for some in await store.load_rechazos(1)] == [1, 0]
        [document], [move] = await rows(store, schema.documento), await rows(store, schema.documento_movimiento)
        assert (move.kind, str(move.day), move.delta) == ("asignacion", "2026-11-18", document.saldo)
        assert [row.persona for row in await rows(store, schema.deudor)] == ["natural", "juridica", "natural"]
        assert [row.source for row in await rows(store, schema.telefono)] == ["asignacion"]

    asyncio.run(first_version())
    on(bare_database, body)


def test_who_loaded_and_who_undid_is_in_the_audit_and_a_trial_is_not(database: str) -> None:
    async def body(store: Store) -> None:
        await store.try_load(carga(deudor(1)), NOW, wanted=Wanted(by="ana"))
        assert list(await store.audits(10)) == []
        applied = await store.apply_load(carga(deudor(1)), NOW, wanted=Wanted(by="ana"))
        await store.apply_load(carga(deudor(1)), NOW + 1, wanted=Wanted(by="ana"))
        await store.undo_load(applied.carga_id, LATER, "rosa")
        undone, loaded = await store.audits(10)
        assert (loaded.by, loaded.act, loaded.on, loaded.at_ms) == ("ana", "load", str(applied.carga_id), NOW)
        assert loaded.detail == {"kind": "asignacion", "mandante": "andes", "cartera": "facturas", "rows": 1}
        assert (undone.by, undone.act, undone.on) == ("rosa", "undo_load", str(applied.carga_id))

    on(database, body)
