"""The strategies of the carteras over REST: what is in force, its history, publishing, and trying a change first."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from agents.access import Permission
from agents.desk import DeskError
from agents.edge.api import Refusal, Refused, needs
from agents.estrategias import AGENTS_MAX, HOURS_MAX, Estrategias, StrategyRefused
from agents.usuario import Usuario

STATUS = {
    "books_down": 503,
    "foreign_cartera": 403,
    "no_such_cartera": 404,
    "no_such_trial": 404,
    "no_such_version": 404,
    "trial_running": 409,
    "version_taken": 409,
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {"model": Refusal, "description": "Sin sesión."},
    403: {"model": Refusal, "description": "El rol no tiene el permiso, o la cartera no es de las suyas."},
    404: {"model": Refusal, "description": "No existe."},
    409: {"model": Refusal, "description": "Otra persona publicó antes, o ya hay una prueba en curso."},
    422: {"model": Refusal, "description": "Un valor no puede ser, o la norma no lo permite: vea `faults`."},
    503: {"model": Refusal, "description": "La base de datos no responde."},
}
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
Note = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Changes = Annotated[dict[Annotated[str, Field(max_length=60)], Any], Field(max_length=100)]
Cartera = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Publication(_Body):
    """Sobre qué versión se hizo el cambio, qué cambia (null: lo que dice el archivo) y por qué."""

    base: Number
    changes: Changes
    note: Note = ""


class Return(_Body):
    """A qué versión se vuelve (0: la del archivo) y cuál es la que rige."""

    base: Number
    number: Number
    note: Note = ""


class Question(_Body):
    """Qué cambio se prueba, con cuántos ejecutivos (0: los que están ahora) y cuántas horas (0: las que quepan)."""

    changes: Changes
    agents: Annotated[int, Field(ge=0, le=AGENTS_MAX)] = 0
    hours: Annotated[float, Field(ge=0, le=HOURS_MAX)] = 0


router = APIRouter(tags=["estrategias"], responses=RESPONSES)
Reader = Annotated[Usuario, Depends(needs(Permission.SEE_FLOOR))]
Jefe = Annotated[Usuario, Depends(needs(Permission.SET_STRATEGY))]


def _strategies(request: Request) -> Estrategias:
    strategies: Estrategias = request.app.state.strategies
    return strategies


async def _answer(asked: Awaitable[Any], status: int = 200) -> JSONResponse:
    try:
        return JSONResponse(await asked, status)
    except StrategyRefused as no:
        return JSONResponse({"code": no.code, "detail": str(no), "faults": [one._asdict() for one in no.faults]}, 422)
    except DeskError as no:
        raise Refused(STATUS.get(no.code, 422), no.code, str(no)) from None


@router.get("/api/estrategias", summary="Las estrategias y las metas", response_model=None)
async def table(request: Request, usuario: Reader) -> JSONResponse:
    """De cada cartera: lo que dice el archivo, lo que rige, quién lo cambió y los límites de la norma."""
    return await _answer(_strategies(request).table(usuario))


@router.get("/api/estrategias/{cartera}/versiones", summary="Las versiones", response_model=None)
async def history(request: Request, usuario: Reader, cartera: Cartera) -> JSONResponse:
    """La más nueva primero, con lo que cambió cada una."""
    return await _answer(_strategies(request).history(usuario, cartera))


@router.put("/api/estrategias/{cartera}", summary="Publicar una estrategia", response_model=None)
async def publish(request: Request, usuario: Jefe, cartera: Cartera, body: Publication) -> JSONResponse:
    """Rige al contestar, en los demás nodos en un segundo."""
    return await _answer(_strategies(request).publish(usuario, cartera, body.base, body.changes, body.note))


@router.post("/api/estrategias/{cartera}/volver", summary="Volver a una versión", response_model=None)
async def back(request: Request, usuario: Jefe, cartera: Cartera, body: Return) -> JSONResponse:
    """Es una versión nueva, igual a aquella."""
    return await _answer(_strategies(request).go_back(usuario, cartera, body.base, body.number, body.note))


@router.post("/api/estrategias/{cartera}/prueba", summary="Probar un cambio", response_model=None)
async def try_out(request: Request, usuario: Jefe, cartera: Cartera, body: Question) -> JSONResponse:
    """Simula la estrategia que rige contra la cambiada, en otro proceso; una prueba a la vez en cada nodo."""
    asked = _strategies(request).try_out(usuario, cartera, body.changes, body.agents, body.hours)
    return await _answer(asked, 202)


@router.get("/api/pruebas/{number}", summary="Cómo va una prueba", response_model=None)
async def trial(request: Request, usuario: Jefe, number: Number) -> JSONResponse:
    """Cuántos días simulados van, y al final las cifras con sus intervalos."""

    async def told() -> dict[str, Any]:
        return _strategies(request).trial(usuario, number)

    return await _answer(told())


@router.delete("/api/pruebas/{number}", summary="Cancelar una prueba", response_model=None)
async def cancel(request: Request, usuario: Jefe, number: Number) -> JSONResponse:
    """Al contestar ya no corre."""
    await _answer(_strategies(request).cancel_trial(usuario, number))
    return await trial(request, usuario, number)


@router.get("/api/metas/versiones", summary="Las versiones de las metas", response_model=None)
async def goals_history(request: Request, usuario: Reader) -> JSONResponse:
    """De las metas diarias de los ejecutivos; la de cada cartera va con su estrategia."""
    return await _answer(_strategies(request).history(usuario, ""))


@router.put("/api/metas", summary="Publicar las metas", response_model=None)
async def publish_goals(request: Request, usuario: Jefe, body: Publication) -> JSONResponse:
    """Las metas diarias de cada ejecutivo."""
    return await _answer(_strategies(request).publish(usuario, "", body.base, body.changes, body.note))


@router.post("/api/metas/volver", summary="Volver a unas metas", response_model=None)
async def goals_back(request: Request, usuario: Jefe, body: Return) -> JSONResponse:
    """Es una versión nueva, igual a aquella."""
    return await _answer(_strategies(request).go_back(usuario, "", body.base, body.number, body.note))


def open_strategies(app: FastAPI, strategies: Estrategias) -> None:
    """Add these addresses to the door's app."""
    app.state.strategies = strategies
    app.include_router(router)
