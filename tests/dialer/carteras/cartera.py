"""A small cartera as text, for the tests of its reader."""

from __future__ import annotations

from dialer.carteras import carga
from dialer.carteras.carga import Origen
from dialer.carteras.model import Carga
from dialer.carteras.monto import Sign

HEADER = "RUT;NOMBRE;COMUNA;TELEFONO1;MAIL1;TIPODOCUMENTO;NUMERO;FECDOC;FECVENC;MONEDA;MONTO ASIGNADO;SALDO;REGIMEN"
GOOD = {
    "RUT": "12.345.678-5",
    "NOMBRE": "Peña Núñez Ltda.",
    "COMUNA": "Ñuñoa",
    "TELEFONO1": "987654320",
    "MAIL1": "pagos@x.example",
    "TIPODOCUMENTO": "Factura",
    "NUMERO": "100",
    "FECDOC": "01/09/2026",
    "FECVENC": "31/10/2026",
    "MONEDA": "CLP",
    "MONTO ASIGNADO": "1.250.000",
    "SALDO": "1.250.000",
    "REGIMEN": "empresa",
}


def row(**changes: str) -> str:
    """The good row with some cells changed; underscores stand for spaces in headings."""
    cells = GOOD | {heading.replace("_", " "): value for heading, value in changes.items()}
    return ";".join(cells[heading] for heading in HEADER.split(";"))


def read(*rows: str, header: str = HEADER, decimal: Sign | None = None) -> Carga:
    text = "\n".join([header, *rows, ""])
    return carga.read(text.encode(), Origen("a.csv", "00", "m", "c"), decimal=decimal)


def reasons(result: Carga) -> list[tuple[int, str, str]]:
    return [(rechazo.row, rechazo.column, rechazo.reason) for rechazo in result.rechazos]


def warnings(result: Carga) -> list[tuple[int, str, str]]:
    return [(aviso.row, aviso.column, aviso.reason) for aviso in result.avisos]


def read_kind(kind: str, header: str, *rows: str) -> Carga:
    text = "\n".join([header, *rows, ""])
    return carga.read(text.encode(), Origen("a.csv", "00", "m", "c"), kind=kind)
