"""The agent reads the card and decides: nothing is placed by itself (`asking` holds an agent for each card)."""

from __future__ import annotations

from dialer.pacing.manual import Manual


class Preview(Manual):
    """Never asks for a call."""
