"""What a row of each kind of load says, in canonical values, ready to apply.

One struct for each kind; `row` is the row's number as a spreadsheet shows it. RUTs ``12345678-5``, telephones E.164,
dates ISO, amounts `Decimal` in units of their currency (``CLP``, ``CLF``). `kind` of a document as in
`model.Documento`; an empty `number` means: all that the debtor owes in the cartera.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec


class Telefono(msgspec.Struct, frozen=True):
    """`kind`: movil, fijo, laboral, tercero, desconocido (a guess from the number: portability hides the truth).

    `source`: where the file says that it comes from; empty: it does not.
    """

    e164: str
    kind: str = "desconocido"
    source: str = ""


class Direccion(msgspec.Struct, frozen=True):
    """One more place where somebody may be found. What is empty is not known."""

    address: str
    comuna: str = ""
    source: str = ""


class FilaSaldo(msgspec.Struct, frozen=True):
    """The mandante's own figure of what is still owed of a document."""

    row: int
    rut: str
    kind: str
    number: str
    saldo: Decimal
    currency: str


class FilaPago(msgspec.Struct, frozen=True):
    """Money received. `reference`: the mandante's number of the payment (with rut and date: its key), or empty."""

    row: int
    rut: str
    kind: str
    number: str
    amount: Decimal
    currency: str
    paid_on: str
    reference: str


class FilaRetiro(msgspec.Struct, frozen=True):
    """A document (or the whole case) that the mandante takes back. `reason`: its words."""

    row: int
    rut: str
    kind: str
    number: str
    reason: str


class FilaDemografico(msgspec.Struct, frozen=True):
    """How else to reach somebody. What is empty says nothing. `addresses`: further ones than the one to be used."""

    row: int
    rut: str
    telefonos: tuple[Telefono, ...]
    emails: tuple[str, ...]
    address: str
    comuna: str
    addresses: tuple[str, ...] = ()
    source: str = ""


class FilaExterna(msgspec.Struct, frozen=True):
    """A contact that somebody else made (the mandante, a visit): it uses the debtor's week like one of ours.

    `channel`: call, visit, sms, email, letter, message. `at_local`: ISO date and time where the debtor lives
    (``2026-11-20T15:30``; midnight when the file has no time). `answered`: a person was reached. `effective`: the
    right one was.
    """

    row: int
    rut: str
    channel: str
    at_local: str
    answered: bool
    effective: bool
    detail: str


class FilaBloqueo(msgspec.Struct, frozen=True):
    """Somebody who must not be contacted: `stop` one of concursal, bloqueado (the person), baja_call, baja_sms… (the
    person, by that channel), emplazado, disputa, pagado (their cases in this mandante); or a telephone alone (`rut`
    empty)."""

    row: int
    rut: str
    e164: str
    stop: str
    reason: str


class FilaUf(msgspec.Struct, frozen=True):
    """The value of one UF in CLP on a day."""

    row: int
    day: str
    value: Decimal


Fila = FilaSaldo | FilaPago | FilaRetiro | FilaDemografico | FilaExterna | FilaBloqueo | FilaUf

KINDS: dict[str, type] = {
    "saldos": FilaSaldo,
    "pagos": FilaPago,
    "retiros": FilaRetiro,
    "demograficos": FilaDemografico,
    "externas": FilaExterna,
    "bloqueos": FilaBloqueo,
    "uf": FilaUf,
}
"""The kinds of load beside ``asignacion``, whose rows are documents of a `model.Deudor`."""
