"""VICIdial's adaptive dial level, for comparison and for people who come from there.

The law, as the manager's manual and the comments of ``AST_VDadapt`` and ``AST_VDauto_dial`` (versions 2.4 to 2.14)
describe it; the words and the code are ours:

- Every second, free agents, callers waiting and agents at work are sampled; averages run over 15 samples.
- Every 15 s the level is multiplied by ``1 + (free - waiting + target) / agents * (1 + intensity)``, at least 1 and at
  most the maximum level.
- When more than 20 calls ended in the last minute and over half of them were dropped, the level is halved.
- When there were more than 50 calls in the day and the dropped share of the answered is above the limit, the method
  says what happens: see `vicidial_hard_limit`, `vicidial_tapered`, `vicidial_average`. These counts are taken anew
  every 60 s.
- Every 2.5 s, calls are placed up to ``level * (free + talking)``, counting the calls in conversation as placed.

The day is what the strategy has been told since it was made. Its own limit is the whole of its care for abandonment;
the budget of the view, which is the law's, stands above it all the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque

from dialer.pacing.happened import Happened
from dialer.pacing.strategy import Counting, one_each
from dialer.pacing.view import View

SAMPLE_MS, LEVEL_MS, COUNT_MS, DIAL_MS = 1_000, 15_000, 60_000, 2_500
SAMPLES = 15
MINUTE_MS = 60_000
ENDS = frozenset({"failed", "not_answered", "machine", "connected", "abandoned"})


class _Every:
    """True once in each period; a clock that steps back begins a new one."""

    def __init__(self, period_ms: int) -> None:
        self._period_ms = period_ms
        self._last_ms: int | None = None

    def due(self, now_ms: int) -> bool:
        if self._last_ms is not None and 0 <= now_ms - self._last_ms < self._period_ms:
            return False
        self._last_ms = now_ms
        return True


class Vicidial(Counting, ABC):
    """`drop_max`: dropped share of the answered; `level_max`: calls per agent; `intensity`: 0.1 is their +10."""

    def __init__(self, drop_max: float = 0.03, level_max: float = 3.0, intensity: float = 0.0) -> None:
        if not 0 < drop_max < 1 or not level_max >= 1:
            raise ValueError(f"a drop limit of {drop_max} and a level of {level_max}: within 0 to 1, and 1 or more")
        super().__init__()
        self.level = 1.0
        self._drop_max, self._level_max, self._intensity = drop_max, level_max, intensity
        self._samples: deque[tuple[int, int, int]] = deque(maxlen=SAMPLES)
        self._ends: deque[tuple[int, bool]] = deque()
        self._ended = self._answered = self._dropped = 0
        self._minute = (0, 0)
        self._day = (0, 0.0)
        self._sample, self._adapt = _Every(SAMPLE_MS), _Every(LEVEL_MS)
        self._count, self._dial = _Every(COUNT_MS), _Every(DIAL_MS)

    @abstractmethod
    def over_limit(self, level: float, now_ms: int) -> float:
        """The level while the day's dropped share is above the limit."""

    def told(self, happened: Happened, now_ms: int) -> None:
        if happened.kind in ENDS:
            dropped = happened.kind == "abandoned"
            self._ends.append((now_ms, dropped))
            self._ended += 1
            self._dropped += dropped
            self._answered += dropped or happened.kind == "connected"

    def calls_to_place(self, view: View, now_ms: int) -> int:
        if self._sample.due(now_ms):
            self._samples.append((view.free, view.waiting, view.staffed))
        if self._count.due(now_ms):
            self._take_counts(now_ms)
        if self._adapt.due(now_ms):
            self._adapt_level(now_ms)
        if not self._dial.due(now_ms):
            return self.ask(view, 0, "period")
        if view.budget.spent:
            return self.ask(view, one_each(view), "budget")
        goal = round(self.level * (view.free + view.talking))
        return self.ask(view, goal - view.in_flight - view.waiting - view.talking, "level")

    def _take_counts(self, now_ms: int) -> None:
        while self._ends and not 0 <= now_ms - self._ends[0][0] < MINUTE_MS:
            self._ends.popleft()
        self._minute = (len(self._ends), sum(dropped for _, dropped in self._ends))
        self._day = (self._ended, self._dropped / max(1, self._answered))

    def _adapt_level(self, now_ms: int) -> None:
        level = min(self._level_max, max(1.0, self.level * self._pull()))
        ended, dropped = self._minute
        if ended > 20 and dropped > ended / 2:
            level /= 2
        ended, share = self._day
        if ended > 50 and share > self._drop_max:
            level = self.over_limit(level, now_ms)
        self.level = max(1.0, level)

    def _pull(self) -> float:
        """What the averages multiply the level by."""
        free, waiting, agents = (sum(column) for column in zip(*self._samples, strict=True))
        return 1 + (free - waiting) / agents * (1 + self._intensity) if agents else 1.0
