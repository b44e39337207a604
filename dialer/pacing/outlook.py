"""What is to be expected of a floor: answers of the calls on their way and agents about to be free, some moments ahead.

The moments are quantiles of the time that a call placed now takes to become a person. It is told what happens, keeps
its own sets, and compares their sizes with the view at every look: where they differ, the view is right.

Carteras that have the same agents look at one floor: their pacers share one outlook, which is told everything once.
Where only some agents are shared, each pacer has its own, and of another cartera's persons it expects the share that
would meet its own agents (`View.shares`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dialer.pacing.answers import AnswerPrior, Answers
from dialer.pacing.chances import Row, thinned
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
    """`supply`: the row (see `chances`) of agents free by each moment. `carteras`: whose pacers look through it."""

    def __init__(self, cartera: str, answer_prior: AnswerPrior, release_prior: ReleasePrior) -> None:
        self._prior, self._release_prior = answer_prior, release_prior
        self._expected: Mapping[str, Expected] = {}
        self.carteras: tuple[str, ...] = (cartera,)
        self._horizons_s: list[float] = []
        self._slot = 0
        self._flows = {cartera: Flow(answer_prior, 0)}
        self._shares: Mapping[str, float] = {}
        self._crew = Crew(release_prior, 0)
        self._fresh = self._crew_fresh = self._refreshes = 0
        self._wait_ms = 0
        self.started = False
        self._look(0)

    def of(self, carteras: tuple[str, ...]) -> None:
        """From now on it is these carteras' outlook."""
        self.carteras = carteras
        for cartera in carteras:
            self._flow(cartera)

    @property
    def supply(self) -> Row:
        return self._crew.gives

    @property
    def answers(self) -> Row:
        """Persons by each moment who would meet one of the agents."""
        first, *others = (self._brings(cartera, flow) for cartera, flow in self._flows.items())
        return list(map(sum, zip(first, *others, strict=True))) if others else first

    def _brings(self, cartera: str, flow: Flow) -> Row:
        share = self._shares.get(cartera, 1.0)
        return flow.brings if share == 1 else thinned(flow.brings, share)

    def new_call(self, cartera: str) -> list[float]:
        """The chance that a call which the cartera places now is a person by each moment."""
        return self._flow(cartera).new_call

    def ended(self, cartera: str) -> int:
        """Calls of the cartera whose end taught something."""
        return self._flow(cartera).ended

    def in_flight(self, cartera: str) -> int:
        """Calls of the cartera that may still become somebody's."""
        flow = self._flow(cartera)
        return len(flow.ringing) + len(flow.listening)

    @property
    def unsure(self) -> float:
        """The variance of the answer rate relative to its square; of several carteras, each for what it brings."""
        flows = self._flows.values()
        whole = sum(flow.brings[POINTS // 2] for flow in flows)
        if len(flows) == 1 or whole <= 0:
            return self._flow(self.carteras[0]).unsure
        return sum(flow.unsure * flow.brings[POINTS // 2] ** 2 for flow in flows) / (whole * whole)

    def row_of(self, cartera: str, call_id: str) -> Row | None:
        """What this ringing call of the cartera brings; None when it is none."""
        flow = self._flow(cartera)
        return flow.row_of(call_id) if call_id in flow.ringing else None

    def expect(self, expected: Mapping[str, Expected], now_ms: int) -> None:
        """Begin with what the records say, by cartera; it replaces what was said before, not what was learned."""
        if expected is self._expected:
            return
        self._expected = expected
        for cartera, flow in self._flows.items():
            flow.expect(expected.get(cartera, NOTHING))
        self._crew.expect(self._flow(self.carteras[0]).expected.releases or self._release_prior)
        if self.started:
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
        self._shares = view.shares
        slot = now_ms // SLOT_MS
        passed = slot - self._slot
        if not self.started or passed < 0 or passed > GAP_SLOTS:
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
        """Learn from what was lived through: one cartera after the other, for each has its part of the calls only.

        The moments and the agents, who change slowly, every fourth round.
        """
        self._fresh = self._slot
        flow = tuple(self._flows.values())[self._refreshes % len(self._flows)]
        self._refreshes += 1
        flow.learn()
        self._take_laws(now_ms, flow)
        if self._refreshes % (REFRESHES * len(self._flows)) == 0 or wait_ms != self._wait_ms:
            self._crew.learn(SLOT_MS / 1000, (self._slot - self._crew_fresh) * SLOT_MS / 1000)
            self._crew_fresh, self._wait_ms = self._slot, wait_ms
            self._look(now_ms)
        else:
            flow.look_to(self._horizons_s)
            self._add_up(now_ms, 0)

    def _take_laws(self, now_ms: int, *some: Flow) -> None:
        """These flows' laws, or all: carteras that share agents lend each other what they know."""
        flows = self._flows.values()
        floor = Answers.of_floor(self._prior, (one.answers for one in flows)) if len(flows) > 1 else None
        for flow in some or flows:
            flow.take_law(floor, now_ms)

    def _look(self, now_ms: int) -> None:
        """Choose the moments, and ask what the agents and the calls will do by then."""
        moments = zip(*(self._flow(cartera).law.moments(POINTS) for cartera in self.carteras), strict=True)
        self._horizons_s = [sum(of_each) / len(of_each) for of_each in moments]
        self._crew.look_to([horizon_s + self._wait_ms / 1000 for horizon_s in self._horizons_s])
        for flow in self._flows.values():
            flow.look_to(self._horizons_s)
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
        self.started = True
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
            self._flow(self.carteras[0]).placed(f"?{index}")
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
