"""Dates are read day first, as Chile writes them, and a file that writes them month first is found out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.carteras import fecha
from dialer.carteras.rechazo import Falla

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("31/10/2026", "2026-10-31"),
        ("5/9/2026", "2026-09-05"),
        ("05-09-26", "2026-09-05"),
        ("31.10.2026", "2026-10-31"),
        ("2026-10-31", "2026-10-31"),
        ("2026/10/31", "2026-10-31"),
        ("2026-10-31 00:00:00", "2026-10-31"),
        ("2026-10-31T12:30:00.000Z", "2026-10-31"),
        ("31/10/2026 0:00", "2026-10-31"),
        ("46326", "2026-10-31"),
        ("46326.0", "2026-10-31"),
        ("31-oct-26", "2026-10-31"),
        ("31 de octubre de 2026", "2026-10-31"),
        ("1 Sept 2026", "2026-09-01"),
        ("1-set-2026", "2026-09-01"),
        ("15 Aug 2026", "2026-08-15"),
        ("31 DE DICIEMBRE DEL 2026", "2026-12-31"),
        ("20261031", "2026-10-31"),
        ("31102026", "2026-10-31"),
        ("20102026", "2026-10-20"),
        ("29/02/2028", "2028-02-29"),
        ("15/06/95", "1995-06-15"),
    ],
)
def test_the_ways_to_write_a_date(text: str, iso: str) -> None:
    assert fecha.parse(text) == iso


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("01/01/1900", "date_range"),
        ("1900-01-00", "date_impossible"),
        ("31/12/9999", "date_range"),
        ("00001", "date_range"),
        ("10/31/2026", "date_impossible"),
        ("31/02/2026", "date_impossible"),
        ("29/02/2026", "date_impossible"),
        ("31-xyz-26", "date_impossible"),
        ("pronto", "date_format"),
        ("0", "date_format"),
        ("", "date_format"),
    ],
)
def test_what_is_no_date_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(Falla) as bad:
        fecha.parse(text)
    assert bad.value.reason == reason


@given(DAYS)
def test_every_day_is_read_the_same_however_it_is_written(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    texts = [day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}", f"{day:%Y%m%d}", f"{day:%d%m%Y}"]
    assert {fecha.parse(text) for text in [*texts, str(serial)]} == {day.isoformat()}


@given(st.text())
def test_any_text_is_a_date_or_a_reason(text: str) -> None:
    try:
        date.fromisoformat(fecha.parse(text))
    except Falla as falla:
        assert falla.detail


def test_dates_that_can_only_be_month_first_are_found_out() -> None:
    days = [f"{date(2026, 1, 1) + timedelta(days=n):%m/%d/%Y}" for n in range(60)]
    assert fecha.month_first(days)
    assert not fecha.month_first([*days, "31/10/2026"])
    assert not fecha.month_first(["05/09/2026", "2026-10-31", "", "46326"])
