"""The shipped configuration files say everything there is to say, and a broken file is named with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from config.edge.files import load_reglas, load_settings, read_toml
from config.headset import Headset
from config.jornada import Metas
from config.settings import RETRY_DEFAULT, Api, Asterisk, ConfigError, Empresa, Limits, Settings, Strategy

FOLDER = Path(__file__).parents[3] / "config"
EXAMPLE = FOLDER / "cintillo.ejemplo.toml"


def test_the_example_is_the_default_configuration_written_out() -> None:
    assert load_settings(EXAMPLE) == Settings(carteras={"facturas": Strategy(retry=dict(RETRY_DEFAULT))})


def keys_of(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name in model.model_fields:
        yield f"{prefix}{name}"


def test_every_key_that_exists_stands_in_the_example() -> None:
    raw = read_toml(EXAMPLE)
    shown = {f"{table}.{key}" for table, keys in raw.items() if isinstance(keys, dict) for key in keys}
    carteras = raw["carteras"]
    assert isinstance(carteras, dict)
    shown |= set(raw) | {f"strategy.{key}" for key in carteras["facturas"]}
    shown |= {f"retry.{key}" for key in carteras["facturas"]["retry"]}
    shown |= {f"strategy.{key}" for key in re.findall(r"^# (abandon_target) = ", EXAMPLE.read_text("utf-8"), re.M)}
    wanted = {
        *keys_of(Settings, ""),
        *keys_of(Asterisk, "asterisk."),
        *keys_of(Api, "api."),
        *keys_of(Empresa, "empresa."),
        *keys_of(Headset, "headset."),
        *keys_of(Limits, "limits."),
        *keys_of(Metas, "metas."),
        *keys_of(Strategy, "strategy."),
        *(f"retry.{verdict}" for verdict in RETRY_DEFAULT),
    }
    assert wanted - shown == set()


def test_every_key_of_the_example_is_explained_above_it() -> None:
    """A comment stands above each key, or above the group of keys that it opens."""
    explained = False
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            explained = True
        elif not line.strip():
            explained = False
        elif re.match(r"\w+ = ", line):
            assert explained, f"nothing explains {line!r}"


@pytest.mark.parametrize("name", ["demo.toml", "lab.toml"])
def test_the_demo_and_the_lab_run_predictive_pacing_on_one_cartera_under_the_same_law(name: str) -> None:
    settings = load_settings(FOLDER / name)
    (strategy,) = settings.carteras.values()
    assert strategy.mode == "predictive" and strategy.amd
    assert strategy.abandon_ratio_max == 0.03
    assert strategy.preset == Strategy().preset
    assert (strategy.hours_from, strategy.hours_to) == ("08:00", "20:00")


def test_every_preset_that_a_shipped_configuration_names_is_shipped() -> None:
    named = {
        strategy.preset
        for name in ("cintillo.ejemplo.toml", "demo.toml", "lab.toml")
        for strategy in load_settings(FOLDER / name).carteras.values()
    }
    assert named <= set(load_reglas())


def broken(folder: Path, content: bytes) -> str:
    path = folder / "sala.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        load_settings(path)
    assert str(refused.value).startswith(str(path))
    return str(refused.value)


def test_a_syntax_error_is_told_with_its_line(tmp_path: Path) -> None:
    assert "line 2" in broken(tmp_path, b'node = "n1"\nzone = America\n')


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    assert "is not TOML" in broken(tmp_path, b'node = "n1"\nnode = "n2"\n')


def test_a_file_that_is_not_utf8_says_so_instead_of_destroying_an_enye(tmp_path: Path) -> None:
    assert "is not UTF-8" in broken(tmp_path, 'zone = "Ñuñoa"\n'.encode("cp1252"))


def test_a_file_saved_by_notepad_with_its_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sala.toml"
    path.write_bytes(b"\xef\xbb\xbf[carteras.facturas]\n")
    assert load_settings(path).carteras == {"facturas": Strategy()}


def test_a_missing_file_says_what_to_start_from(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load_settings(tmp_path / "nada.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path)


def test_a_preset_with_an_unknown_key_or_another_files_id_is_refused(tmp_path: Path) -> None:
    source = next((FOLDER / "reglas").glob("*.toml"))
    text = source.read_text(encoding="utf-8")
    (tmp_path / source.name).write_text("otra_clave = 1\n" + text, encoding="utf-8")
    with pytest.raises(ConfigError, match="otra_clave: there is no such key"):
        load_reglas(tmp_path)
    (tmp_path / source.name).unlink()
    (tmp_path / "otro.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="must be the file's own name"):
        load_reglas(tmp_path)


def test_a_folder_of_presets_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """It read as a folder without presets: the site's own rules would have been the packaged ones, silently."""
    with pytest.raises(ConfigError, match="there is no such folder"):
        load_reglas(tmp_path / "reglas")
