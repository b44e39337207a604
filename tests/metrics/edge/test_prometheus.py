"""What Prometheus reads, and the rules and the dashboard that are made of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from dialer import commands as c
from dialer import events as e
from dialer.call import Stage
from dialer.outcome import Verdict
from metrics.edge.prometheus import Exporter
from metrics.kpi import LABELS_MAX
from tests.metrics.story import Story, busy_floor

ROOT = Path(__file__).parents[3]
RULES = ROOT / "config/prometheus/cintillo.rules.yml"
DASHBOARD = ROOT / "config/grafana/cintillo.json"

promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is not installed")


def exposition(story: Story) -> str:
    body, content_type = Exporter(story.ledger, lambda: story.now_ms, "0.1.0").render()
    assert content_type.startswith("text/plain")
    return body.decode()


def scraped(story: Story) -> dict[str, Metric]:
    return {family.name: family for family in text_string_to_metric_families(exposition(story))}


def value(families: dict[str, Metric], sample: str, **labels: str) -> float:
    found = [
        s.value for f in families.values() for s in f.samples if s.name == sample and labels.items() <= s.labels.items()
    ]
    assert len(found) == 1, f"{sample}{labels} is there {len(found)} times"
    return found[0]


def run(*words: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in words], input=text, capture_output=True, text=True, check=False)


def test_the_metrics_say_what_the_ledger_counted() -> None:
    story = Story().start(facturas={"abandon_ratio_max": 0.05}).login("e01").wait(10_000)
    one, two, three = story.place(), story.place(amd=True), story.place()
    story.ring(one).pick_up(one).join(one, "e01", after_ms=30).wait(4_000).end(one, "connected").save(one, "e01", "D01")
    story.ring(three).pick_up(three).end(three, "abandoned").ring(two)
    story.tell(e.Ticked(), c.CountNotPlaced("facturas", "hours", 3), c.NotePacing("facturas", 4, 1, 2, 1, 0, ""))
    moved = c.NoteTransfer(one, "facturas", "e01", "e02", "attended", "done", story.now_ms)
    story.tell(e.Ticked(), moved)
    story.ledger.set_ami(lag_ms=2, messages=10, garbage=1)
    story.ledger.set_loop_lag(1)
    story.ledger.set_queue("facturas", {"ready": 7})
    story.ledger.set_cases("facturas", total=9, touched=3)
    seen = scraped(story)
    cartera = {"cartera": "facturas"}
    assert value(seen, "cintillo_calls_placed_total", **cartera) == 3
    assert value(seen, "cintillo_answered_total", **cartera) == 2
    assert value(seen, "cintillo_connected_total", **cartera) == value(seen, "cintillo_abandoned_total", **cartera) == 1
    assert value(seen, "cintillo_calls_total", **cartera, verdict="connected") == 1
    assert value(seen, "cintillo_calls_total", **cartera, verdict="busy") == 0
    assert value(seen, "cintillo_abandon_ratio", **cartera) == 0.5
    assert value(seen, "cintillo_abandon_ratio_max", **cartera) == 0.05
    assert value(seen, "cintillo_answer_to_agent_seconds_bucket", **cartera, le="0.025") == 0
    assert value(seen, "cintillo_answer_to_agent_seconds_bucket", **cartera, le="0.05") == 1
    assert value(seen, "cintillo_answer_to_agent_seconds_count", **cartera) == 1
    assert value(seen, "cintillo_answer_to_agent_seconds_sum", **cartera) == 0.03
    assert value(seen, "cintillo_calls_in_flight", **cartera, stage="ringing") == 1
    assert value(seen, "cintillo_calls_not_placed_total", **cartera, reason="hours") == 3
    assert value(seen, "cintillo_gestiones_total", **cartera, code="D01") == 1
    kinds = {"kind": "attended", "outcome": "done"}
    assert value(seen, "cintillo_transfers_total", **cartera, **kinds) == 1
    assert value(seen, "cintillo_agents", state="hablando") == 1
    assert value(seen, "cintillo_agents", state="pausa") == 0
    assert value(seen, "cintillo_agent_seconds_total", state="disponible") == 10.03
    assert value(seen, "cintillo_queue_size", **cartera, place="ready") == 7
    assert value(seen, "cintillo_cases_touched", **cartera) == 3
    assert value(seen, "cintillo_ami_up") == 1
    assert value(seen, "cintillo_ami_lag_seconds") == 0.002
    assert value(seen, "cintillo_event_loop_lag_seconds") == 0.001
    assert value(seen, "cintillo_build_info", version="0.1.0", node="n1") == 1


def test_counters_do_not_fall_when_the_board_begins_a_new_day() -> None:
    story = busy_floor(calls=40)
    before = exposition(story)
    story.ledger.start_day(story.now_ms)
    counters = [line for line in before.splitlines() if re.match(r"cintillo_\w+_total\b", line)]
    assert set(counters) <= set(exposition(story).splitlines())


def test_every_stage_and_verdict_is_there_from_the_first_scrape() -> None:
    seen = scraped(Story().start())
    stages = {s.labels["stage"] for s in seen["cintillo_calls_in_flight"].samples}
    assert stages == set(Stage) - {Stage.OVER}
    assert {s.labels["verdict"] for s in seen["cintillo_calls"].samples} == set(Verdict)


def test_codes_and_reasons_cannot_flood_prometheus() -> None:
    story = Story().start()
    for n in range(3 * LABELS_MAX):
        story.save("c.1", "e01", f"D{n}").tell(e.Ticked(), c.CountNotPlaced("facturas", f"r{n}", 1))
    seen = scraped(story)
    for name in ("cintillo_gestiones", "cintillo_calls_not_placed"):
        assert len(seen[name].samples) == LABELS_MAX + 1
    assert value(seen, "cintillo_gestiones_total", code="other") == 2 * LABELS_MAX


def test_no_label_names_a_person_an_agent_or_a_call() -> None:
    seen = scraped(busy_floor(calls=60))
    labels = {label for name, f in seen.items() if name.startswith("cintillo") for s in f.samples for label in s.labels}
    kinds = {"cartera", "verdict", "reason", "code", "stage", "place", "state", "punctuality"}
    assert labels == kinds | {"le", "version", "node"}
    assert "e01" not in exposition(busy_floor(calls=60))


@promtool
def test_promtool_finds_nothing_to_say_about_names_and_units() -> None:
    checked = run("promtool", "check", "metrics", text=_ours(exposition(busy_floor())))
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def _ours(text: str) -> str:
    """Without Python's own collectors, whose names are not ours to choose."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if re.match(r"(# \w+ )?cintillo_", line))


