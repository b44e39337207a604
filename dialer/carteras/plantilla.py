"""What a mandante's files look like, said once by a person: a template (`config/plantillas/<mandante>.yaml`).

For each kind of load a `Formato` states what a file does not prove by itself: which of its columns is which of our
fields, how it writes amounts and dates, what it leaves out. Only a fixed-width file needs its columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from config.faults import Lines, sentences
from config.settings import Model
from dialer.carteras import columnas, monto, telefono
from dialer.carteras.columnas import LAYOUTS, Layout
from dialer.carteras.hoja import Opciones
from dialer.carteras.rechazo import CargaError
from dialer.carteras.tabla import Fila, Numero, Tabla
from dialer.carteras.texto import fold

Encoding = Literal["", "utf-8", "utf-16", "cp1252", "latin-1", "cp850"]
Currency = Literal["CLP", "CLF"]
Derived = Callable[[Sequence[str]], str]
Headings = str | tuple[str, ...]

AMOUNTS = frozenset(("saldo", "monto", "valor"))
OTHERWISE = "*"
_SPAN = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")


class PlantillaError(ValueError):
    """A template that cannot be used; the message has one line for each fault."""


def _e164(text: str) -> str:
    lectura = telefono.read_cell(text)
    if len(lectura.telefonos) != 1 or lectura.fallas:
        raise ValueError("must be one Chilean telephone, such as +56223456789")
    return lectura.telefonos[0].e164


class Formato(Model):
    """Files of one kind.

    `columns`: our field -> their heading, or several where it may have several; in a ``fixed`` file ``from-to``,
    positions from 1, both included. Without it headings are recognised by name. `header_row`, `first_row`: row numbers
    from 1; 0 finds the header. `sheet`: the name of a workbook's sheet. `decimal`: the decimal sign of amounts.
    `dates`: what comes first in 05/09/2026. `sin_dv`: RUTs have no check digit, and it is worked out. `constants`:
    field -> what every row says. `fractions`: amount field -> the column that holds its decimals. `currencies`: what
    the currency column says -> CLP or CLF, ``*`` for anything else. `own_phones`: telephones that are no debtor's.
    """

    format: Literal["csv", "xlsx", "fixed"] = "csv"
    encoding: Encoding = ""
    delimiter: Literal["", ";", ",", "\t", "|"] = ""
    header_row: Annotated[int, Field(ge=0, le=1000)] = 0
    first_row: Annotated[int, Field(ge=1, le=1000)] = 1
    sheet: str = ""
    decimal: Literal["", ",", "."] = ""
    dates: Literal["dmy", "mdy"] = "dmy"
    sin_dv: bool = False
    columns: dict[str, Headings] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    fractions: dict[str, str] = Field(default_factory=dict)
    currencies: dict[str, Currency] = Field(default_factory=dict)
    own_phones: tuple[Annotated[str, AfterValidator(_e164)], ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Formato:
        faults = [*self._unknown_spans(), *self._unfit()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _unknown_spans(self) -> Iterator[str]:
        if self.format == "fixed":
            if not self.columns:
                yield "columns: is empty; a file of fixed width needs the positions of each field"
            for field, ref in self._refs():
                found = _SPAN.fullmatch(ref)
                if not found or not 1 <= int(found[1]) <= int(found[2] or found[1]):
                    yield f"columns: {field}: {ref!r} must be positions such as 1-9, from 1, both included"

    def _unfit(self) -> Iterator[str]:
        if self.columns:
            both = self.constants.keys() & self.columns.keys()
            yield from (f"constants: {field}: stands in columns too; keep one" for field in sorted(both))
            absent = self.fractions.keys() - self.columns.keys()
            yield from (f"fractions: {field}: is not in columns" for field in sorted(absent))
            if self.currencies and "moneda" not in self.columns:
                yield "currencies: needs the column `moneda` in columns"
        elif self.fractions or self.currencies:
            yield "fractions and currencies need columns"
        if unfit := self.fractions.keys() - AMOUNTS:
            yield f"fractions: {', '.join(sorted(unfit))}: is no amount; there are {', '.join(sorted(AMOUNTS))}"

    def _refs(self) -> Iterator[tuple[str, str]]:
        for field, headings in self.columns.items():
            yield from ((field, ref) for ref in _several(headings))
        yield from self.fractions.items()

    # ── reading by it ───────────────────────────────────────────────────────────────────────────────

    def spans(self) -> dict[str, tuple[int, int]]:
        """Of a fixed-width file: heading -> first and last position."""
        return {_label(field, ref): _span(ref) for field, ref in self._refs()}

    def recognised(self, cells: Sequence[str], layout: Layout) -> int:
        """How many of the template's headings a row holds, if it were the header."""
        if not self.columns:
            return columnas.recognised(cells, layout)
        found = {fold(cell) for cell in cells if len(cell) < 100}
        return sum(fold(ref) in found for _, ref in self._refs())

    def opciones(self, decimal: monto.Sign | None = None) -> Opciones:
        """What the judges of rows need to know. `decimal` prevails over the template's own."""
        sign: monto.Sign | None = decimal or self.decimal or None
        return Opciones(sign, self.dates, self.sin_dv, frozenset(self.own_phones))

    def missing(self, header: Sequence[str]) -> list[str]:
        """The template's headings that a file does not have."""
        there = {fold(heading) for heading in header}
        fixed = self.format == "fixed"
        return [] if fixed else [ref for _, ref in self._refs() if fold(ref) not in there]

    def fields_of(self, header: Sequence[str]) -> list[str]:
        """The field that each heading of a file is said to be, or empty."""
        fixed = self.format == "fixed"
        fields = {
            fold(_label(field, ref) if fixed else ref): field
            for field, headings in self.columns.items()
            for ref in _several(headings)
        }
        return [fields.get(fold(heading), "") for heading in header]

    def apply(self, tabla: Tabla, layout: Layout) -> tuple[Tabla, dict[str, tuple[int, ...]]]:
        """The table with what the template adds as further columns, and the positions of each field.

        Raises `CargaError` where a heading of the template, or a needed field, is not there.
        """
        if absent := self.missing(tabla.header):
            raise CargaError(
                f"La plantilla nombra columnas que el archivo no trae: {', '.join(f'«{ref}»' for ref in absent)}. "
                f"El archivo trae: {', '.join(f'«{heading[:40]}»' for heading in tabla.header if heading)}. "
                "Corrija la plantilla, o pida el archivo de siempre."
            )
        at = (
            self._positions(tabla.header)
            if self.columns
            else dict(columnas.match(tabla.header, layout, self.constants))
        )
        derived = list(self._derived(tabla.header, at))
        width = len(tabla.header)
        for n, (field, _, _) in enumerate(derived):
            at[field] = (width + n,)
        if groups := columnas.lacking(at, layout):
            raise CargaError(columnas.sentence(tabla.header, groups, layout))
        if not derived:
            return tabla, at
        header = (*tabla.header, *(heading for _, heading, _ in derived))
        return Tabla(header, tabla.header_row, _Wider(tabla.filas, [value for _, _, value in derived])), at

    def _positions(self, header: Sequence[str]) -> dict[str, tuple[int, ...]]:
        where = {fold(heading): n for n, heading in reversed(list(enumerate(header)))}
        fixed = self.format == "fixed"
        return {
            field: tuple(where[fold(_label(field, ref) if fixed else ref)] for ref in _several(headings))
            for field, headings in self.columns.items()
        }

    def _derived(self, header: Sequence[str], at: Mapping[str, tuple[int, ...]]) -> Iterator[tuple[str, str, Derived]]:
        """(field, heading, its value from the row's cells) of each column that the template adds."""
        where = {fold(heading): n for n, heading in enumerate(header)}
        for field, text in self.constants.items():
            yield field, f"{field} (plantilla)", _always(text)
        for field, ref in self.fractions.items():
            whole, part = at[field][0], where[fold(_label(field, ref) if self.format == "fixed" else ref)]
            yield field, header[whole], _joined(whole, part)
        if self.currencies:
            moneda = at["moneda"][0]
            yield "moneda", header[moneda], _flagged(moneda, self.currencies)


