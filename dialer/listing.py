"""Asterisk's list of channels held against the books: after a restart, after a lost link, when something is overdue."""

from __future__ import annotations

from agents.agent import State
from dialer import attending, connecting, ids, matching, outgoing, spying, transferring
from dialer.books import Books
from dialer.call import Call, Input, Stage
from dialer.commands import Command, HangUp
from dialer.events import CallBridged, ChannelSeen, ChannelsListed, LegEnded, PbxConnected, PbxLost

SETTLE_MS = 2_000
"""A channel is made a moment after it was asked for: what moved so shortly before the listing is not judged by it."""


def on_connected(books: Books, event: PbxConnected, out: list[Command]) -> None:
    """Nothing is placed before the listing."""


def on_lost(books: Books, event: PbxLost, out: list[Command]) -> None:
    books.pbx_ready = False


def on_listed(books: Books, event: ChannelsListed, out: list[Command]) -> None:
    seen = {channel.channel_id: channel for channel in event.channels}
    for call in list(books.calls.values()):
        channel = seen.get(call.attempt_id)
        if channel is not None:
            _still_there(books, call, channel, out)
        elif call.stage is Stage.REOPENED or _settled(call, event.asked_ms):
            connecting.lost(books, call, out)
    for agent in list(books.roster.agents.values()):
        if agent.leg_id and agent.leg_id not in seen and agent.leg_up:
            attending.on_leg_ended(books, LegEnded(agent.leg_id, 0), out)
    for channel in event.channels:
        if ids.is_leg(channel.channel_id):
            _leg_seen(books, channel, out)
    _rejoin(books, event.channels, out)
    transferring.on_listed(books, event.channels, out)
    outgoing.on_listed(books, event.asked_ms, seen, out)
    _hang_up_strangers(books, event.channels, out)
    spying.on_listed(books, event.asked_ms, seen, out)
    books.pbx_ready = True
    books.uneven = True
    _call_missing_legs(books, out)


def _settled(call: Call, asked_ms: int) -> bool:
    """Whether Asterisk must know the call if it lives: it was asked for, long enough before the listing was."""
    return call.stage is not Stage.RECORDING and call.moved_ms < asked_ms - SETTLE_MS


def _still_there(books: Books, call: Call, channel: ChannelSeen, out: list[Command]) -> None:
    """What happened to a call while nobody was listening; conversations in a bridge are `_rejoin`'s."""
    if call.stage is Stage.REOPENED:
        _reopen(books, call, channel, out)
    elif channel.up and call.stage in (Stage.PLACING, Stage.DIALING, Stage.RINGING):
        connecting.picked_up(books, call, out)


def _reopen(books: Books, call: Call, channel: ChannelSeen, out: list[Command]) -> None:
    if not channel.up:
        books.move(call, Input.RANG)
    elif not channel.bridge_id and call.connected_ms:
        books.move(call, Input.HOLD)
        agent = books.roster.agents.get(call.agent_id) or books.join(call.agent_id, "", ())
        agent.on_call = call.attempt_id
    elif not channel.bridge_id:
        call.picked_up_ms = call.picked_up_ms or books.now_ms
        connecting.answered(books, call, out)


def _leg_seen(books: Books, channel: ChannelSeen, out: list[Command]) -> None:
    """A leg of an earlier run, or one whose parking nobody heard: it is its agent's leg."""
    agent = books.roster.agents.get(ids.agent_of(channel.channel_id))
    if agent is None:
        agent = books.join(ids.agent_of(channel.channel_id), "", ())
    if agent.leg_id == "":
        agent.leg_id = channel.channel_id
        books.wake(books.now_ms + books.limits.orphan_leg_ms, "orphan", agent.agent_id)
    if agent.leg_id == channel.channel_id and channel.up and not agent.leg_up:
        agent.leg_up, agent.leg_tries = True, 0
        if agent.state is State.CONECTANDO and not channel.bridge_id:
            attending.parked(books, agent, out)


def _rejoin(books: Books, channels: tuple[ChannelSeen, ...], out: list[Command]) -> None:
    """Conversations that are going on in Asterisk go on in the books; held ones whose leg is back are joined again."""
    legs = {c.bridge_id: c.channel_id for c in channels if c.bridge_id and ids.is_leg(c.channel_id)}
    for channel in channels:
        call = books.calls.get(channel.channel_id)
        if call is None or not channel.bridge_id or channel.bridge_id not in legs:
            continue
        agent = matching.agent_on_leg(books, legs[channel.bridge_id])
        if agent is not None:
            connecting.on_bridged(books, CallBridged(call.attempt_id, agent.leg_id), out)


def _hang_up_strangers(books: Books, channels: tuple[ChannelSeen, ...], out: list[Command]) -> None:
    """A channel of this node that no book knows talks to nobody who could end it."""
    for channel in channels:
        ours = channel.channel_id.startswith(f"c.{books.node}.")
        if ours and channel.channel_id not in books.calls:
            out.append(HangUp(channel.channel_id))


def _call_missing_legs(books: Books, out: list[Command]) -> None:
    for agent in books.roster.agents.values():
        if agent.state is State.CONECTANDO and not agent.leg_id:
            attending.on_recall(books, agent.agent_id, out)
