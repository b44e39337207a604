"""What a jefe may change from the page, laid over the file."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from config import versions as v
from config.edge.files import load_reglas
from config.fits import rule_faults
from config.settings import RETRY_DEFAULT, Settings, parse
from config.versions import Change, Fault, Version

REGLAS = load_reglas()
DAY = "2026-11-24"


def file(**strategy: Any) -> Settings:
    return parse({"carteras": {"facturas": strategy, "consumo": {}}, "metas": {"contactos": 40}})


def version(patch: dict[str, Any], cartera: str = "facturas", number: int = 1) -> Version:
    return Version(cartera, number, "jefe", 1_000, "", patch)


def faults(patch: dict[str, Any], of: Settings | None = None, cartera: str = "facturas") -> list[Fault]:
    return v.faults(of or file(), version(patch, cartera), REGLAS, DAY)


def test_a_patch_lies_over_its_cartera_and_leaves_the_rest_of_the_file_alone() -> None:
    told = v.in_force(file(ring_s=40), [version({"abandon_ratio_max": 0.02})], REGLAS, DAY)
    assert not told.unfit
    assert told.taken["facturas"].number == 1
    assert told.settings.carteras["facturas"] == file(ring_s=40, abandon_ratio_max=0.02).carteras["facturas"]
    assert told.settings.carteras["consumo"] == file().carteras["consumo"]


def test_no_version_at_all_is_the_file_as_it_is() -> None:
    assert v.in_force(file(ring_s=40), [], REGLAS, DAY).settings == file(ring_s=40)


def test_the_floors_own_goals_have_versions_too() -> None:
    told = v.in_force(file(), [version({"compromisos": 8}, v.FLOOR)], REGLAS, DAY)
    assert (told.settings.metas.compromisos, told.settings.metas.contactos) == (8, 40)


def test_half_a_retry_keeps_the_other_half_of_its_default_and_of_the_file() -> None:
    told = v.in_force(file(), [version({"retry.no_answer.after_min": 240})], REGLAS, DAY)
    assert told.settings.carteras["facturas"].retry_for("no_answer") == RETRY_DEFAULT["no_answer"].model_copy(
        update={"after_min": 240.0}
    )
    own = file(retry={"busy": {"after_min": 7, "max": 2}})
    told = v.in_force(own, [version({"retry.busy.max": 3})], REGLAS, DAY)
    rule = told.settings.carteras["facturas"].retry_for("busy")
    assert rule is not None and (rule.after_min, rule.max) == (7, 3)


def test_the_laws_limit_refuses_with_its_name_and_figure() -> None:
    assert faults({"abandon_ratio_max": 0.05}) == [
        Fault("abandon_ratio_max", "La norma cl_consumidor permite a lo más 3 %.")
    ]
    uk = file(preset="uk_legacy")
    assert faults({"abandon_window_days": 2}, uk) == [
        Fault("abandon_window_days", "La norma uk_legacy permite a lo más 1 día.")
    ]


def test_a_cartera_that_is_off_may_not_be_given_what_the_law_refuses_nor_be_turned_on_with_it() -> None:
    off = file(enabled=False, abandon_ratio_max=0.05)
    assert faults({"ring_s": 20}, off) == []
    assert [one.key for one in faults({"abandon_ratio_max": 0.04}, off)] == ["abandon_ratio_max"]
    assert [one.key for one in faults({"enabled": True}, off)] == ["abandon_ratio_max"]


def test_a_cartera_whose_number_may_not_be_shown_is_not_turned_on() -> None:
    mandante = {"acme": {"name": "ACME", "cli": [{"policy": "legal_hold", "source": "carta"}]}}
    held = parse({"carteras": {"facturas": {"enabled": False, "mandante": "acme"}}, "mandantes": mandante})
    (fault,) = faults({"enabled": True}, held)
    assert fault.key == "enabled"
    assert "acme" in fault.detail


def test_a_value_that_cannot_be_is_refused_at_its_key_in_plain_words() -> None:
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"ring_s": 3}, "ring_s", "Debe ser al menos 15 s."),
        ({"ratio": "x"}, "ratio", "Escriba un número."),
        ({"careful_saldo": 1.5}, "careful_saldo", "Escriba un número entero."),
        ({"mode": "magic"}, "mode", "No es una de las opciones."),
        ({"hours_to": "25:00"}, "hours_to", "Escriba la hora como 09:30."),
        ({"hours_to": "07:00"}, "hours_to", "Debe ser después de la hora en que empieza (08:00)."),
        ({"abandon_target": 0.5}, "abandon_target", "No puede ser más que el abandono máximo (3 %)."),
        ({"order": []}, "order", "Elija al menos una opción."),
        ({"retry.busy.max": 0}, "retry.busy.max", "Debe ser al menos 1."),
    ]
    for patch, key, detail in wrong:
        assert faults(patch)[0] == Fault(key, detail)
    assert faults({"abandon_ratio_max": 0})[0].key == "abandon_ratio_max"


def test_what_is_the_laws_or_ops_is_not_changed_from_a_page() -> None:
    for key in ("caller_id", "preset", "mandante", "contrato.cierre", "record", "amd_false_ratio", "retry.magic.max"):
        assert faults({key: "600123456"})[0].detail.startswith("No se cambia desde la página")
    assert faults({"ring_s": 20}, cartera=v.FLOOR)[0].key == "ring_s"


def test_a_version_that_the_file_outgrew_is_left_out_with_its_reason_and_the_others_stay() -> None:
    grown = file(abandon_ratio_max=0.01)
    told = v.in_force(grown, [version({"abandon_target": 0.02}), version({"ring_s": 20}, "consumo")], REGLAS, DAY)
    assert list(told.unfit) == ["facturas"]
    assert told.unfit["facturas"].startswith("abandon_target: No puede ser más")
    assert told.settings.carteras["facturas"] == grown.carteras["facturas"]
    assert told.settings.carteras["consumo"].ring_s == 20


def test_a_version_of_a_cartera_that_the_file_does_not_have_waits() -> None:
    told = v.in_force(file(), [version({"ring_s": 20}, "otra")], REGLAS, DAY)
    assert (told.settings, told.taken, told.unfit) == (file(), {}, {})


def test_taking_a_key_back_to_the_file_takes_it_out_of_the_patch() -> None:
    assert v.patched({"ring_s": 20, "amd": True}, {"ring_s": None, "weight": 2}) == {"amd": True, "weight": 2}


def test_a_patch_is_kept_as_the_settings_read_it() -> None:
    assert v.canonical(file(), version({"ring_s": 20, "hours_to": " 19:00 "})) == {"hours_to": "19:00", "ring_s": 20.0}


def test_the_history_tells_what_changed_and_who_gave_each_key_its_value() -> None:
    first, second = version({"ring_s": 20.0, "amd": True}), version({"ring_s": 25.0}, number=2)
    third = version({"ring_s": 25.0, "weight": 2.0}, number=3)
    assert v.differences(first.patch, second.patch) == [Change("amd", True, None), Change("ring_s", 20.0, 25.0)]
    assert {key: one.number for key, one in v.marks([first, second, third]).items()} == {"ring_s": 2, "weight": 3}


def test_the_strictest_of_several_presets_is_the_limit_that_is_told() -> None:
    both = file(preset_by_regime={"empresa": "uk_legacy"}).carteras["facturas"]
    limits = {bound.key: bound.limit for bound in v.law(both, REGLAS, DAY)}
    assert limits == {"ring_s": 15, "wait_s": 2, "abandon_ratio_max": 0.03, "abandon_window_days": 1}


def test_every_key_has_a_value_in_every_cartera() -> None:
    assert list(v.values(file(), "facturas")) == [key.name for key in v.KEYS]
    assert v.values(file(), v.FLOOR) == {"compromisos": 0, "contactos": 40}


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.lists(st.sampled_from(["saldo", "mora"])),
)
SENSIBLE = st.one_of(st.floats(0, 2), st.integers(0, 30), st.sampled_from(["08:30", "19:00", "ratio", "best"]))
PATCHES = st.dictionaries(st.sampled_from([key.name for key in v.KEYS]), st.one_of(SENSIBLE, ANYTHING), max_size=6)


@given(PATCHES)
def test_whatever_was_published_what_is_in_force_is_lawful_and_parses(patch: dict[str, Any]) -> None:
    told = v.in_force(file(), [version(patch)], REGLAS, DAY)
    assert parse(told.settings.model_dump(mode="json")) == told.settings
    assert rule_faults(told.settings, REGLAS, DAY) == []
    assert ("facturas" in told.taken) != ("facturas" in told.unfit)
    if "facturas" in told.taken:
        kept = v.canonical(file(), version(patch))
        again = v.in_force(file(), [version(kept)], REGLAS, DAY)
        assert again.settings == told.settings
    else:
        assert told.settings == file()
