"""Every event and every command survives the journal: JSON and back, nothing lost, nothing personal."""

from __future__ import annotations

import re
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer import commands, events
from dialer.contact import Contact, Phone, Touch
from dialer.engine import HANDLERS

WORDS: list[type] = [*get_args(events.AnyEvent), *get_args(commands.AnyCommand)]
PERSONAL = re.compile(r"name|nombre|rut|number|telefono|e164|mail|address|direccion|comment|comentario|amount|saldo")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=12),
    int: st.integers(-(2**53), 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    dict[str, Any]: st.dictionaries(st.text(max_size=5), json_values, max_size=3),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a field's type."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return structs(hint)
    inner = get_args(hint)
    if get_origin(hint) is dict:
        return st.dictionaries(values(inner[0]), values(inner[1]), max_size=3)
    if inner[-1] is Ellipsis:
        return st.lists(values(inner[0]), max_size=3).map(tuple)
    return st.one_of([values(one) for one in inner])


def structs(kind: type) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{name: values(hint) for name, hint in get_type_hints(kind).items() if name[0] != "_"})


def decoder(kind: type) -> msgspec.json.Decoder[Any]:
    return events.EVENTS if issubclass(kind, events.Event) else commands.COMMANDS


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
@given(st.data())
def test_each_event_and_command_survives_json_both_ways(kind: type, data: st.DataObject) -> None:
    one = data.draw(structs(kind))
    text = msgspec.json.encode(one)
    again = decoder(kind).decode(text)
    assert again == one
    assert type(again) is kind
    assert msgspec.json.encode(again) == text


def test_the_closed_lists_hold_every_event_and_every_command() -> None:
    assert set(get_args(events.AnyEvent)) == set(events.Event.__subclasses__())
    assert set(get_args(commands.AnyCommand)) == set(commands.Command.__subclasses__())


def test_the_engine_has_an_answer_to_every_event() -> None:
    assert set(HANDLERS) == set(get_args(events.AnyEvent))


@pytest.mark.parametrize("kind", [*WORDS, Contact, Phone, Touch], ids=lambda kind: kind.__name__)
def test_nothing_that_enters_the_journal_has_room_for_what_names_a_person(kind: type) -> None:
    assert [name for name in get_type_hints(kind) if PERSONAL.search(name)] == []


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_each_event_and_command_says_what_it_means(kind: type) -> None:
    assert kind.__doc__ and kind.__doc__.strip()


@pytest.mark.parametrize(
    "line", [b"{}", b'{"type":"Nonsense"}', b'{"type":"CallEnded"}', b'{"type":"PlaceCall"}', b"\xff"]
)
def test_what_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        events.EVENTS.decode(line)