class Plantilla(Model):
    """A mandante's template: the format of each kind of file that it sends."""

    mandante: Annotated[str, Field(min_length=1, max_length=64)]
    kinds: dict[str, Formato] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _knows_its_fields(self) -> Plantilla:
        faults = [fault for kind, formato in self.kinds.items() for fault in _field_faults(kind, formato)]
        if faults:
            raise ValueError("; ".join(faults))
        return self


def parse(raw: object, where: str, lines: Lines | None = None) -> Plantilla:
    """A template from its decoded YAML. Raises `PlantillaError` with a line for each fault: file, key, what to do."""
    try:
        return Plantilla.model_validate(raw)
    except ValidationError as bad:
        raise PlantillaError("\n".join(sentences(where, bad, lines))) from None


def _field_faults(kind: str, formato: Formato) -> Iterator[str]:
    layout = LAYOUTS.get(kind)
    if layout is None:
        yield f"kinds.{kind}: there is no such kind of load; there are {', '.join(LAYOUTS)}"
        return
    known = columnas.fields(layout)
    for field in (*formato.columns, *formato.constants):
        if field not in known:
            yield f"kinds.{kind}: there is no field {field!r}; there are {', '.join(known)}"
    for field, headings in formato.columns.items():
        if len(_several(headings)) > 1 and field not in layout.many:
            yield f"kinds.{kind}.columns.{field}: can only be one column"


class _Wider:
    """Rows with the template's own cells at their end."""

    def __init__(self, filas: Iterable[Fila], derived: Sequence[Derived]) -> None:
        self.filas, self.derived = filas, derived

    def __iter__(self) -> Iterator[Fila]:
        more = len(self.derived)
        for fila in self.filas:
            cells = [*fila.cells, *(value(fila.cells) for value in self.derived)]
            yield Fila(fila.number, cells, fila.found + more, fila.cut)


def _several(headings: Headings) -> tuple[str, ...]:
    return (headings,) if isinstance(headings, str) else headings


def _label(field: str, ref: str) -> str:
    return f"{field} {ref}"


def _span(ref: str) -> tuple[int, int]:
    first, _, last = ref.partition("-")
    return int(first), int(last or first)


def _always(text: str) -> Derived:
    return lambda cells: text


def _joined(whole: int, part: int) -> Derived:
    """Whole pesos in one column and their decimals in another; what is no figure stays for the judge to refuse."""

    def value(cells: Sequence[str]) -> str:
        pesos, decimals = cells[whole].strip(), cells[part].strip()
        figures = pesos.removeprefix("-").isdecimal() and decimals.isdecimal()
        return Numero(f"{pesos}.{decimals}") if figures else pesos if not decimals else f"{pesos} {decimals}"

    return value


def _flagged(moneda: int, currencies: Mapping[str, str]) -> Derived:
    otherwise = currencies.get(OTHERWISE)

    def value(cells: Sequence[str]) -> str:
        text: str = cells[moneda].strip()
        return currencies.get(text) or otherwise or text

    return value
