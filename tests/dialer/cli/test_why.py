"""`cintillo why`, from the database and the queue to the screen; and its page in the docs, state by state."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.settings import ConfigError
from dialer.cli.why import show, why
from dialer.edge.clock import FloorClock
from dialer.edge.queue import Queue
from dialer.edge.store import Store
from dialer.explain import STATES
from tests.dialer.edge.cargas import carga, deudor
from tests.dialer.test_explain import CASES, facts, told
from tests.floors import ROOT, TUESDAY_NOON

PAGE = ROOT / "docs" / "why.md"
RUTS = ("12345678-5", "11222333-9")


def floor(folder: Path, database: str, redis: str) -> Path:
    file = folder / "cintillo.toml"
    file.write_text(f'database = "{database}"\nredis = "{redis}"\n[carteras.facturas]\n', "utf-8")
    return file


def on_floor(database: str, redis: str, body: Callable[[Store, Queue], Awaitable[int]]) -> int:
    async def main() -> int:
        store, queue = await Store.open(database), Queue.open(redis, node="n1")
        try:
            people = [msgspec.structs.replace(deudor(n), rut=rut) for n, rut in enumerate(RUTS, start=1)]
            await store.apply_load(carga(*people), TUESDAY_NOON)
            await queue.rebuild("facturas", await store.queue_entries("facturas"), TUESDAY_NOON)
            await queue.claim("facturas", 0, TUESDAY_NOON + 1)
            return await body(store, queue)
        finally:
            await queue._redis.flushdb()
            await queue.close()
            await store.close()

    return asyncio.run(main())


def test_a_case_in_line_is_told_with_its_place_as_json(
    tmp_path: Path, sqlite_url: str, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config, clock = floor(tmp_path, sqlite_url, redis_url), FloorClock(TUESDAY_NOON + 60_000)

    async def body(_store: Store, _queue: Queue) -> int:
        return await why("12.345.678-5", "", True, config, clock)

    assert on_floor(sqlite_url, redis_url, body) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["rut"], one["cartera"], one["state"], one["ready"]) == ("12345678-5", "facturas", "en_cola", 2)
    assert one["phones"][0]["allowed"] and one["phones"][0]["chosen"]
    assert set(one["order"]) == {"saldo", "mora"}


def test_a_debtor_of_whom_there_is_no_case_is_said_so(
    tmp_path: Path, sqlite_url: str, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config = floor(tmp_path, sqlite_url, redis_url)

    async def body(_store: Store, _queue: Queue) -> int:
        return await why("9876543-3", "facturas", False, config, FloorClock(TUESDAY_NOON))

    assert on_floor(sqlite_url, redis_url, body) == 1
    assert "No hay ningún caso" in capsys.readouterr().out


def test_what_is_no_rut_is_named(tmp_path: Path, sqlite_url: str, redis_url: str) -> None:
    config = floor(tmp_path, sqlite_url, redis_url)
    with pytest.raises(ConfigError, match="'12345678-0': is not a RUT"):
        asyncio.run(why("12345678-0", "", False, config, FloorClock(TUESDAY_NOON)))


def test_a_queue_that_is_away_leaves_the_rest_of_the_answer(
    tmp_path: Path, sqlite_url: str, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config = floor(tmp_path, sqlite_url, f"unix://{tmp_path}/nobody.sock")

    async def body(_store: Store, _queue: Queue) -> int:
        return await why(RUTS[0], "", False, config, FloorClock(TUESDAY_NOON + 60_000))

    assert on_floor(sqlite_url, redis_url, body) == 0
    assert "la cola no responde" in capsys.readouterr().out


def test_the_terminal_shows_persona_contract_and_sources() -> None:
    text = _printed(told(facts(), contrato={"numero": "77", "cierre": "2026-11-23"}))
    for words in ("persona:", "natural", "77 hasta el 2026-11-23: ya terminó", "calidad 50, de asignacion): fuera de"):
        assert words in text


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


def examples() -> str:
    """The first case of each state as the terminal shows it."""
    shown: dict[str, str] = {}
    for state, one, strategy, _ in CASES:
        if state not in shown:
            shown[state] = _printed(told(one, **strategy))
    return "\n".join(f"### {state}\n\n```\n{shown[state]}```\n" for state in STATES)


def _printed(explanation: Any) -> str:
    lines: list[str] = []
    show(explanation, "America/Santiago", lines.append)
    return "".join(f"{line}\n" for line in lines)


def test_the_page_has_an_example_of_each_state_as_the_command_prints_it() -> None:
    assert examples() in PAGE.read_text("utf-8"), "write it anew: python -m tests.dialer.cli.test_why"


if __name__ == "__main__":
    head, mark, _ = PAGE.read_text("utf-8").partition("<!-- examples -->\n")
    PAGE.write_text(f"{head}{mark}\n{examples()}", "utf-8")
