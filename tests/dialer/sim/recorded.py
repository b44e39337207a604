"""A day that is known, lived in virtual time and left in a database as a real one would leave it."""

from __future__ import annotations

import random
from datetime import date
from typing import Any, NamedTuple

import msgspec

from config.edge.files import load_reglas
from config.settings import Floor, parse
from dialer import commands as c
from dialer import events as e
from dialer.edge import store_gestion
from dialer.edge.loads import read_carga
from dialer.edge.store import Store
from dialer.edge.store_calls import OURS
from dialer.records import SaveGestion
from dialer.sim import muestra
from dialer.sim.habits import Habits
from dialer.sim.people import Law, Population, Talk
from dialer.sim.shift import Shift
from dialer.sim.world import World
from metrics.whatif import Course
from tests.floors import CODES

X = "facturas"
HOUR_MS = 3_600_000
BATCH = 500

KNOWN = Population(
    p_answer=0.33,
    p_machine=0.0,
    p_busy=0.10,
    p_unallocated=0.05,
    p_congestion=0.01,
    p_network=0.01,
    p_reject=0.05,
    post_dial=Law(300, 3_000, mean_ms=1_200, shape=4.0),
    ring=Law(500, 24_000, mean_ms=7_000, shape=2.0),
    give_up=Law(18_000, 26_000),
    reject=Law(2_000, 12_000),
    talk=(
        Talk(0.6, Law(2_000, 60_000, mean_ms=15_000, shape=2.0)),
        Talk(0.4, Law(20_000, 900_000, mean_ms=150_000, shape=2.0)),
    ),
    patience=Law(1_500, 12_000, mean_ms=4_000, shape=3.0),
    tape=Law(10_000, 60_000),
    amd=Law(700, 4_000, mean_ms=1_500, shape=4.0),
)
"""Unlike the default population in every figure; nobody has an answering machine."""
TAPED = msgspec.structs.replace(KNOWN, p_answer=0.28, p_machine=0.15, p_amd_miss=0.12, p_amd_false=0.04)
"""The same with machines, and a detector that errs."""
WRAP = Law(4_000, 90_000, mean_ms=22_000, shape=3.0)


class Lived(NamedTuple):
    """What is known of the day: the measures that a simulation must reproduce."""

    floor: dict[str, float]
    commands: list[c.Command]
    saved: list[tuple[e.GestionSaved, int]]


def settings_of(url: str, **strategy: Any) -> Any:
    limits = {"calls_max": 500, "calls_per_s_max": 100}
    return parse({"database": url, "limits": limits, "carteras": {X: strategy}})


async def loaded(store: Store, folder: Any, deudores: int, at_ms: int) -> list[Any]:
    """So many invented debtors, through the real import; their contacts."""
    file = folder / "cartera.csv"
    file.write_text(muestra.facturas(random.Random(3), date(2026, 11, 20), deudores), "utf-8")
    await store.apply_load(read_carga(file, "muestra", X), at_ms)
    ids = [entry.case_id for entry in await store.queue_entries(X)]
    return [contact for contact, _ in await store.contacts(ids, at_ms)]


def lived(
    floor: Floor, people: Population, contacts: list[Any], agents: int, start_ms: int, hours: float, seed: int
) -> Lived:
    commands: list[c.Command] = []
    saved: list[tuple[e.GestionSaved, int]] = []
    course = Course(start_ms)

    def watch(event: e.Event, said: list[c.Command], now_ms: int) -> None:
        course.see(event, said, now_ms)
        commands.extend(one for one in said if isinstance(one, OURS))
        if isinstance(event, e.GestionSaved):
            saved.append((event, now_ms))

    dice = random.Random(seed)
    shift = Shift(
        floor=floor.model_dump(mode="json"),
        contacts=contacts,
        agents={f"e{n:02d}": (X,) for n in range(agents)},
        world=World(people, dice, trunk_channels=500),
        dice=dice,
        start_ms=start_ms,
        habits=Habits(wrap=WRAP),
        watch=watch,
    )
    end_ms = start_ms + round(hours * HOUR_MS)
    shift.run(end_ms)
    course.end(end_ms)
    return Lived(course.floor(), commands, saved)


async def recorded(store: Store, day: Lived) -> None:
    """Write what the engine said and what the agents saved, as the recorder and the API do."""
    for begin in range(0, len(day.commands), BATCH):
        await store.write(day.commands[begin : begin + BATCH], "n1")
    async with store._write() as conn:  # a transaction each, as live, would take the test a quarter of a minute
        for event, at_ms in day.saved:
            it = SaveGestion(event.attempt_id, event.agent_id, event.code, at_ms, next_due_ms=event.next_due_ms)
            await store_gestion.save(conn, it)


def floor_of(settings: Any) -> Floor:
    floor: Floor = settings.floor(load_reglas(), CODES)
    return floor
