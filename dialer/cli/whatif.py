"""Puts a what-if together: strategies from files, people from the records, days in as many processes as are wanted."""

from __future__ import annotations

import gc
import os
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from config.edge.files import load_settings, read_toml
from config.settings import ConfigError, Floor, Settings, parse
from dialer.cli.assembly import read_floor
from dialer.cli.reports import with_store
from dialer.cli.simulate import AGENTS_MAX, Asked, counted, laid_over
from dialer.contact import Contact
from dialer.edge.desk import Texts
from dialer.edge.store import Store
from dialer.events import HistoryCounted
from dialer.history import hours_of
from dialer.history import told as last_days
from dialer.records import Counted, HistoryError, Spoken
from dialer.rules import Refused, clock_ms, local_day, may_contact, midnight_ms, working_day
from dialer.sim.curve import Curve, always, of_law
from dialer.sim.day import Day, live
from dialer.sim.fit import Fit
from dialer.sim.habits import WRAP, Habits
from dialer.sim.people import REAL
from dialer.sim.sample import Figure
from dialer.sim.staff import Staff
from dialer.sim.ways import People
from metrics.whatif import Course, Told, differences, strategy, told

QUARTER_MS = 900_000
HOUR_MS = 3_600_000
MORNING = "09:00"
PROCESSES = "fork" if sys.platform == "linux" else "spawn"

ASSUMED = (
    "Los deudores son inventados, como los de la muestra, sin gestiones anteriores y nunca faltan; la norma los juzga.",
    "No hay registros de cuánto espera en silencio quien contesta: se supone.",
    "No se simulan rellamados, listas manuales ni caídas de la central.",
)
OF_HISTORY = (
    "El tiempo hasta la respuesta se mide desde el registro del intento; más allá del ring_s de entonces no se sabe.",
    "Los buzones son los que reconoció el detector; quien él tomó por persona cuenta como persona.",
    "Una pausa es un intervalo de cinco minutos o más, y de ocho veces la mediana, entre una gestión y la conversación "
    "que sigue.",
)
OF_DEFAULTS = ("La gente es la población de fábrica (no se pidió --from-history): las cifras sirven para comparar.",)
HOW = (
    "Ocupación = (hablando + espera + cierre) / (lo mismo + disponible). Abandono = abandonadas / (conectadas + "
    "abandonadas). Contactos por hora = conectadas / horas de trabajo de ejecutivos. Ocio = de disponible a hablando. "
    "Intervalos del 95 % de la media (t de Student) sobre {days} días; «un día» es donde caería un día más."
)


class Case(NamedTuple):
    """One of the strategies to be simulated."""

    name: str
    settings: Settings
    agents: int
    wrap_s: float | None


class History(NamedTuple):
    """What the records show: each cartera's people and all ejecutivos' ways; None where nobody asked."""

    fits: dict[str, Fit]
    staff: Staff | None
    counted: dict[str, Counted]


def answer(asked: Asked) -> dict[str, Any]:
    """The what-if as JSON. Raises `ConfigError`, `BooksError` or `HistoryError` with what is wrong."""
    cases = _cases(asked)
    carteras = _carteras(cases, asked.cartera)
    history = read_history(asked, cases[0].settings, carteras)
    began = time.perf_counter()
    days = days_of(cases, carteras, history, asked)
    lived_days = _lived([(day, seed) for one in days for day, seed in zip(one, asked.seeds, strict=True)], asked.jobs)
    each = [lived_days[n * len(asked.seeds) : (n + 1) * len(asked.seeds)] for n in range(len(cases))]
    return told_of(cases, history, asked, days, each, time.perf_counter() - began)


