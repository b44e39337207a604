"""Nobody is called when the law or the firm says no, and everybody may be again at the exact moment it says yes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

import msgspec
import pytest

from config.preset import Channel, Preset
from config.settings import Strategy
from dialer import rules
from dialer.applied import applied
from dialer.carteras.comuna import TODAS, lookup
from dialer.contact import Phone, Touch
from dialer.rules import RULES, Allowed, Refused, may_contact
from tests.dialer.calendars import HOLIDAYS
from tests.floors import CL, REGLAS, TUESDAY_NOON, at, contact

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
MOVIL = Phone(10, "movil")


def preset(base: Preset = CL, **sections: Any) -> Preset:
    """A preset with some values of its sections and quotas changed: preset(hours={"sunday": [["10:00", "12:00"]]})."""
    raw = base.model_dump()
    for name, values in sections.items():
        if not isinstance(values, dict):
            raw[name] = values
        elif name in raw:
            raw[name] = [{**one, **values} for one in raw[name]]
        else:
            raw["quotas"] = [{**one, **values} if one["id"] == name else one for one in raw["quotas"]]
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


def test_a_holiday_that_the_law_has_moved_is_a_working_day() -> None:
    moved = preset(not_holidays=["2026-12-08"])
    assert refused(ask(at("2026-12-08T15:00")))[0] == "hours"
    assert isinstance(ask(at("2026-12-08T15:00"), rules=moved), Allowed)


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
    strict = applied(CL, Strategy(hours_from="10:00", hours_to="13:00"))
    assert refused(ask(at("2026-11-24T12:59"), rules=strict)) == ("hours", at("2026-11-24T13:00"))
    assert isinstance(ask(at("2026-11-24T13:00"), rules=strict), Allowed)
    assert refused(ask(at("2026-11-24T16:00"), rules=strict)) == ("hours", at("2026-11-25T13:00"))
    lax = applied(CL, Strategy(hours_from="00:00", hours_to="24:00"))
    assert refused(ask(at("2026-11-24T10:59"), rules=lax)) == ("hours", at("2026-11-24T11:00"))


def test_hours_that_a_strategy_cuts_away_altogether_never_open() -> None:
    shut = applied(CL, Strategy(hours_from="20:00", hours_to="23:00"))
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


def test_at_a_companys_own_number_the_workplace_is_called() -> None:
    empresa = REGLAS["cl_empresa"]
    assert isinstance(ask(TUESDAY_NOON, rules=empresa, phone=Phone(1, "laboral")), Allowed)
    assert refused(ask(TUESDAY_NOON, rules=empresa, phone=Phone(1, "tercero"))) == ("phone_kind", None)


def test_who_opted_out_of_one_channel_is_reached_by_the_others() -> None:
    us = {"rules": REGLAS["us"], "zone": "America/New_York", "phone": None, "stops": ("baja_sms",)}
    assert refused(ask(TUESDAY_NOON, channel="sms", **us)) == ("opt_out", None)
    assert isinstance(ask(TUESDAY_NOON, channel="email", **us), Allowed)


@pytest.mark.parametrize("name", ["cl_consumidor", "cl_mype", "cl_empresa", "co", "ec", "mx", "pe"])
@pytest.mark.parametrize("way", get_args(Channel))
def test_where_the_law_knows_no_opt_out_by_channel_one_of_them_ends_them_all(name: str, way: str) -> None:
    """Chile's presets took no notice of them at all. Whoever opposes one use of their data is left alone."""
    for channel in get_args(Channel):
        said = ask(at("2026-11-25T16:00"), rules=REGLAS[name], channel=channel, phone=None, stops=(f"baja_{way}",))
        assert refused(said) == ("opt_out", None)


def test_a_firm_may_read_its_opt_outs_by_channel_in_chile_too() -> None:
    by_channel = preset(stops={"opt_out_per_channel": True})
    assert isinstance(ask(TUESDAY_NOON, rules=by_channel, stops=("baja_sms",)), Allowed)
    assert refused(ask(TUESDAY_NOON, rules=by_channel, stops=("baja_sms", "baja_call"))) == ("opt_out", None)


