"""The ledger as Prometheus reads it.

Names follow the field's standards: `_total` for what only grows, seconds and ratios as base units. Labels are carteras,
stages, states, verdicts, disposition codes and reasons: closed or capped sets, and nothing about any person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from dialer.call import Stage
from dialer.outcome import Verdict
from metrics.books import Cartera
from metrics.ledger import Ledger

Rows = Iterable[tuple[Sequence[str], float]]

IN_FLIGHT = tuple(stage for stage in Stage if stage is not Stage.OVER)

PACING = (
    ("wanted", "Calls that the pacer last asked for."),
    ("free", "Free agents it then saw."),
    ("answers", "Persons it expected to answer by the middle of the ringing of a new call."),
    ("supply", "Agents it expected to be free by then."),
    ("price", "The chance of meeting no agent that one more call may have."),
    ("risk", "The chance of meeting no agent that one more call would have."),
    ("budget_left", "Calls that may still be abandoned within the limit of the window."),
)
PACING_NAMES = {"answers": "expected_answers", "supply": "expected_free_agents"}


class Exporter:
    """`render` is what ``GET /metrics`` answers. `now_ms` is the floor's clock; `version` names the build."""

    def __init__(self, ledger: Ledger, now_ms: Callable[[], int], version: str = "") -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Floor(ledger, now_ms, version))
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def render(self) -> tuple[bytes, str]:
        """The exposition and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST


class _Floor(Collector):
    def __init__(self, ledger: Ledger, now_ms: Callable[[], int], version: str) -> None:
        self._ledger = ledger
        self._now_ms = now_ms
        self._version = version

    def describe(self) -> Iterator[Metric]:
        """Nothing is promised before the first scrape: carteras come and go with the configuration."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        now_ms = self._now_ms()
        carteras = self._ledger.carteras
        yield InfoMetricFamily(
            "cintillo_build", "Which Cintillo this is.", value={"version": self._version, "node": self._ledger.node}
        )
        yield from _calls_done(carteras)
        yield from _calls_now(carteras)
        yield from _abandonment(carteras, now_ms)
        yield from _strategy(carteras)
        yield _answer_to_agent(carteras)
        yield from _agents(self._ledger, now_ms)
        yield from _machinery(self._ledger)


def _counter(name: str, help_text: str, rows: Rows, *labels: str) -> CounterMetricFamily:
    family = CounterMetricFamily(name, help_text, labels=labels)
    for values, n in rows:
        family.add_metric(values, n)
    return family


def _gauge(name: str, help_text: str, rows: Rows, *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=labels)
    for values, n in rows:
        family.add_metric(values, n)
    return family


def _calls_done(carteras: Mapping[str, Cartera]) -> Iterator[Metric]:
    for name, key, help_text in (
        ("cintillo_calls_placed", "placed", "Calls asked of Asterisk."),
        ("cintillo_answered", "answered", "Calls that a person answered."),
        ("cintillo_connected", "connected", "Calls in which a person talked with an agent."),
        ("cintillo_abandoned", "abandoned", "Calls that a person answered and that met no agent."),
        ("cintillo_given_up", "given_up", "Calls that we hung up while they rang: too many were on their way."),
    ):
        yield _counter(name, help_text, (((c,), book.ever.calls[key]) for c, book in carteras.items()), "cartera")
    verdicts = (((c, word), n) for c, book in carteras.items() for word, n in _verdicts(book))
    yield _counter("cintillo_calls", "Calls that are over, by their verdict.", verdicts, "cartera", "verdict")
    kept = (((c, kind), book.ever.callbacks[kind]) for c, book in carteras.items() for kind in ("on_time", "late"))
    yield _counter("cintillo_callbacks", "Callbacks made, by punctuality.", kept, "cartera", "punctuality")
    reasons = (((c, why), n) for c, book in carteras.items() for why, n in book.ever.not_placed.items())
    yield _counter(
        "cintillo_calls_not_placed",
        "Calls that pacing asked for and that were not placed, by reason.",
        reasons,
        "cartera",
        "reason",
    )
    moved = (((c, *what.split(" ")), n) for c, book in carteras.items() for what, n in book.ever.transfers.items())
    transfers = "Transfers of calls to a colleague, by how they began and ended."
    yield _counter("cintillo_transfers", transfers, moved, "cartera", "kind", "outcome")
    codes = (((c, code), n) for c, book in carteras.items() for code, n in book.ever.gestiones.items())
    yield _counter("cintillo_gestiones", "Gestiones that agents saved, by code.", codes, "cartera", "code")


def _verdicts(book: Cartera) -> Iterable[tuple[str, int]]:
    """All verdicts from the first scrape on, so that the first of its kind is seen as an increase."""
    return (dict.fromkeys(Verdict, 0) | book.ever.verdicts).items()


