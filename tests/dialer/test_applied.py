"""A mandante's own reading of the law holds between its dates, and what allowed a call names it."""

from __future__ import annotations

from typing import Any

import pytest

from config.mandante import Mandante
from config.preset import Preset
from config.settings import Strategy, parse
from dialer import commands as c
from dialer import events as e
from dialer.applied import applied
from dialer.contact import Phone, Touch
from dialer.rules import CHANNELS, Allowed, Refused, may_contact
from tests.floors import CL, CODES, REGLAS, TUESDAY_NOON, Desk, at, contact

DAY_MS = 86_400_000
MOVIL = Phone(10, "movil")


def judged(at_ms: int, *history: Touch, mandante: dict[str, Any], **strategy: Any) -> Allowed | Refused:
    rules = applied(CL, Strategy(mandante="acme", **strategy), Mandante.model_validate(mandante))
    return may_contact(contact(1), MOVIL, "call", history, rules, at_ms)


def third_party(at_ms: int) -> Touch:
    return Touch(at_ms, rang=True, answered=True)


EFFECTIVE = {
    "count_basis": [
        {"value": "effective_contact", "since": "2026-11-24", "until": "2026-11-26", "source": "informe del abogado"}
    ]
}


def test_another_reading_of_who_counts_holds_from_its_first_day_to_its_last() -> None:
    before = third_party(at("2026-11-20T15:00"))
    monday, tuesday, thursday = at("2026-11-23T15:00"), TUESDAY_NOON, at("2026-11-26T15:00")
    assert isinstance(judged(monday, before, mandante=EFFECTIVE), Refused)
    assert judged(tuesday, before, mandante=EFFECTIVE) == Allowed(
        "cl_consumidor@2026-11-21+acme.count_basis=effective_contact"
    )
    assert isinstance(judged(thursday, before, mandante=EFFECTIVE), Refused)
    assert judged(thursday, mandante=EFFECTIVE) == Allowed("cl_consumidor@2026-11-21")


def test_what_is_refused_today_says_that_tomorrows_reading_allows_it() -> None:
    said = judged(at("2026-11-23T15:00"), third_party(at("2026-11-20T15:00")), mandante=EFFECTIVE)
    assert isinstance(said, Refused)
    assert (said.rule, said.next_allowed_ms) == ("contact_quota", at("2026-11-24T11:00"))


def test_the_week_and_whose_contacts_count_are_readings_too() -> None:
    saturday = Touch(at("2026-11-21T15:00"), "visit")
    weekly = {"window": [{"value": "calendar_week", "source": "acuerdo"}]}
    assert isinstance(judged(TUESDAY_NOON, saturday, mandante={}), Refused)
    assert isinstance(judged(TUESDAY_NOON, saturday, mandante=weekly), Allowed)
    elsewhere = Touch(at("2026-11-21T15:00"), "visit", mandante="otro")
    rut = {"scope": [{"value": "rut", "source": "acuerdo"}]}
    assert isinstance(judged(TUESDAY_NOON, elsewhere, mandante={}), Allowed)
    assert isinstance(judged(TUESDAY_NOON, elsewhere, mandante=rut), Refused)


ON_REQUEST = {"requested": [{"value": "exempt", "since": "2026-11-25", "source": "informe del abogado"}]}


def asked_for(at_ms: int, rules: Preset) -> Allowed | Refused:
    """Debtor 1 talked on Tuesday at noon and asked to be called at `at_ms`."""
    case = contact(1, callback_ms=at_ms, asked_on=MOVIL.phone_id)
    talk = Touch(TUESDAY_NOON, phone_id=MOVIL.phone_id, rang=True, answered=True, effective=True)
    return may_contact(case, MOVIL, "call", (talk,), rules, at_ms)


def test_a_mandante_may_read_calls_that_the_debtor_asked_for_as_exempt_from_its_day_on() -> None:
    rules = applied(CL, Strategy(mandante="acme"), Mandante.model_validate(ON_REQUEST))
    evening, tomorrow = TUESDAY_NOON + 4 * 3_600_000, TUESDAY_NOON + DAY_MS
    said = asked_for(evening, rules)
    assert isinstance(said, Refused)
    assert (said.rule, said.next_allowed_ms) == ("contact_quota", at("2026-11-25T11:00"))
    assert asked_for(tomorrow, rules) == Allowed("cl_consumidor@2026-11-21+acme.requested=exempt")


