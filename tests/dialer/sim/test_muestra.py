"""The samples are invented, are all of Chile, and show what a load of each kind does with faults."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from dialer.carteras import comuna
from dialer.carteras.model import Carga
from dialer.edge.loads import load_plantilla, read_carga
from dialer.edge.loads_muestra import FOLDER, TODAY, write_all
from dialer.sim import muestra
from scripts_llamada.edge.files import read_yaml

SAMPLE = FOLDER / "facturas.csv"
FAULTS = {
    "saldos": ("saldos.txt", {"missing"}),
    "pagos": ("pagos.xlsx", {"total_row"}),
    "retiros": ("retiros.csv", {"rut_check_digit"}),
    "demograficos": ("demograficos.csv", {"phone_scientific"}),
    "externas": ("externas.tsv", {"channel_unknown"}),
    "bloqueos": ("bloqueos.csv", {"rut_placeholder", "stop_unknown"}),
    "uf": ("uf.csv", {"uf_range"}),
}


@pytest.fixture(scope="module")
def sample() -> Carga:
    return read_carga(SAMPLE, "demo", "facturas")


def test_the_committed_samples_are_what_the_generator_writes(tmp_path: Path) -> None:
    """When this fails after a change on purpose: `python -m dialer.edge.loads_muestra` writes them anew."""
    write_all(tmp_path)
    assert {path.name for path in FOLDER.iterdir()} == {path.name for path in tmp_path.iterdir()}
    for path in tmp_path.iterdir():
        assert contents(path) == contents(FOLDER / path.name), path.name


def contents(path: Path) -> object:
    """A workbook's cells: its container tells when it was written."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("kind", FAULTS)
def test_each_sample_loads_but_for_what_is_wrong_in_it_on_purpose(kind: str) -> None:
    name, wrong = FAULTS[kind]
    found = load_plantilla("muestra", None, read_yaml)
    assert found is not None
    read = read_carga(FOLDER / name, "muestra", "facturas", kind=kind, formato=found.kinds.get(kind))
    assert {one.reason for one in (*read.rechazos, *read.avisos)} == wrong
    assert read.totals.rows_loaded >= 10


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
        (TODAY - date.fromisoformat(documento.due)).days
        for deudor in sample.deudores
        for documento in deudor.documentos
    ]
    assert min(days) >= -20 and max(days) <= 400
    assert sum(day > 0 for day in days) > 0.9 * len(days)
