"""The consoles' protocol as TypeScript, made from the messages themselves: ``python -m agents.protocol_ts > FILE``.

The page's compiler then finds what the two sides would otherwise find out on the floor; a test holds the file to this.
"""

from __future__ import annotations

import inspect
import json
import types
import typing
from collections.abc import Callable, Iterable, Iterator

import msgspec

from agents import messages, supervising
from agents.agent import State

HEAD = "// Made by `python -m agents.protocol_ts` from agents/messages.py and agents/supervising.py: edit those.\n"
LINE_MAX = 120
UNIONS = {
    "ClientMessage": messages.ClientMessage,
    "ServerMessage": messages.ServerMessage,
    "SupervisorSays": supervising.SupervisorSays,
    "SupervisorHears": supervising.SupervisorHears,
}
PLAIN: dict[object, str] = {str: "string", int: "number", float: "number", bool: "boolean", typing.Any: "unknown"}


def typescript() -> str:
    """The whole file: one interface for each message (prefixed ``Floor`` for the supervisor's), then the unions."""
    parts = [HEAD, _choice("State", map(_word, State))]
    seen: set[type] = set()
    for union in UNIONS.values():
        for kind in _closure(typing.get_args(union)):
            if kind not in seen:
                seen.add(kind)
                parts.append(_interface(kind))
    for name, union in UNIONS.items():
        parts.append(_choice(name, map(_name, typing.get_args(union))))
    return "\n".join(parts)


def _choice(name: str, among: Iterable[str]) -> str:
    """On one line where it fits, as the page's formatter would have it."""
    each = list(among)
    line = f"export type {name} = {' | '.join(each)};\n"
    return line if len(line) <= LINE_MAX + 1 else f"export type {name} =\n  | " + "\n  | ".join(each) + ";\n"


def _words(values: Iterable[object]) -> str:
    return " | ".join(map(_word, values))


def _word(value: object) -> str:
    return json.dumps(str(value))


def _closure(kinds: Iterable[type]) -> Iterator[type]:
    """Each message after the structs that its fields are made of."""
    for kind in kinds:
        for hint in typing.get_type_hints(kind).values():
            yield from _closure(one for one in _inside(hint) if _is_struct(one))
        yield kind


def _is_struct(hint: object) -> typing.TypeGuard[type]:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


def _inside(hint: object) -> Iterator[object]:
    yield hint
    for part in typing.get_args(hint):
        yield from _inside(part)


def _name(kind: type) -> str:
    return f"Floor{kind.__name__}" if kind.__module__ == supervising.__name__ else kind.__name__


def _interface(kind: type) -> str:
    struct: type[msgspec.Struct] = kind
    hints, tag = typing.get_type_hints(struct), struct.__struct_config__.tag
    lines = [f"  type: {_words([tag])};"] if tag else []
    lines += [
        f"  {field.encode_name}{'' if field.required else '?'}: {_type(hints[field.name])};"
        for field in msgspec.structs.fields(struct)
    ]
    doc = inspect.cleandoc(kind.__doc__ or "").splitlines()[0] if kind.__doc__ else ""
    head = f"/** {doc} */\n" if doc and not doc.startswith(kind.__name__ + "(") else ""
    return f"{head}export interface {_name(kind)} {{\n" + "\n".join(lines) + "\n}\n"


def _type(hint: object) -> str:
    if hint is State or hint in PLAIN:
        return "State" if hint is State else PLAIN[hint]
    if _is_struct(hint):
        return _name(hint)
    form = FORMS.get(typing.get_origin(hint))
    if form is None:
        raise TypeError(f"{hint!r} has no TypeScript form here: teach agents/protocol_ts.py")
    return form(typing.get_args(hint))


def _either(args: tuple[object, ...]) -> str:
    return " | ".join("null" if one is types.NoneType else _type(one) for one in args)


FORMS: dict[object, Callable[[tuple[typing.Any, ...]], str]] = {
    typing.Annotated: lambda args: _type(args[0]),
    typing.Literal: _words,
    typing.Union: _either,
    types.UnionType: _either,
    tuple: lambda args: f"readonly {_type(args[0])}[]",
    dict: lambda args: f"Record<{_type(args[0])}, {_type(args[1])}>",
}


if __name__ == "__main__":
    print(typescript(), end="")
