"""Which of a new file's columns may be which field: suggestions by likeness (RapidFuzz), for a person to confirm."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from dialer.carteras import columnas
from dialer.carteras.columnas import LAYOUTS, Layout
from dialer.carteras.texto import fold

LIKE_ENOUGH = 68
"""Likeness (0 to 100) from which a heading is worth suggesting."""
_EXAMPLES = {
    "fono": "telefono fono celular telefono1 fonocontacto numerotelefono numerocelular telefonocontacto",
    "fono_laboral": "telefonolaboral fonotrabajo telefonooficina telefonoempresa",
    "fono_tercero": "telefonoaval fonoreferencia telefonofamiliar telefonotercero",
    "mail": "mail email correo correoelectronico mailcontacto",
}


class Sugerencia(NamedTuple):
    """A heading of the file, the field it may be, and how alike they are (0 to 100; 100: known by that very name)."""

    heading: str
    field: str
    score: int


def suggest(header: Sequence[str], kind: str) -> tuple[Sugerencia, ...]:
    """The likeliest field of each heading, in the file's order; each field once, but those that may have several.

    The likest pair is settled first. Headings that are like nothing are left out.
    """
    layout = LAYOUTS[kind]
    pairs = sorted(
        (pair for heading in header if heading for pair in _likenesses(heading, layout)),
        key=lambda pair: -pair.score,
    )
    taken: dict[str, Sugerencia] = {}
    fields: set[str] = set()
    for pair in pairs:
        free = pair.field not in fields or pair.field in layout.many
        if pair.heading not in taken and free:
            taken[pair.heading] = pair
            fields.add(pair.field)
    return tuple(taken[heading] for heading in dict.fromkeys(header) if heading in taken)


def recognised(cells: Sequence[str], kind: str) -> int:
    """How many cells of a row may be headings, if it were the header."""
    short = [cell for cell in cells if 1 < len(cell.strip()) < 60 and not cell.strip().isdecimal()]
    return len(suggest(short, kind))


def as_yaml(mandante: str, kind: str, header: Sequence[str], formato: str = "csv") -> str:
    """A template to look over and save as ``<mandante>.yaml``: each column with its likeness beside it."""
    return "\n".join([*_template(mandante, kind, header, formato), ""])


def _template(mandante: str, kind: str, header: Sequence[str], formato: str) -> Iterator[str]:
    found = suggest(header, kind)
    yield "# Propuesta: revise cada columna (el número es el parecido, de 0 a 100; 100 es un nombre conocido),"
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