# ── calls that the debtor asked for ─────────────────────────────────────────────────────────────────


TOMORROW = TUESDAY_NOON + DAY_MS
EXEMPT = preset(contact_quota={"requested": "exempt"})
ASKED = {"callback_ms": TOMORROW, "asked_on": MOVIL.phone_id}


@pytest.mark.parametrize("name", ["cl_consumidor", "cl_mype", "cl_empresa"])
def test_a_call_that_the_debtor_asked_for_waits_for_the_week_like_any_other_unless_somebody_reads_it_otherwise(
    name: str,
) -> None:
    said = ask(TOMORROW, talked(TUESDAY_NOON), rules=REGLAS[name], **ASKED)
    assert refused(said)[0] == "contact_quota"


def test_where_it_is_exempt_it_is_made_at_the_agreed_hour_and_not_before() -> None:
    assert isinstance(ask(TOMORROW, talked(TUESDAY_NOON), rules=EXEMPT, **ASKED), Allowed)
    assert refused(ask(TOMORROW - 1, talked(TUESDAY_NOON), rules=EXEMPT, **ASKED)) == ("contact_quota", TOMORROW)


def test_it_is_exempt_on_the_telephone_on_which_it_was_asked_for_and_on_no_other() -> None:
    for other in (Phone(11, "fijo"), None):
        said = ask(TOMORROW, talked(TUESDAY_NOON), rules=EXEMPT, phone=other, **ASKED)
        assert refused(said) == ("contact_quota", TUESDAY_NOON + WEEK_MS)


@pytest.mark.parametrize("case", [{"callback_ms": TOMORROW}, {"asked_on": MOVIL.phone_id}])
def test_a_rellamado_that_nobody_consented_to_and_a_consent_without_one_are_not(case: dict[str, int]) -> None:
    assert refused(ask(TOMORROW, talked(TUESDAY_NOON), rules=EXEMPT, **case))[0] == "contact_quota"


def test_being_asked_for_excuses_from_the_week_and_from_nothing_else() -> None:
    assert refused(ask(at("2026-11-29T15:00"), talked(TUESDAY_NOON), rules=EXEMPT, **ASKED))[0] == "hours"
    soon = {"callback_ms": TUESDAY_NOON + HOUR_MS, "asked_on": MOVIL.phone_id}
    said = ask(TUESDAY_NOON + HOUR_MS, talked(TUESDAY_NOON), rules=EXEMPT, **soon)
    assert refused(said) == ("attempt_gap", TUESDAY_NOON + 2 * HOUR_MS)
    assert refused(ask(TOMORROW, talked(TUESDAY_NOON), rules=EXEMPT, channel="visit", **ASKED))[0] == "contact_quota"


def test_it_uses_the_week_afterwards() -> None:
    both = (talked(TUESDAY_NOON), talked(TOMORROW))
    assert refused(ask(TOMORROW + DAY_MS, *both, rules=EXEMPT)) == ("contact_quota", TOMORROW + WEEK_MS)


# ── remote channels ─────────────────────────────────────────────────────────────────────────────────


def sms(hours_ago: int) -> Touch:
    return Touch(TUESDAY_NOON - hours_ago * HOUR_MS, "sms")


def test_two_messages_a_week_at_least_48_hours_apart() -> None:
    assert isinstance(ask(TUESDAY_NOON, sms(48), channel="email", phone=None), Allowed)
    assert refused(ask(TUESDAY_NOON, sms(47), channel="email", phone=None))[1] == TUESDAY_NOON + HOUR_MS
    two = (sms(120), sms(60))
    assert refused(ask(TUESDAY_NOON, *two, channel="letter", phone=None)) == (
        "remote_quota", TUESDAY_NOON + 48 * HOUR_MS
    )  # fmt: skip
    assert isinstance(ask(TUESDAY_NOON, *two), Allowed), "the call of the week is another quota"


