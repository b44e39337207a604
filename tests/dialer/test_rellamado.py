"""A rellamado that the rules will not allow at its hour is told at once, and made at the first hour that they do."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.messages import Callback, Gestion, Saved
from config.mandante import Mandante
from config.settings import Strategy
from dialer.applied import Applied, applied
from dialer.contact import Contact, Phone, Touch
from dialer.events import GestionSaved
from dialer.records import OwnCall, SaveGestion
from dialer.rellamado import Later, due_then, put_off, told
from dialer.rules import Allowed, may_contact
from dialer.wrapup import judge
from scripts_llamada.edge.files import load_arboles
from tests.dialer.test_rules import preset
from tests.floors import CL, REGLAS, TUESDAY_NOON, at, contact

GENERICO = load_arboles()["generico"]
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS
PLACED = TUESDAY_NOON - 5 * 60_000
CALL = OwnCall(contact(1, score=2.5), 10, PLACED)
EXEMPT = Mandante.model_validate({"requested": [{"value": "exempt", "source": "informe del abogado"}]})


def rules(mandante: Mandante = EXEMPT, name: str = "cl_consumidor") -> Applied:
    return applied(REGLAS[name], Strategy(mandante="acme"), mandante)


STRICT = applied(CL, Strategy())


def agreed(
    when_ms: int, call: OwnCall = CALL, rules: Applied = STRICT, code: str = "D08", **said: Any
) -> tuple[Later | None, SaveGestion, GestionSaved]:
    gestion = Gestion("c.n1.r.1", code, "lo conversado", callback=Callback(when_ms, **said))
    record, event = judge(gestion, "e01", call.contact, GENERICO, TUESDAY_NOON)
    later = put_off(record, event, call, Strategy(), rules)
    return (later, *due_then(record, event, later))


def notice(when_ms: int, **more: Any) -> Saved:
    later, record, _ = agreed(when_ms, **more)
    return told(record, 7, later, "America/Santiago")


TOMORROW = at("2026-11-25T13:00")


def test_tomorrow_is_too_soon_after_todays_conversation_and_the_ejecutivo_hears_from_when() -> None:
    """Placed on Tuesday at 11:55 in Santiago: the week is over a week later, not before."""
    assert notice(TOMORROW) == Saved(
        "c.n1.r.1",
        7,
        call_ms=PLACED + WEEK_MS,
        rule="contact_quota",
        notice="Se llamará desde el martes 01-12 a las 11:55: antes lo impide contact_quota.",
    )


def test_the_case_is_due_at_that_moment_and_still_bound_and_agreed_for_as_it_was() -> None:
    _, record, event = agreed(TOMORROW)
    assert (record.next_due_ms, event.next_due_ms) == (PLACED + WEEK_MS, PLACED + WEEK_MS)
    assert (record.same_agent, event.reserved_for, event.callback_ms) == (True, "e01", TOMORROW)
    assert record.callback is not None and record.callback.at_ms == TOMORROW, "what was agreed stays on record"


def test_a_rellamado_that_will_be_made_at_its_hour_says_nothing() -> None:
    when = at("2026-12-02T13:00")
    later, record, event = agreed(when)
    assert later is None
    assert (record.next_due_ms, event.next_due_ms) == (when, when)
    assert told(record, 7, later, "America/Santiago") == Saved("c.n1.r.1", 7)


def test_a_sunday_becomes_the_monday_after() -> None:
    assert notice(at("2026-12-06T15:00")).notice == (
        "Se llamará desde el lunes 07-12 a las 08:00: antes lo impide hours."
    )


def test_the_minute_told_is_never_before_the_moment_and_another_year_is_said() -> None:
    record, _ = judge(Gestion("c", "D07"), "e01", contact(1), GENERICO, TUESDAY_NOON)
    said = told(record, 7, Later("contact_quota", at("2027-01-04T12:59:00.001")), "America/Santiago")
    assert "lunes 04-01-2027 a las 10:00" in said.notice


def test_what_the_debtor_asked_for_is_made_at_its_hour_where_that_is_exempt() -> None:
    assert agreed(TOMORROW, rules=rules(), consent=True)[0] is None
    assert agreed(TOMORROW, rules=rules(), consent=False)[0] == Later("contact_quota", PLACED + WEEK_MS)
    assert agreed(TOMORROW, rules=STRICT, consent=True)[0] == Later("contact_quota", PLACED + WEEK_MS)


def test_this_conversation_counts_once_also_when_the_records_have_it_already() -> None:
    """A gestión that is saved late, from the database: the call is in the ledger, its result is not yet."""
    twice = applied(preset(contact_quota={"count": 2, "count_basis": "effective_contact"}), Strategy())
    known = Touch(PLACED, phone_id=10, rang=True, answered=True, verdict="connected")
    before = Touch(PLACED - DAY_MS, phone_id=10, rang=True, answered=True, effective=True)
    for history in ((before,), (before, known)):
        call = OwnCall(contact(1, history=history), 10, PLACED)
        assert agreed(TOMORROW, call, twice)[0] == Later("contact_quota", PLACED - DAY_MS + WEEK_MS)
    assert agreed(TOMORROW, OwnCall(contact(1, history=(known,)), 10, PLACED), twice)[0] is None


def test_a_result_that_came_too_often_in_a_row_says_that_nobody_will_call() -> None:
    call = OwnCall(contact(1, codes=("D08",) * 4), 10, PLACED)
    said = notice(TOMORROW, call=call)
    assert (said.call_ms, said.rule) == (0, "max")
    assert "D08 ya se repitió" in said.notice


@pytest.mark.parametrize(
    ("changes", "rule"),
    [({"phones": (Phone(10, "laboral"),)}, "no_phone"), ({"stops": ("baja_sms",)}, "opt_out")],
)
def test_what_nothing_but_a_person_can_change_is_told_as_never(changes: dict[str, Any], rule: str) -> None:
    call = OwnCall(contact(1, **changes), 10, PLACED)
    said = notice(at("2026-12-02T13:00"), call=call)
    assert (said.call_ms, said.rule) == (0, rule)
    assert said.notice == f"El rellamado queda anotado, pero no se hará mientras lo impida {rule}."


def test_a_gestion_without_a_rellamado_says_nothing() -> None:
    record, event = judge(Gestion("c.n1.r.1", "D07"), "e01", contact(1), GENERICO, TUESDAY_NOON)
    assert put_off(record, event, CALL, Strategy(), STRICT) is None


@given(
    when_ms=st.integers(TUESDAY_NOON + 1, TUESDAY_NOON + 29 * DAY_MS),
    name=st.sampled_from(sorted(REGLAS)),
    consent=st.booleans(),
    visits=st.lists(st.integers(0, 8 * 24), max_size=3),
)
def test_what_is_told_is_when_the_engine_will_be_allowed_to_call(
    when_ms: int, name: str, consent: bool, visits: list[int]
) -> None:
    """Whatever was done before: the same question at that moment is allowed, and a moment before it is not."""
    history = tuple(Touch(PLACED - hours * HOUR_MS - 1, "visit") for hours in visits)
    call = OwnCall(contact(1, history=history), 10, PLACED)
    applied_rules = rules(name=name)
    later, record, event = agreed(when_ms, call, applied_rules, consent=consent)
    talk = Touch(PLACED, phone_id=10, rang=True, answered=True, effective=record.effective, verdict="connected")
    asked_on = 10 if consent else 0
    then: Contact = msgspec.structs.replace(
        call.contact, history=(*history, talk), callback_ms=when_ms, asked_on=asked_on, agent_id="e01"
    )
    phone = then.phones[0] if consent else then.phones[1]

    def allowed(at_ms: int) -> bool:
        said = may_contact(then, phone, "call", then.history, applied_rules, at_ms, record.same_agent)
        return isinstance(said, Allowed)

    assert event.next_due_ms == record.next_due_ms
    assert event.next_due_ms is not None and allowed(event.next_due_ms)
    if later is not None:
        assert event.next_due_ms > when_ms
        assert not allowed(when_ms) and not allowed(event.next_due_ms - 1)
