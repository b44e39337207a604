"""A table seen by field, and what only the whole of it can tell: decimal sign, month-first dates, RUTs without DV."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from dialer.carteras import fecha, monto, rut
from dialer.carteras.columnas import Layout, match
from dialer.carteras.rechazo import CargaError, Falla
from dialer.carteras.tabla import Fila, Numero, Tabla

BATCH = 2000
"""Rows that are worked on at once, and after which progress is told."""
RUTS_MAX = 200_000
_NOTHING_NEW = {
    ",": re.compile(r"(?:(?>[1-9][0-9]{0,2}(?:\.[0-9]{3})*(?=\n)|[0-9]*)\n)*+"),
    ".": re.compile(r"(?:(?>[1-9][0-9]{0,2}(?:,[0-9]{3})*(?=\n)|[0-9]*)\n)*+"),
}
"""Columns that prove no other decimal sign than the one that is proved already: nearly all, so they are asked first."""


class Opciones(NamedTuple):
    """What is stated about a file instead of asked of it.

    `decimal`: its decimal sign (None: its own evidence). `dates`: what comes first in a date of figures alone.
    `sin_dv`: its RUTs come without check digit.
    `own_phones`: E.164 numbers of the house or the mandante, which are nobody's.
    """

    decimal: monto.Sign | None = None
    dates: fecha.Order = "dmy"
    sin_dv: bool = False
    own_phones: frozenset[str] = frozenset()


class Hoja:
    """`at` is the (first) position of each field that the file has; `many` all positions of those with several."""

    def __init__(self, tabla: Tabla, layout: Layout, columns: Mapping[str, tuple[int, ...]] | None = None) -> None:
        """`columns`: the positions of each field (None: by their headings).

        Raises `CargaError` where a needed column is missing or doubled.
        """
        self.many = match(tabla.header, layout) if columns is None else dict(columns)
        self.at = {field: positions[0] for field, positions in self.many.items()}
        self.header, self.header_row, self.filas = tabla.header, tabla.header_row, tabla.filas

    def understood(self) -> tuple[tuple[str, str], ...]:
        """Each heading with the field that its column was taken for; "" for a column that nothing is read from.

        What a template makes of a column bears its heading too: that is how the column is read.
        """
        fields = {self.header[at]: field for field, positions in self.many.items() for at in positions}
        return tuple((heading, fields.get(heading, "")) for heading in dict.fromkeys(self.header))

    def text(self, fila: Fila, field: str) -> str:
        """The cell of a field, stripped; empty where the file has no such column."""
        at = self.at.get(field)
        if at is None:
            return ""
        cell = fila.cells[at]
        return cell if type(cell) is Numero else cell.strip()

    def batches(self) -> Iterator[list[Fila]]:
        """All rows, so many at a time that working column by column pays."""
        filas = iter(self.filas)
        while batch := list(islice(filas, BATCH)):
            yield batch


class Evidencia(NamedTuple):
    """`dates`: each text of a date column, read. `rut_joined`: bare digits of the RUT column end in their DV.

    `rows`: how many there are.
    """

    sign: monto.Sign
    dates: dict[str, str | Falla]
    rut_joined: bool
    rows: int


def evidence(hoja: Hoja, amounts: tuple[str, ...], dates: tuple[str, ...], opciones: Opciones) -> Evidencia:
    """What the file proves about itself. `amounts`, `dates` are fields.

    Raises `CargaError` where there are no rows, amounts can be read two ways, or dates are month first.
    """
    testigo = _Testigo(hoja, amounts if opciones.decimal is None else (), dates)
    rows = 0
    for batch in hoja.batches():
        rows += len(batch)
        testigo.look_at(batch)
    if not rows:
        raise CargaError(f"El archivo no trae filas debajo del encabezado (fila {hoja.header_row}).")
    return Evidencia(
        sign=testigo.sign() if opciones.decimal is None else opciones.decimal,
        dates=_dates({text.strip() for text in testigo.dates}, opciones.dates),
        rut_joined="dv" not in hoja.at and not rut.lack_dv(testigo.ruts),
        rows=rows,
    )


class _Testigo:
    """Gathers what a file proves, column by column."""

    def __init__(self, hoja: Hoja, amounts: Sequence[str], dates: Sequence[str]) -> None:
        self.hoja = hoja
        self.amount_columns = [hoja.at[field] for field in amounts if field in hoja.at]
        self.date_columns = [hoja.at[field] for field in dates if field in hoja.at]
        self.rut_column = hoja.at.get("rut") if "dv" not in hoja.at else None
        self.dates: set[str] = set()
        self.ruts: set[str] = set()
        self.figures: dict[str, tuple[int, str, str]] = {}  # sign proved, or ``?`` -> first row, digits, currency

    def look_at(self, batch: list[Fila]) -> None:
        for at in self.date_columns:
            self.dates.update({fila.cells[at] for fila in batch})
        if self.rut_column is not None and len(self.ruts) < RUTS_MAX:
            at = self.rut_column
            self.ruts.update([text for fila in batch if "-" not in (text := fila.cells[at])])
        for at in self.amount_columns:
            self._amounts(batch, [fila.cells[at] for fila in batch])

    def sign(self) -> monto.Sign:
        """Raises `CargaError` where an amount reads two ways and nothing decides."""
        figures = list(self.figures.values())
        decision = monto.decide((digits, currency) for _, digits, currency in figures)
        if decision.doubtful is None:
            return decision.sign
        row, digits, _ = figures[decision.doubtful]
        proofs = " y ".join(f"«{figures[at][1]}» en la fila {figures[at][0]}" for at in decision.proofs)
        why = f"el archivo mezcla ambas escrituras ({proofs})" if proofs else "nada en el archivo lo decide"
        raise CargaError(
            f"El monto «{digits}» (fila {row}) puede leerse de dos maneras, {monto.readings(digits)}, y {why}. "
            "Confirme el signo decimal del archivo (coma o punto) y cárguelo de nuevo."
        )

    def _amounts(self, batch: list[Fila], column: Sequence[str]) -> None:
        tame = next((_NOTHING_NEW[sign] for sign in (",", ".") if sign in self.figures and "?" in self.figures), None)
        if tame and tame.fullmatch("\n".join((*column, ""))):
            return
        for fila, text in zip(batch, column, strict=True):
            if ("." in text or "," in text) and type(text) is not Numero:
                self._amount(fila, text.strip())

    def _amount(self, fila: Fila, text: str) -> None:
        """Keep the first figure of each sign that is proved, and the first that reads two ways."""
        cifra = monto.take_apart(text)
        currency = cifra.currency or monto.currency(self.hoja.text(fila, "moneda")) or "CLP"
        sign = monto.sign_of(cifra.digits, currency)
        if sign and sign not in self.figures:
            self.figures[sign] = (fila.number, cifra.digits, currency)


def _dates(texts: set[str], order: fecha.Order) -> dict[str, str | Falla]:
    if order == "dmy" and fecha.month_first(texts):
        raise CargaError(
            "Las fechas parecen venir como mes/día/año: alguna sólo puede leerse así y ninguna como día/mes/año. "
            "Pida el archivo con día/mes/año o con año-mes-día, o dígalo en la plantilla (dates: mdy)."
        )
    return {text: _read(text, order) for text in texts}


def _read(text: str, order: fecha.Order) -> str | Falla:
    try:
        return fecha.parse(text, order) if text else Falla("missing")
    except Falla as falla:
        return falla.alone()
