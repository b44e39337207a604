"""The page's files, over real HTTP."""

from __future__ import annotations

import asyncio
import gzip
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agents.edge.pages import DIST, open_pages, policy
from tests.agents.fake_desk import Site, site
from tests.floors import ROOT

SCRIPT = b"export const x = 1;"
BUDGET_BYTES = 150_000


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Site]:
    async with site() as here:
        open_pages(here.app, ["wss://pbx.example:8089/ws"], folder)
        yield here


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "dist" / "assets").mkdir(parents=True)
    (tmp_path / "secret.svg").write_text("<svg/>")
    dist = tmp_path / "dist"
    (dist / "index.html").write_text("<!doctype html>¿aló?", "utf-8")
    (dist / "cintillo.svg").write_text("<svg/>")
    (dist / ".hidden.svg").write_text("<svg/>")
    (dist / "assets" / "main-abc123.js").write_bytes(SCRIPT)
    (dist / "assets" / "main-abc123.js.gz").write_bytes(gzip.compress(SCRIPT))
    return dist


def test_the_page_is_asked_for_anew_and_may_do_only_what_it_needs(dist: Path) -> None:
    async def story() -> None:
        async with served(dist) as here:
            page = await here.http.get("/")
            assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
            assert page.text.endswith("¿aló?")
            told = page.headers["content-security-policy"]
            assert "script-src 'self'" in told and "unsafe" not in told
            assert "connect-src 'self' wss://pbx.example:8089;" in told

    asyncio.run(story())


def test_assets_are_kept_for_ever_and_come_packed_where_the_browser_unpacks_them(dist: Path) -> None:
    async def story() -> None:
        async with served(dist) as here:
            packed = await here.http.get("/assets/main-abc123.js", headers={"accept-encoding": "gzip, br"})
            plain = await here.http.get("/assets/main-abc123.js", headers={"accept-encoding": "identity"})
            assert packed.content == plain.content == SCRIPT
            assert packed.headers["content-encoding"] == "gzip"
            assert "content-encoding" not in plain.headers
            for answer in (packed, plain):
                assert answer.headers["content-type"].startswith("text/javascript")
                assert "immutable" in answer.headers["cache-control"]

    asyncio.run(story())


@pytest.mark.parametrize(
    "path",
    [
        "/assets/none.js", "/index.html", "/assets/%2e%2e%2fsecret.svg", "/..%2fsecret.svg", "/.hidden.svg",
        "/assets", "/nothing", "/assets/main-abc123.js.gz", "/%00.svg",
    ],
)
def test_nothing_else_of_the_disk_can_be_had(dist: Path, path: str) -> None:
    async def story() -> None:
        async with served(dist) as here:
            answer = await here.http.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "http")

    asyncio.run(story())


def test_the_page_covers_no_address_of_the_door(dist: Path) -> None:
    async def story() -> None:
        async with served(dist) as here:
            assert (await here.http.get("/cintillo.svg")).headers["cache-control"] == "no-cache"
            assert (await here.http.get("/metrics")).text == "cintillo_agents 1\n"
            assert (await here.http.get("/api/health")).headers["cache-control"] == "no-store"

    asyncio.run(story())


def test_a_page_that_was_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with served(tmp_path) as here:
            answer = await here.http.get("/")
            assert answer.status_code == 503
            assert "make console" in answer.text

    asyncio.run(story())


def test_a_websocket_of_the_pages_own_host_needs_no_word_of_its_own() -> None:
    assert "connect-src 'self';" in policy(["/sip", ""])


def test_the_page_may_open_the_other_nodes_websockets_each_named_once() -> None:
    addresses = ["/sip", "wss://n2.example/sip", "wss://n2.example/other", "ws://10.0.0.3:8088/ws"]
    assert "connect-src 'self' wss://n2.example ws://10.0.0.3:8088;" in policy(addresses)


@pytest.fixture
def built() -> Path:
    assert DIST.is_dir(), "the page is not built: make console"
    return DIST


def test_the_wheel_carries_every_file_of_the_page(built: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    globs = project["tool"]["setuptools"]["package-data"]["agents"]
    carried = {file for glob in globs for file in (ROOT / "agents").glob(glob)}
    assert {file for file in built.rglob("*") if file.is_file()} - carried == set()


def test_the_page_without_the_sip_library_stays_within_150_kb_packed(built: Path) -> None:
    sizes = {file.name: file.stat().st_size for file in (built / "assets").glob("*.gz")}
    own = {name: size for name, size in sizes.items() if not name.startswith("jssip")}
    assert 0 < sum(own.values()) <= BUDGET_BYTES, own
