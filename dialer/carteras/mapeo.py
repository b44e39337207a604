"""A file's columns as a person says them on the page, laid over what a template says; and what a file looks like so.

Nothing is guessed: a column is taken for a field by its heading's name, by a template or by a person. What a heading or
its cells are merely like is shown for somebody to confirm, and preselected only where a needed field is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal

import msgspec
from pydantic import ValidationError

from config.faults import sentences
from dialer.carteras import columnas, fecha, monto, parecer, sugerencia
from dialer.carteras.columnas import LAYOUTS, Layout
from dialer.carteras.hoja import Hoja, Opciones, evidence
from dialer.carteras.plantilla import AMOUNTS, Encoding, Formato
from dialer.carteras.rechazo import CargaError, Falla
from dialer.carteras.tabla import Tabla

SAMPLES, EXAMPLES = 3, 3
SEARCHED = 20_000
"""So many rows are gone through for cells that show how amounts, dates and letters are read."""
DATES = tuple(field for field, looks in parecer.OF_FIELD.items() if looks == "fecha")


class Mapeo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`columns`: our field -> their headings. What is empty is left to the template, else to the file's evidence."""

    columns: dict[str, tuple[str, ...]] = {}
    decimal: Literal["", ",", "."] = ""
    dates: Literal["", "dmy", "mdy"] = ""
    encoding: Encoding = ""


class Columna(msgspec.Struct, frozen=True):
    """A column of the file: some of its cells, the field that it is taken for ("": none) and how that is known
    (plantilla, mano, nombre, parecido, celdas), or else the field that it may be, with its likeness (0 to 100)."""

    heading: str
    samples: tuple[str, ...]
    field: str = ""
    how: str = ""
    suggested: str = ""
    score: int = 0


class Entendido(msgspec.Struct, frozen=True):
    """How cells are read: `value` as a template states it, `how` that is known (dicho, archivo; "": nothing needs it).

    `trouble`: the sentence where it cannot be told; `examples`: cells, and what each is read as ("": as it stands).
    """

    value: str
    how: str
    examples: tuple[tuple[str, str], ...] = ()
    trouble: str = ""


class Vista(msgspec.Struct, frozen=True):
    """A file before it is tried. `needed`: groups of fields of which one must be there; `stated`: fields that the
    template gives without a column; `trouble`: why it would be refused as it stands, or empty; `named`: a template or a
    person says its columns."""

    rows: int
    header_row: int
    columns: tuple[Columna, ...]
    fields: tuple[str, ...]
    many: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    stated: tuple[str, ...]
    fixed: bool
    named: bool
    decimal: Entendido
    dates: Entendido
    encoding: Entendido
    trouble: str


def read(text: str) -> Mapeo:
    """What the page sent, as JSON. Raises `CargaError`."""
    try:
        return msgspec.json.decode(text, type=Mapeo)
    except (msgspec.DecodeError, UnicodeDecodeError) as bad:
        raise CargaError(f"Las columnas elegidas no se entienden ({bad}): elíjalas de nuevo en la página.") from None


def laid(mapeo: Mapeo, base: Formato | None, kind: str) -> Formato:
    """The format that results: the template's, with what the person said over it.

    The columns of a fixed-width file stay the template's. Raises `CargaError` for a choice that cannot be.
    """
    before = base or Formato()
    changes: dict[str, Any] = {
        name: value for name in ("decimal", "dates", "encoding") if (value := getattr(mapeo, name))
    }
    if mapeo.columns and before.format != "fixed":
        _judge(mapeo.columns, LAYOUTS[kind], before.constants)
        changes |= _columns(mapeo.columns, before)
    try:
        return Formato.model_validate({**before.model_dump(), **changes})
    except ValidationError as bad:
        raise CargaError(" ".join(sentences("columnas", bad, None))) from None


