"""The shape of collection-cost tariffs (``config/reglas/cl_gastos.toml``): dated values, each with its source."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from config.preset import Rule, Versions


def _exact(value: object) -> object:
    """A TOML float is taken by the digits that were written, not by its binary neighbour."""
    return Decimal(repr(value)) if isinstance(value, float) else value


Exact = Annotated[Decimal, BeforeValidator(_exact)]


class Escalon(BaseModel):
    """`percent` on the part of the debt up to `up_to_uf` and above the step before; without it: on all the rest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    percent: Annotated[Exact, Field(ge=0, le=100)]
    up_to_uf: Annotated[Exact, Field(gt=0)] | None = None


class Tarifa(Rule):
    """The most that may be charged, from `since` to before `until`.

    Only when the debt is more than `after_days` overdue; `no_gestion_util_uf` UF less when no gestión útil was made
    in the first `gestion_util_days` days.
    """

    after_days: Annotated[int, Field(ge=0)]
    gestion_util_days: Annotated[int, Field(ge=0)]
    no_gestion_util_uf: Annotated[Exact, Field(ge=0)]
    steps: Annotated[tuple[Escalon, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        limits = [step.up_to_uf for step in self.steps]
        bounded = [limit for limit in limits[:-1] if limit is not None]
        if limits[-1] is not None or len(bounded) != len(limits) - 1 or bounded != sorted(set(bounded)):
            raise ValueError("steps: each up_to_uf must be greater than the one before, and only the last has none")
        return self


class Gastos(BaseModel):
    """A jurisdiction's tariffs: on any day at most one holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    tarifas: Annotated[Versions[Tarifa], Field(min_length=1)]
