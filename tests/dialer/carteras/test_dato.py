"""What an ejecutivo types of a debtor is kept in one form, or refused with a sentence."""

from __future__ import annotations

import pytest

from dialer.carteras.dato import Dato, DatoRefused, read


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("telefono", "9 8765 4322", "+56987654322"),
        ("telefono", "+56 2 2345 6789", "+56223456789"),
        ("correo", " Rosa.Perez@Gmail.com ", "rosa.perez@gmail.com"),
        ("direccion", "  Av.   Ñuble 1234,  depto 5 ", "Av. Ñuble 1234, depto 5"),
        ("direccion", "Parcela Los Aromos s/n", "Parcela Los Aromos s/n"),
        ("comuna", "nunoa", "Ñuñoa"),
        ("telefono_invalido", "987654322", "+56987654322"),
        ("telefono_invalido", "17", "17"),
    ],
)
def test_each_kind_is_kept_in_the_form_that_loads_keep_it_in(kind: str, typed: str, kept: str) -> None:
    assert read(kind, typed).value == kept


def test_a_comuna_brings_its_zone_and_region_and_a_telephone_its_kind() -> None:
    assert read("comuna", "punta arenas") == Dato("comuna", "Punta Arenas", "", "America/Punta_Arenas", "MA")
    assert (read("telefono", "987654322").detail, read("telefono", "223456789").detail) == ("movil", "fijo")


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("telefono", "12345", "faltan dígitos"),
        ("telefono", "999999999", "relleno"),
        ("telefono", "600 600 6000", "servicio"),
        ("telefono", "+1 202 555 0101", "no es de Chile"),
        ("telefono_invalido", "+1 202 555 0101", "no es de Chile"),
        ("correo", "rosa@", "correo electrónico"),
        ("correo", "a@b.cl c@d.cl", "correo electrónico"),
        ("correo", "", "correo electrónico"),
        ("direccion", "12", "dirección"),
        ("direccion", "rosa@gmail.com", "dirección"),
        ("direccion", "x" * 201, "dirección"),
        ("direccion", "Ã±uble 123", "dirección"),
        ("comuna", "Macondo", "Macondo"),
        ("apodo", "Rosita", "apodo"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(kind: str, typed: str, said: str) -> None:
    with pytest.raises(DatoRefused, match=said):
        read(kind, typed)
