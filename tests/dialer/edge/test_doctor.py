"""The doctor before a pretend Asterisk, a private Redis and a database that each lack something."""

from __future__ import annotations

import asyncio
import io
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis
import sqlalchemy as sa
from rich.console import Console

from config.settings import Settings, parse
from dialer.cli.doctor import report
from dialer.edge.doctor import Check, run_checks
from dialer.edge.doctor_ami import Line
from dialer.edge.doctor_check import Step, walk
from dialer.edge.doctor_headset import MODULES
from dialer.edge.pbx import PbxServer
from dialer.edge.redis_server import RedisServer
from dialer.sim.people import QUICK
from dialer.sim.world import World
from tests.servers import free_port

SECRET = "clave-muy-secreta"
ASTERISK = [
    "conexión", "ingreso", "versión", "permisos", "contextos", "detector de máquinas", "módulos", "troncal",
    "ejecutivo e01", "ejecutivo e02", "eventos", "mensaje grabado", "reloj",
]  # fmt: skip
REST = ["Redis", "base de datos", "esquema de la base"]
Spoil = Callable[[PbxServer], None]


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def nothing(server: PbxServer) -> None:
    """An Asterisk in order."""


@pytest.fixture
def healthy(redis_url: str, sqlite_url: str) -> dict[str, Any]:
    """Settings' table of a site where Redis and the database are in order."""
    return {"redis": redis_url, "database": sqlite_url, "carteras": {"a": {"amd": True}}}


def settings_for(table: dict[str, Any], **asterisk: Any) -> Settings:
    return parse({**table, "asterisk": {"secret": SECRET, "action_timeout_s": 2, **asterisk}})


def look(table: dict[str, Any], spoil: Spoil = nothing, ahead_ms: int = 0, **asterisk: Any) -> dict[str, Check]:
    """Every check, by name, of a site whose Asterisk is spoilt like this."""

    async def main() -> dict[str, Check]:
        world = World(QUICK, random.Random(1), endpoints=["e01", "e02"])
        server = PbxServer(world, users={"cintillo": SECRET}, clock_ms=lambda: now_ms() + ahead_ms)
        spoil(server)
        port = await server.start()
        try:
            settings = settings_for(table, **{"port": port, **asterisk})
            checks = await asyncio.to_thread(list, run_checks(settings, ["e01", "e02"]))
        finally:
            await server.stop()
        assert not world.channels(), "the rehearsal is over"
        return {check.name: check for check in checks}

    return asyncio.run(main())


def wrong(checks: dict[str, Check]) -> list[str]:
    return [name for name, check in checks.items() if check.mark == "fault"]


def skipped(checks: dict[str, Check]) -> list[str]:
    return [name for name, check in checks.items() if check.mark == "skipped"]


# ── Asterisk ────────────────────────────────────────────────────────────────────────────────────────


def test_a_healthy_site_passes_every_check_in_order(healthy: dict[str, Any]) -> None:
    checks = look(healthy)
    assert list(checks) == ASTERISK + REST
    assert {check.mark for check in checks.values()} == {"ok"}, checks


def test_a_closed_port_is_named_and_what_needs_asterisk_is_not_tried(healthy: dict[str, Any]) -> None:
    checks = look(healthy, port=free_port())
    assert wrong(checks) == ["conexión"]
    assert "manager.conf" in checks["conexión"].what_to_do
    assert skipped(checks) == ASTERISK[1:]
    assert checks["troncal"].detail == "no se revisó: depende de «conexión»"
    assert all(checks[name].ok for name in REST)


