"""A table seen by field, and what only the whole of it can tell: decimal sign, month-first dates, RUTs without DV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dialer.carteras import fecha, monto, rut
from dialer.carteras.columnas import Layout, match
from dialer.carteras.rechazo import CargaError, Falla
from dialer.carteras.tabla import Fila, Tabla


class Hoja:
    """`at` is the (first) position of each field that the file has; `many` all positions of those with several."""

    def __init__(self, tabla: Tabla, layout: Layout) -> None:
        """Raises `CargaError` where a needed column is missing or doubled, or there are no rows."""
        self.many = match(tabla.header, layout)
        self.at = {field: positions[0] for field, positions in self.many.items()}
        self.header, self.filas = tabla.header, tabla.filas
        if not self.filas:
            raise CargaError(f"El archivo no trae filas debajo del encabezado (fila {tabla.header_row}).")

    def text(self, fila: Fila, field: str) -> str:
        """The cell of a field, stripped; empty where the file has no such column."""
        at = self.at.get(field)
        return "" if at is None else fila.cells[at].strip()

    def column(self, field: str) -> Iterator[str]:
        at = self.at.get(field)
        return iter(()) if at is None else (fila.cells[at].strip() for fila in self.filas)


class Evidencia(NamedTuple):
    """`dates`: each text of a date column, read. `rut_joined`: bare digits of the RUT column end in their DV."""

    sign: monto.Sign
    dates: dict[str, str | Falla]
    rut_joined: bool


def evidence(hoja: Hoja, amounts: tuple[str, ...], dates: tuple[str, ...], decimal: monto.Sign | None) -> Evidencia:
    """What the file proves about itself. `amounts`, `dates` are fields; `decimal` states the sign, None asks the file.

    Raises `CargaError` where amounts can be read two ways, or dates are month first.
    """
    return Evidencia(
        sign=_decimal_sign(hoja, amounts) if decimal is None else decimal,
        dates=_dates(hoja, dates),
        rut_joined="dv" not in hoja.at and not rut.lack_dv(hoja.column("rut")),
    )


def _decimal_sign(hoja: Hoja, amounts: tuple[str, ...]) -> monto.Sign:
    figures = list(_figures(hoja, [field for field in amounts if field in hoja.at]))
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


def _figures(hoja: Hoja, fields: list[str]) -> Iterator[tuple[int, str, str]]:
    """(row, digits, currency) of the amounts that hold a sign; plain digits prove nothing."""
    for fila in hoja.filas:
        for field in fields:
            text = hoja.text(fila, field)
            if "." in text or "," in text:
                cifra = monto.take_apart(text)
                yield fila.number, cifra.digits, cifra.currency or monto.currency(hoja.text(fila, "moneda")) or "CLP"


def _dates(hoja: Hoja, fields: tuple[str, ...]) -> dict[str, str | Falla]:
    texts = {text for field in fields for text in hoja.column(field)}
    if fecha.month_first(texts):
        raise CargaError(
            "Las fechas parecen venir como mes/día/año: alguna sólo puede leerse así y ninguna como día/mes/año. "
            "Pida el archivo con día/mes/año o con año-mes-día."
        )
    return {text: _read(text) for text in texts}


def _read(text: str) -> str | Falla:
    try:
        return fecha.parse(text) if text else Falla("missing")
    except Falla as falla:
        return falla
