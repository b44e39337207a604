"""Private servers for the tests: started on loopback or a Unix socket, stopped by their own pid."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import asyncpg

NO_POSTGRES = "PostgreSQL is not installed; on Debian: apt-get install postgresql"


def until(condition: Callable[[], bool], what: str, within_s: float = 20.0) -> None:
    """Poll until the condition holds; `AssertionError` naming `what` after the deadline."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"still not {what} after {within_s:.0f} s"
        time.sleep(0.01)


async def soon(condition: Callable[[], bool], what: str, within_s: float = 20.0) -> None:
    """`until` on an event loop."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"still not {what} after {within_s:.0f} s"
        await asyncio.sleep(0.005)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_programs() -> Path | None:
    """The folder of `initdb` and `postgres`: the newest of Debian's, or PATH's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda it: int(it.parts[-3].split(".")[0]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).parent if found else None


class Postgres:
    """A PostgreSQL with its data in a temporary folder. It refuses to run as root: then it runs as user `postgres`."""

    def __init__(self, programs: Path, *, fsync: bool = False) -> None:
        self._programs = programs
        self._fsync = "on" if fsync else "off"
        self._user = "postgres" if os.getuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="cintillo-pg-"))
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> None:
        if self._user:
            shutil.chown(self._folder, self._user)
        self._run("initdb", "-D", str(self._data), "-U", "cintillo", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.resume()

    def resume(self) -> None:
        """Start the server (again, on the same port and data)."""
        self.port = self.port or free_port()
        settings = {"fsync": self._fsync, "listen_addresses": "127.0.0.1", "unix_socket_directories": str(self._folder)}
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port)]
        command += [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=self._user, cwd=self._folder
            )
        until(lambda: asyncio.run(self._answers()), "answering", 60.0)

    def halt(self) -> None:
        """Stop the server at once, connections and all, as a crash would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self._folder, ignore_errors=True)

    def empty_database(self) -> str:
        """The URL of a new database, without any table."""
        name = f"t{next(self._numbers)}"
        asyncio.run(self._execute(f"CREATE DATABASE {name}"))
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://cintillo@127.0.0.1:{self.port}/{name}"

    def emptied(self, url: str, tables: Sequence[str]) -> str:
        """The same URL, with every row of these tables gone and ids beginning at 1 again."""
        names = ", ".join(f'"{name}"' for name in tables)
        asyncio.run(self._execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE", url.rsplit("/", 1)[1]))
        return url

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _run(self, program: str, *args: str) -> None:
        command = [str(self._programs / program), *args]
        done = subprocess.run(command, user=self._user, capture_output=True, text=True, cwd=self._folder, check=False)
        assert done.returncode == 0, f"{program}: {done.stderr}"

    async def _execute(self, sql: str, database: str = "postgres") -> None:
        conn = await asyncpg.connect(host="127.0.0.1", port=self.port, user="cintillo", database=database, timeout=5)
        try:
            await conn.execute(sql)
        finally:
            await conn.close()

    async def _answers(self) -> bool:
        assert self._process is not None and self._process.poll() is None, self._log.read_text(errors="replace")
        try:
            await self._execute("SELECT 1")
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False
        return True
