"""Deudores in the making, while rows of a million of them go by: each is a few hundred bytes until it is asked for.

A row adds one document to its deudor. Who has been seen is kept packed (MessagePack), because a million structs with
their telephones would not fit beside what the store needs; the one whose rows are going by is kept open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple, overload

import msgspec

from dialer.carteras import valores
from dialer.carteras.filas import Direccion, Telefono
from dialer.carteras.lector import Aviso
from dialer.carteras.model import Deudor, Documento
from dialer.carteras.rechazo import Falla
from dialer.carteras.telefono import GUESSED
from dialer.carteras.texto import fold

FEW = 8
OPEN_FROM = 64
"""A deudor with this many documents stays open: packing them again and again would cost more than they weigh."""


class Leido(NamedTuple):
    """What one row of an asignación says, in canonical values (amounts as text); `avisos` are what it lost.

    `source` is that of all its telephones and addresses; `addresses` are further ones than `address`.
    """

    rut: str
    name: str
    regime: str
    comuna: str
    address: str
    emails: tuple[str, ...]
    telefonos: tuple[Telefono, ...]
    kind: str
    number: str
    amount: str
    saldo: str
    currency: str
    issued: str | None
    due: str
    avisos: tuple[Aviso, ...] = ()
    persona: str = ""
    received: str | None = None
    source: str = ""
    addresses: tuple[str, ...] = ()


class _Documento(msgspec.Struct, array_like=True, gc=False):
    row: int
    kind: str
    number: str
    amount: str
    saldo: str
    currency: str
    issued: str | None
    due: str
    received: str | None = None


class _Borrador(msgspec.Struct, array_like=True):
    """`warned` keeps one fault from being told at every row. `source` is that of `address`, `sources` those of
    telephones that have one; `addresses` are further ones, each with its comuna and source."""

    row: int
    rut: str
    name: str
    regime: str
    comuna: str
    address: str
    emails: list[str]
    telefonos: dict[str, str]
    documentos: list[_Documento]
    warned: list[tuple[str, str]] = []
    persona: str = ""
    source: str = ""
    sources: dict[str, str] = {}
    addresses: list[tuple[str, str, str]] = []


_encoder = msgspec.msgpack.Encoder()
_unpack = msgspec.msgpack.Decoder(_Borrador).decode


class Repetido(Exception):
    """The row's document came before: `falla` says where, and whether with the same saldo."""

    def __init__(self, falla: Falla) -> None:
        super().__init__(falla.reason)
        self.falla = falla


Keys = dict[tuple[str, str], _Documento]
"""Documents by kind and number without leading zeros."""


class _Pesado(NamedTuple):
    """A deudor of so many documents that it is not packed."""

    borrador: _Borrador
    keys: Keys


class Borradores:
    """All deudores of a file so far. `phoneless`: RUT -> its first row, of those without any telephone."""

    def __init__(self) -> None:
        self.documentos = 0
        self.phoneless: dict[str, int] = {}
        self._seen: dict[str, bytes | _Pesado] = {}
        self._first: tuple[int, Leido] | None = None  # the only row so far of the deudor that goes by
        self._open: _Borrador | None = None  # or the deudor, once there are more
        self._keys: Keys = {}
        self._buffer = bytearray()

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, row: int, leido: Leido) -> Sequence[Aviso]:
        """Add a row; returns what of it is news: the avisos that this deudor had not caused yet. Raises `Repetido`."""
        if leido.rut not in self._seen:
            self._close()
            self._seen[leido.rut], self._first = b"", (row, leido)
            if not leido.telefonos:
                self.phoneless[leido.rut] = row
            self.documentos += 1
            return _once(leido.avisos) if leido.avisos else ()
        return self._add_to(self._reopen(leido.rut), row, leido)

    def finish(self) -> Deudores:
        """The deudores in the order of their first rows; nothing can be added afterwards."""
        self._close()
        return Deudores([one if isinstance(one, bytes) else self._pack(one.borrador) for one in self._seen.values()])

    def _add_to(self, borrador: _Borrador, row: int, leido: Leido) -> Sequence[Aviso]:
        known = self._find(borrador.documentos, leido.kind, leido.number)
        if known:
            raise Repetido(_again(known, leido))
        borrador.documentos.append(_documento(row, leido))
        self.documentos += 1
        if leido.telefonos:
            self.phoneless.pop(leido.rut, None)
        return _news(borrador, [*_merge(borrador, leido), *leido.avisos])

    def _find(self, documentos: list[_Documento], kind: str, number: str) -> _Documento | None:
        """The document of that kind and number, if it came before."""
        bare = number.lstrip("0")
        if len(documentos) <= FEW:
            return next((one for one in documentos if one.kind == kind and one.number.lstrip("0") == bare), None)
        for one in documentos[len(self._keys) :]:
            self._keys[one.kind, one.number.lstrip("0")] = one
        return self._keys.get((kind, bare))

    def _reopen(self, rut: str) -> _Borrador:
        if self._open is None or self._open.rut != rut:
            if self._first and self._first[1].rut == rut:
                self._open, self._keys, self._first = _begun(*self._first), {}, None
            else:
                self._close()
                found = self._seen[rut]
                self._open, self._keys = found if isinstance(found, _Pesado) else (_unpack(found), {})
        return self._open

    def _close(self) -> None:
        if self._first:
            self._seen[self._first[1].rut] = self._pack(_begun(*self._first))
        elif self._open:
            heavy = len(self._open.documentos) >= OPEN_FROM
            self._seen[self._open.rut] = _Pesado(self._open, self._keys) if heavy else self._pack(self._open)
        self._first = self._open = None

    def _pack(self, borrador: _Borrador) -> bytes:
        """Copied to its length: the encoder's own bytes keep, cut short, the room of its buffer."""
        _encoder.encode_into(borrador, self._buffer)
        return bytes(self._buffer)


