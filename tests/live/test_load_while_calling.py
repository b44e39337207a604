"""A file that is loaded while the floor calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialer.edge.cargas import carga, deudor
from tests.live.floor import Floor
from tests.reactor import run

pytestmark = pytest.mark.live

NEW, LEFT = 60, 10
"""Debtors who come, and those who may leave the queue for good meanwhile."""


def test_debtors_who_are_loaded_in_mid_shift_are_called_without_a_restart(tmp_path: Path) -> None:
    """The new ones, loaded behind the node's back as `cintillo load` does, come into its queue."""

    async def story() -> None:
        async with Floor(tmp_path, agents=2) as floor:
            await floor.connected(1)

            async def waiting() -> int:
                sizes = await floor.node.queue.sizes("facturas")
                return sizes.ready + sizes.later + sizes.leased + sizes.bound

            goal = await waiting() + NEW - LEFT
            people = (deudor(n) for n in range(1, NEW + 1))
            await floor.node.store.apply_load(carga(*people, mandante="muestra"), floor.clock.now_ms())
            while await waiting() < goal:
                await floor.connected(1)
            await floor.close()

    run(story())
