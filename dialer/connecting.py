"""From ringing to the end: who takes the person that answered, and what became of the call."""

from __future__ import annotations

from agents.agent import Agent
from agents.agent import Input as AgentInput
from dialer import attending, ids, matching, outgoing, transferring
from dialer.books import Books
from dialer.call import Call, Input, Stage
from dialer.commands import (
    CloseAttempt,
    Command,
    DropContact,
    ListChannels,
    NoteAnswered,
    NoteConnected,
)
from dialer.contact import Touch
from dialer.events import (
    AttemptReopened,
    BridgeFailed,
    CallAbandoned,
    CallBridged,
    CallCreated,
    CallEnded,
    CallPickedUp,
    CallRefused,
    CallRinging,
    CallScreened,
    CallUnbridged,
    DialEnded,
)
from dialer.outcome import BY_A_PERSON, OVERDIALED, PROMPT_MS, TRAITS, Verdict, verdict
from dialer.placing import callback_made, give_back

DAY_MS = 86_400_000


def on_created(books: Books, event: CallCreated, out: list[Command]) -> None:
    call = books.calls.get(event.attempt_id)
    if call is not None:
        books.move(call, Input.CREATED)


def on_ringing(books: Books, event: CallRinging, out: list[Command]) -> None:
    call = books.calls.get(event.attempt_id)
    if call is not None and books.move(call, Input.RANG):
        call.rang = True


def on_dial_ended(books: Books, event: DialEnded, out: list[Command]) -> None:
    """ANSWER before the dialplan begins: somebody was there, even if they hang up before it does."""
    call = books.calls.get(event.attempt_id)
    if call is not None:
        call.dial_status = event.dial_status
        if event.dial_status == "ANSWER":
            call.picked_up_ms = call.picked_up_ms or books.now_ms


# ── the answer ──────────────────────────────────────────────────────────────────────────────────────


def on_picked_up(books: Books, event: CallPickedUp, out: list[Command]) -> None:
    call = books.calls.get(event.attempt_id)
    if call is not None:
        picked_up(books, call, out)


def picked_up(books: Books, call: Call, out: list[Command]) -> None:
    if call.amd:
        books.move(call, Input.SCREEN)
        call.picked_up_ms = call.picked_up_ms or books.now_ms
    else:
        answered(books, call, out)


def on_screened(books: Books, event: CallScreened, out: list[Command]) -> None:
    """HUMAN and NOTSURE are persons: a machine on an agent's ear costs seconds, a person hung up on costs a contact."""
    call = books.calls.get(event.attempt_id)
    if call is None:
        return
    if event.word == "MACHINE":
        call.machine = call.stage is Stage.SCREENING
        if books.move(call, Input.MACHINE):
            matching.hang_up(books, call, out)
    elif event.word != "HANGUP":
        answered(books, call, out)


def answered(books: Books, call: Call, out: list[Command]) -> None:
    """A person is on the line: the longest-idle free agent takes them; else they wait for the next to be free."""
    if not books.move(call, Input.PERSON):
        return
    call.answered_ms = books.now_ms
    call.picked_up_ms = call.picked_up_ms or books.now_ms
    agent = matching.taker(books, call, out)
    if agent is None:
        books.carteras[call.cartera].waiting[call.attempt_id] = None
    else:
        matching.join(books, call, agent, out)
    out.append(NoteAnswered(call.attempt_id, books.now_ms))


def on_bridged(books: Books, event: CallBridged, out: list[Command]) -> None:
    if ids.is_outside(event.leg_id):
        outgoing.on_bridged(books, event.attempt_id, event.leg_id, out)
        return
    call, agent = books.calls.get(event.attempt_id), matching.agent_on_leg(books, event.leg_id)
    if call is None or agent is None:
        return
    transfer = books.transfers.get(call.attempt_id)
    if transfer is not None:
        if transferring.passed(books, transfer, call, agent, out):
            _handed_over(books, call, agent, out)
    elif not _of_another(call, agent) and books.move(call, Input.BRIDGED):
        _talk(books, call, agent, out)


def _of_another(call: Call, agent: Agent) -> bool:
    """A bridge with whom the debtor was not handed to in time: the one with their own agent follows."""
    return bool(call.connected_ms) and call.stage is not Stage.REOPENED and call.agent_id != agent.agent_id


