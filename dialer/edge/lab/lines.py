"""What the lab and the process of its headsets tell each other. Without pyVoIP, which only that process imports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Heard:
    """What came in since the start: `frames` of 20 ms, of which `loud` held a voice; `calls` answered so far."""

    calls: int = 0
    frames: int = 0
    loud: int = 0


@dataclass(frozen=True)
class Line:
    """Where a headset registers (`host`:`port`, as `agent_id` with `secret`) and its own ports."""

    agent_id: str
    host: str
    port: int
    secret: str
    sip_port: int
    rtp_port: int
    rtp_ports: int = 8
