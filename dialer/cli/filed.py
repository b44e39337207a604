"""The file's settings with the published strategies over them, as every node has them in force."""

from __future__ import annotations

import time
from pathlib import Path

from config.edge.files import load_reglas
from config.settings import Settings
from dialer.edge.desk_estrategia import Filed
from dialer.ports import Strategies


def read_filed(settings: Settings) -> Filed:
    """The file's settings with the presets that they may name: the site's own over the packaged."""
    return Filed(settings, load_reglas() | (load_reglas(Path(settings.reglas)) if settings.reglas else {}))


async def published(settings: Settings, books: Strategies, now_ms: int = 0) -> Settings:
    """What is in force; `now_ms` 0: on this machine's clock. Raises `BooksError`."""
    versions = await books.newest_versions()
    if not versions:
        return settings
    return read_filed(settings).under(versions, now_ms or time.time_ns() // 1_000_000).settings


async def unfit(settings: Settings, now_ms: int) -> list[str]:
    """A sentence for each published strategy that a node would leave out. Raises `BooksError`."""
    from dialer.edge.store import Store

    store = await Store.open(settings.database)
    try:
        told = read_filed(settings).under(await store.newest_versions(), now_ms)
    finally:
        await store.close()
    return [
        f"carteras.{cartera}: the published strategy does not fit the file, which is in force without it: {why}"
        for cartera, why in told.unfit.items()
    ]
