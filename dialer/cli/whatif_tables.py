"""A what-if as tables for a person, in Spanish."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.table import Table

from dialer.cli import terminal
from dialer.cli.tables import plain, share
from metrics.words import PACES, REASONS, said

Report = dict[str, Any]
HOUR_S = 3_600

MEASURES = {
    "occupancy": ("Ocupación", True),
    "abandon_ratio": ("Abandono", True),
    "contacts_per_agent_hour": ("Contactos por hora", False),
    "idle_mean_s": ("Ocio, media (s)", False),
    "idle_p95_s": ("Ocio, p95 (s)", False),
    "calls_placed": ("Llamadas", False),
    "connected": ("Conectadas", False),
    "abandoned": ("Abandonadas", False),
    "attempts_per_contact": ("Llamadas por contacto", False),
}
"""What each measure is called, and whether it is a share."""

DECISIONS = {
    "in_flight": ("Llamadas en camino", False),
    "answers": ("Contestarán", False),
    "supply": ("Ejecutivos que estarán libres", False),
    "risk": ("Riesgo de una llamada más", True),
    "price": ("Riesgo admitido", True),
    "budget_left": ("Margen de abandonadas", False),
}
"""The same of what the pacer goes by, means over the day."""
BOUND_LEAST = 0.005
"""What bound for less of the time is not told in the table."""

FIGURES = {
    "answer": "contesta una persona",
    "between_days": "variación entre días (de 1)",
    "machine_of_rest": "buzón",
    "busy_of_rest": "ocupado",
    "unallocated_of_rest": "número no existe",
    "congestion_of_rest": "congestión",
    "network_of_rest": "falla de red",
    "rejected_of_rest": "rechaza",
    "no_answer_of_rest": "no contesta",
    "to_answer_s": "segundos hasta que contesta",
    "to_no_answer_s": "segundos hasta que se da por no contestada",
    "talk_s": "conversación (s)",
    "patience_s": "cuánto espera en silencio (s)",
    "amd_s": "el detector escucha (s)",
    "wrap_s": "cierre (s)",
    "agents_a_day": "ejecutivos por día",
    "paused": "tiempo en pausa",
    "pause_s": "una pausa (s)",
}
BOUND = {
    **REASONS,
    **PACES,
    "free_agents": "ejecutivos libres",
    "ratio": "llamadas por ejecutivo libre",
    "boost": "llamadas por ejecutivo libre",
    "level": "nivel de VICIdial",
    "period": "todavía no vuelve a mirar",
    "max_waiting": "personas sin ejecutivo",
    "room": "líneas o llamadas por segundo",
    "nothing": "nada lo limitó",
}
IN_SECONDS = ("_s", "_a_day")


def show(report: Report) -> None:
    console = terminal.console()
    console.print(_title(report), highlight=False)
    for letter, one in _lettered(report):
        console.print(f"{letter}: {one['name']}", highlight=False)
    console.print(_measures(report))
    console.print(_decisions(report))
    console.print(_course(report))
    for sentence in _limits(report):
        console.print(sentence, highlight=False)
    if report["history"]:
        console.print(_fitted(report))
    for sentence in report["assumed"]:
        console.print(f"[dim]· {sentence}[/]", highlight=False)
    console.print(f"[dim]Cómo se calcula: {report['how']}[/]", highlight=False)


def _lettered(report: Report) -> list[tuple[str, Report]]:
    """The strategies under one letter each: their names may be long."""
    return list(zip("AB", report["strategies"], strict=False))


def _title(report: Report) -> str:
    begins = f"{_clock(report, 0)}, {plain(report['hours'])} h"
    agents = "/".join(dict.fromkeys(str(one["agents"]) for one in report["strategies"]))
    wraps = "/".join(dict.fromkeys(plain(one["wrap_s"]) for one in report["strategies"]))
    people = "gente de fábrica"
    if report["history"]:
        people = "gente según los registros del {} al {}".format(*report["history"])
    days = len(report["seeds"])
    where = f"{report['day']} en {report['zone']}"
    return (
        f"[bold]Simulación[/]: {', '.join(report['people'])}; {where} desde las {begins}; {agents} ejecutivos, "
        f"cierre de {wraps} s; {people}; {days} días en {plain(report['took_s'])} s."
    )


def _clock(report: Report, hour: int) -> str:
    at_s = report["start_ms"] / 1000 + hour * HOUR_S
    return f"{datetime.fromtimestamp(at_s, ZoneInfo(report['zone'])):%H:%M}"


def _measures(report: Report) -> Table:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("Sala", no_wrap=True)
    for letter, _ in _lettered(report):
        table.add_column(letter, justify="right", no_wrap=True)
        table.add_column("un día", justify="right", style="dim")
    if report["difference"]:
        table.add_column("A - B", justify="right", no_wrap=True)
    _rows(table, report, [one["floor"] for one in report["strategies"]], report["difference"])
    if len(report["people"]) > 1:
        for cartera in report["people"]:
            table.add_section()
            table.add_row(f"[bold]{cartera}[/]")
            _rows(table, report, [one["carteras"].get(cartera, {}) for one in report["strategies"]], None)
    return table


def _rows(table: Table, report: Report, each: list[Report], difference: Report | None) -> None:
    for name, (label, ratio) in MEASURES.items():
        if any(name in one for one in each):
            cells = [cell for one in each for cell in (_spread(one.get(name), ratio), _day(one.get(name), ratio))]
            table.add_row(label, *cells, *([_spread(difference[name], ratio, signed=True)] if difference else []))


def _decisions(report: Report) -> Table:
    """Why so few calls were placed, or so many."""
    table = Table(title="Con qué decidió el marcador", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("Media del día")
    for letter, _ in _lettered(report):
        table.add_column(letter, justify="right", no_wrap=True)
    for cartera in report["people"]:
        each = [one["decisions"].get(cartera, {}) for one in report["strategies"]]
        if len(report["people"]) > 1:
            table.add_section()
            table.add_row(f"[bold]{cartera}[/]")
        for name, (label, ratio) in DECISIONS.items():
            if any(name in one for one in each):
                table.add_row(label, *(_spread(one.get(name), ratio) for one in each))
        for word in dict.fromkeys(word for one in each for word in one.get("bound", {})):
            shares = [one.get("bound", {}).get(word, 0.0) for one in each]
            if max(shares) >= BOUND_LEAST:
                table.add_row(f"Tiempo: {said(BOUND, word)}", *map(share, shares))
    return table


def _spread(one: Report | None, ratio: bool, *, signed: bool = False) -> str:
    """``84,1 % ±0,6``: half the interval of the mean."""
    if one is None:
        return ""
    sign = "+" if signed and one["mean"] > 0 else ""
    half = (one["interval"][1] - one["mean"]) * (100 if ratio else 1) if one["interval"] else None
    return sign + _figure(one["mean"], ratio) + (f" ±{_short(half)}" if half is not None else "")


def _day(one: Report | None, ratio: bool) -> str:
    """``81-87 %``"""
    if one is None or one["day_interval"] is None:
        return ""
    low, high = (bound * (100 if ratio else 1) for bound in one["day_interval"])
    return f"{_short(low)}-{_short(high)}" + (" %" if ratio else "")


def _short(value: float) -> str:
    return plain(round(value)) if abs(value) >= 20 else plain(round(value, 1))


def _figure(value: float, ratio: bool) -> str:
    if ratio:
        return share(value)
    return plain(round(value)) if abs(value) >= 100 else plain(round(value, 2))


def _course(report: Report) -> Table:
    table = Table(title="El día, hora a hora", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("Desde")
    for letter, _ in _lettered(report):
        table.add_column(f"{letter}: ocupación", justify="right")
        table.add_column("abandono", justify="right")
        table.add_column("llamadas", justify="right")
    for place in range(max(len(one["hours"]) for one in report["strategies"])):
        rows = [one["hours"][place] for one in report["strategies"] if place < len(one["hours"])]
        cells = [
            cell
            for row in rows
            for cell in (
                _spread(row["occupancy"], True),
                _spread(row["abandon_ratio"], True),
                _figure(row["calls_placed"]["mean"], False),
            )
        ]
        table.add_row(_clock(report, place), *cells)
    return table


def _limits(report: Report) -> list[str]:
    """What kept calls from being placed, a day."""
    told = []
    for letter, one in _lettered(report):
        reasons = [f"{said(REASONS, reason)} {plain(n)}" for reason, n in one["not_placed_per_day"].items()]
        if reasons:
            told.append(f"{letter}: no se marcaron, por día: {', '.join(reasons[:5])}.")
    return told


def _fitted(report: Report) -> Table:
    table = Table(title="Lo que dicen los registros", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("Cifra")
    for name in ("Valor", "Intervalo del 95 %", "Casos"):
        table.add_column(name, justify="right")
    for cartera, people in report["people"].items():
        table.add_section()
        table.add_row(f"[bold]{cartera}[/]")
        for one in people["figures"]:
            _fitted_row(table, FIGURES[one["name"]], one)
        for one in people["by_hour"]:
            _fitted_row(table, f"contesta, de {one['hour']:02d} a {one['hour'] + 1:02d} h", one)
    table.add_section()
    table.add_row("[bold]ejecutivos[/]")
    for one in report["staff"]:
        _fitted_row(table, FIGURES[one["name"]], one)
    return table


def _fitted_row(table: Table, label: str, one: Report) -> None:
    ratio = not one["name"].endswith(IN_SECONDS)
    if one.get("assumed"):
        table.add_row(label, _figure(one["value"], ratio), "supuesto", "")
        return
    interval = f"{_figure(one['low'], ratio)} a {_figure(one['high'], ratio)}" if one["low"] < one["high"] else ""
    table.add_row(label, _figure(one["value"], ratio), interval, plain(one["cases"]))
