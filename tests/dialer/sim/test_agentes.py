"""Pretend ejecutivos decide like real ones, and the same dice make them decide the same."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.sim.agentes import (
    HOUR_MS,
    STEPS_MAX,
    Behaviour,
    Talk,
    between,
    choose,
    gestion,
    pick,
    plain_gestion,
    walk,
)
from scripts_llamada.edge.files import load_arboles, load_guiones
from scripts_llamada.guion import filled, missing_mandatory
from scripts_llamada.tipificacion import Registro, as_json, validate

NOW_MS = 1_795_000_000_000
TODAY = "2026-11-18"
B = Behaviour()
CARD: dict[str, Any] = {
    "documentos": [
        {"saldo": "1000000", "moneda": "CLP"},
        {"saldo": "250000.00"},
        {"saldo": "33.5", "moneda": "UF"},
    ]
}
TREE: dict[str, Any] = {
    "dispositions": [
        {"code": "D01", "contact_type": "directo", "needs": ["date", "amount"]},
        {"code": "D10", "contact_type": "directo", "needs": ["reason"], "stop": "disputa", "comment_needed": "por qué"},
        {"code": "S04", "contact_type": "sin_contacto", "needs": []},
    ]
}


def dice_of(seed: int) -> Any:
    return random.Random(seed).random


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_number_between_two_is_between_them(least: int, more: int, roll: float) -> None:
    assert least <= between((least, least + more), lambda: roll) <= least + more


def test_what_weighs_more_is_picked_more_and_what_weighs_nothing_never() -> None:
    dice = dice_of(1)
    picked = Counter(pick("abc", [3.0, 0.0, 1.0], dice) for _ in range(4000))
    assert picked["b"] == 0
    assert 2700 < picked["a"] < 3300


def test_when_nothing_weighs_anything_the_last_one_is_picked() -> None:
    assert pick("abc", [0.0, 0.0, 0.0], lambda: 0.5) == "c"


def test_a_guion_that_goes_in_circles_is_left_in_the_end() -> None:
    ring = {"start": "a", "nodes": {"a": {"next": "b"}, "b": {"next": "a"}}}
    assert len(list(walk(ring, B, dice_of(1)))) == STEPS_MAX


@pytest.mark.parametrize("script", [{}, {"start": "x", "nodes": {}}, {"start": "a", "nodes": {"a": {"next": "b"}}}])
def test_a_guion_that_leads_nowhere_is_left_where_it_breaks_off(script: dict[str, Any]) -> None:
    assert len(list(walk(script, B, dice_of(1)))) <= 1


def test_what_the_guion_suggests_is_mostly_what_is_recorded() -> None:
    dice = dice_of(2)
    chosen = Counter(choose(TREE, "S04", B, dice)["code"] for _ in range(1000))
    assert chosen["S04"] > 750


def test_a_code_of_weight_zero_is_not_chosen_unless_the_guion_suggests_it() -> None:
    never = Behaviour(weights={"D01": 0.0, "D10": 0.0})
    dice = dice_of(3)
    assert {choose(TREE, "", never, dice)["code"] for _ in range(200)} == {"S04"}


def test_a_suggestion_that_the_tree_does_not_have_is_not_followed() -> None:
    assert choose(TREE, "Z99", B, dice_of(4))["code"] in {"D01", "D10", "S04"}


def test_an_empty_tree_is_said_to_be_so() -> None:
    with pytest.raises(ValueError, match="give the cartera a tree"):
        gestion("c.n1.a.1", {}, CARD, Talk(), NOW_MS, B, dice_of(1))


def test_a_promise_is_of_the_whole_debt_in_pesos_and_soon() -> None:
    always = Behaviour(follow_chance=1.0, promise_days=(3, 3))
    made = gestion("c.n1.a.1", TREE, CARD, Talk(suggests="D01"), NOW_MS, always, dice_of(5))
    assert made.promise is not None
    assert (made.promise.date, made.promise.amount) == ("2026-11-21", "1250000")


@pytest.mark.parametrize("card", [{}, {"documentos": []}, {"documentos": [{"saldo": "mucho"}]}])
def test_a_card_without_amounts_still_gives_a_promise(card: dict[str, Any]) -> None:
    always = Behaviour(follow_chance=1.0)
    made = gestion("c.n1.a.1", TREE, card, Talk(suggests="D01"), NOW_MS, always, dice_of(5))
    assert made.promise is not None
    assert made.promise.amount == "10000"


def test_the_simplest_gestion_needs_nothing_and_stops_nothing() -> None:
    assert plain_gestion("c.n1.a.1", TREE, Talk(("a",), ("a",))).code == "S04"


def test_the_same_dice_make_the_same_conversation() -> None:
    script = filled(load_guiones()["facturas"], {})
    assert list(walk(script, B, dice_of(6))) == list(walk(script, B, dice_of(6)))


@pytest.mark.parametrize("name", ["facturas", "consumo"])
def test_with_the_products_own_guiones_and_tree_every_gestion_is_one_that_may_be_saved(name: str) -> None:
    guion, arbol = load_guiones()[name], load_arboles()["generico"]
    script, tree, dice = filled(guion, {}), as_json(arbol), dice_of(7)
    codes = set()
    for n in range(500):
        talk = Talk()
        for step in walk(script, B, dice):
            talk = talk.after(step)
        made = gestion(f"c.n1.a.{n}", tree, CARD, talk, NOW_MS, B, dice)
        registro = Registro(
            code=made.code,
            comment=made.comment,
            promise_date=made.promise.date if made.promise else "",
            promise_amount=made.promise.amount if made.promise else "",
            callback_ms=made.callback.at_ms if made.callback else None,
            address=made.address,
        )
        assert validate(arbol, registro, TODAY, NOW_MS + HOUR_MS // 60) == []
        assert missing_mandatory(guion, made.trace, made.ticked) == ()
        codes.add(made.code)
    assert len(codes) > 10
