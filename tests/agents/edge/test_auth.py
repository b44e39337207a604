"""Passwords and tokens."""

from __future__ import annotations

import asyncio
import threading

import pytest

from agents.edge.auth import Doorkeeper, Throttled, hash_password, new_token, token_sha256
from tests.agents.fake_desk import CLAVE, NOW_MS, FakeUsers, until


def test_a_clave_is_stored_as_argon2id_and_never_twice_alike() -> None:
    one, other = hash_password(CLAVE), hash_password(CLAVE)
    assert one.startswith("$argon2id$")
    assert one != other
    assert CLAVE not in one


def test_tokens_are_long_unlike_and_fit_into_a_websocket_subprotocol() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_any_token_that_a_client_may_send_has_a_digest() -> None:
    assert len(token_sha256("ñ\ud800")) == 64


def test_an_unknown_usuario_costs_the_same_work_as_a_known_one() -> None:
    """Each login verifies exactly one hash, and all hashes have the same argon2 parameters."""
    verified: list[str] = []

    def matches(stored: str, _clave: str) -> bool:
        verified.append(stored.rpartition("$")[0].rpartition("$")[0])
        return True

    async def story() -> None:
        keeper = Doorkeeper(FakeUsers(), 1000, matches)
        assert await keeper.login("e01", CLAVE, "10.0.0.1", NOW_MS) is not None
        assert await keeper.login("nadie", CLAVE, "10.0.0.1", NOW_MS) is None

    asyncio.run(story())
    assert verified == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2


def test_the_loop_goes_on_while_a_clave_is_verified_and_one_is_verified_at_a_time() -> None:
    """The verification ends only when the loop lets it, so it cannot be holding the loop."""
    let_go, under_way, most_at_once = threading.Event(), [], []

    def matches(_stored: str, clave: str) -> bool:
        under_way.append(clave)
        most_at_once.append(len(under_way))
        assert let_go.wait(20)
        under_way.remove(clave)
        return True

    async def story() -> None:
        keeper = Doorkeeper(FakeUsers(), 1000, matches)
        logins = [asyncio.create_task(keeper.login(f"e0{n}", f"clave{n}", "10.0.0.1", NOW_MS)) for n in range(1, 5)]
        await until(lambda: under_way)
        let_go.set()
        assert all(await asyncio.gather(*logins))

    asyncio.run(story())
    assert most_at_once == [1, 1, 1, 1]


def test_the_wait_is_said_in_seconds() -> None:
    async def story() -> None:
        keeper = Doorkeeper(FakeUsers(), 1000)
        for _ in range(5):
            await keeper.login("e01", "mala", "10.0.0.1", NOW_MS)
        with pytest.raises(Throttled, match="espere 1 segundos") as wait:
            await keeper.login("e01", CLAVE, "10.0.0.1", NOW_MS + 300)
        assert wait.value.wait_ms == 700

    asyncio.run(story())


def test_an_empty_token_is_nobodys() -> None:
    async def story() -> None:
        users = FakeUsers()
        users.sessions[token_sha256("")] = ("e01", NOW_MS + 1)
        assert await Doorkeeper(users, 1000).whose("", NOW_MS) is None

    asyncio.run(story())
