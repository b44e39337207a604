"""Judging a table row by row: what every kind of file shares.

What a row needs must be usable, or the row is rejected with the first reason (`Bad`); what it merely brings along is
dropped with an aviso, and the row is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeVar

from dialer.carteras import monto, rut, telefono, valores
from dialer.carteras.filas import Fila as Contenido
from dialer.carteras.filas import Telefono
from dialer.carteras.hoja import Evidencia, Hoja, Opciones
from dialer.carteras.model import Deudor, FilaLeida, Rechazo, Totals
from dialer.carteras.rechazo import Falla
from dialer.carteras.tabla import Fila

Progress = Callable[[int, int], None]
T = TypeVar("T")

VALUE_MAX = 200  # what of a value a Rechazo keeps, so that a damaged file does not come back whole
_TOTAL = re.compile(r"\W*(?:sub)?(?:total|totales|suma)\b|\W*=\s*(?:sum|suma|subtotal|subtotales)\(", re.IGNORECASE)
PHONES = (("fono", ""), ("fono_laboral", "laboral"), ("fono_tercero", "tercero"))
"""The fields that hold telephones, and the kind that each says they are."""

_phones = lru_cache(4096)(telefono.read_cell)


class Lectura(NamedTuple):
    """What the rows came to: deudores or filas in the order of the file, rejected rows, dropped values, totals."""

    deudores: Sequence[Deudor]
    filas: Sequence[Contenido]
    rechazos: tuple[Rechazo, ...]
    avisos: tuple[Rechazo, ...]
    leidas: Sequence[FilaLeida]
    totals: Totals


class Bad(Exception):
    """A row that cannot be used: the position of its column (None: the whole row), the value, why."""

    def __init__(self, at: int | None, value: str, falla: Falla) -> None:
        super().__init__(falla.reason)
        self.at, self.value, self.falla = at, value, falla


class Aviso(NamedTuple):
    """A value dropped from a row that is loaded: the position of its column, the value, why."""

    at: int | None
    value: str
    falla: Falla


class Telefonos(NamedTuple):
    """The telephones of a row, and what was dropped of its cells."""

    good: tuple[Telefono, ...]
    avisos: tuple[Aviso, ...]


class Lector:
    """Reads the fields of a row, by what the file proves about itself. `amounts` are the fields that hold money."""

    def __init__(self, hoja: Hoja, evidencia: Evidencia, opciones: Opciones, amounts: tuple[str, ...]) -> None:
        self.hoja, self.evidence, self.opciones, self.amounts = hoja, evidencia, opciones, amounts
        self.phone_columns = [(at, kind) for field, kind in PHONES for at in hoja.many.get(field, ())]
        self._not_words = {hoja.at.get(field) for field in (*amounts, "moneda")}

    def check_whole(self, fila: Fila) -> None:
        """Raises `Bad` for a row that is cut, has a cell too many, or holds totals."""
        width = len(self.hoja.header)
        if fila.cut or fila.found > width:
            raise Bad(None, "", Falla("cut" if fila.cut else "columns", found=fila.found, needed=width))
        if self._is_total(fila):
            raise Bad(None, "", Falla("total_row"))

    def _is_total(self, fila: Fila) -> bool:
        """Nobody's row, that says total or has nothing but amounts. A deudor may well be called *Total Servicios*."""
        text = self.hoja.text
        if any(char.isdigit() for char in text(fila, "rut")) or (text(fila, "numero") and text(fila, "vencimiento")):
            return False
        return any(_TOTAL.match(cell) for cell in fila.cells) or (
            bool(self.amounts)
            and not any(cell.strip() for at, cell in enumerate(fila.cells) if at not in self._not_words)
        )

    def field(self, fila: Fila, field: str, parse: Callable[[str], T]) -> T:
        """What `parse` makes of a needed cell; its `Falla` becomes the row's `Bad`."""
        text = self.hoja.text(fila, field)
        try:
            if not text:
                raise Falla("missing")
            return parse(text)
        except Falla as falla:
            raise Bad(self.hoja.at.get(field), text, falla) from None

    def rut(self, fila: Fila) -> str:
        """Raises `Bad`."""
        dv, joined = self.hoja.text(fila, "dv"), self.evidence.rut_joined
        if self.opciones.sin_dv:
            return self.field(fila, "rut", rut.complete)
        return self.field(fila, "rut", lambda text: rut.parse(text, dv, joined=joined))

    def date(self, fila: Fila, field: str) -> str:
        """A needed date. Raises `Bad`."""
        return self.field(fila, field, self._known_date)

    def _known_date(self, text: str) -> str:
        found = self.evidence.dates[text]
        if isinstance(found, Falla):
            raise Falla(found.reason, **found.facts)  # a new one: raised again, the kept one would keep every frame
        return found

    def document(self, fila: Fila) -> tuple[str, str]:
        """Kind and number of a document that must be there. Raises `Bad`."""
        kind = valores.document_kind(self.hoja.text(fila, "tipo")) or "otro"
        number = self.field(fila, "numero", lambda text: valores.document_number(text, kind))
        cuota = self.hoja.text(fila, "cuota")
        return kind, f"{number}-{cuota}" if cuota else number

    def currency(self, fila: Fila, field: str) -> str:
        """The currency of a row, whose money is in `field`. Raises `Bad`."""
        stated, amount = monto.currency(self.hoja.text(fila, "moneda")), self.hoja.text(fila, field)
        marked = monto.take_apart(amount).currency
        if stated == "?":
            raise Bad(self.hoja.at["moneda"], self.hoja.text(fila, "moneda"), Falla("currency_unknown"))
        if marked == "?":
            raise Bad(self.hoja.at[field], amount, Falla("currency_unknown"))
        if stated and marked and stated != marked:
            raise Bad(self.hoja.at[field], amount, Falla("currency_mismatch"))
        return stated or marked or "CLP"

    def amount(self, text: str, currency: str) -> Decimal:
        """Raises `Falla`."""
        cifra = monto.take_apart(text)
        if monto.may_be_thousands(cifra, currency, self.evidence.sign):
            raise Falla("amount_ambiguous")
        return monto.value_of(cifra, self.evidence.sign)

    def owed(self, text: str, currency: str, kind: str) -> Decimal:
        """Money owed: less than nothing for a credit note, and for nothing else. Raises `Falla`."""
        saldo = self.amount(text, currency)
        if kind == "nota_credito":
            return -abs(saldo)
        if saldo < 0:
            raise Falla("amount_negative")
        return saldo

    def phones(self, fila: Fila) -> Telefonos:
        """All telephones of a row; one that another column calls work's, or another's, keeps that kind."""
        good: dict[str, Telefono] = {}
        avisos: list[Aviso] = []
        for at, kind in self.phone_columns:
            text = fila.cells[at]
            if text:
                lectura = _phones(str(text), kind)
                for one in lectura.telefonos:
                    if one.e164 in self.opciones.own_phones:
                        avisos.append(Aviso(at, text, Falla("phone_own")))
                    elif kind or one.e164 not in good:
                        good[one.e164] = one
                avisos += [Aviso(at, piece, falla) for piece, falla in lectura.fallas]
        return Telefonos(tuple(good.values()), tuple(avisos))

    def addresses(self, fila: Fila) -> tuple[str, ...]:
        """All places of a row, the one to be used first."""
        return valores.addresses(fila.cells[at] for at in self.hoja.many.get("direccion", ()))

    def emails(self, fila: Fila) -> tuple[tuple[str, ...], list[Aviso]]:
        """All e-mails of a row, and what was dropped."""
        good: dict[str, None] = {}
        avisos: list[Aviso] = []
        for at in self.hoja.many.get("mail", ()):
            correos = valores.emails(fila.cells[at])
            good.update(dict.fromkeys(correos.good))
            avisos += [Aviso(at, piece, Falla("email_format")) for piece in correos.bad]
        return tuple(good), avisos

    def note(self, row: int, at: int | None, value: str, falla: Falla) -> Rechazo:
        """A `Rechazo` as reports show it."""
        at = self.hoja.at["nombre"] if falla.reason == "name_differs" else at
        column = "" if at is None else self.hoja.header[at]
        return Rechazo(row, column, str(value[:VALUE_MAX]), falla.reason, falla.detail)
