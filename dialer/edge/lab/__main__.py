"""``python -m dialer.edge.lab build`` makes the private root; ``... run [AGENTS]`` keeps a lab up until Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

from dialer.edge.lab import Lab, LabError, find_root

USAGE = "usage: python -m dialer.edge.lab build | run [AGENTS]"


async def run(agents: int) -> None:
    """Start a lab, print what a dialer needs to know of it, and wait to be interrupted."""
    lab = Lab()
    await lab.start(agents)
    try:
        print(json.dumps(lab.settings_patch | {"pids": lab.pids, "recordings_dir": str(lab.recordings_dir)}, indent=2))
        print("Ctrl-C ends the lab", flush=True)
        await _interrupted()
    finally:
        await lab.stop()


async def _interrupted() -> None:
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    await asked.wait()


def main(words: list[str]) -> int:
    """The command line; the exit status."""
    try:
        match words:
            case ["build"]:
                print(find_root().directory or "this machine's own Asterisk is used")
            case ["headsets"]:
                from dialer.edge.lab.headset import serve  # noqa: PLC0415 - pyVoIP is for that process alone

                serve()
            case ["run"]:
                asyncio.run(run(8))
            case ["run", agents] if agents.isdigit():
                asyncio.run(run(int(agents)))
            case _:
                print(USAGE, file=sys.stderr)
                return 2
    except LabError as bad:
        print(bad, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