def test_a_port_where_something_else_listens_is_told_from_asterisk(healthy: dict[str, Any]) -> None:
    async def main() -> list[Check]:
        async def hello(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(hello, "127.0.0.1", 0) as server:
            settings = settings_for(healthy, port=server.sockets[0].getsockname()[1])
            return await asyncio.to_thread(list, run_checks(settings, []))

    first = asyncio.run(main())[0]
    assert first.mark == "fault"
    assert "no es el AMI" in first.detail


def test_a_wrong_secret_says_what_to_compare_in_manager_conf(healthy: dict[str, Any]) -> None:
    checks = look(healthy, secret="otra")
    assert wrong(checks) == ["ingreso"]
    assert "[cintillo] en manager.conf" in checks["ingreso"].what_to_do
    assert skipped(checks) == ASTERISK[2:]


def test_a_secret_with_a_line_break_never_reaches_the_wire(healthy: dict[str, Any]) -> None:
    checks = look(healthy, secret="otra\r\nAction: Originate")
    assert wrong(checks) == ["ingreso"]
    assert "salto de línea" in checks["ingreso"].what_to_do


def test_an_old_asterisk_is_refused(healthy: dict[str, Any]) -> None:
    def spoil(server: PbxServer) -> None:
        server.manager.version = "18.26.4"

    checks = look(healthy, spoil)
    assert wrong(checks) == ["versión"]
    assert "18.26.4" in checks["versión"].detail


def test_a_missing_permission_is_named_by_its_class_and_stops_only_what_needs_it(healthy: dict[str, Any]) -> None:
    def spoil(server: PbxServer) -> None:
        server.manager.may["cintillo"] = frozenset({"call", "system"})

    checks = look(healthy, spoil)
    assert wrong(checks) == ["permisos"]
    assert "originate,reporting" in checks["permisos"].what_to_do
    assert skipped(checks) == ["contextos", "eventos", "mensaje grabado"]


def test_a_missing_context_is_named(healthy: dict[str, Any]) -> None:
    checks = look(healthy, lambda server: server.manager.contexts.remove("cintillo-espera"))
    assert wrong(checks) == ["contextos"]
    assert checks["contextos"].detail == "faltan: cintillo-espera"


def test_missing_modules_are_named(healthy: dict[str, Any]) -> None:
    checks = look(healthy, lambda server: server.manager.modules.difference_update({"app_amd", "app_mixmonitor"}))
    assert wrong(checks) == ["detector de máquinas", "módulos"]
    assert "amd.conf" in checks["detector de máquinas"].what_to_do
    assert "app_mixmonitor" in checks["módulos"].detail


def test_the_detector_is_not_missed_where_no_cartera_uses_it(healthy: dict[str, Any]) -> None:
    table = {**healthy, "carteras": {"a": {"amd": False}}}
    checks = look(table, lambda server: server.manager.modules.remove("app_amd"))
    assert wrong(checks) == []


def test_a_headset_that_is_off_is_told_from_one_that_does_not_exist(healthy: dict[str, Any]) -> None:
    def spoil(server: PbxServer) -> None:
        server.manager.world.endpoints = frozenset({"e02"})
        server.manager.world.unregistered.add("e02")

    checks = look(healthy, spoil)
    assert wrong(checks) == ["ejecutivo e01", "ejecutivo e02"]
    assert "pjsip.conf" in checks["ejecutivo e01"].what_to_do
    assert "no está disponible" in checks["ejecutivo e02"].detail


def test_a_trunk_that_asterisk_does_not_have_is_named(healthy: dict[str, Any]) -> None:
    checks = look(healthy, trunk="PJSIP/{number}@otra")
    assert wrong(checks) == ["troncal"]
    assert "PJSIP/otra" in checks["troncal"].detail


def test_a_trunk_of_another_technology_is_left_to_a_call_by_hand(healthy: dict[str, Any]) -> None:
    assert look(healthy, trunk="DAHDI/g1/{number}")["troncal"].mark == "warning"


def test_silence_does_not_make_the_line_deaf(healthy: dict[str, Any]) -> None:
    """The client's reading thread ended when nothing came for as long as an answer may take, and all else failed."""

    async def main() -> None:
        server = PbxServer(World(QUICK, random.Random(1)), users={"cintillo": SECRET}, clock_ms=now_ms)
        port = await server.start()
        line = Line(settings_for(healthy, port=port, action_timeout_s=0.3).asterisk)
        try:
            await asyncio.to_thread(line.login, "cintillo", SECRET)
            assert not await asyncio.to_thread(line.heard, lambda name, _: name == "Nada", 0.5)
            assert (await asyncio.to_thread(line.ask, "Ping"))["Ping"] == "Pong"
        finally:
            await asyncio.to_thread(line.close)
            await server.stop()

    asyncio.run(main())


def test_a_clock_that_is_off_is_found(healthy: dict[str, Any]) -> None:
    checks = look(healthy, ahead_ms=60_000)
    assert wrong(checks) == ["reloj"]
    assert "adelantado" in checks["reloj"].detail


# ── headsets in the browser ─────────────────────────────────────────────────────────────────────────

WEB = {"ws": "ws://127.0.0.1:{port}/ws", "secret": "un-secreto-muy-secreto"}


def with_headset(
    healthy: dict[str, Any], answer: bytes, spoil: Spoil = nothing, ws: str = WEB["ws"]
) -> dict[str, Check]:
    """The checks of a site whose Asterisk answers a browser's handshake like this."""

    async def main() -> dict[str, Check]:
        async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked = await reader.readuntil(b"\r\n\r\n")
            assert b"Sec-WebSocket-Protocol: sip" in asked
            writer.write(answer)
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(hear, "127.0.0.1", 0) as server:
            web = {**WEB, "ws": ws.format(port=server.sockets[0].getsockname()[1])}
            return await asyncio.to_thread(look, {**healthy, "headset": web}, spoil)

    return asyncio.run(main())


SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Protocol: sip\r\n\r\n"


def web_modules(server: PbxServer) -> None:
    server.manager.modules |= set(MODULES)


def test_a_headset_in_the_browser_is_looked_for_where_settings_name_one(healthy: dict[str, Any]) -> None:
    assert with_headset(healthy, SWITCHING, web_modules)["WebSocket SIP"].mark == "ok"
    assert "WebSocket SIP" not in look(healthy)


def test_what_asterisk_lacks_for_the_browser_is_named(healthy: dict[str, Any]) -> None:
    checks = with_headset(healthy, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    assert "load = res_http_websocket.so" in checks["audífono web"].what_to_do
    assert "404" in checks["WebSocket SIP"].detail
    assert "cintillo-eco" in checks["contextos"].detail
    nobody = with_headset(healthy, b"", web_modules, f"ws://127.0.0.1:{free_port()}/ws")
    assert "http.conf" in nobody["WebSocket SIP"].what_to_do


def test_a_path_of_the_proxy_is_left_to_a_browser(healthy: dict[str, Any]) -> None:
    assert "proxy" in with_headset(healthy, SWITCHING, web_modules, "/sip")["WebSocket SIP"].detail


def test_the_websockets_of_other_nodes_are_tried_too_each_by_its_nodes_name(healthy: dict[str, Any]) -> None:
    web = {"secret": WEB["secret"], "nodes": {"n2": f"ws://127.0.0.1:{free_port()}/ws"}}
    check = look({**healthy, "headset": web})["WebSocket SIP de n2"]
    assert check.mark != "ok"
    assert "no contesta" in check.detail


# ── Redis ───────────────────────────────────────────────────────────────────────────────────────────


def others(table: dict[str, Any]) -> dict[str, Check]:
    """The checks of a site without Asterisk."""
    return {check.name: check for check in run_checks(settings_for(table, port=free_port()), [])}


@pytest.mark.parametrize("address", ["redis://:muy-secreta@127.0.0.1:{port}/0", "unix:///no/hay.sock", "hola", "redis://a:b"])
def test_a_redis_that_cannot_be_reached_is_named_without_its_clave(healthy: dict[str, Any], address: str) -> None:
    check = others({**healthy, "redis": address.format(port=free_port())})["Redis"]
    assert check.mark == "fault"
    assert "redis =" in check.what_to_do
    assert "secreta" not in check.detail + check.what_to_do


def test_a_redis_that_may_forget_the_queue_works_and_is_warned_of(healthy: dict[str, Any]) -> None:
    with RedisServer() as server:
        client = redis.Redis.from_url(server.url)
        client.config_set("maxmemory-policy", "allkeys-lru")
        client.close()
        check = others({**healthy, "redis": server.url})["Redis"]
    assert check.mark == "warning"
    assert "noeviction" in check.what_to_do


def test_a_redis_that_runs_no_scripts_is_refused(healthy: dict[str, Any]) -> None:
    with RedisServer() as server:
        client = redis.Redis.from_url(server.url)
        client.acl_setuser("default", enabled=True, nopass=True, categories=["+@all", "-@scripting"], keys=["*"])
        client.close()
        check = others({**healthy, "redis": server.url})["Redis"]
    assert (check.mark, check.detail) == ("fault", "no deja correr Lua")


# ── the database ────────────────────────────────────────────────────────────────────────────────────


def test_both_kinds_of_database_are_found_at_head(healthy: dict[str, Any], database: str) -> None:
    checks = others({**healthy, "database": database})
    assert checks["base de datos"].ok
    assert checks["esquema de la base"].ok, checks["esquema de la base"]


def _say_revision(url: str, statement: str) -> None:
    engine = sa.create_engine(url.replace("+aiosqlite", ""))
    with engine.begin() as conn:
        conn.execute(sa.text(statement))
    engine.dispose()


def test_a_database_behind_head_is_named_and_left_as_it_is(healthy: dict[str, Any]) -> None:
    _say_revision(healthy["database"], "DELETE FROM alembic_version")
    file = Path(healthy["database"].partition("///")[2])
    before = file.read_bytes()
    check = others(healthy)["esquema de la base"]
    assert check.mark == "fault"
    assert "vacía" in check.detail
    assert "migraciones" in check.what_to_do
    assert file.read_bytes() == before


def test_a_database_without_any_table_is_behind_head(healthy: dict[str, Any], postgres: Any) -> None:
    checks = others({**healthy, "database": postgres.empty_database()})
    assert checks["base de datos"].ok
    assert checks["esquema de la base"].mark == "fault"


def test_a_database_of_a_later_version_is_told_from_an_old_one(healthy: dict[str, Any]) -> None:
    _say_revision(healthy["database"], "UPDATE alembic_version SET version_num = 'm9999'")
    check = others(healthy)["esquema de la base"]
    assert "versión posterior" in check.detail


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+asyncpg://cintillo:muy-secreta@127.0.0.1:{port}/cintillo",
        "postgresql://cintillo:muy-secreta@127.0.0.1/cintillo",
        "postgresql+asyncpg://cintillo:muy-secreta@127.0.0.1:puerto/cintillo",
        "sin sentido",
        "sqlite+aiosqlite:////no/hay/cintillo.db",
    ],
)
def test_a_database_that_cannot_be_reached_is_named_without_its_clave(healthy: dict[str, Any], address: str) -> None:
    checks = others({**healthy, "database": address.format(port=free_port())})
    assert checks["base de datos"].mark == "fault"
    assert checks["esquema de la base"].mark == "skipped"
    assert not any("secreta" in check.detail + check.what_to_do for check in checks.values())


