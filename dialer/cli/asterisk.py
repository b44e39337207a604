"""`cintillo asterisk`: what Asterisk's own files need to know of Cintillo's people."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from config.settings import ConfigError
from dialer.cli.loop import run

asterisk_app = typer.Typer(no_args_is_help=True, help="Files for Asterisk.")

READABLE = 0o640
Config = Annotated[Path, typer.Option("--config", "-c", help="The TOML file.")]


@asterisk_app.command("pjsip")
def pjsip(
    out: Annotated[Path | None, typer.Option(help="Write this file instead of printing; only its group may read it.")]
    = None,
    config: Config = Path("cintillo.toml"),
) -> None:
    """The browser's headsets of everybody who talks or listens, passwords included: for pjsip.conf to #include."""
    run(lambda: write_pjsip(config, out))


async def write_pjsip(config: Path, out: Path | None) -> None:
    """Write the file, or print it where there is none. Raises `ConfigError` where there is nothing to write of."""
    text = await _pjsip(config)
    if out is None:
        print(text, end="")
        return
    _replace(out, text)
    print(f"{out}: written; now: asterisk -rx 'module reload res_pjsip.so'")


async def _pjsip(config: Path) -> str:
    from agents.headset import pjsip
    from config.edge.files import load_settings
    from dialer.cli.people import missing
    from dialer.edge.store import Store

    settings = load_settings(config)
    if not settings.headset.ws:
        raise ConfigError(f"{config}: headset.ws is empty, so there is no headset in the browser; set it first")
    if missing(settings.database):
        raise ConfigError(f"{settings.database}: there is no such database; add usuarios first: cintillo usuario add")
    store = await Store.open(settings.database, migrate=False)
    try:
        usuarios = await store.usuarios()
    finally:
        await store.close()
    return pjsip(usuarios, settings.headset.secret, settings.asterisk.agent_endpoint)


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: Asterisk may reload at any moment. Root leaves it to the folder's owner."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READABLE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    if os.geteuid() == 0:
        owner = (path if path.exists() else path.parent).stat()
        os.chown(unfinished, owner.st_uid, owner.st_gid)
    unfinished.replace(path)