class Deudores(Sequence[Deudor]):
    """The deudores of a file, each unpacked when it is asked for."""

    def __init__(self, packed: list[bytes]) -> None:
        self._packed = packed

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[Deudor]:
        return map(_deudor, map(_unpack, self._packed))

    @overload
    def __getitem__(self, at: int) -> Deudor: ...
    @overload
    def __getitem__(self, at: slice) -> Deudores: ...
    def __getitem__(self, at: int | slice) -> Deudor | Deudores:
        if isinstance(at, slice):
            return Deudores(self._packed[at])
        return _deudor(_unpack(self._packed[at]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(Deudor.__eq__, self, other))

    # Compared by content, and a million deudores are no key; said aloud because the linter asks for it.
    __hash__ = None  # type: ignore[assignment]


def _begun(row: int, leido: Leido) -> _Borrador:
    return _Borrador(
        *(row, *leido[:5]),
        list(leido.emails),
        {one.e164: one.kind for one in leido.telefonos},
        [_documento(row, leido)],
        [_told(aviso) for aviso in _once(leido.avisos)] if leido.avisos else [],
        leido.persona,
        leido.source,
        dict.fromkeys((one.e164 for one in leido.telefonos), leido.source) if leido.source else {},
        [(one, "", leido.source) for one in leido.addresses],
    )


def _documento(row: int, leido: Leido) -> _Documento:
    return _Documento(row, *leido[7:14], leido.received)


def _again(known: _Documento, leido: Leido) -> Falla:
    if (known.saldo, known.currency) == (leido.saldo, leido.currency):
        return Falla("duplicate", first=known.row)
    return Falla("conflict", first=known.row, other=f"{known.saldo} {known.currency}")


def _merge(borrador: _Borrador, leido: Leido) -> list[Aviso]:
    """What another row of the same deudor adds; the first name stays, and the strictest regime."""
    borrador.regime = valores.stricter(borrador.regime, leido.regime)
    borrador.persona = borrador.persona or leido.persona
    if leido.address != borrador.address or leido.addresses:
        _merge_places(borrador, leido)
    borrador.comuna = borrador.comuna or leido.comuna
    borrador.emails += [one for one in leido.emails if one not in borrador.emails]
    for one in leido.telefonos:
        if one.kind not in GUESSED or one.e164 not in borrador.telefonos:
            borrador.telefonos[one.e164] = one.kind  # also work's, or another's: so it stays
        if leido.source:
            borrador.sources.setdefault(one.e164, leido.source)
    if leido.name != borrador.name and fold(leido.name) != fold(borrador.name):
        return [Aviso(None, leido.name, Falla("name_differs", first=borrador.row))]
    return []


def _merge_places(borrador: _Borrador, leido: Leido) -> None:
    """The first address is the one to be used; another one is a further one, with its own comuna."""
    if not borrador.address:
        borrador.address, borrador.source = leido.address, leido.source
    known = {fold(borrador.address), *(fold(address) for address, _, _ in borrador.addresses)}
    for address, place in ((leido.address, leido.comuna), *((one, "") for one in leido.addresses)):
        if address and fold(address) not in known:
            known.add(fold(address))
            borrador.addresses.append((address, place, leido.source))


def _news(borrador: _Borrador, avisos: list[Aviso]) -> list[Aviso]:
    news = []
    for aviso in avisos:
        if _told(aviso) not in borrador.warned:
            borrador.warned.append(_told(aviso))
            news.append(aviso)
    return news


def _once(avisos: Sequence[Aviso]) -> list[Aviso]:
    first: dict[tuple[str, str], Aviso] = {}
    for aviso in avisos:
        first.setdefault(_told(aviso), aviso)
    return list(first.values())


def _told(aviso: Aviso) -> tuple[str, str]:
    return aviso.falla.reason, str(aviso.value)


def _deudor(one: _Borrador) -> Deudor:
    return Deudor(
        rut=one.rut,
        name=one.name,
        regime=one.regime,
        comuna=one.comuna,
        address=one.address,
        emails=tuple(one.emails),
        telefonos=tuple(Telefono(e164, kind, one.sources.get(e164, "")) for e164, kind in one.telefonos.items()),
        documentos=tuple(map(_finished, one.documentos)),
        persona=one.persona,
        source=one.source,
        addresses=tuple(Direccion(*place) for place in one.addresses) if one.addresses else (),
    )


def _finished(one: _Documento) -> Documento:
    amount, saldo = Decimal(one.amount), Decimal(one.saldo)
    return Documento(one.kind, one.number, amount, saldo, one.currency, one.issued, one.due, one.received)
