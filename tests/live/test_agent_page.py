"""The agent's page as people use it, before a real Asterisk: by keyboard, over a reload, in both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa
from playwright.async_api import Page, expect

from agents.edge.pages import DIST
from dialer.edge import schema as t
from dialer.edge.lab import Lab
from tests.live.browser import AXE, NO_CHROMIUM, Browser, chromium, keep_words, login, serious, words_of
from tests.live.labfloor import LabFloor
from tests.reactor import run, until

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not chromium(), reason=NO_CHROMIUM),
    pytest.mark.skipif(not (DIST.is_dir() and AXE.is_file()), reason="the page is not built: make console"),
]
AGENT = "navegador"
SCENE_S = 200.0
READY_MS = 30_000


async def takes_a_call(floor: LabFloor, page: Page) -> str:
    """Press D when it is time to; the attempt that the agent then talks to."""
    await expect(page.get_by_role("button", name="Disponible")).to_be_enabled(timeout=READY_MS)
    await page.keyboard.press("d")
    await floor.reaches(AGENT, "hablando")
    await expect(page.locator("main.call")).to_be_visible()
    return floor.talking(AGENT)


async def gestiones(floor: LabFloor, attempt: str) -> list[tuple[str, str]]:
    async with floor.node.store._read() as conn:
        wanted = sa.select(t.gestion.c.code, t.gestion.c.comment).where(t.gestion.c.attempt_id == attempt)
        return [(row.code, row.comment) for row in await conn.execute(wanted)]


def test_a_promise_takes_three_keys_once_the_tree_is_open(lab: Lab, tmp_path: Path) -> None:
    async def scene() -> None:
        async with LabFloor(lab, tmp_path, [AGENT]) as floor, Browser(tmp_path) as browser:
            page = await browser.page(floor.url, AGENT)
            attempt = await takes_a_call(floor, page)
            await page.keyboard.press("g")
            await expect(page.locator("#tree-search")).to_be_focused()
            await page.keyboard.press("1")
            await expect(page.locator("#gestion [data-first]")).to_be_focused()
            await page.keyboard.press("m")
            await page.keyboard.press("Control+Enter")
            await expect(page.locator(".saved")).to_be_visible()
            assert await gestiones(floor, attempt) == [("D01", "")]

    run(scene(), SCENE_S)


def test_a_reload_comes_back_to_the_same_call_and_the_same_half_written_gestion(lab: Lab, tmp_path: Path) -> None:
    async def scene() -> None:
        async with LabFloor(lab, tmp_path, [AGENT]) as floor, Browser(tmp_path) as browser:
            page = await browser.page(floor.url, AGENT)
            attempt = await takes_a_call(floor, page)
            debtor = await page.inner_text("h1")
            await page.keyboard.press("Enter")
            await page.keyboard.press("Enter")
            await page.keyboard.press("g")
            await page.keyboard.type("intencion")
            await page.keyboard.press("Enter")
            await page.keyboard.type("vuelve a trabajar en marzo")
            step = await page.inner_text("#script-title span")
            await page.reload()
            await expect(page.locator("#comment")).to_have_value("vuelve a trabajar en marzo")
            assert (await page.inner_text("h1"), await page.inner_text("#script-title span")) == (debtor, step)
            leg = floor.node.service.engine.books.roster.agents[AGENT]
            await until(lambda: leg.leg_up and floor.state(AGENT) == "hablando", "the headset is back in the call", 20)
            assert floor.talking(AGENT) == attempt
            await page.keyboard.press("Control+Enter")
            await expect(page.locator(".saved")).to_be_visible()
            assert await gestiones(floor, attempt) == [("D07", "vuelve a trabajar en marzo")]

    run(scene(), SCENE_S)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_serious_accessibility_finding(
    lab: Lab, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    async def scene() -> None:
        async with LabFloor(lab, tmp_path, [AGENT]) as floor, Browser(tmp_path) as browser:
            page = await (await browser.context(color_scheme=scheme)).new_page()
            keep_words(page)
            await page.goto(floor.url)
            assert await serious(page) == [], "at the login"
            await login(page, AGENT)
            await expect(page.get_by_role("button", name="Disponible")).to_be_enabled(timeout=READY_MS)
            assert await serious(page) == [], "between calls"
            for key in ("p", "y", "r", "m", "?"):
                await page.keyboard.press(key)
                assert await serious(page) == [], f"behind {key}"
                await page.keyboard.press("Escape")
            await takes_a_call(floor, page)
            assert await serious(page) == [], "in a call"
            assert await page.evaluate("() => document.documentElement.scrollHeight <= innerHeight"), "it fits"
            await page.keyboard.press("g")
            await page.keyboard.type("posterior")
            assert await serious(page) == [], "in the tree"
            await page.keyboard.press("Enter")
            await page.keyboard.type("31-2")
            assert await serious(page) == [], "with a fault in the form"
            assert [word for word in words_of(page) if "Content Security Policy" in word] == []

    run(scene(), SCENE_S)
