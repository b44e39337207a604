"""What agents do: log in and out, pause, hang up, hold, save the gestión; and what befalls their legs."""

from __future__ import annotations

from agents.agent import Agent, Input, State
from dialer import matching, placing, transferring
from dialer.books import Books
from dialer.call import Call, Stage
from dialer.call import Input as CallInput
from dialer.commands import CallAgent, Command, HangUp, HoldCall, JoinCall, TellHand
from dialer.events import (
    AgentConnected,
    AgentHeld,
    AgentHungUp,
    AgentLeft,
    AgentLoweredHand,
    AgentMoved,
    AgentPaused,
    AgentRaisedHand,
    AgentReady,
    AgentResumed,
    AgentVanished,
    HeadsetRegistered,
    LegEnded,
    LegParked,
)

RECALL_MS = 3_000
START_REASON = "inicio"
ON_A_CALL = frozenset({State.HABLANDO, State.ESPERA})
HAND_MS = 3_600_000
"""A hand raised longer ago does not come up again with its agent's console."""


# ── login and logout ────────────────────────────────────────────────────────────────────────────────


def on_connected(books: Books, event: AgentConnected, out: list[Command]) -> None:
    """A console is open: a new shift, or the same agent back after a reload."""
    known = tuple(c for c in event.carteras if c in books.carteras)
    agent = books.join(event.agent_id, event.endpoint, known)
    agent.present = True
    books.see_agent(agent)
    agent.owes += [attempt for attempt in event.pending if attempt not in agent.owes]
    if agent.state is not State.DESCONECTADO:
        books.tell(agent, out)
        if agent.hand_ms:
            out.append(TellHand(agent.agent_id, agent.hand_ms))
        call = books.calls.get(agent.on_call)
        if call is not None:
            out.append(matching.show(call, agent))
            transferring.retell(books, agent, out)
        return
    agent.wants = ""
    books.shift(agent, Input.LOGIN, out)
    if event.hand_ms and books.now_ms - event.hand_ms <= HAND_MS:
        _raise(agent, event.hand_ms, out)
    if agent.leg_up:
        parked(books, agent, out)
    elif not agent.leg_id:
        _call_leg(books, agent, out)


def _call_leg(books: Books, agent: Agent, out: list[Command]) -> None:
    agent.leg_id = books.next_leg_id(agent.agent_id)
    agent.leg_up = False
    agent.leg_tries += 1
    out.append(CallAgent(agent.leg_id, agent.endpoint, books.limits.agent_ring_ms))


def on_left(books: Books, event: AgentLeft, out: list[Command]) -> None:
    """At once, or after the call. The leg of one whose page went before they logged out waits for nobody any more."""
    agent = books.roster.agent(event.agent_id)
    if agent is None:
        return
    placing.close_preview(books, agent, out)
    if agent.state is State.DESCONECTADO:
        matching.drop_leg(books, agent, out)
    elif agent.state in ON_A_CALL or agent.on_call:
        agent.wants = "leave"
        books.see_agent(agent)
        transferring.leave(books, agent, out)
    else:
        _leave(books, agent, out, gone=False)
        matching.drop_leg(books, agent, out)


def _leave(books: Books, agent: Agent, out: list[Command], *, gone: bool) -> None:
    """Off the floor; what is owed stays in the store and comes back at the next login.

    `gone`: nobody asked for it, the console went; a raised hand comes back with it.
    """
    agent.owes.clear()
    agent.wants = ""
    agent.leg_tries = 0
    _raise(agent, 0, out, kept=gone)
    books.shift(agent, Input.LEAVE, out)


def _go(books: Books, agent: Agent, out: list[Command]) -> None:
    """Who asked to leave is gone; the leg of one whose console is away waits a while for their return."""
    leaving = agent.wants == "leave"
    _leave(books, agent, out, gone=not leaving)
    if leaving:
        matching.drop_leg(books, agent, out)
    else:
        books.wake(books.now_ms + books.limits.orphan_leg_ms, "orphan", agent.agent_id)


def on_vanished(books: Books, event: AgentVanished, out: list[Command]) -> None:
    """The console is gone: a conversation goes on without it; otherwise the agent is off the floor at once.

    The leg stays parked for a while, so that a reload of the page does not ring the headset again.
    """
    agent = books.roster.agent(event.agent_id)
    if agent is None or agent.state is State.DESCONECTADO:
        return
    agent.present = False
    placing.close_preview(books, agent, out)
    if agent.state not in ON_A_CALL and not agent.on_call:
        _leave(books, agent, out, gone=True)
        books.wake(books.now_ms + books.limits.orphan_leg_ms, "orphan", agent.agent_id)
    else:
        books.see_agent(agent)


def on_orphan(books: Books, agent_id: str, out: list[Command]) -> None:
    agent = books.roster.agent(agent_id)
    if agent is not None and agent.state is State.DESCONECTADO:
        matching.drop_leg(books, agent, out)


