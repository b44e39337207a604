"""From the comuna comes the debtor's hour and holidays: all 346 are there."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import holidays
import pytest

from dialer.carteras import comuna
from dialer.carteras.comunas import COMUNAS

SIZES = {"AP": 4, "TA": 7, "AN": 9, "AT": 9, "CO": 15, "VS": 38, "RM": 52, "LI": 33, "ML": 30, "NB": 21, "BI": 33}
SIZES |= {"AR": 32, "LR": 12, "LL": 30, "AI": 10, "MA": 11}


def test_all_346_comunas_are_there_once_each() -> None:
    assert {region: len(names.split(", ")) for region, names in COMUNAS.items()} == SIZES
    assert len(comuna.TODAS) == len({one.name for one in comuna.TODAS}) == 346


def test_every_region_has_its_holidays_and_every_zone_exists() -> None:
    assert {one.region for one in comuna.TODAS} == set(holidays.country_holidays("CL").subdivisions)
    for zone in {one.zone for one in comuna.TODAS}:
        assert ZoneInfo(zone).key == zone


@pytest.mark.parametrize(
    ("text", "name", "region", "zone"),
    [
        ("ÑUÑOA", "Ñuñoa", "RM", "America/Santiago"),
        ("nunoa", "Ñuñoa", "RM", "America/Santiago"),
        ("  Viña  del Mar ", "Viña del Mar", "VS", "America/Santiago"),
        ("VINA DEL MAR", "Viña del Mar", "VS", "America/Santiago"),
        ("Isla de Pascua", "Isla de Pascua", "VS", "Pacific/Easter"),
        ("rapa nui", "Isla de Pascua", "VS", "Pacific/Easter"),
        ("Pta. Arenas", "Punta Arenas", "MA", "America/Punta_Arenas"),
        ("PUERTO NATALES", "Natales", "MA", "America/Punta_Arenas"),
        ("Coihaique", "Coyhaique", "AI", "America/Coyhaique"),
        ("Pto Aisen", "Aysén", "AI", "America/Coyhaique"),
        ("Arica", "Arica", "AP", "America/Santiago"),
        ("Chillan Viejo", "Chillán Viejo", "NB", "America/Santiago"),
        ("Til-Til", "Tiltil", "RM", "America/Santiago"),
        ("OHiggins", "O'Higgins", "AI", "America/Coyhaique"),
        ("STGO.", "Santiago", "RM", "America/Santiago"),
    ],
)
def test_a_comuna_is_found_however_it_is_typed(text: str, name: str, region: str, zone: str) -> None:
    assert comuna.lookup(text) == comuna.Comuna(name, region, zone)


def test_what_is_no_comuna_is_none() -> None:
    assert [comuna.lookup(text) for text in ("", "Springfield", "Región Metropolitana")] == [None] * 3
    assert comuna.UNKNOWN.zone == "America/Santiago"
