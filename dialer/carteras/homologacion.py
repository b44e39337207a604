"""Our results in a mandante's words, and the file that carries them.

A homologación says, for each of our codes, what the mandante calls it, and which columns its file has. It guesses
nothing: a code that it does not map, a character that the file's encoding lacks, a text that its column cannot hold
block their row, and the row is listed with its reason. What went in is what came out plus what was blocked, always.

Every cell is made harmless: control characters and line breaks become blanks, and a text that a spreadsheet would take
for a formula (it begins with = + - @) gets an apostrophe before it. Plain numbers, signed or not, stay as they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

import msgspec
from pydantic import Field, ValidationError, model_validator

from config.faults import Lines, sentences
from config.settings import Model

Kind = Literal["gestiones", "compromisos"]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
State = Annotated[str, Field(pattern=r"^(vigente|cumplida|parcial|rota|editada)$")]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Value = Annotated[str, Field(max_length=120)]
Words = dict[Key, Value]
Reason = Literal["unmapped", "encoding", "too_long"]

REASONS: dict[str, str] = {
    "unmapped": "el código o estado no está en la homologación",
    "encoding": "un carácter no existe en la codificación del archivo",
    "too_long": "el texto no cabe en su columna",
}
"""Why a row is blocked: the closed list."""

DATE_WORDS = r"^(dd|mm|yyyy|yy)[-/.]?(dd|mm|yyyy|yy)[-/.]?(dd|mm|yyyy|yy)$"
TIMES = {"HH:MM:SS": "{0}:{1}:{2}", "HH:MM": "{0}:{1}", "HHMMSS": "{0}{1}{2}", "HHMM": "{0}{1}"}


class HomologacionError(Exception):
    """The homologación cannot be used; the message has one line for each fault."""


class Hecho(msgspec.Struct, frozen=True):
    """A gestión, or a compromiso with the gestión that it was made in.

    RUT ``12345678-5``, telephone E.164, `at_local` and `promise_due` ISO (``2026-11-20T15:30:05``, ``2026-11-30``) in
    the zone of the floor. What is not there is empty.
    """

    id: int
    code: str
    at_local: str
    rut: str
    name: str = ""
    cartera: str = ""
    phone: str = ""
    email: str = ""
    comment: str = ""
    agent: str = ""
    promise_due: str = ""
    promise_amount: Decimal | None = None
    currency: str = ""
    promise_state: str = ""


class Formato(Model):
    """How the file is written. `rut`, `phone`, `date` and `time` by example; `quote` all: every cell in quotes."""

    file: Literal["csv", "xlsx"] = "csv"
    encoding: Literal["utf-8", "utf-8-sig", "cp1252", "latin-1"] = "cp1252"
    delimiter: Literal[";", ",", "\t", "|"] = ";"
    header: bool = True
    quote: Literal["minimal", "all"] = "minimal"
    rut: Literal["12345678-5", "12.345.678-5", "123456785", "12345678"] = "12345678-5"
    date: Annotated[str, Field(pattern=DATE_WORDS)] = "dd-mm-yyyy"
    time: Literal["HH:MM:SS", "HH:MM", "HHMMSS", "HHMM"] = "HH:MM:SS"
    decimal: Literal[",", "."] = ","
    phone: Literal["+56912345678", "56912345678", "912345678"] = "56912345678"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        words = sorted(re.findall(r"dd|mm|yyyy|yy", self.date))
        if words not in (["dd", "mm", "yyyy"], ["dd", "mm", "yy"]):
            raise ValueError("date must name day, month and year once each, as in dd-mm-yyyy")
        return self


class Columna(Model):
    """One column of the file: a `field` of ours, a word of the mandante's for the `code` or the promise's `state`, or
    a `constant`. `max`: how many characters it holds; 0: any number."""

    header: Annotated[str, Field(min_length=1, max_length=80)]
    field: str = ""
    code: str = ""
    state: str = ""
    constant: str | None = None
    max: Annotated[int, Field(ge=0, le=4000)] = 0

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [name for name in ("field", "code", "state") if getattr(self, name)]
        if len(given) + (self.constant is not None) != 1:
            raise ValueError("a column takes exactly one of field, code, state and constant")
        if self.field and self.field not in FIELDS:
            raise ValueError(f"there is no field {self.field!r}; there are: {', '.join(FIELDS)}")
        return self


class Archivo(Model):
    """The columns of one kind of file, in their order."""

    columns: Annotated[tuple[Columna, ...], Field(min_length=1, max_length=100)]


class Homologacion(Model):
    """One mandante's file. `codes`: for each code of ours, the mandante's words by key; `states`: the same for the
    states of a compromiso (vigente, cumplida, parcial, rota, editada)."""

    mandante: Name
    version: Annotated[int, Field(ge=1)] = 1
    format: Formato = Formato()
    gestiones: Archivo
    compromisos: Archivo | None = None
    codes: dict[Annotated[str, Field(min_length=1, max_length=100)], Words]
    states: Annotated[dict[State, Words], Field(default_factory=dict)]

    def columns(self, kind: Kind) -> tuple[Columna, ...]:
        """Raises `HomologacionError` where the mandante has no file of this kind."""
        archivo = self.gestiones if kind == "gestiones" else self.compromisos
        if archivo is None:
            raise HomologacionError(f"{self.mandante}: the homologación has no file of {kind}; give it its columns")
        return archivo.columns


class Fila(msgspec.Struct, frozen=True):
    """A row of the file: whose it is, and its cells."""

    id: int
    cells: tuple[str, ...]


class Bloqueada(msgspec.Struct, frozen=True):
    """A row that is not in the file: why (`REASONS`), in which column, and the sentence for a person."""

    id: int
    code: str
    reason: Reason
    column: str
    detail: str


class Salida(msgspec.Struct, frozen=True):
    """What came of the rows that went in: each is in one of the two."""

    rows: tuple[Fila, ...]
    blocked: tuple[Bloqueada, ...]

    @property
    def unmapped(self) -> dict[str, int]:
        """How many rows each unmapped code or state blocks."""
        found: dict[str, int] = {}
        for one in self.blocked:
            if one.reason == "unmapped":
                found[one.code] = found.get(one.code, 0) + 1
        return dict(sorted(found.items()))


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


def parse(raw: object, where: str, lines: Lines | None = None) -> Homologacion:
    """A homologación from its decoded YAML. Raises `HomologacionError` with one line for each fault."""
    try:
        it = Homologacion.model_validate(raw)
    except ValidationError as bad:
        raise HomologacionError("\n".join(sentences(where, bad, lines))) from None
    faults = check(it)
    if faults:
        raise HomologacionError("\n".join(f"{where}: {fault}" for fault in faults))
    return it


def check(it: Homologacion) -> list[str]:
    """Everything wrong with a homologación that can be read: one sentence each."""
    kinds: list[tuple[Kind, Archivo | None]] = [("gestiones", it.gestiones), ("compromisos", it.compromisos)]
    return [fault for kind, archivo in kinds if archivo for fault in _archivo_faults(it, kind, archivo.columns)]


def _archivo_faults(it: Homologacion, kind: Kind, columns: tuple[Columna, ...]) -> Iterator[str]:
    headers = [column.header for column in columns]
    for header in sorted({one for one in headers if headers.count(one) > 1}):
        yield f"{kind}: two columns are called {header!r}"
    for column in columns:
        yield from (f"{kind}: column {column.header!r}: {fault}" for fault in _column_faults(it, kind, column))


def _column_faults(it: Homologacion, kind: Kind, column: Columna) -> Iterator[str]:
    if column.state and kind == "gestiones":
        yield "a gestión has no state; state belongs in the file of compromisos"
    for source, words in ((column.code, it.codes), (column.state, it.states)):
        lacking = [ours for ours, theirs in words.items() if source and source not in theirs]
        if lacking:
            yield f"{', '.join(lacking)}: give no {source!r}, which the column needs"
    for text in (column.header, column.constant or ""):
        if _foreign(text, it.format):
            yield f"{text!r} cannot be written in {it.format.encoding}"


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────


def rows(hechos: Iterable[Hecho], it: Homologacion, kind: Kind = "gestiones") -> Salida:
    """Each one as a row of the mandante's file, or blocked. Raises `HomologacionError` for a kind it has no file of."""
    columns = it.columns(kind)
    made: list[Fila] = []
    blocked: list[Bloqueada] = []
    for hecho in hechos:
        one = _row(hecho, it, columns, kind)
        if isinstance(one, Fila):
            made.append(one)
        else:
            blocked.append(one)
    return Salida(tuple(made), tuple(blocked))


