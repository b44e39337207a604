"""A saved gestión: where its case goes, and who owes one less."""

from __future__ import annotations

from dialer.attending import wrap_up
from dialer.books import Books
from dialer.commands import Command, DropContact, ReturnContact
from dialer.events import GestionSaved


def on_gestion(books: Books, event: GestionSaved, out: list[Command]) -> None:
    """The gestión is committed: the case goes where it says, once the call is over; the agent owes one less.

    So does who was handed the call while the one before them was saving it.
    """
    call = books.calls.get(event.attempt_id)
    if call is not None:
        call.after = _where_next(books, event)
    else:
        call = books.owed.pop(event.attempt_id, None)
        out.append(_where_next(books, event))
    for agent_id in dict.fromkeys((event.agent_id, call.agent_id if call is not None else "")):
        _owes_less(books, agent_id, event.attempt_id, out)


def _owes_less(books: Books, agent_id: str, attempt_id: str, out: list[Command]) -> None:
    agent = books.roster.agent(agent_id)
    if agent is not None and attempt_id in agent.owes:
        agent.owes.remove(attempt_id)
        wrap_up(books, agent, out)


def _where_next(books: Books, event: GestionSaved) -> ReturnContact | DropContact:
    if event.stop:
        return DropContact(event.cartera, event.case_id, event.person_id, event.code)
    grace_ms = books.carteras[event.cartera].terms.callback_grace_ms
    return ReturnContact(
        event.cartera,
        event.case_id,
        event.person_id,
        event.next_due_ms,
        event.score,
        event.code,
        event.reserved_for,
        callback_ms=event.callback_ms,
        release_ms=event.next_due_ms + grace_ms if event.reserved_for else 0,
    )
