"""A node in a process of its own, which a test may kill without warning and start again."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.reactor import until


class Killable:
    """A node's process, its configuration and its port."""

    def __init__(self, folder: Path, raw: dict[str, Any], shift_ms: int) -> None:
        self.folder, self.shift_ms = folder, shift_ms
        self.config = folder / "floor.toml"
        self.config.write_text(_toml(raw))
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        words = [sys.executable, "-m", "tests.live.served", str(self.config), str(self.shift_ms), str(port_file)]
        log = (self.folder / "node.log").open("ab")
        self.process = await asyncio.to_thread(subprocess.Popen, words, stdout=log, stderr=log)
        await until(lambda: port_file.exists() and port_file.read_text(), "the node serves", 60)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(30)


def _toml(raw: dict[str, Any], prefix: str = "") -> str:
    plain = [f"{key} = {_value(value)}" for key, value in raw.items() if not isinstance(value, dict)]
    inner = {key: value for key, value in raw.items() if isinstance(value, dict)}
    tables = [f"\n[{prefix}{key}]\n" + _toml(value, f"{prefix}{key}.") for key, value in inner.items()]
    return "\n".join([*plain, *tables])


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool | int | float) else f'"{value}"'


@contextmanager
def killed_at_the_end(node: Killable) -> Iterator[None]:
    try:
        yield
    finally:
        if node.process is not None and node.process.poll() is None:
            node.kill()
