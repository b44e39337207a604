"""Who may do what, as the floor's own people would read it, and what the masks leave visible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.access import TABLE, Permission, Role, allowed, mask_phone, mask_rut

# One row for each permission, one column for each role; written by hand, apart from the table under test.
COLUMNS = ["ejecutivo", "supervisor", "jefe", "gerente", "calidad", "cargas", "mandante", "auditor", "ops"]
MATRIX = """
take_calls       x . . . . . . . .
see_own_results  x . . . . . . . .
see_floor        . x x x x . . . x
see_case         . x x . x x . x .
see_full_rut     . x x . . x x x .
see_full_phone   . x x . . x . x .
see_results      . x x x . . x x .
see_profit       . . x x . . . . .
see_audit        . . . x . . . x .
see_config       . . . x . . . x x
move_agents      . x x . . . . . .
hold_cartera     . x x . . . . . .
listen           . x x . x . . . .
whisper          . x x . . . . . .
barge            . x x . . . . . .
play_recording   . x x . x . . x .
score_quality    . . . . x . . . .
load             . . . . . x . . .
ask_retiro       x x . . . . . . .
approve_retiro   . . x x . . . . .
handle_retiro    . x x . . . . . .
settle_retiro    . . x . . x . . .
set_strategy     . . x . . . . . .
export           . . . . . x . . .
approve_export   . . x x . . . . .
configure        . . . . . . . . x
manage_users     . . . . . . . . x
"""
ROWS = {name: marks for name, *marks in (line.split() for line in MATRIX.strip().splitlines())}


@pytest.mark.parametrize("permission", list(Permission))
def test_each_role_has_exactly_the_permissions_that_the_matrix_marks(permission: Permission) -> None:
    marks = dict(zip(COLUMNS, ROWS[permission.value], strict=True))
    assert {role: allowed(role, permission) for role in COLUMNS} == {role: mark == "x" for role, mark in marks.items()}


def test_the_matrix_covers_every_role_and_every_permission() -> None:
    assert {role.value for role in Role} == set(COLUMNS) == {role.value for role in TABLE}
    assert {permission.value for permission in Permission} == set(ROWS)


@pytest.mark.parametrize("role", ["", "EJECUTIVO", "administrador", "supervisor "])
def test_a_role_that_does_not_exist_may_do_nothing(role: str) -> None:
    assert not any(allowed(role, permission) for permission in Permission)


@pytest.mark.parametrize(("asks", "approves"), [("ask_retiro", "approve_retiro"), ("export", "approve_export")])
def test_nobody_approves_what_they_may_ask_for(asks: str, approves: str) -> None:
    assert not [role for role in Role if allowed(role, Permission(asks)) and allowed(role, Permission(approves))]


@pytest.mark.parametrize(
    ("rut", "masked"),
    [
        ("12345678-5", "**.***.678-5"),
        ("76.123.456-K", "**.***.456-K"),
        ("1234567-4", "**.***.567-4"),
        ("123456-0", "********"),
        ("sin rut", "*******"),
        ("", ""),
    ],
)
def test_a_masked_rut_shows_the_last_three_digits_that_the_debtor_is_asked_to_confirm(rut: str, masked: str) -> None:
    assert mask_rut(rut) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+56912345678", "+569****5678"),
        ("+56221234567", "+562****4567"),
        ("+5491123456789", "***********789"),
        ("12345678", "********"),
        ("", ""),
    ],
)
def test_a_masked_phone_cannot_be_dialled(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@given(st.text(max_size=20))
def test_a_mask_never_lets_more_than_half_of_any_text_through(text: str) -> None:
    for masked in (mask_rut(text), mask_phone(text)):
        shown = sum(character.isdigit() for character in masked)
        assert shown <= max(4, len(text) * 2 // 3)
        assert text == "" or masked != text or set(text) == {"*"}
