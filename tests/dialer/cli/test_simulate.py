"""`cintillo simulate` as ops type it: an answer in one line, and a sentence for what cannot be answered."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config.settings import ConfigError
from dialer.cli import whatif
from dialer.cli.simulate import Asked, changed, days_of, hours_of, laid_over, seeds_of
from dialer.edge.store import Store
from tests.dialer.edge.cargas import NOW
from tests.dialer.edge.test_store import loaded, on, talked

ROOT = Path(__file__).resolve().parents[3]
CONFIG = """
database = "{url}"
[limits]
calls_max = 100
[carteras.facturas]
mode = "ratio"
ratio = 1.6
[carteras.consumo]
enabled = false
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "cintillo.toml"
    file.write_text(CONFIG.format(url=f"sqlite+aiosqlite:///{tmp_path}/cintillo.db"), "utf-8")
    return file


def asked(config: Path, **more: Any) -> Asked:
    plain: dict[str, Any] = {
        "config": config,
        "against": None,
        "changes": (),
        "cartera": "",
        "agents": 3,
        "hours": 0.5,
        "start": "",
        "seeds": (1, 2),
        "wrap_s": None,
        "history": None,
        "jobs": 1,
    }
    return Asked(**{**plain, **more})


def cintillo(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dialer", "simulate", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────


def test_what_if_more_ejecutivos_a_stricter_limit_and_a_shorter_wrap_up_in_one_line(config: Path) -> None:
    changes = (("agents", 5), ("carteras.*.abandon_ratio_max", 0.02), ("wrap_s", 15))
    report = whatif.answer(asked(config, changes=changes, against=config))
    mine, theirs = report["strategies"]
    assert (mine["agents"], theirs["agents"]) == (5, 3)
    assert mine["wrap_s"] == 15
    assert theirs["wrap_s"] == 9
    assert mine["name"] == "cintillo agents=5 carteras.*.abandon_ratio_max=0.02 wrap_s=15"
    assert mine["floor"]["connected"]["mean"] > theirs["floor"]["connected"]["mean"] > 0
    difference = mine["floor"]["connected"]["mean"] - theirs["floor"]["connected"]["mean"]
    assert report["difference"]["connected"]["mean"] == pytest.approx(difference)
    assert set(report["people"]) == {"facturas"}
    assert report["people"]["facturas"]["from"] == "default"
    assert any("población de fábrica" in sentence for sentence in report["assumed"])


def test_the_same_seeds_give_the_same_answer(config: Path) -> None:
    one, other = (whatif.answer(asked(config, hours=0.2)) for _ in range(2))
    assert one["strategies"] == other["strategies"]


def test_it_is_told_in_a_table_as_json_and_in_a_picture(config: Path, tmp_path: Path) -> None:
    small = ("-c", str(config), "--agents", "3", "--hours", "0.2", "--seeds", "2", "--jobs", "1")
    picture = tmp_path / "what.svg"
    table = cintillo(*small, "--against", str(config), "--set", "agents=4", "--picture", str(picture))
    assert table.returncode == 0, table.stderr
    assert "Ocupación" in table.stdout
    assert "Cómo se calcula" in table.stdout
    assert "Con qué decidió el marcador" in table.stdout
    assert picture.read_text("utf-8").startswith("<?xml")
    told = cintillo(*small, "--json")
    assert told.returncode == 0, told.stderr
    report = json.loads(told.stdout)
    assert report["seeds"] == [1, 2]
    assert report["difference"] is None
    assert report["strategies"][0]["floor"]["occupancy"]["interval"] is not None


def test_several_processes_tell_the_same_as_one(config: Path) -> None:
    one, two = (whatif.answer(asked(config, hours=0.1, jobs=jobs)) for jobs in (1, 2))
    assert one["strategies"] == two["strategies"]


def test_people_are_read_from_the_carteras_own_records(config: Path, tmp_path: Path) -> None:
    async def body(store: Store) -> None:
        await loaded(store)
        for n in range(1, 41):
            await talked(store, n, at_ms=NOW + n * 60_000)

    on(f"sqlite+aiosqlite:///{tmp_path}/cintillo.db", body)
    short = ("--agents", "2", "--hours", "0.1", "--seeds", "1", "--set", "carteras.facturas.mode=predictive")
    told = cintillo("-c", str(config), *short, "--json", "--from-history", "2026-11-17..2026-11-19")
    assert told.returncode == 0, told.stderr
    report = json.loads(told.stdout)
    people = report["people"]["facturas"]
    decisions = report["strategies"][0]["decisions"]["facturas"]
    assert {"answers", "supply", "price", "risk", "budget_left", "bound"} <= set(decisions)
    assert sum(decisions["bound"].values()) == pytest.approx(1.0)
    assert people["from"] == "history"
    assert people["calls"] == 40
    figures = {one["name"]: one for one in people["figures"]}
    assert figures["answer"]["value"] == 1.0
    assert figures["patience_s"]["assumed"] is True
    assert people["by_hour"]
    none = cintillo("-c", str(config), "--from-history", "2026-10-01..2026-10-02")
    assert none.returncode != 0
    assert "cartera facturas has no finished call in those days; its calls are from 2026-11-18 to 2026-11-18" in (
        " ".join(none.stderr.split())
    )


# ── what was asked ──────────────────────────────────────────────────────────────────────────────────


def test_values_are_read_as_toml_reads_them_and_else_as_words() -> None:
    assert changed("carteras.a.ratio=2.5") == ("carteras.a.ratio", 2.5)
    assert changed("carteras.a.amd = true") == ("carteras.a.amd", True)
    assert changed("carteras.a.mode=progressive") == ("carteras.a.mode", "progressive")
    assert changed('carteras.a.order=["saldo"]') == ("carteras.a.order", ["saldo"])
    raw = {"carteras": {"a": {"ratio": 1}, "b": {}}, "node": "n1"}
    changes = (("carteras.*.ratio", 2), ("limits.calls_max", 9), ("agents", 3))
    assert laid_over(raw, changes) == {
        "carteras": {"a": {"ratio": 2}, "b": {"ratio": 2}},
        "node": "n1",
        "limits": {"calls_max": 9},
    }
    assert raw["carteras"] == {"a": {"ratio": 1}, "b": {}}


def test_days_hours_and_seeds() -> None:
    assert days_of("2026-11-01..2026-11-20") == (date(2026, 11, 1), date(2026, 11, 20))
    assert seeds_of(3, 2) == (3, 4)
    assert hours_of(8) == 8


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: changed("ratio"), "--set 'ratio': write KEY=VALUE"),
        (lambda: laid_over({"node": "n1"}, (("node.x", 1),)), "--set node.x: there is no such table"),
        (
            lambda: laid_over({"carteras": {"facturas": {}}}, (("carteras.nada.ratio", 2),)),
            "--set carteras.nada.ratio: there is no cartera 'nada'; there are: facturas",
        ),
        (lambda: hours_of(0), "--hours 0: a day is longer than 0"),
        (lambda: hours_of(30), "--hours 30: a day is longer than 0 and at most 24"),
        (lambda: seeds_of(-1, 4), "--seed -1: must be 0 or more"),
        (lambda: seeds_of(1, 0), "--seeds 0: must be 1 to 200"),
        (lambda: days_of("ayer"), "--from-history 'ayer': write the first and the last day"),
        (lambda: days_of("2026-11-01..ayer"), "--from-history 'ayer': is not a day"),
        (lambda: days_of("2026-11-20..2026-11-01"), "ends before it begins"),
    ],
)
def test_what_cannot_be_meant_is_said_in_a_sentence(wrong: Any, sentence: str) -> None:
    with pytest.raises(ConfigError) as bad:
        wrong()
    assert sentence in str(bad.value)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"changes": (("carteras.facturas.rato", 2),)}, "carteras.facturas.rato"),
        ({"changes": (("carteras.facturas.ratio", 99),)}, "carteras.facturas.ratio"),
        ({"changes": (("agents", "muchos"),)}, "--set agents=muchos: is not a number of ejecutivos"),
        ({"changes": (("agents", 0),)}, "--set agents 0: must be 1 to 1000"),
        ({"wrap_s": -3.0}, "wrap_s -3.0: a wrap-up lasts more than 0"),
        ({"cartera": "otra"}, "--cartera 'otra': is not in cintillo; there are: consumo, facturas"),
        ({"changes": (("carteras.facturas.enabled", False),)}, "no cartera is enabled"),
        ({"hours": 14.0}, "--hours 14: calls are allowed from 08:00 to 20:00 on"),
        ({"hours": 4.0, "start": "18:00"}, "--hours 4 from 18:00: calls are allowed from 08:00 to 20:00"),
        ({"start": "temprano"}, "--start 'temprano': is not a time of the day"),
        ({"against": Path("no-hay.toml")}, "no-hay.toml: there is no such file"),
    ],
)
def test_what_the_floor_cannot_do_is_said_in_a_sentence(config: Path, more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as bad:
        whatif.answer(asked(config, **more))
    assert sentence in str(bad.value)


def test_two_strategies_must_work_the_same_carteras(config: Path, tmp_path: Path) -> None:
    other = tmp_path / "otra.toml"
    other.write_text('[carteras.consumo]\nmode = "progressive"\n', "utf-8")
    with pytest.raises(ConfigError, match="work different carteras"):
        whatif.answer(asked(config, against=other))
    report = whatif.answer(asked(config, against=other, cartera="consumo", hours=0.1))
    assert [one["name"] for one in report["strategies"]] == ["cintillo", "otra"]


def test_a_long_day_begins_when_it_must_to_fit_the_hours_of_the_law(config: Path) -> None:
    report = whatif.answer(asked(config, hours=11.5, agents=1, seeds=(1,)))
    assert (report["start_ms"] // 60_000) % (24 * 60) == (8 * 60 + 30) + 3 * 60  # 8:30 in Santiago, in summer
