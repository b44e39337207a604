"""What the engine knows of a debtor: ids, zone, phones and history, without anything that names a person."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

OPT_OUT = "baja_"
"""How the stop begins by which a person opted out of one channel: ``baja_sms``, ``baja_call``…"""


class Phone(msgspec.Struct, frozen=True, omit_defaults=True):
    """One telephone of a debtor. `kind`: movil, fijo, laboral, tercero, desconocido. `quality`: 0 (bad) to 100."""

    phone_id: int
    kind: str = "desconocido"
    quality: int = 50


class Touch(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of a person's ledger: something that reached, or tried to reach, them, for whichever mandante.

    `mandante` is empty for the mandante of the case that carries the ledger, another one's code otherwise. `channel`:
    call, visit, sms, email, letter, message. `rang`: the far end rang or better. `answered`: a *person* answered,
    whoever it was, abandoned calls included. `effective`: the disposition says it uses the weekly contact, or the call
    was abandoned. `abandoned`: they answered and nobody was free. `verdict`: how a call of ours ended.
    """

    at_ms: int
    channel: str = "call"
    phone_id: int = 0
    rang: bool = False
    answered: bool = False
    effective: bool = False
    abandoned: bool = False
    verdict: str = ""
    mandante: str = ""


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """A case (deudor × cartera) claimed from the queue, ready to be judged by the rules.

    `zone` is the debtor's IANA zone (from the comuna), `region` the holidays subdivision (``CL-AP``: ``AP``), `regime`
    one of consumidor, mype, empresa. `stops` lists what forbids contact: emplazado, disputa, pagado (of the case),
    concursal, bloqueado and the opt-outs (of the person). `history` is newest last, for as long as any rule looks back.

    `agent_id`: the ejecutivo to whom the case is bound, "" for anybody of the cartera. `callback_ms`: when a rellamado
    was agreed for and has not been made yet (0: none). `asked_on`: the telephone on which whoever owes (or their aval)
    asked for it and consented to it (0: nobody did). `listed`: the case is on a manual list of `agent_id`'s, who sees
    the card first and decides. `codes`: the results that ejecutivos gave the case, newest last. `careful`: so much is
    owed that it is only called with an agent held for it.
    """

    case_id: int
    person_id: int
    cartera: str
    phones: tuple[Phone, ...]
    history: tuple[Touch, ...] = ()
    zone: str = "America/Santiago"
    region: str = ""
    regime: str = "consumidor"
    stops: tuple[str, ...] = ()
    score: float = 0.0
    agent_id: str = ""
    callback_ms: int = 0
    asked_on: int = 0
    listed: bool = False
    codes: tuple[str, ...] = ()
    careful: bool = False


def end_calls(stops: Iterable[str]) -> bool:
    """Whether one of these stops ends calls under every preset; what an opt-out of another channel ends, the rules
    say."""
    return any(stop == f"{OPT_OUT}call" or not stop.startswith(OPT_OUT) for stop in stops)
