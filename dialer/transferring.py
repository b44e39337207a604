"""Handing a debtor over: what agents ask, what Asterisk says of the legs, and what `transfer`'s machine does then."""

from __future__ import annotations

from collections.abc import Callable

from agents.agent import Agent, State
from agents.agent import Input as AgentInput
from dialer import ids, matching, sending_out
from dialer.books import Books
from dialer.call import Call, Stage
from dialer.call import Input as CallInput
from dialer.commands import Command, HoldCall, JoinCall, JoinLegs, NoteTransfer, TellConsult
from dialer.events import (
    ChannelSeen,
    LegsBridged,
    LegsFailed,
    TransferAsked,
    TransferCancelled,
    TransferFinished,
)
from dialer.outside import Outing
from dialer.transfer import OPEN, Input, Phase, Transfer

CONSULTA, TRASPASO = "consulta", "traspaso"
"""Why somebody is *reservado*: they are being consulted, or a debtor is on the way to them."""


# ── what agents ask ─────────────────────────────────────────────────────────────────────────────────


def refusal(books: Books, agent_id: str, to: str, *, even_paused: bool) -> str:
    """Why the agent cannot hand their debtor to `to` now, as a word; "" when they can."""
    why = unable_first(books, agent_id)
    if not why and agent_id == to:
        return "self"
    return why or _unable(books, books.roster.agent(to), even_paused)


def unable_first(books: Books, agent_id: str) -> str:
    """Why the agent can hand nobody over to anybody now, as a word, or ""."""
    first = books.roster.agent(agent_id)
    call = books.calls.get(first.on_call) if first is not None else None
    if first is None or call is None or call.agent_id != agent_id or call.stage not in (Stage.TALKING, Stage.HELD):
        return "no_call"
    if call.attempt_id in books.transfers:
        return "under_way"
    return "" if first.leg_up else "no_leg"


def _unable(books: Books, other: Agent | None, even_paused: bool) -> str:
    if other is None or other.state is State.DESCONECTADO or not other.present:
        return "away"
    if not other.leg_up or other.state is State.CONECTANDO:
        return "away_leg"
    if other.state is State.PAUSA:
        return "" if even_paused and books.now_ms >= other.free_from_ms else "paused"
    return "" if other.state is State.DISPONIBLE and not other.on_call else "busy"


def on_asked(books: Books, event: TransferAsked, out: list[Command]) -> None:
    """From here on the debtor is held in the books, whatever they hear, until one of the two has them."""
    why = refusal(books, event.agent_id, event.to, even_paused=event.even_paused)
    if why:
        out.append(TellConsult(event.agent_id, "failed", event.to, why))
        return
    first, other = books.roster.agents[event.agent_id], books.roster.agents[event.to]
    call = books.calls[first.on_call]
    transfer = Transfer(call.attempt_id, event.agent_id, event.to, attended=event.attended)
    if transfer.attended:
        transfer.phase = Phase.HOLDING if call.stage is Stage.TALKING else Phase.CALLING
    books.transfers[call.attempt_id] = transfer
    if transfer.phase is Phase.CALLING:
        out.append(HoldCall(call.attempt_id))
    begin(books, transfer, out)
    _reserve(books, other, call, transfer, out)
    if books.move(call, CallInput.HOLD):
        books.shift(first, AgentInput.HOLD, out)
    out.append(matching.show(call, other))
    if transfer.attended:
        out.append(TellConsult(first.agent_id, "ringing", other.agent_id))


def _reserve(books: Books, other: Agent, call: Call, transfer: Transfer, out: list[Command]) -> None:
    """Who was in a pause is back in it afterwards."""
    if other.state is State.PAUSA:
        other.wants, other.wants_reason = "pause", other.reason
    other.on_call = call.attempt_id
    books.shift(other, AgentInput.CALLED, out, CONSULTA if transfer.attended else TRASPASO)


def on_finished(books: Books, event: TransferFinished, out: list[Command]) -> None:
    transfer = of_agent(books, event.agent_id)
    if transfer is not None and transfer.first_id == event.agent_id:
        news(books, transfer, Input.FINISH, out)


def on_cancelled(books: Books, event: TransferCancelled, out: list[Command]) -> None:
    stop(books, event.agent_id, out)


def stop(books: Books, agent_id: str, out: list[Command]) -> bool:
    """Either of the two wants no more of it: back to the debtor. False when the agent is in no transfer."""
    transfer = of_agent(books, agent_id)
    if transfer is not None:
        news(books, transfer, Input.CANCEL, out)
    return transfer is not None


