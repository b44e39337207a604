"""What the reports ask of the records, summed in the database; and the daily judging of compromisos.

Days are the floor's (`zone`), and whatever is "at" a day is at its end. Stops and telephones keep no history, so which
cases are gestionable by them is always today's answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.carteras.compromiso import Abono, Juicio, Promesa, judge_all
from dialer.carteras.cuenta import Cobrado, Cuadratura, Grupo, PagoSuelto, Paso, Promesas, Renglon
from dialer.edge import schema as t
from dialer.edge.store_load import chunks
from dialer.edge.store_reads import cartera_id
from dialer.records import BooksRefused
from dialer.rules import local_day, midnight_ms

JUDGED_AGAIN_DAYS = 120
"""For so long after its day a promise is judged again: payment files come late, and loads are undone."""

M, D, C = t.documento_movimiento.c, t.documento.c, t.caso.c
ZERO = sa.literal(Decimal(0), t.Money)
SUMS = ("assigned", "paid", "withdrawn", "adjusted", "saldo")
PAID = ("pago", "anulacion")
SETTLED = ("saldado", "retirado")
"""Why a load takes a case out of the queue: what it owed at the day itself says whether that held then."""


async def known_cartera(conn: AsyncConnection, cartera: str) -> None:
    """Raises `BooksRefused` for a cartera into which nothing was ever loaded."""
    if await conn.scalar(sa.select(cartera_id(cartera))) is None:
        raise BooksRefused(f"there is no cartera {cartera!r} in the database: nothing was ever loaded into it")


# ── saldos by day ───────────────────────────────────────────────────────────────────────────────────


def _sum(*conditions: sa.ColumnElement[bool], sign: int = 1) -> sa.ColumnElement[Decimal]:
    delta = M.delta if sign > 0 else -M.delta
    meant = sa.case((sa.and_(sa.true(), *conditions), delta), else_=ZERO)
    return sa.func.coalesce(sa.func.sum(meant, type_=t.Money), ZERO)


def _kinds(*conditions: sa.ColumnElement[bool]) -> list[sa.Label[Decimal]]:
    """Assigned, paid, withdrawn and adjusted, of the movements that meet the conditions."""
    return [
        _sum(M.kind == "asignacion", *conditions).label("assigned"),
        _sum(M.kind.in_(PAID), *conditions, sign=-1).label("paid"),
        _sum(M.kind == "retiro", *conditions, sign=-1).label("withdrawn"),
        _sum(M.kind == "saldo", *conditions).label("adjusted"),
    ]


def _documents(cartera: str, until: date, columns: Sequence[sa.Label[Decimal]]) -> sa.Subquery:
    """One row for each document of the cartera that had a movement by the end of `until`."""
    return (
        sa.select(D.id, D.caso_id, D.currency, D.due, *columns)
        .join(t.documento, D.id == M.documento_id)
        .join(t.caso, C.id == D.caso_id)
        .where(C.cartera_id == cartera_id(cartera), M.day <= until)
        .group_by(D.id, D.caso_id, D.currency, D.due)
        .subquery()
    )


def _added(column: sa.ColumnElement[Any], name: str) -> sa.Label[Decimal]:
    return sa.func.sum(column, type_=t.Money).label(name)


async def renglones(conn: AsyncConnection, cartera: str, at: date) -> list[Renglon]:
    """See `Store.renglones`."""
    one = _documents(cartera, at, [*_kinds(), sa.func.sum(M.delta, type_=t.Money).label("saldo")]).c
    owing = sa.func.count(sa.case((one.saldo != ZERO, 1)))
    wanted = sa.select(one.currency, one.due, *(_added(one[name], name) for name in SUMS), owing)
    found = await conn.execute(wanted.group_by(one.currency, one.due).order_by(one.currency, one.due))
    return [Renglon(*row) for row in found]


async def pasos(conn: AsyncConnection, cartera: str, since: date, until: date) -> list[Paso]:
    """See `Store.pasos`."""
    sums = [_sum(M.day <= since).label("before"), *_kinds(M.day > since), _sum().label("after")]
    names = [label.name for label in sums]
    one = _documents(cartera, until, sums).c
    alike = [one.currency, one.due, (one.before != ZERO).label("owed"), (one.assigned != ZERO).label("came")]
    wanted = sa.select(*alike, *(_added(one[name], name) for name in names))
    found = await conn.execute(wanted.group_by(*alike).order_by(one.currency, one.due))
    return [Paso(row[0], row[1], bool(row[2]), bool(row[3]), *row[4:]) for row in found]


async def paid_between(conn: AsyncConnection, cartera: str, first: date, last: date) -> dict[str, Decimal]:
    """See `Store.paid_between`."""
    wanted = (
        sa.select(D.currency, _sum(sign=-1))
        .join(t.documento, D.id == M.documento_id)
        .join(t.caso, C.id == D.caso_id)
        .where(C.cartera_id == cartera_id(cartera), M.kind.in_(PAID), M.day.between(first, last))
    )
    return {money: amount for money, amount in await conn.execute(wanted.group_by(D.currency))}


async def cobrados(conn: AsyncConnection, cartera: str, first: date, last: date) -> list[Cobrado]:
    """See `Store.cobrados`."""
    p = t.pago.c
    paid_on = sa.func.coalesce(p.paid_on, M.day, type_=sa.Date)
    wanted = (
        sa.select(
            *(sa.func.coalesce(p.id, 0), t.deudor.c.rut, D.kind, D.number, D.due, paid_on, M.day, -M.delta, D.currency)
        )
        .join(t.documento, D.id == M.documento_id)
        .join(t.caso, C.id == D.caso_id)
        .join(t.deudor, t.deudor.c.id == C.deudor_id)
        .outerjoin(t.pago, p.id == M.pago_id)
        .where(C.cartera_id == cartera_id(cartera), M.kind.in_(PAID), M.day.between(first, last))
        .order_by(M.day, M.id)
    )
    return [Cobrado(cartera, *row) for row in await conn.execute(wanted)]


async def cuadratura(conn: AsyncConnection, cartera: str) -> list[Cuadratura]:
    """See `Store.cuadratura`."""
    case_of = sa.join(t.documento, t.caso, C.id == D.caso_id)
    moved = case_of.join(t.documento_movimiento, M.documento_id == D.id)
    mine = C.cartera_id == cartera_id(cartera)
    of_movements = sa.select(D.currency, _added(M.delta, "x")).select_from(moved).where(mine)
    of_documents = sa.select(D.currency, _added(D.saldo, "x")).select_from(case_of).where(mine)
    of_cases = sa.select(t.saldo.c.currency, _added(t.saldo.c.amount, "x")).join(t.caso, C.id == t.saldo.c.caso_id)
    loads = (
        sa.select(t.carga_saldo.c.currency, _added(t.carga_saldo.c.amount, "x"))
        .join(t.carga, t.carga.c.id == t.carga_saldo.c.carga_id)
        .where(t.carga.c.cartera_id == cartera_id(cartera), t.carga.c.kind == "asignacion", t.APPLIED)
    )
    sums = [
        await _by_currency(conn, of_movements.group_by(D.currency)),
        await _by_currency(conn, of_documents.group_by(D.currency)),
        await _by_currency(conn, of_cases.where(mine).group_by(t.saldo.c.currency)),
        await _by_currency(conn, of_movements.where(M.kind == "asignacion").group_by(D.currency)),
        await _by_currency(conn, loads.group_by(t.carga_saldo.c.currency)),
    ]
    monies = sorted({money for found in sums for money in found})
    return [Cuadratura(money, *(found.get(money, Decimal(0)) for found in sums)) for money in monies]


async def _by_currency(conn: AsyncConnection, wanted: sa.Select[Any]) -> dict[str, Decimal]:
    return {money: amount for money, amount in await conn.execute(wanted)}


# ── recorrido ───────────────────────────────────────────────────────────────────────────────────────


async def grupos(conn: AsyncConnection, cartera: str, at: date, zone: str) -> list[Grupo]:
    """See `Store.grupos`."""
    end_ms = midnight_ms(at + timedelta(days=1), zone)
    owed = _owed(cartera, at)
    monies = [money for (money,) in await conn.execute(sa.select(owed.c.currency).distinct().order_by(owed.c.currency))]
    cases = _cases(cartera, at, end_ms, owed, monies).c
    sums = [_added(cases[f"saldo_{money}"], money) for money in monies]
    wanted = sa.select(cases.apart, cases.gestiones, sa.func.count(), sa.func.sum(cases.documentos), *sums)
    found = await conn.execute(wanted.group_by(cases.apart, cases.gestiones).order_by(cases.apart, cases.gestiones))
    return [Grupo(row[0], row[1], row[2], int(row[3]), dict(zip(monies, row[4:], strict=True))) for row in found]


def _owed(cartera: str, at: date) -> sa.Subquery:
    """Each case's saldo and how many documents owe it, by currency."""
    one = _documents(cartera, at, [sa.func.sum(M.delta, type_=t.Money).label("saldo")]).c
    owing = sa.func.count(sa.case((one.saldo != ZERO, 1))).label("documentos")
    return (
        sa.select(one.caso_id, one.currency, _added(one.saldo, "saldo"), owing)
        .group_by(one.caso_id, one.currency)
        .subquery()
    )


