"""The lists' part of the door: a supervisor gives debtors to an ejecutivo, in an order."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field

from agents.access import Permission
from agents.edge.api import Refused, needs
from agents.listas import ListaRefused, Listas
from agents.usuario import Usuario

STATUS = {"no_lista": 404, "books": 503}

router = APIRouter(tags=["listas"])
Supervisor = Annotated[Usuario, Depends(needs(Permission.MOVE_AGENTS))]
Word = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]


class NuevaLista(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cartera: Word
    agent_id: Word
    ruts: Annotated[list[Word], Field(min_length=1, max_length=500)]
    name: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")] = ""


class ListaHecha(BaseModel):
    lista_id: int = Field(description="0: no se hizo ninguna, porque ningún RUT se pudo asignar.")
    assigned: int
    refused: list[tuple[str, str]] = Field(description="RUT y por qué no está en la lista.")


def _listas(request: Request) -> Listas:
    listas: Listas = request.app.state.listas
    return listas


TheLists = Annotated[Listas, Depends(_listas)]


@router.post("/api/listas", summary="Asignar una lista")
async def assign(listas: TheLists, usuario: Supervisor, body: NuevaLista) -> ListaHecha:
    """Solo ese ejecutivo recibe esos deudores, en ese orden, y ve la ficha antes de llamar."""
    made = await listas.assign(body.cartera, body.agent_id, body.ruts, body.name, usuario.code)
    return ListaHecha(lista_id=made.lista_id, assigned=made.assigned, refused=list(made.refused))


@router.get("/api/listas", summary="Las listas abiertas")
async def listed(listas: TheLists, usuario: Supervisor, agent_id: str = "") -> list[dict[str, Any]]:
    """Las de todos, o las de un ejecutivo."""
    return await listas.listed(agent_id)


@router.get("/api/listas/{lista_id}", summary="Una lista, caso por caso")
async def show(listas: TheLists, usuario: Supervisor, lista_id: int) -> dict[str, Any]:
    """El estado de cada caso: pending, taken, skipped (con el motivo del ejecutivo y la hora) o done."""
    return await listas.show(lista_id)


@router.delete("/api/listas/{lista_id}", summary="Anular una lista")
async def cancel(listas: TheLists, usuario: Supervisor, lista_id: int) -> dict[str, int]:
    """Lo que quede de ella vuelve a la cartera."""
    return {"released": await listas.cancel(lista_id, usuario.code)}


def open_lists(app: FastAPI, listas: Listas) -> None:
    """Add the lists' addresses to the door."""
    app.state.listas = listas
    app.include_router(router)
    app.add_exception_handler(ListaRefused, _refused)


async def _refused(_: Request, refused: Exception) -> Any:
    assert isinstance(refused, ListaRefused)
    return Refused(STATUS.get(refused.code, 409), refused.code, str(refused)).response()
