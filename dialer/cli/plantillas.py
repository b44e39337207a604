"""Which template a load is read by: a file of the installation or of the site, one made on the page, or none; and over
it what a person said of this very file."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import msgspec

from agents.cargas import CargaAsked, PlantillaAsked
from config.settings import ConfigError, Settings
from dialer.carteras import carga, mapeo, plantilla
from dialer.carteras.plantilla import Formato, PlantillaError
from dialer.carteras.rechazo import CargaError
from dialer.edge.loads import installed, load_plantilla
from dialer.edge.store import Store
from dialer.records import PlantillaSaved
from scripts_llamada.edge.files import read_yaml

NAME = re.compile(r"[\w .()-]{1,64}")
YAML = (".yaml", ".yml")


def formato(settings: Settings, asked: CargaAsked) -> Formato | None:
    """What the named template, or the mandante's own where there is one, states of files of this kind, with the
    person's own choice of columns over it.

    Raises `ConfigError` for a template that is not there or is wrong, `CargaError` for a choice that cannot be.
    """
    base = _template(settings, asked)
    if not asked.mapping:
        return base
    carga.known(asked.kind)
    return mapeo.laid(mapeo.read(asked.mapping), base, asked.kind)


def saved_as(settings: Settings, asked: PlantillaAsked, now_ms: int) -> PlantillaSaved:
    """The template to keep, made of another one (or none) and the person's choice.

    Raises `CargaError` for a name that cannot be or that a file has, `ConfigError` as `formato`.
    """
    name = asked.name.strip()
    if not NAME.fullmatch(name) or name.endswith(YAML):
        raise CargaError("El nombre de la plantilla debe tener de 1 a 64 letras, cifras, espacios, puntos o guiones.")
    if name in installed(_site(settings)):
        raise CargaError(f"«{name}» es una plantilla instalada como archivo: elija otro nombre.")
    found = formato(settings, CargaAsked(asked.kind, "", asked.mandante, template=asked.base, mapping=asked.mapping))
    if found is None or not found.columns:
        raise CargaError("No hay columnas elegidas que guardar: elija cuál es cada una.")
    kept = msgspec.json.encode(found.model_dump(mode="json", exclude_defaults=True)).decode()
    return PlantillaSaved(asked.mandante, asked.kind, name, kept, asked.by, now_ms)


async def listed(settings: Settings, store: Store, mandante: str, kind: str) -> list[dict[str, Any]]:
    """The templates that say something of this kind: in files (`by` empty), then those made on the page for it.

    Raises `ConfigError`, `GuionError` for a file that is wrong.
    """
    files = await asyncio.to_thread(_files_for, settings, kind)
    kept = await store.plantillas(mandante, kind)
    named = [{"name": one.name, "by": one.by, "at_ms": one.at_ms} for one in kept]
    return [*({"name": name, "by": "", "at_ms": 0} for name in files), *named]


# ── parts ───────────────────────────────────────────────────────────────────────────────────────────


def _files_for(settings: Settings, kind: str) -> list[str]:
    names = installed(_site(settings))
    return [name for name in names if (found := _from_files(settings, name)) and kind in found.kinds]


def _template(settings: Settings, asked: CargaAsked) -> Formato | None:
    named = asked.template or asked.mandante
    found = _from_files(settings, named) if named else None
    if found is None:
        return _saved(settings, asked) if asked.template else None
    return _of_kind(found, asked)


def _of_kind(found: plantilla.Plantilla, asked: CargaAsked) -> Formato | None:
    if asked.template and asked.kind not in found.kinds:
        raise ConfigError(f"--template {asked.template!r}: says nothing of files of kind {asked.kind}")
    return found.kinds.get(asked.kind)


def _from_files(settings: Settings, name: str) -> plantilla.Plantilla | None:
    """Raises `ConfigError`."""
    try:
        if name.endswith(YAML):
            value, lines = read_yaml(Path(name))
            return plantilla.parse(value, name, lines)
        return load_plantilla(name, _site(settings), read_yaml)
    except PlantillaError as bad:
        raise ConfigError(str(bad)) from None


def _site(settings: Settings) -> Path | None:
    folder = Path(settings.scripts) / "plantillas" if settings.scripts else None
    return folder if folder and folder.is_dir() else None


def _saved(settings: Settings, asked: CargaAsked) -> Formato:
    """One made on the page for this mandante and kind. The program is no server here: it may wait for the answer."""
    kept = asyncio.run(_kept(settings, asked))
    found = next((one for one in kept if one.name == asked.template), None)
    if found is None:
        there = ", ".join(one.name for one in kept) or "none"
        raise ConfigError(
            f"--template {asked.template!r}: there is no such template, neither a .yaml file nor one saved on the page "
            f"for {asked.kind} of {asked.mandante or 'nobody'} (saved: {there})"
        )
    return Formato.model_validate_json(found.formato)


async def _kept(settings: Settings, asked: CargaAsked) -> list[PlantillaSaved]:
    store = await Store.open(settings.database)
    try:
        return list(await store.plantillas(asked.mandante, asked.kind))
    finally:
        await store.close()
