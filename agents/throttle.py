"""How often somebody may try a password.

Every try is counted when it begins and taken back when the password was right, so that a hundred tries at the same
moment count as a hundred. Three counts run side by side, and the longest wait of the three holds:

===================  ====  ==============================================================
count                free  guards against
===================  ====  ==============================================================
usuario at address      5  guessing one person's password
usuario                50  the same from many machines (a colleague cannot lock you out soon)
address               200  trying many people from one machine (a floor may share one address)
===================  ====  ==============================================================

Past the free tries each one more doubles the wait, from one second up to five minutes. A count is forgotten fifteen
minutes after its last try. Memory is bounded: beyond `KEYS_MAX` counts the one longest untouched goes.
"""

from __future__ import annotations

from collections import OrderedDict

FREE_PAIR, FREE_USER, FREE_ADDRESS = 5, 50, 200
WAIT_FIRST_MS, WAIT_MAX_MS = 1_000, 300_000
FORGET_MS = 900_000
KEYS_MAX = 10_000

Key = tuple[str | None, str | None]


class Throttle:
    """The counts. Times are milliseconds of one clock, whichever."""

    def __init__(self, keys_max: int = KEYS_MAX) -> None:
        self._keys_max = keys_max
        self._counts: OrderedDict[Key, tuple[int, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    def begin(self, user: str, address: str, now_ms: int) -> int:
        """0 and the try is counted, or the milliseconds to wait and nothing is."""
        keys = _keys(user, address)
        wait_ms = max(self._wait_ms(key, free, now_ms) for key, free in keys)
        if wait_ms == 0:
            for key, _ in keys:
                self._count(key, now_ms)
        return wait_ms

    def succeeded(self, user: str, address: str) -> None:
        """The password was right: this usuario's failures at this address are forgiven, this try counts nowhere."""
        pair, *others = (key for key, _ in _keys(user, address))
        self._counts.pop(pair, None)
        for key in others:
            self._uncount(key)

    def _wait_ms(self, key: Key, free: int, now_ms: int) -> int:
        tries, last_ms = self._counts.get(key, (0, 0))
        idle_ms = now_ms - last_ms
        if tries < free or idle_ms >= FORGET_MS:
            return 0
        return max(0, min(WAIT_FIRST_MS << min(tries - free, 20), WAIT_MAX_MS) - idle_ms)

    def _count(self, key: Key, now_ms: int) -> None:
        tries, last_ms = self._counts.get(key, (0, now_ms))
        self._counts[key] = (1 if now_ms - last_ms >= FORGET_MS else tries + 1, now_ms)
        self._counts.move_to_end(key)
        if len(self._counts) > self._keys_max:
            self._counts.popitem(last=False)

    def _uncount(self, key: Key) -> None:
        tries, last_ms = self._counts.get(key, (0, 0))
        if tries <= 1:
            self._counts.pop(key, None)
        else:
            self._counts[key] = (tries - 1, last_ms)


def _keys(user: str, address: str) -> tuple[tuple[Key, int], ...]:
    return ((user, address), FREE_PAIR), ((user, None), FREE_USER), ((None, address), FREE_ADDRESS)
