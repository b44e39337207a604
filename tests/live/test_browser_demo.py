"""A newcomer on a seat of `cintillo demo`: nothing but a browser, no headset, and a call comes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from agents.edge.pages import DIST
from tests.live.browser import NO_CHROMIUM, Browser, chromium, faults_of
from tests.reactor import run
from tests.servers import free_port, until

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not chromium(), reason=NO_CHROMIUM),
    pytest.mark.skipif(not DIST.is_dir(), reason="the page is not built: make console"),
]
CLAVE, PATIENCE_MS = "demo", 60_000


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """A demo with one seat for a person; its address."""
    url = f"http://127.0.0.1:{free_port()}"
    words = ["demo", "--agents", "4", "--seats", "1", "--json", "--port", url.rpartition(":")[2], "--keep", tmp_path]
    with subprocess.Popen([sys.executable, "-m", "dialer", *map(str, words)], stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: _serves(url), "the demo serves", 60)
            yield url
        finally:
            process.terminate()


def _serves(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/health", trust_env=False).is_success
    except httpx.TransportError:
        return False


def test_a_person_on_a_seat_of_the_demo_gets_calls_without_a_headset(demo: str, tmp_path: Path) -> None:
    async def scene() -> None:
        async with Browser(tmp_path, microphone=False) as browser:
            page = await browser.page(f"{demo}/", "e01", CLAVE)
            await page.get_by_role("button", name="Disponible").click(timeout=PATIENCE_MS)
            await expect(page.locator("main.call")).to_be_visible(timeout=PATIENCE_MS)
            assert faults_of(page) == []

    run(scene(), 150)
