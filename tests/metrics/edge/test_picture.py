"""The picture of a what-if."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from metrics.edge.picture import svg
from metrics.whatif import MEASURES, Told, strategy

SVG = "{http://www.w3.org/2000/svg}"


def report(days: int) -> dict[str, Any]:
    def a_day(seed: int, busy: float) -> Told:
        row = {**dict.fromkeys(MEASURES, 0.02 + seed / 1000), "occupancy": busy + seed / 100}
        return Told(seed, row, {"a": row}, [{"hour": hour, **row} for hour in range(8)], {}, {})

    each = [("hoy", 0.7), ("25 & más", 0.8)]
    return {"strategies": [strategy(name, [a_day(seed, busy) for seed in range(days)]) for name, busy in each]}


def test_the_picture_is_one_drawing_with_three_charts_and_both_strategies_by_name() -> None:
    tree = ElementTree.fromstring(svg(report(4)).encode())
    assert tree.tag == f"{SVG}svg"
    assert len(tree.findall(f"{SVG}g/{SVG}svg")) == 3
    words = {text.text for text in tree.iter(f"{SVG}text")}
    assert {"hoy", "25 & más", "Abandono (%)"} <= words
    assert "script" not in {each.tag.removeprefix(SVG) for each in tree.iter()}


def test_a_single_day_is_drawn_too() -> None:
    ElementTree.fromstring(svg(report(1)).encode())
