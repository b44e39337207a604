"""Which entries of a ledger a quota counts, and when it leaves room again. Times are milliseconds, oldest first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from config.preset import Quota
from dialer.contact import Touch


def counted(quota: Quota, channel: str, history: Sequence[Touch]) -> list[int]:
    """When the touches were that count when a contact on `channel` is asked for, oldest first."""
    channels: Sequence[str] = quota.channels
    if quota.counts == "others":
        channels = [one for one in channels if one != channel]
    own, basis = quota.scope == "rut_mandante", quota.count_basis
    return sorted(
        [
            touch.at_ms
            for touch in history
            if touch.channel in channels
            and (touch.channel != "call" or _uses(basis, touch))
            and not (own and touch.mandante)
        ]
    )


def _uses(basis: str, call: Touch) -> bool:
    if basis == "answered":
        return call.answered
    return call.effective if basis == "effective_contact" else call.rang or call.answered


def after_rolling(times: Sequence[int], count: int, window_ms: int, at_ms: int) -> int:
    """The first moment from `at_ms` on with fewer than `count` of `times` in the `window_ms` before it.

    At exactly the window's length the contact is allowed again (domain rule 0.2). Touches after `at_ms` (a clock
    that went back) count as well.
    """
    if len(times) < count or times[-count] <= at_ms - window_ms:
        return at_ms
    return times[-count] + window_ms


def inside(times: Sequence[int], start_ms: int, end_ms: int) -> int:
    """How many of `times` are in ``[start_ms, end_ms)``."""
    return bisect_left(times, end_ms) - bisect_left(times, start_ms)
