"""What a jefe's trial answers, and that its process ends with who asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from config.settings import parse
from dialer.cli.trial import trial
from tests.floors import ROOT, TUESDAY_NOON


def request(folder: Path, **changes: Any) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "database": f"sqlite+aiosqlite:///{folder}/cintillo.db",
        "carteras": {"facturas": {"mode": "ratio", "ratio": 2}, "otra": {}},
    }
    today = parse(raw).model_dump(mode="json")
    changed = parse({**raw, "carteras": {"facturas": {"mode": "progressive"}}}).model_dump(mode="json")
    plain = {"cartera": "facturas", "agents": 3, "hours": 0.4, "days": 5, "now_ms": TUESDAY_NOON, "within_s": 0}
    return {**plain, "settings": [changed, today], **changes}


def test_the_same_people_meet_both_strategies_and_the_least_days_are_lived_however_slow_it_is(tmp_path: Path) -> None:
    told: list[Any] = []
    report = trial(request(tmp_path), told.append)
    assert told == [{"days": n, "of": 5} for n in (1, 2, 3)]
    assert report["seeds"] == [1, 2, 3]
    assert report["changed"]["calls_placed"]["mean"] < report["today"]["calls_placed"]["mean"]
    difference = report["difference"]["abandon_ratio"]
    assert difference["mean"] < 0 and len(difference["interval"]) == 2
    assert report["history"] is None
    assert "menos de 500 llamadas" in report["assumed"][0]
    assert json.loads(json.dumps(report)) == report


def test_the_process_answers_in_lines_and_says_what_cannot_be_simulated(tmp_path: Path) -> None:
    closed = request(tmp_path)
    for one in closed["settings"]:
        one["carteras"]["facturas"] |= {"hours_from": "02:00", "hours_to": "03:00"}
    done = subprocess.Popen(
        [sys.executable, "-m", "dialer", "trial"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert done.stdin is not None and done.stdout is not None
    done.stdin.write(json.dumps(closed) + "\n")
    done.stdin.flush()
    assert "no cartera may call anybody" in json.loads(done.stdout.readline())["refused"]
    done.stdin.close()
    done.wait(20)


def test_the_process_ends_when_nobody_waits_for_it_any_more(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "dialer", "trial"],
        cwd=ROOT,
        input=json.dumps(request(tmp_path, agents=200, hours=8, within_s=9_999)) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "report" not in ended.stdout
