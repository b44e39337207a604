"""What goes wrong around an ejecutivo in mid-conversation: a second tab, the network, the server. The talk goes on."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.async_api import Page, expect

from agents.edge.pages import DIST
from dialer.cli.assembly import merged
from dialer.edge import schema as t
from dialer.edge.clock import FloorClock
from dialer.edge.lab import Lab
from dialer.edge.redis_server import RedisServer
from dialer.edge.store import Store
from tests.live.browser import NO_CHROMIUM, Browser, chromium, faults_of, keep_words, login, sound
from tests.live.cable import Cable
from tests.live.floor import START_MS, furnish, pause, table
from tests.live.killable import Killable, killed_at_the_end
from tests.live.labfloor import LabFloor, come_in
from tests.live.test_browser_headset import AGENT, READY_MS, SCENE_S, both_speak, comes, ready
from tests.reactor import run, until
from tests.servers import free_port

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not chromium(), reason=NO_CHROMIUM),
    pytest.mark.skipif(not DIST.is_dir(), reason="the page is not built: make console"),
]
CUT_S = 10.0
BACK_MS = 20_000
ENDED_MS = 5_000
"""Within which a page hears of a leg that Asterisk ended; by the silence on it, it would find out much later."""
SAID = "paga cuando le depositen el día cinco"
LOST = "footer.health .bad"


async def in_a_call(page: Page) -> str:
    """Disponible, and a debtor is heard; whom the page shows."""
    await expect(ready(page)).to_be_enabled(timeout=READY_MS)
    await ready(page).click()
    await expect(page.locator("main.call")).to_be_visible(timeout=READY_MS)
    await comes(page, both_speak)
    return await page.inner_text("h1")


async def begin_gestion(page: Page, comment: str) -> None:
    await page.keyboard.press("g")
    await page.keyboard.type("intencion")
    await page.keyboard.press("Enter")
    await page.keyboard.type(comment)


async def finish_gestion(page: Page) -> None:
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".saved")).to_be_visible(timeout=BACK_MS)


async def saved(store: Store) -> list[Any]:
    """The comments of all gestiones that the ejecutivo saved."""
    async with store._read() as conn:
        return list((await conn.execute(sa.select(t.gestion.c.comment).where(t.gestion.c.agent_id == AGENT))).scalars())


def test_of_two_tabs_the_first_says_that_it_takes_no_calls_and_the_second_has_the_call(
    lab: Lab, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with LabFloor(lab, tmp_path, [AGENT]) as floor, Browser(tmp_path) as browser:
            first = await browser.page(floor.url, AGENT)
            debtor = await in_a_call(first)
            attempt = floor.talking(AGENT)
            await begin_gestion(first, SAID)
            second = await first.context.new_page()
            keep_words(second)
            await second.goto(floor.url)
            await login(second, AGENT)
            await expect(first.get_by_role("alert")).to_contain_text("aquí ya no se reciben llamadas")
            await expect(second.locator("h1")).to_have_text(debtor)
            await expect(second.locator("#comment")).to_have_value(SAID)
            await comes(second, both_speak)
            assert floor.talking(AGENT) == attempt
            before = await sound(first)
            await pause(1)
            assert (await sound(first)).packets_in <= before.packets_in, "the first tab hears nobody any more"
            await expect(first.locator("main.call")).to_have_count(0)
            assert faults_of(first) == faults_of(second) == []

    run(scene(), SCENE_S)


def test_after_ten_seconds_without_network_the_call_the_draft_and_the_sound_are_still_there(
    lab: Lab, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with AsyncExitStack() as undo:
            sip = await undo.enter_async_context(Cable(lab.http_port))
            headset = {"ws": f"ws://127.0.0.1:{sip.port}/ws"}
            floor = await undo.enter_async_context(LabFloor(lab, tmp_path, [AGENT], headset=headset))
            web = await undo.enter_async_context(Cable(floor.node.port))
            browser = await undo.enter_async_context(Browser(tmp_path))
            page = await browser.page(f"http://127.0.0.1:{web.port}", AGENT)
            debtor = await in_a_call(page)
            attempt, leg = floor.talking(AGENT), floor.leg(AGENT)
            await begin_gestion(page, SAID[:4])
            sip.pull(), web.pull()
            await page.keyboard.type(SAID[4:])
            await pause(CUT_S)
            await expect(page.locator(LOST).first).to_be_visible()
            sip.plug(), web.plug()
            await expect(page.locator(LOST)).to_have_count(0, timeout=BACK_MS)
            assert await page.inner_text("h1") == debtor
            assert await page.input_value("#comment") == SAID
            assert (floor.talking(AGENT), floor.leg(AGENT)) == (attempt, leg)
            await comes(page, both_speak)
            await finish_gestion(page)
            assert await saved(floor.node.store) == [SAID]
            await page.keyboard.press("F9")
            await until(lambda: floor.talking(AGENT) not in ("", attempt), "the next call")
            await only_the_telephones_link_is_cut(floor, sip, page)
            assert faults_of(page) == []

    run(scene(), SCENE_S)


async def only_the_telephones_link_is_cut(floor: LabFloor, sip: Cable, page: Page) -> None:
    """In the next call: the sound goes on, the page says what is away, and later calls arrive as before."""
    attempt, leg = floor.talking(AGENT), floor.leg(AGENT)
    told = page.locator(".health").get_by_role("status")
    telephone, server = told.filter(has_text="Cintillo:"), told.filter(has_text="Servidor:")
    sip.pull()
    await expect(telephone).to_contain_text("reconectando", timeout=BACK_MS)
    await expect(server).to_have_class("good")
    await comes(page, both_speak)
    sip.plug()
    await expect(telephone).to_contain_text("registrado · en línea", timeout=BACK_MS)
    await comes(page, both_speak)
    assert (floor.talking(AGENT), floor.leg(AGENT)) == (attempt, leg)
    await begin_gestion(page, SAID)
    await finish_gestion(page)
    await page.keyboard.press("F9")
    await until(lambda: floor.talking(AGENT) not in ("", attempt), "the next call")
    await comes(page, both_speak)
    assert floor.leg(AGENT) == leg
    await page.keyboard.press("F9")
    await floor.reaches(AGENT, "cierre")
    floor.node.service.desk.logout(AGENT)
    await expect(telephone).to_contain_text("sin llamada de la central", timeout=ENDED_MS)


def test_a_server_killed_in_mid_call_comes_back_to_the_same_call_and_saves_one_gestion(
    lab: Lab, tmp_path: Path
) -> None:
    async def scene() -> None:
        with RedisServer() as redis:
            own = {"carteras": {"facturas": {"mode": "progressive", "amd": False}}, "api": {"port": free_port()}}
            raw = merged(table(tmp_path, redis.url, lab.ami_port, **own), lab.settings_patch)
            store = await Store.open(raw["database"])
            await furnish(store, tmp_path, 0, FloorClock(START_MS).now_ms(), deudores=60)
            await come_in(store, [AGENT])
            node = Killable(tmp_path, raw, START_MS - time.time_ns() // 1_000_000)
            with killed_at_the_end(node):
                await node.start()
                async with Browser(tmp_path) as browser:
                    page = await browser.page(f"http://127.0.0.1:{raw['api']['port']}", AGENT)
                    debtor = await in_a_call(page)
                    await begin_gestion(page, SAID[:4])
                    await asyncio.to_thread(node.kill)
                    await page.keyboard.type(SAID[4:])
                    await expect(page.locator(LOST).first).to_be_visible()
                    await comes(page, both_speak)
                    await node.start()
                    await expect(page.locator(LOST)).to_have_count(0, timeout=BACK_MS)
                    await comes(page, both_speak)
                    assert await page.inner_text("h1") == debtor
                    assert await page.input_value("#comment") == SAID
                    await finish_gestion(page)
                    assert await saved(store) == [SAID]
                    assert faults_of(page) == []
                assert await asyncio.to_thread(node.end) == 0
            await store.close()

    run(scene(), SCENE_S)
