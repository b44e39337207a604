"""From `BridgeEnter` to the debtor's card on the screen: `python -m tests.bench --only card_on_screen`.

The whole product before the pretend PBX, and the built page in headless Chromium, one browser for each of `AGENTS`.
Measured is the time from the moment the AMI link hands over `CallBridged` (the second ``BridgeEnter``) to the end of
the frame that first shows the debtor's name: a ``MutationObserver`` sees the card come, and the message that follows
the next animation frame is taken for its end. Both clocks are the machine's wall clock (``performance.timeOrigin`` +
``performance.now()``); how far the page's is off is asked before and after, and taken off. The page is given no
headset and the card no network: those add what they add.

Beside it, how large the page is, compressed as it is served (`console_bundle`): what is loaded before the login, the
ejecutivo's page, all pages, and JsSIP, which is loaded only where there is a headset in the browser.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec

from agents.edge.pages import DIST
from agents.messages import Gestion
from config.settings import parse
from dialer import events as e
from dialer.edge.clock import FloorClock
from dialer.edge.pbx import PbxServer
from dialer.edge.redis_server import RedisServer
from dialer.sim.people import Law, Talk
from dialer.sim.world import World

AGENTS, WARM_CALLS, CALLS = 2, 6, 150
DEADLINE_S = 300.0
CODE = "D07"
SEEN = """
let shown = "";
new MutationObserver(() => {
  const name = document.querySelector("main.call h1")?.textContent ?? "";
  if (name === shown) return;
  shown = name;
  if (!name) return;
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.cardSeen(performance.timeOrigin + performance.now());
    port2.postMessage(0);
  });
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


def run() -> list[dict[str, Any]]:
    """A row of times and a row of sizes; only a word where there is no Chromium or no built page."""
    from tests import reactor  # noqa: PLC0415 - installs Twisted's reactor, which only this benchmark is to have
    from tests.live.browser import NO_CHROMIUM, chromium  # noqa: PLC0415 - imports the reactor's loop

    if not DIST.is_dir():
        print("card_on_screen: the page is not built, no figures: make console")
        return []
    if not chromium():
        print(f"card_on_screen: {NO_CHROMIUM}")
        return [sizes()]
    return [reactor.run(_measure(), timeout_s=DEADLINE_S), sizes()]


def sizes() -> dict[str, Any]:
    """Kilobytes (1,000 bytes) of JavaScript and CSS after gzip."""
    packed = {file.name: file.stat().st_size for file in (DIST / "assets").glob("*.gz")}
    agent = ("index-", "rolldown-runtime-", "AgentPage-", "headset-", "Preferences-")
    parts = {
        "before_login_kb": [name for name in packed if name.startswith(("index-", "rolldown-runtime-"))],
        "ejecutivo_kb": [name for name in packed if name.startswith(agent)],
        "all_without_jssip_kb": [name for name in packed if not name.startswith("jssip")],
        "jssip_kb": [name for name in packed if name.startswith("jssip")],
    }
    figures = {name: round(sum(packed[file] for file in files) / 1000, 1) for name, files in parts.items()}
    return {"bench": "console_bundle", **figures}


class Watch:
    """When each call was bridged and when its card was seen; milliseconds of the wall clock."""

    def __init__(self, pass_on: Callable[[e.Event], None]) -> None:
        self._pass_on = pass_on
        self.bridged: dict[str, float] = {}
        self.took: list[float] = []
        self.done = asyncio.Event()

    def __call__(self, event: e.Event) -> None:
        if isinstance(event, e.CallBridged):
            self.bridged.setdefault(event.attempt_id, time.time_ns() / 1e6)
        self._pass_on(event)

    def seen(self, attempt_id: str, at_ms: float) -> None:
        self.took.append(at_ms - self.bridged[attempt_id])
        if len(self.took) == WARM_CALLS + CALLS:
            self.done.set()


