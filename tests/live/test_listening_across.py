"""A supervisor at one node on the line of an agent at another, each before its own Asterisk: heard and measured."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from agents.edge.pages import DIST
from config.settings import parse
from dialer.cli.assembly import Node, merged
from dialer.edge.lab import TONE_HZ as AGENT_HZ
from dialer.edge.lab import Lab, LabUnavailable
from tests.live.browser import NO_CHROMIUM, TONE_HZ, Browser, chromium, faults_of, heard
from tests.live.labfloor import DEBTOR_HZ, SILENT_HZ, LabFloor
from tests.reactor import run, until

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not chromium(), reason=NO_CHROMIUM),
    pytest.mark.skipif(not DIST.is_dir(), reason="the page is not built: make console"),
]
AGENT, BOSS = "lejos", "supervisora"
HOME, FAR = "n1", "n2"
READY_MS = 30_000
CLEAR_DB, AUDIBLE = 20.0, 0.03
"""How far a voice stands out over a pitch that nobody makes, and its amplitude (of full scale 1) at a headset."""


@pytest.fixture(scope="module")
def far(lab: Lab) -> Iterator[Lab]:
    """Another Asterisk for another node; its agent's headset measures what the supervisor's browser says."""
    other = Lab()
    other.headset_secret = lab.headset_secret
    try:
        run(other.start([AGENT], [BOSS], {BOSS: TONE_HZ}), 240.0)
    except LabUnavailable as why:
        pytest.skip(str(why))
    yield other
    run(other.stop())


async def home(floor: LabFloor, near: Lab, undo: AsyncExitStack) -> Node:
    """A second node beside the floor's, with the same Redis and database and another Asterisk; nobody sits there."""
    there = str(floor.lab.settings_patch["headset"]["ws"])  # type: ignore[index]
    own = {"node": HOME, "journal": str(floor.folder / "journal-home"), "headset": {"nodes": {FAR: there}}}
    raw = merged(merged(floor.node.settings.model_dump(mode="json"), near.settings_patch), own)
    node = await Node.open(parse(raw), floor.node.clock)
    undo.push_async_callback(node.stop)
    await node.start()
    return node


def row(page: Page) -> Locator:
    return page.locator("tr", has=page.locator(f'[data-agent="{AGENT}"]'))


async def key(page: Page, what: str) -> None:
    await page.locator(f'[data-agent="{AGENT}"]').focus()
    await page.keyboard.press(what)


async def whispered(lab: Lab) -> float:
    """How loud the supervisor was at the agent's headset, for two seconds: the mean amplitude of their microphone."""
    before = (await lab.heard())[AGENT]
    await asyncio.sleep(2)
    after = (await lab.heard())[AGENT]
    gain = after.tones.get(str(TONE_HZ), 0.0) - before.tones.get(str(TONE_HZ), 0.0)
    return gain / max(1, after.frames - before.frames)


async def hears_both(page: Page) -> None:
    async with asyncio.timeout(20):
        while True:
            *voices, silence = await heard(page, DEBTOR_HZ, AGENT_HZ, SILENT_HZ)
            if all(voice - silence > CLEAR_DB for voice in voices):
                return


def test_who_sits_at_another_node_is_heard_and_whispered_to_and_the_end_of_that_node_is_said(
    lab: Lab, far: Lab, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with AsyncExitStack() as undo:
            floor = await undo.enter_async_context(LabFloor(far, tmp_path, [AGENT], node=FAR))
            node = await home(floor, lab, undo)
            browser = await undo.enter_async_context(Browser(tmp_path))
            page = await browser.page(node.url, BOSS)
            desk = floor.node.service.desk
            await desk.connect(AGENT, ("facturas",), lambda message: None)
            await floor.reaches(AGENT, "pausa")
            desk.ready(AGENT)
            await floor.reaches(AGENT, "hablando")
            await expect(row(page)).to_contain_text(FAR)

            await key(page, "1")
            await expect(page.locator(".earbar.listen")).to_contain_text("micrófono está cerrado", timeout=READY_MS)
            await hears_both(page)
            silent = await whispered(far)
            await key(page, "2")
            await expect(page.locator(".earbar.whisper")).to_contain_text("micrófono está abierto")
            loud = await whispered(far)
            print(f"the supervisor at the agent's headset: {silent:.4f} listening, {loud:.4f} whispering")
            assert silent < AUDIBLE / 3 < AUDIBLE < loud
            await key(page, "0")
            await expect(page.locator(".earbar.on")).to_have_count(0)
            await until(lambda: not floor.node.service.engine.books.ears, "no headset is left there")

            await key(page, "1")
            await expect(page.locator(".earbar.listen")).to_be_visible(timeout=READY_MS)
            await floor.node.nodes.close()
            await expect(page.locator(".earbar")).to_contain_text(f"El nodo {FAR} no responde", timeout=READY_MS)
            await until(lambda: not floor.node.service.engine.books.ears, "the page itself has hung up")
            acts = [one.act for one in await node.store.audits(9) if one.by == "supervisora"]
            assert sorted(acts) == ["listen", "listen", "listened", "listened", "whisper"]
            assert faults_of(page) == []

    run(scene(), 240)
