"""Headless Chromium for the live tests: a microphone that says a known tone, the page logged in, audio measured.

Everything runs on the loop of `tests.reactor`, beside the node and the lab.
"""

from __future__ import annotations

import math
import shutil
import struct
import wave
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from playwright.async_api import BrowserContext, Error, Page, async_playwright

from agents.edge.pages import DIST
from tests.live.floor import CLAVE

NO_CHROMIUM = "there is no Chromium here; on Debian: apt-get install chromium"
TONE_HZ, RATE = 1250, 48_000
"""What the browser's microphone says, in bursts: noise suppression takes a steady tone for noise."""
PEERS = """
window.testPeers = [];
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...words) { super(...words); window.testPeers.push(this); }
};
"""
MEASURE = """
async () => {
  const sum = { packets_in: 0, packets_out: 0, lost: 0, energy_in: 0, energy_out: 0 };
  for (const peer of window.testPeers.filter((one) => one.connectionState === "connected")) {
    for (const stat of (await peer.getStats()).values()) {
      if (stat.type === "inbound-rtp") {
        sum.packets_in += stat.packetsReceived;
        sum.lost += stat.packetsLost;
        sum.energy_in += stat.totalAudioEnergy ?? 0;
      }
      if (stat.type === "outbound-rtp") sum.packets_out += stat.packetsSent;
      if (stat.type === "media-source") sum.energy_out += stat.totalAudioEnergy ?? 0;
    }
  }
  return sum;
}
"""
HEARD = """
async ([hz, ms]) => {
  const context = new AudioContext();
  await context.resume();
  const ears = context.createAnalyser();
  ears.fftSize = 4096;
  ears.smoothingTimeConstant = 0;
  for (const peer of window.testPeers.filter((one) => one.connectionState === "connected"))
    for (const { track } of peer.getReceivers())
      if (track.kind === "audio") context.createMediaStreamSource(new MediaStream([track])).connect(ears);
  const bins = new Float32Array(ears.frequencyBinCount);
  const loudest = hz.map(() => -Infinity);
  for (const end = performance.now() + ms; performance.now() < end; ) {
    await new Promise((done) => setTimeout(done, 50));
    ears.getFloatFrequencyData(bins);
    hz.forEach((one, n) => {
      const bin = Math.round((one * ears.fftSize) / context.sampleRate);
      loudest[n] = Math.max(loudest[n], ...bins.slice(bin - 2, bin + 3));
    });
  }
  await context.close();
  return loudest.map((one) => Math.max(one, -200));
}
"""
HEARD_MS = 1_000
"""Two bursts of a pretend microphone's tone."""


class Sound(NamedTuple):
    """What went over all of a page's live connections since each began; energies as WebRTC's statistics count them."""

    packets_in: int
    packets_out: int
    lost: int
    energy_in: float
    energy_out: float


def chromium() -> str:
    """The path of the machine's Chromium; empty where there is none."""
    return next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), "")


def write_tone(path: Path, seconds: float = 12.0) -> None:
    """A WAV file for the pretend microphone, which plays it over and over: 0.3 s of tone, 0.2 s of silence."""
    frames = bytearray()
    for n in range(round(seconds * RATE)):
        on = n % (RATE // 2) < 0.3 * RATE
        frames += struct.pack("<h", round(12_000 * math.sin(2 * math.pi * TONE_HZ * n / RATE)) if on else 0)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(frames))


class Browser:
    """``async with Browser(folder) as browser``; each `page` has a session and storage of its own.

    `microphone` False: the machine has none. `flags` are more of Chromium's. When a test fails, what its pages showed
    and said is in the folder.
    """

    def __init__(self, folder: Path, *, microphone: bool = True, flags: Sequence[str] = ()) -> None:
        self._folder, self._microphone, self._flags = folder, microphone, list(flags)
        self._undo = AsyncExitStack()

    async def __aenter__(self) -> Browser:
        args = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", *self._flags]
        if self._microphone:
            tone = self._folder / "tone.wav"
            write_tone(tone)
            args += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
            args += [f"--use-file-for-fake-audio-capture={tone}"]
        driver = await self._undo.enter_async_context(async_playwright())
        # Playwright mutes what it runs headless; nothing is heard here anyway, and muted sound would not be measured.
        self._browser = await driver.chromium.launch(
            executable_path=chromium(), args=args, ignore_default_args=["--mute-audio"]
        )
        self._undo.push_async_callback(self._browser.close)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            await self._show()
        await self._undo.__aexit__(kind, value, trace)

    async def _show(self) -> None:
        pages = [page for context in self._browser.contexts for page in context.pages]
        for number, page in enumerate(pages, start=1):
            shot = self._folder / f"page{number}.png"
            await page.screenshot(path=shot)
            print(f"{shot}: {page.url}", *words_of(page), sep="\n")

    async def crash(self) -> None:
        """The whole browser is gone at once, without a word to anybody."""
        session = await self._browser.new_browser_cdp_session()
        with suppress(Error):
            await session.send("Browser.crash")

    async def context(self, **options: Any) -> BrowserContext:
        """A browser of its own to the page: what one person at one machine has."""
        context = await self._browser.new_context(viewport={"width": 1366, "height": 768}, locale="es-CL", **options)
        if self._microphone:
            await context.grant_permissions(["microphone"])
        await context.add_init_script(PEERS)
        return context

    async def page(self, url: str, code: str = "", clave: str = CLAVE) -> Page:
        """The page, logged in as `code` where one is given. What it writes to the console stays in `page_words`."""
        page = await (await self.context()).new_page()
        keep_words(page)
        await page.goto(url)
        if code:
            await login(page, code, clave)
        return page


WORDS: dict[int, list[str]] = {}


def keep_words(page: Page) -> None:
    words = WORDS[id(page)] = []
    page.on("console", lambda said: words.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: words.append(f"pageerror: {error}"))


def words_of(page: Page) -> list[str]:
    """What the page wrote to the browser's console so far, refusals of its policy included."""
    return WORDS[id(page)]


def faults_of(page: Page) -> list[str]:
    """What was thrown in the page and caught by nobody, and what its policy refused."""
    return [word for word in words_of(page) if word.startswith("pageerror:") or "Content Security Policy" in word]


async def login(page: Page, code: str, clave: str = CLAVE) -> None:
    await page.fill('input[name="usuario"]', code)
    await page.fill('input[name="clave"]', clave)
    await page.click('button[type="submit"]')
    await page.wait_for_selector('input[name="clave"]', state="detached")


AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = """
async () => (await axe.run(document)).violations
  .filter((one) => ["serious", "critical"].includes(one.impact))
  .map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`)
"""


async def serious(page: Page) -> list[str]:
    """What axe finds on the page as it is now that keeps somebody from using it."""
    await page.evaluate(AXE.read_text())
    found: list[str] = await page.evaluate(SERIOUS)
    return found


async def sound(page: Page) -> Sound:
    return Sound(**await page.evaluate(MEASURE))


async def heard(page: Page, *hz: int) -> list[float]:
    """The loudest that each frequency was, in dB of full scale, in what came over the page's connections for a second.

    -200 where nothing came.
    """
    found: list[float] = await page.evaluate(HEARD, [list(hz), HEARD_MS])
    return found
