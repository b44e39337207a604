"""How a floor's ejecutivos work, fitted from their conversations: wrap-up and pauses.

The wrap-up of a conversation is from the end of the call to the saved gestión. The records do not hold pauses as such:
a gap between a gestión and the same ejecutivo's next conversation is a pause when it is at least five minutes and
`PAUSE_TIMES` the median gap. Who came late or left early cannot be told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from dialer.records import Spoken
from dialer.rules import local_day
from dialer.sim.curve import Curve, always, exponential, of_counts
from dialer.sim.day import Breaks
from dialer.sim.sample import ENOUGH, Figure, Sample, assumed, seconds

PAUSE_MS_MIN: Final = 300_000
PAUSE_TIMES: Final = 8
AWAY_MS: Final = 6 * 3_600_000
"""A longer gap is no pause."""


class Staff:
    """Told conversations with `spoken`, in any order. `zone` is the floor's."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self.wrap = Sample()
        self._shifts: defaultdict[tuple[str, object], list[Spoken]] = defaultdict(list)

    def spoken(self, one: Spoken) -> None:
        if one.saved_ms:
            self.wrap.add(one.saved_ms - one.ended_ms)
        self._shifts[one.agent_id, local_day(one.connected_ms, self._zone)].append(one)

    def breaks(self) -> Breaks | None:
        """How long agents work before a pause and how long it lasts; None where too few were seen."""
        pauses, worked_ms = self._pauses()
        if pauses.cases < ENOUGH:
            return None
        return Breaks(exponential(worked_ms / pauses.cases), of_counts(pauses.counts))

    def _pauses(self) -> tuple[Sample, int]:
        """The pauses, and the time that was worked around them."""
        pauses, worked_ms = Sample(), 0
        gaps = [list(_gaps(shift)) for shift in self._shifts.values()]
        limit = max(PAUSE_MS_MIN, PAUSE_TIMES * _median([gap for shift in gaps for gap in shift]))
        for shift, shifts_gaps in zip(self._shifts.values(), gaps, strict=True):
            worked_ms += max(_over(one) for one in shift) - min(one.connected_ms for one in shift)
            for gap in shifts_gaps:
                if limit <= gap < AWAY_MS:
                    pauses.add(gap)
                    worked_ms -= gap
        return pauses, worked_ms

    def figures(self, wrap: Curve) -> list[Figure]:
        """What was fitted; durations in seconds. `wrap`: the default's."""
        days = {day for _, day in self._shifts}
        agents = len(self._shifts) / len(days) if days else 0.0
        pauses, worked_ms = self._pauses()
        share = pauses.mean_ms * pauses.cases / (worked_ms + pauses.mean_ms * pauses.cases) if worked_ms else 0.0
        return [
            seconds(self.wrap.figure("wrap_s", wrap)),
            Figure("agents_a_day", agents, agents, agents, len(self._shifts)),
            Figure("paused", share, share, share, pauses.cases) if pauses.cases >= ENOUGH else assumed("paused", 0.0),
            seconds(pauses.figure("pause_s", always(0))),
        ]


def _over(one: Spoken) -> int:
    return max(one.saved_ms, one.ended_ms)


def _gaps(shift: Sequence[Spoken]) -> Iterable[int]:
    """From the end of one piece of work to the next conversation, over one agent's day."""
    ordered = sorted(shift, key=lambda one: one.connected_ms)
    return (max(0, after.connected_ms - _over(one)) for one, after in pairwise(ordered))


def _median(values: list[int]) -> int:
    return sorted(values)[len(values) // 2] if values else 0
