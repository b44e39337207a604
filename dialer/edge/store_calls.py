"""Writing what the engine says of its calls, many at a time in one transaction.

Every statement may be run twice with the same effect: a commit whose answer was lost is simply written again. So the
effects of a call's end on its case and its telephone hang on the attempt still being open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer import commands as say
from dialer.edge import schema as t
from dialer.edge import store_estado, store_notes, store_traspaso
from dialer.outcome import TRAITS, Verdict

SYSTEM = "sistema"
"""The `agent_id` of a gestión that no ejecutivo made."""

QUALITY_BOTTOM = 10
QUALITY_STEP = 10

OURS = (
    say.RecordAttempt,
    say.NoteAnswered,
    say.NoteConnected,
    say.CloseAttempt,
    say.NoteTransfer,
    say.NoteTaken,
    say.NoteSkipped,
    say.ReturnContact,
    say.DropContact,
    say.TellAgent,
    say.TellHand,
)

A = t.attempt.c
_ID: sa.BindParameter[Any] = sa.bindparam("b_id")


def _p(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(f"b_{name}")


async def write(conn: AsyncConnection, commands: Sequence[say.Command], node: str, carteras: Mapping[str, int]) -> None:
    """See `Store.write`. `carteras`: ids by code, for each cartera of a `RecordAttempt`."""
    kinds: dict[type[say.Command], list[Any]] = defaultdict(list)
    for command in commands:
        kinds[type(command)].append(command)
    await _record(conn, kinds[say.RecordAttempt], node, carteras)
    await _answered(conn, kinds[say.NoteAnswered])
    await _connected(conn, kinds[say.NoteConnected])
    await store_traspaso.write(conn, [one for one in commands if isinstance(one, say.NoteTransfer)])
    await _close(conn, kinds[say.CloseAttempt])
    await _place(conn, commands)
    await store_notes.write(conn, commands)
    await store_estado.write(conn, commands, node)
    await store_estado.write_hands(conn, kinds[say.TellHand])


# ── a call's beginning and middle ───────────────────────────────────────────────────────────────────


async def _record(
    conn: AsyncConnection, commands: Sequence[say.RecordAttempt], node: str, carteras: Mapping[str, int]
) -> None:
    rows = [
        {
            "id": one.attempt_id,
            "caso_id": one.case_id,
            "deudor_id": one.person_id,
            "cartera_id": carteras[one.cartera],
            "telefono_id": one.phone_id,
            "node": node,
            "at_ms": one.at_ms,
            "rule": one.rule,
        }
        for one in commands
    ]
    if rows:
        await conn.execute(sa.insert(t.attempt), rows)


async def _answered(conn: AsyncConnection, commands: Sequence[say.NoteAnswered]) -> None:
    rows = [{"b_id": one.attempt_id, "b_at": one.at_ms} for one in commands]
    if rows:
        await conn.execute(sa.update(t.attempt).where(A.id == _ID).values(answered_ms=_p("at")), rows)


def _has_gestion() -> sa.Exists:
    return sa.exists().where(t.gestion.c.attempt_id == A.id)


async def _connected(conn: AsyncConnection, commands: Sequence[say.NoteConnected]) -> None:
    rows = [{"b_id": one.attempt_id, "b_at": one.at_ms, "b_agent": one.agent_id} for one in commands]
    if rows:
        agent = sa.bindparam("b_agent", type_=sa.Text())
        owed = sa.case((_has_gestion(), sa.null()), else_=agent)
        values = {"connected_ms": _p("at"), "agent_id": agent, "owed_by": owed}
        await conn.execute(sa.update(t.attempt).where(A.id == _ID).values(values), rows)


# ── its end ─────────────────────────────────────────────────────────────────────────────────────────


async def _close(conn: AsyncConnection, commands: Sequence[say.CloseAttempt]) -> None:
    if not commands:
        return
    await _system_gestiones(conn, [one for one in commands if one.gestion])
    await _judge_phones(conn, commands)
    await conn.execute(_CLOSE, [_closing(one) for one in commands])
    await conn.execute(_COUNT, [_counting(one) for one in commands])


def _answered_by_person(one: say.CloseAttempt) -> bool:
    return one.answered_ms > 0 and one.verdict != Verdict.MACHINE


def _closing(one: say.CloseAttempt) -> dict[str, Any]:
    return {
        "b_id": one.attempt_id,
        "b_verdict": one.verdict,
        "b_cause": one.cause,
        "b_dial_status": one.dial_status,
        "b_rang": one.rang,
        "b_answered": one.answered_ms or None,
        "b_connected": one.connected_ms or None,
        "b_at": one.at_ms,
        "b_agent": one.agent_id,
    }


def _closing_statement() -> sa.Update:
    """Open attempts only. Who talked and has no gestión owes one; where this is silent, what a note said stands."""
    connected = sa.func.coalesce(sa.bindparam("b_connected", type_=sa.BigInteger()), A.connected_ms)
    agent = sa.func.coalesce(sa.func.nullif(sa.bindparam("b_agent", type_=sa.Text()), ""), A.agent_id)
    settled = sa.or_(_has_gestion(), connected.is_(None), agent == "")
    return (
        sa.update(t.attempt)
        .where((A.id == _ID) & t.OPEN)
        .values(
            verdict=_p("verdict"),
            cause=_p("cause"),
            dial_status=_p("dial_status"),
            rang=_p("rang"),
            answered_ms=sa.func.coalesce(sa.bindparam("b_answered", type_=sa.BigInteger()), A.answered_ms),
            connected_ms=connected,
            ended_ms=_p("at"),
            agent_id=agent,
            owed_by=sa.case((settled, sa.null()), else_=agent),
        )
    )


def _counting(one: say.CloseAttempt) -> dict[str, Any]:
    answered = _answered_by_person(one)
    return {
        "b_id": one.attempt_id,
        "b_verdict": one.verdict,
        "b_touched": one.rang or answered,
        "b_contacted": answered,
        "b_at": one.at_ms,
        "b_gestion": one.gestion,
    }


def _counting_statement() -> sa.Update:
    case = t.caso.c
    of_case = (A.caso_id == case.id) & A.ended_ms.is_not(None)
    gestion = sa.bindparam("b_gestion", type_=sa.Text())
    return (
        sa.update(t.caso)
        .where(case.id == sa.select(A.caso_id).where(A.id == _ID).scalar_subquery())
        .values(
            attempts=sa.select(sa.func.count()).where(of_case).scalar_subquery(),
            touched=sa.or_(case.touched, sa.bindparam("b_touched", type_=sa.Boolean())),
            contacted=sa.or_(case.contacted, sa.bindparam("b_contacted", type_=sa.Boolean())),
            last_verdict=_p("verdict"),
            last_attempt_ms=_p("at"),
            last_gestion=sa.case((gestion == "", case.last_gestion), else_=gestion),
            queue_why=sa.case((case.queue_state == "open", ""), else_=case.queue_why),
        )
    )


async def _system_gestiones(conn: AsyncConnection, commands: Sequence[say.CloseAttempt]) -> None:
    """The system's own gestiones; a call that already has one keeps it."""
    if not commands:
        return
    rows = [
        {
            "b_id": one.attempt_id,
            "b_code": one.gestion,
            "b_effective": one.verdict == Verdict.ABANDONED,
            "b_at": one.at_ms,
        }
        for one in commands
    ]
    chosen = sa.select(
        A.id,
        A.caso_id,
        A.cartera_id,
        sa.bindparam("b_code", type_=sa.Text()),
        sa.literal_column(f"'{SYSTEM}'"),
        sa.bindparam("b_effective", type_=sa.Boolean()),
        sa.bindparam("b_at", type_=sa.BigInteger()),
    ).where(A.id == _ID)
    names = ["attempt_id", "caso_id", "cartera_id", "code", "agent_id", "effective", "at_ms"]
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    await conn.execute(insert(t.gestion).from_select(names, chosen).on_conflict_do_nothing(), rows)


