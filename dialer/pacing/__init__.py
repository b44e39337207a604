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
from dialer.pacing.strategy import Strategy
from dialer.pacing.vicidial_average import VicidialAverage
from dialer.pacing.vicidial_hard_limit import VicidialHardLimit
from dialer.pacing.vicidial_tapered import VicidialTapered
from dialer.pacing.wombat_boost import WombatBoost

UNDER_LIMIT = 0.95
"""What predictive aims at, as a share of the legal limit: chance is not to take it over."""

STRATEGIES: Final[dict[str, Callable[[str, Settings], Strategy]]] = {
    "manual": lambda cartera, settings: Manual(),
    "preview": lambda cartera, settings: Preview(),
    "progressive": lambda cartera, settings: Progressive(),
    "ratio": lambda cartera, settings: Ratio(settings.ratio),
    "predictive": lambda cartera, settings: Predictive(settings.abandon_ratio_max * UNDER_LIMIT, cartera),
    "vicidial_hard_limit": lambda cartera, settings: VicidialHardLimit(settings.abandon_ratio_max),
    "vicidial_tapered": lambda cartera, settings: VicidialTapered(settings.abandon_ratio_max),
    "vicidial_average": lambda cartera, settings: VicidialAverage(settings.abandon_ratio_max),
    "issabel": lambda cartera, settings: Issabel(),
    "wombat_boost": lambda cartera, settings: WombatBoost(settings.ratio),
}
