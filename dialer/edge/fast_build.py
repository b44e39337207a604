"""Compiles the hot pure modules with mypyc: ``make fast``. Needs a C compiler and Python's headers, nothing else does.

mypyc takes the modules as they are. Left out are those that define a `msgspec.Struct`, whose options it does not hand
to the class; they are C already.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import chdir
from pathlib import Path

from mypyc.build import mypycify
from setuptools import Distribution
from setuptools.command.build_ext import build_ext

from dialer.edge.fast import BUILDS, TREE, built, key

HOT = (
    "agents/agent.py",
    "agents/roster.py",
    "dialer/asking.py",
    "dialer/attending.py",
    "dialer/books.py",
    "dialer/call.py",
    "dialer/cartera_book.py",
    "dialer/carteras/phones.py",
    "dialer/connecting.py",
    "dialer/counting.py",
    "dialer/engine.py",
    "dialer/ids.py",
    "dialer/listing.py",
    "dialer/matching.py",
    "dialer/outcome.py",
    "dialer/pacing/*.py",
    "dialer/placing.py",
    "dialer/rates.py",
    "dialer/rules.py",
    "dialer/saving.py",
    "dialer/sight.py",
    "dialer/sim/cases.py",
    "dialer/sim/direct.py",
    "dialer/sim/fates.py",
    "dialer/sim/shift.py",
    "dialer/sim/stretches.py",
    "dialer/sim/world.py",
    "dialer/terms.py",
    "dialer/wrapup.py",
    "metrics/decisions.py",
    "metrics/kpi.py",
    "metrics/whatif.py",
)
"""What a simulated call passes through."""


def build(into: Path, hot: Iterable[str] = HOT, tree: Path = TREE) -> None:
    """Compile these files of the tree; `into` appears whole or not at all.

    Raises `SystemExit` where mypyc finds a fault, `RuntimeError` where a source is edited meanwhile, and what
    setuptools raises where the compiler fails.
    """
    files = [str(file.relative_to(tree)) for pattern in hot for file in sorted(tree.glob(pattern))]
    before = key(tree)
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix="making-") as scratch:
        with chdir(tree):
            _compile(files, Path(scratch))
        if key(tree) != before:
            raise RuntimeError("a source was edited while it was compiled; run it again")
        os.replace(Path(scratch) / "lib", into)


def _compile(files: Sequence[str], scratch: Path) -> None:
    """The first level of optimisation, for the sake of the time to compile; what higher ones win was not measured."""
    options = ["--config-file", "pyproject.toml"]
    modules = mypycify(
        [*options, *files], opt_level="1", debug_level="0", multi_file=True, target_dir=str(scratch / "c")
    )
    command = build_ext(Distribution({"ext_modules": modules}))
    command.build_lib, command.build_temp = str(scratch / "lib"), str(scratch / "o")
    command.parallel = os.cpu_count() or 1
    command.ensure_finalized()
    command.run()


def main() -> None:
    """Build for the sources as they are, unless that was done, and sweep away the builds of other ones."""
    if built() is None:
        print("compiling the hot modules; this takes a minute or two", file=sys.stderr, flush=True)
        build(TREE / BUILDS / key())
    for other in (TREE / BUILDS).iterdir():
        if other.name != key():
            shutil.rmtree(other)
    print(f"compiled: {built()}")


if __name__ == "__main__":
    main()
