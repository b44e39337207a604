"""The floor's words: everything the mechanism can name has a Spanish word, and figures are written as in Chile."""

from __future__ import annotations

from agents.agent import State
from dialer.call import Stage
from dialer.outcome import Verdict
from dialer.rules import RULE_IDS
from metrics.words import REASONS, STAGES, STATES, VERDICTS, lapse, millis, number, percent, said


def test_every_state_stage_verdict_and_rule_has_its_word() -> None:
    assert set(STATES) == set(State)
    assert set(STAGES) == set(Stage)
    assert set(VERDICTS) == set(Verdict)
    assert set(REASONS) >= RULE_IDS


def test_a_reason_without_a_word_is_shown_as_it_is_rather_than_hidden() -> None:
    assert said(REASONS, "hours") == "fuera de horario"
    assert said(REASONS, "trunk_on_fire") == "trunk on fire"


def test_figures_are_written_as_in_chile() -> None:
    assert number(1_234_567) == "1.234.567"
    assert (percent(1, 8), percent(3, 100), percent(3, 100, least=True), percent(0, 0)) == (
        "12,5 %",
        "3,0 %",
        "3 %",
        "0,0 %",
    )
    assert (millis(None), millis(1_234.4)) == ("–", "1.234 ms")
    assert (lapse(-5), lapse(247_000), lapse(3_847_000)) == ("0:00", "4:07", "1:04:07")
