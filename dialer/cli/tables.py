"""The reports as tables for a person, in Spanish, each with the line that says how it was calculated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal, format_percent
from rich.box import SIMPLE_HEAD
from rich.measure import Measurement
from rich.table import Table

from dialer.cli.terminal import console

LOCALE = "es_CL"
FORMATS = {"CLP": "$#,##0.##", "CLF": "UF #,##0.00##"}
LOOSE_SHOWN = 10

Report = dict[str, Any]


def money(amount: Decimal, currency: str) -> str:
    """``$1.250.000``, ``UF 39.485,65``."""
    pattern = FORMATS.get(currency, f"{currency} #,##0.00##")
    return format_decimal(amount, format=f"{pattern};-{pattern}", locale=LOCALE)


def plain(amount: Decimal | int | float) -> str:
    return format_decimal(amount, format="#,##0.##", locale=LOCALE)


def share(ratio: float | None) -> str:
    return "" if ratio is None else format_percent(ratio, format="#,##0.0 %", locale=LOCALE)


def recorrido(report: Report) -> None:
    table = _table(f"Recorrido de {report['cartera']} al {report['at']}", ("Por",), _RECORRIDO)
    for one in report["measures"]:
        weight = one["base"].partition("saldo ")[2]
        gestionables = money(one["gestionables"], weight) if weight else plain(one["gestionables"])
        table.add_row(one["base"], gestionables, str(one["vueltas"]), share(one["avance"]), plain(one["promedio"]))
    apart = ", ".join(f"{count} {why}" for why, count in sorted(report["apart"].items()))
    lines = [f"{report['casos']} casos; aparte, no gestionables: {apart or 'ninguno'}."]
    if report["stops_of_today"]:
        lines.append("Bloqueos, detenciones y teléfonos no guardan historia: son los de hoy.")
    _show(table, lines, report["how"])


_RECORRIDO = ("Gestionables", "Vueltas completas", "Avance de la siguiente", "Promedio")


def aging(report: Report) -> None:
    for currency, rows in _by_currency(report["tramos"]):
        title = f"Aging de {report['cartera']} al {report['at']}, {currency}"
        table = _table(title, ("Tramo",), ("Saldo", "Documentos"))
        for one in rows:
            table.add_row(one["tramo"], money(one["saldo"], currency), plain(one["documentos"]))
        console().print(table)
    lines = [_totals("Total", report["totals"])]
    if report["uf"]:
        uf = report["uf"]
        lines.append(f"Todo en pesos, con la UF a {money(uf['value'], 'CLP')}: {money(uf['total_clp'], 'CLP')}.")
    _show(None, lines, report["how"])
    if "against" in report:
        _migration(report["against"], report["at"])


def _migration(against: Report, at: str) -> None:
    """A matrix where it fits the screen; otherwise one line for each of its cells."""
    for currency, rows in _by_currency(against["rows"]):
        title = f"Migración del {against['since']} al {at}, {currency}"
        matrix = _matrix(title, currency, rows, against["columns"])
        console().print(matrix if _fits(matrix) else _cells(title, currency, rows))
    _show(None, [], against["how"])


def _matrix(title: str, currency: str, rows: Sequence[Report], columns: Sequence[str]) -> Table:
    used = [name for name in columns if any(row["to"][name] for row in rows)]
    table = _table(title, ("Desde",), (*used, "Total"))
    for row in rows:
        amounts = [*(row["to"][name] for name in used), row["total"]]
        table.add_row(row["origin"], *(money(one, currency) if one else "" for one in amounts))
    return table


def _cells(title: str, currency: str, rows: Sequence[Report]) -> Table:
    table = _table(title, ("Desde", "Hacia"), ("Monto",))
    for row in rows:
        for name, amount in row["to"].items():
            if amount:
                table.add_row(row["origin"], name, money(amount, currency))
        table.add_row(row["origin"], "total", money(row["total"], currency), style="bold", end_section=True)
    return table


def montos(report: Report) -> None:
    for currency, rows in _by_currency(report["tramos"]):
        shown = [name for name in _MONTOS if name in _ALWAYS or any(one[name] for one in rows)]
        title = f"Montos a recuperar de {report['cartera']} al {report['at']}, {currency}"
        table = _table(title, ("Tramo",), (*(_MONTOS[name] for name in shown), "Recupero"))
        for one in rows:
            style = "bold" if one["tramo"] == "total" else ""
            cells = [money(one[name], currency) for name in shown]
            table.add_row(one["tramo"], *cells, share(one["recupero"]), style=style)
        console().print(table)
    lines = [*_goal(report["meta"]), *_promises(report["promesas"]), *_agreement(report)]
    _show(None, lines, report["how"])
    if report["loose_payments"]:
        _loose(report["loose_payments"])


_MONTOS = {
    "assigned": "Asignado",
    "paid": "Pagado",
    "withdrawn": "Retirado",
    "adjusted": "Ajustado",
    "saldo": "Saldo",
}
_ALWAYS = ("assigned", "paid", "saldo")


def _goal(meta: Report | None) -> list[str]:
    if meta is None:
        return []
    each = "ya no quedan días hábiles" if meta["per_day"] is None else f"{money(meta['per_day'], 'CLP')} por día hábil"
    return [
        f"Meta del mes {money(meta['goal'], 'CLP')}: pagado {money(meta['paid'], 'CLP')}, faltan "
        f"{money(meta['left'], 'CLP')} en {meta['days']} días hábiles: {each}. Cómo se calcula: {meta['how']}"
    ]


def _promises(promesas: Sequence[Report]) -> list[str]:
    if not promesas:
        return []
    told = (f"{one['compromisos']} {one['state']} por {money(one['amount'], one['currency'])}" for one in promesas)
    return [f"Compromisos: {', '.join(told)}."]


def _agreement(report: Report) -> list[str]:
    if report["agrees"]:
        return ["Cuadra hoy: movimientos, documentos y casos suman el mismo saldo."]
    told = (
        f"{one['currency']}: movimientos {money(one['movements'], one['currency'])}, documentos "
        f"{money(one['documents'], one['currency'])}, casos {money(one['cases'], one['currency'])}"
        for one in report["sums"]
        if not one["agrees"]
    )
    return [f"[bold red]NO CUADRA[/]: {'; '.join(told)}."]


def _loose(payments: Sequence[Report]) -> None:
    names = ("Pago", "Fecha", "Documento", "Referencia")
    table = _table(f"Pagos sin documento ({len(payments)})", names, ("Monto", "Sin documento"))
    for one in payments[:LOOSE_SHOWN]:
        amounts = (money(one[name], one["currency"]) for name in ("amount", "rest"))
        table.add_row(str(one["pago_id"]), str(one["paid_on"]), one["number"], one["reference"], *amounts)
    more = len(payments) - LOOSE_SHOWN
    how = "Un pago que nombra un documento paga solo ese; el resto espera a una persona."
    _show(table, [f"… y {more} más: use --json para verlos todos."] if more > 0 else [], how)


def gastos(report: Report) -> None:
    table = _table(f"Gastos de cobranza al {report['at']}", ("Porcentaje",), ("Parte del monto", "Gasto"))
    for one in report["parts"]:
        table.add_row(f"{plain(one['percent'])} %", money(one["base"], "CLP"), money(one["cost"], "CLP"))
    lines = [f"Rebaja por falta de gestión útil: {money(report['rebate'], 'CLP')}."] if report["rebate"] else []
    lines.append(f"[bold]Se puede cobrar hasta {money(report['total'], 'CLP')}.[/]")
    _show(table, lines, report["how"])


def honorarios(report: Report) -> None:
    for cartera, numero in report["contratos"].items():
        under = f", contrato {numero}" if numero else ""
        table = _table(f"Honorarios de {cartera}{under}, {report['month']}", ("Tramo",), _HONORARIOS)
        for one in (one for one in report["sums"] if one["cartera"] == cartera):
            style = "bold" if one["tramo"] == "total" else ""
            amounts = (money(one[name], "CLP") for name in ("base", "honorario"))
            table.add_row(one["tramo"], plain(one["pagos"]), *amounts, style=style)
        console().print(table)
    if report["apart"]:
        _apart(report["apart"])
    total = report["total"]
    lines = [f"Honorarios: {money(total['honorario'], 'CLP')} por {money(total['base'], 'CLP')} recuperados."]
    lines += [_totals("Aparte, sin honorario", report["apart_totals"])] if report["apart"] else []
    lines.append(
        "Cuadra: líneas y aparte suman lo pagado de los movimientos."
        if report["agrees"]
        else "[bold red]NO CUADRA[/]: líneas y aparte no suman lo pagado de los movimientos."
    )
    _show(None, lines, report["how"])


_HONORARIOS = ("Pagos", "Recuperado", "Honorario")


def _apart(payments: Sequence[Report]) -> None:
    names = ("Cartera", "Pago", "Fecha", "Documento", "Por qué")
    table = _table(f"Pagos aparte, sin honorario ({len(payments)})", names, ("Mora", "Monto"))
    for one in payments[:LOOSE_SHOWN]:
        words = (one["cartera"], str(one["pago_id"]), str(one["paid_on"]), f"{one['kind']} {one['number']}", one["why"])
        table.add_row(*words, str(one["mora"]), money(one["amount"], one["currency"]))
    console().print(table)
    more = len(payments) - LOOSE_SHOWN
    if more > 0:
        console().print(f"… y {more} más: use --json para verlos todos.")


def _totals(name: str, totals: dict[str, Decimal]) -> str:
    return f"{name}: {', '.join(money(amount, currency) for currency, amount in totals.items()) or 'nada'}."


def _by_currency(rows: Sequence[Report]) -> list[tuple[str, list[Report]]]:
    currencies = sorted({one["currency"] for one in rows}, reverse=True)  # pesos before UF
    return [(currency, [one for one in rows if one["currency"] == currency]) for currency in currencies]


def _table(title: str, words: Iterable[str], figures: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for name in words:
        table.add_column(name, overflow="fold")
    for name in figures:
        table.add_column(name, justify="right", overflow="fold")
    return table


def _fits(table: Table) -> bool:
    out = console()
    return Measurement.get(out, out.options.update(max_width=10_000), table).maximum <= out.width


def _show(table: Table | None, lines: Sequence[str], how: str) -> None:
    out = console()
    if table is not None and table.row_count:
        out.print(table)
    for line in lines:
        out.print(line, highlight=False)
    out.print(f"[dim]Cómo se calcula: {how}[/]", highlight=False)
