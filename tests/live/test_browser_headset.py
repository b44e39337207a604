"""An ejecutivo with nothing but the page: the headset in the browser before a real Asterisk, with real audio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from agents.edge.pages import DIST
from dialer.edge.lab import Lab
from tests.live.browser import NO_CHROMIUM, TONE_HZ, Browser, Sound, chromium, faults_of, sound
from tests.live.labfloor import DEBTOR_HZ, SILENT_HZ, LabFloor, level
from tests.live.turn import NO_COTURN, Relay, turnserver
from tests.reactor import run, until

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not chromium(), reason=NO_CHROMIUM),
    pytest.mark.skipif(not DIST.is_dir(), reason="the page is not built: make console"),
]
AGENT = "navegador"
SCENE_S = 200.0
READY_MS = 30_000
RELAY_SECRET = "el-secreto-del-relevo"
WAYS = """
async () => {
  const ways = [];
  for (const peer of window.testPeers.filter((one) => one.connectionState === "connected")) {
    const stats = await peer.getStats();
    for (const stat of stats.values())
      if (stat.type === "transport")
        ways.push(stats.get(stats.get(stat.selectedCandidatePairId).localCandidateId).candidateType);
  }
  return ways;
}
"""


def ready(page: Page) -> Locator:
    return page.get_by_role("button", name="Disponible")


async def comes(page: Page, is_so: Callable[[Sound, Sound], bool], within_s: float = 20) -> Sound:
    """Wait until what went over the page's connections since now is so."""
    first = now = await sound(page)
    async with asyncio.timeout(within_s):
        while not is_so(first, now):
            await asyncio.sleep(0.25)
            now = await sound(page)
    return now


def both_speak(first: Sound, now: Sound) -> bool:
    """Two seconds of packets each way, with a voice in them: 440 Hz of the debtor's, our own tone."""
    packets = min(now.packets_in - first.packets_in, now.packets_out - first.packets_out)
    return packets > 100 and min(now.energy_in - first.energy_in, now.energy_out - first.energy_out) > 0.01


def test_a_call_is_taken_in_the_browser_heard_both_ways_and_recorded(lab: Lab, tmp_path: Path) -> None:
    """And the keypad's tones arrive: the network's endpoint hears RFC 4733 events and no tones in the voice."""

    async def scene() -> None:
        async with LabFloor(lab, tmp_path, [AGENT]) as floor, Browser(tmp_path) as browser:
            page = await browser.page(floor.url, AGENT)
            await expect(ready(page)).to_be_enabled(timeout=READY_MS)
            await ready(page).click()
            await floor.reaches(AGENT, "hablando")
            attempt = floor.talking(AGENT)
            await expect(page.locator("main.call")).to_be_visible()
            assert (await comes(page, both_speak)).lost < 10
            await page.keyboard.press("F10")
            for key in "47#":
                await page.keyboard.press(key)
            await until(lambda: lab.tones_heard().endswith("47#"), "the tones are at the debtor's side")
            await page.keyboard.press("Escape")
            await page.keyboard.press("F9")
            await floor.reaches(AGENT, "cierre")
            samples = await floor.recording(attempt)
            silence = level(samples, SILENT_HZ)
            assert level(samples, TONE_HZ) > 300 > 10 * silence, "the ejecutivo is in the recording"
            assert level(samples, DEBTOR_HZ) > 300, "and so is the debtor"
            assert faults_of(page) == []

    run(scene(), SCENE_S)


def test_the_echo_test_gives_ones_own_voice_back(lab: Lab, tmp_path: Path) -> None:
    async def scene() -> None:
        async with LabFloor(lab, tmp_path, [AGENT]) as floor, Browser(tmp_path) as browser:
            page = await browser.page(floor.url, AGENT)
            await expect(ready(page)).to_be_enabled(timeout=READY_MS)
            await page.get_by_role("button", name="eco").click()
            await comes(page, both_speak)
            await floor.reaches(AGENT, "pausa")

    run(scene(), SCENE_S)


@pytest.mark.skipif(not turnserver(), reason=NO_COTURN)
def test_where_the_floor_says_so_audio_goes_through_the_relay_alone(lab: Lab, tmp_path: Path) -> None:
    async def scene() -> None:
        with Relay(tmp_path, RELAY_SECRET) as relay:
            headset = {"turn": [{"urls": [relay.url], "secret": RELAY_SECRET}], "relay_only": True}
            async with (
                LabFloor(lab, tmp_path, [AGENT], headset=headset) as floor,
                Browser(tmp_path) as browser,
            ):
                page = await browser.page(floor.url, AGENT)
                await expect(ready(page)).to_be_enabled(timeout=READY_MS)
                await ready(page).click()
                await floor.reaches(AGENT, "hablando")
                assert (await comes(page, both_speak)).lost < 10
                assert await page.evaluate(WAYS) == ["relay"]

    run(scene(), SCENE_S)


def test_without_a_microphone_one_cannot_be_disponible_and_is_told_why(lab: Lab, tmp_path: Path) -> None:
    async def scene() -> None:
        async with LabFloor(lab, tmp_path, [AGENT]) as floor, Browser(tmp_path, microphone=False) as browser:
            page = await browser.page(floor.url, AGENT)
            await expect(page.get_by_text("micrófono").first).to_be_visible(timeout=READY_MS)
            await expect(ready(page)).to_be_disabled()

    run(scene(), SCENE_S)


def test_a_reload_in_mid_conversation_comes_back_to_the_same_call(lab: Lab, tmp_path: Path) -> None:
    async def scene() -> None:
        async with LabFloor(lab, tmp_path, [AGENT]) as floor, Browser(tmp_path) as browser:
            page = await browser.page(floor.url, AGENT)
            await expect(ready(page)).to_be_enabled(timeout=READY_MS)
            await ready(page).click()
            await floor.reaches(AGENT, "hablando")
            attempt = floor.talking(AGENT)
            await comes(page, both_speak)
            await page.reload()
            await comes(page, both_speak)
            await floor.reaches(AGENT, "hablando")
            assert floor.talking(AGENT) == attempt

    run(scene(), SCENE_S)


def test_a_browser_that_crashed_leaves_no_dead_leg_to_who_comes_back(lab: Lab, tmp_path: Path) -> None:
    """It said no goodbye to Asterisk, which believes in its leg for a while yet: the next debtor must not meet it."""

    async def scene() -> None:
        async with LabFloor(lab, tmp_path, [AGENT]) as floor:
            async with Browser(tmp_path) as crashed:
                page = await crashed.page(floor.url, AGENT)
                await expect(ready(page)).to_be_enabled(timeout=READY_MS)
                await crashed.crash()
            dead = floor.leg(AGENT)
            async with Browser(tmp_path) as browser:
                page = await browser.page(floor.url, AGENT)
                await expect(ready(page)).to_be_enabled(timeout=READY_MS)
                assert floor.leg(AGENT) not in ("", dead)
                await ready(page).click()
                await floor.reaches(AGENT, "hablando")
                await comes(page, both_speak)

    run(scene(), SCENE_S)
