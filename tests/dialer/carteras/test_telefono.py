"""Telephones as people type them become E.164, or stay out of the dialer with a reason."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras import telefono
from dialer.carteras.filas import Telefono
from dialer.carteras.rechazo import Falla

TYPED = st.text(alphabet="0123456789+-() ./eEx#aonsi,", max_size=24)


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("+56987654320", "+56987654320"),
        ("56987654320", "+56987654320"),
        ("0056 9 8765 4320", "+56987654320"),
        ("+56 (0)9 8765 4320", "+56987654320"),
        ("987654320", "+56987654320"),
        ("9-8765-4320", "+56987654320"),
        ("09-8765-4320", "+56987654320"),
        ("09/87654320", "+56987654320"),
        ("87654320", "+56987654320"),
        ("98765432", "+56998765432"),
        ("56987654320.0", "+56987654320"),
        ("Cel: 987654320", "+56987654320"),
        ("02-2345679", "+56222345679"),
        ("(02) 234 5679", "+56222345679"),
        ("22345679", "+56222345679"),
        ("+56 2 2345679", "+56222345679"),
        ("2 2234 5679", "+56222345679"),
        ("032-2123457", "+56322123457"),
        ("032-212345", "+56322212345"),
        ("(61) 221234", "+56612221234"),
        ("+56 45 212345", "+56452212345"),
        ("22345679 anexo 12", "+56222345679"),
        ("22345679 ext. 120", "+56222345679"),
        ("22345679 #4", "+56222345679"),
        ("22345679anx12", "+56222345679"),
    ],
)
def test_old_and_new_ways_to_write_a_chilean_number(text: str, e164: str) -> None:
    assert [one.e164 for one in telefono.read_cell(text).telefonos] == [e164]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("999999999", "phone_fake"),
        ("900000000", "phone_fake"),
        ("123456789", "phone_fake"),
        ("+56912345678", "phone_fake"),
        ("02-2345678", "phone_fake"),
        ("11111111", "phone_fake"),
        ("5.6987654321E10", "phone_scientific"),
        ("5,69E+10", "phone_scientific"),
        ("56123456", "phone_ambiguous"),
        ("67123456", "phone_ambiguous"),
        ("71234567", "phone_ambiguous"),
        ("32123456", "phone_ambiguous"),
        ("09-8765432", "phone_ambiguous"),
        ("+56 9 8765432", "phone_ambiguous"),
        ("2345678", "phone_short"),
        ("133", "phone_short"),
        ("98765432011", "phone_long"),
        ("+1 202 555 0143", "phone_foreign"),
        ("0054 11 4321 5678", "phone_foreign"),
        ("600 600 1234", "phone_service"),
        ("800123456", "phone_service"),
        ("809 123 456", "phone_service"),
        ("190000001", "phone_invalid"),
        ("llamar al vecino", "phone_short"),
    ],
)
def test_what_cannot_be_dialled_is_dropped_with_its_reason(text: str, reason: str) -> None:
    lectura = telefono.read_cell(text)
    assert lectura.telefonos == ()
    assert [falla.reason for _, falla in lectura.fallas] == [reason]


@pytest.mark.parametrize(
    "text", ["", " ", "0", "000", "-", "--", "s/i", "S/I", "no tiene", "Sin Información", "N/A", "x"]
)
def test_ways_to_write_that_there_is_no_telephone_are_not_faults(text: str) -> None:
    assert telefono.read_cell(text) == telefono.Lectura()


def test_several_telephones_in_one_cell_are_all_read() -> None:
    expected = ["+56987654320", "+56222345679"]
    for text in (
        "987654320/222345679",
        "987654320 ; 22345679",
        "987654320, 02-2345679",
        "987654320 y 222345679",
        "987654320 - 222345679",
        "987654320 222345679",
        "987654320|222345679|0",
        "987654320\n222345679",
        "987654320 / 222345679 / s/i",
    ):
        assert [one.e164 for one in telefono.read_cell(text).telefonos] == expected, text


def test_one_bad_telephone_does_not_take_the_good_ones_with_it() -> None:
    lectura = telefono.read_cell("987654320 / 6712 3456 anexo 12")
    assert lectura.telefonos == (Telefono("+56987654320", "movil"),)
    assert [(piece, falla.reason) for piece, falla in lectura.fallas] == [("6712 3456", "phone_ambiguous")]


def test_the_kind_is_guessed_from_the_number_unless_the_column_says_whose_it_is() -> None:
    assert telefono.normalise("987654320").kind == "movil"
    assert telefono.normalise("222345679").kind == "fijo"
    assert telefono.normalise("222345679", "laboral").kind == "laboral"
    assert telefono.read_cell("987654320", "tercero").telefonos[0].kind == "tercero"


@given(TYPED | st.text())
def test_whatever_is_typed_comes_out_valid_or_not_at_all(text: str) -> None:
    lectura = telefono.read_cell(text)
    for one in lectura.telefonos:
        assert phonenumbers.is_valid_number(phonenumbers.parse(one.e164))
    assert all(falla.detail for _, falla in lectura.fallas)


@given(st.from_regex(r"\A(\+?56)?0?[2-9][0-9]{7,8}\Z"))
def test_normalising_twice_changes_nothing(text: str) -> None:
    for one in telefono.read_cell(text).telefonos:
        assert telefono.normalise(one.e164) == one


@given(st.integers(200_000_000, 999_999_999).map(str))
def test_nine_digits_are_accepted_exactly_when_the_numbering_plan_has_them(national: str) -> None:
    number = phonenumbers.parse(national, "CL")
    kinds = (phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    in_plan = phonenumbers.number_type(number) in kinds and not national.startswith(("600", "700", "80"))
    try:
        telefono.normalise(national)
        accepted = True
    except Falla as falla:
        accepted = falla.reason == "phone_fake" and in_plan
    assert accepted == in_plan


@given(
    st.from_regex(r"(\+?56)?[2-9][0-9]{8}", fullmatch=True) | st.sampled_from(["999999999", "600123456", "222222222"])
)
def test_the_short_way_for_usual_cells_says_what_the_long_way_says(text: str) -> None:
    found = telefono.read_cell(text)
    try:
        expected = (telefono.normalise(text),)
    except Falla as falla:
        assert (found.telefonos, found.fallas[0][1].reason) == ((), falla.reason)
    else:
        assert found == telefono.Lectura(expected)
