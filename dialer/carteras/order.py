"""Whom first? A case's place in its cartera, as one number: higher is called sooner.

The strategy names its keys in order of importance (``order = ["saldo", "mora"]``). Each key is measured in whole
steps from 0 to `STEPS` - 1 and the steps are the digits of one number, the first key the most significant: a later
key decides only between cases that are equal in all earlier ones. Four keys of 13 bits make 52 bits, so the number is
exact in a double, which is what Redis sorts by. The steps:

* ``saldo``: logarithmic, `PER_DOUBLING` to a doubling (steps of 0.7 %), so that nearly equal debts are equal;
* ``mora``: days since the oldest document fell due;
* ``promesa``: promises that have come due, the longest overdue first, then those to come, the nearest first, then none;
* ``antiguedad``: days since the case was assigned;
* ``tramo``: the band of the oldest document, the oldest band first;
* ``cambio_tramo``: days until that band becomes the next one, the fewest first; in the last band nothing changes;
* ``hora``: how often this person has answered around this hour of the day, of how often they were rung then;
* ``telefono``: the quality of the best telephone;
* ``ultimo``: what the last call came to (`LAST`): those who were spoken to first, dead numbers last.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import log2

import msgspec

from dialer.carteras.tramo import LIMITS

STEPS = 8192
PER_DOUBLING = 100
CALLBACKS_FIRST = 2.0**52
"""Added to the number of a rellamado, it comes before every case that is none, and its own number stays exact."""

PROMISE_TODAY = 1 + STEPS // 2

ROUGH_CLP: dict[str, Decimal] = {"CLP": Decimal(1), "CLF": Decimal(39_500), "USD": Decimal(950), "EUR": Decimal(1_050)}
"""What one unit is worth in pesos, to the nearest thousand or so: for the order of calls only, never for a figure."""


class Inputs(msgspec.Struct, frozen=True):
    """What the order may rest on. `promise_days`: days since the nearest promise came due (negative: to come).

    `tramos`: the last day of each band. `rung` and `answered`: calls that rang and that a person answered, by hour of
    the day (24 each, or none at all), of which `hour` is the present one. `phone_quality`: of the best telephone.
    """

    saldo: Decimal
    days_overdue: int
    days_assigned: int = 0
    promise_days: int | None = None
    tramos: tuple[int, ...] = LIMITS
    hour: int = 0
    rung: tuple[int, ...] = ()
    answered: tuple[int, ...] = ()
    phone_quality: int = 0
    last_verdict: str = ""


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
    for step in steps(order, inputs).values():
        number = number * STEPS + step
    return float(number)


def steps(order: Sequence[str], inputs: Inputs) -> dict[str, int]:
    """Each key's step, in the order of their importance: the digits of the number."""
    return {key: max(0, min(STEPS - 1, MEASURES[key](inputs))) for key in order}


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


def _tramo(inputs: Inputs) -> int:
    return 0 if inputs.days_overdue <= 0 else 1 + bisect_left(inputs.tramos, inputs.days_overdue)


def days_to_change(inputs: Inputs) -> int | None:
    """Days until the oldest document is in the next band; None in the last one."""
    last_days = (0, *inputs.tramos)
    band = _tramo(inputs)
    return last_days[band] + 1 - inputs.days_overdue if band < len(last_days) else None


def _cambio_tramo(inputs: Inputs) -> int:
    days = days_to_change(inputs)
    return 0 if days is None else STEPS - days


def _hora(inputs: Inputs) -> int:
    """In thousandths. Who was never rung around this hour is taken to answer one call in four."""
    if not inputs.rung:
        return 250
    near = ((inputs.hour - 1) % 24, inputs.hour, inputs.hour, (inputs.hour + 1) % 24)
    rung = sum(inputs.rung[hour] for hour in near)
    answered = sum(inputs.answered[hour] for hour in near)
    return 1000 * (answered + 1) // (rung + 4)


def _telefono(inputs: Inputs) -> int:
    return inputs.phone_quality


def _ultimo(inputs: Inputs) -> int:
    return LAST.get(inputs.last_verdict, LAST[""])


LAST: dict[str, int] = {
    "connected": 8,
    "abandoned": 7,
    "hung_up": 7,
    "": 6,
    "cancelled": 5,
    "failed": 5,
    "lost": 5,
    "congestion": 5,
    "network": 5,
    "busy": 4,
    "no_answer": 3,
    "rejected": 2,
    "machine": 1,
    "unallocated": 0,
}
"""Steps of ``ultimo``, by the last verdict; "": never tried."""

MEASURES: dict[str, Callable[[Inputs], int]] = {
    "saldo": _saldo,
    "mora": _mora,
    "promesa": _promesa,
    "antiguedad": _antiguedad,
    "tramo": _tramo,
    "cambio_tramo": _cambio_tramo,
    "hora": _hora,
    "telefono": _telefono,
    "ultimo": _ultimo,
}
