"""What an ejecutivo types becomes one record and one event, or a sentence that says what is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest

from agents.messages import Callback, Gestion, Promise
from dialer.events import GestionSaved
from dialer.records import CASE_STOPS, PERSON_STOPS, CallbackAsked, PromiseMade, SaveGestion
from dialer.records import PHONE_EFFECTS as RECORDED_EFFECTS
from dialer.wrapup import PHONE_EFFECTS, GestionRefused, judge
from scripts_llamada.edge.files import load_arboles
from scripts_llamada.tipificacion import Next, PhoneEffect, Stop
from tests.floors import TUESDAY_NOON, at, contact

GENERICO = load_arboles()["generico"]
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def judged(code: str, now_ms: int = TUESDAY_NOON, zone: str = "America/Santiago", **said: Any) -> Any:
    gestion = Gestion("c.n1.r.1", code, **said)
    return judge(gestion, "e1", contact(7, person_id=3, score=2.5, zone=zone), GENERICO, now_ms)


def refusal(code: str, **said: Any) -> str:
    with pytest.raises(GestionRefused) as refused:
        judged(code, **said)
    return str(refused.value)


def test_a_gestion_is_one_record_and_one_event_that_say_the_same() -> None:
    record, event = judged("D07", comment="quedó de ver", trace=("saludo", "monto"), ticked=("grabacion",))
    assert record == SaveGestion(
        attempt_id="c.n1.r.1",
        agent_id="e1",
        code="D07",
        at_ms=TUESDAY_NOON,
        comment="quedó de ver",
        trace=("saludo", "monto"),
        ticked=("grabacion",),
        effective=True,
        phone_effect="up",
        next_due_ms=TUESDAY_NOON + 7 * DAY_MS,
    )
    assert event == GestionSaved(
        "c.n1.r.1", "e1", "a", 7, 3, "D07", effective=True, next_due_ms=TUESDAY_NOON + 7 * DAY_MS, score=2.5
    )


def test_a_compromiso_is_kept_to_the_peso_and_the_case_rests_until_its_grace_is_over() -> None:
    record, event = judged("D01", promise=Promise("2026-12-10", "1234567"))
    assert record.promise == PromiseMade(date(2026, 12, 10), Decimal("1234567"))
    assert event.next_due_ms == at("2026-12-12T03:00"), "two midnights later in Santiago"


def test_today_is_the_debtors_today() -> None:
    """Half past ten at night on Rapa Nui is already tomorrow in Santiago."""
    late = at("2026-11-25T03:30")
    promise = Promise("2026-11-24", "1000")
    assert judged("D01", late, "Pacific/Easter", promise=promise)[0].promise.due == date(2026, 11, 24)
    with pytest.raises(GestionRefused, match="ya pasó"):
        judged("D01", late, "America/Santiago", promise=promise)


def test_a_pick_up_carries_its_address_beside_its_promise() -> None:
    record, _ = judged("D04", promise=Promise("2026-12-01", "50000"), address=" Av. Ñuñoa 12, Santiago ")
    assert record.promise == PromiseMade(date(2026, 12, 1), Decimal(50_000))
    assert record.address == "Av. Ñuñoa 12, Santiago"


def test_a_rellamado_brings_the_case_back_at_its_hour() -> None:
    when = TUESDAY_NOON + 3 * DAY_MS
    record, event = judged("D08", callback=Callback(when))
    assert (record.next_due_ms, event.next_due_ms, event.callback_ms) == (when, when, when)


@pytest.mark.parametrize(("code", "pool", "own"), [("D08", None, True), ("D08", True, False), ("D07", False, True)])
def test_who_makes_a_rellamado_is_what_the_ejecutivo_said_or_else_what_the_tree_says(
    code: str, pool: bool | None, own: bool
) -> None:
    """D08's next call is the same ejecutivo's; D07's is anybody's."""
    when = TUESDAY_NOON + DAY_MS
    record, event = judged(code, callback=Callback(when, pool=pool))
    assert record.callback == CallbackAsked(when, pool=not own)
    assert (record.same_agent, event.reserved_for) == (own, "e1" if own else "")


def test_a_result_that_goes_to_the_same_ejecutivo_does_so_without_an_agreed_hour_too() -> None:
    tree = GENERICO.model_copy(
        update={
            "dispositions": {
                **GENERICO.dispositions,
                "D07": GENERICO.dispositions["D07"].model_copy(update={"next": Next(after_h=2, to="same_agent")}),
            }
        }
    )
    record, event = judge(Gestion("c.n1.r.1", "D07"), "e1", contact(7), tree, TUESDAY_NOON)
    assert (record.same_agent, event.reserved_for, event.callback_ms) == (True, "e1", 0)


@pytest.mark.parametrize(
    ("codes", "stops"),
    [
        (("D07",) * 5, False),
        (("D07",) * 6, True),
        (("D07", "D09", *("D07",) * 5), False),
        (("D09", *("D07",) * 6), True),
    ],
)
def test_a_result_brings_the_case_back_only_as_often_in_a_row_as_the_tree_says(
    codes: tuple[str, ...], stops: bool
) -> None:
    """D07: `max: 6`. The seventh in a row takes the case out of the queue, as worn out and not as stopped by law."""
    record, event = judge(Gestion("c.n1.r.1", "D07"), "e1", contact(7, codes=codes), GENERICO, TUESDAY_NOON)
    assert (event.stop, record.stop) == (stops, False)


def test_a_stop_says_what_kind_it_is_and_takes_the_case_out() -> None:
    record, event = judged("D14", comment="pide no ser llamado más")
    assert (record.stop, record.stop_kind, event.stop) == (True, "bloqueado", True)


@pytest.mark.parametrize(
    ("code", "outs", "ends"),
    [("D17", ("baja_sms", "baja_message"), False), ("D18", ("baja_email",), False), ("D19", ("baja_call",), True)],
)
def test_an_opt_out_is_the_persons_and_only_that_of_calls_takes_the_case_out(
    code: str, outs: tuple[str, ...], ends: bool
) -> None:
    record, event = judged(code, comment="lo pidió al empezar")
    assert (record.opt_outs, record.stop, event.stop) == (outs, False, ends)


def test_the_consent_of_who_asked_to_be_called_is_kept_with_the_gestion() -> None:
    when = Callback(TUESDAY_NOON + DAY_MS, consent=True)
    assert judged("D08", callback=when)[0].consent
    assert judged("A06", callback=when)[0].consent
    assert not judged("D08", callback=Callback(TUESDAY_NOON + DAY_MS))[0].consent


def test_nobody_else_can_ask_for_the_debtor() -> None:
    said = refusal("I01", callback=Callback(TUESDAY_NOON + DAY_MS, consent=True))
    assert "Solo quien debe o su aval" in said


def test_a_third_party_uses_no_weekly_contact() -> None:
    record, event = judged("I01", callback=Callback(TUESDAY_NOON + DAY_MS)) if needs("I01") else judged("I01")
    assert (record.effective, event.effective) == (False, False)


def needs(code: str) -> tuple[str, ...]:
    return GENERICO.dispositions[code].needs


@pytest.mark.parametrize(
    ("code", "said", "sentence"),
    [
        ("Z99", {}, "no existe en el árbol"),
        ("M01", {}, "no lo registra un ejecutivo"),
        ("D01", {}, "Falta la fecha del compromiso. Falta el monto del compromiso."),
        ("D01", {"promise": Promise("2026-11-23", "1000")}, "ya pasó"),
        ("D01", {"promise": Promise("mañana", "mil")}, "no existe: se espera año-mes-día"),
        ("D01", {"promise": Promise("2026-12-01", "1.000,50")}, "no se entiende"),
        ("D08", {}, "Falta la fecha y hora del rellamado"),
        ("D08", {"callback": Callback(TUESDAY_NOON)}, "ya pasó"),
        ("D12", {}, "Falta el comentario"),
        ("D04", {"promise": Promise("2026-12-01", "1000")}, "Falta la dirección donde retirar el pago"),
        ("D01", {"promise": Promise("2026-12-01", "1000"), "address": "Matta 123"}, "no lleva dirección"),
    ],
)
def test_what_is_missing_or_wrong_is_said_in_spanish_and_nothing_is_recorded(
    code: str, said: dict[str, Any], sentence: str
) -> None:
    assert sentence in refusal(code, **said)


@pytest.mark.parametrize("code", sorted(GENERICO.agent_codes))
def test_every_result_of_the_packaged_tree_can_be_saved_when_what_it_needs_is_given(code: str) -> None:
    given: dict[str, Any] = {"comment": "lo conversado, con todos sus datos"}
    if GENERICO.dispositions[code].is_promise:
        given["promise"] = Promise("2026-12-01", "50000")
    if "datetime" in needs(code):
        given["callback"] = Callback(TUESDAY_NOON + DAY_MS)
    if "address" in needs(code):
        given["address"] = "Av. Matta 123, Santiago"
    record, event = judged(code, **given)
    assert record.phone_effect in RECORDED_EFFECTS
    assert record.stop == bool(record.stop_kind)
    assert event.stop == (record.stop or "baja_call" in record.opt_outs)
    assert event.next_due_ms > TUESDAY_NOON


def test_every_word_of_the_tree_has_its_word_in_the_records() -> None:
    assert set(PHONE_EFFECTS) == set(get_args(PhoneEffect))
    assert set(PHONE_EFFECTS.values()) <= RECORDED_EFFECTS
    assert set(get_args(Stop)) - {""} == CASE_STOPS | PERSON_STOPS
