"""Compromisos: what became of a promise, judged by the payments that came.

A promise's window is from the day it was made to its due day plus the grace, both included. It is

* **cumplida** as soon as the payments in its window reach its amount,
* **vigente** until the window is over,
* then **parcial** when something was paid and **rota** when nothing was;
* **editada** when another promise took its place while it was vigente: that is no broken promise.

A payment counts once. Where a case has several promises, it goes to the one whose window closes first, up to its
amount. Days are the floor's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

State = Literal["vigente", "cumplida", "parcial", "rota", "editada"]


class Promesa(NamedTuple):
    """`edited`: another one took its place; it is judged no more. Amount more than zero."""

    made: date
    due: date
    amount: Decimal
    currency: str
    edited: bool = False


class Abono(NamedTuple):
    """Money received for the promise's case."""

    paid_on: date
    amount: Decimal
    currency: str


class Juicio(NamedTuple):
    """`paid`: what of the promised amount came in the window, never more than the amount."""

    state: State
    paid: Decimal


def judge(promise: Promesa, payments: Sequence[Abono], today: date, grace_days: int) -> Juicio:
    """The state at `today`, of a case's only promise."""
    return judge_all([promise], payments, today, grace_days)[0]


def judge_all(
    promises: Sequence[Promesa], payments: Sequence[Abono], today: date, grace_days: int
) -> tuple[Juicio, ...]:
    """Each promise of one case, in the order given."""
    paid = _shared_out(promises, payments, timedelta(days=grace_days))
    return tuple(Juicio(_state(one, got, today, grace_days), got) for one, got in zip(promises, paid, strict=True))


def last_day(promise: Promesa, grace_days: int) -> date:
    """The last day on which a payment still keeps the promise."""
    return promise.due + timedelta(days=grace_days)


def _shared_out(promises: Sequence[Promesa], payments: Sequence[Abono], grace: timedelta) -> list[Decimal]:
    paid = [Decimal(0)] * len(promises)
    by_deadline = sorted(range(len(promises)), key=lambda n: (promises[n].due, promises[n].made, n))
    for payment in sorted(payments, key=lambda one: one.paid_on):
        left = payment.amount
        for n in by_deadline:
            one = promises[n]
            if _in_window(one, payment, grace):
                part = max(Decimal(0), min(left, one.amount - paid[n]))
                paid[n] += part
                left -= part
    return paid


def _in_window(one: Promesa, payment: Abono, grace: timedelta) -> bool:
    fits = not one.edited and payment.currency == one.currency
    return fits and one.made <= payment.paid_on <= one.due + grace


def _state(one: Promesa, paid: Decimal, today: date, grace_days: int) -> State:
    if one.edited:
        return "editada"
    if paid >= one.amount:
        return "cumplida"
    if today <= last_day(one, grace_days):
        return "vigente"
    return "parcial" if paid else "rota"
