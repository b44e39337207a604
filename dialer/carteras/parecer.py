"""What the cells of a column look like, whatever its heading says: RUTs, dates, amounts, telephones, e-mails."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dialer.carteras import fecha, monto, rut, telefono
from dialer.carteras.rechazo import Falla

CELLS = 50
"""So many rows of a file are looked at."""
MOST = 0.6
"""The share of a column's cells that must be of a kind: files have faults."""
FEW = 3
"""Fewer cells than this say nothing."""

OF_FIELD = {
    "rut": "rut",
    "fecha": "fecha",
    "emision": "fecha",
    "recepcion": "fecha",
    "vencimiento": "fecha",
    "monto": "monto",
    "saldo": "monto",
    "valor": "monto",
    "mail": "mail",
    "fono": "fono",
    "fono_laboral": "fono",
    "fono_tercero": "fono",
}
"""What the cells of these fields are; the cells of the others can be anything."""


def looks(cells: Sequence[str]) -> frozenset[str] | None:
    """The kinds that most of the cells are of; None where there are too few to say."""
    said = [cell for cell in cells if cell.strip()]
    if len(said) < FEW:
        return None
    enough = MOST * len(said)
    return frozenset(kind for kind, read in _READERS.items() if sum(_reads(read, one) for one in said) >= enough)


def _reads(read: Callable[[str], object], cell: str) -> bool:
    try:
        return bool(read(cell))
    except Falla:
        return False


def _is_rut(cell: str) -> bool:
    """Bare digits are anything: an amount, an invoice."""
    return ("-" in cell or cell[-1:].upper() == "K") and bool(rut.parse(cell))


def _is_amount(cell: str) -> bool:
    return monto.take_apart(cell).digits.replace(".", "").replace(",", "").isdecimal()


_READERS: dict[str, Callable[[str], object]] = {
    "rut": _is_rut,
    "fecha": fecha.parse,
    "monto": _is_amount,
    "mail": lambda cell: "@" in cell,
    "fono": lambda cell: telefono.read_cell(cell).telefonos,
}
