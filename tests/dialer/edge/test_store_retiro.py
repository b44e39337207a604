"""Pick-ups in the records: asked for with the gestión, stepped one at a time, settled to the peso."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from agents.retiros import Asked, RetiroRefused
from agents.usuario import Usuario
from dialer.edge import schema
from dialer.edge.store import Store
from dialer.records import BooksRefused, PromiseMade, SaveGestion
from tests.dialer.edge.cargas import DAY_MS, NOW, deudor, rut
from tests.dialer.edge.test_store import loaded, on, rows, talked

E01 = Usuario("e01", "Ana", "ejecutivo", "", ("facturas",))
JEFE, SUPERVISOR = Usuario("j01", "Jefa", "jefe", ""), Usuario("s01", "Sol", "supervisor", "", ("facturas", "otra"))
CARGAS, GERENTE = Usuario("c01", "Caro", "cargas", ""), Usuario("g01", "Gil", "gerente", "")
APPROVE, ASSIGN = Asked("approve"), Asked("assign", to="Motos del Sur")
DONE = Asked("done", receipt="R-1", amount=Decimal(99_000), done_on=date(2026, 11, 18))


def said(attempt_id: str, **more: Any) -> SaveGestion:
    promise = PromiseMade(date(2026, 11, 25), Decimal(100_000))
    values: dict[str, Any] = {"promise": promise, "address": "Calle Ñuble 123, of. 4, Santiago"} | more
    return SaveGestion(attempt_id, "e01", "D04", NOW, **values)


async def asked_for(store: Store, count: int = 1, **more: Any) -> None:
    """Retiros 1…count, asked for by e01, of as many debtors."""
    await loaded(store, *(deudor(n) for n in range(1, count + 1)), **more)
    for n in range(1, count + 1):
        await store.save_gestion(said(await talked(store, n, case=n)))


async def fetched(store: Store, number: int, receipt: str, amount: int) -> dict[str, Any]:
    await store.step_retiro(JEFE, number, APPROVE, NOW + 1)
    await store.step_retiro(SUPERVISOR, number, ASSIGN, NOW + 2)
    done = msgspec.structs.replace(DONE, receipt=receipt, amount=Decimal(amount))
    return await store.step_retiro(SUPERVISOR, number, done, NOW + 3)


async def refusal(asked: Any) -> str:
    with pytest.raises(RetiroRefused) as found:
        await asked
    return found.value.code


def test_a_gestion_with_an_address_asks_for_the_pick_up_once_also_when_it_is_sent_again(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        gestion = said(await talked(store))
        assert await store.save_gestion(gestion) == await store.save_gestion(gestion)
        [retiro] = await rows(store, schema.retiro)
        assert (retiro.state, retiro.amount, retiro.currency) == ("solicitado", 100_000, "CLP")
        assert (retiro.address, retiro.due) == (gestion.address, date(2026, 11, 25))
        assert (retiro.requested_by, retiro.requested_ms) == ("e01", NOW)
        [step] = await rows(store, schema.retiro_paso)
        assert (step.by, step.from_state, step.to_state) == ("e01", "", "solicitado")

    on(database, body)


def test_a_gestion_without_an_address_asks_for_nothing(database: str) -> None:
    async def body(store: Store) -> list[Any]:
        await loaded(store)
        await store.save_gestion(said(await talked(store), address=""))
        return await rows(store, schema.retiro)

    assert on(database, body) == []


def test_where_the_pick_up_cannot_be_recorded_neither_is_the_gestion(database: str) -> None:
    async def body(store: Store) -> list[Any]:
        await loaded(store)
        with pytest.raises(BooksRefused, match="needs the promise"):
            await store.save_gestion(said(await talked(store), promise=None))
        return await rows(store, schema.gestion)

    assert on(database, body) == []


def test_every_step_is_written_with_who_and_when(database: str) -> None:
    async def body(store: Store) -> None:
        await asked_for(store)
        told = await fetched(store, 1, "R-1", 99_000)
        assert [(step["to"], step["by"], step["at_ms"] - NOW) for step in told["steps"]] == [
            ("solicitado", "e01", 0),
            ("aprobado", "j01", 1),
            ("asignado", "s01", 2),
            ("realizado", "s01", 3),
        ]
        assert (told["amount"], told["done_amount"], told["receipt"]) == ("100000", "99000", "R-1")
        assert told["steps"][2]["note"] == "Motos del Sur"

    on(database, body)


def test_a_refused_step_changes_nothing(database: str) -> None:
    async def body(store: Store) -> None:
        await asked_for(store)
        for usuario, asked in [(SUPERVISOR, APPROVE), (JEFE, DONE), (SUPERVISOR, ASSIGN)]:
            assert await refusal(store.step_retiro(usuario, 1, asked, NOW)) in ("forbidden", "state")
        herself = msgspec.structs.replace(JEFE, code="e01")
        assert await refusal(store.step_retiro(herself, 1, APPROVE, NOW)) == "oneself"
        [retiro] = await rows(store, schema.retiro)
        assert retiro.state == "solicitado" and len(await rows(store, schema.retiro_paso)) == 1

    on(database, body)


def test_of_two_who_judge_at_once_one_is_told_that_it_is_done(database: str) -> None:
    async def body(store: Store) -> None:
        await asked_for(store)
        both = (APPROVE, Asked("reject", "no corresponde"))
        answers = await asyncio.gather(*(store.step_retiro(JEFE, 1, one, NOW) for one in both), return_exceptions=True)
        assert sorted(isinstance(one, RetiroRefused) for one in answers) == [False, True]
        assert len(await rows(store, schema.retiro_paso)) == 2

    on(database, body)


def test_one_receipt_is_one_pick_up(database: str) -> None:
    async def body(store: Store) -> None:
        await asked_for(store, 2)
        await fetched(store, 1, "R-1", 99_000)
        assert await refusal(fetched(store, 2, "r-1", 99_000)) == "wrong"

    on(database, body)


def test_a_rendicion_closes_all_or_none_and_reconciles_to_the_peso(database: str) -> None:
    async def body(store: Store) -> None:
        await asked_for(store, 3)
        for number, amount in [(1, 99_000), (2, 100_001)]:
            await fetched(store, number, f"R-{number}", amount)
        right, off = {"CLP": Decimal(199_001)}, {"CLP": Decimal(199_000)}
        assert await refusal(store.close_rendicion(CARGAS, [1, 2], off, "", NOW + 9)) == "totals"
        assert await refusal(store.close_rendicion(CARGAS, [1, 2, 3], right, "", NOW + 9)) == "state"
        assert await refusal(store.close_rendicion(SUPERVISOR, [1, 2], right, "", NOW + 9)) == "forbidden"
        assert await rows(store, schema.rendicion) == []
        made = await store.close_rendicion(CARGAS, [2, 1, 2], right, "caja 3", NOW + 9)
        assert (made["id"], made["mandante"], made["by"], made["totals"]) == (1, "andes", "c01", {"CLP": "199001"})
        assert [one["id"] for one in made["retiros"]] == [1, 2]
        assert await store.rendicion(JEFE, 1) == made | {"retiros": (await store.rendicion(JEFE, 1))["retiros"]}
        assert [row.state for row in await rows(store, schema.retiro)] == ["rendido", "rendido", "solicitado"]
        assert await refusal(store.close_rendicion(CARGAS, [1], {"CLP": Decimal(99_000)}, "", NOW)) == "state"

    on(database, body)


def test_a_rendicion_is_of_one_mandante(database: str) -> None:
    async def body(store: Store) -> None:
        await asked_for(store)
        await loaded(store, deudor(7), cartera="otra", mandante="sur")
        await store.save_gestion(said(await talked_in(store, "otra")))
        for number in (1, 2):
            await fetched(store, number, f"R-{number}", 50_000)
        both = store.close_rendicion(JEFE, [1, 2], {"CLP": Decimal(100_000)}, "", NOW)
        assert await refusal(both) == "wrong"

    on(database, body)


async def talked_in(store: Store, cartera: str) -> str:
    from tests.dialer.edge.test_store import closed, recorded  # noqa: PLC0415 - only here

    attempt = recorded(2, case=2, cartera=cartera)
    await store.write([attempt, closed(2, "connected", agent_id="e01")], "n1")
    return attempt.attempt_id


def test_everybody_sees_what_is_theirs_to_see(database: str) -> None:
    async def body(store: Store) -> None:
        await asked_for(store)
        [mine], [whole], [masked] = [await store.retiros(one) for one in (E01, JEFE, GERENTE)]
        assert (whole["rut"], whole["name"][:9], whole["address"][:5]) == (rut(1), "Comercial", "Calle")
        assert mine["address"] == whole["address"] and mine["rut"] != rut(1)
        assert (masked["name"], masked["address"]) == ("", "") and masked["rut"].startswith("**")
        assert await store.retiros(msgspec.structs.replace(E01, code="e02")) == []
        assert await store.retiros(msgspec.structs.replace(SUPERVISOR, carteras=("otra",))) == []
        assert [one["id"] for one in await store.retiros(JEFE, "solicitado")] == [1]
        assert await store.retiros(JEFE, "rendido") == []
        assert await refusal(store.retiros(JEFE, "perdido")) == "wrong"
        assert await refusal(store.retiros(msgspec.structs.replace(JEFE, role="calidad"))) == "forbidden"

    on(database, body)


def test_what_does_not_exist_or_is_another_carteras_is_not_found(database: str) -> None:
    async def body(store: Store) -> None:
        await asked_for(store)
        elsewhere = msgspec.structs.replace(JEFE, carteras=("otra",))
        assert await refusal(store.step_retiro(elsewhere, 1, APPROVE, NOW)) == "not_found"
        assert await refusal(store.step_retiro(JEFE, 9, APPROVE, NOW)) == "not_found"
        assert await refusal(store.rendicion(JEFE, 9)) == "not_found"

    on(database, body)


def test_the_day_of_a_pick_up_is_judged_where_the_debtor_lives(database: str) -> None:
    async def body(store: Store) -> None:
        await asked_for(store)
        await store.step_retiro(JEFE, 1, APPROVE, NOW)
        await store.step_retiro(JEFE, 1, ASSIGN, NOW)
        tomorrow = msgspec.structs.replace(DONE, done_on=date(2026, 11, 19))
        assert await refusal(store.step_retiro(JEFE, 1, tomorrow, NOW)) == "wrong"
        assert (await store.step_retiro(JEFE, 1, tomorrow, NOW + DAY_MS))["done_on"] == "2026-11-19"

    on(database, body)
