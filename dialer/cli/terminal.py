"""Where a command prints its tables."""

from __future__ import annotations

import os
import sys

from rich.console import Console

WIDTH = 120
"""Columns where nobody looks at a terminal: figures in a file or a pipe are not folded."""


def console() -> Console:
    """As wide as the terminal, or as COLUMNS says; 120 in a pipe."""
    return Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDTH)
