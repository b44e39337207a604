"""`cintillo serve`: one node in production."""

from __future__ import annotations

import asyncio
import logging
import signal
from pathlib import Path
from typing import Any

from config.edge.files import load_settings
from config.settings import ConfigError
from dialer.cli.assembly import Node
from dialer.cli.loop import on_signals
from dialer.edge.clock import FloorClock
from scripts_llamada.guion import GuionError

log = logging.getLogger(__name__)


async def serve(config: Path, clock: FloorClock) -> int:
    """Run until SIGTERM or Ctrl-C; exit status 70 after a fault of ours, so that whoever runs us starts us again."""
    stop = asyncio.Event()
    reload = asyncio.Event()
    on_signals(stop.set)
    on_signals(reload.set, signal.SIGHUP)
    node = await Node.open(load_settings(config), clock)
    await node.start()
    log.info("node %s serves on %s", node.settings.node, node.url)
    try:
        while not stop.is_set() and not node.service.crashed.done():
            await _any(stop, reload, node)
            if reload.is_set():
                reload.clear()
                await _reload(node, config)
    finally:
        await node.stop()
    return 70 if node.service.crashed.done() else 0


async def _any(stop: asyncio.Event, reload: asyncio.Event, node: Node) -> None:
    waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(event.wait()) for event in (stop, reload)]
    await asyncio.wait([*waits, node.service.crashed], return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


async def _reload(node: Node, config: Path) -> None:
    try:
        await node.reload(load_settings(config))
    except (ConfigError, GuionError) as bad:
        log.error("the configuration was not read again, the one in force stays:\n%s", bad)
    else:
        log.info("the configuration of %s is in force", config)