async def _judge_phones(conn: AsyncConnection, commands: Sequence[say.CloseAttempt]) -> None:
    """A number that the network says does not exist falls to the bottom, and the second time it is given up.

    Not the first time: a trunk that is wrongly set up says so of every number it is given.
    """
    phone = t.telefono.c
    this = phone.id == sa.select(A.telefono_id).where((A.id == _ID) & t.OPEN).scalar_subquery()
    dead = [
        {"b_id": one.attempt_id, "b_why": one.verdict}
        for one in commands
        if one.verdict in TRAITS and not TRAITS[Verdict(one.verdict)].keeps_phone
    ]
    if dead:
        again = phone.quality <= QUALITY_BOTTOM
        why = sa.case((again, sa.bindparam("b_why", type_=sa.Text())), else_=phone.invalid_why)
        values = {"quality": QUALITY_BOTTOM, "invalid": sa.or_(phone.invalid, again), "invalid_why": why}
        await conn.execute(sa.update(t.telefono).where(this).values(values), dead)
    alive = [{"b_id": one.attempt_id} for one in commands if _answered_by_person(one)]
    if alive:
        better = sa.case((phone.quality + QUALITY_STEP > 100, 100), else_=phone.quality + QUALITY_STEP)
        await conn.execute(sa.update(t.telefono).where(this).values(quality=better), alive)


_CLOSE = _closing_statement()
_COUNT = _counting_statement()


# ── the case's place in the queue ───────────────────────────────────────────────────────────────────


async def _place(conn: AsyncConnection, commands: Sequence[say.Command]) -> None:
    """The last word on each case stands."""
    last = {one.case_id: one for one in commands if isinstance(one, say.ReturnContact | say.DropContact)}
    case = t.caso.c
    back = [
        {"b_id": one.case_id, "b_due": one.due_ms, "b_score": one.score, "b_agent": one.agent_id}
        for one in last.values()
        if isinstance(one, say.ReturnContact)
    ]
    if back:
        values = {"next_due_ms": _p("due"), "score": _p("score"), "bound_agent": _p("agent")}
        await conn.execute(sa.update(t.caso).where(case.id == _ID).values(values), back)
    gone = [{"b_id": one.case_id, "b_why": one.why} for one in last.values() if isinstance(one, say.DropContact)]
    if gone:
        dropping = sa.update(t.caso).where((case.id == _ID) & (case.queue_state == "open"))
        await conn.execute(dropping.values(queue_state="dropped", queue_why=_p("why")), gone)


async def forget(conn: AsyncConnection, attempt_ids: Sequence[str]) -> None:
    """See `Store.forget`."""
    unplaced = A.id.in_(attempt_ids) & t.OPEN & A.answered_ms.is_(None) & A.connected_ms.is_(None)
    await conn.execute(sa.delete(t.attempt).where(unplaced))