def test_it_may_in_the_united_states_as_well() -> None:
    rules = applied(REGLAS["us"], Strategy(mandante="acme"), Mandante.model_validate(ON_REQUEST))
    assert isinstance(asked_for(TUESDAY_NOON + DAY_MS, rules), Allowed)
    assert isinstance(asked_for(TUESDAY_NOON + DAY_MS, REGLAS["us"]), Refused)


def test_a_number_that_is_not_the_policys_refuses_the_call_until_the_day_on_which_it_is() -> None:
    turns = {"cli": [{"until": "2026-11-26", "policy": "809"}, {"since": "2026-11-26", "policy": "600"}]}
    said = judged(TUESDAY_NOON, mandante=turns, caller_id="600123456")
    assert isinstance(said, Refused)
    assert (said.rule, said.next_allowed_ms) == ("caller_id", at("2026-11-26T11:00"))
    assert "600123456 is not a 809 number" in said.reason
    hold = {"cli": [{"policy": "legal_hold"}]}
    said = judged(TUESDAY_NOON, mandante=hold)
    assert isinstance(said, Refused)
    assert (said.rule, said.next_allowed_ms) == ("caller_id", None)


def test_the_number_binds_calls_and_nothing_else() -> None:
    rules = applied(CL, Strategy(), Mandante.model_validate({"cli": [{"policy": "legal_hold"}]}))
    assert isinstance(may_contact(contact(1), None, "visit", (), rules, TUESDAY_NOON), Allowed)


# ── in the engine ───────────────────────────────────────────────────────────────────────────────────


def floor_of(mandante: dict[str, Any], **strategy: Any) -> dict[str, Any]:
    raw = {"carteras": {"a": {"mandante": "acme", **strategy}}, "mandantes": {"acme": mandante}}
    return parse(raw).floor(REGLAS, CODES).model_dump(mode="json")


def test_a_call_recorded_before_the_legal_hold_is_not_placed_after_it() -> None:
    desk = Desk()
    desk.feed(e.FloorChanged(floor_of({})))
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),)))
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(e.FloorChanged(floor_of({"cli": [{"policy": "legal_hold"}]})))
    desk.feed(e.AttemptsRecorded((attempt,)))
    assert desk.all(c.PlaceCall) == []
    assert desk.only(c.CloseAttempt).dial_status == "caller_id"
    assert desk.only(c.ReturnContact).why == "caller_id", "the case is not to blame: it is not dropped"


def test_the_attempt_keeps_the_version_with_the_readings_that_allowed_it() -> None:
    desk = Desk()
    desk.feed(e.FloorChanged(floor_of(EFFECTIVE)))
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1, history=(third_party(TUESDAY_NOON - DAY_MS),)),)))
    assert desk.only(c.RecordAttempt).rule == "cl_consumidor@2026-11-21+acme.count_basis=effective_contact"


@pytest.mark.parametrize("mandante", [{}, ON_REQUEST])
def test_a_call_that_the_debtor_asked_for_is_judged_when_it_is_claimed_and_when_it_is_placed(
    mandante: dict[str, Any],
) -> None:
    """It goes to the telephone on which it was asked for, and the attempt keeps the reading that allowed it."""
    talk = Touch(TUESDAY_NOON - 4 * 3_600_000, phone_id=11, rang=True, answered=True, effective=True)
    case = contact(1, callback_ms=TUESDAY_NOON, asked_on=11, history=(talk,))
    desk = Desk()
    desk.feed(e.FloorChanged(floor_of(mandante)))
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (case,)), after_ms=DAY_MS)
    if not mandante:
        assert desk.only(c.ReturnContact).why == "contact_quota"
        return
    recorded = desk.only(c.RecordAttempt)
    assert (recorded.phone_id, recorded.rule) == (11, "cl_consumidor@2026-11-21+acme.requested=exempt")
    desk.feed(e.FloorChanged(floor_of({})))
    desk.feed(e.AttemptsRecorded((recorded.attempt_id,)))
    assert desk.only(c.CloseAttempt).dial_status == "contact_quota"
    assert desk.only(c.ReturnContact).callback_ms == TUESDAY_NOON, "it is still owed"


