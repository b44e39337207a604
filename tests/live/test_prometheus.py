"""A real Prometheus, with the configuration we ship, reads a floor and answers about it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import yaml

from metrics.edge.prometheus import Exporter
from tests.metrics.story import busy_floor

CONFIG = Path(__file__).parents[2] / "config/prometheus"
DEADLINE_S = 60

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus (Debian: prometheus) is not installed"),
]


@contextmanager
def serving(exporter: Exporter) -> Iterator[int]:
    """``GET /metrics`` on a free port, as the API answers it."""

    class Metrics(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, content_type = exporter.render()
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Scrapes are no news."""

    server = HTTPServer(("127.0.0.1", 0), Metrics)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def prometheus(folder: Path, target: int) -> Iterator[str]:
    """Our shipped configuration, pointed at `target` and hurried; the address of its API."""
    settings = yaml.safe_load((CONFIG / "prometheus.yml").read_text(encoding="utf-8"))
    settings["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    settings["scrape_configs"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{target}"]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    for name in settings["rule_files"]:
        shutil.copy(CONFIG / name, folder / name)
    port = free_port()
    words = (
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    )
    with (folder / "log").open("w") as log, subprocess.Popen(words, stdout=log, stderr=log) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def ask(address: str, path: str, **query: str) -> Any:
    with urlopen(f"{address}{path}?{urlencode(query)}", timeout=5) as answer:
        return json.load(answer)["data"]


def answered(address: str, query: str, log: Path) -> list[dict[str, Any]]:
    """The result of `query` as soon as it is not empty."""
    last = ""
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        try:
            found: list[dict[str, Any]] = ask(address, "/api/v1/query", query=query)["result"]
        except OSError as bad:
            last = str(bad)
        else:
            if found:
                return found
        time.sleep(0.2)  # between two polls of a server that pushes nothing
    raise AssertionError(f"{query} had no answer in {DEADLINE_S} s ({last}); its log:\n{log.read_text()[-2000:]}")


def test_a_real_prometheus_reads_the_floor_and_answers_about_it(tmp_path: Path) -> None:
    story = busy_floor(calls=120)
    total = story.ledger.snapshot(story.now_ms)["total"]
    exporter = Exporter(story.ledger, lambda: story.now_ms, "0.1.0")
    with serving(exporter) as target, prometheus(tmp_path, target) as address:
        (placed,) = answered(address, "cintillo_calls_placed_total", tmp_path / "log")
        assert placed["metric"]["cartera"] == "facturas"
        assert int(placed["value"][1]) == total["calls_placed"]
        (ended,) = answered(address, "sum(cintillo_calls_total)", tmp_path / "log")
        assert int(ended["value"][1]) == total["closed"]
        (waits,) = answered(address, "cintillo_answer_to_agent_seconds_count", tmp_path / "log")
        assert int(waits["value"][1]) == total["connected"]
        (up,) = answered(address, 'up{job="cintillo"} == 1', tmp_path / "log")
        assert up["metric"]["instance"] == f"127.0.0.1:{target}"
        rules = [rule for group in ask(address, "/api/v1/rules")["groups"] for rule in group["rules"]]
        assert not [rule for rule in rules if rule.get("lastError")]
