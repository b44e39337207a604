"""The supervisors' REST: the audit, and recordings found and played."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.responses import FileResponse

from agents.access import Permission
from agents.desk import DeskError
from agents.edge.api import Refusal, Refused, needs
from agents.grabaciones import LIMIT_MAX, Grabaciones, Search
from agents.screen import card_for
from agents.supervision import Supervision, told
from agents.usuario import Usuario

STATUS = {"books_down": 503, "not_found": 404, "no_file": 404, "no_folder": 503}
RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {"model": Refusal, "description": "Sin sesión."},
    403: {"model": Refusal, "description": "El rol no tiene el permiso."},
    503: {"model": Refusal, "description": "La base de datos no responde."},
}

router = APIRouter(tags=["piso"], responses=RESPONSES)
Auditor = Annotated[Usuario, Depends(needs(Permission.SEE_AUDIT))]
Listener = Annotated[Usuario, Depends(needs(Permission.PLAY_RECORDING))]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX)]
Word = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]
Day = Annotated[str, Query(pattern=r"^(|\d{4}-\d{2}-\d{2})$")]


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


@router.get("/api/auditoria", summary="Quién hizo qué", response_model=None)
async def audits(request: Request, usuario: Auditor, limit: Limit = 200) -> Response:
    """Lo más nuevo primero: escuchas, órdenes del piso, grabaciones oídas, carteras detenidas."""
    supervision: Supervision = request.app.state.supervision
    acts = await _asked(supervision.audits(limit))
    return _json([{**msgspec.structs.asdict(act), "detail": told(act.detail)} for act in acts])


@router.get("/api/grabaciones", summary="Buscar grabaciones", response_model=None)
async def search(
    request: Request,
    usuario: Listener,
    rut: Word = "",
    agent: Word = "",
    cartera: Word = "",
    desde: Day = "",
    hasta: Day = "",
    limit: Limit = 200,
) -> Response:
    """Conversaciones de sus carteras, la más nueva primero; los días son del piso, ambos incluidos."""
    books: Grabaciones = request.app.state.grabaciones
    asked = Search(rut.replace(".", "").upper().strip(), agent, cartera, limit=limit)
    found = await _asked(books.search(usuario, asked, desde, hasta))
    return _json([card_for(usuario.role, row) for row in found])


@router.get(
    "/api/grabaciones/{attempt_id}",
    summary="Oír una grabación",
    response_class=FileResponse,
    responses={404: {"model": Refusal, "description": "No es de las suyas, o no hay archivo."}},
)
async def play(request: Request, usuario: Listener, attempt_id: str) -> FileResponse:
    """Audio WAV, por partes si se pide (`Range`). Cada reproducción queda en la auditoría."""
    books: Grabaciones = request.app.state.grabaciones
    begins = request.headers.get("range", "").startswith("bytes=0-") or "range" not in request.headers
    path = await _asked(books.file_of(usuario, attempt_id, begins=begins))
    return FileResponse(path, media_type="audio/wav", headers={"cache-control": "no-store"})


async def _asked(work: Any) -> Any:
    try:
        return await work
    except DeskError as no:
        raise Refused(STATUS.get(no.code, 422), no.code, str(no)) from None


def open_piso(app: FastAPI, supervision: Supervision, grabaciones: Grabaciones) -> None:
    """Add these addresses to the door's app."""
    app.state.supervision, app.state.grabaciones = supervision, grabaciones
    app.include_router(router)
