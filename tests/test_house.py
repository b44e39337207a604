"""The house keeps its own rules: purity, order, walls between edges, no silent except, no place but this repository."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path
from statistics import median, quantiles

import pytest

from tests.floors import ROOT
from tests.house import PACKAGES, except_faults, faults, functions, is_pure, word_faults

SKIPPED = frozenset({".git", ".venv", ".lab", ".hypothesis", "node_modules", "build", "dist"})


def sources() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def committed() -> list[str]:
    """Every file that is, or is about to be, in the repository."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
            check=True,
        )
        return [name for name in listed.stdout.decode("utf-8").split("\0") if name and (ROOT / name).is_file()]
    return [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file() and _kept(path)]


def _kept(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return not any(part in SKIPPED or part.endswith(("_cache", "__", ".egg-info")) for part in parts)


def text_of(name: str) -> str:
    """A file's text; empty for what is no text (sounds, pictures)."""
    content = (ROOT / name).read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


# ── the house ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_keeps_the_rules_of_its_room(package: str) -> None:
    """Pure code does no I/O and knows no clock; imports go leftwards; edges know no other edge; no except is silent."""
    found = [fault for name in sources() if name.startswith(f"{package}/") for fault in faults(name, text_of(name))]
    assert not found, "\n" + "\n".join(found)


def test_tests_and_the_composition_root_have_no_silent_except_either() -> None:
    names = [str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("*.py")]
    found = [fault for name in names for fault in except_faults(name, ast.parse(text_of(name)))]
    assert not found, "\n" + "\n".join(found)


def test_no_file_names_a_machine_a_registry_or_a_tool() -> None:
    found = [fault for name in committed() for fault in word_faults(name, text_of(name))]
    assert not found, "\n" + "\n".join(found)


def test_functions_stay_small() -> None:
    """Half of them have about six lines, nearly all fewer than twenty-five; the largest are reported."""
    sizes = sorted(
        (lines, f"{name}:{line} {function}")
        for name in sources()
        for function, line, lines in functions(ast.parse(text_of(name)))
    )
    counts = [lines for lines, _ in sizes]
    middle, most = median(counts), quantiles(counts, n=20)[-1]
    print(f"{len(counts)} functions: median {middle:g} lines, 95 % under {most:g}; the largest: {sizes[:-6:-1]}")
    assert middle <= 8
    assert most <= 25


# ── the rules themselves ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "line", "says"),
    [
        ("dialer/rates.py", "import time", "take `now_ms` as an argument"),
        ("dialer/rates.py", "from random import choice", "take the dice as an argument"),
        ("dialer/engine.py", "import logging", "edges log"),
        ("dialer/engine.py", "import asyncio.tasks", "return a command and let an edge wait"),
        ("dialer/call.py", "from pathlib import Path", "take text or bytes as an argument"),
        ("dialer/call.py", "import sqlalchemy as sa", "dialer/edge/store.py keeps the records"),
        ("dialer/call.py", "import numpy", "move what needs it into an edge/"),
        ("dialer/wrapup.py", "from zoneinfo import ZoneInfo", "ask dialer/rules.py"),
        ("dialer/wrapup.py", "from datetime import datetime", "dialer/rules.py's: call local_day"),
        ("dialer/wrapup.py", "from datetime import date\nx = date.today()", "2: reads a clock"),
        ("dialer/wrapup.py", "x = open('f')", "calls open()"),
        ("dialer/wrapup.py", "def f():\n    print('x')", "dialer/cli prints it"),
        ("agents/roster.py", "from dialer.call import Call", "imports go leftwards only"),
        ("config/settings.py", "import metrics.kpi", "imports go leftwards only"),
        ("dialer/engine.py", "from dialer.edge.store import Store", "pure code imports no edge"),
        ("dialer/engine.py", "from dialer.edge import store", "pure code imports no edge"),
        ("dialer/engine.py", "from . import call", "write the whole name"),
        ("dialer/edge/ami.py", "from dialer.edge.store import Store", "an edge imports no other edge"),
        ("agents/edge/api.py", "from dialer.rates import Ratio", "imports go leftwards only"),
        ("dialer/edge/ami.py", "import redis.asyncio", "which is dialer/doctor and dialer/queue and dialer/redis's"),
        ("dialer/edge/ami.py", "import numpy", "say in LIBRARIES"),
        ("dialer/edge/service.py", "from dialer.cli import main", "nobody imports the composition root"),
        ("dialer/edge/ami.py", "try:\n    x = 1\nexcept:\n    pass", "3: catches everything and goes on"),
        ("dialer/cli/demo.py", "try:\n    x = 1\nexcept Exception as bad:\n    print(bad)", "catches Exception"),
        ("dialer/call.py", "try:\n    x = 1\nexcept (ValueError, BaseException):\n    x = 2", "catches (ValueError"),
        ("dialer/call.py", "def f():\n" + "    x = 1\n" * 60, "f has 61 lines, more than 60"),
    ],
)
def test_each_rule_finds_its_fault_and_says_what_to_do_instead(path: str, line: str, says: str) -> None:
    (fault,) = faults(path, line)
    assert fault.startswith(f"{path}:")
    assert says in fault


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("dialer/rules.py", "import holidays\nfrom zoneinfo import ZoneInfo\nfrom datetime import UTC, datetime"),
        ("dialer/wrapup.py", "from datetime import date, timedelta"),
        ("dialer/carteras/telefono.py", "import phonenumbers\nimport stdnum.cl.rut\nimport csv\nimport codecs"),
        ("metrics/kpi.py", "from dialer.rates import Ratio\nfrom agents.agent import State"),
        ("dialer/edge/store_reads.py", "import sqlalchemy\nfrom dialer.edge import schema\nimport os"),
        ("dialer/edge/lab/tree.py", "from dialer.edge.lab import root"),
        ("agents/edge/api.py", "from agents.edge.link import Link"),
        ("dialer/cli/demo.py", "import redis\nfrom dialer.edge.store import Store\nprint(1)"),
        ("dialer/__main__.py", "from dialer.cli import main"),
        ("dialer/diagram.py", "if __name__ == '__main__':\n    print(1)"),
        ("dialer/edge/ami.py", "try:\n    x = 1\nexcept Exception:\n    x = 2\n    raise"),
        ("dialer/edge/migrations/versions/m0001.py", "def upgrade():\n" + "    x = 1\n" * 90),
    ],
)
def test_what_the_house_allows_is_not_found_fault_with(path: str, text: str) -> None:
    assert faults(path, text) == []


def test_pure_is_whatever_is_no_edge_and_no_entrance() -> None:
    assert is_pure("dialer/sim/world.py")
    assert not is_pure("dialer/edge/lab/root.py")
    assert not is_pure("dialer/cli/show.py")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("see /wor" + "k/main/x", True),
        ('"/roo' + 't/.cache"', True),
        ("https://pypi.or" + "g/simple", True),
        ("--index-ur" + "l x", True),
        ("thanks to Cla" + "ude", True),
        (".lab/root is the lab's own root/, not $HOME/work/", False),
        ("the mirror that the machine's own apt uses", False),
        ("/var/spool/asterisk, /etc/asterisk", False),
    ],
)
def test_words_that_belong_to_one_machine_are_found(line: str, found: bool) -> None:
    assert bool(word_faults("x.md", line)) == found
