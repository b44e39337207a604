"""A what-if as one SVG: occupancy against abandonment, and the day's course of both."""

from __future__ import annotations

from typing import Any

import pygal
from pygal.style import Style

WIDTH, HEIGHT = 880, 420
COLOURS = ("#1b6ca8", "#d1495b")
STYLE = Style(
    background="white",
    plot_background="white",
    colors=COLOURS,
    font_family="sans-serif",
    title_font_size=16,
    label_font_size=12,
    major_label_font_size=12,
    legend_font_size=13,
)
LOOK: dict[str, Any] = {
    "width": WIDTH,
    "height": HEIGHT,
    "style": STYLE,
    "js": (),
    "disable_xml_declaration": True,
    "legend_at_bottom": True,
    "legend_at_bottom_columns": 1,
    "truncate_legend": -1,
    "explicit_size": True,
    "print_values": False,
    "show_y_guides": True,
}
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '


def svg(report: dict[str, Any]) -> str:
    """The report of `cintillo simulate` as one drawing: three charts, one below the other."""
    charts = [_odds(report), _course(report, "occupancy", "Ocupación, hora a hora (%)")]
    charts.append(_course(report, "abandon_ratio", "Abandono, hora a hora (%)"))
    placed = (f'<g transform="translate(0 {HEIGHT * n})">{chart}</g>' for n, chart in enumerate(charts))
    size = f'width="{WIDTH}" height="{HEIGHT * len(charts)}" viewBox="0 0 {WIDTH} {HEIGHT * len(charts)}"'
    return f"{HEAD}{size}>\n{chr(10).join(placed)}\n</svg>\n"


def _odds(report: dict[str, Any]) -> str:
    """A point for each day, and a cross for each strategy: its two intervals of 95 % of the mean."""
    chart = pygal.XY(
        title="Ocupación (%) contra abandono (%): cada punto es un día, la cruz es la media y su intervalo",
        x_title="Abandono (%)",
        y_title="Ocupación (%)",
        show_x_guides=True,
        allow_interruptions=True,
        **LOOK,
    )
    strategies = report["strategies"]
    chart.style = _colours(len(strategies), twice=True)
    for one in strategies:
        chart.add(one["name"], [_point(day["abandon_ratio"], day["occupancy"]) for day in one["days"]], stroke=False)
        chart.add(None, _cross(one["floor"]), dots_size=2, stroke_style={"width": 3})
    return str(chart.render(is_unicode=True))


def _colours(count: int, *, twice: bool) -> Style:
    colours = [COLOURS[n % len(COLOURS)] for n in range(count)]
    look = {**{key: value for key, value in vars(STYLE).items() if not key.startswith("_")}}
    look["colors"] = tuple(colour for colour in colours for _ in range(2 if twice else 1))
    return Style(**look)


def _point(abandoned: float, busy: float) -> tuple[float, float]:
    return round(100 * abandoned, 3), round(100 * busy, 3)


def _cross(floor: dict[str, Any]) -> list[tuple[float, float] | None]:
    across, up = floor["abandon_ratio"], floor["occupancy"]
    (left, right), (low, high) = (one["interval"] or [one["mean"]] * 2 for one in (across, up))
    return [
        _point(left, up["mean"]),
        _point(right, up["mean"]),
        None,
        _point(across["mean"], low),
        _point(across["mean"], high),
    ]


def _course(report: dict[str, Any], measure: str, title: str) -> str:
    chart = pygal.Line(title=title, x_title="Hora del turno", **LOOK)
    chart.style = _colours(len(report["strategies"]), twice=False)
    chart.x_labels = [str(place + 1) for place in range(max(len(one["hours"]) for one in report["strategies"]))]
    for one in report["strategies"]:
        chart.add(one["name"], [_with_interval(hour[measure]) for hour in one["hours"]], formatter=lambda v: f"{v:.1f}")
    return str(chart.render(is_unicode=True))


def _with_interval(one: dict[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = {"value": round(100 * one["mean"], 3)}
    if one["interval"]:
        value["ci"] = {"low": round(100 * one["interval"][0], 3), "high": round(100 * one["interval"][1], 3)}
    return value
