"""What ejecutivos did with cards: taken in hand, or left for later. On the case, and on the list that it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.commands import Command, NoteSkipped, NoteTaken
from dialer.edge import schema as t
from dialer.explain import skip_word

LEFT = ("pending", "taken", "skipped")
"""The states in which a case of an open list is still to be done."""


async def write(conn: AsyncConnection, commands: Sequence[Command]) -> None:
    """The last word on each case stands."""
    notes = [one for one in commands if isinstance(one, NoteTaken | NoteSkipped)]
    if notes:
        await _on_cases(conn, [one for one in notes if isinstance(one, NoteSkipped)])
        await _on_lists(conn, list({(one.case_id, one.agent_id): one for one in notes}.values()))


async def _on_cases(conn: AsyncConnection, notes: Sequence[NoteSkipped]) -> None:
    """An open case keeps who left its card, when and why, until its next call is over."""
    rows = [{"b_id": one.case_id, "b_why": skip_word(one)} for one in notes]
    if rows:
        still_open = (t.caso.c.id == sa.bindparam("b_id")) & (t.caso.c.queue_state == "open")
        await conn.execute(sa.update(t.caso).where(still_open).values(queue_why=sa.bindparam("b_why")), rows)


async def _on_lists(conn: AsyncConnection, notes: Sequence[NoteTaken | NoteSkipped]) -> None:
    """On open lists of that ejecutivo's; what is done stays done."""
    li, one = t.lista.c, t.lista_caso.c
    theirs = sa.select(li.id).where(li.state == "open", li.agent_id == sa.bindparam("b_agent"))
    mine = (one.caso_id == sa.bindparam("b_case")) & (one.state != "done") & one.lista_id.in_(theirs)
    columns = {"state": "b_state", "reason": "b_reason", "done_ms": "b_at"}
    values: dict[str, Any] = {name: sa.bindparam(key) for name, key in columns.items()}
    await conn.execute(sa.update(t.lista_caso).where(mine).values(values), [_listed(note) for note in notes])


def _listed(note: NoteTaken | NoteSkipped) -> dict[str, Any]:
    who = {"b_case": note.case_id, "b_agent": note.agent_id}
    if isinstance(note, NoteSkipped):
        return {**who, "b_state": "skipped", "b_reason": note.reason, "b_at": note.at_ms}
    return {**who, "b_state": "taken", "b_reason": "", "b_at": None}