def told_of(
    cases: Sequence[Case],
    history: History,
    asked: Asked,
    days: Sequence[Sequence[Day]],
    each: list[list[Told]],
    took_s: float,
) -> dict[str, Any]:
    """The cases side by side: of each, its `days` and what came of them, in the order of the seeds asked for."""
    carteras = tuple(days[0][0].people)
    return {
        **_about(days[0][0], cases[0].settings.zone, asked),
        "people": {cartera: _people(history.fits.get(cartera)) for cartera in carteras},
        "staff": _figures(history.staff.figures(of_law(WRAP)) if history.staff else []),
        "assumed": [*(OF_HISTORY if history.staff else OF_DEFAULTS), *ASSUMED],
        "strategies": [
            {**strategy(case.name, told_days), "agents": case.agents, "wrap_s": _wrap_s(days_of_case[0])}
            for case, told_days, days_of_case in zip(cases, each, days, strict=True)
        ],
        "difference": _difference(each),
        "how": HOW.format(days=len(asked.seeds)),
        "took_s": round(took_s, 2),
    }


def _about(day: Day, zone: str, asked: Asked) -> dict[str, Any]:
    return {
        "day": local_day(day.start_ms, zone).isoformat(),
        "zone": zone,
        "start_ms": day.start_ms,
        "hours": asked.hours,
        "seeds": list(asked.seeds),
        "history": [one.isoformat() for one in asked.history] if asked.history else None,
    }


def _difference(each: list[list[Told]]) -> dict[str, Any] | None:
    if len(each) < 2:
        return None
    return {name: one.as_json() for name, one in differences(each[0], each[1]).items()}


def _wrap_s(day: Day) -> float:
    wrap = day.habits.wrap
    return round((wrap if isinstance(wrap, Curve) else of_law(wrap)).mean_ms / 1000, 1)


# ── the strategies ──────────────────────────────────────────────────────────────────────────────────


def _cases(asked: Asked) -> list[Case]:
    """The one asked for, with its changes, and the other one as its file says."""
    changes = dict(asked.changes)
    agents, wrap_s = changes.get("agents", asked.agents), changes.get("wrap_s", asked.wrap_s)
    if not isinstance(agents, int):
        raise ConfigError(f"--set agents={agents}: is not a number of ejecutivos")
    settings = parse(laid_over(read_toml(asked.config), asked.changes), str(asked.config))
    names = [f"{key}={value}" for key, value in asked.changes]
    first = Case(
        " ".join([asked.config.stem, *names]), settings, counted(agents, "--set agents", AGENTS_MAX), _seconds(wrap_s)
    )
    if asked.against is None:
        return [first]
    return [first, Case(asked.against.stem, load_settings(asked.against), asked.agents, _seconds(asked.wrap_s))]


def _seconds(wrap_s: Any) -> float | None:
    if wrap_s is not None and not (isinstance(wrap_s, int | float) and 0 < wrap_s <= 3_600):
        raise ConfigError(f"wrap_s {wrap_s}: a wrap-up lasts more than 0 and at most 3600 seconds")
    return wrap_s


def _carteras(cases: list[Case], wanted: str) -> tuple[str, ...]:
    """Those to be worked, which every strategy must know."""
    for case in cases:
        if wanted and wanted not in case.settings.carteras:
            known = ", ".join(sorted(case.settings.carteras))
            raise ConfigError(f"--cartera {wanted!r}: is not in {case.name}; there are: {known}")
    first, *others = (_enabled(case) if not wanted else {wanted} for case in cases)
    for other in others:
        if other != first:
            raise ConfigError(
                f"the two strategies work different carteras ({', '.join(sorted(first))}; {', '.join(sorted(other))}): "
                "name one with --cartera"
            )
    if not first:
        raise ConfigError(f"{cases[0].name}: no cartera is enabled; name one with --cartera")
    return tuple(sorted(first))


def _enabled(case: Case) -> set[str]:
    return {name for name, one in case.settings.carteras.items() if one.enabled}


# ── the people ──────────────────────────────────────────────────────────────────────────────────────