def leave(books: Books, agent: Agent, out: list[Command]) -> None:
    """Who is consulted and leaves ends it; who consults and leaves hands over, as a telephone that is put down does.

    Not to the outside: there the debtor is back with the one who leaves, unless they were sent there blind.
    """
    transfer = of_agent(books, agent.agent_id)
    if transfer is None or transfer.phase is Phase.PASSING:
        return
    if isinstance(transfer, Outing):
        if transfer.attended:
            news(books, transfer, Input.CANCEL, out)
    elif transfer.other_id == agent.agent_id:
        news(books, transfer, Input.OTHER_GONE, out, "away")
    elif not news(books, transfer, Input.FINISH, out):
        news(books, transfer, Input.CANCEL, out)


def retell(books: Books, agent: Agent, out: list[Command]) -> None:
    """A page that is loaded again learns how its transfer goes."""
    transfer = of_agent(books, agent.agent_id)
    outside = isinstance(transfer, Outing)
    if transfer is not None and transfer.first_id == agent.agent_id and (transfer.attended or outside):
        talking = transfer.phase not in (Phase.HOLDING, Phase.RINGING, Phase.CALLING) and transfer.attended
        state = "talking" if talking else "ringing"
        out.append(TellConsult(agent.agent_id, state, _to(transfer), outside=outside))


def _to(transfer: Transfer) -> str:
    return transfer.asked.to if isinstance(transfer, Outing) else transfer.other_id


def of_agent(books: Books, agent_id: str) -> Transfer | None:
    """The transfer that the agent is in, on either side."""
    agent = books.roster.agent(agent_id)
    return books.transfers.get(agent.on_call) if agent is not None else None


# ── what Asterisk says ──────────────────────────────────────────────────────────────────────────────


def leg_parked(books: Books, agent: Agent, out: list[Command]) -> None:
    """The leg is in its loop again: of the first one that means that the debtor hears music."""
    transfer = of_agent(books, agent.agent_id)
    if transfer is not None and transfer.first_id == agent.agent_id:
        news(books, transfer, Input.PARKED, out)


def leg_back(books: Books, agent: Agent, out: list[Command]) -> bool:
    """The leg that dropped is there again; True when a transfer decides what it is for."""
    transfer = of_agent(books, agent.agent_id)
    if transfer is not None:
        news(books, transfer, Input.FIRST_BACK, out)
    return transfer is not None


def leg_lost(books: Books, agent: Agent, out: list[Command]) -> bool:
    """One of the two has no leg any more; False when the agent is in no transfer."""
    transfer = of_agent(books, agent.agent_id)
    if transfer is None:
        return False
    what = Input.FIRST_GONE if transfer.first_id == agent.agent_id else Input.OTHER_GONE
    news(books, transfer, what, out, "headset")
    return True


def on_legs_bridged(books: Books, event: LegsBridged, out: list[Command]) -> None:
    transfer = _of_legs(books, event.leg_id, event.other_id)
    if transfer is not None:
        news(books, transfer, Input.JOINED, out)


def on_legs_failed(books: Books, event: LegsFailed, out: list[Command]) -> None:
    """The leg that would not join is called again."""
    transfer = _of_legs(books, event.leg_id, event.other_id)
    if transfer is not None and transfer.phase is Phase.CALLING:
        _other_fails(books, transfer, out)


def bridge_failed(books: Books, attempt_id: str, leg_id: str, out: list[Command]) -> bool:
    """The debtor and the other could not be joined; False when this is no transfer's bridge."""
    transfer = books.transfers.get(attempt_id)
    if transfer is None:
        return False
    if transfer.phase is Phase.PASSING and leg_id == _other_leg(books, transfer):
        _other_fails(books, transfer, out)
    return True


def _other_leg(books: Books, transfer: Transfer) -> str:
    if isinstance(transfer, Outing):
        return transfer.outside_id
    return books.roster.agents[transfer.other_id].leg_id


def _other_fails(books: Books, transfer: Transfer, out: list[Command]) -> None:
    other = books.roster.agent(transfer.other_id)
    news(books, transfer, Input.OTHER_GONE, out, "refused")
    if other is not None:
        matching.drop_leg(books, other, out)


def _of_legs(books: Books, leg_id: str, other_id: str) -> Transfer | None:
    agent = matching.agent_on_leg(books, other_id if ids.is_outside(leg_id) else leg_id)
    transfer = books.transfers.get(agent.on_call) if agent is not None else None
    if transfer is None:
        return None
    pair = {books.roster.agents[transfer.first_id].leg_id, _other_leg(books, transfer)}
    return transfer if pair == {leg_id, other_id} else None


def passed(books: Books, transfer: Transfer, call: Call, agent: Agent, out: list[Command]) -> bool:
    """Debtor and other hear each other: False for the bridge of before, whose news comes late."""
    if agent.agent_id != transfer.other_id or transfer.phase is not Phase.PASSING:
        return False
    return books.move(call, CallInput.BRIDGED) and news(books, transfer, Input.PASSED, out)


