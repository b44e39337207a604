"""The directory of telephones outside: which numbers may be in it, and for whom."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from config.settings import ConfigError, parse
from config.traspasos import Externo, Traspasos


def externo(number: str = "+56221234568", **changes: Any) -> Externo:
    return Externo(code="juridico", label="Jurídico", number=number, **changes)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+56 2 2123 4568", "+56221234568"),
        ("9 8765 4322", "+56987654322"),
        ("600 600 1234", "+566006001234"),
        ("800 123 456", "+56800123456"),
    ],
)
def test_a_number_is_kept_in_e164_however_it_was_written(written: str, number: str) -> None:
    assert externo(written).number == number


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("133", "emergency"),
        ("1 3 1", "emergency"),
        ("+56134", "no Chilean telephone"),
        ("700 123 456", "no Chilean telephone"),
        ("+5491123456789", "no Chilean telephone"),
        ("12", "no Chilean telephone"),
        ("la central", "no telephone number"),
    ],
)
def test_emergency_premium_and_foreign_numbers_are_refused_by_name(number: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        externo(number)


def test_by_default_there_is_no_directory_nobody_types_and_nothing_is_recorded_without_us() -> None:
    known = Traspasos()
    assert (known.externos, known.free_numbers, known.record_external) == ((), False, False)
    assert (known.ring_ms, known.max_ms) == (30_000, 3_600_000)


def test_two_telephones_cannot_have_one_code() -> None:
    with pytest.raises(ValidationError, match="two externos have the code 'juridico'"):
        Traspasos(externos=(externo(), externo("+56987654322")))


def test_a_telephone_for_a_cartera_that_is_not_there_is_a_mistake_of_the_file() -> None:
    listed = {"code": "j", "label": "J", "number": "+56221234568", "carteras": ["facturs"]}
    with pytest.raises(ConfigError, match="'facturs': no such cartera; there are: facturas"):
        parse({"carteras": {"facturas": {}}, "transfer": {"externos": [listed]}})
