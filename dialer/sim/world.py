"""An Asterisk in virtual time: channels, bridges, the dialplan of `config/asterisk/` and the people at the far end.

Nothing here waits. Each channel has at most one step ahead of it; `next_ms` says when the earliest is due and
`advance(now_ms)` takes all that are. What happened is a list of `Happening`, drained with `take`. Every command first
takes the steps that were due before it, so a log of happenings is always in order of time.

What was copied from a real Asterisk 22.10 (measured; `docs/asterisk.md`):

- an endpoint that is not registered, or a channel id in use, fails the originate and never makes a channel;
- a ring time-out says reason 3 and cause 19 and no dial_end; a refusal by the network says reason 0 and its cause;
- DIALSTATUS of an originate is BUSY for 17, CONGESTION for 34 and NOANSWER for every other failure;
- whoever is joined to a new partner leaves the old one, and the old one goes on in its dialplan.

What differs on purpose: joining or redirecting a channel that has not answered is refused (Asterisk allows it and
leaves a mute channel behind), because for us it can only be a mistake.

The dialplan is that of ``config/asterisk/extensions_cintillo.conf``. A debtor (``cintillo-deudor``) is screened if
CINTILLO_AMD is 1 (a MACHINE is hung up), waits CINTILLO_WAIT_S seconds, is told that nobody is free (abandoned) and
hung up. After a bridge they wait 5 s for another agent. An agent (``cintillo-agente``) is parked, again after each
bridge. ``cintillo-espera`` plays music for up to 15 minutes. ``cintillo-escucha`` listens to the leg that CINTILLO_LEG
names for as long as there is such a channel, and half a minute longer. ``cintillo-externo`` waits 5 s for a bridge, and
is hung up after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from heapq import heappop, heappush
from typing import Final

from dialer.ami_words import LEG_VARIABLE
from dialer.events import ChannelSeen
from dialer.sim import people
from dialer.sim.happenings import (
    AGENTE,
    CONTEXTS,
    ESCUCHA,
    ESPERA,
    EXTERNO,
    CannotBridge,
    Ear,
    Happening,
    Kept,
    NoSuchChannel,
    NoSuchContext,
    NotAnswered,
)
from dialer.sim.people import ANSWERED, CallPlan, Dice, Outcome, Population

MESSAGE_MS: Final = 3_000
LOST_AGENT_MS: Final = 5_000
HOLD_MS_MAX: Final = 900_000
OUTSIDE_MS: Final = 5_000
LEG_BACK_MS: Final = 30_000
WAIT_MS_DEFAULT: Final = 2_000
TRUNK_FULL_MS: Final = 30
NEVER: Final = -1
DIALPLAN: Final = "s"

CAUSES: Final[Mapping[Outcome, int]] = {
    Outcome.UNALLOCATED: 1,
    Outcome.BUSY: 17,
    Outcome.NO_ANSWER: 19,
    Outcome.REJECTED: 21,
    Outcome.CONGESTION: 34,
    Outcome.NETWORK: 38,
}
_DIAL_STATUS: Final[Mapping[int, str]] = {17: "BUSY", 34: "CONGESTION"}

NORMAL: Final = 16
NETWORK: Final = 38
DOWN, RINGING, UP = "down", "ringing", "up"


class _Channel:
    """One leg. `timer` is the number of its only valid step in the heap, or `NEVER`."""

    __slots__ = (
        "amd", "bridge_id", "context", "deadline_ms", "drops", "id", "met", "partner", "plan", "silence_since_ms",
        "spied", "state", "talk_ms", "talk_since_ms", "target", "timer", "trunk", "wait_ms",
    )  # fmt: skip

    def __init__(self, channel_id: str, target: str, context: str, plan: CallPlan, trunk: bool) -> None:
        self.id = channel_id
        self.target = target
        self.context = context
        self.plan = plan
        self.trunk = trunk
        self.state = DOWN
        self.timer = NEVER
        self.deadline_ms = 0
        self.silence_since_ms = 0
        self.wait_ms = 0
        self.amd = False
        self.drops = False
        self.met = False
        self.spied = ""
        self.partner: _Channel | None = None
        self.bridge_id = ""
        self.talk_ms = plan.talk_ms
        self.talk_since_ms = 0


_Step = Callable[[_Channel, int], None]


class World:
    """The pretend Asterisk with its trunk and its telephones.

    - `trunk_channels`: calls to numbers beyond this many at once end with cause 34.
    - `p_drop`: how often an answered call is cut by the network (cause 38) somewhere in its conversation.
    - `endpoints`: the agents' telephones that are configured; None means that any name is one.
    - `unregistered`: endpoints whose telephone is off; it may be changed at any time.
    - `agent_answer_ms`: how fast agents' telephones answer (from, to).
    - `fate`: what becomes of a call to this number placed now; by default it is drawn from the population.

    What happens is told to `ear` as it happens. Whoever puts their own there hears it at once, and `take` has nothing.
    """

    def __init__(
        self,
        population: Population,
        dice: Dice,
        trunk_channels: int = 60,
        *,
        p_drop: float = 0.0,
        endpoints: Iterable[str] | None = None,
        agent_answer_ms: tuple[int, int] = (50, 300),
        fate: Callable[[str, int], CallPlan] | None = None,
    ) -> None:
        self.population = population
        self.trunk_channels = trunk_channels
        self.p_drop = p_drop
        self.agent_answer_ms = agent_answer_ms
        self.endpoints = None if endpoints is None else frozenset(endpoints)
        self.unregistered: set[str] = set()
        self.now_ms = 0
        self.trunk_busy = 0
        self._dice = dice
        self._fate = fate or (lambda number, now_ms: people.plan(number, self.population, dice, now_ms))
        self._channels: dict[str, _Channel] = {}
        self._heap: list[tuple[int, int, _Channel, _Step]] = []
        self._steps = 0
        self._bridges = 0
        self._kept = Kept()
        self.ear: Ear = self._kept

    # ── commands ────────────────────────────────────────────────────────────────────────────────────

    def originate(
        self, channel_id: str, target: str, context: str, timeout_ms: int, variables: Mapping[str, str], now_ms: int
    ) -> None:
        """Call a number (digits, perhaps with ``+``), an endpoint (``e01``) or the dialplan itself (``s``), and run
        `context` when it answers.

        Raises `NoSuchContext`. Everything else that can go wrong is told by an originate_response that is not ok.
        """
        if context not in CONTEXTS:
            raise NoSuchContext(context)
        now_ms = self.advance(now_ms)
        trunk = is_number(target)
        if channel_id in self._channels or not (trunk or target == DIALPLAN or self.is_registered(target)):
            self.ear.originate_response(channel_id, now_ms, ok=False)
            return
        channel = _Channel(channel_id, target, context, self._plan(target, trunk, now_ms), trunk)
        self._set_variables(channel, variables)
        channel.deadline_ms = now_ms + timeout_ms
        self._channels[channel_id] = channel
        self.trunk_busy += trunk
        self.ear.created(channel_id, now_ms)
        self.ear.dialing(channel_id, now_ms)
        self._before_deadline(channel, now_ms + channel.plan.post_dial_ms, self._far_end)

    def bridge(self, a: str, b: str, now_ms: int) -> str:
        """Join two answered channels and return the bridge's id.

        Raises `NoSuchChannel`, `NotAnswered`, `CannotBridge` (a channel with itself).
        """
        now_ms = self.advance(now_ms)
        one, other = self._answered(a), self._answered(b)
        if one is other:
            raise CannotBridge(f"channel {a!r} cannot be joined to itself; name two channels")
        self._part(one, now_ms)
        self._part(other, now_ms)
        self._bridges += 1
        bridge_id = f"{self._bridges:08x}-0000-4000-8000-000000000000"
        one.partner, other.partner = other, one
        self._enter_bridge(one, bridge_id, now_ms)
        self._enter_bridge(other, bridge_id, now_ms)
        return bridge_id

    def redirect(self, channel_id: str, context: str, now_ms: int) -> None:
        """Send an answered channel to the beginning of another context; its partner goes on in its own dialplan.

        Raises `NoSuchChannel`, `NotAnswered`, `NoSuchContext`.
        """
        if context not in CONTEXTS:
            raise NoSuchContext(context)
        now_ms = self.advance(now_ms)
        channel = self._answered(channel_id)
        partner = channel.partner
        self._leave(channel, now_ms)
        channel.context = context
        channel.silence_since_ms = now_ms
        if partner:
            self._leave(partner, now_ms)
            self._after_bridge(partner, now_ms)
        self._run(channel, now_ms)

    def aim(self, channel_id: str, leg_id: str, now_ms: int) -> None:
        """What the channel listens to the next time it is sent to listen. Raises `NoSuchChannel`."""
        self.advance(now_ms)
        self._find(channel_id).spied = leg_id

    def hangup(self, channel_id: str, now_ms: int, cause: int = NORMAL) -> None:
        """End a channel in whatever state it is. Raises `NoSuchChannel`."""
        now_ms = self.advance(now_ms)
        channel = self._find(channel_id)
        if channel.state != UP:
            self.ear.dial_end(channel_id, now_ms, "NOANSWER")
            self.ear.originate_response(channel_id, now_ms, ok=False)
        self._end(channel, now_ms, cause)

    # ── time ────────────────────────────────────────────────────────────────────────────────────────

    def advance(self, now_ms: int) -> int:
        """Take every step that is due and return the time it is now, which never goes back."""
        heap = self._heap
        while heap and heap[0][0] <= now_ms:
            at_ms, number, channel, step = heappop(heap)
            if channel.timer == number:
                channel.timer = NEVER
                step(channel, at_ms)
        self.now_ms = max(self.now_ms, now_ms)
        return self.now_ms

    def next_ms(self) -> int | None:
        """When the next step is due, or None if nothing will happen by itself."""
        heap = self._heap
        while heap and heap[0][2].timer != heap[0][1]:
            heappop(heap)
        return heap[0][0] if heap else None

    def take(self) -> list[Happening]:
        """Everything that happened since the last `take`, in order."""
        return self._kept.take()

    def channels(self) -> tuple[ChannelSeen, ...]:
        """All channels there are now, oldest first."""
        return tuple(ChannelSeen(c.id, c.state == UP, c.bridge_id) for c in self._channels.values())

    def is_registered(self, endpoint: str) -> bool:
        """Whether this telephone exists and is on."""
        return endpoint not in self.unregistered and (self.endpoints is None or endpoint in self.endpoints)

    # ── the far end ─────────────────────────────────────────────────────────────────────────────────

    def _plan(self, target: str, trunk: bool, now_ms: int) -> CallPlan:
        if not trunk:
            return CallPlan(Outcome.PERSON, int(self._dice.uniform(*self.agent_answer_ms)), 0)
        if self.trunk_busy >= self.trunk_channels:
            return people.failure(Outcome.CONGESTION, TRUNK_FULL_MS)
        return self._fate(target, now_ms)

    def _set_variables(self, channel: _Channel, variables: Mapping[str, str]) -> None:
        channel.amd = variables.get("CINTILLO_AMD") == "1"
        channel.wait_ms = _seconds(variables.get("CINTILLO_WAIT_S", ""))
        channel.spied = variables.get(LEG_VARIABLE, "")
        if self.p_drop and self._dice.random() < self.p_drop:
            channel.drops = True
            channel.talk_ms = int(channel.talk_ms * self._dice.random())

    def _far_end(self, channel: _Channel, at_ms: int) -> None:
        if not channel.plan.rings_ms:
            self._decide(channel, at_ms)
            return
        channel.state = RINGING
        self.ear.ringing(channel.id, at_ms)
        self._before_deadline(channel, at_ms + channel.plan.rings_ms, self._decide)

    def _decide(self, channel: _Channel, at_ms: int) -> None:
        if channel.plan.outcome in ANSWERED:
            self._pick_up(channel, at_ms)
        else:
            self._fail(channel, at_ms, CAUSES[channel.plan.outcome])

    def _pick_up(self, channel: _Channel, at_ms: int) -> None:
        channel.state = UP
        channel.silence_since_ms = at_ms
        self.ear.up(channel.id, at_ms)
        self.ear.dial_end(channel.id, at_ms, "ANSWER")
        self.ear.originate_response(channel.id, at_ms, reason=4)
        self._run(channel, at_ms)

    def _fail(self, channel: _Channel, at_ms: int, cause: int) -> None:
        self.ear.dial_end(channel.id, at_ms, _DIAL_STATUS.get(cause, "NOANSWER"))
        self.ear.originate_response(channel.id, at_ms, ok=False)
        self._end(channel, at_ms, cause)

    def _ring_timeout(self, channel: _Channel, at_ms: int) -> None:
        self.ear.originate_response(channel.id, at_ms, ok=False, reason=3)
        self._end(channel, at_ms, CAUSES[Outcome.NO_ANSWER])

    # ── the dialplan ────────────────────────────────────────────────────────────────────────────────

    def _run(self, channel: _Channel, at_ms: int) -> None:
        """Begin the channel's context."""
        if channel.context == AGENTE:
            self._park(channel, at_ms)
        elif channel.context == ESPERA:
            self._later(channel, at_ms + HOLD_MS_MAX, self._music_over)
        elif channel.context == ESCUCHA:
            self._listen(channel, at_ms)
        elif channel.context == EXTERNO:
            self.ear.outside(channel.id, at_ms)
            self._later(channel, at_ms + OUTSIDE_MS, self._over)
        elif channel.amd:
            self._while_patient(channel, at_ms + channel.plan.amd_ms, self._screen)
        else:
            self._wait(channel, at_ms)

    def _park(self, channel: _Channel, at_ms: int) -> None:
        self.ear.parked(channel.id, at_ms)

    def _listen(self, channel: _Channel, at_ms: int) -> None:
        self.ear.listening(channel.id, at_ms)
        if channel.spied not in self._channels:
            self._later(channel, at_ms + LEG_BACK_MS, self._over)

    def _screen(self, channel: _Channel, at_ms: int) -> None:
        plan = channel.plan
        self.ear.screened(channel.id, at_ms, plan.amd_word, plan.amd_detail)
        if plan.amd_word == "MACHINE":
            self._end(channel, at_ms, NORMAL)
        else:
            self._wait(channel, at_ms)

    def _wait(self, channel: _Channel, at_ms: int) -> None:
        self._while_patient(channel, at_ms + channel.wait_ms, self._abandon)

    def _abandon(self, channel: _Channel, at_ms: int) -> None:
        self.ear.abandoned(channel.id, at_ms)
        self._later(channel, at_ms + MESSAGE_MS, self._over)

    def _music_over(self, channel: _Channel, at_ms: int) -> None:
        if channel.met:
            self._lost(channel, at_ms)
        else:
            self._over(channel, at_ms)

    def _lost(self, channel: _Channel, at_ms: int) -> None:
        channel.silence_since_ms = at_ms
        self._while_patient(channel, at_ms + LOST_AGENT_MS, self._over)

    def _over(self, channel: _Channel, at_ms: int) -> None:
        self._end(channel, at_ms, NORMAL)

    def _talk_over(self, channel: _Channel, at_ms: int) -> None:
        self._end(channel, at_ms, NETWORK if channel.drops else NORMAL)

    def _while_patient(self, channel: _Channel, at_ms: int, step: _Step) -> None:
        """Take the step then, unless the far end has had enough of the silence before."""
        gives_up_ms = channel.silence_since_ms + channel.plan.patience_ms
        if channel.trunk and gives_up_ms < at_ms:
            self._later(channel, gives_up_ms, self._over)
        else:
            self._later(channel, at_ms, step)

    # ── bridges ─────────────────────────────────────────────────────────────────────────────────────

    def _enter_bridge(self, channel: _Channel, bridge_id: str, at_ms: int) -> None:
        channel.bridge_id = bridge_id
        channel.talk_since_ms = at_ms
        channel.met = True
        channel.timer = NEVER
        self.ear.bridge_enter(channel.id, at_ms, bridge_id)
        if channel.trunk:
            self._later(channel, at_ms + channel.talk_ms, self._talk_over)

    def _leave(self, channel: _Channel, at_ms: int) -> None:
        """Out of the bridge, if in one; what is left of the talk is kept for the next one."""
        channel.timer = NEVER
        if channel.partner is None:
            return
        self.ear.bridge_leave(channel.id, at_ms, channel.bridge_id)
        channel.talk_ms = max(0, channel.talk_ms - (at_ms - channel.talk_since_ms))
        channel.partner = None
        channel.bridge_id = ""

    def _part(self, channel: _Channel, at_ms: int) -> None:
        """Leave for another bridge: the partner of before goes on alone."""
        partner = channel.partner
        self._leave(channel, at_ms)
        if partner:
            self._leave(partner, at_ms)
            self._after_bridge(partner, at_ms)

    def _after_bridge(self, channel: _Channel, at_ms: int) -> None:
        if channel.context == AGENTE:
            self._park(channel, at_ms)
        elif channel.context == EXTERNO:
            self._later(channel, at_ms, self._over)
        else:
            self._lost(channel, at_ms)

    # ── the end, and small tools ────────────────────────────────────────────────────────────────────

    def _end(self, channel: _Channel, at_ms: int, cause: int) -> None:
        partner = channel.partner
        self._leave(channel, at_ms)
        if partner:
            self._leave(partner, at_ms)
            self._after_bridge(partner, at_ms)
        del self._channels[channel.id]
        self.trunk_busy -= channel.trunk
        for other in self._channels.values() if channel.context == AGENTE else ():
            if other.context == ESCUCHA and other.spied == channel.id:
                self._later(other, at_ms + LEG_BACK_MS, self._over)
        self.ear.hangup(channel.id, at_ms, cause)

    def _later(self, channel: _Channel, at_ms: int, step: _Step) -> None:
        self._steps += 1
        channel.timer = self._steps
        heappush(self._heap, (at_ms, self._steps, channel, step))

    def _before_deadline(self, channel: _Channel, at_ms: int, step: _Step) -> None:
        if at_ms > channel.deadline_ms:
            self._later(channel, channel.deadline_ms, self._ring_timeout)
        else:
            self._later(channel, at_ms, step)

    def _find(self, channel_id: str) -> _Channel:
        channel = self._channels.get(channel_id)
        if channel is None:
            raise NoSuchChannel(channel_id)
        return channel

    def _answered(self, channel_id: str) -> _Channel:
        channel = self._find(channel_id)
        if channel.state != UP:
            raise NotAnswered(channel_id)
        return channel


@lru_cache(maxsize=4_096)
def is_number(target: str) -> bool:
    """Whether this is dialled through the trunk: a telephone number, not the name of an endpoint."""
    return target != "" and not target.removeprefix("+").strip("0123456789*#")


@lru_cache(maxsize=64)
def _seconds(text: str) -> int:
    """As the dialplan reads it: nothing means 2 s; what is not a number of seconds is no wait at all."""
    if not text:
        return WAIT_MS_DEFAULT
    whole, _, part = text.partition(".")
    if not (whole + part).isdigit():
        return 0
    return int(float(text) * 1000)
