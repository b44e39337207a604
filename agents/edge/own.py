"""The ejecutivo's own part of the door: their day, their rellamados, whom they may hand a call to, debtors' data."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from agents.access import Permission
from agents.desk import DeskError
from agents.edge.api import Refusal, Refused, needs
from agents.own import Own
from agents.screen import card_for
from agents.usuario import Usuario

STATUS = {"books_down": 503, "not_on_screen": 409}
"""Every other refusal is of the value itself."""

RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {"model": Refusal, "description": "Sin sesión."},
    403: {"model": Refusal, "description": "El rol no tiene el permiso."},
    503: {"model": Refusal, "description": "La base de datos no responde."},
}

router = APIRouter(tags=["ejecutivo"], responses=RESPONSES)
Ejecutivo = Annotated[Usuario, Depends(needs(Permission.TAKE_CALLS))]
Results = Annotated[Usuario, Depends(needs(Permission.SEE_OWN_RESULTS))]
Kind = Literal["telefono", "correo", "direccion", "comuna", "telefono_invalido"]


class Told(BaseModel):
    """Lo que dijo el deudor. `value` de telefono_invalido: el número, o el `id` que trae la ficha."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    value: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]*$", examples=["9 8765 4321"])]
    note: Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f]*$")] = ""


class Kept(BaseModel):
    at_ms: int
    by: str


def _own(request: Request) -> Own:
    own: Own = request.app.state.own
    return own


TheOwn = Annotated[Own, Depends(_own)]


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


@router.get("/api/mi-dia", summary="Mi día", response_model=None)
async def my_day(own: TheOwn, usuario: Results) -> Response:
    """Desde la medianoche del piso: tiempo en cada estado, llamadas, contactos, promesas, metas y pausas."""
    day = await own.my_day(usuario.code)
    # `PauseReason` leaves its defaults out on the WebSocket; here every pause has its budget and what is spent of it.
    pauses = [msgspec.structs.asdict(one) for one in day.pauses]
    return _json(msgspec.to_builtins(day) | {"pauses": pauses})


@router.get("/api/mis-rellamados", summary="Mis rellamados", response_model=None)
async def my_callbacks(own: TheOwn, usuario: Ejecutivo) -> Response:
    """Los que guardó para sí y faltan por hacer, el más próximo primero."""
    return _json([card_for(usuario.role, one) for one in await own.my_callbacks(usuario.code)])


@router.get("/api/companeros", summary="A quién puedo transferir", response_model=None)
async def colleagues(own: TheOwn, usuario: Ejecutivo) -> Response:
    """Los que están en este nodo, menos uno mismo, primero los disponibles; después supervisores y el directorio.

    `kind`: companero, supervisor (que recibe con la página del piso), externo (se pide con su `code`) o numero (se
    puede escribir uno). `kinds`: attended, blind.
    """
    return _json(await own.colleagues(usuario.code))


@router.post(
    "/api/casos/{caso_id}/datos",
    summary="Anotar un dato del deudor",
    responses={
        409: {"model": Refusal, "description": "El caso no está en su pantalla."},
        422: {"model": Refusal, "description": "El dato no sirve, y por qué."},
    },
)
async def told(own: TheOwn, usuario: Ejecutivo, caso_id: Annotated[int, Field(ge=1, le=2**53)], body: Told) -> Kept:
    """Sólo del caso en pantalla: en llamada, en vista previa o con la gestión pendiente. Queda quién y cuándo."""
    at_ms = await own.change(usuario, caso_id, body.kind, body.value, " ".join(body.note.split()))
    return Kept(at_ms=at_ms, by=usuario.code)


def open_own(app: FastAPI, own: Own) -> None:
    """Add these addresses to the door's app."""
    app.state.own = own
    app.include_router(router)
    app.add_exception_handler(DeskError, _refused)


async def _refused(_: Request, refused: Exception) -> Response:
    assert isinstance(refused, DeskError)
    return Refused(STATUS.get(refused.code, 422), refused.code, str(refused)).response()
