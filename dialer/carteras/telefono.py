"""Telephones as they come in a cell, made E.164.

Python-phonenumbers has the numbering plan (``+569…``), but calls the old Chilean forms invalid (``09-8765-4321``,
``02-2345678``, eight digits) and the favourite fakes valid (``999999999``); this file translates the first and keeps
out the second. What can be read two ways is kept out, never guessed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import phonenumbers

from dialer.carteras.filas import Telefono
from dialer.carteras.rechazo import Falla
from dialer.carteras.texto import is_absent

_AREA = re.compile("3[2-5]|4[1235]|5[123578]|6[13457]|7[1235]")
GUESSED = frozenset(("movil", "fijo"))
"""Kinds that only the number's first digit tells."""
_SERVICES = ("600", "700", "80")
_FAKES = frozenset(("123456789", "987654321", "912345678", "923456789", "221234567", "222345678"))
_SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]+")
_EXTENSION = re.compile(r"(?:\b(?:anexo|anex|anx|extensi[oó]n|ext|interno|int|x)\b|#)[\s.:#]*[0-9]{1,6}\b", re.I)
_GLUED_EXTENSION = re.compile(r"(?:anexo|anx|ext)[0-9]{1,6}\b", re.I)
_SEPARATOR = re.compile(r"[/;,|\n\r]+|\s+(?:y|o|-)\s+", re.I)
_FLOAT_TAIL = re.compile(r"(?<=[0-9]{8})[.,]0$")
_AREA_IN_BRACKETS = re.compile(r"\(0?[0-9]{2}\)")
_NOT_DIGIT = re.compile(r"[^0-9]+")
_ALONE = re.compile(r"(?:\+?56)?[2-9][0-9]{8}")


def _plan() -> re.Pattern[str]:
    plan = phonenumbers.PhoneMetadata.metadata_for_region("CL")
    patterns = [desc.national_number_pattern for desc in (plan.fixed_line, plan.mobile) if desc] if plan else []
    return re.compile("|".join(pattern for pattern in patterns if pattern))


_PLAN = _plan()
_NOT = "|".join((*_SERVICES, *sorted(_FAKES)))
_USUAL = re.compile(rf"(?:\+?56)?(?!{_NOT})(?!.(?P<same>[0-9])(?P=same){{7}})(?P<national>{_PLAN.pattern})")
"""What most cells hold: one telephone of today, as `normalise` has it."""


class Lectura(NamedTuple):
    """What one cell held: the usable numbers, and each piece that is not with its `Falla`."""

    telefonos: tuple[Telefono, ...] = ()
    fallas: tuple[tuple[str, Falla], ...] = ()


def read_cell(text: str, kind: str = "") -> Lectura:
    """All the telephones in a cell, which may hold several, an extension, or a way to write nothing.

    `kind` (laboral, tercero) is what the column says; without it the kind is guessed from the number.
    """
    if one := usual(text, kind):
        return Lectura((one,))
    if is_absent(text):
        return Lectura()
    if _SCIENTIFIC.fullmatch(text.strip()):
        return Lectura((), ((text, Falla("phone_scientific")),))
    text = _FLOAT_TAIL.sub("", text.strip())
    return _read(_pieces(_GLUED_EXTENSION.sub(" ", _EXTENSION.sub(" ", text))), kind)


def usual(text: str, kind: str = "") -> Telefono | None:
    """The telephone of a cell that holds one of today's and nothing else, as `normalise` has it; None for the rest."""
    found = _USUAL.fullmatch(text)
    return _telefono(found["national"], kind) if found else None


def normalise(text: str, kind: str = "") -> Telefono:
    """One telephone in E.164. A number that is already canonical stays as it is.

    Raises `Falla` (phone_scientific, phone_short, phone_long, phone_ambiguous, phone_foreign, phone_service,
    phone_fake, phone_invalid).
    """
    if _SCIENTIFIC.fullmatch(text.strip()):
        raise Falla("phone_scientific")
    national = text[-9:] if _ALONE.fullmatch(text) else _national(text)
    if national.startswith(_SERVICES):
        raise Falla("phone_service")
    if national in _FAKES or len(set(national[1:])) == 1:
        raise Falla("phone_fake")
    if not _PLAN.fullmatch(national):
        raise Falla("phone_invalid")
    return _telefono(national, kind)


def _telefono(national: str, kind: str) -> Telefono:
    return Telefono("+56" + national, kind or ("movil" if national[0] == "9" else "fijo"))


def _read(pieces: list[str], kind: str) -> Lectura:
    if len(pieces) == 1:
        return _read_one(pieces[0], kind)
    good: dict[str, Telefono] = {}
    bad: list[tuple[str, Falla]] = []
    for piece in pieces:
        try:
            telefono = normalise(piece, kind)
        except Falla as falla:
            bad.append((piece.strip(), falla.alone()))
        else:
            good.setdefault(telefono.e164, telefono)
    return Lectura(tuple(good.values()), tuple(bad))


def _read_one(piece: str, kind: str) -> Lectura:
    try:
        return Lectura((normalise(piece, kind),))
    except Falla as falla:
        return Lectura((), ((piece.strip(), falla.alone()),))


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    prefix = ""
    for part in _SEPARATOR.split(text):
        digits = len(_NOT_DIGIT.sub("", part))
        if is_absent(part):
            continue
        if digits <= 3 and any(char.isdigit() for char in part) and not pieces:
            prefix += part  # 02/2345678: an area before a slash is not a number of its own
            continue
        pieces += _by_spaces(prefix + part) if digits > 12 else [prefix + part]
        prefix = ""
    return [*pieces, prefix] if prefix else pieces


def _by_spaces(text: str) -> list[str]:
    """``987654320 22345678`` is two numbers; ``9 8765 4320 1234 5`` is one that is too long."""
    words = text.split()
    return words if all(len(_NOT_DIGIT.sub("", word)) >= 8 for word in words) else [text]


def _national(text: str) -> str:
    digits = _NOT_DIGIT.sub("", text)
    if digits and len(set(digits)) == 1:
        raise Falla("phone_fake")
    abroad = text.lstrip(" (").startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00")
    if abroad and not digits.startswith("56"):
        raise Falla("phone_foreign")
    dialled = digits.removeprefix("56") if abroad or len(digits) in (10, 11, 12) else digits
    bare = dialled.lstrip("0")
    if bare.startswith(_SERVICES) and len(bare) >= 9:
        raise Falla("phone_service")
    if len(bare) == 8:
        return _eight(bare, prefixed=bare != digits, area=bool(_AREA_IN_BRACKETS.search(text)))
    if len(bare) != 9:
        raise Falla("phone_short" if len(bare) < 9 else "phone_long")
    return bare


def _eight(digits: str, prefixed: bool, area: bool) -> str:
    """The nine digits of today for the eight of yesterday. Santiago reads the same with and without its old area.

    `prefixed`: they came after 0 or +56, and `area`: after an area in brackets; so the first two are an area.
    """
    if digits[0] == "2":
        return "2" + digits
    if (prefixed or area) and _AREA.match(digits):
        return digits[:2] + "2" + digits[2:]
    if digits[0] in "89" and not prefixed:
        return "9" + digits
    raise Falla("phone_ambiguous")
