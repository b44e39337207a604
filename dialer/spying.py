"""Who listens in on whom: supervisors' headsets called, turned, followed and hung up.

It follows the agent: a leg that dropped and came back is heard again, and when the agent leaves the floor the headset
is hung up. None of this touches the agent's own books: they are read, never written. The machine is `dialer.ear`'s.

*Barge* lasts as long as the conversation: between two of them the headset whispers. Asterisk's ChanSpy looks for the
other side of the bridge once, and holds on to it: a debtor who hangs up meanwhile has no ``Hangup`` until ChanSpy lets
go (22.10, measured), hence the turn at each `CallUnbridged`.
"""

from __future__ import annotations

from collections.abc import Mapping

from agents.agent import Agent, State
from dialer import ids
from dialer.books import Books
from dialer.commands import AimEar, CallEar, Command, HangUp, TellEar, TurnEar
from dialer.ear import Ear, Input, Stage
from dialer.events import CallUnbridged, ChannelSeen, EarAsked, EarDismissed, EarEnded, EarUp

SETTLE_MS = 2_000
"""A channel is made a moment after it was asked for: one asked for so shortly before a listing is not judged by it."""


def ear_of(books: Books, by: str) -> Ear | None:
    """The headset with which this supervisor is on a line, or about to be."""
    return next((ear for ear in books.ears.values() if ear.by == by and ear.stage is not Stage.ENDING), None)


def why_not(books: Books, agent_id: str) -> str:
    """What keeps everybody off this agent's line, as a word, or ""."""
    agent = books.roster.agent(agent_id)
    if not books.pbx_ready:
        return "pbx_down"
    if agent is None or agent.state is State.DESCONECTADO:
        return "agent_left"
    return "" if agent.leg_up else "no_line"


# ── what supervisors ask ────────────────────────────────────────────────────────────────────────────


def on_asked(books: Books, event: EarAsked, out: list[Command]) -> None:
    why = why_not(books, event.agent_id)
    agent = books.roster.agent(event.agent_id)
    if why or agent is None:
        out.append(TellEar(event.by, event.agent_id, "", 0, why))
        return
    ear = ear_of(books, event.by)
    if ear is None:
        _call(books, event, agent, out)
    else:
        _change(books, ear, event, agent, out)


def _call(books: Books, event: EarAsked, agent: Agent, out: list[Command]) -> None:
    ear = Ear(books.next_ear_id(event.by), event.by, agent.agent_id, agent.leg_id, event.mode, books.now_ms)
    ear.way = _way(ear, agent)
    books.ears[ear.ear_id] = ear
    out.append(CallEar(ear.ear_id, event.endpoint, agent.leg_id, ear.way, books.limits.agent_ring_ms))


def _way(ear: Ear, agent: Agent) -> str:
    """How Asterisk is to hold the headset on the line now."""
    return "whisper" if ear.mode == "barge" and agent.state is not State.HABLANDO else ear.mode


def _turn(ear: Ear, way: str, out: list[Command]) -> None:
    ear.way = way
    out.append(TurnEar(ear.ear_id, way))


def _change(books: Books, ear: Ear, event: EarAsked, agent: Agent, out: list[Command]) -> None:
    """Another agent, another mode, or both: nothing rings. Asked for what is already so, it is only told again."""
    same = (ear.agent_id, ear.mode) == (agent.agent_id, event.mode)
    if ear.agent_id != agent.agent_id:
        _turn_to(books, ear, agent, out)
    ear.mode = event.mode
    if ear.stage is Stage.ON:
        if not same:
            _turn(ear, _way(ear, agent), out)
        _tell(ear, out)


def _turn_to(books: Books, ear: Ear, agent: Agent, out: list[Command]) -> None:
    if ear.stage is Stage.ON:
        out.append(TellEar(ear.by, ear.agent_id, "", ear.since_ms, "other_agent", tuple(ear.attempts)))
        ear.since_ms = books.now_ms
    ear.agent_id, ear.leg_id, ear.talk_ms = agent.agent_id, agent.leg_id, 0
    ear.attempts = []
    out.append(AimEar(ear.ear_id, ear.leg_id))