def _cases(cartera: str, at: date, end_ms: int, owed: sa.Subquery, monies: Sequence[str]) -> sa.Subquery:
    """One row for each case assigned by then: why it is not gestionable, its valid gestiones, what it owes."""
    worked = _worked(cartera, end_ms)
    documentos = sa.func.coalesce(sa.func.sum(owed.c.documentos), 0)
    saldos = [
        sa.func.coalesce(
            sa.func.sum(sa.case((owed.c.currency == money, owed.c.saldo), else_=ZERO), type_=t.Money), ZERO
        ).label(f"saldo_{money}")
        for money in monies
    ]
    gestiones = sa.func.coalesce(worked.c.gestiones, 0)
    return (
        sa.select(
            _apart(at, sa.func.max(owed.c.saldo)).label("apart"),
            gestiones.label("gestiones"),
            documentos.label("documentos"),
            *saldos,
        )
        .select_from(t.caso)
        .join(t.deudor, t.deudor.c.id == C.deudor_id)
        .outerjoin(owed, owed.c.caso_id == C.id)
        .outerjoin(worked, worked.c.caso_id == C.id)
        .where(C.cartera_id == cartera_id(cartera), C.assigned_ms < end_ms)
        .group_by(C.id, t.deudor.c.id, worked.c.gestiones)
        .subquery()
    )


