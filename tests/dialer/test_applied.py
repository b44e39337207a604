"""A mandante's own reading of the law holds between its dates, and what allowed a call names it."""

from __future__ import annotations

from typing import Any

from config.mandante import Mandante
from config.settings import Strategy, parse
from dialer import commands as c
from dialer import events as e
from dialer.applied import applied
from dialer.contact import Phone, Touch
from dialer.rules import Allowed, Refused, may_contact
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
