"""Nodes that know of one another by a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from dialer.edge.queue_nodes import Nodes
from dialer.edge.redis_server import RedisServer
from dialer.records import QueueDown


def on_nodes(story: Callable[[Nodes, Nodes, RedisServer], Awaitable[None]]) -> None:
    async def main() -> None:
        with RedisServer() as redis:
            one, other = (Nodes(redis.url, node=name, answer_s=1.0) for name in ("n1", "n2"))
            try:
                await story(one, other, redis)
            finally:
                await one.close()
                await other.close()

    asyncio.run(asyncio.wait_for(main(), 60))


async def echo(question: bytes) -> bytes:
    return b"heard " + question


async def asked(one: Nodes, node: str, question: bytes) -> bytes:
    """A node that has just begun to listen is asked again until it does."""
    while True:
        try:
            return await one.ask(node, question)
        except QueueDown:
            await asyncio.sleep(0.02)


def test_each_node_reads_what_every_node_published_last() -> None:
    async def story(one: Nodes, other: Nodes, redis: RedisServer) -> None:
        await one.publish(b"a")
        await other.publish(b"b")
        await one.publish(b"c")
        assert await other.snapshots() == {"n1": b"c", "n2": b"b"}
        await one.close()
        assert await other.snapshots() == {"n2": b"b"}, "who leaves in good order is off the board at once"

    on_nodes(story)


def test_a_question_is_answered_by_the_node_that_was_asked() -> None:
    async def story(one: Nodes, other: Nodes, redis: RedisServer) -> None:
        one.listen(echo)
        other.listen(_loud)
        answers = await asyncio.gather(*(asked(one, "n2", b"%d" % n) for n in range(20)), asked(other, "n1", b"x"))
        assert answers == [*(b"HEARD %d" % n for n in range(20)), b"heard x"]

    on_nodes(story)


async def _loud(question: bytes) -> bytes:
    return (await echo(question)).upper()


def test_a_node_that_is_not_there_is_known_at_once_and_one_that_does_not_answer_is_given_up() -> None:
    async def story(one: Nodes, other: Nodes, redis: RedisServer) -> None:
        with pytest.raises(QueueDown, match="n9 does not listen"):
            await one.ask("n9", b"?")
        never = asyncio.Event()

        async def deaf(question: bytes) -> bytes:
            if question == b"?":
                await never.wait()
            return question

        other.listen(deaf)
        assert await asked(one, "n2", b"!") == b"!"
        with pytest.raises(QueueDown, match="n2 did not answer"):
            await one.ask("n2", b"?")
        never.set()

    on_nodes(story)


def test_without_redis_everything_says_so() -> None:
    async def main() -> None:
        alone = Nodes("redis://127.0.0.1:1/0", node="n1")
        for work in (alone.publish(b"x"), alone.snapshots(), alone.ask("n2", b"?")):
            with pytest.raises(QueueDown, match="Redis"):
                await work
        await alone.close()

    asyncio.run(main())
