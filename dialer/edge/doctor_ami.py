"""The doctor's visit to Asterisk: what the dialer needs of it, looked at over AMI as the dialer's own user.

`asterisk-ami` is the client: blocking, and written by somebody else, so it also sees what our own would overlook.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from asterisk.ami import Action, AMIClient

from agents.headset import endpoint_of
from config.settings import Asterisk, Settings
from dialer.ami_wire import WireError, encode
from dialer.ami_words import CONTEXT_DEUDOR, CONTEXT_ECO, CONTEXTS
from dialer.edge.doctor_check import Check, Step

VERSION_LEAST: Final = 20
SKEW_MAX_S: Final = 2.0
MESSAGE_LEAST_S: Final = 1.0
REHEARSAL_WAIT_S: Final = 0.1
GREETING: Final = b"Asterisk Call Manager/"
AMD: Final = "app_amd"
MODULES: Final = (
    "res_pjsip", "chan_pjsip", "pbx_config", "app_chanspy", "app_exec", "app_mixmonitor", "app_playback",
    "app_userevent", "func_channel", "func_logic", "func_timeout", "res_musiconhold", "res_rtp_asterisk",
)  # fmt: skip
"""What ``extensions_cintillo.conf`` and its calls use, besides what every Asterisk has."""
WRITE: Final = {"originate": "Originate", "call": "Bridge", "reporting": "ShowDialPlan", "system": "ModuleCheck"}
"""An action of each class that ``write=`` must hold: ListCommands lists the ones that our user may send."""

NETWORK, LOGIN, RIGHTS, PLAN, EVENTS = "conexión", "ingreso", "permisos", "contextos", "eventos"
PERMISSIONS: Final = "[cintillo](cintillo-permisos) de manager_cintillo.conf los trae todos"

Headers = dict[str, str]


class Line:
    """One AMI connection: actions with their answers, and every event heard."""

    def __init__(self, known: Asterisk) -> None:
        self.timeout_s = known.action_timeout_s
        self._client = _Client(address=known.host, port=known.port, timeout=known.action_timeout_s)
        self._client.add_event_listener(self._hear)
        self._heard: list[tuple[str, Headers]] = []
        self._news = threading.Condition()

    def login(self, user: str, secret: str) -> Headers:
        """The answer; empty when there was none. Raises `OSError`, and `WireError` for what AMI cannot carry."""
        encode([("Username", user), ("Secret", secret)])  # the client itself would let a line break through
        return _headers(self._client.login(username=user, secret=secret).response)

    def ask(self, action: str, variables: Headers | None = None, **headers: str) -> Headers:
        """The answer's headers, ``Response`` among them; empty when none came in time."""
        try:
            return _headers(self._client.send_action(Action(action, headers, variables or {})).response)
        except OSError:
            return {}

    def entries(self, action: str, event: str, complete: str) -> list[Headers]:
        """The entries of a list, which is told in events; empty also when its end did not come in time."""
        answer = self.ask(action)
        asked = answer.get("ActionID")
        if answer.get("Response") != "Success":
            return []
        if not self.heard(lambda name, headers: name == complete and headers.get("ActionID") == asked):
            return []
        with self._news:
            return [headers for name, headers in self._heard if name == event and headers.get("ActionID") == asked]

    def heard(self, wanted: Callable[[str, Headers], bool], within_s: float | None = None) -> bool:
        """Whether such an event has come, or does within the time that an answer is given."""

        def there() -> bool:
            return any(wanted(name, headers) for name, headers in self._heard)

        with self._news:
            return self._news.wait_for(there, self.timeout_s if within_s is None else within_s)

    def close(self) -> None:
        if self._client.finished is not None:
            self._client.disconnect()

    def _hear(self, event: Any, **_: Any) -> None:
        with self._news:
            self._heard.append((event.name, dict(event.keys)))
            self._news.notify_all()


class _Client(AMIClient):  # type: ignore[misc]
    """asterisk-ami's, which by itself reaches no IPv6 address, is deaf after a silence and slow to close."""

    def connect(self) -> None:
        self._socket = socket.create_connection((self._address, self._port), self._timeout)
        self.finished = threading.Event()
        # With a time-out its reading thread ends at the first silence that long, and no answer is heard any more.
        self._socket.settimeout(None)
        self._thread = threading.Thread(target=self.listen, daemon=True)
        self._thread.start()

    def disconnect(self) -> None:
        with contextlib.suppress(OSError):  # Asterisk has closed it already
            self._socket.shutdown(socket.SHUT_RDWR)  # closing alone would not wake the reading thread
        super().disconnect()


