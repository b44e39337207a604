"""The queue, on a real Redis: compared step by step with a model of it in plain Python."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from redis.asyncio import Redis

from dialer.commands import DropContact, ReturnContact
from dialer.edge.queue import CLAIM_MAX, Queue
from dialer.records import Claimed, QueueDown, QueueEntry, QueueLost, QueueSizes

T = TypeVar("T")
NOW = 1_795_000_000_000
LEASE_MS = 1_000


def entry(case: int, *, due: int = NOW, score: float = 1.0, agent: str = "", person: int = 0) -> QueueEntry:
    return QueueEntry(case, person or case, due, score, agent)


def back(case: int, due: int, *, cartera: str = "a", score: float = 1.0, agent: str = "", person: int = 0) -> Any:
    return ReturnContact(cartera, case, person or case, due, score, "no_answer", agent)


@pytest.fixture
def on(redis_url: str, redis_prefix: str) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """Run a test's body with two nodes' queues (n1, n2) on one Redis."""

    def run(body: Callable[..., Awaitable[Any]]) -> Any:
        async def main() -> Any:
            queues = [Queue.open(redis_url, node=node, prefix=redis_prefix, lease_ms=LEASE_MS) for node in ("n1", "n2")]
            try:
                return await body(*queues)
            finally:
                for queue in queues:
                    await queue.close()

        return asyncio.run(main())

    return run


def test_the_best_due_case_is_claimed_first_and_those_not_due_say_when(on: Any) -> None:
    async def body(queue: Queue, _: Queue) -> None:
        entries = [entry(1, score=5), entry(2, score=9), entry(3, due=NOW + 50, score=99), entry(4, score=7)]
        assert await queue.rebuild("a", entries, NOW) == 4
        assert await queue.claim("a", 2, NOW) == Claimed((2, 4), NOW + 50)
        assert await queue.claim("a", 2, NOW + 49) == Claimed((1,), NOW + 50)
        assert await queue.claim("a", 2, NOW + 50) == Claimed((3,), None)
        assert await queue.sizes("a") == QueueSizes(ready=0, later=0, leased=4, bound=0)

    on(body)


def test_two_nodes_never_claim_the_same_case(on: Any) -> None:
    async def body(*queues: Queue) -> list[int]:
        await queues[0].rebuild("a", [entry(n) for n in range(1, 401)], NOW)
        asked = [queue.claim("a", 7, NOW) for _ in range(40) for queue in queues]
        return [case for claimed in await asyncio.gather(*asked) for case in claimed.case_ids]

    claimed = on(body)
    assert sorted(claimed) == list(range(1, 401))


def test_a_person_on_the_line_at_the_head_of_the_queue_neither_stops_the_others_nor_is_lost(on: Any) -> None:
    async def body(queue: Queue, other: Queue) -> None:
        await queue.rebuild("a", [entry(1, person=7)], NOW)
        busy = [entry(100 + n, person=7 if n == 0 else 0, score=1_000 - n) for n in range(3)]
        await queue.rebuild("b", busy, NOW)
        assert (await queue.claim("a", 1, NOW)).case_ids == (1,)
        assert (await other.claim("b", 1, NOW)).case_ids == (101,)
        assert (await other.claim("b", 5, NOW)) == Claimed((102,), NOW + 1_000), "the locked one is worth asking for"
        await queue.give_back([back(1, NOW + 60_000, person=7)], NOW)
        assert (await other.claim("b", 5, NOW)).case_ids == (100,)

    on(body)


def test_hundreds_of_locked_persons_do_not_hide_the_free_one_behind_them(on: Any) -> None:
    async def body(queue: Queue, _: Queue) -> None:
        people = range(1, 351)
        await queue.rebuild("a", [entry(n, person=n) for n in people], NOW)
        await queue.rebuild("b", [entry(1_000 + n, person=n, score=9) for n in people] + [entry(2_000)], NOW)
        assert len((await queue.claim("a", 350, NOW)).case_ids) == 350
        assert (await queue.claim("b", 3, NOW)).case_ids == (2_000,)
        assert (await queue.sizes("b")).ready == 350

    on(body)


def test_a_dead_nodes_cases_come_back_when_their_lease_ends(on: Any) -> None:
    async def body(dead: Queue, alive: Queue) -> None:
        await dead.rebuild("a", [entry(1), entry(2)], NOW)
        assert (await dead.claim("a", 2, NOW)).case_ids == (2, 1)
        assert (await alive.claim("a", 2, NOW + LEASE_MS - 1)).case_ids == ()
        assert (await alive.claim("a", 2, NOW + LEASE_MS)).case_ids == (2, 1)

    on(body)


def test_a_node_keeps_what_it_renews_and_hears_what_it_has_lost(on: Any) -> None:
    async def body(queue: Queue, other: Queue) -> None:
        await queue.rebuild("a", [entry(1), entry(2)], NOW)
        await queue.claim("a", 2, NOW)
        assert await queue.renew("a", [1], NOW + 900) == ()
        assert (await other.claim("a", 2, NOW + LEASE_MS)).case_ids == (2,)
        assert await queue.renew("a", [1, 2, 99], NOW + LEASE_MS) == (2, 99)

    on(body)


def test_a_slow_nodes_give_back_does_not_take_the_case_from_the_node_that_has_it_now(on: Any) -> None:
    async def body(slow: Queue, quick: Queue) -> None:
        await slow.rebuild("a", [entry(1)], NOW)
        await slow.claim("a", 1, NOW)
        await quick.claim("a", 1, NOW + LEASE_MS)
        assert await slow.give_back([back(1, NOW)], NOW + LEASE_MS) == 0
        assert (await slow.claim("a", 1, NOW + LEASE_MS)).case_ids == ()
        assert await quick.give_back([back(1, NOW)], NOW + LEASE_MS) == 1

    on(body)


def test_a_callback_of_an_ejecutivo_is_never_given_to_the_pool(on: Any) -> None:
    async def body(queue: Queue, _: Queue) -> None:
        await queue.rebuild("a", [entry(1, agent="e01"), entry(2)], NOW)
        assert (await queue.claim("a", 9, NOW)).case_ids == (2,)
        await queue.give_back([back(2, NOW, agent="e02")], NOW)
        assert (await queue.claim("a", 9, NOW + 99 * LEASE_MS)).case_ids == ()
        assert await queue.sizes("a") == QueueSizes(0, 0, 0, bound=2)
        await queue.give_back([back(1, NOW)], NOW)
        assert (await queue.claim("a", 9, NOW)).case_ids == (1,)

    on(body)


def test_a_callback_of_an_ejecutivo_is_theirs_until_its_grace_is_over_and_then_anybodys_before_all_others(
    on: Any,
) -> None:
    async def body(queue: Queue, _: Queue) -> None:
        await queue.rebuild("a", [entry(1, score=2.0**51), entry(2)], NOW)
        callback = ReturnContact("a", 2, 2, NOW + 100, 1.0, "D08", "e01", callback_ms=NOW + 100, release_ms=NOW + 600)
        await queue.give_back([callback], NOW)
        assert await queue.due_agents("a", NOW + 99) == ()
        assert await queue.due_agents("a", NOW + 100) == ("e01",)
        assert (await queue.claim("a", 9, NOW + 599, "e02")).case_ids == (1,)
        assert (await queue.where("a", 2, 2)).agent_id == "e01"
        await queue.give_back([back(1, NOW + 599, score=2.0**51)], NOW + 599)
        assert (await queue.claim("a", 9, NOW + 600)).case_ids == (2, 1)

    on(body)


def test_an_ejecutivos_callbacks_come_before_their_list_and_the_list_in_its_order(on: Any) -> None:
    async def body(queue: Queue, _: Queue) -> None:
        places = [entry(n, due=NOW + n, agent="e01", score=n) for n in (1, 2, 3)]
        await queue.rebuild("a", [entry(n) for n in (1, 2, 3, 4)], NOW)
        assert await queue.move("a", places, NOW) == 3
        callback = ReturnContact("a", 4, 4, NOW + 8, 1.0, "D08", "e01", callback_ms=NOW + 8, release_ms=NOW + 600)
        await queue.give_back([callback], NOW)
        taken = [(await queue.claim("a", 1, NOW + 9, "e01", pool=False)).case_ids for _ in range(5)]
        assert taken == [(4,), (1,), (2,), (3,), ()]

    on(body)


def test_a_dead_nodes_bound_cases_come_back_to_their_ejecutivo(on: Any) -> None:
    async def body(dead: Queue, alive: Queue) -> None:
        await dead.rebuild("a", [entry(1, agent="e01")], NOW)
        assert (await dead.claim("a", 1, NOW, "e01", pool=False)).case_ids == (1,)
        assert (await alive.claim("a", 1, NOW + LEASE_MS)).case_ids == ()
        assert (await alive.claim("a", 1, NOW + LEASE_MS, "e01", pool=False)).case_ids == (1,)

    on(body)


def test_a_case_that_is_on_a_call_cannot_be_moved_to_a_list(on: Any) -> None:
    async def body(queue: Queue, other: Queue) -> None:
        await queue.rebuild("a", [entry(1)], NOW)
        await other.claim("a", 1, NOW)
        assert await queue.move("a", [entry(1, agent="e01")], NOW) == 0
        where = await queue.where("a", 1, 1)
        assert (where.lease_ms, where.lock_node, where.agent_id) == (NOW + LEASE_MS, "n2", "")

    on(body)


def test_where_a_case_is_says_its_rank_or_when_it_is_due(on: Any) -> None:
    async def body(queue: Queue, _: Queue) -> None:
        assert not (await queue.where("a", 1, 1)).built
        await queue.rebuild("a", [entry(1, score=5), entry(2, score=9), entry(3, due=NOW + 70)], NOW)
        await queue.claim("a", 0, NOW)
        first, last, later = [await queue.where("a", n, n) for n in (2, 1, 3)]
        assert (first.rank, last.rank, last.ready, later.rank, later.due_ms) == (1, 2, 2, None, NOW + 70)
        assert not (await queue.where("a", 99, 99)).known

    on(body)


def test_a_dropped_case_frees_its_person_and_does_not_come_back(on: Any) -> None:
    async def body(queue: Queue, _: Queue) -> None:
        await queue.rebuild("a", [entry(1, person=7)], NOW)
        await queue.rebuild("b", [entry(2, person=7)], NOW)
        await queue.claim("a", 1, NOW)
        assert await queue.drop([DropContact("a", 1, 7, "D13"), DropContact("a", 99, 9, "D13")]) == 1
        assert (await queue.claim("a", 1, NOW + 99 * LEASE_MS)).case_ids == ()
        assert (await queue.claim("b", 1, NOW)).case_ids == (2,)

    on(body)


def test_a_flushed_redis_is_noticed_and_filled_again_with_the_same_cases(on: Any) -> None:
    entries = [entry(n, due=NOW + n % 3, score=n) for n in range(1, 30)]

    async def body(queue: Queue, _: Queue) -> None:
        async def drained() -> tuple[int, ...]:
            await queue.rebuild("a", entries, NOW)
            return (await queue.claim("a", 100, NOW + 3)).case_ids

        before = await drained()
        await forget(queue)
        with pytest.raises(QueueLost, match="rebuild it from the database"):
            await queue.claim("a", 1, NOW)
        assert await drained() == before == tuple(range(29, 0, -1))

    on(body)


def test_rebuilding_while_the_floor_works_undoes_nothing(on: Any) -> None:
    async def body(queue: Queue, other: Queue) -> None:
        read_before = [entry(n, score=n) for n in range(1, 6)]
        await queue.rebuild("a", read_before, NOW)
        assert (await other.claim("a", 2, NOW)).case_ids == (5, 4)
        await other.give_back([back(4, NOW + 500)], NOW)
        assert await queue.rebuild("a", [entry(n, score=10 - n) for n in range(1, 7)], NOW) == 1
        assert await queue.sizes("a") == QueueSizes(ready=4, later=1, leased=1, bound=0)
        assert (await queue.claim("a", 9, NOW)).case_ids == (1, 2, 3, 6), "scores are the new ones"

    on(body)


def test_a_case_whose_place_redis_forgot_gets_one_again(on: Any) -> None:
    async def body(queue: Queue, _: Queue) -> None:
        await queue.rebuild("a", [entry(1), entry(2)], NOW)
        await queue._redis.delete(queue._keys("a")[0])
        assert await queue.rebuild("a", [entry(1), entry(2)], NOW) == 2
        assert (await queue.claim("a", 9, NOW)).case_ids == (2, 1)

    on(body)


def test_more_cases_than_one_script_takes_are_placed_in_several(on: Any) -> None:
    async def body(queue: Queue, _: Queue) -> None:
        assert await queue.rebuild("a", [entry(n) for n in range(1, 2_502)], NOW) == 2_501
        assert len((await queue.claim("a", CLAIM_MAX, NOW)).case_ids) == CLAIM_MAX

    on(body)


def test_a_redis_that_cannot_be_reached_is_down(tmp_path: Any) -> None:
    async def main() -> None:
        queue = Queue.open(f"unix://{tmp_path}/nobody.sock", node="n1")
        with pytest.raises(QueueDown, match="Redis cannot do it"):
            await queue.claim("a", 1, NOW)
        await queue.close()

    asyncio.run(main())


def test_what_would_confuse_the_queue_is_refused(on: Any) -> None:
    async def body(queue: Queue, _: Queue) -> None:
        with pytest.raises(ValueError, match="from 0 to 1000"):
            await queue.claim("a", 1_001, NOW)
        with pytest.raises(ValueError, match="names without blanks"):
            await queue.put("a", [entry(1, agent="e 01")], NOW)

    on(body)


async def forget(queue: Queue) -> None:
    """Empty what a test has in Redis (as FLUSHALL does to all of it)."""
    keys = [key async for key in queue._redis.scan_iter(f"{queue._prefix}:*")]
    if keys:
        await queue._redis.delete(*keys)


# ── against a model ─────────────────────────────────────────────────────────────────────────────────

CARTERAS = {"a": range(1, 7), "b": range(11, 17)}
"""Case n of either cartera is of person n % 10: each person has one case in each."""

Place = tuple[str, Any]
carteras = st.sampled_from(sorted(CARTERAS))
nodes = st.sampled_from(["n1", "n2"])
numbers = st.integers(1, 6)
delays = st.sampled_from([-50, 0, 0, 1, 900, 3_000])
scores = st.sampled_from([0.0, 1.0, 1.5, 2.0**52, 1e-9])
agents = st.sampled_from(["", "", "", "e01"])
graces = st.sampled_from([None, None, 500, 2_000])
"""How long after its due time a bound case becomes anybody's; None: never."""
rows = st.dictionaries(numbers, st.tuples(delays, scores, agents, graces))


