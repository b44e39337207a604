"""The headset's part of the door: each usuario is given the registration of their own headset, and of no other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from pydantic import BaseModel, Field

from agents.access import Permission, allowed
from agents.desk import DeskError
from agents.edge.api import Refused, Someone
from agents.headset import Registration, registration, wears_headset
from agents.usuario import Usuario
from config.headset import Headset

LineAt = Callable[[str, str], Awaitable[Registration]]
"""`dialer.edge.desk_floor.FloorDesk.line`: of a node and a usuario's code. Raises `DeskError`."""
NODE = Query(pattern=r"^[a-z0-9]{0,12}$", description="El nodo en cuyo Asterisk se va a escuchar; vacío: este.")
LATER = frozenset({"node_down"})
"""Codes of refusals that may be over in a moment."""

router = APIRouter(tags=["audífono"])


class Servidor(BaseModel):
    urls: tuple[str, ...]
    username: str
    credential: str = Field(repr=False)


class Camino(BaseModel):
    servers: tuple[Servidor, ...] = Field(description="Servidores STUN y TURN, como los toma el navegador.")
    hold_ms: int = Field(description="Cuánto valen sus credenciales, en milisegundos; 0: siempre.")
    relay_only: bool = Field(description="Si el audio va solo por TURN.")


class Audifono(BaseModel):
    ws: str = Field(description="El WebSocket SIP: una ruta de este mismo servidor, o una dirección completa.")
    uri: str
    user: str
    password: str = Field(repr=False)
    ice: Camino
    echo: str = Field(description="Dónde llamar para oírse a sí mismo.")
    visible_to_agent: bool = Field(description="Si el ejecutivo ve que lo escuchan.")


async def _wearer(usuario: Someone) -> Usuario:
    if not wears_headset(usuario.role):
        raise Refused(403, "forbidden", f"El rol {usuario.role} no usa audífono: no atiende ni escucha llamadas.")
    return usuario


@router.get("/api/headset", summary="Mi audífono en el navegador")
async def headset(
    request: Request, usuario: Annotated[Usuario, Depends(_wearer)], node: Annotated[str, NODE] = ""
) -> Audifono:
    """Con qué se registra en Asterisk el audífono de esta página. `no_headset` (404): se usa otro teléfono SIP.

    Con `node`, quien escucha se registra además en el Asterisk de otro nodo. `node_down` (503): no responde.
    """
    settings, template, line_at = request.app.state.headset
    if node:
        return Audifono.model_validate(await _abroad(line_at, node, usuario), from_attributes=True)
    own = registration(settings, template, usuario.code, request.app.state.door.now_ms())
    if own is None:
        raise Refused(404, "no_headset", "Aquí no hay audífono en el navegador: use su teléfono SIP.")
    return Audifono.model_validate(own, from_attributes=True)


async def _abroad(line_at: LineAt, node: str, usuario: Usuario) -> Registration:
    if not allowed(usuario.role, Permission.LISTEN):
        raise Refused(403, "forbidden", f"El rol {usuario.role} no tiene el permiso {Permission.LISTEN.value}.")
    try:
        return await line_at(node, usuario.code)
    except DeskError as no:
        raise Refused(503 if no.code in LATER else 404, no.code, str(no)) from None


def open_headset(app: FastAPI, settings: Headset, template: str, line_at: LineAt) -> None:
    """Add the headset's address to the door; `template` is settings ``asterisk.agent_endpoint``."""
    app.state.headset = settings, template, line_at
    app.include_router(router)
