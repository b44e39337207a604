"""The pretend world without AMI in between: the engine's commands in, the engine's events out, in virtual time.

The same meaning as `dialer.ami_words` gives to Asterisk's messages, so that an engine cannot tell the difference,
except that here everything arrives at the very millisecond it happens. A simulation takes one step after another::

    pbx.perform(command, number, now_ms)
    now_ms = pbx.next_ms()
    for event in pbx.advance(now_ms): ...
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dialer.commands import CallAgent, Command, HangUp, HoldCall, JoinCall, ListChannels, PlaceCall
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
    Event,
    LegEnded,
    LegParked,
)
from dialer.ids import is_attempt, is_leg
from dialer.sim.happenings import AGENTE, DEUDOR, ESPERA, Happening, NoSuchChannel, WorldError
from dialer.sim.world import World


class PretendPbx:
    """Performs commands on a `World` and tells what happened as events.

    Failures arrive as events too (`CallRefused`, `LegEnded`, `BridgeFailed`), never as exceptions. Commands that are
    not for Asterisk raise `TypeError`.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._alone: dict[str, str] = {}
        self._made: set[str] = set()
        self._ready: list[Event] = []

    def perform(self, command: Command, number: str, now_ms: int) -> None:
        """Carry out one command; `number` is what `PlaceCall` dials. What comes of it is in the next `advance`."""
        perform = _PERFORM.get(type(command))
        if perform is None:
            raise TypeError(f"{type(command).__name__} is not a command for Asterisk; route it to its own edge")
        perform(self, command, number, now_ms)

    def advance(self, now_ms: int) -> list[Event]:
        """Everything that has happened up to now and was not told yet, in order."""
        self.world.advance(now_ms)
        self._translate()
        ready, self._ready = self._ready, []
        return ready

    def next_ms(self) -> int | None:
        """When there is something to tell: now, if a command has just done something; else at the world's next step."""
        self._translate()
        return self.world.now_ms if self._ready else self.world.next_ms()

    def _translate(self) -> None:
        for happening in self.world.take():
            self._ready += self._events(happening)

    # ── commands ────────────────────────────────────────────────────────────────────────────────────

    def _place(self, command: PlaceCall, number: str, now_ms: int) -> None:
        variables = {"CINTILLO_AMD": str(int(command.amd)), "CINTILLO_WAIT_S": f"{command.wait_ms / 1000:g}"}
        self.world.originate(command.attempt_id, number, DEUDOR, command.ring_ms, variables, now_ms)

    def _call_agent(self, command: CallAgent, number: str, now_ms: int) -> None:
        endpoint = command.endpoint.rpartition("/")[2]
        self.world.originate(command.leg_id, endpoint, AGENTE, command.ring_ms, {}, now_ms)

    def _join(self, command: JoinCall, number: str, now_ms: int) -> None:
        try:
            self.world.bridge(command.attempt_id, command.leg_id, now_ms)
        except WorldError as refused:
            self._translate()
            self._ready.append(BridgeFailed(command.attempt_id, command.leg_id, str(refused)))

    def _hold(self, command: HoldCall, number: str, now_ms: int) -> None:
        try:
            self.world.redirect(command.attempt_id, ESPERA, now_ms)
        except WorldError:
            return  # mostly the debtor hung up at the same moment; AMI's refusal becomes no event either

    def _hang_up(self, command: HangUp, number: str, now_ms: int) -> None:
        try:
            self.world.hangup(command.channel_id, now_ms)
        except NoSuchChannel:
            return  # both hung up at the same moment; the end is on its way

    def _list(self, command: ListChannels, number: str, now_ms: int) -> None:
        self.world.advance(now_ms)
        self._translate()
        self._ready.append(ChannelsListed(now_ms, self.world.channels()))

    # ── events ──────────────────────────────────────────────────────────────────────────────────────

    def _events(self, happening: Happening) -> list[Event]:
        keeper = _KEEPERS.get(happening.kind)
        if keeper and not keeper(self, happening):
            return []
        if happening.kind == "bridge_enter":
            return self._entered(happening)
        if happening.kind == "dial_end":
            return _dial_end(happening)
        word = (_ATTEMPT if is_attempt(happening.channel_id) else _LEG).get(happening.kind)
        return [word(happening)] if word else []

    def _created(self, happening: Happening) -> bool:
        self._made.add(happening.channel_id)
        return True

    def _ended(self, happening: Happening) -> bool:
        self._made.discard(happening.channel_id)
        return True

    def _left(self, happening: Happening) -> bool:
        self._alone.pop(happening.bridge_id, None)
        return True

    def _originated(self, happening: Happening) -> bool:
        """A failure is news only where no channel was made: every other one has a hang-up, which says more."""
        return not happening.ok and happening.channel_id not in self._made

    def _entered(self, happening: Happening) -> list[Event]:
        """Both hear each other once the second one is in."""
        first = self._alone.pop(happening.bridge_id, "")
        if not first:
            self._alone[happening.bridge_id] = happening.channel_id
            return []
        attempt, leg = sorted((first, happening.channel_id), key=is_leg)
        return [CallBridged(attempt, leg)] if is_attempt(attempt) and is_leg(leg) else []


def _dial_end(happening: Happening) -> list[Event]:
    """An answered call enters its dialplan, whose recording runs at once."""
    channel, status = happening.channel_id, happening.status
    if not is_attempt(channel):
        return []
    return [DialEnded(channel, status), *([CallPickedUp(channel)] if status == "ANSWER" else [])]


_PERFORM: Final[dict[type[Command], Callable[..., None]]] = {
    PlaceCall: PretendPbx._place,
    CallAgent: PretendPbx._call_agent,
    JoinCall: PretendPbx._join,
    HoldCall: PretendPbx._hold,
    HangUp: PretendPbx._hang_up,
    ListChannels: PretendPbx._list,
}

_KEEPERS: Final[dict[str, Callable[[PretendPbx, Happening], bool]]] = {
    "created": PretendPbx._created,
    "hangup": PretendPbx._ended,
    "bridge_leave": PretendPbx._left,
    "originate_response": PretendPbx._originated,
}

_Word = Callable[[Happening], Event]

_ATTEMPT: Final[dict[str, _Word]] = {
    "created": lambda h: CallCreated(h.channel_id),
    "ringing": lambda h: CallRinging(h.channel_id),
    "screened": lambda h: CallScreened(h.channel_id, h.word, h.detail),
    "abandoned": lambda h: CallAbandoned(h.channel_id),
    "bridge_leave": lambda h: CallUnbridged(h.channel_id),
    "hangup": lambda h: CallEnded(h.channel_id, h.cause),
    "originate_response": lambda h: CallRefused(
        h.channel_id, f"Asterisk made no channel (Originate reason {h.reason})"
    ),
}

_LEG: Final[dict[str, _Word]] = {
    "parked": lambda h: LegParked(h.channel_id),
    "hangup": lambda h: LegEnded(h.channel_id, h.cause),
    "originate_response": lambda h: LegEnded(h.channel_id, 0),
}
