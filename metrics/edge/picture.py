"""A what-if as one SVG: occupancy against abandonment, and the day's course of both."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import tostring

import pygal
from pygal.style import Style

WIDTH, HEIGHT = 880, 420
COLOURS = ("#1b6ca8", "#d1495b")
STYLE: dict[str, Any] = {
    "background": "white",
    "plot_background": "white",
    "font_family": "sans-serif",
    "title_font_size": 16,
    "label_font_size": 12,
    "major_label_font_size": 12,
    "legend_font_size": 13,
    "guide_stroke_color": "#dddddd",
    "major_guide_stroke_color": "#dddddd",
}
LOOK: dict[str, Any] = {
    "width": WIDTH,
    "height": HEIGHT,
    "js": (),
    "disable_xml_declaration": True,
    "legend_at_bottom": True,
    "legend_at_bottom_columns": 1,
    "truncate_legend": -1,
    "explicit_size": True,
}
COURSES = (("occupancy", "Ocupación"), ("abandon_ratio", "Abandono"))
Point = tuple[float, float]
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '


def svg(report: dict[str, Any]) -> str:
    """The report of `cintillo simulate` as one drawing: three charts, one below the other."""
    charts = [_odds(report)]
    charts += [_course(report, measure, f"{title}, hora a hora (%)") for measure, title in COURSES]
    placed = (f'<g transform="translate(0 {HEIGHT * n})">{chart}</g>' for n, chart in enumerate(charts))
    size = f'width="{WIDTH}" height="{HEIGHT * len(charts)}" viewBox="0 0 {WIDTH} {HEIGHT * len(charts)}"'
    return f"{HEAD}{size}>\n{chr(10).join(placed)}\n</svg>\n"


def _chart(report: dict[str, Any], **look: Any) -> Any:
    """An empty chart in which each strategy has one colour, for its points and for their intervals."""
    colours = [COLOURS[n % len(COLOURS)] for n in range(len(report["strategies"]))]
    style = Style(**{**STYLE, "colors": tuple(colour for colour in colours for _ in range(2))})
    return pygal.XY(style=style, allow_interruptions=True, show_x_guides=True, **LOOK, **look)


def _odds(report: dict[str, Any]) -> str:
    """A point for each day, and a cross for each strategy: its two intervals of 95 % of the mean."""
    chart = _chart(report, title="Ocupación contra abandono", x_title="Abandono (%)", y_title="Ocupación (%)")
    for one in report["strategies"]:
        days = [_point(100 * day["abandon_ratio"], day["occupancy"]) for day in one["days"]]
        chart.add(one["name"], days, stroke=False)
        _intervals(chart, _cross(one["floor"]))
    return _drawn(chart)


def _drawn(chart: Any) -> str:
    """The chart's own drawing, without the scripts by which a browser would make it move."""
    tree = chart.render_tree()
    for defs in tree.iter("defs"):
        for script in defs.findall("script"):
            defs.remove(script)
    return tostring(tree, encoding="unicode")


def _point(across: float, ratio: float) -> Point:
    return round(across, 3), round(100 * ratio, 3)


def _intervals(chart: Any, points: list[Point | None]) -> None:
    chart.add(None, points, show_dots=False, stroke_style={"width": 2})


def _bounds(one: dict[str, Any]) -> tuple[float, float]:
    low, high = one["interval"] or (one["mean"], one["mean"])
    return low, high


def _cross(floor: dict[str, Any]) -> list[Point | None]:
    across, up = floor["abandon_ratio"], floor["occupancy"]
    level = [_point(100 * bound, up["mean"]) for bound in _bounds(across)]
    upright = [_point(100 * across["mean"], bound) for bound in _bounds(up)]
    return [*level, None, *upright]


def _course(report: dict[str, Any], measure: str, title: str) -> str:
    """Each hour's mean in its middle, with its interval."""
    chart = _chart(report, title=title, x_title="Horas desde el comienzo")
    for one in report["strategies"]:
        hours = [(row["hour"] + 0.5, row[measure]) for row in one["hours"]]
        chart.add(one["name"], [_point(at, told["mean"]) for at, told in hours])
        segments = [[_point(at, bound) for bound in _bounds(told)] for at, told in hours]
        _intervals(chart, [point for segment in segments for point in (*segment, None)])
    return _drawn(chart)