def call_over(books: Books, call: Call, out: list[Command]) -> None:
    transfer = books.transfers.get(call.attempt_id)
    if transfer is not None:
        news(books, transfer, Input.CALL_OVER, out, "debtor", call)


def on_listed(books: Books, channels: tuple[ChannelSeen, ...], out: list[Command]) -> None:
    """Who is in a bridge with whom, where nobody was listening."""
    bridges = {channel.channel_id: channel.bridge_id for channel in channels}
    for transfer in [one for one in books.transfers.values() if not isinstance(one, Outing)]:
        legs = [books.roster.agents[one].leg_id for one in (transfer.first_id, transfer.other_id)]
        first, other = (bridges.get(leg, "") for leg in legs)
        if first and first == other:
            news(books, transfer, Input.JOINED, out)
        elif transfer.phase is Phase.CONSULTING:
            news(books, transfer, Input.CANCEL, out)


def on_late(books: Books, attempt_id: str, out: list[Command]) -> None:
    """Timers are never cancelled: only that of the present phase counts."""
    transfer = books.transfers.get(attempt_id)
    if transfer is not None and 0 < transfer.late_ms <= books.now_ms:
        news(books, transfer, Input.LATE, out, "late")


# ── what the machine does ───────────────────────────────────────────────────────────────────────────


def news(
    books: Books, transfer: Transfer, what: Input, out: list[Command], why: str = "", call: Call | None = None
) -> bool:
    """Move the transfer, and do what its new phase begins with; False when this was no news to it.

    `call`: the debtor's, where it has left the books already.
    """
    if not transfer.take(what):
        return False
    if transfer.phase in OPEN:
        begin(books, transfer, out)
        return True
    transfer.why = why if transfer.phase in (Phase.FAILED, Phase.LOST) else ""
    _end(books, transfer, call or books.calls[transfer.attempt_id], out)
    return True


def begin(books: Books, transfer: Transfer, out: list[Command]) -> None:
    """What the transfer's phase begins with, and when it is late."""
    transfer.late_ms = books.now_ms + transfer.wait_ms if transfer.wait_ms else 0
    if transfer.late_ms:
        books.wake(transfer.late_ms, "transfer", transfer.attempt_id)
    if isinstance(transfer, Outing):
        sending_out.begin(books, transfer, out)
    elif transfer.phase in BEGINNINGS:
        BEGINNINGS[transfer.phase](books, transfer, out)


def _hold(books: Books, transfer: Transfer, out: list[Command]) -> None:
    out.append(HoldCall(transfer.attempt_id))


def _call(books: Books, transfer: Transfer, out: list[Command]) -> None:
    legs = (books.roster.agents[one].leg_id for one in (transfer.first_id, transfer.other_id))
    out.append(JoinLegs(*legs))


def _consult(books: Books, transfer: Transfer, out: list[Command]) -> None:
    out.append(TellConsult(transfer.first_id, "talking", transfer.other_id))


def _pass(books: Books, transfer: Transfer, out: list[Command]) -> None:
    out.append(JoinCall(transfer.attempt_id, books.roster.agents[transfer.other_id].leg_id))


BEGINNINGS: dict[Phase, Callable[[Books, Transfer, list[Command]], None]] = {
    Phase.HOLDING: _hold,
    Phase.CALLING: _call,
    Phase.CONSULTING: _consult,
    Phase.PASSING: _pass,
}

TOLD: dict[Phase, str] = {Phase.DONE: "done", Phase.BACK: "back", Phase.FAILED: "failed", Phase.LOST: "failed"}


def _end(books: Books, transfer: Transfer, call: Call, out: list[Command]) -> None:
    """Over: who does not have the debtor now is told so, and let go."""
    del books.transfers[transfer.attempt_id]
    if isinstance(transfer, Outing):
        sending_out.end(books, transfer, call, TOLD[transfer.phase], out)
        return
    first, other = books.roster.agents[transfer.first_id], books.roster.agents[transfer.other_id]
    if transfer.phase in (Phase.BACK, Phase.FAILED) and first.leg_up:
        out.append(JoinCall(call.attempt_id, first.leg_id))
    out.append(TellConsult(first.agent_id, TOLD[transfer.phase], other.agent_id, transfer.why))
    if transfer.phase is not Phase.DONE:
        matching.release(books, other, call.attempt_id, out)
        other.on_call = ""
    outcome, now_ms = transfer.phase.value, books.now_ms
    kind = transfer.kind
    out.append(
        NoteTransfer(
            call.attempt_id, call.cartera, first.agent_id, other.agent_id, kind, outcome, now_ms, transfer.why
        )
    )
