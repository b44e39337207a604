"""The drawings in the docs are the tables in the code."""

from __future__ import annotations

import re
import subprocess
import sys
from enum import StrEnum

import pytest

from agents import agent
from dialer import call, diagram, ear, transfer
from tests.floors import ROOT


def test_the_committed_page_is_the_one_drawn_from_the_tables() -> None:
    committed = (ROOT / "docs/maquinas.md").read_text("utf-8")
    assert committed == diagram.page(), "the tables have changed: run `make docs` and commit docs/maquinas.md"


def test_the_command_prints_exactly_the_page() -> None:
    drawn = subprocess.run([sys.executable, "-m", "dialer.diagram"], cwd=ROOT, capture_output=True, check=True)
    assert drawn.stdout.decode("utf-8") == diagram.page()


class Lamp(StrEnum):
    OFF = "off"
    ON = "on"
    BROKEN = "broken"


class Finger(StrEnum):
    PRESS = "press"
    HIT = "hit"
    THROW = "throw"


def test_a_table_is_one_arrow_for_each_pair_of_states_with_all_its_inputs() -> None:
    table = {
        (Lamp.OFF, Finger.PRESS): Lamp.ON,
        (Lamp.ON, Finger.PRESS): Lamp.OFF,
        (Lamp.ON, Finger.HIT): Lamp.BROKEN,
        (Lamp.ON, Finger.THROW): Lamp.BROKEN,
    }
    assert diagram.mermaid(table, {Lamp.OFF: "new"}, frozenset({Lamp.BROKEN})).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> off : new",
        "    off --> on : press",
        "    on --> off : press",
        "    on --> broken : hit, throw",
        "    broken --> [*]",
    ]


@pytest.mark.parametrize(
    "table", [call.TABLE, agent.TABLE, transfer.TABLE, ear.TABLE], ids=["call", "agent", "transfer", "ear"]
)
def test_every_transition_is_on_the_page_and_nothing_else_is(table: diagram.Table) -> None:
    drawing = diagram.mermaid(table, {})
    drawn = {
        (state, what, to)
        for state, to, inputs in re.findall(r"^ {4}(\w+) --> (\w+) : (.+)$", drawing, re.M)
        for what in inputs.split(", ")
    }
    assert drawn == {(state.value, what.value, to.value) for (state, what), to in table.items()}
    assert set(drawing.splitlines()) <= set(diagram.page().splitlines())
