"""Runs the benchmarks and prints their figures: `python -m tests.bench [--only NAME] [--json FILE]`.

Every module of this package with a ``run() -> list[dict]`` is one; each runs in a process of its own. Figures of one
run may be compared with each other; figures of two machines, or of a busy and an idle one, may not.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import re
import subprocess
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from dialer.edge.lab import LabError, find_root, lab_dir
from dialer.edge.lab.root import own_version

Row = dict[str, Any]

COLUMNS_MAX = 6


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]) if found.name[0] != "_")


def rows_of(name: str) -> list[Row]:
    rows: list[Row] = importlib.import_module(f"tests.bench.{name}").run()
    return rows


# ── the machine ─────────────────────────────────────────────────────────────────────────────────────


def machine() -> Row:
    """What the figures were taken on; the load is the one before the first benchmark."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "python": platform.python_version(),
        "asterisk": _asterisk(),
        "load": ", ".join(f"{one:.2f}" for one in os.getloadavg()),
    }


def _cpu() -> str:
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()


def _asterisk() -> str:
    """The version of the lab's Asterisk, or that there is none yet."""
    if not own_version() and not lab_dir().exists():
        return "none"
    try:
        command = find_root().command("asterisk", "-V")
    except LabError:
        return "none"
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return said.strip().removeprefix("Asterisk ")


# ── printing ────────────────────────────────────────────────────────────────────────────────────────


def show(console: Console, where: Row, rows: list[Row]) -> None:
    """The machine, then a table for each kind of row."""
    console.print("\n".join(f"{name}: {value}" for name, value in where.items()), highlight=False)
    kinds: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        kinds.setdefault((row["bench"], *(name for name in row if name != "bench")), []).append(row)
    for (bench, *columns), alike in kinds.items():
        console.print((_turned if len(columns) > COLUMNS_MAX else _plain)(bench, columns, alike))


def _plain(bench: str, columns: list[str], rows: list[Row]) -> Table:
    table = Table(title=bench, title_justify="left")
    for column in columns:
        number = isinstance(rows[0][column], int | float)
        table.add_column(column.replace("_", " "), justify="right" if number else "left")
    for row in rows:
        table.add_row(*(_text(row[column]) for column in columns))
    return table


def _turned(bench: str, columns: list[str], rows: list[Row]) -> Table:
    """Many figures: each has a line, and each row a column."""
    table = Table("", title=bench, title_justify="left", show_header=False)
    for _ in rows:
        table.add_column(justify="right")
    for column in columns:
        table.add_row(column.replace("_", " "), *(_text(row[column]) for row in rows))
    return table


def _text(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


# ── the command ─────────────────────────────────────────────────────────────────────────────────────


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", choices=names(), help="this one alone; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    wanted = parser.parse_args()
    console = Console()
    where = machine()
    rows: list[Row] = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        for name in wanted.only or names():
            console.print(f"{name} …", style="dim")
            rows += processes.submit(rows_of, name).result()
    show(console, where, rows)
    if wanted.json:
        words = json.dumps({"machine": where, "rows": rows}, indent=1, ensure_ascii=False)
        wanted.json.write_text(words + "\n", "utf-8")
