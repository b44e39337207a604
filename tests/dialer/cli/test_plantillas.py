"""A template is known by its name, whether it is a file or was saved on the page."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from agents.cargas import CargaAsked, CargaRefused, PlantillaAsked
from config.settings import ConfigError, Settings, parse
from dialer.cli import cargas, plantillas
from dialer.cli.cargas import Desk, read
from dialer.edge.store import Store

NOW = 1_795_000_000_000
ODD = "Quién;Cuánto pagó;Día\n12.345.678-5;1.250.000;05-09-2026\n"
MAPPING = json.dumps({"columns": {"rut": ["Quién"], "monto": ["Cuánto pagó"], "fecha": ["Día"]}, "decimal": ","})
SAVE = PlantillaAsked("andes", "pagos", "Pagos del banco", MAPPING, by="cargas")


def kept(settings: Settings, *asked: PlantillaAsked) -> list[str]:
    """Save them; the names there are then, and who made each."""

    async def main() -> list[str]:
        store = await Store.open(settings.database)
        desk = Desk(lambda: settings, store, lambda: NOW)
        for one in asked:
            await desk.save_template(one)
        listed = await desk.templates("andes", "pagos")
        audit = [act.act for act in await store.audits(10)]
        await store.close()
        assert audit == ["save_template"] * len(asked)
        return [f"{one['name']}/{one['by']}" for one in listed]

    return asyncio.run(main())


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    return parse({"database": sqlite_url, "carteras": {"facturas": {}}})


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    path = tmp_path / "pagos.csv"
    path.write_text(ODD)
    return path


def test_a_template_saved_on_the_page_is_listed_beside_the_files_and_read_by_its_name(
    settings: Settings, odd: Path
) -> None:
    assert kept(settings, SAVE) == ["muestra/", "Pagos del banco/cargas"]
    carga = read(settings, CargaAsked("pagos", "pagos.csv", "andes", template="Pagos del banco"), odd)
    assert carga.totals.rows_loaded == 1
    named = [one["name"] for one in asyncio.run(cargas.templates(settings, "andes", "pagos"))]
    assert named == ["muestra", "Pagos del banco"]


def test_saving_it_again_replaces_it(settings: Settings) -> None:
    again = PlantillaAsked("andes", "pagos", SAVE.name, MAPPING, by="otra")
    assert kept(settings, SAVE, again) == ["muestra/", "Pagos del banco/otra"]


def test_one_for_another_kind_or_mandante_is_not_known_and_the_sentence_names_what_is(
    settings: Settings, odd: Path
) -> None:
    kept(settings, SAVE)
    with pytest.raises(ConfigError, match=r"saved: none"):
        read(settings, CargaAsked("pagos", "p.csv", "otro", template="Pagos del banco"), odd)
    with pytest.raises(ConfigError, match=r"saved: Pagos del banco"):
        read(settings, CargaAsked("pagos", "p.csv", "andes", template="pagos"), odd)


@pytest.mark.parametrize(
    ("name", "mapping", "said"),
    [
        ("muestra", MAPPING, "instalada como archivo"),
        ("a/b", MAPPING, "debe tener de 1 a 64"),
        ("nada", '{"decimal": ","}', "No hay columnas elegidas"),
        ("nada", '{"columns": {"rut": ["Quién"]}}', "Faltan columnas"),
    ],
)
def test_what_cannot_be_a_template_is_refused_in_words(settings: Settings, name: str, mapping: str, said: str) -> None:
    with pytest.raises(CargaRefused, match=said):
        kept(settings, PlantillaAsked("andes", "pagos", name, mapping))


def test_a_saved_template_can_be_the_ground_for_another(settings: Settings) -> None:
    kept(settings, SAVE)
    more = PlantillaAsked("andes", "pagos", "otra", '{"decimal": "."}', base=SAVE.name)
    saved = plantillas.saved_as(settings, more, NOW)
    assert json.loads(saved.formato)["decimal"] == "." and "Quién" in saved.formato
