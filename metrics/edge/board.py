"""The live board in a terminal: the ledger's snapshot drawn with rich, in the floor's Spanish.

`render` and `summary` are functions of a snapshot (`metrics.ledger.Ledger.snapshot`) and draw the same picture for the
same one. Rows keep their places while figures change, so the eye can rest; every size from 80×24 up is filled exactly.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from rich import box
from rich.align import Align
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.layout import Layout
from rich.live import Live
from rich.measure import Measurement
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from agents.agent import State
from dialer.call import Stage
from metrics.kpi import most_first
from metrics.words import PACES, REASONS, STATES, VERDICTS, decimal, lapse, millis, number, percent, said

Snapshot = Mapping[str, Any]

GRAY = "bright_black"

STATE_STYLES: dict[str, str] = {
    State.DISPONIBLE: "bright_green",
    State.RESERVADO: "bright_cyan",
    State.HABLANDO: "bold bright_blue",
    State.ESPERA: "magenta",
    State.CIERRE: "yellow",
    State.PAUSA: "white",
    State.CONECTANDO: "cyan",
    State.DESCONECTADO: GRAY,
}

IN_PROGRESS: tuple[tuple[str, str, tuple[Stage, ...]], ...] = (
    ("marcando", "cyan", (Stage.RECORDING, Stage.PLACING, Stage.DIALING, Stage.REOPENED)),
    ("llamando", "bright_cyan", (Stage.RINGING,)),
    ("¿buzón?", "magenta", (Stage.SCREENING,)),
    ("esperando", "bold bright_red", (Stage.WAITING, Stage.JOINING)),
    ("hablando", "bright_blue", (Stage.TALKING,)),
    ("retenidas", "blue", (Stage.HELD,)),
    ("mensaje", "red", (Stage.MESSAGE,)),
    ("cortando", GRAY, (Stage.HANGING_UP,)),
)

ROOMY_HEIGHT = 32
ROOMY_WIDTH = 100
CALLS_HEIGHT = 11


class Look(NamedTuple):
    """What a board shows that the ledger does not know.

    `labels`: disposition code -> label of the tree. `addresses`: (name, URL) for the foot. `zone`: IANA zone of the
    clock. `names`: agent id -> what to call them.
    """

    title: str = "Cintillo"
    labels: Mapping[str, str] = {}
    addresses: Sequence[tuple[str, str]] = ()
    zone: str = "America/Santiago"
    names: Mapping[str, str] = {}


def render(snapshot: Snapshot, size: tuple[int, int], look: Look) -> RenderableType:
    """The whole board for a terminal of `size` (columns, lines)."""
    width, height = size
    bars = _shown_carteras(snapshot, 6 if height >= ROOMY_HEIGHT else 2)
    body = height - 2 - len(bars)
    top = max(CALLS_HEIGHT, -(-body * 11 // 21))
    board = Layout()
    board.split_column(
        Layout(_head(snapshot, look), size=1),
        Layout(_progress(bars), size=len(bars)),
        Layout(_top(snapshot, look, width, top), size=top),
        Layout(_bottom(snapshot, look, width, body - top), size=body - top),
        Layout(_foot(look), size=1),
    )
    return board


# ── head, progress, foot ────────────────────────────────────────────────────────────────────────────


def _head(snapshot: Snapshot, look: Look) -> RenderableType:
    up = snapshot["pbx"]["up"]
    left = Text.assemble((f" {look.title} ", "bold black on bright_yellow"), "  ")
    left.append("● Asterisk" if up else "● Asterisk sin conexión", "bright_green" if up else "bold bright_red")
    if snapshot["node"]:
        left.append(f"  nodo {snapshot['node']}", GRAY)
    right = Text.assemble(
        (f"{_clock(snapshot['now_ms'], look.zone)} ", "bold"),
        (f" lleva {lapse(snapshot['now_ms'] - snapshot['since_ms'])}  ", GRAY),
        (" Ctrl-C ", "black on grey50"),
        (" termina ", GRAY),
    )
    row = Table.grid(expand=True)
    row.add_column(ratio=1, no_wrap=True)
    row.add_column(justify="right", no_wrap=True)
    row.add_row(left, right)
    return row


def _shown_carteras(snapshot: Snapshot, most: int) -> list[tuple[str, Mapping[str, int]]]:
    """The carteras' progress, or the sum of all when they are too many for the lines there are."""
    rows = [(name, row["cases"]) for name, row in snapshot["carteras"].items() if row["cases"]["total"]]
    if len(rows) > most or not rows:
        return [("todas", snapshot["total"]["cases"])]
    return rows