def read_history(asked: Asked, settings: Settings, carteras: Sequence[str]) -> History:
    """What the records of the days asked for show; nothing where none were. Raises `HistoryError`."""
    if asked.history is None:
        return History({}, None, {})
    staff = Staff(settings.zone)
    fits = {cartera: Fit(settings.zone, People.of(REAL)) for cartera in carteras}
    counted: dict[str, Counted] = {}
    first, last = asked.history
    since_ms, until_ms = midnight_ms(first, settings.zone), midnight_ms(last + timedelta(days=1), settings.zone)

    async def read(store: Store) -> None:
        for cartera, fit in fits.items():

            def spoken(one: Spoken, fit: Fit = fit) -> None:
                fit.spoken(one)
                staff.spoken(one)

            await store.history(cartera, since_ms, until_ms, fit.call, spoken)
            counted[cartera] = await store.counted(cartera, since_ms, until_ms)
            if not fit.cases:
                raise HistoryError(await _nothing(store, cartera, asked.history or (first, last), settings.zone))

    with_store(settings, read)
    return History(fits, staff, counted)


async def _nothing(store: Store, cartera: str, days: tuple[date, date], zone: str) -> str:
    there = await store.history_days(cartera)
    what = "there is none at all"
    if there:
        what = f"its calls are from {local_day(there[0], zone)} to {local_day(there[1], zone)}"
    return f"--from-history {days[0]}..{days[1]}: cartera {cartera} has no finished call in those days; {what}"


def _people(fit: Fit | None) -> dict[str, Any]:
    if fit is None:
        return {"from": "default", "figures": [], "by_hour": []}
    return {
        "from": "history",
        "calls": fit.cases,
        "figures": _figures(fit.figures()),
        "by_hour": [{"hour": hour, **one._asdict()} for hour, one in fit.by_hour()],
    }


