"""Loading over real HTTP: the same records, the same report, behind the session and the permission."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import openpyxl

from agents.cargas import CargaAsked, CargaRefused, PlantillaAsked
from agents.edge.api import UPLOADS, create_app
from agents.edge.cargas import open_cargas
from agents.edge.server import ApiServer
from config.settings import parse
from dialer.cli.cargas import Desk
from dialer.edge.store import Store
from tests.agents.fake_desk import CLAVE, NOW_MS, SESSION_MS, FakeDesk, FakeUsers

FILE = """RUT;NOMBRE;TELEFONO1;TIPODOCUMENTO;NUMERO;FECVENC;MONEDA;SALDO
12.345.678-5;Ñandú Ltda.;+56961234507;Factura;77;30/09/2026;CLP;1.250.000
12.345.678-0;Nadie;+56961234508;Factura;78;30/09/2026;CLP;5.000
"""


class Office:
    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._tokens: dict[str, str] = {}

    async def ask(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        if who not in self._tokens:
            entered = await self._http.post("/api/login", json={"usuario": who, "clave": CLAVE})
            self._tokens[who] = entered.json()["token"]
        headers = {"Authorization": f"Bearer {self._tokens[who]}"}
        return await self._http.request(method, path, headers=headers, **more)

    async def upload(self, who: str = "cargas", text: str = FILE, to: str = "", **fields: str) -> httpx.Response:
        data = {"kind": "asignacion", "mandante": "andes", "cartera": "facturas", **fields}
        files = {"file": ("cartera.csv", text.encode())}
        return await self.ask(who, "POST", f"/api/cargas{to}", data=data, files=files)


@asynccontextmanager
async def office(cargas: Any) -> AsyncIterator[Office]:
    app = create_app(
        FakeDesk(), FakeUsers(), metrics=lambda: (b"", "text/plain"), now_ms=lambda: NOW_MS, session_ms=SESSION_MS
    )
    open_cargas(app, cargas)
    server = ApiServer(app)
    port = await server.start("127.0.0.1", 0)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http:
            yield Office(http)
    finally:
        await server.stop()


class FakeCargas:
    """The port, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def load(self, asked: CargaAsked, path: str) -> bytes:
        self.asked.append((asked, await asyncio.to_thread(Path(path).read_text)))
        if asked.kind == "nada":
            raise CargaRefused("refused", "No existe ese tipo de carga.")
        return b'{"rows": []}'

    async def look(self, asked: CargaAsked, path: str) -> bytes:
        self.asked.append(asked)
        return b'{"columns": []}'

    async def templates(self, mandante: str, kind: str) -> list[dict[str, Any]]:
        return [{"name": f"{mandante} {kind}"}]

    async def save_template(self, asked: PlantillaAsked) -> None:
        if asked.name == "muestra":
            raise CargaRefused("refused", "«muestra» es una plantilla instalada.")
        self.asked.append(asked)

    async def undo(self, carga_id: int, by: str) -> int:
        if carga_id == 9:
            raise CargaRefused("in_use", "La carga 9 tiene pagos encima.")
        return 3

    async def listed(self, mandante: str) -> list[dict[str, Any]]:
        return [{"carga_id": 1, "mandante": mandante}]

    async def rejects(self, carga_id: int) -> bytes:
        raise CargaRefused("not_found", "No hay carga 7.")


def in_office(story: Callable[[Office, FakeCargas], Awaitable[None]]) -> None:
    async def main() -> None:
        cargas = FakeCargas()
        async with office(cargas) as here:
            await story(here, cargas)

    asyncio.run(main())


def test_a_file_is_tried_unless_loading_is_asked_for_by_name() -> None:
    async def story(here: Office, cargas: FakeCargas) -> None:
        assert (await here.upload()).json() == {"rows": []}
        await here.upload(dry_run="no", confirm="rows=1,CLP=1250000")
        tried, done = (asked for asked, _ in cargas.asked)
        assert (tried.dry_run, tried.file_name, tried.by) == (True, "cartera.csv", "cargas")
        assert (done.dry_run, done.confirm) == (False, "rows=1,CLP=1250000")
        assert cargas.asked[0][1] == FILE

    in_office(story)


def test_only_who_may_load_reads_lists_undoes_or_downloads() -> None:
    async def story(here: Office, cargas: FakeCargas) -> None:
        for who in ("e01", "supervisor", "ops"):
            assert (await here.upload(who)).status_code == 403
            assert (await here.upload(who, to="/columnas")).status_code == 403
            reads = (("GET", ""), ("GET", "/1/rechazos"), ("GET", "/plantillas?kind="))
            for method, path in (*reads, ("POST", "/1/undo")):
                assert (await here.ask(who, method, f"/api/cargas{path}")).status_code == 403
        assert cargas.asked == []

    in_office(story)


def test_what_is_wrong_is_a_sentence_with_its_own_status() -> None:
    async def story(here: Office, cargas: FakeCargas) -> None:
        refused = await here.upload(kind="nada")
        assert (refused.status_code, refused.json()["detail"]) == (422, "No existe ese tipo de carga.")
        assert (await here.ask("cargas", "POST", "/api/cargas/9/undo")).status_code == 409
        assert (await here.ask("cargas", "POST", "/api/cargas/1/undo")).json()["rows"] == 3
        assert (await here.ask("cargas", "GET", "/api/cargas/7/rechazos")).status_code == 404
        nothing = await here.ask("cargas", "POST", "/api/cargas", data={"kind": "asignacion"})
        assert nothing.status_code == 422 and "Falta el archivo" in nothing.json()["detail"]
        assert (await here.upload(template="../otra")).status_code == 422

    in_office(story)


