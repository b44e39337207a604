"""Montos a recuperar: what was assigned, paid and taken back, by tramo; what is left, and what it needs each day.

* *saldo* = assigned - paid - withdrawn + adjusted (the mandante's own corrections, with their sign).
* *recupero* = paid / assigned.
* *necesario por día hábil* = (meta - paid this month) / working days left in the month, the day itself included;
  rounded up to the peso. A working day is one on which the preset allows calls.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from config.preset import Preset
from dialer.carteras.cuenta import Renglon
from dialer.carteras.tramo import names, tramo
from dialer.rules import is_holiday

TOTAL = "total"


class Monto(NamedTuple):
    """One tramo of one currency, or its `TOTAL`. `recupero`: None where nothing was assigned."""

    currency: str
    tramo: str
    assigned: Decimal
    paid: Decimal
    withdrawn: Decimal
    adjusted: Decimal
    saldo: Decimal
    documentos: int

    @property
    def recupero(self) -> Decimal | None:
        return self.paid / self.assigned if self.assigned else None


class Meta(NamedTuple):
    """A month's goal in CLP. `left`: what is missing. `per_day`: None when no working day is left."""

    goal: Decimal
    paid: Decimal
    left: Decimal
    days: int
    per_day: Decimal | None


def montos(renglones: Iterable[Renglon], at: date, limits: Sequence[int]) -> tuple[Monto, ...]:
    """Every tramo of every currency and then its total; the tramo is the document's at `at`."""
    grouped: defaultdict[tuple[str, str], list[Renglon]] = defaultdict(list)
    for one in renglones:
        grouped[one.currency, tramo((at - one.due).days, limits)].append(one)
        grouped[one.currency, TOTAL].append(one)
    monies = sorted({money for money, _ in grouped})
    return tuple(_monto(money, name, grouped[money, name]) for money in monies for name in (*names(limits), TOTAL))


def _monto(money: str, name: str, renglones: Sequence[Renglon]) -> Monto:
    def total(field: str) -> Decimal:
        return sum((getattr(one, field) for one in renglones), Decimal(0))

    sums = (total("assigned"), total("paid"), total("withdrawn"), total("adjusted"), total("saldo"))
    return Monto(money, name, *sums, sum(one.documentos for one in renglones))


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a day's month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def meta(goal: Decimal, paid: Decimal, days: int) -> Meta:
    """`paid`: this month so far; `days`: the working days left, today's included."""
    left = max(Decimal(0), goal - paid)
    per_day = (left / days).quantize(Decimal(1), ROUND_CEILING) if days else None
    return Meta(goal, paid, left, days, per_day)


def working_days(preset: Preset, first: date, last: date) -> int:
    """How many days from `first` to `last`, both included, are open for calls (national holidays only)."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(1 for day in days if _is_open(preset, day))


def _is_open(preset: Preset, day: date) -> bool:
    hours = next((one for one in preset.hours if one.holds(day.isoformat())), None)
    if hours is None:
        return True
    if preset.holidays != "none" and is_holiday(preset, "", day):
        return bool(hours.holiday)
    return bool({5: hours.saturday, 6: hours.sunday}.get(day.weekday(), hours.weekday))