def test_a_database_that_refuses_the_user_is_named(healthy: dict[str, Any], postgres: Any) -> None:
    url = postgres.url("no_hay_esta")
    assert others({**healthy, "database": url})["base de datos"].mark == "fault"


def test_looking_at_a_missing_sqlite_file_does_not_make_it(healthy: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "nueva.db"
    others({**healthy, "database": f"sqlite+aiosqlite:///{file}"})
    assert not file.exists()


def test_a_file_that_is_no_database_is_named(healthy: dict[str, Any], tmp_path: Path) -> None:
    file = shutil.copy(Path(__file__), tmp_path / "otra cosa.db")
    check = others({**healthy, "database": f"sqlite+aiosqlite:///{file}"})["base de datos"]
    assert check.mark == "fault"
    assert "no se pudo leer (DatabaseError)" in check.detail


def test_a_file_with_a_strange_name_is_read(healthy: dict[str, Any], tmp_path: Path) -> None:
    shutil.copy(healthy["database"].partition("///")[2], tmp_path / "año 50%?#.db")
    checks = others({**healthy, "database": f"sqlite+aiosqlite:///{tmp_path}/año 50%25%3F%23.db"})
    assert checks["esquema de la base"].ok, checks


# ── the command ─────────────────────────────────────────────────────────────────────────────────────


def printed(table: dict[str, Any]) -> tuple[int, str]:
    paper = io.StringIO()
    status = report(settings_for(table, port=free_port()), ["e01"], Console(file=paper, width=200))
    return status, paper.getvalue()


def test_the_report_says_what_to_do_and_ends_with_status_1_and_no_secrets(healthy: dict[str, Any]) -> None:
    status, said = printed(healthy)
    assert status == 1
    assert "FALTA conexión" in said
    assert "→ encienda Asterisk" in said
    assert "OK    Redis" in said
    assert SECRET not in said


def test_the_report_of_a_healthy_site_ends_with_status_0(healthy: dict[str, Any]) -> None:
    async def main() -> int:
        server = PbxServer(World(QUICK, random.Random(1), endpoints=["e01"]), clock_ms=now_ms)
        server.manager.users = {"cintillo": SECRET}
        port = await server.start()
        try:
            paper = Console(file=io.StringIO())
            return await asyncio.to_thread(report, settings_for(healthy, port=port), ["e01"], paper)
        finally:
            await server.stop()

    assert asyncio.run(main()) == 0


def test_a_check_that_depends_on_one_that_was_not_done_is_not_done_either() -> None:
    steps = [
        Step("a", lambda: Check("a", False, "mal", "arréglelo")),
        Step("b", lambda: Check("b", True, "bien"), needs=("a",)),
        Step("c", lambda: Check("c", True, "bien"), needs=("b",)),
        Step("d", lambda: Check("d", True, "bien")),
    ]
    assert [check.mark for check in walk(steps)] == ["fault", "skipped", "skipped", "ok"]
