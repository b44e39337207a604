"""Comuna -> region and time zone, which telephone numbers do not tell (portability is nation-wide)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from dialer.carteras.comunas import COMUNAS, OTHER_NAMES, ZONES, ZONES_OF_COMUNAS
from dialer.carteras.texto import fold

_SHORT = {"pto": "puerto", "pta": "punta", "sta": "santa", "sto": "santo", "gral": "general", "stgo": "santiago"}
_WORD = re.compile(r"[^\W\d_]+")


class Comuna(NamedTuple):
    """`region`: subdivision code of the `holidays` library (``AP``, ``RM``…); `zone`: IANA zone."""

    name: str
    region: str
    zone: str


UNKNOWN = Comuna("", "", "America/Santiago")
"""Where the comuna is not known: the zone of most people, and no region (so no regional holiday can be ruled out)."""


@lru_cache(1024)
def lookup(name: str) -> Comuna | None:
    """The comuna of that name, whatever its case, accents, spaces and usual abbreviations; None if there is none."""
    found = _BY_KEY.get(fold(name))
    if found is None:
        found = _BY_KEY.get(fold(_WORD.sub(lambda word: _SHORT.get(word[0].casefold(), word[0]), name)))
    return found


def _table() -> dict[str, Comuna]:
    table: dict[str, Comuna] = {}
    for region, names in COMUNAS.items():
        for name in names.split(", "):
            zone = ZONES_OF_COMUNAS.get(name) or ZONES.get(region, UNKNOWN.zone)
            table[fold(name)] = Comuna(name, region, zone)
    return table | {fold(other): table[fold(name)] for other, name in OTHER_NAMES.items()}


_BY_KEY = _table()
TODAS: tuple[Comuna, ...] = tuple(dict.fromkeys(_BY_KEY.values()))
