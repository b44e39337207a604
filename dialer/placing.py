"""From free agents to placed calls: pace, claim, judge, record, place."""

from __future__ import annotations

from dialer.books import Books, CarteraBook
from dialer.call import Call, Input, Stage
from dialer.carteras import phones
from dialer.commands import (
    ClaimContacts,
    CloseAttempt,
    Command,
    CountNotPlaced,
    DropContact,
    NotePacing,
    PlaceCall,
    RecordAttempt,
    ReturnContact,
)
from dialer.contact import Contact, Phone
from dialer.events import AttemptsRecorded, ClaimFailed, ContactsClaimed, RecordFailed
from dialer.outcome import Verdict
from dialer.pacing import PACERS
from dialer.pacing.view import View
from dialer.rules import Refused, may_contact

COUNT_EVERY_MS = 1_000
EMPTY_RETRY_MS = 1_000
REFUSED_RETRY_MS = 100
FAILED_RETRY_MS = 2_000


# ── pace ────────────────────────────────────────────────────────────────────────────────────────────


def pace(books: Books, out: list[Command]) -> None:
    """Ask each cartera's strategy, the one that has had least for its weight first, and claim what may be placed.

    What a cartera did not want while others did is no credit: who comes late begins at the present `turn`.
    """
    books.uneven = False
    for name in sorted(books.carteras, key=lambda name: (books.carteras[name].served, name)):
        _pace_one(books, name, books.carteras[name], out)


def _pace_one(books: Books, name: str, book: CarteraBook, out: list[Command]) -> None:
    free = books.roster.free_count(name)
    in_flight = _in_flight_with_rivals(books, name, book)
    strategy, limits = book.strategy, books.floor.limits
    view = View(
        free=free,
        in_flight=in_flight,
        waiting=len(book.waiting),
        ratio=strategy.ratio,
        abandon_ratio=book.abandon_ratio(books.now_ms),
        abandon_ratio_max=strategy.abandon_ratio_max,
    )
    wanted = PACERS[strategy.mode](view, books.now_ms)
    count, bound_by = _bounded(books, book, wanted)
    if wanted > count and bound_by != book.resting:
        _count(books, name, book, bound_by, wanted - count, out)
    if count:
        book.claiming += count
        books.turn = max(books.turn, book.served)
        book.served = books.turn + count / strategy.weight
        books.tokens_ms += round(count * 1000 / limits.calls_per_s_max)
        out.append(ClaimContacts(name, count))
    if count or book.noted != (wanted, bound_by):
        book.noted = (wanted, bound_by)
        out.append(NotePacing(name, wanted, count, free, in_flight, len(book.waiting), bound_by))


def _in_flight_with_rivals(books: Books, name: str, book: CarteraBook) -> int:
    """Calls in flight of this cartera and of those that share agents with it: any of them may take its free agents."""
    if book.rivals is None:
        book.rivals = tuple(other for other in books.carteras if other == name or books.roster.shared(name, other))
    return sum(books.carteras[other].in_flight + books.carteras[other].claiming for other in book.rivals)


def _bounded(books: Books, book: CarteraBook, wanted: int) -> tuple[int, str]:
    """How many of the wanted calls may be placed now, and what bound them (empty: nothing did)."""
    if not wanted or books.closed:
        return 0, ""
    for bound, reason in (
        (not book.strategy.enabled, "cartera_disabled"),
        (not books.pbx_ready, "pbx_down"),
        (books.now_ms < book.not_before_ms, book.resting),
    ):
        if bound:
            return 0, reason
    limits = books.floor.limits
    lines = limits.calls_max - len(books.calls) - sum(b.claiming for b in books.carteras.values())
    if lines < wanted:
        return max(0, lines), "lines_max"
    return _by_rate(books, wanted, limits.calls_per_s_max)


def _by_rate(books: Books, wanted: int, per_s: float) -> tuple[int, str]:
    """The calls-per-second limit as one second's bucket: `tokens_ms` is the time up to which it is spent."""
    start = books.now_ms - 1000
    books.tokens_ms = max(books.tokens_ms, start)
    allowed = max(1 if books.tokens_ms == start else 0, int((books.now_ms - books.tokens_ms) * per_s / 1000))
    if allowed >= wanted:
        return wanted, ""
    if books.rate_wake_ms <= books.now_ms:  # one at a time, else each event under the limit would add a wake for ever
        books.rate_wake_ms = books.now_ms + max(1, round(1000 / per_s))
        books.wake(books.rate_wake_ms, "pace", "")
    return allowed, "calls_per_s_max"


def _count(books: Books, name: str, book: CarteraBook, reason: str, count: int, out: list[Command]) -> None:
    """A limit that goes on refusing the same calls is counted once a second, not once a look."""
    if books.now_ms - book.counted_ms.get(reason, -COUNT_EVERY_MS) >= COUNT_EVERY_MS:
        book.counted_ms[reason] = books.now_ms
        out.append(CountNotPlaced(name, reason, count))


# ── claim and judge ─────────────────────────────────────────────────────────────────────────────────


def on_claimed(books: Books, event: ContactsClaimed, out: list[Command]) -> None:
    book = books.carteras[event.cartera]
    book.claiming -= event.asked
    books.uneven = True
    allowed = [_judge(books, book, contact, out) for contact in event.contacts]
    missing = event.asked - len(event.contacts)
    if missing > 0:
        soon = books.now_ms + EMPTY_RETRY_MS
        _rest(books, book, min(soon, event.next_due_ms or soon), "queue_empty")
        _count(books, event.cartera, book, "queue_empty", missing, out)
        books.tokens_ms -= round(missing * 1000 / books.floor.limits.calls_per_s_max)  # nothing of the rate was used
    elif not any(allowed):
        _rest(books, book, books.now_ms + REFUSED_RETRY_MS, "rules")


