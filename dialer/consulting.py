"""What agents read of their transfers: why one cannot be, how it goes, and what whoever is asked to take it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from agents.desk import DeskError
from agents.messages import Consult, Notice
from config.traspasos import Traspasos
from dialer import commands as c
from dialer import events as e
from dialer import externos, outgoing, receiving
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
    "on_floor": "{to} está en el piso con su consola: elija su nombre entre los compañeros.",
    "listening": "{to} está escuchando a un ejecutivo: elija a otra persona o espere a que termine.",
    "not_receiving": "{to} no está recibiendo traspasos: elija a otra persona.",
    "foreign": "{to} no trabaja esta cartera: elija a otra persona.",
    "no_pbx": "La central no responde: por ahora no se puede llamar a nadie.",
    "no_line": "Todas las líneas están ocupadas: intente de nuevo en un momento.",
}

FAILURES: Final[Mapping[str, str]] = {
    "away": "{to} salió: el deudor vuelve con usted.",
    "headset": "Se cortó un audífono: el deudor vuelve con usted.",
    "refused": "La central no pudo conectar con {to}: el deudor vuelve con usted.",
    "late": "{to} no alcanzó a conectarse: el deudor vuelve con usted.",
    "debtor": "El deudor cortó mientras esperaba: la gestión es suya.",
    "outside_busy": "{to} está ocupado: el deudor vuelve con usted.",
    "outside_no_answer": "{to} no contestó: el deudor vuelve con usted.",
    "outside_rejected": "{to} rechazó la llamada: el deudor vuelve con usted.",
    "outside_unknown": "El número de {to} no existe: el deudor vuelve con usted.",
    "outside_network": "No se pudo llamar a {to}: el deudor vuelve con usted.",
    "outside_hung_up": "{to} cortó: el deudor vuelve con usted.",
}


def asked(books: Books, agent_id: str, to: str, name: str, *, attended: bool, leads: bool) -> e.TransferAsked:
    """The event of a transfer that can be; raises `DeskError` with a sentence for one that cannot.

    `leads`: `to` is a supervisor or jefe, who takes calls of others out of a pause too.
    """
    _refuse(refusal(books, agent_id, to, even_paused=leads), name)
    return e.TransferAsked(agent_id, to, attended, leads)


def sent_out(
    books: Books, agent_id: str, to: str, settings: Traspasos, n: int, *, attended: bool
) -> tuple[e.OutsideAsked, externos.Destino]:
    """The event of a transfer to a telephone outside, and whom it calls; raises `DeskError` as `asked` does."""
    _refuse(outgoing.refusal(books, agent_id), to)
    call = books.calls[books.roster.agents[agent_id].on_call]
    whom = externos.destino(settings, to, call.cartera, n, attended=attended)
    limits = settings.ring_ms, settings.max_ms
    return e.OutsideAsked(agent_id, whom.to, attended, *limits, record=settings.record_external), whom


def sent_in(
    books: Books, agent_id: str, to: str, receivers: receiving.Receivers, settings: Traspasos, *, attended: bool
) -> tuple[e.OutsideAsked, externos.Destino]:
    """As `sent_out`, to a supervisor (``sup:<code>``) who has only the floor's page. They are ours: it is recorded."""
    name = receivers.name(to)
    _refuse(outgoing.refusal(books, agent_id, to), name)
    call = books.calls[books.roster.agents[agent_id].on_call]
    _refuse(receivers.refusal(to, call.cartera), name)
    limits = settings.ring_ms, settings.max_ms
    event = e.OutsideAsked(agent_id, to, attended, *limits, record=True, endpoint=receivers.endpoint(to))
    return event, externos.Destino(to, name, "")


def _refuse(why: str, name: str) -> None:
    if why:
        raise DeskError(f"transfer_{why}", REFUSALS[why].format(to=name))


def told(command: c.TellConsult, name: str) -> Consult:
    """What the page of whom hands over shows."""
    sentences = {**REFUSALS, **FAILURES}
    detail = sentences.get(command.why, "").format(to=name)
    return Consult(command.state, name, detail, yours=command.outside and command.state == "done")


def invited(command: c.TellConsult, name_of: Callable[[str], str], now_ms: int) -> Notice | None:
    """What whoever is consulted reads, before a voice comes out of nowhere."""
    if command.state != "ringing" or command.outside:
        return None
    return Notice(name_of(command.agent_id), "Le consulta por el deudor de la ficha, que espera con música.", now_ms)
