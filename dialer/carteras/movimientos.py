"""What a mandante says of documents that were assigned before: saldos, pagos, retiros; and the values of the UF."""

from __future__ import annotations

from decimal import Decimal

from dialer.carteras import valores
from dialer.carteras.filas import FilaPago, FilaRetiro, FilaSaldo, FilaUf
from dialer.carteras.juez import Claves, Fallo
from dialer.carteras.lector import Aviso, Bad, Lector
from dialer.carteras.rechazo import Falla
from dialer.carteras.tabla import Fila

UF_MIN, UF_MAX = Decimal(10_000), Decimal(200_000)
"""The UF passed 10.000 pesos in 1994; what is outside has lost its decimal sign."""


def saldo(lector: Lector, fila: Fila, claves: Claves) -> Fallo:
    """A saldo may be nothing: the document was paid. Of two saldos of one document the last row's is the one."""
    rut = lector.rut(fila)
    kind, number = lector.document(fila)
    currency = lector.currency(fila, "saldo")
    owed = lector.field(fila, "saldo", lambda text: lector.owed(text, currency, kind))
    known = claves.see((rut, kind, number.lstrip("0")), fila.number, (owed, currency))
    contenido = FilaSaldo(fila.number, rut, kind, number, owed, currency)
    if known is None:
        return Fallo((contenido,), lost(lector, fila))
    if known.value == (owed, currency):
        raise Bad(lector.hoja.at["numero"], number, Falla("duplicate", first=known.row))
    claves.replace((rut, kind, number.lstrip("0")), fila.number, (owed, currency))
    again = Aviso(lector.hoja.at["saldo"], lector.hoja.text(fila, "saldo"), Falla("saldo_again", first=known.row))
    return Fallo((contenido,), (*lost(lector, fila), again))


def pago(lector: Lector, fila: Fila, claves: Claves) -> Fallo:
    """With a reference, that and RUT and date are its key; without, a row like another cannot be told from it."""
    rut = lector.rut(fila)
    paid_on = lector.date(fila, "fecha")
    kind, number = document_or_all(lector, fila)
    currency = lector.currency(fila, "monto")
    amount = lector.field(fila, "monto", lambda text: _paid(lector, text, currency))
    reference = valores.reference(lector.hoja.text(fila, "referencia"))
    mark = (reference, kind, number.lstrip("0")) if reference else (kind, number.lstrip("0"), amount)
    known = claves.see((rut, paid_on, mark), fila.number, (amount, currency))
    if known:
        raise Bad(lector.hoja.at["monto"], lector.hoja.text(fila, "monto"), known.again((amount, currency)))
    contenido = FilaPago(fila.number, rut, kind, number, amount, currency, paid_on, reference)
    return Fallo((contenido,), lost(lector, fila))


def retiro(lector: Lector, fila: Fila, claves: Claves) -> Fallo:
    """Without a number the whole case goes back."""
    rut = lector.rut(fila)
    kind, number = document_or_all(lector, fila)
    known = claves.see((rut, kind, number.lstrip("0")), fila.number, ())
    if known:
        raise Bad(lector.hoja.at["rut"], rut, Falla("duplicate", first=known.row))
    reason = " ".join(lector.hoja.text(fila, "motivo").split())
    return Fallo((FilaRetiro(fila.number, rut, kind, number, reason),), lost(lector, fila))


def uf(lector: Lector, fila: Fila, claves: Claves) -> Fallo:
    """The UF of one day."""
    day = lector.date(fila, "fecha")
    value = lector.field(fila, "valor", lambda text: _uf(lector, text))
    known = claves.see(day, fila.number, value)
    if known:
        raise Bad(lector.hoja.at["valor"], lector.hoja.text(fila, "valor"), known.again(value))
    return Fallo((FilaUf(fila.number, day, value),))


def document_or_all(lector: Lector, fila: Fila) -> tuple[str, str]:
    """Kind and number of the document; both empty where the row names none."""
    return lector.document(fila) if lector.hoja.text(fila, "numero") else ("", "")


def lost(lector: Lector, fila: Fila) -> tuple[Aviso, ...]:
    """What the kind of document says, where nobody knows it."""
    tipo = lector.hoja.text(fila, "tipo")
    if valores.document_kind(tipo) is None:
        return (Aviso(lector.hoja.at["tipo"], tipo, Falla("kind_unknown")),)
    return ()


def _paid(lector: Lector, text: str, currency: str) -> Decimal:
    amount = lector.owed(text, currency, "")
    if amount == 0:
        raise Falla("amount_zero")
    return amount


def _uf(lector: Lector, text: str) -> Decimal:
    value = lector.amount(text, "CLF")
    if not UF_MIN <= value <= UF_MAX:
        raise Falla("uf_range")
    return value
