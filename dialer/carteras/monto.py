"""Amounts: ``1.250.000``, ``1.250.000,50``, ``1,250,000``, ``(45.000)``, ``$ 45.000.-``, ``UF 39,48``.

One sign may separate thousands in one file and decimals in another, and a mistake is a thousandfold, so the sign is
decided for the whole file from values that can be read only one way; `Falla` and refusal come before a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from dialer.carteras.rechazo import Falla
from dialer.carteras.tabla import Numero
from dialer.carteras.texto import fold

Sign = Literal[",", ".", ""]

_PLAIN = re.compile(r"[0-9]{1,13}")
_FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_MARK = re.compile(r"CLP|CLF|UF|US\$|USD|\$", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*E\+?[0-9]+", re.IGNORECASE)
_SPACED = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f'’][0-9]{3})+(?=[.,]|$)")
_CHEQUE_TAIL = re.compile(r"[.,]-$")
_GROUPED: dict[str, re.Pattern[str]] = {
    ",": re.compile(r"[0-9]+(?:,[0-9]+)?|[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?"),
    ".": re.compile(r"[0-9]+(?:\.[0-9]+)?|[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?"),
}
_MARKS = {"$": "", "CLP": "CLP", "UF": "CLF", "CLF": "CLF", "US$": "?", "USD": "?"}
MONEDAS: dict[str, str] = {
    "": "",
    "clp": "CLP",
    "peso": "CLP",
    "pesos": "CLP",
    "pesochileno": "CLP",
    "pesoschilenos": "CLP",
    "uf": "CLF",
    "clf": "CLF",
    "unidaddefomento": "CLF",
}


@lru_cache(256)
def currency(text: str) -> str:
    """What a currency cell says: CLP, CLF, empty for nothing, ``?`` for anything else. ``$`` alone is pesos."""
    return "CLP" if text.strip() == "$" else MONEDAS.get(fold(text), "?")


class Cifra(NamedTuple):
    """A cell taken apart: digits with their signs, whether it is negative, the currency it names (see `currency`).

    `exact`: a spreadsheet's own number, with a point before its decimals whatever the file's sign.
    """

    digits: str
    negative: bool = False
    currency: str = ""
    exact: bool = False


def readings(digits: str) -> str:
    """Both readings of a figure that reads two ways, for a person: ``1250 (…) o 1,250 (…)``."""
    return f"{re.sub('[.,]', '', digits)} (separador de miles) o {re.sub('[.,]', ',', digits)} (signo decimal)"


def take_apart(text: str) -> Cifra:
    """The figure in a cell, without currency, brackets, minus or spaces. An accountant's ``-`` is zero."""
    if type(text) is Numero:
        return Cifra(text.removeprefix("-"), text.startswith("-"), "", exact=True)
    if _FIGURE.fullmatch(text):
        return Cifra(text)
    marks = [mark.upper() for mark in _MARK.findall(text)]
    bare = _CHEQUE_TAIL.sub("", _MARK.sub("", text).replace("−", "-").strip())
    named = _MARKS[marks[0]] if marks else ""
    if bare == "-":
        return Cifra("0", False, named)
    inner = bare[1:-1] if bare[:1] == "(" and bare[-1:] == ")" else bare
    digits = inner.strip().removeprefix("-").removesuffix("-").strip()
    spaced = _SPACED.match(digits)
    if spaced:
        digits = re.sub(r"[^0-9]", "", spaced[0]) + digits[spaced.end() :]
    return Cifra(digits, inner != bare or "-" in bare, named)


def sign_of(digits: str, currency: str) -> Sign | Literal["?"]:
    """The decimal sign that one figure proves: ``,`` or ``.``; ``?`` when it reads two ways; empty when it proves none.

    In pesos ``1.25`` reads two ways: a spreadsheet writes it for 1.250 once it has taken the dot for a decimal sign.
    """
    signs = [char for char in digits if char in ",."] if _FIGURE.fullmatch(digits) else []
    if not signs:
        return ""
    last: Sign = "," if signs[-1] == "," else "."
    other: Sign = "." if last == "," else ","
    if len(set(signs)) == 2:
        return last if _GROUPED[last].fullmatch(digits) else ""
    if len(signs) > 1:
        return other if _GROUPED[other].fullmatch(digits) else ""
    head, _, tail = digits.partition(last)
    return "?" if _reads_two_ways(head, tail, currency) else last


def _reads_two_ways(head: str, tail: str, currency: str) -> bool:
    if len(head) > 3 or head[0] == "0" or len(tail) > 3:
        return False
    return len(tail) == 3 or (currency == "CLP" and tail.strip("0") != "")


class Decision(NamedTuple):
    """The decimal sign of a file. `doubtful` is the position of the first figure that nothing decides, or None.

    `proofs` are the positions of the first figure for each sign, when both are proved.
    """

    sign: Sign
    doubtful: int | None = None
    proofs: tuple[int, ...] = ()


def decide(figures: Iterable[tuple[str, str]]) -> Decision:
    """The decimal sign of a file from its (digits, currency) figures.

    Both signs proved means a mixed file: then each figure stands by its own shape, and one that reads two ways is
    doubtful.
    """
    proved: dict[Sign, int] = {}
    doubtful: int | None = None
    for position, (digits, currency) in enumerate(figures):
        if digits.isdecimal():
            continue
        sign = sign_of(digits, currency)
        if sign == "?":
            doubtful = position if doubtful is None else doubtful
        elif sign:
            proved.setdefault(sign, position)
    if len(proved) == 1:
        return Decision(next(iter(proved)))
    return Decision("", doubtful, tuple(proved.values()))


def value_of(cifra: Cifra, sign: Sign) -> Decimal:
    """The figure as an exact number, read with the file's decimal sign (empty: by its own shape).

    Raises `Falla` (amount_format, amount_scientific, amount_range).
    """
    digits = cifra.digits
    if not _PLAIN.fullmatch(digits):
        digits = _point(digits, "." if cifra.exact else sign)
    value = Decimal(digits)
    return -value if cifra.negative else value


def may_be_thousands(cifra: Cifra, currency: str, sign: Sign) -> bool:
    """Whether a spreadsheet's own number is doubtful: in pesos ``1.25`` is what is left of a ``1.250`` it misread.

    Not where the file's decimal sign is the point, so that the spreadsheet read it well.
    """
    return cifra.exact and sign != "." and sign_of(cifra.digits, currency) == "?"


def _point(digits: str, sign: Sign) -> str:
    if _SCIENTIFIC.fullmatch(digits):
        raise Falla("amount_scientific")
    decimal = sign or sign_of(digits, "") or "."
    if decimal == "?" or not _GROUPED[decimal].fullmatch(digits):
        raise Falla("amount_format")
    whole, _, fraction = digits.partition(decimal)
    whole, fraction = re.sub(r"[.,]", "", whole).lstrip("0") or "0", fraction.rstrip("0")
    if len(whole) > 13 or len(fraction) > 4:
        raise Falla("amount_range")
    return f"{whole}.{fraction}" if fraction else whole
