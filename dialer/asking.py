"""What to ask of the queue: contacts for the pool of a cartera, and cases that one agent alone is to call."""

from __future__ import annotations

from agents.agent import Agent, State
from dialer.books import Books, CarteraBook
from dialer.commands import ClaimContacts, Command, CountNotPlaced, NotePacing
from dialer.pacing.view import View

COUNT_EVERY_MS = 1_000


# ── pace ────────────────────────────────────────────────────────────────────────────────────────────


def pace(books: Books, out: list[Command]) -> None:
    """Ask each cartera's strategy, the one that has had least for its weight first, and claim what may be placed.

    What a cartera did not want while others did is no credit: who comes late begins at the present `turn`.
    """
    books.uneven = False
    _ask_own(books, out)
    for name in sorted(books.carteras, key=lambda name: (books.carteras[name].served, name)):
        _pace_one(books, name, books.carteras[name], out)
        _previews(books, name, books.carteras[name], out)


def _pace_one(books: Books, name: str, book: CarteraBook, out: list[Command]) -> None:
    free = books.roster.free_count(name) - _pledged(books, name, book)
    in_flight = _in_flight_with_rivals(books, name, book)
    wanted = _wanted(books, book, free, in_flight, len(book.waiting))
    count, bound_by = _bounded(books, book, wanted)
    if wanted > count and bound_by != book.resting:
        count_not_placed(books, name, book, bound_by, wanted - count, out)
    if count:
        book.claiming += count
        books.turn = max(books.turn, book.served)
        book.served = books.turn + count / book.strategy.weight
        _spend(books, count)
        out.append(ClaimContacts(name, count))
    if count or book.noted != (wanted, bound_by):
        book.noted = (wanted, bound_by)
        out.append(NotePacing(name, wanted, count, free, in_flight, len(book.waiting), bound_by))


def _wanted(books: Books, book: CarteraBook, free: int, in_flight: int, waiting: int) -> int:
    view = View(free=free, dialing=in_flight, waiting=waiting, budget=book.budget(books.now_ms))
    return book.pacer.calls_to_place(view, books.now_ms)


def _in_flight_with_rivals(books: Books, name: str, book: CarteraBook) -> int:
    """Calls in flight of this cartera and of those that share agents with it: any of them may take its free agents."""
    if book.rivals is None:
        book.rivals = tuple(other for other in books.carteras if other == name or books.roster.shared(name, other))
    return sum(books.carteras[other].in_flight + books.carteras[other].claiming for other in book.rivals)


def _bounded(books: Books, book: CarteraBook, wanted: int) -> tuple[int, str]:
    """How many of the wanted calls may be placed now, and what bound them (empty: nothing did)."""
    if not wanted or books.closed:
        return 0, ""
    if reason := forbidden(books, book):
        return 0, reason
    if books.now_ms < book.not_before_ms:
        return 0, book.resting
    return _by_lines(books, wanted)


def forbidden(books: Books, book: CarteraBook) -> str:
    """What keeps the cartera from placing any call now, or ""."""
    if books.closed:
        return "floor_closed"
    if not book.strategy.enabled:
        return "cartera_disabled"
    return "" if books.pbx_ready else "pbx_down"


def _by_lines(books: Books, wanted: int) -> tuple[int, str]:
    """A line is taken as soon as a contact is asked for: by the pool, by an agent, or while its card is being read."""
    taken = len(books.calls) + len(books.asking) + len(books.previews)
    lines = books.floor.limits.calls_max - taken - sum(b.claiming for b in books.carteras.values())
    if lines < wanted:
        return max(0, lines), "lines_max"
    return _by_rate(books, wanted, books.floor.limits.calls_per_s_max)


def _spend(books: Books, count: int) -> None:
    books.tokens_ms += round(count * 1000 / books.floor.limits.calls_per_s_max)


