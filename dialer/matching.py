"""Who takes whom: persons who answered and agents who are free, joined and parted again."""

from __future__ import annotations

from agents.agent import Agent, State
from agents.agent import Input as AgentInput
from dialer import ids
from dialer.books import Books
from dialer.call import Call, Input, Stage
from dialer.commands import Command, HangUp, JoinCall, ShowCall


def join(books: Books, call: Call, agent: Agent, out: list[Command]) -> None:
    """`JoinCall` goes out first: everything else can wait a millisecond, the person cannot."""
    books.carteras[call.cartera].waiting.pop(call.attempt_id, None)
    books.move(call, Input.JOIN)
    call.told = call.told or ("connected" if call.reserved_for else "")
    call.agent_id, call.reserved_for = agent.agent_id, ""
    agent.on_call = call.attempt_id
    out.append(JoinCall(call.attempt_id, agent.leg_id))
    if not books.shift(agent, AgentInput.RESERVE, out):
        books.see_agent(agent)
    out.append(show(call, agent))
    books.check(call, books.limits.overdue_ms)


def taker(books: Books, call: Call, out: list[Command]) -> Agent | None:
    """Who takes the person that has just answered: the agent held for them, else whoever has been free longest."""
    held = books.roster.agent(call.reserved_for) if call.reserved_for else None
    if held is not None:
        if held.on_call == call.attempt_id and held.state is State.RESERVADO and held.present:
            return held
        books.unreserve(call)
        release(books, held, call.attempt_id, out)
    return books.roster.longest_idle(call.cartera)


def release(books: Books, agent: Agent, attempt_id: str, out: list[Command], *, quiet: bool = False) -> None:
    """Let go of an agent who was held for a call (or for none, ""); what they had asked for meanwhile happens now.

    `quiet`: the console was never told that they were held.
    """
    if agent.on_call != attempt_id or agent.state is not State.RESERVADO:
        return
    agent.on_call = ""
    agent.take(AgentInput.RELEASE, books.now_ms)
    books.settle(agent)
    books.uneven = True
    if not quiet:
        books.tell(agent, out)
    books.wake(books.now_ms, "rest", agent.agent_id)


def show(call: Call, agent: Agent) -> ShowCall:
    return ShowCall(agent.agent_id, call.attempt_id, call.cartera, call.contact.case_id, call.phone_id)


def serve_waiting(books: Books, agent: Agent, out: list[Command]) -> bool:
    """A freed agent takes the person of their carteras who has waited longest; False when nobody waits."""
    lines = [books.carteras[cartera].waiting for cartera in agent.carteras if cartera in books.carteras]
    heads = [next(iter(line)) for line in lines if line]
    if not heads or agent.state is not State.DISPONIBLE:
        return False
    call = min((books.calls[attempt_id] for attempt_id in heads), key=lambda c: (c.answered_ms, c.attempt_id))
    join(books, call, agent, out)
    return True


def lost_agent(books: Books, call: Call, out: list[Command]) -> None:
    """The agent's leg failed: before the first word another agent takes the person; after it, the same one."""
    if call.stage is Stage.JOINING:
        books.move(call, Input.UNJOIN)
        before = books.roster.agent(call.agent_id)
        if before is not None and before.on_call == call.attempt_id:
            before.on_call = ""
        call.agent_id = ""
        agent = books.roster.longest_idle(call.cartera)
        if agent is None:
            books.carteras[call.cartera].waiting[call.attempt_id] = None
        else:
            join(books, call, agent, out)
    else:
        books.move(call, Input.UNJOIN)


def hang_up(books: Books, call: Call, out: list[Command]) -> None:
    books.move(call, Input.HANG_UP)
    call.we_hung_up = True
    out.append(HangUp(call.attempt_id))
    books.check(call, books.limits.overdue_ms)


def agent_on_leg(books: Books, leg_id: str) -> Agent | None:
    """The agent whose present leg this is; None for a leg of the past."""
    agent = books.roster.agent(ids.agent_of(leg_id)) if ids.is_leg(leg_id) else None
    return agent if agent is not None and agent.leg_id == leg_id else None


def drop_leg(books: Books, agent: Agent, out: list[Command]) -> None:
    """Hang the agent's leg up; `LegEnded` will say that it is gone."""
    if agent.leg_id:
        out.append(HangUp(agent.leg_id))
