"""No schedule that the floor produces ever breaks any preset: whole shifts at the edges of days, weeks and years.

Every debtor has a past whose terms run out within minutes of the shift, some with two mandantes that read the law in
their own way; each call that is placed is judged by the second opinion, with a ledger kept from outside.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from config.mandante import Mandante
from config.settings import Floor, Strategy, parse
from dialer import commands as c
from dialer import events as e
from dialer.contact import Contact, Phone, Touch
from dialer.sim.habits import Habits
from dialer.sim.people import QUICK, Law
from dialer.sim.shift import MemoryQueue, Shift
from dialer.sim.world import World
from tests.dialer.calendars import HOLIDAYS, TURNS, ZONES
from tests.dialer.rules_oracle import allows
from tests.floors import CODES, REGLAS, contact

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
MINUTES = 6
PEOPLE = 90
OWNERS = {"a": "uno", "b": "uno", "c": "dos"}
TERMS_H = (2, 24, 48, 72, 168)
NUMBER = "600123456"


class Ledgers(MemoryQueue):
    """A queue whose people owe to several mandantes: another one's entries bear its code."""

    def touch(self, case_id: int, touch: Touch) -> None:
        owner = OWNERS[self.cases[case_id].cartera]
        for mine in self._of_person[self.cases[case_id].person_id]:
            other = "" if OWNERS[self.cases[mine].cartera] == owner else owner
            contact = self.cases[mine]
            marked = msgspec.structs.replace(touch, mandante=other)
            self.cases[mine] = msgspec.structs.replace(contact, history=(*contact.history, marked))


class Judge:
    """Keeps its own ledger and judges every call at the moment at which it is placed."""

    def __init__(self, floor: Floor, cases: dict[int, Contact], ledger: dict[int, list[tuple[str, Touch]]]) -> None:
        self.floor, self.cases, self.ledger = floor, cases, ledger
        self.attempts: dict[str, c.RecordAttempt] = {}
        self.held: set[str] = set()
        self.placed = 0
        self.asked_for = 0
        self.refused: Counter[str] = Counter()

    def see(self, event: e.Event, commands: list[c.Command], now_ms: int) -> None:
        for command in commands:
            if isinstance(command, c.RecordAttempt):
                self.attempts[command.attempt_id] = command
            elif isinstance(command, c.TellAgent) and command.state == "reservado":
                self.held.add(command.attempt_id)
            elif isinstance(command, c.PlaceCall):
                self._placed(self.attempts[command.attempt_id], command, now_ms)
            elif isinstance(command, c.CloseAttempt):
                self._closed(self.attempts[command.attempt_id], command)
            elif isinstance(command, c.CountNotPlaced):
                self.refused[command.reason] += command.count

    def _placed(self, attempt: c.RecordAttempt, command: c.PlaceCall, now_ms: int) -> None:
        self.placed += 1
        case, strategy = self.cases[attempt.case_id], self.floor.carteras[attempt.cartera]
        owner = OWNERS[case.cartera]
        phone = next(one for one in case.phones if one.phone_id == command.phone_id)
        history = [
            msgspec.structs.replace(touch, mandante="" if whose == owner else whose)
            for whose, touch in self.ledger.get(case.person_id, [])
        ]
        preset = self.floor.reglas[strategy.preset_by_regime.get(case.regime, strategy.preset)]  # type: ignore[call-overload]
        agreed = (strategy, self.floor.mandantes[owner])
        assert attempt.rule.startswith(f"{preset.id}@{preset.version}")
        held = command.attempt_id in self.held
        assert allows(case, phone, "call", history, preset, now_ms, agreed, held), f"{case} {history} at {now_ms}"
        unasked = msgspec.structs.replace(case, callback_ms=0)
        self.asked_for += not allows(unasked, phone, "call", history, preset, now_ms, agreed, held)

    def _closed(self, attempt: c.RecordAttempt, command: c.CloseAttempt) -> None:
        answered = command.verdict in ("connected", "abandoned")
        touch = Touch(
            attempt.at_ms,
            phone_id=attempt.phone_id,
            rang=command.rang,
            answered=answered,
            effective=answered,
            abandoned=command.verdict == "abandoned",
            verdict=command.verdict,
        )
        if command.verdict in ("connected", "abandoned", "machine", "no_answer", "busy", "rejected"):
            case = self.cases[attempt.case_id]
            self.cases[attempt.case_id] = msgspec.structs.replace(case, callback_ms=0)
        self.ledger.setdefault(attempt.person_id, []).append((OWNERS[attempt.cartera], touch))


