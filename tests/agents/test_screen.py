"""What each role sees of a debtor."""

from __future__ import annotations

import pytest

from agents.access import Permission, Role, allowed
from agents.screen import card_for

CARD = {
    "deudor": {"rut": "12345678-5", "nombre": "Ana", "aval": {"rut": "7654321-6"}},
    "telefonos": [{"e164": "+56912345678", "phone_id": 3}, {"e164": None}],
    "rut": ["12345678-5"],
    "saldo": "1250000",
}


@pytest.mark.parametrize("role", [*Role, "nadie"])
def test_ruts_and_phones_are_masked_wherever_they_are_unless_the_role_may_see_them(role: str) -> None:
    seen = card_for(role, CARD)
    full_rut, full_phone = allowed(role, Permission.SEE_FULL_RUT), allowed(role, Permission.SEE_FULL_PHONE)
    assert ("12345678" in str(seen)) == (full_rut or full_phone)
    assert (seen["deudor"]["aval"]["rut"] == "7654321-6") == full_rut
    assert (seen["rut"] == ["12345678-5"]) == full_rut
    assert (seen["telefonos"][0]["e164"] == "+56912345678") == full_phone


def test_nothing_else_is_touched() -> None:
    seen = card_for("ejecutivo", CARD)
    assert seen["saldo"] == "1250000"
    assert seen["deudor"]["nombre"] == "Ana"
    assert seen["telefonos"][0]["phone_id"] == 3
    assert seen["telefonos"][1]["e164"] is None


def test_the_card_itself_stays_whole() -> None:
    before = str(CARD)
    card_for("ejecutivo", CARD)
    assert str(CARD) == before
