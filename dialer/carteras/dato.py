"""What an ejecutivo learns of a debtor in a conversation, read as strictly as what a file brings."""

from __future__ import annotations

import re

import msgspec

from dialer.carteras import comuna, valores
from dialer.carteras.filas import Telefono
from dialer.carteras.rechazo import Falla
from dialer.carteras.telefono import normalise

KINDS = ("telefono", "correo", "direccion", "comuna", "telefono_invalido")
SOURCE = "ejecutivo"
"""Where a telephone or an address came from that a debtor told an ejecutivo."""
ADDRESS_MAX = 200
_LETTERS = re.compile(r"[^\W\d_]{3}")
_NO_ADDRESS = re.compile(r"@|://")


class DatoRefused(Exception):
    """The value cannot be kept; the message is a Spanish sentence for the ejecutivo."""

    def __init__(self, sentence: str, code: str = "wrong") -> None:
        super().__init__(sentence)
        self.code = code


class Dato(msgspec.Struct, frozen=True):
    """A value as the books keep it. `value`: an E.164 telephone, an e-mail, an address, a comuna's official name or,
    of telefono_invalido, the number as it was given: E.164 where it reads as one, else the telephone's id.

    `detail`: a telephone's kind. `zone` and `region` are the comuna's.
    """

    kind: str
    value: str
    detail: str = ""
    zone: str = ""
    region: str = ""


def read(kind: str, value: str) -> Dato:
    """The value of one of `KINDS`. Raises `DatoRefused`."""
    text = " ".join(value.split())
    match kind:
        case "telefono":
            one = _telephone(text)
            return Dato(kind, one.e164, one.kind)
        case "correo":
            return Dato(kind, _email(text))
        case "direccion":
            return Dato(kind, _address(text))
        case "comuna":
            return _comuna(text)
        case "telefono_invalido":
            return Dato(kind, text if text.isdecimal() and len(text) < 9 else _telephone(text).e164)
    raise DatoRefused(f"No se guarda un dato «{kind[:20]}»: hay {', '.join(KINDS)}.")


def _telephone(text: str) -> Telefono:
    try:
        return normalise(text)
    except Falla as falla:
        raise DatoRefused(falla.detail) from None


def _email(text: str) -> str:
    found = valores.emails(text)
    if len(found.good) != 1 or found.bad:
        raise DatoRefused("No tiene forma de correo electrónico; se espera algo como nombre@empresa.cl.")
    return found.good[0]


def _address(text: str) -> str:
    if len(text) > ADDRESS_MAX or not _LETTERS.search(text) or _NO_ADDRESS.search(text) or valores.is_damaged(text):
        raise DatoRefused(f"No parece una dirección; se espera calle y número, hasta {ADDRESS_MAX} letras.")
    return text


def _comuna(text: str) -> Dato:
    found = comuna.lookup(text)
    if found is None:
        raise DatoRefused(f"«{text[:40]}» no es una comuna de Chile.")
    return Dato("comuna", found.name, zone=found.zone, region=found.region)
