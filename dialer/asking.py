"""What to ask of the queue: contacts for the pool of a cartera, and cases that one agent alone is to call."""

from __future__ import annotations

from agents.agent import Agent, State
from dialer import matching
from dialer.books import Books
from dialer.call import Stage
from dialer.cartera_book import CarteraBook
from dialer.commands import ClaimContacts, Command, CountNotPlaced, NotePacing
from dialer.pacing.predictive import RANG_LEAST_MS
from dialer.pacing.view import View

COUNT_EVERY_MS = 1_000
NO_END = 1_000_000
EASE = 2.0
"""Where a call more or less is some part of an agent, the risk of one more swings about the price by so much."""


# ── pace ────────────────────────────────────────────────────────────────────────────────────────────


def pace(books: Books, out: list[Command]) -> None:
    """Ask each cartera's strategy, the one that has had least for its weight first, and claim what may be placed.

    What a cartera did not want while others did is no credit: who comes late begins at the present `turn`.
    """
    books.uneven = False
    books.looked_ms = books.now_ms
    _ask_own(books, out)
    for name in sorted(books.carteras, key=lambda name: (books.carteras[name].served, name)):
        _pace_one(books, name, books.carteras[name], out)
        _previews(books, name, books.carteras[name], out)


def _pace_one(books: Books, name: str, book: CarteraBook, out: list[Command]) -> None:
    view = _view(books, book, _pledged(books, name, book) + _left_out(books, book))
    wanted = _wanted(books, book, view)
    count, bound_by = _bounded(books, book, wanted)
    if book.decision.bound_by == "room" and not bound_by:
        bound_by = _by_lines(books, wanted + 1)[1]
        count_not_placed(books, name, book, bound_by, 1, out)
    if wanted > count and bound_by != book.resting:
        count_not_placed(books, name, book, bound_by, wanted - count, out)
    if count:
        books.claim(book, count)
        books.turn = max(books.turn, book.served)
        book.served = books.turn + count / book.terms.weight
        spend(books, count)
        out.append(ClaimContacts(name, count))
    _note(books, book, view, count, bound_by, out)
    if book.terms.hang_up_overdialed:
        _give_up(books, book, view, out)


def _wanted(books: Books, book: CarteraBook, view: View) -> int:
    """What the cartera's strategy asks for, and its reasons with it.

    Who has spent the budget while others dial for the same agents needs an agent held for each call: one call for each
    free agent would wait until the others have none on its way, and the share would never recover.
    """
    wanted = book.pacer.calls_to_place(view, books.now_ms)
    book.decision = book.pacer.why()
    book.guaranteed = book.decision.bound_by == "budget" and len(books.rivals(book)) > 1
    book.waits = book.guaranteed and _in_turn(books, book)
    if book.guaranteed:
        wanted = _guaranteed(books, book, view)
        book.decision = book.decision._replace(wanted=wanted)
    return wanted


def _in_turn(books: Books, book: CarteraBook) -> bool:
    """Whether no rival at work has had less for its weight, and nothing else keeps the cartera from a call."""
    first = all(book.served <= rival.served for rival in books.rivals(book) if rival.sight.in_flight)
    return first and not book.claiming and bool(_bounded(books, book, 1)[0])


def _guaranteed(books: Books, book: CarteraBook, view: View) -> int:
    """One call at a time; until an agent can be spared, the rivals leave one out of their reckoning (`_left_out`)."""
    if not book.waits or view.free <= 0 or not all(_at_ease(rival) for rival in books.rivals(book)):
        return 0
    return 1 if spared(books, book) is not None else 0


def _at_ease(rival: CarteraBook) -> bool:
    """Whether its calls on their way can do without the agent that its last look left out already."""
    return not rival.listens or not rival.sight.in_flight or rival.decision.risk <= EASE * rival.decision.price


def _left_out(books: Books, book: CarteraBook) -> int:
    """Agents that rivals who have spent their budget wait for; who waits for one as well takes them in turn."""
    return 0 if book.guaranteed else sum(1 for rival in books.rivals(book) if rival.waits and rival is not book)


def _view(books: Books, book: CarteraBook, pledged: int) -> View:
    """The cartera's floor as it is now. Contacts that are being claimed are on their way already."""
    book.taken = -pledged
    dialing = detecting = waiting = 0
    for rival in books.rivals(book):
        own = rival.sight.own
        dialing += own["dialing"] + rival.claiming
        detecting += own["detecting"]
        waiting += len(rival.waiting)
    at_work = book.sight.at_work
    return View(
        at_work["free"] - pledged,
        at_work["talking"],
        at_work["wrapping"],
        dialing,
        detecting,
        waiting,
        _room(books) if book.listens else NO_END,
        book.terms.wait_ms,
        book.budget(books.now_ms),
        book.sight.agents,
        book.sight.calls,
        books.shares(book),
    )


def _note(books: Books, book: CarteraBook, view: View, count: int, bound_by: str, out: list[Command]) -> None:
    """For boards and the journal: when something changed, and once a second where there are figures that drift.

    A strategy that looks only now and then has nothing to say in between.
    """
    why = book.decision
    noted = (why.wanted, bound_by, why.bound_by)
    stale = book.listens and books.now_ms - book.noted_ms >= COUNT_EVERY_MS
    if not count and (why.bound_by == "period" or (noted == book.noted and not stale)):
        return
    book.noted, book.noted_ms = noted, books.now_ms
    floor = (max(0, view.free), view.in_flight, len(book.waiting))
    figures = (_told(why.answers, 3), _told(why.supply, 3), _told(why.price, 5), _told(why.risk, 5))
    budget_left = _told(why.budget_left, 2)
    out.append(NotePacing(book.name, why.wanted, count, *floor, bound_by, why.bound_by, *figures, budget_left))


