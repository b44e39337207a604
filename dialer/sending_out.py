"""What a transfer to the outside does in each phase, and how its call is ended. Its news are `outgoing`'s."""

from __future__ import annotations

from collections.abc import Callable

from dialer import asking
from dialer.books import Books
from dialer.call import Call
from dialer.commands import (
    CallOutside,
    Command,
    HangUp,
    HoldCall,
    JoinCall,
    JoinLegs,
    NoteTransfer,
    StopRecording,
    TellConsult,
    TellHandover,
)
from dialer.outside import Input, Outing, OutsideLeg
from dialer.transfer import Phase


def begin(books: Books, outing: Outing, out: list[Command]) -> None:
    BEGINNINGS[outing.phase](books, outing, out)


def _hold(books: Books, outing: Outing, out: list[Command]) -> None:
    out.append(HoldCall(outing.attempt_id))


def _ring(books: Books, outing: Outing, out: list[Command]) -> None:
    asked, call = outing.asked, books.calls[outing.attempt_id]
    outing.outside_id = books.next_outside_id()
    leg = OutsideLeg(outing.outside_id, outing.attempt_id, books.now_ms, outing.inside)
    books.outside[outing.outside_id] = leg
    caller_id = ""
    if not leg.inside:
        asking.spend(books, 1)
        caller_id = books.carteras[call.cartera].terms.caller_id
    out.append(CallOutside(outing.outside_id, asked.to, caller_id, asked.ring_ms, asked.max_ms, asked.endpoint))


def _consult(books: Books, outing: Outing, out: list[Command]) -> None:
    out.append(JoinLegs(books.roster.agents[outing.first_id].leg_id, outing.outside_id))


def _talk(books: Books, outing: Outing, out: list[Command]) -> None:
    out.append(TellConsult(outing.first_id, "talking", outing.asked.to, outside=True))


def _pass(books: Books, outing: Outing, out: list[Command]) -> None:
    out.append(JoinCall(outing.attempt_id, outing.outside_id))


BEGINNINGS: dict[Phase, Callable[[Books, Outing, list[Command]], None]] = {
    Phase.HOLDING: _hold,
    Phase.RINGING: _ring,
    Phase.CALLING: _consult,
    Phase.CONSULTING: _talk,
    Phase.PASSING: _pass,
}


def end(books: Books, outing: Outing, call: Call, told: str, out: list[Command]) -> None:
    """Over: the debtor is with who was called, or back with the first, and who was called is hung up."""
    first, asked = books.roster.agents[outing.first_id], outing.asked
    if outing.phase is Phase.DONE:
        call.outside = outing.outside_id
        if not asked.record:
            out.append(StopRecording(call.attempt_id))
    else:
        if outing.phase is not Phase.LOST and first.leg_up:
            out.append(JoinCall(call.attempt_id, first.leg_id))
        hang_up(books, books.outside.get(outing.outside_id), out)
    if outing.inside:
        _tell_inside(books, outing, call, out)
    out.append(TellConsult(first.agent_id, told, asked.to, outing.why, outside=True))
    who = (call.attempt_id, call.cartera, first.agent_id, asked.to)
    out.append(NoteTransfer(*who, outing.kind, outing.phase.value, books.now_ms, outing.why, outside=True))


def _tell_inside(books: Books, outing: Outing, call: Call, out: list[Command]) -> None:
    """Whose headset was called is told of the end when that call has ended."""
    if outing.phase is Phase.DONE:
        out.append(told(outing, call, "yours"))
    elif not outing.outside_id:
        out.append(TellHandover(outing.inside, "over"))


def told(outing: Outing, call: Call, state: str) -> TellHandover:
    """What the supervisor's page shows of the debtor who is being handed to them."""
    who = (outing.first_id, call.attempt_id, call.cartera, call.contact.case_id, call.phone_id)
    return TellHandover(outing.inside, state, *who, attended=outing.attended)


def hang_up(books: Books, leg: OutsideLeg | None, out: list[Command]) -> None:
    if leg is not None and leg.take(Input.HANG_UP):
        _hang_up(books, leg, out)


def _hang_up(books: Books, leg: OutsideLeg, out: list[Command]) -> None:
    out.append(HangUp(leg.outside_id))
    books.wake(books.now_ms + books.limits.overdue_ms, "outside", leg.outside_id)


def on_overdue(books: Books, outside_id: str, out: list[Command]) -> None:
    """Hung up, and not ended: it was not made yet when we hung up, or nobody heard of its end."""
    leg = books.outside.get(outside_id)
    if leg is not None and books.pbx_ready:
        _hang_up(books, leg, out)
    elif leg is not None:
        books.wake(books.now_ms + books.limits.overdue_ms, "outside", outside_id)
