"""The other nodes, by way of Redis: what their floors look like, and orders for an agent who sits at one of them.

A node's snapshot is a field of one hash, read whole by everybody; who judges how old it is does so by its own clock
(`metrics.floors`). A question is published on its node's channel and answered in a list of its own: a node that does
not listen is known at once, one that does not answer in time is given up, and an answer that nobody takes
expires.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from dialer.edge.ending import ended
from dialer.edge.queue import TIMEOUT_S, reaching
from dialer.records import QueueDown

log = logging.getLogger(__name__)

ANSWER_S = 3.0
RETRY_S = 1.0
EXPIRE_S = 10
Answer = Callable[[bytes], Awaitable[bytes]]


class Nodes:
    """This node among the others; `answer_s`: how long one waits for another.

    All methods raise `QueueDown` when Redis, or the node that was asked, is away.
    """

    def __init__(self, url: str, *, node: str, prefix: str = "cintillo", answer_s: float = ANSWER_S) -> None:
        self._node, self._prefix, self._answer_s = node, prefix, answer_s
        self._redis = Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
        self._listening: asyncio.Task[None] | None = None
        self._answering: set[asyncio.Task[None]] = set()

    async def publish(self, snapshot: bytes) -> None:
        async with reaching():
            await self._redis.hset(self._floors, self._node, snapshot)

    async def snapshots(self) -> Mapping[str, bytes]:
        """What each node published last, this one included."""
        async with reaching():
            found: Mapping[Any, Any] = await self._redis.hgetall(self._floors)
        return {node.decode(): told for node, told in found.items()}

    async def forget(self, node: str) -> None:
        """That node is not coming back."""
        async with reaching():
            await self._redis.hdel(self._floors, node)

    async def ask(self, node: str, question: bytes) -> bytes:
        """Put a question to a node and wait for its answer."""
        reply = f"{self._prefix}:answer:{secrets.token_hex(8)}".encode()
        async with reaching():
            if not await self._redis.publish(self._door(node), reply + b" " + question):
                raise QueueDown(f"node {node} does not listen")
            answer: Any = await self._redis.blpop([reply], timeout=self._answer_s)
        if answer is None:
            raise QueueDown(f"node {node} did not answer within {self._answer_s:g} s")
        return bytes(answer[1])

    def listen(self, answer: Answer) -> None:
        """Answer what other nodes ask, until `close`."""
        self._listening = asyncio.create_task(self._listen(answer), name="nodes")

    async def close(self) -> None:
        """Off the board at once, so that nobody takes this node for dead."""
        if self._listening:
            await ended(self._listening)
            await asyncio.gather(*self._answering, return_exceptions=True)
        try:
            await self.forget(self._node)
        except QueueDown as bad:
            log.warning("this node stays on the others' boards until they forget it: %s", bad)
        await self._redis.aclose()

    async def _listen(self, answer: Answer) -> None:
        while True:
            try:
                await self._subscribed(answer)
            except (RedisError, OSError, TimeoutError) as bad:
                log.warning("other nodes cannot ask anything of this one for a moment: %s", bad)
                await asyncio.sleep(RETRY_S)

    async def _subscribed(self, answer: Answer) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as ear:
            await ear.subscribe(self._door(self._node))
            while True:
                message = await ear.get_message(timeout=TIMEOUT_S / 2)
                if message is not None:
                    reply, _, question = message["data"].partition(b" ")
                    task = asyncio.create_task(self._answer(answer, reply, question))
                    self._answering.add(task)
                    task.add_done_callback(self._answering.discard)

    async def _answer(self, answer: Answer, reply: bytes, question: bytes) -> None:
        said = await answer(question)
        try:
            async with self._redis.pipeline(transaction=True) as both:
                both.rpush(reply, said)
                both.expire(reply, EXPIRE_S)
                await both.execute()
        except (RedisError, OSError, TimeoutError) as bad:
            log.warning("an answer to another node is lost: %s", bad)

    @property
    def _floors(self) -> str:
        return f"{self._prefix}:floors"

    def _door(self, node: str) -> str:
        return f"{self._prefix}:ask:{node}"
