"""Supervisors who take debtors over with only the floor's page open: who they are, and what keeps one from it.

On every wire, and in the engine, such a supervisor is ``sup:<code>``. They say on their page that they receive; their
headset is then called as a telephone outside is (`dialer.outgoing`), by its own endpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from agents.agent import State
from dialer.books import Books
from dialer.outside import Outing

INSIDE = "sup:"
KINDS = ("attended", "blind")


class Receiver(NamedTuple):
    """A supervisor who receives: `carteras` () is all of them, `endpoint` their headset's."""

    code: str
    name: str
    role: str
    carteras: tuple[str, ...]
    endpoint: str

    def takes(self, carteras: Collection[str]) -> bool:
        """Whether debtors of one of these are theirs to take."""
        return not self.carteras or bool(set(self.carteras).intersection(carteras))


def is_inside(to: str) -> bool:
    """Whether this is a supervisor who has only the floor's page."""
    return to.startswith(INSIDE)


def code_of(to: str) -> str:
    return to.removeprefix(INSIDE)


def taken(books: Books, to: str) -> str:
    """What the supervisor's headset is busy with on this node, as a word; "" when with nothing.

    What is being hung up counts: a headset takes one call at a time.
    """
    code = code_of(to)
    agent = books.roster.agent(code)
    if agent is not None and (agent.leg_id or agent.state is not State.DESCONECTADO):
        return "on_floor"
    outings = (one.inside for one in books.transfers.values() if isinstance(one, Outing))
    if to in (*outings, *(leg.inside for leg in books.outside.values())):
        return "busy"
    return "listening" if any(ear.by == code for ear in books.ears.values()) else ""


class Receivers:
    """One node's, by their codes. `elsewhere`: whether the supervisor listens on another node."""

    def __init__(self) -> None:
        self.known: dict[str, Receiver] = {}
        self.elsewhere: Callable[[str], bool] = lambda code: False

    def name(self, to: str) -> str:
        code = code_of(to)
        return self.known[code].name if code in self.known else code

    def endpoint(self, to: str) -> str:
        """Raises `KeyError` for one who does not receive: ask `refusal` before."""
        return self.known[code_of(to)].endpoint

    def refusal(self, to: str, cartera: str) -> str:
        """Why this one cannot be handed a debtor of the cartera, as a word, or ""."""
        one = self.known.get(code_of(to))
        if one is None:
            return "not_receiving"
        if not one.takes((cartera,)):
            return "foreign"
        return "listening" if self.elsewhere(one.code) else ""

    def offered(self, books: Books, carteras: Collection[str]) -> Sequence[dict[str, Any]]:
        """Who receives debtors of these, by name; not who is on the floor, and so a colleague like any other."""
        found = [(one, taken(books, INSIDE + one.code)) for one in self.known.values() if one.takes(carteras)]
        rows = [self._row(one, busy) for one, busy in found if busy != "on_floor"]
        return sorted(rows, key=lambda row: (row["name"], row["code"]))

    def _row(self, one: Receiver, busy: str) -> dict[str, Any]:
        state = State.HABLANDO if busy or self.elsewhere(one.code) else State.DISPONIBLE
        whom = {"code": INSIDE + one.code, "name": one.name, "role": one.role, "state": state.value}
        return {**whom, "kind": "supervisor", "kinds": list(KINDS)}
