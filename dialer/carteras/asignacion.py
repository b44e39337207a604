"""A file of kind asignación: each row is one document of a deudor.

A row is judged by itself: what it needs must be usable, or the row is rejected with the first reason; what it merely
brings along (a telephone, an e-mail, a comuna) is dropped with an aviso, and the row is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple, TypeVar

from dialer.carteras import comuna, monto, rut, telefono, valores
from dialer.carteras.columnas import ASIGNACION
from dialer.carteras.filas import Telefono
from dialer.carteras.hoja import Hoja, evidence
from dialer.carteras.model import Deudor, Documento, Rechazo, Totals
from dialer.carteras.rechazo import Falla
from dialer.carteras.tabla import Fila, Tabla
from dialer.carteras.texto import fold

Progress = Callable[[int, int], None]
T = TypeVar("T")

PROGRESS_EVERY = 2000
VALUE_MAX = 200  # what of a value a Rechazo keeps, so that a damaged file does not come back whole
_TOTAL = re.compile(r"\W*(?:sub)?(?:total|totales|suma)\b|\W*=\s*(?:sum|suma|subtotal|subtotales)\(", re.IGNORECASE)
_KIND_OF_PHONE = (("fono", ""), ("fono_laboral", "laboral"), ("fono_tercero", "tercero"))


class Lectura(NamedTuple):
    """What the rows came to: deudores in the order of the file, rejected rows, dropped values, control totals."""

    deudores: tuple[Deudor, ...]
    rechazos: tuple[Rechazo, ...]
    avisos: tuple[Rechazo, ...]
    totals: Totals


def read(tabla: Tabla, decimal: monto.Sign | None, progress: Progress | None = None) -> Lectura:
    """Judge every row. `decimal` states the decimal sign; None lets the file's own evidence decide.

    `progress` is told (rows done, rows in all) now and then, and at the end.
    Raises `CargaError` where a needed column is missing, there are no rows, or amounts or dates read two ways.
    """
    lector = _Lector(Hoja(tabla, ASIGNACION), decimal)
    for done, fila in enumerate(tabla.filas, 1):
        lector.judge(fila)
        if progress and (done % PROGRESS_EVERY == 0 or done == len(tabla.filas)):
            progress(done, len(tabla.filas))
    return lector.lectura()


class _Draft:
    """A deudor in the making: the rows of one RUT add to it. `warned` keeps one fault from being told at every row."""

    __slots__ = ("address", "comuna", "documentos", "emails", "name", "regime", "row", "rut", "telefonos", "warned")

    def __init__(self, row: int, rut: str, name: str) -> None:
        self.row, self.rut, self.name = row, rut, name
        self.regime = self.comuna = self.address = ""
        self.emails: dict[str, None] = {}
        self.telefonos: dict[str, Telefono] = {}
        self.documentos: dict[tuple[str, str], tuple[int, Documento]] = {}
        self.warned: set[tuple[str, str]] = set()

    def deudor(self) -> Deudor:
        return Deudor(
            rut=self.rut,
            name=self.name,
            regime=self.regime,
            comuna=self.comuna,
            address=self.address,
            emails=tuple(self.emails),
            telefonos=tuple(self.telefonos.values()),
            documentos=tuple(documento for _, documento in self.documentos.values()),
        )


class _Bad(Exception):
    """A row that cannot be used: the position of its column (None: the whole row), the value, why."""

    def __init__(self, at: int | None, value: str, falla: Falla) -> None:
        super().__init__(falla.reason)
        self.at, self.value, self.falla = at, value, falla


class _Lector:
    def __init__(self, hoja: Hoja, decimal: monto.Sign | None) -> None:
        self.hoja = hoja
        self.owed = "saldo" if "saldo" in hoja.at else "monto"
        self.evidence = evidence(hoja, ("saldo", "monto"), ("vencimiento", "emision"), decimal)
        self.phone_columns = [(at, kind) for field, kind in _KIND_OF_PHONE for at in hoja.many.get(field, ())]
        self.drafts: dict[str, _Draft] = {}
        self.rechazos: list[Rechazo] = []
        self.avisos: list[Rechazo] = []
        self.saldo: dict[str, Decimal] = {}

    def judge(self, fila: Fila) -> None:
        """Load the row, or note why not."""
        try:
            self._judge_whole(fila)
            person = self._field(fila, "rut", self._rut(fila))
            name = self._field(fila, "nombre", lambda _: self._name(fila))
            self._add(fila, self.drafts.get(person) or _Draft(fila.number, person, name), name, self._documento(fila))
        except _Bad as bad:
            self.rechazos.append(self._note(fila.number, bad.at, bad.value, bad.falla))

    def lectura(self) -> Lectura:
        """What was read so far, with its control totals."""
        phoneless = [draft.row for draft in self.drafts.values() if not draft.telefonos]
        avisos = self.avisos + [self._note(row, None, "", Falla("phone_none")) for row in phoneless]
        loaded = sum(len(draft.documentos) for draft in self.drafts.values())
        return Lectura(
            deudores=tuple(draft.deudor() for draft in self.drafts.values()),
            rechazos=tuple(self.rechazos),
            avisos=tuple(sorted(avisos, key=lambda aviso: aviso.row)),
            totals=Totals(
                rows_read=loaded + len(self.rechazos),
                rows_loaded=loaded,
                rows_rejected=len(self.rechazos),
                deudores=len(self.drafts),
                documentos=loaded,
                saldo=self.saldo,
            ),
        )

    # ── what a row needs ────────────────────────────────────────────────────────────────────────────

    def _judge_whole(self, fila: Fila) -> None:
        width = len(self.hoja.header)
        if fila.cut or fila.found > width:
            raise _Bad(None, "", Falla("cut" if fila.cut else "columns", found=fila.found, needed=width))
        if self._is_total(fila):
            raise _Bad(None, "", Falla("total_row"))

    def _is_total(self, fila: Fila) -> bool:
        """Nobody's row, that says total or has nothing but amounts. A deudor may well be called *Total Servicios*."""
        text = self.hoja.text
        if any(char.isdigit() for char in text(fila, "rut")) or (text(fila, "numero") and text(fila, "vencimiento")):
            return False
        amounts = {self.hoja.at.get(field) for field in ("saldo", "monto", "moneda")}
        return any(_TOTAL.match(cell) for cell in fila.cells) or not any(
            cell.strip() for at, cell in enumerate(fila.cells) if at not in amounts
        )

    def _field(self, fila: Fila, field: str, parse: Callable[[str], T]) -> T:
        text = self.hoja.text(fila, field)
        try:
            if not text:
                raise Falla("missing")
            return parse(text)
        except Falla as falla:
            raise _Bad(self.hoja.at[field], text, falla) from None

    def _rut(self, fila: Fila) -> Callable[[str], str]:
        dv = self.hoja.text(fila, "dv")
        return lambda text: rut.parse(text, dv, joined=self.evidence.rut_joined)

    def _name(self, fila: Fila) -> str:
        return " ".join(" ".join(self.hoja.text(fila, field) for field in ("nombre", "paterno", "materno")).split())

    def _documento(self, fila: Fila) -> Documento:
        kind = valores.document_kind(self.hoja.text(fila, "tipo")) or "otro"
        number = self._field(fila, "numero", lambda text: valores.document_number(text, kind))
        cuota = self.hoja.text(fila, "cuota")
        due = self._field(fila, "vencimiento", self._date)
        issued = self.evidence.dates.get(self.hoja.text(fila, "emision"))
        currency = self._currency(fila)
        saldo = self._field(fila, self.owed, lambda text: self._owed(text, kind))
        return Documento(
            kind=kind,
            number=f"{number}-{cuota}" if cuota else number,
            amount=self._field(fila, "monto", self._amount) if self.hoja.text(fila, "monto") else saldo,
            saldo=saldo,
            currency=currency,
            issued=issued if isinstance(issued, str) and issued <= due else None,
            due=due,
        )

    def _date(self, text: str) -> str:
        found = self.evidence.dates[text]
        if isinstance(found, Falla):
            raise found
        return found

    def _currency(self, fila: Fila) -> str:
        stated, saldo = monto.currency(self.hoja.text(fila, "moneda")), self.hoja.text(fila, self.owed)
        marked = monto.take_apart(saldo).currency
        if stated == "?":
            raise _Bad(self.hoja.at["moneda"], self.hoja.text(fila, "moneda"), Falla("currency_unknown"))
        if marked == "?":
            raise _Bad(self.hoja.at[self.owed], saldo, Falla("currency_unknown"))
        if stated and marked and stated != marked:
            raise _Bad(self.hoja.at[self.owed], saldo, Falla("currency_mismatch"))
        return stated or marked or "CLP"

    def _amount(self, text: str) -> Decimal:
        return monto.value_of(monto.take_apart(text), self.evidence.sign)

    def _owed(self, text: str, kind: str) -> Decimal:
        """What is owed: never nothing; less than nothing for a credit note, and for nothing else."""
        saldo = self._amount(text)
        if saldo == 0:
            raise Falla("amount_zero")
        if kind == "nota_credito":
            return -abs(saldo)
        if saldo < 0:
            raise Falla("amount_negative")
        return saldo

    # ── adding it ───────────────────────────────────────────────────────────────────────────────────

    def _add(self, fila: Fila, draft: _Draft, name: str, documento: Documento) -> None:
        key = (documento.kind, documento.number.lstrip("0"))
        if key in draft.documentos:
            raise _Bad(self.hoja.at["numero"], documento.number, _again(*draft.documentos[key], documento))
        draft.documentos[key] = (fila.number, documento)
        self.drafts.setdefault(draft.rut, draft)
        self.saldo[documento.currency] = self.saldo.get(documento.currency, Decimal(0)) + documento.saldo
        self._warn_documento(fila, draft, documento)
        self._add_person(fila, draft, name)
        self._add_phones(fila, draft)
        self._add_emails(fila, draft)

    def _warn_documento(self, fila: Fila, draft: _Draft, documento: Documento) -> None:
        tipo, emision = self.hoja.text(fila, "tipo"), self.hoja.text(fila, "emision")
        if documento.kind == "otro" and valores.document_kind(tipo) is None:
            self._warn(fila, draft, self.hoja.at["tipo"], tipo, Falla("kind_unknown"))
        if emision and documento.issued is None:
            found = self.evidence.dates[emision]
            falla = found if isinstance(found, Falla) else Falla("date_order")
            self._warn(fila, draft, self.hoja.at["emision"], emision, falla)

    def _add_person(self, fila: Fila, draft: _Draft, name: str) -> None:
        if name != draft.name and fold(name) != fold(draft.name):
            self._warn(fila, draft, self.hoja.at["nombre"], name, Falla("name_differs", first=draft.row))
        if valores.is_damaged(name):
            self._warn(fila, draft, self.hoja.at["nombre"], name, Falla("text_damaged"))
        draft.address = draft.address or self.hoja.text(fila, "direccion")
        self._add_comuna(fila, draft, self.hoja.text(fila, "comuna"))
        text = self.hoja.text(fila, "regimen")
        regime = valores.regime(text)
        if regime is None:
            self._warn(fila, draft, self.hoja.at["regimen"], text, Falla("regime_unknown"))
        draft.regime = valores.stricter(draft.regime or regime or "consumidor", regime or "consumidor")

    def _add_comuna(self, fila: Fila, draft: _Draft, text: str) -> None:
        if not text or text == draft.comuna:
            return
        known = comuna.lookup(text)
        if known is None:
            self._warn(fila, draft, self.hoja.at["comuna"], text, Falla("comuna_unknown"))
        draft.comuna = draft.comuna or (known.name if known else "")

    def _add_phones(self, fila: Fila, draft: _Draft) -> None:
        for at, kind in self.phone_columns:
            text = fila.cells[at]
            if not text:
                continue
            lectura = telefono.read_cell(text, kind)
            for one in lectura.telefonos:
                if kind or one.e164 not in draft.telefonos:  # also work's, or another's: so it stays
                    draft.telefonos[one.e164] = one
            for piece, falla in lectura.fallas:
                self._warn(fila, draft, at, piece, falla)

    def _add_emails(self, fila: Fila, draft: _Draft) -> None:
        for at in self.hoja.many.get("mail", ()):
            correos = valores.emails(fila.cells[at])
            draft.emails.update(dict.fromkeys(correos.good))
            for piece in correos.bad:
                self._warn(fila, draft, at, piece, Falla("email_format"))

    def _warn(self, fila: Fila, draft: _Draft, at: int, value: str, falla: Falla) -> None:
        if (falla.reason, value) not in draft.warned:
            draft.warned.add((falla.reason, value))
            self.avisos.append(self._note(fila.number, at, value, falla))

    def _note(self, row: int, at: int | None, value: str, falla: Falla) -> Rechazo:
        return Rechazo(row, "" if at is None else self.hoja.header[at], value[:VALUE_MAX], falla.reason, falla.detail)


def _again(first: int, known: Documento, documento: Documento) -> Falla:
    if (known.saldo, known.currency) == (documento.saldo, documento.currency):
        return Falla("duplicate", first=first)
    return Falla("conflict", first=first, other=f"{known.saldo} {known.currency}")
