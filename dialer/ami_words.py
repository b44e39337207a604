"""AMI messages <-> our events and commands.

Only our own channels are heard: an attempt's, a leg's or a listening headset's id is its channel's ``Uniqueid`` (we
give it as ``ChannelId``), and Asterisk 22 takes that id wherever an action asks for a channel's name (``Bridge``,
``Redirect``, ``Hangup``: measured), so channel names never matter here.

The dialplan (config/asterisk/extensions_cintillo.conf) says with ``UserEvent`` what AMI has no event for:
``CintilloAnswered`` (the recording, if asked for, runs and the call may be bridged), ``CintilloScreened`` (headers
``Word`` and ``Detail``: the answering-machine detector has decided), ``CintilloAbandoned`` (nobody was free in time)
``CintilloParked`` (a leg is in its loop), ``CintilloListening`` (a supervisor's headset is on a leg) and
``CintilloOutside`` (who is to take a debtor over has answered). An attempt's ``Newstate`` Up is no event: a bridge on
it comes, one time in twenty, before the recording, and that call then has none (measured).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from dialer.ami_wire import Message
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
    ChannelSeen,
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

# AST_STATE_* of Asterisk's include/asterisk/channelstate.h, as the header ChannelState carries them.
RINGING: Final = "5"
UP: Final = "6"

CONTEXT_DEUDOR: Final = "cintillo-deudor"
CONTEXT_AGENTE: Final = "cintillo-agente"
CONTEXT_ESPERA: Final = "cintillo-espera"
CONTEXT_ESCUCHA: Final = "cintillo-escucha"
CONTEXT_EXTERNO: Final = "cintillo-externo"
CONTEXT_ECO: Final = "cintillo-eco"
CONTEXTS: Final = (CONTEXT_DEUDOR, CONTEXT_AGENTE, CONTEXT_ESPERA, CONTEXT_ESCUCHA, CONTEXT_EXTERNO)

LEG_VARIABLE: Final = "CINTILLO_LEG"
MODES: Final = ("listen", "whisper", "barge")
"""The extensions of the context for listening in."""

Fields = list[tuple[str, str]]

_AMD_WORDS: Final = frozenset({"HUMAN", "MACHINE", "NOTSURE", "HANGUP"})
_NUMBER: Final = re.compile(r"\+?[0-9*#]{2,20}")
# A comma would start another variable in Asterisk's `Variable:` header.
_RECORDINGS: Final = re.compile(r"[^,\s]*")
_LONG_DIGITS: Final = re.compile(r"\d{6,}")


class WordsError(ValueError):
    """This command cannot be said to Asterisk; the sentence names what to correct and never the number."""


# ── what Asterisk says ──────────────────────────────────────────────────────────────────────────────


def event_from(message: Message) -> Event | None:
    """The event that this one message means by itself, or None: not about our channels, or of no interest.

    Bridges and refused Originates need memory: see `Listener`.
    """
    word = _WORDS.get(message.get("Event"))
    return word(message) if word else None


def _created(message: Message) -> Event | None:
    channel = message.get("Uniqueid")
    return CallCreated(channel) if is_attempt(channel) else None


def _newstate(message: Message) -> Event | None:
    channel, state = message.get("Uniqueid"), message.get("ChannelState")
    return CallRinging(channel) if is_attempt(channel) and state == RINGING else None


def _dial_state(message: Message) -> Event | None:
    channel = message.get("DestUniqueid")
    return CallRinging(channel) if is_attempt(channel) and message.get("DialStatus") == "RINGING" else None


def _dial_end(message: Message) -> Event | None:
    channel = message.get("DestUniqueid")
    return DialEnded(channel, message.get("DialStatus")) if is_attempt(channel) else None


def _hangup(message: Message) -> Event | None:
    channel, cause = message.get("Uniqueid"), message.get("Cause")
    number = int(cause) if cause.isascii() and cause.isdigit() else 0
    if is_attempt(channel):
        return CallEnded(channel, number)
    return _off(channel, number)


def _off(channel: str, cause: int) -> Event | None:
    """One of ours beside the debtors' calls is gone, or was never made."""
    if is_leg(channel):
        return LegEnded(channel, cause)
    if is_ear(channel):
        return EarEnded(channel, cause)
    return OutsideEnded(channel, cause) if is_outside(channel) else None