def on_dismissed(books: Books, event: EarDismissed, out: list[Command]) -> None:
    ear = ear_of(books, event.by)
    if ear is not None:
        _dismiss(ear, "asked", out)


def _dismiss(ear: Ear, why: str, out: list[Command]) -> None:
    if ear.take(Input.DISMISS):
        ear.why = why
        out.append(HangUp(ear.ear_id))


# ── what Asterisk says ──────────────────────────────────────────────────────────────────────────────


def on_up(books: Books, event: EarUp, out: list[Command]) -> None:
    ear = books.ears.get(event.ear_id)
    if ear is None or not ear.take(Input.UP):
        return
    ear.since_ms = books.now_ms
    agent = books.roster.agents[ear.agent_id]
    if ear.way != _way(ear, agent):
        _turn(ear, _way(ear, agent), out)
    _tell(ear, out)


def on_ended(books: Books, event: EarEnded, out: list[Command]) -> None:
    ear = books.ears.pop(event.ear_id, None)
    if ear is None:
        return
    called = ear.stage is Stage.CALLING
    ear.take(Input.ENDED)
    why = ear.why or ("no_answer" if called else "hung_up")
    out.append(TellEar(ear.by, ear.agent_id, "", ear.since_ms, why, tuple(ear.attempts)))


def _tell(ear: Ear, out: list[Command]) -> None:
    out.append(TellEar(ear.by, ear.agent_id, ear.mode, ear.since_ms))


def retell(books: Books, agent_id: str, out: list[Command]) -> None:
    """The agent's page is open anew: it learns who listens."""
    for ear in books.ears.values():
        if ear.agent_id == agent_id and ear.stage is Stage.ON:
            _tell(ear, out)


def on_listed(books: Books, asked_ms: int, seen: Mapping[str, ChannelSeen], out: list[Command]) -> None:
    """What nobody heard of while the link was down; a headset of an earlier run hears what nobody can end."""
    for ear in tuple(books.ears.values()):
        channel = seen.get(ear.ear_id)
        if channel is None and ear.asked_ms < asked_ms - SETTLE_MS:
            on_ended(books, EarEnded(ear.ear_id, 0), out)
        elif channel is not None and channel.up:
            on_up(books, EarUp(ear.ear_id), out)
    for channel_id in seen:
        if ids.is_ear(channel_id) and channel_id.startswith(f"s.{books.node}.") and channel_id not in books.ears:
            out.append(HangUp(channel_id))


# ── what agents do meanwhile ────────────────────────────────────────────────────────────────────────


def follow(books: Books, out: list[Command]) -> None:
    """Asked after every event while somebody listens: keep each headset on its agent."""
    for ear in tuple(books.ears.values()):
        if ear.stage is not Stage.ENDING:
            _follow(books, ear, out)


def _follow(books: Books, ear: Ear, out: list[Command]) -> None:
    agent = books.roster.agent(ear.agent_id)
    if agent is None or agent.state is State.DESCONECTADO:
        _dismiss(ear, "agent_left", out)
        return
    moved = agent.leg_up and agent.leg_id != ear.leg_id
    if moved:
        ear.leg_id = agent.leg_id
        out.append(AimEar(ear.ear_id, ear.leg_id))
    if ear.stage is not Stage.ON:
        return
    began = agent.state is State.HABLANDO and agent.since_ms != ear.talk_ms
    if began:
        ear.talk_ms = agent.since_ms
        if agent.on_call not in ear.attempts:
            ear.attempts.append(agent.on_call)
    if moved or (began and ear.mode == "barge"):
        _turn(ear, _way(ear, agent), out)


def on_unbridged(books: Books, event: CallUnbridged, out: list[Command]) -> None:
    """The debtor left the bridge: whoever barged in lets go of them."""
    for ear in books.ears.values():
        agent = books.roster.agent(ear.agent_id)
        if ear.stage is Stage.ON and ear.way == "barge" and agent and agent.on_call in ("", event.attempt_id):
            _turn(ear, "whisper", out)
