"""The reports' figures: asks the store, hands the rows to the pure reports, and returns what JSON and tables show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from config.edge.files import load_gastos, load_reglas
from config.settings import ConfigError, Settings
from dialer.carteras.cuenta import Cobrado
from dialer.carteras.gastos import cost, in_force
from dialer.carteras.uf import in_clp
from dialer.cli.reports import Asked, Report
from dialer.edge.schema import plain
from dialer.edge.store import Store
from metrics.reports import aging as ag
from metrics.reports import honorarios as ho
from metrics.reports import montos as mo
from metrics.reports import recorrido as re

HOW_RECORRIDO = (
    "Gestión válida: llamada que sonó o se contestó. Vueltas completas: el mayor k con (gestionables con k o más "
    "gestiones válidas) / gestionables ≥ {umbral}. Avance: los que tienen k+1 o más / gestionables. Promedio: "
    "Σ min(gestiones, {tope}) / gestionables."
)
HOW_AGING = "Σ de los movimientos de cada documento hasta el final del día, en el tramo de (día - vencimiento)."
HOW_MATRIX = (
    "Cada fila suma lo que tenía al final de {since}: lo que sigue en un tramo al final de {until}, más lo pagado, lo "
    "retirado y lo ajustado entre ambos; lo asignado entre ambos tiene su fila."
)
HOW_MONTOS = "Saldo = asignado - pagado - retirado + ajustado. Recupero = pagado / asignado."
HOW_META = (
    "(Meta - pagado desde {first}) / días hábiles de {at} a {last}, ambos incluidos, hacia arriba al peso. Hábiles: "
    "los días en que la regla {preset} permite llamar."
)
HOW_GASTOS = (
    "Solo con más de {after} días de mora; cada porcentaje se aplica a la parte del monto que cae en su tramo de UF. "
    "Sin gestión útil en los primeros {within} días, {less} UF menos. Fuente: {source}."
)
HOW_HONORARIOS = (
    "Recuperado en el mes (el mismo pagado de «montos») x porcentaje de la cláusula del día del pago y de su mora "
    "(pago - vencimiento), con el mínimo y el máximo de cada pago a cada documento, redondeado al peso (mitades al "
    "par); UF al valor del día del pago. El tramo es el del día del pago."
)
PLACES = 6


async def recorrido(store: Store, it: Asked) -> Report:
    """The three measures, by casos, documentos and saldo; and the cases that are not gestionable, by reason."""
    umbral, tope = Decimal(str(it.informe.recorrido_min)), it.informe.recorrido_cap
    made = re.recorrido(await store.grupos(it.cartera, it.at, it.settings.zone), umbral, tope)
    return {
        **_about(it),
        "casos": made.casos,
        "apart": made.apart,
        "measures": [
            {
                "base": one.base,
                "gestionables": one.gestionables,
                "vueltas": one.vueltas,
                "avance": _ratio(one.avance),
                "promedio": _ratio(one.promedio),
            }
            for one in made.medidas
        ],
        "stops_of_today": it.at != it.today,
        "how": HOW_RECORRIDO.format(umbral=f"{it.informe.recorrido_min:g}".replace(".", ","), tope=tope),
    }


async def aging(store: Store, it: Asked, since: date | None) -> Report:
    """The tramos at a day and, from `since` on, the matrix. Raises `ConfigError` when `since` is no earlier day."""
    if since is not None and since >= it.at:
        raise ConfigError(f"--against {since}: must be earlier than {it.at}")
    limits = it.informe.tramos
    bandas = ag.aging(await store.renglones(it.cartera, it.at), it.at, limits)
    totals = _totals((one.currency, one.saldo) for one in bandas)
    report = {
        **_about(it),
        "tramos": [one._asdict() for one in bandas],
        "totals": totals,
        "uf": await _in_pesos(store, totals, it.at),
        "how": HOW_AGING,
    }
    return report if since is None else {**report, "against": await _matrix(store, it, since)}


async def _matrix(store: Store, it: Asked, since: date) -> Report:
    pasos = await store.pasos(it.cartera, since, it.at)
    return {
        "since": since.isoformat(),
        "columns": ag.columns(it.informe.tramos),
        "rows": [one._asdict() for one in ag.migration(pasos, since, it.at, it.informe.tramos)],
        "how": HOW_MATRIX.format(since=since, until=it.at),
    }


async def montos(store: Store, it: Asked, goal: Decimal | None) -> Report:
    """The amounts by tramo, the goal, promises, payments without document, and whether all of it agrees."""
    made = mo.montos(await store.renglones(it.cartera, it.at), it.at, it.informe.tramos)
    sums = await store.cuadratura(it.cartera)
    loose = await store.loose_payments(it.cartera)
    return {
        **_about(it),
        "tramos": [{**one._asdict(), "recupero": _ratio(one.recupero)} for one in made],
        "meta": await _meta(store, it, Decimal(it.informe.meta_clp) if goal is None else goal),
        "promesas": [one._asdict() for one in await store.promesas(it.cartera)],
        "agrees": all(one.agrees for one in sums),
        "sums": [{**one._asdict(), "agrees": one.agrees} for one in sums],
        "loose_payments": [one._asdict() for one in loose],
        "loose_totals": _totals((one.currency, one.rest) for one in loose),
        "how": HOW_MONTOS,
    }


async def _meta(store: Store, it: Asked, goal: Decimal) -> Report | None:
    if not goal:
        return None
    first, last = mo.month_of(it.at)
    preset = it.settings.carteras[it.cartera].preset
    paid = (await store.paid_between(it.cartera, first, it.at)).get("CLP", Decimal(0))
    made = mo.meta(goal, paid, mo.working_days(load_reglas()[preset], it.at, last))
    how = HOW_META.format(first=first, at=it.at, last=last, preset=preset)
    return {**made._asdict(), "currency": "CLP", "how": how}


def gastos(monto: Decimal, mora: int, uf: Decimal, day: date, *, gestion_util: bool) -> Report:
    """The most that may be charged, with its parts. Raises `GastosError`."""
    tarifa = in_force(load_gastos(), day)
    made = cost(tarifa, monto, mora, uf, gestion_util=gestion_util)
    return {
        "monto": monto,
        "mora": mora,
        "uf": uf,
        "at": day.isoformat(),
        "gestion_util": gestion_util,
        "total": made.total,
        "due": made.due,
        "parts": [{name: plain(value) for name, value in one._asdict().items()} for one in made.partes],
        "rebate": plain(made.rebate),
        "how": HOW_GASTOS.format(
            after=tarifa.after_days,
            within=tarifa.gestion_util_days,
            less=str(tarifa.no_gestion_util_uf).replace(".", ","),
            source=tarifa.source,
        ),
    }


async def honorarios(store: Store, settings: Settings, carteras: Sequence[str], first: date) -> Report:
    """What the month that begins on `first` earns, by cartera and tramo, with its lines and what is apart from them."""
    last = mo.month_of(first)[1]
    made = [(code, await _earned(store, settings, code, first, last)) for code in carteras]
    recovered = {code: await store.paid_between(code, first, last) for code in carteras}
    told = {code: _totals(_amounts(it)) for code, it in made}
    lines, apart = ([one for _, it in made for one in each(it)] for each in (_lineas, _aparte))
    totals = [one for _, it in made for one in it.sumas if one.tramo == ho.TOTAL]
    return {
        "month": f"{first:%Y-%m}",
        "sums": [{**one._asdict(), "base": plain(one.base)} for _, it in made for one in it.sumas],
        "total": {
            "pagos": sum(one.pagos for one in totals),
            "base": plain(sum((one.base for one in totals), Decimal(0))),
            "honorario": sum((one.honorario for one in totals), Decimal(0)),
        },
        "lines": lines,
        "apart": apart,
        "apart_totals": _totals((one["currency"], one["amount"]) for one in apart),
        "contratos": {code: settings.carteras[code].contrato.numero for code in carteras},
        "recovered": recovered,
        "agrees": told == recovered,
        "how": HOW_HONORARIOS,
    }


async def _earned(store: Store, settings: Settings, code: str, first: date, last: date) -> ho.Honorarios:
    strategy, cobrados = settings.carteras[code], await store.cobrados(code, first, last)
    uf = await store.uf_values(sorted({one.paid_on for one in cobrados if one.currency == "CLF"}))
    return ho.honorarios(code, cobrados, strategy.contrato, uf, strategy.informe.tramos)


def _lineas(made: ho.Honorarios) -> list[Report]:
    return [_flat(one.cobrado, {**one._asdict(), "base": plain(one.base)}) for one in made.lineas]


def _aparte(made: ho.Honorarios) -> list[Report]:
    return [_flat(one.cobrado, one._asdict()) for one in made.aparte]


def _flat(cobrado: Cobrado, more: Report) -> Report:
    """A payment with what it comes to, side by side."""
    return {**cobrado._asdict(), **{name: value for name, value in more.items() if name != "cobrado"}}


def _amounts(made: ho.Honorarios) -> Iterable[tuple[str, Decimal]]:
    found = [one.cobrado for one in made.lineas] + [one.cobrado for one in made.aparte]
    return ((one.currency, one.amount) for one in found)


def _about(it: Asked) -> Report:
    return {"cartera": it.cartera, "at": it.at.isoformat()}


def _totals(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for money, amount in amounts:
        totals[money] = totals.get(money, Decimal(0)) + amount
    return totals


async def _in_pesos(store: Store, totals: Mapping[str, Decimal], at: date) -> dict[str, Any] | None:
    """Everything in pesos at the day's UF; None without UF amounts, or where that day's value is not loaded."""
    uf = (await store.uf_values([at])).get(at)
    if uf is None or "CLF" not in totals:
        return None
    return {"value": uf, "total_clp": sum((in_clp(amount, money, uf) for money, amount in totals.items()), Decimal(0))}


def _ratio(value: Decimal | None) -> float | None:
    return None if value is None else round(float(value), PLACES)
