"""Tramos de mora: the bands of days overdue in which debt is shown and counted."""

from __future__ import annotations

TRAMOS: tuple[tuple[int, str], ...] = (
    (0, "por vencer"),
    (30, "1-30"),
    (60, "31-60"),
    (90, "61-90"),
    (180, "91-180"),
    (360, "181-360"),
)
"""Each band's last day and name, in order; what lies beyond is `OLDEST`."""

OLDEST = "más de 360"
NAMES: tuple[str, ...] = (*(name for _, name in TRAMOS), OLDEST)


def tramo(days_overdue: int) -> str:
    """The band of a document that fell due `days_overdue` days ago (0 or less: not yet overdue)."""
    return next((name for last, name in TRAMOS if days_overdue <= last), OLDEST)
