"""Why is this debtor not being called, or not yet? The same rules, places and bindings that the engine goes by. Pure.

`explain` looks at one case in the order in which things would stop it: off the queue, a call or a gestión that is not
over, no telephone, the person on another call, the cartera, the binding to an ejecutivo, the due time, the rules, and
at last its rank. The first that applies is the case's `state`; what else is known is told beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from config.settings import Strategy
from dialer.applied import Applied
from dialer.carteras import phones
from dialer.carteras.order import Inputs, score, steps
from dialer.contact import Contact, Phone
from dialer.records import Whereabouts
from dialer.rules import Allowed, barred_phones, local_day, may_contact

STATES = (
    "detenido",
    "agotado",
    "en_llamada",
    "gestion_pendiente",
    "sin_telefono",
    "tomado",
    "persona_ocupada",
    "cartera_desactivada",
    "cola_incompleta",
    "reservado",
    "programado",
    "norma",
    "siguiente",
    "en_cola",
)
"""The closed list of states, in the order in which they are looked for."""


class Facts(msgspec.Struct, frozen=True):
    """What is on record of a case. `where` is None when the queue cannot be reached.

    `open_attempt`: the call that is not over; `owed_by`: the ejecutivo who owes the gestión of the last one. `numbers`:
    telephones by phone_id. `inputs`: what its score rests on now.
    """

    rut: str
    contact: Contact
    numbers: Mapping[int, str]
    queue_state: str
    queue_why: str
    due_ms: int
    last_verdict: str
    last_gestion: str
    open_attempt: str
    owed_by: str
    where: Whereabouts | None
    inputs: Inputs


class PhoneSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the rules say of one telephone now. `chosen`: it would be the one called."""

    phone_id: int
    number: str
    kind: str
    quality: int
    allowed: bool
    chosen: bool
    rule: str = ""
    reason: str = ""
    next_allowed_ms: int | None = None


class Explanation(msgspec.Struct, frozen=True):
    """`next_ms`: when the case may be called at the earliest, as things are (None: never, or not by itself).

    `rank` (1 is next) of the `ready` cases; `score` as stored and `fresh_score` as it would be made now, of the
    `order`'s steps. `bound_to` and `bound_until_ms` (0: for ever): the ejecutivo who alone may call.
    """

    rut: str
    cartera: str
    case_id: int
    state: str
    sentence: str
    next_ms: int | None
    due_ms: int
    rank: int | None
    ready: int | None
    score: float
    fresh_score: float
    order: dict[str, int]
    phones: tuple[PhoneSaid, ...]
    rule_version: str
    bound_to: str
    bound_until_ms: int
    callback_ms: int
    listed: bool
    stops: tuple[str, ...]
    retry: str


class Found(msgspec.Struct, frozen=True):
    """A state with its sentence (es-CL) and when it ends (None: not by itself)."""

    state: str
    sentence: str
    next_ms: int | None = None


def explain(facts: Facts, strategy: Strategy, preset: Applied, now_ms: int) -> Explanation:
    """Why this case is, or is not, next at `now_ms`. `preset` is the one applied to the case in its cartera."""
    contact, where = facts.contact, facts.where
    said = phones_said(facts, strategy, preset, now_ms)
    found = _found(facts, strategy, said, now_ms)
    law_ms = next((one.next_allowed_ms for one in said if one.chosen), None)
    bound = bool(contact.agent_id) and (where is None or not where.known or bool(where.agent_id))
    return Explanation(
        rut=facts.rut,
        cartera=contact.cartera,
        case_id=contact.case_id,
        state=found.state,
        sentence=found.sentence,
        next_ms=None if found.next_ms is None else max(found.next_ms, law_ms or 0),
        due_ms=(where and where.due_ms) or facts.due_ms,
        rank=where.rank if where else None,
        ready=where.ready if where else None,
        score=contact.score,
        fresh_score=score(strategy.order, facts.inputs),
        order=steps(strategy.order, facts.inputs),
        phones=said,
        rule_version=preset.version_on(local_day(now_ms, contact.zone).isoformat()),
        bound_to=contact.agent_id if bound else "",
        bound_until_ms=where.release_ms if where and bound else 0,
        callback_ms=contact.callback_ms,
        listed=contact.listed,
        stops=contact.stops,
        retry=_retry(facts, strategy),
    )


# ── telephones and rules ────────────────────────────────────────────────────────────────────────────


def phones_said(facts: Facts, strategy: Strategy, preset: Applied, now_ms: int) -> tuple[PhoneSaid, ...]:
    """Each telephone as the rules judge it now, the one that would be called marked."""
    contact = facts.contact
    chosen = phones.choose(contact, barred_phones(preset, contact, now_ms), strategy.phone_choice)
    guaranteed = bool(contact.agent_id)
    return tuple(_phone_said(facts, phone, phone == chosen, preset, guaranteed, now_ms) for phone in contact.phones)


