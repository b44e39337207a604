"""What the lab and the process of its headsets tell each other. Without pyVoIP, which only that process imports."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Heard:
    """What came in since the start: `frames` of 20 ms, of which `loud` held a voice; `calls` answered so far.

    `tones`: by frequency that its line listens for, the sum of the frames' amplitudes of it (1: full scale).
    """

    calls: int = 0
    frames: int = 0
    loud: int = 0
    tones: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """Where a headset registers (`host`:`port`, as `agent_id` with `secret`) and its own ports.

    It speaks at `tone_hz`, a multiple of 50, and measures what it hears at each of `listens_hz`.
    """

    agent_id: str
    host: str
    port: int
    secret: str
    sip_port: int
    rtp_port: int
    rtp_ports: int = 8
    tone_hz: int = 1000
    listens_hz: tuple[int, ...] = ()