def _worked(cartera: str, end_ms: int) -> sa.Subquery:
    """How many calls of each case rang or were answered since it was assigned."""
    a = t.attempt.c
    return (
        sa.select(a.caso_id, sa.func.count().label("gestiones"))
        .join(t.caso, C.id == a.caso_id)
        .where(C.cartera_id == cartera_id(cartera), a.at_ms >= C.assigned_ms, a.at_ms < end_ms)
        .where(sa.or_(a.rang, a.answered_ms.is_not(None)))
        .group_by(a.caso_id)
        .subquery()
    )


def _apart(at: date, most_owed: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The first reason for which a case cannot be worked; empty when there is none."""
    reachable = sa.exists().where((t.telefono.c.deudor_id == C.deudor_id) & t.telefono.c.invalid.is_(False))
    return sa.case(
        (sa.and_(C.retirado_on.is_not(None), C.retirado_on <= at), "retirado"),
        (sa.func.coalesce(most_owed, ZERO) <= ZERO, "pagado"),
        (t.deudor.c.stops != (), "bloqueado"),
        (sa.or_(C.stops != (), sa.and_(C.queue_state == "stopped", C.queue_why.not_in(SETTLED))), "detenido"),
        (sa.not_(reachable), "sin teléfono"),
        else_="",
    )


# ── payments and promises ───────────────────────────────────────────────────────────────────────────


async def loose_payments(conn: AsyncConnection, mandante: str) -> list[PagoSuelto]:
    """See `Store.loose_payments`."""
    p, part = t.pago.c, t.pago_documento.c
    matched = sa.func.coalesce(sa.func.sum(part.amount, type_=t.Money), ZERO).label("matched")
    wanted = (
        sa.select(p.id, p.rut, p.kind, p.number, p.amount, matched, p.currency, p.paid_on, p.reference)
        .join(t.mandante, t.mandante.c.id == p.mandante_id)
        .outerjoin(t.pago_documento, part.pago_id == p.id)
        .where(t.mandante.c.code == mandante, p.state != "matched")
        .group_by(p.id)
        .order_by(p.paid_on, p.id)
    )
    return [PagoSuelto(*row[:5], t.plain(row.amount - row.matched), *row[6:]) for row in await conn.execute(wanted)]


async def mandante_of(conn: AsyncConnection, cartera: str) -> str:
    """The code of a cartera's mandante."""
    wanted = sa.select(t.mandante.c.code).join(t.cartera, t.cartera.c.mandante_id == t.mandante.c.id)
    return str(await conn.scalar(wanted.where(t.cartera.c.code == cartera)))


async def promesas(conn: AsyncConnection, cartera: str) -> list[Promesas]:
    """See `Store.promesas`."""
    p = t.compromiso.c
    wanted = (
        sa.select(p.state, p.currency, sa.func.count(), _added(p.amount, "amount"), _added(p.paid, "paid"))
        .join(t.caso, C.id == p.caso_id)
        .where(C.cartera_id == cartera_id(cartera))
        .group_by(p.state, p.currency)
        .order_by(p.state, p.currency)
    )
    return [Promesas(*row) for row in await conn.execute(wanted)]


async def uf_values(conn: AsyncConnection, days: Sequence[date]) -> dict[date, Decimal]:
    """See `Store.uf_values`."""
    wanted = sa.select(t.uf.c.day, t.uf.c.value).where(t.uf.c.day.in_(days))
    return {day: value for day, value in await conn.execute(wanted)}


async def payments_mark(conn: AsyncConnection) -> str:
    """See `Store.payments_mark`."""
    c = t.carga.c
    wanted = sa.select(sa.func.max(c.id), sa.func.max(c.undone_ms)).where(c.kind == "pagos")
    last, undone = (await conn.execute(wanted)).one()
    return f"{last or 0} {undone or 0}"


async def judge_promises(conn: AsyncConnection, cartera: str, today: date, zone: str, grace_days: int) -> int:
    """See `Store.judge_promises`."""
    promises = await _promises(conn, cartera, today)
    payments = await _payments(conn, list(promises))
    changes: list[dict[str, Any]] = []
    for case, rows in promises.items():
        judged = judge_all([_promise(row, zone) for row in rows], payments[case], today, grace_days)
        changes += [
            {"b_id": row.id, "b_state": one.state, "b_paid": one.paid, "b_day": today, "case": case}
            for row, one in zip(rows, judged, strict=True)
            if Juicio(row.state, row.paid) != one and not _promise(row, zone).edited
        ]
    await _write(conn, changes)
    return len(changes)


async def _promises(conn: AsyncConnection, cartera: str, today: date) -> Mapping[int, list[Any]]:
    """All promises of the cases that have one to judge, by case: a payment counts for one of them only."""
    p = t.compromiso.c
    recent = p.due >= today - timedelta(days=JUDGED_AGAIN_DAYS)
    cases = sa.select(p.caso_id).join(t.caso, C.id == p.caso_id).where(C.cartera_id == cartera_id(cartera))
    wanted = (
        sa.select(p.id, p.caso_id, p.due, p.amount, p.currency, p.state, p.paid, t.gestion.c.at_ms)
        .join(t.gestion, t.gestion.c.id == p.gestion_id)
        .where(p.caso_id.in_(cases.where(sa.or_(recent, p.state == "vigente"))))
        .order_by(p.caso_id, p.id)
    )
    by_case: dict[int, list[Any]] = defaultdict(list)
    for row in await conn.execute(wanted):
        by_case[row.caso_id].append(row)
    return by_case


def _promise(row: Any, zone: str) -> Promesa:
    return Promesa(local_day(row.at_ms, zone), row.due, row.amount, row.currency, row.state == "editada")


async def _payments(conn: AsyncConnection, cases: Sequence[int]) -> Mapping[int, list[Abono]]:
    """What was paid of each case's documents; and, where the debtor has no other case with that mandante, what found
    no document: the promise was kept even if the file named another number, or the debt was less."""
    by_case: dict[int, list[Abono]] = defaultdict(list)
    for ids in chunks(cases):
        for wanted in (_matched(ids), _loose(ids)):
            for case, *abono in await conn.execute(wanted):
                by_case[case].append(Abono(*abono))
    return by_case


def _matched(ids: Sequence[int]) -> sa.Select[Any]:
    p, part = t.pago.c, t.pago_documento.c
    return (
        sa.select(D.caso_id, p.paid_on, part.amount, p.currency)
        .join(t.pago, p.id == part.pago_id)
        .join(t.documento, D.id == part.documento_id)
        .where(D.caso_id.in_(ids))
        .order_by(p.paid_on, p.id, D.id)
    )


def _loose(ids: Sequence[int]) -> sa.Select[Any]:
    p, part = t.pago.c, t.pago_documento.c
    other, of_other = t.caso.alias(), t.cartera.alias()
    same_mandante = (of_other.c.id == other.c.cartera_id) & (of_other.c.mandante_id == t.cartera.c.mandante_id)
    others = sa.exists().where(other.c.deudor_id == C.deudor_id, other.c.id != C.id, same_mandante)
    left = p.amount - sa.func.coalesce(sa.func.sum(part.amount, type_=t.Money), ZERO)
    return (
        sa.select(C.id, p.paid_on, sa.type_coerce(left, t.Money), p.currency)
        .join(t.cartera, t.cartera.c.id == C.cartera_id)
        .join(t.pago, (p.deudor_id == C.deudor_id) & (p.mandante_id == t.cartera.c.mandante_id))
        .outerjoin(t.pago_documento, part.pago_id == p.id)
        .where(C.id.in_(ids), p.state != "matched", sa.not_(others))
        .group_by(C.id, p.id)
        .order_by(p.paid_on, p.id)
    )


async def _write(conn: AsyncConnection, changes: Sequence[Mapping[str, Any]]) -> None:
    if not changes:
        return
    p, b = t.compromiso.c, sa.bindparam
    update = sa.update(t.compromiso).where(p.id == b("b_id"))
    rows = [{key: value for key, value in one.items() if key != "case"} for one in changes]
    await conn.execute(update.values(state=b("b_state"), paid=b("b_paid"), judged_on=b("b_day")), rows)
    nearest = sa.select(sa.func.min(p.due)).where((p.caso_id == C.id) & (p.state == "vigente"))
    for ids in chunks(dict.fromkeys(one["case"] for one in changes)):
        await conn.execute(sa.update(t.caso).where(C.id.in_(ids)).values(promise_due=nearest.scalar_subquery()))
