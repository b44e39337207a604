"""A supervisor's page beside an ejecutivo's, each in a browser of its own, before a real Asterisk: what is ordered
from the floor's page by keyboard reaches the person it is about."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from agents.edge.pages import DIST
from dialer.edge.lab import Lab
from tests.live.browser import NO_CHROMIUM, TONE_HZ, Browser, chromium, faults_of, heard
from tests.live.labfloor import DEBTOR_HZ, SILENT_HZ, LabFloor, level
from tests.reactor import run, until

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not chromium(), reason=NO_CHROMIUM),
    pytest.mark.skipif(not DIST.is_dir(), reason="the page is not built: make console"),
]
AGENT, BOSS = "navegador", "supervisora"
SCENE_S = 200.0
READY_MS = 30_000
SOUND_S = 15.0
RATE = 8000
CLEAR_DB = 20.0
"""How far a voice stands out over a pitch that nobody makes."""


def row(page: Page) -> Locator:
    return page.locator("tr", has=page.locator(f'[data-agent="{AGENT}"]'))


def card(page: Page) -> Locator:
    return page.locator('article[aria-label="facturas"]')


async def key(page: Page, what: str) -> None:
    """On the ejecutivo's row, which has the focus."""
    await page.locator(f'[data-agent="{AGENT}"]').focus()
    await page.keyboard.press(what)


async def hears(page: Page) -> tuple[bool, bool]:
    """Whether the page hears the debtor, and a browser's microphone."""
    debtor, tone, silence = await heard(page, DEBTOR_HZ, TONE_HZ, SILENT_HZ)
    return debtor - silence > CLEAR_DB, tone - silence > CLEAR_DB


async def comes_to_hear(page: Page, wanted: tuple[bool, bool]) -> None:
    async with asyncio.timeout(SOUND_S):
        while await hears(page) != wanted:
            pass


async def begin(floor: LabFloor, browser: Browser) -> tuple[Page, Page]:
    """The supervisor's page and the page of the ejecutivo, who is in a call."""
    boss = await browser.page(floor.url, BOSS)
    page = await browser.page(floor.url, AGENT)
    await expect(page.get_by_role("button", name="Disponible")).to_be_enabled(timeout=READY_MS)
    await expect(row(boss).locator(".c-state")).to_contain_text("pausa")
    await page.keyboard.press("d")
    await floor.reaches(AGENT, "hablando")
    await expect(row(boss).locator(".c-state")).to_contain_text("hablando")
    return boss, page


async def whispers(boss: Page, page: Page, folder: Path) -> None:
    await comes_to_hear(page, (True, False))
    await key(boss, "2")
    await expect(boss.locator(".earbar.whisper")).to_contain_text("micrófono está abierto", timeout=READY_MS)
    await comes_to_hear(page, (True, True))
    await comes_to_hear(boss, (True, True))
    await expect(page.locator(".overheard")).to_be_visible()
    await boss.screenshot(path=folder / "whisper.png")
    await page.screenshot(path=folder / "whispered.png")
    await key(boss, "1")
    await expect(boss.locator(".earbar.listen")).to_contain_text("micrófono está cerrado")
    await comes_to_hear(page, (True, False))
    await key(boss, "0")
    await expect(boss.locator(".earbar.on")).to_have_count(0)
    await expect(page.locator(".overheard")).to_have_count(0)


async def says(boss: Page, page: Page) -> None:
    await key(boss, "m")
    await boss.keyboard.type("Pida el correo")
    await boss.keyboard.press("Enter")
    await expect(page.locator(".strip.message")).to_contain_text("Pida el correo")
    await expect(page.locator(".strip.message")).to_contain_text("Silvia Araya")


async def receives(boss: Page) -> None:
    switch = boss.get_by_role("switch", name="Recibir traspasos")
    await switch.focus()
    await boss.keyboard.press("Space")
    await expect(switch).to_be_checked()


async def takes_the_debtor_over(floor: LabFloor, boss: Page, page: Page, folder: Path) -> None:
    """By consultation: the two talk, then the supervisor has the debtor, and ends the call."""
    attempt = floor.talking(AGENT)
    await page.keyboard.press("F8")
    await page.get_by_role("button", name="Hablar antes: Silvia Araya (supervisor)").press("Enter")
    banner = boss.get_by_label("Traspaso", exact=True)
    await expect(banner).to_contain_text("Navegador le consulta por un deudor")
    await comes_to_hear(boss, (False, True))
    await comes_to_hear(page, (False, True))
    await page.get_by_role("button", name="Entregar al deudor").press("Enter")
    await expect(banner).to_contain_text("Tiene al deudor de Navegador")
    await comes_to_hear(boss, (True, False))
    await boss.screenshot(path=folder / "handed.png")
    await page.screenshot(path=folder / "handed_over.png")
    assert floor.state(AGENT) == "cierre"
    await expect(page.locator(".strip.consult")).to_contain_text("La gestión sigue siendo suya")
    await banner.get_by_role("button", name="Cortar").press("Enter")
    await expect(banner).to_have_count(0)
    await until(lambda: attempt not in floor.node.service.engine.books.calls, "the debtor's call has ended")
    last = (await floor.recording(attempt))[-RATE:]
    assert level(last, TONE_HZ) > 3 * level(last, SILENT_HZ), "the supervisor's voice is recorded too"


async def sends_to_pause(floor: LabFloor, boss: Page, page: Page, folder: Path) -> None:
    """It is for after the conversation and its gestión."""
    await key(boss, "p")
    await boss.locator("dialog select").select_option("capacitacion")
    await boss.keyboard.press("Enter")
    await expect(row(boss)).to_contain_text("hecho")
    assert floor.state(AGENT) == "hablando"
    await takes_the_debtor_over(floor, boss, page, folder)
    await expect(row(boss).locator(".c-state")).to_contain_text("cierre")
    for one in ("g", "1", "m", "Control+Enter"):
        await page.keyboard.press(one)
    await expect(row(boss).locator(".c-state")).to_contain_text("capacitación")
    await expect(page.locator("header .state")).to_contain_text("apacitación")


async def holds(boss: Page) -> None:
    await card(boss).get_by_role("button", name="Detener").press("Enter")
    await boss.keyboard.type("auditoría del mandante")
    await boss.keyboard.press("Enter")
    await expect(card(boss).locator(".standing")).to_contain_text("detenida")
    await expect(card(boss)).to_contain_text("auditoría del mandante")
    await expect(card(boss)).to_contain_text("Detenida por Silvia Araya")
    await card(boss).get_by_role("button", name="Reanudar").press("Enter")
    await expect(card(boss).locator(".standing")).not_to_contain_text("detenida")


async def sends_home(floor: LabFloor, boss: Page, page: Page) -> None:
    await key(boss, "x")
    await boss.keyboard.press("Enter")
    await floor.reaches(AGENT, "desconectado")
    await expect(page.get_by_role("button", name="Disponible")).to_have_count(0)


def test_what_a_supervisor_orders_by_keyboard_reaches_the_ejecutivo(lab: Lab, tmp_path: Path) -> None:
    async def scene() -> None:
        async with LabFloor(lab, tmp_path, [AGENT]) as floor, Browser(tmp_path) as browser:
            boss, page = await begin(floor, browser)
            await whispers(boss, page, tmp_path)
            await receives(boss)
            await says(boss, page)
            await sends_to_pause(floor, boss, page, tmp_path)
            await holds(boss)
            await sends_home(floor, boss, page)
            assert faults_of(boss) + faults_of(page) == []

    run(scene(), SCENE_S)
