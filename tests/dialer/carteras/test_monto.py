"""An amount is never a thousand times too big: the file decides the decimal sign, or a person does."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import format_decimal, parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras import monto
from dialer.carteras.rechazo import Falla

AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False, allow_infinity=False)


def value(text: str, sign: monto.Sign) -> Decimal:
    return monto.value_of(monto.take_apart(text), sign)


def decide(*texts: str, currency: str = "CLP") -> monto.Decision:
    return monto.decide((monto.take_apart(text).digits, currency) for text in texts)


@pytest.mark.parametrize(
    ("text", "sign", "expected"),
    [
        ("1250000", "", "1250000"),
        ("1.250.000", ",", "1250000"),
        ("1.250.000,50", ",", "1250000.5"),
        ("1,250,000", ".", "1250000"),
        ("1,250,000.50", ".", "1250000.5"),
        ("1250000,00", ",", "1250000"),
        ("750,500", ".", "750500"),
        ("750,500", ",", "750.5"),
        ("$ 45.000", ",", "45000"),
        ("$45.000.-", ",", "45000"),
        ("CLP 45.000", ",", "45000"),
        ("(45.000)", ",", "-45000"),
        ("$ (45.000)", ",", "-45000"),
        ("-45.000", ",", "-45000"),
        ("45.000-", ",", "-45000"),
        ("−45.000", ",", "-45000"),
        ("-", ",", "0"),
        ("$ -", ",", "0"),
        ("1 250 000", ",", "1250000"),
        ("1\u00a0250\u00a0000,5", ",", "1250000.5"),
        ("1'250'000.5", ".", "1250000.5"),
        ("UF 39,48", ",", "39.48"),
        ("39.4865", ".", "39.4865"),
        ("00045000", "", "45000"),
        ("1.250.000,5", "", "1250000.5"),
    ],
)
def test_the_ways_to_write_an_amount(text: str, sign: monto.Sign, expected: str) -> None:
    assert value(text, sign) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "sign", "reason"),
    [
        ("1.25", ",", "amount_format"),
        ("1.2500", ",", "amount_format"),
        ("12.34.567", ",", "amount_format"),
        ("1.250.000", ".", "amount_format"),
        ("0.250.000", ",", "amount_format"),
        ("1.250", "", "amount_format"),
        ("abc", ",", "amount_format"),
        ("12 34", ",", "amount_format"),
        ("=SUM(A1,A2)", ",", "amount_format"),
        ("١٢٣", ",", "amount_format"),
        ("1,25E+06", ",", "amount_scientific"),
        ("0,00001", ",", "amount_range"),
        ("12345678901234", ",", "amount_range"),
    ],
)
def test_what_is_no_amount_in_this_file_is_refused(text: str, sign: monto.Sign, reason: str) -> None:
    with pytest.raises(Falla) as bad:
        value(text, sign)
    assert bad.value.reason == reason


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (("1.250", "1.250.000"), ","),
        (("1.250", "45000,5"), ","),
        (("1,250", "1,250,000"), "."),
        (("1,250", "45000.50"), "."),
        (("1.250", "0,5"), ","),
        (("45000", "1250000"), ""),
        (("1.25", "1.250.000"), ","),
        (("45.0", "1250000.0"), "."),
    ],
)
def test_one_clear_amount_decides_for_the_whole_file(texts: tuple[str, ...], sign: str) -> None:
    assert decide(*texts) == monto.Decision(sign)  # type: ignore[arg-type]


@pytest.mark.parametrize("texts", [("45000", "1.250"), ("750,500",), ("1.25",), ("12,5", "800")])
def test_amounts_that_read_two_ways_with_nothing_to_decide_them_are_doubtful(texts: tuple[str, ...]) -> None:
    assert decide(*texts).doubtful is not None


def test_a_file_that_mixes_both_signs_decides_nothing_but_lets_each_clear_amount_stand() -> None:
    clear = decide("1.250.000", "1250000.50")
    assert (clear.sign, clear.doubtful) == ("", None)
    assert decide("1.250.000", "1250000.50", "1.250").doubtful == 2


def test_two_decimals_in_uf_are_clear_and_in_pesos_are_not() -> None:
    assert decide("39,48", currency="CLF") == monto.Decision(",")
    assert decide("39,48", currency="CLP").doubtful == 0


@given(AMOUNTS, st.sampled_from(["es_CL", "en_US"]))
def test_an_amount_survives_being_written_and_read(amount: Decimal, locale: str) -> None:
    """Babel writes; where it is not in doubt, babel's strict parser agrees too."""
    text = format_decimal(amount, "#,##0.00", locale=locale)
    sign: monto.Sign = "," if locale == "es_CL" else "."
    assert value(text, sign) == amount == parse_decimal(text, locale=locale, strict=True)


@given(AMOUNTS, st.sampled_from(["es_CL", "en_US"]))
def test_the_sign_that_an_amount_proves_is_the_one_that_it_was_written_with(amount: Decimal, locale: str) -> None:
    text = format_decimal(amount, "#,##0.##", locale=locale)
    proved = decide(text, currency="CLF").sign
    assert proved in ("", "," if locale == "es_CL" else ".")


@given(st.text())
def test_any_text_is_an_amount_or_a_reason(text: str) -> None:
    for sign in (",", ".", ""):
        try:
            assert value(text, sign).is_finite()
        except Falla as falla:
            assert falla.detail


def test_currencies() -> None:
    assert [monto.currency(text) for text in ("", "$", "clp", "Pesos", "U.F.", "CLF")] == [
        "",
        "CLP",
        "CLP",
        "CLP",
        "CLF",
        "CLF",
    ]
    assert [monto.currency(text) for text in ("US$", "EUR", "2")] == ["?", "?", "?"]
    assert monto.take_apart("UF 12,5").currency == "CLF"
    assert monto.take_apart("US$ 12,5").currency == "?"
