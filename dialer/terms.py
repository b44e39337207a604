"""The settings that are read for every call, as plain attributes: durations in milliseconds, worked out once.

A settings model checks what it is given and works its milliseconds out at each reading. The engine reads them so
often that this was a tenth of a simulated day.
"""

from __future__ import annotations

from config.settings import RETRY_DEFAULT, Limits, Strategy

MINUTE_MS = 60_000


class Terms:
    """How one cartera is dialled; names are those of `config.settings.Strategy`.

    `retries`: by verdict, how many in a row are the most, and after how long it is tried again.
    """

    __slots__ = (
        "abandon_ratio_max",
        "amd",
        "amd_false_ratio",
        "auto_ready",
        "callback_grace_ms",
        "callback_within_ms",
        "caller_id",
        "enabled",
        "hang_up_overdialed",
        "phone_choice",
        "preview",
        "record",
        "retries",
        "ring_ms",
        "wait_ms",
        "weight",
    )

    def __init__(self, strategy: Strategy) -> None:
        self.enabled = strategy.enabled
        self.preview = strategy.mode == "preview"
        self.weight = strategy.weight
        self.hang_up_overdialed = strategy.hang_up_overdialed
        self.abandon_ratio_max = strategy.abandon_ratio_max
        self.amd_false_ratio = strategy.amd_false_ratio
        self.phone_choice: str = strategy.phone_choice
        self.caller_id = strategy.caller_id
        self.amd = strategy.amd
        self.record = strategy.record
        self.auto_ready = strategy.auto_ready
        self.ring_ms = strategy.ring_ms
        self.wait_ms = strategy.wait_ms
        self.callback_grace_ms = strategy.callback_grace_ms
        self.callback_within_ms = strategy.callback_within_ms
        retries = {**RETRY_DEFAULT, **strategy.retry}
        self.retries = {name: (one.max, round(one.after_min * MINUTE_MS)) for name, one in retries.items()}


class Bounds:
    """What bounds the whole floor; names are those of `config.settings.Limits`."""

    __slots__ = ("agent_ring_ms", "calls_max", "calls_per_s_max", "gap_ms", "orphan_leg_ms", "overdue_ms")

    def __init__(self, limits: Limits) -> None:
        self.calls_max = limits.calls_max
        self.calls_per_s_max = limits.calls_per_s_max
        self.gap_ms = limits.gap_ms
        self.agent_ring_ms = limits.agent_ring_ms
        self.overdue_ms = limits.overdue_ms
        self.orphan_leg_ms = limits.orphan_leg_ms
