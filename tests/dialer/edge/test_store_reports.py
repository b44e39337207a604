"""The reports' rows: whatever is loaded, paid, adjusted or taken back, every figure agrees to the peso on every day."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from dialer.carteras.cuenta import Grupo
from dialer.carteras.filas import Fila, FilaPago, FilaRetiro, FilaSaldo, FilaUf
from dialer.carteras.model import Carga, Totals
from dialer.commands import CloseAttempt, RecordAttempt
from dialer.edge import schema as t
from dialer.edge.store import Store
from dialer.records import BooksRefused, PromiseMade, SaveGestion
from dialer.rules import local_day
from metrics.reports.aging import aging, migration
from metrics.reports.montos import TOTAL, montos
from metrics.reports.recorrido import recorrido
from tests.dialer.edge.cargas import DAY_MS, NOW, carga, deudor, documento, rut
from tests.dialer.edge.test_store import on, rows, talked

D = Decimal
ZONE = "America/Santiago"
TODAY = local_day(NOW, ZONE)
LIMITS = (30, 60, 90, 180, 360)
X = "facturas"


def day(n: int) -> date:
    return TODAY + timedelta(n)


def of_kind(kind: str, *filas: Fila, cartera: str = X, seed: str = "") -> Carga:
    totals = Totals(len(filas), len(filas), 0, 0, 0, {})
    sha = f"{abs(hash((kind, filas, seed))):064x}"[-64:]
    return Carga(f"{kind}.csv", sha, "andes", cartera, (), (), totals, kind=kind, filas=filas)


def pago(n: int, amount: str, paid: int, number: str = "", currency: str = "CLP", reference: str = "") -> FilaPago:
    kind = "factura" if number else ""
    return FilaPago(2, rut(n), kind, number, D(amount), currency, day(paid).isoformat(), reference)


def saldo(n: int, number: str, amount: str, currency: str = "CLP") -> FilaSaldo:
    return FilaSaldo(2, rut(n), "factura", number, D(amount), currency)


async def load(store: Store, it: Carga, n: int) -> None:
    await store.apply_load(it, NOW + n * DAY_MS)


async def story(store: Store) -> None:
    """Day 0: assigned. 1: paid. 2: adjusted. 3: taken back. 4: more assigned and paid."""
    old = deudor(1, documento("11", "100000", "2026-08-30"), documento("12", "50000", "2026-11-10"))
    both = deudor(2, documento("21", "70000", "2026-10-01"), documento("22", "10.5", "2026-10-01", "CLF"))
    await load(store, carga(old, both, deudor(3, documento("31", "90000", "2027-01-15"))), 0)
    await load(store, carga(deudor(9, documento("91", "999", "2026-08-30")), cartera="otra"), 0)
    paid = (pago(1, "120000", 1), pago(2, "0.5", 1, "22", "CLF"), pago(2, "5000", 1, "777"), pago(8, "1", 1))
    await load(store, of_kind("pagos", *paid), 1)
    await load(store, of_kind("saldos", saldo(2, "21", "75000"), saldo(3, "31", "60000")), 2)
    await load(store, of_kind("retiros", FilaRetiro(2, rut(3), "factura", "31", "fin")), 3)
    await load(store, carga(deudor(1, documento("13", "40000", "2026-11-15")), seed="b"), 4)
    await load(store, of_kind("pagos", pago(1, "80000", 4)), 4)


TOLD = {  # day: (assigned, paid, withdrawn, adjusted, saldo) in pesos, worked out by hand
    -1: None,
    0: (310000, 0, 0, 0, 310000),
    1: (310000, 120000, 0, 0, 190000),
    2: (310000, 120000, 0, -25000, 165000),
    3: (310000, 120000, 60000, -25000, 105000),
    4: (350000, 190000, 60000, -25000, 75000),
    9: (350000, 190000, 60000, -25000, 75000),
}


# ── montos and aging ────────────────────────────────────────────────────────────────────────────────


def test_every_day_of_a_carteras_life_adds_up_as_worked_out_by_hand(database: str) -> None:
    async def body(store: Store) -> None:
        await story(store)
        for n, expected in TOLD.items():
            made = montos(await store.renglones(X, day(n)), day(n), LIMITS)
            pesos = [one[2:7] for one in made if (one.currency, one.tramo) == ("CLP", TOTAL)]
            assert pesos == ([] if expected is None else [expected])
        uf = [one[2:7] for one in made if (one.currency, one.tramo) == ("CLF", TOTAL)]
        assert uf == [(D("10.5"), D("0.5"), 0, 0, 10)]

    on(database, body)


def test_aging_as_of_any_day_puts_every_saldo_in_its_tramo(database: str) -> None:
    async def body(store: Store) -> None:
        await story(store)
        first = aging(await store.renglones(X, day(0)), day(0), LIMITS)
        told = {one.tramo: one.saldo for one in first if one.currency == "CLP"}
        assert told == {"por vencer": 90000, "1-30": 50000, "31-60": 70000, "61-90": 100000, "91-180": 0,
                        "181-360": 0, "más de 360": 0}  # fmt: skip
        assert [(one.tramo, one.saldo, one.documentos) for one in first if one.currency == "CLF" and one.saldo] == [
            ("31-60", D("10.5"), 1)
        ]
        last = aging(await store.renglones(X, day(4)), day(4), LIMITS)
        assert {one.tramo: (one.saldo, one.documentos) for one in last if one.currency == "CLP" and one.saldo} == {
            "31-60": (75000, 1)
        }

    on(database, body)


def test_the_migration_between_two_days_says_where_every_peso_went(database: str) -> None:
    async def body(store: Store) -> None:
        await story(store)
        made = migration(await store.pasos(X, day(0), day(4)), day(0), day(4), LIMITS)
        told = {
            one.origin: (one.total, {name: amount for name, amount in one.to.items() if amount})
            for one in made
            if one.currency == "CLP"
        }
        assert told == {
            "asignado": (40000, {"pagado": 40000}),
            "por vencer": (90000, {"retirado": 60000, "ajustado": 30000}),
            "1-30": (50000, {"pagado": 50000}),
            "31-60": (70000, {"31-60": 75000, "ajustado": -5000}),
            "61-90": (100000, {"pagado": 100000}),
        }

    on(database, body)


def test_the_three_records_of_the_saldo_agree_with_the_load_totals(database: str) -> None:
    async def body(store: Store) -> None:
        await story(store)
        clf, clp = await store.cuadratura(X)
        assert (clp.currency, clp.movements, clp.documents, clp.cases) == ("CLP", 75000, 75000, 75000)
        assert (clp.assigned, clp.loads) == (350000, 350000)
        assert (clf.movements, clf.assigned, clf.loads) == (10, D("10.5"), D("10.5"))
        assert clp.agrees and clf.agrees

    on(database, body)


def test_a_saldo_that_was_changed_behind_the_movements_is_found_out(sqlite_url: str) -> None:
    async def body(store: Store) -> None:
        await story(store)
        async with store._write() as conn:
            await conn.execute(sa.update(t.documento).where(t.documento.c.number == "21").values(saldo=D(74999)))
        assert [one.agrees for one in await store.cuadratura(X)] == [True, False]

    on(sqlite_url, body)


def test_an_undone_load_leaves_the_figures_of_before(database: str) -> None:
    async def body(store: Store) -> None:
        await load(store, carga(deudor(1, documento("11", "100000"))), 0)
        before = await store.renglones(X, day(5))
        made = await store.apply_load(of_kind("pagos", pago(1, "30000", 1)), NOW + DAY_MS)
        assert await store.renglones(X, day(5)) != before
        await store.undo_load(made.carga_id, NOW + 2 * DAY_MS)
        assert await store.renglones(X, day(5)) == before
        assert all(one.agrees for one in await store.cuadratura(X))

    on(database, body)


def test_what_was_paid_between_two_days_is_counted_by_day(database: str) -> None:
    async def body(store: Store) -> None:
        await story(store)
        assert await store.paid_between(X, day(0), day(3)) == {"CLP": 120000, "CLF": D("0.5")}
        assert await store.paid_between(X, day(2), day(4)) == {"CLP": 70000}
        assert await store.paid_between(X, day(5), day(9)) == {}

    on(database, body)


def test_payments_that_found_no_document_are_listed_with_what_is_left_of_them(database: str) -> None:
    async def body(store: Store) -> None:
        await story(store)
        told = [(one.rut, one.number, one.amount, one.rest, one.currency) for one in await store.loose_payments(X)]
        assert told == [
            (rut(2), "777", 5000, 5000, "CLP"),
            (rut(8), "", 1, 1, "CLP"),
            (rut(1), "", 80000, 10000, "CLP"),
        ]

    on(database, body)


def test_a_cartera_that_is_not_in_the_books_is_said_so(sqlite_url: str) -> None:
    async def body(store: Store) -> None:
        asking = (store.renglones("nada", TODAY), store.pasos("nada", TODAY, TODAY), store.grupos("nada", TODAY, ZONE))
        for asked in asking:
            with pytest.raises(BooksRefused, match="no cartera 'nada'"):
                await asked

    on(sqlite_url, body)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_loaded_the_database_and_a_plain_sum_agree_on_every_day(sqlite_url: str, seed: int) -> None:
    dice = random.Random(seed)

    async def body(store: Store) -> None:
        await load(store, carga(*(_anybody(dice, n, 0) for n in range(1, 7))), 0)
        for n in range(1, 9):
            await load(store, _any_load(dice, n), n)
        moved = await _movements(store)
        for n in range(10):
            await _holds_at(store, moved, n)
        assert all(one.agrees for one in await store.cuadratura(X))

    on(sqlite_url, body)


def _anybody(dice: random.Random, n: int, times: int) -> Any:
    def one(k: int) -> Any:
        due, money = day(dice.randint(-400, 60)), dice.choice(("CLP", "CLF"))
        return documento(f"{n}{k}{times}", str(dice.randint(1, 9000)), due.isoformat(), money)

    return deudor(n, *(one(k) for k in range(1, dice.randint(2, 5))))


def _any_load(dice: random.Random, n: int) -> Carga:
    who = dice.randint(1, 6)
    number = f"{who}{dice.randint(1, 4)}0"
    money = dice.choice(("CLP", "CLF"))
    kind = dice.choice(("pagos", "saldos", "retiros", "asignacion"))
    if kind == "asignacion":
        return carga(_anybody(dice, who, dice.choice((0, n))), seed=str(n))
    if kind == "pagos":
        paid = (pago(dice.randint(1, 6), str(dice.randint(1, 12000)), n, currency=money) for _ in range(4))
        return of_kind(kind, *paid)
    if kind == "saldos":
        return of_kind(kind, saldo(who, number, str(dice.randint(0, 9000)), money), seed=str(n))
    return of_kind(kind, FilaRetiro(2, rut(who), "factura", dice.choice((number, "")), "fin"), seed=str(n))


async def _movements(store: Store) -> Sequence[Any]:
    m, d = t.documento_movimiento.c, t.documento.c
    async with store._read() as conn:
        wanted = sa.select(m.day, m.delta, d.id, d.currency).join(t.documento, d.id == m.documento_id)
        return (await conn.execute(wanted)).all()


async def _holds_at(store: Store, moved: Sequence[Any], n: int) -> None:
    at = day(n)
    made = montos(await store.renglones(X, at), at, LIMITS)
    bands = aging(await store.renglones(X, at), at, LIMITS)
    matrix = migration(await store.pasos(X, day(n // 2), at), day(n // 2), at, LIMITS)
    assert all(sum(row.to.values(), D(0)) == row.total for row in matrix)
    for total in (one for one in made if one.tramo == TOTAL):
        mine = [row for row in moved if row.currency == total.currency and row.day <= at]
        assert total.saldo == sum((row.delta for row in mine), D(0))
        assert total.saldo == total.assigned - total.paid - total.withdrawn + total.adjusted
        assert total.saldo == sum((one.saldo for one in bands if one.currency == total.currency), D(0))
        rows_of = [row for row in matrix if row.currency == total.currency]
        left = sum((sum(list(row.to.values())[: len(LIMITS) + 2], D(0)) for row in rows_of), D(0))
        assert left == total.saldo


# ── recorrido ───────────────────────────────────────────────────────────────────────────────────────


async def called(store: Store, case: int, n: int, at_ms: int, verdict: str = "no_answer", *, rang: bool = True) -> None:
    name = f"c.n1.r.{case}-{n}-{at_ms}"
    ended = CloseAttempt(name, verdict, 19, "NOANSWER", at_ms + 30_000, rang, 0, 0)
    await store.write([RecordAttempt(name, X, case, case, case, at_ms, "x"), ended], "n1")


def test_recorrido_counts_the_valid_gestiones_of_the_gestionables_and_tells_the_others_apart(database: str) -> None:
    async def body(store: Store) -> None:
        people = [deudor(n, documento(f"{n}1", "1000")) for n in range(1, 6)]
        await load(store, carga(*people, deudor(6), deudor(7, phones=())), 0)
        for case, times in ((1, 3), (2, 2), (3, 2), (4, 1), (6, 9)):
            for n in range(times):
                await called(store, case, n, NOW + n)
        await called(store, 5, 0, NOW, "congestion", rang=False)  # never reached a telephone
        await called(store, 5, 1, NOW + 3 * DAY_MS)
        await load(store, of_kind("pagos", pago(1, "1000", 2)), 2)
        async with store._write() as conn:
            await conn.execute(sa.update(t.deudor).where(t.deudor.c.id == 6).values(stops=("concursal",)))
        before, after = await store.grupos(X, day(0), ZONE), await store.grupos(X, day(3), ZONE)
        assert [one[:4] for one in before] == [
            ("", 0, 1, 1), ("", 1, 1, 1), ("", 2, 2, 2), ("", 3, 1, 1), ("bloqueado", 9, 1, 1),
            ("sin teléfono", 0, 1, 1),
        ]  # fmt: skip
        assert [one[:3] for one in after] == [
            ("", 1, 2), ("", 2, 2), ("bloqueado", 9, 1), ("pagado", 3, 1), ("sin teléfono", 0, 1)
        ]  # fmt: skip
        made = recorrido(after, D("0.95"), 5)
        assert (made.casos, made.apart) == (7, {"bloqueado": 1, "pagado": 1, "sin teléfono": 1})
        by_base = {one.base: one for one in made.medidas}
        assert (by_base["casos"].vueltas, by_base["casos"].avance, by_base["casos"].promedio) == (1, D("0.5"), D("1.5"))
        assert by_base["saldo CLP"].gestionables == 4000

    on(database, body)


def test_a_case_that_a_mandante_took_back_and_one_not_yet_assigned_are_no_gestionables(database: str) -> None:
    async def body(store: Store) -> None:
        await load(store, carga(deudor(1), deudor(2)), 0)
        await load(store, of_kind("retiros", FilaRetiro(2, rut(2), "", "", "fin")), 1)
        await load(store, carga(deudor(3), seed="b"), 4)
        assert [one[:3] for one in await store.grupos(X, day(0), ZONE)] == [("", 0, 2)]
        assert [one[:3] for one in await store.grupos(X, day(2), ZONE)] == [("", 0, 1), ("retirado", 0, 1)]
        assert [one[:3] for one in await store.grupos(X, day(4), ZONE)] == [("", 0, 2), ("retirado", 0, 1)]
        assert await store.grupos(X, day(-1), ZONE) == []

    on(database, body)


def test_saldos_in_two_currencies_stay_apart_in_the_recorrido(sqlite_url: str) -> None:
    async def body(store: Store) -> None:
        await load(store, carga(deudor(1, documento("1", "500"), documento("2", "2.5", currency="CLF"))), 0)
        assert await store.grupos(X, day(0), ZONE) == [Grupo("", 0, 1, 2, {"CLF": D("2.5"), "CLP": D(500)})]

    on(sqlite_url, body)


# ── compromisos ─────────────────────────────────────────────────────────────────────────────────────


async def promised(store: Store, n: int, case: int, due: int, amount: str, at: int = 0, currency: str = "CLP") -> int:
    attempt = await talked(store, n, case=case, at_ms=NOW + at * DAY_MS + n)
    promise = PromiseMade(day(due), D(amount), currency)
    return await store.save_gestion(SaveGestion(attempt, "e01", "D01", NOW + at * DAY_MS + n, promise=promise))


async def states(store: Store) -> list[tuple[str, Decimal]]:
    return [(row.state, row.paid) for row in await rows(store, t.compromiso)]


def test_promises_are_judged_each_day_and_after_each_load_of_payments(database: str) -> None:
    async def body(store: Store) -> None:
        await load(store, carga(*(deudor(n, documento(f"{n}1", "100000")) for n in range(1, 5))), 0)
        for n, case in enumerate((1, 2, 3), start=1):
            await promised(store, n, case, due=5, amount="60000")
        assert await store.judge_promises(X, day(5), ZONE, 1) == 0
        await load(store, of_kind("pagos", pago(1, "60000", 3), pago(2, "10000", 6)), 6)
        assert await store.judge_promises(X, day(6), ZONE, 1) == 2
        assert await states(store) == [("cumplida", 60000), ("vigente", 10000), ("vigente", 0)]
        assert await store.judge_promises(X, day(7), ZONE, 1) == 2
        assert await states(store) == [("cumplida", 60000), ("parcial", 10000), ("rota", 0)]
        assert await store.judge_promises(X, day(7), ZONE, 1) == 0
        [first, *_] = await rows(store, t.compromiso)
        assert first.judged_on == day(6)
        assert [row.promise_due for row in await rows(store, t.caso)] == [None] * 4
        told = [(one.state, one.compromisos, one.amount, one.paid) for one in await store.promesas(X)]
        assert told == [("cumplida", 1, 60000, 60000), ("parcial", 1, 60000, 10000), ("rota", 1, 60000, 0)]

    on(database, body)


def test_a_payment_file_that_comes_late_mends_a_broken_promise_and_its_undo_breaks_it_again(database: str) -> None:
    async def body(store: Store) -> None:
        await load(store, carga(deudor(1, documento("11", "100000"))), 0)
        await promised(store, 1, 1, due=2, amount="50000")
        await store.judge_promises(X, day(9), ZONE, 1)
        assert await states(store) == [("rota", 0)]
        made = await store.apply_load(of_kind("pagos", pago(1, "50000", 2)), NOW + 10 * DAY_MS)
        await store.judge_promises(X, day(10), ZONE, 1)
        assert await states(store) == [("cumplida", 50000)]
        await store.undo_load(made.carga_id, NOW + 11 * DAY_MS)
        await store.judge_promises(X, day(11), ZONE, 1)
        assert await states(store) == [("rota", 0)]

    on(database, body)


def test_a_new_promise_takes_the_place_of_the_one_that_is_vigente_and_that_one_is_not_broken(database: str) -> None:
    async def body(store: Store) -> None:
        await load(store, carga(deudor(1, documento("11", "100000"))), 0)
        await promised(store, 1, 1, due=2, amount="50000")
        await promised(store, 2, 1, due=8, amount="40000", at=1)
        [caso] = await rows(store, t.caso)
        assert caso.promise_due == day(8)
        await store.judge_promises(X, day(9), ZONE, 0)
        assert await states(store) == [("editada", 0), ("rota", 0)]
        await promised(store, 3, 1, due=12, amount="40000", at=9)
        assert [state for state, _ in await states(store)] == ["editada", "rota", "vigente"]

    on(database, body)


def test_money_that_found_no_document_keeps_the_promise_of_who_has_one_case_with_the_mandante(database: str) -> None:
    async def body(store: Store) -> None:
        await load(store, carga(deudor(1, documento("11", "30000")), deudor(2, documento("21", "30000"))), 0)
        await load(store, carga(deudor(2, documento("22", "500")), cartera="otra"), 0)
        await promised(store, 1, 1, due=2, amount="40000")
        await promised(store, 2, 2, due=2, amount="40000")
        paid = [pago(n, "30000", 1, f"{n}1") for n in (1, 2)] + [pago(n, "10000", 1, "999") for n in (1, 2)]
        await load(store, of_kind("pagos", *paid), 1)
        await store.judge_promises(X, day(5), ZONE, 1)
        assert await states(store) == [("cumplida", 40000), ("parcial", 30000)]

    on(database, body)


def test_the_value_of_the_uf_is_the_days_own_or_none(database: str) -> None:
    async def body(store: Store) -> None:
        await store.apply_load(uf_load(FilaUf(2, day(0).isoformat(), D("39485.65"))), NOW)
        assert await store.uf_values([day(0), day(1)]) == {day(0): D("39485.65")}

    on(database, body)


def uf_load(*filas: FilaUf) -> Carga:
    return Carga("uf.csv", "0" * 64, "", "", (), (), Totals(1, 1, 0, 0, 0, {}), kind="uf", filas=filas)


