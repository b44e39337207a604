"""A newcomer before `cintillo demo` with nothing but a browser: on an ejecutivo's seat, and in the office."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.async_api import expect

from agents.edge.pages import DIST
from tests.live.browser import AXE, NO_CHROMIUM, Browser, chromium, faults_of, keep_words, login, serious
from tests.reactor import run
from tests.servers import free_port, until

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not chromium(), reason=NO_CHROMIUM),
    pytest.mark.skipif(not (DIST.is_dir() and AXE.is_file()), reason="the page is not built: make console"),
]
CLAVE, PATIENCE_MS = "demo", 60_000
OFFICE_TABS = {"supervisora": 4, "jefe": 4, "cargas": 2, "calidad": 2}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo with one seat for a person; its address."""
    folder = tmp_path_factory.mktemp("demo")
    url = f"http://127.0.0.1:{free_port()}"
    words = ["demo", "--agents", "4", "--seats", "1", "--json", "--port", url.rpartition(":")[2], "--keep", folder]
    with subprocess.Popen([sys.executable, "-m", "dialer", *map(str, words)], stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: _serves(url), "the demo serves", 60)
            yield url
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(2)
            # Nobody is there any more to save the gestión that e01 owes: a second time, it is not waited for.
            process.terminate()
            assert process.wait(20) == 0


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_office_has_a_serious_accessibility_finding(
    demo: str, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    async def scene() -> None:
        async with Browser(tmp_path, microphone=False) as browser:
            for code, count in OFFICE_TABS.items():
                page = await (await browser.context(color_scheme=scheme)).new_page()
                keep_words(page)
                await page.goto(demo)
                await login(page, code, CLAVE)
                tabs = page.get_by_role("tab")
                await expect(tabs).to_have_count(count)
                for tab in await tabs.all():
                    await tab.click()
                    await expect(page.get_by_role("tabpanel")).to_be_visible()
                    assert await serious(page) == [], f"{code}: {await tab.inner_text()}"
                assert faults_of(page) == []

    run(scene(), 150)
