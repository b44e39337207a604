"""Text as people type it, made comparable."""

from __future__ import annotations

import re
import unicodedata

_NOT_ALNUM = re.compile(r"[^a-z0-9]+")
_ABSENT = frozenset(
    (
        *("", "si", "sn", "sd", "na", "nd", "nn", "no", "null", "none", "nan", "x", "xx", "xxx"),
        *("notiene", "noinforma", "noregistra", "ninguno", "sininformacion", "sininfo", "sindato", "sindatos"),
        *("sintelefono", "sinfono", "sincorreo", "sinmail"),
    )
)


def fold(text: str) -> str:
    """Lower case, without accents, spaces or signs: ``Ñuñoa`` and ``NUNOA`` become ``nunoa``."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _NOT_ALNUM.sub("", plain)


def is_absent(text: str) -> bool:
    """Whether a cell is a way to write nothing: empty, ``0``, ``-``, ``s/i``, ``no tiene``…"""
    return not text or fold(text).strip("0") in _ABSENT