def _user_event(message: Message) -> Event | None:
    channel, word = message.get("Uniqueid"), message.get("UserEvent")
    if is_leg(channel):
        return LegParked(channel) if word == "CintilloParked" else None
    if is_ear(channel):
        return EarUp(channel) if word == "CintilloListening" else None
    if is_outside(channel):
        return OutsideUp(channel) if word == "CintilloOutside" else None
    if not is_attempt(channel):
        return None
    if word == "CintilloScreened":
        return _screened(channel, message.get("Word"), message.get("Detail"))
    said = _SAID.get(word)
    return said(channel) if said else None


def _screened(channel: str, word: str, detail: str) -> CallScreened:
    """A detector that says nothing we know (an empty AMDSTATUS when it could not run) is not sure."""
    return CallScreened(channel, word, detail) if word in _AMD_WORDS else CallScreened(channel, "NOTSURE", word)


_SAID: Final[dict[str, Callable[[str], Event]]] = {
    "CintilloAnswered": CallPickedUp,
    "CintilloAbandoned": CallAbandoned,
}

_WORDS: Final[dict[str, Callable[[Message], Event | None]]] = {
    "Newchannel": _created,
    "Newstate": _newstate,
    "DialState": _dial_state,
    "DialEnd": _dial_end,
    "Hangup": _hangup,
    "UserEvent": _user_event,
}


class Listener:
    """Hears one AMI connection. Its memory is what is alive now: our channels, and who is in which bridge.

    Begin each connection with a new one, and let it `recall` the listing. `expected` holds the channels that Asterisk
    was asked for and has neither made nor refused yet: an Originate is answered a while before its channel exists, and
    a listing in between does not show it.
    """

    def __init__(self) -> None:
        self.expected: set[str] = set()
        self._channels: set[str] = set()
        self._unanswered: set[str] = set()
        self._bridges: dict[str, set[str]] = {}

    def hear(self, message: Message) -> tuple[Event, ...]:
        """The events that this message brings: mostly none, at most one."""
        name = message.get("Event")
        if name == "Newchannel":
            self._appeared(message.get("Uniqueid"))
        elif name == "Hangup":
            self._channels.discard(message.get("Uniqueid"))
        keeper = _KEEPERS.get(name)
        event = keeper(self, message) if keeper else event_from(message)
        return (event,) if event else ()

    def recall(self, channels: Iterable[ChannelSeen]) -> None:
        """Learn from a listing what began before this connection."""
        for seen in channels:
            self._channels.add(seen.channel_id)
            if not seen.up:
                self._unanswered.add(seen.channel_id)
            if seen.bridge_id:
                self._bridges.setdefault(seen.bridge_id, set()).add(seen.channel_id)

    def _appeared(self, channel: str) -> None:
        self.expected.discard(channel)
        if _ours(channel):
            self._channels.add(channel)
            self._unanswered.add(channel)

    def _enter(self, message: Message) -> Event | None:
        """Two channels enter one by one, in either order: joined is when the second of the pair is in."""
        channel = message.get("Uniqueid")
        if not (is_attempt(channel) or _is_other_side(channel)):
            return None
        members = self._bridges.setdefault(message.get("BridgeUniqueid"), set())
        members.add(channel)
        others = members - {channel}
        if is_attempt(channel):
            leg = next(filter(_is_other_side, others), "")
            return CallBridged(channel, leg) if leg else None
        attempt = next(filter(is_attempt, others), "")
        if attempt:
            return CallBridged(attempt, channel)
        return LegsBridged(channel, next(iter(others))) if others else None

    def _leave(self, message: Message) -> Event | None:
        """The last to leave closes the bridge: the events that the dialer hears have no ``BridgeDestroy``."""
        channel, bridge = message.get("Uniqueid"), message.get("BridgeUniqueid")
        members = self._bridges.get(bridge, set())
        members.discard(channel)
        if not members:
            self._bridges.pop(bridge, None)
        return CallUnbridged(channel) if is_attempt(channel) else None

    def _originated(self, message: Message) -> Event | None:
        """A failed Originate that never made a channel has no Hangup; every other one has, and that says more.

        Asterisk sends this past the queue of all other events: it may come after the Hangup, and before the answer.
        """
        channel = message.get("ActionID")
        self.expected.discard(channel)
        made = channel in self._channels or channel in self._unanswered
        self._unanswered.discard(channel)
        if made or message.get("Response") != "Failure":
            return None
        if is_attempt(channel):
            return CallRefused(channel, f"Asterisk made no channel (Originate reason {message.get('Reason')})")
        return _off(channel, 0)


