"""How many keys the commonest gestiones take on the ejecutivo's page, counted by the page's own ``keydown`` events.

Which five: those that the page itself offers first to an ejecutivo of whom nothing is counted yet (`COMMON` in
``tipificacion.ts``): a promise of the whole debt, a rellamado, an intention without a date, a message left, voicemail.
There is no public count of a floor's results; they are one for each way in which most conversations end. Afterwards the
digits belong to whatever the ejecutivo uses most, so any other result without data of its own takes as many keys.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from playwright.async_api import Page, expect

PATIENCE_MS = 60_000
COUNT = """
() => {
  window.pressed = 0;
  addEventListener("keydown", () => window.pressed++, { capture: true });
}
"""


class Case(NamedTuple):
    """A result, the keys that save it once the tree is open, and how many of them are its data."""

    code: str
    keys: tuple[str, ...]
    data: int = 0


CASES = (
    Case("D01", ("1", "m", "Enter"), data=1),
    Case("D07", ("2", "Control+Enter")),
    Case("D08", ("3", "m", "Enter"), data=1),
    Case("I02", ("4", "Control+Enter")),
    Case("S03", ("5", "Control+Enter")),
)


async def measure(page: Page) -> list[dict[str, Any]]:
    """A row for each of `CASES`, taken from calls that come one after another; the ejecutivo is *disponible*."""
    await page.evaluate(COUNT)
    return [await _one(page, case) for case in CASES]


async def _one(page: Page, case: Case) -> dict[str, Any]:
    await expect(page.locator("#tree-search")).to_be_visible(timeout=PATIENCE_MS)
    await page.keyboard.press("g")
    await expect(page.locator("#tree-search")).to_be_focused()
    await page.evaluate("window.pressed = 0")
    for key in case.keys:
        await page.keyboard.press(key)
    shown = page.locator("#gestion .chosen")
    await expect(page.locator("#gestion .saved")).to_be_visible()
    assert case.code in await shown.inner_text()
    row = {"code": case.code, "keydowns": await page.evaluate("window.pressed"), "of_data": case.data}
    await page.keyboard.press("F9")
    return row
