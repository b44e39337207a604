"""Many rows of an asignación at once, column by column: the plain ones, which are nearly all.

A row is plain when every cell is, without any doubt, what `documento.leer` would make of it; every other row is None
here, and read there. What a cell comes to is worked out once for each different text, where few are different.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

from dialer.carteras import comuna, monto, rut, telefono, valores
from dialer.carteras.borrador import Leido
from dialer.carteras.documento import saldo_field
from dialer.carteras.filas import Telefono
from dialer.carteras.lector import Lector
from dialer.carteras.rechazo import Falla
from dialer.carteras.tabla import Fila, Numero

MEMO_MAX = 20_000
_AMOUNT = {
    ",": re.compile(r"[1-9][0-9]{0,12}|[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,3}"),
    ".": re.compile(r"[1-9][0-9]{0,12}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3}"),
    "": re.compile(r"[1-9][0-9]{0,12}"),
}
_NUMBER = re.compile(r"[1-9][0-9]*|[A-Z]+-?[0-9]+")
"""Document numbers that mean themselves, whatever the kind."""
_CURRENCY = {"": "CLP", "CLP": "CLP", "CLF": "CLF"}
_NOT_SEEN = ("paterno", "materno", "cuota")
"""Fields of the files that are read slowly, whole."""


class Memo(dict[str, Any]):
    """What a text comes to, worked out once; forgets all when it is full."""

    def __init__(self, parse: Callable[[str], Any]) -> None:
        super().__init__()
        self.parse = parse

    def __missing__(self, text: str) -> Any:
        if len(self) >= MEMO_MAX:
            self.clear()
        found = self[text] = self.parse(text)
        return found


class Rapido:
    """Reads a batch of rows by columns."""

    def __init__(self, lector: Lector) -> None:
        self.hoja, self.dates, self.joined = lector.hoja, lector.evidence.dates, lector.evidence.rut_joined
        slow = any(field in lector.hoja.at for field in _NOT_SEEN)
        self.possible = not (slow or lector.opciones.own_phones or lector.opciones.sin_dv)
        self.amount_like = _AMOUNT[lector.evidence.sign].fullmatch
        self.thousands = "," if lector.evidence.sign == "." else "."
        self.smaller = {
            "regimen": Memo(lambda text: valores.regime(text.strip())),
            "comuna": Memo(_comuna),
            "tipo": Memo(_kind),
            "moneda": Memo(lambda text: _CURRENCY.get(monto.currency(text.strip()))),
            "persona": Memo(valores.persona),
            "fuente": Memo(valores.source),
            "emision": Memo(self._issued),
            "recepcion": Memo(self._issued),
            "vencimiento": Memo(self._due),
        }
        self.phones = {kind: Memo(_phones(kind)) for _, kind in lector.phone_columns}
        self.phone_columns = lector.phone_columns
        self.ruts, self.names, self.mails = Memo(self._rut), Memo(_name), Memo(_mail)

    def read(self, filas: Sequence[Fila]) -> Iterable[Leido | None]:
        """One for each row, in order; None for a row that is not plain."""
        return self._read(filas) if self.possible else repeat(None, len(filas))

    def _read(self, filas: Sequence[Fila]) -> Iterator[Leido | None]:
        width = len(self.hoja.header)
        for columns in self._columns(filas):
            fila, regime, place, kind, currency, persona, source, issued, received, due, *more = columns
            person, name, phones, mails, number, address, further, saldo, assigned = more
            owed = self._amount(saldo)
            amount = self._amount(assigned) if assigned and assigned != saldo else owed
            if (
                (owed is None or amount is None or person is None or name is None or phones is None)
                or (mails is None or regime is None or place is None or kind is None)
                or (currency is None or issued is None or due is None or persona is None or received is None)
                or (fila.found != width or fila.cut)
                or (issued and (issued > due or (received and received < issued)))
                or not _NUMBER.fullmatch(number)
            ):
                yield None
            else:
                row = (person, name, regime, place, address, mails, phones, kind, str(number), amount, owed, currency)
                rest = (issued or None, due, (), persona, received or None, source, further)
                yield Leido._make(row + rest)

    def _columns(self, filas: Sequence[Fila]) -> Iterator[tuple[Any, ...]]:
        at, columns = self.hoja.at, list(zip(*[fila.cells for fila in filas], strict=True))
        nothing = ("",) * len(filas)

        def cells(field: str) -> Sequence[str]:
            return columns[at[field]] if field in at else nothing

        def worked_out(field: str, memo: Memo) -> Iterable[Any]:
            return map(memo.__getitem__, columns[at[field]]) if field in at else repeat(memo[""], len(filas))

        return zip(
            filas,
            *(worked_out(field, memo) for field, memo in self.smaller.items()),
            map(self._rut, cells("rut"), cells("dv")) if "dv" in at else map(self.ruts.__getitem__, cells("rut")),
            map(self.names.__getitem__, cells("nombre")),
            self._phones(columns, len(filas)),
            self._mails(columns, len(filas)),
            cells("numero"),
            *self._addresses(columns, len(filas)),
            cells(saldo_field(self.hoja)),
            cells("monto"),
            strict=True,
        )

    def _rut(self, text: str, dv: str = "") -> str | None:
        try:
            return rut.parse(text.strip(), dv.strip(), joined=self.joined)
        except Falla:
            return None

    def _amount(self, text: str) -> str | None:
        if not self.amount_like(text) or type(text) is Numero:
            return None
        return text.replace(self.thousands, "")

    def _issued(self, text: str) -> str | None:
        found = self.dates[text.strip()] if text.strip() else ""
        return found if isinstance(found, str) else None

    def _due(self, text: str) -> str | None:
        found = self.dates[text.strip()]
        return found if isinstance(found, str) else None

    def _phones(self, columns: Sequence[Sequence[str]], rows: int) -> Iterable[tuple[Telefono, ...] | None]:
        read = [map(self.phones[kind].__getitem__, columns[n]) for n, kind in self.phone_columns]
        return map(_together, zip(*read, strict=True)) if read else repeat((), rows)

    def _addresses(
        self, columns: Sequence[Sequence[str]], rows: int
    ) -> tuple[Iterable[str], Iterable[tuple[str, ...]]]:
        """The one to be used of each row, and the further ones."""
        found = [columns[n] for n in self.hoja.many.get("direccion", ())]
        if len(found) < 2:
            return map(valores.address, found[0]) if found else repeat("", rows), repeat((), rows)
        places = [valores.addresses(cells) or ("",) for cells in zip(*found, strict=True)]
        return (one[0] for one in places), (one[1:] for one in places)

    def _mails(self, columns: Sequence[Sequence[str]], rows: int) -> Iterable[tuple[str, ...] | None]:
        read = [map(self.mails.__getitem__, columns[n]) for n in self.hoja.many.get("mail", ())]
        if len(read) == 1:
            return read[0]
        return map(_all_mails, zip(*read, strict=True)) if read else repeat((), rows)


def _name(text: str) -> str | None:
    name = " ".join(text.split())
    return None if not name or valores.is_damaged(name) else name


def _comuna(text: str) -> str | None:
    known = comuna.lookup(text.strip())
    return known.name if known else None if text.strip() else ""


def _kind(text: str) -> str | None:
    kind = valores.document_kind(text.strip())
    return None if kind == "nota_credito" else kind


def _phones(kind: str) -> Callable[[str], tuple[Telefono, ...] | None]:
    def parse(text: str) -> tuple[Telefono, ...] | None:
        one = telefono.usual(text, kind)
        if one:
            return (one,)
        lectura = telefono.read_cell(text, kind)
        return None if lectura.fallas else lectura.telefonos

    return parse


def _together(cells: Sequence[tuple[Telefono, ...] | None]) -> tuple[Telefono, ...] | None:
    good: tuple[Telefono, ...] = ()
    for telefonos in cells:
        if telefonos is None:
            return None
        if telefonos:
            good = _merged(good, telefonos) if good else telefonos
    return good


def _merged(good: tuple[Telefono, ...], more: tuple[Telefono, ...]) -> tuple[Telefono, ...]:
    known = {one.e164: one for one in good}
    for one in more:
        if one.kind not in telefono.GUESSED or one.e164 not in known:
            known[one.e164] = one
    return tuple(known.values())


def _mail(text: str) -> tuple[str, ...] | None:
    correos = valores.emails(text)
    return None if correos.bad else tuple(dict.fromkeys(correos.good))


def _all_mails(cells: Sequence[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    good: dict[str, None] = {}
    for mails in cells:
        if mails is None:
            return None
        good.update(dict.fromkeys(mails))
    return tuple(good)
