"""An ejecutivo's day: the pauses that they may take, with the time for each, and what they aim at."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

OWN_WORDS = frozenset({"inicio"})
"""Reasons that the floor itself gives: the pause after the login."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Pausa(Model):
    """A kind of pause. `budget_min`: how long all pauses of this kind may be in a day together; 0: not counted."""

    reason: Annotated[str, Field(pattern=r"^[a-zñ][a-z0-9ñ_]{1,31}$")]
    label: Annotated[str, Field(min_length=1, max_length=40)]
    budget_min: Annotated[float, Field(ge=0, le=1440)] = 0.0

    @property
    def budget_ms(self) -> int:
        return round(self.budget_min * 60_000)


def _apart(pausas: tuple[Pausa, ...]) -> tuple[Pausa, ...]:
    reasons = [one.reason for one in pausas]
    twice = next((reason for reason in reasons if reasons.count(reason) > 1), "")
    if twice:
        raise ValueError(f"reason {twice!r} is there twice")
    taken = next((reason for reason in reasons if reason in OWN_WORDS), "")
    if taken:
        raise ValueError(f"reason {taken!r} is the floor's own word for the time after the login; choose another")
    return pausas


Pausas = Annotated[tuple[Pausa, ...], Field(min_length=1, max_length=30), AfterValidator(_apart)]

PAUSAS = (
    # Ley 21.142 (Código del Trabajo, arts. 152 quáter and ff.): 30 minutes of rest in each shift of those who are
    # continuously connected, not pro-rated for part-timers (Dirección del Trabajo).
    Pausa(reason="descanso", label="Descanso legal", budget_min=30),
    # Código del Trabajo, art. 34: half an hour at least.
    Pausa(reason="colacion", label="Colación", budget_min=30),
    Pausa(reason="baño", label="Baño"),
    Pausa(reason="supervisor", label="Con el supervisor"),
    Pausa(reason="capacitacion", label="Capacitación"),
    Pausa(reason="otra", label="Otra"),
)


class Metas(Model):
    """What an ejecutivo aims at in a day; 0: no goal. Pay that varies may only rest on the contract (Ley 21.142)."""

    compromisos: Annotated[int, Field(ge=0, le=1000)] = 0
    contactos: Annotated[int, Field(ge=0, le=1000)] = 0
