"""What comes after an assignment: a small invented file of each other kind, each as some mandante would send it.

All are about the people of `dialer.sim.muestra`, who do not exist. Every file has one row that is wrong on purpose.
Their formats: fixed width by a template (saldos), a workbook with titles and a row of totals (pagos), ``|`` (retiros),
commas, and several telephones in a cell (demográficos), tabs in UTF-16 (externas), ``;`` in cp1252 (bloqueos).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from dialer.sim.muestra import Dice

Cell = str | int | float | date
WIDTH = 40
"""How many debtors a file is about."""


class Factura(NamedTuple):
    """A row of the assignment, in its own words."""

    rut: str
    number: str
    due: date
    saldo: int

    @property
    def body(self) -> str:
        return self.rut.replace(".", "").partition("-")[0]

    @property
    def dv(self) -> str:
        return self.rut[-1]


def facturas_of(text: str) -> list[Factura]:
    """The first factura of each debtor of `muestra.facturas`, without those among whom faults were strewn."""
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    first = {row["RUT"]: row for row in reversed(rows) if row["NUMERO"]}
    return [_factura(first[rut]) for rut in dict.fromkeys(row["RUT"] for row in rows) if rut in first][:90]


def _factura(row: dict[str, str]) -> Factura:
    day, month, year = map(int, row["FECVENC"].split("/"))
    return Factura(row["RUT"], row["NUMERO"], date(year, month, day), int(row["SALDO"].replace(".", "")))


def texts(facturas: Sequence[Factura], today: date) -> dict[str, bytes]:
    """Each file's name and bytes, but for the workbook's. `today`: the day they are of."""
    return {name: make(facturas, today) for name, make in _TEXTS.items()}


def _saldos(facturas: Sequence[Factura], _: date) -> bytes:
    """As a bank writes it: positions of the template, the amount in two fields, 1 for pesos; the last row is cut."""
    rows = [f"{one.body:>8}{one.dv}{one.number:0>10}{one.saldo * 7 // 10:013}001" for one in facturas[:WIDTH]]
    return "\r\n".join([*rows, rows[-1][:15], ""]).encode("cp1252")


def _retiros(facturas: Sequence[Factura], _: date) -> bytes:
    rows = [[one.rut, one.number, "Pagó directo al mandante"] for one in facturas[50:60]]
    return _lines([["RUT", "N° Factura", "Motivo retiro"], *rows, ["12.345.678-0", "1", ""]], "|").encode()


def _demograficos(facturas: Sequence[Factura], _: date) -> bytes:
    rows = [
        [one.rut, f"09-87{n:02}-432{n % 10} / 2 27{n:02} 41{n:02}", f"contacto{n}@deudor.example", "Arica"]
        for n, one in enumerate(facturas[:WIDTH])
    ]
    rows[3][1] = "5.6987654321E10"
    return _lines([["Rut", "Telefono", "Correo", "Comuna"], *rows], ",").encode("utf-8-sig")


def _externas(facturas: Sequence[Factura], today: date) -> bytes:
    yesterday = (today - timedelta(days=1)).strftime("%d/%m/%Y")
    rows = [
        [one.rut, yesterday, f"{9 + n % 9}:30", "Visita", "Contacto titular"] for n, one in enumerate(facturas[60:75])
    ]
    rows[2][3] = "Paloma mensajera"
    return _lines([["RUT", "Fecha gestión", "Hora", "Canal", "Resultado"], *rows], "\t").encode("utf-16")


def _bloqueos(facturas: Sequence[Factura], _: date) -> bytes:
    reasons = ("Disputa", "Concursal", "Emplazado", "Ver con la señora Núñez")
    rows = [[one.rut, reasons[n % 4]] for n, one in enumerate(facturas[75:87])]
    return _lines([["RUT", "Motivo"], *rows, ["11.111.111-1", "Disputa"]], ";").encode("cp1252")


def _uf(_: Sequence[Factura], today: date) -> bytes:
    """Invented values, near those of late 2026; the last is a thousand times too small."""
    days = [today - timedelta(days=back) for back in range(30, -1, -1)]
    rows = [[day.strftime("%d-%m-%Y"), f"40.{100 + 3 * n:03},{n:02}"] for n, day in enumerate(days)]
    return _lines(
        [["Fecha", "Valor UF"], *rows, [(today + timedelta(days=1)).strftime("%d-%m-%Y"), "40,19"]], ";"
    ).encode()


_TEXTS: dict[str, Callable[[Sequence[Factura], date], bytes]] = {
    "saldos.txt": _saldos,
    "retiros.csv": _retiros,
    "demograficos.csv": _demograficos,
    "externas.tsv": _externas,
    "bloqueos.csv": _bloqueos,
    "uf.csv": _uf,
}


def pagos(facturas: Sequence[Factura], dice: Dice, today: date) -> list[list[Cell]]:
    """The cells of a workbook of payments, with its titles and its totals: whole, partial, and one of nobody's."""
    paid = [one.saldo if dice.random() < 0.6 else one.saldo // 3 for one in facturas[:WIDTH]]
    rows: list[list[Cell]] = [
        [one.rut, int(one.number), today - timedelta(days=n % 9), amount, f"TR-{n:05}"]
        for n, (one, amount) in enumerate(zip(facturas, paid, strict=False))
    ]
    rows.append([facturas[WIDTH].rut, 999_999, today, 50_000, f"TR-{WIDTH:05}"])
    header: list[Cell] = ["Identificación cliente", "Folio pagado", "Día de pago", "Importe abonado", "Comprobante"]
    return [["Recaudación de la semana"], [], header, *rows, ["TOTAL", "", "", sum(paid) + 50_000]]


class _Written(list[str]):
    """What `csv.writer` takes for a file."""

    write = list.append


def _lines(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    out = _Written()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return "".join(out)