def look(tabla: Tabla, kind: str, formato: Formato | None, how: str, encoding: Entendido) -> Vista:
    """What a table's columns are taken for, with real cells. `how`: who says the format's, plantilla or mano."""
    layout = LAYOUTS[kind]
    taken = _taken(tabla, kind, formato, how)
    rows, at, refused = _applied(tabla, layout, formato, taken)
    hoja = Hoja(rows, layout, at)
    opciones = formato.opciones() if formato else Opciones()
    sign = _sign(hoja, opciones)
    dates = _order(hoja, opciones)
    return Vista(
        rows=sum(1 for _ in tabla.filas),
        header_row=tabla.header_row,
        columns=taken,
        fields=columnas.fields(layout),
        many=tuple(sorted(layout.many)),
        needed=layout.needed,
        stated=tuple(formato.constants) if formato else (),
        fixed=formato is not None and formato.format == "fixed",
        named=formato is not None and bool(formato.columns),
        decimal=sign,
        dates=dates,
        encoding=encoding,
        trouble=refused or sign.trouble or dates.trouble,
    )


def letters(tabla: Tabla) -> tuple[tuple[str, str], ...]:
    """Cells with letters that an encoding can spoil."""
    cells = (cell for fila in islice(tabla.filas, SEARCHED) for cell in fila.cells if not cell.isascii())
    return tuple((cell.strip()[:60], "") for cell in islice(dict.fromkeys(islice(cells, 50)), EXAMPLES))


# ── what was chosen ─────────────────────────────────────────────────────────────────────────────────


def _judge(chosen: Mapping[str, Sequence[str]], layout: Layout, stated: Mapping[str, str]) -> None:
    known = columnas.fields(layout)
    for field, headings in chosen.items():
        if field not in known or not headings:
            raise CargaError(f"«{field}» no es un dato de este tipo de carga; hay: {', '.join(known)}.")
        if len(headings) > 1 and field not in layout.many:
            both = " y ".join(f"«{heading}»" for heading in headings)
            raise CargaError(f"Dos columnas dicen ser «{field}»: {both}. Deje una sola.")
    counted = Counter(heading for headings in chosen.values() for heading in headings)
    if twice := [heading for heading, n in counted.items() if n > 1]:
        raise CargaError(f"La columna «{twice[0]}» se eligió para dos datos: deje uno solo.")
    if missing := columnas.lacking({*chosen, *stated}, layout):
        raise CargaError(columnas.sentence(list(counted), missing, layout))


def _columns(chosen: Mapping[str, Sequence[str]], before: Formato) -> dict[str, Any]:
    """The columns, and of the template what still has one to stand on."""
    return {
        "columns": {field: refs[0] if len(refs) == 1 else tuple(refs) for field, refs in chosen.items()},
        "constants": {field: text for field, text in before.constants.items() if field not in chosen},
        "fractions": {field: ref for field, ref in before.fractions.items() if field in chosen},
        "currencies": before.currencies if "moneda" in chosen else {},
    }


# ── what the columns are taken for ──────────────────────────────────────────────────────────────────


def _taken(tabla: Tabla, kind: str, formato: Formato | None, how: str) -> tuple[Columna, ...]:
    rows = [fila.cells for fila in islice(tabla.filas, parecer.CELLS)]
    cells = [[row[at] for row in rows] for at in range(len(tabla.header))]
    shown = [_samples(one) for one in cells]
    if formato and formato.columns:
        fields = formato.fields_of(tabla.header)
        known = [(field, how if field else "") for field in fields]
    else:
        named = [columnas.field_of(heading, LAYOUTS[kind]) for heading in tabla.header]
        known = [(field, "nombre" if field else "") for field in named]
    looks = {heading: parecer.looks(one) for heading, one in zip(tabla.header, cells, strict=True)}
    likely = {one.heading: one for one in sugerencia.suggest(tabla.header, kind, looks)}
    columns = [
        Columna(heading, samples, field, how)
        for heading, samples, (field, how) in zip(tabla.header, shown, known, strict=True)
    ]
    return tuple(_suggested(columns, likely, kind, formato))


