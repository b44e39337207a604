"""From a claimed contact to a placed call: judge, show, record, place."""

from __future__ import annotations

import msgspec

from agents.agent import Agent, State
from dialer import matching
from dialer.asking import count_not_placed, forbidden, spared
from dialer.books import Books
from dialer.call import Call, Input, Stage
from dialer.cartera_book import CarteraBook
from dialer.carteras import phones
from dialer.commands import (
    CloseAttempt,
    Command,
    CountNotPlaced,
    DropContact,
    NoteCallback,
    NoteSkipped,
    NoteTaken,
    PlaceCall,
    RecordAttempt,
    ReturnContact,
    ShowCall,
)
from dialer.contact import Contact, Phone
from dialer.events import (
    AgentDialed,
    AgentSkipped,
    AttemptsRecorded,
    BoundDue,
    ClaimFailed,
    ContactsClaimed,
    PhoneBarred,
    RecordFailed,
)
from dialer.outcome import Verdict
from dialer.rules import Allowed, Refused, allowed_until_ms, barred_phones, may_contact

MINUTE_MS = 60_000
EMPTY_RETRY_MS = 1_000
REFUSED_RETRY_MS = 100
FAILED_RETRY_MS = 2_000
SETTINGS_RETRY_MS = 3_600_000
CAREFUL_RETRY_MS = 30_000
ABANDONED_MS = 72 * 3_600_000
OF_THE_SETTINGS = frozenset({"caller_id", "contract", "hours", "opt_out"})
"""What these rules forbid for ever is not the case's fault: other settings may allow it."""


# ── claim ───────────────────────────────────────────────────────────────────────────────────────────


def on_due(books: Books, event: BoundDue, out: list[Command]) -> None:
    book = books.carteras.get(event.cartera)
    if book is not None:
        book.due = event.agent_ids
        books.uneven = True


def on_claimed(books: Books, event: ContactsClaimed, out: list[Command]) -> None:
    books.uneven = True
    book = books.carteras[event.cartera]
    if event.agent_id:
        _claimed_for(books, book, event, out)
    else:
        _claimed(books, book, event, out)


def _claimed(books: Books, book: CarteraBook, event: ContactsClaimed, out: list[Command]) -> None:
    books.claimed(book, event.asked)
    if book.held:
        _none_of_it(books, event, "held", out)
        return
    allowed = [_judge_one(books, book, contact, out) for contact in event.contacts]
    missing = event.asked - len(event.contacts)
    if missing > 0:
        _rest_empty(books, book, event)
        count_not_placed(books, event.cartera, book, "queue_empty", missing, out)
        _refund(books, missing)
    elif not any(allowed):
        _rest(books, book, books.now_ms + REFUSED_RETRY_MS, "rules")


def _judge_one(books: Books, book: CarteraBook, contact: Contact, out: list[Command]) -> bool:
    """Who must not be called in vain is only called with an agent held for them, and waits until one can be."""
    if not (book.guaranteed or _careful(contact, books.now_ms)):
        return _judge(books, book, contact, None, out)
    agent = spared(books, book)
    if agent is None:
        out.append(CountNotPlaced(contact.cartera, "careful", 1))
        out.append(give_back(books, contact, books.now_ms + CAREFUL_RETRY_MS, "careful"))
        return False
    books.hold(agent)
    allowed = _judge(books, book, contact, agent, out)
    if allowed:
        books.tell(agent, out)
    else:
        matching.release(books, agent, "", out, quiet=True)
    return allowed


def _careful(contact: Contact, now_ms: int) -> bool:
    """A great saldo, or an abandoned call within 72 hours (the time that Ofcom's rule of 2008 asks for)."""
    return contact.careful or any(touch.abandoned and now_ms - touch.at_ms < ABANDONED_MS for touch in contact.history)


def _claimed_for(books: Books, book: CarteraBook, event: ContactsClaimed, out: list[Command]) -> None:
    """A contact for one agent alone. Who has gone, or asked for a pause, meanwhile does not get it."""
    agent = books.roster.agent(event.agent_id)
    asked = books.asking.get(event.agent_id) == event.cartera
    if asked:
        del books.asking[event.agent_id]
    if agent is None or not asked or agent.state is not State.RESERVADO:
        _none_of_it(books, event, "agent_gone", out)
    elif book.held or not agent.present or agent.wants in ("pause", "leave"):
        _none_of_it(books, event, "held" if book.held else "agent_gone", out)
        matching.release(books, agent, "", out)
    elif not event.contacts:
        _nothing_for(books, book, agent, event, out)
    else:
        book.resting = ""
        _one_for(books, book, agent, event.contacts[0], out)


