"""`cintillo lista`, from the database to the screen."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from agents.listas import ListaRefused
from agents.usuario import Usuario
from dialer.cli.lista import _with_desk, shown
from dialer.commands import NoteSkipped, NoteTaken
from dialer.edge.store import Store
from tests.dialer.edge.cargas import NOW, carga, deudor, rut


def made(folder: Path, database: str) -> Path:
    """A list of e01's whose first case was left at noon, and whose second is in their hands; the configuration."""

    async def body() -> None:
        store = await Store.open(database)
        try:
            await store.apply_load(carga(*(deudor(n) for n in (1, 2, 3))), NOW)
            await store.add_usuario(Usuario("e01", "Ana", "ejecutivo", "x", ("facturas",), "PJSIP/e01"))
            await store.assign_list("facturas", "e01", [rut(2), rut(1), rut(3)], "urgentes", "sup", NOW)
            left = NoteSkipped("facturas", 2, "e01", NOW, "sin_documento")
            await store.write([left, NoteTaken("facturas", 1, "e01", NOW)], "n1")
        finally:
            await store.close()

    asyncio.run(body())
    file = folder / "cintillo.toml"
    file.write_text(f'database = "{database}"\n[carteras.facturas]\n', "utf-8")
    return file


def test_a_list_is_shown_case_by_case_with_what_its_ejecutivo_did(tmp_path: Path, sqlite_url: str) -> None:
    config = made(tmp_path, sqlite_url)
    found = asyncio.run(_with_desk(config, lambda desk: desk.show(1)))
    assert list(shown(found, "America/Santiago")) == [
        "Lista 1 urgentes: e01, facturas, abierta, quedan 3 de 3",
        f"   1  {rut(2)}    dejado 18-11-2026 08:06 (sin_documento)",
        f"   2  {rut(1)}    tomado",
        f"   3  {rut(3)}    pendiente",
    ]
    told = json.loads(json.dumps(found))
    assert [(one["rut"], one["state"], one["reason"], one["at_ms"]) for one in told["cases"]] == [
        (rut(2), "skipped", "sin_documento", NOW),
        (rut(1), "taken", "", None),
        (rut(3), "pending", "", None),
    ]


def test_a_case_that_left_the_queue_meanwhile_says_so() -> None:
    case = {"position": 1, "rut": rut(1), "state": "pending", "reason": "", "at_ms": None}
    gone = {**case, "queue_state": "stopped", "queue_why": "baja_call"}
    head = {"id": 3, "name": "", "agent_id": "e01", "cartera": "facturas", "state": "cancelled"}
    assert list(shown({**head, "cases": [gone]}, "America/Santiago")) == [
        "Lista 3: e01, facturas, anulada, quedan 1 de 1",
        f"   1  {rut(1)}    pendiente; salió de la cola (baja_call)",
    ]


def test_a_list_that_does_not_exist_is_said_so(tmp_path: Path, sqlite_url: str) -> None:
    config = made(tmp_path, sqlite_url)
    with pytest.raises(ListaRefused, match="No hay ninguna lista con el número 9"):
        asyncio.run(_with_desk(config, lambda desk: desk.show(9)))