async def _measure() -> dict[str, Any]:
    from dialer.cli.assembly import Node  # noqa: PLC0415 - needs the reactor
    from tests.live.browser import Browser  # noqa: PLC0415 - as above
    from tests.live.floor import BRISK, START_MS, furnish, table  # noqa: PLC0415 - as above

    people = msgspec.structs.replace(BRISK, p_answer=1.0, p_machine=0.0, talk=(Talk(1.0, Law(20_000, 30_000)),))
    async with AsyncExitStack() as undo:
        folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="cintillo-bench-")))
        clock = FloorClock(START_MS)
        pbx = PbxServer(World(people, random.Random(1), trunk_channels=60), clock_ms=clock.now_ms)
        redis = undo.enter_context(RedisServer())
        port = await pbx.start()
        undo.push_async_callback(pbx.stop)
        strategy = {"facturas": {"mode": "progressive", "amd": False}}
        node = await Node.open(parse(table(folder, redis.url, port, carteras=strategy)), clock)
        await furnish(node.store, folder, AGENTS, clock.now_ms(), deudores=600)
        watch = Watch(node.link.emit)
        node.link.emit = watch
        await node.start()
        undo.push_async_callback(node.stop)
        browser = await undo.enter_async_context(Browser(folder, microphone=False))
        ejecutivos = [Ejecutivo(node, watch, f"e{n:02d}") for n in range(1, AGENTS + 1)]
        for one in ejecutivos:
            await one.sit(browser)
        off = [await one.off_ms() for one in ejecutivos]
        for one in ejecutivos:
            await one.begin()
        await watch.done.wait()
        off += [await one.off_ms() for one in ejecutivos]
    return _row(watch.took[WARM_CALLS:], statistics.median(off))


def _row(took: list[float], off_ms: float) -> dict[str, Any]:
    at = statistics.quantiles(took, n=100)
    return {
        "bench": "card_on_screen",
        "pages": AGENTS,
        "calls": len(took),
        "p50_ms": round(at[49] - off_ms, 1),
        "p99_ms": round(at[98] - off_ms, 1),
        "max_ms": round(max(took) - off_ms, 1),
        "clock_off_ms": round(off_ms, 2),
    }


class Ejecutivo:
    """A page that only looks: what its person would do is asked of the desk once the card is there."""

    def __init__(self, node: Any, watch: Watch, code: str) -> None:
        self._node, self._watch, self._code = node, watch, code

    async def sit(self, browser: Any) -> None:
        from tests.live.browser import keep_words, login  # noqa: PLC0415 - as above

        self._page = await (await browser.context()).new_page()
        keep_words(self._page)
        await self._page.expose_function("cardSeen", self._seen)
        await self._page.add_init_script(SEEN)
        await self._page.goto(self._node.url)
        await login(self._page, self._code)

    async def off_ms(self) -> float:
        """How far the page's clock is ahead of ours: the middle of the quickest of twenty questions."""
        best = (float("inf"), 0.0)
        for _ in range(20):
            asked = time.time_ns() / 1e6
            theirs = await self._page.evaluate("() => performance.timeOrigin + performance.now()")
            answered = time.time_ns() / 1e6
            best = min(best, (answered - asked, theirs - (asked + answered) / 2))
        return best[1]

    async def begin(self) -> None:
        await self._page.get_by_role("button", name="Disponible").click(timeout=30_000)

    async def _seen(self, at_ms: float) -> None:
        from tests.reactor import until  # noqa: PLC0415 - as above

        agent = self._node.service.engine.books.roster.agents[self._code]
        attempt_id = agent.on_call
        await until(lambda: attempt_id in self._watch.bridged, f"{attempt_id} is bridged")
        self._watch.seen(attempt_id, at_ms)
        if not self._watch.done.is_set():
            self._node.service.desk.hangup(self._code)
            await self._node.service.desk.save_gestion(self._code, Gestion(attempt_id, CODE))
