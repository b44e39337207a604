"""A newcomer before `cintillo demo` with nothing but a browser: on an ejecutivo's seat, and in the office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from agents.edge.pages import DIST
from tests.live.browser import AXE, NO_CHROMIUM, Browser, chromium, faults_of, keep_words, login, serious
from tests.live.demo import CLAVE, PATIENCE_MS, demo
from tests.live.keystrokes import measure
from tests.reactor import run

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not chromium(), reason=NO_CHROMIUM),
    pytest.mark.skipif(not (DIST.is_dir() and AXE.is_file()), reason="the page is not built: make console"),
]
KEYS_MAX = 3
"""After the tree opens, the result's own data (a day) included."""
OFFICE_TABS = {"supervisora": 5, "jefe": 5, "cargas": 2, "calidad": 3}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo with one seat for a person."""
    with demo(tmp_path_factory.mktemp("demo"), agents=2) as address:
        yield address


def test_a_person_on_a_seat_of_the_demo_gets_calls_and_saves_the_commonest_gestiones_in_three_keys(
    url: str, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with Browser(tmp_path, microphone=False) as browser:
            page = await browser.page(f"{url}/", "e01", CLAVE)
            await page.get_by_role("button", name="Disponible").click(timeout=PATIENCE_MS)
            await expect(page.locator("main.call")).to_be_visible(timeout=PATIENCE_MS)
            rows = await measure(page)
            assert len(rows) == 5 and [row for row in rows if row["keydowns"] > KEYS_MAX] == []
            assert faults_of(page) == []

    run(scene(), 150)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_office_has_a_serious_accessibility_finding(
    url: str, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    async def scene() -> None:
        async with Browser(tmp_path, microphone=False) as browser:
            for code, count in OFFICE_TABS.items():
                page = await (await browser.context(color_scheme=scheme)).new_page()
                keep_words(page)
                await page.goto(url)
                await login(page, code, CLAVE)
                tabs = page.get_by_role("tab")
                await expect(tabs).to_have_count(count)
                for tab in await tabs.all():
                    await tab.click()
                    await expect(page.get_by_role("tabpanel")).to_be_visible()
                    assert await serious(page) == [], f"{code}: {await tab.inner_text()}"
                assert faults_of(page) == []

    run(scene(), 150)


def test_the_jefe_sees_what_a_change_would_do_publishes_it_and_the_floor_follows(url: str, tmp_path: Path) -> None:
    async def scene() -> None:
        async with Browser(tmp_path, microphone=False) as browser:
            page = await browser.page(f"{url}/#estrategia", "jefe", CLAVE)
            supervisor = await browser.page(f"{url}/#estrategia", "supervisora", CLAVE)
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

            assert await serious(page) == []

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