def _by_rate(books: Books, wanted: int, per_s: float) -> tuple[int, str]:
    """The calls-per-second limit as one second's bucket: `tokens_ms` is the time up to which it is spent."""
    start = books.now_ms - 1000
    books.tokens_ms = max(books.tokens_ms, start)
    allowed = max(1 if books.tokens_ms == start else 0, int((books.now_ms - books.tokens_ms) * per_s / 1000))
    if allowed >= wanted:
        return wanted, ""
    if books.rate_wake_ms <= books.now_ms:  # one at a time, else each event under the limit would add a wake for ever
        books.rate_wake_ms = books.now_ms + max(1, round(1000 / per_s))
        books.wake(books.rate_wake_ms, "pace", "")
    return allowed, "calls_per_s_max"


def count_not_placed(books: Books, name: str, book: CarteraBook, reason: str, count: int, out: list[Command]) -> None:
    """A limit that goes on refusing the same calls is counted once a second, not once a look."""
    if books.now_ms - book.counted_ms.get(reason, -COUNT_EVERY_MS) >= COUNT_EVERY_MS:
        book.counted_ms[reason] = books.now_ms
        out.append(CountNotPlaced(name, reason, count))


# ── cases of one agent's own ─────────────────────────────────────────────────────────────────────────


def _ask_own(books: Books, out: list[Command]) -> None:
    """Callbacks and manual lists that are due come before everything else, each for its own agent."""
    for name, book in books.carteras.items():
        for agent_id in book.due:
            agent = books.roster.agent(agent_id)
            if agent is not None and _may_be_held(books, name, agent):
                _ask_for(books, name, book, agent, False, out)


def _previews(books: Books, name: str, book: CarteraBook, out: list[Command]) -> None:
    """A cartera dialled by hand: each free agent gets a card, the one who has been free longest first."""
    if book.strategy.mode != "preview" or books.now_ms < book.not_before_ms:
        return
    for agent_id in tuple(books.roster.free.get(name, ())):
        agent = books.roster.agents[agent_id]
        if book.resting == "queue_empty" and name in books.asking.values():
            return  # one asks whether there is anybody again, not all of them
        if not _may_be_held(books, name, agent):
            continue
        if not _ask_for(books, name, book, agent, True, out):
            return
        books.turn = max(books.turn, book.served)
        book.served = books.turn + 1 / book.strategy.weight


def _ask_for(books: Books, name: str, book: CarteraBook, agent: Agent, pool: bool, out: list[Command]) -> bool:
    """Hold the agent and ask the queue for one contact that is theirs alone to call; False when a limit forbids it.

    The console is not told before there is one: most of the time that is a millisecond later, or never.
    """
    reason = forbidden(books, book)
    count, bound_by = (0, reason) if reason else _by_lines(books, 1)
    if not count:
        if bound_by != "floor_closed":
            count_not_placed(books, name, book, bound_by, 1, out)
        return False
    _spend(books, 1)
    books.asking[agent.agent_id] = name
    books.hold(agent)
    out.append(ClaimContacts(name, 1, agent.agent_id, pool))
    return True


def _may_be_held(books: Books, name: str, agent: Agent) -> bool:
    """Whether the agent is free, and not counted on by a call in flight that somebody may be about to answer."""
    return _is_due(books, name, agent) and all(
        _can_spare(books, other, books.carteras[other]) for other in agent.carteras if other in books.carteras
    )


def _is_due(books: Books, name: str, agent: Agent) -> bool:
    rested = books.rested.get(agent.agent_id, 0) <= books.now_ms
    return agent.state is State.DISPONIBLE and name in agent.carteras and rested


def _can_spare(books: Books, name: str, book: CarteraBook) -> bool:
    """Whether with one agent fewer the strategy would still want all the calls that are on their way."""
    if book.strategy.mode == "preview":
        return True
    on_their_way = _in_flight_with_rivals(books, name, book) + len(book.waiting)
    if not on_their_way:
        return True
    return _wanted(books, book, books.roster.free_count(name) - 1, 0, 0) >= on_their_way


def _pledged(books: Books, name: str, book: CarteraBook) -> int:
    """Free agents for whom a case of their own waits: the pool places no new call by them."""
    if not book.due:
        return 0
    agents = (books.roster.agent(agent_id) for agent_id in book.due)
    return sum(1 for agent in agents if agent is not None and _is_due(books, name, agent))
