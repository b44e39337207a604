"""Handing a debtor to somebody outside: what agents ask, and what Asterisk says of the call that was made for it.

The agent is free for their gestión, which stays theirs, as soon as debtor and the other hear each other; when either
of those two hangs up, the other's call is ended too. The machine is `dialer.transfer`'s, the call's `dialer.outside`'s.
"""

from __future__ import annotations

from collections.abc import Mapping

from agents.agent import Input as AgentInput
from dialer import asking, attending, ids, matching, receiving, sending_out, transferring
from dialer.books import Books
from dialer.call import Call, Stage
from dialer.call import Input as CallInput
from dialer.commands import Command, HangUp, HoldCall, TellConsult, TellHandover
from dialer.events import ChannelSeen, OutsideAsked, OutsideEnded, OutsideUp
from dialer.outside import Input, Outing, OutsideLeg
from dialer.outside import Stage as LegStage
from dialer.transfer import Input as News
from dialer.transfer import Phase

SETTLE_MS = 2_000
"""A channel is made a moment after it was asked for: one asked for so shortly before a listing is not judged by it."""

CAUSES: Mapping[int, str] = {
    1: "outside_unknown",
    17: "outside_busy",
    18: "outside_no_answer",
    19: "outside_no_answer",
    21: "outside_rejected",
    22: "outside_unknown",
    28: "outside_unknown",
}
"""Q.850 causes of a call that was not answered, as words; every other is the network's."""


def refusal(books: Books, agent_id: str, inside: str = "") -> str:
    """Why the agent cannot hand their debtor to the outside now, as a word; "" when they can.

    `inside`: to this supervisor of ours (``sup:<code>``), whose headset takes no line of the trunk.
    """
    why = transferring.unable_first(books, agent_id)
    if why or not books.pbx_ready:
        return why or "no_pbx"
    if inside:
        return receiving.taken(books, inside)
    return "" if asking.lines_left(books) > 0 else "no_line"


def on_asked(books: Books, event: OutsideAsked, out: list[Command]) -> None:
    """From here on the debtor hears music, until somebody has them."""
    why = refusal(books, event.agent_id, event.to if event.endpoint else "")
    if why:
        out.append(TellConsult(event.agent_id, "failed", event.to, why, outside=True))
        return
    first = books.roster.agents[event.agent_id]
    call = books.calls[first.on_call]
    outing = Outing(call.attempt_id, event, event.ring_ms + books.limits.overdue_ms)
    if call.stage is Stage.HELD:
        outing.phase = Phase.RINGING
        out.append(HoldCall(call.attempt_id))
    books.transfers[call.attempt_id] = outing
    transferring.begin(books, outing, out)
    if books.move(call, CallInput.HOLD):
        books.shift(first, AgentInput.HOLD, out)
    out.append(TellConsult(first.agent_id, "ringing", event.to, outside=True))
    if outing.inside:
        out.append(sending_out.told(outing, call, "ringing"))


def on_up(books: Books, event: OutsideUp, out: list[Command]) -> None:
    """Whoever answers what nobody waits for any more is hung up."""
    leg = books.outside.get(event.outside_id)
    if leg is None or leg.stage is LegStage.ENDING:
        out.append(HangUp(event.outside_id))
    elif leg.take(Input.ANSWERED):
        outing = books.transfers.get(leg.attempt_id)
        if isinstance(outing, Outing) and outing.outside_id == leg.outside_id:
            transferring.news(books, outing, News.ANSWERED if outing.attended else News.ANSWERED_BLIND, out)


def on_ended(books: Books, event: OutsideEnded, out: list[Command]) -> None:
    leg = books.outside.pop(event.outside_id, None)
    if leg is None:
        return
    why = "outside_hung_up" if leg.stage is LegStage.UP else CAUSES.get(event.cause, "outside_network")
    leg.take(Input.ENDED)
    if leg.inside:
        out.append(TellHandover(leg.inside, "over"))
    outing, call = books.transfers.get(leg.attempt_id), books.calls.get(leg.attempt_id)
    if isinstance(outing, Outing) and outing.outside_id == leg.outside_id:
        transferring.news(books, outing, News.OTHER_GONE, out, why)
    elif call is not None and call.outside == leg.outside_id and call.stage is not Stage.HANGING_UP:
        matching.hang_up(books, call, out)


