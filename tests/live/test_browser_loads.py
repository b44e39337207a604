"""A file whose headings nobody knows, in a browser: its columns are said, tried, kept under a name and found again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from agents.edge.auth import hash_password
from agents.edge.pages import DIST
from agents.usuario import Usuario
from dialer.edge.store import Store
from tests.live.browser import NO_CHROMIUM, Browser, chromium, faults_of
from tests.live.demo import CLAVE, PATIENCE_MS, demo
from tests.reactor import run

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not chromium(), reason=NO_CHROMIUM),
    pytest.mark.skipif(not DIST.is_dir(), reason="the page is not built: make console"),
]
FILE = """Identificación;Cómo se llama;Fono contacto;Documento N;Vence el;Por cobrar
12.345.678-5;Ñandú Ltda.;961234507;77;30-09-2026;1.250
9.876.543-3;Peñalolén SpA;961234508;78;05-10-2026;4.500
11.222.333-9;Comercial Ávila;961234509;79;06-10-2026;45.000
"""


def taken(page: Page, heading: str) -> Locator:
    return page.get_by_label(f"Se lee «{heading}» como")


async def chosen(page: Page, path: Path) -> None:
    """The form filled in for an asignación of the demo's cartera."""
    await page.set_input_files('input[type="file"]', path)
    await page.get_by_label("Qué trae").select_option("asignacion")
    await page.locator("form.file-form input[list]").nth(0).fill("muestra")
    await page.locator("form.file-form input[list]").nth(1).fill("facturas")


async def said(page: Page) -> None:
    """Nothing is tried before somebody has looked; a field twice and a missing one are told, in words."""
    await page.get_by_role("button", name="Ensayar").click()
    await expect(taken(page, "Identificación")).to_have_value("rut", timeout=PATIENCE_MS)
    await expect(page.locator(".mapping")).to_contain_text("por sus celdas: revíselo")
    await expect(page.locator(".stamp")).to_have_count(0)
    again = page.get_by_role("button", name="Ensayar con estas columnas")
    await expect(page.locator(".mapping [role=alert]").first).to_contain_text("Falta elegir la columna de nombre")
    await expect(again).to_be_disabled()
    await taken(page, "Cómo se llama").select_option("rut")
    await expect(page.locator(".mapping [role=alert]").first).to_contain_text("Dos columnas dicen ser RUT")
    await taken(page, "Cómo se llama").select_option("nombre")
    await expect(page.locator(".mapping")).to_contain_text("1.250 → 1250")
    await again.click()
    await expect(page.locator(".stamp")).to_contain_text("Ensayo", timeout=PATIENCE_MS)
    await expect(page.locator(".figures").first).to_contain_text("3")


async def kept(page: Page) -> None:
    await page.locator(".mapping > summary").click()
    await page.get_by_label("Guardar estas columnas").fill("Banco nuevo")
    await page.get_by_role("button", name="Guardar plantilla").click()
    await expect(page.locator(".keep")).to_contain_text("guardada")


async def loaded(page: Page) -> None:
    await page.get_by_role("button", name="Son correctos: cargar").click()
    await expect(page.locator(".stamp")).to_contain_text("Cargado", timeout=PATIENCE_MS)


async def found_again(page: Page, path: Path) -> None:
    """The next file of theirs needs the template's name and nothing else."""
    await page.get_by_role("button", name="Otro archivo").click()
    await chosen(page, path)
    await page.get_by_label("Plantilla").select_option("Banco nuevo")
    await page.get_by_role("button", name="Ensayar").click()
    await expect(page.locator(".stamp")).to_contain_text("Ensayo", timeout=PATIENCE_MS)


def test_columns_are_said_by_hand_tried_loaded_and_kept_as_a_template(tmp_path: Path) -> None:
    first, second = tmp_path / "cartera.csv", tmp_path / "noviembre.csv"
    first.write_text(FILE)
    second.write_text(FILE.replace("12.345.678-5", "7.654.321-6"))

    async def scene(url: str) -> None:
        store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'cintillo.db'}")
        await store.add_usuario(Usuario("cargas", "Carla Soto", "cargas", hash_password(CLAVE)))
        await store.close()
        async with Browser(tmp_path, microphone=False) as browser:
            page = await browser.page(f"{url}/", "cargas", CLAVE)
            await page.click("#tab-cargas")
            await chosen(page, first)
            await said(page)
            await kept(page)
            await loaded(page)
            await found_again(page, second)
            assert faults_of(page) == []

    with demo(tmp_path, seats=1) as url:
        run(scene(url), 150)
