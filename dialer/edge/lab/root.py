"""Where the lab's Asterisk comes from: the machine's own, or a private Debian root that we build once and keep.

Debian's stable suites are behind (bookworm has no `asterisk` at all), so the root is made from the suite that carries
version 22, with `mmdebstrap`, from the mirror that the machine's own apt uses. It is never modified afterwards except
for ``/etc/hosts`` and the run folders below ``/lab``.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

VERSION_MIN = 20
SUITE = "forky"
PACKAGES = ("asterisk",)
DATA_DIRS = ("/usr/share/asterisk", "/var/lib/asterisk")
COMPLETE = ".cintillo-complete"


class LabError(Exception):
    """The lab cannot be built or started; the message says what happened and what to do."""


class LabUnavailable(LabError):
    """This machine cannot have a lab as it is: no Asterisk, and no means (Debian, root) to make one."""


def tell(words: str) -> None:
    """Say what takes long, where it does not mix with what a program prints."""
    print(words, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Root:
    """An Asterisk that can be run: `directory` is the root to enter, or None for the machine's own Asterisk."""

    directory: Path | None

    def command(self, *words: str) -> list[str]:
        """`words` as a command line that runs inside the root."""
        if self.directory is None:
            return list(words)
        return [_program("chroot", "/usr/sbin/chroot"), str(self.directory), *words]

    def outer(self, inner: str) -> Path:
        """The path by which this process sees what Asterisk calls `inner` (absolute)."""
        return Path(inner) if self.directory is None else self.directory / inner.lstrip("/")

    @property
    def runs(self) -> str:
        """The folder of the run folders, as Asterisk sees it. Short: a Unix socket's path may have 107 characters."""
        return "/lab" if self.directory else f"{tempfile.gettempdir()}/cintillo-lab-{os.getuid()}"

    @property
    def data(self) -> str:
        """Asterisk's data directory (sounds, documentation), as Asterisk sees it."""
        for candidate in DATA_DIRS:
            if (self.outer(candidate) / "documentation").is_dir():
                return candidate
        raise LabError(f"Asterisk's data directory is in none of {', '.join(DATA_DIRS)}: install its package whole")


def lab_dir() -> Path:
    """Where the lab keeps things between runs: CINTILLO_LAB_DIR, or ``.lab`` below the working directory."""
    return Path(os.environ.get("CINTILLO_LAB_DIR") or ".lab").resolve()


def find_root(directory: Path | None = None, say: Callable[[str], None] = tell) -> Root:
    """An `asterisk` of version 20 or later on PATH, else the private root below `directory` (built when missing).

    Raises `LabUnavailable` where neither can be had, `LabError` where building failed.
    """
    if own_version() >= VERSION_MIN:
        return Root(None)
    return Root(ensure_root((directory or lab_dir()) / "root", say))


def own_version() -> int:
    """The major version of the `asterisk` on PATH; 0 where there is none."""
    program = shutil.which("asterisk")
    if program is None:
        return 0
    words = subprocess.run([program, "-V"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.\d+", words)
    return int(found[1]) if found else 0


def ensure_root(directory: Path, say: Callable[[str], None] = tell) -> Path:
    """A complete private root at `directory`: the one that is there, or a new one (about half a minute).

    Two processes that ask at once build it once. Raises `LabError`.
    """
    if not (directory / COMPLETE).exists():
        _may_build()
        directory.parent.mkdir(parents=True, exist_ok=True)
        with open(f"{directory}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (directory / COMPLETE).exists():
                _build(directory, say)
    if os.geteuid() != 0:
        raise LabUnavailable(f"the lab's root {directory} is entered with chroot: run this as root")
    _name_host(directory)
    return directory


def _may_build() -> None:
    wanted = f"install Asterisk {VERSION_MIN} or later (the command `asterisk` on PATH)"
    if shutil.which("apt-get") is None:
        raise LabUnavailable(f"the lab builds its own Asterisk on Debian only, and there is no apt-get here: {wanted}")
    if os.geteuid() != 0:
        raise LabUnavailable(f"the lab needs root to build its own Asterisk: run this as root, or {wanted}")


def _build(directory: Path, say: Callable[[str], None]) -> None:
    program = _mmdebstrap(say)
    site = _mirror()
    say(f"building a private Asterisk at {directory} (once; about half a minute)")
    unfinished = Path(f"{directory}.building")
    for old in (unfinished, directory):
        shutil.rmtree(old, ignore_errors=True)
    options = ["--quiet", "--variant=apt", '--aptopt=Acquire::Check-Valid-Until "false"', *_proxies()]
    _run(
        [program, *options, f"--include={','.join(PACKAGES)}", SUITE, str(unfinished), site],
        f"building the lab's root from the suite {SUITE} of your apt's mirror failed; is the mirror reachable?",
    )
    (unfinished / "lab").mkdir()
    (unfinished / COMPLETE).touch()
    unfinished.rename(directory)


def _mmdebstrap(say: Callable[[str], None]) -> str:
    found = shutil.which("mmdebstrap")
    if found:
        return found
    say("installing mmdebstrap")
    failed = "mmdebstrap could not be installed: run `apt-get install mmdebstrap` yourself and look at what it says"
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "mmdebstrap"]
    try:
        _run(install, failed)
    except LabError:
        _run(["apt-get", "update", "-q"], failed)
        _run(install, failed)
    return _program("mmdebstrap", "/usr/bin/mmdebstrap")


def _mirror() -> str:
    """The mirror that the machine's own apt uses for its Debian release."""
    listed = _output(["apt-get", "indextargets", "--format", "$(CODENAME) $(SITE)", "Created-By: Packages"])
    pairs = [line.split(" ", 1) for line in listed.splitlines() if " " in line]
    release = _output(["sh", "-c", '. /etc/os-release; echo "$VERSION_CODENAME"']).strip()
    for suite, site in pairs:
        if suite == release:
            return site
    raise LabError(
        f"apt knows no mirror for this machine's release ({release or 'unnamed'}): `apt-get indextargets` lists none. "
        f"Put one in /etc/apt/sources.list, or install Asterisk {VERSION_MIN} or later"
    )


def _proxies() -> list[str]:
    """The machine's own way out, as options of mmdebstrap, which does not read apt's configuration."""
    dump = _output(["apt-config", "dump", "Acquire"]).splitlines()
    return [f"--aptopt={line.rstrip(';')}" for line in dump if re.match(r'Acquire::https?::\S*Proxy\S* "', line)]


def _name_host(directory: Path) -> None:
    """The root must know the machine's own name: else every outbound call waits seconds for a look-up of it."""
    hosts = directory / "etc/hosts"
    name = socket.gethostname()
    known = hosts.read_text() if hosts.exists() else ""
    if name not in known.split():
        hosts.write_text(f"{known}127.0.0.1 localhost {name}\n")


def _program(name: str, otherwise: str) -> str:
    return shutil.which(name) or otherwise


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _run(command: list[str], failed: str) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=quiet, errors="replace"
    )
    if done.returncode != 0:
        last = "\n".join(done.stdout.splitlines()[-10:])
        raise LabError(f"{failed}\n{last}")
