"""Who a debtor is, where they may be found and who said so: kept with every load, and given back by its undo."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from dialer.carteras.filas import Direccion, FilaBloqueo, FilaDemografico, Telefono
from dialer.carteras.model import Deudor
from dialer.edge import schema as t
from dialer.edge.store import Store
from dialer.edge.store_obra import Wanted
from dialer.records import BooksRefused, UndoRefused
from tests.dialer.edge.cargas import DAY_MS, NOW, carga, deudor, documento, filas, rut
from tests.dialer.edge.test_store_cargas import everything, on, rows

LATER = NOW + DAY_MS


def one(n: int = 1, **changes: Any) -> Deudor:
    return msgspec.structs.replace(deudor(n), **changes)


def moves(
    n: int, address: str = "", *further: str, comuna: str = "", source: str = "", row: int = 2
) -> FilaDemografico:
    return FilaDemografico(row, rut(n), (), (), address, comuna, further, source)


async def found(store: Store, n: int = 1) -> tuple[str, list[tuple[str, str, str]]]:
    """The address in use, and the further ones in the order in which they came."""
    person = next(row for row in await rows(store, t.deudor) if row.rut == rut(n))
    further = [row for row in await rows(store, t.direccion) if row.deudor_id == person.id]
    return person.address, [(row.address, row.comuna, row.source) for row in further]


# ── addresses ───────────────────────────────────────────────────────────────────────────────────────


def test_the_further_addresses_of_an_asignacion_are_kept_with_where_they_come_from(database: str) -> None:
    async def body(store: Store) -> Any:
        further = (Direccion("Bodega 2"), Direccion("Casa 3", "Maipú", "Equifax"))
        await store.apply_load(carga(one(addresses=further), deudor(2)), NOW)
        return await found(store), await found(store, 2)

    first, second = on(database, body)
    assert first == ("Calle 1", [("Bodega 2", "", "asignacion"), ("Casa 3", "Maipú", "Equifax")])
    assert second == ("Calle 2", [])


def test_an_address_that_a_load_replaces_stays_with_the_load_that_brought_it_and_each_undo_gives_one_back(
    database: str,
) -> None:
    async def body(store: Store) -> None:
        await store.apply_load(carga(deudor(1)), NOW)
        states, loads = [], []
        for n, fila in enumerate((moves(1, "Dos 2", source="Equifax"), moves(1, "Tres 3", comuna="Maipú"))):
            states.append(await everything(store))
            loads.append((await store.apply_load(filas("demograficos", fila), LATER + n)).carga_id)
        first = ("Calle 1", "Arica", "asignacion")
        assert await found(store) == ("Tres 3", [first, ("Dos 2", "Arica", "demograficos")])
        for load, before in zip(reversed(loads), reversed(states), strict=True):
            await store.undo_load(load, LATER)
            assert await everything(store) == before
        assert await found(store) == ("Calle 1", [])

    on(database, body)


def test_of_several_moves_in_one_file_the_last_is_in_use_and_no_address_is_lost(database: str) -> None:
    async def body(store: Store) -> Any:
        await store.apply_load(carga(deudor(1)), NOW)
        rows_ = moves(1, "Dos 2", "Bodega 7", source="Dicom"), moves(1, "Tres 3", row=3), moves(1, "TRES  3", row=4)
        done = await store.apply_load(filas("demograficos", *rows_), LATER, wanted=Wanted(detail=True))
        assert [(it.effect, it.after) for it in done.efectos] == [
            ("new", "Bodega 7"),
            ("changed", "Tres 3, Arica"),
            ("changed", "TRES  3, Arica"),
        ]
        return await found(store)

    assert on(database, body) == (
        "TRES  3",
        [("Calle 1", "Arica", "asignacion"), ("Bodega 7", "", "Dicom"), ("Dos 2", "Arica", "Dicom")],
    )


def test_the_same_address_in_other_letters_is_not_kept_twice(database: str) -> None:
    async def body(store: Store) -> Any:
        await store.apply_load(carga(one(addresses=(Direccion("Bodega Ñuñoa 2"),))), NOW)
        again = moves(1, "", "bodega nunoa 2", "CALLE 1")
        done = await store.apply_load(filas("demograficos", again), LATER, wanted=Wanted(detail=True))
        assert [it.effect for it in done.efectos] == ["unchanged"]
        return await found(store)

    assert on(database, body) == ("Calle 1", [("Bodega Ñuñoa 2", "", "asignacion")])


def test_another_mandantes_address_of_somebody_who_is_known_is_a_further_one(database: str) -> None:
    async def body(store: Store) -> Any:
        await store.apply_load(carga(deudor(1), one(2, address=""), one(3, address="", comuna="")), NOW)
        theirs = (
            one(1, address="Otra 9", comuna="Maipú", source="SII"),
            one(2, address="Nueva 2"),
            one(3, address="Nueva 3"),
        )
        before = await everything(store)
        done = await store.apply_load(carga(*theirs, mandante="sur", cartera="ajena"), LATER)
        told = [await found(store, n) for n in (1, 2, 3)]
        await store.undo_load(done.carga_id, LATER)
        assert await everything(store) == before
        return told

    assert on(database, body) == [
        ("Calle 1", [("Otra 9", "Maipú", "SII")]),
        ("Nueva 2", []),
        ("Nueva 3", []),
    ], "what was blank is filled in; what was there stays in use"


def test_an_address_without_comuna_makes_room_for_one_that_has_it_and_is_kept(database: str) -> None:
    async def body(store: Store) -> Any:
        await store.apply_load(carga(one(comuna="")), NOW)
        await store.apply_load(carga(one(address="Otra 9"), mandante="sur", cartera="ajena"), LATER)
        return await found(store)

    assert on(database, body) == ("Otra 9", [("Calle 1", "", "asignacion")])


def test_a_load_on_whose_people_a_later_one_hung_addresses_is_not_undone(database: str) -> None:
    async def body(store: Store) -> None:
        first = await store.apply_load(carga(deudor(1)), NOW)
        await store.apply_load(filas("demograficos", moves(1, "", "Bodega 2"), file_name="casas.csv"), LATER)
        with pytest.raises(UndoRefused, match=r"casas\.csv"):
            await store.undo_load(first.carga_id, LATER)

    on(database, body)


# ── telephones ──────────────────────────────────────────────────────────────────────────────────────


def test_each_telephone_knows_where_it_came_from_and_the_first_word_stands(database: str) -> None:
    async def body(store: Store) -> Any:
        phones = (Telefono("+56911111111", "movil"), Telefono("+56922222222", "movil", "Equifax"))
        await store.apply_load(carga(one(telefonos=phones)), NOW)
        more = tuple(Telefono(f"+569{digit * 8}", "movil") for digit in "1234")
        silent, said = (FilaDemografico(n, rut(1), more[:n], (), "", "", (), "SII" * (n == 3)) for n in (4, 3))
        await store.apply_load(filas("demograficos", silent, said), LATER)
        return {row.e164: row.source for row in await rows(store, t.telefono)}

    assert on(database, body) == {
        "+56911111111": "asignacion",
        "+56922222222": "Equifax",
        "+56933333333": "SII",
        "+56944444444": "demograficos",
    }


# ── persons and documents ───────────────────────────────────────────────────────────────────────────


def test_who_is_a_company_is_deduced_from_the_rut_until_a_file_says_it(database: str) -> None:
    async def persona(store: Store) -> list[str]:
        return [row.persona for row in await rows(store, t.deudor)]

    async def body(store: Store) -> None:
        company = one(rut="76086428-5")
        await store.apply_load(filas("bloqueos", FilaBloqueo(2, "77123456-K", "", "bloqueado", ""), mandante=""), NOW)
        await store.apply_load(carga(company, deudor(2), one(3, persona="juridica")), NOW)
        assert await persona(store) == ["juridica", "juridica", "natural", "juridica"]
        before = await everything(store)
        said = carga(one(2, persona="juridica"), one(3, persona="natural"), mandante="sur", cartera="ajena")
        done = await store.apply_load(said, LATER)
        assert await persona(store) == ["juridica", "juridica", "juridica", "juridica"], "what was said stays"
        await store.undo_load(done.carga_id, LATER)
        assert await everything(store) == before

    on(database, body)


def test_the_database_takes_no_other_persona(database: str) -> None:
    async def body(store: Store) -> None:
        await store.apply_load(carga(deudor(1)), NOW)
        with pytest.raises(BooksRefused, match=r"IntegrityError|CheckViolationError"):
            async with store._write() as conn:
                await conn.execute(sa.update(t.deudor).values(persona="marciana"))

    on(database, body)


def test_the_card_shows_persona_reception_sources_and_the_other_addresses(database: str) -> None:
    async def body(store: Store) -> dict[str, Any]:
        received = msgspec.structs.replace(documento("A"), received="2026-09-03")
        who = one(documentos=(received, documento("B", due="2026-12-01")), addresses=(Direccion("Bodega 2"),))
        await store.apply_load(carga(who), NOW)
        await store.apply_load(filas("demograficos", moves(1, "Bodega 2", source="SII")), LATER)
        return await store.card(1, 1, date(2026, 11, 18))

    card = on(database, body)
    assert card["deudor"]["persona"] == "natural"
    assert [(it["numero"], it["recepcion"]) for it in card["documentos"]] == [("A", "2026-09-03"), ("B", None)]
    assert [it["fuente"] for it in card["telefonos"]] == ["asignacion"]
    assert card["deudor"]["direccion"] == "Bodega 2"
    assert card["deudor"]["otras_direcciones"] == [
        {"direccion": "Calle 1", "comuna": "Arica", "fuente": "asignacion"}
    ], "the one in use is not among the others"


def test_why_is_told_who_it_is_and_where_each_telephone_came_from(database: str) -> None:
    async def body(store: Store) -> Any:
        await store.apply_load(carga(deudor(1)), NOW)
        [facts] = await store.why(rut(1), "", {}, LATER)
        return facts.persona, list(facts.sources.values())

    assert on(database, body) == ("natural", ["asignacion"])
