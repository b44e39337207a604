"""A payment that somebody goes to pick up: one table, and no way round the approval.

An ejecutivo asks for it on the call (a disposition that needs address, date and amount). Money that is fetched in
person tempts, so no one person carries it from end to end: who asked never approves, who approved is never sent, and
who was sent never closes the rendición. What was really received may differ from what was asked; both are kept.

    solicitado ─approve─▶ aprobado ─assign─▶ asignado ─done─▶ realizado ─render─▶ rendido
        │ └─reject─▶ rechazado  │              │ └─assign─▶ asignado
        └────────── annul ──────┴──────────────┴─▶ anulado

From `realizado` on money has changed hands: nothing annuls it, and only a rendición ends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import msgspec

from agents.access import Permission, allowed
from agents.retiros import Asked, RetiroRefused

NOTE_MAX, WHO_MAX, RECEIPT_MAX = 500, 80, 40


class State(StrEnum):
    SOLICITADO = "solicitado"
    APROBADO = "aprobado"
    RECHAZADO = "rechazado"
    ASIGNADO = "asignado"
    REALIZADO = "realizado"
    RENDIDO = "rendido"
    ANULADO = "anulado"


class Act(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    ASSIGN = "assign"
    DONE = "done"
    RENDER = "render"
    ANNUL = "annul"


class Step(NamedTuple):
    """Where an act leads, what it takes to do it, and which of the pick-up's own people may not (`barred`)."""

    to: State
    permission: Permission
    barred: tuple[str, ...] = ()


_S, _A, _P = State, Act, Permission
_APPROVE = Step(_S.APROBADO, _P.APPROVE_RETIRO, barred=("requested_by",))
_REJECT = Step(_S.RECHAZADO, _P.APPROVE_RETIRO, barred=("requested_by",))
_ASSIGN = Step(_S.ASIGNADO, _P.HANDLE_RETIRO)
_DONE = Step(_S.REALIZADO, _P.HANDLE_RETIRO)
_RENDER = Step(_S.RENDIDO, _P.SETTLE_RETIRO, barred=("assigned_to",))
_ANNUL = Step(_S.ANULADO, _P.HANDLE_RETIRO)

TABLE: dict[State, dict[Act, Step]] = {
    _S.SOLICITADO: {_A.APPROVE: _APPROVE, _A.REJECT: _REJECT, _A.ANNUL: _ANNUL},
    _S.APROBADO: {_A.ASSIGN: _ASSIGN, _A.ANNUL: _ANNUL},
    _S.ASIGNADO: {_A.ASSIGN: _ASSIGN, _A.DONE: _DONE, _A.ANNUL: _ANNUL},
    _S.REALIZADO: {_A.RENDER: _RENDER},
    _S.RECHAZADO: {},
    _S.RENDIDO: {},
    _S.ANULADO: {},
}

IN_SPANISH: dict[Act, str] = {
    _A.APPROVE: "aprobar",
    _A.REJECT: "rechazar",
    _A.ASSIGN: "asignar",
    _A.DONE: "dar por realizado",
    _A.RENDER: "rendir",
    _A.ANNUL: "anular",
}
_BARRED = {
    "requested_by": "lo solicitó usted mismo: debe {act} otra persona",
    "approved_by": "lo aprobó usted mismo: debe {act} otra persona",
    "assigned_to": "lo retiró usted mismo: debe {act} otra persona",
}


class Retiro(msgspec.Struct, frozen=True):
    """A pick-up as it stands. Codes of usuarios in `*_by`; `assigned_to` may also name somebody from outside."""

    id: int
    state: State
    amount: Decimal
    currency: str
    due: date
    requested_by: str
    requested_on: date
    approved_by: str = ""
    approved_ms: int | None = None
    assigned_to: str = ""
    receipt: str = ""
    done_amount: Decimal | None = None
    done_on: date | None = None
    rendicion_id: int | None = None


class Actor(NamedTuple):
    """Who asks: the usuario's code and role."""

    code: str
    role: str


def take(retiro: Retiro, asked: Asked, by: Actor, today: date, now_ms: int) -> Retiro:
    """The pick-up after the step. Raises `RetiroRefused` and never lets one pass that the table does not have."""
    act = next((one for one in Act if one == asked.act and one is not Act.RENDER), None)
    if act is None:
        raise RetiroRefused("wrong", f"«{asked.act[:20]}» no es un paso de un retiro.")
    to = _judged(retiro, act, by).to
    match act:
        case Act.APPROVE:
            return msgspec.structs.replace(retiro, state=to, approved_by=by.code, approved_ms=now_ms)
        case Act.ASSIGN:
            return msgspec.structs.replace(retiro, state=to, assigned_to=_who(retiro, asked.to))
        case Act.DONE:
            return _done(retiro, to, asked, today)
        case _:
            _reason(asked.note, act)
            return msgspec.structs.replace(retiro, state=to)


