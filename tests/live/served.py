"""A node in a process of its own, for tests that kill it: ``python -m tests.live.served CONFIG SHIFT_MS PORT_FILE``.

The same as ``cintillo serve``, with the test's calendar and its port written where the test finds it.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from config.edge.files import load_settings
from dialer.cli.assembly import Node
from dialer.cli.loop import on_signals, run
from dialer.edge.clock import FloorClock


async def main(config: Path, shift_ms: int, port_file: Path) -> int:
    stop = asyncio.Event()
    on_signals(stop.set)
    node = await Node.open(load_settings(config), FloorClock(time.time_ns() // 1_000_000 + shift_ms))
    await node.start()
    await asyncio.to_thread(port_file.write_text, str(node.port))
    await stop.wait()
    await node.stop()
    return 0


if __name__ == "__main__":
    sys.exit(run(lambda: main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))))