def _figures(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    return [{**one._asdict(), "assumed": one.cases == 0} for one in figures]


# ── the days ────────────────────────────────────────────────────────────────────────────────────────


def days_of(cases: Sequence[Case], carteras: Sequence[str], history: History, asked: Asked) -> list[list[Day]]:
    """What each case is to live through. Raises `ConfigError`."""
    return [_days(case, carteras, history, asked) for case in cases]


def _days(case: Case, carteras: Sequence[str], history: History, asked: Asked) -> list[Day]:
    """The same day for each seed, each with people as uncertain as the records leave them."""
    zone = case.settings.zone
    floor, start_ms = _floor(case.settings, carteras, asked)
    wrap = of_law(WRAP) if history.staff is None else history.staff.wrap.curve(of_law(WRAP))
    if case.wrap_s is not None:
        wrap = wrap.scaled(case.wrap_s * 1000 / wrap.mean_ms) if wrap.mean_ms else always(round(case.wrap_s * 1000))
    return [
        Day(
            floor=floor.model_dump(mode="json"),
            people={cartera: _drawn(history.fits.get(cartera), f"{seed}:fit {cartera}") for cartera in carteras},
            agents=case.agents,
            start_ms=start_ms,
            length_ms=round(asked.hours * HOUR_MS),
            zone=zone,
            habits=Habits(wrap=wrap),
            breaks=history.staff.breaks() if history.staff else None,
            history=_experience(case, history, start_ms),
        )
        for seed in asked.seeds
    ]


def _experience(case: Case, history: History, start_ms: int) -> HistoryCounted | None:
    """What a live floor's pacers would begin this day with, had these been the last days."""
    zone = case.settings.zone
    hours_ms = hours_of(local_day(start_ms, zone), zone)
    carteras = {
        cartera: last_days(counted, hours_ms, zone)
        for cartera, counted in history.counted.items()
        if case.settings.carteras[cartera].history_days
    }
    return HistoryCounted(hours_ms, carteras) if carteras else None


def _drawn(fit: Fit | None, stream: str) -> People:
    return People.of(REAL) if fit is None else fit.drawn(random.Random(stream))


def _floor(settings: Settings, carteras: Sequence[str], asked: Asked) -> tuple[Floor, int]:
    """The floor with only these carteras, judged on the day that is simulated; and when the day begins."""
    today_ms = asked.now_ms or time.time_ns() // 1_000_000
    preset = settings.carteras[carteras[0]].preset
    rough = read_floor(settings, Texts({}, {}, {}), today_ms)
    day = working_day(rough.reglas[preset], settings.zone, today_ms)
    whole = read_floor(settings, Texts({}, {}, {}), clock_ms(day, MORNING, settings.zone))
    floor = whole.model_copy(update={"carteras": {name: whole.carteras[name] for name in carteras}})
    return floor, _start(floor, day, settings.zone, asked)


def _start(floor: Floor, day: date, zone: str, asked: Asked) -> int:
    """Nine o'clock, or what was asked for; earlier where the hours would not fit. Raises `ConfigError`."""
    length_ms = round(asked.hours * HOUR_MS)
    opens_ms, closes_ms = _open(floor, day, zone)
    start_ms = _clock(day, asked.start or MORNING, zone)
    if not asked.start and start_ms + length_ms > closes_ms:
        start_ms = closes_ms - length_ms
    if start_ms < opens_ms or start_ms + length_ms > closes_ms:
        hours = f"{_clock_of(opens_ms, day, zone)} to {_clock_of(closes_ms, day, zone)}"
        begins = f" from {asked.start}" if asked.start else ""
        raise ConfigError(f"--hours {asked.hours:g}{begins}: calls are allowed from {hours} on {day} in {zone}")
    return start_ms


def _clock(day: date, text: str, zone: str) -> int:
    hour, colon, minute = text.partition(":")
    if not (colon and hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
        raise ConfigError(f"--start {text!r}: is not a time of the day; write it as 09:00")
    return clock_ms(day, f"{int(hour):02d}:{int(minute):02d}", zone)


def _clock_of(at_ms: int, day: date, zone: str) -> str:
    minutes = (at_ms - midnight_ms(day, zone)) // 60_000
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _open(floor: Floor, day: date, zone: str) -> tuple[int, int]:
    """From when to when some cartera may call somebody who was never called."""
    from dialer.books import Books

    books = Books()
    books.configure(floor)
    begins, ends = midnight_ms(day, zone), midnight_ms(day + timedelta(days=1), zone)
    allowed = [at_ms for at_ms in range(begins, ends, QUARTER_MS) if _may_call(books.carteras.items(), at_ms, zone)]
    if not allowed:
        raise ConfigError(f"no cartera may call anybody on {day} in {zone}: look at its hours and its preset")
    return allowed[0], allowed[-1] + QUARTER_MS


def _may_call(carteras: Any, at_ms: int, zone: str) -> bool:
    nobody = [(book.presets[""], Contact(0, 0, name, (), zone=zone)) for name, book in carteras]
    said = [may_contact(who, None, "call", (), preset, at_ms) for preset, who in nobody]
    return any(not isinstance(one, Refused) for one in said)


def lived(day: Day, seed: int) -> Told:
    """One day, in this process."""
    course = Course(day.start_ms)
    live(day, lambda name: random.Random(f"{seed}:{name}"), course.see)
    course.end(day.end_ms)
    return told(seed, course)


def _lived(days: Sequence[tuple[Day, int]], jobs: int) -> list[Told]:
    """All days, in their order, `jobs` at a time."""
    jobs = min(jobs or os.cpu_count() or 1, len(days))
    if jobs == 1:
        return [alone(day, seed) for day, seed in days]
    with ProcessPoolExecutor(jobs, mp_context=get_context(PROCESSES)) as pool:
        return list(pool.map(alone, *zip(*days, strict=True)))


def alone(day: Day, seed: int) -> Told:
    """A day makes no garbage in circles worth looking for."""
    gc.disable()
    try:
        return lived(day, seed)
    finally:
        gc.enable()


# ── to be seen ──────────────────────────────────────────────────────────────────────────────────────


def draw(report: dict[str, Any], file: Path) -> None:
    """The picture, as SVG."""
    from metrics.edge.picture import svg

    file.write_text(svg(report), "utf-8")


def show(report: dict[str, Any]) -> None:
    from dialer.cli.whatif_tables import show as shown

    shown(report)
