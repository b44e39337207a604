"""The headset's part of the door: each usuario is given the registration of their own headset, and of no other."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import BaseModel, Field

from agents.edge.api import Refused, Someone
from agents.headset import registration, wears_headset
from agents.usuario import Usuario
from config.headset import Headset

router = APIRouter(tags=["audífono"])


class Audifono(BaseModel):
    ws: str = Field(description="El WebSocket SIP: una ruta de este mismo servidor, o una dirección completa.")
    uri: str
    user: str
    password: str = Field(repr=False)
    ice: tuple[str, ...] = Field(description="Servidores STUN.")
    echo: str = Field(description="Dónde llamar para oírse a sí mismo.")
    visible_to_agent: bool = Field(description="Si el ejecutivo ve que lo escuchan.")


async def _wearer(usuario: Someone) -> Usuario:
    if not wears_headset(usuario.role):
        raise Refused(403, "forbidden", f"El rol {usuario.role} no usa audífono: no atiende ni escucha llamadas.")
    return usuario


@router.get("/api/headset", summary="Mi audífono en el navegador")
async def headset(request: Request, usuario: Annotated[Usuario, Depends(_wearer)]) -> Audifono:
    """Con qué se registra en Asterisk el audífono de esta página. `no_headset` (404): se usa otro teléfono SIP."""
    settings, template = request.app.state.headset
    own = registration(settings, template, usuario.code)
    if own is None:
        raise Refused(404, "no_headset", "Aquí no hay audífono en el navegador: use su teléfono SIP.")
    return Audifono.model_validate(own, from_attributes=True)


def open_headset(app: FastAPI, settings: Headset, template: str) -> None:
    """Add the headset's address to the door; `template` is settings ``asterisk.agent_endpoint``."""
    app.state.headset = settings, template
    app.include_router(router)
