"""Random calendars, histories, presets and agreements: two opinions agree at every moment, and refusals end on time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.contrato import Contrato
from config.mandante import Mandante
from config.preset import Preset
from config.settings import Strategy
from dialer import rules
from dialer.applied import applied
from dialer.contact import Contact, Phone, Touch
from dialer.rules import Allowed, Refused, may_contact
from tests.dialer.calendars import HOLIDAYS, TURNS, ZONES
from tests.dialer.rules_oracle import allows
from tests.dialer.test_rules import DAY_MS, HOUR_MS, MINUTE_MS, MOVIL, WEEK_MS, preset, refused, talked, unanswered
from tests.floors import CL, REGLAS, at, contact

FIRST_MS, LAST_MS = at("2026-01-20"), at("2027-10-20")
EDGES = ["00:00", *(f"{hour:02}:{minute:02}" for hour in range(1, 21) for minute in (0, 30)), "21:00", "24:00"]
"""Where windows may begin and end: not in the hours in which Chile's clocks are changed."""
CHANNELS = ["call", "call", "call", "visit", "sms", "email", "message", "letter"]
WITHOUT_HOURS = Strategy(hours_from="00:00", hours_to="24:00")


@st.composite
def moments(draw: st.DrawFn, country: str) -> int:
    """Any moment, but often close to a holiday or to a change of the clocks."""
    if draw(st.booleans()):
        return draw(st.integers(FIRST_MS, LAST_MS))
    days = sorted(day for day in HOLIDAYS.get(country, ()) if "2026-02" < day < "2027-10")
    turns = [*TURNS.get(country, ()), *(f"{day}T15:00" for day in days), "2027-06-07T15:00", "2026-08-20T15:00"]
    return at(draw(st.sampled_from(turns))) + draw(st.integers(-4000, 2000)) * MINUTE_MS


