"""Whom outside a debtor may be handed to: the directory of the settings, and numbers that are typed.

On the console's wire a telephone of the directory is ``ext:<code>``; in the engine one that was typed is ``num:<n>``,
because the engine's events are kept for ever and hold no number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from agents.desk import DeskError
from config.traspasos import Externo, Traspasos, is_emergency
from dialer.carteras.rechazo import Falla
from dialer.carteras.telefono import normalise

LISTED, TYPED = "ext:", "num:"
EMERGENCY = "A un número de emergencia no se traspasa a un deudor."
SERVICE = "Los números 600, 700 y 800 no se escriben: pida que agreguen el que necesita al directorio."


class Destino(NamedTuple):
    """Who is called: `to` in the engine, how the screen calls them, and the number in E.164."""

    to: str
    name: str
    number: str


def is_outside(to: str) -> bool:
    """Whether this is no colleague's code: of the directory, or a telephone number."""
    return to.startswith(LISTED) or not to.strip("+0123456789 ")


def offered(settings: Traspasos, cartera: str) -> Sequence[dict[str, Any]]:
    """The directory's entries for the debtors of this cartera ("": no call, all), and whether a number may be typed."""
    rows: list[dict[str, Any]] = [
        _row(LISTED + one.code, one.label, "externo", list(one.kinds))
        for one in settings.externos
        if not cartera or _is_for(one, cartera)
    ]
    return [*rows, _row("", "", "numero", ["attended", "blind"])] if settings.free_numbers else rows


def _row(code: str, name: str, kind: str, kinds: list[str]) -> dict[str, Any]:
    return {"code": code, "name": name, "role": "", "state": "", "kind": kind, "kinds": kinds}


def _is_for(one: Externo, cartera: str) -> bool:
    return not one.carteras or cartera in one.carteras


def destino(settings: Traspasos, to: str, cartera: str, n: int, *, attended: bool) -> Destino:
    """Who is meant; `n` numbers what was typed. Raises `DeskError` with a sentence for whom it cannot be."""
    return _listed(settings, to, cartera, attended=attended) if to.startswith(LISTED) else _typed(settings, to, n)


def _listed(settings: Traspasos, to: str, cartera: str, *, attended: bool) -> Destino:
    one = next((one for one in settings.externos if LISTED + one.code == to), None)
    if one is None:
        raise DeskError("transfer_external", "Ese teléfono ya no está en el directorio: elija otro.")
    if not _is_for(one, cartera):
        raise DeskError("transfer_external", f"{one.label} no recibe traspasos de esta cartera: elija otro.")
    if ("attended" if attended else "blind") not in one.kinds:
        how = "sin consulta" if attended else "con consulta previa"
        raise DeskError("transfer_external", f"{one.label} sólo recibe traspasos {how}.")
    return Destino(to, one.label, one.number)


def _typed(settings: Traspasos, to: str, n: int) -> Destino:
    if not settings.free_numbers:
        raise DeskError("transfer_external", "Sólo se traspasa a los teléfonos del directorio: elija uno de la lista.")
    if is_emergency(to):
        raise DeskError("transfer_external", EMERGENCY)
    try:
        number = normalise(to).e164
    except Falla as falla:
        raise DeskError("transfer_external", SERVICE if falla.reason == "phone_service" else falla.detail) from None
    return Destino(f"{TYPED}{n}", number, number)