def test_messages_keep_to_the_hours_of_calls_by_policy_and_letters_have_none() -> None:
    sunday = at("2026-11-29T15:00")
    for channel in ("sms", "email", "message"):
        assert refused(ask(sunday, channel=channel, phone=None)) == ("hours", at("2026-11-30T11:00"))
        lax = preset(hours={"hours_bind_remote": False})
        assert isinstance(ask(sunday, channel=channel, phone=None, rules=lax), Allowed)
    assert isinstance(ask(sunday, channel="letter", phone=None), Allowed)
    assert refused(ask(sunday, channel="visit", phone=None))[0] == "hours"


# ── whose contacts count ────────────────────────────────────────────────────────────────────────────


def elsewhere(touch: Touch) -> Touch:
    return msgspec.structs.replace(touch, mandante="otro")


def test_another_mandantes_conversation_uses_the_week_only_where_the_scope_is_the_rut() -> None:
    theirs = elsewhere(talked(TUESDAY_NOON - DAY_MS))
    assert isinstance(ask(TUESDAY_NOON, theirs), Allowed)
    assert refused(ask(TUESDAY_NOON, theirs, rules=preset(contact_quota={"scope": "rut"})))[0] == "contact_quota"


def test_attempts_are_counted_per_person_whoever_they_were_for() -> None:
    theirs = elsewhere(unanswered(TUESDAY_NOON - HOUR_MS))
    assert refused(ask(TUESDAY_NOON, theirs)) == ("attempt_gap", TUESDAY_NOON + HOUR_MS)
    assert isinstance(ask(TUESDAY_NOON, theirs, rules=preset(attempts={"scope": "rut_mandante"})), Allowed)


# ── a guaranteed agent ──────────────────────────────────────────────────────────────────────────────


def test_after_an_abandoned_call_only_an_agent_held_for_it_makes_the_next_one() -> None:
    lost = Touch(TUESDAY_NOON - DAY_MS, rang=True, abandoned=True)
    question = (contact(1), MOVIL, "call", (lost,), CL, TUESDAY_NOON)
    assert refused(may_contact(*question))[0] == "abandoned"
    assert isinstance(may_contact(*question, guaranteed_agent=True), Allowed)


def test_an_agent_held_for_the_call_excuses_from_nothing_else() -> None:
    lost = Touch(TUESDAY_NOON - DAY_MS, rang=True, answered=True, abandoned=True)
    said = may_contact(contact(1), MOVIL, "call", (lost,), CL, TUESDAY_NOON, guaranteed_agent=True)
    assert refused(said) == ("contact_quota", TUESDAY_NOON + 6 * DAY_MS)


# ── other countries ─────────────────────────────────────────────────────────────────────────────────


def colombia(*history: Touch, channel: str = "call", at_ms: int = at("2026-11-25T15:00")) -> Allowed | Refused:
    return ask(at_ms, *history, rules=REGLAS["co"], zone="America/Bogota", channel=channel, phone=None)


def test_in_colombia_a_conversation_closes_the_other_channels_for_a_week_and_its_own_for_the_day() -> None:
    spoken = talked(at("2026-11-25T13:00"))
    assert refused(colombia(spoken)) == ("day_quota", at("2026-11-26T12:00"))
    assert refused(colombia(spoken, channel="sms", at_ms=at("2026-11-26T15:00"))) == (
        "one_channel", at("2026-12-02T13:00")
    )  # fmt: skip
    assert isinstance(colombia(spoken, at_ms=at("2026-11-26T15:00")), Allowed), "the same channel, the next day"
    assert isinstance(colombia(unanswered(at("2026-11-25T11:00"))), Allowed), "nobody was contacted"


def test_in_the_united_states_seven_attempts_in_seven_days_and_a_week_after_a_conversation() -> None:
    us = {"rules": REGLAS["us"], "zone": "America/New_York"}
    seven = [unanswered(TUESDAY_NOON - (6 * 24 + 1 - 23 * k) * HOUR_MS) for k in range(7)]
    assert refused(ask(TUESDAY_NOON, *seven, **us)) == ("attempt_quota", TUESDAY_NOON + 23 * HOUR_MS)
    assert isinstance(ask(TUESDAY_NOON, *seven[1:], **us), Allowed)
    spoken = talked(TUESDAY_NOON - DAY_MS)
    assert refused(ask(TUESDAY_NOON, spoken, **us)) == ("conversation_quota", TUESDAY_NOON + 6 * DAY_MS)
    assert isinstance(ask(at("2026-11-29T15:00"), **us), Allowed), "no rule of days was found"


