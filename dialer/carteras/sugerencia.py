"""Which of a new file's columns may be which field: suggestions by likeness (RapidFuzz), for a person to confirm."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from rapidfuzz import fuzz

from dialer.carteras import columnas, parecer
from dialer.carteras.columnas import LAYOUTS, Layout
from dialer.carteras.tabla import Tabla
from dialer.carteras.texto import fold

LIKE_ENOUGH = 68
"""Likeness (0 to 100) from which a heading is worth suggesting."""
BY_CELLS = 50
"""The score of a needed field whose heading is like nothing, and whose cells are of its kind."""
AGREED = 15
"""What cells of the field's kind add to the likeness of the heading, up to 99."""
TELLING = frozenset(("rut", "fecha", "mail"))
"""Kinds of cells that little else looks like; figures may be amounts, invoices or telephones."""
Looks = Mapping[str, frozenset[str] | None]
_EXAMPLES = {
    "fono": "telefono fono celular telefono1 fonocontacto numerotelefono numerocelular telefonocontacto",
    "fono_laboral": "telefonolaboral fonotrabajo telefonooficina telefonoempresa",
    "fono_tercero": "telefonoaval fonoreferencia telefonofamiliar telefonotercero",
    "direccion": "direccion2 direccioncomercial domiciliocomercial direccionalternativa",
    "mail": "mail email correo correoelectronico mailcontacto",
}


class Sugerencia(NamedTuple):
    """A heading of the file, the field it may be, and how alike they are (0 to 100; 100: known by that very name)."""

    heading: str
    field: str
    score: int


def suggest(header: Sequence[str], kind: str, looks: Looks | None = None) -> tuple[Sugerencia, ...]:
    """The likeliest field of each heading, in the file's order; each field once, but those that may have several.

    The likest pair is settled first. `looks`: what each column's cells look like (`parecer.looks`); a column of other
    cells is never a date, an amount or a RUT by its heading's likeness alone. What is like nothing is left out.
    """
    layout, seen = LAYOUTS[kind], looks or {}
    pairs = sorted(
        (pair for heading in header if heading for pair in _pairs(heading, layout, seen)), key=lambda pair: -pair.score
    )
    taken: dict[str, Sugerencia] = {}
    fields: set[str] = set()
    for pair in pairs:
        free = pair.field not in fields or pair.field in layout.many
        if pair.heading not in taken and free:
            taken[pair.heading] = pair
            fields.add(pair.field)
    return tuple(taken[heading] for heading in dict.fromkeys(header) if heading in taken)


def _pairs(heading: str, layout: Layout, looks: Looks) -> Iterator[Sugerencia]:
    """By the heading's likeness where the cells do not contradict it; needed fields by the cells alone as well."""
    cells = looks.get(heading)
    alike = list(_likenesses(heading, layout))
    yield from (_agreed(one, cells) for one in alike if one.score == 100 or _may_be(one.field, cells))
    if cells and not any(one.score == 100 for one in alike):
        needed = {field for group in layout.needed for field in group} - {one.field for one in alike}
        by_cells = sorted(field for field in needed if parecer.OF_FIELD.get(field) in cells)
        yield from (Sugerencia(heading, field, BY_CELLS) for field in by_cells)


def _agreed(one: Sugerencia, cells: frozenset[str] | None) -> Sugerencia:
    agreed = one.score < 100 and cells is not None and parecer.OF_FIELD.get(one.field) in cells & TELLING
    return one._replace(score=min(99, one.score + AGREED)) if agreed else one


def _may_be(field: str, cells: frozenset[str] | None) -> bool:
    return cells is None or field not in parecer.OF_FIELD or parecer.OF_FIELD[field] in cells


def recognised(cells: Sequence[str], kind: str) -> int:
    """How many cells of a row may be headings, if it were the header."""
    short = [cell for cell in cells if 1 < len(cell.strip()) < 60 and not cell.strip().isdecimal()]
    return len(suggest(short, kind))


def as_yaml(mandante: str, kind: str, table: Tabla, formato: str = "csv") -> str:
    """A template to look over and save as ``<mandante>.yaml``: each column with its likeness beside it."""
    return "\n".join([*_template(mandante, kind, table, formato), ""])


def _looks(table: Tabla) -> Looks:
    rows = [fila.cells for fila in islice(table.filas, parecer.CELLS)]
    return {
        heading: parecer.looks([cells[at] for cells in rows if at < len(cells)])
        for at, heading in enumerate(table.header)
    }


def _template(mandante: str, kind: str, table: Tabla, formato: str) -> Iterator[str]:
    header, found = table.header, suggest(table.header, kind, _looks(table))
    yield "# Propuesta: revise cada columna (el número es el parecido, de 0 a 100; 100 es un nombre conocido,"
    yield f"# {BY_CELLS} que sólo sus celdas lo parecen),"
    yield f"# corrija lo que no sea y guarde este archivo como {mandante}.yaml en la carpeta de plantillas."
    yield f"mandante: {_quoted(mandante)}"
    yield "kinds:"
    yield f"  {kind}:"
    yield f"    format: {formato}"
    yield '    # decimal: ","   # el signo decimal de los montos, si el archivo no lo demuestra solo'
    yield "    columns:" if found else "    columns: {}"
    for field in dict.fromkeys(one.field for one in found):
        these = [one for one in found if one.field == field]
        scores = ", ".join(str(one.score) for one in these)
        names = ", ".join(_quoted(one.heading) for one in these)
        yield f"      {field}: {names if len(these) == 1 else f'[{names}]'}  # {scores}"
    yield from _notes(header, found, kind)


def _notes(header: Sequence[str], found: Sequence[Sugerencia], kind: str) -> Iterator[str]:
    fields, used = {one.field for one in found}, {one.heading for one in found}
    layout = LAYOUTS[kind]
    if missing := columnas.lacking(fields, layout):
        yield f"    # FALTA: {', '.join(' o '.join(group) for group in missing)} (sin eso no se puede cargar)"
    if unused := [heading for heading in header if heading and heading not in used]:
        yield f"    # sin uso: {', '.join(map(_quoted, unused))}"
    if more := [field for field in columnas.fields(layout) if field not in fields]:
        yield f"    # otros campos que puede tener: {', '.join(more)}"


def _likenesses(heading: str, layout: Layout) -> Iterator[Sugerencia]:
    known = columnas.field_of(heading, layout)
    if known:
        yield Sugerencia(heading, known, 100)
        return
    best: dict[str, float] = {}
    for name, field in _names(layout):
        best[field] = max(best.get(field, 0), _likeness(fold(heading), name))
    yield from (Sugerencia(heading, field, int(score)) for field, score in best.items() if score >= LIKE_ENOUGH)


def _likeness(heading: str, name: str) -> float:
    """Below 100, which is for names that are known. Short names must match as they stand, not inside others."""
    whole = fuzz.ratio(heading, name)
    inside = fuzz.partial_ratio(heading, name) * 0.85 if min(len(name), len(heading)) > 3 else 0
    return min(99.0, max(whole, inside))


def _names(layout: Layout) -> Iterator[tuple[str, str]]:
    yield from layout.names.items()
    for field in dict.fromkeys(field for _, field in layout.patterns):
        yield from ((name, field) for name in _EXAMPLES[field].split())


def _quoted(text: str) -> str:
    """A text as YAML takes it, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)
