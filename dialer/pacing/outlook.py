"""What is to be expected of a floor: answers of the calls on their way and agents about to be free, some moments ahead.

The moments are quantiles of the time that a call placed now takes to become a person. It is told what happens, keeps
its own sets, and compares their sizes with the view at every look: where they differ, the view is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dialer.pacing.answers import AnswerPrior, Answers
from dialer.pacing.chances import Row, plus
from dialer.pacing.crew import Crew
from dialer.pacing.experience import NOTHING, Expected
from dialer.pacing.flow import Flow
from dialer.pacing.happened import Happened, Kind
from dialer.pacing.releases import ReleasePrior
from dialer.pacing.view import CallSeen, View

SLOT_MS = 500
REFRESH_SLOTS = 10
REFRESHES = 4
GAP_SLOTS = 120
POINTS = 6


class Outlook:
    """`answers` and `supply`: rows (see `chances`) of persons by each moment, and of agents by then.

    `new_call`: the chance that a call placed now is a person by each moment. `unsure`: the variance of the answer rate
    relative to its square.
    """

    def __init__(self, cartera: str, answer_prior: AnswerPrior, release_prior: ReleasePrior) -> None:
        self._prior, self._release_prior = answer_prior, release_prior
        self._cartera = cartera
        self._expected: Mapping[str, Expected] = {}
        self._own = Flow(answer_prior, 0)
        self._flows = {cartera: self._own}
        self._crew = Crew(release_prior, 0)
        self._slot = 0
        self._fresh = self._crew_fresh = self._refreshes = 0
        self._wait_ms = 0
        self._started = False
        self.new_call: list[float] = []
        self._look(0)

    @property
    def supply(self) -> Row:
        return self._crew.gives

    @property
    def answers(self) -> Row:
        whole = self._own.brings
        for flow in self._flows.values():
            if flow is not self._own:
                whole = plus(whole, flow.brings)
        return whole

    @property
    def ended(self) -> int:
        """Calls of this cartera whose end taught something."""
        return self._own.ended

    @property
    def unsure(self) -> float:
        drift = self._own.answers.drift
        return drift.variance / (drift.mean * drift.mean)

    def row_of(self, call_id: str) -> Row | None:
        """What this ringing call of ours brings; None when it is none."""
        return self._own.row_of(call_id) if call_id in self._own.ringing else None

    def expect(self, expected: Mapping[str, Expected], now_ms: int) -> None:
        """Begin with what the records say, by cartera; it replaces what was said before, not what was learned."""
        self._expected = expected
        for cartera, flow in self._flows.items():
            flow.expect(expected.get(cartera, NOTHING))
        self._crew.expect(self._own.expected.releases or self._release_prior)
        if self._started:
            self._take_laws(now_ms)
            self._look(now_ms)

    # ── what happened ───────────────────────────────────────────────────────────────────────────────

    def told(self, happened: Happened, now_ms: int) -> None:
        _TOLD[happened.kind](self, happened, now_ms)

    def _flow(self, cartera: str) -> Flow:
        if cartera not in self._flows:
            flow = Flow(self._prior, self._slot)
            flow.expect(self._expected.get(cartera, NOTHING))
            flow.take_law(None, self._slot * SLOT_MS)
            flow.look_to(self._horizons_s)
            flow.add_up()
            self._flows[cartera] = flow
        return self._flows[cartera]

    def _placed(self, happened: Happened, now_ms: int) -> None:
        self._flow(happened.cartera).placed(happened.call_id)

    def _nobody(self, happened: Happened, now_ms: int) -> None:
        self._flow(happened.cartera).over(happened.call_id)

    def _cancelled(self, happened: Happened, now_ms: int) -> None:
        self._flow(happened.cartera).cancelled(happened.call_id)

    def _answered(self, happened: Happened, now_ms: int) -> None:
        self._flow(happened.cartera).answered(happened.call_id)

    def _machine(self, happened: Happened, now_ms: int) -> None:
        self._flow(happened.cartera).verdict(happened.call_id, False)

    def _person(self, happened: Happened, now_ms: int) -> None:
        self._flow(happened.cartera).verdict(happened.call_id, True)

    def _connected(self, happened: Happened, now_ms: int) -> None:
        self._crew.talks(happened.agent_id, now_ms)

    def _abandoned(self, happened: Happened, now_ms: int) -> None:
        """The person is no longer expected: the verdict said so already."""

    def _talk_ended(self, happened: Happened, now_ms: int) -> None:
        self._crew.wraps(happened.agent_id, now_ms)

    def _agent_done(self, happened: Happened, now_ms: int) -> None:
        self._crew.done(happened.agent_id, now_ms, happened.kind == "agent_gone")

    def _agent_leaving(self, happened: Happened, now_ms: int) -> None:
        self._crew.leaves(happened.agent_id)

    # ── time ────────────────────────────────────────────────────────────────────────────────────────

    def look(self, view: View, now_ms: int) -> None:
        """Bring everything to this moment, and to what the view shows."""
        slot = now_ms // SLOT_MS
        passed = slot - self._slot
        if not self._started or passed < 0 or passed > GAP_SLOTS:
            self._start_anew(view, slot, now_ms)
        elif passed:
            self._pass(passed, view, now_ms)
        if self._differs(view):
            self._take(view, now_ms)

    def _pass(self, slots: int, view: View, now_ms: int) -> None:
        self._slot += slots
        for flow in self._flows.values():
            for _ in range(slots):
                flow.step()
        self._add_up(now_ms, slots)
        if self._slot - self._fresh >= REFRESH_SLOTS or view.wait_ms != self._wait_ms:
            self._refresh(view.wait_ms, now_ms)

    def _refresh(self, wait_ms: int, now_ms: int) -> None:
        """Learn from what was lived through; the moments and the agents, who change slowly, every fourth time."""
        seconds = (self._slot - self._fresh) * SLOT_MS / 1000
        self._fresh = self._slot
        for flow in self._flows.values():
            flow.learn(seconds)
        self._take_laws(now_ms)
        self._refreshes += 1
        if self._refreshes % REFRESHES == 0 or wait_ms != self._wait_ms:
            self._crew.learn(SLOT_MS / 1000, (self._slot - self._crew_fresh) * SLOT_MS / 1000)
            self._crew_fresh, self._wait_ms = self._slot, wait_ms
            self._look_at_agents()
        self._look_at_calls()
        self._add_up(now_ms, 0)

    def _take_laws(self, now_ms: int) -> None:
        """Carteras that share agents lend each other what they know."""
        flows = self._flows.values()
        floor = Answers.of_floor(self._prior, (flow.answers for flow in flows)) if len(flows) > 1 else None
        for flow in flows:
            flow.take_law(floor, now_ms)

    def _look_at_agents(self) -> None:
        """Choose the moments, and ask what the agents will do by then."""
        self._horizons_s = self._own.law.moments(POINTS)
        self._crew.look_to([horizon_s + self._wait_ms / 1000 for horizon_s in self._horizons_s])

    def _look_at_calls(self) -> None:
        for flow in self._flows.values():
            flow.look_to(self._horizons_s)
        self.new_call = self._own.law.new_call(self._horizons_s)

    def _look(self, now_ms: int) -> None:
        self._look_at_agents()
        self._look_at_calls()
        self._add_up(now_ms, 0)

    def _add_up(self, now_ms: int, slots: int) -> None:
        for flow in self._flows.values():
            flow.add_up()
        self._crew.add_up(now_ms, slots)

    # ── the view is right ───────────────────────────────────────────────────────────────────────────

    def _differs(self, view: View) -> bool:
        ringing = sum(len(flow.ringing) for flow in self._flows.values())
        listening = sum(len(flow.listening) for flow in self._flows.values())
        return (ringing, listening, len(self._crew.busy)) != (
            view.dialing,
            view.detecting,
            view.talking + view.wrapping,
        )

    def _start_anew(self, view: View, slot: int, now_ms: int) -> None:
        """At the start, and when the clock stepped: nothing was lived through."""
        self._started = True
        self._slot = self._fresh = self._crew_fresh = slot
        self._wait_ms = view.wait_ms
        self._take_laws(now_ms)
        self._take(view, now_ms)
        self._look(now_ms)

    def _take(self, view: View, now_ms: int) -> None:
        """Take the calls and agents that the view shows; calls that it only counts are taken for new ones."""
        for flow in self._flows.values():
            flow.empty(self._slot)
        for call_id, call in view.calls.items():
            self._take_call(call_id, call)
        known = sum(len(flow.ringing) + len(flow.listening) for flow in self._flows.values())
        for index in range(view.in_flight - known):
            self._own.placed(f"?{index}")
        self._crew.take(view.agents, now_ms)

    def _take_call(self, call_id: str, call: CallSeen) -> None:
        if call.stage == "waiting":
            return
        flow = self._flow(call.cartera)
        flow.placed(call_id, call.placed_ms // SLOT_MS)
        if call.stage == "detecting":
            flow.answered(call_id, call.stage_ms // SLOT_MS)


_TOLD: dict[Kind, Callable[[Outlook, Happened, int], None]] = {
    "placed": Outlook._placed,
    "failed": Outlook._nobody,
    "not_answered": Outlook._nobody,
    "cancelled": Outlook._cancelled,
    "answered": Outlook._answered,
    "machine": Outlook._machine,
    "person": Outlook._person,
    "connected": Outlook._connected,
    "abandoned": Outlook._abandoned,
    "talk_ended": Outlook._talk_ended,
    "agent_free": Outlook._agent_done,
    "agent_leaving": Outlook._agent_leaving,
    "agent_gone": Outlook._agent_done,
}
