"""RUT: every shape in which one arrives, made ``12345678-5``.

The check digit is python-stdnum's (``stdnum.cl.rut``), added up from tables made with it. Its `validate` is not used
because it refuses numbers under 1.000.000 and leading zeros, which are valid, and accepts ``11.111.111-1``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdnum.cl.rut import calc_check_digit

from dialer.carteras.rechazo import Falla

_NOISE = str.maketrans(dict.fromkeys("., \u00a0\t'\"") | dict.fromkeys("‐‑‒–—−", "-"))
_PLAIN = re.compile(r"([1-9][0-9]{0,1}\.[0-9]{3}\.[0-9]{3}|[1-9][0-9]{5,7})-([0-9K])")
_FLOAT = re.compile(r"([0-9]+)[.,]0")
_GROUPS_ALONE = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*E\+?[0-9]+")
_DIGITS = re.compile(r"[0-9]+")
_REMAINDERS = "0123456789K"
COMPANIES_FROM = 50_000_000


def _low() -> dict[str, int]:
    """What the last digits of a number, up to four, add to its check digit (modulo 11)."""
    parts = [f"{n:0{size}}" for size in (1, 2, 3, 4) for n in range(10**size)]
    return {part: _REMAINDERS.index(calc_check_digit(part)) for part in parts}


_LOW = _low()
_HIGH = {part: _REMAINDERS.index(calc_check_digit(part + "0000")) for part in _LOW}


def parse(text: str, dv: str = "", *, joined: bool = True) -> str:
    """The canonical RUT in `text`, with the check digit in `text` itself or apart in `dv`.

    `joined`: digits without a hyphen end in their check digit (see `lack_dv`).
    Raises `Falla` (rut_format, rut_scientific, rut_no_dv, rut_check_digit, rut_placeholder).
    """
    plain = None if dv else _PLAIN.fullmatch(text)
    if plain:
        body, digit = plain[1].replace(".", ""), plain[2]
    else:
        body, digit = _split(text.strip().upper(), dv.strip().upper(), joined)
    if check_digit(body) != digit:
        raise Falla("rut_check_digit")
    if len(body) < 3 or (len(body) > 5 and body == body[0] * len(body)):
        raise Falla("rut_placeholder")
    return f"{body}-{digit}"


def check_digit(body: str) -> str:
    """The check digit of one to eight digits, as ``stdnum.cl.rut.calc_check_digit`` gives it."""
    high = body[:-4]
    return _REMAINDERS[(_LOW[body[-4:]] + (_HIGH[high] if high else 0)) % 11]


def persona(rut: str) -> str:
    """``juridica`` for a canonical RUT from 50.000.000 on, else ``natural``.

    A heuristic of the trade, without any official source: companies have been given numbers in that range, and some
    may lie on the other side of it. What a mandante's file says goes before it.
    """
    return "juridica" if int(rut[:-2]) >= COMPANIES_FROM else "natural"


def complete(text: str) -> str:
    """The canonical RUT of a number that comes without its check digit, as only a template can say.

    Raises `Falla` (rut_format, rut_scientific, rut_placeholder, or rut_check_digit where there was one and is wrong).
    """
    bare = _without_float(text.strip().upper()).translate(_NOISE).lstrip("0")
    if _DIGITS.fullmatch(bare) and len(bare) <= 8:
        return parse(bare, check_digit(bare))
    return parse(text)


def lack_dv(texts: Iterable[str]) -> bool:
    """Whether the RUTs written as bare digits in one file have no check digit.

    One in eleven passes the check by chance and would be another person, so the file decides: they have none when
    fewer than half of them pass.
    """
    bare = {number for text in texts if _DIGITS.fullmatch(number := _without_float(text.strip()))}
    passing = sum(1 < len(number) <= 9 and check_digit(number[:-1]) == number[-1] for number in bare)
    return passing * 2 < len(bare)


def _split(text: str, dv: str, joined: bool) -> tuple[str, str]:
    if _SCIENTIFIC.fullmatch(text):
        raise Falla("rut_scientific")
    number = _without_float(text).translate(_NOISE)
    head, hyphen, tail = number.rpartition("-")
    dv = _without_float(dv).strip("- ")
    if hyphen and tail:
        return _checked(head.replace("-", ""), tail, dv)
    if dv:
        return _checked(head or tail, dv, dv)
    grouped = _GROUPS_ALONE.fullmatch(text)
    bare = _DIGITS.fullmatch(number)
    if hyphen or grouped or (bare and not joined):
        raise Falla("rut_no_dv")
    return _checked(number[:-1], number[-1:], "")


def _checked(body: str, digit: str, dv: str) -> tuple[str, str]:
    bare = body.lstrip("0")
    if not _DIGITS.fullmatch(body) or len(bare) > 8 or len(digit) != 1 or digit not in "0123456789K":
        raise Falla("rut_format")
    if dv and dv != digit:
        raise Falla("rut_check_digit")
    if not bare:
        raise Falla("rut_placeholder")
    return bare, digit


def _without_float(text: str) -> str:
    found = _FLOAT.fullmatch(text)
    return found[1] if found else text
