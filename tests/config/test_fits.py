"""No floor starts with a cartera that its preset, or its mandante's caller-id policy, does not allow on the day."""

from __future__ import annotations

from typing import Any

import pytest

from config.fits import rule_faults
from config.settings import ConfigError, parse
from tests.floors import CODES, REGLAS

DAY = "2026-11-24"
ACME = {"cli": [{"since": "2025-08-13", "until": "2027-01-01", "policy": "600"}]}


def faults(day: str = DAY, mandantes: dict[str, Any] | None = None, **strategy: Any) -> list[str]:
    raw = {"carteras": {"facturas": strategy}, "mandantes": mandantes or {}}
    return rule_faults(parse(raw), REGLAS, day)


def test_the_default_cartera_keeps_to_the_rules() -> None:
    assert faults() == []


@pytest.mark.parametrize("preset", REGLAS)
def test_the_default_cartera_keeps_to_every_preset(preset: str) -> None:
    assert faults(preset=preset) == []


def test_more_abandonment_than_the_preset_allows_is_refused() -> None:
    (fault,) = faults(abandon_ratio_max=0.05)
    assert fault == "carteras.facturas.abandon_ratio_max = 0.05: cl_consumidor allows at most 0.03"


def test_a_longer_window_than_the_preset_counts_over_is_refused() -> None:
    (fault,) = faults(preset="uk_legacy", abandon_window_days=2)
    assert fault == "carteras.facturas.abandon_window_days = 2: uk_legacy counts abandonment over at most 1"
    assert faults(preset="us", abandon_window_days=30) == []


def test_less_ringing_and_more_waiting_than_the_preset_allows_is_refused() -> None:
    strict = REGLAS["cl_consumidor"].dialing[0].model_copy(update={"ring_min_s": 20.0, "wait_max_s": 1.0})
    reglas = {"cl_consumidor": REGLAS["cl_consumidor"].model_copy(update={"dialing": (strict,)})}
    said = rule_faults(parse({"carteras": {"facturas": {"ring_s": 16, "wait_s": 2}}}), reglas, DAY)
    assert said == [
        "carteras.facturas.ring_s = 16: cl_consumidor asks for at least 20 seconds",
        "carteras.facturas.wait_s = 2: cl_consumidor allows at most 1 seconds",
    ]


def test_the_presets_of_each_regime_are_asked_too() -> None:
    said = faults(preset="pe", preset_by_regime={"mype": "cl_mype"}, abandon_ratio_max=0.05)
    assert ["pe allows" in said[0], "cl_mype allows" in said[1]] == [True, True]


def test_a_number_that_is_not_the_policys_on_the_day_is_refused_and_a_disabled_cartera_may_wait() -> None:
    other = {"caller_id": "221234567", "mandante": "acme"}
    (fault,) = faults(mandantes={"acme": ACME}, **other)
    assert fault.startswith("carteras.facturas (mandante acme): caller_id 221234567 is not a 600 number")
    assert faults(mandantes={"acme": ACME}, **other, enabled=False) == []
    assert faults(mandantes={"acme": ACME}, mandante="acme", caller_id="600123456") == []
    assert "no caller-id policy" in faults("2027-01-01", {"acme": ACME}, mandante="acme", caller_id="600123456")[0]


@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        ({"preset": "atlantis"}, "no such preset"),
        ({"preset_by_regime": {"mype": "atlantis"}}, "no such preset"),
        ({"mandante": "nadie"}, "no such mandante"),
    ],
)
def test_a_name_that_nobody_has_is_refused_with_those_that_there_are(strategy: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse({"carteras": {"facturas": strategy}}).floor(REGLAS, CODES)


def test_the_engine_is_given_the_presets_that_its_carteras_name_and_no_others() -> None:
    raw = {"carteras": {"a": {"preset": "co"}, "b": {"preset_by_regime": {"empresa": "cl_empresa"}}}}
    assert set(parse(raw).floor(REGLAS, CODES).reglas) == {"co", "cl_consumidor", "cl_empresa"}
