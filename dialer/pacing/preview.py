"""The agent reads the card and decides: nothing is placed by itself (`asking` holds an agent for each card)."""

from __future__ import annotations

from dialer.pacing.view import View


def calls_to_place(floor: View, now_ms: int) -> int:
    return 0