def _ours(channel: str) -> bool:
    return is_attempt(channel) or _is_other_side(channel) or is_ear(channel)


def _is_other_side(channel: str) -> bool:
    """Whether debtors, or agents, are joined with it."""
    return is_leg(channel) or is_outside(channel)


_KEEPERS: Final[dict[str, Callable[[Listener, Message], Event | None]]] = {
    "BridgeEnter": Listener._enter,
    "BridgeLeave": Listener._leave,
    "OriginateResponse": Listener._originated,
}


def channels_from(messages: Iterable[Message]) -> tuple[ChannelSeen, ...]:
    """Our channels among the ``CoreShowChannel`` entries of a listing."""
    return tuple(
        ChannelSeen(channel, _at_work(message), message.get("BridgeId"))
        for message in messages
        if message.get("Event") == "CoreShowChannel"
        and _ours(channel := message.get("Uniqueid"))
    )


def _at_work(message: Message) -> bool:
    """Up, and in our dialplan or a bridge: one that has only just answered is in neither, and its UserEvent follows."""
    place = message.get("BridgeId") or message.get("Context") in CONTEXTS
    return message.get("ChannelState") == UP and bool(place)


# ── what we say ─────────────────────────────────────────────────────────────────────────────────────


def action_for(command: Command, *, trunk: str, number: str, recordings: str, action_id: str) -> Fields:
    """The AMI action of a command, as header pairs for `ami_wire.encode`.

    `trunk` is ``settings.asterisk.trunk`` (holds ``{number}``), `number` the telephone to call (`PlaceCall`,
    `CallOutside`), `recordings` the folder on Asterisk's machine. An Originate's ActionID is the channel's id, so that
    its ``OriginateResponse`` names the call; all others carry `action_id`. Raises `WordsError` for a number or a folder
    that Asterisk would misread, and for a command that is not for Asterisk.
    """
    match command:
        case PlaceCall():
            return _place(command, _dial_string(trunk, number), recordings)
        case CallAgent() | CallEar():
            return _call_headset(command)
        case CallOutside():
            return _call_outside(command, command.endpoint or _dial_string(trunk, number))
        case AimEar() | TurnEar() | HoldCall():
            return _send_on(command, action_id)
        case JoinCall() | JoinLegs() | HangUp() | StopRecording() | ListChannels():
            return _plain(command, action_id)
    raise WordsError(f"{type(command).__name__} is not a command for Asterisk; send it to the edge it is for")


def _plain(command: JoinCall | JoinLegs | HangUp | StopRecording | ListChannels, action_id: str) -> Fields:
    match command:
        case JoinCall(one, other) | JoinLegs(one, other):
            return _action("Bridge", action_id, Channel1=one, Channel2=other)
        case HangUp(channel):
            return _action("Hangup", action_id, Channel=channel)
        case StopRecording(channel):
            return _action("StopMixMonitor", action_id, Channel=channel)
    return _action("CoreShowChannels", action_id)


