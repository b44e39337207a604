"""What a gestión does: from what the ejecutivo typed and the tree to one record and one event. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import takewhile

from agents.messages import Gestion
from dialer.contact import OPT_OUT, Contact
from dialer.events import GestionSaved
from dialer.records import CallbackAsked, PromiseMade, SaveGestion
from dialer.rules import local_day, midnight_ms
from scripts_llamada.tipificacion import Arbol, Disposicion, Registro, next_due_ms, validate

DAY_MS = 86_400_000

PHONE_EFFECTS = {
    "none": "",
    "confirmed": "up",
    "downrank": "down",
    "invalid": "invalid",
    "not_theirs": "invalid",
    "blacklist": "blacklist",
}


class GestionRefused(Exception):
    """The gestión cannot be saved as it is; the message holds every fault as a Spanish sentence."""


def judge(
    gestion: Gestion, agent_id: str, contact: Contact, arbol: Arbol, now_ms: int
) -> tuple[SaveGestion, GestionSaved]:
    """The record to commit and, once it is, the event for the engine. Raises `GestionRefused`."""
    faults = validate(arbol, _registro(gestion), local_day(now_ms, contact.zone).isoformat(), now_ms)
    if faults:
        raise GestionRefused(" ".join(faults))
    disposicion = arbol.get(gestion.code)
    assert disposicion is not None, "validate refuses unknown codes"
    due_ms = _due_ms(gestion, contact, arbol, disposicion, now_ms)
    record = _record(gestion, agent_id, disposicion, due_ms, now_ms)
    event = GestionSaved(
        attempt_id=gestion.attempt_id,
        agent_id=agent_id,
        cartera=contact.cartera,
        case_id=contact.case_id,
        person_id=contact.person_id,
        code=gestion.code,
        effective=disposicion.uses_weekly_contact,
        next_due_ms=due_ms,
        score=contact.score,
        stop=disposicion.ends_calls or _worn_out(disposicion, contact),
        reserved_for=agent_id if record.same_agent else "",
        callback_ms=gestion.callback.at_ms if gestion.callback else 0,
    )
    return record, event


def _worn_out(disposicion: Disposicion, contact: Contact) -> bool:
    """Whether this result has already brought the case back as often in a row as the tree allows."""
    if disposicion.next is None:
        return False
    row = 1 + sum(1 for _ in takewhile(lambda code: code == disposicion.code, reversed(contact.codes)))
    return row > disposicion.next.max


def _same_agent(gestion: Gestion, disposicion: Disposicion) -> bool:
    """Who calls next: what the ejecutivo said of a rellamado, else what the tree says of the result."""
    if gestion.callback is not None and gestion.callback.pool is not None:
        return not gestion.callback.pool
    return disposicion.next is not None and disposicion.next.to == "same_agent"


def _registro(gestion: Gestion) -> Registro:
    return Registro(
        code=gestion.code,
        comment=gestion.comment,
        promise_date=gestion.promise.date if gestion.promise else "",
        promise_amount=gestion.promise.amount if gestion.promise else "",
        callback_ms=gestion.callback.at_ms if gestion.callback else None,
        address=gestion.address.strip(),
        consent=bool(gestion.callback and gestion.callback.consent),
    )


def _due_ms(gestion: Gestion, contact: Contact, arbol: Arbol, disposicion: Disposicion, now_ms: int) -> int:
    """When the case is due again. Where the tree leaves it open, a day later; the rules look at it again then."""
    callback_ms = gestion.callback.at_ms if gestion.callback else None
    promised_ms = None
    if gestion.promise and disposicion.is_promise:
        promised_ms = midnight_ms(date.fromisoformat(gestion.promise.date), contact.zone)
    due_ms = next_due_ms(arbol, disposicion, now_ms, callback_ms, promised_ms)
    return now_ms + DAY_MS if due_ms is None else due_ms


def _record(gestion: Gestion, agent_id: str, disposicion: Disposicion, due_ms: int, now_ms: int) -> SaveGestion:
    promise = None
    if gestion.promise and disposicion.is_promise:
        promise = PromiseMade(date.fromisoformat(gestion.promise.date), Decimal(gestion.promise.amount))
    same_agent = _same_agent(gestion, disposicion) and not disposicion.ends_calls
    callback = CallbackAsked(gestion.callback.at_ms, pool=not same_agent) if gestion.callback else None
    return SaveGestion(
        attempt_id=gestion.attempt_id,
        agent_id=agent_id,
        code=gestion.code,
        at_ms=now_ms,
        comment=gestion.comment,
        trace=gestion.trace,
        ticked=gestion.ticked,
        effective=disposicion.uses_weekly_contact,
        promise=promise,
        callback=callback,
        stop=bool(disposicion.stop),
        stop_kind=disposicion.stop,
        phone_effect=PHONE_EFFECTS[disposicion.phone_effect],
        next_due_ms=due_ms,
        same_agent=same_agent,
        address=gestion.address.strip(),
        opt_outs=tuple(OPT_OUT + channel for channel in disposicion.opt_out),
        consent=bool(gestion.callback and gestion.callback.consent),
    )