def _none_of_it(books: Books, event: ContactsClaimed, why: str, out: list[Command]) -> None:
    _refund(books, event.asked)
    if why == "held" and event.contacts:
        out.append(CountNotPlaced(event.cartera, why, len(event.contacts)))
    out.extend(give_back(books, contact, books.now_ms, why) for contact in event.contacts)


def _nothing_for(books: Books, book: CarteraBook, agent: Agent, event: ContactsClaimed, out: list[Command]) -> None:
    _refund(books, event.asked)
    if book.terms.preview:
        _rest_empty(books, book, event)
        count_not_placed(books, event.cartera, book, "queue_empty", 1, out)
    _rest_agent(books, agent, EMPTY_RETRY_MS)
    matching.release(books, agent, "", out, quiet=True)


def on_claim_failed(books: Books, event: ClaimFailed, out: list[Command]) -> None:
    book = books.carteras[event.cartera]
    if event.agent_id:
        _none_came(books, event)
        agent = books.roster.agent(event.agent_id)
        if agent is not None and agent.state is State.RESERVADO and agent.agent_id not in books.previews:
            _rest_agent(books, agent, FAILED_RETRY_MS)
            matching.release(books, agent, "", out, quiet=True)
    else:
        books.claimed(book, event.asked)
        _rest(books, book, books.now_ms + FAILED_RETRY_MS, "queue_down")
    count_not_placed(books, event.cartera, book, "queue_down", event.asked, out)


def _none_came(books: Books, event: ClaimFailed) -> None:
    if books.asking.get(event.agent_id) == event.cartera:
        del books.asking[event.agent_id]
    _refund(books, event.asked)


def _refund(books: Books, count: int) -> None:
    """Nothing of the rate was used."""
    books.tokens_ms -= round(count * 1000 / books.limits.calls_per_s_max)


def _rest_empty(books: Books, book: CarteraBook, event: ContactsClaimed) -> None:
    soon = books.now_ms + EMPTY_RETRY_MS
    _rest(books, book, min(soon, event.next_due_ms or soon), "queue_empty")


def _rest(books: Books, book: CarteraBook, until_ms: int, why: str) -> None:
    """Ask nothing for a while. What was not placed was counted when it came to that; the rest is not counted again."""
    book.not_before_ms, book.resting = max(until_ms, books.now_ms + 1), why
    books.wake(book.not_before_ms, "pace", "")


def _rest_agent(books: Books, agent: Agent, for_ms: int) -> None:
    books.rested[agent.agent_id] = books.now_ms + for_ms
    books.wake(books.now_ms + for_ms, "pace", "")


# ── preview ─────────────────────────────────────────────────────────────────────────────────────────


def _one_for(books: Books, book: CarteraBook, agent: Agent, contact: Contact, out: list[Command]) -> None:
    """A callback is called at once; what is on a list, or in a cartera dialled by hand, is shown first."""
    if contact.callback_ms or not (contact.listed or book.terms.preview):
        _call_for(books, book, agent, contact, out)
        return
    phone = _phone(books, book, contact)
    said = _said(books, book, contact, phone, True)
    if phone is None or isinstance(said, Refused):
        _refused_for(books, agent, contact, said, out)
        return
    books.previews[agent.agent_id] = contact
    books.tell(agent, out)
    _take(books, contact, out)
    out.append(ShowCall(agent.agent_id, "", contact.cartera, contact.case_id, phone.phone_id, preview=True))


def _take(books: Books, contact: Contact, out: list[Command]) -> None:
    """What is on a list is in its ejecutivo's hands from the card, or the call, on."""
    if contact.listed:
        out.append(NoteTaken(contact.cartera, contact.case_id, contact.agent_id, books.now_ms))


def _call_for(books: Books, book: CarteraBook, agent: Agent, contact: Contact, out: list[Command]) -> None:
    if _judge(books, book, contact, agent, out):
        books.tell(agent, out)
    else:
        _rest_agent(books, agent, REFUSED_RETRY_MS)
        matching.release(books, agent, "", out, quiet=True)


def _refused_for(books: Books, agent: Agent, contact: Contact, said: Allowed | Refused, out: list[Command]) -> None:
    assert isinstance(said, Refused), "without a phone the answer is a refusal"
    _send_back(books, contact, said, out)
    _rest_agent(books, agent, REFUSED_RETRY_MS)
    matching.release(books, agent, "", out, quiet=True)


def on_dialed(books: Books, event: AgentDialed, out: list[Command]) -> None:
    """The card was read and the call is wanted: judged again, because reading took its time."""
    agent, contact = _previewed(books, event.agent_id, event.case_id)
    if agent is None or contact is None:
        return
    book = books.carteras[contact.cartera]
    why = forbidden(books, book)
    if why:
        out.append(CountNotPlaced(contact.cartera, why, 1))
        out.append(give_back(books, contact, books.now_ms + FAILED_RETRY_MS, why))
    if why or not _judge(books, book, contact, agent, out):
        _rest_agent(books, agent, REFUSED_RETRY_MS)
        matching.release(books, agent, "", out)
    else:
        books.tell(agent, out)


