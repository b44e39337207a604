"""The queue of due cases in Redis: fast, shared by the nodes, and never the truth (the database can fill it again).

Each case of a cartera is in exactly one place: *ready* (sorted by score), *later* (by due time), *leased* to a node
that claimed it, or *bound* to the one ejecutivo who may call it: for ever (a manual list), or until the grace of a
rellamado is over, when it is ready for anybody. A claim leases the best ready cases whose person is not on another
call, in any cartera; a claim for an ejecutivo leases their own, those that have a grace first. The lease and the
person's lock last until the case is given back or dropped, or until the node stops renewing them. A rellamado (a case
with `callback_ms`) comes before all that are none, whatever their scores.
 All times are the floor's (`now_ms` is an argument); Redis's own clock and its
key expiry are not used. Each operation is one Lua script (claim.lua explains the keys): it happens whole or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError

from dialer.carteras.order import CALLBACKS_FIRST
from dialer.commands import DropContact, ReturnContact
from dialer.records import Claimed, QueueDown, QueueEntry, QueueLost, QueueSizes, Whereabouts

CHUNK = 1_000
CLAIM_MAX = 1_000
TIMEOUT_S = 5.0
TRIES = 3
T = TypeVar("T")
C = TypeVar("C", ReturnContact, DropContact)
FOLDER = Path(__file__).parent


class Queue:
    """All methods raise `QueueDown` when Redis cannot be reached.

    `prefix` begins every key. `node` owns what this object claims. `lease_ms`: how long a claim lasts without `renew`.
    """

    def __init__(self, redis: Redis, *, node: str, prefix: str = "cintillo", lease_ms: int = 120_000) -> None:
        self._redis = redis
        self._node = _word(node)
        self._prefix = prefix
        self._lease_ms = lease_ms
        self._claim, self._place, self._drop, self._renew, self._bound, self._where = (
            redis.register_script((FOLDER / f"{name}.lua").read_text())
            for name in ("claim", "place", "drop", "renew", "bound", "where")
        )

    @classmethod
    def open(cls, url: str, *, node: str, prefix: str = "cintillo", lease_ms: int = 120_000) -> Queue:
        """A queue on its own connections (made when first needed). `url` as in `config.settings.Settings.redis`."""
        retry = Retry(ConstantBackoff(0.05), 1)
        redis = Redis.from_url(
            url, decode_responses=True, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=retry
        )
        return cls(redis, node=node, prefix=prefix, lease_ms=lease_ms)

    async def close(self) -> None:
        await self._redis.aclose()

    async def claim(self, cartera: str, n: int, now_ms: int, agent_id: str = "", *, pool: bool = True) -> Claimed:
        """Lease up to `n` (at most `CLAIM_MAX`) due cases, best first.

        With `agent_id`, those bound to this ejecutivo first; cases bound to others are never among them. Without
        `pool`, none that anybody may call. Raises `QueueLost` when the queue has to be rebuilt.
        """
        if not 0 <= n <= CLAIM_MAX:
            raise ValueError(f"claim of {n} cases: from 0 to {CLAIM_MAX}")
        args: list[Any] = [_word(cartera), self._node, n, now_ms, self._lease_ms]
        args += [self._agents(cartera), _word(agent_id, blank=True), int(pool)]
        async with reaching():
            answer: list[str] | None = await self._claim(keys=self._keys(cartera), args=args)
        if answer is None:
            raise QueueLost(f"Redis has no queue for cartera {cartera!r}: rebuild it from the database")
        next_due, *cases = answer
        return Claimed(tuple(map(int, cases)), int(float(next_due)) if next_due else None)

    async def give_back(self, contacts: Iterable[ReturnContact], now_ms: int) -> int:
        """End the leases of these cases and put each in its place; how many were placed.

        A case whose lease here had expired and that another node has now is left to that node. A case that Redis does
        not know (its memory was lost) is placed all the same.
        """
        placed = 0
        for cartera, entries in _by_cartera(contacts):
            placed += await self._put("back", cartera, entries, now_ms)
        return placed

    async def put(self, cartera: str, entries: Sequence[QueueEntry], now_ms: int) -> int:
        """Add cases; one that has a place already keeps it and gets the new score. How many were new."""
        return await self._put("fill", cartera, entries, now_ms)

    async def rebuild(self, cartera: str, entries: Sequence[QueueEntry], now_ms: int) -> int:
        """Fill the queue from the database; how many cases Redis did not have.

        Safe while the floor works, on any number of nodes: what has a place keeps it, so nothing that was claimed or
        given back since the entries were read is undone. A case that should no longer be there goes when it is
        claimed (`Store.contacts` leaves it out). Until a first filling is complete, claims raise `QueueLost`.
        """
        filling = f"{self._base(cartera)}:filling:{self._node}"
        for _ in range(TRIES):
            async with reaching():
                await self._redis.set(filling, now_ms)
            placed = await self._put("fill", cartera, entries, now_ms)
            async with reaching(), self._redis.pipeline(transaction=True) as both:
                both.delete(filling)
                both.hset(self._keys(cartera)[3], "built", str(now_ms))
                still_there, _ = await both.execute()
            if still_there:
                return placed
        raise QueueDown(f"Redis lost its memory {TRIES} times while the queue of {cartera!r} was being filled")

    async def drop(self, contacts: Iterable[DropContact]) -> int:
        """Take cases off the queue wherever they are; how many were there."""
        dropped = 0
        for cartera, some in _by_cartera(contacts):
            for chunk in _chunks([one.case_id for one in some]):
                async with reaching():
                    args: list[Any] = [cartera, self._agents(cartera), *chunk]
                    dropped += int(await self._drop(keys=self._keys(cartera), args=args))
        return dropped

    async def renew(self, cartera: str, case_ids: Sequence[int], now_ms: int) -> tuple[int, ...]:
        """Make this node's leases last `lease_ms` from now; the cases that are no longer this node's."""
        keys = self._keys(cartera)[2:5]
        lost: list[str] = []
        for chunk in _chunks(case_ids):
            async with reaching():
                lost += await self._renew(keys=keys, args=[cartera, self._node, now_ms + self._lease_ms, *chunk])
        return tuple(map(int, lost))

    async def move(self, cartera: str, entries: Sequence[QueueEntry], now_ms: int) -> int:
        """Put cases where they are bound now (or let them go); how many. One that is on a call is left alone."""
        return await self._put("move", cartera, entries, now_ms)

    async def due_agents(self, cartera: str, now_ms: int) -> tuple[str, ...]:
        """The ejecutivos who have a case of their own due, in the order of their ids."""
        async with reaching():
            return tuple(await self._bound(keys=self._keys(cartera), args=[now_ms, self._agents(cartera)]))

    async def where(self, cartera: str, case_id: int, person_id: int) -> Whereabouts:
        """Where one case is now."""
        args: list[Any] = [case_id, person_id, self._agents(cartera)]
        async with reaching():
            built, entry, rank, ready, later, own, lease, lock = await self._where(keys=self._keys(cartera), args=args)
        _, _, agent, release = (entry or "0 0  0").split(" ")
        until, of_cartera, of_case, node = (lock or "0   ").split(" ")
        return Whereabouts(
            built=bool(built),
            known=bool(entry),
            rank=None if rank == "" else int(rank) + 1,
            ready=int(ready),
            due_ms=_ms(later) or _ms(own),
            agent_id=agent,
            release_ms=int(release),
            lease_ms=_ms(lease),
            lock_ms=int(until),
            lock_cartera=of_cartera,
            lock_case_id=int(of_case or 0),
            lock_node=node,
        )

    async def sizes(self, cartera: str) -> QueueSizes:
        ready, later, leases, cases, *_ = self._keys(cartera)
        async with reaching(), self._redis.pipeline(transaction=True) as asked:
            for key in (ready, later, leases):
                asked.zcard(key)
            asked.hlen(cases)
            asked.hexists(cases, "built")
            n_ready, n_later, n_leased, known, built = await asked.execute()
        return QueueSizes(n_ready, n_later, n_leased, known - int(built) - n_ready - n_later - n_leased)

    async def _put(
        self, mode: str, cartera: str, entries: Sequence[QueueEntry | ReturnContact], now_ms: int
    ) -> int:
        placed = 0
        for chunk in _chunks(entries):
            args: list[Any] = [mode, _word(cartera), self._node, now_ms, self._agents(cartera)]
            for one in chunk:
                score = one.score + CALLBACKS_FIRST if one.callback_ms else one.score
                agent = _word(one.agent_id, blank=True)
                args += (one.case_id, one.person_id, one.due_ms, repr(score), agent, one.release_ms if agent else 0)
            async with reaching():
                placed += int(await self._place(keys=self._keys(cartera), args=args))
        return placed

    def _base(self, cartera: str) -> str:
        return f"{self._prefix}:{cartera}"

    def _agents(self, cartera: str) -> str:
        return f"{self._base(cartera)}:agent:"

    def _keys(self, cartera: str) -> list[str]:
        base = self._base(cartera)
        own = [f"{base}:{name}" for name in ("ready", "later", "leases", "entries")]
        return [*own, f"{self._prefix}:locks", f"{base}:grace", f"{base}:agents"]


def _ms(score: str | float | None) -> int | None:
    return int(float(score)) if score not in ("", None) else None


def _word(text: str, *, blank: bool = False) -> str:
    if len(text.split()) != 1 and not (blank and text == ""):
        raise ValueError(f"{text!r}: the queue needs names without blanks")
    return text


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def _by_cartera(contacts: Iterable[C]) -> Iterable[tuple[str, list[C]]]:
    grouped: dict[str, list[C]] = defaultdict(list)
    for one in contacts:
        grouped[one.cartera].append(one)
    return grouped.items()


@asynccontextmanager
async def reaching() -> AsyncIterator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as bad:
        raise QueueDown(f"Redis cannot do it: {type(bad).__name__}: {bad}") from bad
