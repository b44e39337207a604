"""The configuration file and the presets of contact rules, read from disk."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from config.faults import sentences
from config.gastos import Gastos
from config.preset import Preset
from config.settings import ConfigError, Settings, parse

PACKAGED_REGLAS = Path(__file__).resolve().parent.parent / "reglas"
GASTOS = "cl_gastos.toml"


def load_settings(path: Path) -> Settings:
    """The settings in a TOML file.

    Raises `ConfigError` when the file cannot be read, is not TOML (with the line) or is not right (one line for each
    fault: key, value, what is allowed).
    """
    return parse(read_toml(path), str(path))


def read_toml(path: Path) -> dict[str, object]:
    """A TOML file's table. Raises `ConfigError` naming the file and what to do."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; start from config/cintillo.ejemplo.toml") from None
    except OSError as bad:
        raise ConfigError(f"{path}: cannot be read: {bad.strerror}") from None
    except UnicodeDecodeError as bad:
        raise ConfigError(f"{path}: byte {bad.start} is not UTF-8; save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as bad:
        raise ConfigError(f"{path}: is not TOML: {bad}") from None


def load_reglas(folder: Path = PACKAGED_REGLAS) -> dict[str, Preset]:
    """The presets of contact rules in a folder's ``*.toml``, by id. Raises `ConfigError` as `load_settings` does."""
    if not folder.is_dir():
        raise ConfigError(f"{folder}: there is no such folder of presets")
    presets = [_preset(path) for path in sorted(folder.glob("*.toml")) if path.name != GASTOS]
    return {preset.id: preset for preset in presets}


def _preset(path: Path) -> Preset:
    try:
        preset = Preset.model_validate(read_toml(path))
    except ValidationError as bad:
        raise ConfigError("\n".join(sentences(str(path), bad))) from None
    if preset.id != path.stem:
        raise ConfigError(f"{path}: id = {preset.id!r}: must be the file's own name, {path.stem!r}")
    return preset


def load_gastos(folder: Path = PACKAGED_REGLAS) -> Gastos:
    """The tariffs of collection costs. Raises `ConfigError` as `load_settings` does."""
    path = folder / GASTOS
    try:
        return Gastos.model_validate(read_toml(path))
    except ValidationError as bad:
        raise ConfigError("\n".join(sentences(str(path), bad))) from None
