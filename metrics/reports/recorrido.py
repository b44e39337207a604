"""Recorrido de cartera: how often the whole cartera was worked (Nº de recorridos).

Three measures, over the gestionable cases only; the others are told apart, by reason. A *gestión válida* is a call that
rang or was answered. With G the gestionables and G(j) those with j valid gestiones or more:

* *vueltas completas* k = the largest j with G(j) / G >= `umbral`;
* *avance* of the pass under way = G(k+1) / G;
* *promedio* = Σ min(gestiones, `tope`) / G.

Each case weighs one, or as many as its documents, or its saldo in one currency.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from dialer.carteras.cuenta import Grupo


class Medida(NamedTuple):
    """The three measures by one weight. `avance` 0 to 1; `promedio` gestiones for each unit of weight."""

    base: str
    gestionables: Decimal
    vueltas: int
    avance: Decimal
    promedio: Decimal


class Recorrido(NamedTuple):
    """`apart`: cases that are not gestionable, by reason. `medidas`: by casos, documentos, saldo in each currency."""

    casos: int
    apart: dict[str, int]
    medidas: tuple[Medida, ...]


def recorrido(grupos: Sequence[Grupo], umbral: Decimal, tope: int) -> Recorrido:
    """All measures of a cartera. `umbral`: above 0, at most 1."""
    apart: Counter[str] = Counter()
    for grupo in grupos:
        if grupo.apart:
            apart[grupo.apart] += grupo.casos
    gestionables = [grupo for grupo in grupos if not grupo.apart]
    monies = sorted({money for grupo in gestionables for money in grupo.saldos})
    medidas = [
        _by(gestionables, "casos", lambda grupo: Decimal(grupo.casos), umbral, tope),
        _by(gestionables, "documentos", lambda grupo: Decimal(grupo.documentos), umbral, tope),
        *(_by(gestionables, f"saldo {money}", _saldo_in(money), umbral, tope) for money in monies),
    ]
    return Recorrido(sum(grupo.casos for grupo in grupos), dict(apart), tuple(medidas))


def _saldo_in(money: str) -> Callable[[Grupo], Decimal]:
    """What a mandante owes the debtor (a credit note alone) weighs nothing."""
    return lambda grupo: max(Decimal(0), grupo.saldos.get(money, Decimal(0)))


def _by(
    grupos: Sequence[Grupo], base: str, weight: Callable[[Grupo], Decimal], umbral: Decimal, tope: int
) -> Medida:
    return medida(base, [(grupo.gestiones, weight(grupo)) for grupo in grupos], umbral, tope)


def medida(base: str, weighed: Iterable[tuple[int, Decimal]], umbral: Decimal, tope: int) -> Medida:
    """The three measures of (valid gestiones, weight) pairs; all zero where nothing weighs."""
    by_count: defaultdict[int, Decimal] = defaultdict(Decimal)
    pairs = list(weighed)
    total = sum((weight for _, weight in pairs), Decimal(0))
    if total <= 0:
        return Medida(base, Decimal(0), 0, Decimal(0), Decimal(0))
    for gestiones, weight in pairs:
        by_count[gestiones] += weight
    vueltas, avance = _passes(by_count, total, umbral)
    worked = sum((min(gestiones, tope) * weight for gestiones, weight in pairs), Decimal(0))
    return Medida(base, total, vueltas, avance, worked / total)


def _passes(by_count: Mapping[int, Decimal], total: Decimal, umbral: Decimal) -> tuple[int, Decimal]:
    """k and the share with k+1 or more. The share only falls as j grows, and only where somebody has exactly j."""
    reached, k = total, 0
    for gestiones in sorted(by_count):
        if reached < umbral * total:
            break
        k = gestiones
        reached -= by_count[gestiones]
    return k, sum((weight for n, weight in by_count.items() if n > k), Decimal(0)) / total
