"""The pretend world without AMI in between: the engine's commands in, the engine's events out, in virtual time.

The same meaning as `dialer.ami_words` gives to Asterisk's messages, so that an engine cannot tell the difference,
except that here everything arrives at the very millisecond it happens. A simulation takes one step after another::

    pbx.perform(command, number, now_ms)
    now_ms = pbx.next_ms()
    for event in pbx.advance(now_ms): ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from dialer.ami_words import LEG_VARIABLE
from dialer.commands import (
    AimEar,
    CallAgent,
    CallEar,
    CallOutside,
    Command,
    HangUp,
    HoldCall,
    JoinCall,
    JoinLegs,
    ListChannels,
    PlaceCall,
    StopRecording,
    TurnEar,
)
from dialer.events import (
    BridgeFailed,
    CallAbandoned,
    CallBridged,
    CallCreated,
    CallEnded,
    CallPickedUp,
    CallRefused,
    CallRinging,
    CallScreened,
    CallUnbridged,
    ChannelsListed,
    DialEnded,
    EarEnded,
    EarUp,
    Event,
    LegEnded,
    LegParked,
    LegsBridged,
    LegsFailed,
    OutsideEnded,
    OutsideUp,
)
from dialer.ids import is_attempt, is_ear, is_leg, is_outside
from dialer.sim.happenings import AGENTE, DEUDOR, ESCUCHA, ESPERA, EXTERNO, NoSuchChannel, WorldError
from dialer.sim.world import World


class PretendPbx:
    """Performs commands on a `World` and tells what happened as events.

    It is the world's own ear. Failures arrive as events too (`CallRefused`, `LegEnded`, `BridgeFailed`,
    `LegsFailed`), never as exceptions. Commands that are not for Asterisk raise `TypeError`.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        world.ear = self
        self._alone: dict[str, str] = {}
        self._made: dict[str, bool] = {}
        self._ready: list[Event] = []

    def perform(self, command: Command, number: str, now_ms: int) -> None:
        """Carry out one command; `number` is what `PlaceCall` or `CallOutside` dials.

        What comes of it is in the next `advance`.
        """
        perform = _PERFORM.get(type(command))
        if perform is None:
            raise TypeError(f"{type(command).__name__} is not a command for Asterisk; route it to its own edge")
        perform(self, command, number, now_ms)

    def advance(self, now_ms: int) -> list[Event]:
        """Everything that has happened up to now and was not told yet, in order."""
        self.world.advance(now_ms)
        ready, self._ready = self._ready, []
        return ready

    def next_ms(self) -> int | None:
        """When there is something to tell: now, if a command has just done something; else at the world's next step."""
        return self.world.now_ms if self._ready else self.world.next_ms()

    # ── commands ────────────────────────────────────────────────────────────────────────────────────

    def _place(self, command: PlaceCall, number: str, now_ms: int) -> None:
        variables = _variables(command.amd, command.wait_ms)
        self.world.originate(command.attempt_id, number, DEUDOR, command.ring_ms, variables, now_ms)

    def _call_agent(self, command: CallAgent, number: str, now_ms: int) -> None:
        endpoint = command.endpoint.rpartition("/")[2]
        self.world.originate(command.leg_id, endpoint, AGENTE, command.ring_ms, {}, now_ms)

    def _join(self, command: JoinCall, number: str, now_ms: int) -> None:
        try:
            self.world.bridge(command.attempt_id, command.leg_id, now_ms)
        except WorldError as refused:
            self._ready.append(BridgeFailed(command.attempt_id, command.leg_id, str(refused)))

    def _join_legs(self, command: JoinLegs, number: str, now_ms: int) -> None:
        try:
            self.world.bridge(command.leg_id, command.other_id, now_ms)
        except WorldError as refused:
            self._ready.append(LegsFailed(command.leg_id, command.other_id, str(refused)))

    def _hold(self, command: HoldCall, number: str, now_ms: int) -> None:
        try:
            self.world.redirect(command.attempt_id, ESPERA, now_ms)
        except WorldError:
            return  # mostly the debtor hung up at the same moment; AMI's refusal becomes no event either

    def _call_ear(self, command: CallEar, number: str, now_ms: int) -> None:
        endpoint = command.endpoint.rpartition("/")[2]
        aimed = {LEG_VARIABLE: command.leg_id}
        self.world.originate(command.ear_id, endpoint, ESCUCHA, command.ring_ms, aimed, now_ms)

    def _call_outside(self, command: CallOutside, number: str, now_ms: int) -> None:
        called = command.endpoint.rpartition("/")[2] or number
        self.world.originate(command.outside_id, called, EXTERNO, command.ring_ms, {}, now_ms)

    def _stop_recording(self, command: StopRecording, number: str, now_ms: int) -> None:
        """Nothing is recorded here."""

    def _aim_ear(self, command: AimEar, number: str, now_ms: int) -> None:
        try:
            self.world.aim(command.ear_id, command.leg_id, now_ms)
        except NoSuchChannel:
            return  # it was hung up at the same moment; the end is on its way

    def _turn_ear(self, command: TurnEar, number: str, now_ms: int) -> None:
        try:
            self.world.redirect(command.ear_id, ESCUCHA, now_ms)
        except WorldError:
            return  # as above

    def _hang_up(self, command: HangUp, number: str, now_ms: int) -> None:
        try:
            self.world.hangup(command.channel_id, now_ms)
        except NoSuchChannel:
            return  # both hung up at the same moment; the end is on its way

    def _list(self, command: ListChannels, number: str, now_ms: int) -> None:
        self.world.advance(now_ms)
        self._ready.append(ChannelsListed(now_ms, self.world.channels()))

    # ── what the world tells (the meaning of each is that of `dialer.ami_words`) ────────────────────

    def created(self, channel_id: str, at_ms: int) -> None:
        attempt = self._made[channel_id] = is_attempt(channel_id)
        if attempt:
            self._ready.append(CallCreated(channel_id))

    def dialing(self, channel_id: str, at_ms: int) -> None:
        """No news: it was made."""

    def ringing(self, channel_id: str, at_ms: int) -> None:
        if self._made[channel_id]:
            self._ready.append(CallRinging(channel_id))

    def up(self, channel_id: str, at_ms: int) -> None:
        """No news: the dialplan begins."""

    def parked(self, channel_id: str, at_ms: int) -> None:
        if not self._made[channel_id]:
            self._ready.append(LegParked(channel_id))

    def listening(self, channel_id: str, at_ms: int) -> None:
        self._ready.append(EarUp(channel_id))

    def outside(self, channel_id: str, at_ms: int) -> None:
        self._ready.append(OutsideUp(channel_id))

    def screened(self, channel_id: str, at_ms: int, word: str, detail: str) -> None:
        self._ready.append(CallScreened(channel_id, word, detail))

    def abandoned(self, channel_id: str, at_ms: int) -> None:
        self._ready.append(CallAbandoned(channel_id))

    def dial_end(self, channel_id: str, at_ms: int, status: str) -> None:
        """An answered call enters its dialplan, whose recording runs at once."""
        if self._made[channel_id]:
            self._ready.append(DialEnded(channel_id, status))
            if status == "ANSWER":
                self._ready.append(CallPickedUp(channel_id))

    def bridge_enter(self, channel_id: str, at_ms: int, bridge_id: str) -> None:
        """Both hear each other once the second one is in."""
        first = self._alone.pop(bridge_id, "")
        if not first:
            self._alone[bridge_id] = channel_id
        elif self._made[first] is not self._made[channel_id]:
            attempt, leg = (first, channel_id) if self._made[first] else (channel_id, first)
            self._ready.append(CallBridged(attempt, leg))
        elif not self._made[first]:
            self._ready.append(LegsBridged(channel_id, first))

    def bridge_leave(self, channel_id: str, at_ms: int, bridge_id: str) -> None:
        self._alone.pop(bridge_id, None)
        if self._made[channel_id]:
            self._ready.append(CallUnbridged(channel_id))

    def hangup(self, channel_id: str, at_ms: int, cause: int) -> None:
        if self._made.pop(channel_id):
            self._ready.append(CallEnded(channel_id, cause))
        else:
            self._off(channel_id, cause)

    def originate_response(self, channel_id: str, at_ms: int, ok: bool = True, reason: int = 0) -> None:
        """A failure is news only where no channel was made: every other one has a hang-up, which says more."""
        if ok or channel_id in self._made:
            return
        if is_attempt(channel_id):
            self._ready.append(CallRefused(channel_id, f"Asterisk made no channel (Originate reason {reason})"))
        else:
            self._off(channel_id, 0)

    def _off(self, channel_id: str, cause: int) -> None:
        """One of ours beside the debtors' calls is gone, or was never made."""
        if is_leg(channel_id):
            self._ready.append(LegEnded(channel_id, cause))
        elif is_ear(channel_id):
            self._ready.append(EarEnded(channel_id, cause))
        elif is_outside(channel_id):
            self._ready.append(OutsideEnded(channel_id, cause))


@lru_cache(maxsize=64)
def _variables(amd: bool, wait_ms: int) -> Mapping[str, str]:
    """What the dialplan is told of a call: the same for all calls of a cartera."""
    return {"CINTILLO_AMD": str(int(amd)), "CINTILLO_WAIT_S": f"{wait_ms / 1000:g}"}


_PERFORM: Final[dict[type[Command], Callable[..., None]]] = {
    PlaceCall: PretendPbx._place,
    CallAgent: PretendPbx._call_agent,
    JoinCall: PretendPbx._join,
    JoinLegs: PretendPbx._join_legs,
    HoldCall: PretendPbx._hold,
    CallEar: PretendPbx._call_ear,
    CallOutside: PretendPbx._call_outside,
    StopRecording: PretendPbx._stop_recording,
    AimEar: PretendPbx._aim_ear,
    TurnEar: PretendPbx._turn_ear,
    HangUp: PretendPbx._hang_up,
    ListChannels: PretendPbx._list,
}