def test_in_ecuador_one_gestion_a_day_over_all_channels() -> None:
    ec = {"rules": REGLAS["ec"], "zone": "America/Guayaquil"}
    assert refused(ask(TUESDAY_NOON, sms(2), **ec)) == ("day_quota", at("2026-11-25T12:00"))


def test_under_ofcoms_old_policy_a_machine_is_left_alone_for_a_day_and_only_on_that_number() -> None:
    uk = {"rules": REGLAS["uk_legacy"], "zone": "Europe/London"}
    machine = Touch(TUESDAY_NOON - 3 * HOUR_MS, phone_id=MOVIL.phone_id, rang=True, verdict="machine")
    assert refused(ask(TUESDAY_NOON, machine, **uk)) == ("machine", TUESDAY_NOON + 21 * HOUR_MS)
    assert isinstance(ask(TUESDAY_NOON, machine, phone=Phone(11, "fijo"), **uk), Allowed)


def test_a_region_of_another_country_has_the_national_holidays() -> None:
    """It stopped the engine: the calendar knows no Chilean region in Peru."""
    peru = {"rules": REGLAS["pe"], "zone": "America/Lima", "region": "AP"}
    assert refused(ask(at("2026-07-28T15:00"), **peru))[0] == "hours"
    assert isinstance(ask(at("2026-07-27T15:00"), **peru), Allowed)


@pytest.mark.parametrize("country", sorted(HOLIDAYS))
def test_the_calendar_library_agrees_with_the_calendar_on_the_wall(country: str) -> None:
    """A new version of it that does not is noticed here."""
    known = next(one for one in REGLAS.values() if one.country == country)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(730)]
    assert {day.isoformat() for day in days if rules.is_holiday(known, "", day)} == HOLIDAYS[country]


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


def test_a_rule_with_a_new_version_changes_at_midnight() -> None:
    raw = CL.model_dump()
    (hours,) = raw["hours"]
    raw["hours"] = [{**hours, "until": "2026-11-26"}, {**hours, "weekday": [["10:00", "18:00"]], "since": "2026-11-26"}]
    coming = Preset.model_validate(raw)
    assert isinstance(ask(at("2026-11-25T11:00"), rules=coming), Allowed)
    assert refused(ask(at("2026-11-26T11:00"), rules=coming)) == ("hours", at("2026-11-26T13:00"))
    assert refused(ask(at("2026-11-25T23:00"), rules=coming)) == ("hours", at("2026-11-26T13:00"))


def test_what_is_allowed_names_the_version_of_the_rules_that_allowed_it() -> None:
    assert ask(TUESDAY_NOON) == Allowed("cl_consumidor@2026-11-21")


def test_every_refusal_is_a_sentence_without_holes() -> None:
    for named in RULES:
        facts = {"zone": "America/Santiago", "stops": "disputa", "caller": "600 is asked for", "contract": "it ended"}
        assert "{" not in named.reason.format(**facts)


def test_many_presets_in_one_day_do_not_mix() -> None:
    """Judgements are prepared by the preset's identity: another preset in the same place is another preset."""
    for n in range(1, 400):
        passing = preset(attempts={"gap_min": n})
        assert refused(ask(TUESDAY_NOON, unanswered(TUESDAY_NOON), rules=passing))[1] == TUESDAY_NOON + n * MINUTE_MS
    assert len(rules._BOOKS) <= rules._BOOKS_MAX


def test_the_demos_day_begins_at_ten_on_a_working_day_in_the_middle_of_a_week() -> None:
    assert rules.working_morning_ms(CL, "America/Santiago", TUESDAY_NOON) == at("2026-11-24T13:00")
    assert rules.working_morning_ms(CL, "America/Santiago", at("2026-12-04T15:00")) == at("2026-12-09T13:00")
