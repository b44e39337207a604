"""The forms of the pretend manager interface: sessions, what goes out, and the answers that all actions share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from dialer.ami_wire import Message
from dialer.sim.ami_view import UNKNOWN, Fields

_ALL: Final = frozenset({"all"})


class Session:
    """One client's side of the conversation. `closing`: nothing more is said after what `act` has just returned."""

    def __init__(self) -> None:
        self.user = ""
        self.challenge = ""
        self.mask: frozenset[str] = _ALL
        self.closing = False

    def hears(self, privilege: str) -> bool:
        """Whether events of this class (call, user, system…) go to this client."""
        return bool(self.user) and ("all" in self.mask or privilege in self.mask)


class Out(msgspec.Struct, frozen=True):
    """One message that goes out: to one session, or (None) to every session that hears its class."""

    to: Session | None
    privilege: str
    fields: Fields


class Refusal(Exception):
    """The action cannot be done; the text is Asterisk's own."""


def action_id(message: Message) -> Fields:
    """The header that ties an answer to its action, if the action had one."""
    given = message.get("ActionID")
    return [("ActionID", given)] if given else []


def success(message: Message, text: str) -> list[Fields]:
    """The plain answer to an action that was done."""
    return [[("Response", "Success"), *action_id(message), ("Message", text)]]


def listing(
    message: Message, text: str, event: str, entries: Iterable[Fields], complete: str, counts: Fields | None = None
) -> list[Fields]:
    """A list as Asterisk sends it: a response that opens it, one event for each entry, one that closes it."""
    named = action_id(message)
    rows: list[Fields] = [[("Event", event), *named, *entry] for entry in entries]
    opening = [("Response", "Success"), *named, ("EventList", "start"), ("Message", text)]
    closing = [("Event", complete), *named, ("EventList", "Complete"), ("ListItems", str(len(rows)))]
    return [opening, *rows, [*closing, *(counts or [])]]


def event_mask(text: str) -> frozenset[str]:
    """``on``, ``off`` or a list of classes; empty means that no events are wanted."""
    words = frozenset(word.strip().lower() for word in text.split(","))
    if words & {"on", "all", "true", "yes"}:
        return _ALL
    return words - {"off", "none", "false", "no", ""}


def caller(message: Message) -> tuple[str, str]:
    """The number and the name of ``Name <number>`` or ``number``."""
    name, bracket, number = message.get("CallerID").rpartition("<")
    if not bracket:
        return number or UNKNOWN, UNKNOWN
    return number.rstrip("> "), name.strip(' "') or UNKNOWN
