"""The screen of one case: the debtor, what they owe and what has been said, as plain JSON types.

Amounts are decimal strings, days ISO dates, instants integer milliseconds. Nothing is masked here: the agents' door
masks by role every key named ``rut`` or ``e164``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.carteras.tramo import NAMES, tramo
from dialer.edge import schema as t
from dialer.records import BooksRefused

HISTORY_MAX = 50
"""Gestiones, and payments, shown: more than anybody reads while somebody says "aló"."""

Sums = dict[str, Decimal]


async def card(conn: AsyncConnection, case_id: int, phone_id: int, today: date) -> dict[str, Any]:
    """See `Store.card`."""
    case = await _case(conn, case_id)
    documents = await _documents(conn, case_id, today)
    return {
        "caso_id": case_id,
        "hoy": today.isoformat(),
        "deudor": {
            "rut": case.rut,
            "nombre": case.name,
            "regimen": case.regime,
            "persona": case.persona,
            "comuna": case.comuna,
            "direccion": case.address,
            "otras_direcciones": await _addresses(conn, case.deudor_id, case.address),
            "correos": await _emails(conn, case.deudor_id),
            "restricciones": [*case.stops, *case.person_stops],
        },
        "mandante": {"codigo": case.mandante, "nombre": case.mandante_name},
        "cartera": {"codigo": case.cartera, "nombre": case.cartera_name},
        "deuda": _debt(documents, today),
        "documento": _largest(documents),
        "documentos": [_shown(one) for one in documents],
        "tramos": _by_tramo(documents),
        "telefonos": await _phones(conn, case.deudor_id, phone_id),
        "historial": await _history(conn, case_id),
        "compromisos": await _promises(conn, case_id),
        "pagos": await _payments(conn, case_id),
    }


async def _case(conn: AsyncConnection, case_id: int) -> Any:
    case, person, cartera, mandante = t.caso.c, t.deudor.c, t.cartera.c, t.mandante.c
    wanted = (
        sa.select(
            case.deudor_id,
            case.stops,
            person.stops.label("person_stops"),
            *(person.rut, person.name, person.regime, person.persona, person.comuna, person.address),
            cartera.code.label("cartera"),
            cartera.name.label("cartera_name"),
            mandante.code.label("mandante"),
            mandante.name.label("mandante_name"),
        )
        .join(t.deudor, person.id == case.deudor_id)
        .join(t.cartera, cartera.id == case.cartera_id)
        .join(t.mandante, mandante.id == cartera.mandante_id)
        .where(case.id == case_id)
    )
    found = (await conn.execute(wanted)).first()
    if found is None:
        raise BooksRefused(f"there is no case {case_id}: it cannot be shown")
    return found


async def _emails(conn: AsyncConnection, person: int) -> list[str]:
    c = t.correo.c
    return list(await conn.scalars(sa.select(c.address).where(c.deudor_id == person).order_by(c.id)))


async def _addresses(conn: AsyncConnection, person: int, in_use: str) -> list[dict[str, str]]:
    """Further ones, the newest first."""
    c = t.direccion.c
    further = sa.select(t.direccion).where(c.deudor_id == person, c.address != in_use)
    rows = await conn.execute(further.order_by(c.id.desc()))
    return [{"direccion": row.address, "comuna": row.comuna, "fuente": row.source} for row in rows]


async def _documents(conn: AsyncConnection, case_id: int, today: date) -> list[dict[str, Any]]:
    """Oldest first, with amounts still as `Decimal`."""
    c = t.documento.c
    rows = await conn.execute(sa.select(t.documento).where(c.caso_id == case_id).order_by(c.due, c.id))
    return [
        {
            "tipo": row.kind,
            "numero": row.number,
            "monto": row.amount,
            "saldo": row.saldo,
            "moneda": row.currency,
            "emision": row.issued and row.issued.isoformat(),
            "recepcion": row.received and row.received.isoformat(),
            "vencimiento": row.due.isoformat(),
            "dias_mora": (today - row.due).days,
            "tramo": tramo((today - row.due).days),
        }
        for row in rows
    ]


def _shown(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "monto": _figure(document["monto"]), "saldo": _figure(document["saldo"])}


def _figure(amount: Decimal) -> str:
    return f"{amount:f}"


def _sums(documents: Sequence[dict[str, Any]]) -> Sums:
    sums: Sums = {}
    for one in documents:
        sums[one["moneda"]] = sums.get(one["moneda"], Decimal(0)) + one["saldo"]
    return sums


def _figures(sums: Sums) -> dict[str, str]:
    return {money: _figure(amount) for money, amount in sorted(sums.items())}


def _debt(documents: Sequence[dict[str, Any]], today: date) -> dict[str, Any]:
    """What is unpaid: `total` by currency, `vencido` of it what has fallen due."""
    unpaid = [one for one in documents if one["saldo"]]
    overdue = [one for one in unpaid if one["dias_mora"] > 0]
    oldest = overdue[0] if overdue else None
    return {
        "total": _figures(_sums(unpaid)),
        "vencido": _figures(_sums(overdue)),
        "documentos": len(unpaid),
        "vencido_desde": oldest["vencimiento"] if oldest else None,
        "dias_mora": oldest["dias_mora"] if oldest else 0,
    }


def _largest(documents: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The document with the largest saldo, among those in the currency that most of them are in."""
    if not documents:
        return {}
    moneys = [one["moneda"] for one in documents]
    common = max(sorted(set(moneys)), key=moneys.count)
    one = max((one for one in documents if one["moneda"] == common), key=lambda it: it["saldo"])
    return {
        "mayor": f"{one['tipo'].replace('_', ' ')} {one['numero']}",
        "mayor_saldo": {one["moneda"]: _figure(one["saldo"])},
        "mayor_vence": one["vencimiento"],
    }