def _action(name: str, action_id: str, **headers: str) -> Fields:
    return [("Action", name), ("ActionID", action_id), *headers.items()]


def _call_headset(command: CallAgent | CallEar) -> Fields:
    if isinstance(command, CallAgent):
        return _originate(command.leg_id, command.endpoint, CONTEXT_AGENTE, command.ring_ms)
    called = _originate(command.ear_id, command.endpoint, CONTEXT_ESCUCHA, command.ring_ms, command.mode)
    return [*called, ("Variable", f"{LEG_VARIABLE}={command.leg_id}")]


def _call_outside(command: CallOutside, channel: str) -> Fields:
    called = _originate(command.outside_id, channel, CONTEXT_EXTERNO, command.ring_ms)
    most_s = f"{command.max_ms / 1000:g}"
    caller_id = [("CallerID", command.caller_id)] if command.caller_id else []
    return [*called, *caller_id, ("Variable", f"CINTILLO_MAX_S={most_s}")]


def _send_on(command: AimEar | TurnEar | HoldCall, action_id: str) -> Fields:
    """To another place in the dialplan; a headset's leg is a variable that it finds there."""
    if isinstance(command, AimEar):
        aim = {"Variable": LEG_VARIABLE, "Value": command.leg_id}
        return _action("Setvar", action_id, Channel=command.ear_id, **aim)
    if isinstance(command, TurnEar):
        place = {"Context": CONTEXT_ESCUCHA, "Exten": command.mode, "Priority": "1"}
        return _action("Redirect", action_id, Channel=command.ear_id, **place)
    place = {"Context": CONTEXT_ESPERA, "Exten": "s", "Priority": "1"}
    return _action("Redirect", action_id, Channel=command.attempt_id, **place)


def _originate(channel_id: str, channel: str, context: str, ring_ms: int, exten: str = "s") -> Fields:
    place = {"Context": context, "Exten": exten, "Priority": "1"}
    how = {"Channel": channel, "ChannelId": channel_id, "Timeout": str(ring_ms), "Async": "true"}
    return _action("Originate", channel_id, **how, **place)


def _place(command: PlaceCall, channel: str, recordings: str) -> Fields:
    if not _RECORDINGS.fullmatch(recordings):
        raise WordsError(f"asterisk.recordings = {recordings!r} holds a comma or a blank; choose a folder without them")
    record = f"{recordings}/{command.attempt_id}.wav" if command.record else ""
    return [
        *_originate(command.attempt_id, channel, CONTEXT_DEUDOR, command.ring_ms),
        ("CallerID", command.caller_id),
        ("Variable", f"CINTILLO_AMD={command.amd:d}"),
        ("Variable", f"CINTILLO_WAIT_S={command.wait_ms / 1000:g}"),
        ("Variable", f"CINTILLO_RECORD={record}"),
    ]


def _dial_string(trunk: str, number: str) -> str:
    if not _NUMBER.fullmatch(number):
        raise WordsError("the telephone number cannot be dialled: use 2 to 20 digits, * or #, with + only in front")
    return trunk.replace("{number}", number)


def failure_of(command: Command, reason: str) -> Event | None:
    """What it means for the books that Asterisk did not take this command; None where the world will say by itself.

    Long runs of digits are cut out of `reason`, since events are kept for ever and may not carry a telephone number.
    """
    reason = _LONG_DIGITS.sub("…", reason)[:200]
    match command:
        case PlaceCall():
            return CallRefused(command.attempt_id, reason)
        case CallAgent(channel) | CallEar(channel) | CallOutside(channel):
            return _off(channel, 0)
        case JoinCall():
            return BridgeFailed(command.attempt_id, command.leg_id, reason)
        case JoinLegs():
            return LegsFailed(command.leg_id, command.other_id, reason)
    return None
