"""What the queue, the engine and the screens ask of the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.carteras import order as ordering
from dialer.contact import Contact, Phone, Touch
from dialer.edge import schema as t
from dialer.edge import store_order, store_own
from dialer.edge.store_load import chunks
from dialer.events import AttemptReopened
from dialer.outcome import Verdict
from dialer.records import OPT_OUTS, OwnCall, PendingAttempt, QueueEntry

HISTORY_MS = 35 * 86_400_000
"""How far back a contact's history goes: the longest that any rule looks (a calendar month) and some days more."""

Dialable = tuple[Contact, dict[int, str]]


class Entry(NamedTuple):
    """One entry of a person's ledger, and whose it is."""

    mandante_id: int
    mandante: str
    touch: Touch


Ledger = Mapping[int, list[Entry]]


def cartera_id(code: str) -> sa.ScalarSelect[int]:
    return sa.select(t.cartera.c.id).where(t.cartera.c.code == code).scalar_subquery()


async def queue_entries(conn: AsyncConnection, cartera: str, grace_ms: int) -> list[QueueEntry]:
    """See `Store.queue_entries`."""
    case, person = t.caso.c, t.deudor.c
    unsettled = sa.union_all(sa.select(t.attempt.c.caso_id).where(t.OPEN), sa.select(t.attempt.c.caso_id).where(t.OWED))
    reachable = sa.exists().where((t.telefono.c.deudor_id == case.deudor_id) & t.telefono.c.invalid.is_(False))
    wanted = (
        sa.select(case.id, case.deudor_id, case.next_due_ms, case.score, case.bound_agent)
        .join(t.deudor, person.id == case.deudor_id)
        .where(case.cartera_id == cartera_id(cartera), case.queue_state == "open")
        .where(case.stops == (), _may_call(person.stops), reachable, case.id.not_in(unsettled))
        .order_by(case.id)
    )
    callbacks = await store_own.cartera_callbacks(conn, cartera_id(cartera))
    listed = await store_own.cartera_listed(conn, cartera_id(cartera))
    return [
        QueueEntry(*row, callbacks.get(row.id, 0), _release_ms(row, row.id in listed, grace_ms))
        for row in await conn.execute(wanted)
    ]


