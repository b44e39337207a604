"""Loading files over REST: the dry run, the load with its control totals confirmed, the list, the undo, the rejects.

The file comes as ``multipart/form-data``. It is read only once the session and the permission are known, kept in a
temporary file, and bounded in size.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException

from agents.access import Permission
from agents.cargas import CargaAsked, CargaRefused, Cargas, PlantillaAsked
from agents.edge.api import Refusal, Refused, needs
from agents.usuario import Usuario

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATUS = {"refused": 422, "in_use": 409, "not_found": 404}
FIELD_MAX = 200
FIELDS = ("mandante", "cartera", "template", "decimal", "confirm", "mapping")
MAPPING_MAX = 60_000
RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {"model": Refusal, "description": "Sin sesión."},
    403: {"model": Refusal, "description": "El rol no tiene el permiso."},
    413: {"model": Refusal, "description": "El archivo es demasiado grande o no declara su largo."},
    422: {"model": Refusal, "description": "El archivo o lo pedido no sirve; la frase dice por qué."},
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Refusal, "description": "No hay tal carga."}}
IN_USE: dict[int | str, dict[str, Any]] = {409: {"model": Refusal, "description": "Algo depende de ella; dice qué."}}
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "kind"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "CSV, XLSX o ancho fijo."},
                        "kind": {"type": "string", "description": "asignacion, saldos, pagos, retiros…"},
                        "dry_run": {"type": "string", "description": "«no» para cargar; si no, solo ensaya."},
                        **{name: {"type": "string"} for name in FIELDS},
                    },
                }
            }
        },
    }
}

Loader = Annotated[Usuario, Depends(needs(Permission.LOAD))]
Number = Annotated[int, Field(ge=1, le=2**53)]
Act = Callable[[CargaAsked, str], Awaitable[bytes]]
router = APIRouter(tags=["cargas"], responses=RESPONSES)


def _port(request: Request) -> Cargas:
    port: Cargas = request.app.state.cargas
    return port


@router.post("/api/cargas", summary="Ensayar o cargar un archivo", openapi_extra=FORM, response_model=None)
async def load(request: Request, usuario: Loader) -> Response:
    """Ensaya, y no escribe nada, salvo con `dry_run=no` y `confirm` con los totales de control que dio el ensayo.

    La respuesta trae cada fila como la numera una planilla, cargada con sus valores o rechazada con su motivo.
    """
    return await _with_file(request, usuario, _port(request).load)


@router.post("/api/cargas/columnas", summary="Mirar las columnas", openapi_extra=FORM, response_model=None)
async def look(request: Request, usuario: Loader) -> Response:
    """Cada columna con algunas celdas y por qué dato se toma; cómo se leen montos, fechas y letras. No escribe nada.

    `mapping` es JSON: `{"columns": {"rut": ["Identificación"]}, "decimal": ",", "dates": "dmy", "encoding": ""}`.
    """
    return await _with_file(request, usuario, _port(request).look)


@router.get("/api/cargas/plantillas", summary="Las plantillas", response_model=None)
async def templates(request: Request, usuario: Loader, kind: str, mandante: str = "") -> Response:
    """Las instaladas como archivo y, con `by` y `at_ms`, las guardadas para ese mandante y tipo."""
    return _json(await _answer(_port(request).templates(mandante, kind)))


class PlantillaBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, Field(max_length=FIELD_MAX)]
    name: Annotated[str, Field(min_length=1, max_length=64)]
    mapping: Annotated[str, Field(max_length=MAPPING_MAX)]
    mandante: Annotated[str, Field(max_length=FIELD_MAX)] = ""
    base: Annotated[str, Field(max_length=FIELD_MAX)] = ""


@router.post("/api/cargas/plantillas", summary="Guardar una plantilla", status_code=204, response_class=Response)
async def save_template(request: Request, usuario: Loader, body: PlantillaBody) -> Response:
    """Guarda las columnas elegidas con un nombre, para ese mandante y tipo; reemplaza la de ese nombre, si la hay."""
    _no_path(body.base)
    await _answer(_port(request).save_template(PlantillaAsked(**body.model_dump(), by=usuario.code)))
    return Response(status_code=204)


@router.get("/api/cargas", summary="Las cargas", response_model=None)
async def listed(request: Request, usuario: Loader, mandante: str = "") -> Response:
    """La más nueva primero; de un mandante, o todas."""
    return _json(await _port(request).listed(mandante))


@router.post("/api/cargas/{number}/undo", summary="Deshacer", responses=NOT_FOUND | IN_USE, response_model=None)
async def undo(request: Request, usuario: Loader, number: Number) -> Response:
    """Revierte exactamente lo que cambió, si nada depende de ella."""
    rows = await _answer(_port(request).undo(number, usuario.code))
    return JSONResponse({"carga_id": number, "undone": True, "rows": rows})


@router.get("/api/cargas/{number}/rechazos", summary="Los rechazos", responses=NOT_FOUND, response_class=Response)
async def rejects(request: Request, usuario: Loader, number: Number) -> Response:
    """Una planilla XLSX con fila, columna, valor y motivo."""
    body = await _answer(_port(request).rejects(number))
    name = f'attachment; filename="rechazos-{number}.xlsx"'
    return Response(body, media_type=XLSX, headers={"content-disposition": name})


def open_cargas(app: FastAPI, cargas: Cargas) -> None:
    """Add these addresses to the door's app."""
    app.state.cargas = cargas
    app.include_router(router)


