"""`cintillo why`: why a debtor is, or is not, next."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from config.edge.files import load_settings
from config.settings import ConfigError, Settings
from dialer.books import Books
from dialer.carteras import rut as ruts
from dialer.carteras.rechazo import Falla
from dialer.cli.assembly import read_floor, read_texts
from dialer.cli.filed import published
from dialer.edge.clock import FloorClock
from dialer.edge.queue import Queue
from dialer.edge.store import Store
from dialer.explain import Explanation, Facts, PhoneSaid, Skipped, explain
from dialer.records import QueueDown
from metrics.words import REASONS, said


async def why(rut: str, cartera: str, as_json: bool, config: Path, clock: FloorClock) -> int:
    """Tell it for each case of the RUT; the exit status is 1 when there is none."""
    settings = load_settings(config)
    found = await gather(settings, _rut(rut), cartera, clock.now_ms())
    if as_json:
        print(json.dumps([msgspec.to_builtins(one) for one in found], ensure_ascii=False))
    elif not found:
        print(f"No hay ningún caso de {_rut(rut)}" + (f" en {cartera}." if cartera else "."))
    else:
        for one in found:
            show(one, settings.zone)
    return 0 if found else 1


def _rut(text: str) -> str:
    try:
        return ruts.parse(text)
    except Falla as bad:
        raise ConfigError(f"--rut {text!r}: is not a RUT: {bad.detail} Write it as 12345678-5") from None


async def gather(settings: Settings, rut: str, cartera: str, now_ms: int) -> list[Explanation]:
    """The explanations, from the database and the queue; without the queue where it cannot be reached."""
    books = Books()
    store = await Store.open(settings.database)
    queue = Queue.open(settings.redis, node=settings.node)
    try:
        settings = await published(settings, store, now_ms)
        books.configure(read_floor(settings, read_texts(settings), now_ms))
        tramos = {name: one.informe.tramos for name, one in settings.carteras.items()}
        facts = await store.why(rut, cartera, tramos, now_ms)
        placed = [await _placed(queue, one) for one in facts if one.contact.cartera in books.carteras]
    finally:
        await queue.close()
        await store.close()
    return [_explained(books, one, now_ms) for one in placed]


def _explained(books: Books, one: Facts, now_ms: int) -> Explanation:
    book = books.carteras[one.contact.cartera]
    return explain(one, book.strategy, book.preset_for(one.contact), now_ms)


async def _placed(queue: Queue, one: Facts) -> Facts:
    try:
        where = await queue.where(one.contact.cartera, one.contact.case_id, one.contact.person_id)
    except QueueDown:
        return one
    return msgspec.structs.replace(one, where=where)


# ── to read ─────────────────────────────────────────────────────────────────────────────────────────


def show(one: Explanation, zone: str, say: Callable[[str], None] = print) -> None:
    """The explanation for a person, line by line, with times in the floor's zone."""
    say(f"{one.rut} en {one.cartera} (caso {one.case_id}): {said(STATES, one.state)}")
    say(f"  {one.sentence}")
    for label, text in _lines(one, zone):
        say(f"  {label + ':':<17}{text}")
    for phone in one.phones:
        mark = "→" if phone.chosen else " "
        source = f", de {phone.source}" if phone.source else ""
        say(f"  {mark} {phone.number} ({phone.kind}, calidad {phone.quality}{source}): {_verdict(phone, zone)}")


STATES = {"norma": "la norma no lo permite ahora", "siguiente": "es el siguiente"}


def _lines(one: Explanation, zone: str) -> list[tuple[str, str]]:
    """What there is to say, each under its label; what does not apply is left out."""
    digits = ", ".join(f"{key} {step}" for key, step in one.order.items())
    stale = "" if one.score == one.fresh_score else f"; al reordenar será {one.fresh_score:.0f}"
    bound = "para siempre" if not one.bound_until_ms else f"hasta {_when(one.bound_until_ms, zone)}"
    told = [
        ("se puede desde", _when(one.next_ms, zone) if one.next_ms is not None else ""),
        ("lugar", f"{one.rank} de {one.ready} que se pueden llamar ahora" if one.rank else ""),
        ("orden", f"{one.score:.0f} ({digits}){stale}"),
        ("rellamado", _when(one.callback_ms, zone) if one.callback_ms else ""),
        ("solo lo llama", f"{one.bound_to}, {bound}" if one.bound_to else ""),
        ("reintento", one.retry),
        ("ficha dejada", _skipped(one.skipped, zone) if one.skipped else ""),
        ("restricciones", ", ".join(one.stops)),
        ("persona", one.persona),
        ("contrato", one.contract),
        ("norma", one.rule_version),
    ]
    return [(label, text) for label, text in told if text]


def _skipped(one: Skipped, zone: str) -> str:
    return f"por {one.agent_id}, {_when(one.at_ms, zone)}" + (f" ({one.reason})" if one.reason else "")


def _when(at_ms: int, zone: str) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)):%d-%m-%Y %H:%M:%S}"


def _verdict(phone: PhoneSaid, zone: str) -> str:
    if phone.allowed:
        return "se puede llamar"
    until = f" hasta {_when(phone.next_allowed_ms, zone)}" if phone.next_allowed_ms is not None else ", nunca"
    return f"{said(REASONS, phone.rule)} ({phone.rule}){until}"
