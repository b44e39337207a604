"""The pure hot modules, compiled for this machine: found and put in the place of the source, or left alone.

`make fast` compiles them (`fast_build`) into a folder that is named after what they were made of: every pure source,
this edge, and the Python. Whoever edits one of these files has another name, and runs the source again: there is no
way to run compiled code of other sources. Where there is no such folder nothing changes but the time it takes.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from sysconfig import get_config_var
from types import ModuleType

TREE = Path(__file__).resolve().parents[2]
BUILDS = ".fast"
PACKAGES = ("config", "scripts_llamada", "agents", "dialer", "metrics")
ROOMS_WITH_IO = frozenset({"edge", "cli"})
SUFFIX = str(get_config_var("EXT_SUFFIX"))


def sources(tree: Path = TREE) -> Iterator[Path]:
    """What decides what is compiled, and how: the pure files, which import no others, and this edge's own."""
    for package in PACKAGES:
        for file in sorted((tree / package).rglob("*.py")):
            if not ROOMS_WITH_IO.intersection(file.relative_to(tree).parts) or file.stem.startswith("fast"):
                yield file


def key(tree: Path = TREE) -> str:
    """The name of the sources as they are now, for this Python."""
    found = hashlib.sha256(f"{sys.version} {SUFFIX}".encode())
    for file in sources(tree):
        found.update(f"\0{file.relative_to(tree)}\0".encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:24]


def built(tree: Path = TREE) -> Path | None:
    """Where the compiled modules of these very sources are; None when there are none."""
    builds = tree / BUILDS
    if not builds.is_dir():
        return None
    folder = builds / key(tree)
    return folder if folder.is_dir() else None


def stale(tree: Path = TREE) -> bool:
    """Whether there are builds, but none of these sources."""
    return (tree / BUILDS).is_dir() and built(tree) is None


def compiled(folder: Path) -> dict[str, Path]:
    """The modules of a build, by name."""
    files = {".".join(file.relative_to(folder).parts).removesuffix(SUFFIX): file for file in folder.rglob(f"*{SUFFIX}")}
    return {name.removesuffix(".__init__"): file for name, file in files.items()}


class Compiled:
    """Finds compiled modules before Python looks for their sources."""

    def __init__(self, files: dict[str, Path], tree: Path) -> None:
        self._files = files
        self._tree = tree

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        file = self._files.get(name)
        if file is None:
            return None
        package = self._tree.joinpath(*name.split("."))
        return spec_from_file_location(name, file, submodule_search_locations=[str(package)] * package.is_dir() or None)


def use(folder: Path | None = None, tree: Path = TREE) -> bool:
    """Import the compiled modules of these sources from now on; False when there are none.

    Raises `RuntimeError` when a source of theirs was imported before: the two do not mix.
    """
    folder = folder or built(tree)
    if folder is None:
        return False
    files = compiled(folder)
    early = sorted(name for name in files if name in sys.modules)
    if early:
        raise RuntimeError(f"{early[0]} was imported before the compiled modules were asked for; ask for them first")
    sys.meta_path.insert(0, Compiled(files, tree))
    return True
