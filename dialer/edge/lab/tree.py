"""The run folder of a lab: the product's Asterisk files as they are, the lab's own with their names filled in."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import config
from dialer.edge.lab.root import LabError, Root

PRODUCT = Path(config.__file__).parent / "asterisk"
FOLDERS = ("etc", "lib/keys", "spool", "run", "log", "data/sounds")
# Files that Asterisk looks for at its start and reports as errors when they are not there; empty ones will do.
EMPTY = ("acl.conf", "ccss.conf", "cel.conf", "features.conf", "pjproject.conf", "udptl.conf")


class Run:
    """A folder below `root.runs`, ours as long as its lock is held; a later lab sweeps away what a dead one left."""

    def __init__(self, root: Root) -> None:
        self.root = root
        runs = root.outer(root.runs)
        runs.mkdir(mode=0o700, parents=True, exist_ok=True)
        if runs.stat().st_uid != os.getuid():
            raise LabError(f"{runs} belongs to somebody else: remove it, or set TMPDIR to a folder of your own")
        sweep(runs)
        self.outer = Path(tempfile.mkdtemp(dir=runs))
        self.inner = f"{root.runs}/{self.outer.name}"
        self._lock = self.log("lock")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def plant(
        self, name: str, values: Mapping[str, object], agents: Sequence[str] = (), web: str = ""
    ) -> None:
        """Make the config tree of one of the two Asterisks, `pbx` or `red`; `web`: the headsets in browsers.

        The product's files are copied byte for byte; in the lab's own, every ``@key@`` of `values` is filled in.
        """
        home = self.outer / name
        for folder in FOLDERS:
            (home / folder).mkdir(parents=True)
        for file in sorted(PRODUCT.glob("*.conf")):
            shutil.copy(file, home / "etc" / file.name)
        for empty in EMPTY:
            (home / "etc" / empty).touch()
        filled = {**values, "home": f"{self.inner}/{name}"}
        for file in [*sorted((PRODUCT / "lab").glob("*.conf")), *sorted((PRODUCT / "lab" / name).glob("*.conf"))]:
            (home / "etc" / file.name).write_text(fill(file.read_text(), filled))
        block = (PRODUCT / "lab" / "pbx" / "agent.conf").read_text()
        endpoints = "".join(fill(block, {**values, "agent": agent}) for agent in agents)
        (home / "etc" / "agents.conf").write_text(endpoints)
        (home / "etc" / "pjsip_cintillo_web.conf").write_text(web)
        self._furnish(home / "data")

    def _furnish(self, data: Path) -> None:
        """Asterisk's own data directory by links, with the product's and the lab's sounds beside its own."""
        own = self.root.data
        for entry in self.root.outer(own).iterdir():
            if entry.name != "sounds":
                (data / entry.name).symlink_to(f"{own}/{entry.name}")
        for entry in self.root.outer(f"{own}/sounds").iterdir():
            (data / "sounds" / entry.name).symlink_to(f"{own}/sounds/{entry.name}")
        shutil.copytree(PRODUCT / "sounds", data / "sounds" / "cintillo")
        shutil.copytree(PRODUCT / "lab" / "sounds", data / "sounds" / "lab")

    def log(self, name: str) -> IO[bytes]:
        """A new file of this run, to be closed by the caller."""
        return (self.outer / name).open("wb")

    def last_words(self, name: str) -> str:
        """The last lines of an Asterisk's log, for a message about a failure."""
        logs = [self.outer / name / "log" / "messages.log", self.outer / name / "log" / "console.log"]
        lines = [line for log in logs if log.exists() for line in log.read_text(errors="replace").splitlines()]
        return "\n".join(lines[-12:])

    def remove(self) -> None:
        shutil.rmtree(self.outer, ignore_errors=True)
        self._lock.close()


def fill(text: str, values: Mapping[str, object]) -> str:
    """`text` with each ``@key@`` replaced."""
    for key, value in values.items():
        text = text.replace(f"@{key}@", str(value))
    return text


def sweep(runs: Path) -> None:
    """Stop and remove what labs left that were killed before they could do it themselves."""
    for lock in runs.glob("*/lock"):
        with open(lock) as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            for pid_file in lock.parent.glob("*/run/asterisk.pid"):
                _stop_orphan(pid_file, lock.parent.name)
            shutil.rmtree(lock.parent, ignore_errors=True)


def _stop_orphan(pid_file: Path, run_name: str) -> None:
    pid = pid_file.read_text().strip()
    command = Path("/proc") / pid / "cmdline"
    if pid.isdigit() and command.exists() and f"/{run_name}/".encode() in command.read_bytes():
        os.kill(int(pid), signal.SIGTERM)
