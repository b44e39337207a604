"""A cartera's contents as a load brings them: canonical values, ready for the store.

RUTs are ``12345678-5`` (no dots, capital K), phones E.164 (``+56912345678``), dates ISO (``2026-10-31``), amounts
`Decimal` in units of their currency (``CLP``, ``CLF``).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from dialer.carteras.filas import Direccion, Fila, Telefono


class Documento(msgspec.Struct, frozen=True):
    """One debt item. `kind`: factura, cuota, cheque, letra, pagare, boleta, nota_credito, otro. `received`: when the
    debtor had it, where the file says so."""

    kind: str
    number: str
    amount: Decimal
    saldo: Decimal
    currency: str
    issued: str | None
    due: str
    received: str | None = None


class Deudor(msgspec.Struct, frozen=True):
    """A person or company with what they owe in one cartera. `regime`: consumidor, mype, empresa.

    `persona`: natural or juridica, as the file says; empty: it does not (`rut.persona` has a guess). `address` is the
    one to be used, from `source`; `addresses` are further ones.
    """

    rut: str
    name: str
    regime: str
    comuna: str
    address: str
    emails: tuple[str, ...]
    telefonos: tuple[Telefono, ...]
    documentos: tuple[Documento, ...]
    persona: str = ""
    source: str = ""
    addresses: tuple[Direccion, ...] = ()


class Rechazo(msgspec.Struct, frozen=True):
    """A row that cannot be used: its number as a spreadsheet shows it, the column, the value found, and why.

    `reason` is one of the closed list `carga.REASONS`; `detail` is the sentence for a person.
    """

    row: int
    column: str
    value: str
    reason: str
    detail: str


class Totals(msgspec.Struct, frozen=True):
    """Control totals of a load: rows read = loaded + rejected; saldo by currency, of the loaded rows."""

    rows_read: int
    rows_loaded: int
    rows_rejected: int
    deudores: int
    documentos: int
    saldo: dict[str, Decimal]


APART = " | "
"""Between several addresses of a row, which have spaces of their own."""


class FilaLeida(msgspec.Struct, frozen=True):
    """A row that was taken, with its canonical values by field name (amounts as decimal strings, dates ISO)."""

    row: int
    values: dict[str, str]


class Carga(msgspec.Struct, frozen=True):
    """A file read, row by row judged, ready to apply.

    `kind`: asignacion (its rows are `deudores`) or one of `filas.KINDS` (its rows are `filas`). `rechazos` are rows
    that were not loaded, one each; `avisos` are values dropped from rows that were. `leidas`: every row taken, as it
    was understood, for reports. `columnas`: each heading of the file with the field that it was taken for ("": none).
    `deudores` and `leidas` of a large file are made as they are gone through: keep none.
    """

    file_name: str
    file_sha256: str
    mandante: str
    cartera: str
    deudores: Sequence[Deudor]
    rechazos: tuple[Rechazo, ...]
    totals: Totals
    avisos: tuple[Rechazo, ...] = ()
    kind: str = "asignacion"
    filas: Sequence[Fila] = ()
    leidas: Sequence[FilaLeida] = ()
    columnas: tuple[tuple[str, str], ...] = ()
