"""Nobody is called when the law or the firm says no, and everybody may be again at the exact moment it says yes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.preset import Preset
from config.settings import Strategy
from dialer import rules
from dialer.books import narrowed
from dialer.carteras.comuna import TODAS, lookup
from dialer.contact import Contact, Phone, Touch
from dialer.rules import RULES, Allowed, Refused, may_contact
from tests.dialer.rules_oracle import allows
from tests.floors import CL, TUESDAY_NOON, at, contact

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
MOVIL = Phone(10, "movil")


def preset(**sections: Any) -> Preset:
    """The Chilean preset with some values of its sections changed: preset(hours={"sunday": [["10:00", "12:00"]]})."""
    raw = CL.model_dump()
    for name, values in sections.items():
        raw[name] = {**raw[name], **values} if isinstance(values, dict) else values
    return Preset.model_validate(raw)


def ask(
    at_ms: int, *history: Touch, rules: Preset = CL, channel: str = "call", phone: Phone | None = MOVIL, **case: Any
) -> Allowed | Refused:
    return may_contact(contact(1, **case), phone, channel, history, rules, at_ms)


def refused(said: Allowed | Refused) -> tuple[str, int | None]:
    assert isinstance(said, Refused), "was allowed"
    return said.rule, said.next_allowed_ms


def talked(at_ms: int) -> Touch:
    return Touch(at_ms, rang=True, answered=True, effective=True)


def unanswered(at_ms: int) -> Touch:
    return Touch(at_ms, rang=True)


# ── hours and days ──────────────────────────────────────────────────────────────────────────────────


def test_the_hours_are_half_open_to_the_millisecond() -> None:
    opens, closes = at("2026-11-24T11:00"), at("2026-11-24T23:00")  # 08:00 and 20:00 in Santiago
    assert refused(ask(opens - 1)) == ("hours", opens)
    assert isinstance(ask(opens), Allowed)
    assert isinstance(ask(closes - 1), Allowed)
    assert refused(ask(closes)) == ("hours", opens + DAY_MS)


def test_the_hours_are_those_of_where_the_debtor_lives() -> None:
    at_ms = at("2026-07-15T11:30")  # 07:30 in Santiago, 08:30 in Punta Arenas and Coyhaique, 05:30 on Rapa Nui
    assert refused(ask(at_ms, zone="America/Santiago")) == ("hours", at("2026-07-15T12:00"))
    assert isinstance(ask(at_ms, zone="America/Punta_Arenas"), Allowed)
    assert isinstance(ask(at_ms, zone="America/Coyhaique"), Allowed)
    assert refused(ask(at_ms, zone="Pacific/Easter")) == ("hours", at("2026-07-15T14:00"))


def test_saturday_is_a_working_day_and_sunday_is_not() -> None:
    assert isinstance(ask(at("2026-11-28T15:00")), Allowed)
    assert refused(ask(at("2026-11-29T15:00"))) == ("hours", at("2026-11-30T11:00"))


@pytest.mark.parametrize("day", ["2026-04-04", "2026-08-15", "2026-09-19", "2026-10-31"])
def test_a_holiday_on_a_saturday_is_closed(day: str) -> None:
    assert date.fromisoformat(day).weekday() == 5
    said = ask(at(f"{day}T15:00"))
    assert isinstance(said, Refused)
    assert said.rule == "hours"


@pytest.mark.parametrize(("region", "day"), [("AP", "2027-06-07"), ("NB", "2026-08-20")])
def test_a_regional_holiday_closes_its_own_region_only(region: str, day: str) -> None:
    noon = at(f"{day}T16:00")
    assert refused(ask(noon, region=region))[0] == "hours"
    assert isinstance(ask(noon, region="RM"), Allowed)
    assert isinstance(ask(noon, region=""), Allowed), "a debtor of no known region has the national holidays only"


def test_new_years_day_is_closed_and_the_last_of_december_is_not() -> None:
    assert isinstance(ask(at("2026-12-31T22:59")), Allowed)
    assert refused(ask(at("2026-12-31T23:00"))) == ("hours", at("2027-01-02T11:00"))


def test_a_holiday_made_by_a_law_of_its_own_is_closed_once_it_is_in_the_preset() -> None:
    mourning = preset(extra_holidays=["2026-11-25"])
    assert refused(ask(at("2026-11-25T15:00"), rules=mourning)) == ("hours", at("2026-11-26T11:00"))


def test_a_preset_without_holidays_calls_on_them() -> None:
    assert isinstance(ask(at("2026-12-25T15:00"), rules=preset(holidays="none")), Allowed)


def test_when_the_clocks_go_forward_the_morning_begins_an_hour_earlier_in_utc() -> None:
    """Saturday 5 September 2026 is the last day of winter time in Santiago; Monday opens by the new clock."""
    assert refused(ask(at("2026-09-05T11:59:59.999"))) == ("hours", at("2026-09-05T12:00"))
    assert refused(ask(at("2026-09-06T15:00"))) == ("hours", at("2026-09-07T11:00"))


def test_when_the_clocks_go_back_the_evening_ends_an_hour_later_in_utc() -> None:
    assert refused(ask(at("2026-04-02T23:00")))[0] == "hours"
    assert isinstance(ask(at("2026-04-06T23:59:59.999")), Allowed)
    assert refused(ask(at("2026-04-07T00:00")))[0] == "hours"


def test_a_strategys_own_hours_narrow_the_law_and_never_widen_it() -> None:
    strict = narrowed(CL, Strategy(hours_from="10:00", hours_to="13:00"))
    assert refused(ask(at("2026-11-24T12:59"), rules=strict)) == ("hours", at("2026-11-24T13:00"))
    assert isinstance(ask(at("2026-11-24T13:00"), rules=strict), Allowed)
    assert refused(ask(at("2026-11-24T16:00"), rules=strict)) == ("hours", at("2026-11-25T13:00"))
    lax = narrowed(CL, Strategy(hours_from="00:00", hours_to="24:00"))
    assert lax.hours == CL.hours


def test_hours_that_a_strategy_cuts_away_altogether_never_open() -> None:
    shut = narrowed(CL, Strategy(hours_from="20:00", hours_to="23:00"))
    assert refused(ask(TUESDAY_NOON, rules=shut)) == ("hours", None)


def test_every_region_in_the_table_of_comunas_has_its_calendar() -> None:
    """A region that the calendar does not know would stop the engine at the first debtor who lives there."""
    for comuna in TODAS:
        assert isinstance(ask(TUESDAY_NOON, zone=comuna.zone, region=comuna.region), Allowed), comuna.name


def test_a_debtor_in_arica_and_one_in_chillan_have_their_own_days() -> None:
    arica, chillan = lookup("Arica"), lookup("Chillán")
    assert arica is not None and chillan is not None
    assert refused(ask(at("2027-06-07T16:00"), region=arica.region))[0] == "hours"
    assert refused(ask(at("2026-08-20T16:00"), region=chillan.region))[0] == "hours"


# ── the contact of the week ─────────────────────────────────────────────────────────────────────────


def test_after_a_conversation_the_person_is_left_alone_for_exactly_seven_times_24_hours() -> None:
    touch = talked(TUESDAY_NOON - WEEK_MS)
    assert isinstance(ask(TUESDAY_NOON, touch), Allowed)
    assert refused(ask(TUESDAY_NOON - 1, touch)) == ("contact_quota", TUESDAY_NOON)


def test_seven_days_are_168_hours_of_elapsed_time_also_when_the_clocks_change() -> None:
    before = at("2026-09-04T15:00")
    assert refused(ask(before + DAY_MS, talked(before))) == ("contact_quota", before + WEEK_MS)


def test_a_week_that_ends_at_night_is_over_in_the_morning() -> None:
    touch = talked(at("2026-11-18T02:00"))
    assert refused(ask(TUESDAY_NOON, touch)) == ("contact_quota", at("2026-11-25T11:00"))


BASES = {
    "attempt": {"it only rang": True, "somebody answered": True, "the debtor was reached": True},
    "answered": {"it only rang": False, "somebody answered": True, "the debtor was reached": True},
    "effective_contact": {"it only rang": False, "somebody answered": False, "the debtor was reached": True},
}
TOUCHES = {
    "it never rang": Touch(TUESDAY_NOON - DAY_MS),
    "it only rang": Touch(TUESDAY_NOON - DAY_MS, rang=True),
    "somebody answered": Touch(TUESDAY_NOON - DAY_MS, rang=True, answered=True),
    "the debtor was reached": Touch(TUESDAY_NOON - DAY_MS, rang=True, answered=True, effective=True),
}


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("story", TOUCHES)
def test_what_uses_the_contact_of_the_week_is_a_setting(basis: str, story: str) -> None:
    said = ask(TUESDAY_NOON, TOUCHES[story], rules=preset(contact_quota={"count_basis": basis}))
    assert isinstance(said, Refused) == BASES[basis].get(story, False)


def test_a_person_who_answers_before_any_ringing_was_heard_counts_on_every_basis_that_counts_ringing() -> None:
    """It did not: the basis `attempt` looked at the ringing alone."""
    at_once = Touch(TUESDAY_NOON - DAY_MS, answered=True)
    assert refused(ask(TUESDAY_NOON, at_once, rules=preset(contact_quota={"count_basis": "attempt"})))


def test_a_visit_uses_the_week_of_a_call_and_an_sms_does_not() -> None:
    visit, sms = Touch(TUESDAY_NOON - DAY_MS, "visit"), Touch(TUESDAY_NOON - DAY_MS, "sms")
    assert refused(ask(TUESDAY_NOON, visit)) == ("contact_quota", TUESDAY_NOON + 6 * DAY_MS)
    assert isinstance(ask(TUESDAY_NOON, sms), Allowed)


def test_a_call_uses_the_week_of_a_visit_and_not_that_of_an_sms() -> None:
    call = talked(TUESDAY_NOON - DAY_MS)
    assert refused(ask(TUESDAY_NOON, call, channel="visit", phone=None))[0] == "contact_quota"
    assert isinstance(ask(TUESDAY_NOON, call, channel="sms", phone=None), Allowed)


def test_where_the_week_is_the_calendars_it_begins_on_monday_where_the_debtor_lives() -> None:
    weekly = preset(contact_quota={"window": "calendar_week"})
    saturday = talked(at("2026-11-28T15:00"))
    assert refused(ask(at("2026-11-28T18:00"), saturday, rules=weekly)) == ("contact_quota", at("2026-11-30T11:00"))
    assert isinstance(ask(at("2026-11-30T11:00"), saturday, rules=weekly), Allowed)


def test_a_sunday_night_belongs_to_the_week_that_ends() -> None:
    """02:30 of Monday in UTC is still Sunday in Santiago."""
    weekly = preset(contact_quota={"window": "calendar_week"})
    sunday_night = Touch(at("2026-11-30T02:30"), "visit")
    assert isinstance(ask(at("2026-11-30T11:00"), sunday_night, rules=weekly), Allowed)


def test_a_contact_at_the_first_moment_of_monday_belongs_to_the_week_that_begins() -> None:
    weekly = preset(contact_quota={"window": "calendar_week"})
    monday = Touch(at("2026-11-30T03:00"), "visit")
    assert isinstance(ask(at("2026-11-28T15:00"), monday, rules=weekly), Allowed)
    assert refused(ask(at("2026-11-30T11:00"), monday, rules=weekly)) == ("contact_quota", at("2026-12-07T11:00"))


def test_a_quota_of_two_is_used_by_the_second_contact_and_free_again_when_the_first_has_aged() -> None:
    two = preset(contact_quota={"count": 2})
    first, second = talked(TUESDAY_NOON - 5 * DAY_MS), talked(TUESDAY_NOON - 2 * DAY_MS)
    assert isinstance(ask(TUESDAY_NOON, first, rules=two), Allowed)
    assert refused(ask(TUESDAY_NOON, second, first, rules=two)) == ("contact_quota", TUESDAY_NOON + 2 * DAY_MS)


# ── attempts ────────────────────────────────────────────────────────────────────────────────────────


def test_two_hours_pass_between_two_attempts() -> None:
    last = unanswered(TUESDAY_NOON - 30 * MINUTE_MS)
    again = TUESDAY_NOON + 90 * MINUTE_MS
    assert refused(ask(TUESDAY_NOON, last)) == ("attempt_gap", again)
    assert isinstance(ask(again, last), Allowed)


def test_the_fourth_attempt_of_a_day_waits_for_the_next() -> None:
    morning = at("2026-11-24T11:00")
    three = [unanswered(morning + k * 2 * HOUR_MS) for k in range(3)]
    assert refused(ask(morning + 8 * HOUR_MS, *three)) == ("attempts_per_day", at("2026-11-25T11:00"))


def test_ten_attempts_in_seven_days_are_enough() -> None:
    ten = [unanswered(TUESDAY_NOON - k * 12 * HOUR_MS) for k in range(1, 11)]
    assert refused(ask(TUESDAY_NOON, *ten)) == ("attempts_per_week", TUESDAY_NOON + 2 * DAY_MS)


def test_after_an_abandoned_call_nobody_calls_for_72_hours() -> None:
    lost = Touch(TUESDAY_NOON - DAY_MS, rang=True, abandoned=True)
    quota_of_many = preset(contact_quota={"count": 9})
    assert refused(ask(TUESDAY_NOON, lost, rules=quota_of_many)) == ("abandoned", TUESDAY_NOON + 2 * DAY_MS)


def test_an_abandoned_call_forbids_calls_and_nothing_else() -> None:
    """It forbade letters and visits as well, against its own words in the preset."""
    lost = Touch(TUESDAY_NOON - DAY_MS, rang=True, abandoned=True)
    assert isinstance(ask(TUESDAY_NOON, lost, channel="letter", phone=None), Allowed)


# ── stops and telephones ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("stop", ["emplazado", "disputa", "pagado", "concursal", "bloqueado"])
def test_a_stopped_case_is_never_contacted_on_any_channel(stop: str) -> None:
    for channel in ("call", "visit", "sms", "letter"):
        said = ask(TUESDAY_NOON, channel=channel, phone=None, stops=(stop,))
        assert refused(said) == ("stop", None)
        assert isinstance(said, Refused) and stop in said.reason


@pytest.mark.parametrize("kind", ["laboral", "tercero"])
def test_the_workplace_and_third_parties_are_never_called(kind: str) -> None:
    assert refused(ask(TUESDAY_NOON, phone=Phone(1, kind))) == ("phone_kind", None)
    assert isinstance(ask(TUESDAY_NOON, phone=None), Allowed), "the person alone may be contacted"


# ── the rules' own dates ────────────────────────────────────────────────────────────────────────────


def test_a_rule_holds_from_midnight_of_its_first_day_where_the_debtor_lives() -> None:
    """It began by the date in UTC: three hours early in Santiago."""
    open_all_day = {"weekday": [["00:00", "24:00"]]}
    coming = preset(hours=open_all_day, phones={"since": "2026-11-25"})
    midnight = at("2026-11-25T03:00")
    assert isinstance(ask(midnight - 1, rules=coming, phone=Phone(1, "laboral")), Allowed)
    assert refused(ask(midnight, rules=coming, phone=Phone(1, "laboral"))) == ("phone_kind", None)


def test_a_rule_that_ends_lets_go_at_midnight_of_that_day() -> None:
    """A stop without end was answered although the rule itself had one: the case would have been dropped."""
    ending = preset(phones={"until": "2026-11-26"})
    assert refused(ask(TUESDAY_NOON, rules=ending, phone=Phone(1, "laboral"))) == ("phone_kind", at("2026-11-26T11:00"))


def test_the_contact_of_the_week_ends_early_when_its_rule_does() -> None:
    ending = preset(contact_quota={"until": "2026-11-26"})
    assert refused(ask(TUESDAY_NOON, talked(TUESDAY_NOON - DAY_MS), rules=ending))[1] == at("2026-11-26T11:00")


def test_what_is_allowed_names_the_version_of_the_rules_that_allowed_it() -> None:
    assert ask(TUESDAY_NOON) == Allowed("cl_consumidor@2026-11-21")


def test_every_refusal_is_a_sentence_without_holes() -> None:
    for named in RULES:
        assert "{" not in named.reason.format(zone="America/Santiago", stops="disputa")


def test_many_presets_in_one_day_do_not_mix() -> None:
    """Judgements are prepared by the preset's identity: another preset in the same place is another preset."""
    for n in range(1, 400):
        passing = preset(attempts={"gap_min": n})
        assert refused(ask(TUESDAY_NOON, unanswered(TUESDAY_NOON), rules=passing))[1] == TUESDAY_NOON + n * MINUTE_MS
    assert len(rules._BOOKS) <= rules._BOOKS_MAX


