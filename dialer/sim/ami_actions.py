"""The manager interface of the pretend Asterisk, without I/O: actions in, responses and events out.

One `Manager` for the world, one `Session` for each client. `act` answers one action, `advance` lets time pass; both
return what goes out, in order: to one session (responses, lists) or to everybody who listens (events). Wording and
headers are those of an Asterisk 22.10.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from dialer.ami_wire import Message
from dialer.ami_words import LEG_VARIABLE, MODES
from dialer.sim.ami_forms import Out, Refusal, Session, action_id, caller, event_mask, listing, success
from dialer.sim.ami_view import DIALPLAN, Face, Fields, View
from dialer.sim.happenings import ESCUCHA, Happening, NoSuchContext, NotAnswered, WorldError
from dialer.sim.people import Dice
from dialer.sim.world import NORMAL, World

AMI_VERSION: Final = "11.0.0"
GREETING: Final = f"Asterisk Call Manager/{AMI_VERSION}\r\n".encode()
ASTERISK_VERSION: Final = "22.10.1-cintillo-sim"
MODULES: Final = frozenset(
    {"app_amd", "app_exec", "app_mixmonitor", "app_playback", "app_userevent", "app_chanspy", "bridge_simple",
     "chan_pjsip", "func_channel", "func_logic", "func_timeout", "pbx_config", "res_musiconhold", "res_pjsip",
     "res_rtp_asterisk"}
)  # fmt: skip
RING_MS_DEFAULT: Final = 30_000


class Manager:
    """Actions on a `World`, for any number of sessions.

    `users` maps names to secrets. `started` is the date and the time of day of the start (``2026-10-31``,
    ``09:00:00``), shown by CoreStatus. An installation that lacks something is made by taking it out of `contexts` or
    `modules`, by another `version`, or by what a user `may` do: the classes of ``write=`` (who is not named: all).
    """

    def __init__(
        self, world: World, users: Mapping[str, str], dice: Dice, started: tuple[str, str] = ("1970-01-01", "00:00:00")
    ) -> None:
        self.world = world
        self.users = users
        self.started = started
        self.view = View()
        self.contexts = set(DIALPLAN)
        self.modules = set(MODULES)
        self.version = ASTERISK_VERSION
        self.may: dict[str, frozenset[str]] = {}
        self.globals: dict[str, str] = {}
        self.calls_processed = 0
        self._dice = dice
        self._sync: dict[str, tuple[Session, str]] = {}
        self._out: list[Out] = []

    def advance(self, now_ms: int) -> list[Out]:
        """Let time pass and return what is to be told."""
        self.world.advance(now_ms)
        self._drain()
        out, self._out = self._out, []
        return out

    def act(self, session: Session, message: Message, now_ms: int) -> list[Out]:
        """Answer one action of one client; what happened before it is told first."""
        self.world.advance(now_ms)
        self._drain()
        name = message.get("Action")
        try:
            responses = self._handler(session, name)(self, session, message, now_ms)
        except Refusal as refusal:
            responses = [[("Response", "Error"), *action_id(message), ("Message", str(refusal))]]
        self._out += [Out(session, "", fields) for fields in responses]
        self._drain()
        out, self._out = self._out, []
        return out

    def _handler(self, session: Session, name: str) -> Handler:
        if not name:
            raise Refusal("Missing action in request")
        if not session.user and name.lower() not in _BEFORE_LOGIN:
            raise Refusal("Permission denied")
        known = ACTIONS.get(name.lower())
        if known is None:
            raise Refusal(f"Invalid/unknown command: {name}. Use Action: ListCommands to show available commands.")
        if session.user and not self._may(session, known):
            raise Refusal("Permission denied")
        return known.handler

    def _may(self, session: Session, action: Action) -> bool:
        classes = self.may.get(session.user, _EVERYTHING)
        return action.privilege == "<none>" or not classes.isdisjoint(action.privilege.split(","))

    def _drain(self) -> None:
        for happening in self.world.take():
            if happening.kind == "originate_response":
                self._answer_originate(happening)
            self._out += [Out(None, privilege, fields) for privilege, fields in self.view.frames(happening)]

    def _answer_originate(self, happening: Happening) -> None:
        """An Originate that was not Async is answered only now."""
        waiting = self._sync.pop(happening.channel_id, None)
        if waiting is None:
            return
        session, given = waiting
        word, text = ("Success", "Originate successfully queued") if happening.ok else ("Error", "Originate failed")
        named = [("ActionID", given)] if given else []
        self._out.append(Out(session, "", [("Response", word), *named, ("Message", text)]))

    # ── the session ─────────────────────────────────────────────────────────────────────────────────

    def _challenge(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        if message.get("AuthType").upper() != "MD5":
            raise Refusal("Must specify AuthType")
        session.challenge = str(int(self._dice.uniform(100_000_000, 999_999_999)))
        return [[("Response", "Success"), *action_id(message), ("Challenge", session.challenge)]]

    def _login(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        user = message.get("Username")
        if not self._knows(session, message, user):
            session.closing = True
            raise Refusal("Authentication failed")
        session.user = user
        if message.get("Events"):
            session.mask = event_mask(message.get("Events"))
        booted = [
            ("Event", "FullyBooted"),
            ("Privilege", "system,all"),
            ("Uptime", str(now_ms // 1000 % 100_000)),
            ("LastReload", str(now_ms // 1000 % 100_000)),
            ("Status", "Fully Booted"),
        ]
        return [*success(message, "Authentication accepted"), *([booted] if session.hears("system") else [])]

    def _knows(self, session: Session, message: Message, user: str) -> bool:
        secret = self.users.get(user)
        if secret is None:
            return False
        if message.get("AuthType").upper() != "MD5":
            return message.get("Secret") == secret
        challenge, session.challenge = session.challenge, ""
        # Asterisk's own scheme, and no secret of ours: md5 is what the protocol says.
        key = hashlib.md5((challenge + secret).encode(), usedforsecurity=False).hexdigest()
        return bool(challenge) and message.get("Key").lower() == key

    def _logoff(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        session.closing = True
        return [[("Response", "Goodbye"), *action_id(message), ("Message", "Thanks for all the fish.")]]

    def _ping(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        stamp = f"{now_ms / 1000:.6f}"
        return [[("Response", "Success"), *action_id(message), ("Ping", "Pong"), ("Timestamp", stamp)]]

    def _events(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        asked = message.get("EventMask")
        if not asked:
            raise Refusal("Invalid event mask")
        session.mask = event_mask(asked)
        return [[("Response", "Success"), *action_id(message), ("Events", "On" if session.mask else "Off")]]

    # ── calls ───────────────────────────────────────────────────────────────────────────────────────

    def _originate(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        self._check_goal(message)
        self.calls_processed += 1
        face = self._face(message, now_ms)
        target = face.wanted.partition("/")[2].partition("@")[0]
        timeout_ms = int(message.get("Timeout") or RING_MS_DEFAULT)
        face.tell_response = message.get("Async").lower() in ("true", "yes", "1")
        if not face.tell_response:
            self._sync[face.channel_id] = (session, face.action_id)
        self.view.ask(face)
        self.world.originate(face.channel_id, target, face.goal, timeout_ms, face.variables, now_ms)
        return success(message, "Originate successfully queued") if face.tell_response else []

    def _check_goal(self, message: Message) -> None:
        channel, priority = message.get("Channel"), message.get("Priority")
        if not channel:
            raise Refusal("Channel not specified")
        if message.get("Application") and not _local(message):
            raise Refusal("This PBX runs no application alone; originate to a context")
        if not priority.isdigit() and not _local(message):
            raise Refusal("Invalid priority")
        if not message.get("Timeout", "0").isdigit():
            raise Refusal("Invalid timeout")
        if not all(channel.partition("/")):
            raise Refusal("Invalid channel")
        extens = MODES if _goal(message) == ESCUCHA else ("s",)
        begins = _local(message) or (message.get("Exten") in extens and priority == "1")
        if _goal(message) not in self.contexts or not begins:
            raise Refusal("Extension does not exist.")

    def _face(self, message: Message, now_ms: int) -> Face:
        channel_id = message.get("ChannelId") or f"{now_ms // 1000}.{self.calls_processed}"
        face = Face(channel_id, message.get("Channel"), _goal(message), caller(message), now_ms)
        face.action_id = message.get("ActionID")
        pairs = (pair.partition("=") for line in message.all("Variable") for pair in line.split(","))
        face.variables = {name.strip(): value for name, equals, value in pairs if equals}
        return face

    def _hangup(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        if not message.get("Channel"):
            raise Refusal("No channel specified")
        face = self._channel(message.get("Channel"))
        cause = message.get("Cause")
        # A channel that is hung up inside its dialplan, with no cause given, ends with cause 0: so does Asterisk's.
        silent = 0 if face.state == 6 and not face.bridge_id else NORMAL
        self.world.hangup(face.channel_id, now_ms, int(cause) if cause.isdigit() and int(cause) < 128 else silent)
        return success(message, "Channel Hungup")

    def _bridge(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        names = message.get("Channel1"), message.get("Channel2")
        if not all(names):
            raise Refusal("Missing channel parameter in request")
        faces = []
        for at, name in enumerate(names, 1):
            face = self.view.find(name)
            if face is None:
                raise Refusal(f"Channel{at} does not exist: {name}")
            faces.append(face)
        try:
            self.world.bridge(faces[0].channel_id, faces[1].channel_id, now_ms)
        except WorldError:
            late = 1 + (faces[0].state == 6)
            raise Refusal(f"Unable to add Channel{late} to bridge: {faces[late - 1].name}") from None
        return success(message, "Channels have been bridged")

    def _redirect(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        name, context = message.get("Channel"), message.get("Context")
        if not name:
            raise Refusal("Channel not specified")
        face = self.view.find(name)
        if face is None:
            raise Refusal(f"Channel does not exist: {name}")
        try:
            self.world.redirect(face.channel_id, context, now_ms)
            face.go(context, 1)
        except NotAnswered:
            raise Refusal("Redirect failed, channel not up.") from None
        except NoSuchContext:
            self.world.hangup(face.channel_id, now_ms, 0)
        return success(message, "Redirect successful")

    def _stop_recording(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        """Nothing is recorded here: there is nothing to stop."""
        self._channel(message.get("Channel"))
        return success(message, "MixMonitor stopped")

    def _channel(self, name: str) -> Face:
        face = self.view.find(name)
        if face is None:
            raise Refusal("No such channel")
        return face

    # ── variables, user events ──────────────────────────────────────────────────────────────────────

    def _variables(self, message: Message) -> dict[str, str]:
        name = message.get("Channel")
        return self._channel(name).variables if name else self.globals

    def _getvar(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        name = message.get("Variable")
        if not name:
            raise Refusal("No variable specified")
        value = self._variables(message).get(name, "")
        return [[("Response", "Success"), *action_id(message), ("Variable", name), ("Value", value)]]

    def _setvar(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        name, value = message.get("Variable"), message.get("Value")
        if not name:
            raise Refusal("No variable specified")
        self._variables(message)[name] = value
        face = self.view.find(message.get("Channel"))
        if face and name == LEG_VARIABLE:
            self.world.aim(face.channel_id, value, now_ms)
        where = face.fields() if face else [("Channel", "none"), ("Uniqueid", "none")]
        fields = [("Event", "VarSet"), ("Privilege", "dialplan,all"), *where, ("Variable", name), ("Value", value)]
        self._out.append(Out(None, "dialplan", fields))
        return success(message, "Variable Set")

    def _user_event(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        name = message.get("UserEvent")
        rest = [(key, value) for key, value in message.items if key.lower() not in ("action", "userevent")]
        fields = [("Event", "UserEvent"), ("Privilege", "user,all"), ("UserEvent", name), *rest]
        self._out.append(Out(None, "user", fields))
        return success(message, "Event Sent")

    # ── what there is ───────────────────────────────────────────────────────────────────────────────

    def _channels(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        entries = [face.listed(now_ms) for face in self.view.faces.values()]
        return listing(message, "Channels will follow", "CoreShowChannel", entries, "CoreShowChannelsComplete")

    def _endpoints(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        devices = [face.device.partition("/")[2] for face in self.view.faces.values()]
        names = sorted(self.world.endpoints or self.world.unregistered | set(devices) - {"troncal"})
        entries = [self._endpoint(name, devices.count(name)) for name in [*names, "troncal"]]
        text = "A listing of Endpoints follows, presented as EndpointList events"
        return listing(message, text, "EndpointList", entries, "EndpointListComplete")

    def _endpoint(self, name: str, calls: int) -> Fields:
        there = name == "troncal" or self.world.is_registered(name)
        idle = "Not in use" if there else "Unavailable"
        return [
            ("ObjectType", "endpoint"),
            ("ObjectName", name),
            ("Transport", "transport-udp"),
            ("Aor", name),
            ("Auths", ""),
            ("OutboundAuths", ""),
            ("Contacts", f"{name}/sip:{name}@127.0.0.1," if there else ""),
            ("DeviceState", "In use" if calls else idle),
            ("ActiveChannels", str(calls)),
        ]

    def _dialplan(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        wanted = message.get("Context")
        if wanted and wanted not in self.contexts:
            raise Refusal(f"Did not find context {wanted}")
        contexts = [wanted] if wanted else [context for context in DIALPLAN if context in self.contexts]
        entries = [
            [("Context", context), ("Extension", "s"), ("Priority", str(at)), ("Application", app), ("AppData", data),
             ("Registrar", "pbx_config")]
            for context in contexts
            for at, (app, data) in enumerate(DIALPLAN[context], 1)
        ]  # fmt: skip
        text = "DialPlan list will follow"
        counts = [
            ("ListExtensions", str(len(contexts))),
            ("ListPriorities", str(len(entries))),
            ("ListContexts", str(len(contexts))),
        ]
        return listing(message, text, "ListDialplan", entries, "ShowDialPlanComplete", counts)

    def _module(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        if message.get("Module").removesuffix(".so") not in self.modules:
            raise Refusal("Module not loaded")
        return [[("Response", "Success"), *action_id(message), ("Version", "")]]

    def _settings(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        return [
            [
                ("Response", "Success"),
                *action_id(message),
                ("AMIversion", AMI_VERSION),
                ("AsteriskVersion", self.version),
                ("SystemName", ""),
                ("CoreMaxCalls", "0"),
                ("CoreMaxLoadAvg", "0.000000"),
                ("CoreRunUser", ""),
                ("CoreRunGroup", ""),
                ("CoreMaxFilehandles", "0"),
                ("CoreRealTimeEnabled", "No"),
                ("CoreCDRenabled", "No"),
                ("CoreHTTPenabled", "No"),
                ("SoundsSearchCustomDir", "No"),
            ]
        ]

    def _status(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        date, time = self.started
        return [
            [
                ("Response", "Success"),
                *action_id(message),
                ("CoreStartupDate", date),
                ("CoreStartupTime", time),
                ("CoreReloadDate", date),
                ("CoreReloadTime", time),
                ("CoreCurrentCalls", str(len(self.view.faces))),
                ("CoreProcessedCalls", str(self.calls_processed)),
            ]
        ]

    def _command(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        asked = message.get("Command")
        known = asked.split() == ["core", "show", "version"]
        word = "Success" if known else "Error"
        line = (
            f"Asterisk {ASTERISK_VERSION}, the pretend PBX of Cintillo"
            if known
            else f"No such command '{asked}' (type 'core show help {asked}' for other possible commands)"
        )
        return [[("Response", word), *action_id(message), ("Message", "Command output follows"), ("Output", line)]]

    def _commands(self, session: Session, message: Message, now_ms: int) -> list[Fields]:
        allowed = [known for known in ACTIONS.values() if self._may(session, known)]
        texts = [(known.name, f"{known.synopsis}  (Priv: {known.privilege})") for known in allowed]
        return [[("Response", "Success"), *action_id(message), *texts]]


def _local(message: Message) -> bool:
    """A call of the dialplan to itself (``Local/s@CONTEXT``), whose two halves are one channel here."""
    return message.get("Channel").startswith("Local/")


def _goal(message: Message) -> str:
    """The context that the called channel runs."""
    if _local(message):
        return message.get("Channel").partition("@")[2].partition("/")[0]
    return message.get("Context")


Handler = Callable[[Manager, Session, Message, int], list[Fields]]


class Action(msgspec.Struct, frozen=True):
    """An action that the manager knows: its name, what ListCommands says of it, and what answers it."""

    name: str
    synopsis: str
    privilege: str
    handler: Handler


ACTIONS: Final = {
    known.name.lower(): known
    for known in (
        Action("Bridge", "Bridge two channels already in the PBX.", "call,all", Manager._bridge),
        Action("Challenge", "Generate Challenge for MD5 Auth.", "<none>", Manager._challenge),
        Action("Command", "Execute Asterisk CLI Command.", "command,all", Manager._command),
        Action("CoreSettings", "Show PBX core settings (version etc).", "system,reporting,all", Manager._settings),
        Action("CoreShowChannels", "List currently active channels.", "system,reporting,all", Manager._channels),
        Action("CoreStatus", "Show PBX core status variables.", "system,reporting,all", Manager._status),
        Action("Events", "Control Event Flow.", "<none>", Manager._events),
        Action("Getvar", "Gets a channel variable or function value.", "call,reporting,all", Manager._getvar),
        Action("Hangup", "Hangup channel.", "system,call,all", Manager._hangup),
        Action("ListCommands", "List available manager commands.", "<none>", Manager._commands),
        Action("Login", "Login Manager.", "<none>", Manager._login),
        Action("Logoff", "Logoff Manager.", "<none>", Manager._logoff),
        Action("ModuleCheck", "Check if module is loaded.", "system,all", Manager._module),
        Action("Originate", "Originate a call.", "originate,all", Manager._originate),
        Action("Ping", "Keepalive command.", "<none>", Manager._ping),
        Action("PJSIPShowEndpoints", "Lists PJSIP endpoints.", "system,all", Manager._endpoints),
        Action("Redirect", "Redirect (transfer) a call.", "call,all", Manager._redirect),
        Action("Setvar", "Sets a channel variable or function value.", "call,all", Manager._setvar),
        Action("ShowDialPlan", "Show dialplan contexts and extensions", "config,reporting,all", Manager._dialplan),
        Action("StopMixMonitor", "Stop recording a call.", "system,call,all", Manager._stop_recording),
        Action("UserEvent", "Send an arbitrary event.", "user,all", Manager._user_event),
    )
}
_EVERYTHING: Final = frozenset({"all"})
_BEFORE_LOGIN: Final = frozenset({"login", "challenge", "logoff"})
