"""Compiled modules: the same answers as the plain code, and never of other sources than those that are there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dialer.edge import fast
from dialer.edge.fast_build import HOT

SOME = ("dialer/engine.py", "dialer/rates.py", "dialer/sim/world.py", "dialer/pacing/[cfop]*.py")
"""A part of what `make fast` compiles, from each room of it: the whole would take minutes."""

BUILD = """
import sys
from pathlib import Path
from dialer.edge.fast_build import build
build(Path(sys.argv[1]), sys.argv[2:])
"""
PLAIN = "from dialer.cli import main; main()"
FAST = """
import sys
from pathlib import Path
from dialer.edge import fast
assert fast.use(Path(sys.argv.pop(1)))
from dialer import engine
assert engine.__file__.endswith(fast.SUFFIX), engine.__file__
""" + PLAIN


def python(code: str, *words: str) -> str:
    call = [sys.executable, "-c", code, *words]
    done = subprocess.run(call, cwd=fast.TREE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fast") / "build"
    python(BUILD, str(folder), *SOME)
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree of sources in small, with a build of them."""
    for room in ("dialer", "dialer/cli", "dialer/pacing", "metrics"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "one.py").write_text("ONE = 1\n")
    (tmp_path / fast.BUILDS / fast.key(tmp_path)).mkdir(parents=True)
    return tmp_path


@pytest.mark.timeout(900)
@pytest.mark.parametrize("mode", ["ratio", "predictive"])
def test_compiled_code_lives_through_the_same_day_as_the_plain_code(build: Path, mode: str, tmp_path: Path) -> None:
    file = tmp_path / "cintillo.toml"
    file.write_text(f"[carteras.facturas]\nmode = \"{mode}\"\nratio = 1.6\n", "utf-8")
    words = ("simulate", "-c", str(file), "--agents", "12", "--hours", "0.5", "--seeds", "2", "--jobs", "2", "--json")
    compiled, plain = told(python(FAST, str(build), *words)), told(python(PLAIN, *words))
    assert plain["strategies"][0]["floor"]["connected"]["mean"] > 0
    assert compiled == plain


def told(answer: str) -> Any:
    return {key: value for key, value in json.loads(answer).items() if key != "took_s"}


def test_a_build_is_used_for_its_own_sources(tree: Path) -> None:
    assert fast.built(tree) == tree / fast.BUILDS / fast.key(tree)


@pytest.mark.parametrize("file", ["dialer/one.py", "dialer/pacing/one.py", "metrics/one.py", "dialer/new.py"])
def test_a_build_is_not_used_once_a_pure_source_was_edited(tree: Path, file: str) -> None:
    (tree / file).write_text("ONE = 2\n")
    assert fast.built(tree) is None
    assert fast.stale(tree)
    assert not fast.use(tree=tree)


def test_a_build_is_not_used_once_a_pure_source_is_gone(tree: Path) -> None:
    (tree / "dialer/pacing/one.py").unlink()
    assert fast.built(tree) is None


def test_an_edited_command_leaves_the_build_in_use(tree: Path) -> None:
    """What is compiled never imports it."""
    (tree / "dialer/cli/one.py").write_text("ONE = 2\n")
    assert fast.built(tree) is not None


def test_where_nothing_was_compiled_the_plain_code_runs(tree: Path) -> None:
    shutil.rmtree(tree / fast.BUILDS)
    assert not fast.use(tree=tree)
    assert not fast.stale(tree)


def test_compiled_and_plain_modules_do_not_mix(tmp_path: Path) -> None:
    (tmp_path / "dialer" / "edge").mkdir(parents=True)
    (tmp_path / "dialer" / "edge" / f"fast{fast.SUFFIX}").touch()
    with pytest.raises(RuntimeError, match=r"dialer\.edge\.fast was imported before"):
        fast.use(tmp_path)


def test_every_file_that_is_to_be_compiled_is_there_and_is_pure() -> None:
    pure = set(fast.sources())
    for pattern in HOT:
        files = list(fast.TREE.glob(pattern))
        assert files and pure.issuperset(files), pattern
