"""A simulated day told in figures, and several days of one or two strategies put together.

Occupancy and abandonment are those of the boards (`metrics.kpi`). Besides:

* *contacts_per_agent_hour* = connected / hours that agents were at work (available, being joined, talking, holding,
  wrap-up: pauses and connecting are left out);
* *idle* = from the moment an agent is available to the moment they talk, for each conversation; mean and p95;
* *attempts_per_contact* = calls placed / connected.

Over days: the mean with the interval of 95 % of the mean (Student's t), and the interval in which one more such day
would lie. A difference between two strategies is of the same seeds, pair by pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import sqrt
from typing import Any, Final, NamedTuple

from agents.agent import State
from dialer import commands as c
from dialer import events as e
from dialer.rates import Quantiles, abandon_ratio, share
from metrics.decisions import FIGURES, Decided, Decisions, mean_bound
from metrics.kpi import bump, most_first, occupancy

HOUR_MS: Final = 3_600_000
AT_WORK: Final = (State.DISPONIBLE, State.RESERVADO, State.HABLANDO, State.ESPERA, State.CIERRE)

MEASURES: Final = (
    "occupancy",
    "abandon_ratio",
    "contacts_per_agent_hour",
    "idle_mean_s",
    "idle_p95_s",
    "calls_placed",
    "connected",
    "abandoned",
    "attempts_per_contact",
)
"""What is told of a day, with these names."""


class Counts:
    """What one cartera, or the floor, did in one hour or in all."""

    __slots__ = ("abandoned", "agent_ms", "connected", "placed")

    def __init__(self) -> None:
        self.placed = self.connected = self.abandoned = 0
        self.agent_ms: Counter[str] = Counter()

    def add(self, other: Counts) -> None:
        self.placed += other.placed
        self.connected += other.connected
        self.abandoned += other.abandoned
        self.agent_ms.update(other.agent_ms)


class _Agent:
    __slots__ = ("cartera", "free_ms", "since_ms", "state")

    def __init__(self, now_ms: int) -> None:
        self.state: str = State.DESCONECTADO
        self.since_ms = now_ms
        self.free_ms: int | None = None
        self.cartera = ""


class Course:
    """A fold over one day's events and commands: `see` is a `dialer.sim.shift.Watch`. `end` closes the day."""

    def __init__(self, start_ms: int) -> None:
        self.start_ms = start_ms
        self.hours: list[Counts] = []
        self.carteras: dict[str, Counts] = {}
        self.not_placed: Counter[str] = Counter()
        self.idle = Quantiles()
        self.idle_ms = 0
        self.decisions = Decisions()
        self.decided: dict[str, Decided] = {}
        self._agents: dict[str, _Agent] = {}
        self._cartera_of: dict[str, str] = {}
        self._on: dict[type[c.Command], Callable[[Any, int], None]] = {
            c.TellAgent: self._told,
            c.PlaceCall: self._placed,
            c.NoteConnected: self._connected,
            c.CloseAttempt: self._closed,
            c.CountNotPlaced: self._not_placed,
            c.NotePacing: self.decisions.see,
        }

    def see(self, event: e.Event, commands: Sequence[c.Command], now_ms: int) -> None:
        for command in commands:
            on = self._on.get(type(command))
            if on is not None:
                on(command, now_ms)

    def end(self, now_ms: int) -> None:
        """The day is over: the time of the agents' last states is counted up to now."""
        for agent in self._agents.values():
            self._spend(agent, now_ms)
        self.decided = self.decisions.decided(now_ms)

    def _hour(self, now_ms: int) -> Counts:
        place = (now_ms - self.start_ms) // HOUR_MS
        while len(self.hours) <= place:
            self.hours.append(Counts())
        return self.hours[place]

    def _of(self, cartera: str) -> Counts:
        found = self.carteras.get(cartera)
        if found is None:
            found = self.carteras[cartera] = Counts()
        return found

    def _placed(self, command: c.PlaceCall, now_ms: int) -> None:
        self._cartera_of[command.attempt_id] = command.cartera
        self._of(command.cartera).placed += 1
        self._hour(now_ms).placed += 1

    def _connected(self, command: c.NoteConnected, now_ms: int) -> None:
        cartera = self._cartera_of[command.attempt_id]
        self._of(cartera).connected += 1
        self._hour(now_ms).connected += 1
        agent = self._agents.get(command.agent_id)
        if agent is not None:
            agent.cartera = cartera

    def _closed(self, command: c.CloseAttempt, now_ms: int) -> None:
        cartera = self._cartera_of.pop(command.attempt_id, "")
        if command.verdict == "abandoned":
            self._of(cartera).abandoned += 1
            self._hour(now_ms).abandoned += 1

    def _not_placed(self, command: c.CountNotPlaced, now_ms: int) -> None:
        bump(self.not_placed, command.reason, command.count)

    # ── agents ──────────────────────────────────────────────────────────────────────────────────────

    def _told(self, command: c.TellAgent, now_ms: int) -> None:
        agent = self._agents.get(command.agent_id)
        if agent is None:
            agent = self._agents[command.agent_id] = _Agent(now_ms)
        if command.state == agent.state:
            return
        self._spend(agent, now_ms)
        agent.state = command.state
        self._idles(agent, now_ms)

    def _idles(self, agent: _Agent, now_ms: int) -> None:
        if agent.state == State.DISPONIBLE:
            agent.free_ms = now_ms if agent.free_ms is None else agent.free_ms
        elif agent.state == State.HABLANDO and agent.free_ms is not None:
            self.idle.add(now_ms - agent.free_ms)
            self.idle_ms += now_ms - agent.free_ms
            agent.free_ms = None
        elif agent.state != State.RESERVADO:
            agent.free_ms = None

    def _spend(self, agent: _Agent, now_ms: int) -> None:
        """Time in the state that ends now, hour by hour; talk and wrap-up are also their cartera's."""
        while agent.since_ms < now_ms:
            hour_ends = agent.since_ms - (agent.since_ms - self.start_ms) % HOUR_MS + HOUR_MS
            until_ms = min(now_ms, hour_ends)
            spent = until_ms - agent.since_ms
            self._hour(agent.since_ms).agent_ms[agent.state] += spent
            if agent.cartera and agent.state in (State.HABLANDO, State.ESPERA, State.CIERRE):
                self._of(agent.cartera).agent_ms[agent.state] += spent
            agent.since_ms = until_ms

    # ── to be told ──────────────────────────────────────────────────────────────────────────────────

    def floor(self) -> dict[str, float]:
        """The day's `MEASURES` of the whole floor."""
        whole = Counts()
        for hour in self.hours:
            whole.add(hour)
        spoken = self.idle.bins.total()
        return {
            **_measures(whole, whole.agent_ms),
            "idle_mean_s": share(self.idle_ms, spoken) / 1000,
            "idle_p95_s": (self.idle.quantile(0.95) or 0.0) / 1000,
        }

    def cartera(self, name: str) -> dict[str, float]:
        """A cartera's own: its calls, and the share of the floor's time at work that agents gave to it."""
        whole = Counts()
        for hour in self.hours:
            whole.agent_ms.update(hour.agent_ms)
        own = self._of(name)
        mixed = own.agent_ms.copy()
        mixed[State.DISPONIBLE] = sum(whole.agent_ms[state] for state in AT_WORK) - own.agent_ms.total()
        return _measures(own, mixed)

    def course(self) -> list[dict[str, float]]:
        """Hour by hour, from the first one."""
        return [{"hour": place, **_measures(one, one.agent_ms)} for place, one in enumerate(self.hours)]


