"""Reading a file that a mandante sends: bytes in, a judged `Carga` out. Nothing is stored here.

Three steps: the file becomes a `Tabla` (`tabla.py`; a spreadsheet's rows are handed in), is seen by field (`hoja.py`),
and its rows are judged one by one (`KINDS` says by whom). A `Plantilla` states what the file does not prove.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from dialer.carteras import asignacion, columnas, contactos, juez, movimientos, tabla
from dialer.carteras.columnas import Layout
from dialer.carteras.hoja import Hoja, Opciones
from dialer.carteras.lector import Lectura, Progress
from dialer.carteras.model import Carga
from dialer.carteras.monto import Sign
from dialer.carteras.plantilla import Formato
from dialer.carteras.rechazo import REASONS, CargaError
from dialer.carteras.tabla import Tabla

__all__ = ["KINDS", "REASONS", "CargaError", "Origen", "complete", "read", "read_tabla", "recognised"]

Reader = Callable[[Hoja, Opciones, Progress | None], Lectura]


def _rows(judge: juez.Judge, *amounts: str) -> Reader:
    return partial(juez.read, judge=judge, amounts=amounts)


KINDS: dict[str, Reader] = {
    "asignacion": asignacion.read,
    "saldos": _rows(movimientos.saldo, "saldo"),
    "pagos": _rows(movimientos.pago, "monto"),
    "retiros": _rows(movimientos.retiro),
    "demograficos": _rows(contactos.demografico),
    "externas": _rows(contactos.externa),
    "bloqueos": _rows(contactos.bloqueo),
    "uf": _rows(movimientos.uf, "valor"),
}
"""Who judges the rows of each kind of file; `columnas.LAYOUTS` has its columns."""


class Origen(NamedTuple):
    """Whose file it is: its name, the SHA-256 of its bytes in hex, the mandante and the cartera it is for."""

    file_name: str
    file_sha256: str
    mandante: str
    cartera: str


def read(
    data: bytes,
    origen: Origen,
    *,
    kind: str = "asignacion",
    decimal: Sign | None = None,
    formato: Formato | None = None,
    progress: Progress | None = None,
) -> Carga:
    """Judge a whole file of text, row by row. `decimal` (``,`` or ``.``) states its decimal sign; None: its evidence.

    `formato`: what the mandante's template states of files of this kind. `progress` is told (rows done, rows in all).
    Raises `CargaError`, with a sentence, for a file refused as a whole.
    """
    rows = table(data, kind, formato)
    return read_tabla(rows, origen, kind=kind, decimal=decimal, formato=formato, progress=progress)


def table(data: bytes, kind: str, formato: Formato | None = None) -> Tabla:
    """The table in a file of text, as its kind and the template have it. Raises `CargaError`."""
    known(kind)
    text = tabla.decode(data, formato.encoding if formato else "")
    if formato and formato.format == "fixed":
        return tabla.fixed(text, formato.spans(), formato.first_row)
    delimiter, header_row = (formato.delimiter, formato.header_row) if formato else ("", 0)
    return tabla.parse(text, partial(recognised, kind=kind, formato=formato), delimiter, header_row)


def read_tabla(
    rows: Tabla,
    origen: Origen,
    *,
    kind: str = "asignacion",
    decimal: Sign | None = None,
    formato: Formato | None = None,
    progress: Progress | None = None,
) -> Carga:
    """Judge the rows of a table; for the rest see `read`."""
    layout = known(kind)
    if formato:
        rows, columns = formato.apply(rows, layout)
        opciones = formato.opciones(decimal)
    else:
        columns, opciones = None, Opciones(decimal)
    hoja = Hoja(rows, layout, columns)
    lectura = KINDS[kind](hoja, opciones, progress)
    return Carga(
        file_name=origen.file_name,
        file_sha256=origen.file_sha256,
        mandante=origen.mandante,
        cartera=origen.cartera,
        deudores=lectura.deudores,
        rechazos=lectura.rechazos,
        totals=lectura.totals,
        avisos=lectura.avisos,
        kind=kind,
        filas=lectura.filas,
        leidas=lectura.leidas,
        columnas=hoja.understood(),
    )


def recognised(cells: Sequence[str], kind: str, formato: Formato | None = None) -> int:
    """How many fields a row names, if it were the header: the template's headings where there is one."""
    layout = known(kind)
    return formato.recognised(cells, layout) if formato else columnas.recognised(cells, layout)


def complete(header: Sequence[str], kind: str, formato: Formato | None = None) -> bool:
    """Whether a row that is taken for the header names all that is needed."""
    layout = known(kind)
    if formato and formato.columns:
        return not formato.missing(header)
    found = {columnas.field_of(cell, layout) for cell in header} | (formato.constants.keys() if formato else set())
    return not columnas.lacking(found, layout)


def known(kind: str) -> Layout:
    """The columns of a kind of file. Raises `CargaError` for one that there is not."""
    if kind not in KINDS:
        raise CargaError(f"«{kind}» no es un tipo de carga; hay: {', '.join(KINDS)}.")
    return columnas.LAYOUTS[kind]
