"""A newcomer on a seat of `cintillo demo`: nothing but a browser, no headset, and a call comes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from agents.edge.pages import DIST
from tests.live.browser import NO_CHROMIUM, Browser, chromium, faults_of
from tests.live.demo import CLAVE, PATIENCE_MS, demo
from tests.live.keystrokes import measure
from tests.reactor import run

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not chromium(), reason=NO_CHROMIUM),
    pytest.mark.skipif(not DIST.is_dir(), reason="the page is not built: make console"),
]


KEYS_MAX = 3
"""After the tree opens, the result's own data (a day) included."""


def test_a_person_on_a_seat_of_the_demo_gets_calls_and_saves_the_commonest_gestiones_in_three_keys(
    tmp_path: Path,
) -> None:
    async def scene(url: str) -> None:
        async with Browser(tmp_path, microphone=False) as browser:
            page = await browser.page(f"{url}/", "e01", CLAVE)
            await page.get_by_role("button", name="Disponible").click(timeout=PATIENCE_MS)
            await expect(page.locator("main.call")).to_be_visible(timeout=PATIENCE_MS)
            rows = await measure(page)
            assert len(rows) == 5 and [row for row in rows if row["keydowns"] > KEYS_MAX] == []
            assert faults_of(page) == []

    with demo(tmp_path, agents=1) as url:
        run(scene(url), 150)
