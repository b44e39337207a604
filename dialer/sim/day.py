"""A whole day of a floor in virtual time, from what ops would say of it: so many agents, these carteras, from nine on.

Engine, rules, queue order and pacing are the live ones; the people come from `fates`, the debtors from `cases`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from config.settings import Floor
from dialer import commands as c
from dialer import events as e
from dialer.rules import local_hour
from dialer.sim.cases import InventedQueue
from dialer.sim.curve import Curve
from dialer.sim.fates import Fates
from dialer.sim.habits import Habits
from dialer.sim.people import HOUR_MS, REAL, Dice, Law
from dialer.sim.shift import Shift, Watch
from dialer.sim.ways import HOURS, People
from dialer.sim.world import World

Streams = Callable[[str], Dice]
"""Dice for a purpose, by its name: those of two purposes have nothing to do with each other."""

BREAK: Final = "descanso"
CASES_PER_AGENT: Final = 25
"""Made up at once: about an hour's calls."""


class Breaks(msgspec.Struct, frozen=True):
    """An agent works for `every`, then asks for a pause of `lasts`; and so on."""

    every: Law | Curve
    lasts: Law | Curve


class Day(msgspec.Struct, frozen=True):
    """What is simulated. `floor`: `config.settings.Floor` as JSON, with only the carteras that are worked.

    `people`: for each cartera. All `agents` work all carteras, from `start_ms` for `length_ms`. `history`: what the
    pacers begin with.
    """

    floor: dict[str, Any]
    people: dict[str, People]
    agents: int
    start_ms: int
    length_ms: int
    zone: str
    habits: Habits
    breaks: Breaks | None = None
    history: e.HistoryCounted | None = None

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.length_ms


def live(day: Day, streams: Streams, watch: Watch) -> None:
    """Live through the day; `watch` sees it all. The same `streams` give every strategy nearly the same people."""
    floor = Floor.model_validate(day.floor)
    carteras = tuple(floor.carteras)
    numbers = {cartera: f"9{place:08d}" for place, cartera in enumerate(carteras)}
    offset_h = (local_hour(day.start_ms, day.zone) - day.start_ms // HOUR_MS) % HOURS
    fates = {
        numbers[cartera]: Fates(day.people[cartera], streams(f"people {cartera}"), offset_h) for cartera in carteras
    }
    rest = _Rest(day.breaks, streams) if day.breaks else None
    shift = Shift(
        floor=day.floor,
        contacts=(),
        agents={f"e{n:03d}": carteras for n in range(day.agents)},
        world=World(
            REAL,
            streams("network"),
            trunk_channels=floor.limits.calls_max,
            fate=lambda number, now_ms: fates[number].next(now_ms),
        ),
        dice=streams("agents"),
        start_ms=day.start_ms,
        habits=day.habits,
        watch=rest.watching(watch) if rest else watch,
        numbers=numbers,
    )
    shift.queue = InventedQueue(floor.carteras, day.zone, CASES_PER_AGENT * day.agents, streams("cases"))
    if day.history:
        shift.later(0, day.history)
    if rest:
        rest.begin(shift, day.agents)
    shift.run(day.end_ms)


class _Rest:
    """Sends agents to their pauses and back. Each agent has dice of their own: the strategy does not move pauses."""

    def __init__(self, breaks: Breaks, streams: Streams) -> None:
        self._breaks = breaks
        self._streams = streams
        self._dice: dict[str, Dice] = {}
        self._shift: Shift

    def begin(self, shift: Shift, agents: int) -> None:
        self._shift = shift
        for agent_id in (f"e{n:03d}" for n in range(agents)):
            dice = self._dice[agent_id] = self._streams(f"breaks {agent_id}")
            shift.later(self._breaks.every.draw(dice), e.AgentPaused(agent_id, BREAK))

    def watching(self, watch: Watch) -> Watch:
        def seen(event: e.Event, commands: list[c.Command], now_ms: int) -> None:
            watch(event, commands, now_ms)
            for command in commands:
                if isinstance(command, c.TellAgent) and command.reason == BREAK and command.state == "pausa":
                    self._back(command.agent_id)

        return seen

    def _back(self, agent_id: str) -> None:
        dice = self._dice[agent_id]
        lasts_ms = self._breaks.lasts.draw(dice)
        self._shift.later(lasts_ms, e.AgentReady(agent_id))
        self._shift.later(lasts_ms + self._breaks.every.draw(dice), e.AgentPaused(agent_id, BREAK))
