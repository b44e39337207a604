"""What the ejecutivo reads aloud is a Chilean sentence, whatever is known of the debtor."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts_llamada.variables import VARIABLES, fill, stray_braces, used_in


def said(text: str, **data: Any) -> str:
    return fill(text, data, {})


@pytest.mark.parametrize(
    ("amount", "read"),
    [
        ("1250000", "$1.250.000"),
        (Decimal("1250000.00"), "$1.250.000"),
        (45000, "$45.000"),
        ({"CLP": "1250000"}, "$1.250.000"),
        ({"CLF": "39.4856"}, "39,49 UF"),
        ({"CLP": "1250000", "CLF": "1039.48"}, "$1.250.000 más 1.039,48 UF"),
        ({"CLP": "0", "CLF": "2"}, "2,00 UF"),
    ],
)
def test_money_reads_as_it_is_written_in_chile(amount: Any, read: str) -> None:
    assert said("Son {deuda.total}.", deuda={"total": amount}) == f"Son {read}."


def test_a_date_of_this_year_reads_without_its_year() -> None:
    data = {"deuda": {"vencido_desde": "2026-10-31"}}
    assert said("desde el {deuda.vencido_desde}", hoy="2026-11-21", **data) == "desde el 31 de octubre"
    assert said("desde el {deuda.vencido_desde}", hoy="2027-01-02", **data) == "desde el 31 de octubre de 2026"
    assert said("desde el {deuda.vencido_desde}", **data) == "desde el 31 de octubre de 2026"


@pytest.mark.parametrize(("n", "read"), [(1, "un documento"), (3, "3 documentos"), (1200, "1.200 documentos")])
def test_one_document_is_not_one_documents(n: int, read: str) -> None:
    assert said("son {deuda.documentos}", deuda={"documentos": n}) == f"son {read}"


def test_days_in_arrears_agree_with_their_number() -> None:
    assert said("hace {deuda.dias_mora}", deuda={"dias_mora": 1}) == "hace un día"
    assert said("hace {deuda.dias_mora}", deuda={"dias_mora": 45}) == "hace 45 días"


@pytest.mark.parametrize("nothing", [{}, {"deuda": None}, {"deuda": {}}, {"deuda": {"total": None}}])
def test_what_is_not_known_is_replaced_by_words_that_fit_the_sentence(nothing: dict[str, Any]) -> None:
    assert said("El monto es {deuda.total}.", **nothing) == "El monto es el saldo que figura en sus documentos."


@pytest.mark.parametrize("zero", ["0", 0, Decimal(0), {}, {"CLP": "0"}])
def test_nobody_is_told_that_the_debt_is_zero_pesos(zero: Any) -> None:
    assert "saldo que figura" in said("El monto es {deuda.total}.", deuda={"total": zero})


def test_a_blank_name_counts_as_not_known() -> None:
    assert said("¿Hablo con {deudor.nombre}?", deudor={"nombre": "  "}) == "¿Hablo con la persona titular?"


def test_the_way_to_address_somebody_falls_back_on_the_name_first() -> None:
    assert said("¿Hablo con {deudor.trato}?", deudor={"nombre": "Pedro Soto"}) == "¿Hablo con Pedro Soto?"
    assert said("¿Hablo con {deudor.trato}?", deudor={"trato": "don Pedro"}) == "¿Hablo con don Pedro?"


def test_a_guion_may_have_its_own_words_for_what_is_not_known() -> None:
    own = {"deudor.trato": "quien lleva las cuentas"}
    assert fill("¿Hablo con {deudor.trato}?", {"deudor": {"nombre": "X"}}, own) == "¿Hablo con quien lleva las cuentas?"


def test_the_article_is_contracted_after_de_and_a() -> None:
    assert said("el pago de {deuda.total}") == "el pago del saldo que figura en sus documentos"
    assert said("respecto a {documento.mayor}") == "respecto al documento de mayor monto"


def test_a_proper_name_with_an_article_is_left_alone() -> None:
    assert said("por encargo de {mandante.nombre}", mandante={"nombre": "El Roble"}) == "por encargo de El Roble"


def test_words_that_open_a_sentence_get_their_capital() -> None:
    assert said("Hola. {mandante.nombre} nos encargó.") == "Hola. La empresa acreedora nos encargó."
    assert said("¿{deudor.nombre}?") == "¿La persona titular?"
    assert said("le habla {ejecutivo.nombre}") == "le habla un ejecutivo"


def test_a_company_that_ends_in_a_point_does_not_end_the_sentence_twice() -> None:
    text = said("Llamo por {mandante.nombre}. Y {mandante.nombre} espera.", mandante={"nombre": "Sur S.A."})
    assert text == "Llamo por Sur S.A. Y Sur S.A. espera."


def test_braces_and_line_ends_inside_a_name_do_nothing() -> None:
    assert said("Con {deudor.nombre}.", deudor={"nombre": "{deuda.total}\r\nSoto"}) == "Con {deuda.total} Soto."


@pytest.mark.parametrize(
    ("group", "key", "value"),
    [
        ("deuda", "total", "1.250.000"),
        ("deuda", "total", "NaN"),
        ("deuda", "total", {"CLP": "mucho"}),
        ("deuda", "vencido_desde", "31/10/2026"),
        ("deuda", "vencido_desde", 20261031),
        ("deuda", "documentos", "3"),
        ("deuda", "documentos", -1),
        ("deuda", "dias_mora", True),
        ("deudor", "nombre", 7),
    ],
)
def test_a_value_that_is_not_of_its_kind_is_named_and_never_read_aloud(group: str, key: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{group}.{key} = "):
        fill(f"{{{group}.{key}}}", {group: {key: value}}, {})


def test_every_fallback_is_a_sentence_part_without_gaps_or_marks() -> None:
    for name, variable in VARIABLES.items():
        assert variable.fallback and variable.meaning, name
        assert not set(variable.fallback) & set("{}«»[]_…"), name
        assert variable.fallback == " ".join(variable.fallback.split()), name
        assert variable.instead == "" or VARIABLES[variable.instead].kind == variable.kind, name


def test_braces_are_read_as_variables_or_found_stray() -> None:
    assert used_in("a {x} b {y.z}") == ["x", "y.z"]
    assert not stray_braces("a {x} b")
    assert stray_braces("a {x b") and stray_braces("a x} b")


@given(st.text(max_size=60), st.text(max_size=20))
def test_filling_never_loses_the_text_around_a_variable(text: str, name: str) -> None:
    plain = text.replace("{", "").replace("}", "")
    assert fill(plain, {}, {}) == plain
    assert fill(plain + "x {deudor.nombre}", {"deudor": {"nombre": name}}, {}).startswith(plain + "x ")
