"""Why a debtor is, or is not, next: one test for each state, and the engine never says otherwise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from config.settings import Strategy
from dialer.applied import applied
from dialer.carteras.order import Inputs, score
from dialer.commands import NoteSkipped
from dialer.contact import Contact, Phone, Touch
from dialer.explain import STATES, Explanation, Facts, Skipped, explain, skip_word
from dialer.records import Whereabouts
from dialer.rules import Refused, may_contact
from tests.dialer.test_rules import preset
from tests.floors import CL, TUESDAY_NOON, contact

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
INPUTS = Inputs(Decimal(1_000_000), 45, phone_quality=50)
READY = Whereabouts(
    built=True,
    known=True,
    rank=5,
    ready=40,
    due_ms=None,
    agent_id="",
    release_ms=0,
    lease_ms=None,
    lock_ms=0,
    lock_cartera="",
    lock_case_id=0,
    lock_node="",
)
TALKED = Touch(TUESDAY_NOON - DAY_MS, phone_id=10, rang=True, answered=True, effective=True, verdict="connected")


def placed(**changes: Any) -> Whereabouts:
    return msgspec.structs.replace(READY, **changes)


def facts(case: Contact | None = None, where: Whereabouts | None = READY, **changes: Any) -> Facts:
    given: dict[str, Any] = {
        "rut": "12345678-5",
        "contact": case or contact(1, score=score(("saldo", "mora"), INPUTS)),
        "numbers": {10: "+56912345678", 11: "+56221234567"},
        "queue_state": "open",
        "queue_why": "",
        "due_ms": TUESDAY_NOON - DAY_MS,
        "last_verdict": "",
        "last_gestion": "",
        "open_attempt": "",
        "owed_by": "",
        "where": where,
        "inputs": INPUTS,
        "persona": "natural",
        "sources": {10: "asignacion", 11: "demograficos"},
    }
    return Facts(**{**given, **changes})


def told(one: Facts, now_ms: int = TUESDAY_NOON, **strategy: Any) -> Explanation:
    settings = Strategy(**strategy)
    return explain(one, settings, applied(CL, settings), now_ms)


LATER = TUESDAY_NOON + 3 * HOUR_MS
OWN = contact(1, agent_id="e01", callback_ms=LATER)
LISTED = contact(1, agent_id="e01", listed=True)

CASES: list[tuple[str, Facts, dict[str, Any], int | None]] = [
    ("detenido", facts(contact(1, stops=("concursal",))), {}, None),
    ("detenido", facts(queue_state="stopped", queue_why="D14"), {}, None),
    ("detenido", facts(contact(1, stops=("baja_sms",))), {}, None),
    ("agotado", facts(queue_state="dropped", queue_why="no_answer_max"), {}, None),
    ("en_llamada", facts(open_attempt="c.n1.r.7"), {}, None),
    ("gestion_pendiente", facts(owed_by="e07"), {}, None),
    ("sin_telefono", facts(contact(1, phones=())), {}, None),
    ("sin_telefono", facts(contact(1, phones=(Phone(10, "laboral"),))), {}, None),
    ("tomado", facts(where=placed(rank=None, lease_ms=TUESDAY_NOON + 9_000, lock_node="n2", lock_case_id=1)), {}, None),
    ("persona_ocupada", facts(where=placed(lock_ms=LATER, lock_case_id=9, lock_cartera="b")), {}, None),
    ("cartera_desactivada", facts(), {"enabled": False}, None),
    ("cola_incompleta", facts(where=placed(known=False, rank=None)), {}, None),
    ("reservado", facts(OWN, placed(rank=None, agent_id="e01", due_ms=LATER, release_ms=LATER + 900_000)), {}, LATER),
    ("reservado", facts(LISTED, placed(rank=None, agent_id="e01", due_ms=TUESDAY_NOON)), {}, TUESDAY_NOON),
    ("programado", facts(where=placed(rank=None, due_ms=LATER)), {}, LATER),
    ("norma", facts(contact(1, history=(TALKED,))), {}, TUESDAY_NOON + 6 * DAY_MS),
    ("siguiente", facts(where=placed(rank=1)), {}, TUESDAY_NOON),
    ("en_cola", facts(), {}, TUESDAY_NOON),
    ("en_cola", facts(where=None), {}, TUESDAY_NOON),
]


IDS = [f"{n}-{case[0]}" for n, case in enumerate(CASES)]


@pytest.mark.parametrize(("state", "one", "strategy", "next_ms"), CASES, ids=IDS)
def test_a_debtor_in_each_state_is_told_why_and_from_when(
    state: str, one: Facts, strategy: dict[str, Any], next_ms: int | None
) -> None:
    said = told(one, **strategy)
    assert (said.state, said.next_ms) == (state, next_ms)
    assert said.sentence.endswith(".")


def test_every_state_has_its_case_here() -> None:
    assert {case[0] for case in CASES} == set(STATES)


def test_a_case_in_line_says_its_place_and_how_its_score_is_made() -> None:
    said = told(facts())
    assert (said.rank, said.ready) == (5, 40)
    assert "4 casos delante" in said.sentence
    assert said.order == {"saldo": 1994, "mora": 45}
    assert said.score == said.fresh_score == 1994 * 8192 + 45


def test_a_strategy_that_changed_since_shows_the_score_the_case_will_get() -> None:
    said = told(facts(), order=("mora",))
    assert said.fresh_score == 45
    assert said.score != said.fresh_score


def test_each_telephone_has_its_own_verdict_and_the_one_to_be_called_is_marked() -> None:
    phones = (Phone(10, "laboral", 90), Phone(11, "fijo", 20))
    said = told(facts(contact(1, phones=phones)))
    assert [(one.number, one.allowed, one.chosen, one.rule) for one in said.phones] == [
        ("+56912345678", False, False, "phone_kind"),
        ("+56221234567", True, True, ""),
    ]


def test_outside_the_hours_the_time_given_is_the_one_at_which_the_rules_allow_it() -> None:
    night = TUESDAY_NOON + 10 * HOUR_MS
    said = told(facts(), night)
    refused = may_contact(facts().contact, Phone(10, "movil"), "call", (), applied(CL, Strategy()), night)
    assert isinstance(refused, Refused)
    assert (said.state, said.next_ms) == ("norma", refused.next_allowed_ms)
    assert said.rule_version == "cl_consumidor@2026-11-21"


def test_what_is_due_before_the_law_allows_it_is_called_when_the_law_does() -> None:
    case = contact(1, history=(TALKED,), agent_id="e01", callback_ms=LATER)
    said = told(facts(case, placed(rank=None, agent_id="e01", due_ms=LATER, release_ms=LATER + 900_000)))
    assert (said.state, said.next_ms) == ("reservado", TUESDAY_NOON + 6 * DAY_MS)


def test_a_callback_whose_grace_is_over_is_anybodys() -> None:
    said = told(facts(OWN, placed(rank=1)))
    assert (said.state, said.bound_to) == ("siguiente", "")


def test_how_the_last_call_brings_the_case_back_is_told() -> None:
    assert "180 min" in told(facts(last_verdict="no_answer")).retry
    assert "D07" in told(facts(last_verdict="connected", last_gestion="D07")).retry
    assert told(facts()).retry == ""


def test_who_opted_out_of_messages_may_be_called_where_the_rules_look_at_each_channel() -> None:
    settings = Strategy()
    by_channel = applied(preset(stops={"opt_out_per_channel": True}), settings)
    said = explain(facts(contact(1, stops=("baja_sms",))), settings, by_channel, TUESDAY_NOON)
    assert (said.state, said.stops) == ("en_cola", ("baja_sms",))


def test_a_card_that_was_left_for_later_tells_by_whom_when_and_why() -> None:
    note = NoteSkipped("a", 1, "e01", TUESDAY_NOON - HOUR_MS, "no_es_hora")
    said = told(facts(queue_why=skip_word(note)))
    assert said.skipped == Skipped("e01", TUESDAY_NOON - HOUR_MS, "no_es_hora")
    assert said.state == "en_cola"
    without = msgspec.structs.replace(note, reason="")
    assert told(facts(queue_why=skip_word(without))).skipped == Skipped("e01", TUESDAY_NOON - HOUR_MS, "")
    assert told(facts(queue_state="dropped", queue_why="no_answer_max")).skipped is None


def test_a_rellamado_that_was_put_off_tells_both_moments() -> None:
    due_ms = TUESDAY_NOON + 6 * DAY_MS
    case = contact(1, history=(TALKED,), agent_id="e01", callback_ms=LATER)
    said = told(facts(case, placed(rank=None, agent_id="e01", due_ms=due_ms, release_ms=due_ms + 900_000)))
    assert (said.state, said.callback_ms, said.next_ms) == ("reservado", LATER, due_ms)


@pytest.mark.parametrize(
    ("contrato", "words"),
    [
        ({}, ""),
        ({"numero": "77"}, ""),
        ({"numero": "77", "asignada": "2026-01-01"}, "77 desde el 2026-01-01"),
        ({"asignada": "2026-12-01"}, "desde el 2026-12-01: aún no empieza"),
        (
            {"numero": "77", "asignada": "2026-01-01", "cierre": "2026-11-23"},
            "77 desde el 2026-01-01 hasta el 2026-11-23: ya terminó",
        ),
    ],
)
def test_the_contract_is_told_with_its_days_where_it_has_any(contrato: dict[str, str], words: str) -> None:
    assert told(facts(), contrato=contrato).contract == words


def test_a_debtor_whose_contract_has_ended_is_told_so_by_its_rule() -> None:
    said = told(facts(), contrato={"cierre": "2026-11-23"})
    assert (said.state, said.next_ms) == ("norma", None)
    assert {(one.rule, one.reason) for one in said.phones} == {
        ("contract", "the contract with the mandante ended on 2026-11-23")
    }


def test_a_debtor_is_told_with_their_persona_and_where_each_telephone_came_from() -> None:
    said = told(facts(contact(1, phones=(Phone(10, "movil"), Phone(12, "fijo")))))
    assert said.persona == "natural"
    assert [one.source for one in said.phones] == ["asignacion", ""]
