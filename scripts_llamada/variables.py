"""The variables a guion may use, how each one reads aloud, and what is said when its value is not known.

`data` is a table of tables: ``{"deudor": {"nombre": …}, "deuda": {"total": …}, …}``, plus an optional ``"hoy"`` (ISO
date): a date of the same year is then read without its year. A value that is absent, None or blank is replaced by
the variable's fallback, which fits the same place in a sentence: nobody reads a gap aloud.

What each kind takes, and how it reads in es-CL:

* text: str, as it is.
* money: Decimal, int or decimal string in CLP, or a table currency -> amount (``{"CLP": "1250000", "CLF": "39.48"}``);
  reads ``$1.250.000 más 39,48 UF``. Zero counts as not known.
* date: ISO string; reads ``31 de octubre`` or ``31 de octubre de 2025``; write the article before it.
* documents, days: int; read ``un documento`` / ``3 documentos``, ``un día`` / ``45 días``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import msgspec
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

Data = Mapping[str, Any]
Kind = Literal["text", "money", "date", "documents", "days"]

_LOCALE = "es_CL"


class Variable(msgspec.Struct, frozen=True):
    """One variable. `instead` names the variable to try before the fallback."""

    kind: Kind
    meaning: str
    fallback: str
    instead: str = ""


VARIABLES: dict[str, Variable] = {
    "deudor.nombre": Variable("text", "nombre o razón social del deudor", "la persona titular"),
    "deudor.trato": Variable("text", "cómo tratarlo («don Pedro Soto»)", "la persona titular", instead="deudor.nombre"),
    "mandante.nombre": Variable("text", "el acreedor que encarga la cobranza", "la empresa acreedora"),
    "mandante.medios_de_pago": Variable(
        "text", "dónde y cómo se paga", "los medios de pago oficiales que le enviaremos por escrito"
    ),
    "cartera.nombre": Variable("text", "nombre de la cartera", "su cuenta"),
    "deuda.total": Variable("money", "saldo total vencido", "el saldo que figura en sus documentos"),
    "deuda.documentos": Variable("documents", "cantidad de documentos impagos", "los documentos pendientes"),
    "deuda.vencido_desde": Variable("date", "vencimiento más antiguo", "día pactado"),
    "deuda.dias_mora": Variable("days", "días desde el vencimiento más antiguo", "varios días"),
    "deuda.origen": Variable("text", "de dónde nace la deuda", "las obligaciones contraídas con el acreedor"),
    "deuda.intereses": Variable("money", "intereses a la fecha", "los que correspondan según la ley"),
    "deuda.gastos_cobranza": Variable("money", "gastos de cobranza a la fecha", "los que la ley permite cobrar"),
    "documento.mayor": Variable("text", "el documento de mayor saldo («factura 4512»)", "el documento de mayor monto"),
    "documento.mayor_saldo": Variable("money", "saldo de ese documento", "el saldo que figura en él"),
    "documento.mayor_vence": Variable("date", "vencimiento de ese documento", "día pactado"),
    "ejecutivo.nombre": Variable("text", "nombre del ejecutivo", "un ejecutivo"),
    "empresa.nombre": Variable("text", "la empresa de cobranza", "FASTCO"),
    "empresa.telefono": Variable("text", "teléfono al que devolver la llamada", "el que aparece en su pantalla"),
    "empresa.correo": Variable("text", "correo para pedir información", "el que le indicaremos por escrito"),
}
"""The house's variables; a guion lists which of them it uses and may give its own fallback for each."""

DISCLOSING = ("deuda.", "documento.", "mandante.", "cartera.")
"""Variables under these groups tell whoever listens that there is a debt."""

_PLACE = re.compile(r"\{([^{}]*)\}")
_CONTRACTION = re.compile(r"\b(de|a) $", re.IGNORECASE)
_SENTENCE_START = re.compile(r"(^|[.!?…]\s+|[¿¡])$")


def used_in(text: str) -> list[str]:
    """The names between braces in a text, in order, as written."""
    return _PLACE.findall(text)


def stray_braces(text: str) -> bool:
    """Whether a brace is left that belongs to no variable."""
    return bool(re.search(r"[{}]", _PLACE.sub("", text)))


def fill(text: str, data: Data, fallbacks: Mapping[str, str]) -> str:
    """The text with every variable read aloud. `fallbacks` are the guion's own, by variable name.

    Raises `ValueError` naming the variable when its value is not of its kind, `KeyError` for a name not in `VARIABLES`.
    """
    done, rest = "", text
    while place := _PLACE.search(rest):
        value = _spoken(place[1], data, fallbacks)
        done, rest = _join(done + rest[: place.start()], value), rest[place.end() :]
        if value.endswith(".") and rest.startswith("."):
            rest = rest[1:]
    return done + rest


def _join(before: str, value: str) -> str:
    """Both in one sentence: «de» + «el saldo» is «del saldo», and a sentence starts with a capital."""
    contraction = _CONTRACTION.search(before)
    if contraction and value.startswith("el "):
        return before[: contraction.start()] + ("del" if contraction[1].lower() == "de" else "al") + value[2:]
    if _SENTENCE_START.search(before):
        return before + value[:1].upper() + value[1:]
    return before + value


def _spoken(name: str, data: Data, fallbacks: Mapping[str, str]) -> str:
    variable = VARIABLES[name]
    group, _, key = name.partition(".")
    value = (data.get(group) or {}).get(key)
    text = "" if value is None else _SPEAK[variable.kind](name, value, data)
    if text:
        return text
    if name not in fallbacks and variable.instead:
        return _spoken(variable.instead, data, fallbacks)
    return fallbacks.get(name, variable.fallback)


def _text(name: str, value: Any, _data: Data) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} = {value!r}: a text is needed")
    return " ".join(value.split())


def _money(name: str, value: Any, _data: Data) -> str:
    amounts = value if isinstance(value, Mapping) else {"CLP": value}
    exact = {currency: _decimal(name, amount) for currency, amount in amounts.items()}
    return " más ".join(amount_text(amount, currency) for currency, amount in exact.items() if amount)


def amount_text(amount: Decimal, currency: str = "CLP") -> str:
    """An amount as it reads in Chile: ``$1.250.000``, ``39,48 UF``."""
    if currency == "CLF":
        return f"{format_decimal(amount, '#,##0.00', locale=_LOCALE)} UF"
    return format_currency(amount, currency, locale=_LOCALE)


def _decimal(name: str, value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{name} = {value!r}: a decimal amount is needed, such as '1250000'") from None
    if not amount.is_finite():
        raise ValueError(f"{name} = {value!r}: a finite amount is needed")
    return amount


def _date(name: str, value: Any, data: Data) -> str:
    if value == "":
        return ""
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} = {value!r}: an ISO date is needed, such as '2026-10-31'") from None
    this_year = str(data.get("hoy") or "")[:4] == f"{day.year:04}"
    return format_date(day, "d 'de' MMMM" if this_year else "d 'de' MMMM 'de' y", locale=_LOCALE)


def _count(name: str, value: Any, one: str, many: str) -> str:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} = {value!r}: a whole number, zero or more, is needed")
    if value == 0:
        return ""
    return one if value == 1 else f"{format_decimal(value, locale=_LOCALE)} {many}"


def _documents(name: str, value: Any, _data: Data) -> str:
    return _count(name, value, "un documento", "documentos")


def _days(name: str, value: Any, _data: Data) -> str:
    return _count(name, value, "un día", "días")


_SPEAK = {"text": _text, "money": _money, "date": _date, "documents": _documents, "days": _days}
