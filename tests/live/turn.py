"""A private coturn: a relay on the loopback that lets in whoever its secret made a password for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from types import TracebackType

from tests.servers import free_port

NO_COTURN = "there is no turnserver here; on Debian: apt-get install coturn"


def turnserver() -> str:
    """The path of the machine's coturn; empty where there is none."""
    return shutil.which("turnserver") or ""


class Relay:
    """``with Relay(folder, secret) as relay``: `relay.url` for ``[[headset.turn]]``."""

    def __init__(self, folder: Path, secret: str) -> None:
        self._folder, self._secret, self._port = folder, secret, free_port()
        self.url = f"turn:127.0.0.1:{self._port}?transport=udp"

    def __enter__(self) -> Relay:
        here = ["--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={self._port}"]
        way_in = ["--use-auth-secret", f"--static-auth-secret={self._secret}", "--realm=cintillo"]
        # Asterisk is on the loopback too; nobody administers it, nothing is encrypted but the audio itself.
        plain = ["--allow-loopback-peers", "--no-cli", "--no-tls", "--no-dtls", "-n", "--log-file=stdout"]
        files = [f"--pidfile={self._folder / 'turn.pid'}", f"--userdb={self._folder / 'turn.db'}"]
        with (self._folder / "turn.log").open("wb") as log:
            self._process = subprocess.Popen(
                [turnserver(), *here, *way_in, *plain, *files], stdout=log, stderr=subprocess.STDOUT
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)
