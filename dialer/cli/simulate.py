"""`cintillo simulate`: what would the floor do, with these settings, so many ejecutivos, for so many hours?"""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from config.settings import ConfigError
from dialer.cli.reports import day_of

Config = Annotated[Path, typer.Option("--config", "-c", help="The TOML file of the strategies.")]
DEFAULT_CONFIG = Path("cintillo.toml")
AGENTS_MAX, SEEDS_MAX = 1_000, 200
OF_THE_DAY = ("agents", "wrap_s")
"""What `--set` may change besides the configuration's own keys."""


class Asked(NamedTuple):
    """What was asked on the command line. `history`: first and last day, both included. `changes`: key and value.

    `now_ms`: the floor's clock; 0: this machine's.
    """

    config: Path
    against: Path | None
    changes: tuple[tuple[str, Any], ...]
    cartera: str
    agents: int
    hours: float
    start: str
    seeds: tuple[int, ...]
    wrap_s: float | None
    history: tuple[date, date] | None
    jobs: int
    now_ms: int = 0


def simulate(
    config: Config = DEFAULT_CONFIG,
    agents: Annotated[int, typer.Option(help="How many ejecutivos work.")] = 20,
    hours: Annotated[float, typer.Option(help="How long they work.")] = 8.0,
    start: Annotated[str, typer.Option(help="When they begin, in the floor's zone: 09:00. Default: it fits.")] = "",
    seed: Annotated[int, typer.Option(help="The first seed: the same one draws the same people.")] = 1,
    seeds: Annotated[int, typer.Option(help="How many days, each of its own seed: more narrow the intervals.")] = 4,
    cartera: Annotated[str, typer.Option(help="Only this cartera. Default: all that are enabled.")] = "",
    from_history: Annotated[
        str, typer.Option(help="People as the records of these days show them: 2026-11-01..2026-11-20")
    ] = "",
    against: Annotated[Path | None, typer.Option(help="Another TOML file to compare with, day by day.")] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change a key of --config, or agents, or wrap_s: agents=25. Repeatable."),
    ] = None,
    abandon_max: Annotated[
        float | None, typer.Option(help="Short for --set carteras.….abandon_ratio_max=… in every cartera.")
    ] = None,
    wrap_s: Annotated[float | None, typer.Option(help="Wrap-up lasts this long in the mean; its shape stays.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Draw it into this SVG file.")] = None,
    jobs: Annotated[int, typer.Option(help="Processes; 0: as many as there are cores.", min=0)] = 0,
) -> None:
    """What if? A day of the floor in virtual time: the real engine, rules, order and pacing before pretend people."""
    from dialer.cli import whatif

    given = tuple(changed(one) for one in changes or ())
    asked = Asked(
        config=config,
        against=against,
        changes=given if abandon_max is None else (("carteras.*.abandon_ratio_max", abandon_max), *given),
        cartera=cartera,
        agents=counted(agents, "--agents", AGENTS_MAX),
        hours=hours_of(hours),
        start=start,
        seeds=seeds_of(seed, seeds),
        wrap_s=wrap_s,
        history=days_of(from_history) if from_history else None,
        jobs=jobs,
    )
    report = whatif.answer(asked)
    if picture:
        whatif.draw(report, picture)
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        whatif.show(report)


# ── what was asked ──────────────────────────────────────────────────────────────────────────────────


def counted(count: int, option: str, most: int) -> int:
    """Raises `ConfigError` for none, or more than `most`."""
    if not 1 <= count <= most:
        raise ConfigError(f"{option} {count}: must be 1 to {most}")
    return count


def hours_of(hours: float) -> float:
    if not 0 < hours <= 24:
        raise ConfigError(f"--hours {hours:g}: a day is longer than 0 and at most 24 hours")
    return hours


def seeds_of(first: int, count: int) -> tuple[int, ...]:
    if first < 0:
        raise ConfigError(f"--seed {first}: must be 0 or more")
    return tuple(range(first, first + counted(count, "--seeds", SEEDS_MAX)))


def days_of(text: str) -> tuple[date, date]:
    """Raises `ConfigError` for what is not two days in order."""
    first, dots, last = text.partition("..")
    if not dots:
        raise ConfigError(f"--from-history {text!r}: write the first and the last day as 2026-11-01..2026-11-20")
    days = day_of(first, "--from-history"), day_of(last, "--from-history")
    if days[0] > days[1]:
        raise ConfigError(f"--from-history {text!r}: ends before it begins")
    return days


def changed(text: str) -> tuple[str, Any]:
    """``KEY=VALUE``, the value as TOML reads it or else as a text. Raises `ConfigError`."""
    key, equals, value = text.partition("=")
    if not key.strip() or not equals:
        raise ConfigError(f"--set {text!r}: write KEY=VALUE, as in carteras.facturas.abandon_ratio_max=0.02")
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()


def laid_over(raw: dict[str, Any], changes: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    """The table with the changes; ``*`` in a key stands for every name at that place. `OF_THE_DAY` are left out."""
    for key, value in changes:
        if key not in OF_THE_DAY:
            _known(raw, key)
            raw = _put(raw, key.split("."), value, key)
    return raw


def _known(raw: dict[str, Any], key: str) -> None:
    """Raises `ConfigError` for a cartera that the file does not have: a misspelt name would change nothing."""
    table, _, rest = key.partition(".")
    name, carteras = rest.partition(".")[0], raw.get("carteras", {})
    if table == "carteras" and name != "*" and name not in carteras:
        raise ConfigError(f"--set {key}: there is no cartera {name!r}; there are: {', '.join(sorted(carteras))}")


def _put(table: Any, path: list[str], value: Any, key: str) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise ConfigError(f"--set {key}: there is no such table")
    head, *rest = path
    names = list(table) if head == "*" else [head]
    return {**table, **{name: _put(table.get(name, {}), rest, value, key) if rest else value for name in names}}