def _measures(counts: Counts, agent_ms: Counter[str]) -> dict[str, float]:
    at_work_h = sum(agent_ms[state] for state in AT_WORK) / HOUR_MS
    return {
        "occupancy": occupancy(agent_ms),
        "abandon_ratio": abandon_ratio(counts.abandoned, counts.connected),
        "contacts_per_agent_hour": share(counts.connected, at_work_h),
        "calls_placed": float(counts.placed),
        "connected": float(counts.connected),
        "abandoned": float(counts.abandoned),
        "attempts_per_contact": share(counts.placed, counts.connected),
    }


class Told(NamedTuple):
    """One simulated day: what `Course` says of it, and whether its people are of this seed."""

    seed: int
    floor: dict[str, float]
    carteras: dict[str, dict[str, float]]
    course: list[dict[str, float]]
    not_placed: dict[str, int]
    decided: Mapping[str, Decided]


def told(seed: int, course: Course) -> Told:
    """What is kept of a day."""
    carteras = {name: course.cartera(name) for name in sorted(course.carteras)}
    return Told(seed, course.floor(), carteras, course.course(), most_first(course.not_placed), course.decided)


# ── several days ────────────────────────────────────────────────────────────────────────────────────

T95: Final = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
              2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045,
              2.042)  # fmt: skip
