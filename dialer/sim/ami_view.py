"""What AMI shows of the pretend world: happenings as events, with the headers that Asterisk 22 gives them.

The header sets, their order and the order of the events of a call were taken from an Asterisk 22.10. Left out are
HangupRequest, SoftHangupRequest and everything of the classes that carry no news of calls (dtmf, rtcp, cdr, security…).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dialer.sim.happenings import AGENTE, DEUDOR, ESCUCHA, ESPERA, EXTERNO, Happening

Fields = list[tuple[str, str]]
Frame = tuple[str, Fields]
"""An event and its class (call, user, system…), which a client's event mask is compared with."""

UNKNOWN: Final = "<unknown>"
_STATES: Final = {0: "Down", 5: "Ringing", 6: "Up"}
_CAUSE_TEXTS: Final = {
    0: "Unknown",
    1: "Unallocated (unassigned) number",
    16: "Normal Clearing",
    17: "User busy",
    19: "User alerting, no answer",
    20: "Subscriber absent",
    21: "Call Rejected",
    34: "Circuit/channel congestion",
    38: "Network out of order",
}
_SIP_CODES: Final = {1: "404", 17: "486", 19: "480", 20: "480", 21: "403", 34: "503", 38: "500"}

DIALPLAN: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    DEUDOR: (
        ("ExecIf", '$["${CHANNEL(accountcode)}" = ""]?Set(CHANNEL(accountcode)=cintillo)'),
        ("ExecIf", '$["${CINTILLO_RECORD}" != ""]?MixMonitor(${CINTILLO_RECORD})'),
        ("UserEvent", "CintilloAnswered"),
        ("GotoIf", '$["${CINTILLO_AMD}" != "1"]?wait'),
        ("AMD", ""),
        ("UserEvent", "CintilloScreened,Word: ${AMDSTATUS},Detail: ${AMDCAUSE}"),
        ("GotoIf", '$["${AMDSTATUS}" = "MACHINE"]?end'),
        ("Wait", "${CINTILLO_WAIT_S}"),
        ("ExecIf", '$["${CHANNEL(peeraccount)}" = ""]?UserEvent(CintilloAbandoned)'),
        ("ExecIf", '$["${CHANNEL(peeraccount)}" = ""]?Playback(cintillo/sin-ejecutivo)'),
        ("GotoIf", '$["${CHANNEL(peeraccount)}" = ""]?end'),
        ("Set", "CHANNEL(peeraccount)="),
        ("Wait", "5"),
        ("Goto", "lost"),
        ("Hangup", "16"),
    ),
    AGENTE: (
        ("Answer", ""),
        ("ExecIf", '$["${CHANNEL(accountcode)}" = ""]?Set(CHANNEL(accountcode)=cintillo)'),
        ("Set", "CHANNEL(peeraccount)="),
        ("UserEvent", "CintilloParked"),
        ("Wait", "2"),
        ("GotoIf", '$["${CHANNEL(peeraccount)}" = ""]?quiet'),
        ("Goto", "parked"),
    ),
    ESPERA: (("MusicOnHold", "cintillo,900"), ("Goto", "cintillo-deudor,s,lost")),
    ESCUCHA: (
        ("UserEvent", "CintilloListening"),
        ("ChanSpy", "${CINTILLO_LEG},quES"),
        ("Wait", "30"),
        ("Hangup", "16"),
    ),
    EXTERNO: (
        ("ExecIf", '$["${CHANNEL(accountcode)}" = ""]?Set(CHANNEL(accountcode)=cintillo)'),
        ("ExecIf", '$["${CINTILLO_MAX_S}" != ""]?Set(TIMEOUT(absolute)=${CINTILLO_MAX_S})'),
        ("UserEvent", "CintilloOutside"),
        ("Wait", "5"),
        ("Hangup", "16"),
    ),
}