def test_who_opted_out_of_messages_waits_for_settings_that_allow_calls_and_is_not_dropped() -> None:
    desk = Desk()
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1, stops=("baja_sms",)),)))
    back = desk.only(c.ReturnContact)
    assert (back.why, back.due_ms) == ("opt_out", TUESDAY_NOON + 3_600_000)


def test_each_debtor_is_judged_by_the_preset_of_their_regime() -> None:
    desk = Desk()
    desk.feed(e.FloorChanged(floor_of({}, preset_by_regime={"empresa": "cl_empresa"})))
    desk.agent()
    phones = (Phone(10, "laboral"),)
    desk.feed(e.ContactsClaimed("a", 1, (contact(1, regime="empresa", phones=phones),)))
    assert desk.only(c.RecordAttempt).rule == "cl_empresa@2026-11-21"
    desk = Desk()
    desk.feed(e.FloorChanged(floor_of({}, preset_by_regime={"empresa": "cl_empresa"})))
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1, phones=phones),)))
    assert desk.only(c.DropContact).why == "no_phone"


# ── the contract ────────────────────────────────────────────────────────────────────────────────────

TODAY_ONLY = {"asignada": "2026-11-24", "cierre": "2026-11-24"}
"""TUESDAY_NOON's day."""


def test_nobody_is_contacted_before_the_contract_begins_and_from_its_first_day_on_they_are() -> None:
    said = judged(at("2026-11-23T15:00"), mandante={}, contrato=TODAY_ONLY)
    assert isinstance(said, Refused)
    assert (said.rule, said.next_allowed_ms) == ("contract", at("2026-11-24T11:00"))
    assert said.reason == "the contract with the mandante begins on 2026-11-24"
    assert isinstance(judged(TUESDAY_NOON, mandante={}, contrato=TODAY_ONLY), Allowed)


def test_after_its_last_day_the_refusal_has_no_end_and_says_why() -> None:
    said = judged(at("2026-11-25T15:00"), mandante={}, contrato={**TODAY_ONLY, "numero": "77"})
    assert said == Refused(
        "contract", "the contract with the mandante ended on 2026-11-24 (contract 77)", None, "contract"
    )


def test_an_ended_contract_covers_no_channel() -> None:
    rules = applied(CL, Strategy.model_validate({"contrato": {"cierre": "2026-11-23"}}))
    for channel in CHANNELS:
        said = may_contact(contact(1), None, channel, (), rules, TUESDAY_NOON)
        assert isinstance(said, Refused) and said.rule == "contract"


def test_what_another_rule_refuses_now_says_that_the_contract_ends_before_it_lets_go() -> None:
    said = judged(TUESDAY_NOON, third_party(TUESDAY_NOON - DAY_MS), mandante={}, contrato=TODAY_ONLY)
    assert isinstance(said, Refused)
    assert (said.rule, said.next_allowed_ms, said.never) == ("contact_quota", None, "contract")


def test_a_call_recorded_before_the_contract_was_ended_is_not_placed_after_it() -> None:
    desk = Desk()
    desk.feed(e.FloorChanged(floor_of({})))
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1),)))
    attempt = desk.only(c.RecordAttempt).attempt_id
    desk.feed(e.FloorChanged(floor_of({}, contrato={"cierre": "2026-11-23"})))
    desk.feed(e.AttemptsRecorded((attempt,)))
    assert desk.all(c.PlaceCall) == []
    assert desk.only(c.CloseAttempt).dial_status == "contract"
    assert desk.only(c.ReturnContact).why == "contract"


def test_a_case_whose_week_is_used_when_the_contract_ends_is_kept_because_the_contract_may_be_renewed() -> None:
    desk = Desk()
    desk.feed(e.FloorChanged(floor_of({}, contrato=TODAY_ONLY)))
    desk.agent()
    desk.feed(e.ContactsClaimed("a", 1, (contact(1, history=(third_party(TUESDAY_NOON - DAY_MS),)),)))
    assert desk.all(c.DropContact) == []
    assert desk.only(c.ReturnContact).why == "contact_quota"
