"""The disposition tree: what may come of a call, what each result needs, and what follows from it.

A tree also says which code the system itself records for each verdict of a call that no ejecutivo took
(`verdicts`); `connected` is not among them, because there an ejecutivo owes the gestión.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from config.faults import Lines, sentences
from config.preset import Channel
from config.settings import RETRY_DEFAULT, Id, Model
from scripts_llamada.guion import Code, GuionError

ContactType = Literal["directo", "aval", "empresa", "indirecto", "sin_contacto", "maquina", "terreno", "masiva"]
Need = Literal["date", "amount", "datetime", "address", "reason", "plan", "proof", "paid_on", "channel", "reference"]
PhoneEffect = Literal["none", "confirmed", "downrank", "invalid", "not_theirs", "blacklist"]
Stop = Literal["", "emplazado", "disputa", "pagado", "concursal", "bloqueado"]

ON_A_CALL: frozenset[str] = frozenset({"directo", "aval", "empresa", "indirecto", "sin_contacto"})
"""Contact types an ejecutivo may choose on a call; the others are recorded by the system, terreno or a mailing."""

RIGHT_PARTY: frozenset[str] = frozenset({"directo", "aval", "empresa"})

MAY_ASK: frozenset[str] = frozenset({"directo", "aval"})
"""Contact types of those whose debt it is: a rellamado that they ask for may be logged with their consent."""

IN_THE_COMMENT: dict[str, str] = {
    "reason": "el motivo",
    "plan": "las cuotas del convenio, con sus fechas y montos",
    "proof": "el comprobante: banco o lugar, fecha y número",
    "paid_on": "la fecha y el medio con que dice haber pagado",
    "channel": "el canal que prefiere y su dato (correo, número)",
    "reference": "el tribunal o la SUPERIR, el rol y la fecha",
}
"""Needs that are written down in the comment, and what the comment must say for each."""

DAY_MS = 86_400_000

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Next(Model):
    """When the case is called again: after `after_h` hours, at most `max` such results in a row.

    `to`: any ejecutivo of the cartera (pool), or only the one who spoke (same_agent).
    """

    after_h: Annotated[float, Field(ge=0, le=8760)]
    to: Literal["pool", "same_agent"] = "pool"
    max: Annotated[int, Field(ge=1, le=1000)] = 10


class Disposicion(Model):
    """One result. `rpc`: the right party was spoken to. `uses_weekly_contact`: it spends the debtor's contact of the
    week (Ley 19.496 art. 37). `stop`: what takes the case (emplazado, disputa, pagado) or the person (concursal,
    bloqueado) out of the queue. `opt_out`: the channels on which the person asks not to be contacted any more, for
    whichever mandante. `keep_recording`: the recording is kept for the legal term.
    """

    code: Code
    contact_type: ContactType
    label: Annotated[str, Field(min_length=1, max_length=80)]
    rpc: bool
    uses_weekly_contact: bool
    needs: tuple[Need, ...] = ()
    phone_effect: PhoneEffect = "none"
    next: Next | None = None
    stop: Stop = ""
    opt_out: tuple[Channel, ...] = ()
    requires_comment: bool = False
    keep_recording: bool = True

    @property
    def on_a_call(self) -> bool:
        return self.contact_type in ON_A_CALL

    @property
    def ends_calls(self) -> bool:
        """Nobody of the case (or the person) is called after it."""
        return bool(self.stop) or "call" in self.opt_out

    @property
    def is_promise(self) -> bool:
        return "date" in self.needs or "amount" in self.needs

    @property
    def is_pickup(self) -> bool:
        """Somebody is to fetch the promised payment: saving it asks for a retiro."""
        return "address" in self.needs


class Arbol(Model):
    """A tree: `dispositions` by code, and the code that the system records for each verdict."""

    id: Id
    version: Annotated[int, Field(ge=1)]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    max_promise_days: Annotated[int, Field(ge=0, le=366)] = 30
    max_callback_days: Annotated[int, Field(ge=0, le=366)] = 30
    promise_grace_days: Annotated[int, Field(ge=0, le=30)] = 1
    verdicts: dict[str, Code]
    dispositions: Annotated[dict[Code, Disposicion], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _codes_inside(cls, raw: Any) -> Any:
        """In the file a disposition's code is its key, written once."""
        if not isinstance(raw, dict) or not isinstance(raw.get("dispositions"), dict):
            return raw
        inside = {
            code: {"code": code, **body} if isinstance(body, dict) else body
            for code, body in raw["dispositions"].items()
        }
        return {**raw, "dispositions": inside}

    def get(self, code: str) -> Disposicion | None:
        return self.dispositions.get(code)

    def system_code(self, verdict: str) -> str:
        """The code that the system records for a verdict; empty for ``connected``, where an ejecutivo owes it."""
        return "" if verdict == "connected" else self.verdicts[verdict]

    @property
    def agent_codes(self) -> frozenset[str]:
        """The codes that an ejecutivo may choose on a call."""
        return frozenset(code for code, disposicion in self.dispositions.items() if disposicion.on_a_call)


