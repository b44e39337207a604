"""`cintillo retiro` and `cintillo export`, each command in a process of its own."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.edge.auth import hash_password
from agents.usuario import Usuario
from dialer.edge.store import Store
from tests.dialer.edge.cargas import rut
from tests.dialer.edge.test_store_retiro import asked_for
from tests.floors import ROOT

CLAVE = "aguja-42-pajar"
HOMOLOGACION = """
mandante: andes
gestiones:
  columns:
    - {header: RUT, field: rut}
    - {header: ACCION, code: accion}
codes:
  D04: {accion: RET}
"""


class Site:
    """A folder with a configuration, a database with one retiro asked for, and a jefa."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.config = folder / "cintillo.toml"
        self.config.write_text(f'database = "{database}"\n[carteras.facturas]\n', encoding="utf-8")
        self.words = folder / "andes.yaml"
        self.words.write_text(HOMOLOGACION, encoding="utf-8")
        asyncio.run(self._fill(database))

    async def _fill(self, database: str) -> None:
        store = await Store.open(database)
        try:
            await asked_for(store)
            await store.add_usuario(Usuario("j01", "Jefa", "jefe", hash_password(CLAVE)))
        finally:
            await store.close()

    def run(self, *words: str, clave: str = CLAVE) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "dialer", *words, "-c", str(self.config)]
        return subprocess.run(
            command, input=clave + "\n", capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
        )

    def json(self, *words: str) -> Any:
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def export(self, *words: str) -> Any:
        days = ("--mandante", "andes", "--from", "2026-11-18", "--to", "2026-11-18")
        chosen = ("--homologacion", str(self.words), "--out", str(self.folder))
        return self.json("export", "gestiones", *days, *chosen, *words)


@pytest.fixture
def site(tmp_path: Path, sqlite_url: str) -> Site:
    return Site(tmp_path, sqlite_url)


def test_a_jefa_approves_from_the_command_line_with_her_clave_and_nobody_without(site: Site) -> None:
    refused = site.run("retiro", "approve", "1", "--as", "j01", clave="otra")
    assert (refused.returncode, refused.stderr) == (1, "cintillo: El usuario y la clave no corresponden.\n")
    [approved] = site.json("retiro", "approve", "1", "--as", "j01")
    assert (approved["state"], approved["approved_by"]) == ("aprobado", "j01")
    seen = site.run("retiro", "list", "--as", "j01")
    assert seen.returncode == 0 and "Retiros (1)" in seen.stdout


def test_an_export_is_tried_made_and_made_again(site: Site) -> None:
    tried = site.export("--dry-run")
    assert (tried["read"], tried["written"], tried["file"], tried["exportacion_id"]) == (1, 1, None, None)
    made = site.export()
    path = Path(made["file"])
    assert path.name == "andes-gestiones-2026-11-18-2026-11-18-1.csv"
    assert path.read_bytes() == f"RUT;ACCION\r\n{rut(1)};RET\r\n".encode()
    path.unlink()
    again = site.export()
    assert (again["repeated"], again["same"], again["sha256"]) == (True, True, made["sha256"])
    assert path.exists()


def test_a_folder_that_is_not_there_yet_is_made(site: Site) -> None:
    made = site.export("--out", f"{site.folder}/salida/")
    assert Path(made["file"]) == site.folder / "salida" / "andes-gestiones-2026-11-18-2026-11-18-1.csv"


def test_an_unmapped_code_is_shown_to_a_person_and_to_a_program(site: Site) -> None:
    site.words.write_text(HOMOLOGACION.replace("D04", "D01"), encoding="utf-8")
    made = site.export()
    assert (made["read"], made["written"], made["unmapped"], made["file"]) == (1, 0, {"D04": 1}, None)
    assert made["blocked"][0] | {"detail": ""} == {
        "id": 1,
        "code": "D04",
        "reason": "unmapped",
        "column": "",
        "detail": "",
    }


def test_a_mandante_without_a_homologacion_is_told_which_file_to_write(site: Site) -> None:
    done = site.run("export", "gestiones", "--mandante", "sur", "--from", "2026-11-18", "--to", "2026-11-18")
    assert done.returncode == 1
    assert "mandante 'sur': has no homologación; write" in done.stderr and "there are: ACME" in done.stderr
