"""The control totals of a load as one word that a person or a program says back: ``rows=4072,CLP=4940701979``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from dialer.carteras.model import Totals
from dialer.carteras.rechazo import CargaError


class NotConfirmed(CargaError):
    """The totals that were said are not the file's: nothing was written."""


def control_words(totals: Totals) -> str:
    """The rows that would be loaded and Σ of their amounts by currency."""
    sums = [f"{money}={amount.normalize():f}" for money, amount in sorted(totals.saldo.items())]
    return ",".join([f"rows={totals.rows_loaded}", *sums])


def confirms(totals: Totals, said: str) -> None:
    """Raises `NotConfirmed` unless `said` names the rows and every currency's Σ, exactly."""
    wanted = _parsed(control_words(totals))
    if not said:
        raise NotConfirmed(f"Falta confirmar los totales de control: --confirm {control_words(totals)}")
    if _parsed(said) != wanted:
        raise NotConfirmed(
            f"Los totales confirmados ({said}) no son los del archivo ({control_words(totals)}): no se cargó nada. "
            "Revise que sea el archivo correcto."
        )


def _parsed(words: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for part in words.replace(" ", "").split(","):
        name, _, figure = part.partition("=")
        try:
            found[name.lower()] = Decimal(figure)
        except InvalidOperation:
            raise NotConfirmed(
                f"--confirm {part!r}: se espera, por ejemplo, rows=4072,CLP=4940701979 (sin puntos de miles)."
            ) from None
    return found