@promtool
def test_the_configuration_and_the_rules_are_valid() -> None:
    checked = run("promtool", "check", "config", ROOT / "config/prometheus/prometheus.yml")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@promtool
def test_the_alerts_fire_when_they_must_and_not_before() -> None:
    checked = run("promtool", "test", "rules", Path(__file__).with_name("alertas.test.yml"))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def _names_used(text: str) -> set[str]:
    """Metric names in PromQL; recorded series have a colon."""
    return set(re.findall(r"(?<![\w:])cintillo_\w+", text))


def _expressions(node: Any) -> str:
    if isinstance(node, dict):
        return " ".join(
            v if k in ("expr", "query") and isinstance(v, str) else _expressions(v) for k, v in node.items()
        )
    return " ".join(_expressions(v) for v in node) if isinstance(node, list) else ""


def test_every_metric_of_the_rules_and_the_dashboard_exists() -> None:
    there = {sample.name for family in scraped(busy_floor()).values() for sample in family.samples}
    assert _names_used(RULES.read_text(encoding="utf-8")) <= there
    used = _names_used(_expressions(json.loads(DASHBOARD.read_text(encoding="utf-8"))))
    assert used <= there
    assert len(used) >= 20


def test_the_dashboard_places_each_panel_on_free_ground_and_asks_no_fixed_data_source() -> None:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, f"panel {panel['title']!r} lies over another one"
        assert max(x for x, _ in cells) < 24
        taken |= cells
        assert panel["datasource"]["uid"] == "${prometheus}"
    assert len({panel["id"] for panel in panels}) == len(panels)