def on_skipped(books: Books, event: AgentSkipped, out: list[Command]) -> None:
    agent, contact = _previewed(books, event.agent_id, event.case_id)
    if agent is None or contact is None:
        return
    after_ms = round(books.carteras[contact.cartera].strategy.skip_min * MINUTE_MS)
    out.append(CountNotPlaced(contact.cartera, "skipped", 1))
    out.append(NoteSkipped(contact.cartera, contact.case_id, event.agent_id, books.now_ms, event.reason))
    out.append(give_back(books, contact, books.now_ms + after_ms, "skipped"))
    matching.release(books, agent, "", out)


def on_phone_barred(books: Books, event: PhoneBarred, out: list[Command]) -> None:
    """Whoever reads the person's card may still call, on another telephone."""
    for agent_id, contact in books.previews.items():
        if contact.person_id == event.person_id:
            left = tuple(phone for phone in contact.phones if phone.phone_id != event.phone_id)
            books.previews[agent_id] = msgspec.structs.replace(contact, phones=left)


def _previewed(books: Books, agent_id: str, case_id: int) -> tuple[Agent | None, Contact | None]:
    """Whose card is on the screen; nothing for a button that was pressed on a card of the past."""
    contact = books.previews.get(agent_id)
    if contact is None or contact.case_id != case_id:
        return None, None
    return books.roster.agent(agent_id), books.previews.pop(agent_id)


def close_preview(books: Books, agent: Agent, out: list[Command]) -> None:
    """The agent does something else instead: the case is as it was before they saw it."""
    contact = books.previews.pop(agent.agent_id, None)
    if contact is not None:
        out.append(give_back(books, contact, books.now_ms, "preview_closed"))
        matching.release(books, agent, "", out, quiet=True)


# ── judge ───────────────────────────────────────────────────────────────────────────────────────────


def _phone(books: Books, book: CarteraBook, contact: Contact) -> Phone | None:
    barred = barred_phones(book.preset_for(contact), contact, books.now_ms)
    return phones.choose(contact, barred, book.terms.phone_choice)


def _said(
    books: Books, book: CarteraBook, contact: Contact, phone: Phone | None, guaranteed: bool
) -> Allowed | Refused:
    """`guaranteed`: an agent is held for this very call, so that it cannot be abandoned."""
    if phone is None:
        return Refused("no_phone", "no telephone that may be called", None)
    preset = book.preset_for(contact)
    return may_contact(contact, phone, "call", contact.history, preset, books.now_ms, guaranteed)


def _judge(books: Books, book: CarteraBook, contact: Contact, agent: Agent | None, out: list[Command]) -> bool:
    """Record an attempt to this contact, or send it back with the rule that forbids it.

    With `agent`, the call is for them: they are held until somebody answers or it is over.
    """
    phone = _phone(books, book, contact)
    said = _said(books, book, contact, phone, agent is not None)
    if phone is None or isinstance(said, Refused):
        assert isinstance(said, Refused), "without a phone the answer is a refusal"
        return _send_back(books, contact, said, out)
    attempt_id, now_ms = books.next_attempt_id(), books.now_ms
    call = Call(attempt_id, contact.cartera, contact, phone.phone_id, book.terms.amd, now_ms)
    if agent is not None:
        call.reserved_for, agent.on_call = agent.agent_id, attempt_id
    preset = book.preset_for(contact)
    book.closes_ms = allowed_until_ms(preset, contact, now_ms)
    call.allowed = preset, book.closes_ms, call.reserved_for
    books.open_call(call)
    who = (contact.cartera, contact.case_id, contact.person_id, phone.phone_id)
    out.append(RecordAttempt(attempt_id, *who, at_ms=now_ms, rule=said.version))
    return True


def _send_back(books: Books, contact: Contact, said: Refused, out: list[Command]) -> bool:
    out.append(CountNotPlaced(contact.cartera, said.rule, 1))
    if said.next_allowed_ms is None and {said.rule, said.never} & OF_THE_SETTINGS:
        out.append(give_back(books, contact, books.now_ms + SETTINGS_RETRY_MS, said.rule))
    elif said.next_allowed_ms is None:
        out.append(DropContact(contact.cartera, contact.case_id, contact.person_id, said.rule))
    else:
        out.append(give_back(books, contact, said.next_allowed_ms, said.rule))
    return False


