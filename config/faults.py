"""Validation errors as sentences: where, which key, which value, what is allowed."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

Loc = tuple[int | str, ...]
Lines = Mapping[Loc, int]

_SHOWN_MAX = 80


def sentences(where: str, bad: ValidationError, lines: Lines | None = None) -> list[str]:
    """One line for each fault in `bad`; `lines` gives the line in the file of each key's path, where it is known."""
    return [_sentence(where, dict(fault), lines or {}) for fault in bad.errors()]


def _sentence(where: str, fault: dict[str, object], lines: Lines) -> str:
    loc = fault["loc"]
    assert isinstance(loc, tuple)
    loc = tuple(part for part in loc if part != "[key]")
    return f"{_place(where, loc, lines)}: {_complaint(loc, fault)}"


def _place(where: str, loc: Loc, lines: Lines) -> str:
    for size in range(len(loc), -1, -1):
        if loc[:size] in lines:
            return f"{where}:{lines[loc[:size]]}"
    return where


def _complaint(loc: Loc, fault: dict[str, object]) -> str:
    key = ".".join(_printable(part) for part in loc) or "(whole file)"
    message = " ".join(str(fault["msg"]).removeprefix("Value error, ").split())
    if fault["type"] == "extra_forbidden":
        return f"{key}: there is no such key here; remove it or correct its spelling"
    if fault["type"] == "missing":
        return f"{key}: is missing and has no default"
    return f"{key}{_shown(key, fault.get('input'))}: {message[:1].lower() + message[1:]}"


def _printable(part: int | str) -> str:
    """A part of a key as one line can hold it."""
    plain = isinstance(part, int) or (part.isprintable() and part.strip() == part != "")
    return _cut(str(part) if plain else repr(part))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…"


def _shown(key: str, value: object) -> str:
    """The value in the sentence: nothing for whole tables, never a secret, never more than a line."""
    if isinstance(value, dict | list | tuple):
        return ""
    if "secret" in key:
        return " (value hidden)"
    return f" = {_cut(repr(value))}"
