"""The books that the ledger keeps: of a cartera, of a call in progress, of an agent, of the link to Asterisk.

Each tells its own part of the board's snapshot as JSON.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from agents.agent import State
from dialer.call import Stage
from dialer.rates import Ratio, Rolling, share
from metrics.kpi import Tally, added, figures

MINUTE_MS = 60_000
RECENT_MS = 30 * MINUTE_MS
DAY_MS = 24 * 60 * MINUTE_MS

PERSON_WAITS = (Stage.WAITING, Stage.JOINING)


class Cartera:
    """One cartera's books. `ever` only grows, `dawn` is its copy when the day began.

    Abandonment is kept over the last 24 hours, as the pacer bounds it, and over the last 30 minutes, as it feels now.
    """

    __slots__ = (
        "cases", "dawn", "ever", "held", "last_30m", "last_day", "pace", "pacing", "queue", "stages", "strategy",
        "version",
    )  # fmt: skip

    def __init__(self) -> None:
        self.ever = Tally()
        self.dawn = Tally()
        self.last_day = Ratio(DAY_MS, 96)
        self.last_30m = Ratio(RECENT_MS, 30)
        self.pace = Rolling(MINUTE_MS)
        self.stages: Counter[Stage] = Counter()
        self.pacing: dict[str, Any] | None = None
        self.queue: dict[str, int] = {}
        self.cases: dict[str, int] = {"total": 0, "touched": 0}
        self.held: dict[str, Any] | None = None
        self.version: dict[str, Any] = {"number": 0, "unfit": ""}
        self.strategy: dict[str, Any] = {"enabled": True, "mode": "", "abandon_ratio_max": None}

    def reached(self, now_ms: int, abandoned: int) -> None:
        """A person who answered was connected (`abandoned` 0) or lost (1)."""
        self.last_day.add(now_ms, abandoned)
        self.last_30m.add(now_ms, abandoned)

    def today(self) -> Tally:
        return self.ever.minus(self.dawn)

    def waiting(self) -> int:
        """Persons on the line who hear no agent yet."""
        return sum(self.stages[stage] for stage in PERSON_WAITS)

    def row(self, now_ms: int) -> dict[str, Any]:
        """The cartera on the board: the day's figures and what goes on now."""
        now = {"pacing": self.pacing, "queue": dict(self.queue), "held": self.held, "version": self.version}
        return {**common_row([self], now_ms), **self.strategy, **now}


def pooled(ratios: Iterable[Ratio], now_ms: int) -> list[int]:
    """The part and the whole of one ratio over several carteras: these are added, never the ratios."""
    counts = [(ratio.part(now_ms), ratio.sample(now_ms)) for ratio in ratios]
    return [sum(part for part, _ in counts), sum(whole for _, whole in counts)]


def common_row(carteras: Iterable[Cartera], now_ms: int) -> dict[str, Any]:
    """What one cartera and the sum of all say alike: `kpi.figures` of the day, and the present.

    ``reached_…`` (abandoned, and persons reached) and ``answer_bins`` are what the ratios and quantiles beside them are
    made of, for whoever adds several nodes up.
    """
    rows = list(carteras)
    stages: Counter[Stage] = Counter()
    for cartera in rows:
        stages.update(cartera.stages)
    today = added(cartera.today() for cartera in rows)
    day = pooled((cartera.last_day for cartera in rows), now_ms)
    recent = pooled((cartera.last_30m for cartera in rows), now_ms)
    return {
        **figures(today),
        "answer_bins": {str(edge): n for edge, n in today.answer.bins.items()},
        "reached_24h": day,
        "reached_30m": recent,
        "abandon_ratio_24h": round(share(*day), 6),
        "abandon_ratio_30m": round(share(*recent), 6),
        "calls_per_minute": sum(cartera.pace.total(now_ms) for cartera in rows),
        "in_flight": {stage.value: stages[stage] for stage in Stage if stages[stage]},
        "waiting": sum(cartera.waiting() for cartera in rows),
        "cases": {key: sum(cartera.cases[key] for cartera in rows) for key in ("total", "touched")},
    }


class Attempt:
    """A call that is not over. `person_ms`: when a person was known to have answered."""

    __slots__ = ("agent_id", "amd", "answered", "cartera", "connected", "person_ms", "stage")

    def __init__(self, cartera: str, stage: Stage) -> None:
        self.cartera = cartera
        self.stage = stage
        self.agent_id = ""
        self.amd = False
        self.answered = False
        self.connected = False
        self.person_ms: int | None = None


class Desk:
    """An agent on the board. `counted_ms`: up to when their time is in the books."""

    __slots__ = (
        *("attempt_id", "calls", "carteras", "counted_ms", "gestiones", "hand_ms", "reason", "since_ms", "spent_ms"),
        "state",
    )

    def __init__(self, now_ms: int) -> None:
        self.state = State.DESCONECTADO.value
        self.since_ms = self.counted_ms = now_ms
        self.reason = ""
        self.attempt_id = ""
        self.carteras: tuple[str, ...] = ()
        self.calls = 0
        self.gestiones = 0
        self.hand_ms = 0
        self.spent_ms = 0

    def row(self, agent_id: str) -> dict[str, Any]:
        """The agent on the board; `calls` and `gestiones` are the day's."""
        return {
            "agent_id": agent_id,
            "state": self.state,
            "since_ms": self.since_ms,
            "reason": self.reason,
            "attempt_id": self.attempt_id,
            "carteras": list(self.carteras),
            "calls": self.calls,
            "gestiones": self.gestiones,
            "hand_ms": self.hand_ms,
            "spent_ms": self.spent_ms,
        }


class Pbx:
    """The link to Asterisk. `messages` and `garbage` are the AMI client's own counts since it started."""

    __slots__ = ("connects", "garbage", "lag_ms", "messages", "since_ms", "up")

    def __init__(self) -> None:
        self.up = False
        self.since_ms = 0
        self.connects = 0
        self.lag_ms = 0.0
        self.messages = 0
        self.garbage = 0

    @property
    def reconnects(self) -> int:
        return max(0, self.connects - 1)

    def row(self) -> dict[str, Any]:
        return {
            "up": self.up,
            "since_ms": self.since_ms,
            "reconnects": self.reconnects,
            "lag_ms": self.lag_ms,
            "messages": self.messages,
            "garbage": self.garbage,
        }
