"""What ejecutivos change of a debtor's data, with who and when; on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from dialer.carteras.dato import DatoRefused, read
from dialer.commands import DropContact
from dialer.edge import schema
from dialer.edge.store import Store
from dialer.records import Changed, ChangeDato, UndoRefused
from tests.dialer.edge.cargas import NOW, deudor
from tests.dialer.edge.test_store import loaded, on, rows

TODAY = date(2026, 11, 24)
NEW_PHONE = "+56987654322"


async def change(store: Store, kind: str, value: str, case: int = 1, note: str = "") -> Changed:
    return await store.change_dato(ChangeDato(case, read(kind, value), note, "e01", NOW + 5))


async def card(store: Store, case: int = 1) -> dict[str, Any]:
    return await store.card(case, 1, TODAY)


def test_a_new_telephone_comes_from_the_ejecutivo_and_is_called_with_the_others(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        done = await change(store, "telefono", "9 8765 4322", note="lo dio la titular")
        (new,) = [one for one in (await card(store))["telefonos"] if one["e164"] == NEW_PHONE]
        assert (new["id"], new["fuente"], new["tipo"], new["invalido"]) == (done.phone_id, "ejecutivo", "movil", False)
        contact, numbers = (await store.contacts([1], NOW))[0]
        assert numbers[done.phone_id] == NEW_PHONE
        assert contact.phones[0].phone_id == done.phone_id, "the best there is"
        (kept,) = await rows(store, schema.dato)
        assert (kept.kind, kept.value, kept.note) == ("telefono", NEW_PHONE, "lo dio la titular")
        assert (kept.by, kept.at_ms, kept.caso_id, kept.deudor_id) == ("e01", NOW + 5, 1, 1)
        with pytest.raises(DatoRefused, match="ya está"):
            await change(store, "telefono", NEW_PHONE)

    on(database, body)


def test_a_case_that_was_dropped_for_want_of_a_telephone_is_due_again(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        await store.write([DropContact("facturas", 1, 1, "no_answer_max")], "n1")
        done = await change(store, "telefono", NEW_PHONE)
        (entry,) = done.again["facturas"]
        assert (entry.case_id, entry.person_id, entry.due_ms) == (1, 1, NOW + 5)
        assert [one.case_id for one in await store.queue_entries("facturas")] == [1]

    on(database, body)


def test_a_number_that_is_not_theirs_is_called_no_more_by_its_number_or_its_id(database: str) -> None:
    """The ejecutivo sees the number masked: the id on the card is enough."""

    async def body(store: Store) -> None:
        await loaded(store, deudor(1), deudor(2))
        (phone,) = (await card(store))["telefonos"]
        await change(store, "telefono_invalido", str(phone["id"]))
        (phone,) = (await card(store))["telefonos"]
        assert phone["invalido"]
        assert [one.case_id for one in await store.queue_entries("facturas")] == [2]
        with pytest.raises(DatoRefused, match="ya está marcado"):
            await change(store, "telefono_invalido", phone["e164"])
        with pytest.raises(DatoRefused, match="no está en la ficha"):
            await change(store, "telefono_invalido", str(phone["id"]), case=2)
        await change(store, "telefono", phone["e164"])
        assert not (await card(store))["telefonos"][0]["invalido"], "the debtor says that it is theirs after all"
        assert [row.before for row in await rows(store, schema.dato)] == ["válido", "inválido (ejecutivo)"]

    on(database, body)


def test_a_blocked_telephone_does_not_come_back_by_the_ejecutivos_hand(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        async with store._write() as conn:
            blocked = {"e164": NEW_PHONE, "reason": "", "at_ms": NOW}
            await conn.execute(sa.insert(schema.bloqueo_telefono), blocked)
            await conn.execute(sa.update(schema.telefono).values(invalid=True, invalid_why="blacklist I05"))
        with pytest.raises(DatoRefused, match="bloqueado"):
            await change(store, "telefono", NEW_PHONE)
        with pytest.raises(DatoRefused, match="no se le llame más"):
            await change(store, "telefono", (await card(store))["telefonos"][0]["e164"])
        assert await rows(store, schema.dato) == []

    on(database, body)


def test_an_address_replaces_the_one_there_was_which_stays_with_where_it_came_from(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store, deudor(1))
        await change(store, "direccion", "Av. Nueva 22, depto 3")
        await change(store, "direccion", "Av. Novísima 333")
        shown = (await card(store))["deudor"]
        assert shown["direccion"] == "Av. Novísima 333"
        further = {row.address: row.source for row in await rows(store, schema.direccion)}
        assert further == {"Calle 1": "asignacion", "Av. Nueva 22, depto 3": "ejecutivo"}
        assert [row.before for row in await rows(store, schema.dato)] == ["Calle 1", "Av. Nueva 22, depto 3"]

    on(database, body)


def test_a_comuna_moves_the_debtors_hours_too(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        await change(store, "comuna", "punta arenas")
        (row,) = await rows(store, schema.deudor)
        assert (row.comuna, row.zone, row.region) == ("Punta Arenas", "America/Punta_Arenas", "MA")
        with pytest.raises(DatoRefused, match="ya está"):
            await change(store, "comuna", "Punta Arenas")

    on(database, body)


def test_an_e_mail_is_added_once(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        await change(store, "correo", "Rosa@Gmail.com")
        assert (await card(store))["deudor"]["correos"][-1] == "rosa@gmail.com"
        with pytest.raises(DatoRefused, match="ya está"):
            await change(store, "correo", "rosa@gmail.com")

    on(database, body)


def test_a_load_is_not_undone_over_what_ejecutivos_learnt_since(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        await change(store, "comuna", "Punta Arenas")
        with pytest.raises(UndoRefused, match="1 data from ejecutivos"):
            await store.undo_load(1, NOW + 10)
        (row,) = await rows(store, schema.deudor)
        assert row.comuna == "Punta Arenas"

    on(database, body)