def past(dice: random.Random, start_ms: int, phones: tuple[Phone, ...]) -> list[tuple[str, Touch]]:
    """What was done to a person before; most of it stops counting within the shift."""
    entries = []
    for _ in range(dice.choice((0, 0, 1, 1, 2, 4))):
        at_ms = start_ms + dice.randrange(-2, MINUTES) * MINUTE_MS - dice.choice(TERMS_H) * HOUR_MS
        channel = dice.choice(("call", "call", "visit", "sms", "letter"))
        far = dice.randrange(5) if channel == "call" else 0
        touch = Touch(
            at_ms,
            channel,
            phone_id=dice.choice(phones).phone_id,
            rang=far > 0,
            answered=1 < far < 4,
            effective=far == 3,
            abandoned=far == 3,
            verdict="machine" if far == 4 else "",
        )
        entries.append((dice.choice(("uno", "dos", "tercero")), touch))
    return sorted(entries, key=lambda entry: entry[1].at_ms)


def people(dice: random.Random, start_ms: int, zones: tuple[str, ...]) -> tuple[dict[int, Contact], dict[int, Any]]:
    cases: dict[int, Contact] = {}
    ledger: dict[int, list[tuple[str, Touch]]] = {}
    for case_id in range(1, PEOPLE + 1):
        person = (case_id + 1) // 2
        kinds = ("movil", "fijo", "laboral", "tercero")
        phones = tuple(Phone(person * 10 + k, dice.choice(kinds)) for k in range(dice.randint(1, 3)))
        cartera, zone = dice.choice("abc"), dice.choice(zones)
        before = ledger.setdefault(person, past(dice, start_ms, phones))
        mine = [msgspec.structs.replace(t, mandante="" if who == OWNERS[cartera] else who) for who, t in before]
        cases[case_id] = contact(
            case_id,
            cartera,
            person_id=person,
            phones=phones,
            history=tuple(mine),
            zone=zone,
            region=dice.choice(("", "AP", "RM")),
            regime=dice.choice(("consumidor", "mype", "empresa")),
            callback_ms=dice.choice((0, start_ms + dice.randrange(-60, MINUTES) * MINUTE_MS)),
            asked_on=dice.choice((0, phones[0].phone_id, phones[0].phone_id)),
        )
    return cases, ledger


def settings_of(name: str, dice: random.Random, day: date) -> Floor:
    """Three carteras of two mandantes, each with readings, numbers and a contract that change about this day."""
    turn = (day + timedelta(days=dice.randrange(-1, 2))).isoformat()
    readings = {
        "count_basis": ("attempt", "answered", "effective_contact"),
        "window": ("rolling", "calendar_week"),
        "scope": ("rut_mandante", "rut"),
        "requested": ("counted", "exempt"),
    }
    mandantes = {
        owner: {
            key: [{"value": dice.choice(values), "since": turn, "source": "acuerdo"}]
            for key, values in readings.items()
        }
        for owner in set(OWNERS.values())
    }
    mandantes["dos"]["cli"] = [
        {"policy": "600", "until": turn},
        {"policy": dice.choice(("600", "809", "legal_hold")), "since": turn},
    ]
    hours = dice.choice(({"hours_from": "00:00", "hours_to": "24:00"}, {}))
    base = {"preset": name, "caller_id": NUMBER, **hours}
    by_regime = {"empresa": "cl_empresa", "mype": "cl_mype"} if name == "cl_consumidor" else {}
    raw = {
        "a": {**base, "mode": "ratio", "ratio": 2.5, "amd": True, "mandante": "uno", "preset_by_regime": by_regime},
        "b": {**base, "mandante": "uno", "contrato": dice.choice(({}, {}, {"asignada": turn}, {"cierre": turn}))},
        "c": {**base, "mode": "ratio", "ratio": 2, "mandante": "dos"},
    }
    limits = {"calls_max": 12, "calls_per_s_max": 5}
    return parse({"carteras": raw, "mandantes": mandantes, "limits": limits}).floor(REGLAS, CODES)


