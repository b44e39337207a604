"""What a cartera's records say of its day before the first call: how readily persons answer hour by hour, how long
conversations last.

The pacer's rates are learned while it dials; what stands here is where they begin. The level of an hour is a factor
on the rate at which ringing calls become persons (1: the weak default of `answers`). Persons are taken for Poisson with
mean level times what the default expects of the seconds that the calls rang at each age, so a Gamma law of shape `w`
and mean `m` (worth `w` persons) gives, after `n` persons where the default expects `e`,

    (n + w) / (e + w / m)

Three of these stand in each other's place where records are thin (partial pooling), every worth a constant in persons:

    floor       of all carteras' days; its law has mean 1 (the default) and is worth FLOOR persons
    cartera     of its days; mean: the floor's level, worth CARTERA
    hour        of the cartera at that hour; mean: cartera's level times the floor's hour, worth HOUR; the floor's hour
                is itself such a figure, of all carteras' calls at that hour over what their own levels expect (mean 1)

Why worths, and not the likeliest ones: a floor has few carteras and hours, too few to estimate how much they differ. 20
persons are a standard deviation of a fifth, which is what good and bad days differ by.

However much history there is, today may be another day: the pacer takes it for at most `STRENGTH_MOST` persons' worth
of experience (the same fifth), and its bound of the first calls (`learning`) stands as without history.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from operator import mul
from typing import Final, NamedTuple

import msgspec

from dialer.pacing.answers import PERSON
from dialer.pacing.drift import PRIOR_EVENTS
from dialer.pacing.releases import ReleasePrior

FLOOR: Final = 20.0
CARTERA: Final = 20.0
HOUR: Final = 40.0
TIMES: Final = 20.0
"""So many conversations, or wrap-ups, is the mean of the floor worth to a cartera, and the default's to the floor."""
STRENGTH_MOST: Final = 20.0
STRETCHES_MS: Final = tuple(round(age_to * 1000) for age_to, _ in PERSON[:-1])
"""Where the default's rate of persons changes with the age of the call: stretches of ringing are parted there."""
RATES: Final = tuple(rate for _, rate in PERSON)


class Hour(msgspec.Struct, frozen=True, array_like=True):
    """Calls of an hour of the day that came to an end: persons who needed an agent, and how long the calls rang in each
    of the stretches of age that `STRETCHES_MS` parts (the last one is open)."""

    calls: int
    persons: int
    rung_ms: tuple[int, ...]


class History(msgspec.Struct, frozen=True):
    """A cartera's last days. `hours`: one for each hour of the day; conversations, wrap-ups and their whole time."""

    hours: tuple[Hour, ...]
    talks: int = 0
    talk_ms: int = 0
    wraps: int = 0
    wrap_ms: int = 0


class Expected(NamedTuple):
    """What a pacer begins with; without arguments, what it begins with when there is no history.

    `from_ms` and `levels`: from when on which factor on the rate of persons holds; the first holds before it too.
    `strength`: how many persons' experience that is worth.
    """

    from_ms: tuple[int, ...] = ()
    levels: tuple[float, ...] = ()
    strength: float = PRIOR_EVENTS
    releases: ReleasePrior | None = None

    def level(self, now_ms: int) -> float:
        """The factor that holds at `now_ms`."""
        if not self.levels:
            return 1.0
        return self.levels[max(0, bisect_right(self.from_ms, now_ms) - 1)]


NOTHING: Final = Expected()


def pooled(hours_ms: Sequence[int], carteras: Mapping[str, History]) -> dict[str, Expected]:
    """For each cartera, what its history and what all have in common let expect of the hours beginning at `hours_ms`.

    A history has an `Hour` for each of these; one without calls is all the floor's. Raises `ValueError` otherwise.
    """
    tallies = {name: [_tally(hour) for hour in history.hours] for name, history in carteras.items()}
    floor = _mean(_whole(rows for tally in tallies.values() for rows in tally), 1.0, FLOOR)
    own = {name: _mean(_whole(tally), floor, CARTERA) for name, tally in tallies.items()}
    shape = [
        _mean(_whole((tallies[name][place][0], tallies[name][place][1] * own[name]) for name in tallies), 1.0, HOUR)
        for place in range(len(hours_ms))
    ]
    talk_s, wrap_s = _floors_times(carteras.values())
    return {
        name: Expected(
            tuple(hours_ms),
            tuple(_mean(row, own[name] * of_hour, HOUR) for row, of_hour in zip(tallies[name], shape, strict=True)),
            _strength(history),
            ReleasePrior(
                _time(history.talks, history.talk_ms, talk_s),
                _time(history.wraps, history.wrap_ms, wrap_s),
            ),
        )
        for name, history in carteras.items()
    }


Tally = tuple[float, float]
"""Persons, and how many the default expects."""


def _tally(hour: Hour) -> Tally:
    return hour.persons, sum(map(mul, RATES, hour.rung_ms)) / 1000


def _whole(rows: Iterable[Tally]) -> Tally:
    persons, expected = 0.0, 0.0
    for n, e in rows:
        persons, expected = persons + n, expected + e
    return persons, expected


def _mean(row: Tally, of: float, worth: float) -> float:
    """The mean of the level where beforehand it was `of`, worth so many persons."""
    persons, expected = row
    return (persons + worth) / (expected + worth / of)


def _strength(history: History) -> float:
    return min(STRENGTH_MOST, PRIOR_EVENTS + sum(hour.persons for hour in history.hours))


def _floors_times(histories: Iterable[History]) -> tuple[float, float]:
    """A conversation's and a wrap-up's mean on this floor, in seconds."""
    talks = talk_ms = wraps = wrap_ms = 0
    for one in histories:
        talks, talk_ms = talks + one.talks, talk_ms + one.talk_ms
        wraps, wrap_ms = wraps + one.wraps, wrap_ms + one.wrap_ms
    weak = ReleasePrior()
    return _time(talks, talk_ms, weak.talk_s), _time(wraps, wrap_ms, weak.wrap_s)


def _time(times: int, whole_ms: int, of_s: float) -> float:
    return (whole_ms / 1000 + TIMES * of_s) / (times + TIMES)