def test_the_demos_day_begins_at_ten_on_a_working_day_in_the_middle_of_a_week() -> None:
    assert rules.working_morning_ms(CL, "America/Santiago", TUESDAY_NOON) == at("2026-11-24T13:00")
    assert rules.working_morning_ms(CL, "America/Santiago", at("2026-12-04T15:00")) == at("2026-12-09T13:00")


# ── a second opinion ────────────────────────────────────────────────────────────────────────────────

ZONES = ["America/Santiago", "America/Punta_Arenas", "America/Coyhaique", "Pacific/Easter"]
TURNS = [
    "2026-04-05T03:00",  # the clocks go back
    "2026-09-06T04:00",  # and forward
    "2027-04-04T03:00",
    "2027-09-05T04:00",
    "2026-04-04T15:00",  # holidays on a Saturday
    "2026-08-15T15:00",
    "2026-09-19T15:00",
    "2026-10-31T15:00",
    "2026-06-07T15:00",  # Arica; 2026 a Sunday, 2027 a Monday
    "2027-06-07T15:00",
    "2026-08-20T15:00",  # Ñuble
    "2027-01-01T03:00",
]
FIRST_MS, LAST_MS = at("2026-01-20"), at("2027-10-20")
EDGES = ["00:00", *(f"{hour:02}:{minute:02}" for hour in range(1, 21) for minute in (0, 30)), "21:00", "24:00"]
"""Where windows may begin and end: not in the hours in which Chile's clocks are changed."""