def _progress(bars: Sequence[tuple[str, Mapping[str, int]]]) -> RenderableType:
    table = Table.grid(expand=True, padding=(0, 1))
    table.add_column(no_wrap=True, max_width=16)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    for name, cases in bars:
        total, touched = cases["total"], cases["touched"]
        bar = ProgressBar(total=max(1, total), completed=touched, complete_style="bright_yellow", style="grey30")
        told = Text.assemble(f"{number(touched)} de {number(total)} casos ", (f"{percent(touched, total)} ", "bold"))
        if not total:
            told = Text("sin casos todavía ", style=GRAY)
        table.add_row(Text(f" {name}", style="bold"), bar, told)
    return table


def _foot(look: Look) -> RenderableType:
    foot = Text(no_wrap=True, overflow="ellipsis")
    for name, url in look.addresses:
        foot.append(f" {name} ", "black on grey50")
        foot.append(f" {url}  ", f"{GRAY} link {url}")
    return foot


# ── agents and calls ────────────────────────────────────────────────────────────────────────────────


def _top(snapshot: Snapshot, look: Look, width: int, height: int) -> RenderableType:
    row, right = Layout(), Layout(_panel("Llamadas", _calls(snapshot, width)))
    if height >= CALLS_HEIGHT + 5:
        calls = Layout(right.renderable, size=CALLS_HEIGHT)
        right = Layout()
        lines = height - CALLS_HEIGHT - 2
        right.split_column(calls, Layout(_panel("Carteras", _carteras(snapshot, lines))))
    agents_width = max(33, width * 2 // 5 - 1)
    agents = _panel("Ejecutivos", _agents(snapshot, look, agents_width - 4, height - 2))
    row.split_row(Layout(agents, size=agents_width), right)
    return row


def _agents(snapshot: Snapshot, look: Look, width: int, lines: int) -> RenderableType:
    table = Table.grid(expand=True, padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1, min_width=5)
    table.add_column(no_wrap=True, overflow="ellipsis", width=max(14, width // 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_row(*(Text(word, style=GRAY) for word in ("id", "estado", "hace", "gest")))
    agents = snapshot["agents"]
    shown = agents if len(agents) <= lines - 1 else agents[: max(0, lines - 2)]
    for agent in shown:
        style = STATE_STYLES.get(agent["state"], "")
        table.add_row(
            Text(look.names.get(agent["agent_id"], agent["agent_id"])),
            Text(f"● {_doing(agent)}", style=style),
            Text(lapse(snapshot["now_ms"] - agent["since_ms"])),
            Text(str(agent["gestiones"]), style="bold"),
        )
    if not agents:
        return Group(table, Text("nadie se ha conectado", style=GRAY))
    rest = agents[len(shown) :]
    return Group(table, _and_more(rest)) if rest else table


def _doing(agent: Mapping[str, Any]) -> str:
    reason = agent["reason"]
    state = said(STATES, agent["state"])
    return f"{state}: {reason}" if reason and agent["state"] == State.PAUSA else state


def _and_more(agents: Sequence[Mapping[str, Any]]) -> Text:
    states: dict[str, int] = {}
    for agent in agents:
        states[agent["state"]] = states.get(agent["state"], 0) + 1
    told = ", ".join(f"{n} {said(STATES, state)}" for state, n in most_first(states).items())
    return Text(f"y {len(agents)} más: {told}", style=GRAY, no_wrap=True, overflow="ellipsis")


def _calls(snapshot: Snapshot, width: int) -> RenderableType:
    sides = Table.grid(expand=True, padding=(0, 2, 0, 0))
    sides.add_column(width=23 if width < ROOMY_WIDTH else 31)
    sides.add_column(ratio=1)
    sides.add_row(_figures(snapshot), _in_progress(snapshot["total"]["in_flight"]))
    return sides


def _figures(snapshot: Snapshot) -> RenderableType:
    total = snapshot["total"]
    wait = total["answer_to_agent_ms"]
    table = Table.grid(expand=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    rows: list[tuple[str, Text]] = [
        ("Marcadas", Text(number(total["calls_placed"]))),
        ("Respondidas", Text(number(total["answered"]))),
        ("Conectadas", Text(number(total["connected"]), style="bold bright_green")),
        ("Abandonadas", Text(number(total["abandoned"]))),
        ("Abandono", _abandonment(snapshot)),
        *([("Soltadas", Text(number(total["given_up"])))] if total["given_up"] else []),
        ("Esperando", Text(number(total["waiting"]), style="bold bright_red" if total["waiting"] else "")),
        ("Ritmo", Text(f"{number(total['calls_per_minute'])}/min")),
        ("Ocupación", Text(percent(snapshot["occupancy"], 1))),
        ("Aló→voz ms", Text.assemble(("p50 ", GRAY), _bare(wait["p50"]), (" p99 ", GRAY), _bare(wait["p99"]))),
    ]
    for name, value in rows:
        table.add_row(Text(name, style=GRAY), value)
    return table


def _abandonment(snapshot: Snapshot) -> Text:
    """The day's ratio over all carteras and the strictest limit; the colour is that of the worst cartera."""
    told, limit = percent(snapshot["total"]["abandon_ratio"], 1), _strictest(snapshot)
    if limit is None:
        return Text(told)
    worst = max((_of_limit(row) for row in snapshot["carteras"].values()), default=0.0)
    return Text.assemble((told, _alarm(worst)), (f" de {percent(limit, 1, least=True)}", GRAY))


def _of_limit(cartera: Mapping[str, Any]) -> float:
    """How much of its limit a cartera's abandonment has used; 1 is all of it."""
    limit, ratio = cartera["abandon_ratio_max"], cartera["abandon_ratio"]
    return float(ratio / limit) if limit else float(limit == 0 and ratio > 0) * 2


def _alarm(of_limit: float) -> str:
    return "bold bright_red" if of_limit > 1 else "yellow" if of_limit > 0.8 else "bright_green"


def _bare(ms: float | None) -> str:
    return "–" if ms is None else number(round(ms))


def _strictest(snapshot: Snapshot) -> float | None:
    limits = [row["abandon_ratio_max"] for row in snapshot["carteras"].values() if row["enabled"]]
    return min((limit for limit in limits if limit is not None), default=None)


def _in_progress(stages: Mapping[str, int]) -> RenderableType:
    counts = [(name, style, sum(stages.get(stage, 0) for stage in group)) for name, style, group in IN_PROGRESS]
    table = Table.grid(expand=True, padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True, min_width=3)
    table.add_column(no_wrap=True, ratio=1)
    table.add_row(Text("en curso", style=GRAY), Text(number(sum(n for *_, n in counts)), style="bold"), "")
    most = max((n for *_, n in counts), default=0)
    for name, style, n in counts:
        table.add_row(Text(name, style=style if n else GRAY), Text(number(n)), _Bar(n, max(most, 8), style))
    return table


def _carteras(snapshot: Snapshot, lines: int) -> RenderableType:
    """One line for each cartera that fits under the header, and the machinery's in the last one."""
    table = Table.grid(expand=True, padding=(0, 2, 0, 0))
    heads = ("cartera", "en curso", "conect.", "aband.", "30 min", "cola", "después")
    for head in heads:
        table.add_column(justify="left" if head == "cartera" else "right", no_wrap=True, overflow="ellipsis")
    table.add_row(*(Text(head, style=GRAY) for head in heads))
    rows = list(snapshot["carteras"].items())
    for name, row in rows[: lines - 2]:
        queue = row["queue"]
        table.add_row(
            Text(f"{name} (detenida)", style="bold yellow")
            if row["held"]
            else Text(name, style="bold" if row["enabled"] else f"strike {GRAY}"),
            number(sum(row["in_flight"].values())),
            number(row["connected"]),
            Text(percent(row["abandon_ratio"], 1), style=_alarm(_of_limit(row))),
            percent(row["abandon_ratio_30m"], 1),
            number(queue.get("ready", 0)),
            number(queue.get("later", 0)),
        )
    return Group(table, _machinery(snapshot))


def _machinery(snapshot: Snapshot) -> Text:
    pbx = snapshot["pbx"]
    return Text(
        f"AMI {millis(pbx['lag_ms'])} · reconexiones {number(pbx['reconnects'])} · basura {number(pbx['garbage'])}"
        f" · bucle {millis(snapshot['loop_lag_ms'])} · por grabar {number(snapshot['recorder_backlog'])}",
        style=GRAY,
        no_wrap=True,
        overflow="ellipsis",
    )


# ── results ─────────────────────────────────────────────────────────────────────────────────────────


def _bottom(snapshot: Snapshot, look: Look, width: int, height: int) -> RenderableType:
    total = snapshot["total"]
    gestiones = {f"{code} {look.labels.get(code, '')}".strip(): n for code, n in total["gestiones_by_code"].items()}
    verdicts = {said(VERDICTS, word): n for word, n in total["verdicts"].items()}
    lines = height - 2
    panels = [
        Layout(_panel(f"Gestiones {number(total['gestiones'])}", _counts(gestiones, lines, "bright_green")), ratio=4),
        Layout(_panel("Por qué no se marca", _not_placed(snapshot, lines)), ratio=4),
    ]
    if width >= 110:
        panels.insert(1, Layout(_panel("Cómo terminan", _counts(verdicts, lines, "bright_blue")), ratio=3))
    row = Layout()
    row.split_row(*panels)
    return row


FOLDED = 4
"""Lines that a pacer's word takes where there is room for all of it."""


def _not_placed(snapshot: Snapshot, lines: int) -> RenderableType:
    paced = [(name, row["pacing"]) for name, row in snapshot["carteras"].items() if row["pacing"]]
    notes = [
        Text.assemble((f"{name}: " if len(paced) > 1 else "ahora: ", GRAY), _pace_now(note)) for name, note in paced
    ][: max(1, lines // 3)]
    folded = len(notes) * FOLDED <= lines // 2
    for note in notes:
        note.no_wrap, note.overflow = not folded, "fold" if folded else "ellipsis"
    reasons = {said(REASONS, why): n for why, n in snapshot["total"]["not_placed"].items()}
    return Group(*notes, _counts(reasons, lines - len(notes) * (FOLDED if folded else 1), "bright_magenta"))


def _pace_now(note: Mapping[str, Any]) -> str:
    """What the last word of the pacer means, in one phrase."""
    return _pace_word(note) + _pace_figures(note)


def _pace_word(note: Mapping[str, Any]) -> str:
    if note["bound_by"]:
        return said(REASONS, note["bound_by"])
    if note["why"] in PACES:
        return PACES[note["why"]]
    if note["wanted"]:
        return f"marcando {number(note['placed'])}"
    return "bastan las que van en curso" if note["free"] else "sin ejecutivos libres"


def _pace_figures(note: Mapping[str, Any]) -> str:
    """What a strategy that predicts expects: persons and agents by the middle of the ringing, risk and its price."""
    if not note["price"]:
        return ""
    awaited = f"contestarán {decimal(note['answers'])}, libres {decimal(note['supply'])}"
    risk = f"riesgo {percent(note['risk'], 1)} de {percent(note['price'], 1)}"
    return f" · {awaited} · {risk} · margen {decimal(note['budget_left'])}"


def _counts(counts: Mapping[str, int], lines: int, style: str) -> RenderableType:
    """Names and counts with a bar each, greatest first; what does not fit is added up in the last line."""
    if not counts:
        return Text("todavía nada", style=GRAY)
    rows = list(most_first(counts).items())
    if len(rows) > lines:
        rest = rows[max(0, lines - 1) :]
        rows = [*rows[: max(0, lines - 1)], (f"otras {len(rest)}", sum(n for _, n in rest))]
    table = Table.grid(expand=True, padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=6)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True, ratio=1, min_width=4)
    most = max(n for _, n in rows)
    for name, n in rows:
        table.add_row(Text(name), Text(number(n), style="bold"), _Bar(n, most, style))
    return table


class _Bar:
    """A bar of eighths that fills the column it is given."""

    EIGHTHS = " ▏▎▍▌▋▊▉"

    def __init__(self, n: int, most: int, style: str) -> None:
        self._share = n / most if most else 0.0
        self._style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        eighths = max(1 if self._share else 0, round(self._share * options.max_width * 8))
        whole, part = divmod(eighths, 8)
        yield Text("█" * whole + (self.EIGHTHS[part] if part else ""), style=self._style, no_wrap=True)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(1, options.max_width)


def _panel(title: str, inside: RenderableType) -> Panel:
    return Panel(inside, title=f"[bold]{title}[/]", title_align="left", box=box.ROUNDED, border_style="grey39")


# ── the end ─────────────────────────────────────────────────────────────────────────────────────────


def summary(snapshot: Snapshot, look: Look) -> RenderableType:
    """What came of a run, for the terminal after the board is gone."""
    total = snapshot["total"]
    wait = total["answer_to_agent_ms"]
    took = lapse(snapshot["now_ms"] - snapshot["since_ms"])
    head = Text.assemble(
        (f"{number(total['calls_placed'])} llamadas", "bold"),
        f" en {took}: respondieron {number(total['answered'])}, se conectaron ",
        (number(total["connected"]), "bold bright_green"),
        f", se abandonaron {number(total['abandoned'])} (",
        _abandonment(snapshot),
        f").\nOcupación {percent(snapshot['occupancy'], 1)}. De «aló» a la voz del ejecutivo: ",
        f"p50 {millis(wait['p50'])}, p99 {millis(wait['p99'])}.\n",
    )
    gestiones = {f"{code} {look.labels.get(code, '')}".strip(): n for code, n in total["gestiones_by_code"].items()}
    sides = Table.grid(expand=True, padding=(0, 2, 0, 0))
    sides.add_column(ratio=1)
    sides.add_column(ratio=1)
    left = Group(Text(f"Gestiones {number(total['gestiones'])}", style="bold"), _counts(gestiones, 99, "bright_green"))
    right = Group(
        Text("Cómo terminaron", style="bold"),
        _counts({said(VERDICTS, word): n for word, n in total["verdicts"].items()}, 99, "bright_blue"),
        Text("\nPor qué no se marcó", style="bold"),
        _counts({said(REASONS, why): n for why, n in total["not_placed"].items()}, 99, "bright_magenta"),
    )
    sides.add_row(left, right)
    return _panel(look.title, Align.left(Group(head, sides)))


def draw(path: Path, snapshot: Snapshot, look: Look, size: tuple[int, int] = (120, 36)) -> None:
    """Write the board as an SVG picture that loads nothing from anywhere."""
    columns, lines = size
    console = Console(record=True, width=columns, height=lines, file=io.StringIO(), force_terminal=True)
    console.print(render(snapshot, size, look), height=lines)
    drawn = console.export_svg(title=look.title)
    path.write_text(re.sub(r"@font-face {.*?}", "", drawn, flags=re.DOTALL), "utf-8")


class Board:
    """The board on a terminal's alternate screen. `show` draws one snapshot; nothing is drawn in between.

    Drawing costs some milliseconds: on a busy loop call `show` from a worker thread (it touches only its argument).
    """

    def __init__(self, look: Look, console: Console | None = None) -> None:
        self._look = look
        self._console = console or Console()
        self._live = Live(console=self._console, screen=True, auto_refresh=False)

    def start(self) -> None:
        self._live.start()

    def show(self, snapshot: Snapshot) -> None:
        size = self._console.size
        self._live.update(render(snapshot, (size.width, size.height), self._look), refresh=True)

    def stop(self) -> None:
        """Give the terminal back as it was; safe to call twice."""
        self._live.stop()


def _clock(now_ms: int, zone: str) -> str:
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(zone)).strftime("%H:%M:%S")
