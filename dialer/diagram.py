"""The machines drawn from their tables, as Mermaid; ``python -m dialer.diagram`` prints the page `docs/maquinas.md`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from agents import agent
from dialer import call, ear, outside, transfer

Table = Mapping[tuple[Any, Any], StrEnum]

HEAD = """# Máquinas

Drawn from the tables in the code by `make docs`; change the table, not this page. What a state does not list changes
nothing there.
"""


def mermaid(table: Table, starts: Mapping[StrEnum, str], ends: frozenset[StrEnum] = frozenset()) -> str:
    """The table as a Mermaid ``stateDiagram-v2``: one arrow for each pair of states, all its inputs on it.

    `starts` are the states in which a machine begins, each with the arrow's words ("" for none); `ends` are those in
    which it is over.
    """
    arrows: dict[tuple[str, str], list[str]] = {}
    for (state, what), to in table.items():
        arrows.setdefault((state.value, to.value), []).append(what.value)
    lines = [_arrow("[*]", state.value, words) for state, words in starts.items()]
    lines += [_arrow(state, to, ", ".join(inputs)) for (state, to), inputs in arrows.items()]
    lines += [_arrow(state.value, "[*]", "") for state in sorted(ends)]
    return "\n".join(["stateDiagram-v2", *lines])


def _arrow(state: str, to: str, words: str) -> str:
    return f"    {state} --> {to}" + (f" : {words}" if words else "")


def page() -> str:
    """`docs/maquinas.md`: the theory above each table and its drawing."""
    calls = mermaid(
        call.TABLE,
        {call.Stage.RECORDING: "", call.Stage.REOPENED: "after a restart"},
        frozenset({call.Stage.OVER}),
    )
    agents = mermaid(agent.TABLE, {agent.State.DESCONECTADO: ""})
    transfers = mermaid(
        transfer.TABLE,
        {transfer.Phase.PASSING: "blind", transfer.Phase.HOLDING: "attended", transfer.Phase.CALLING: "on hold"},
        frozenset(transfer.Phase) - transfer.OPEN,
    )
    outings = mermaid(
        transfer.OUTSIDE_TABLE,
        {transfer.Phase.HOLDING: "", transfer.Phase.RINGING: "on hold"},
        frozenset(transfer.Phase) - transfer.OPEN,
    )
    legs = mermaid(outside.TABLE, {outside.Stage.CALLING: ""}, frozenset({outside.Stage.OVER}))
    ears = mermaid(ear.TABLE, {ear.Stage.CALLING: ""}, frozenset({ear.Stage.OVER}))
    return "\n".join(
        [
            HEAD,
            *_section(call.__doc__ or "", "dialer/call.py", calls),
            *_section(agent.__doc__ or "", "agents/agent.py", agents),
            *_section(transfer.__doc__ or "", "dialer/transfer.py", transfers),
            *_drawing(outings),
            *_section(outside.__doc__ or "", "dialer/outside.py", legs),
            *_section(ear.__doc__ or "", "dialer/ear.py", ears),
        ]
    )


def _section(theory: str, where: str, drawing: str) -> list[str]:
    """The module's own words, its first sentence as the title; the last paragraph speaks of the table itself."""
    title, *paragraphs = theory.strip().split("\n\n")
    return [f"## {title.rstrip('.')} (`{where}`)", "", *_spaced(paragraphs[:-1]), *_drawing(drawing)]


def _drawing(drawing: str) -> list[str]:
    return ["```mermaid", drawing, "```", ""]


def _spaced(paragraphs: list[str]) -> list[str]:
    return [line for paragraph in paragraphs for line in (paragraph, "")]


if __name__ == "__main__":
    print(page(), end="")
