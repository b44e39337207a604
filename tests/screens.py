"""The console's pictures, of a demo at work: `python -m tests.screens [--out FOLDER]`, which is `make screens`.

What is on them is the product's own page before the pretend Asterisk and invented people, at 1366 by 768.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import struct
import tempfile
import zlib
from pathlib import Path
from typing import Literal

import numpy as np
from playwright.async_api import Locator, Page, expect

from tests.floors import ROOT
from tests.live.browser import Browser, keep_words, login
from tests.live.demo import CLAVE, PATIENCE_MS, demo

AGENTS, SEAT, LOADER = 12, "e01", "cargas"
AT_WORK_MS = {"light": 40_000, "dark": 8_000}
"""How long the floor is watched before its picture is taken: the charts draw from the page's opening on."""
TRIAL_MS = 180_000
SIGNATURE = b"\x89PNG\r\n\x1a\n"
BYTES_MAX = 150_000
PIXELS = """
async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, image.width, image.height);
  let text = "";
  for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
  return btoa(text);
}
"""
PAYMENTS = """Identificación;Abonado;Día en que pagó;Comprobante;Sucursal
12.345.678-5;1.250.000;05-09-2026;A-1027;Ñuñoa
9.876.543-3;45.000,50;31-10-2026;A-1028;Peñalolén
11.222.333-9;198.900;01-11-2026;A-1029;Ñuñoa
""".encode()
Scheme = Literal["light", "dark"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__.partition(":")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "img", help="the pictures' folder")
    asyncio.run(draw(parser.parse_args().out))


async def draw(out: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="cintillo-screens-") as folder, demo(Path(folder), agents=AGENTS) as url:
        async with Browser(Path(folder), microphone=False) as browser:
            agent = await _open(browser, url, SEAT, "light")
            await _in_a_call(agent, out)
            await _after_the_call(agent, out)
            await _loads(await _open(browser, url, LOADER, "light"), out)
            await _strategy(await _open(browser, url, "jefe", "light"), out)
            for scheme in ("light", "dark"):
                await _floor(await _open(browser, url, "supervisora", scheme), out, scheme)


async def _open(browser: Browser, url: str, code: str, scheme: Scheme) -> Page:
    page = await (await browser.context(color_scheme=scheme)).new_page()
    page.set_default_timeout(PATIENCE_MS)
    keep_words(page)
    await page.goto(url)
    await login(page, code, CLAVE)
    return page


async def _shoot(page: Page, out: Path, name: str) -> None:
    """A picture too large for the repository is a fault that is told."""
    file = out / f"consola-{name}.png"
    data = await _packed(page, await page.screenshot(animations="disabled", caret="hide"))
    if len(data) > BYTES_MAX:
        raise SystemExit(f"{file.name} takes {len(data)} bytes, more than {BYTES_MAX}: show less on it")
    await asyncio.to_thread(file.write_bytes, data)
    print(f"{file}: {len(data)} bytes")


async def _packed(page: Page, png: bytes) -> bytes:
    """The same picture in its 256 commonest colours, which is a third of the bytes and looks alike."""
    blank = await page.context.new_page()
    rgba = base64.b64decode(await blank.evaluate(PIXELS, base64.b64encode(png).decode()))
    await blank.close()
    red, green, blue = (np.frombuffer(rgba, np.uint8)[n::4].astype(np.int64) for n in range(3))
    colours, where, count = np.unique(red << 16 | green << 8 | blue, return_inverse=True, return_counts=True)
    parts = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    palette = parts[np.argsort(-count)[:256]]
    nearest = np.array([np.square(palette - one).sum(axis=1).argmin() for one in parts], np.uint8)
    size = page.viewport_size or {"width": 0, "height": 0}
    lines = nearest[where].reshape(size["height"], size["width"])
    plain = np.hstack([np.zeros((len(lines), 1), np.uint8), lines])
    head = struct.pack(">IIBBBBB", size["width"], size["height"], 8, 3, 0, 0, 0)
    body = zlib.compress(plain.tobytes(), 9)
    chunks = ((b"IHDR", head), (b"PLTE", palette.astype(np.uint8).tobytes()), (b"IDAT", body), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    """One part of a PNG file (ISO/IEC 15948, 5.3)."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# ── what is shown ───────────────────────────────────────────────────────────────────────────────────


async def _in_a_call(page: Page, out: Path) -> None:
    """The first conversation that lasts long enough to follow the script a step."""
    await page.get_by_role("button", name="Disponible").click()
    await _shown(page.locator("main.call"))
    await page.keyboard.press("Enter")
    await page.keyboard.press("g")
    await page.keyboard.type("pago")
    await _shoot(page, out, "llamada")


async def _after_the_call(page: Page, out: Path) -> None:
    await page.emulate_media(color_scheme="dark")
    await page.keyboard.press("F9")
    await page.fill("#tree-search", "")
    await page.keyboard.press("1")
    await expect(page.locator("#gestion [data-first]")).to_be_focused()
    await page.keyboard.press("v")
    await _shoot(page, out, "compromiso-oscuro")
    await page.keyboard.press("Control+Enter")


async def _floor(page: Page, out: Path, scheme: Scheme) -> None:
    await page.click("#tab-piso")
    await _shown(page.locator("canvas").first)
    await page.wait_for_timeout(AT_WORK_MS[scheme])
    await _shoot(page, out, "piso" if scheme == "light" else "piso-oscuro")


async def _loads(page: Page, out: Path) -> None:
    """Columns that nobody knows are shown before anything is tried; then a file with faults is tried."""
    await page.click("#tab-cargas")
    await page.set_input_files('input[type="file"]', {"name": "abonos.csv", "mimeType": "text/csv", "buffer": PAYMENTS})
    await page.locator("form.file-form select").first.select_option("pagos")
    await page.locator("form.file-form input[list]").first.fill("andes")
    await page.locator("form.file-form button[type=submit]").click()
    await _shown(page.locator(".mapping"))
    await _shoot(page, out, "columnas")
    await page.get_by_role("button", name="Otro archivo").click()
    await page.set_input_files('input[type="file"]', ROOT / "config" / "muestra" / "saldos.txt")
    await page.locator("form.file-form select").first.select_option("saldos")
    await page.locator("form.file-form input[list]").first.fill("muestra")
    await page.locator("form.file-form button[type=submit]").click()
    await _shown(page.locator(".stamp"))
    await _shoot(page, out, "cargas")


async def _strategy(page: Page, out: Path) -> None:
    """A lower limit, tried before it is published."""
    await page.click("#tab-estrategia")
    await page.get_by_label("Abandono máximo", exact=True).fill("1,5")
    await page.get_by_role("button", name="Probar el cambio").click()
    await expect(page.locator("table.comparison")).to_be_visible(timeout=TRIAL_MS)
    await _shoot(page, out, "estrategia")


async def _shown(what: Locator) -> None:
    await expect(what).to_be_visible(timeout=PATIENCE_MS)


if __name__ == "__main__":
    main()