def _samples(cells: Sequence[str]) -> tuple[str, ...]:
    """The first different cells that say something."""
    return tuple(islice(dict.fromkeys(cell.strip()[:60] for cell in cells if cell.strip()), SAMPLES))


def _suggested(
    columns: Sequence[Columna], likely: Mapping[str, sugerencia.Sugerencia], kind: str, formato: Formato | None
) -> Iterator[Columna]:
    """Where a needed field has no column, the likeliest one is taken for it; elsewhere it is only said."""
    layout = LAYOUTS[kind]
    there = {one.field for one in columns} | (formato.constants.keys() if formato else set())
    wanted = {field for group in columnas.lacking(there, layout) for field in group}
    for one in columns:
        like = likely.get(one.heading)
        if one.field or like is None or (like.field in there and like.field not in layout.many):
            yield one
        elif like.field in wanted:
            how = "celdas" if like.score == sugerencia.BY_CELLS else "parecido"
            yield msgspec.structs.replace(one, field=like.field, how=how, score=like.score)
        else:
            yield msgspec.structs.replace(one, suggested=like.field, score=like.score)


def _applied(
    tabla: Tabla, layout: Layout, formato: Formato | None, taken: Sequence[Columna]
) -> tuple[Tabla, Mapping[str, tuple[int, ...]], str]:
    """The table as it would be read, the positions of each field, and why it would be refused."""
    try:
        if formato:
            return *formato.apply(tabla, layout), ""
        return tabla, columnas.match(tabla.header, layout), ""
    except CargaError as bad:
        at: dict[str, tuple[int, ...]] = {}
        for n, one in enumerate(taken):
            if one.field:
                at[one.field] = (*at.get(one.field, ()), n)
        return tabla, at, str(bad)


# ── how cells are read ──────────────────────────────────────────────────────────────────────────────


def _sign(hoja: Hoja, opciones: Opciones) -> Entendido:
    amounts = tuple(field for field in sorted(AMOUNTS) if field in hoja.at)
    try:
        sign = opciones.decimal or evidence(hoja, amounts, (), Opciones()).sign
    except CargaError as bad:
        return Entendido("", "", _examples(_signed(hoja, amounts), lambda text: ""), str(bad))
    how = "dicho" if opciones.decimal else "archivo" if sign else ""
    return Entendido(sign, how, _examples(_signed(hoja, amounts), lambda text: _amount(text, sign)))


def _signed(hoja: Hoja, amounts: Sequence[str]) -> Iterator[str]:
    """Amounts that have a sign, the others after them."""
    cells = [text for text in _cells(hoja, amounts) if any(char.isdigit() for char in text)]
    yield from (text for text in cells if "," in text or "." in text)
    yield from cells


def _amount(text: str, sign: monto.Sign) -> str:
    return f"{monto.value_of(monto.take_apart(text), sign):f}"


def _order(hoja: Hoja, opciones: Opciones) -> Entendido:
    dates = tuple(field for field in DATES if field in hoja.at)
    order = opciones.dates
    trouble = ""
    try:
        evidence(hoja, (), dates, opciones._replace(decimal=","))
    except CargaError as bad:
        trouble = str(bad)
    how = "dicho" if order == "mdy" else "archivo" if dates else ""
    return Entendido(order, how, _examples(_cells(hoja, dates), lambda text: fecha.parse(text, order)), trouble)


def _cells(hoja: Hoja, fields: Sequence[str]) -> Iterator[str]:
    for fila in islice(hoja.filas, SEARCHED):
        yield from (text for field in fields if (text := hoja.text(fila, field)))


def _examples(cells: Iterable[str], means: Any) -> tuple[tuple[str, str], ...]:
    """Different cells that can be read, and what each is read as."""
    found: dict[str, str] = {}
    for text in cells:
        if text not in found and (said := _said(means, text)) is not None:
            found[text] = said
        if len(found) == EXAMPLES:
            break
    return tuple((text[:60], said) for text, said in found.items())


def _said(means: Any, text: str) -> str | None:
    try:
        return str(means(text))
    except Falla:
        return None