windows = st.lists(st.sampled_from(EDGES), max_size=4, unique=True).map(
    lambda edges: list(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
)
lengths = st.one_of(
    st.sampled_from([0, HOUR_MS, 2 * HOUR_MS, DAY_MS, 2 * DAY_MS, 72 * HOUR_MS, WEEK_MS, WEEK_MS - 1, WEEK_MS + 1]),
    st.integers(-HOUR_MS, 10 * DAY_MS),
)


def day_near(draw: st.DrawFn, at_ms: int, before: int = -3, after: int = 9) -> str:
    return rules.local_day(at_ms + draw(st.integers(before, after)) * DAY_MS, "UTC").isoformat()


@st.composite
def terms(draw: st.DrawFn, at_ms: int) -> dict[str, str]:
    """When a rule holds: nearly always for ever, at times from or until a day close by."""
    if draw(st.integers(0, 9)):
        return {}
    return {draw(st.sampled_from(["since", "until"])): day_near(draw, at_ms)}


@st.composite
def presets(draw: st.DrawFn, at_ms: int) -> Preset:
    """Chile's preset with its values changed at random."""
    hours = {day: draw(windows) for day in ("weekday", "saturday", "sunday", "holiday")} if draw(st.booleans()) else {}
    window, days = draw(st.sampled_from([("rolling", 1), ("rolling", 7), ("calendar_week", 7), ("calendar_day", 1)]))
    quota = {
        "count": draw(st.integers(1, 3)),
        "days": days,
        "count_basis": draw(st.sampled_from(["attempt", "answered", "effective_contact"])),
        "window": window,
        "scope": draw(st.sampled_from(["rut_mandante", "rut"])),
        "gap_h": draw(st.sampled_from([0, 0, 48])),
        "requested": draw(st.sampled_from(["counted", "exempt", "exempt"])),
    }
    attempts = {
        "per_day": draw(st.integers(1, 4)),
        "per_week": draw(st.integers(1, 10)),
        "gap_min": draw(st.sampled_from([0, 1, 120, 3000])),
        "scope": draw(st.sampled_from(["rut_mandante", "rut"])),
    }
    return preset(
        holidays=draw(st.sampled_from(["national_and_regional", "national_and_regional", "none"])),
        extra_holidays=[day_near(draw, at_ms)] if draw(st.booleans()) else [],
        not_holidays=[day_near(draw, at_ms, -1, 3)] if draw(st.booleans()) else [],
        hours=hours | {"hours_bind_remote": draw(st.booleans())} | draw(terms(at_ms)),
        contact_quota=quota | draw(terms(at_ms)),
        remote_quota=draw(terms(at_ms)),
        attempts=attempts | draw(terms(at_ms)),
        abandoned={"hours": draw(st.sampled_from([0, 1, 72]))} | draw(terms(at_ms)),
        stops={"opt_out_per_channel": draw(st.booleans())} | draw(terms(at_ms)),
        phones=draw(terms(at_ms)),
    )


@st.composite
def spans(draw: st.DrawFn, at_ms: int) -> list[dict[str, str]]:
    """Up to three spans of days one after the other, at times with a hole between them."""
    days = sorted({day_near(draw, at_ms, -12, 12) for _ in range(draw(st.integers(0, 4)))})
    ends = [{"since": a, "until": b} for a, b in pairwise(days)]
    return ends if draw(st.booleans()) else ends[::2]


@st.composite
def agreements(draw: st.DrawFn, at_ms: int) -> tuple[Strategy, Mandante]:
    """A cartera's own hours, number and contract, and its mandante's dated readings of the law."""
    if not draw(st.integers(0, 2)):
        return WITHOUT_HOURS, Mandante()
    readings = {
        "count_basis": st.sampled_from(["attempt", "answered", "effective_contact"]),
        "window": st.sampled_from(["rolling", "calendar_week"]),
        "scope": st.sampled_from(["rut_mandante", "rut"]),
        "requested": st.sampled_from(["counted", "exempt"]),
    }
    raw: dict[str, Any] = {
        key: [{**span, "value": draw(values), "source": "acuerdo"} for span in draw(spans(at_ms))]
        for key, values in readings.items()
    }
    policies = st.sampled_from(["600", "809", "normal", "legal_hold"])
    raw["cli"] = [{**span, "policy": draw(policies)} for span in draw(spans(at_ms))]
    hours_from, hours_to = draw(st.sampled_from([("00:00", "24:00"), ("08:00", "20:00"), ("09:30", "13:00")]))
    number = draw(st.sampled_from(["600123456", "809123456", "+56221234567"]))
    days = sorted(day_near(draw, at_ms, -9, 12) for _ in range(2)) if draw(st.booleans()) else []
    ends = draw(st.sampled_from([("asignada", "cierre"), ("cierre",), ("asignada",)]))
    contrato = dict(zip(ends, days, strict=False))
    strategy = Strategy(
        hours_from=hours_from, hours_to=hours_to, caller_id=number, mandante="m", contrato=Contrato(**contrato)
    )
    return strategy, Mandante.model_validate(raw)


@st.composite
def touches(draw: st.DrawFn, at_ms: int) -> Touch:
    """One entry of the ledger: how far it came decides the rest, as in life."""
    channel = draw(st.sampled_from(CHANNELS))
    far = draw(st.integers(0, 5)) if channel == "call" else 0
    return Touch(
        at_ms - draw(lengths),
        channel,
        phone_id=draw(st.sampled_from([MOVIL.phone_id, 11])),
        rang=far > 0,
        answered=1 < far < 5,
        effective=2 < far < 5,
        abandoned=far == 4,
        verdict="machine" if far == 5 else "",
        mandante=draw(st.sampled_from(["", "", "otro"])),
    )


class Case:
    """A question at a moment, to be put to the rules and to the second opinion."""

    def __init__(
        self,
        at_ms: int,
        case: Contact,
        phone: Phone | None,
        channel: str,
        rules: Preset,
        agreed: tuple[Strategy, Mandante] = (WITHOUT_HOURS, Mandante()),
        guaranteed: bool = False,
    ) -> None:
        self.at_ms, self.case, self.phone, self.channel, self.preset = at_ms, case, phone, channel, rules
        self.agreed_on, self.guaranteed = agreed, guaranteed
        self.applied = applied(rules, *agreed)

    def __repr__(self) -> str:
        told = (self.at_ms, self.case, self.phone, self.channel, self.preset.model_dump(), self.agreed_on)
        return f"Case{(*told, self.guaranteed)}"

    def says(self, at_ms: int) -> Allowed | Refused:
        case = self.case
        return may_contact(case, self.phone, self.channel, case.history, self.applied, at_ms, self.guaranteed)

    def second_opinion(self, at_ms: int) -> bool:
        case = self.case
        question = (case, self.phone, self.channel, case.history, self.preset, at_ms)
        return allows(*question, self.agreed_on, self.guaranteed)

    def agreed(self, at_ms: int) -> bool:
        """Whether it is allowed at this moment: both must say the same."""
        allowed = isinstance(self.says(at_ms), Allowed)
        assert allowed == self.second_opinion(at_ms), f"{self.says(at_ms)} at {at_ms}"
        return allowed


@st.composite
def cases(draw: st.DrawFn, names: Sequence[str | None], asked: bool | None = None) -> Case:
    """A question under one of the packaged presets, or (None) under one whose values are drawn as well.

    `asked`: it is about a call that the debtor asked for in a conversation of the last days (None: at times).
    """
    name = draw(st.sampled_from(names))
    country = REGLAS[name].country if name else "CL"
    at_ms = draw(moments(country))
    talk = [talked(at_ms - draw(st.integers(1, 6 * DAY_MS)))] if asked else []
    asked = not draw(st.integers(0, 2)) if asked is None else asked
    case = contact(
        1,
        zone=draw(st.sampled_from(ZONES[country])),
        region=draw(st.sampled_from(["", "AP", "NB", "RM", "VS"])) if country == "CL" else "RM",
        stops=draw(st.sampled_from([*[()] * 7, ("pagado",), ("otro",), ("baja_sms",), ("baja_call",)])),
        callback_ms=at_ms - draw(lengths) if asked or draw(st.booleans()) else 0,
        asked_on=MOVIL.phone_id if asked else draw(st.sampled_from([0, MOVIL.phone_id])),
        history=(*draw(st.lists(touches(at_ms), max_size=12 - 9 * len(talk))), *talk),
    )
    phone = MOVIL if asked else draw(st.sampled_from([None, MOVIL, MOVIL, Phone(11, "laboral")]))
    channel = "call" if asked else draw(st.sampled_from(CHANNELS))
    drawn = REGLAS[name] if name else draw(presets(at_ms))
    return Case(at_ms, case, phone, channel, drawn, draw(agreements(at_ms)), draw(st.booleans()))


def ends_exactly_when_it_says(question: Case, dice: Any) -> None:
    start_ms = question.at_ms
    if question.agreed(start_ms):
        return
    end_ms = refused(question.says(start_ms))[1]
    if end_ms is None:
        assert not any(question.agreed(start_ms + dice.randrange(400 * DAY_MS)) for _ in range(40)), "never is never"
        return
    tried = {start_ms + k * (end_ms - start_ms) // 40 for k in range(40)}
    tried |= {dice.randrange(start_ms, end_ms) for _ in range(20)} | {end_ms - 1, max(start_ms, end_ms - MINUTE_MS)}
    for moment in tried:
        assert not question.agreed(moment)
        assert refused(question.says(moment))[1] == end_ms
    assert question.agreed(end_ms)


@settings(max_examples=300, deadline=None)
@given(question=cases([None]), dice=st.randoms(use_true_random=False))
def test_what_is_refused_until_a_moment_is_refused_at_every_moment_before_it_and_allowed_exactly_at_it(
    question: Case, dice: Any
) -> None:
    ends_exactly_when_it_says(question, dice)


@settings(max_examples=400, deadline=None)
@given(question=cases(sorted(REGLAS)), dice=st.randoms(use_true_random=False))
def test_the_same_holds_for_every_packaged_preset_on_every_channel(question: Case, dice: Any) -> None:
    ends_exactly_when_it_says(question, dice)


@settings(max_examples=200, deadline=None)
@given(question=cases([None, None, "cl_consumidor", "us"], asked=True), dice=st.randoms(use_true_random=False))
def test_the_same_holds_for_calls_that_the_debtor_asked_for(question: Case, dice: Any) -> None:
    ends_exactly_when_it_says(question, dice)


LEDGER = (talked(at("2026-09-01T15:00")), Touch(at("2026-09-04T20:00"), "visit"), unanswered(at("2026-09-07T13:17")))
ELSEWHERE = (
    unanswered(at("2026-04-04T23:30")),
    Touch(at("2026-04-06T16:00"), rang=True, answered=True, abandoned=True),
)
LUNCH = {"sunday": [["10:00", "11:30"], ["16:00", "24:00"]], "holiday": [["00:00", "02:00"]]}


@pytest.mark.parametrize("zone", ["America/Santiago", "Pacific/Easter"])
@pytest.mark.parametrize(
    ("first_day", "history", "rules"),
    [
        ("2026-09-03", LEDGER, CL),
        ("2026-04-02", ELSEWHERE, CL),
        ("2026-12-30", (talked(at("2026-12-28T15:00")),), preset(contact_quota={"window": "calendar_week"})),
        ("2026-09-16", (), preset(hours=LUNCH)),
    ],
)
def test_minute_by_minute_through_a_difficult_week_both_opinions_agree(
    zone: str, first_day: str, history: tuple[Touch, ...], rules: Preset
) -> None:
    question = Case(at(first_day), contact(1, zone=zone, region="VS", history=history), MOVIL, "call", rules)
    promised: int | None = None
    for moment in range(at(first_day), at(first_day) + 9 * DAY_MS, MINUTE_MS):
        if question.agreed(moment):
            assert promised in (None, moment), "allowed at another minute than the refusals promised"
            promised = None
        else:
            next_ms = refused(question.says(moment))[1]
            assert promised in (None, next_ms)
            promised = next_ms


@settings(max_examples=300, deadline=None)
@given(case=cases([*sorted(REGLAS), None, None]), share=st.floats(0, 1, exclude_max=True))
def test_what_was_allowed_stays_allowed_as_long_as_the_rules_say_that_it_will(case: Case, share: float) -> None:
    """The second question, when the call is placed, is answered by the first as long as nothing happened."""
    case.channel = "call"
    until_ms = rules.allowed_until_ms(case.applied, case.case, case.at_ms)
    if isinstance(case.says(case.at_ms), Allowed):
        assert until_ms > case.at_ms
        assert case.agreed(case.at_ms + int((until_ms - case.at_ms) * share))
        assert case.agreed(until_ms - 1)


@settings(max_examples=200, deadline=None)
@given(case=cases([*sorted(REGLAS), None]))
def test_who_was_never_contacted_is_judged_as_with_all_rules(case: Case) -> None:
    case.case = contact(1, zone=case.case.zone, region=case.case.region, stops=case.case.stops)
    case.agreed(case.at_ms)