def rendered(
    retiros: Sequence[Retiro], totals: Mapping[str, Decimal], by: Actor, rendicion_id: int
) -> tuple[Retiro, ...]:
    """The pick-ups closed in one rendición. Raises `RetiroRefused` unless `totals` are their sum to the last peso."""
    if not retiros:
        raise RetiroRefused("missing", "La rendición no nombra ningún retiro.")
    steps = [_judged(one, Act.RENDER, by) for one in retiros]
    found = received(retiros)
    if {currency: amount for currency, amount in totals.items() if amount} != found:
        raise RetiroRefused(
            "totals", f"La rendición no cuadra: se declara {money(totals)} y los retiros suman {money(found)}."
        )
    return tuple(
        msgspec.structs.replace(one, state=step.to, rendicion_id=rendicion_id)
        for one, step in zip(retiros, steps, strict=True)
    )


def received(retiros: Iterable[Retiro]) -> dict[str, Decimal]:
    """What was really picked up, by currency."""
    found: dict[str, Decimal] = {}
    for one in retiros:
        found[one.currency] = found.get(one.currency, Decimal(0)) + (one.done_amount or Decimal(0))
    return found


def money(totals: Mapping[str, Decimal]) -> str:
    """Amounts by currency for a sentence: ``CLP 1250000, CLF 12.5``."""
    return ", ".join(f"{currency} {amount:f}" for currency, amount in sorted(totals.items())) or "nada"


def _judged(retiro: Retiro, act: Act, by: Actor) -> Step:
    step, verb = TABLE[retiro.state].get(act), IN_SPANISH[act]
    if step is None:
        raise RetiroRefused("state", f"El retiro {retiro.id} está {retiro.state}: no se puede {verb}.")
    if not allowed(by.role, step.permission):
        raise RetiroRefused("forbidden", f"El rol {by.role} no puede {verb} un retiro.")
    for who in step.barred:
        if _same(getattr(retiro, who), by.code):
            raise RetiroRefused("oneself", f"El retiro {retiro.id} {_BARRED[who].format(act=verb)}.")
    return step


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _who(retiro: Retiro, to: str) -> str:
    to = to.strip()
    if not to or len(to) > WHO_MAX:
        raise RetiroRefused("missing", f"Falta a quién se asigna el retiro {retiro.id} (hasta {WHO_MAX} caracteres).")
    if _same(to, retiro.approved_by):
        raise RetiroRefused("oneself", f"El retiro {retiro.id} lo aprobó {to}: debe ir a buscarlo otra persona.")
    return to


def _reason(note: str, act: Act) -> None:
    if sum(character.isalnum() for character in note) < 3 or len(note) > NOTE_MAX:
        verb = IN_SPANISH[act]
        raise RetiroRefused("missing", f"Falta el motivo para {verb} el retiro (hasta {NOTE_MAX} caracteres).")


def _done(retiro: Retiro, to: State, asked: Asked, today: date) -> Retiro:
    receipt = asked.receipt.strip()
    if not receipt or len(receipt) > RECEIPT_MAX:
        raise RetiroRefused("missing", f"Falta el número del comprobante (hasta {RECEIPT_MAX} caracteres).")
    return msgspec.structs.replace(
        retiro,
        state=to,
        receipt=receipt,
        done_amount=_amount(retiro, asked.amount),
        done_on=_day(retiro, asked.done_on, today),
    )


def _amount(retiro: Retiro, amount: Decimal | None) -> Decimal:
    if amount is None:
        raise RetiroRefused("missing", "Falta el monto recibido.")
    places = Decimal(1) if retiro.currency == "CLP" else Decimal("0.0001")
    if not amount.is_finite() or not 0 < amount < Decimal(10) ** 12 or amount % places:
        raise RetiroRefused("wrong", f"El monto recibido {amount} no sirve: debe ser mayor que cero y sin decimales.")
    return amount


def _day(retiro: Retiro, day: date | None, today: date) -> date:
    if day is None:
        raise RetiroRefused("missing", "Falta la fecha en que se retiró.")
    if day > today:
        raise RetiroRefused("wrong", f"La fecha del retiro ({day:%d-%m-%Y}) aún no llega.")
    if day < retiro.requested_on:
        raise RetiroRefused("wrong", f"La fecha del retiro ({day:%d-%m-%Y}) es anterior a su solicitud.")
    return day