moments = st.one_of(
    st.integers(FIRST_MS, LAST_MS),
    st.builds(lambda turn, minutes: at(turn) + minutes * MINUTE_MS, st.sampled_from(TURNS), st.integers(-4000, 2000)),
)
windows = st.lists(st.sampled_from(EDGES), max_size=4, unique=True).map(
    lambda edges: list(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
)
lengths = st.one_of(
    st.sampled_from([0, HOUR_MS, 2 * HOUR_MS, DAY_MS, 72 * HOUR_MS, WEEK_MS, WEEK_MS - 1, WEEK_MS + 1]),
    st.integers(-HOUR_MS, 10 * DAY_MS),
)


@st.composite
def terms(draw: st.DrawFn, at_ms: int) -> dict[str, str]:
    """When a rule holds: nearly always for ever, at times from or until a day close by."""
    if draw(st.integers(0, 9)):
        return {}
    near = rules.local_day(at_ms + draw(st.integers(-3, 9)) * DAY_MS, "UTC").isoformat()
    return {draw(st.sampled_from(["since", "until"])): near}


@st.composite
def presets(draw: st.DrawFn, at_ms: int) -> Preset:
    hours = {day: draw(windows) for day in ("weekday", "saturday", "sunday", "holiday")} if draw(st.booleans()) else {}
    quota = {
        "count": draw(st.integers(1, 3)),
        "days": draw(st.sampled_from([1, 7, 7, 30])),
        "count_basis": draw(st.sampled_from(["attempt", "answered", "effective_contact"])),
        "window": draw(st.sampled_from(["rolling", "calendar_week"])),
    }
    attempts = {
        "per_day": draw(st.integers(1, 4)),
        "per_week": draw(st.integers(1, 10)),
        "gap_min": draw(st.sampled_from([0, 1, 120, 3000])),
    }
    return preset(
        holidays=draw(st.sampled_from(["national_and_regional", "national_and_regional", "none"])),
        hours=hours | draw(terms(at_ms)),
        contact_quota=quota | draw(terms(at_ms)),
        attempts=attempts | draw(terms(at_ms)),
        abandoned={"hours": draw(st.sampled_from([0, 1, 72]))} | draw(terms(at_ms)),
        stops=draw(terms(at_ms)),
        phones=draw(terms(at_ms)),
    )


@st.composite
def touches(draw: st.DrawFn, at_ms: int) -> Touch:
    """One entry of the ledger: how far it came decides the rest, as in life."""
    channel = draw(st.sampled_from(["call", "call", "call", "visit", "sms"]))
    far = draw(st.integers(0, 4)) if channel == "call" else 0
    return Touch(at_ms - draw(lengths), channel, rang=far > 0, answered=far > 1, effective=far > 2, abandoned=far == 4)


class Case:
    """A question at a moment, to be put to the rules and to the second opinion."""

    def __init__(self, at_ms: int, case: Contact, phone: Phone | None, channel: str, rules: Preset) -> None:
        self.at_ms, self.case, self.phone, self.channel, self.preset = at_ms, case, phone, channel, rules

    def __repr__(self) -> str:
        return f"Case({self.at_ms}, {self.case}, {self.phone}, {self.channel!r}, {self.preset.model_dump()})"

    def says(self, at_ms: int) -> Allowed | Refused:
        return may_contact(self.case, self.phone, self.channel, self.case.history, self.preset, at_ms)

    def second_opinion(self, at_ms: int) -> bool:
        return allows(self.case, self.phone, self.channel, self.case.history, self.preset, at_ms)

    def agreed(self, at_ms: int) -> bool:
        """Whether it is allowed at this moment: both must say the same."""
        allowed = isinstance(self.says(at_ms), Allowed)
        assert allowed == self.second_opinion(at_ms), f"{self.says(at_ms)} at {at_ms}"
        return allowed


@st.composite
def cases(draw: st.DrawFn) -> Case:
    at_ms = draw(moments)
    case = contact(
        1,
        zone=draw(st.sampled_from(ZONES)),
        region=draw(st.sampled_from(["", "AP", "NB", "RM", "VS"])),
        stops=draw(st.sampled_from([(), (), (), (), ("pagado",), ("otro",)])),
        history=tuple(draw(st.lists(touches(at_ms), max_size=12))),
    )
    phone = draw(st.sampled_from([None, MOVIL, MOVIL, Phone(11, "laboral")]))
    channel = draw(st.sampled_from(["call", "call", "call", "visit", "sms"]))
    return Case(at_ms, case, phone, channel, draw(presets(at_ms)))


@settings(max_examples=400, deadline=None)
@given(question=cases(), dice=st.randoms(use_true_random=False))
def test_what_is_refused_until_a_moment_is_refused_at_every_moment_before_it_and_allowed_exactly_at_it(
    question: Case, dice: Any
) -> None:
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


LEDGER = (talked(at("2026-09-01T15:00")), Touch(at("2026-09-04T20:00"), "visit"), unanswered(at("2026-09-07T13:17")))
ELSEWHERE = (
    unanswered(at("2026-04-04T23:30")),
    Touch(at("2026-04-06T16:00"), rang=True, answered=True, abandoned=True),
)


@pytest.mark.parametrize("zone", ["America/Santiago", "Pacific/Easter"])
@pytest.mark.parametrize(
    ("first_day", "history", "rules"),
    [
        ("2026-09-03", LEDGER, CL),
        ("2026-04-02", ELSEWHERE, CL),
        ("2026-12-30", (talked(at("2026-12-28T15:00")),), preset(contact_quota={"window": "calendar_week"})),
        (
            "2026-09-16",
            (),
            preset(hours={"sunday": [["10:00", "11:30"], ["16:00", "24:00"]], "holiday": [["00:00", "02:00"]]}),
        ),
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
