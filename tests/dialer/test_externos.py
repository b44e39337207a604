"""To whom outside a debtor may be handed: the directory by cartera and kind, and numbers that are typed."""

from __future__ import annotations

import pytest

from agents.desk import DeskError
from config.traspasos import Externo, Traspasos
from dialer.externos import Destino, destino, is_outside, offered

LAWYERS = Externo(code="juridico", label="Jurídico", number="+56221234568")
CLIENT = Externo(code="acme", label="ACME", number="+56987654322", carteras=("a",), kinds=("blind",))
KNOWN = Traspasos(externos=(LAWYERS, CLIENT))
FREE = Traspasos(externos=(LAWYERS,), free_numbers=True)


def test_each_cartera_is_offered_its_own_telephones() -> None:
    assert [one["code"] for one in offered(KNOWN, "a")] == ["ext:juridico", "ext:acme"]
    assert [one["code"] for one in offered(KNOWN, "b")] == ["ext:juridico"]
    assert [one["kind"] for one in offered(FREE, "b")] == ["externo", "numero"]
    assert all("number" not in one for one in offered(FREE, "a")), "the page needs no number"


def test_a_telephone_of_the_directory_is_called_by_its_number() -> None:
    assert destino(KNOWN, "ext:acme", "a", 1, attended=False) == Destino("ext:acme", "ACME", "+56987654322")


@pytest.mark.parametrize(
    ("to", "cartera", "attended", "why"),
    [
        ("ext:otro", "a", False, "ya no está en el directorio"),
        ("ext:acme", "b", False, "no recibe traspasos de esta cartera"),
        ("ext:acme", "a", True, "sólo recibe traspasos sin consulta"),
        ("912345670", "a", False, "Sólo se traspasa a los teléfonos del directorio"),
    ],
)
def test_whom_it_cannot_be_is_told_in_a_sentence(to: str, cartera: str, attended: bool, why: str) -> None:
    with pytest.raises(DeskError, match=why) as refused:
        destino(KNOWN, to, cartera, 1, attended=attended)
    assert refused.value.code == "transfer_external"


def test_a_typed_number_has_a_name_of_its_own_in_the_engine_and_no_digits() -> None:
    assert destino(FREE, "9 8765 4322", "a", 7, attended=True) == Destino("num:7", "+56987654322", "+56987654322")


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("133", "número de emergencia"),
        ("600 600 1234", "600, 700 y 800"),
        ("700123456", "600, 700 y 800"),
        ("+5491123456789", "no es de Chile"),
        ("999999999", "de relleno"),
        ("1234", "faltan dígitos"),
    ],
)
def test_emergency_service_foreign_and_fake_numbers_are_not_typed(number: str, why: str) -> None:
    with pytest.raises(DeskError, match=why):
        destino(FREE, number, "a", 1, attended=False)


@pytest.mark.parametrize(("to", "outside"), [("ext:j", True), ("+56 9 8765", True), ("e02", False), ("s.1", False)])
def test_who_is_outside_is_told_from_a_colleague(to: str, outside: bool) -> None:
    assert is_outside(to) is outside
