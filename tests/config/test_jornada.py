"""Pauses and goals: what ops may write, and what a wrong file is told."""

from __future__ import annotations

from typing import Any

import pytest

from config.jornada import PAUSAS
from config.settings import ConfigError, parse

CARTERAS: dict[str, object] = {"carteras": {"facturas": {}}}


def test_without_a_word_in_the_file_there_are_the_usual_pauses_and_no_goals() -> None:
    """The legal rest of 30 minutes (Ley 21.142) and the half hour of colación (art. 34) have their budget."""
    settings = parse(CARTERAS)
    assert settings.pausas == PAUSAS
    budgets = {one.reason: one.budget_ms for one in settings.pausas}
    assert (budgets["descanso"], budgets["colacion"], budgets["baño"]) == (1_800_000, 1_800_000, 0)
    assert (settings.metas.compromisos, settings.metas.contactos) == (0, 0)


def test_a_site_has_its_own_pauses_and_goals() -> None:
    own = [{"reason": "misa", "label": "Misa", "budget_min": 12.5}]
    settings = parse(CARTERAS | {"pausas": own, "metas": {"compromisos": 8}})
    assert [(one.reason, one.budget_ms) for one in settings.pausas] == [("misa", 750_000)]
    assert settings.metas.compromisos == 8


@pytest.mark.parametrize(
    ("pausas", "named"),
    [
        ([], "pausas"),
        ([{"reason": "a b", "label": "X"}], "reason"),
        ([{"reason": "dos", "label": ""}], "label"),
        ([{"reason": "dos", "label": "Dos"}, {"reason": "dos", "label": "Otra vez"}], "'dos' is there twice"),
        ([{"reason": "inicio", "label": "Inicio"}], "floor's own word"),
        ([{"reason": "dos", "label": "Dos", "budget_min": 2000}], "budget_min"),
    ],
)
def test_a_wrong_pause_stops_the_start_with_a_sentence_that_names_it(pausas: Any, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        parse(CARTERAS | {"pausas": pausas})