def _handed_over(books: Books, call: Call, agent: Agent, out: list[Command]) -> None:
    """The conversation goes on with another agent: the gestión is theirs, the one before is in wrap-up."""
    before = books.roster.agents[call.agent_id]
    if call.attempt_id in before.owes:
        before.owes.remove(call.attempt_id)
    _talk(books, call, agent, out)
    attending.call_over(books, before, call, out)


def _talk(books: Books, call: Call, agent: Agent, out: list[Command]) -> None:
    call.agent_id = agent.agent_id
    agent.on_call = call.attempt_id
    if not call.connected_ms:
        _first_words(books, call, agent, out)
    if call.after is None and call.attempt_id not in agent.owes:
        agent.owes.append(call.attempt_id)
    books.shift(agent, AgentInput.TALK, out)


def _first_words(books: Books, call: Call, agent: Agent, out: list[Command]) -> None:
    call.connected_ms = books.now_ms
    call.answered_ms = call.answered_ms or books.now_ms
    if not call.reopened:
        books.carteras[call.cartera].answered(books.now_ms, False)
    out.append(NoteConnected(call.attempt_id, agent.agent_id, books.now_ms))


def on_unbridged(books: Books, event: CallUnbridged, out: list[Command]) -> None:
    """News for the boards only: what ended the bridge (a hold, a hang-up, a lost leg) comes with its own event."""


def on_bridge_failed(books: Books, event: BridgeFailed, out: list[Command]) -> None:
    """The person is still there: another agent takes them. The leg that would not join is called again.

    Where they were held it may be they who are gone, unheard: Asterisk is asked.
    """
    call, agent = books.calls.get(event.attempt_id), matching.agent_on_leg(books, event.leg_id)
    if transferring.bridge_failed(books, event.attempt_id, event.leg_id, out):
        return
    if agent is not None and agent.on_call == event.attempt_id:
        matching.drop_leg(books, agent, out)
    if call is not None and call.stage is Stage.JOINING:
        matching.lost_agent(books, call, out)
    elif call is not None and call.stage is Stage.HELD:
        out.append(ListChannels())


def on_abandoned(books: Books, event: CallAbandoned, out: list[Command]) -> None:
    call = books.calls.get(event.attempt_id)
    if call is not None and books.move(call, Input.NOBODY_FREE):
        books.carteras[call.cartera].waiting.pop(call.attempt_id, None)
        books.check(call, 3 * books.limits.overdue_ms)


# ── the end ─────────────────────────────────────────────────────────────────────────────────────────


def on_overdue(books: Books, attempt_id: str, out: list[Command]) -> None:
    """Something that always comes has not: hang up what should have ended, and ask Asterisk about the rest."""
    call = books.calls.get(attempt_id)
    if call is None or books.now_ms < call.check_ms or call.stage in (Stage.TALKING, Stage.HELD):
        return
    if call.stage is Stage.HANGING_UP:
        out.append(ListChannels())
    matching.hang_up(books, call, out)


def on_ended(books: Books, event: CallEnded, out: list[Command]) -> None:
    call = books.calls.get(event.attempt_id)
    if call is not None:
        call.cause = event.cause
        early = call.stage is Stage.SCREENING and books.now_ms - call.picked_up_ms < PROMPT_MS
        call.hung_up = early and not call.we_hung_up
        if books.move(call, Input.ENDED):
            close(books, call, _verdict(call), out)


def on_refused(books: Books, event: CallRefused, out: list[Command]) -> None:
    """Only news while no channel exists; with one, its hang-up tells the cause."""
    call = books.calls.get(event.attempt_id)
    if call is not None and call.stage is Stage.PLACING and books.move(call, Input.REFUSED):
        call.dial_status = event.reason
        close(books, call, Verdict.FAILED, out)


def lost(books: Books, call: Call, out: list[Command]) -> None:
    """Asterisk does not know the call any more and nobody saw its end."""
    books.move(call, Input.ENDED)
    answered_somehow = call.connected_ms or call.picked_up_ms
    close(books, call, _verdict(call) if answered_somehow else Verdict.LOST, out)


