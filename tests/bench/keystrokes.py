"""Keys to record the commonest gestiones: `python -m tests.bench --only keystrokes`.

`cintillo demo` and the built page in headless Chromium, by keyboard alone: see `tests.live.keystrokes` for which five
and how they are counted.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from agents.edge.pages import DIST

DEADLINE_S = 300.0


def run() -> list[dict[str, Any]]:
    """A row for each; only a word where there is no Chromium or no built page."""
    from tests import reactor  # noqa: PLC0415 - installs Twisted's reactor, which only this benchmark is to have
    from tests.live.browser import NO_CHROMIUM, chromium  # noqa: PLC0415 - imports the reactor's loop
    from tests.live.demo import demo  # noqa: PLC0415 - as above

    if not DIST.is_dir() or not chromium():
        print(f"keystrokes: {NO_CHROMIUM if DIST.is_dir() else 'the page is not built, no figures: make console'}")
        return []
    with tempfile.TemporaryDirectory(prefix="cintillo-bench-") as folder, demo(Path(folder), agents=1) as url:
        return reactor.run(_measured(url, Path(folder)), timeout_s=DEADLINE_S)


async def _measured(url: str, folder: Path) -> list[dict[str, Any]]:
    from tests.live.browser import Browser  # noqa: PLC0415 - as above
    from tests.live.demo import CLAVE, PATIENCE_MS  # noqa: PLC0415 - as above
    from tests.live.keystrokes import measure  # noqa: PLC0415 - as above

    async with Browser(folder, microphone=False) as browser:
        page = await browser.page(f"{url}/", "e01", CLAVE)
        await page.get_by_role("button", name="Disponible").click(timeout=PATIENCE_MS)
        return [{"bench": "keystrokes", **row} for row in await measure(page)]
