"""Pick-ups of payments over REST. What each role may do is the table's (`dialer.carteras.retiro`), judged behind the
port; here it is only asked for."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from agents.edge.api import Refusal, Refused, Someone, TheDoor
from agents.retiros import Asked, RetiroRefused, Retiros
from agents.usuario import Usuario

T = TypeVar("T")
STATUS = {"not_found": 404, "forbidden": 403, "oneself": 403, "state": 409, "totals": 409, "missing": 422, "wrong": 422}
RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {"model": Refusal, "description": "Sin sesión."},
    403: {"model": Refusal, "description": "El rol no tiene el permiso, o es la misma persona de un paso anterior."},
    404: {"model": Refusal, "description": "No existe entre los suyos."},
    409: {"model": Refusal, "description": "El retiro no está en ese estado, o la rendición no cuadra."},
    422: {"model": Refusal, "description": "Falta un dato o no sirve."},
}
Number = Annotated[int, Field(ge=1, le=2**53)]
Note = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Amount = Annotated[Decimal, Field(gt=0, max_digits=16, decimal_places=4, examples=["125000"])]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Opinion(_Body):
    """Con qué comentario; el rechazo y la anulación exigen el motivo."""

    note: Note = ""


class Errand(_Body):
    """Quién va a retirar."""

    to: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00]*$", examples=["e07"])]
    note: Note = ""


class Received(_Body):
    """Lo que de verdad se recibió; el monto puede diferir del solicitado y quedan los dos."""

    receipt: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00]*$", examples=["R-000123"])]
    amount: Amount
    done_on: date
    note: Note = ""


class Settlement(_Body):
    """Los retiros que se rinden juntos y el total que se entrega por moneda."""

    retiros: Annotated[list[Number], Field(min_length=1, max_length=1000)]
    totals: dict[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], Amount]
    note: Note = ""


router = APIRouter(tags=["retiros"], responses=RESPONSES)


def _books(request: Request) -> Retiros:
    books: Retiros = request.app.state.retiros
    return books


async def _answer(asked: Awaitable[T]) -> JSONResponse:
    try:
        return JSONResponse(await asked)
    except RetiroRefused as refused:
        raise Refused(STATUS[refused.code], refused.code, str(refused)) from None


async def _step(request: Request, door: TheDoor, usuario: Usuario, number: int, asked: Asked) -> JSONResponse:
    return await _answer(_books(request).step_retiro(usuario, number, asked, door.now_ms()))


@router.get("/api/retiros", summary="Los retiros", response_model=None)
async def listed(request: Request, usuario: Someone, state: str = "", limit: int = 200) -> JSONResponse:
    """Los de sus carteras, por fecha de retiro; un ejecutivo ve los que él solicitó. `state` vacío: todos."""
    return await _answer(_books(request).retiros(usuario, state, max(1, limit)))


@router.post("/api/retiros/{number}/approve", summary="Aprobar", response_model=None)
async def approve(request: Request, door: TheDoor, usuario: Someone, number: Number, body: Opinion) -> JSONResponse:
    """Solo quien puede aprobar y no lo solicitó."""
    return await _step(request, door, usuario, number, Asked("approve", body.note))


@router.post("/api/retiros/{number}/reject", summary="Rechazar", response_model=None)
async def reject(request: Request, door: TheDoor, usuario: Someone, number: Number, body: Opinion) -> JSONResponse:
    """Con su motivo; termina el retiro."""
    return await _step(request, door, usuario, number, Asked("reject", body.note))


@router.post("/api/retiros/{number}/assign", summary="Asignar", response_model=None)
async def assign(request: Request, door: TheDoor, usuario: Someone, number: Number, body: Errand) -> JSONResponse:
    """A quien va a buscarlo, que no puede ser quien lo aprobó."""
    return await _step(request, door, usuario, number, Asked("assign", body.note, to=body.to))


@router.post("/api/retiros/{number}/done", summary="Dar por realizado", response_model=None)
async def done(request: Request, door: TheDoor, usuario: Someone, number: Number, body: Received) -> JSONResponse:
    """Con el comprobante, el monto recibido y la fecha."""
    asked = Asked("done", body.note, receipt=body.receipt, amount=body.amount, done_on=body.done_on)
    return await _step(request, door, usuario, number, asked)


@router.post("/api/retiros/{number}/annul", summary="Anular", response_model=None)
async def annul(request: Request, door: TheDoor, usuario: Someone, number: Number, body: Opinion) -> JSONResponse:
    """Mientras no se haya recibido el dinero; con su motivo."""
    return await _step(request, door, usuario, number, Asked("annul", body.note))


@router.post("/api/rendiciones", summary="Cerrar una rendición", response_model=None)
async def close(request: Request, door: TheDoor, usuario: Someone, body: Settlement) -> JSONResponse:
    """Todos los retiros realizados que nombra, de un mandante, o ninguno; el total debe cuadrar al peso."""
    return await _answer(_books(request).close_rendicion(usuario, body.retiros, body.totals, body.note, door.now_ms()))


@router.get("/api/rendiciones/{number}", summary="Una rendición", response_model=None)
async def rendicion(request: Request, usuario: Someone, number: Number) -> JSONResponse:
    """Sus retiros y lo que suman."""
    return await _answer(_books(request).rendicion(usuario, number))


def open_room(app: FastAPI, books: Retiros) -> None:
    """Add these addresses to the door's app."""
    app.state.retiros = books
    app.include_router(router)