def on_claim_failed(books: Books, event: ClaimFailed, out: list[Command]) -> None:
    book = books.carteras[event.cartera]
    book.claiming -= event.asked
    _rest(books, book, books.now_ms + FAILED_RETRY_MS, "queue_down")
    _count(books, event.cartera, book, "queue_down", event.asked, out)


def _rest(books: Books, book: CarteraBook, until_ms: int, why: str) -> None:
    """Ask nothing for a while. What was not placed was counted when it came to that; the rest is not counted again."""
    book.not_before_ms, book.resting = max(until_ms, books.now_ms + 1), why
    books.wake(book.not_before_ms, "pace", "")


def _judge(books: Books, book: CarteraBook, contact: Contact, out: list[Command]) -> bool:
    """Record an attempt to this contact, or send it back with the rule that forbids it."""
    phone = phones.choose(contact, book.preset.phones.barred, book.strategy.phone_choice)
    if phone is None:
        return _send_back(books, contact, Refused("no_phone", "no telephone that may be called", None), out)
    said = may_contact(contact, phone, "call", contact.history, book.preset, books.now_ms)
    if isinstance(said, Refused):
        return _send_back(books, contact, said, out)
    attempt_id, now_ms = books.next_attempt_id(), books.now_ms
    books.open_call(Call(attempt_id, contact.cartera, contact, phone.phone_id, book.strategy.amd, now_ms))
    who = (contact.cartera, contact.case_id, contact.person_id, phone.phone_id)
    out.append(RecordAttempt(attempt_id, *who, at_ms=now_ms, rule=said.version))
    return True


def _send_back(books: Books, contact: Contact, said: Refused, out: list[Command]) -> bool:
    out.append(CountNotPlaced(contact.cartera, said.rule, 1))
    if said.next_allowed_ms is None:
        out.append(DropContact(contact.cartera, contact.case_id, contact.person_id, said.rule))
    else:
        out.append(give_back(contact, said.next_allowed_ms, said.rule))
    return False


def give_back(contact: Contact, due_ms: int, why: str) -> ReturnContact:
    return ReturnContact(
        contact.cartera, contact.case_id, contact.person_id, due_ms, contact.score, why, contact.agent_id
    )


# ── record and place ────────────────────────────────────────────────────────────────────────────────


def on_recorded(books: Books, event: AttemptsRecorded, out: list[Command]) -> None:
    for attempt_id in event.attempt_ids:
        call = books.calls.get(attempt_id)
        if call is not None and call.stage is Stage.RECORDING:
            _place(books, call, out)


def _place(books: Books, call: Call, out: list[Command]) -> None:
    """Place a recorded attempt, unless since the claim a rule, the floor or the link to Asterisk forbids it."""
    book = books.carteras[call.cartera]
    phone = next(p for p in call.contact.phones if p.phone_id == call.phone_id)
    said = may_contact(call.contact, phone, "call", call.contact.history, book.preset, books.now_ms)
    if isinstance(said, Refused):
        _call_off(books, call, said.rule, out)
        _send_back(books, call.contact, said, out)
    elif books.closed or not books.pbx_ready:
        reason = "floor_closed" if books.closed else "pbx_down"
        _call_off(books, call, reason, out)
        out.append(CountNotPlaced(call.cartera, reason, 1))
        out.append(give_back(call.contact, books.now_ms + FAILED_RETRY_MS, reason))
    else:
        _originate(books, book, call, phone, out)


def _originate(books: Books, book: CarteraBook, call: Call, phone: Phone, out: list[Command]) -> None:
    strategy = book.strategy
    books.move(call, Input.RECORDED)
    books.check(call, strategy.ring_ms + books.floor.limits.overdue_ms)
    out.append(
        PlaceCall(
            attempt_id=call.attempt_id,
            cartera=call.cartera,
            phone_id=phone.phone_id,
            caller_id=strategy.caller_id,
            ring_ms=strategy.ring_ms,
            wait_ms=strategy.wait_ms,
            amd=call.amd,
            record=strategy.record,
        )
    )


def _call_off(books: Books, call: Call, why: str, out: list[Command]) -> None:
    books.move(call, Input.REFUSED)
    books.close_call(call)
    out.append(
        CloseAttempt(
            attempt_id=call.attempt_id,
            verdict=Verdict.CANCELLED.value,
            cause=0,
            dial_status=why,
            at_ms=books.now_ms,
            rang=False,
            answered_ms=0,
            connected_ms=0,
            gestion=books.system_code(call.cartera, Verdict.CANCELLED),
        )
    )


def on_record_failed(books: Books, event: RecordFailed, out: list[Command]) -> None:
    """Never recorded, never placed: the contacts go back as if they had not been claimed."""
    for attempt_id in event.attempt_ids:
        call = books.calls.get(attempt_id)
        if call is not None and books.move(call, Input.REFUSED):
            books.close_call(call)
            out.append(CountNotPlaced(call.cartera, "database_down", 1))
            out.append(give_back(call.contact, books.now_ms + FAILED_RETRY_MS, "database_down"))
            _rest(books, books.carteras[call.cartera], books.now_ms + FAILED_RETRY_MS, "database_down")
