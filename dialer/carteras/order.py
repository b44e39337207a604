"""Whom first? A case's place in its cartera, as one number: higher is called sooner.

The strategy names its keys in order of importance (``order = ["saldo", "mora"]``). Each key is measured in whole
steps from 0 to `STEPS` - 1 and the steps are the digits of one number, the first key the most significant: a later
key decides only between cases that are equal in all earlier ones. Four keys of 13 bits make 52 bits, so the number is
exact in a double, which is what Redis sorts by. The steps:

* ``saldo``: logarithmic, `PER_DOUBLING` to a doubling (steps of 0.7 %), so that nearly equal debts are equal;
* ``mora``: days since the oldest document fell due;
* ``promesa``: promises that have come due, the longest overdue first, then those to come, the nearest first, then none;
* ``antiguedad``: days since the case was assigned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import log2

import msgspec

STEPS = 8192
PER_DOUBLING = 100
PROMISE_TODAY = 1 + STEPS // 2

ROUGH_CLP: dict[str, Decimal] = {"CLP": Decimal(1), "CLF": Decimal(39_500), "USD": Decimal(950), "EUR": Decimal(1_050)}
"""What one unit is worth in pesos, to the nearest thousand or so: for the order of calls only, never for a figure."""


class Inputs(msgspec.Struct, frozen=True):
    """What the order may rest on. `promise_days`: days since the nearest promise came due (negative: to come)."""

    saldo: Decimal
    days_overdue: int
    days_assigned: int = 0
    promise_days: int | None = None


def score(order: Sequence[str], inputs: Inputs) -> float:
    """The case's number under a strategy's `order` (see `config.settings.Strategy.order`).

    Raises `ValueError` for a key that does not exist and for more than four keys.
    """
    unknown = [key for key in order if key not in MEASURES]
    if unknown:
        raise ValueError(f"order: {unknown[0]!r} is not a key; allowed: {', '.join(MEASURES)}")
    if len(order) > 4:
        raise ValueError(f"order: {len(order)} keys; at most four can be told apart")
    number = 0
    for key in order:
        number = number * STEPS + max(0, min(STEPS - 1, MEASURES[key](inputs)))
    return float(number)


def rough_clp(saldos: Mapping[str, Decimal]) -> Decimal:
    """One comparable size for saldos by currency; a currency not in `ROUGH_CLP` counts as pesos."""
    return sum((amount * ROUGH_CLP.get(currency, Decimal(1)) for currency, amount in saldos.items()), Decimal(0))


def _saldo(inputs: Inputs) -> int:
    return int(log2(inputs.saldo) * PER_DOUBLING) + 1 if inputs.saldo >= 1 else 0


def _mora(inputs: Inputs) -> int:
    return inputs.days_overdue


def _promesa(inputs: Inputs) -> int:
    return 0 if inputs.promise_days is None else max(1, PROMISE_TODAY + inputs.promise_days)


def _antiguedad(inputs: Inputs) -> int:
    return inputs.days_assigned


MEASURES: dict[str, Callable[[Inputs], int]] = {
    "saldo": _saldo,
    "mora": _mora,
    "promesa": _promesa,
    "antiguedad": _antiguedad,
}
