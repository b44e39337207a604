"""A cartera's contract with its mandante: from which day to which it may be worked, and what recovered money earns."""

from __future__ import annotations

from itertools import combinations
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from config.gastos import Exact
from config.preset import OPEN_END, Dated, IsoDay

ALWAYS = "1900-01-01"
"""The `asignada` of a contract whose beginning binds nothing."""
DAYS_MAX = 36_500
"""More days overdue, or ahead of the due day, than any document has."""

Mora = Annotated[int, Field(ge=-DAYS_MAX, le=DAYS_MAX)]
Pesos = Annotated[Exact, Field(ge=0)]


class Clausula(Dated):
    """What is earned on a payment made from `since` to before `until`, so many days overdue.

    `mora_desde` to `mora_hasta`: days from the document's due day to the payment, both included; left out: no bound.
    `percent` of what was paid, at least `min` and at most `max` pesos for each payment to each document.
    """

    mora_desde: Mora = -DAYS_MAX
    mora_hasta: Mora = DAYS_MAX
    percent: Annotated[Exact, Field(ge=0, le=100)]
    min: Pesos | None = None
    max: Pesos | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.mora_desde > self.mora_hasta:
            raise ValueError(f"mora_desde {self.mora_desde} must not be more than mora_hasta {self.mora_hasta}")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min} must not be more than max {self.max}")
        return self

    def covers(self, day: str, mora: int) -> bool:
        """Whether it is the clause of a payment of an ISO day, so many days overdue."""
        return self.holds(day) and self.mora_desde <= mora <= self.mora_hasta


def _apart(clauses: tuple[Clausula, ...]) -> tuple[Clausula, ...]:
    """The same. Raises `ValueError` when two of them are for one payment."""
    for one, other in combinations(clauses, 2):
        day, mora = max(one.since, other.since), max(one.mora_desde, other.mora_desde)
        if one.covers(day, mora) and other.covers(day, mora):
            raise ValueError(f"two clauses hold for a payment of {day}, {mora} days overdue: leave it to one of them")
    return clauses


class Contrato(BaseModel):
    """`asignada` and `cierre` are the first and the last ISO day on which the cartera's debtors may be contacted, where
    they live; left out: no bound. `numero`: as the mandante calls it. `honorarios`: what a payment earns."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    numero: str = ""
    asignada: IsoDay = ALWAYS
    cierre: IsoDay = OPEN_END
    honorarios: Annotated[tuple[Clausula, ...], AfterValidator(_apart)] = ()

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.asignada > self.cierre:
            raise ValueError(f"asignada {self.asignada} must not be after cierre {self.cierre}")
        return self

    @property
    def bounded(self) -> bool:
        """Whether it begins or ends at all."""
        return self.asignada > ALWAYS or self.cierre < OPEN_END

    def holds(self, day: str) -> bool:
        """Whether it is in force on an ISO day."""
        return self.asignada <= day <= self.cierre

    def clause(self, day: str, mora: int) -> Clausula | None:
        """The clause of a payment of an ISO day, so many days overdue; None where none is agreed."""
        return next((one for one in self.honorarios if one.covers(day, mora)), None)


def outside(contrato: Contrato, day: str) -> str | None:
    """Why nobody may be contacted under this contract on an ISO day, as a sentence; None where it is in force."""
    if contrato.holds(day):
        return None
    ends = f"begins on {contrato.asignada}" if day < contrato.asignada else f"ended on {contrato.cierre}"
    named = f" (contract {contrato.numero})" if contrato.numero else ""
    return f"the contract with the mandante {ends}{named}"
