"""The agents as supply: how many will be free by each horizon point, kept up to date event by event."""

from __future__ import annotations

from collections.abc import Mapping

from dialer.pacing.chances import Row, Table, minus, plus
from dialer.pacing.releases import BUSY_BINS, SHORT_TALK_S, ReleasePrior, Releases, busy_bin
from dialer.pacing.view import AgentSeen, AgentState


class Busy:
    """`long`: whether the conversation before the wrap-up was a long one. Never changed once it is made."""

    __slots__ = ("leaving", "long", "since_ms", "state")

    def __init__(self, state: AgentState, since_ms: int, leaving: bool, long: bool) -> None:
        self.state = state
        self.since_ms = since_ms
        self.leaving = leaving
        self.long = long


class Crew:
    """`busy`: agents in conversation or wrap-up. `gives`: the row of those who will be free."""

    __slots__ = ("_ended", "_lived", "_nothing", "_now_ms", "_table", "busy", "gives", "law", "releases")

    def __init__(self, prior: ReleasePrior, now_ms: int) -> None:
        self.releases = Releases(prior)
        self.law = self.releases.law()
        self.busy: dict[str, Busy] = {}
        self.gives: Row = []
        self._nothing: Row = []
        self._now_ms = now_ms
        self._ended = 0
        self._lived = [0.0] * BUSY_BINS
        self._table = Table([])

    # ── what happened ───────────────────────────────────────────────────────────────────────────────

    def talks(self, agent_id: str, now_ms: int) -> None:
        self._put(agent_id, Busy("talking", now_ms, False, True))

    def wraps(self, agent_id: str, now_ms: int) -> None:
        was = self.busy.get(agent_id)
        if was is None or was.state != "talking":
            self._put(agent_id, Busy("wrapping", now_ms, False, True))
            return
        talked_s = max(0, now_ms - was.since_ms) // 1000
        self._ended += 1
        self.releases.talk_ended(talked_s)
        self._put(agent_id, Busy("wrapping", now_ms, was.leaving, talked_s >= SHORT_TALK_S))

    def leaves(self, agent_id: str) -> None:
        if agent_id in self.busy:
            was = self.busy[agent_id]
            self._put(agent_id, Busy(was.state, was.since_ms, True, was.long))

    def done(self, agent_id: str, now_ms: int, gone: bool) -> None:
        """The agent is free, or gone; one who said so beforehand was not counted on and teaches nothing."""
        was = self.busy.get(agent_id)
        if was is None:
            return
        if was.state == "wrapping":
            self.releases.wrap_ended(was.long, max(0, now_ms - was.since_ms) // 1000)
            if not was.leaving:
                self.releases.then(gone)
        self._drop(agent_id)

    def take(self, agents: Mapping[str, AgentSeen], now_ms: int) -> None:
        """The agents as the view shows them; how long the talk before a wrap-up was is only known if it was seen."""
        known = {agent_id: busy.long for agent_id, busy in self.busy.items()}
        self.busy = {
            agent_id: Busy(seen.state, seen.since_ms, seen.leaving, known.get(agent_id, True))
            for agent_id, seen in agents.items()
            if seen.state != "free"
        }
        self.add_up(now_ms, 0)

    def _put(self, agent_id: str, busy: Busy) -> None:
        self._drop(agent_id)
        self.busy[agent_id] = busy
        self.gives = plus(self.gives, self._row(busy))

    def _drop(self, agent_id: str) -> None:
        was = self.busy.pop(agent_id, None)
        if was is not None:
            self._lived[self._bin(was)] += 0.5  # of the slot in which it ended, half in the mean
            self.gives = minus(self.gives, self._row(was))

    def _row(self, busy: Busy) -> Row:
        return self._nothing if busy.leaving else self._table.row(self._bin(busy))

    def _bin(self, busy: Busy) -> int:
        return busy_bin(busy.state == "talking", busy.long, max(0, self._now_ms - busy.since_ms) // 1000)

    # ── time ────────────────────────────────────────────────────────────────────────────────────────

    def add_up(self, now_ms: int, slots: int) -> None:
        """The expectation anew, from the elapsed times; `slots` of them have passed since it was last done."""
        self._now_ms = now_ms
        there, staying = [0] * BUSY_BINS, [0] * BUSY_BINS
        for busy in self.busy.values():
            index = self._bin(busy)
            there[index] += 1
            if not busy.leaving:
                staying[index] += 1
        if slots:
            self._lived = [before + slots * there[index] for index, before in enumerate(self._lived)]
        self.gives = self._table.total(staying)

    def learn(self, slot_s: float, seconds: float) -> None:
        """Take in what these seconds brought."""
        self.releases.drift.seen(self._ended, self.law.expected(self._lived, slot_s), seconds)
        self.releases.lived(self._lived, slot_s)
        self.releases.forget(seconds)
        self._ended, self._lived = 0, [0.0] * BUSY_BINS
        self.law = self.releases.law()

    def expect(self, prior: ReleasePrior) -> None:
        """Begin with this; what has been learned stays."""
        self.releases.expect(prior)
        self.law = self.releases.law()

    def look_to(self, horizons_s: list[float]) -> None:
        """Horizon points that already hold the time a person may wait."""
        self._table = self.law.table(horizons_s)
        self._nothing = [0.0] * (3 * len(horizons_s))
