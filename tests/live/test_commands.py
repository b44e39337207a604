"""The commands as a newcomer types them, each in a process of its own."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.floors import ROOT
from tests.servers import until

pytestmark = pytest.mark.live
CINTILLO = [sys.executable, "-m", "dialer"]
PROMISED = {
    "calls_placed",
    "answered",
    "connected",
    "abandoned",
    "abandon_ratio",
    "gestiones",
    "answer_to_agent_ms",
    "not_placed",
}


def cintillo(*words: str, status: int = 0, **more: Any) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*CINTILLO, *words], capture_output=True, text=True, timeout=110, check=False, **more)
    assert done.returncode == status, done.stdout[-2000:] + done.stderr[-2000:]
    return done


def check_figures(figures: dict[str, Any]) -> None:
    assert set(figures) >= PROMISED
    assert figures["connected"] > 0
    assert figures["connected"] == figures["gestiones"], "each conversation ends in exactly one gestión"
    assert figures["answered"] == figures["connected"] + figures["abandoned"]
    assert figures["calls_placed"] == figures["closed"]
    assert figures["answer_to_agent_ms"]["p50"] <= figures["answer_to_agent_ms"]["p99"]


def test_the_demo_prints_one_json_object_and_its_journal_replays(tmp_path: Path) -> None:
    done = cintillo("demo", "--seconds", "8", "--seed", "7", "--json", "--keep", str(tmp_path))
    check_figures(json.loads(done.stdout))
    (journal,) = (tmp_path / "journal").glob("*.jsonl")
    assert "the same byte for byte" in cintillo("replay", str(journal)).stdout


def test_the_lab_does_the_same_on_a_real_asterisk(tmp_path: Path, lab: object) -> None:
    """(`lab` only to skip where there can be none; the command starts its own.)"""
    done = cintillo("lab", "--seconds", "8", "--agents", "3", "--json", "--keep", str(tmp_path))
    check_figures(json.loads(done.stdout))


def test_seats_are_left_empty_for_people_and_there_are_no_more_than_ejecutivos(tmp_path: Path) -> None:
    done = cintillo("demo", "--seconds", "4", "--agents", "3", "--seats", "1", "--json", "--keep", str(tmp_path))
    check_figures(json.loads(done.stdout))
    journal = next((tmp_path / "journal").glob("*.jsonl")).read_text()
    assert '"agent_id":"e02"' in journal and '"agent_id":"e01"' not in journal
    refused = cintillo("demo", "--agents", "2", "--seats", "3", "--keep", str(tmp_path), status=1)
    assert "--seats 3: there are 2 ejecutivos; say --agents 3" in refused.stderr


def test_ctrl_c_ends_the_demo_with_a_summary(tmp_path: Path) -> None:
    """On a terminal: the board, then the summary, then status 0."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "36"}
    words = [*CINTILLO, "demo", "--keep", str(tmp_path)]
    demo = subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    os.set_blocking(ours, False)
    shown = bytearray()

    def says(word: str) -> bool:
        try:
            shown.extend(os.read(ours, 1 << 16))
        except (BlockingIOError, OSError):
            return word in shown.decode("utf-8", "replace")
        return word in shown.decode("utf-8", "replace")

    until(lambda: says("hablando"), "a conversation on the board", 60)
    del shown[:]
    demo.send_signal(signal.SIGINT)
    until(lambda: says("llamadas"), "the summary", 60)
    until(lambda: says("") and demo.poll() is not None, "the end", 30)
    os.close(ours)
    assert demo.returncode == 0


def test_a_journal_that_tells_another_story_is_found_out(tmp_path: Path) -> None:
    cintillo("demo", "--seconds", "2", "--agents", "1", "--json", "--keep", str(tmp_path))
    (journal,) = (tmp_path / "journal").glob("*.jsonl")
    text, asked = journal.read_text(), '"type":"ClaimContacts","cartera":"facturas","count":'
    assert asked in text
    journal.write_text(text.replace(asked, asked + "9", 1))
    done = cintillo("replay", str(journal), status=1)
    assert "the engine now answers otherwise" in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["config", "check", "-c", "none.toml"], "there is no such file"),
        (["serve", "-c", "none.toml"], "there is no such file"),
        (["replay", "none.jsonl"], "No such file"),
        (["load", "asignacion", "none.csv", "--mandante", "m", "--cartera", "facturas"], "there is no such file"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence_without_a_traceback(
    words: list[str], sentence: str, tmp_path: Path
) -> None:
    root = Path(__file__).resolve().parents[2]
    done = cintillo(*words, status=1, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)})
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_what_the_readme_types_on_the_sample_files_works_line_by_line(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    block = readme.partition("### A cartera from the command line")[2].split("```")[1]
    (tmp_path / "cintillo.toml").write_text(cintillo("config", "show").stdout, "utf-8")
    (tmp_path / "config").symlink_to(ROOT / "config")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    for line in block.strip().splitlines():
        assert cintillo(*line.split()[1:], cwd=tmp_path, env=env).stdout, line
    assert (tmp_path / "rechazos.xlsx").read_bytes().startswith(b"PK")