def _phone_said(facts: Facts, phone: Phone, chosen: bool, preset: Applied, guaranteed: bool, now_ms: int) -> PhoneSaid:
    contact = facts.contact
    said = may_contact(contact, phone, "call", contact.history, preset, now_ms, guaranteed)
    number = facts.numbers.get(phone.phone_id, "")
    about = (phone.phone_id, number, phone.kind, phone.quality)
    if isinstance(said, Allowed):
        return PhoneSaid(*about, allowed=True, chosen=chosen)
    return PhoneSaid(*about, False, chosen, said.rule, said.reason, said.next_allowed_ms)


def _retry(facts: Facts, strategy: Strategy) -> str:
    """The rule by which the last result brings the case back, in words; "" where there was none."""
    if facts.last_verdict in ("", "connected"):
        return facts.last_gestion and f"último resultado {facts.last_gestion}: vuelve según su tipificación"
    rule = strategy.retry_for(facts.last_verdict)
    if rule is None:
        return ""
    return f"última llamada {facts.last_verdict}: vuelve a los {rule.after_min:g} min, a lo más {rule.max} así seguidas"


# ── the states, in order ────────────────────────────────────────────────────────────────────────────


def _found(facts: Facts, strategy: Strategy, said: tuple[PhoneSaid, ...], now_ms: int) -> Found:
    chosen = next((one for one in said if one.chosen), None)
    found = _off_the_queue(facts) or _under_way(facts) or _unreachable(facts, chosen)
    return found or _taken(facts, now_ms) or _not_yet(facts, strategy, now_ms) or _in_line(facts, chosen, now_ms)


def _off_the_queue(facts: Facts) -> Found | None:
    if facts.contact.stops:
        return Found("detenido", f"Está detenido: {', '.join(facts.contact.stops)}.")
    if facts.queue_state == "stopped":
        return Found("detenido", f"Salió de la cola por {facts.queue_why}.")
    if facts.queue_state == "dropped":
        return Found("agotado", f"Salió de la cola por {facts.queue_why}: un teléfono nuevo lo devuelve.")
    return None


def _under_way(facts: Facts) -> Found | None:
    if facts.open_attempt:
        return Found("en_llamada", f"Se le está llamando ahora (llamada {facts.open_attempt}).")
    if facts.owed_by:
        return Found("gestion_pendiente", f"Falta que {facts.owed_by} guarde la gestión de su última llamada.")
    return None


def _unreachable(facts: Facts, chosen: PhoneSaid | None) -> Found | None:
    if not facts.contact.phones:
        return Found("sin_telefono", "No tiene ningún teléfono válido.")
    if chosen is None:
        return Found("sin_telefono", "Ninguno de sus teléfonos es de un tipo que se pueda llamar.")
    return None


def _taken(facts: Facts, now_ms: int) -> Found | None:
    """What a node holds; a lease that has run out holds nothing."""
    where = facts.where
    if where is None:
        return None
    if where.lease_ms is not None and where.lease_ms > now_ms:
        return Found("tomado", f"Lo tiene el nodo {where.lock_node or '?'}: se está por llamar o se lee su ficha.")
    if where.lock_ms > now_ms and where.lock_case_id != facts.contact.case_id:
        other = f"caso {where.lock_case_id} de la cartera {where.lock_cartera}"
        return Found("persona_ocupada", f"A la misma persona se la está llamando por el {other}.")
    return None


def _not_yet(facts: Facts, strategy: Strategy, now_ms: int) -> Found | None:
    where = facts.where
    if not strategy.enabled:
        return Found("cartera_desactivada", "La cartera está desactivada: no se llama a nadie de ella.")
    if where is not None and (not where.built or not where.known):
        return Found("cola_incompleta", "La cola aún no lo tiene: se llena desde la base al partir el servicio.")
    if facts.contact.agent_id and (where is None or where.agent_id):
        return _bound(facts, where, now_ms)
    due_ms = (where.due_ms if where else facts.due_ms) or 0
    if due_ms > now_ms:
        kind = "rellamado acordado" if facts.contact.callback_ms else "próxima llamada"
        return Found("programado", f"Tiene su {kind} más adelante.", due_ms)
    return None


def _bound(facts: Facts, where: Whereabouts | None, now_ms: int) -> Found:
    contact = facts.contact
    due_ms = (where and where.due_ms) or facts.due_ms
    if contact.listed:
        what = f"Está en una lista manual de {contact.agent_id}: solo esa persona lo llama, en su orden."
    elif contact.callback_ms:
        what = f"Es un rellamado de {contact.agent_id}: si no está cuando corresponde, pasa a cualquiera."
    else:
        what = f"Lo sigue {contact.agent_id}, que habló con él: si no está, pasa a cualquiera."
    return Found("reservado", what, max(due_ms, now_ms))


def _in_line(facts: Facts, chosen: PhoneSaid | None, now_ms: int) -> Found:
    if chosen is not None and not chosen.allowed:
        return Found("norma", f"Ahora no lo permite la norma {chosen.rule}.", chosen.next_allowed_ms)
    where = facts.where
    if where is None or where.rank is None:
        return Found("en_cola", "Se puede llamar ahora; la cola no responde, así que no se sabe su lugar.", now_ms)
    if where.rank == 1:
        return Found("siguiente", "Es el siguiente de su cartera: falta un ejecutivo libre.", now_ms)
    return Found("en_cola", f"Se puede llamar ahora: tiene {where.rank - 1} casos delante.", now_ms)
