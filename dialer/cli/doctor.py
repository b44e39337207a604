"""`cintillo doctor`: what Cintillo stands on, a line for each thing."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from config.settings import Settings
from dialer.edge.doctor import Check, run_checks

MARKS = {"ok": "[green]OK   [/]", "warning": "[yellow]AVISO[/]", "fault": "[red]FALTA[/]", "skipped": "[dim]—    [/]"}


def report(settings: Settings, agents: Sequence[str], console: Console | None = None) -> int:
    """Print each check as it is done, with what to do; the exit status: 0 when nothing is wrong, else 1."""
    out = console or Console(highlight=False)
    wrong = 0
    for check in run_checks(settings, agents):
        wrong += check.mark == "fault"
        _show(out, check)
    out.print(f"[red]{wrong} por resolver[/]" if wrong else "[green]Todo en orden.[/]")
    return 1 if wrong else 0


def _show(out: Console, check: Check) -> None:
    out.print(f"{MARKS[check.mark]} {escape(check.name)}: {escape(check.detail)}", soft_wrap=True)
    if check.what_to_do:
        out.print(f"      → {escape(check.what_to_do)}", soft_wrap=True)