def _verdict(call: Call) -> Verdict:
    if call.given_up and not (call.picked_up_ms or call.answered_ms):
        call.dial_status = OVERDIALED
        return Verdict.CANCELLED
    return verdict(
        cause=call.cause,
        dial_status=call.dial_status,
        rang=call.rang,
        picked_up=bool(call.picked_up_ms or call.answered_ms),
        machine=call.machine,
        connected=bool(call.connected_ms),
        we_hung_up=call.we_hung_up,
        hung_up=call.hung_up,
    )


def close(books: Books, call: Call, end: Verdict, out: list[Command]) -> None:
    books.close_call(call)
    _count(books, call, end)
    out.append(
        CloseAttempt(
            attempt_id=call.attempt_id,
            verdict=str(end),
            cause=call.cause,
            dial_status=call.dial_status,
            at_ms=books.now_ms,
            rang=call.rang or bool(call.picked_up_ms),
            answered_ms=call.answered_ms or (call.picked_up_ms if end in BY_A_PERSON else 0),
            connected_ms=call.connected_ms,
            agent_id=call.agent_id if call.connected_ms else "",
            gestion="" if end is Verdict.CONNECTED else books.system_code(call.cartera, end),
        )
    )
    _case_goes_on(books, call, end, out)
    transferring.call_over(books, call, out)
    outgoing.call_over(books, call, out)
    agent = books.roster.agent(call.agent_id or call.reserved_for)
    if agent is not None and agent.on_call == call.attempt_id:
        attending.call_over(books, agent, call, out)


def _count(books: Books, call: Call, end: Verdict) -> None:
    """What the law looks at. A call of an earlier run is counted by the store, and told with what was before."""
    book = books.carteras[call.cartera]
    abandoned = end is Verdict.ABANDONED
    if abandoned:
        books.abandoned(call)
    if abandoned and not call.reopened:
        book.answered(books.now_ms, True)
    elif end is Verdict.MACHINE and not call.reopened:
        book.machines.add(books.now_ms)


def _case_goes_on(books: Books, call: Call, end: Verdict, out: list[Command]) -> None:
    """Connected: the gestión decides, now or when it is saved. Otherwise the verdict's retry rule does."""
    if call.after is not None:
        out.append(call.after)
        return
    if end is Verdict.CONNECTED:
        books.owed[call.attempt_id] = call
        return
    rung = Verdict.NO_ANSWER if call.given_up and end is Verdict.CANCELLED else end
    most, after_ms = books.carteras[call.cartera].terms.retries.get(rung, (0, 0))
    if _in_a_row(call.contact.history, end) + 1 >= most:
        out.append(DropContact(call.cartera, call.contact.case_id, call.contact.person_id, f"{end}_max"))
    else:
        contact = callback_made(call.contact) if TRAITS[end].valid else call.contact
        out.append(give_back(books, contact, books.now_ms + after_ms, str(end)))


def _in_a_row(history: tuple[Touch, ...], end: Verdict) -> int:
    """How many of our calls, counted back from the last, ended like this."""
    row = 0
    for touch in reversed(history):
        if touch.verdict and touch.verdict != end:
            break
        row += bool(touch.verdict)
    return row


# ── after a restart ─────────────────────────────────────────────────────────────────────────────────


def on_reopened(books: Books, event: AttemptReopened, out: list[Command]) -> None:
    """A call of the run before this one: kept as *reopened* until Asterisk's listing tells what became of it.

    Where its gestión was saved already, its own date is in the store; a day later the rules look at the case again, or
    at the hour of the rellamado that was agreed for.
    """
    if event.cartera not in books.carteras or event.attempt_id in books.calls:
        return
    amd = books.carteras[event.cartera].terms.amd and not event.answered_ms
    call = Call(event.attempt_id, event.cartera, event.contact, event.phone_id, amd, event.placed_ms)
    call.stage, call.reopened = Stage.REOPENED, True
    call.told = "connected" if event.connected_ms else ""
    call.agent_id = event.agent_id
    call.answered_ms, call.connected_ms = event.answered_ms, event.connected_ms
    call.picked_up_ms = event.answered_ms
    if event.gestion_saved:
        due_ms = max(books.now_ms, event.contact.callback_ms) if event.contact.callback_ms else books.now_ms + DAY_MS
        call.after = give_back(books, event.contact, due_ms, "reopened")
    books.open_call(call)
