"""One row of an asignación, read with care: it alone decides what a row means."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dialer.carteras import comuna, valores
from dialer.carteras.borrador import Leido
from dialer.carteras.hoja import Hoja
from dialer.carteras.lector import Aviso, Lector
from dialer.carteras.rechazo import Falla
from dialer.carteras.tabla import Fila


def leer(lector: Lector, fila: Fila) -> Leido:
    """What a row says. Raises `Bad`, with its first fault, for one that cannot be loaded."""
    lector.check_whole(fila)
    text = lector.hoja.text
    person = lector.rut(fila)
    name = lector.field(fila, "nombre", lambda _: _name(lector, fila))
    kind, number = lector.document(fila)
    due = lector.date(fila, "vencimiento")
    owed_in = saldo_field(lector.hoja)
    currency = lector.currency(fila, owed_in)
    saldo = lector.field(fila, owed_in, lambda cell: _owed(lector, cell, currency, kind))
    amount = lector.field(fila, "monto", lambda cell: lector.amount(cell, currency)) if text(fila, "monto") else saldo
    issued, phones, (mails, mail_avisos) = _issued(lector, fila, due), lector.phones(fila), lector.emails(fila)
    place, regime = comuna.lookup(text(fila, "comuna")), valores.regime(text(fila, "regimen"))
    received, (address, *further) = _received(lector, fila, issued), lector.addresses(fila) or ("",)
    return Leido(
        rut=person,
        name=name,
        regime=regime or "consumidor",
        comuna=place.name if place else "",
        address=address,
        emails=mails,
        telefonos=phones.good,
        kind=kind,
        number=number,
        amount=plain(amount),
        saldo=plain(saldo),
        currency=currency,
        issued=issued,
        due=due,
        avisos=(*_lost(lector, fila, name, issued), *_lost_too(lector, fila, received), *phones.avisos, *mail_avisos),
        persona=valores.persona(text(fila, "persona")) or "",
        received=received,
        source=valores.source(text(fila, "fuente")),
        addresses=tuple(further),
    )


def plain(amount: Decimal) -> str:
    """An amount as a decimal string, without exponent."""
    return f"{amount:f}"


def saldo_field(hoja: Hoja) -> str:
    return "saldo" if "saldo" in hoja.at else "monto"


def _name(lector: Lector, fila: Fila) -> str:
    return " ".join(" ".join(lector.hoja.text(fila, field) for field in ("nombre", "paterno", "materno")).split())


def _owed(lector: Lector, text: str, currency: str, kind: str) -> Decimal:
    saldo = lector.owed(text, currency, kind)
    if saldo == 0:
        raise Falla("amount_zero")
    return saldo


def _issued(lector: Lector, fila: Fila, due: str) -> str | None:
    found = lector.evidence.dates.get(lector.hoja.text(fila, "emision"))
    return found if isinstance(found, str) and found <= due else None


def _received(lector: Lector, fila: Fila, issued: str | None) -> str | None:
    found = lector.evidence.dates.get(lector.hoja.text(fila, "recepcion"))
    return found if isinstance(found, str) and found >= (issued or "") else None


def _lost_too(lector: Lector, fila: Fila, received: str | None) -> Iterator[Aviso]:
    """What of the values that few files have could not be used."""
    at, (recepcion, persona) = lector.hoja.at, (lector.hoja.text(fila, field) for field in ("recepcion", "persona"))
    if recepcion and received is None:
        found = lector.evidence.dates[recepcion]
        yield Aviso(at["recepcion"], recepcion, found if isinstance(found, Falla) else Falla("received_order"))
    if valores.persona(persona) is None:
        yield Aviso(at["persona"], persona, Falla("persona_unknown"))


def _lost(lector: Lector, fila: Fila, name: str, issued: str | None) -> Iterator[Aviso]:
    """What of a row's smaller values could not be used."""
    at, text = lector.hoja.at, lector.hoja.text
    tipo, emision, place, regime = (text(fila, field) for field in ("tipo", "emision", "comuna", "regimen"))
    if valores.document_kind(tipo) is None:
        yield Aviso(at["tipo"], tipo, Falla("kind_unknown"))
    if emision and issued is None:
        found = lector.evidence.dates[emision]
        yield Aviso(at["emision"], emision, found if isinstance(found, Falla) else Falla("date_order"))
    if valores.is_damaged(name):
        yield Aviso(at["nombre"], name, Falla("text_damaged"))
    if place and comuna.lookup(place) is None:
        yield Aviso(at["comuna"], place, Falla("comuna_unknown"))
    if valores.regime(regime) is None:
        yield Aviso(at["regimen"], regime, Falla("regime_unknown"))