def test_a_persons_choice_of_columns_comes_as_it_was_said_even_with_long_headings() -> None:
    chosen = json.dumps({"columns": {"rut": ["RUT/RUN " + "x" * 300]}})

    async def story(here: Office, cargas: FakeCargas) -> None:
        assert (await here.upload(to="/columnas", mapping=chosen)).json() == {"columns": []}
        assert (cargas.asked[0].mapping, cargas.asked[0].by) == (chosen, "cargas")

    in_office(story)


def test_a_template_is_saved_by_name_for_a_mandante_and_a_kind() -> None:
    body = {"mandante": "andes", "kind": "pagos", "name": "banco", "mapping": "{}"}

    async def story(here: Office, cargas: FakeCargas) -> None:
        listed = await here.ask("cargas", "GET", "/api/cargas/plantillas?mandante=andes&kind=pagos")
        assert listed.json() == [{"name": "andes pagos"}]
        saved = await here.ask("cargas", "POST", "/api/cargas/plantillas", json=body)
        assert (saved.status_code, cargas.asked) == (204, [PlantillaAsked(**body, by="cargas")])
        refused = await here.ask("cargas", "POST", "/api/cargas/plantillas", json=body | {"name": "muestra"})
        assert (refused.status_code, refused.json()["detail"]) == (422, "«muestra» es una plantilla instalada.")
        path = await here.ask("cargas", "POST", "/api/cargas/plantillas", json=body | {"base": "../a.yaml"})
        assert path.status_code == 422
        assert (await here.ask("e01", "POST", "/api/cargas/plantillas", json=body)).status_code == 403

    in_office(story)


def test_a_file_beyond_the_bound_is_refused_before_it_is_read() -> None:
    async def story(here: Office, cargas: FakeCargas) -> None:
        headers = {"content-length": str(UPLOADS["/api/cargas"] + 1)}
        reader, writer = await asyncio.open_connection("127.0.0.1", here._http.base_url.port)
        lines = [
            "POST /api/cargas HTTP/1.1",
            "host: x",
            *(f"{name}: {value}" for name, value in headers.items()),
            "",
            "",
        ]
        writer.write("\r\n".join(lines).encode())
        assert b" 413 " in await reader.readline()
        writer.close()

    in_office(story)


def test_columns_that_nobody_knows_are_looked_at_chosen_and_loaded(sqlite_url: str) -> None:
    settings = parse({"database": sqlite_url, "carteras": {"facturas": {}}})
    text = FILE.replace("RUT;NOMBRE", "Quién;Cómo se llama").replace("SALDO", "Por cobrar")

    async def main() -> None:
        store = await Store.open(sqlite_url)
        async with office(Desk(lambda: settings, store, lambda: NOW_MS)) as here:
            look = (await here.upload(text=text, to="/columnas")).json()
            assert "Faltan columnas" in look["trouble"] and look["columns"][0]["samples"][0] == "12.345.678-5"
            names = {"Quién": "rut", "Cómo se llama": "nombre", "Por cobrar": "saldo"}
            columns = {names.get(one["heading"], one["field"]): [one["heading"]] for one in look["columns"]}
            mapping = json.dumps({"columns": columns, "decimal": ","})
            confirm = "rows=1,CLP=1250000"
            done = (await here.upload(text=text, mapping=mapping, dry_run="no", confirm=confirm)).json()
            assert (done["applied"], done["saldo_after"]) == (True, {"CLP": "1250000"})
        await store.close()

    asyncio.run(main())


def test_a_file_goes_from_the_dry_run_to_the_load_its_rejects_and_its_undoing(sqlite_url: str) -> None:
    settings = parse({"database": sqlite_url, "carteras": {"facturas": {}}})

    async def main() -> None:
        store = await Store.open(sqlite_url)
        async with office(Desk(lambda: settings, store, lambda: NOW_MS)) as here:
            tried = (await here.upload()).json()
            assert (tried["applied"], tried["carga_id"], tried["confirm"]) == (False, None, "rows=1,CLP=1250000")
            assert [(row["row"], row["status"]) for row in tried["rows"]] == [(2, "loaded"), (3, "rejected")]
            done = (await here.upload(dry_run="no", confirm=tried["confirm"])).json()
            assert (done["applied"], done["saldo_after"]) == (True, {"CLP": "1250000"})
            [listed] = (await here.ask("cargas", "GET", "/api/cargas?mandante=andes")).json()
            assert (listed["loaded_by"], listed["saldo"]) == ("cargas", {"CLP": "1250000"})
            book = await here.ask("cargas", "GET", f"/api/cargas/{done['carga_id']}/rechazos")
            sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
            assert [cell.value for cell in sheet[2]][:4] == [3, "RUT", "12.345.678-0", "rut_check_digit"]
            undone = await here.ask("cargas", "POST", f"/api/cargas/{done['carga_id']}/undo")
            assert undone.json()["undone"] is True
        await store.close()

    asyncio.run(main())
