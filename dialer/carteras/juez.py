"""Judging the rows of every kind of file but asignación: a function for each kind, one loop for all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple, overload

from dialer.carteras.filas import Fila as Contenido
from dialer.carteras.filas import FilaDemografico, FilaPago, FilaSaldo, Telefono
from dialer.carteras.hoja import Hoja, Opciones, evidence
from dialer.carteras.lector import Aviso, Bad, Lector, Lectura, Progress
from dialer.carteras.model import APART, FilaLeida, Rechazo, Totals
from dialer.carteras.rechazo import Falla
from dialer.carteras.tabla import Fila


class Fallo(NamedTuple):
    """What a row comes to: nearly always one struct; and what was dropped of it."""

    filas: tuple[Contenido, ...]
    avisos: tuple[Aviso, ...] = ()


class Visto(NamedTuple):
    """Where a key came first, and with what."""

    row: int
    value: object

    def again(self, value: object) -> Falla:
        """The same again, or something else under the same key."""
        if value == self.value:
            return Falla("duplicate", first=self.row)
        return Falla("conflict", first=self.row, other=_told(self.value))


class Claves:
    """The keys of the rows so far."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, Visto] = {}

    def see(self, key: Hashable, row: int, value: object) -> Visto | None:
        """Note a key; gives what came before under it, if anything did."""
        known = self._seen.setdefault(key, Visto(row, value))
        return None if known.row == row else known

    def replace(self, key: Hashable, row: int, value: object) -> None:
        """From now on the key stands for this row."""
        self._seen[key] = Visto(row, value)


Judge = Callable[[Lector, Fila, Claves], Fallo]


def read(
    hoja: Hoja, opciones: Opciones, progress: Progress | None, judge: Judge, amounts: tuple[str, ...] = ()
) -> Lectura:
    """Judge every row. `amounts`: the fields that hold money.

    `progress` is told (rows done, rows in all) now and then, and at the end. Raises `CargaError` where there are no
    rows, or amounts or dates read two ways.
    """
    lector = Lector(hoja, evidence(hoja, amounts, ("fecha",), opciones), opciones, amounts)
    filas, notes = _Notas(lector), Claves()
    done = 0
    for batch in hoja.batches():
        for fila in batch:
            filas.judge(fila, judge, notes)
        done += len(batch)
        if progress:
            progress(done, lector.evidence.rows)
    return filas.lectura()


class _Notas:
    def __init__(self, lector: Lector) -> None:
        self.lector = lector
        self.filas: list[Contenido] = []
        self.rechazos: list[Rechazo] = []
        self.avisos: list[Rechazo] = []
        self.loaded = 0

    def judge(self, fila: Fila, judge: Judge, claves: Claves) -> None:
        """Take the row, or note why not."""
        try:
            self.lector.check_whole(fila)
            fallo = judge(self.lector, fila, claves)
        except Bad as bad:
            self.rechazos.append(self.lector.note(fila.number, bad.at, bad.value, bad.falla))
            return
        self.loaded += 1
        self.filas += fallo.filas
        self.avisos += [self.lector.note(fila.number, *aviso) for aviso in fallo.avisos]

    def lectura(self) -> Lectura:
        """What was read, with its control totals."""
        return Lectura(
            deudores=(),
            filas=tuple(self.filas),
            rechazos=tuple(self.rechazos),
            avisos=tuple(self.avisos),
            leidas=Leidas(self.filas, self.loaded),
            totals=Totals(
                rows_read=self.loaded + len(self.rechazos),
                rows_loaded=self.loaded,
                rows_rejected=len(self.rechazos),
                deudores=len({rut for fila in self.filas if (rut := getattr(fila, "rut", ""))}),
                documentos=sum(1 for fila in self.filas if getattr(fila, "number", "")),
                saldo=_sums(self.filas),
            ),
        )


class Leidas(Sequence[FilaLeida]):
    """The rows that were loaded, each as it was understood; told when they are asked for."""

    def __init__(self, filas: Sequence[Contenido], count: int) -> None:
        self._filas, self._count = filas, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[FilaLeida]:
        for row, same in groupby(self._filas, key=lambda fila: fila.row):
            told = [_values(fila) for fila in same]
            yield FilaLeida(row, {name: _joined([each[name] for each in told]) for name in told[0]})

    @overload
    def __getitem__(self, at: int) -> FilaLeida: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[FilaLeida, ...]: ...
    def __getitem__(self, at: int | slice) -> FilaLeida | tuple[FilaLeida, ...]:
        return tuple(self)[at]


def _sums(filas: Sequence[Contenido]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for fila in filas:
        if isinstance(fila, FilaSaldo | FilaPago):
            amount = fila.saldo if isinstance(fila, FilaSaldo) else fila.amount
            sums[fila.currency] = sums.get(fila.currency, Decimal(0)) + amount
    return sums


def _values(fila: Contenido) -> dict[str, str]:
    told = {name: _told(getattr(fila, name)) for name in fila.__struct_fields__ if name != "row"}
    return told | {"addresses": APART.join(fila.addresses)} if isinstance(fila, FilaDemografico) else told


def _joined(values: Sequence[str]) -> str:
    """What the structs of one row say of one field: several telephones, and the same of everything else."""
    return " ".join(value for value in dict.fromkeys(values) if value)


def _told(value: object) -> str:
    """A canonical value as text: amounts without exponent, several things apart by a space."""
    if isinstance(value, tuple):
        return " ".join(map(_told, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Telefono):
        return value.e164
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
