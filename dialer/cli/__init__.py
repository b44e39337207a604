"""The command ``cintillo``: the composition root. Nothing imports it."""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from agents.listas import ListaRefused
from agents.retiros import RetiroRefused
from config.settings import ConfigError
from dialer.carteras.carga import CargaError
from dialer.carteras.homologacion import HomologacionError
from dialer.cli.asterisk import asterisk_app
from dialer.cli.estrategia import estrategia_app
from dialer.cli.export import export_app
from dialer.cli.lista import lista_app
from dialer.cli.load import load_app
from dialer.cli.loop import run
from dialer.cli.reports import MENDABLE as MENDABLE_REPORTS
from dialer.cli.reports import add_reports
from dialer.cli.retiro import retiro_app
from dialer.cli.simulate import simulate
from dialer.edge.lab import LabError
from dialer.edge.redis_server import RedisError
from dialer.journal import JournalError
from dialer.records import BooksError, HistoryError, LoadRefused, QueueDown
from scripts_llamada.guion import GuionError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Cintillo: marcador y puesto de atención para cobranza telefónica, sobre Asterisk.",
)
config_app = typer.Typer(no_args_is_help=True, help="Look at the configuration, or check it.")
usuario_app = typer.Typer(no_args_is_help=True, help="Who may come in.")
app.add_typer(config_app, name="config")
app.add_typer(usuario_app, name="usuario")
app.add_typer(load_app, name="load")
app.add_typer(retiro_app, name="retiro")
app.add_typer(export_app, name="export")
app.add_typer(lista_app, name="lista")
app.add_typer(estrategia_app, name="estrategia")
app.add_typer(asterisk_app, name="asterisk")
add_reports(app)
app.command()(simulate)

MENDABLE = (
    BooksError,
    CargaError,
    ConfigError,
    GuionError,
    HistoryError,
    HomologacionError,
    JournalError,
    LabError,
    ListaRefused,
    LoadRefused,
    OSError,
    QueueDown,
    RedisError,
    RetiroRefused,
    *MENDABLE_REPORTS,
)
"""What a person can mend, said in a sentence without a traceback. Anything else is a fault of ours."""

Seconds = Annotated[float, typer.Option(help="Run this long and end; 0: until Ctrl-C.", min=0)]
Seed = Annotated[int, typer.Option(help="The same seed draws the same people.")]
AsJson = Annotated[bool, typer.Option("--json", help="No board; one JSON object at the end.")]
Agents = Annotated[int, typer.Option(help="How many pretend ejecutivos.", min=1, max=200)]
Seats = Annotated[
    int, typer.Option(help="How many of them are not pretended: e01, e02… log in through the page.", min=0, max=200)
]
Port = Annotated[int, typer.Option(help="Port of the API; 0: a free one.", min=0, max=65535)]
Keep = Annotated[Path | None, typer.Option(help="Keep database, journal and log in this folder.")]
Config = Annotated[Path, typer.Option("--config", "-c", help="The TOML file.")]
DEFAULT_CONFIG = Path("cintillo.toml")


# ── to watch ────────────────────────────────────────────────────────────────────────────────────────


@app.command()
def demo(
    seconds: Seconds = 0,
    seed: Seed = 7,
    as_json: AsJson = False,
    agents: Agents = 8,
    seats: Seats = 0,
    port: Port = 0,
    keep: Keep = None,
    picture: Annotated[Path | None, typer.Option(help="Draw the last board into this SVG file.")] = None,
) -> None:
    """Watch a call centre work: pretend Asterisk, pretend people, everything else real."""
    from dialer.cli.demo import PretendStage
    from dialer.cli.show import Wanted, show

    with _kept(keep) as folder:
        wanted = Wanted(seconds, seed, as_json, agents, folder, port, picture, seats)
        sys.exit(run(lambda: show(PretendStage(), wanted)))


@app.command()
def lab(
    seconds: Seconds = 0,
    seed: Seed = 7,
    as_json: AsJson = False,
    agents: Agents = 8,
    seats: Seats = 0,
    port: Port = 0,
    keep: Keep = None,
) -> None:
    """The same on a real Asterisk with real SIP and audio, all on this machine's loopback."""
    from dialer.cli.lab import LabStage
    from dialer.cli.show import Wanted, show

    with _kept(keep) as folder:
        wanted = Wanted(seconds, seed, as_json, agents, folder, port, seats=seats)
        sys.exit(run(lambda: show(LabStage(), wanted)))