def _row(hecho: Hecho, it: Homologacion, columns: tuple[Columna, ...], kind: Kind) -> Fila | Bloqueada:
    unknown = _unknown(hecho, it, columns, kind)
    if unknown is not None:
        detail = f"«{unknown}» no está en la homologación de {it.mandante}: agréguelo y exporte de nuevo"
        return Bloqueada(hecho.id, unknown, "unmapped", "", detail)
    cells: list[str] = []
    for column in columns:
        cell = safe(_source(column, hecho, it))
        fault = _cell_fault(cell, column, it.format)
        if fault:
            return Bloqueada(hecho.id, hecho.code, fault[0], column.header, fault[1])
        cells.append(cell)
    return Fila(hecho.id, tuple(cells))


def _unknown(hecho: Hecho, it: Homologacion, columns: tuple[Columna, ...], kind: Kind) -> str | None:
    """The code or state that the row needs and the homologación lacks; a gestión always needs its code mapped."""
    if (kind == "gestiones" or any(column.code for column in columns)) and hecho.code not in it.codes:
        return hecho.code
    if any(column.state for column in columns) and hecho.promise_state not in it.states:
        return hecho.promise_state
    return None


def _source(column: Columna, hecho: Hecho, it: Homologacion) -> str:
    if column.field:
        return FIELDS[column.field](hecho, it.format)
    if column.code:
        return it.codes[hecho.code][column.code]
    if column.state:
        return it.states[hecho.promise_state][column.state]
    return column.constant or ""