def on_moved(books: Books, event: AgentMoved, out: list[Command]) -> None:
    """Other carteras from the next call on; what the agent is doing, they finish."""
    agent = books.roster.agent(event.agent_id)
    known = tuple(c for c in event.carteras if c in books.carteras)
    if agent is None or agent.carteras == known:
        return
    books.join(agent.agent_id, agent.endpoint, known)
    books.uneven = True
    matching.serve_waiting(books, agent, out)


# ── the hand ────────────────────────────────────────────────────────────────────────────────────────


def on_raised(books: Books, event: AgentRaisedHand, out: list[Command]) -> None:
    """A hand that is up stays up since when it was raised."""
    agent = books.roster.agent(event.agent_id)
    if agent is not None and agent.state is not State.DESCONECTADO:
        _raise(agent, agent.hand_ms or books.now_ms, out)


def on_lowered(books: Books, event: AgentLoweredHand, out: list[Command]) -> None:
    agent = books.roster.agent(event.agent_id)
    if agent is not None:
        _raise(agent, 0, out)


def _raise(agent: Agent, since_ms: int, out: list[Command], *, kept: bool = False) -> None:
    if agent.hand_ms != since_ms:
        agent.hand_ms = since_ms
        out.append(TellHand(agent.agent_id, since_ms, kept))


# ── the leg ─────────────────────────────────────────────────────────────────────────────────────────


def on_parked(books: Books, event: LegParked, out: list[Command]) -> None:
    agent = matching.agent_on_leg(books, event.leg_id)
    if agent is None or agent.state is State.DESCONECTADO:
        out.append(HangUp(event.leg_id))
        return
    if not agent.leg_up:
        agent.leg_up, agent.leg_tries = True, 0
        if agent.state is State.CONECTANDO:
            parked(books, agent, out)
    else:
        transferring.leg_parked(books, agent, out)


def parked(books: Books, agent: Agent, out: list[Command]) -> None:
    """The leg is there: back to the conversation that it fell out of, to the gestión that is owed, or to the pause."""
    call = books.calls.get(agent.on_call)
    if transferring.leg_back(books, agent, out):
        return
    if call is not None and call.stage is Stage.HELD:
        out.append(JoinCall(call.attempt_id, agent.leg_id))
        return
    if agent.owes or books.now_ms < agent.free_from_ms:
        books.shift(agent, Input.PARKED_OWING, out)
        wrap_up(books, agent, out)
        return
    reason = agent.wants_reason if agent.wants == "pause" else START_REASON
    books.shift(agent, Input.PARKED, out, reason)
    if agent.wants == "ready":
        _make_ready(books, agent, out)


def on_leg_ended(books: Books, event: LegEnded, out: list[Command]) -> None:
    """The headset dropped: a person being joined goes to another agent; a conversation waits for the leg to return."""
    agent = matching.agent_on_leg(books, event.leg_id)
    if agent is None:
        return
    agent.leg_id, agent.leg_up = "", False
    if agent.state is State.DESCONECTADO:
        return
    placing.close_preview(books, agent, out)
    if agent.state in (State.DISPONIBLE, State.RESERVADO):
        agent.wants = agent.wants or "ready"
    call = books.calls.get(agent.on_call)
    if agent.state is not State.CONECTANDO:
        books.shift(agent, Input.LEG_LOST, out)
    if call is not None and call.reserved_for == agent.agent_id:
        books.unreserve(call)
        agent.on_call = ""
    elif transferring.leg_lost(books, agent, out):
        pass  # the debtor is held: the transfer has seen to them
    elif call is not None and call.stage in (Stage.JOINING, Stage.TALKING, Stage.HELD):
        matching.lost_agent(books, call, out)
    _recall(books, agent, out)


def _recall(books: Books, agent: Agent, out: list[Command]) -> None:
    """At once the first time (a flake), then every few seconds while the agent is there."""
    if agent.leg_tries == 0:
        _call_leg(books, agent, out)
    else:
        books.wake(books.now_ms + RECALL_MS, "recall", agent.agent_id)


def on_recall(books: Books, agent_id: str, out: list[Command]) -> None:
    agent = books.roster.agent(agent_id)
    if agent is not None and agent.state is State.CONECTANDO and not agent.leg_id and books.pbx_ready:
        _call_leg(books, agent, out)


def on_registered(books: Books, event: HeadsetRegistered, out: list[Command]) -> None:
    """The headset is called at once instead of with the next try.

    A leg that is up belongs to a page that died without a word, and one that still rings may ring a page that has just
    been closed: it is hung up, and its end brings the new one at once.
    """
    agent = books.roster.agent(event.agent_id)
    if agent is None or agent.state is State.DESCONECTADO or not books.pbx_ready:
        return
    if agent.leg_id:
        agent.leg_tries = 0
        matching.drop_leg(books, agent, out)
    elif agent.state is State.CONECTANDO:
        _call_leg(books, agent, out)


