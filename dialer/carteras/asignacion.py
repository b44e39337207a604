"""A file of kind asignación: each row is one document of a deudor.

Most rows of most files are clean, and a million of them have to go by: `rapido.py` reads a batch column by column and
takes the rows in which every cell is plainly what it should be. All others, and every doubt, go through `leer`, which
alone decides what a row means; a test holds the two against each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import repeat
from typing import overload

from dialer.carteras import rut
from dialer.carteras.borrador import Borradores, Leido, Repetido
from dialer.carteras.documento import leer
from dialer.carteras.hoja import Hoja, Opciones, evidence
from dialer.carteras.lector import Bad, Lector, Lectura, Progress
from dialer.carteras.model import APART, FilaLeida, Rechazo, Totals
from dialer.carteras.rapido import Rapido
from dialer.carteras.rechazo import Falla
from dialer.carteras.tabla import Fila

AMOUNTS = ("saldo", "monto")
DATES = ("vencimiento", "emision", "recepcion")


def read(hoja: Hoja, opciones: Opciones, progress: Progress | None = None, *, fast: bool = True) -> Lectura:
    """Judge every row. `progress` is told (rows done, rows in all) now and then, and at the end.

    `fast=False` sends every row the slow way. Raises `CargaError` where there are no rows, or amounts or dates read
    two ways.
    """
    lector = Lector(hoja, evidence(hoja, AMOUNTS, DATES, opciones), opciones, AMOUNTS)
    juez = _Juez(lector, Rapido(lector).read if fast else _none_plain)
    done, total = 0, lector.evidence.rows
    for batch in hoja.batches():
        juez.judge(batch)
        done += len(batch)
        if progress:
            progress(done, total)
    return juez.lectura()


def _none_plain(filas: Sequence[Fila]) -> Iterable[None]:
    return repeat(None, len(filas))


class _Juez:
    def __init__(self, lector: Lector, quick: Callable[[Sequence[Fila]], Iterable[Leido | None]]) -> None:
        self.lector, self.quick = lector, quick
        self.borradores = Borradores()
        self.rechazos: list[Rechazo] = []
        self.avisos: list[Rechazo] = []
        self.whole: Counter[str] = Counter()  # the sums of amounts without decimals, which are quicker to add up
        self.saldo: dict[str, Decimal] = {}

    def judge(self, filas: list[Fila]) -> None:
        """Load each row, or note why not."""
        for fila, plain in zip(filas, self.quick(filas), strict=True):
            try:
                leido = plain or leer(self.lector, fila)
                self._add(fila, leido)
            except Bad as bad:
                self.rechazos.append(self.lector.note(fila.number, bad.at, bad.value, bad.falla))

    def _add(self, fila: Fila, leido: Leido) -> None:
        try:
            news = self.borradores.add(fila.number, leido)
        except Repetido as again:
            raise Bad(self.lector.hoja.at["numero"], leido.number, again.falla) from None
        if news:
            self.avisos += [self.lector.note(fila.number, *aviso) for aviso in news]
        if "." in leido.saldo:
            self.saldo[leido.currency] = self.saldo.get(leido.currency, Decimal(0)) + Decimal(leido.saldo)
        else:
            self.whole[leido.currency] += int(leido.saldo)

    def lectura(self) -> Lectura:
        """What was read, with its control totals."""
        phoneless = [self.lector.note(row, None, "", Falla("phone_none")) for row in self.borradores.phoneless.values()]
        loaded = self.borradores.documentos
        return Lectura(
            deudores=self.borradores.finish(),
            filas=(),
            rechazos=tuple(self.rechazos),
            avisos=tuple(sorted(self.avisos + phoneless, key=lambda aviso: aviso.row)),
            leidas=Leidas(self.lector, frozenset(one.row for one in self.rechazos), loaded),
            totals=Totals(
                rows_read=loaded + len(self.rechazos),
                rows_loaded=loaded,
                rows_rejected=len(self.rechazos),
                deudores=len(self.borradores),
                documentos=loaded,
                saldo={one: self.saldo.get(one, Decimal(0)) + self.whole[one] for one in (*self.whole, *self.saldo)},
            ),
        )


class Leidas(Sequence[FilaLeida]):
    """The rows that were loaded, each as it was understood; read again when they are asked for."""

    def __init__(self, lector: Lector, rejected: frozenset[int], count: int) -> None:
        self._lector, self._rejected, self._count = lector, rejected, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[FilaLeida]:
        for fila in self._lector.hoja.filas:
            if fila.number not in self._rejected:
                yield FilaLeida(fila.number, _values(leer(self._lector, fila)))

    @overload
    def __getitem__(self, at: int) -> FilaLeida: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[FilaLeida, ...]: ...
    def __getitem__(self, at: int | slice) -> FilaLeida | tuple[FilaLeida, ...]:
        return tuple(self)[at]


def _values(leido: Leido) -> dict[str, str]:
    values = {name: getattr(leido, name) or "" for name in Leido._fields if name not in ("telefonos", "avisos")}
    return values | {
        "persona": leido.persona or rut.persona(leido.rut),
        "addresses": APART.join(leido.addresses),
        "emails": " ".join(leido.emails),
        "telefonos": " ".join(one.e164 for one in leido.telefonos),
    }
