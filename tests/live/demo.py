"""`cintillo demo` as a process of its own, for what is tried in a browser without Asterisk."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.servers import free_port, until

CLAVE, PATIENCE_MS = "demo", 60_000


@contextmanager
def demo(folder: Path, *, agents: int = 4, seats: int = 1) -> Iterator[str]:
    """A demo with free seats (e01…) that keeps its records in `folder`; its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    words = ["demo", "--agents", agents, "--seats", seats, "--json", "--port", port, "--keep", folder]
    with subprocess.Popen([sys.executable, "-m", "dialer", *map(str, words)], stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: _serves(url), "the demo serves", 60)
            yield url
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(2)
            # Nobody is there any more to save the gestión that e01 owes: a second time, it is not waited for.
            process.terminate()
            assert process.wait(20) == 0


def _serves(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/health", trust_env=False).is_success
    except httpx.TransportError:
        return False
