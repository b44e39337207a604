"""The predictive mode of Issabel's (once Elastix's) call centre, for comparison and for people who come from there.

The law, as its ``dialerd`` (CampaignProcess, Predictor) follows it; the words and the code are ours. Every 5 s:

- Count the free agents, and of the talking ones those who are free by the time a call is answered with probability
  `quality` or more, were conversations exponential: ``1 - exp(-(answer + elapsed) / mean talk) >= quality``. That waits
  for 10 conversations longer than 10 s, whose mean is taken; agents who wrap up count as paused.
- Take off the callers waiting, then the calls not yet answered.
- With overcommit, divide the rest by the answered share of the last half hour, at least 20 %.

The mean time to an answer is of the last 20 calls, and 8 s at first. Nothing in it looks at abandonment; the budget
here is this house's.
"""

from __future__ import annotations

from collections import deque
from math import exp

from dialer.pacing.happened import Happened
from dialer.pacing.strategy import Counting, one_each
from dialer.pacing.view import View

PERIOD_MS, WINDOW_MS = 5_000, 1_800_000
ANSWER_MS, ANSWERS = 8_000, 20
TALKS_MIN, TALK_MIN_MS = 10, 10_000
SHARE_MIN = 0.2


class Issabel(Counting):
    """`overcommit`: place more for those who do not answer; `quality`: how sure a release must be to be counted on."""

    def __init__(self, overcommit: bool = False, quality: float = 0.97) -> None:
        if not 0 < quality < 1:
            raise ValueError(f"a quality of {quality}: it must be above 0 and below 1, such as 0.97")
        super().__init__()
        self._overcommit, self._quality = overcommit, quality
        self._placed_ms: dict[str, int] = {}
        self._talk_since_ms: dict[str, int] = {}
        self._delays_ms = deque([ANSWER_MS] * ANSWERS, maxlen=ANSWERS)
        self._ends: deque[tuple[int, bool]] = deque()
        self._talks, self._talk_ms = 0, 0.0
        self._asked_ms: int | None = None

    # ── what happened ───────────────────────────────────────────────────────────────────────────────

    def told(self, happened: Happened, now_ms: int) -> None:
        if happened.kind == "placed":
            self._placed_ms[happened.call_id] = now_ms
        elif happened.kind == "cancelled":
            self._placed_ms.pop(happened.call_id, None)
        elif happened.kind in ("failed", "not_answered", "machine", "connected", "abandoned"):
            self._ended(happened, now_ms)
        if happened.agent_id:
            self._agent(happened, now_ms)

    def _ended(self, happened: Happened, now_ms: int) -> None:
        placed_ms = self._placed_ms.pop(happened.call_id, None)
        if placed_ms is not None:
            self._delays_ms.append(max(0, now_ms - placed_ms))
            self._ends.append((now_ms, happened.kind not in ("failed", "not_answered")))

    def _agent(self, happened: Happened, now_ms: int) -> None:
        """A conversation begins, or is over and its length known."""
        since_ms = self._talk_since_ms.pop(happened.agent_id, None)
        if happened.kind == "connected":
            self._talk_since_ms[happened.agent_id] = now_ms
        elif happened.kind == "talk_ended" and since_ms is not None and now_ms - since_ms > TALK_MIN_MS:
            self._talks += 1
            self._talk_ms += (now_ms - since_ms - self._talk_ms) / self._talks
        elif happened.kind == "agent_leaving" and since_ms is not None:
            self._talk_since_ms[happened.agent_id] = since_ms

    # ── how many ────────────────────────────────────────────────────────────────────────────────────

    def calls_to_place(self, view: View, now_ms: int) -> int:
        if self._asked_ms is not None and 0 <= now_ms - self._asked_ms < PERIOD_MS:
            return self.ask(view, 0, "period")
        self._asked_ms = now_ms
        if view.budget.spent:
            return self.ask(view, one_each(view), "budget")
        wanted = view.free + self._about_to_be_free(now_ms) - view.waiting - view.dialing
        return self.ask(view, self._overcommitted(max(0, wanted), now_ms), "free_agents")

    def _about_to_be_free(self, now_ms: int) -> int:
        if self._talks < TALKS_MIN:
            return 0
        answer_ms = sum(self._delays_ms) / ANSWERS
        since = self._talk_since_ms.values()
        return sum(1 - exp(-(answer_ms + max(0, now_ms - ms)) / self._talk_ms) >= self._quality for ms in since)

    def _overcommitted(self, wanted: int, now_ms: int) -> int:
        while self._ends and not 0 <= now_ms - self._ends[0][0] < WINDOW_MS:
            self._ends.popleft()
        answered = sum(was_answered for _, was_answered in self._ends)
        if not self._overcommit or len(self._ends) < TALKS_MIN or not answered:
            return wanted
        return round(wanted / max(SHARE_MIN, answered / len(self._ends)))