def _calls_now(carteras: Mapping[str, Cartera]) -> Iterator[Metric]:
    stages = (((c, stage.value), book.stages[stage]) for c, book in carteras.items() for stage in IN_FLIGHT)
    yield _gauge("cintillo_calls_in_flight", "Calls that are not over, by stage.", stages, "cartera", "stage")
    waiting = (((c,), book.waiting()) for c, book in carteras.items())
    yield _gauge("cintillo_calls_waiting", "Persons on the line who hear no agent yet.", waiting, "cartera")
    places = (((c, place), n) for c, book in carteras.items() for place, n in book.queue.items())
    yield _gauge("cintillo_queue_size", "Cases in the queue, by place.", places, "cartera", "place")
    cases = (((c,), book.cases["total"]) for c, book in carteras.items())
    yield _gauge("cintillo_cases", "Cases of the cartera.", cases, "cartera")
    touched = (((c,), book.cases["touched"]) for c, book in carteras.items())
    yield _gauge("cintillo_cases_touched", "Cases tried at least once.", touched, "cartera")


def _abandonment(carteras: Mapping[str, Cartera], now_ms: int) -> Iterator[Metric]:
    formula = "abandoned / (connected + abandoned)"
    day = (((c,), book.last_day.value(now_ms) or 0.0) for c, book in carteras.items())
    yield _gauge("cintillo_abandon_ratio", f"{formula} over the last 24 hours.", day, "cartera")
    sample = (((c,), book.last_day.sample(now_ms)) for c, book in carteras.items())
    yield _gauge("cintillo_abandon_ratio_sample", "Persons whom cintillo_abandon_ratio rests on.", sample, "cartera")


def _strategy(carteras: Mapping[str, Cartera]) -> Iterator[Metric]:
    known = {c: book.strategy for c, book in carteras.items() if book.strategy["abandon_ratio_max"] is not None}
    limit = (((c,), float(strategy["abandon_ratio_max"])) for c, strategy in known.items())
    yield _gauge("cintillo_abandon_ratio_max", "The limit that the configuration sets.", limit, "cartera")
    enabled = (((c,), float(strategy["enabled"])) for c, strategy in known.items())
    yield _gauge("cintillo_cartera_enabled", "1 while the cartera may be dialled.", enabled, "cartera")
    held = (((c,), float(book.held is not None)) for c, book in carteras.items())
    yield _gauge("cintillo_cartera_held", "1 while a supervisor has stopped the cartera.", held, "cartera")
    unfit = (((c,), float(bool(book.version["unfit"]))) for c, book in carteras.items())
    told = "1 while the newest published strategy does not fit the file and is not in force."
    yield _gauge("cintillo_cartera_version_unfit", told, unfit, "cartera")
    version = (((c,), float(book.version["number"])) for c, book in carteras.items())
    yield _gauge("cintillo_cartera_version", "The published strategy in force; 0: the file's.", version, "cartera")
    notes = {c: book.pacing for c, book in carteras.items() if book.pacing is not None}
    for key, help_text in PACING:
        rows = (((c,), float(note[key])) for c, note in notes.items())
        yield _gauge(f"cintillo_pacing_{PACING_NAMES.get(key, key)}", help_text, rows, "cartera")
    bound = (((c, note["bound_by"] or note["why"] or "nothing"), 1.0) for c, note in notes.items())
    yield _gauge("cintillo_pacing_bound", "1 for what kept the pacer from more calls.", bound, "cartera", "reason")


def _answer_to_agent(carteras: Mapping[str, Cartera]) -> Metric:
    family = HistogramMetricFamily(
        "cintillo_answer_to_agent_seconds",
        "From a person's answer (with AMD: its word) to the moment an agent hears them.",
        labels=("cartera",),
    )
    for name, book in carteras.items():
        histogram = book.ever.answer_histogram
        bounds = [str(ms / 1000) for ms in histogram.bounds_ms] + ["+Inf"]
        reached, buckets = 0, []
        for bound, n in zip(bounds, histogram.counts, strict=True):
            reached += n
            buckets.append((bound, float(reached)))
        family.add_metric((name,), buckets, sum_value=histogram.sum_ms / 1000)
    return family


def _agents(ledger: Ledger, now_ms: int) -> Iterator[Metric]:
    states = (((state,), n) for state, n in ledger.agents_by_state().items())
    yield _gauge("cintillo_agents", "Agents, by state.", states, "state")
    spent = (((state,), ms / 1000) for state, ms in sorted(ledger.agent_ms(now_ms).items()))
    yield _counter("cintillo_agent_seconds", "Agents' time in each state.", spent, "state")


def _machinery(ledger: Ledger) -> Iterator[Metric]:
    pbx = ledger.pbx
    yield GaugeMetricFamily("cintillo_ami_up", "1 while Asterisk's manager interface is logged in.", pbx.up)
    yield GaugeMetricFamily("cintillo_ami_lag_seconds", "The last AMI ping's round trip.", pbx.lag_ms / 1000)
    yield CounterMetricFamily("cintillo_ami_messages", "AMI messages read.", pbx.messages)
    yield CounterMetricFamily("cintillo_ami_garbage", "Things read from AMI that were no message.", pbx.garbage)
    yield CounterMetricFamily("cintillo_ami_reconnects", "Times AMI came back.", pbx.reconnects)
    yield GaugeMetricFamily(
        "cintillo_event_loop_lag_seconds", "How late the event loop ran a timer.", ledger.loop_lag_ms / 1000
    )
    yield GaugeMetricFamily(
        "cintillo_recorder_backlog", "Commands that wait for their commit to the database.", ledger.recorder_backlog
    )
