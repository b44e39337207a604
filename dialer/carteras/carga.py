"""Reading a file that a mandante sends: bytes in, a judged `Carga` out. Nothing is stored here.

Each kind of file is a function ``(tabla, decimal, progress) -> Lectura``; `KINDS` is the door for the others (saldos,
pagos, exclusiones…). `tabla.py` reads the bytes for all of them; a spreadsheet would only be another way to a `Tabla`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dialer.carteras import asignacion, columnas, tabla
from dialer.carteras.asignacion import Lectura, Progress
from dialer.carteras.columnas import Layout
from dialer.carteras.model import Carga
from dialer.carteras.monto import Sign
from dialer.carteras.rechazo import REASONS, CargaError
from dialer.carteras.tabla import Tabla

__all__ = ["KINDS", "REASONS", "CargaError", "Origen", "read"]


class Kind(NamedTuple):
    """A kind of file: the columns that it may have, and who judges its rows."""

    layout: Layout
    read: Callable[[Tabla, Sign | None, Progress | None], Lectura]


KINDS: dict[str, Kind] = {"asignacion": Kind(columnas.ASIGNACION, asignacion.read)}


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
    progress: Progress | None = None,
) -> Carga:
    """Judge a whole file, row by row. `decimal` (``,`` or ``.``) states its decimal sign; None: its own evidence.

    `progress` is told (rows done, rows in all). Raises `CargaError`, with a sentence, for a file refused as a whole.
    """
    chosen = KINDS[kind]

    def recognised(cells: Sequence[str]) -> int:
        return columnas.recognised(cells, chosen.layout)

    lectura = chosen.read(tabla.parse(tabla.decode(data), recognised), decimal, progress)
    return Carga(
        file_name=origen.file_name,
        file_sha256=origen.file_sha256,
        mandante=origen.mandante,
        cartera=origen.cartera,
        deudores=lectura.deudores,
        rechazos=lectura.rechazos,
        totals=lectura.totals,
        avisos=lectura.avisos,
    )
