"""Carteras that share agents: what their pacers see of each other, and that none of them is left with nothing."""

from __future__ import annotations

from typing import Any

import pytest

from dialer import commands as c
from dialer import events as e
from dialer.cartera_book import CarteraBook
from dialer.pacing.predictive import Predictive
from tests.floors import Desk, contact

BOTH = ("a", "b")
SPENT = (1_000, 31)


def desk_of(mode: str = "predictive", **agents: tuple[str, ...]) -> Desk:
    desk = Desk({"a": {"mode": mode, "ratio": 3}, "b": {"mode": mode, "ratio": 3}})
    for agent_id, carteras in agents.items():
        desk.agent(agent_id, carteras)
    return desk


def books(desk: Desk) -> tuple[CarteraBook, CarteraBook]:
    carteras = desk.engine.books.carteras
    return carteras["a"], carteras["b"]


def pacers(desk: Desk) -> tuple[Predictive, Predictive]:
    a, b = (book.pacer for book in books(desk))
    assert isinstance(a, Predictive)
    assert isinstance(b, Predictive)
    return a, b


# ── one floor, one outlook ──────────────────────────────────────────────────────────────────────────


def test_pacers_of_carteras_with_the_same_agents_look_through_one_outlook_that_knows_both() -> None:
    desk = desk_of(e1=BOTH, e2=BOTH)
    a, b = pacers(desk)
    assert a.outlook is b.outlook
    assert a.price.beside == b.price.beside == (a.price, b.price)
    book_a, book_b = books(desk)
    for pacer, book in ((a, book_a), (b, book_b)):
        assert pacer.outlook.in_flight(pacer.cartera) == book.claiming
    assert book_a.claiming + book_b.claiming > 0


def test_an_agent_of_one_cartera_alone_parts_their_outlooks_and_what_was_learned_stays_with_both() -> None:
    desk = desk_of(e1=BOTH, e2=BOTH)
    for name in BOTH:
        asked = desk.engine.books.carteras[name].claiming
        desk.feed(e.ContactsClaimed(name, asked, tuple(contact(10 * n + 1, name) for n in range(asked))))
        rung_out(desk)
    learned = pacers(desk)[0].outlook.ended("a")
    assert learned > 0
    desk.agent("e3", ("b",))
    a, b = pacers(desk)
    assert a.outlook is not b.outlook
    assert (a.outlook.ended("a"), b.outlook.ended("a")) == (learned, learned)
    assert a.price.beside == (a.price,)


def rung_out(desk: Desk) -> None:
    attempts = [command.attempt_id for command in desk.last if isinstance(command, c.RecordAttempt)]
    desk.feed(e.AttemptsRecorded(tuple(attempts)))
    for attempt in attempts:
        desk.feed(e.CallCreated(attempt))
        desk.feed(e.CallRinging(attempt))
        desk.feed(e.DialEnded(attempt, "NOANSWER"), after_ms=500)
        desk.feed(e.CallEnded(attempt, 19))


def test_of_a_rivals_persons_the_share_of_its_agents_that_are_ours_is_expected() -> None:
    desk = desk_of(e1=BOTH, e2=("b",), e3=("a",))
    a, b = books(desk)
    assert desk.engine.books.shares(a) == {"b": 0.5}
    assert desk.engine.books.shares(b) == {"a": 0.5}
    desk.feed(e.AgentPaused("e3", "baño"))
    assert desk.engine.books.shares(b) == {}, "all who work a work b too"
    assert desk.engine.books.shares(a) == {"b": 0.5}


# ── a spent budget recovers ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", ["ratio", "predictive"])
def test_whose_budget_is_spent_while_others_dial_gets_a_call_with_an_agent_held_for_it(mode: str) -> None:
    """One call for each free agent would wait for ever: the other cartera always has some on their way."""
    desk = desk_of(mode)
    desk.feed(e.BudgetCounted("a", *SPENT))
    for n in range(6):
        desk.agent(f"e{n}", BOTH)
    a, b = books(desk)
    desk.feed(e.ContactsClaimed("b", b.claiming, (contact(2, "b"),)))
    desk.feed(e.Ticked(), after_ms=1_000)
    assert a.claiming == 1
    desk.feed(e.ContactsClaimed("a", 1, (contact(1, "a"),)))
    call = desk.engine.books.calls[desk.only(c.RecordAttempt).attempt_id]
    assert call.reserved_for
    assert desk.state(call.reserved_for) == "reservado"


def test_while_it_waits_for_an_agent_its_rivals_leave_one_out_of_their_reckoning() -> None:
    def asked(spent: bool) -> Any:
        desk = desk_of("ratio")
        desk.engine.books.carteras["a"].waits = spent
        for n in range(2):
            desk.engine.books.carteras["a"].waits = spent
            desk.agent(f"e{n}", BOTH)
        return desk.engine.books.carteras["b"].decision.wanted

    assert asked(False) >= asked(True)


def test_in_a_cartera_dialled_by_hand_nothing_is_placed_for_a_spent_budget() -> None:
    desk = Desk({"a": {"mode": "manual"}, "b": {"mode": "ratio", "ratio": 3}})
    desk.feed(e.BudgetCounted("a", *SPENT))
    desk.agent("e1", BOTH)
    desk.feed(e.Ticked(), after_ms=1_000)
    assert books(desk)[0].claiming == 0
