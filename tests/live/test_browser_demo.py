"""`cintillo demo` from a browser: a newcomer on a seat without a headset gets calls; the jefe changes the strategy."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

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
AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = """
async () => (await axe.run(document)).violations
  .filter((one) => ["serious", "critical"].includes(one.impact))
  .map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`)
"""
CLAVE, PATIENCE_MS = "demo", 60_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo with one seat for a person; its address."""
    url = f"http://127.0.0.1:{free_port()}"
    words = ["demo", "--agents", "4", "--seats", "1", "--json", "--port", url.rpartition(":")[2], "--keep"]
    words.append(str(tmp_path_factory.mktemp("demo")))
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


def test_the_jefe_sees_what_a_change_would_do_publishes_it_and_the_floor_follows(demo: str, tmp_path: Path) -> None:
    async def scene() -> None:
        async with Browser(tmp_path, microphone=False) as browser:
            page = await browser.page(f"{demo}/#estrategia", "jefe", CLAVE)
            supervisor = await browser.page(f"{demo}/#estrategia", "supervisora", CLAVE)
            limit = page.get_by_label("Abandono máximo", exact=True)
            await expect(limit).to_have_value("3", timeout=PATIENCE_MS)

            await limit.fill("5")
            await publish(page)
            said = page.locator('[data-key="abandon_ratio_max"] [role=alert]')
            await expect(said).to_have_text("La norma cl_consumidor permite a lo más 3 %.")
            await expect(limit).to_be_focused()

            await limit.fill("1,5")
            await page.get_by_label("Ejecutivos").fill("1")
            await page.get_by_label("Horas").select_option("0.5")
            await page.get_by_role("button", name="Probar el cambio").click()
            abandoned = page.locator('[data-measure="abandon_ratio"]')
            await expect(abandoned).to_contain_text("±", timeout=PATIENCE_MS)
            await expect(abandoned.get_by_role("img")).to_be_visible()

            await page.evaluate(AXE.read_text())
            assert await page.evaluate(SERIOUS) == []

            await publish(page, "menos quejas")
            await expect(page.get_by_role("status").first).to_have_text("Versión 1 publicada y en vigencia.")
            await expect(page.locator(".history")).to_contain_text("«menos quejas»")
            await expect(supervisor.locator('[data-key="abandon_ratio_max"] output')).to_have_text("1,5 %")
            await expect(supervisor.get_by_role("button", name="Publicar")).to_have_count(0)
            await supervisor.click("#tab-piso")
            await expect(supervisor.locator("article.cartera")).to_contain_text("1,5")
            assert faults_of(page) == faults_of(supervisor) == []

    run(scene(), 150)


async def publish(page: Page, why: str = "") -> None:
    await page.get_by_role("button", name="Publicar versión").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Abandono máximo: 3 % →")
    if why:
        await dialog.get_by_label("Por qué").fill(why)
    await dialog.get_by_role("button", name="Publicar").click()
