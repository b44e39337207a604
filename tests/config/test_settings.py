"""The configuration is refused with a sentence for each fault, and never half accepted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import RETRY_DEFAULT, ConfigError, Retry, Settings, Strategy, parse


def faults(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        parse(raw, "sala.toml")
    return str(refused.value).splitlines()


def test_a_cartera_alone_is_enough_because_everything_else_has_a_default() -> None:
    settings = parse({"carteras": {"facturas": {}}})
    assert settings.carteras["facturas"] == Strategy()
    assert settings.limits.gap_ms == 10_000


def test_a_misspelt_key_is_named_with_its_whole_path() -> None:
    assert faults({"carteras": {"facturas": {"ratoi": 2}}}) == [
        "sala.toml: carteras.facturas.ratoi: there is no such key here; remove it or correct its spelling"
    ]


def test_a_value_out_of_range_is_shown_beside_what_is_allowed() -> None:
    (fault,) = faults({"carteras": {"facturas": {"ring_s": 5}}})
    assert fault.startswith("sala.toml: carteras.facturas.ring_s = 5: ")
    assert "greater than or equal to 15" in fault


def test_all_faults_are_told_at_once() -> None:
    raw = {"node": "N 1", "limits": {"calls_max": 0}, "carteras": {"facturas": {"mode": "psychic"}}}
    assert len(faults(raw)) == 3


@pytest.mark.parametrize(
    ("strategy", "told"),
    [
        ({"abandon_ratio_max": 0.02, "abandon_target": 0.03}, "0.03 must not be above abandon_ratio_max 0.02"),
        ({"abandon_ratio_max": 0}, "mode predictive with abandon_ratio_max 0: it must be above 0 and below 1"),
        ({"mode": "vicidial_tapered", "abandon_ratio_max": 1}, "mode vicidial_tapered with abandon_ratio_max 1"),
        ({"abandon_target": 0}, "greater than 0"),
        ({"abandon_window_days": 31}, "less than or equal to 30"),
        ({"careful_saldo": -1}, "greater than or equal to 0"),
        ({"amd_false_ratio": 1}, "less than 1"),
    ],
)
def test_an_impossible_target_is_a_sentence(strategy: dict[str, Any], told: str) -> None:
    (fault,) = faults({"carteras": {"facturas": strategy}})
    assert told in fault


def test_the_target_is_the_maximum_where_none_is_given() -> None:
    assert Strategy(abandon_ratio_max=0.02).target == 0.02
    assert Strategy(abandon_ratio_max=0.02, abandon_target=0.01).target == 0.01


def test_a_cartera_that_allows_no_abandoned_call_may_be_progressive() -> None:
    assert Strategy(mode="progressive", abandon_ratio_max=0).target == 0


def test_no_cartera_at_all_is_refused() -> None:
    assert faults({}) == ["sala.toml: carteras: is missing and has no default"]
    assert faults({"carteras": {}})[0].startswith("sala.toml: carteras: ")


def test_a_retry_for_a_verdict_that_does_not_exist_names_those_that_do() -> None:
    (fault,) = faults({"carteras": {"facturas": {"retry": {"ocupado": {"after_min": 1}}}}})
    assert "retry.ocupado" in fault and "no_answer" in fault


def test_hours_that_end_before_they_begin_are_refused() -> None:
    (fault,) = faults({"carteras": {"facturas": {"hours_from": "20:00", "hours_to": "08:00"}}})
    assert "hours_from 20:00 must be before hours_to 08:00" in fault


@pytest.mark.parametrize("hour", ["24:30", "25:00", "8:00", "08:60", "0800"])
def test_an_hour_that_no_clock_shows_is_refused(hour: str) -> None:
    assert "carteras.facturas.hours_to" in faults({"carteras": {"facturas": {"hours_to": hour}}})[0]


def test_the_day_may_end_at_midnight() -> None:
    assert parse({"carteras": {"facturas": {"hours_to": "24:00"}}}).carteras["facturas"].hours_to == "24:00"


def test_a_wrong_secret_is_never_printed() -> None:
    (fault,) = faults({"asterisk": {"secret": 123456}, "carteras": {"facturas": {}}})
    assert "123456" not in fault and "asterisk.secret" in fault


def test_a_huge_value_is_cut_so_that_the_sentence_stays_a_line() -> None:
    (fault,) = faults({"node": "x" * 10_000, "carteras": {"facturas": {}}})
    assert len(fault) < 300


@pytest.mark.parametrize("cartera", ["Facturas Norte", "", "ñandú", "a" * 33])
def test_a_cartera_id_that_could_not_be_a_label_is_refused(cartera: str) -> None:
    assert "carteras" in faults({"carteras": {cartera: {}}})[0]


def test_a_cartera_may_change_one_retry_and_keep_the_others() -> None:
    strategy = Strategy(retry={"busy": Retry(after_min=1)})
    assert strategy.retry_for("busy") == Retry(after_min=1)
    assert strategy.retry_for("no_answer") == RETRY_DEFAULT["no_answer"]
    assert strategy.retry_for("connected") is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from([*Settings.model_fields, "otra"])


@given(st.dictionaries(keys, json_values, max_size=5))
def test_any_nonsense_is_answered_with_sentences_that_name_the_file(raw: dict[str, Any]) -> None:
    try:
        parse(raw, "sala.toml")
    except ConfigError as refused:
        assert all(line.startswith("sala.toml: ") for line in str(refused).splitlines())
