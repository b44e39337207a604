"""Who is here, and who has been free the longest, by cartera: at the same cost for ten agents or a thousand."""

from __future__ import annotations

from collections import OrderedDict

from agents.agent import Agent, State


class Roster:
    """All agents of a node. `free` holds, for each cartera, its *disponible* agents, longest idle first."""

    def __init__(self) -> None:
        self.agents: dict[str, Agent] = {}
        self.free: dict[str, OrderedDict[str, None]] = {}
        self.teams: dict[str, set[str]] = {}

    def agent(self, agent_id: str) -> Agent | None:
        return self.agents.get(agent_id)

    def join(self, agent_id: str, endpoint: str, carteras: tuple[str, ...]) -> Agent:
        """The agent logs in, or comes back: their carteras may have changed meanwhile."""
        agent = self.agents.get(agent_id)
        if agent is None:
            agent = self.agents[agent_id] = Agent(agent_id)
        self._leave_lists(agent)
        for cartera in agent.carteras:
            self.teams[cartera].discard(agent_id)
        agent.endpoint, agent.carteras = endpoint, carteras
        for cartera in carteras:
            self.teams.setdefault(cartera, set()).add(agent_id)
        self.settle(agent)
        return agent

    def settle(self, agent: Agent) -> None:
        """Bring the lists in line with the agent's state; call after every change of it."""
        if agent.state is State.DISPONIBLE:
            for cartera in agent.carteras:
                self.free.setdefault(cartera, OrderedDict())[agent.agent_id] = None
        else:
            self._leave_lists(agent)

    def _leave_lists(self, agent: Agent) -> None:
        for cartera in agent.carteras:
            queue = self.free.get(cartera)
            if queue is not None:
                queue.pop(agent.agent_id, None)

    def free_count(self, cartera: str) -> int:
        return len(self.free.get(cartera, ()))

    def longest_idle(self, cartera: str) -> Agent | None:
        """The *disponible* agent of the cartera who has waited longest, or None."""
        queue = self.free.get(cartera)
        return self.agents[next(iter(queue))] if queue else None

    def shared(self, one: str, other: str) -> bool:
        """Whether some agent works both carteras."""
        return not self.teams.get(one, set()).isdisjoint(self.teams.get(other, set()))
