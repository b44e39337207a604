"""Tramos de mora: the bands of days overdue in which debt is shown and counted.

A cartera's bands are the last days of each (`config.settings.Informe.tramos`); what lies beyond the last is one more.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

LIMITS = (30, 60, 90, 180, 360)
"""The last day of each band where a cartera says nothing else."""

NOT_DUE = "por vencer"


def names(limits: Sequence[int] = LIMITS) -> tuple[str, ...]:
    """All bands in order: ``por vencer, 1-30, …, más de 360``."""
    firsts = (1, *(last + 1 for last in limits[:-1]))
    return (NOT_DUE, *(f"{first}-{last}" for first, last in zip(firsts, limits, strict=True)), f"más de {limits[-1]}")


def tramo(days_overdue: int, limits: Sequence[int] = LIMITS) -> str:
    """The band of a document that fell due `days_overdue` days ago (0 or less: not yet overdue)."""
    return names(limits)[0 if days_overdue <= 0 else 1 + bisect_left(limits, days_overdue)]


NAMES = names()
