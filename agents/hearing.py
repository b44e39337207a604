"""Understanding what a console says: a message of the protocol, or a `Problem` that says what is wrong with it."""

from __future__ import annotations

import typing
from typing import TypeVar

import msgspec

from agents.messages import CLIENT, ClientMessage, Problem
from agents.supervising import SUPERVISOR, Refusal, SupervisorSays

FRAME_BYTES_MAX = 65_536

T = TypeVar("T")
Kinds = dict[str, type[msgspec.Struct]]


def _kinds(union: object) -> Kinds:
    return {str(kind.__struct_config__.tag): kind for kind in typing.get_args(union)}


KINDS = _kinds(ClientMessage)
FLOOR_KINDS = _kinds(SupervisorSays)


def hear(frame: str | bytes) -> ClientMessage | Problem:
    """Decode one frame. Never raises, whatever the frame: nonsense comes back as ``Problem(code="nonsense")``."""
    return _hear(frame, CLIENT, KINDS)


def hear_supervisor(frame: str | bytes) -> SupervisorSays | Refusal:
    """The same for the floor's page; the refusal has the order's number where the frame has one, else 0."""
    said = _hear(frame, SUPERVISOR, FLOOR_KINDS)
    return Refusal(_number(frame), said.code, said.detail) if isinstance(said, Problem) else said


class _Number(msgspec.Struct):
    n: int = 0


def _number(frame: str | bytes) -> int:
    try:
        return msgspec.json.decode(frame, type=_Number).n
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return 0


def _hear(frame: str | bytes, decoder: msgspec.json.Decoder[T], kinds: Kinds) -> T | Problem:
    if isinstance(frame, bytes):
        return _problem("llegó en binario; los mensajes son texto JSON", kinds)
    if len(frame) > FRAME_BYTES_MAX or len(frame.encode(errors="replace")) > FRAME_BYTES_MAX:
        return _problem(f"mide más de {FRAME_BYTES_MAX} bytes, que es lo más que se acepta", kinds)
    try:
        return decoder.decode(frame)
    except msgspec.ValidationError as wrong:
        return _problem(_fault(frame, str(wrong), kinds), kinds)
    except (msgspec.DecodeError, UnicodeError) as wrong:
        return _problem(f"no es JSON ({wrong})", kinds)
    except RecursionError:
        return _problem("anida demasiados objetos o listas", kinds)


def _problem(fault: str, kinds: Kinds) -> Problem:
    return Problem("nonsense", f"No se entiende el mensaje: {fault}. Tipos que existen: {', '.join(sorted(kinds))}.")


def _fault(frame: str, wrong: str, kinds: Kinds) -> str:
    """Name the type and the field; msgspec's own words ("Expected `str`, got `int` - at `$.reason`") say the rest."""
    try:
        said = msgspec.json.decode(frame)
    except (msgspec.DecodeError, RecursionError):
        return f"no es JSON que se pueda leer ({wrong})"
    if not isinstance(said, dict):
        return "no es un objeto JSON con su «type»"
    kind = said.get("type")
    if not isinstance(kind, str):
        return "le falta «type», que es un texto" if kind is None else f"«type» debe ser un texto, no {_short(kind)}"
    if kind not in kinds:
        return f"no existe el tipo {_short(kind)}"
    return f"«{kind}» está mal formado ({wrong}); sus campos son: {_fields(kinds[kind])}"


def _short(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 40 else text[:39] + "…"


def _fields(kind: type[msgspec.Struct]) -> str:
    return ", ".join(field.encode_name for field in msgspec.structs.fields(kind)) or "ninguno"