class Model(RuleBasedStateMachine):
    """What the queue ought to do, step by step, beside what it does."""

    url = ""
    prefixes = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        prefix = f"model{next(self.prefixes)}"
        redis = Redis.from_url(self.url, decode_responses=True)
        self.queues = {node: Queue(redis, node=node, prefix=prefix, lease_ms=LEASE_MS) for node in ("n1", "n2")}
        self.now = NOW
        self.places: dict[tuple[str, int], Place] = {}
        self.scores: dict[tuple[str, int], float] = {}
        self.bonds: dict[tuple[str, int], tuple[str, int]] = {}
        self.locks: dict[int, tuple[int, str, int, str]] = {}
        self.built: set[str] = set()

    def teardown(self) -> None:
        self.run(forget(self.queues["n1"]))
        self.run(self.queues["n1"].close())
        self.loop.close()

    def run(self, what: Awaitable[T]) -> T:
        return self.loop.run_until_complete(what)  # type: ignore[arg-type]

    # ── the model's own moves ───────────────────────────────────────────────────────────────────────

    def place(self, key: tuple[str, int], due: int, score: float, agent: str, release: int) -> None:
        self.scores[key] = score
        if release and release <= self.now:
            agent, release = "", 0
        self.bonds[key] = (agent, release if agent else 0)
        self.places[key] = ("bound", due) if agent else ("ready", None) if due <= self.now else ("later", due)

    def unlock(self, key: tuple[str, int]) -> None:
        person = key[1] % 10
        if person in self.locks and self.locks[person][1:3] == key:
            del self.locks[person]

    def mature(self, cartera: str) -> None:
        for key, (where, what) in list(self.places.items()):
            if key[0] == cartera and where == "leased" and what <= self.now:
                self.unlock(key)
                self.places[key] = ("bound", self.now) if self.bonds[key][0] else ("ready", None)
            elif key[0] == cartera and where == "later" and what <= self.now:
                self.places[key] = ("ready", None)
        for key, (where, _) in list(self.places.items()):
            if key[0] == cartera and where == "bound" and 0 < self.bonds[key][1] <= self.now:
                self.places[key], self.bonds[key] = ("ready", None), ("", 0)

    @initialize()
    def both_carteras_are_filled(self) -> None:
        for cartera in CARTERAS:
            self.fill(cartera, "n1", {n: (0, float(n), "", None) for n in range(1, 7)}, True)

    # ── what happens ────────────────────────────────────────────────────────────────────────────────

    @rule(ms=st.sampled_from([1, 400, 999, 1_000, 1_001, 3_000]))
    def time_passes(self, ms: int) -> None:
        self.now += ms

    @rule(cartera=carteras, node=nodes, rows=rows, whole=st.booleans())
    def fill(self, cartera: str, node: str, rows: dict[int, tuple[int, float, str, int | None]], whole: bool) -> None:
        entries = []
        for n, (delay, score, agent, grace) in rows.items():
            key, due = (cartera, CARTERAS[cartera][n - 1]), self.now + delay
            release = 0 if grace is None else due + grace
            entries.append(QueueEntry(key[1], n, due, score, agent, release_ms=release))
            if key in self.places:
                self.scores[key] = score
            else:
                self.place(key, due, score, agent, release)
        if whole:
            self.built.add(cartera)
        self.run((self.queues[node].rebuild if whole else self.queues[node].put)(cartera, entries, self.now))

    @rule(cartera=carteras, node=nodes, some=st.dictionaries(numbers, st.sampled_from(["", "e01", "e02"])))
    def move(self, cartera: str, node: str, some: dict[int, str]) -> None:
        entries = []
        for n, agent in some.items():
            key = (cartera, CARTERAS[cartera][n - 1])
            entries.append(QueueEntry(key[1], n, self.now, 1.0, agent))
            where, until = self.places.get(key, ("", None))
            if where == "leased" and until > self.now:
                continue
            if where == "leased":
                self.unlock(key)
            self.place(key, self.now, 1.0, agent, 0)
        self.run(self.queues[node].move(cartera, entries, self.now))

    @rule(cartera=carteras, node=nodes, n=st.integers(0, 6), agent=st.sampled_from(["e01", "e02"]))
    def claim_own(self, cartera: str, node: str, n: int, agent: str) -> None:
        """An agent's own, those with a grace first, and of each kind the one that has been due longest."""
        if cartera not in self.built:
            return
        self.mature(cartera)
        own = [key for key, (where, due) in self.places.items() if where == "bound" and due <= self.now]
        mine = [key for key in own if key[0] == cartera and self.bonds[key][0] == agent]
        self.run(self.queues[node].claim(cartera, 0, self.now))  # leases and graces end at the next claim of anybody's
        due = self.run(self.queues[node].due_agents(cartera, self.now))
        assert due == tuple(sorted({self.bonds[key][0] for key in own if key[0] == cartera}))
        expected = []
        for key in sorted(mine, key=lambda it: (self.bonds[it][1] == 0, self.places[it][1], str(it[1]))):
            expected += self.lease(key, node) if len(expected) < n else []
        assert self.run(self.queues[node].claim(cartera, n, self.now, agent, pool=False)).case_ids == tuple(expected)

    def lease(self, key: tuple[str, int], node: str) -> list[int]:
        person = key[1] % 10
        if person in self.locks and self.locks[person][0] > self.now:
            return []
        self.places[key] = ("leased", self.now + LEASE_MS)
        self.locks[person] = (self.now + LEASE_MS, *key, node)
        return [key[1]]

    @rule(cartera=carteras, node=nodes, n=st.integers(0, 6))
    def claim(self, cartera: str, node: str, n: int) -> None:
        if cartera not in self.built:
            with pytest.raises(QueueLost):
                self.run(self.queues[node].claim(cartera, n, self.now))
            return
        self.mature(cartera)
        ready = [key for key, (where, _) in self.places.items() if key[0] == cartera and where == "ready"]
        expected = []
        for key in sorted(ready, key=lambda it: (self.scores[it], str(it[1])), reverse=True):
            expected += self.lease(key, node) if len(expected) < n else []
        claimed = self.run(self.queues[node].claim(cartera, n, self.now))
        assert claimed.case_ids == tuple(expected)
        later = [what for key, (where, what) in self.places.items() if key[0] == cartera and where == "later"]
        bound = [key for key, (where, _) in self.places.items() if key[0] == cartera and where == "bound"]
        later += [self.bonds[key][1] for key in bound if self.bonds[key][1]]
        assert claimed.next_due_ms in {min(later, default=None), min([*later, self.now + 1_000])}

    @rule(cartera=carteras, node=nodes, n=numbers, delay=delays, score=scores, agent=agents, grace=graces)
    def give_back(
        self, cartera: str, node: str, n: int, delay: int, score: float, agent: str, grace: int | None
    ) -> None:
        key = (cartera, CARTERAS[cartera][n - 1])
        where, until = self.places.get(key, ("", None))
        lock = self.locks.get(n)
        due = self.now + delay
        release = 0 if grace is None else due + grace
        theirs = where == "leased" and until > self.now and lock and lock[1:3] == key and lock[3] != node
        if not theirs:
            if where == "leased":
                self.unlock(key)
            self.place(key, due, score, agent, release)
        command = ReturnContact(cartera, key[1], n, due, score, "busy", agent, release_ms=release)
        assert self.run(self.queues[node].give_back([command], self.now)) == (0 if theirs else 1)

    @rule(cartera=carteras, node=nodes, n=numbers)
    def drop(self, cartera: str, node: str, n: int) -> None:
        key = (cartera, CARTERAS[cartera][n - 1])
        was_there = key in self.places
        if was_there:
            self.unlock(key)
            del self.places[key]
        assert self.run(self.queues[node].drop([DropContact(cartera, key[1], n, "D13")])) == int(was_there)

    @rule(cartera=carteras, node=nodes, some=st.sets(numbers))
    def renew(self, cartera: str, node: str, some: set[int]) -> None:
        lost = []
        for n in sorted(some):
            key = (cartera, CARTERAS[cartera][n - 1])
            if n in self.locks and self.locks[n][1:] == (*key, node) and self.places.get(key, ("",))[0] == "leased":
                self.locks[n] = (self.now + LEASE_MS, *key, node)
                self.places[key] = ("leased", self.now + LEASE_MS)
            else:
                lost.append(key[1])
        cases = [CARTERAS[cartera][n - 1] for n in sorted(some)]
        assert self.run(self.queues[node].renew(cartera, cases, self.now)) == tuple(lost)

    @rule(sure=st.integers(0, 9))
    def redis_is_flushed(self, sure: int) -> None:
        if sure == 0:
            self.run(forget(self.queues["n1"]))
            self.places, self.scores, self.locks, self.built = {}, {}, {}, set()

    # ── what must hold ──────────────────────────────────────────────────────────────────────────────

    @invariant()
    def every_case_is_in_exactly_the_place_where_the_model_has_it(self) -> None:
        found: dict[tuple[str, int], Place] = {}
        for cartera in CARTERAS:
            for key, place in self.run(self.look(cartera)):
                assert key not in found, f"{key} is in {found.get(key)} and in {place}"
                found[key] = place
        assert found == self.places

    @invariant()
    def nobody_is_on_two_calls(self) -> None:
        live = [key[1] % 10 for key, (where, until) in self.places.items() if where == "leased" and until > self.now]
        assert len(live) == len(set(live))

    async def look(self, cartera: str) -> list[tuple[tuple[str, int], Place]]:
        queue = self.queues["n1"]
        redis, (ready, later, leases, *_) = queue._redis, queue._keys(cartera)
        seen: list[tuple[tuple[str, int], Place]] = []
        for case, score in await redis.zrange(ready, 0, -1, withscores=True):
            assert score == self.scores[cartera, int(case)]
            seen.append(((cartera, int(case)), ("ready", None)))
        for name, where in ((later, "later"), (leases, "leased")):
            waiting = await redis.zrange(name, 0, -1, withscores=True)
            seen += [((cartera, int(case)), (where, int(ms))) for case, ms in waiting]
        for agent in ("e01", "e02"):
            for case, due in await redis.zrange(f"{queue._agents(cartera)}{agent}", 0, -1, withscores=True):
                assert self.bonds[cartera, int(case)][0] == agent
                seen.append(((cartera, int(case)), ("bound", int(due))))
        return seen


def test_whatever_happens_no_case_is_in_two_places_claimed_twice_or_lost(redis_url: str) -> None:
    machine = type("OnRedis", (Model,), {"url": redis_url})
    checks = settings(
        max_examples=80,
        stateful_step_count=50,
        deadline=None,
        phases=[Phase.generate],  # shrinking on a real server outlasts the test's time limit
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_state_machine_as_test(machine, settings=checks)