def _told(figure: float, digits: int) -> float:
    """Rounded, which takes so long that it is worth asking whether there is anything to round."""
    return round(figure, digits) if figure else 0.0


def _give_up(books: Books, book: CarteraBook, view: View, out: list[Command]) -> None:
    """Hang up what is too much by now, and has rung for as long as the law wants it to ring."""
    for call_id in book.pacer.calls_to_cancel(view, books.now_ms):
        call = books.calls.get(call_id)
        if call is not None and call.stage is Stage.RINGING and books.now_ms - call.moved_ms >= RANG_LEAST_MS:
            call.given_up = True
            matching.hang_up(books, call, out)


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
    if not book.terms.enabled:
        return "cartera_disabled"
    if book.held:
        return "held"
    return "" if books.pbx_ready else "pbx_down"


def _by_lines(books: Books, wanted: int) -> tuple[int, str]:
    """A line is taken as soon as a contact is asked for: by the pool, by an agent, or while its card is being read."""
    lines = lines_left(books)
    if lines < wanted:
        return lines, "lines_max"
    return _by_rate(books, wanted, books.limits.calls_per_s_max)


def lines_left(books: Books) -> int:
    """How many more calls may be on the trunk; a telephone outside that is called to take a debtor over is one."""
    outside = sum(not leg.inside for leg in books.outside.values())
    taken = len(books.calls) + len(books.asking) + len(books.previews) + outside
    return max(0, books.limits.calls_max - taken - sum(b.claiming for b in books.carteras.values()))


def _room(books: Books) -> int:
    return min(lines_left(books), _allowed(books, books.limits.calls_per_s_max))


def spend(books: Books, count: int) -> None:
    """Calls that count in the rate; who does not ask it first is paid for by those who come next."""
    books.tokens_ms += round(count * 1000 / books.limits.calls_per_s_max)


def _by_rate(books: Books, wanted: int, per_s: float) -> tuple[int, str]:
    """The calls-per-second limit as one second's bucket: `tokens_ms` is the time up to which it is spent."""
    allowed = _allowed(books, per_s)
    if allowed >= wanted:
        return wanted, ""
    if books.rate_wake_ms <= books.now_ms:  # one at a time, else each event under the limit would add a wake for ever
        books.rate_wake_ms = books.now_ms + max(1, round(1000 / per_s))
        books.wake(books.rate_wake_ms, "pace", "")
    return allowed, "calls_per_s_max"


def _allowed(books: Books, per_s: float) -> int:
    start = books.now_ms - 1000
    books.tokens_ms = max(books.tokens_ms, start)
    return max(1 if books.tokens_ms == start else 0, int((books.now_ms - books.tokens_ms) * per_s / 1000))


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
    if not book.terms.preview or books.now_ms < book.not_before_ms:
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
        book.served = books.turn + 1 / book.terms.weight


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
    spend(books, 1)
    books.asking[agent.agent_id] = name
    books.hold(agent)
    out.append(ClaimContacts(name, 1, agent.agent_id, pool))
    return True


def spared(books: Books, book: CarteraBook) -> Agent | None:
    """Who has been free longest among those who can be held for one call alone; None: nobody."""
    agents = (books.roster.agents[agent_id] for agent_id in books.roster.free.get(book.name, ()))
    return next((agent for agent in agents if _may_be_held(books, book.name, agent)), None)


def _may_be_held(books: Books, name: str, agent: Agent) -> bool:
    """Whether the agent is free, and not counted on by a call in flight that somebody may be about to answer."""
    return _is_due(books, name, agent) and all(
        _can_spare(books, other, books.carteras[other]) for other in agent.carteras if other in books.carteras
    )


def _is_due(books: Books, name: str, agent: Agent) -> bool:
    rested = books.rested.get(agent.agent_id, 0) <= books.now_ms
    return agent.state is State.DISPONIBLE and name in agent.carteras and rested


def _can_spare(books: Books, name: str, book: CarteraBook) -> bool:
    """Whether the calls on their way can do with one agent fewer.

    A strategy that only counts is asked whether it would want them all. One that listens is not asked what it must not
    learn from: at its last look it knew how many persons to expect and how many agents. Who has an agent held for each
    call needs no others.
    """
    if book.terms.preview or book.guaranteed:
        return True
    rivals = books.rivals(book)
    claims = sum(rival.claiming for rival in rivals if not rival.guaranteed)
    on_their_way = sum(rival.in_flight for rival in rivals) + claims + len(book.waiting)
    if not on_their_way:
        return True
    if book.listens:
        return book.decision.supply - (book.taken + 1) >= book.decision.answers
    fewer = View(free=books.roster.free_count(name) - 1, budget=book.budget(books.now_ms))
    return book.pacer.calls_to_place(fewer, books.now_ms) >= on_their_way


def _pledged(books: Books, name: str, book: CarteraBook) -> int:
    """Free agents for whom a case of their own waits: the pool places no new call by them."""
    if not book.due:
        return 0
    agents = (books.roster.agent(agent_id) for agent_id in book.due)
    return sum(1 for agent in agents if agent is not None and _is_due(books, name, agent))
