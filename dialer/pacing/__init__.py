"""How many calls to place: one file per strategy, all of the same shape (`strategy.Strategy`).

`STRATEGIES` has them all by name, each made from a cartera's name and its dial settings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from config.settings import Strategy as Settings
from dialer.pacing.issabel import Issabel
from dialer.pacing.manual import Manual
from dialer.pacing.predictive import Predictive
from dialer.pacing.preview import Preview
from dialer.pacing.progressive import Progressive
from dialer.pacing.ratio import Ratio
from dialer.pacing.strategy import Counting, Strategy
from dialer.pacing.vicidial_average import VicidialAverage
from dialer.pacing.vicidial_hard_limit import VicidialHardLimit
from dialer.pacing.vicidial_tapered import VicidialTapered
from dialer.pacing.wombat_boost import WombatBoost

UNDER_LIMIT = 0.95
"""The most that predictive aims at, as a share of the legal limit: chance is not to take it over."""


def aim(settings: Settings) -> float:
    """The abandonment that predictive aims at."""
    return min(settings.target, settings.abandon_ratio_max * UNDER_LIMIT)


def listens(strategy: Strategy) -> bool:
    """Whether the strategy learns from what it is told; others only count what is in the view."""
    deaf: object = Counting.told
    return getattr(type(strategy), "told", None) is not deaf


STRATEGIES: Final[dict[str, Callable[[str, Settings], Strategy]]] = {
    "manual": lambda cartera, settings: Manual(),
    "preview": lambda cartera, settings: Preview(),
    "progressive": lambda cartera, settings: Progressive(),
    "ratio": lambda cartera, settings: Ratio(settings.ratio),
    "predictive": lambda cartera, settings: Predictive(aim(settings), cartera, hang_up=settings.hang_up_overdialed),
    "vicidial_hard_limit": lambda cartera, settings: VicidialHardLimit(settings.target),
    "vicidial_tapered": lambda cartera, settings: VicidialTapered(settings.target),
    "vicidial_average": lambda cartera, settings: VicidialAverage(settings.target),
    "issabel": lambda cartera, settings: Issabel(),
    "wombat_boost": lambda cartera, settings: WombatBoost(settings.ratio),
}