"""Student's t for 95 % on both sides, by degrees of freedom from 1; from 31 on the normal law's is near enough."""

Interval = tuple[float, float] | None


class Spread(NamedTuple):
    """Over several days: the mean, the interval of the mean, and the one for a single day. None for one day alone."""

    mean: float
    of_mean: Interval
    of_day: Interval

    def as_json(self) -> dict[str, Any]:
        return {
            "mean": _round(self.mean),
            "interval": self.of_mean and [_round(one) for one in self.of_mean],
            "day_interval": self.of_day and [_round(one) for one in self.of_day],
        }


def _round(value: float) -> float:
    return round(value, 6)


def spread(values: Sequence[float], least: float | None = 0.0) -> Spread:
    """Raises `ValueError` for no values. `least`: no figure of the kind is below it."""
    if not values:
        raise ValueError("no days: a mean needs at least one")
    mean = sum(values) / len(values)
    if len(values) < 2:
        return Spread(mean, None, None)
    deviation = sqrt(sum((one - mean) ** 2 for one in values) / (len(values) - 1))
    t = T95[len(values) - 2] if len(values) - 1 <= len(T95) else 1.96
    of_mean, of_day = t * deviation / sqrt(len(values)), t * deviation * sqrt(1 + 1 / len(values))
    return Spread(mean, _about(mean, of_mean, least), _about(mean, of_day, least))


def _about(mean: float, half: float, least: float | None) -> tuple[float, float]:
    low = mean - half
    return (low if least is None else max(least, low), mean + half)


def spreads(days: Iterable[dict[str, float]], names: Sequence[str] = MEASURES) -> dict[str, Spread]:
    """Each measure over the days."""
    rows = list(days)
    return {name: spread([row[name] for row in rows]) for name in names if name in rows[0]}


def differences(days: Sequence[Told], others: Sequence[Told]) -> dict[str, Spread]:
    """Each measure of `days` less that of `others`, seed by seed. Raises `ValueError` for other seeds."""
    if [one.seed for one in days] != [one.seed for one in others]:
        raise ValueError("the two strategies were simulated with different seeds: they cannot be paired")
    pairs = list(zip(days, others, strict=True))
    return {name: spread([one.floor[name] - two.floor[name] for one, two in pairs], None) for name in MEASURES}


def strategy(name: str, days: Sequence[Told]) -> dict[str, Any]:
    """One strategy's days as JSON."""
    carteras = sorted({cartera for day in days for cartera in day.carteras})
    hours = max(len(day.course) for day in days)
    refused: Counter[str] = Counter()
    for day in days:
        refused.update(day.not_placed)
    return {
        "name": name,
        "floor": _json(spreads(day.floor for day in days)),
        "carteras": {
            cartera: _json(spreads(day.carteras[cartera] for day in days if cartera in day.carteras))
            for cartera in carteras
        },
        "decisions": {
            cartera: _decisions([day.decided[cartera] for day in days if cartera in day.decided])
            for cartera in sorted({cartera for day in days for cartera in day.decided})
        },
        "hours": [{"hour": hour, **_json(_at(days, hour))} for hour in range(hours)],
        "not_placed_per_day": {reason: round(n / len(days), 1) for reason, n in most_first(refused).items()},
        "days": [{"seed": day.seed, **{key: _round(value) for key, value in day.floor.items()}} for day in days],
    }


def _decisions(days: Sequence[Decided]) -> dict[str, Any]:
    """What one cartera's pacer went by: means over time, and the share of the time for what bound it."""
    bound = mean_bound(day.bound for day in days)
    return {
        **_json(spreads((day.figures for day in days), FIGURES)),
        "bound": {word: _round(part) for word, part in bound.items()},
    }


def _at(days: Sequence[Told], hour: int) -> dict[str, Spread]:
    return spreads(day.course[hour] for day in days if hour < len(day.course))


def _json(found: dict[str, Spread]) -> dict[str, Any]:
    return {name: one.as_json() for name, one in found.items()}