def parse(raw: object, where: str, lines: Lines | None = None) -> Arbol:
    """A tree from its decoded YAML. Raises `GuionError` with one line for each fault."""
    try:
        return Arbol.model_validate(raw)
    except ValidationError as bad:
        raise GuionError("\n".join(sentences(where, bad, lines))) from None


def as_json(arbol: Arbol) -> dict[str, Any]:
    """The tree as the console gets it: only what may be chosen on a call, in the file's order.

    ``{"id", "version", "title", "max_promise_days", "max_callback_days", "dispositions": [{"code", "contact_type",
    "label", "needs": [...], "comment_needed", ...}]}``; needs other than date, amount, datetime and address go in the
    comment (`comment_needed` says what to write).
    """
    chosen = [disposicion for disposicion in arbol.dispositions.values() if disposicion.on_a_call]
    return {
        "id": arbol.id,
        "version": arbol.version,
        "title": arbol.title,
        "max_promise_days": arbol.max_promise_days,
        "max_callback_days": arbol.max_callback_days,
        "dispositions": [
            disposicion.model_dump(mode="json") | {"comment_needed": comment_needed(disposicion)}
            for disposicion in chosen
        ],
    }


def comment_needed(disposicion: Disposicion) -> str:
    """What the comment must say, in Spanish; empty when the comment is free."""
    wanted = [IN_THE_COMMENT[need] for need in disposicion.needs if need in IN_THE_COMMENT]
    return "; ".join(wanted) or ("qué se habló" if disposicion.requires_comment else "")


# ── check ───────────────────────────────────────────────────────────────────────────────────────────


def check(arbol: Arbol) -> list[str]:
    """Everything wrong with a tree that can be read: one sentence each, empty when it may be used."""
    faults = [*_verdict_faults(arbol), *_label_faults(arbol)]
    for code, disposicion in arbol.dispositions.items():
        faults += [f"{code}: {fault}" for fault in _disposition_faults(code, disposicion)]
    return [f"arbol {arbol.id}: {fault}" for fault in faults]


def _verdict_faults(arbol: Arbol) -> Iterable[str]:
    for verdict in sorted(set(RETRY_DEFAULT) - set(arbol.verdicts)):
        yield f"verdicts: {verdict} is not mapped; give it the code that the system records for it"
    for verdict, code in arbol.verdicts.items():
        if verdict not in RETRY_DEFAULT:
            yield f"verdicts: {verdict} is no verdict of the system's; allowed: {', '.join(sorted(RETRY_DEFAULT))}"
        yield from _mapped_code_faults(arbol, verdict, code)


def _mapped_code_faults(arbol: Arbol, verdict: str, code: str) -> Iterable[str]:
    disposicion = arbol.get(code)
    if disposicion is None:
        yield f"verdicts: {verdict} = {code!r}: there is no such code in the tree"
    elif disposicion.needs or disposicion.requires_comment or disposicion.rpc:
        yield f"verdicts: {verdict} = {code!r}: the system cannot record a code that needs data or a conversation"


def _label_faults(arbol: Arbol) -> Iterable[str]:
    labels = [(each.contact_type, each.label.casefold()) for each in arbol.dispositions.values()]
    for kind, label in sorted({pair for pair in labels if labels.count(pair) > 1}):
        yield f"the label {label!r} is given to more than one result of {kind}; an ejecutivo could not tell them apart"


def _disposition_faults(code: str, disposicion: Disposicion) -> Iterable[str]:
    if disposicion.code != code:
        yield f"code = {disposicion.code!r} contradicts its key; leave code out"
    if ("date" in disposicion.needs) != ("amount" in disposicion.needs):
        yield "needs: a compromiso takes both date and amount"
    if disposicion.is_pickup and not disposicion.is_promise:
        yield "needs: a retiro (address) takes a compromiso too; add date and amount"
    if disposicion.rpc != (disposicion.contact_type in RIGHT_PARTY) and disposicion.contact_type != "terreno":
        yield f"rpc = {disposicion.rpc}: contradicts the contact type {disposicion.contact_type}"
    ends = disposicion.ends_calls
    if ends and (disposicion.next or "datetime" in disposicion.needs):
        yield f"has both {'stop' if disposicion.stop else 'opt_out of calls'} and a next call; keep one of them"
    if disposicion.on_a_call and not (ends or disposicion.next):
        yield "neither stops nor says when to call again; give it next or stop"


# ── a gestión ───────────────────────────────────────────────────────────────────────────────────────


class Registro(Model):
    """What an ejecutivo recorded: ISO date, decimal string in CLP, milliseconds since the epoch; empty: not given.

    `address`: where to pick the payment up. `consent`: whoever is to be called again asked for it, and said so.
    """

    code: str
    comment: str = ""
    promise_date: str = ""
    promise_amount: str = ""
    callback_ms: int | None = None
    address: str = ""
    consent: bool = False