def _headers(response: Any) -> Headers:
    return {} if response is None else {"Response": response.status, **response.keys}


class Rehearsal(NamedTuple):
    """What was heard of a call that never left Asterisk: its channel, our dialplan's word, the recorded message.

    `refused`: why there was no such call, in Asterisk's words.
    """

    refused: str
    channel: bool
    word: bool
    message: bool


class Visit:
    """What is asked of Asterisk, and what earlier checks found out for later ones."""

    def __init__(self, settings: Settings, agents: Sequence[str]) -> None:
        self.known = settings.asterisk
        self.agents = tuple(agents)
        self.plan = (*CONTEXTS, CONTEXT_ECO) if settings.headset.ws else CONTEXTS
        self.amd = any(strategy.amd for strategy in settings.carteras.values())
        self.allowed: frozenset[str] = frozenset()
        self._line: Line | None = None
        self._rehearsed = Rehearsal("", False, False, False)
        self._endpoints: dict[str, Headers] | None = None

    @property
    def line(self) -> Line:
        assert self._line is not None, "the steps that use the line need the login"
        return self._line

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    # ── reaching it ─────────────────────────────────────────────────────────────────────────────────

    def network(self) -> Check:
        place = f"{self.known.host}:{self.known.port}"
        try:
            with socket.create_connection((self.known.host, self.known.port), self.known.action_timeout_s) as line:
                greeting = line.recv(64)
        except OSError as bad:
            what = (
                "encienda Asterisk y revise asterisk.host y asterisk.port; en manager.conf: enabled = yes, "
                "bindaddr y port"
            )
            return Check(NETWORK, False, f"{place} no contesta ({type(bad).__name__})", what)
        if not greeting.startswith(GREETING):
            what = "ponga en asterisk.port el puerto de manager.conf (no el de SIP ni el de HTTP)"
            return Check(NETWORK, False, f"lo que contesta en {place} no es el AMI de un Asterisk", what)
        return Check(NETWORK, True, place)

    def login(self) -> Check:
        self._line = Line(self.known)
        try:
            answer = self._line.login(self.known.user, self.known.secret)
        except WireError:
            what = "quite el salto de línea de asterisk.user o asterisk.secret"
            return Check(LOGIN, False, "el usuario o la clave no caben en un mensaje de AMI", what)
        except OSError as bad:
            return Check(LOGIN, False, f"se cortó ({type(bad).__name__})", "revise el log de Asterisk")
        if answer.get("Response") == "Success":
            return Check(LOGIN, True, f"como «{self.known.user}»")
        said = answer.get("Message", "no hubo respuesta")
        what = (
            f"compare asterisk.user y asterisk.secret con [{self.known.user}] en manager.conf, y su permit = con la "
            "dirección de esta máquina; después: asterisk -rx 'manager reload'"
        )
        return Check(LOGIN, False, f"el usuario «{self.known.user}» no entra ({said})", what)

    def version(self) -> Check:
        said = self.line.ask("CoreSettings").get("AsteriskVersion", "")
        number = re.search(r"\d+", said)
        ok = number is not None and int(number[0]) >= VERSION_LEAST
        what = "" if ok else f"instale Asterisk {VERSION_LEAST} o posterior"
        return Check("versión", ok, said or "no la dice", what)

    def rights(self) -> Check:
        """ListCommands is open to everybody and lists what the user may send."""
        self.allowed = frozenset(self.line.ask("ListCommands"))
        lacking = [kind for kind, action in WRITE.items() if action not in self.allowed]
        if not lacking:
            return Check(RIGHTS, True, f"write = {','.join(WRITE)}")
        what = f"agregue {','.join(lacking)} a write = de [{self.known.user}] en manager.conf ({PERMISSIONS})"
        return Check(RIGHTS, False, f"faltan en write: {', '.join(lacking)}", what)

    def step(self, name: str, look: Callable[[], Check], action: str, *needs: str) -> Step:
        """A check that sends this action, after the login."""
        return Step(name, look, (NETWORK, LOGIN, *needs), partial(self.lacks, action))

    def lacks(self, action: str) -> str:
        return "" if action in self.allowed else f"el usuario no puede mandar {action} (vea «{RIGHTS}»)"

    # ── what must be there ──────────────────────────────────────────────────────────────────────────

    def contexts(self) -> Check:
        answers = {context: self.line.ask("ShowDialPlan", Context=context) for context in self.plan}
        lacking = [context for context, answer in answers.items() if answer.get("Response") != "Success"]
        if not lacking:
            return Check(PLAN, True, ", ".join(self.plan))
        what = (
            "copie extensions_cintillo.conf a /etc/asterisk, inclúyalo en extensions.conf (#include) y: "
            "asterisk -rx 'dialplan reload'"
        )
        return Check(PLAN, False, f"faltan: {', '.join(lacking)}", what)

    def amd_loaded(self) -> Check:
        name = "detector de máquinas"
        if self.has(AMD):
            return Check(name, True, f"{AMD} cargado")
        if not self.amd:
            return Check(name, True, f"{AMD} no está cargado, y ninguna cartera lo usa")
        what = "copie amd.conf a /etc/asterisk (sin él no carga) y: asterisk -rx 'module load app_amd.so'"
        return Check(name, False, f"{AMD} no está cargado y hay carteras con amd = true", what)

    def modules(self) -> Check:
        lacking = [module for module in MODULES if not self.has(module)]
        if not lacking:
            return Check("módulos", True, "están los que usa el plan de discado")
        what = f"cárguelos en modules.conf: {', '.join(f'load = {module}.so' for module in lacking)}"
        return Check("módulos", False, f"no están cargados: {', '.join(lacking)}", what)

    def has(self, module: str) -> bool:
        return self.line.ask("ModuleCheck", Module=f"{module}.so").get("Response") == "Success"

    def endpoint(self, name: str, dialled: str, help_away: str) -> Check:
        """An endpoint that is configured and can be called now; `dialled` as Dial() would have it."""
        endpoint = endpoint_of(dialled)
        if not endpoint:
            what = "haga una llamada de prueba: el doctor solo conoce los anexos PJSIP"
            return Check(name, True, f"{dialled} no es de PJSIP", what)
        found = self._listed().get(endpoint)
        if found is None:
            what = f"agregue [{endpoint}] a pjsip.conf (las plantillas están en pjsip_cintillo.conf) y recargue"
            return Check(name, False, f"Asterisk no tiene el anexo PJSIP/{endpoint}", what)
        state = found.get("DeviceState", "")
        if state in ("Unavailable", "Invalid"):
            return Check(name, False, f"PJSIP/{endpoint} no está disponible", help_away)
        return Check(name, True, f"PJSIP/{endpoint}: {state}")

    def _listed(self) -> dict[str, Headers]:
        if self._endpoints is None:
            entries = self.line.entries("PJSIPShowEndpoints", "EndpointList", "EndpointListComplete")
            self._endpoints = {entry.get("ObjectName", ""): entry for entry in entries}
        return self._endpoints

    # ── the rehearsal ───────────────────────────────────────────────────────────────────────────────

    def events(self) -> Check:
        """Whether news reach us: nothing in AMI tells our ``read=``, so something must happen."""
        booted = self.line.heard(lambda name, _: name == "FullyBooted")
        self._rehearsed = self._rehearse()
        if self._rehearsed.refused:
            what = "busque la causa en el log de Asterisk y corra el doctor otra vez"
            return Check(EVENTS, False, f"la llamada de ensayo no se hizo: {self._rehearsed.refused}", what)
        came = {"system": booted, "call": self._rehearsed.channel, "user": self._rehearsed.word}
        lacking = [kind for kind, there in came.items() if not there]
        if not lacking:
            return Check(EVENTS, True, f"llegan los de read = {','.join(came)}")
        what = (
            f"agregue {','.join(lacking)} a read = de [{self.known.user}] en manager.conf ({PERMISSIONS}), y revise "
            "que sus eventfilter dejen pasar FullyBooted, Newchannel y UserEvent"
        )
        return Check(EVENTS, False, f"no llegan los de: {', '.join(lacking)}", what)

    def message(self) -> Check:
        name = "mensaje grabado"
        if self._rehearsed.message:
            return Check(name, True, "cintillo/sin-ejecutivo se oye cuando no hay ejecutivo libre")
        what = "copie sounds/sin-ejecutivo.wav a sounds/cintillo/ en el directorio de datos de Asterisk (astdatadir)"
        return Check(name, False, "cintillo/sin-ejecutivo no suena: la llamada se corta en silencio", what)

    def _rehearse(self) -> Rehearsal:
        """A call from the dialplan to itself: it goes through `cintillo-deudor` as one that nobody takes.

        It uses no trunk and no headset, and the dialplan ends it should we be gone. Where the message is missing,
        Playback returns at once and the call is over; else it is still talking after `MESSAGE_LEAST_S`.
        """
        ours = f"doctor.{secrets.token_hex(6)}"

        def of_it(wanted: str, word: str = "") -> Callable[[str, Headers], bool]:
            return lambda name, it: name == wanted and it.get("Linkedid") == ours and word in ("", it.get("UserEvent"))

        answer = self.line.ask(
            "Originate", {"CINTILLO_WAIT_S": str(REHEARSAL_WAIT_S), "CINTILLO_AMD": "0"}, ChannelId=ours,
            OtherChannelId=f"{ours}.2", Channel=f"Local/s@{CONTEXT_DEUDOR}/n", Application="Wait", Data="5",
            Timeout="5000", Async="true",
        )  # fmt: skip
        if answer.get("Response") != "Success":
            return Rehearsal(answer.get("Message", "Asterisk no respondió"), False, False, False)
        word = self.line.heard(of_it("UserEvent", "CintilloAbandoned"))
        message = word and not self.line.heard(of_it("Hangup"), MESSAGE_LEAST_S)
        self.line.ask("Hangup", Channel=ours)
        return Rehearsal("", self.line.heard(of_it("Newchannel"), 0), word, message)

    def clock(self) -> Check:
        before_s = time.time()
        answer = self.line.ask("Ping")
        after_s = time.time()
        if not answer:
            return Check("reloj", False, "Asterisk no respondió a un Ping", "revise su carga y su log")
        stamp = answer.get("Timestamp", "")
        if not re.fullmatch(r"\d+\.\d+", stamp):
            return Check("reloj", True, "Asterisk no dice su hora", "compare `date` en las dos máquinas")
        skew_s = float(stamp) - (before_s + after_s) / 2
        ok = abs(skew_s) <= SKEW_MAX_S
        what = "" if ok else "sincronice las dos máquinas (chrony o systemd-timesyncd)"
        side = "adelantado" if skew_s > 0 else "atrasado"
        return Check("reloj", ok, f"el de Asterisk va {abs(skew_s):.1f} s {side}", what)


