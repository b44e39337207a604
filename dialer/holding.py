"""A cartera stopped by a person: nothing more is placed for it, callbacks and manual lists included.

What is in flight goes on. What was claimed and not placed goes back as it was (`placing` asks `CarteraBook.held`),
and a card that is being read leaves the screen: its button would do nothing.
"""

from __future__ import annotations

from dialer import matching, placing
from dialer.books import Books
from dialer.commands import Command, CountNotPlaced
from dialer.events import CarteraHeld, CarteraReleased


def on_held(books: Books, event: CarteraHeld, out: list[Command]) -> None:
    book = books.carteras.get(event.cartera)
    if book is None:
        return
    book.held = True
    books.uneven = True
    for agent_id, contact in tuple(books.previews.items()):
        if contact.cartera == event.cartera:
            del books.previews[agent_id]
            out.append(CountNotPlaced(event.cartera, "held", 1))
            out.append(placing.give_back(books, contact, books.now_ms, "held"))
            matching.release(books, books.roster.agents[agent_id], "", out)


def on_released(books: Books, event: CarteraReleased, out: list[Command]) -> None:
    book = books.carteras.get(event.cartera)
    if book is not None:
        book.held = False
        books.uneven = True
