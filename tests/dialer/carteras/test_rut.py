"""Every shape in which a RUT arrives is the same person, and no wrong person is ever read out of one."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cl import rut as stdnum_rut

from dialer.carteras import rut
from dialer.carteras.rechazo import Falla

BODIES = st.integers(1_000_000, 99_999_998).filter(lambda body: len(set(str(body))) > 1)


def shapes(body: int) -> list[tuple[str, str]]:
    """(text, dv) of one RUT in all the ways that files write it."""
    digit = stdnum_rut.calc_check_digit(str(body))
    dotted = f"{body:,}".replace(",", ".")
    joined = [
        f"{body}-{digit}",
        f"{dotted}-{digit}",
        f"{dotted}-{digit.lower()}",
        f" {dotted} - {digit} ",
        f"{body:,}-{digit}",
        f"{body}–{digit}",
        f"{body}{digit}",
        f"{dotted}{digit}",
        f"00{body}-{digit}",
        f"{body:010}-{digit.lower()}",
        f"'{body}-{digit}",
    ]
    apart = [str(body), f"{body}.0", dotted, f"0{body}", f"{body}-"]
    return [(text, "") for text in joined] + [(text, digit.lower()) for text in apart] + [(f"{body}-{digit}", digit)]


@given(BODIES)
def test_every_shape_of_a_rut_is_the_same_rut(body: int) -> None:
    digit = stdnum_rut.calc_check_digit(str(body))
    assert {rut.parse(text, dv) for text, dv in shapes(body)} == {f"{body}-{digit}"}


@given(BODIES, st.sampled_from("0123456789Kk"))
def test_a_rut_is_accepted_exactly_when_stdnum_says_so(body: int, digit: str) -> None:
    try:
        accepted = rut.parse(f"{body}-{digit}") != ""
    except Falla:
        accepted = False
    assert accepted == stdnum_rut.is_valid(f"{body}-{digit}")


@given(st.integers(100, 999_999).filter(lambda body: len(str(body)) < 6 or len(set(str(body))) > 1))
def test_old_ruts_under_a_million_are_valid_when_their_digit_is(body: int) -> None:
    digit = stdnum_rut.calc_check_digit(str(body))
    assert rut.parse(f"{body}-{digit}") == f"{body}-{digit}"


@given(BODIES)
def test_one_digit_typed_wrong_is_always_caught(body: int) -> None:
    digit = stdnum_rut.calc_check_digit(str(body))
    for at, char in enumerate(str(body)):
        wrong = str(body)[:at] + str((int(char) + 1) % 10) + str(body)[at + 1 :]
        assume(wrong[0] != "0")
        with pytest.raises(Falla):
            rut.parse(f"{wrong}-{digit}")


@given(st.text())
def test_any_text_is_a_rut_or_a_reason(text: str) -> None:
    try:
        assert stdnum_rut.compact(rut.parse(text))
    except Falla as falla:
        assert falla.detail


@pytest.mark.parametrize("repeated", "123456789")
def test_ruts_of_one_repeated_digit_are_placeholders_although_their_check_digit_is_right(repeated: str) -> None:
    body = repeated * 8
    with pytest.raises(Falla) as bad:
        rut.parse(f"{body}-{stdnum_rut.calc_check_digit(body)}")
    assert bad.value.reason == "rut_placeholder"


@pytest.mark.parametrize(
    ("text", "dv", "reason"),
    [
        ("0-0", "", "rut_placeholder"),
        ("1-9", "", "rut_placeholder"),
        ("12.345.678-6", "", "rut_check_digit"),
        ("12345678-5", "6", "rut_check_digit"),
        ("12.345.678", "", "rut_no_dv"),
        ("12345678-", "", "rut_no_dv"),
        ("1.2345678E+07", "", "rut_scientific"),
        ("123456789012", "", "rut_format"),
        ("PENDIENTE", "", "rut_format"),
        ("12345678-X", "", "rut_format"),
        ("١٢٣٤٥٦٧٨-5", "", "rut_format"),
        ("", "", "rut_format"),
    ],
)
def test_what_is_not_a_rut_is_refused_with_its_reason(text: str, dv: str, reason: str) -> None:
    with pytest.raises(Falla) as bad:
        rut.parse(text, dv)
    assert bad.value.reason == reason


def test_bare_digits_without_a_check_digit_are_refused_where_the_file_has_none() -> None:
    """One in eleven would pass by chance and be somebody else."""
    bodies = [str(15_000_000 + n * 7919) for n in range(200)]
    assert rut.lack_dv(bodies)
    by_chance = next(body for body in bodies if stdnum_rut.calc_check_digit(body[:-1]) == body[-1])
    with pytest.raises(Falla) as bad:
        rut.parse(by_chance, joined=False)
    assert bad.value.reason == "rut_no_dv"


def test_bare_digits_with_their_check_digit_are_recognised_although_some_are_mistyped() -> None:
    joined = [f"{15_000_000 + n}{stdnum_rut.calc_check_digit(str(15_000_000 + n))}" for n in range(50)]
    assert not rut.lack_dv([*joined, "150000009", "150000018"])
    assert not rut.lack_dv(["12.345.678-5", ""])


@pytest.mark.parametrize(
    ("text", "persona"),
    [("12345678-5", "natural"), ("49999999-K", "natural"), ("50000000-7", "juridica"), ("76086428-5", "juridica"),
     ("999-9", "natural")],
)  # fmt: skip
def test_a_large_number_is_taken_for_a_companys(text: str, persona: str) -> None:
    assert rut.persona(text) == persona
