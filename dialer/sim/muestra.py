"""An invented cartera de facturas in Chilean form, for the demo and the tests: the same dice give the same text.

Nobody in it exists, on purpose: names are drawn from lists, RUTs have valid check digits but lie where, as far as is
known, none was ever given (`PEOPLE`, `COMPANIES`), and mail goes to ``.example``.
Telephones are drawn from the whole numbering plan, because no range is known to be for fiction: **a real trunk must
never be given this file**. A few rows are wrong on purpose (`FAULTS`), and the last one is a row of totals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple, Protocol, TypeVar

from stdnum.cl.rut import calc_check_digit

from dialer.carteras import comuna, telefono
from dialer.carteras.rechazo import Falla
from dialer.carteras.texto import fold

T = TypeVar("T")

DEUDORES = 2000
PEOPLE = range(38_000_000, 42_000_000)
COMPANIES = range(66_000_000, 68_000_000)
Share = tuple[int, int]
HEADER = (
    "RUT;NOMBRE;DIRECCION;COMUNA;TELEFONO1;TELEFONO2;CELULAR1;MAIL1;TIPODOCUMENTO;NUMERO;FECDOC;FECVENC;MONEDA;"
    "MONTO ASIGNADO;SALDO;REGIMEN"
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


_RUBROS = _words(
    "Panadería,Ferretería,Transportes,Distribuidora,Constructora,Comercial,Agrícola,Maestranza,Botillería,Imprenta,"
    "Confecciones,Frutícola,Pesquera,Viña,Lavandería,Librería,Maderera,Vulcanización,Peluquería,Heladería"
)
_APELLIDOS = _words(
    "Muñoz,Núñez,Peña,Ibáñez,Cárdenas,González,Soto,Órdenes,Huenchumil,Yáñez,Contreras,Riquelme,Zúñiga,Leiva,Oyarzún,"
    "Catalán,Sepúlveda,Águila,Barría,Paillán,Cifuentes,Urrutia,Ñancupil,Bahamonde,Tapia,Villagrán,Araneda,Mansilla"
)
_NOMBRES = _words(
    "María José,Joaquín,Ángela,Nicolás,Begoña,Germán,Inés,Tomás,Óscar,Lucía,Iván,Rocío,Matías,Sofía,Raúl,Belén,"
    "Cristóbal,Noemí,Álvaro,Ximena"
)
_LUGARES = _words(
    "del Norte,Los Aromos,El Ñandú,Cordillera,Tres Ríos,La Araucaria,Mañío,Puelche,Costa Brava,Los Canelos,El Roble,"
    "Copihue,Altos del Maule,Río Sur,Peñasco,La Estampa"
)
_SIGLAS = ("SpA", "Ltda.", "S.A.", "E.I.R.L.")
_CALLES = _words(
    "Av. Libertad,Los Copihues,Camino Viejo,Pasaje Ñuble,Calle Larga,Av. Costanera,Los Ñires,El Peumo,Arturo Prat,"
    "Santa Inés,Av. España,Las Araucarias"
)
_FAR = ("Isla de Pascua", "Punta Arenas", "Natales", "Coyhaique", "Arica", "Iquique", "Juan Fernández", "Chillán")
_CITIES = _words(
    "Santiago,Maipú,Puente Alto,Ñuñoa,Providencia,Quilicura,San Bernardo,La Florida,Valparaíso,Viña del Mar,Rancagua,"
    "Talca,Concepción,Los Ángeles,Temuco,Valdivia,Puerto Montt,Antofagasta,La Serena,Copiapó"
)
_AREA = {"AP": "58", "TA": "57", "AN": "55", "AT": "52", "CO": "51", "VS": "32", "RM": "2", "LI": "72", "ML": "71"}
_AREA |= {"NB": "42", "BI": "41", "AR": "45", "LR": "63", "LL": "65", "AI": "67", "MA": "61"}


class Dice(Protocol):
    """Chance as an argument. Only `random` is used, which Python promises to repeat for one seed in every version."""

    def random(self) -> float: ...


class _Deudor(NamedTuple):
    rut: str
    name: str
    address: str
    comuna: str
    fijo: str
    second: str
    movil: str
    mail: str
    regime: str


class _Documento(NamedTuple):
    number: int
    issued: date
    due: date
    amount: int
    saldo: int


def facturas(dice: Dice, today: date, deudores: int = DEUDORES) -> str:
    """The whole CSV (``;``, amounts ``1.250.000``, dates d/m/Y): one row a factura, 1 to 4 for each deudor.

    Due dates lie between 400 days before `today` and 20 after. Rows that are wrong on purpose come every 97th deudor.
    At most 2 million deudores, which is what the ranges of RUTs hold.
    """
    rows: list[str] = []
    total, number = 0, 10_000
    for n in range(deudores):
        deudor = _deudor(dice, n, (n, deudores))
        documentos = [_documento(dice, today, number + k) for k in range(_how_many(dice))]
        number += len(documentos)
        lines = [_line(deudor, documento) for documento in documentos]
        if n % 97 == 96:
            lines = FAULTS[n // 97 % len(FAULTS)](lines)
        rows += lines
        total += sum(documento.saldo for documento in documentos)
    footer = f"TOTAL;;;;;;;;;;;;;;{_pesos(total)};"
    return "\n".join([HEADER, *rows, "", footer, ""])


# ── people ──────────────────────────────────────────────────────────────────────────────────────────


def _deudor(dice: Dice, n: int, share: Share) -> _Deudor:
    company = dice.random() < 0.7
    place = comuna.lookup(_FAR[n // 25 % len(_FAR)] if n % 25 == 24 else _pick(dice, _place_names(dice)))
    assert place is not None
    name = _company(dice) if company else f"{_pick(dice, _NOMBRES)} {_pick(dice, _APELLIDOS)} {_pick(dice, _APELLIDOS)}"
    return _Deudor(
        rut=_rut(_within(dice, COMPANIES if company else PEOPLE, share)),
        name=name,
        address=f"{_pick(dice, _CALLES)} {100 + _below(dice, 4900)}",
        comuna=place.name,
        fijo=_phone(dice, _AREA[place.region] + "2") if dice.random() < 0.6 else "s/i",
        second=_phone(dice, "9") if dice.random() < 0.25 else "",
        movil=_phone(dice, "9"),
        mail=f"pagos{n}@{fold(name)[:20]}.example" if dice.random() < 0.8 else "",
        regime=_pick(dice, ("mype", "mype", "empresa")) if company else "consumidor",
    )


def _place_names(dice: Dice) -> Sequence[str]:
    return _CITIES if dice.random() < 0.7 else [place.name for place in comuna.TODAS]


def _company(dice: Dice) -> str:
    who = _pick(dice, _LUGARES) if dice.random() < 0.6 else f"{_pick(dice, _APELLIDOS)} y {_pick(dice, _APELLIDOS)}"
    return f"{_pick(dice, _RUBROS)} {who} {_pick(dice, _SIGLAS)}"


def _within(dice: Dice, ruts: range, share: Share) -> int:
    """A number of the n-th of so many equal parts of a range: no two deudores share one."""
    n, parts = share
    width = len(ruts) // parts
    return ruts[n * width + _below(dice, width)]


def _rut(body: int) -> str:
    digits = f"{body:,}".replace(",", ".")
    return f"{digits}-{calc_check_digit(str(body))}"


def _phone(dice: Dice, prefix: str) -> str:
    """A number of the plan, nine digits, that is not one of the fakes; drawn again until it is one."""
    while True:
        digits = prefix + "".join(str(_below(dice, 10)) for _ in range(9 - len(prefix)))
        try:
            return telefono.normalise(digits).e164
        except Falla:
            continue


# ── documents ───────────────────────────────────────────────────────────────────────────────────────


def _how_many(dice: Dice) -> int:
    return _pick(dice, (1, 1, 1, 1, 2, 2, 2, 3, 3, 4))


def _documento(dice: Dice, today: date, number: int) -> _Documento:
    due = today - timedelta(days=_below(dice, 421) - 20)
    amount = round(20_000 * 10 ** (dice.random() * 2.6))
    partly_paid = dice.random() < 0.2
    saldo = round(amount * (0.2 + 0.6 * dice.random())) if partly_paid else amount
    return _Documento(number, due - timedelta(days=30), due, amount, saldo)


def _line(deudor: _Deudor, documento: _Documento) -> str:
    return ";".join(
        (
            *deudor[:8],
            "Factura electrónica",
            str(documento.number),
            documento.issued.strftime("%d/%m/%Y"),
            documento.due.strftime("%d/%m/%Y"),
            "CLP",
            _pesos(documento.amount),
            _pesos(documento.saldo),
            deudor.regime,
        )
    )


def _pesos(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


# ── rows that are wrong on purpose ──────────────────────────────────────────────────────────────────


def _with(at: int, change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    """The same rows with cell `at` of the first one changed."""

    def changed(lines: list[str]) -> list[str]:
        cells = lines[0].split(";")
        cells[at] = change(cells[at])
        return [";".join(cells), *lines[1:]]

    return changed


def _again_with_other_saldo(lines: list[str]) -> list[str]:
    return [lines[0], *_with(14, lambda saldo: ("1" if saldo[0] == "2" else "2") + saldo[1:])(lines)]


def _wrong_digit(rut: str) -> str:
    return rut[:-1] + ("0" if rut[-1] == "K" else "K")


FAULTS: tuple[Callable[[list[str]], list[str]], ...] = (
    _with(0, _wrong_digit),
    _with(6, lambda phone: "999999999"),
    lambda lines: [lines[0], *lines],
    _again_with_other_saldo,
    _with(0, lambda rut: rut[:-2]),
    _with(4, lambda phone: "5.6987654321E10"),
    _with(11, lambda due: "01/01/1900"),
    _with(6, lambda phone: f"0{phone[3:]} / 6712 3456 anexo 12"),
    _with(3, lambda name: "Comuna Perdida"),
    _with(14, lambda saldo: "0"),
)


# ── chance ──────────────────────────────────────────────────────────────────────────────────────────


def _below(dice: Dice, limit: int) -> int:
    return int(dice.random() * limit)


def _pick(dice: Dice, choices: Sequence[T]) -> T:
    return choices[_below(dice, len(choices))]