class _kept:
    """The folder of a show: the one asked for, or one that goes away with it. The log goes there too."""

    def __init__(self, keep: Path | None) -> None:
        self._scratch = None if keep else tempfile.TemporaryDirectory(prefix="cintillo-")
        self._folder = keep or Path(self._scratch.name if self._scratch else "")

    def __enter__(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        _log(logging.FileHandler(self._folder / "cintillo.log"))
        return self._folder.resolve()

    def __exit__(self, *_: object) -> None:
        if self._scratch:
            _log(logging.NullHandler())
            self._scratch.cleanup()


# ── to work ─────────────────────────────────────────────────────────────────────────────────────────


@app.command()
def serve(config: Config = DEFAULT_CONFIG) -> None:
    """Run a node in production. SIGHUP reads the configuration again; SIGTERM ends it without ending a conversation."""
    from dialer.cli.serve import serve as serving
    from dialer.edge.clock import FloorClock

    _log(logging.StreamHandler())
    sys.exit(run(lambda: serving(config, FloorClock())))


@app.command()
def doctor(config: Config = DEFAULT_CONFIG) -> None:
    """Look over a running Asterisk, Redis and database: each line OK, or what to do."""
    from config.edge.files import load_settings
    from dialer.cli.doctor import report
    from dialer.cli.people import endpoints_of

    settings = load_settings(config)
    sys.exit(report(settings, run(lambda: endpoints_of(settings))))


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A journal: NODE-RUN.jsonl")],
    show_from: Annotated[int, typer.Option("--show", help="Print the steps from this line on.", min=0)] = 0,
    count: Annotated[int, typer.Option(help="How many steps to print.", min=1)] = 20,
) -> None:
    """Feed a journal to a fresh engine and hold its commands against the recorded ones, byte for byte."""
    from dialer.cli.replay import replay_journal

    sys.exit(replay_journal(file, show_from, count))


@app.command(hidden=True)
def trial() -> None:
    """What a node runs by itself when a jefe tries a change of strategy."""
    from dialer.cli.trial import main as simulated

    simulated()


@app.command()
def why(
    rut: Annotated[str, typer.Option(help="The debtor's RUT: 12345678-5, with or without dots.")],
    cartera: Annotated[str, typer.Option(help="Only this cartera's case; default: all of them.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list, a case each.")] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Why a debtor is, or is not, the next to be called: the rule, the order, the place and the time."""
    from dialer.cli.why import why as telling
    from dialer.edge.clock import FloorClock

    sys.exit(run(lambda: telling(rut, cartera, as_json, config, FloorClock())))


# ── configuration and people ────────────────────────────────────────────────────────────────────────


@config_app.command("check")
def config_check(
    config: Config = DEFAULT_CONFIG,
    versions: Annotated[
        bool, typer.Option("--versions", help="With the strategies that are published in its database.")
    ] = False,
) -> None:
    """Check the configuration whole, with its guiones, trees and rules; every fault is one line."""
    from config.edge.files import load_settings
    from dialer.cli.assembly import read_floor, read_texts
    from dialer.cli.filed import unfit
    from dialer.edge.clock import FloorClock

    settings = load_settings(config)
    texts = read_texts(settings)
    floor = read_floor(settings, texts, FloorClock().now_ms())
    wrong = run(lambda: unfit(settings, FloorClock().now_ms())) if versions else []
    if wrong:
        raise ConfigError("\n".join(wrong))
    print(f"{config}: in order ({len(floor.carteras)} carteras: {', '.join(sorted(floor.carteras))})")


@config_app.command("show")
def config_show() -> None:
    """Print the commented example with every key and its default."""
    print((Path(__file__).resolve().parents[2] / "config" / "cintillo.ejemplo.toml").read_text("utf-8"), end="")


@usuario_app.command("add")
def usuario_add(
    code: Annotated[str, typer.Argument(help="What they type to come in; for an ejecutivo, the agent's id.")],
    name: Annotated[str, typer.Option(help="Their name.")],
    role: Annotated[str, typer.Option(help="ejecutivo, supervisor, jefe, calidad, cargas, ops…")] = "ejecutivo",
    carteras: Annotated[str, typer.Option(help="The carteras they work, separated by commas.")] = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Add somebody, or change them. The clave is asked for, twice (or read from standard input)."""
    from dialer.cli.people import add_usuario

    clave = typer.prompt("Clave", hide_input=True, confirmation_prompt=True) if sys.stdin.isatty() else input()
    wanted = tuple(part.strip() for part in carteras.split(",") if part.strip())
    run(lambda: add_usuario(config, code, name, role, wanted, clave))


def _log(handler: logging.Handler) -> None:
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=logging.INFO, format=form, force=True, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)


def main() -> None:
    """The console script."""
    try:
        app()
    except MENDABLE as bad:
        sys.exit(f"cintillo: {bad}")