def _may_call(stops: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """No stop that ends calls under every preset (`contact.end_calls`); the rules judge what is left."""
    left: sa.ColumnElement[Any] = sa.type_coerce(stops, sa.Text())
    for stop in sorted(OPT_OUTS - {"baja_call"}):
        left = sa.func.replace(left, stop, "")
    return sa.or_(stops == (), sa.func.replace(left, " ", "") == "")


def _release_ms(row: Any, listed: bool, grace_ms: int) -> int:
    return row.next_due_ms + grace_ms if row.bound_agent and not listed else 0


# ── contacts ────────────────────────────────────────────────────────────────────────────────────────


async def contacts(
    conn: AsyncConnection, case_ids: Sequence[int], now_ms: int, *, only_open: bool, careful_saldo: int = 0
) -> list[Dialable]:
    """In the order asked; a case that does not exist (or, with `only_open`, has left the queue) is left out."""
    rows = {row.id: row for row in await _cases(conn, case_ids)}
    found = [rows[case] for case in case_ids if case in rows and not (only_open and rows[case].queue_state != "open")]
    people = sorted({row.deudor_id for row in found})
    phones = await _phones(conn, people)
    touches = await _touches(conn, people, now_ms - HISTORY_MS)
    callbacks, listed = await store_own.callbacks(conn, case_ids), await store_own.listed(conn, case_ids)
    careful = await _careful(conn, case_ids, careful_saldo) if careful_saldo else set()
    own = _Own(callbacks, listed, await store_own.codes(conn, case_ids), careful)
    return [
        _dialable(row, phones[row.deudor_id], _history(touches[row.deudor_id], row.mandante_id), own) for row in found
    ]


async def _careful(conn: AsyncConnection, case_ids: Sequence[int], least: int) -> set[int]:
    """The cases that owe at least so much, about, in CLP."""
    saldos = await store_order.saldos_of(conn, case_ids)
    return {case for case, by_currency in saldos.items() if ordering.rough_clp(by_currency) >= least}


async def _cases(conn: AsyncConnection, case_ids: Sequence[int]) -> list[Any]:
    case, person, cartera = t.caso.c, t.deudor.c, t.cartera.c
    wanted = (
        sa.select(
            case.id,
            case.deudor_id,
            case.queue_state,
            case.stops,
            case.score,
            case.bound_agent,
            person.zone,
            person.region,
            person.regime,
            person.stops.label("person_stops"),
            cartera.code,
            cartera.mandante_id,
        )
        .join(t.deudor, person.id == case.deudor_id)
        .join(t.cartera, cartera.id == case.cartera_id)
    )
    return [row for ids in chunks(case_ids) for row in await conn.execute(wanted.where(case.id.in_(ids)))]


async def _phones(conn: AsyncConnection, people: Sequence[int]) -> Mapping[int, list[Any]]:
    """The valid telephones of each deudor, best first."""
    phone = t.telefono.c
    wanted = sa.select(phone.deudor_id, phone.id, phone.kind, phone.quality, phone.e164).where(phone.invalid.is_(False))
    by_person: dict[int, list[Any]] = defaultdict(list)
    for ids in chunks(people):
        ordered = wanted.where(phone.deudor_id.in_(ids)).order_by(phone.quality.desc(), phone.id)
        for row in await conn.execute(ordered):
            by_person[row.deudor_id].append(row)
    return by_person


async def _touches(conn: AsyncConnection, people: Sequence[int], since_ms: int) -> Ledger:
    """Each deudor's ledger, newest last: our calls, and what the mandantes or the field did, for all mandantes."""
    ledger: dict[int, list[Entry]] = defaultdict(list)
    for ids in chunks(people):
        for row in await _calls(conn, ids, since_ms):
            ledger[row.deudor_id].append(Entry(row.mandante_id, row.code, _touch(row)))
        for row in await _externos(conn, ids, since_ms):
            ledger[row.deudor_id].append(Entry(row.mandante_id, row.code, _externo(row)))
    for entries in ledger.values():
        entries.sort(key=lambda entry: entry.touch.at_ms)
    return ledger


def _history(entries: Sequence[Entry], mandante_id: int) -> tuple[Touch, ...]:
    """The ledger as a case of this mandante carries it: the others' entries bear their code."""
    return tuple(
        one.touch if one.mandante_id == mandante_id else msgspec.structs.replace(one.touch, mandante=one.mandante)
        for one in entries
    )


async def _calls(conn: AsyncConnection, people: Sequence[int], since_ms: int) -> Sequence[Any]:
    a = t.attempt.c
    wanted = (
        sa.select(
            a.deudor_id,
            t.cartera.c.mandante_id,
            t.mandante.c.code,
            a.at_ms,
            a.telefono_id,
            a.rang,
            a.answered_ms,
            a.ended_ms,
            a.verdict,
            t.gestion.c.effective,
        )
        .join(t.cartera, t.cartera.c.id == a.cartera_id)
        .join(t.mandante, t.mandante.c.id == t.cartera.c.mandante_id)
        .outerjoin(t.gestion, t.gestion.c.attempt_id == a.id)
        .where(a.at_ms >= since_ms, a.deudor_id.in_(people))
        .order_by(a.at_ms, a.id)
    )
    return (await conn.execute(wanted)).all()


async def _externos(conn: AsyncConnection, people: Sequence[int], since_ms: int) -> Sequence[Any]:
    """Visits, messages and the mandante's own calls, as they were loaded."""
    x = t.contacto_externo.c
    wanted = (
        sa.select(x.deudor_id, x.mandante_id, t.mandante.c.code, x.channel, x.at_ms, x.answered, x.effective)
        .join(t.mandante, t.mandante.c.id == x.mandante_id)
        .where(x.at_ms >= since_ms, x.deudor_id.in_(people))
        .order_by(x.at_ms, x.id)
    )
    return (await conn.execute(wanted)).all()


def _externo(row: Any) -> Touch:
    """A call of the mandante's own is taken to have rung: in doubt it counts."""
    call = row.channel == "call"
    return Touch(row.at_ms, row.channel, rang=call, answered=row.answered, effective=row.effective)


def _touch(row: Any) -> Touch:
    """A call still in progress is taken to ring: in doubt it counts."""
    answered = bool(row.answered_ms) and row.verdict != Verdict.MACHINE
    abandoned = row.verdict == Verdict.ABANDONED
    return Touch(
        at_ms=row.at_ms,
        phone_id=row.telefono_id,
        rang=row.rang or answered or row.ended_ms is None,
        answered=answered,
        effective=bool(row.effective) or abandoned,
        abandoned=abandoned,
        verdict=row.verdict or "",
    )


class _Own(NamedTuple):
    """See store_own.py."""

    callbacks: Mapping[int, store_own.Agreed]
    listed: set[int]
    codes: Mapping[int, list[str]]
    careful: set[int]


def _dialable(row: Any, phones: Sequence[Any], history: Sequence[Touch], own: _Own) -> Dialable:
    agreed = own.callbacks.get(row.id, store_own.NOTHING)
    contact = Contact(
        case_id=row.id,
        person_id=row.deudor_id,
        cartera=row.code,
        phones=tuple(Phone(phone.id, phone.kind, phone.quality) for phone in phones),
        history=tuple(history),
        zone=row.zone,
        region=row.region,
        regime=row.regime,
        stops=(*row.stops, *row.person_stops),
        score=row.score,
        agent_id=row.bound_agent,
        callback_ms=agreed.at_ms,
        asked_on=agreed.asked_on,
        listed=bool(row.bound_agent) and row.id in own.listed,
        codes=tuple(own.codes.get(row.id, ())),
        careful=row.id in own.careful,
    )
    return contact, {phone.id: phone.e164 for phone in phones}


# ── attempts ────────────────────────────────────────────────────────────────────────────────────────


async def open_attempts(conn: AsyncConnection, node: str, now_ms: int) -> list[AttemptReopened]:
    """See `Store.open_attempts`."""
    a = t.attempt.c
    rows = (await conn.execute(sa.select(t.attempt).where(t.OPEN, a.node == node).order_by(a.at_ms, a.id))).all()
    cases = await contacts(conn, list(dict.fromkeys(row.caso_id for row in rows)), now_ms, only_open=False)
    by_case = {contact.case_id: contact for contact, _ in cases}
    return [_reopened(row, by_case[row.caso_id]) for row in rows]


def _reopened(row: Any, contact: Contact) -> AttemptReopened:
    return AttemptReopened(
        attempt_id=row.id,
        cartera=contact.cartera,
        phone_id=row.telefono_id,
        placed_ms=row.at_ms,
        contact=contact,
        agent_id=row.agent_id,
        answered_ms=row.answered_ms or 0,
        connected_ms=row.connected_ms or 0,
        gestion_saved=bool(row.connected_ms) and row.owed_by is None,
    )


async def own_call(conn: AsyncConnection, attempt_id: str, agent_id: str, now_ms: int) -> OwnCall | None:
    """See `Store.own_call`."""
    a = t.attempt.c
    wanted = sa.select(a.caso_id, a.telefono_id, a.at_ms).where(a.id == attempt_id, a.agent_id == agent_id)
    row = (await conn.execute(wanted)).first()
    found = await contacts(conn, [row.caso_id], now_ms, only_open=False) if row is not None else []
    return OwnCall(found[0][0], row.telefono_id, row.at_ms) if row is not None and found else None


async def pending_attempts(conn: AsyncConnection, agent_id: str) -> list[PendingAttempt]:
    """See `Store.pending_attempts`."""
    a = t.attempt.c
    wanted = (
        sa.select(a.id, t.cartera.c.code, a.caso_id, a.telefono_id)
        .join(t.cartera, t.cartera.c.id == a.cartera_id)
        .where(a.owed_by == agent_id)
        .order_by(a.at_ms, a.id)
    )
    return [PendingAttempt(*row) for row in await conn.execute(wanted)]


async def progress(conn: AsyncConnection, cartera: str) -> dict[str, Any]:
    """See `Store.progress`."""
    case = t.caso.c
    mine = case.cartera_id == cartera_id(cartera)
    flags = (case.queue_state == "open", case.touched, case.contacted)
    counts = [sa.func.count(), *(sa.func.count(sa.case((flag, 1))) for flag in flags)]
    total, still_open, touched, contacted = tuple((await conn.execute(sa.select(*counts).where(mine))).one())
    g = t.gestion.c
    by_code = sa.select(g.code, sa.func.count()).where(g.cartera_id == cartera_id(cartera))
    codes = {code: n for code, n in await conn.execute(by_code.group_by(g.code).order_by(g.code))}
    return {"cases": total, "open": still_open, "touched": touched, "contacted": contacted, "gestiones": codes}