def asterisk_steps(visit: Visit) -> list[Step]:
    """The checks of Asterisk, in order; each agent's headset is one."""

    step = visit.step
    away = "revise la dirección y la clave de la troncal con su operador (asterisk -rx 'pjsip show contacts')"
    trunk = partial(visit.endpoint, "troncal", visit.known.trunk, away)
    return [
        Step(NETWORK, visit.network),
        Step(LOGIN, visit.login, (NETWORK,)),
        Step("versión", visit.version, (NETWORK, LOGIN)),
        Step(RIGHTS, visit.rights, (NETWORK, LOGIN)),
        step(PLAN, visit.contexts, WRITE["reporting"]),
        step("detector de máquinas", visit.amd_loaded, WRITE["system"]),
        step("módulos", visit.modules, WRITE["system"]),
        step("troncal", trunk, "PJSIPShowEndpoints"),
        *(step(f"ejecutivo {agent}", _headset(visit, agent), "PJSIPShowEndpoints") for agent in visit.agents),
        step(EVENTS, visit.events, WRITE["originate"], PLAN),
        step("mensaje grabado", visit.message, WRITE["originate"], EVENTS),
        Step("reloj", visit.clock, (NETWORK, LOGIN)),
    ]


def _headset(visit: Visit, agent: str) -> Callable[[], Check]:
    away = "encienda su teléfono o abra su consola, y revise la clave del anexo"
    dialled = visit.known.agent_endpoint.replace("{agent}", agent)
    return partial(visit.endpoint, f"ejecutivo {agent}", dialled, away)
