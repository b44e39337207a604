"""The sample cartera is invented, is all of Chile, and shows what a load does with faults."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from dialer.carteras import comuna
from dialer.carteras.model import Carga
from dialer.edge.loads import MUESTRA_TODAY, read_carga, write_muestra
from dialer.sim import muestra

SAMPLE = Path(__file__).parents[3] / "config" / "muestra" / "facturas.csv"


@pytest.fixture(scope="module")
def sample() -> Carga:
    return read_carga(SAMPLE, "demo", "facturas")


def test_the_committed_sample_is_what_the_generator_writes(tmp_path: Path) -> None:
    """When this fails after a change on purpose: `python -m dialer.edge.loads` writes it anew."""
    write_muestra(tmp_path / "facturas.csv")
    assert (tmp_path / "facturas.csv").read_bytes() == SAMPLE.read_bytes()


def test_the_same_dice_give_the_same_cartera_and_others_another() -> None:
    today = date(2026, 1, 31)
    texts = [muestra.facturas(random.Random(seed), today, 30) for seed in (5, 5, 6)]
    assert texts[0] == texts[1] != texts[2]


def test_about_two_thousand_deudores_with_one_to_four_documents(sample: Carga) -> None:
    assert 1950 <= sample.totals.deudores <= 2000
    assert set(Counter(len(deudor.documentos) for deudor in sample.deudores)) == {1, 2, 3, 4}


def test_nearly_all_of_it_loads_and_every_kind_of_fault_is_there(sample: Carga) -> None:
    assert {one.reason for one in sample.rechazos} == {
        *("rut_check_digit", "rut_no_dv", "duplicate", "conflict", "date_range", "amount_zero", "total_row")
    }
    assert {one.reason for one in sample.avisos} == {
        *("phone_fake", "phone_scientific", "phone_ambiguous", "comuna_unknown")
    }
    assert sample.totals.rows_loaded / sample.totals.rows_read > 0.99


def test_its_people_live_in_every_region_and_every_zone(sample: Carga) -> None:
    places = [comuna.lookup(deudor.comuna) for deudor in sample.deudores]
    assert {place.region for place in places if place} == {place.region for place in comuna.TODAS}
    assert {place.zone for place in places if place} == {place.zone for place in comuna.TODAS}


def test_nobody_in_it_exists(sample: Carga) -> None:
    bodies = [int(deudor.rut[:-2]) for deudor in sample.deudores]
    assert all(body in muestra.PEOPLE or body in muestra.COMPANIES for body in bodies)
    assert all(mail.endswith(".example") for deudor in sample.deudores for mail in deudor.emails)


def test_its_due_dates_lie_around_its_date(sample: Carga) -> None:
    days = [
        (MUESTRA_TODAY - date.fromisoformat(documento.due)).days
        for deudor in sample.deudores
        for documento in deudor.documentos
    ]
    assert min(days) >= -20 and max(days) <= 400
    assert sum(day > 0 for day in days) > 0.9 * len(days)
