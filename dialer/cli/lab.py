"""`cintillo lab`: the whole product on a real Asterisk, with a second one as the telephone network."""

from __future__ import annotations

from typing import Any

from dialer.cli.show import ROOT, Wanted
from dialer.edge.clock import FloorClock
from dialer.edge.lab import Lab
from dialer.edge.pretend_agents import OnHeadset
from dialer.sim.agentes import Behaviour


class LabStage:
    """The two Asterisks and the pyVoIP headsets of `dialer.edge.lab`."""

    title = "Cintillo · laboratorio (Asterisk real)"
    template = ROOT / "config" / "lab.toml"
    behaviour = Behaviour(hangup_chance=0.15)
    on_headset: OnHeadset | None = None

    def __init__(self) -> None:
        self.lab = Lab()

    async def start(
        self, clock: FloorClock, wanted: Wanted, agents: list[str], people: list[str]
    ) -> dict[str, Any]:
        await self.lab.start(agents, people)
        return dict(self.lab.settings_patch)

    async def stop(self) -> None:
        await self.lab.stop()
