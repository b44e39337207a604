"""Invented cargas for the tests."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from dialer.carteras.filas import Fila, FilaPago, FilaSaldo, Telefono
from dialer.carteras.model import Carga, Deudor, Documento, Rechazo, Totals

DAY_MS = 86_400_000
NOW = 1_795_000_000_000  # 2026-11-18, in the floor's clock
REJECTED = Rechazo(7, "RUT", "12.345.678-0", "rut_invalido", "el dígito verificador no corresponde")


def rut(n: int) -> str:
    return f"{10_000_000 + n}-{n % 10}"


def documento(number: str, saldo: str = "125000", due: str = "2026-09-30", currency: str = "CLP") -> Documento:
    return Documento("factura", number, Decimal(saldo), Decimal(saldo), currency, "2026-08-31", due)


def deudor(n: int, *documentos: Documento, phones: tuple[str, ...] | None = None, comuna: str = "Arica") -> Deudor:
    e164 = (f"+5691{n:07d}",) if phones is None else phones
    return Deudor(
        rut=rut(n),
        name=f"Comercial Peñalolén Ñuble {n} Ltda.",
        regime="mype",
        comuna=comuna,
        address=f"Calle {n}",
        emails=(f"pagos{n}@example.cl",),
        telefonos=tuple(Telefono(one, "movil") for one in e164),
        documentos=documentos or (documento(f"F{n}"),),
    )


def carga(
    *deudores: Deudor,
    cartera: str = "facturas",
    mandante: str = "andes",
    rechazos: tuple[Rechazo, ...] = (),
    avisos: tuple[Rechazo, ...] = (),
    seed: str = "",
) -> Carga:
    documents = [one for person in deudores for one in person.documentos]
    saldo: dict[str, Decimal] = {}
    for one in documents:
        saldo[one.currency] = saldo.get(one.currency, Decimal(0)) + one.saldo
    rows = len(documents)
    sha = hashlib.sha256(f"{seed}{cartera}{mandante}{deudores}".encode()).hexdigest()
    totals = Totals(rows + len(rechazos), rows, len(rechazos), len(deudores), rows, saldo)
    return Carga("cartera.csv", sha, mandante, cartera, deudores, rechazos, totals, avisos)


def filas(
    kind: str, *rows: Fila, cartera: str = "", mandante: str = "andes", seed: str = "", file_name: str = ""
) -> Carga:
    """A carga of one of the kinds beside asignación."""
    saldo: dict[str, Decimal] = {}
    for one in rows:
        if isinstance(one, FilaSaldo | FilaPago):
            amount = one.saldo if isinstance(one, FilaSaldo) else one.amount
            saldo[one.currency] = saldo.get(one.currency, Decimal(0)) + amount
    sha = hashlib.sha256(f"{seed}{kind}{cartera}{mandante}{rows}".encode()).hexdigest()
    totals = Totals(len(rows), len(rows), 0, 0, 0, saldo)
    return Carga(file_name or f"{kind}.csv", sha, mandante, cartera, (), (), totals, kind=kind, filas=rows)


def saldo_de(n: int, saldo: str, number: str = "", row: int = 2, currency: str = "CLP") -> FilaSaldo:
    return FilaSaldo(row, rut(n), "factura", number or f"F{n}", Decimal(saldo), currency)


def pago_de(
    n: int, amount: str, number: str = "", row: int = 2, paid_on: str = "2026-11-18", reference: str = ""
) -> FilaPago:
    return FilaPago(row, rut(n), "", number, Decimal(amount), "CLP", paid_on, reference)