def validate(arbol: Arbol, registro: Registro, today_iso: str, now_ms: int) -> list[str]:
    """What is missing or wrong in a gestión, as Spanish sentences for the ejecutivo; empty when it may be saved.

    `today_iso`: today where the debtor lives. `now_ms`: the floor's clock.
    """
    disposicion = arbol.get(registro.code)
    if disposicion is None:
        return [f"El código «{registro.code[:20]}» no existe en el árbol «{arbol.title}»."]
    if not disposicion.on_a_call:
        return [f"El código {disposicion.code} ({disposicion.label}) no lo registra un ejecutivo en una llamada."]
    return [
        *_comment_faults(disposicion, registro),
        *_promise_faults(arbol, disposicion, registro, date.fromisoformat(today_iso)),
        *_callback_faults(arbol, disposicion, registro, now_ms),
        *_consent_faults(disposicion, registro),
        *_address_faults(disposicion, registro),
    ]


def _comment_faults(disposicion: Disposicion, registro: Registro) -> Iterable[str]:
    wanted = comment_needed(disposicion)
    if wanted and sum(character.isalnum() for character in registro.comment) < 3:
        yield f"Falta el comentario: escriba {wanted}."


def _promise_faults(arbol: Arbol, disposicion: Disposicion, registro: Registro, today: date) -> Iterable[str]:
    if not disposicion.is_promise:
        if registro.promise_date or registro.promise_amount:
            yield f"El resultado {disposicion.code} ({disposicion.label}) no lleva compromiso: quite fecha y monto."
        return
    yield from _date_faults(registro.promise_date, today, arbol.max_promise_days)
    yield from _amount_faults(registro.promise_amount)


def _date_faults(text: str, today: date, days_max: int) -> Iterable[str]:
    if not text:
        yield "Falta la fecha del compromiso."
        return
    day = _day(text)
    if day is None:
        yield f"La fecha del compromiso «{text[:20]}» no existe: se espera año-mes-día, como 2026-10-31."
    elif day < today:
        yield f"La fecha del compromiso ({day:%d-%m-%Y}) ya pasó."
    elif day - today > timedelta(days=days_max):
        yield f"La fecha del compromiso ({day:%d-%m-%Y}) está a más de {days_max} días."


def _day(text: str) -> date | None:
    if not _ISO_DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _amount_faults(text: str) -> Iterable[str]:
    if not text:
        yield "Falta el monto del compromiso."
    elif not _AMOUNT.fullmatch(text) or Decimal(text) % 1:
        yield f"El monto «{text[:20]}» no se entiende: escríbalo en pesos, sin puntos ni símbolos, como 1250000."
    elif Decimal(text) == 0:
        yield "El monto del compromiso debe ser mayor que cero."


def _callback_faults(arbol: Arbol, disposicion: Disposicion, registro: Registro, now_ms: int) -> Iterable[str]:
    if registro.callback_ms is None:
        if "datetime" in disposicion.needs:
            yield "Falta la fecha y hora del rellamado."
    elif disposicion.ends_calls:
        yield f"El resultado {disposicion.code} ({disposicion.label}) detiene la gestión: no admite rellamado."
    elif registro.callback_ms <= now_ms:
        yield "La hora del rellamado ya pasó."
    elif registro.callback_ms > now_ms + arbol.max_callback_days * DAY_MS:
        yield f"El rellamado está a más de {arbol.max_callback_days} días."


def _consent_faults(disposicion: Disposicion, registro: Registro) -> Iterable[str]:
    if registro.consent and disposicion.contact_type not in MAY_ASK:
        yield "Solo quien debe o su aval puede pedir que lo llamen: quite el consentimiento."


def _address_faults(disposicion: Disposicion, registro: Registro) -> Iterable[str]:
    if not disposicion.is_pickup:
        if registro.address:
            yield f"El resultado {disposicion.code} ({disposicion.label}) no lleva dirección: quítela."
    elif sum(character.isalnum() for character in registro.address) < 5:
        yield "Falta la dirección donde retirar el pago: calle, número y comuna."


def next_due_ms(
    arbol: Arbol,
    disposicion: Disposicion,
    now_ms: int,
    callback_ms: int | None = None,
    promise_day_ms: int | None = None,
) -> int | None:
    """When the case may be called again; None when it is not to be (a stop) or the verdict's retry rule decides.

    A rellamado counts as agreed. A compromiso is left alone until its day and the tree's grace are over.
    `promise_day_ms`: midnight of the promised day where the debtor lives.
    """
    if disposicion.ends_calls:
        return None
    if callback_ms is not None:
        return callback_ms
    if disposicion.next is None:
        return None
    due = now_ms + round(disposicion.next.after_h * 3_600_000)
    if promise_day_ms is None:
        return due
    return max(due, promise_day_ms + (1 + arbol.promise_grace_days) * DAY_MS)
