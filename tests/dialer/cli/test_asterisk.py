"""The file of headsets that Asterisk includes."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from agents.headset import password
from config.settings import ConfigError
from dialer.cli.asterisk import write_pjsip
from dialer.cli.people import add_usuario

SECRET = "un-secreto-de-la-sala"


def site(folder: Path, headset: str) -> Path:
    config = folder / "c.toml"
    database = f"sqlite+aiosqlite:///{folder / 'c.db'}"
    config.write_text(f'database = "{database}"\n[headset]\n{headset}\n[carteras.facturas]\n')
    return config


def test_everybody_who_talks_or_listens_is_in_the_file_which_only_its_group_reads(tmp_path: Path) -> None:
    config = site(tmp_path, f'ws = "/sip"\nsecret = "{SECRET}"')
    asyncio.run(add_usuario(config, "e01", "Ana", "ejecutivo", ("facturas",), "clave-larga"))
    asyncio.run(add_usuario(config, "sup", "Eva", "supervisor", (), "clave-larga"))
    asyncio.run(add_usuario(config, "car", "Leo", "cargas", (), "clave-larga"))
    out = tmp_path / "web.conf"
    for _ in range(2):
        asyncio.run(write_pjsip(config, out))
        text = out.read_text()
        assert re.findall("username = (.*)", text) == ["e01", "sup"]
        assert f"password = {password(SECRET, 'sup')}\n" in text
        assert out.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.db", "c.toml", "web.conf"]


def test_it_prints_where_no_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = site(tmp_path, f'ws = "/sip"\nsecret = "{SECRET}"')
    asyncio.run(add_usuario(config, "e01", "Ana", "ejecutivo", ("facturas",), "clave-larga"))
    capsys.readouterr()
    asyncio.run(write_pjsip(config, None))
    assert "[e01](cintillo-ejecutivo-web)" in capsys.readouterr().out


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"headset\.ws is empty"):
        asyncio.run(write_pjsip(site(tmp_path, 'ws = ""'), None))
    with pytest.raises(ConfigError, match="there is no such database"):
        asyncio.run(write_pjsip(site(tmp_path, f'ws = "/sip"\nsecret = "{SECRET}"'), None))
    assert not (tmp_path / "c.db").exists()