def _by_tramo(documents: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    bands = [(name, [one for one in documents if one["tramo"] == name]) for name in NAMES]
    return [
        {"tramo": name, "documentos": len(inside), "saldo": _figures(_sums(inside))} for name, inside in bands if inside
    ]


async def _phones(conn: AsyncConnection, person: int, phone_id: int) -> list[dict[str, Any]]:
    """All of them, the one on the line marked."""
    c = t.telefono.c
    return [
        {
            "id": row.id,
            "e164": row.e164,
            "tipo": row.kind,
            "fuente": row.source,
            "calidad": row.quality,
            "invalido": row.invalid,
            "en_linea": row.id == phone_id,
        }
        for row in await conn.execute(sa.select(t.telefono).where(c.deudor_id == person).order_by(c.id))
    ]


async def _history(conn: AsyncConnection, case_id: int) -> list[dict[str, Any]]:
    g = t.gestion.c
    wanted = sa.select(g.at_ms, g.code, g.comment, g.agent_id).where(g.caso_id == case_id)
    newest = wanted.order_by(g.at_ms.desc(), g.id.desc()).limit(HISTORY_MAX)
    return [
        {"at_ms": row.at_ms, "codigo": row.code, "comentario": row.comment, "ejecutivo": row.agent_id}
        for row in await conn.execute(newest)
    ]


async def _promises(conn: AsyncConnection, case_id: int) -> list[dict[str, Any]]:
    c = t.compromiso.c
    rows = await conn.execute(sa.select(t.compromiso).where(c.caso_id == case_id).order_by(c.due.desc(), c.id.desc()))
    return [
        {"fecha": row.due.isoformat(), "monto": _figure(row.amount), "moneda": row.currency, "estado": row.state}
        for row in rows
    ]


async def _payments(conn: AsyncConnection, case_id: int) -> list[dict[str, Any]]:
    """What each payment settled of the case's documents, the latest first; one that matched none is nobody's yet."""
    paid, part, owed = t.pago.c, t.pago_documento.c, t.documento.c
    wanted = (
        sa.select(paid.paid_on, part.amount, paid.currency, owed.kind, owed.number)
        .join(t.pago_documento, part.pago_id == paid.id)
        .join(t.documento, owed.id == part.documento_id)
        .where(owed.caso_id == case_id)
    )
    latest = wanted.order_by(paid.paid_on.desc(), paid.id.desc(), owed.id).limit(HISTORY_MAX)
    return [
        {
            "fecha": row.paid_on.isoformat(),
            "monto": _figure(row.amount),
            "moneda": row.currency,
            "documento": f"{row.kind.replace('_', ' ')} {row.number}",
        }
        for row in await conn.execute(latest)
    ]