def near_an_edge(name: str, dice: random.Random) -> tuple[int, date]:
    """A moment minutes before the day opens or closes, on a common day, a holiday, or when clocks change."""
    preset = REGLAS[name]
    zone = dice.choice(ZONES[preset.country])
    special = [*HOLIDAYS.get(preset.country, ()), *(turn[:10] for turn in TURNS.get(preset.country, ()))]
    common = [f"2026-11-{day}" for day in (23, 24, 25, 26, 27, 28, 29)]
    day = date.fromisoformat(dice.choice([*special, *common * 4])) + timedelta(days=dice.randrange(-1, 2))
    edges = [
        edge for hours in preset.hours for edge in (*hours.weekday[0], *(hours.saturday or (("08:00", "15:00"),))[0])
    ]
    edge = dice.choice([*edges, "08:00", "20:00", "12:00"])
    local = datetime.combine(day, time.fromisoformat(edge), ZoneInfo(zone))
    return round(local.timestamp() * 1000) - dice.randrange(1, MINUTES) * MINUTE_MS, day


def live_through(name: str, seed: int) -> Judge:
    dice = random.Random(seed)
    start_ms, day = near_an_edge(name, dice)
    floor = settings_of(name, dice, day)
    cases, ledger = people(dice, start_ms, ZONES[REGLAS[name].country])
    judge = Judge(floor, cases, ledger)
    shift = Shift(
        floor=floor.model_dump(mode="json"),
        contacts=(),
        agents={f"e{n}": ("a", "b", "c") for n in range(5)},
        world=World(QUICK, dice, trunk_channels=10),
        dice=dice,
        start_ms=start_ms,
        habits=Habits(wrap=Law(500, 5_000)),
        watch=judge.see,
    )
    shift.queue = Ledgers(cases.values())
    shift.run(start_ms + MINUTES * MINUTE_MS)
    return judge


@pytest.mark.parametrize("name", sorted(REGLAS))
@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(seed=st.integers(0, 10**9))
def test_no_shift_breaks_the_preset(name: str, seed: int) -> None:
    live_through(name, seed)


@pytest.mark.parametrize("name", sorted(REGLAS))
def test_these_shifts_do_place_calls_and_do_refuse_them(name: str) -> None:
    """Else the property above would hold of a floor that never dials."""
    placed, refused = 0, Counter[str]()
    for seed in range(40):
        judge = live_through(name, seed)
        placed, refused = placed + judge.placed, refused + judge.refused
        if placed > 20 and refused["caller_id"] and refused["hours"] and refused["contract"]:
            break
    assert placed > 20
    assert refused["hours"]
    assert refused["caller_id"]
    assert refused["contract"]


@pytest.mark.parametrize("name", ["cl_consumidor", "us"])
def test_some_of_these_calls_are_made_only_because_the_debtor_asked_for_them(name: str) -> None:
    assert any(live_through(name, seed).asked_for for seed in range(60))


def test_the_agreements_of_these_shifts_are_not_all_the_default() -> None:
    floor = settings_of("cl_consumidor", random.Random(1), date(2026, 11, 24))
    assert isinstance(floor.carteras["a"], Strategy)
    assert floor.mandantes["uno"] != Mandante()