def on_bridged(books: Books, attempt_id: str, outside_id: str, out: list[Command]) -> None:
    """Debtor and who was called hear each other: the agent before is in wrap-up."""
    call, outing = books.calls.get(attempt_id), books.transfers.get(attempt_id)
    if call is None or not isinstance(outing, Outing) or outing.outside_id != outside_id:
        return
    if outing.phase is Phase.PASSING and books.move(call, CallInput.BRIDGED):
        transferring.news(books, outing, News.PASSED, out)
        attending.call_over(books, books.roster.agents[outing.first_id], call, out)


def call_over(books: Books, call: Call, out: list[Command]) -> None:
    """The debtor has hung up: so do we on whom they talked to."""
    sending_out.hang_up(books, books.outside.get(call.outside), out)


# ── Asterisk's list ─────────────────────────────────────────────────────────────────────────────────


def on_listed(books: Books, asked_ms: int, seen: Mapping[str, ChannelSeen], out: list[Command]) -> None:
    """What nobody heard of while the link was down; what an earlier run left behind."""
    for leg in tuple(books.outside.values()):
        channel = seen.get(leg.outside_id)
        if channel is not None:
            _still_there(books, leg, channel, seen, out)
        elif leg.asked_ms < asked_ms - SETTLE_MS:
            on_ended(books, OutsideEnded(leg.outside_id, 0), out)
    for channel_id in seen:
        if ids.is_outside(channel_id) and channel_id.startswith(f"x.{books.node}.") and channel_id not in books.outside:
            _take_up(books, channel_id, seen, out)


def _still_there(
    books: Books, leg: OutsideLeg, channel: ChannelSeen, seen: Mapping[str, ChannelSeen], out: list[Command]
) -> None:
    if leg.stage is LegStage.ENDING:
        out.append(HangUp(leg.outside_id))
    elif channel.up:
        on_up(books, OutsideUp(leg.outside_id), out)
        _with_whom(books, leg, channel.bridge_id, seen, out)


def _with_whom(
    books: Books, leg: OutsideLeg, bridge_id: str, seen: Mapping[str, ChannelSeen], out: list[Command]
) -> None:
    outing = books.transfers.get(leg.attempt_id)
    if not isinstance(outing, Outing):
        return
    first = books.roster.agents[outing.first_id].leg_id
    if bridge_id and _bridge(seen, leg.attempt_id) == bridge_id:
        on_bridged(books, leg.attempt_id, leg.outside_id, out)
    elif bridge_id and _bridge(seen, first) == bridge_id:
        transferring.news(books, outing, News.JOINED, out)
    elif outing.phase is Phase.CONSULTING:
        transferring.news(books, outing, News.CANCEL, out)


def _bridge(seen: Mapping[str, ChannelSeen], channel_id: str) -> str:
    return seen[channel_id].bridge_id if channel_id in seen else ""


def _take_up(books: Books, outside_id: str, seen: Mapping[str, ChannelSeen], out: list[Command]) -> None:
    """Who talks to a debtor goes on; any other was called for a transfer that nobody remembers."""
    bridge_id = seen[outside_id].bridge_id
    inside = (one for one, channel in seen.items() if ids.is_attempt(one) and channel.bridge_id == bridge_id)
    call = books.calls.get(next(inside, "")) if bridge_id else None
    if call is None or not call.connected_ms or not books.move(call, CallInput.BRIDGED):
        out.append(HangUp(outside_id))
        return
    leg = OutsideLeg(outside_id, call.attempt_id, books.now_ms)
    leg.take(Input.ANSWERED)
    books.outside[outside_id] = leg
    call.outside = outside_id
    agent = books.roster.agents.get(call.agent_id) or books.join(call.agent_id, "", ())
    if call.after is None and call.attempt_id not in agent.owes:
        agent.owes.append(call.attempt_id)