def give_back(books: Books, contact: Contact, due_ms: int, why: str) -> ReturnContact:
    """Back as it was bound: a list to its agent for ever, what else is an agent's own until the grace is over."""
    release_ms = 0
    if contact.agent_id and not contact.listed:
        release_ms = due_ms + books.carteras[contact.cartera].terms.callback_grace_ms
    who = (contact.cartera, contact.case_id, contact.person_id)
    return ReturnContact(
        *who, due_ms, contact.score, why, contact.agent_id, callback_ms=contact.callback_ms, release_ms=release_ms
    )


def callback_made(contact: Contact) -> Contact:
    """The binding once the far end was reached: a list's case stays the agent's, a rellamado has been kept."""
    if contact.listed:
        return contact
    return msgspec.structs.replace(contact, agent_id="", callback_ms=0)


# ── record and place ────────────────────────────────────────────────────────────────────────────────


def on_recorded(books: Books, event: AttemptsRecorded, out: list[Command]) -> None:
    for attempt_id in event.attempt_ids:
        call = books.calls.get(attempt_id)
        if call is not None and call.stage is Stage.RECORDING:
            _place(books, call, out)


def _place(books: Books, call: Call, out: list[Command]) -> None:
    """Place a recorded attempt, unless since the claim a rule, the floor or the link to Asterisk forbids it."""
    book = books.carteras[call.cartera]
    refused = _refused_since(books, book, call)
    if refused is not None:
        _call_off(books, call, refused.rule, out)
        _send_back(books, call.contact, refused, out)
    elif books.closed or book.held or not books.pbx_ready:
        reason = "floor_closed" if books.closed else "held" if book.held else "pbx_down"
        _call_off(books, call, reason, out)
        out.append(CountNotPlaced(call.cartera, reason, 1))
        out.append(give_back(books, call.contact, books.now_ms + FAILED_RETRY_MS, reason))
    else:
        _originate(books, book, call, out)


def _refused_since(books: Books, book: CarteraBook, call: Call) -> Refused | None:
    """The rules are asked a second time; where nothing has changed that they look at, what they said still holds."""
    preset, until_ms, held_for = call.allowed
    if books.now_ms < until_ms and call.reserved_for == held_for and preset is book.preset_for(call.contact):
        return None
    phone = next(p for p in call.contact.phones if p.phone_id == call.phone_id)
    said = _said(books, book, call.contact, phone, bool(call.reserved_for))
    return said if isinstance(said, Refused) else None


def _originate(books: Books, book: CarteraBook, call: Call, out: list[Command]) -> None:
    terms = book.terms
    if call.contact.callback_ms:
        late_ms = books.now_ms - call.contact.callback_ms
        on_time = abs(late_ms) <= terms.callback_within_ms
        own = call.reserved_for if call.reserved_for == call.contact.agent_id else ""
        out.append(NoteCallback(call.cartera, call.attempt_id, late_ms, on_time, own))
    _take(books, call.contact, out)
    books.move(call, Input.RECORDED)
    books.check(call, terms.ring_ms + books.limits.overdue_ms)
    out.append(
        PlaceCall(
            attempt_id=call.attempt_id,
            cartera=call.cartera,
            phone_id=call.phone_id,
            caller_id=terms.caller_id,
            ring_ms=terms.ring_ms,
            wait_ms=terms.wait_ms,
            amd=call.amd,
            record=terms.record,
        )
    )


def _call_off(books: Books, call: Call, why: str, out: list[Command]) -> None:
    books.move(call, Input.REFUSED)
    _never_placed(books, call, out)
    out.append(
        CloseAttempt(
            attempt_id=call.attempt_id,
            verdict=str(Verdict.CANCELLED),
            cause=0,
            dial_status=why,
            at_ms=books.now_ms,
            rang=False,
            answered_ms=0,
            connected_ms=0,
            gestion=books.system_code(call.cartera, Verdict.CANCELLED),
        )
    )


def _never_placed(books: Books, call: Call, out: list[Command]) -> None:
    books.close_call(call)
    agent = books.roster.agent(call.reserved_for)
    if agent is not None:
        _rest_agent(books, agent, REFUSED_RETRY_MS)
        matching.release(books, agent, call.attempt_id, out)


def on_record_failed(books: Books, event: RecordFailed, out: list[Command]) -> None:
    """Never recorded, never placed: the contacts go back as if they had not been claimed."""
    for attempt_id in event.attempt_ids:
        call = books.calls.get(attempt_id)
        if call is not None and books.move(call, Input.REFUSED):
            _never_placed(books, call, out)
            out.append(CountNotPlaced(call.cartera, "database_down", 1))
            out.append(give_back(books, call.contact, books.now_ms + FAILED_RETRY_MS, "database_down"))
            _rest(books, books.carteras[call.cartera], books.now_ms + FAILED_RETRY_MS, "database_down")
