"""An agent's headset as a pyVoIP phone: registers, answers by itself, sends a tone, counts what it hears.

Several of them live in one process of their own (``python -m dialer.edge.lab headsets``), so that their threads never
delay the dialer's loop. That process reads its phones as one JSON line from standard input, says ``{"ready": n}``, then
answers each further line with the figures of all headsets, and ends when its standard input does.
"""

from __future__ import annotations

import cmath
import json
import math
import sys
import time
import warnings
from dataclasses import asdict
from typing import TYPE_CHECKING

from pyVoIP.RTP import RTPPacketManager
from pyVoIP.VoIP import CallState, PhoneStatus, VoIPCall, VoIPPhone

from dialer.edge.lab.lines import Heard, Line

if TYPE_CHECKING:
    # At run time pyVoIP's modules import one another in a circle that only holds when entered by pyVoIP.VoIP.
    from pyVoIP.SIP import SIPMessage

FRAME, RATE = 160, 8000
AMPLITUDE = 32
# Mean distance from silence, of 128, above which a frame holds a voice: breath stays below 1, the lab's tones reach 20.
LOUD = 4
REGISTRATION_S = 3600
REGISTER_DEADLINE_S = 15.0

_DISTANCE = bytes(min(abs(level - 128), 255) for level in range(256))


def _tone(hz: int) -> bytes:
    return bytes(128 + round(AMPLITUDE * math.sin(2 * math.pi * hz * n / RATE)) for n in range(FRAME))


def _turns(hz: int) -> list[complex]:
    return [cmath.exp(-2j * math.pi * hz * n / RATE) for n in range(FRAME)]


class _Ear(RTPPacketManager):
    """In place of pyVoIP's buffer of received audio, which keeps every packet and seeks by the sender's timestamps."""

    def __init__(self, heard: Heard, listens_hz: tuple[int, ...]) -> None:
        self._heard = heard
        self._turns = {str(hz): _turns(hz) for hz in listens_hz}

    def write(self, offset: int, data: bytes) -> None:
        self._heard.frames += 1
        self._heard.loud += sum(data.translate(_DISTANCE)) > LOUD * len(data)
        for name, turns in self._turns.items():
            found = abs(sum((level - 128) * turn for level, turn in zip(data, turns, strict=False)))
            self._heard.tones[name] = self._heard.tones.get(name, 0.0) + 2 * found / FRAME / 128


class _Mouth(RTPPacketManager):
    """In place of pyVoIP's buffer of audio to send: a frame holds whole periods, so it is always the same one."""

    def __init__(self, tone: bytes) -> None:
        self._tone = tone

    def read(self, length: int = FRAME) -> bytes:
        return self._tone


class _Phone(VoIPPhone):
    """A phone whose calls hear and speak through the two above."""

    heard: Heard
    line: Line

    def _create_Call(self, request: SIPMessage, sess_id: int) -> None:
        known = set(self.calls)
        super()._create_Call(request, sess_id)
        for call_id in set(self.calls) - known:
            for client in self.calls[call_id].RTPClients:
                client.pmin = _Ear(self.heard, self.line.listens_hz)
                client.pmout = _Mouth(_tone(self.line.tone_hz))


class Headset:
    """One agent's phone."""

    def __init__(self, line: Line) -> None:
        self.agent_id = line.agent_id
        self.heard = Heard()
        self._phone = _Phone(
            line.host,
            line.port,
            line.agent_id,
            line.secret,
            myIP="127.0.0.1",
            callCallback=self._answer,
            sipPort=line.sip_port,
            rtpPortLow=line.rtp_port,
            rtpPortHigh=line.rtp_port + line.rtp_ports - 1,
        )
        self._phone.heard, self._phone.line = self.heard, line
        # While it registers, pyVoIP takes any other message for the answer: once an hour is rare enough.
        self._phone.sip.default_expires = REGISTRATION_S

    def start(self) -> None:
        """Register. Raises `ConnectionError` where the PBX does not accept it within the deadline."""
        deadline = time.monotonic() + REGISTER_DEADLINE_S
        self._phone.start()
        while self._phone.get_status() is not PhoneStatus.REGISTERED:
            if time.monotonic() > deadline or self._phone.get_status() is PhoneStatus.FAILED:
                raise ConnectionError(f"the headset of {self.agent_id} could not register: {self._phone.get_status()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Hang up and deregister."""
        self._phone.stop()

    def _answer(self, call: VoIPCall) -> None:
        call.answer()
        self.heard.calls += 1
        # pyVoIP forgets a call whose thread is over, and then does not hear its BYE.
        while call.state is not CallState.ENDED:
            time.sleep(0.2)


def serve() -> None:
    """The process of the headsets: see the module's own words."""
    warnings.simplefilter("ignore")
    lines = [Line(**{**line, "listens_hz": tuple(line["listens_hz"])}) for line in json.loads(sys.stdin.readline())]
    headsets = [Headset(line) for line in lines]
    for headset in headsets:
        headset.start()
    print(json.dumps({"ready": len(headsets)}), flush=True)
    for _question in sys.stdin:
        print(json.dumps({headset.agent_id: asdict(headset.heard) for headset in headsets}), flush=True)
    for headset in headsets:
        headset.stop()
