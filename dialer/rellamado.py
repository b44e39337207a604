"""A rellamado that will not be made at its hour is told to the ejecutivo at once, with the hour at which it will. Pure.

The rules are asked as they will be asked then, with the conversation in which it was agreed for counted. It is put
off to the first moment at which they allow it, bound as it was; what was agreed stays on record.
"""

from __future__ import annotations

import msgspec

from agents.messages import Saved
from config.preset import Preset
from config.settings import Strategy
from dialer.carteras import phones
from dialer.contact import Contact, Touch
from dialer.events import GestionSaved
from dialer.records import OwnCall, SaveGestion
from dialer.rules import Refused, barred_phones, local_clock, local_day, may_contact

MINUTE_MS = 60_000
REPEATED = "max"
"""The word for a result that came as often in a row as its tree allows: the case leaves the queue."""
DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
LOST_PHONES = frozenset({"invalid", "blacklist"})


class Later(msgspec.Struct, frozen=True):
    """`rule` keeps the rellamado from being made at its hour; `call_ms`: when it will be (None: never, as things
    are)."""

    rule: str
    call_ms: int | None


def put_off(
    record: SaveGestion, event: GestionSaved, call: OwnCall, strategy: Strategy, preset: Preset
) -> Later | None:
    """What keeps the gestión's rellamado from its hour; None when nothing does, or none was agreed for.

    `preset` is the one applied to the case in its cartera.
    """
    if record.callback is None:
        return None
    if event.stop:
        return Later(REPEATED, None)
    at_ms, contact = record.callback.at_ms, _then(record, call)
    phone = phones.choose(contact, barred_phones(preset, contact, at_ms), strategy.phone_choice)
    if phone is None:
        return Later("no_phone", None)
    said = may_contact(contact, phone, "call", contact.history, preset, at_ms, record.same_agent)
    return Later(said.rule, said.next_allowed_ms) if isinstance(said, Refused) else None


def _then(record: SaveGestion, call: OwnCall) -> Contact:
    """The case as its rellamado will find it: this conversation, once, at the end of its ledger."""
    assert record.callback is not None, "asked of a rellamado only"
    contact = call.contact
    before = [one for one in contact.history if (one.at_ms, one.phone_id) != (call.placed_ms, call.phone_id)]
    talk = Touch(call.placed_ms, "call", call.phone_id, True, True, record.effective, verdict="connected")
    lost = call.phone_id if record.phone_effect in LOST_PHONES else 0
    return msgspec.structs.replace(
        contact,
        phones=tuple(one for one in contact.phones if one.phone_id != lost),
        history=(*before, talk),
        stops=(*contact.stops, *record.opt_outs),
        callback_ms=record.callback.at_ms,
        asked_on=call.phone_id if record.consent else 0,
    )


def due_then(record: SaveGestion, event: GestionSaved, later: Later | None) -> tuple[SaveGestion, GestionSaved]:
    """The same gestión, with the case due when the rellamado will be made."""
    if later is None or later.call_ms is None:
        return record, event
    due = {"next_due_ms": later.call_ms}
    return msgspec.structs.replace(record, **due), msgspec.structs.replace(event, **due)


def told(record: SaveGestion, gestion_id: int, later: Later | None, zone: str) -> Saved:
    """«Guardado», with what the ejecutivo must know of the rellamado. `zone` is the floor's."""
    saved = Saved(record.attempt_id, gestion_id)
    if later is None:
        return saved
    notice = _notice(record, later, zone)
    return msgspec.structs.replace(saved, call_ms=later.call_ms or 0, rule=later.rule, notice=notice)


def _notice(record: SaveGestion, later: Later, zone: str) -> str:
    if later.rule == REPEATED:
        return f"El rellamado no se hará: {record.code} ya se repitió las veces que admite el árbol."
    if later.call_ms is None:
        return f"El rellamado queda anotado, pero no se hará mientras lo impida {later.rule}."
    return f"Se llamará desde el {_moment(later.call_ms, record.at_ms, zone)}: antes lo impide {later.rule}."


def _moment(at_ms: int, now_ms: int, zone: str) -> str:
    """lunes 30-11 a las 10:00, the minute never before the moment itself; with the year where it is another one."""
    at_ms = -(-at_ms // MINUTE_MS) * MINUTE_MS
    day = local_day(at_ms, zone)
    year = f"-{day.year}" if day.year != local_day(now_ms, zone).year else ""
    return f"{DAYS[day.weekday()]} {day.day:02}-{day.month:02}{year} a las {local_clock(at_ms, zone)}"
