"""What a node runs when a jefe tries a change: ``python -m dialer trial``, one request on standard input.

The request is the JSON line that `dialer.edge.desk_estrategia` makes; the answer is JSON lines: ``{"days", "of"}``
after each pair of days, and at the end ``{"report": …}`` or ``{"refused": "a sentence"}``. It is as nice as can be,
uses one core, and ends when its standard input does, so that it never outlives the node that asked.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from config.settings import ConfigError, Settings, parse
from dialer.cli.simulate import Asked
from dialer.cli.whatif import ASSUMED, OF_HISTORY, Case, History, alone, days_of, read_history, told_of
from dialer.edge.store import Store
from dialer.records import BooksError, HistoryError
from dialer.rules import local_day
from dialer.sim.day import Day
from metrics.whatif import Told

NICE, STDIN, CHUNK = 19, 0, 65_536
HISTORY_DAYS = 7
CALLS_LEAST = 500
"""With fewer finished calls of those days, the records say less than the population that is the default."""
PAIRS_LEAST = 3
"""With fewer, an interval says nothing."""
Tell = Callable[[Mapping[str, Any]], None]
NOTHING = History({}, None, {})
OF_DEFAULTS = (
    "La gente es la población de fábrica (la cartera tiene menos de {least} llamadas registradas en sus últimos {days} "
    "días): las cifras sirven para comparar."
)
KEPT = ("day", "start_ms", "hours", "seeds", "history", "difference", "how", "took_s")


def trial(request: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """The changed strategy against today's: the difference is what the change would do. Raises `ConfigError`."""
    changed, today = (parse(one, "la estrategia") for one in request["settings"])
    cartera = request["cartera"]
    asked = _asked(request)
    history, asked = _history(asked, today, cartera)
    cases = [Case(name, one, asked.agents, None) for name, one in (("cambio", changed), ("hoy", today))]
    began = time.perf_counter()
    days = days_of(cases, (cartera,), history, asked)
    each = _in_time(days, asked, began + request["within_s"], tell)
    asked = asked._replace(seeds=asked.seeds[: len(each[0])])
    report = told_of(cases, history, asked, days, each, time.perf_counter() - began)
    floors = [one["floor"] for one in report["strategies"]]
    people = report["people"][cartera]
    return {
        **{key: report[key] for key in KEPT},
        "assumed": list(_assumed(history)),
        "changed": floors[0],
        "today": floors[1],
        "agents": asked.agents,
        "calls": people.get("calls", 0),
    }


def _in_time(days: list[list[Day]], asked: Asked, until_s: float, tell: Tell) -> list[list[Told]]:
    """Pairs of days, one of each case, as many as there is time for; `PAIRS_LEAST` in any case."""
    each: list[list[Told]] = [[] for _ in days]
    began = time.perf_counter()
    for done, (pair, seed) in enumerate(zip(zip(*days, strict=True), asked.seeds, strict=True)):
        now = time.perf_counter()
        if done >= PAIRS_LEAST and now + (now - began) / done > until_s:
            break
        for lived, day in zip(each, pair, strict=True):
            lived.append(alone(day, seed))
        tell({"days": done + 1, "of": len(asked.seeds)})
    return each


def _assumed(history: History) -> tuple[str, ...]:
    people = OF_HISTORY if history.staff else (OF_DEFAULTS.format(least=CALLS_LEAST, days=HISTORY_DAYS),)
    return (*people, *ASSUMED)


def _asked(request: Mapping[str, Any]) -> Asked:
    return Asked(
        config=Path(),
        against=None,
        changes=(),
        cartera=request["cartera"],
        agents=request["agents"],
        hours=request["hours"],
        start="",
        seeds=tuple(range(1, request["days"] + 1)),
        wrap_s=None,
        history=None,
        jobs=1,
        now_ms=request["now_ms"],
    )


def _history(asked: Asked, settings: Settings, cartera: str) -> tuple[History, Asked]:
    """The people of the last days on which the cartera called enough of them, else those of the default."""
    there = asyncio.run(_days_there(settings, cartera))
    if there is None:
        return NOTHING, asked
    last = local_day(there[1], settings.zone)
    wanted = asked._replace(history=(last - timedelta(days=HISTORY_DAYS - 1), last))
    found = read_history(wanted, settings, (cartera,))
    return (found, wanted) if found.fits[cartera].cases >= CALLS_LEAST else (NOTHING, asked)


async def _days_there(settings: Settings, cartera: str) -> tuple[int, int] | None:
    store = await Store.open(settings.database)
    try:
        return await store.history_days(cartera)
    finally:
        await store.close()


# ── the process ─────────────────────────────────────────────────────────────────────────────────────


def main() -> None:
    os.nice(NICE)
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(STDIN, CHUNK) or _end()
    threading.Thread(target=_end_with_the_node, daemon=True).start()
    try:
        _tell({"report": trial(json.loads(line), _tell)})
    except (ConfigError, BooksError, HistoryError) as bad:
        _tell({"refused": str(bad)})


def _end_with_the_node() -> None:
    """Nothing more is written to us: at the end of the file whoever asked is gone."""
    while os.read(STDIN, CHUNK):
        continue
    _end()


def _end() -> NoReturn:
    os._exit(1)


def _tell(told: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
