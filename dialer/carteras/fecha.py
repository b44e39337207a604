"""Dates as Chilean files write them (day first), made ISO: ``31/10/2026``, ``31-oct-26``, ``2026-10-31``, ``46326``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

from dialer.carteras.rechazo import Falla
from dialer.carteras.texto import fold

Order = Literal["dmy", "mdy"]
"""Which comes first where all are figures; a year of four digits in front is always ISO."""

_EXCEL_DAY_ZERO = date(1899, 12, 30)  # serials count from here, because Excel believes in 29/02/1900
_CLOCK = re.compile(r"[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[APap]\.? ?[Mm]\.?)?Z?$")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?([APap])\.? ?[Mm]\.?)?Z?$")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4}|[0-9]{2})")
_ISO = re.compile(r"([0-9]{4})[/.\-]([0-9]{1,2})[/.\-]([0-9]{1,2})")
_COMPACT = re.compile(r"[0-9]{8}")
_SERIAL = re.compile(r"([0-9]{5})(?:[.,][0-9]+)?")
_DAY_FRACTION = re.compile(r"(?:0|[0-9]{5})[.,]([0-9]+)")
_GAP = r"(?:[\s/.\-]|\bdel?\b)*"
_WORDS = re.compile(rf"([0-9]{{1,2}}){_GAP}([^\W\d_]{{3,10}}){_GAP}([0-9]{{4}}|[0-9]{{2}})", re.IGNORECASE)
_SPANISH = "ene,feb,mar,abr,may,jun,jul,ago,sep,oct,nov,dic"
_MONTHS = {name: n for n, name in enumerate(_SPANISH.split(","), 1)}
_MONTHS |= {"jan": 1, "apr": 4, "aug": 8, "set": 9, "dec": 12}


def parse(text: str, order: Order = "dmy") -> str:
    """The date in `text` as ``YYYY-MM-DD``; a time of day is dropped. Only a template can say that months come first.

    Raises `Falla` (date_format, date_impossible, date_range).
    """
    bare = _CLOCK.sub("", text.strip())
    if found := _DAY_FIRST.fullmatch(bare):
        month, day = (found[2], found[1]) if order == "dmy" else (found[1], found[2])
        return _iso(found[3], month, day)
    if found := _ISO.fullmatch(bare):
        return _iso(found[1], found[2], found[3])
    if found := _WORDS.fullmatch(bare):
        return _iso(found[3], str(_MONTHS.get(fold(found[2])[:3], 0)), found[1])
    if _COMPACT.fullmatch(bare):
        return _compact(bare)
    if found := _SERIAL.fullmatch(bare):
        return _checked(_EXCEL_DAY_ZERO + timedelta(days=int(found[1])))
    raise Falla("date_format")


def clock(text: str) -> str:
    """The time of day at the end of `text` as ``HH:MM``; empty where there is none. A serial's decimals are one.

    Raises `Falla` (time_format) for one that no clock shows.
    """
    bare = text.strip()
    if fraction := _DAY_FRACTION.fullmatch(bare):
        minutes = round(float("0." + fraction[1]) * 1440) % 1440
        return f"{minutes // 60:02}:{minutes % 60:02}"
    found = _TIME.search(bare)
    if not found:
        return ""
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0) if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise Falla("time_format")
    return f"{hour:02}:{minute:02}"


def month_first(texts: Iterable[str]) -> bool:
    """Whether the dates of a file are month/day/year: some can only be that, and none can only be day/month/year."""
    pairs = [(int(found[1]), int(found[2])) for text in texts if (found := _DAY_FIRST.match(text.strip()))]
    return any(second > 12 >= first for first, second in pairs) and not any(
        first > 12 >= second for first, second in pairs
    )


def _compact(digits: str) -> str:
    """``20261031`` or ``31102026``: between 1990 and 2099 no eight digits are both."""
    if digits[:2] in ("19", "20") and digits[4:6] <= "12":
        return _iso(digits[:4], digits[4:6], digits[6:])
    return _iso(digits[4:], digits[2:4], digits[:2])


def _iso(year: str, month: str, day: str) -> str:
    full = int(year) if len(year) == 4 else int(year) + (1900 if year >= "90" else 2000)
    try:
        return _checked(date(full, int(month), int(day)))
    except ValueError as bad:
        if isinstance(bad, Falla):
            raise
        raise Falla("date_impossible") from None


def _checked(day: date) -> str:
    if not 1990 <= day.year <= 2099:
        raise Falla("date_range")
    return day.isoformat()