def _cell_fault(cell: str, column: Columna, how: Formato) -> tuple[Reason, str] | None:
    if column.max and len(cell) > column.max:
        return "too_long", f"«{column.header}» admite {column.max} caracteres y el texto tiene {len(cell)}"
    bad = _foreign(cell, how)
    if bad:
        return "encoding", f"el carácter {bad!r} (U+{ord(bad):04X}) de «{column.header}» no existe en {how.encoding}"
    return None


def _foreign(text: str, how: Formato) -> str:
    """The first character that the file's encoding lacks."""
    try:
        text.encode("utf-8" if how.file == "xlsx" else how.encoding)
    except UnicodeEncodeError as bad:
        return text[bad.start]
    return ""


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]+")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def safe(text: str) -> str:
    """The text on one line, and no formula to any spreadsheet."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    return f"'{line}" if line.startswith(_FORMULA) and not _NUMBER.fullmatch(line) else line


# ── fields ──────────────────────────────────────────────────────────────────────────────────────────


def _rut(hecho: Hecho, how: Formato) -> str:
    body, _, digit = hecho.rut.partition("-")
    dotted = f"{int(body):,}".replace(",", ".") if body.isdecimal() else body
    shapes = {"12345678-5": hecho.rut, "12.345.678-5": f"{dotted}-{digit}", "123456785": body + digit, "12345678": body}
    return shapes[how.rut]


def _phone(hecho: Hecho, how: Formato) -> str:
    if how.phone == "+56912345678":
        return hecho.phone
    short = hecho.phone.removeprefix("+56") if how.phone == "912345678" else hecho.phone
    return short.removeprefix("+")


def _date(iso: str, how: Formato) -> str:
    year, month, day = iso[:10].split("-") if iso else ("", "", "")
    words = {"dd": day, "mm": month, "yyyy": year, "yy": year[2:]}
    return re.sub("dd|mm|yyyy|yy", lambda found: words[found[0]], how.date) if iso else ""


def _time(iso: str, how: Formato) -> str:
    return TIMES[how.time].format(iso[11:13], iso[14:16], iso[17:19])


def _amount(amount: Decimal | None, how: Formato) -> str:
    return "" if amount is None else f"{amount:f}".replace(".", how.decimal)


FIELDS: dict[str, Callable[[Hecho, Formato], str]] = {
    "id": lambda one, how: str(one.id),
    "rut": _rut,
    "dv": lambda one, how: one.rut.partition("-")[2],
    "nombre": lambda one, how: one.name,
    "cartera": lambda one, how: one.cartera,
    "codigo": lambda one, how: one.code,
    "fecha": lambda one, how: _date(one.at_local, how),
    "hora": lambda one, how: _time(one.at_local, how),
    "fecha_hora": lambda one, how: f"{_date(one.at_local, how)} {_time(one.at_local, how)}",
    "telefono": _phone,
    "correo": lambda one, how: one.email,
    "comentario": lambda one, how: one.comment,
    "ejecutivo": lambda one, how: one.agent,
    "compromiso_fecha": lambda one, how: _date(one.promise_due, how),
    "compromiso_monto": lambda one, how: _amount(one.promise_amount, how),
    "compromiso_estado": lambda one, how: one.promise_state,
    "moneda": lambda one, how: one.currency,
}
"""What of ours a column may hold."""


# ── the file ────────────────────────────────────────────────────────────────────────────────────────


class _Lines:
    """What `csv.writer` writes into."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> Any:
        self.lines.append(line)


def table(salida: Salida, it: Homologacion, kind: Kind) -> Iterator[tuple[str, ...]]:
    """The file's rows of cells, its header first where it has one."""
    if it.format.header:
        yield tuple(safe(column.header) for column in it.columns(kind))
    yield from (row.cells for row in salida.rows)


def csv_bytes(salida: Salida, it: Homologacion, kind: Kind) -> bytes:
    """The CSV file: lines end in CR LF, every character as the encoding has it."""
    how, into = it.format, _Lines()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if how.quote == "all" else csv.QUOTE_MINIMAL
    writer = csv.writer(into, delimiter=how.delimiter, quoting=quoting, lineterminator="\r\n")
    writer.writerows(table(salida, it, kind))
    return "".join(into.lines).encode(how.encoding)
