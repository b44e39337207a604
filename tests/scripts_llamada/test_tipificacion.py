"""The disposition tree: complete, without contradictions, and strict with what an ejecutivo records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import RETRY_DEFAULT
from scripts_llamada.edge.files import load_arboles
from scripts_llamada.guion import GuionError
from scripts_llamada.tipificacion import (
    DAY_MS,
    Arbol,
    Registro,
    as_json,
    check,
    comment_needed,
    next_due_ms,
    parse,
    validate,
)

GENERIC = load_arboles()["generico"]
TODAY = "2026-11-21"
NOW_MS = round(datetime(2026, 11, 21, 15, tzinfo=UTC).timestamp() * 1000)

# The table of the trade, row by row: code, right party, uses the weekly contact, stops.
ROWS = """
D01 y y -     D02 y y -     D03 y y -     D04 y y -     D05 y y -     D06 y y -     D07 y y -     D08 y y -
D09 y y -     D10 y y stop  D11 y y stop  D12 y y -     D13 y y stop  D14 y y stop  D15 y y -     D16 y y -
D17 y y -     D18 y y -     D19 y y -
A01 y y -     A02 y y -     A03 y y -     A04 y y stop  A05 y y -     A06 y y -
E01 y y -     E02 y y -     E03 y y stop  E04 y y -     E05 y y -
I01 n n -     I02 n n -     I03 n n -     I04 n n -     I05 n n stop  I06 n n -
S01 n n -     S02 n n -     S03 n n -     S04 n n -     S05 n n -     S06 n n -
M01 n n -     M02 n y -     M03 n n -     M04 n n -     M05 n n -
T01 y y -     T02 n n -     T03 n n -     T04 n n -     T05 n n -     T06 y y -
X01 n n -     X02 n n -     X03 n n -     X04 n n -     X05 n n -     X06 n n -     X07 n n -     X08 n n -
X09 n n -     X10 n n -
"""
TABLE = {code: (rpc == "y", week == "y", stop == "stop") for code, rpc, week, stop in zip(*[iter(ROWS.split())] * 4)}  # noqa: B905


def small(**changes: Any) -> dict[str, Any]:
    """A tree with one code for every verdict and one promise."""
    system = {"contact_type": "maquina", "label": "Nada", "rpc": False, "uses_weekly_contact": False}
    promise = {
        "contact_type": "directo",
        "label": "Promesa",
        "rpc": True,
        "uses_weekly_contact": True,
        "needs": ["date", "amount"],
        "next": {"after_h": 168},
    }
    raw: dict[str, Any] = {"id": "chico", "version": 1, "title": "Chico"}
    raw["verdicts"] = dict.fromkeys(RETRY_DEFAULT, "M01") | changes.pop("verdicts", {})
    raw["dispositions"] = {"M01": system, "D01": promise | changes.pop("promise", {})} | changes.pop("more", {})
    return raw | changes


def faults(**changes: Any) -> list[str]:
    return check(parse(small(**changes), "chico.yaml"))


# ── the generic tree ────────────────────────────────────────────────────────────────────────────────


def test_the_generic_tree_has_no_faults() -> None:
    assert check(GENERIC) == []


def test_the_generic_tree_is_the_table_of_the_trade() -> None:
    assert {
        code: (each.rpc, each.uses_weekly_contact, bool(each.stop)) for code, each in GENERIC.dispositions.items()
    } == TABLE


def test_every_verdict_but_connected_has_the_code_that_the_system_records() -> None:
    assert {verdict: GENERIC.system_code(verdict) for verdict in (*RETRY_DEFAULT, "connected")} == {
        "no_answer": "S01",
        "busy": "S02",
        "rejected": "S04",
        "hung_up": "S04",
        "machine": "M01",
        "unallocated": "S05",
        "congestion": "M03",
        "network": "M03",
        "abandoned": "M02",
        "cancelled": "M05",
        "failed": "M03",
        "lost": "M03",
        "connected": "",
    }


def test_the_person_is_stopped_for_insolvency_and_blocking_the_case_for_disputes() -> None:
    assert {code: each.stop for code, each in GENERIC.dispositions.items() if each.stop} == {
        "D10": "disputa",
        "D11": "disputa",
        "D13": "concursal",
        "D14": "bloqueado",
        "A04": "disputa",
        "E03": "disputa",
        "I05": "bloqueado",
    }


def test_opting_out_of_calls_needs_no_next_call_and_admits_none() -> None:
    result = {"contact_type": "directo", "label": "Baja", "rpc": True, "uses_weekly_contact": True}
    assert faults(more={"D02": {**result, "opt_out": ["call"]}}) == []
    assert faults(more={"D02": {**result, "opt_out": ["sms"], "next": {"after_h": 1}}}) == []
    (both,) = faults(more={"D02": {**result, "opt_out": ["call"], "next": {"after_h": 1}}})
    assert "both opt_out of calls and a next call" in both
    (neither,) = faults(more={"D02": {**result, "opt_out": ["sms"]}})
    assert "neither stops nor says" in neither


def test_the_console_is_offered_only_what_can_come_of_a_call() -> None:
    shown = as_json(GENERIC)
    codes = [each["code"] for each in shown["dispositions"]]
    assert codes == [code for code in TABLE if code[0] in "DAEIS"]
    first = shown["dispositions"][0]
    assert (first["label"], first["contact_type"], first["needs"]) == (
        "Compromiso de pago total",
        "directo",
        ["date", "amount"],
    )


# ── check ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_verdict_without_a_code_is_found() -> None:
    raw = small()
    del raw["verdicts"]["busy"]
    assert check(parse(raw, "x")) == [
        "arbol chico: verdicts: busy is not mapped; give it the code that the system records for it"
    ]


def test_connected_may_not_be_mapped_because_an_ejecutivo_owes_that_gestion() -> None:
    assert any("connected is no verdict" in fault for fault in faults(verdicts={"connected": "M01"}))


def test_a_verdict_mapped_to_a_code_that_is_missing_or_needs_a_person_is_found() -> None:
    found = faults(verdicts={"busy": "S99", "lost": "D01"})
    assert any("busy = 'S99': there is no such code" in fault for fault in found)
    assert any("lost = 'D01': the system cannot record" in fault for fault in found)


@pytest.mark.parametrize("change", [{"requires_comment": True}, {"contact_type": "directo", "rpc": True}])
def test_the_system_cannot_record_a_comment_or_a_conversation(change: dict[str, Any]) -> None:
    other = small()["dispositions"]["M01"] | {"label": "Otra"} | change
    found = faults(more={"M09": other}, verdicts={"busy": "M09"})
    assert any("busy = 'M09': the system cannot record" in fault for fault in found)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"needs": ["date"]}, "takes both date and amount"),
        ({"rpc": False}, "contradicts the contact type directo"),
        ({"stop": "disputa"}, "both stop and a next call"),
        ({"next": None}, "neither stops nor says when"),
        ({"code": "D02"}, "contradicts its key"),
    ],
)
def test_a_result_that_contradicts_itself_is_found(change: dict[str, Any], says: str) -> None:
    (fault,) = faults(promise=change)
    assert says in fault and fault.startswith("arbol chico: D01: ")


def test_two_results_with_the_same_words_are_found() -> None:
    twin = small()["dispositions"]["D01"] | {"label": "PROMESA"}
    assert any("more than one result" in fault for fault in faults(more={"D02": twin}))


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"needs": ["fecha"]}, "dispositions.D01.needs.0 = 'fecha'"),
        ({"contact_type": "DIRECTO"}, "dispositions.D01.contact_type = 'DIRECTO'"),
        ({"phone_effect": "x"}, "dispositions.D01.phone_effect"),
        ({"next": {"after_h": -1}}, "dispositions.D01.next.after_h = -1"),
        ({"peso": 3}, "dispositions.D01.peso: there is no such key"),
    ],
)
def test_a_fault_of_form_names_the_code_and_the_key(change: dict[str, Any], names: str) -> None:
    with pytest.raises(GuionError, match=r"chico\.yaml: ") as bad:
        parse(small(promise=change), "chico.yaml")
    assert names in str(bad.value)


@pytest.mark.parametrize("raw", [None, [], {}, {"dispositions": []}, {"dispositions": {"D01": 3}}])
def test_what_is_no_tree_at_all_is_refused_with_a_sentence(raw: object) -> None:
    with pytest.raises(GuionError, match=r"chico\.yaml"):
        parse(raw, "chico.yaml")


# ── a gestión ───────────────────────────────────────────────────────────────────────────────────────


def wrong(code: str, **said: Any) -> list[str]:
    return validate(GENERIC, Registro(code=code, **said), TODAY, NOW_MS)


PROMISE = {"promise_date": "2026-11-30", "promise_amount": "1250000"}


def test_a_complete_compromiso_is_accepted() -> None:
    assert wrong("D01", **PROMISE) == []
    assert wrong("D01", promise_date=TODAY, promise_amount="1") == []
    assert wrong("D01", promise_date="2026-12-21", promise_amount="1250000.00") == []


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"promise_date": ""}, "Falta la fecha del compromiso."),
        ({"promise_amount": ""}, "Falta el monto del compromiso."),
        ({"promise_date": "2026-11-20"}, "La fecha del compromiso (20-11-2026) ya pasó."),
        ({"promise_date": "2026-12-22"}, "La fecha del compromiso (22-12-2026) está a más de 30 días."),
        (
            {"promise_date": "2026-11-31"},
            "La fecha del compromiso «2026-11-31» no existe: se espera año-mes-día, como 2026-10-31.",
        ),
        (
            {"promise_date": "20261130"},
            "La fecha del compromiso «20261130» no existe: se espera año-mes-día, como 2026-10-31.",
        ),
        ({"promise_amount": "0"}, "El monto del compromiso debe ser mayor que cero."),
    ],
)
def test_each_fault_of_a_compromiso_is_told_in_spanish(said: dict[str, str], says: str) -> None:
    assert wrong("D01", **(PROMISE | said)) == [says]


@pytest.mark.parametrize("amount", ["1.250.000", "1.000", "1,5", "-5", "1e6", "1.50", "$100", "NaN", "٣", "9" * 13])
def test_an_amount_that_could_be_read_two_ways_is_never_guessed(amount: str) -> None:
    (fault,) = wrong("D01", **(PROMISE | {"promise_amount": amount}))
    assert "no se entiende" in fault


@given(st.dates(), st.text(max_size=12))
def test_what_is_accepted_is_always_a_day_within_the_limit_and_a_positive_whole_amount(day: date, amount: str) -> None:
    today = date.fromisoformat(TODAY)
    if not wrong("D01", promise_date=day.isoformat(), promise_amount=amount):
        assert 0 <= (day - today).days <= 30
        assert Decimal(amount) > 0 and Decimal(amount) % 1 == 0


def test_a_compromiso_with_a_result_that_promises_nothing_is_refused() -> None:
    assert wrong("D12", comment="dice que no", **PROMISE) == [
        "El resultado D12 (No quiere pagar) no lleva compromiso: quite fecha y monto."
    ]


@pytest.mark.parametrize("code", ["D08", "A06", "I01"])
def test_a_rellamado_needs_its_hour(code: str) -> None:
    assert wrong(code) == ["Falta la fecha y hora del rellamado."]
    assert wrong(code, callback_ms=NOW_MS) == ["La hora del rellamado ya pasó."]
    assert wrong(code, callback_ms=NOW_MS + 31 * DAY_MS) == ["El rellamado está a más de 30 días."]
    assert wrong(code, callback_ms=NOW_MS + 1) == []


def test_nobody_is_called_back_whose_case_was_stopped() -> None:
    (fault,) = wrong("D14", comment="pide bloqueo", callback_ms=NOW_MS + DAY_MS)
    assert "no admite rellamado" in fault


@pytest.mark.parametrize(
    "code", [code for code in TABLE if code in GENERIC.agent_codes and comment_needed(GENERIC.dispositions[code])]
)
@pytest.mark.parametrize("comment", ["", "   ", "...", "ok"])
def test_what_must_be_written_down_is_asked_for_by_name(code: str, comment: str) -> None:
    promise = PROMISE if GENERIC.dispositions[code].is_promise else {}
    (fault,) = wrong(code, comment=comment, **promise)
    assert fault == f"Falta el comentario: escriba {comment_needed(GENERIC.dispositions[code])}."
    assert wrong(code, comment="Rol C-123-2026", **promise) == []


@pytest.mark.parametrize("address", ["", "   ", "...", "1 2 3"])
def test_a_retiro_needs_to_know_where(address: str) -> None:
    assert wrong("D04", address=address, **PROMISE) == [
        "Falta la dirección donde retirar el pago: calle, número y comuna."
    ]
    assert wrong("D04", address="Matta 12", **PROMISE) == []


def test_an_address_with_a_result_that_fetches_nothing_is_refused() -> None:
    assert wrong("D07", address="Matta 12") == [
        "El resultado D07 (Intención de pago sin fecha) no lleva dirección: quítela."
    ]


@pytest.mark.parametrize("code", ["", "Z99", "d01", "x" * 5000])
def test_a_code_that_does_not_exist_is_named(code: str) -> None:
    (fault,) = wrong(code)
    assert "no existe en el árbol" in fault and len(fault) < 120


@pytest.mark.parametrize("code", [code for code in TABLE if code[0] in "MTX"])
def test_what_the_system_or_terreno_records_is_no_answer_of_an_ejecutivo(code: str) -> None:
    assert "no lo registra un ejecutivo" in wrong(code)[0]


# ── what follows ────────────────────────────────────────────────────────────────────────────────────


def due(code: str, arbol: Arbol = GENERIC, **said: Any) -> int | None:
    return next_due_ms(arbol, arbol.dispositions[code], NOW_MS, **said)


def test_a_rellamado_is_due_when_it_was_agreed() -> None:
    assert due("D08", callback_ms=NOW_MS + 5) == NOW_MS + 5
    assert due("D07", callback_ms=NOW_MS + 5) == NOW_MS + 5


def test_a_compromiso_rests_until_its_day_and_the_grace_are_over_and_never_less_than_a_week() -> None:
    assert due("D01", promise_day_ms=NOW_MS) == NOW_MS + 7 * DAY_MS
    assert due("D01", promise_day_ms=NOW_MS + 20 * DAY_MS) == NOW_MS + 22 * DAY_MS


def test_a_stopped_case_is_never_due_again() -> None:
    assert due("D14", callback_ms=NOW_MS + 5) is None


def test_without_a_rule_of_its_own_the_verdicts_retry_decides() -> None:
    assert due("M05") is None
    assert due("S02") == NOW_MS + 30 * 60_000