class Face:
    """A channel as AMI names it and shows it; `wanted` is the channel that the Originate asked for."""

    def __init__(self, channel_id: str, wanted: str, context: str, caller: tuple[str, str], now_ms: int) -> None:
        self.channel_id = channel_id
        self.wanted = wanted
        self.name = ""
        self.caller_num, self.caller_name = caller
        self.goal = context
        self.context = "default"
        self.priority = 1
        self.state = 0
        self.app = ("AppDial2", "(Outgoing Line)")
        self.since_ms = now_ms
        self.bridge_id = ""
        self.action_id = ""
        self.tell_response = True
        self.variables: dict[str, str] = {}

    @property
    def device(self) -> str:
        """``PJSIP/troncal`` of ``PJSIP/+569…@troncal``, ``PJSIP/e01`` of itself."""
        tech, _, rest = self.wanted.partition("/")
        return f"{tech}/{rest.rpartition('@')[2]}"

    def go(self, context: str, priority: int) -> None:
        """The dialplan is there now."""
        self.context = context
        self.priority = priority
        self.app = DIALPLAN[context][priority - 1]

    def fields(self, prefix: str = "") -> Fields:
        """The headers that every channel event begins with."""
        return [
            (f"{prefix}Channel", self.name),
            (f"{prefix}ChannelState", str(self.state)),
            (f"{prefix}ChannelStateDesc", _STATES[self.state]),
            (f"{prefix}CallerIDNum", self.caller_num),
            (f"{prefix}CallerIDName", self.caller_name),
            (f"{prefix}ConnectedLineNum", self.caller_num),
            (f"{prefix}ConnectedLineName", self.caller_name),
            (f"{prefix}Language", "es"),
            (f"{prefix}AccountCode", ""),
            (f"{prefix}Context", self.context),
            (f"{prefix}Exten", "s"),
            (f"{prefix}Priority", str(self.priority)),
            (f"{prefix}Uniqueid", self.channel_id),
            (f"{prefix}Linkedid", self.channel_id),
        ]

    def listed(self, now_ms: int) -> Fields:
        """The headers of a CoreShowChannel entry."""
        seconds = max(0, now_ms - self.since_ms) // 1000
        app, data = ("", "") if self.bridge_id else self.app
        return [
            *self.fields(),
            ("Application", app),
            ("ApplicationData", data),
            ("Duration", f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"),
            ("BridgeId", self.bridge_id),
        ]


class View:
    """All channels as AMI shows them, kept up to date by `frames`."""

    def __init__(self) -> None:
        self.faces: dict[str, Face] = {}
        self._ids: dict[str, str] = {}
        self._asked: Face | None = None
        self._bridges: dict[str, int] = {}
        self._numbered = 0

    def ask(self, face: Face) -> None:
        """This channel is being originated: what the world says next of its id is about this one."""
        self._asked = face

    def find(self, name: str) -> Face | None:
        """The channel of this name (``PJSIP/troncal-0000001a``) or unique id."""
        return self.faces.get(self._ids.get(name, name))

    def frames(self, happening: Happening) -> list[Frame]:
        """The events that tell it, in Asterisk's order."""
        return _FRAMES[happening.kind](self, happening)

    def answer(self, happening: Happening) -> Face:
        """The face that an originate_response is about: the channel's, or the one that was never made."""
        asked, self._asked = self._asked, None
        return asked or self.faces[happening.channel_id]

    # ── one method for each kind of happening ───────────────────────────────────────────────────────

    def _created(self, happening: Happening) -> list[Frame]:
        face, self._asked = self._asked, None
        assert face is not None, "every channel of this world is originated through its manager"
        face.name = f"{face.device}-{self._numbered:08x}"
        self._numbered += 1
        self.faces[face.channel_id] = face
        self._ids[face.name] = face.channel_id
        presented = ("CID-CallingPres", "0 (Presentation Allowed, Not Screened)")
        return [
            _event("call", "Newchannel", _bare(face.fields(), 3, 4, 5, 6)),
            _event("call", "NewCallerid", [*_bare(face.fields(), 5, 6), presented]),
            _event("call", "NewConnectedLine", face.fields()),
        ]

    def _dialing(self, happening: Happening) -> list[Frame]:
        face = self.faces[happening.channel_id]
        return [_event("call", "DialBegin", [*face.fields("Dest"), ("DialString", face.wanted.partition("/")[2])])]

    def _ringing(self, happening: Happening) -> list[Frame]:
        face = self.faces[happening.channel_id]
        face.state = 5
        return [
            _event("call", "Newstate", face.fields()),
            _event("call", "DialState", [*face.fields("Dest"), ("DialStatus", "RINGING")]),
        ]

    def _up(self, happening: Happening) -> list[Frame]:
        face = self.faces[happening.channel_id]
        face.state = 6
        return [_event("call", "Newstate", face.fields())]

    def _dial_end(self, happening: Happening) -> list[Frame]:
        """An answered call enters its dialplan."""
        face = self.faces[happening.channel_id]
        frame = _event("call", "DialEnd", [*face.fields("Dest"), ("DialStatus", happening.status)])
        if happening.status != "ANSWER":
            return [frame]
        if face.goal != DEUDOR:
            face.go(face.goal, 1)
            return [frame]
        face.go(DEUDOR, 3)
        answered = _event("user", "UserEvent", [*face.fields(), ("UserEvent", "CintilloAnswered")])
        face.go(DEUDOR, 5 if face.variables.get("CINTILLO_AMD") == "1" else 8)
        return [frame, answered]

    def _originate_response(self, happening: Happening) -> list[Frame]:
        face = self.answer(happening)
        if not face.tell_response:
            return []
        fields = [("ActionID", face.action_id)] if face.action_id else []
        fields += [
            ("Response", "Success" if happening.ok else "Failure"),
            ("Channel", face.name if happening.ok else face.wanted),
            ("Context", face.goal),
            ("Exten", "s"),
            ("Reason", str(happening.reason)),
            ("Uniqueid", happening.channel_id),
            ("CallerIDNum", face.caller_num),
            ("CallerIDName", face.caller_name),
        ]
        return [_event("call", "OriginateResponse", fields)]

    def _user_event(self, happening: Happening) -> list[Frame]:
        name, context, line, next_line = _USER_EVENTS[happening.kind]
        face = self.faces[happening.channel_id]
        face.go(context, line)
        fields = [*face.fields(), ("UserEvent", name)]
        if happening.kind == "screened":
            fields += [("Word", happening.word), ("Detail", happening.detail)]
        face.go(context, next_line)
        return [_event("user", "UserEvent", fields)]

    def _bridge_enter(self, happening: Happening) -> list[Frame]:
        face = self.faces[happening.channel_id]
        face.bridge_id = happening.bridge_id
        members = self._bridges.get(happening.bridge_id, 0)
        self._bridges[happening.bridge_id] = members + 1
        created = [] if members else [_event("call", "BridgeCreate", _bridge(happening.bridge_id, 0))]
        return [*created, _event("call", "BridgeEnter", [*_bridge(happening.bridge_id, members + 1), *face.fields()])]

    def _bridge_leave(self, happening: Happening) -> list[Frame]:
        face = self.faces[happening.channel_id]
        face.bridge_id = ""
        members = self._bridges.pop(happening.bridge_id) - 1
        frames = [_event("call", "BridgeLeave", [*_bridge(happening.bridge_id, members), *face.fields()])]
        if members:
            self._bridges[happening.bridge_id] = members
        else:
            frames.append(_event("call", "BridgeDestroy", _bridge(happening.bridge_id, 0)))
        return frames

    def _hangup(self, happening: Happening) -> list[Frame]:
        face = self.faces.pop(happening.channel_id)
        del self._ids[face.name]
        cause = happening.cause
        fields = [*face.fields(), ("Cause", str(cause)), ("Cause-txt", _CAUSE_TEXTS.get(cause, "Unknown"))]
        if cause in _SIP_CODES:
            fields.append(("TechCause", _SIP_CODES[cause]))
        return [_event("call", "Hangup", fields)]


# The event's name, and the lines of the dialplan that say it and that come next.
_USER_EVENTS: Final = {
    "screened": ("CintilloScreened", DEUDOR, 6, 8),
    "abandoned": ("CintilloAbandoned", DEUDOR, 9, 10),
    "parked": ("CintilloParked", AGENTE, 4, 5),
    "listening": ("CintilloListening", ESCUCHA, 1, 2),
    "outside": ("CintilloOutside", EXTERNO, 3, 4),
}

_FRAMES: Final[dict[str, Callable[[View, Happening], list[Frame]]]] = {
    "created": View._created,
    "dialing": View._dialing,
    "ringing": View._ringing,
    "up": View._up,
    "dial_end": View._dial_end,
    "originate_response": View._originate_response,
    "screened": View._user_event,
    "abandoned": View._user_event,
    "parked": View._user_event,
    "listening": View._user_event,
    "outside": View._user_event,
    "bridge_enter": View._bridge_enter,
    "bridge_leave": View._bridge_leave,
    "hangup": View._hangup,
}


def _event(privilege: str, name: str, fields: Fields) -> Frame:
    return privilege, [("Event", name), ("Privilege", f"{privilege},all"), *fields]


def _bare(fields: Fields, *unknown: int) -> Fields:
    """The same headers with these still unknown, as they are while Asterisk sets a channel up."""
    return [(name, UNKNOWN if at in unknown else value) for at, (name, value) in enumerate(fields)]


def _bridge(bridge_id: str, members: int) -> Fields:
    return [
        ("BridgeUniqueid", bridge_id),
        ("BridgeType", "basic"),
        ("BridgeTechnology", "simple_bridge"),
        ("BridgeCreator", UNKNOWN),
        ("BridgeName", UNKNOWN),
        ("BridgeNumChannels", str(members)),
        ("BridgeVideoSourceMode", "none"),
    ]