# ── parts ───────────────────────────────────────────────────────────────────────────────────────────


async def _with_file(request: Request, usuario: Usuario, act: Act) -> Response:
    try:
        async with request.form(max_files=1, max_fields=len(FIELDS) + 2) as form:
            asked, file = _asked(form, usuario)
            with _kept(asked.file_name) as path:
                await run_in_threadpool(_copy, file, path)
                return Response(await _answer(act(asked, str(path))), media_type="application/json")
    except MultiPartException as bad:
        raise Refused(422, "malformed", f"El formulario está mal formado: {bad.message}") from None


def _asked(form: FormData, usuario: Usuario) -> tuple[CargaAsked, UploadFile]:
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Refused(422, "malformed", "Falta el archivo, en el campo «file».")
    words = {name: _word(form, name) for name in ("kind", "dry_run", *FIELDS)}
    _no_path(words["template"])
    dry_run = words.pop("dry_run") != "no"
    name = PurePath(file.filename.replace("\\", "/")).name[-FIELD_MAX:]
    return CargaAsked(**words, file_name=name, dry_run=dry_run, by=usuario.code), file


def _no_path(template: str) -> None:
    """A template is named, never a path on the server."""
    if template.endswith((".yaml", ".yml")) or "/" in template:
        raise Refused(422, "malformed", "La plantilla se nombra sin «.yaml»: es una de las instaladas o guardadas.")


def _word(form: FormData, name: str) -> str:
    value = form.get(name, "")
    most, slash = (MAPPING_MAX, "") if name == "mapping" else (FIELD_MAX, "/")
    if not isinstance(value, str) or len(value) > most or "\x00" in value or (slash and slash in value):
        raise Refused(422, "malformed", f"«{name}» debe ser un texto corto.")
    return value.strip()


@contextmanager
def _kept(name: str) -> Iterator[Path]:
    """Where the file is while it is read; it goes with the request."""
    with tempfile.TemporaryDirectory(prefix="cintillo-carga-") as folder:
        yield Path(folder) / f"archivo{PurePath(name).suffix[:8]}"


def _copy(file: UploadFile, path: Path) -> None:
    with path.open("wb") as out:
        shutil.copyfileobj(file.file, out)


async def _answer(asked: Any) -> Any:
    try:
        return await asked
    except CargaRefused as refused:
        raise Refused(STATUS[refused.code], refused.code, str(refused)) from None


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
