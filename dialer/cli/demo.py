"""`cintillo demo`: the whole product before a pretend Asterisk with pretend people."""

from __future__ import annotations

import random
from typing import Any

from dialer.cli.show import ROOT, Wanted
from dialer.edge.clock import FloorClock
from dialer.edge.pbx import PbxServer
from dialer.edge.pretend_agents import OnHeadset
from dialer.sim.agentes import Behaviour
from dialer.sim.people import QUICK
from dialer.sim.world import World

TRUNK_CHANNELS = 60


class PretendStage:
    """The pretend PBX of `dialer.edge.pbx`, speaking AMI over TCP."""

    title = "Cintillo · demo"
    template = ROOT / "config" / "demo.toml"
    behaviour = Behaviour(hangup_chance=0.15)
    on_headset: OnHeadset | None = None

    def __init__(self) -> None:
        self._pbx: PbxServer | None = None

    async def start(
        self, clock: FloorClock, wanted: Wanted, agents: list[str], people: list[str]
    ) -> dict[str, Any]:
        """Nobody hears anything here: a person's leg is answered for them, like the pretended ones'."""
        everybody = [*agents, *people]
        world = World(QUICK, random.Random(wanted.seed), trunk_channels=TRUNK_CHANNELS, endpoints=everybody)
        self._pbx = PbxServer(world, clock_ms=clock.now_ms)
        port = await self._pbx.start()
        return {"asterisk": {"host": "127.0.0.1", "port": port}}

    async def stop(self) -> None:
        if self._pbx:
            await self._pbx.stop()
