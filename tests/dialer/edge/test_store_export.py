"""A mandante is sent each gestión and each compromiso once, in its own words."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from dialer.carteras.homologacion import Homologacion, Salida, csv_bytes, parse
from dialer.edge import schema
from dialer.edge.store import Store
from dialer.edge.store_export import Exportado, Wanted
from dialer.records import BooksRefused, PromiseMade, SaveGestion
from tests.dialer.edge.cargas import NOW, deudor, rut
from tests.dialer.edge.test_store import closed, loaded, on, recorded, rows, talked

DAY = date(2026, 11, 18)
WEEK = Wanted("andes", "gestiones", DAY, date(2026, 11, 24), "America/Santiago")


def homologacion(*codes: str) -> Homologacion:
    columns = [
        ("RUT", "rut"),
        ("FECHA", "fecha_hora"),
        ("FONO", "telefono"),
        ("CORREO", "correo"),
        ("COM", "comentario"),
    ]
    raw = {
        "mandante": "andes",
        "gestiones": {
            "columns": [{"header": header, "field": field} for header, field in columns]
            + [{"header": "ACCION", "code": "accion"}]
        },
        "compromisos": {
            "columns": [
                {"header": "RUT", "field": "rut"},
                {"header": "MONTO", "field": "compromiso_monto"},
                {"header": "ESTADO", "state": "estado"},
            ]
        },
        "codes": {code: {"accion": f"A-{code}"} for code in codes},
        "states": {"vigente": {"estado": "VIG"}},
    }
    return parse(raw, "andes.yaml")


ALL = homologacion("D01", "D07", "M01")


async def export(store: Store, wanted: Wanted = WEEK, it: Homologacion = ALL, dry_run: bool = False) -> Exportado:
    def encode(salida: Salida) -> bytes:
        return csv_bytes(salida, it, wanted.kind)

    name = f"{wanted.kind}-{{}}.csv".format
    return await store.export(wanted, it, encode, name, by="caro", at_ms=NOW + 1, dry_run=dry_run)


async def worked(store: Store) -> None:
    """Three gestiones of three debtors: a compromiso, a machine that the system met, and a code nobody mapped."""
    await loaded(store, deudor(1), deudor(2), deudor(3))
    promise = PromiseMade(date(2026, 11, 25), Decimal(100_000))
    first = SaveGestion(await talked(store, 1, case=1), "e01", "D01", NOW, comment="=paga el 25", promise=promise)
    await store.save_gestion(first)
    await store.write([recorded(2, case=2), closed(2, "machine", gestion="M01")], "n1")
    await store.save_gestion(SaveGestion(await talked(store, 3, case=3), "e01", "Z99", NOW + 60_000))


def text(made: Exportado) -> list[str]:
    return made.content.decode("cp1252").splitlines()


async def marks(store: Store, table: Any = schema.gestion) -> list[int | None]:
    return [row.exportacion_id for row in await rows(store, table)]


def test_what_an_ejecutivo_and_what_the_system_recorded_goes_out_in_the_mandantes_words(database: str) -> None:
    async def body(store: Store) -> None:
        await worked(store)
        made = await export(store)
        assert (made.read, made.written, made.unmapped, made.already) == (3, 2, {"Z99": 1}, 0)
        assert text(made) == [
            "RUT;FECHA;FONO;CORREO;COM;ACCION",
            f"{rut(1)};18-11-2026 08:06:40;56910000001;pagos1@example.cl;'=paga el 25;A-D01",
            f"{rut(2)};18-11-2026 08:07:10;56910000002;pagos2@example.cl;;A-M01",
        ]
        [row] = await rows(store, schema.exportacion)
        assert (row.kind, row.rows, row.file_name, row.by) == ("gestiones", 2, "gestiones-1.csv", "caro")
        assert (row.from_day, row.to_day, row.sha256) == (WEEK.since, WEEK.until, made.sha256)
        assert await marks(store) == [1, 1, None], "what was blocked is not marked as sent"

    on(database, body)


def test_a_dry_run_counts_the_same_and_writes_nothing(database: str) -> None:
    async def body(store: Store) -> None:
        await worked(store)
        tried = await export(store, dry_run=True)
        assert (tried.read, tried.written, tried.exportacion_id, tried.content) == (3, 2, None, b"")
        assert await rows(store, schema.exportacion) == [] and await marks(store) == [None] * 3
        assert (await export(store)).written == tried.written

    on(database, body)


def test_exporting_again_sends_nothing_twice_and_makes_the_same_file(database: str) -> None:
    async def body(store: Store) -> None:
        await worked(store)
        first, again = await export(store), await export(store)
        assert (again.repeated, again.same, again.exportacion_id) == (True, True, first.exportacion_id)
        assert (again.content, again.read, again.written) == (first.content, 3, 2)
        wider = await export(store, msgspec.structs.replace(WEEK, since=date(2026, 11, 1)))
        assert (wider.written, wider.already, wider.exportacion_id) == (0, 2, None)
        assert len(await rows(store, schema.exportacion)) == 1

    on(database, body)


def test_once_a_code_is_mapped_only_what_it_blocked_is_sent(database: str) -> None:
    async def body(store: Store) -> None:
        await worked(store)
        await export(store)
        late = await export(store, it=homologacion("D01", "D07", "M01", "Z99"))
        assert (late.read, late.written, late.already, late.exportacion_id) == (1, 1, 2, 2)
        assert text(late)[1].endswith("A-Z99")
        assert await marks(store) == [1, 1, 2]

    on(database, body)


def test_a_file_made_again_in_other_words_says_that_it_is_not_the_same(database: str) -> None:
    async def body(store: Store) -> None:
        await worked(store)
        await export(store)
        again = await export(store, it=homologacion("D01"))
        assert (again.repeated, again.same, again.written) == (True, False, 1)
        assert again.unmapped == {"M01": 1, "Z99": 1} and [one.code for one in again.blocked] == ["Z99", "M01"]
        assert again.read == again.written + len(again.blocked)

    on(database, body)


def test_the_days_are_those_of_the_zone_and_both_are_included(database: str) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        for n, seconds in enumerate((-29_201, -29_200, 57_199, 57_200), start=1):
            await store.write([recorded(n, at_ms=NOW), closed(n, "machine", gestion="M01")], "n1")
            async with store._write() as conn:
                at_ms = NOW + seconds * 1_000
                await conn.execute(schema.gestion.update().where(schema.gestion.c.id == n).values(at_ms=at_ms))
        one_day = msgspec.structs.replace(WEEK, until=DAY)
        made = await export(store, one_day)
        assert [line.split(";")[1] for line in text(made)[1:]] == ["18-11-2026 00:00:00", "18-11-2026 23:59:59"]

    on(database, body)


def test_compromisos_have_their_own_file_and_their_own_marks(database: str) -> None:
    async def body(store: Store) -> None:
        await worked(store)
        kind = msgspec.structs.replace(WEEK, kind="compromisos")
        made = await export(store, kind)
        assert text(made) == ["RUT;MONTO;ESTADO", f"{rut(1)};100000;VIG"]
        assert await marks(store, schema.compromiso) == [1] and await marks(store) == [None] * 3
        assert (await export(store, kind)).repeated

    on(database, body)


def test_another_mandantes_gestiones_are_not_in_the_file(database: str) -> None:
    async def body(store: Store) -> None:
        await worked(store)
        await loaded(store, deudor(9), cartera="otra", mandante="sur")
        await store.write([recorded(9, case=4, cartera="otra"), closed(9, "machine", gestion="M01")], "n1")
        assert (await export(store)).written == 2
        assert (await export(store, msgspec.structs.replace(WEEK, mandante="sur"))).written == 1

    on(database, body)


def test_two_exports_at_once_send_each_gestion_once(database: str) -> None:
    async def body(store: Store) -> None:
        await worked(store)
        made = await asyncio.gather(*(export(store) for _ in range(3)))
        assert sorted(one.repeated for one in made) == [False, True, True]
        assert len(await rows(store, schema.exportacion)) == 1

    on(database, body)


def test_a_mandante_that_was_never_loaded_is_named(database: str) -> None:
    async def body(store: Store) -> None:
        with pytest.raises(BooksRefused, match="there is no mandante 'andes'"):
            await export(store)

    on(database, body)


def test_days_without_gestiones_make_no_file(database: str) -> None:
    async def body(store: Store) -> None:
        await worked(store)
        before = msgspec.structs.replace(WEEK, since=date(2026, 1, 1), until=date(2026, 1, 2))
        made = await export(store, before)
        assert (made.read, made.exportacion_id, made.content) == (0, None, b"")
        assert await rows(store, schema.exportacion) == []

    on(database, body)
