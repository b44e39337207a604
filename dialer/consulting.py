"""What agents read of their transfers: why one cannot be, how it goes, and what whoever is asked to take it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from agents.desk import DeskError
from agents.messages import Consult, Notice
from dialer import commands as c
from dialer import events as e
from dialer.books import Books
from dialer.transferring import refusal

REFUSALS: Final[Mapping[str, str]] = {
    "no_call": "No hay un deudor en su línea que pueda traspasar.",
    "under_way": "Ya hay un traspaso en curso: entréguelo o vuelva con el deudor.",
    "self": "No puede traspasarse la llamada a usted mismo.",
    "no_leg": "Su audífono no está conectado: espere a que vuelva antes de traspasar.",
    "away": "{to} no está en el piso con su consola abierta: elija a otra persona.",
    "away_leg": "El audífono de {to} no está conectado: elija a otra persona.",
    "paused": "{to} está en pausa: elija a otra persona o espere a que vuelva.",
    "busy": "{to} está atendiendo: elija a otra persona o espere a que se desocupe.",
}

FAILURES: Final[Mapping[str, str]] = {
    "away": "{to} salió: el deudor vuelve con usted.",
    "headset": "Se cortó un audífono: el deudor vuelve con usted.",
    "refused": "La central no pudo conectar con {to}: el deudor vuelve con usted.",
    "late": "{to} no alcanzó a conectarse: el deudor vuelve con usted.",
    "debtor": "El deudor cortó mientras esperaba: la gestión es suya.",
}

EXTERNAL: Final = "Los traspasos a números externos no están habilitados: elija a un compañero o a un supervisor."


def asked(books: Books, agent_id: str, to: str, name: str, *, attended: bool, leads: bool) -> e.TransferAsked:
    """The event of a transfer that can be; raises `DeskError` with a sentence for one that cannot.

    `leads`: `to` is a supervisor or jefe, who takes calls of others out of a pause too.
    """
    if not to.strip("+0123456789 "):
        raise DeskError("transfer_external", EXTERNAL)
    why = refusal(books, agent_id, to, even_paused=leads)
    if why:
        raise DeskError(f"transfer_{why}", REFUSALS[why].format(to=name))
    return e.TransferAsked(agent_id, to, attended, leads)


def told(command: c.TellConsult, name: str) -> Consult:
    """What the page of whom hands over shows."""
    sentences = {**REFUSALS, **FAILURES}
    return Consult(command.state, name, sentences.get(command.why, "").format(to=name))


def invited(command: c.TellConsult, name_of: Callable[[str], str], now_ms: int) -> Notice | None:
    """What whoever is consulted reads, before a voice comes out of nowhere."""
    if command.state != "ringing":
        return None
    return Notice(name_of(command.agent_id), "Le consulta por el deudor de la ficha, que espera con música.", now_ms)