# ── during a call ───────────────────────────────────────────────────────────────────────────────────


def _call_of(books: Books, agent_id: str) -> tuple[Agent | None, Call | None]:
    agent = books.roster.agent(agent_id)
    return agent, books.calls.get(agent.on_call) if agent is not None else None


def on_hung_up(books: Books, event: AgentHungUp, out: list[Command]) -> None:
    """In a transfer: of it, lest a debtor who waits be hung up on."""
    _, call = _call_of(books, event.agent_id)
    if transferring.stop(books, event.agent_id, out):
        return
    if call is not None and call.stage not in (Stage.RECORDING, Stage.HANGING_UP):
        matching.hang_up(books, call, out)


def on_held(books: Books, event: AgentHeld, out: list[Command]) -> None:
    agent, call = _call_of(books, event.agent_id)
    if transferring.of_agent(books, event.agent_id) is not None:
        return
    if agent is None or call is None or agent.state is not State.HABLANDO or not books.move(call, CallInput.HOLD):
        return
    out.append(HoldCall(call.attempt_id))
    books.shift(agent, Input.HOLD, out)


def on_resumed(books: Books, event: AgentResumed, out: list[Command]) -> None:
    agent, call = _call_of(books, event.agent_id)
    if transferring.stop(books, event.agent_id, out):
        return
    if agent is not None and call is not None and agent.state is State.ESPERA and call.stage is Stage.HELD:
        out.append(JoinCall(call.attempt_id, agent.leg_id))


def call_over(books: Books, agent: Agent, call: Call, out: list[Command]) -> None:
    """The call has left the books, or the agent: wrap-up for who talked; who had not been joined yet is free again."""
    agent.on_call = ""
    if agent.state is State.RESERVADO:
        books.shift(agent, Input.RELEASE, out)
        _next(books, agent, out)
        return
    agent.free_from_ms = books.now_ms + books.limits.gap_ms
    books.wake(agent.free_from_ms, "rest", agent.agent_id)
    if not agent.wants and books.carteras[call.cartera].terms.auto_ready:
        agent.wants = "ready"
    books.shift(agent, Input.TALK_OVER, out)
    if agent.state is State.CONECTANDO and agent.leg_up:
        parked(books, agent, out)
    wrap_up(books, agent, out)


# ── wrap-up, pause, ready ───────────────────────────────────────────────────────────────────────────


def wrap_up(books: Books, agent: Agent, out: list[Command]) -> None:
    """End the *cierre* when nothing is owed: a pause or the way out at once, the next call after the rest."""
    if agent.state is not State.CIERRE:
        return
    if not agent.present or agent.wants == "leave":
        _go(books, agent, out)
    elif agent.owes:
        return
    elif agent.wants == "pause":
        agent.wants = ""
        books.shift(agent, Input.PAUSE, out, agent.wants_reason)
    elif agent.wants == "ready" and books.now_ms >= agent.free_from_ms:
        _make_ready(books, agent, out)


def _make_ready(books: Books, agent: Agent, out: list[Command]) -> None:
    agent.wants = ""
    if books.shift(agent, Input.READY, out):
        _next(books, agent, out)


def _next(books: Books, agent: Agent, out: list[Command]) -> None:
    if agent.wants == "leave" or not agent.present:
        _go(books, agent, out)
    elif agent.wants == "pause":
        agent.wants = ""
        books.shift(agent, Input.PAUSE, out, agent.wants_reason)
    else:
        matching.serve_waiting(books, agent, out)


def on_rest_over(books: Books, agent_id: str, out: list[Command]) -> None:
    agent = books.roster.agent(agent_id)
    if agent is None or books.now_ms < agent.free_from_ms:
        return
    if agent.state is State.CIERRE:
        wrap_up(books, agent, out)
    elif agent.state is State.PAUSA and agent.wants == "ready":
        _make_ready(books, agent, out)
    elif agent.state is State.DISPONIBLE:
        _next(books, agent, out)


def on_ready(books: Books, event: AgentReady, out: list[Command]) -> None:
    agent = books.roster.agent(event.agent_id)
    if agent is None or agent.state in (State.DESCONECTADO, State.DISPONIBLE):
        return
    agent.wants = "ready"
    books.see_agent(agent)
    if agent.state is State.PAUSA and books.now_ms >= agent.free_from_ms:
        _make_ready(books, agent, out)
    else:
        wrap_up(books, agent, out)


def on_paused(books: Books, event: AgentPaused, out: list[Command]) -> None:
    agent = books.roster.agent(event.agent_id)
    if agent is None or agent.state is State.DESCONECTADO:
        return
    placing.close_preview(books, agent, out)
    if agent.state in (State.DISPONIBLE, State.PAUSA):
        agent.wants = ""
        books.shift(agent, Input.PAUSE, out, event.reason)
        return
    agent.wants, agent.wants_reason = "pause", event.reason
    books.see_agent(agent)
    wrap_up(books, agent, out)
