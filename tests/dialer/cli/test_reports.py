"""The reports from the command line: the figures, how they were calculated, and what is wrong in a sentence."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from config.settings import ConfigError, parse
from dialer.carteras.filas import FilaUf
from dialer.cli import figures, tables
from dialer.cli.promises import judge_promises
from dialer.cli.reports import Asked, Report, asked, day_of, month_of, number
from dialer.edge.store import Store
from tests.dialer.edge.cargas import DAY_MS, NOW
from tests.dialer.edge.test_store import on
from tests.dialer.edge.test_store_reports import TODAY, X, day, of_kind, pago, promised, states, story, uf_load

D = Decimal
ROOT = Path(__file__).resolve().parents[3]
INFORME = {"tramos": [30, 60, 90], "meta_clp": 500_000}


def settings_of(url: str, **informe: Any) -> Any:
    return parse({"database": url, "carteras": {X: {"informe": {**INFORME, **informe}}}})


def report(url: str, make: Callable[[Store, Asked], Awaitable[Report]], at: int = 4, **informe: Any) -> Report:
    async def body(store: Store) -> Report:
        await story(store)
        return await make(store, asked(settings_of(url, **informe), X, day(at).isoformat(), day(5)))

    return on(url, body)


def plain(made: Report) -> Any:
    """As `--json` prints it."""
    return json.loads(json.dumps(made, default=str))


# ── the figures ─────────────────────────────────────────────────────────────────────────────────────


def test_montos_tells_every_tramo_the_goal_and_that_it_all_agrees(sqlite_url: str) -> None:
    made = plain(report(sqlite_url, lambda store, it: figures.montos(store, it, None)))
    totals = {one["currency"]: one for one in made["tramos"] if one["tramo"] == "total"}
    assert {name: totals["CLP"][name] for name in ("assigned", "paid", "withdrawn", "adjusted", "saldo")} == {
        "assigned": "350000", "paid": "190000", "withdrawn": "60000", "adjusted": "-25000", "saldo": "75000"
    }  # fmt: skip
    assert totals["CLP"]["recupero"] == round(190 / 350, 6)
    assert totals["CLF"]["saldo"] == "10"
    assert made["agrees"] is True
    assert made["loose_totals"] == {"CLP": "15001"}
    meta = made["meta"]
    assert (meta["goal"], meta["paid"], meta["left"], meta["days"]) == ("500000", "190000", "310000", 7)
    assert meta["per_day"] == "44286"


def test_a_goal_given_by_hand_goes_before_the_configured_one_and_none_is_none(sqlite_url: str) -> None:
    made = report(sqlite_url, lambda store, it: figures.montos(store, it, D(200_000)))
    assert made["meta"]["left"] == 10_000
    assert asyncio.run(figures._meta(None, asked(settings_of("x", meta_clp=0), X, "", TODAY), D(0))) is None  # type: ignore[arg-type]


def test_aging_has_the_tramos_of_the_configuration_and_everything_in_pesos_at_the_days_uf(sqlite_url: str) -> None:
    async def make(store: Store, it: Asked) -> Report:
        await store.apply_load(uf_load(FilaUf(2, day(4).isoformat(), D("40000.50"))), NOW)
        return await figures.aging(store, it, None)

    made = plain(report(sqlite_url, make))
    names = [one["tramo"] for one in made["tramos"] if one["currency"] == "CLP"]
    assert names == ["por vencer", "1-30", "31-60", "61-90", "más de 90"]
    assert made["totals"] == {"CLF": "10", "CLP": "75000"}
    assert made["uf"] == {"value": "40000.5", "total_clp": "475005"}


def test_without_the_days_uf_pesos_and_uf_are_not_added(sqlite_url: str) -> None:
    assert report(sqlite_url, lambda store, it: figures.aging(store, it, None))["uf"] is None


def test_aging_against_an_earlier_day_is_a_matrix_whose_rows_add_up(sqlite_url: str) -> None:
    made = plain(report(sqlite_url, lambda store, it: figures.aging(store, it, day(0))))["against"]
    assert made["since"] == day(0).isoformat()
    assert all(sum(map(D, row["to"].values())) == D(row["total"]) for row in made["rows"])
    assert {row["origin"] for row in made["rows"] if row["currency"] == "CLP"} == {
        "asignado", "por vencer", "1-30", "31-60", "61-90"
    }  # fmt: skip


def test_a_day_that_is_not_earlier_makes_no_matrix(sqlite_url: str) -> None:
    with pytest.raises(ConfigError, match="must be earlier than"):
        report(sqlite_url, lambda store, it: figures.aging(store, it, day(4)))


def test_recorrido_tells_its_bases_and_whether_the_stops_are_todays(sqlite_url: str) -> None:
    made = plain(report(sqlite_url, figures.recorrido))
    assert [one["base"] for one in made["measures"]] == ["casos", "documentos", "saldo CLF", "saldo CLP"]
    assert (made["casos"], made["apart"], made["stops_of_today"]) == (3, {"pagado": 1, "retirado": 1}, True)
    assert "≥ 0,95" in made["how"]


def test_every_table_says_how_it_was_calculated(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    async def make(store: Store, it: Asked) -> Report:
        tables.recorrido(await figures.recorrido(store, it))
        tables.aging(await figures.aging(store, it, day(0)))
        tables.montos(await figures.montos(store, it, None))
        tables.gastos(figures.gastos(D(100_000), 30, D("27205.11"), it.at, gestion_util=False))
        return {}

    report(sqlite_url, make)
    told = " ".join(capsys.readouterr().out.split())
    assert told.count("Cómo se calcula:") == 7  # four tables, the matrix, the loose payments, the goal
    for words in ("Aging de facturas", "Migración del", "$75.000", "UF 10", "Cuadra hoy", "Pagos sin documento (3)",
                  "Meta del mes $500.000", "Se puede cobrar hasta $3.559."):  # fmt: skip
        assert words in told


def test_what_does_not_agree_is_said_in_red_with_its_three_sums(capsys: pytest.CaptureFixture[str]) -> None:
    sums = {"currency": "CLP", "movements": D(3), "documents": D(2), "cases": D(3), "agrees": False}
    tables.montos({"cartera": X, "at": "2026-11-20", "tramos": [], "meta": None, "promesas": [], "agrees": False,
                   "sums": [sums], "loose_payments": [], "how": ""})  # fmt: skip
    assert "NO CUADRA: CLP: movimientos $3, documentos $2, casos $3." in capsys.readouterr().out


def test_promises_are_judged_from_the_command_line_with_each_trees_grace(sqlite_url: str) -> None:
    async def body(store: Store) -> Any:
        await story(store)
        await promised(store, 1, 1, due=6, amount="10000", at=5)
        await store.apply_load(of_kind("pagos", pago(1, "4000", 6)), NOW + 7 * DAY_MS)
        mark = await store.payments_mark()
        settings = settings_of(sqlite_url)
        changed = [await judge_promises(store, settings, NOW + n * DAY_MS) for n in (7, 7, 8)]
        return changed, await states(store), mark == await store.payments_mark()

    assert on(sqlite_url, body) == ([1, 0, 1], [("parcial", D(4000))], True)


def test_the_mark_of_the_payments_changes_with_each_load_of_them_and_its_undoing(database: str) -> None:
    async def body(store: Store) -> list[str]:
        marks = [await store.payments_mark()]
        await story(store)
        marks.append(await store.payments_mark())
        made = await store.apply_load(of_kind("pagos", pago(2, "4000", 6)), NOW + 7 * DAY_MS)
        marks.append(await store.payments_mark())
        await store.undo_load(made.carga_id, NOW + 8 * DAY_MS)
        return [*marks, await store.payments_mark()]

    assert len(set(on(database, body))) == 4


# ── what a month earns ──────────────────────────────────────────────────────────────────────────────

CLAUSES = [
    {"mora_desde": 1, "mora_hasta": 60, "percent": 10},
    {"mora_desde": 61, "mora_hasta": 100, "percent": 15, "max": 12_000},
]


def month(url: str, contrato: dict[str, Any], *more: str) -> Report:
    """November of the story: CLP 100.000 at 81 days, 20.000 + 30.000 at 9 and 12, 40.000 at 7; UF 0,5 at 49."""

    async def body(store: Store) -> Report:
        await story(store)
        await store.apply_load(uf_load(FilaUf(2, day(1).isoformat(), D("40000.50"))), NOW)
        settings = parse({"database": url, "carteras": {X: {"contrato": contrato}, **{key: {} for key in more}}})
        return await figures.honorarios(store, settings, sorted(settings.carteras), TODAY.replace(day=1))

    return on(url, body)


def test_the_months_fees_are_those_worked_out_by_hand_and_reconcile_with_what_was_recovered(database: str) -> None:
    made = plain(month(database, {"numero": "77", "honorarios": CLAUSES}, "otra", "nunca"))
    lines = [(one["number"], one["mora"], one["base"], one["honorario"]) for one in made["lines"]]
    assert sorted(lines) == sorted([
        ("11", 81, "100000", "12000"), ("12", 9, "20000", "2000"), ("22", 49, "20000.25", "2000"),
        ("12", 12, "30000", "3000"), ("13", 7, "40000", "4000"),
    ])  # fmt: skip
    assert made["total"] == {"pagos": 5, "base": "210000.25", "honorario": "23000"}
    assert {one["tramo"]: one["honorario"] for one in made["sums"] if one["cartera"] == X} == {
        "por vencer": "0", "1-30": "9000", "31-60": "2000", "61-90": "12000", "91-180": "0", "181-360": "0",
        "más de 360": "0", "total": "23000",
    }  # fmt: skip
    assert made["recovered"] == {X: {"CLP": "190000", "CLF": "0.5"}, "otra": {}, "nunca": {}}
    assert (made["agrees"], made["apart"], made["month"]) == (True, [], "2026-11")


def test_what_no_clause_covers_is_told_apart_and_all_of_it_still_reconciles(
    sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = month(sqlite_url, {"asignada": day(2).isoformat(), "honorarios": CLAUSES[:1]})
    assert [(one["number"], one["why"]) for one in made["apart"]] == [
        ("11", "fuera del contrato"), ("12", "fuera del contrato"), ("22", "fuera del contrato")
    ]  # fmt: skip
    assert plain(made)["apart_totals"] == {"CLP": "120000", "CLF": "0.5"}
    assert made["agrees"] and made["total"]["honorario"] == 7000
    tables.honorarios(made)
    told = " ".join(capsys.readouterr().out.split())
    for words in ("Honorarios de facturas, 2026-11", "Pagos aparte, sin honorario (3)",
                  "Honorarios: $7.000 por $70.000 recuperados.", "Aparte, sin honorario: $120.000, UF 0,50.", "Cuadra:",
                  "Cómo se calcula:"):  # fmt: skip
        assert words in told


def test_a_months_fees_that_do_not_reconcile_are_said_in_red(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = {"pagos": 0, "base": D(0), "honorario": D(0)}
    tables.honorarios({"contratos": {}, "month": "2026-11", "sums": [], "apart": [], "total": nothing, "agrees": False,
                       "how": ""})  # fmt: skip
    assert "NO CUADRA" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("2026-13", "is not a month"), ("noviembre", "is not a month"), ("2026-11-01", "is not a month"),
     ("2026-12", "is still to come; today is 2026-11-18")],
)  # fmt: skip
def test_what_is_no_month_that_there_was_is_said_in_a_sentence(text: str, wrong: str) -> None:
    assert month_of("", TODAY) == month_of("2026-11", TODAY) == date(2026, 11, 1)
    with pytest.raises(ConfigError, match=wrong):
        month_of(text, TODAY)


# ── what was asked ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cartera", "at", "wrong"),
    [
        ("otra", "", "cartera 'otra': is not in the configuration; there are: facturas"),
        (X, "31/12/2026", "--at '31/12/2026': is not a day"),
        (X, "2030-01-01", "--at 2030-01-01: is still to come; today is 2026-11-18"),
    ],
)
def test_what_is_wrong_with_the_question_is_said_in_a_sentence(cartera: str, at: str, wrong: str) -> None:
    with pytest.raises(ConfigError, match=wrong):
        asked(settings_of("x"), cartera, at, TODAY)


@pytest.mark.parametrize(
    ("text", "value"),
    [("100000", "100000"), ("27205,11", "27205.11"), ("27205.11", "27205.11"), ("27.205,11", "27205.11"), ("$ 4", "4")],
)
def test_figures_are_read_as_people_write_them(text: str, value: str) -> None:
    assert number(text, "--uf") == D(value)


@pytest.mark.parametrize("text", ["100.000", "mucho", "", "1e5"])
def test_a_figure_that_reads_two_ways_or_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="cannot be read in one way"):
        number(text, "--monto")
    with pytest.raises(ConfigError, match="is not a day"):
        day_of(text, "--at")


def test_the_commands_themselves_print_one_json_object(sqlite_url: str, tmp_path: Path) -> None:
    on(sqlite_url, story)
    config = tmp_path / "c.toml"
    config.write_text(f'database = "{sqlite_url}"\n[carteras.{X}]\n')
    costs = cintillo("gastos", "--monto", "100000", "--mora", "30", "--uf", "27.205,11", "--sin-gestion-util")
    assert (costs["total"], costs["rebate"]) == ("3559", "5441.022")
    made = cintillo("aging", "--cartera", X, "--config", str(config))
    assert made["cartera"] == X
    assert date.fromisoformat(made["at"]) <= date.today()
    fees = cintillo("report", "honorarios", "--cartera", X, "--config", str(config))
    assert (fees["total"]["honorario"], fees["agrees"]) == ("0", True)


def test_a_uf_that_is_not_loaded_is_said_without_a_traceback(sqlite_url: str, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text(f'database = "{sqlite_url}"\n[carteras.{X}]\n')
    told = ran("gastos", "--monto", "1", "--mora", "30", "--at", "2026-11-09", "--config", str(config))
    assert told.returncode != 0
    assert told.stderr.startswith("cintillo: UF: there is no value for 2026-11-09")


def ran(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dialer", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def cintillo(*words: str) -> Any:
    told = ran(*words, "--json")
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)
