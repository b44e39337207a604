"""The smaller values of a row: kind and number of a document, regime, e-mails, damaged letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from dialer.carteras.rechazo import Falla
from dialer.carteras.texto import fold, is_absent

_KINDS: dict[str, str] = {
    "factura": "factura facturas fac fact ft facturaelectronica facturaexenta facturaafecta 30 32 33 34",
    "boleta": "boleta boletas bol boletaelectronica boletaexenta 35 38 39 41",
    "nota_credito": "notacredito notadecredito notadecreditoelectronica notacreditoelectronica nc 60 61",
    "cuota": "cuota cuotas cta credito creditodeconsumo",
    "cheque": "cheque cheques chq ch chequeprotestado",
    "letra": "letra letras let letradecambio",
    "pagare": "pagare pagares pag",
    "otro": "otro otros notadebito notadedebito nd 55 56",
}
_REGIMES: dict[str, str] = {
    "consumidor": "consumidor persona personanatural natural pn",
    "mype": "mype micro microempresa pequena pequenaempresa",
    "empresa": "empresa mediana medianaempresa grande granempresa",
}
_STRICTEST_FIRST = tuple(_REGIMES)
_PERSONAS: dict[str, str] = {
    "natural": "natural personanatural pn n individuo",
    "juridica": "juridica personajuridica pj j empresa sociedad razonsocial",
}
_FOLIO_KINDS = ("factura", "boleta", "nota_credito")
_EMAIL = re.compile(r"[a-z0-9._%+'-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_EMAIL_SEPARATOR = re.compile(r"[\s;,/|<>]+")
_FIGURE = re.compile("[1-9]")
_FLOAT = re.compile(r"([0-9]+)[.,]0")
_SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]+")
_QUOTED_FORMULA = re.compile(r'="(.*)"')
_DAMAGED = re.compile("\ufffd|Ã[\u0080-\u00bf‘’“”•–—˜™š›œžŸ‚ƒ„…†‡ˆ‰Š‹Œ]")


def _by_name(table: dict[str, str]) -> dict[str, str]:
    return {name: value for value, names in table.items() for name in names.split()}


_KIND_OF = _by_name(_KINDS)
_REGIME_OF = _by_name(_REGIMES)
_PERSONA_OF = _by_name(_PERSONAS)


@lru_cache(256)
def document_kind(text: str) -> str | None:
    """The kind of document (SII's codes too: ``33`` is a factura); None for a word that is none of them."""
    return _KIND_OF.get(fold(text)) if text else "otro"


@lru_cache(256)
def regime(text: str) -> str | None:
    """The regime; empty cells are consumidor, the strictest. None for a word that is none of them."""
    return _REGIME_OF.get(fold(text)) if text else "consumidor"


@lru_cache(256)
def persona(text: str) -> str | None:
    """``natural``, ``juridica``, empty for an empty cell. None for a word that is none of them."""
    found = _PERSONA_OF.get(fold(text))
    return "" if not found and is_absent(text) else found


def source(text: str) -> str:
    """Where data come from, in the mandante's own words; empty where it does not say."""
    said = " ".join(text.split())
    return "" if is_absent(said) else said


def address(text: str) -> str:
    """A place as it is written; empty for a way to write nothing."""
    bare = text.strip()
    return bare if _FIGURE.search(bare) or not is_absent(bare) else ""


def addresses(cells: Iterable[str]) -> tuple[str, ...]:
    """The different places in some cells, in their order."""
    places: dict[str, str] = {}
    for cell in cells:
        place = address(cell)
        if place:
            places.setdefault(fold(place), place)
    return tuple(places.values())


def stricter(one: str, other: str) -> str:
    """The regime that binds where two rows of the same deudor disagree."""
    return min(one, other, key=_STRICTEST_FIRST.index)


def document_number(text: str, kind: str) -> str:
    """The number without what spreadsheets do to it. SII's folios are integers, so their leading zeros mean nothing.

    Raises `Falla` (missing, number_scientific).
    """
    number = _bare(text)
    if _SCIENTIFIC.fullmatch(number) and ("+" in number or "." in number or "," in number):
        raise Falla("number_scientific")
    if floated := _FLOAT.fullmatch(number):
        number = floated[1]
    number = " ".join(number.split())
    if kind in _FOLIO_KINDS and number.isdecimal():
        number = number.lstrip("0")
    if not number:
        raise Falla("missing")
    return number


def reference(text: str) -> str:
    """A payment's reference, as `document_number` but free text: empty where there is none."""
    bare = " ".join(_bare(text).split())
    floated = _FLOAT.fullmatch(bare)
    return "" if is_absent(bare) else floated[1] if floated else bare


def _bare(text: str) -> str:
    number = text.strip().removeprefix("'")
    quoted = _QUOTED_FORMULA.fullmatch(number)
    return quoted[1].strip() if quoted else number


class Correos(NamedTuple):
    """The usable addresses of a cell, in lower case, and the pieces that are none."""

    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()


def emails(text: str) -> Correos:
    """The addresses in a cell, which may hold a list."""
    alone = text.lower()
    if _EMAIL.fullmatch(alone):
        return Correos((alone,))
    if is_absent(text):
        return Correos()
    pieces = [piece for piece in _EMAIL_SEPARATOR.split(text.lower()) if piece]
    good = tuple(piece for piece in pieces if _EMAIL.fullmatch(piece))
    bad = tuple(piece for piece in pieces if not _EMAIL.fullmatch(piece))
    return Correos(good, bad if good else (text.strip(),))


def is_damaged(text: str) -> bool:
    """Whether letters were lost before the file came: UTF-8 read as cp1252 (``Ã±``) or replaced (``�``)."""
    return not text.isascii() and bool(_DAMAGED.search(text))
