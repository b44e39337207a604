"""What every transition table must satisfy, whatever machine it describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Table = Mapping[tuple[Any, Any], Any]


def reachable(table: Table, start: Any) -> set[Any]:
    """The states that some sequence of inputs leads to from `start`, itself included."""
    found, fresh = {start}, {start}
    while fresh:
        fresh = {to for (state, _), to in table.items() if state in fresh} - found
        found |= fresh
    return found


def can_end(table: Table, end: Any) -> set[Any]:
    """The states from which some sequence of inputs leads to `end`, itself included."""
    return reachable({(to, (what, state)): state for (state, what), to in table.items()}, end)
