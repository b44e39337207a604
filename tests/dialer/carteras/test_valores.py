"""Kinds, numbers, regimes, mails: the smaller values of a row."""

from __future__ import annotations

import pytest

from dialer.carteras import valores
from dialer.carteras.rechazo import Falla
from dialer.carteras.texto import fold, is_absent


def test_document_kinds_by_name_and_by_code_of_the_sii() -> None:
    texts = ("Factura electrónica", "33", "NC", "61", "Cheque", "PAGARÉ", "letra", "Cuota", "Nota de débito", "")
    kinds = ["factura", "factura", "nota_credito", "nota_credito", "cheque", "pagare", "letra", "cuota", "otro", "otro"]
    assert [valores.document_kind(text) for text in texts] == kinds
    assert valores.document_kind("mutuo") is None


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("123", "factura", "123"),
        ("000123", "factura", "123"),
        ("000123", "cheque", "000123"),
        ("123.0", "factura", "123"),
        ('="00123"', "pagare", "00123"),
        ("'00123", "otro", "00123"),
        (" AB-12  3 ", "otro", "AB-12 3"),
        ("12E4", "otro", "12E4"),
    ],
)
def test_a_document_number_is_freed_of_what_spreadsheets_do_to_it(text: str, kind: str, number: str) -> None:
    assert valores.document_number(text, kind) == number


@pytest.mark.parametrize(("text", "reason"), [("1,23E+15", "number_scientific"), ("0", "missing"), ("'", "missing")])
def test_a_document_number_that_is_lost_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Falla) as bad:
        valores.document_number(text, "factura")
    assert bad.value.reason == reason


def test_an_unknown_regime_is_none_and_an_empty_one_the_strictest() -> None:
    texts = ("", "Persona Natural", "MYPE", "Pequeña", "Mediana empresa", "pyme")
    assert [valores.regime(text) for text in texts] == ["consumidor", "consumidor", "mype", "mype", "empresa", None]
    assert valores.stricter("empresa", "mype") == "mype"
    assert valores.stricter("consumidor", "empresa") == "consumidor"


def test_mails_come_in_lists_and_bad_ones_are_told() -> None:
    assert valores.emails("Ana@X.cl; pagos@y.example") == valores.Correos(("ana@x.cl", "pagos@y.example"))
    assert valores.emails("ana@x.cl, ana(arroba)y") == valores.Correos(("ana@x.cl",), ("ana(arroba)y",))
    assert valores.emails("sin mail") == valores.Correos()
    assert valores.emails("llamar a ana") == valores.Correos((), ("llamar a ana",))


def test_letters_that_were_lost_before_the_file_came_are_seen() -> None:
    assert valores.is_damaged("PeÃ±a") and valores.is_damaged("NÃºÃ±ez") and valores.is_damaged("Pe\ufffda")
    assert not valores.is_damaged("Peña") and not valores.is_damaged("SÃO PAULO")


def test_folding_ignores_case_accents_spaces_and_signs() -> None:
    assert fold(" Ñuñoa, 2.º ") == "nunoa2o"
    assert is_absent("S/I") and is_absent(" - ") and not is_absent("987")
